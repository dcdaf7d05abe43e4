"""Fonts as outlines: those that an OFD brings along and those of this machine, by fontTools.

Letters are drawn as filled outlines, whatever font they come from: fonts inside OFD files are often
cut down to a few tables that no renderer would take, and fonts of this machine are collections that
cannot be put into a PDF.
"""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fontTools.cffLib import CFFFontSet
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

logging.getLogger("fontTools").setLevel(logging.CRITICAL)  # fonts in OFD files lack much
_SYMBOL_BASE = 0xF000
_OUTLINE_MAX_BYTES = 1 << 20
_BARE_CFF = b"\x01\x00"
_EM = 1000.0


class UnusableFont(Exception):  # noqa: N818  # another font is taken
    """A font from which no outlines can be taken."""


class _Pen(BasePen):
    """Writes an outline as path operators of PDF, in the units of the font."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.out: list[str] = []
        self._size = 0

    def _moveTo(self, pt: Any) -> None:  # noqa: N802  # the engine's name
        self._add(f"{pt[0]:g} {pt[1]:g} m")

    def _lineTo(self, pt: Any) -> None:  # noqa: N802  # the engine's name
        self._add(f"{pt[0]:g} {pt[1]:g} l")

    def _curveToOne(self, pt1: Any, pt2: Any, pt3: Any) -> None:  # noqa: N802  # the engine's name
        self._add(f"{pt1[0]:.0f} {pt1[1]:.0f} {pt2[0]:.0f} {pt2[1]:.0f} {pt3[0]:g} {pt3[1]:g} c")

    def _closePath(self) -> None:  # noqa: N802  # the engine's name
        self._add("h")

    def _endPath(self) -> None:  # noqa: N802  # the engine's name
        self._add("h")

    def _add(self, operator: str) -> None:
        self._size += len(operator)
        if self._size > _OUTLINE_MAX_BYTES:
            raise UnusableFont("outline")
        self.out.append(operator)


@dataclass(slots=True, kw_only=True)
class Face:
    """One font: which glyph a character has, how wide it is and how it is drawn."""

    units_per_em: float
    glyphs: Any
    """Glyphs by name, as fontTools has them."""
    names: list[str]
    """Glyph names in the order of their numbers."""
    codes: dict[int, str]
    """Glyph names by Unicode."""
    is_embedded: bool
    _outlines: dict[str, bytes] = field(default_factory=dict)

    def glyph_of(self, char: str) -> str | None:
        """Return the name of the glyph for a character; None when the font has none."""
        code = ord(char[0])
        return self.codes.get(code) or self.codes.get(_SYMBOL_BASE + code)

    def glyph_at(self, number: int) -> str | None:
        """Return the name of the glyph with this number; None when there is none."""
        return self.names[number] if 0 <= number < len(self.names) else None

    def outline(self, name: str) -> bytes:
        """Return the outline of a glyph as path operators, in font units; empty for a blank one.

        Raises:
            UnusableFont: The glyph cannot be drawn.
        """
        if name not in self._outlines:
            pen = _Pen(self.glyphs)
            try:
                self.glyphs[name].draw(pen)
            except MemoryError:
                raise
            except Exception as error:  # damaged fonts raise anything
                raise UnusableFont(name) from error
            self._outlines[name] = " ".join(pen.out).encode("ascii")
        return self._outlines[name]

    def advance(self, name: str) -> float | None:
        """Return how far a glyph moves the pen, in ems; None when the font does not say."""
        try:
            width = float(self.glyphs[name].width)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  # damaged fonts raise anything
            return None
        return width / self.units_per_em if 0 < width <= 4 * self.units_per_em else None


def embedded_face(data: bytes) -> Face:
    """Return the font in a part of the package.

    Raises:
        UnusableFont: No outlines can be taken from it.
    """
    try:
        if data.startswith(_BARE_CFF) and not data.startswith(b"\x01\x00\x00\x00\x00"):
            return _bare_cff(data)
        return _opened(TTFont(io.BytesIO(data), fontNumber=0, lazy=True), is_embedded=True)
    except (MemoryError, UnusableFont):
        raise
    except Exception as error:  # damaged fonts raise anything
        raise UnusableFont(type(error).__name__) from error


def machine_face(path: Path, index: int) -> Face:
    """Return a font of this machine.

    Raises:
        UnusableFont: It is not there or cannot be read.
    """
    try:
        font = TTFont(path, fontNumber=index, lazy=True)
        return _opened(font, is_embedded=False)
    except MemoryError:
        raise
    except Exception as error:  # any file may lie there
        raise UnusableFont(path.name) from error


def _opened(font: Any, *, is_embedded: bool) -> Face:
    units = float(font["head"].unitsPerEm)
    if not 16 <= units <= 65536:  # noqa: PLR2004  # what a font may state, with room
        raise UnusableFont("unitsPerEm")
    return Face(
        units_per_em=units,
        glyphs=font.getGlyphSet(),
        names=font.getGlyphOrder(),
        codes=_codes(font),
        is_embedded=is_embedded,
    )


def _codes(font: Any) -> dict[int, str]:
    """Return glyph names by Unicode; fonts cut down for embedding may have no such table."""
    try:
        best = font.getBestCmap()
        if best:
            return dict(best)
        tables = font["cmap"].tables
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # damaged or left out: glyphs then go by number
        return {}
    return dict(tables[0].cmap) if tables else {}


def _bare_cff(data: bytes) -> Face:
    """Return a font that is a CFF table and nothing around it."""
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    top = fonts.topDictIndex[0]
    names = list(top.charset)
    return Face(
        units_per_em=_EM,
        glyphs=top.CharStrings,
        names=names,
        codes={},
        is_embedded=True,
    )
