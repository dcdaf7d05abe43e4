"""What a certificate says of the person or office that it names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from asn1crypto import keys, x509

from preaudit.ingest.signed import cut
from preaudit.ingest.sm2 import SM2_CURVE
from preaudit.signature import Remark

_DAY = timedelta(days=1)


def parsed_certificate(der: bytes) -> x509.Certificate | None:
    """Return a certificate; None when it is none, or has no name or key that can be read."""
    try:
        certificate = x509.Certificate.load(der)
        _ = certificate.subject.native, certificate.issuer.native, certificate.public_key.algorithm
        _ = certificate.not_valid_before, certificate.not_valid_after
    except Exception:  # noqa: BLE001  # asn1crypto raises anything over broken DER
        return None
    return certificate


def person(certificate: x509.Certificate | None) -> dict[str, object]:
    """Return the fields of `Signed` that say whom a certificate names, and since when."""
    if certificate is None:
        return {}
    subject, issuer = certificate.subject.native, certificate.issuer.native
    organisation = _entry(subject, "organization_name")
    return {
        "signer_name": cut(_entry(subject, "common_name") or organisation),
        "signer_organisation": cut(organisation),
        "signer_issuer": cut(_entry(issuer, "common_name") or _entry(issuer, "organization_name")),
        "signer_serial": cut(f"{certificate.serial_number:X}"),
        "signer_from": certificate.not_valid_before,
        "signer_until": certificate.not_valid_after,
    }


def owner(certificate: x509.Certificate | None) -> str:
    """Return the office that a certificate names, else the person."""
    if certificate is None:
        return ""
    subject = certificate.subject.native
    return cut(_entry(subject, "organization_name") or _entry(subject, "common_name"))


def doubts(certificate: x509.Certificate | None, signed_at: datetime | None) -> tuple[Remark, ...]:
    """Return what a person should know of a certificate that signed at a moment."""
    if certificate is None:
        return ()
    found = []
    if certificate.subject == certificate.issuer:
        found.append(Remark.SELF_SIGNED)
    if signed_at is not None and not in_force(
        signed_at, certificate.not_valid_before, certificate.not_valid_after
    ):
        found.append(Remark.CERTIFICATE_NOT_IN_FORCE)
    return tuple(found)


def in_force(moment: datetime, first: datetime | None, last: datetime | None) -> bool:
    """Tell whether a moment lies between two others, give or take a day for clocks and zones."""
    when = aware(moment)
    return not (
        (first is not None and when < aware(first) - _DAY)
        or (last is not None and when > aware(last) + _DAY)
    )


def aware(moment: datetime) -> datetime:
    """Return a moment with a zone: Chinese papers that state none mean Beijing, 8 hours ahead."""
    return moment if moment.tzinfo else (moment - timedelta(hours=8)).replace(tzinfo=UTC)


def is_sm2(key: keys.PublicKeyInfo) -> bool:
    """Tell whether a public key is one of SM2."""
    if key["algorithm"]["algorithm"].native != "ec":
        return False
    parameters = key["algorithm"]["parameters"]
    return bool(parameters.name == "named" and parameters.chosen.dotted == SM2_CURVE)


def key_name(key: keys.PublicKeyInfo) -> str:
    """Return what kind of key this is, such as `RSA 2048` or `SM2`."""
    if is_sm2(key):
        return "SM2"
    kind = str(key.algorithm).upper()
    return f"{kind} {key.bit_size}" if kind in {"RSA", "DSA", "EC"} else kind


def _entry(name: dict[str, object], part: str) -> str:
    """Return an entry of a distinguished name; the first where there are several."""
    value = name.get(part, "")
    return str(value[0] if isinstance(value, list) and value else value)
