"""The upright page as the finders of marks and of edits see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from preaudit.document import Cell, Line
from preaudit.geometry import Homography
from preaudit.sheet import Pixels, Sheet

Recognise = Callable[[Sequence[Pixels]], list[tuple[str, float]]]
"""Reads crops that hold one line of text each, upright; gives text and confidence for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """One page held upright, with what was read so far."""

    page: int
    pixels: Pixels
    """Upright."""
    lines: tuple[Line, ...]
    cells: tuple[Cell, ...]
    sheet: Sheet
    scanned: bool
    """Whether the page is a picture of paper, rather than drawn."""
    to_file: Homography
