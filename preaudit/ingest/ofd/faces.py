"""Fonts: those that an OFD brings along and those of this machine.

Fonts inside OFD files are often cut down to a few tables that no renderer would take, and fonts of
this machine are collections that cannot be put into a PDF. So only two things are asked of a font:
which glyph a character has, and the shape of that glyph.
"""

from __future__ import annotations

import io
import logging
import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from preaudit.ingest.ofd.truetype import BrokenFont, TrueType

logging.getLogger("fontTools").setLevel(logging.CRITICAL)  # fonts in OFD files lack much
_SYMBOL_BASE = 0xF000
"""Where fonts of symbols have their characters."""
_BARE_CFF = b"\x01\x00"
_UNITS = (16, 16384)
"""To the em, as the standard allows."""
_WIDEST_EMS = 4


class UnusableFont(Exception):  # noqa: N818  # another font is taken
    """A font from which no glyphs can be taken."""


class Outlines(Protocol):
    """A font whose glyphs are drawn as paths."""

    count: int

    def number(self, code: int) -> int:
        """Return the glyph for a character code; 0 when there is none."""

    def advance(self, glyph: int) -> float:
        """Return how far a glyph moves the pen, in font units; 0 when the font does not say."""

    def outline(self, glyph: int) -> bytes:
        """Return a glyph as path operators of PDF, in font units; empty for a blank one.

        Raises:
            BrokenFont: It cannot be drawn.
        """


@dataclass(slots=True, kw_only=True)
class Face:
    """One font: which glyph a character has, how wide it is and how it is drawn."""

    units_per_em: float
    font: TrueType | Outlines
    is_embedded: bool

    def glyph_of(self, char: str) -> int | None:
        """Return the number of the glyph for a character; None when the font has none."""
        code = ord(char[0])
        return self.font.number(code) or self.font.number(_SYMBOL_BASE + code) or None

    def has(self, glyph: int) -> bool:
        """Tell whether there is a glyph with this number."""
        return 0 <= glyph < self.font.count

    def advance(self, glyph: int) -> float | None:
        """Return how far a glyph moves the pen, in ems; None when the font does not say."""
        width = self.font.advance(glyph) / self.units_per_em
        return width if 0 < width <= _WIDEST_EMS else None


def embedded_face(data: bytes) -> Face:
    """Return the font in a part of the package.

    Raises:
        UnusableFont: No outlines can be taken from it.
    """
    try:
        return _face(TrueType(data), is_embedded=True)
    except BrokenFont:
        return _postscript(data)


def machine_face(path: Path, index: int) -> Face:
    """Return a font of this machine.

    Raises:
        UnusableFont: It is not there or cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise UnusableFont(path.name) from error
    try:
        return _face(TrueType(data, index), is_embedded=False)
    except BrokenFont:
        return _postscript(data, index=index, is_embedded=False)


def _face(font: TrueType, *, is_embedded: bool) -> Face:
    if not _UNITS[0] <= font.units <= _UNITS[1]:
        raise UnusableFont("unitsPerEm")
    return Face(units_per_em=float(font.units), font=font, is_embedded=is_embedded)


def _postscript(data: Any, *, index: int = 0, is_embedded: bool = True) -> Face:
    """Return a font with PostScript outlines (CFF), in OpenType or bare."""
    # These are rare and what reads them takes its time to load.
    from preaudit.ingest.ofd.postscript import bare, opentype  # noqa: PLC0415

    try:
        is_bare = bytes(data[:2]) == _BARE_CFF
        font: Any = bare(bytes(data)) if is_bare else opentype(io.BytesIO(data), index)
    except MemoryError:
        raise
    except Exception as error:  # damaged fonts raise anything
        raise UnusableFont(type(error).__name__) from error
    if not _UNITS[0] <= font.units <= _UNITS[1]:
        raise UnusableFont("unitsPerEm")
    return Face(units_per_em=font.units, font=font, is_embedded=is_embedded)
