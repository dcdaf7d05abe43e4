"""CMS (PKCS #7) signatures: who made one, when, and whether it fits what it was made over.

pyHanko and its validator do the work; SM2 (GM/T 0010, GM/T 0009) is added to it. Nothing is ever
fetched. Nothing here says whom to trust; see `preaudit.ingest.chains`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, core, keys, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko.sign.general import CMSExtractionError, extract_certificate_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko_certvalidator.errors import AlgorithmNotSupported
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
)

from preaudit.ingest.certificates import is_sm2, key_name
from preaudit.ingest.digests import NoSuchDigest, digest, digest_name
from preaudit.ingest.sm2 import verify
from preaudit.signature import Integrity, Reason, Remark, TimeSource

DigestOf = Callable[[str], bytes]
"""From the name of an algorithm to the digest of what was signed."""

_SIGNED_DATA = frozenset({"signed_data", "1.2.156.10197.6.1.4.2.2"})
"""RFC 5652 and, with SM2, GM/T 0010."""
_DATA = frozenset({"data", "1.2.156.10197.6.1.4.2.1"})
_STAMP = "tst_info"
_WEAK_DIGESTS = frozenset({"md2", "md5", "sha1"})
_RSA_BITS = 2048


class SignatureValues(DefaultSignatureValidator):
    """Verifies signature values, those of SM2 among them.

    Args:
        raw: Returns what was signed where there are no signed attributes: SM2 needs all of it, not
            its digest.
    """

    def __init__(self, raw: Callable[[], bytes] | None = None) -> None:
        self._raw = raw

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: keys.PublicKeyInfo,
        signature_algorithm: Any,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        """Do nothing when the value is right.

        Raises:
            InvalidSignature: It is not by this key, or over something else.
        """
        if not is_sm2(public_key_info):
            super().validate_signature(
                signature, signed_data, public_key_info, signature_algorithm, context
            )
            return
        if context.prehashed:
            if self._raw is None:
                raise AlgorithmNotSupported("SM2 over a digest")
            signed_data = self._raw()
        point = bytes(public_key_info["public_key"])
        if not verify(public_key=point, signature=signature, data=signed_data):
            raise InvalidSignature


def fits_value(key: keys.PublicKeyInfo, algorithm: str, data: bytes, value: bytes) -> bool | None:
    """Tell whether a bare value over data is by a key; None: it cannot be told.

    Args:
        key: The public key.
        algorithm: Object identifier of the signature algorithm.
        data: What was signed.
        value: The signature.
    """
    try:
        named = algos.SignedDigestAlgorithm({"algorithm": algorithm})
        SignatureValues().validate_signature(value, data, key, named)
    except InvalidSignature:
        return False
    except (
        AlgorithmNotSupported, UnsupportedAlgorithm, NotImplementedError, ValueError, TypeError,
        KeyError,
    ):  # fmt: skip
        return None
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is known of one CMS signature."""

    integrity: Integrity
    reason: Reason = Reason.NONE
    detail: str = ""
    certificate: x509.Certificate | None = None
    others: tuple[x509.Certificate, ...] = ()
    """Further certificates that it carries."""
    algorithm: str = ""
    signed_at: datetime | None = None
    time_source: TimeSource = TimeSource.NONE
    stamped_by: x509.Certificate | None = None
    """The certificate of the time-stamping authority."""
    is_stamp: bool = False
    is_cades: bool = False
    """Whether it binds its certificate, as PAdES asks."""
    remarks: tuple[Remark, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Parsed:
    """A signature taken apart."""

    content: cms.SignedData
    info: cms.SignerInfo
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    content_type: str


class _Broken(Exception):  # noqa: N818  # an answer, not an error
    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def check_cms(value: bytes, digest_of: DigestOf, *, raw: Callable[[], bytes]) -> Checked:
    """Return what a CMS signature says, and whether it fits what was signed.

    Args:
        value: The signature, DER; what follows it (PDF pads with zeros) is passed over.
        digest_of: Gives the digest of what was signed; raises NoSuchDigest.
        raw: Gives what was signed itself.
    """
    try:
        parsed = _parsed(value)
        about = _about(parsed)
    except _Broken as broken:
        return Checked(integrity=Integrity.UNKNOWN, reason=broken.reason, detail=broken.detail)
    except Exception as error:  # noqa: BLE001  # asn1crypto raises anything over broken DER
        detail = type(error).__name__
        return Checked(integrity=Integrity.UNKNOWN, reason=Reason.STRUCTURE, detail=detail)
    try:
        reason = _fault(parsed, digest_of, raw)
        integrity = Integrity.ALTERED if reason else Integrity.INTACT
        return _timed(parsed, replace(about, integrity=integrity, reason=reason))
    except _Broken as broken:
        known = Integrity.ALTERED if broken.reason is Reason.CERTIFICATE else Integrity.UNKNOWN
        return replace(about, integrity=known, reason=broken.reason, detail=broken.detail)
    except Exception as error:  # noqa: BLE001  # likewise
        detail = f"{type(error).__name__}: {error}"
        return replace(about, integrity=Integrity.UNKNOWN, reason=Reason.STRUCTURE, detail=detail)


def _parsed(value: bytes) -> _Parsed:
    info = cms.ContentInfo.load(value)
    if info["content_type"].native not in _SIGNED_DATA:
        raise _Broken(Reason.STRUCTURE, f"content type {info['content_type'].dotted}")
    content = info["content"]
    if not isinstance(content, cms.SignedData):
        content = content.parse(cms.SignedData)
    signers = content["signer_infos"]
    if len(signers) != 1:
        raise _Broken(Reason.STRUCTURE, f"{len(signers)} signers")
    try:
        found = extract_certificate_info(content)
    except (CMSExtractionError, TypeError) as error:
        raise _Broken(Reason.CERTIFICATE, "no certificate of the signer") from error
    return _Parsed(
        content=content,
        info=signers[0],
        certificate=found.signer_cert,
        others=tuple(found.other_certs),
        content_type=content["encap_content_info"]["content_type"].native,
    )


def _about(parsed: _Parsed) -> Checked:
    """Return what the signature says of itself."""
    key = parsed.certificate.public_key
    hashed = digest_name(parsed.info["digest_algorithm"]["algorithm"].native)
    claimed = _attribute(parsed.info["signed_attrs"], "signing_time")
    return Checked(
        integrity=Integrity.UNKNOWN,
        certificate=parsed.certificate,
        others=parsed.others,
        algorithm=f"{hashed.shown} with {key_name(key)}",
        signed_at=claimed.native if claimed is not None else None,
        time_source=TimeSource.CLAIMED if claimed is not None else TimeSource.NONE,
        is_stamp=parsed.content_type == _STAMP,
        is_cades=_attribute(parsed.info["signed_attrs"], "signing_certificate_v2") is not None
        or _attribute(parsed.info["signed_attrs"], "signing_certificate") is not None,
        remarks=(Remark.WEAK_ALGORITHM,) if _is_weak(key, hashed.name) else (),
    )


def _is_weak(key: keys.PublicKeyInfo, hashed: str) -> bool:
    short = key.algorithm in {"rsa", "dsa"} and key.bit_size < _RSA_BITS
    return bool(short or hashed in _WEAK_DIGESTS)


def _fault(parsed: _Parsed, digest_of: DigestOf, raw: Callable[[], bytes]) -> Reason:
    """Return what does not fit, digest or value; `NONE` when both do."""
    inside = parsed.content["encap_content_info"]["content"]
    held = None if isinstance(inside, core.Void) or inside.native is None else _held(inside)
    try:
        hashed = digest_name(parsed.info["digest_algorithm"]["algorithm"].native).name
        if held is not None and not _fits(parsed, held, digest_of):
            return Reason.DIGEST
        intact, valid = validate_sig_integrity(
            parsed.info,
            parsed.certificate,
            expected_content_type=_stated_type(parsed),
            actual_digest=digest_of(hashed) if held is None else digest(hashed, held),
            sig_validator=SignatureValues(raw if held is None else lambda: held),
        )
    except (NoSuchDigest, UnsupportedAlgorithm, AlgorithmNotSupported, AssertionError) as error:
        raise _Broken(Reason.ALGORITHM, str(error)) from error
    except SignatureValidationError as error:
        # The certificate that stands there is not the one that was signed with.
        raise _Broken(Reason.CERTIFICATE, str(error.failure_message)) from error
    if not intact:
        return Reason.DIGEST
    return Reason.NONE if valid else Reason.VALUE


def _stated_type(parsed: _Parsed) -> str:
    """Return the type that the signed attributes have to state.

    Makers write plain data as RFC 5652 has it outside and as GM/T 0010 has it inside.
    """
    stated = _attribute(parsed.info["signed_attrs"], "content_type")
    same = stated is not None and {stated.native, parsed.content_type} <= _DATA
    return str(stated.native) if same else parsed.content_type


def _held(inside: Any) -> bytes:
    """Return the bytes of the content that a signature holds itself."""
    return bytes(inside) if isinstance(inside, core.OctetString) else bytes(inside.contents)


def _fits(parsed: _Parsed, held: bytes, digest_of: DigestOf) -> bool:
    """Tell whether what the signature holds is what was signed, or its digest."""
    if parsed.content_type == _STAMP:
        imprint = parsed.content["encap_content_info"]["content"].parsed["message_imprint"]
        hashed = digest_name(imprint["hash_algorithm"]["algorithm"].native).name
        return bool(imprint["hashed_message"].native == digest_of(hashed))
    return parsed.content_type in _DATA and held == digest_of("sha1")  # adbe.pkcs7.sha1


def _timed(parsed: _Parsed, checked: Checked) -> Checked:
    """Return the same with the time of its time stamp, where it has one that fits."""
    if checked.is_stamp:
        told = parsed.content["encap_content_info"]["content"].parsed["gen_time"].native
        return replace(
            checked,
            signed_at=told,
            time_source=TimeSource.TIMESTAMP,
            stamped_by=checked.certificate,
        )
    token = _attribute(parsed.info["unsigned_attrs"], "signature_time_stamp_token")
    if token is None:
        return checked
    value: bytes = parsed.info["signature"].native
    stamp = check_cms(token.dump(), lambda name: digest(name, value), raw=lambda: value)
    if not (stamp.is_stamp and stamp.integrity is Integrity.INTACT):
        return replace(checked, remarks=(*checked.remarks, Remark.TIMESTAMP_BROKEN))
    return replace(
        checked,
        signed_at=stamp.signed_at,
        time_source=TimeSource.TIMESTAMP,
        stamped_by=stamp.certificate,
        others=checked.others + stamp.others,
    )


def _attribute(attributes: Any, name: str) -> Any:
    """Return the first value of an attribute; None when it is not there."""
    if isinstance(attributes, core.Void):
        return None
    for attribute in attributes:
        if attribute["type"].native == name and len(attribute["values"]):
            return attribute["values"][0]
    return None
