"""What a seal or pen leaves behind when its strokes are read as text: no part of any wording."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Final

from preaudit.document import Line, Origin
from preaudit.geometry import Box

_MARGIN: Final = 0.88
"""A seal across several sheets leaves its parts right of this share of the width."""
_FEW: Final = 4
_A_TEXT: Final = 8
_TALL: Final = 2.2
"""A pen writes over more than this many rows of print."""
_THIN: Final = 0.2
"""A character narrower than this share of its height is the edge of a rule."""


def without_scraps(lines: Sequence[Line], aspect: float) -> list[Line]:
    """Return the lines that may be print.

    Args:
        lines: Of one page or of one cell, upright.
        aspect: Height over width of the page.
    """
    usual = median([one.box.height for one in lines]) if lines else 0.0
    kept = without_edges(lines, aspect)
    return [one for one in kept if one.origin is not Origin.OCR or not _scrawl(one, lines, usual)]


def without_edges(lines: Sequence[Line], aspect: float) -> list[Line]:
    """Return the lines that are neither the edge of a rule nor of a seal on several sheets.

    Args:
        lines: Of one page or of one cell, upright.
        aspect: Height over width of the page.
    """
    right = max((one.box.right for one in lines if len(one.text) >= _A_TEXT), default=1.0)
    return [
        one
        for one in lines
        if one.origin is not Origin.OCR or not (_thin(one, aspect) or _marginal(one, right))
    ]


def _thin(line: Line, aspect: float) -> bool:
    return line.box.width < _THIN * line.box.height * aspect and line.text not in ("一", "/")


def _marginal(line: Line, right: float) -> bool:
    few = len(line.text) <= _FEW and not any(char.isdigit() for char in line.text)
    return few and line.box.left > max(_MARGIN, right)


def _scrawl(line: Line, lines: Iterable[Line], usual: float) -> bool:
    """Tell whether a few tall characters lie across at least two other lines."""
    if len(line.text) > _FEW or line.box.height < _TALL * usual:
        return False
    return sum(1 for other in lines if other is not line and _across(line.box, other.box)) > 1


def _across(tall: Box, other: Box) -> bool:
    return tall.overlap(other) > 0.3 * other.area
