"""PostScript outlines (CFF), by fontTools."""

from __future__ import annotations

import io
from typing import Any, BinaryIO

from fontTools.cffLib import CFFFontSet
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from preaudit.ingest.ofd.truetype import BrokenFont

_OUTLINE_MAX_BYTES = 1 << 20
_EM = 1000.0


class PostScript:
    """One font with PostScript outlines.

    Args:
        glyphs: By name, as fontTools has them.
        names: In the order of their numbers.
        codes: Names by character code.
        units: To the em.
    """

    def __init__(self, glyphs: Any, names: list[str], codes: dict[int, str], units: float) -> None:
        self.units = units
        self.count = len(names)
        self._glyphs = glyphs
        self._names = names
        self._kept: dict[int, bytes] = {}
        places = {name: at for at, name in enumerate(names)}
        self._codes = {code: places.get(name, 0) for code, name in codes.items()}

    def number(self, code: int) -> int:
        """Return the glyph for a character code; 0 when there is none."""
        return self._codes.get(code, 0)

    def advance(self, glyph: int) -> float:
        """Return how far a glyph moves the pen, in font units; 0 when the font does not say."""
        try:
            return float(self._glyphs[self._names[glyph]].width)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  # damaged fonts raise anything
            return 0.0

    def outline(self, glyph: int) -> bytes:
        """Return a glyph as path operators of PDF.

        Raises:
            BrokenFont: It cannot be drawn.
        """
        if glyph in self._kept:
            return self._kept[glyph]
        pen = _Pen(self._glyphs)
        try:
            self._glyphs[self._names[glyph]].draw(pen)
        except MemoryError:
            raise
        except Exception as error:  # damaged fonts raise anything
            raise BrokenFont(type(error).__name__) from error
        self._kept[glyph] = " ".join(pen.out).encode("ascii")
        return self._kept[glyph]


class _Pen(BasePen):
    """Writes an outline as path operators, in the units of the font."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.out: list[str] = []
        self._size = 0

    def _moveTo(self, pt: Any) -> None:  # noqa: N802  # the engine's name
        self._add(f"{pt[0]:.1f} {pt[1]:.1f} m")

    def _lineTo(self, pt: Any) -> None:  # noqa: N802  # the engine's name
        self._add(f"{pt[0]:.1f} {pt[1]:.1f} l")

    def _curveToOne(self, pt1: Any, pt2: Any, pt3: Any) -> None:  # noqa: N802  # the engine's name
        points = (*pt1, *pt2, *pt3)
        self._add(" ".join(f"{one:.1f}" for one in points) + " c")

    def _closePath(self) -> None:  # noqa: N802  # the engine's name
        self._add("h")

    def _endPath(self) -> None:  # noqa: N802  # the engine's name
        self._add("h")

    def _add(self, operator: str) -> None:
        self._size += len(operator)
        if self._size > _OUTLINE_MAX_BYTES:
            raise BrokenFont("outline")
        self.out.append(operator)


def opentype(file: BinaryIO, index: int = 0) -> PostScript:
    """Return a font of an OpenType file.

    Args:
        file: The file.
        index: Which font of a collection.

    Raises:
        Exception: Whatever a damaged font makes fontTools raise.
    """
    font = TTFont(file, fontNumber=index, lazy=True)
    units = float(font["head"].unitsPerEm) if "head" in font else _EM
    codes = dict(font.getBestCmap() or {}) if "cmap" in font else {}
    if "hmtx" in font and "hhea" in font and "maxp" in font:
        return PostScript(font.getGlyphSet(), font.getGlyphOrder(), codes, units)
    return _of_set(font["CFF "].cff, codes, units)


def bare(data: bytes) -> PostScript:
    """Return a font that is a CFF table and nothing around it.

    Raises:
        Exception: Whatever a damaged font makes fontTools raise.
    """
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    return _of_set(fonts, {}, _EM)


def _of_set(fonts: Any, codes: dict[int, str], units: float) -> PostScript:
    top = fonts.topDictIndex[0]
    return PostScript(top.CharStrings, list(top.charset), codes, units)
