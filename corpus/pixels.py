"""A page as pixels, and where what stood on it has gone since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from corpus.printed import Point, Shares, around, corners_of
from corpus.truth import rounded

Pixels = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float64]
Bend = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]
"""Takes points in pixels to where they went when the paper was bent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page as pixels, and where its original points lie now (matrix on pixel coordinates)."""

    pixels: Pixels
    moved: Matrix
    width: int
    """Of the page before it was moved."""
    height: int
    tint: npt.NDArray[np.float32] = field(default_factory=lambda: np.ones(3, dtype=np.float32))
    """The colour of the scanner's lamp, the same for all pages of a paper."""
    bent: Bend | None = None
    """What happened to points before the matrix, when the paper does not lie flat."""


def move_box(box: Shares, sheet: Sheet) -> Shares:
    """Return the box around the moved corners, as shares of the page as it is now."""
    return rounded(around(move_points(corners_of(box), sheet)))


def move_points(points: Sequence[Point], sheet: Sheet) -> list[Point]:
    """Return where points went, as shares of the page as it is now."""
    before = np.array(points, dtype=np.float64) * [sheet.width, sheet.height]
    if sheet.bent is not None:
        before = sheet.bent(before)
    moved = np.hstack([before, np.ones((len(before), 1))]) @ sheet.moved.T
    after = moved[:, :2] / moved[:, 2:3]
    height, width = sheet.pixels.shape[:2]
    return [(float(x) / width, float(y) / height) for x, y in after]
