"""The few glyphs that a page needs of a TrueType font, as a font of their own for the page's PDF.

Glyphs are copied as they are, without decoding them; only their hinting programs are left out,
which would call on programs of the font that stay behind.
"""

from __future__ import annotations

import struct
from typing import Any

import pikepdf

from preaudit.ingest.ofd.truetype import BrokenFont, TrueType

_DEEPEST = 6
_GLYPHS_MAX = 60_000
_MAGIC = 0x5F0F3CF5
_VERSION = 0x00010000
_FARTHEST = 0x7FFF
_TABLE_BYTES, _HEADER_BYTES = 16, 12


class Subset:
    """Some glyphs of a font, under numbers of their own.

    Args:
        font: Where they come from.
    """

    def __init__(self, font: TrueType) -> None:
        self._font = font
        self._numbers: dict[int, int] = {}
        self._shapes: list[bytes] = [b""]
        """The first is what stands for a missing glyph: nothing."""

    def add(self, glyph: int, depth: int = 0) -> int:
        """Return the number of a glyph in the subset.

        Raises:
            BrokenFont: The font has no such glyph, or one that is put together without end.
        """
        if glyph in self._numbers:
            return self._numbers[glyph]
        if depth > _DEEPEST or len(self._shapes) > _GLYPHS_MAX:
            raise BrokenFont("glyphs within glyphs")
        shape = bytearray(self._font.shape(glyph))
        for at in self._font.component_places(shape):
            inner = struct.unpack_from(">H", shape, at)[0]
            struct.pack_into(">H", shape, at, self.add(inner, depth + 1))
        number = len(self._shapes)
        self._numbers[glyph] = number
        self._shapes.append(bytes(shape))
        return number

    def font(self, pdf: pikepdf.Pdf, name: str) -> Any:
        """Return the subset as a font of a PDF whose codes are glyph numbers of two bytes."""
        box = [-1000, -1000, 2000, 2000]
        descriptor = pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor, FontName=pikepdf.Name(f"/{name}"), Flags=4,
            FontBBox=box, ItalicAngle=0, Ascent=880, Descent=-120, CapHeight=880, StemV=80,
            FontFile2=pdf.make_stream(self.packed()),
        )  # fmt: skip
        descendant = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.CIDFontType2,
            BaseFont=pikepdf.Name(f"/{name}"), DW=1000, CIDToGIDMap=pikepdf.Name.Identity,
            CIDSystemInfo=pikepdf.Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
        )  # fmt: skip
        return pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0,
                BaseFont=pikepdf.Name(f"/{name}"), Encoding=pikepdf.Name("/Identity-H"),
                DescendantFonts=[pdf.make_indirect(descendant)],
            )
        )  # fmt: skip

    def packed(self) -> bytes:
        """Return the subset as a TrueType file."""
        offsets, body = [0], bytearray()
        for shape in self._shapes:
            body += shape + b"\0" * (-len(shape) % 4)
            offsets.append(len(body))
        count = len(self._shapes)
        units = int(self._font.units)
        tables = {
            b"glyf": bytes(body),
            b"head": struct.pack(
                ">IIIIHHqqhhhhHHhhh", _VERSION, _VERSION, 0, _MAGIC, 0, units, 0, 0,
                -units, -units, _FARTHEST, _FARTHEST, 0, 8, 2, 1, 0,
            ),
            b"hhea": struct.pack(
                ">IhhhHhhhhhhhhhhhH", _VERSION, units, -units, 0, units, 0, 0, units,
                1, 0, 0, 0, 0, 0, 0, 0, 1,
            ),
            b"hmtx": struct.pack(">Hh", units, 0) + b"".join(map(_left, self._shapes[1:])),
            b"loca": struct.pack(f">{len(offsets)}I", *offsets),
            b"maxp": struct.pack(
                ">IHHHHHHHHHHHHHH", _VERSION, count, 20_000, 2_000, 20_000, 2_000,
                1, 0, 0, 0, 0, 0, 0, 64, _DEEPEST,
            ),
        }  # fmt: skip
        return _file(tables)


def _left(shape: bytes) -> bytes:
    """Return how far a glyph begins from its origin: anything else would have it moved there."""
    return shape[2:4] if len(shape) > 4 else b"\0\0"  # noqa: PLR2004  # its smallest x


def _file(tables: dict[bytes, bytes]) -> bytes:
    """Return tables as a font file; renderers do not look at check sums."""
    head = struct.pack(">IHHHH", _VERSION, len(tables), 64, 2, 32)
    at = _HEADER_BYTES + _TABLE_BYTES * len(tables)
    listed, body = bytearray(), bytearray()
    for tag, data in sorted(tables.items()):
        listed += struct.pack(">4sIII", tag, 0, at + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    return head + bytes(listed) + bytes(body)
