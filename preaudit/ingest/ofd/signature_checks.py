"""Whether a signature of an OFD still holds, and over which parts of the package it is."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from asn1crypto import x509

from preaudit.ingest.certificates import (
    doubts,
    in_force,
    is_sm2,
    key_name,
    owner,
    parsed_certificate,
    person,
)
from preaudit.ingest.digests import NoSuchDigest, digest, digest_name
from preaudit.ingest.ofd.document import Document
from preaudit.ingest.ofd.package import MissingPart
from preaudit.ingest.ofd.seals import Seal, Sealing
from preaudit.ingest.ofd.signature_files import SignatureFile
from preaudit.ingest.problems import Refusal
from preaudit.ingest.signed import LEFT_OUT_MAX, LaterRecord, Place, Signed, cut
from preaudit.ingest.sm2 import verify
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

_SM3_BRANCH = "1.2.156.10197.1.401"
_SM3_WITH_KEY = "1.2.156.10197.1.401.2"
_BY_LENGTH = {16: ("md5",), 20: ("sha1",), 32: ("sm3", "sha256"), 48: ("sha384",), 64: ("sha512",)}
"""Which digests have so many bytes; what is sealed is named only by its digest."""
_WEAK = frozenset({"md5", "sha1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is known of a signature's value, before its references are looked at."""

    integrity: Integrity
    reason: Reason = Reason.NONE
    detail: str = ""
    certificate: x509.Certificate | None = None
    others: tuple[x509.Certificate, ...] = ()
    algorithm: str = ""
    signed_at: datetime | None = None
    time_source: TimeSource = TimeSource.NONE
    remarks: tuple[Remark, ...] = ()
    standard: Standard = Standard.OTHER


def checked(
    file: SignatureFile,
    files: Sequence[SignatureFile],
    document: Document,
    *,
    trusted: Sequence[str],
    places: tuple[Place, ...],
) -> Signed:
    """Return what is to be told of a signature.

    Args:
        file: The signature.
        files: All signatures of the document, in their order.
        document: The document.
        trusted: The certificates that the house trusts, as a job carries them.
        places: Where its seal shows.
    """
    verdict = _dated(_value(file), file)
    seal = file.seal
    broken = _References(file, files, document)
    integrity, reason, detail = _together(file, verdict, broken)
    left_out = _left_out(file, files, document)
    weak = digest_name(_method(file.method)).name in _WEAK
    remarks = (
        *verdict.remarks,
        *doubts(verdict.certificate, verdict.signed_at),
        *(seal_remarks(seal, verdict) if seal else ()),
        *((Remark.WEAK_ALGORITHM,) if weak else ()),
    )
    return Signed(
        name=cut(file.name),
        standard=verdict.standard,
        signed_at=verdict.signed_at,
        time_source=verdict.time_source,
        extent=_extent(file, left_out),
        left_out=tuple(cut(name) for name in left_out[:LEFT_OUT_MAX]),
        integrity=integrity,
        reason=reason,
        later=tuple(broken.later),
        trust=_trust(verdict, trusted),
        algorithm=cut(verdict.algorithm),
        seal_name=cut(seal.name) if seal else "",
        seal_owner=seal_owner(seal, verdict.certificate) if seal else "",
        places=places,
        remarks=tuple(dict.fromkeys(remarks)),
        detail=cut(detail),
        **person(verdict.certificate),
    )


def _trust(verdict: Verdict, trusted: Sequence[str]) -> Trust:
    if not trusted:
        return Trust.NOT_CHECKED
    from preaudit.ingest.chains import TrustList  # noqa: PLC0415  # as above

    return TrustList(trusted).trust(
        verdict.certificate, others=verdict.others, moment=verdict.signed_at
    )


class _References:
    """What has become of the parts that a signature is over."""

    def __init__(
        self, file: SignatureFile, files: Sequence[SignatureFile], document: Document
    ) -> None:
        self.later: list[LaterRecord] = []
        self.reason = Reason.NONE
        self.detail = ""
        if not file.is_sound:
            return
        if not file.references:
            self.reason, self.detail = Reason.COVERAGE, "no references"
            return
        lost = [one.written for one in file.references if one.part is None]
        changed = [
            one.part
            for one in file.references
            if one.part is not None and not _holds(document, one.part, one.digest, file.method)
        ]
        # The list of signatures grows with each further one: that alone breaks nothing.
        followers = files[list(files).index(file) + 1 :]
        if document.signatures in changed and followers:
            changed.remove(document.signatures)
            self.later = [LaterRecord(kind=LaterKind.SIGNATURE, detail=cut(followers[0].name))]
        if changed:
            self.reason, self.detail = Reason.DIGEST, ", ".join(changed)
        elif lost:
            self.reason, self.detail = Reason.MISSING_PART, ", ".join(lost)


def _together(
    file: SignatureFile, verdict: Verdict, broken: _References
) -> tuple[Integrity, Reason, str]:
    """Return what value and references say together."""
    if verdict.integrity is Integrity.ALTERED:
        found = verdict.integrity, verdict.reason, verdict.detail
    elif broken.reason:
        found = Integrity.ALTERED, broken.reason, broken.detail
    else:
        return verdict.integrity, verdict.reason, verdict.detail
    if file.is_sound and file.references and not _is_known(file.method):
        # Digests that cannot be computed prove nothing, neither way.
        return Integrity.UNKNOWN, Reason.ALGORITHM, file.method
    return found


def _holds(document: Document, part: str, written: str, method: str) -> bool:
    """Tell whether a part has the digest that a signature states."""
    try:
        found = digest(digest_name(_method(method)).name, document.parts.package.read(part))
    except (MissingPart, Refusal, NoSuchDigest):
        return False
    stated = written.rstrip("=")
    return stated == base64.b64encode(found).decode().rstrip("=") or stated.lower() == found.hex()


def _method(written: str) -> str:
    """Return a digest's name; makers also write identifiers below that of SM3."""
    return _SM3_BRANCH if written.strip().startswith(_SM3_BRANCH) else written


def _is_known(written: str) -> bool:
    """Tell whether a digest can be computed here: not one with a key, nor one never heard of."""
    try:
        digest(digest_name(_method(written)).name)
    except NoSuchDigest:
        return False
    return written.strip() != _SM3_WITH_KEY


def _value(file: SignatureFile) -> Verdict:
    """Return whether the value fits the signature's own part (Signature.xml)."""
    if not file.is_sound:
        return Verdict(integrity=Integrity.UNKNOWN, reason=Reason.STRUCTURE, detail=file.part)
    if not file.value:
        reason = Reason.MISSING_PART if file.value_part is None else Reason.EMPTY
        return Verdict(integrity=Integrity.UNKNOWN, reason=reason, detail="SignedValue")
    if file.sealing is not None:
        return sealed(file.sealing, file.data)
    return _of_cms(file)


def _of_cms(file: SignatureFile) -> Verdict:
    # Most signatures are seals, and what reads CMS takes a second to load.
    from preaudit.ingest.cms import check_cms  # noqa: PLC0415

    found = check_cms(file.value, lambda name: digest(name, file.data), raw=lambda: file.data)
    return Verdict(
        integrity=found.integrity,
        reason=found.reason,
        detail=found.detail,
        certificate=found.certificate,
        others=found.others,
        algorithm=found.algorithm,
        signed_at=found.signed_at,
        time_source=found.time_source,
        remarks=found.remarks,
        standard=Standard.OTHER if found.certificate is None else Standard.PKCS7,
    )


def sealed(sealing: Sealing, data: bytes) -> Verdict:
    """Return whether the use of a seal fits what was sealed, and whose it is."""
    certificate = parsed_certificate(sealing.certificate)
    signed_at, source, remarks = _sealing_time(sealing)
    integrity, reason, detail = Integrity.INTACT, Reason.NONE, ""
    names = _BY_LENGTH.get(len(sealing.digest), ())
    named = next((name for name in names if digest(name, data) == sealing.digest), None)
    if certificate is None:
        integrity, reason = Integrity.UNKNOWN, Reason.CERTIFICATE
    else:
        fits = fits_key(certificate, sealing.algorithm, sealing.signed, sealing.value)
        if fits is None:
            integrity, reason, detail = Integrity.UNKNOWN, Reason.ALGORITHM, sealing.algorithm
        elif not fits:
            integrity, reason = Integrity.ALTERED, Reason.VALUE
    if named is None:
        integrity, reason, detail = Integrity.ALTERED, Reason.DIGEST, "Signature.xml"
    return Verdict(
        integrity=integrity,
        reason=reason,
        detail=detail,
        certificate=certificate,
        algorithm=_algorithm(certificate, named, sealing.algorithm),
        signed_at=signed_at,
        time_source=source,
        remarks=(*remarks, *((Remark.WEAK_ALGORITHM,) if named in _WEAK else ())),
        standard=sealing.standard,
    )


def fits_key(
    certificate: x509.Certificate, algorithm: str, data: bytes, value: bytes
) -> bool | None:
    """Tell whether a value over data is by the key of a certificate; None: it cannot be told."""
    key = certificate.public_key
    if is_sm2(key):
        return verify(public_key=bytes(key["public_key"]), signature=value, data=data)
    # Nearly all seals are SM2, and what verifies the others takes a second to load.
    from preaudit.ingest.cms import fits_value  # noqa: PLC0415

    return fits_value(key, algorithm, data, value)


def _algorithm(certificate: x509.Certificate | None, named: str | None, algorithm: str) -> str:
    if certificate is None:
        return algorithm
    key = certificate.public_key
    hashed = "sm3" if is_sm2(key) else (named or algorithm)
    return f"{digest_name(hashed).shown} with {key_name(key)}"


def _sealing_time(sealing: Sealing) -> tuple[datetime | None, TimeSource, tuple[Remark, ...]]:
    """Return when a seal was used: by its time stamp where that holds, else as claimed."""
    claimed = TimeSource.CLAIMED if sealing.signed_at else TimeSource.NONE
    if not sealing.stamp:
        return sealing.signed_at, claimed, ()
    from preaudit.ingest.cms import check_cms  # noqa: PLC0415  # as above

    stamp = check_cms(
        sealing.stamp, lambda name: digest(name, sealing.value), raw=lambda: sealing.value
    )
    if stamp.is_stamp and stamp.integrity is Integrity.INTACT:
        return stamp.signed_at, TimeSource.TIMESTAMP, ()
    if not stamp.is_stamp and sealing.standard is Standard.SES_V1:
        return sealing.signed_at, claimed, ()  # makers put whatever they like there
    return sealing.signed_at, claimed, (Remark.TIMESTAMP_BROKEN,)


def _dated(verdict: Verdict, file: SignatureFile) -> Verdict:
    """Return the same with the time that the signature's part states, where the value has none."""
    if verdict.signed_at is not None or file.stated_at is None:
        return verdict
    return replace(verdict, signed_at=file.stated_at, time_source=TimeSource.CLAIMED)


def seal_remarks(seal: Seal, verdict: Verdict) -> list[Remark]:
    """Return what a person should know of a seal that was used."""
    found = []
    maker = parsed_certificate(seal.maker)
    whole = maker is not None and any(
        fits_key(maker, seal.algorithm, data, seal.value) for data in seal.signed
    )
    if not whole:
        found.append(Remark.SEAL_ALTERED)
    if verdict.certificate is not None and not _may_use(seal, verdict.certificate):
        found.append(Remark.SEAL_OF_ANOTHER)
    if verdict.signed_at is not None and not in_force(verdict.signed_at, seal.first, seal.last):
        found.append(Remark.SEAL_NOT_IN_FORCE)
    return found


def _may_use(seal: Seal, certificate: x509.Certificate) -> bool:
    der = certificate.dump()
    if der in seal.certificates or not (seal.certificates or seal.digests):
        return True
    return any(
        digest(name, der) == one for one in seal.digests for name in _BY_LENGTH.get(len(one), ())
    )


def seal_owner(seal: Seal, certificate: x509.Certificate | None) -> str:
    """Return whom the certificate that may use a seal names."""
    for der in seal.certificates:
        named = owner(parsed_certificate(der))
        if named:
            return named
    return owner(certificate) if certificate is not None and seal.digests else ""


def _left_out(file: SignatureFile, files: Sequence[SignatureFile], document: Document) -> list[str]:
    """Return the parts of the package that a signature is not over, signatures aside."""
    covered = {one.part for one in file.references}
    aside: set[str] = {document.signatures or ""}
    for one in files:
        aside |= one.own_parts
    return [name for name in document.parts.package.names if name not in covered | aside]


def _extent(file: SignatureFile, left_out: list[str]) -> Extent:
    if not file.references:
        return Extent.UNKNOWN
    return Extent.PARTS if left_out else Extent.WHOLE
