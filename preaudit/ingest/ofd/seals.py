"""Electronic seals and what is signed with them: GM/T 0031-2014 and GB/T 38540-2020.

Both have the same bones in another order: a seal (name, picture, certificates that may use it,
signed by its maker), and over it the seal's use (time, digest of what is sealed, signed by whoever
used it).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from preaudit.ingest.ofd.tagged import NotTagged, Tagged, tagged
from preaudit.signature import Standard

_V4 = 4
_HEADER = "ES"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPicture:
    """What a seal looks like."""

    kind: str
    """Such as `PNG`, `JPG`, `BMP`, `OFD`; in capitals."""
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """An electronic seal."""

    whole: bytes
    """All of it, as it is signed over."""
    key: str
    """Its own id."""
    name: str
    certificates: tuple[bytes, ...]
    """DER of those that may use it; empty when only digests of them are given."""
    digests: tuple[bytes, ...]
    first: datetime | None
    last: datetime | None
    picture: SealPicture | None
    signed: tuple[bytes, ...]
    """What its maker may have signed: readings of the standards differ."""
    maker: bytes
    """DER of the maker's certificate."""
    algorithm: str
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """The use of a seal: a signature."""

    standard: Standard
    seal: Seal
    signed_at: datetime | None
    digest: bytes
    """Of what is sealed."""
    about: str
    """Where what is sealed lies, as the signer says."""
    certificate: bytes
    algorithm: str
    signed: bytes
    """What the value is over."""
    value: bytes
    stamp: bytes
    """A time stamp over the value, DER; empty when there is none."""


def sealing_of(data: bytes) -> Sealing:
    """Return the use of a seal from its bytes (SES_Signature).

    Raises:
        NotTagged: It is neither of the two forms.
    """
    parts = _sequence(tagged(data), least=2)
    within = _sequence(parts[0], least=5)
    seal = _seal(within[1])
    if len(parts) >= 4 and parts[1].is_octets:  # noqa: PLR2004  # certificate, algorithm, value
        return Sealing(
            standard=Standard.SES_V4,
            seal=seal,
            signed_at=within[2].time(),
            digest=within[3].octets(),
            about=within[4].text(),
            certificate=parts[1].octets(),
            algorithm=parts[2].oid(),
            signed=parts[0].whole,
            value=parts[3].octets(),
            stamp=_unwrapped(parts[4]) if len(parts) > 4 else b"",  # noqa: PLR2004
        )
    if len(within) < 7:  # noqa: PLR2004  # certificate and algorithm lie inside
        raise NotTagged("SES_Signature")
    return Sealing(
        standard=Standard.SES_V1,
        seal=seal,
        signed_at=within[2].time(),
        digest=within[3].octets(),
        about=within[4].text(),
        certificate=within[5].octets(),
        algorithm=within[6].oid(),
        signed=parts[0].whole,
        value=parts[1].octets(),
        stamp=within[2].octets() if within[2].is_bits and within[2].time() is None else b"",
    )


def seal_of(data: bytes) -> Seal:
    """Return a seal from its bytes (SESeal).

    Raises:
        NotTagged: It is none.
    """
    return _seal(tagged(data))


def _seal(value: Tagged) -> Seal:
    parts = _sequence(value, least=2)
    about = _sequence(parts[0], least=4)
    header = _sequence(about[0], least=1)
    if header[0].text() != _HEADER:
        raise NotTagged("SES_Header")
    proof = parts[1:] if parts[1].is_octets else _sequence(parts[1], least=3)
    if len(proof) < 3:  # noqa: PLR2004  # certificate, algorithm, value
        raise NotTagged("SESeal")
    maker, algorithm, value_of_maker = proof[:3]
    owned = _sequence(about[2], least=3)
    certificates, digests = _users(owned[2:])
    times = [one.time() for one in owned if one.is_time]
    return Seal(
        whole=value.whole,
        key=about[1].text(),
        name=owned[1].text(),
        certificates=certificates,
        digests=digests,
        first=times[1] if len(times) > 1 else None,
        last=times[2] if len(times) > 2 else None,  # noqa: PLR2004  # made, first day, last day
        picture=_picture(about[3]),
        signed=(_in_sequence(parts[0], maker, algorithm), parts[0].whole),
        maker=maker.octets(),
        algorithm=algorithm.oid(),
        value=value_of_maker.octets(),
    )


def _users(owned: list[Tagged]) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Return the certificates that may use a seal, or digests of them (type and value each)."""
    certificates: list[bytes] = []
    digests: list[bytes] = []
    for one in owned:
        for user in one.parts() if one.is_sequence else ():
            if user.is_sequence:
                digests += [part.octets() for part in user.parts() if part.is_octets]
            elif user.is_octets and user.content:
                certificates.append(user.octets())
    return tuple(certificates), tuple(digests)


def _picture(value: Tagged) -> SealPicture | None:
    parts = _sequence(value, least=2)
    data = parts[1].octets()
    return SealPicture(kind=parts[0].text().upper(), data=data) if data else None


def _in_sequence(*values: Tagged) -> bytes:
    """Return values as the sequence of them."""
    content = b"".join(value.whole for value in values)
    length = len(content)
    if length < 0x80:  # noqa: PLR2004  # ITU-T X.690, 8.1.3
        return b"\x30" + bytes([length]) + content
    size = (length.bit_length() + 7) // 8
    return b"\x30" + bytes([0x80 | size]) + length.to_bytes(size, "big") + content


def _unwrapped(value: Tagged) -> bytes:
    """Return the bytes of a string that may lie in a tag of its own."""
    if value.is_bits or value.is_octets:
        return value.octets()
    return value.parts()[0].octets() if value.content else b""


def _sequence(value: Tagged, *, least: int) -> list[Tagged]:
    parts = value.parts() if value.is_sequence else []
    if len(parts) < least:
        raise NotTagged(f"a sequence of {len(parts)}, not {least}")
    return parts
