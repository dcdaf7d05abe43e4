"""Where a PDF keeps its signatures: fields of its form, the bytes they cover, boxes on pages.

What stands between the covered ranges is read from the file itself: that is what a verifier leaves
out, whatever an object says.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

import pikepdf

from preaudit.signature import Permission

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[([\d\s]{1,200})\]")
_GAP = re.compile(rb"\s*<([0-9A-Fa-f\s]*)>\s*")
_RANGE_NUMBERS = 4
_FIELDS_MAX = 5000
_DEPTH_MAX = 16
_PERMISSIONS = {1: Permission.NOTHING, 2: Permission.FORMS, 3: Permission.ANNOTATIONS}
_PDF_DATE = re.compile(
    r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-])(\d\d)'?(\d\d)?'?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedField:
    """A signature as the file keeps it."""

    name: str
    """Full name of the form field; empty when no field of the form holds it any longer."""
    ranges: tuple[tuple[int, int], ...]
    """Covered bytes, as start and end; empty when nothing is signed yet."""
    value: bytes
    """What lies in the gap between them, decoded; empty when that is no string of hexadecimals."""
    stated_value: bytes = b""
    """The value as the object of the signature has it."""
    subfilter: str = ""
    stated_at: datetime | None = None
    permission: Permission = Permission.UNSTATED
    certificates: tuple[bytes, ...] = ()
    """Those beside the value (/Cert), which only bare RSA signatures have."""
    rectangles: tuple[tuple[int, tuple[float, float, float, float]], ...] = ()
    """Page index and rectangle in points of each place where it shows."""

    @property
    def end(self) -> int:
        """Where the covered bytes end."""
        return max((end for _, end in self.ranges), default=0)

    @property
    def is_sound(self) -> bool:
        """Whether all of the file up to `end` is covered but for the value itself."""
        return bool(
            len(self.ranges) == _RANGE_NUMBERS // 2
            and self.ranges[0][0] == 0
            and self.ranges[0][1] < self.ranges[1][0]
            and self.value
        )

    def covered(self, data: bytes) -> tuple[memoryview, ...]:
        """Return the covered bytes of the file."""
        view = memoryview(data)
        return tuple(view[start:end] for start, end in self.ranges)


def signed_fields(data: bytes) -> list[SignedField]:
    """Return all signatures of a PDF, in the order in which they were made.

    Those that no field of the form holds (the form may be broken, or have been changed) come from
    the bytes alone and have no name.
    """
    found: list[SignedField] = []
    aside: set[tuple[tuple[int, int], ...]] = set()
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            places = _places(pdf)
            found = [_signed(data, *one, places) for one in _signature_fields(pdf)]
            aside = set(_usage_rights(pdf))
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, RecursionError):
        pass  # qpdf cannot read it: what follows does without
    known = {one.ranges for one in found} | aside
    found += [one for one in _loose(data) if one.ranges not in known]
    return sorted(found, key=lambda one: (one.end or len(data), one.name))


def _signature_fields(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """Yield the full name and the object of each signature field."""
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary):
        return
    waiting = [(one, "", "", 0) for one in reversed(_items(form.get("/Fields")))]
    seen: set[tuple[int, int]] = set()
    while waiting and len(seen) < _FIELDS_MAX:
        field, prefix, kind, depth = waiting.pop()
        if not isinstance(field, pikepdf.Dictionary) or depth > _DEPTH_MAX:
            continue
        if field.is_indirect and field.objgen in seen:
            continue
        seen.add(field.objgen if field.is_indirect else (0, -len(seen)))
        name = ".".join(one for one in (prefix, _text(field.get("/T"))) if one)
        kind = str(field.get("/FT", kind))
        kids = [kid for kid in _items(field.get("/Kids")) if "/T" in kid]
        if kids:
            waiting += [(kid, name, kind, depth + 1) for kid in reversed(kids)]
        elif kind == "/Sig":
            yield name, field


def _items(value: Any) -> list[Any]:
    """Return the dictionaries of an array; none when it is none."""
    if not isinstance(value, pikepdf.Array):
        return []
    return [one for one in value if isinstance(one, pikepdf.Dictionary)]


def _text(value: Any) -> str:
    return str(value) if isinstance(value, pikepdf.String) else ""


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, pikepdf.String) else b""


def _places(pdf: pikepdf.Pdf) -> dict[tuple[int, int], int]:
    """Return the index of the page on which each widget stands."""
    found: dict[tuple[int, int], int] = {}
    for index, page in enumerate(pdf.pages):
        for annotation in _items(page.obj.get("/Annots")):
            if annotation.get("/Subtype") == pikepdf.Name.Widget and annotation.is_indirect:
                found.setdefault(annotation.objgen, index)
    return found


def _signed(data: bytes, name: str, field: Any, places: dict[tuple[int, int], int]) -> SignedField:
    rectangles = tuple(_rectangles(field, places))
    held = field.get("/V")
    if not isinstance(held, pikepdf.Dictionary):
        return SignedField(name=name, ranges=(), value=b"", rectangles=rectangles)
    ranges = _ranges([int(one) for one in held.get("/ByteRange", [])])
    return SignedField(
        name=name or "?",
        ranges=ranges,
        value=_value(data, ranges),
        stated_value=_bytes(held.get("/Contents")),
        subfilter=str(held.get("/SubFilter", "")).lstrip("/"),
        stated_at=pdf_date(_text(held.get("/M"))),
        permission=_permission(field, held),
        certificates=tuple(_certificates(held.get("/Cert"))),
        rectangles=rectangles,
    )


def _rectangles(
    field: Any, places: dict[tuple[int, int], int]
) -> Iterator[tuple[int, tuple[float, float, float, float]]]:
    """Yield where a field shows: by itself or, as a seal over page edges does, by its kids."""
    for widget in (field, *_items(field.get("/Kids"))):
        sides = widget.get("/Rect")
        if widget.is_indirect and widget.objgen in places and sides is not None:
            left, bottom, right, top = (float(side) for side in sides)
            if right != left and top != bottom:
                yield places[widget.objgen], (left, bottom, right, top)


def _ranges(numbers: list[int]) -> tuple[tuple[int, int], ...]:
    pairs = zip(numbers[::2], numbers[1::2], strict=False)
    return tuple((start, start + length) for start, length in pairs if start >= 0 and length >= 0)


def _value(data: bytes, ranges: tuple[tuple[int, int], ...]) -> bytes:
    """Return what is written between two covered ranges, where that is one hexadecimal string."""
    if len(ranges) != _RANGE_NUMBERS // 2 or ranges[1][1] > len(data):
        return b""
    gap = _GAP.fullmatch(data, ranges[0][1], ranges[1][0])
    if gap is None:
        return b""
    digits = b"".join(gap.group(1).split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _permission(field: Any, held: Any) -> Permission:
    """Return what a certifying signature, or the lock of its field, lets others change."""
    for reference in _items(held.get("/Reference")):
        if reference.get("/TransformMethod") == pikepdf.Name.DocMDP:
            parameters = reference.get("/TransformParams", {})
            return _PERMISSIONS.get(int(parameters.get("/P", 2)), Permission.UNSTATED)
    lock = field.get("/Lock", {})
    return _PERMISSIONS.get(int(lock.get("/P", 0)), Permission.UNSTATED)


def _certificates(value: Any) -> Iterator[bytes]:
    if isinstance(value, pikepdf.String):
        yield bytes(value)
    elif isinstance(value, pikepdf.Array):
        yield from (bytes(one) for one in value if isinstance(one, pikepdf.String))


def _usage_rights(pdf: pikepdf.Pdf) -> Iterator[tuple[tuple[int, int], ...]]:
    """Yield the ranges of usage-rights signatures, by which a program unlocks its own features."""
    permissions = pdf.Root.get("/Perms")
    if not isinstance(permissions, pikepdf.Dictionary):
        return
    for name in ("/UR", "/UR3"):
        held = permissions.get(name)
        if isinstance(held, pikepdf.Dictionary):
            yield _ranges([int(one) for one in held.get("/ByteRange", [])])


def _loose(data: bytes) -> Iterator[SignedField]:
    """Yield signatures by their bytes alone."""
    for match in _BYTE_RANGE.finditer(data):
        numbers = [int(one) for one in match.group(1).split()]
        ranges = _ranges(numbers)
        value = _value(data, ranges)
        if value.strip(b"\0"):
            yield SignedField(name="", ranges=ranges, value=value)


def pdf_date(text: str) -> datetime | None:
    """Return a date as PDF writes it (D:20250102030405+08'00'); None when it is none."""
    match = _PDF_DATE.match(text.strip())
    if match is None:
        return None
    parts = zip(match.groups()[:6], (0, 1, 1, 0, 0, 0), strict=True)
    year, month, day, hour, minute, second = (int(part or least) for part, least in parts)
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # no zone yet
        return moment.replace(tzinfo=_zone(text, match))
    except ValueError:
        return None


def _zone(text: str, match: re.Match[str]) -> tzinfo | None:
    sign, hours, minutes = match.groups()[6:]
    if sign is None:
        return UTC if "Z" in text[match.start() : match.end()] else None
    ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(ahead if sign == "+" else -ahead)
