"""What is known of a page before marks are sought."""

from __future__ import annotations

from dataclasses import dataclass

from preaudit.document import Cell, Line, Quality
from preaudit.geometry import Homography
from preaudit.sheet import Pixels


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """A page held upright, with its text."""

    pixels: Pixels
    lines: tuple[Line, ...]
    """In reading order."""
    cells: tuple[Cell, ...]
    quality: Quality
    to_file: Homography
    scanned: bool
