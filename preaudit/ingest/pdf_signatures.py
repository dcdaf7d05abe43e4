"""The digital signatures of a PDF: each verified over the bytes that it covers, without a network.

A signature counts as intact when its digest and value fit, all of the file as it was then is
covered, and nothing was appended that a further signature or proof does not explain. What the gap
between the covered bytes holds is read from the file itself, so a range that leaves out more than
the signature's own value is found (the attacks of pdf-insecurity.org: shifted, wrapped and loose
ranges).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
from asn1crypto import core, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from preaudit.ingest.certificates import doubts, key_name, person
from preaudit.ingest.chains import TrustList
from preaudit.ingest.cms import Checked, check_cms
from preaudit.ingest.digests import digest
from preaudit.ingest.ofd.seals import Seal, sealing_of
from preaudit.ingest.ofd.signature_checks import seal_owner, seal_remarks, sealed
from preaudit.ingest.ofd.tagged import NotTagged
from preaudit.ingest.patience import OutOfTime, within
from preaudit.ingest.pdf_fallback import Frame
from preaudit.ingest.pdf_later import Appended, is_change, is_forbidden
from preaudit.ingest.pdf_signed_fields import SignedField, signed_fields
from preaudit.ingest.records import Job, Trouble
from preaudit.ingest.revisions import Revisions
from preaudit.ingest.signed import (
    LATER_MAX,
    PLACES_MAX,
    SIGNATURES_MAX,
    LaterRecord,
    Place,
    Signed,
    cut,
)
from preaudit.signature import (
    Extent,
    Integrity,
    LaterKind,
    Reason,
    Remark,
    Standard,
    TimeSource,
    Trust,
)

_SHARE_OF_TIME = 0.5
_PADES = "ETSI.CAdES.detached"
_STAMP = "ETSI.RFC3161"
_BARE_RSA = "adbe.x509.rsa_sha1"
_UNCOVERED_SHOWN = 5


def find_signatures(revisions: Revisions, *, job: Job) -> Iterator[Signed | Trouble]:
    """Yield every signature of a PDF and every field that waits for one, in their order."""
    fields = signed_fields(revisions.data)
    if len(fields) > SIGNATURES_MAX:
        facts = {"count": str(len(fields)), "limit": str(SIGNATURES_MAX)}
        yield Trouble(code="too_many_signatures", facts=facts)
    bench = _Bench(
        revisions=revisions,
        appended=Appended(revisions, fields),
        trust=TrustList(job.trusted),
        frames=_Frames(revisions.data),
        patience_s=_SHARE_OF_TIME * job.page_timeout_s,
    )
    for field in fields[:SIGNATURES_MAX]:
        yield bench.examined(field)


class _Frames:
    """Turns rectangles of annotations into shares of the page as displayed."""

    def __init__(self, data: bytes) -> None:
        try:
            self._document: pdfium.PdfDocument | None = pdfium.PdfDocument(data)
        except pdfium.PdfiumError:
            self._document = None

    def places(self, field: SignedField) -> tuple[Place, ...]:
        """Return where a signature shows; what lies outside of its page is left out."""
        found: list[Place] = []
        for index, (left, bottom, right, top) in field.rectangles[:PLACES_MAX]:
            if self._document is None or index >= len(self._document):
                continue
            try:
                shares = Frame(self._document[index]).shares(left, bottom, right, top)
            except (pdfium.PdfiumError, ZeroDivisionError):
                continue
            if shares is not None:
                found.append((index + 1, *shares))
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """What the signatures of a file are examined with."""

    revisions: Revisions
    appended: Appended
    trust: TrustList
    frames: _Frames
    patience_s: float

    def examined(self, field: SignedField) -> Signed:
        """Return one signature; what takes too long or too much memory is told as unknown."""
        bare = Signed(
            name=cut(field.name),
            standard=_standard(field, None),
            signed_at=field.stated_at,
            time_source=TimeSource.CLAIMED if field.stated_at else TimeSource.NONE,
            permission=field.permission,
            integrity=Integrity.UNKNOWN,
            reason=Reason.LIMIT,
        )
        try:
            with within(self.patience_s):
                placed = bare.model_copy(update={"places": self.frames.places(field)})
                if not field.ranges:
                    return placed.model_copy(update={"reason": Reason.EMPTY})
                return self._verified(field, placed)
        except (OutOfTime, MemoryError):
            return bare
        except Exception as error:  # noqa: BLE001  # whatever hostile bytes raise, the rest goes on
            detail = cut(type(error).__name__)
            return bare.model_copy(update={"reason": Reason.STRUCTURE, "detail": detail})

    def _verified(self, field: SignedField, bare: Signed) -> Signed:
        data = self.revisions.data
        value = _examined(field, data)
        checked = value.checked
        extent, left_out = self._extent(field)
        told = bare.model_copy(
            update={
                **person(checked.certificate),
                "standard": value.standard or _standard(field, checked),
                "seal_name": cut(value.seal.name) if value.seal else "",
                "seal_owner": (
                    cut(seal_owner(value.seal, checked.certificate)) if value.seal else ""
                ),
                "integrity": checked.integrity,
                "reason": checked.reason,
                "detail": cut(checked.detail),
                "extent": extent,
                "left_out": left_out,
                "algorithm": checked.algorithm,
            }
        )
        if checked.time_source is not TimeSource.NONE:
            told = told.model_copy(
                update={"signed_at": checked.signed_at, "time_source": checked.time_source}
            )
        told = told.model_copy(
            update={
                "trust": self._trust(checked, told),
                "remarks": tuple(
                    dict.fromkeys((*checked.remarks, *doubts(checked.certificate, told.signed_at)))
                ),
            }
        )
        if told.integrity is not Integrity.INTACT:
            return told
        if extent is Extent.PARTS:
            return told.model_copy(
                update={"integrity": Integrity.UNKNOWN, "reason": Reason.COVERAGE}
            )
        return self._with_later(field, told) if extent is Extent.REVISION else told

    def _trust(self, checked: Checked, told: Signed) -> Trust:
        moment = told.signed_at
        return self.trust.trust(checked.certificate, others=checked.others, moment=moment)

    def _extent(self, field: SignedField) -> tuple[Extent, tuple[str, ...]]:
        """Return how much of the file is covered, and what is not but for the value itself."""
        data = self.revisions.data
        rest = data[field.end :]
        if field.is_sound and not rest.strip():
            return Extent.WHOLE, ()
        if field.is_sound and self.revisions.end_near(field.end) is not None:
            return Extent.REVISION, ()
        return Extent.PARTS, tuple(_uncovered(field, len(data)))[:_UNCOVERED_SHOWN]

    def _with_later(self, field: SignedField, told: Signed) -> Signed:
        later = self.appended.after(field)
        if not field.name:
            gone = LaterRecord(kind=LaterKind.OTHER, detail="no field of the form holds it")
            later = (gone, *later)
        remarks = told.remarks
        if is_forbidden(later, field.permission):
            remarks = (*remarks, Remark.CHANGES_FORBIDDEN)
        changed = Integrity.CHANGED if is_change(later) else Integrity.INTACT
        return told.model_copy(
            update={"later": later[:LATER_MAX], "integrity": changed, "remarks": remarks}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    """A signature's value after it was verified."""

    checked: Checked
    seal: Seal | None = None
    standard: Standard | None = None
    """Set where the value says more than the field that holds it."""


def _examined(field: SignedField, data: bytes) -> _Value:
    """Return what is known of a signature's value, which may be the use of an electronic seal."""
    checked = _checked(field, data)
    if checked.certificate is not None or checked.reason is not Reason.STRUCTURE:
        return _Value(checked=checked)
    try:
        sealing = sealing_of(field.value)
    except NotTagged:
        return _Value(checked=checked)
    verdict = sealed(sealing, b"".join(field.covered(data)))
    told = Checked(
        integrity=verdict.integrity,
        reason=verdict.reason,
        detail=verdict.detail,
        certificate=verdict.certificate,
        algorithm=verdict.algorithm,
        signed_at=verdict.signed_at,
        time_source=verdict.time_source,
        remarks=(*verdict.remarks, *seal_remarks(sealing.seal, verdict)),
    )
    return _Value(checked=told, seal=sealing.seal, standard=verdict.standard)


def _checked(field: SignedField, data: bytes) -> Checked:
    """Return what is known of a signature's value over the bytes that it covers."""
    value = field.value or field.stated_value
    if field.end > len(data):
        return Checked(integrity=Integrity.ALTERED, reason=Reason.COVERAGE)
    if not value.strip(b"\0"):
        reason = Reason.EMPTY if value else Reason.STRUCTURE
        return Checked(integrity=Integrity.UNKNOWN, reason=reason)
    parts = field.covered(data)

    def digest_of(name: str) -> bytes:
        return digest(name, *parts)

    if field.subfilter == _BARE_RSA:
        return _bare_rsa(value, field.certificates, digest_of)
    return check_cms(value, digest_of, raw=lambda: b"".join(parts))


def _bare_rsa(
    value: bytes, certificates: tuple[bytes, ...], digest_of: Callable[[str], bytes]
) -> Checked:
    """Return what is known of a signature that is a bare RSA value over a SHA-1 digest."""
    try:
        held = bytes(core.OctetString.load(value))
        certificate = x509.Certificate.load(certificates[0])
        key = serialization.load_der_public_key(certificate.public_key.dump())
    except (ValueError, TypeError, IndexError) as error:
        reason = Reason.STRUCTURE if certificates else Reason.CERTIFICATE
        detail = type(error).__name__
        return Checked(integrity=Integrity.UNKNOWN, reason=reason, detail=detail)
    about = Checked(
        integrity=Integrity.ALTERED,
        reason=Reason.VALUE,
        certificate=certificate,
        others=tuple(x509.Certificate.load(one) for one in certificates[1:]),
        algorithm=f"SHA-1 with {key_name(certificate.public_key)}",
        remarks=(Remark.WEAK_ALGORITHM,),
    )
    if not isinstance(key, rsa.RSAPublicKey):
        return replace(about, integrity=Integrity.UNKNOWN, reason=Reason.ALGORITHM)
    try:
        signed = key.recover_data_from_signature(held, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303  # what the format uses
    except InvalidSignature:
        return about
    if signed != digest_of("sha1"):
        return replace(about, reason=Reason.DIGEST)
    return replace(about, integrity=Integrity.INTACT, reason=Reason.NONE)


def _standard(field: SignedField, checked: Checked | None) -> Standard:
    if field.subfilter == _BARE_RSA:
        return Standard.X509_RSA
    if field.subfilter == _STAMP or (checked is not None and checked.is_stamp):
        return Standard.TIMESTAMP
    if checked is None or checked.certificate is None:
        return Standard.OTHER
    sound = field.subfilter == _PADES and checked.is_cades
    return Standard.PADES if sound else Standard.PKCS7


def _uncovered(field: SignedField, size: int) -> Iterator[str]:
    """Name the bytes that no range covers."""
    at = 0
    for start, end in sorted(field.ranges):
        if start > at:
            yield f"bytes {at}-{start}"
        at = max(at, end)
    if at < size:
        yield f"bytes {at}-{size}"
