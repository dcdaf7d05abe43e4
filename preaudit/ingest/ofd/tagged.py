"""ASN.1 values taken apart without a schema.

Makers of electronic seals differ in the types of times and strings, and in what they leave out, so
values are found by their place and read for what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_UNIVERSAL = 0
_INTEGER, _BITS, _OCTETS, _OID, _UTF8, _SEQUENCE = 2, 3, 4, 6, 12, 16
_UTC_TIME, _GENERAL_TIME, _BMP = 23, 24, 30
_TEXTS = frozenset({_UTF8, *range(18, 23), *range(25, 31)})
"""Tags of strings of characters (ITU-T X.680, table 1)."""
_TEXT_CODECS = ("utf-8", "gb18030", "latin-1")
_CHILDREN_MAX = 10_000
_TAG, _LONG = 0x1F, 0x80
_LENGTH_BYTES_MAX = 4
_TIME = re.compile(r"(\d{10}|\d{12}|\d{14})(?:\.\d+)?(Z|[+-]\d{4})?$")
_LONG_TIME = 14
_CENTURY = 2000


class NotTagged(ValueError):  # noqa: N818  # an answer, not an error
    """Bytes that are not what they should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """One value."""

    kind: int
    tag: int
    content: bytes
    whole: bytes
    """With its header, as it was signed."""

    @property
    def is_sequence(self) -> bool:
        """Whether it is a sequence."""
        return (self.kind, self.tag) == (_UNIVERSAL, _SEQUENCE)

    @property
    def is_bits(self) -> bool:
        """Whether it is a string of bits."""
        return (self.kind, self.tag) == (_UNIVERSAL, _BITS)

    @property
    def is_octets(self) -> bool:
        """Whether it is a string of bytes."""
        return (self.kind, self.tag) == (_UNIVERSAL, _OCTETS)

    @property
    def is_time(self) -> bool:
        """Whether it is a time."""
        return self.kind == _UNIVERSAL and self.tag in {_UTC_TIME, _GENERAL_TIME}

    @property
    def is_oid(self) -> bool:
        """Whether it is an object identifier."""
        return (self.kind, self.tag) == (_UNIVERSAL, _OID)

    @property
    def is_text(self) -> bool:
        """Whether it is a string of characters."""
        return self.kind == _UNIVERSAL and self.tag in _TEXTS

    def parts(self) -> list[Tagged]:
        """Return the values inside.

        Raises:
            NotTagged: There are none that can be told apart.
        """
        return list(_split(self.content))

    def integer(self) -> int:
        """Return a whole number.

        Raises:
            NotTagged: It is none.
        """
        if (self.kind, self.tag) != (_UNIVERSAL, _INTEGER) or not 0 < len(self.content) <= 64:  # noqa: PLR2004  # a number of 512 bits is beyond all use
            raise NotTagged("integer")
        return int.from_bytes(self.content, "big", signed=True)

    def octets(self) -> bytes:
        """Return bytes: of a byte string, or of a bit string without the count of unused bits."""
        return self.content[1:] if self.is_bits else self.content

    def oid(self) -> str:
        """Return an object identifier with dots; empty when it is none."""
        return _dotted(self.content) if self.is_oid else ""

    def text(self) -> str:
        """Return characters."""
        if self.tag == _BMP:
            return self.content.decode("utf-16-be", "replace")
        for codec in _TEXT_CODECS:
            try:
                return self.content.decode(codec).strip("\x00 ")
            except UnicodeDecodeError:
                continue
        return ""

    def time(self) -> datetime | None:
        """Return a time, whether written as one or as text; None when it is none."""
        years = {_UTC_TIME: 2, _GENERAL_TIME: 4}.get(self.tag) if self.is_time else None
        said = self.octets().decode("ascii", "replace").strip("\x00 ")
        return _time(said, year_digits=years)


def tagged(data: bytes) -> Tagged:
    """Return the first value in some bytes.

    Raises:
        NotTagged: There is none.
    """
    for value in _split(data):
        return value
    raise NotTagged("nothing")


def _split(data: bytes) -> Iterator[Tagged]:
    at = count = 0
    while at < len(data):
        value = _value(data, at)
        yield value
        at += len(value.whole)
        count += 1
        if count > _CHILDREN_MAX:
            raise NotTagged("too many values")


def _value(data: bytes, start: int) -> Tagged:
    """Return the value that begins at a place, its length written out (ITU-T X.690, 8.1)."""
    first, at = data[start], start + 2
    if first & _TAG == _TAG or at > len(data):
        raise NotTagged("tag")
    length = data[at - 1]
    if length & _LONG:
        size = length & ~_LONG
        if not 0 < size <= _LENGTH_BYTES_MAX:
            raise NotTagged("length")
        length = int.from_bytes(data[at : at + size], "big")
        at += size
    if at + length > len(data):
        raise NotTagged("cut off")
    return Tagged(
        kind=first >> 6,
        tag=first & _TAG,
        content=data[at : at + length],
        whole=data[start : at + length],
    )


def _dotted(content: bytes) -> str:
    """Return an object identifier with dots (ITU-T X.690, 8.19)."""
    numbers: list[int] = []
    value = 0
    for byte in content:
        value = value << 7 | byte & ~_LONG
        if not byte & _LONG:
            numbers.append(value)
            value = 0
    if not numbers:
        return ""
    top = min(numbers[0] // 40, 2)
    return ".".join(map(str, (top, numbers[0] - 40 * top, *numbers[1:])))


def _time(written: str, *, year_digits: int | None = None) -> datetime | None:
    """Return a time from digits; a year of two digits means 1950 to 2049 (RFC 5280, 4.1.2.5.1)."""
    found = _TIME.match(written)
    if found is None:
        return None
    digits = found.group(1)
    split = year_digits or (4 if len(digits) == _LONG_TIME else 2)
    year = int(digits[:split]) + (0 if split == 4 else _CENTURY)  # noqa: PLR2004
    year -= 100 if year >= _CENTURY + 50 and split == 2 else 0  # noqa: PLR2004
    rest = [int(digits[at : at + 2]) for at in range(split, len(digits), 2)]
    try:
        moment = datetime(year, *rest[:5], tzinfo=UTC)  # type: ignore[misc,arg-type]  # two to five numbers
    except (ValueError, TypeError):
        return None
    zone = found.group(2) or "Z"
    if zone == "Z":
        return moment
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
    return moment + offset if zone[0] == "-" else moment - offset
