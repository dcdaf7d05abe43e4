"""TrueType fonts, looked up straight in their bytes (ISO/IEC 14496-22).

A page of Chinese needs some hundred glyphs out of fonts of thirty thousand. Only those are looked
at: nothing is decoded beforehand, so the first page costs no more than the next.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Lookup = Callable[[int], int]
"""From a character code to the number of its glyph; 0 when there is none."""

_POINTS_MAX = 20_000
_COLLECTION = b"ttcf"
_TABLES_MAX = 200
_GLYPH_HEADER_BYTES = 10
_HAS_PROGRAM = 0x0100
_WORDS, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 1, 8, 32, 64, 128
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

    def shape(self, glyph: int) -> bytes:
        """Return the bytes of a glyph without its hinting program; empty for a blank one.

        Raises:
            BrokenFont: There is no such glyph, or not all of it.
        """
        start, end = self._place(glyph)
        if end - start < _GLYPH_HEADER_BYTES:
            return b""
        data = bytes(self._data[start:end])
        try:
            contours = struct.unpack_from(">h", data)[0]
            if contours < 0:
                return _without_program(data)
            at = _GLYPH_HEADER_BYTES + 2 * contours
            if not contours:
                return b""
            if struct.unpack_from(">H", data, at - 2)[0] >= _POINTS_MAX:
                raise BrokenFont("points")
            program = struct.unpack_from(">H", data, at)[0]
        except struct.error as error:
            raise BrokenFont(str(error)) from error
        if at + 2 + program >= len(data):
            raise BrokenFont(f"glyph {glyph}")
        return data[:at] + b"\0\0" + data[at + 2 + program :]

    @staticmethod
    def component_places(shape: bytes | bytearray) -> list[int]:
        """Return where a glyph names the glyphs that it is put together from; often nowhere."""
        if len(shape) < _GLYPH_HEADER_BYTES or struct.unpack_from(">h", shape)[0] >= 0:
            return []
        return [at + 2 for at, _ in _components(shape)]

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


def _components(shape: bytes | bytearray) -> list[tuple[int, int]]:
    """Return where the records of components begin and end."""
    found = []
    at = _GLYPH_HEADER_BYTES
    flags = _MORE
    while flags & _MORE:
        flags = struct.unpack_from(">H", shape, at)[0]
        length = 8 if flags & _WORDS else 6
        if flags & _SCALE:
            length += 2
        elif flags & _TWO_SCALES:
            length += 4
        elif flags & _MATRIX:
            length += 8
        if at + length > len(shape):
            raise BrokenFont("components")
        found.append((at, at + length))
        at += length
    return found


def _without_program(shape: bytes) -> bytes:
    """Return a glyph put together from others without the program at its end."""
    records = _components(shape)
    kept = bytearray(shape[: records[-1][1]])
    for at, _ in records:
        flags = struct.unpack_from(">H", kept, at)[0]
        struct.pack_into(">H", kept, at, flags & ~_HAS_PROGRAM)
    return bytes(kept)
