"""TrueType outlines straight from the bytes of a font (ISO/IEC 14496-22).

A page of Chinese needs some hundred glyphs out of fonts of thirty thousand. Only those are looked
at: nothing is decoded beforehand, so the first page costs no more than the next.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Contour = list[tuple[float, float, bool]]
"""Points with whether the curve goes through them."""
Lookup = Callable[[int], int]
"""From a character code to the number of its glyph; 0 when there is none."""

_DEEPEST = 6
_POINTS_MAX = 20_000
_COLLECTION = b"ttcf"
_TABLES_MAX = 200
_ON, _X_SHORT, _Y_SHORT, _REPEAT, _X_SAME, _Y_SAME = 1, 2, 4, 8, 16, 32
_WORDS, _OFFSETS, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 1, 2, 8, 32, 64, 128
_PREFERRED = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0), (3, 0), (1, 0))
"""Platforms and encodings of character tables, the best first."""


class BrokenFont(Exception):  # noqa: N818  # another font is taken
    """A font whose tables do not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    offset: int
    length: int


class TrueType:
    """One TrueType font.

    Args:
        data: The file, or a map of it.
        index: Which font of a collection.

    Raises:
        BrokenFont: It has no TrueType outlines, or not the tables that lead to them.
    """

    def __init__(self, data: Any, index: int = 0) -> None:
        self._data = data
        try:
            self._tables = _directory(data, index)
            head, glyf = self._table("head"), self._table("glyf")
            self.units = self._u16(head.offset + 18)
            self._long = bool(self._u16(head.offset + 50))
            self._glyf = glyf
            self._loca = self._table("loca")
            entries = self._loca.length // (4 if self._long else 2) - 1
            self.count = min(self._u16(self._table("maxp").offset + 4), entries)
            self._lookup = self._character_table()
            self._metrics = self._metric_count()
        except (struct.error, ValueError, IndexError) as error:
            raise BrokenFont(str(error)) from error

    def number(self, code: int) -> int:
        """Return the number of the glyph for a character code; 0 when there is none."""
        found = self._lookup(code)
        return found if found < self.count else 0

    def advance(self, glyph: int) -> float:
        """Return how far a glyph moves the pen, in font units; 0 when the font does not say."""
        if not self._metrics:
            return 0.0
        at = self._tables["hmtx"].offset + 4 * min(glyph, self._metrics - 1)
        try:
            return float(self._u16(at))
        except struct.error:
            return 0.0

    def outline(self, glyph: int) -> bytes:
        """Return a glyph as path operators of PDF, in font units.

        Raises:
            BrokenFont: It cannot be drawn.
        """
        try:
            contours = self._contours(glyph, 0)
        except (struct.error, IndexError, ValueError) as error:
            raise BrokenFont(str(error)) from error
        return "\n".join(_path(contour) for contour in contours if contour).encode("ascii")

    def _table(self, name: str) -> _Table:
        if name not in self._tables:
            raise BrokenFont(name)
        return self._tables[name]

    def _u16(self, at: int) -> int:
        value: int = struct.unpack_from(">H", self._data, at)[0]
        return value

    def _metric_count(self) -> int:
        """Return how many glyphs have a width of their own; 0 where widths are left out."""
        if "hhea" not in self._tables or "hmtx" not in self._tables:
            return 0
        stated = self._u16(self._tables["hhea"].offset + 34)
        return min(stated, self._tables["hmtx"].length // 4)

    def _character_table(self) -> Lookup:
        if "cmap" not in self._tables:
            return lambda _: 0
        start = self._tables["cmap"].offset
        found: dict[tuple[int, int], int] = {}
        for at in range(min(self._u16(start + 2), _TABLES_MAX)):
            platform, encoding, offset = struct.unpack_from(">HHI", self._data, start + 4 + 8 * at)
            found.setdefault((platform, encoding), start + offset)
        for key in _PREFERRED:
            if key in found:
                lookup = _lookup(self._data, found[key])
                if lookup is not None:
                    return lookup
        return lambda _: 0

    def _contours(self, glyph: int, depth: int) -> list[Contour]:
        start, end = self._place(glyph)
        if end - start < 10 or depth > _DEEPEST:  # noqa: PLR2004  # a header alone has 10 bytes
            return []
        contours = struct.unpack_from(">h", self._data, start)[0]
        if contours >= 0:
            return _simple(self._data, start + 10, end, contours)
        return self._compound(start + 10, end, depth)

    def _place(self, glyph: int) -> tuple[int, int]:
        if not 0 <= glyph < self.count:
            raise BrokenFont(f"glyph {glyph}")
        if self._long:
            first, last = struct.unpack_from(">II", self._data, self._loca.offset + 4 * glyph)
        else:
            first, last = struct.unpack_from(">HH", self._data, self._loca.offset + 2 * glyph)
            first, last = first * 2, last * 2
        if not 0 <= first <= last <= self._glyf.length:
            raise BrokenFont(f"glyph {glyph}")
        return self._glyf.offset + first, self._glyf.offset + last

    def _compound(self, at: int, end: int, depth: int) -> list[Contour]:
        """Return a glyph that is put together from others."""
        found: list[Contour] = []
        flags = _MORE
        while flags & _MORE and at < end:
            flags, glyph = struct.unpack_from(">HH", self._data, at)
            form = ">hh" if flags & _WORDS else ">bb"
            dx, dy = struct.unpack_from(form, self._data, at + 4)
            at += 4 + struct.calcsize(form)
            a, b, c, d = 1.0, 0.0, 0.0, 1.0
            if flags & _SCALE:
                a = d = self._fixed(at)
                at += 2
            elif flags & _TWO_SCALES:
                a, d = self._fixed(at), self._fixed(at + 2)
                at += 4
            elif flags & _MATRIX:
                a, b, c, d = (self._fixed(at + step) for step in (0, 2, 4, 6))
                at += 8
            if not flags & _OFFSETS:
                dx = dy = 0
            found += [
                [(a * x + c * y + dx, b * x + d * y + dy, on) for x, y, on in contour]
                for contour in self._contours(glyph, depth + 1)
            ]
            if sum(map(len, found)) > _POINTS_MAX:
                raise BrokenFont("points")
        return found

    def _fixed(self, at: int) -> float:
        value: int = struct.unpack_from(">h", self._data, at)[0]
        return value / 16384


def _directory(data: Any, index: int) -> dict[str, _Table]:
    """Return where the tables of a font lie."""
    start = 0
    if bytes(data[:4]) == _COLLECTION:
        count = struct.unpack_from(">I", data, 8)[0]
        start = struct.unpack_from(">I", data, 12 + 4 * (index if index < count else 0))[0]
    count = struct.unpack_from(">H", data, start + 4)[0]
    found: dict[str, _Table] = {}
    size = len(data)
    for at in range(min(count, _TABLES_MAX)):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, start + 12 + 16 * at)
        if offset <= size:
            found[tag.decode("latin-1")] = _Table(offset=offset, length=min(length, size - offset))
    return found


def _lookup(data: Any, at: int) -> Lookup | None:
    """Return how a character table is looked up; None for a form that is not known."""
    form, length = struct.unpack_from(">HH", data, at)
    if form == 4:  # noqa: PLR2004  # ranges of 16-bit codes
        return _by_ranges(bytes(data[at : at + max(length, 16)]))
    if form == 12:  # noqa: PLR2004  # ranges of 32-bit codes
        groups = struct.unpack_from(">I", data, at + 12)[0]
        return _by_groups(bytes(data[at + 16 : at + 16 + 12 * groups]))
    if form == 6:  # noqa: PLR2004  # one run of codes
        first, count = struct.unpack_from(">HH", data, at + 6)
        run = np.frombuffer(bytes(data[at + 10 : at + 10 + 2 * count]), dtype=">u2")
        return lambda code: int(run[code - first]) if 0 <= code - first < len(run) else 0
    if form == 0:
        few = bytes(data[at + 6 : at + 262])
        return lambda code: few[code] if 0 <= code < len(few) else 0
    return None


def _by_ranges(table: bytes) -> Lookup:
    count = struct.unpack_from(">H", table, 6)[0] // 2
    words = np.frombuffer(table[: len(table) // 2 * 2], dtype=">u2")
    ends, starts = words[7 : 7 + count], words[8 + count : 8 + 2 * count]
    steps, offsets = words[8 + 2 * count : 8 + 3 * count], words[8 + 3 * count : 8 + 4 * count]
    base = 8 + 3 * count

    def number(code: int) -> int:
        at = int(np.searchsorted(ends, code))
        if code > 0xFFFF or at >= min(len(offsets), len(starts)) or starts[at] > code:  # noqa: PLR2004
            return 0
        if not offsets[at]:
            return int(code + int(steps[at])) & 0xFFFF
        place = base + at + int(offsets[at]) // 2 + code - int(starts[at])
        glyph = int(words[place]) if place < len(words) else 0
        return (glyph + int(steps[at])) & 0xFFFF if glyph else 0

    return number


def _by_groups(table: bytes) -> Lookup:
    groups = np.frombuffer(table[: len(table) // 12 * 12], dtype=">u4").reshape(-1, 3)
    ends = np.ascontiguousarray(groups[:, 1])

    def number(code: int) -> int:
        at = int(np.searchsorted(ends, code))
        if at >= len(groups) or groups[at, 0] > code:
            return 0
        return int(groups[at, 2]) + code - int(groups[at, 0])

    return number


def _simple(data: Any, at: int, end: int, contours: int) -> list[Contour]:
    """Return the contours of a glyph that has its own outline."""
    if not contours:
        return []
    lasts = struct.unpack_from(f">{contours}H", data, at)
    at += 2 * contours
    at += 2 + struct.unpack_from(">H", data, at)[0]
    count = lasts[-1] + 1
    if count > _POINTS_MAX:
        raise BrokenFont("points")
    body = bytes(data[at:end])
    flags, at = _flags(body, count)
    across, at = _coordinates(body, at, flags, _X_SHORT, _X_SAME)
    down, _ = _coordinates(body, at, flags, _Y_SHORT, _Y_SAME)
    points: Contour = [
        (x, y, bool(flag & _ON)) for x, y, flag in zip(across, down, flags, strict=True)
    ]
    starts = (0, *(last + 1 for last in lasts[:-1]))
    return [points[start : last + 1] for start, last in zip(starts, lasts, strict=True)]


def _flags(body: bytes, count: int) -> tuple[list[int], int]:
    flags: list[int] = []
    at = 0
    while len(flags) < count:
        flag = body[at]
        at += 1
        if flag & _REPEAT:
            flags += [flag] * (body[at] + 1)
            at += 1
        else:
            flags.append(flag)
    return flags[:count], at


def _coordinates(
    body: bytes, at: int, flags: list[int], short: int, same: int
) -> tuple[list[int], int]:
    found: list[int] = []
    value = 0
    for flag in flags:
        if flag & short:
            value += body[at] if flag & same else -body[at]
            at += 1
        elif not flag & same:
            step = body[at] << 8 | body[at + 1]
            value += step - 0x10000 if step & 0x8000 else step
            at += 2
        found.append(value)
    return found, at


def _path(contour: Contour) -> str:
    """Return a closed contour as path operators; its curves become cubic ones.

    Points are rounded to whole font units, a thousandth of a letter.
    """
    first = next((at for at, point in enumerate(contour) if point[2]), None)
    if first is None:  # the curve passes halfway between points
        (ax, ay, _), (bx, by, _) = contour[-1], contour[0]
        contour = [((ax + bx) // 2, (ay + by) // 2, True), *contour]
        first = 0
    x, y, _ = contour[first]
    form, values = ["%d %d m"], [x, y]
    held = False
    qx = qy = 0.0
    for px, py, on in (*contour[first + 1 :], *contour[: first + 1]):
        if held:
            ex, ey = (px, py) if on else ((qx + px) // 2, (qy + py) // 2)
            form.append("%d %d %d %d %d %d c")
            twice_x, twice_y = qx + qx, qy + qy
            values += (
                (x + twice_x) // 3, (y + twice_y) // 3, (ex + twice_x) // 3, (ey + twice_y) // 3,
                ex, ey,
            )  # fmt: skip
            x, y = ex, ey
        elif on:
            form.append("%d %d l")
            values += (px, py)
            x, y = px, py
        held = not on
        qx, qy = px, py
    form.append("h")
    return "\n".join(form) % tuple(values)
