"""Finding small square outlines, whatever is drawn inside or across them.

From every inked pixel the length of the inked run to the right, to the left, up and down is known.
A pixel with a run to the right and a run down may be an upper left corner; it makes a square when,
one side further along the diagonal, some pixel has runs back to the left and up that are as long.
Nothing depends on the inside being empty or on the outline standing alone, so a bold tick that
crosses the border does no harm. Lines may be slanted by a pixel or two within a side.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE_MM = (2.3, 7.0)
_COVER = 0.86
"""Share of each side that must be drawn."""
_CLEAR = 0.4
"""Largest share of ink allowed just outside the left, the upper and the lower side."""

_Mask = NDArray[np.uint8]
Known = Callable[[NDArray[np.intp], NDArray[np.intp], int], NDArray[np.bool_]]
"""Which of the squares with these upper left corners and this side are known to be none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """A square outline in pixels, half-open."""

    left: int
    top: int
    right: int
    bottom: int
    inside: float
    """Share of the inside that is inked."""
    slanted: float
    """Share of the inside that is inked by neither level nor upright strokes."""

    @property
    def side(self) -> float:
        """Mean side in pixels."""
        return (self.right - self.left + self.bottom - self.top) / 2


def find_squares(inked: _Mask, *, px_per_mm: float, known: Known | None = None) -> list[Square]:
    """Return the square outlines of a page, from top to bottom.

    Args:
        inked: 1 where the page bears ink, else 0.
        px_per_mm: Resolution.
        known: Tells of upper left corners and a side which squares need not be looked at.
    """
    low, high = (round(side * px_per_mm) for side in SIDE_MM)
    if low < 6:  # noqa: PLR2004 - outline and tick can no longer be told apart
        return []
    level = cv2.dilate(inked, np.ones((3, 1), np.uint8))
    upright = cv2.dilate(inked, np.ones((1, 3), np.uint8))
    least = max(1, math.ceil(_COVER * low))
    starts = cv2.erode(level, np.ones((1, least), np.uint8), anchor=(0, 0))
    starts &= cv2.erode(upright, np.ones((least, 1), np.uint8), anchor=(0, 0))
    xs, ys = _spots(_upper_left(inked, starts))
    longest = math.floor(1.5 * high)
    right, down = _onward(level, xs, ys, longest), _onward(upright.T, ys, xs, longest)
    drawn = (right <= longest) & (down <= longest)
    if not drawn.any():
        return []
    xs, ys, reach = xs[drawn], ys[drawn], np.minimum(right, down)[drawn]
    # Ends are sought only in the part of the page that could hold these squares.
    left, top = max(0, int(xs.min()) - 3), max(0, int(ys.min()) - 3)
    part = slice(top, int(ys.max()) + longest + 4), slice(left, int(xs.max()) + longest + 4)
    ends = _ends(level[part], upright[part], least)
    found = _paired(inked, (xs, ys, reach), (ends, low, left, top), known)
    return sorted(found, key=lambda each: (each.top, each.left))


def _spots(mask: _Mask) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return x and y of what is set in a mask."""
    # Few rows bear any, and finding those is much faster than going through every pixel.
    rows = np.flatnonzero(mask.max(axis=1))
    at, xs = np.nonzero(mask[rows])
    return xs, rows[at]


def _ends(level: _Mask, upright: _Mask, least: int) -> _Mask:
    """Return near which spots runs of at least this length come to from the left and from above."""
    last = least - 1
    back = cv2.erode(level, np.ones((1, least), np.uint8), anchor=(last, 0))
    back &= cv2.erode(upright, np.ones((least, 1), np.uint8), anchor=(0, last))
    return np.asarray(cv2.dilate(back, np.ones((5, 5), np.uint8)))


def _onward(
    mask: _Mask, xs: NDArray[np.intp], ys: NDArray[np.intp], longest: int
) -> NDArray[np.intp]:
    """Return the length of the inked run that begins at each spot; beyond `longest`, one more."""
    reach = xs[:, None] + np.arange(longest + 1)
    inked = mask[ys[:, None], np.minimum(reach, mask.shape[1] - 1)] > 0
    inked &= reach < mask.shape[1]
    return np.where(inked.all(axis=1), longest + 1, np.argmin(inked, axis=1))


def _upper_left(inked: _Mask, starts: _Mask) -> _Mask:
    """Return which of `starts` is where ink begins, coming from the left and from above."""
    begins = np.zeros_like(inked)
    around = cv2.bitwise_or(cv2.bitwise_or(inked[3:, :-3], inked[:-3, 3:]), inked[:-3, :-3])
    begun = cv2.bitwise_and(inked[3:, 3:], starts[3:, 3:])
    begins[3:, 3:] = cv2.compare(begun, around, cv2.CMP_GT)
    return begins


def _paired(
    inked: _Mask,
    corners: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]],
    back: tuple[_Mask, int, int, int],
    known: Known | None,
) -> list[Square]:
    """Return the squares that begin at upper left corners.

    Args:
        inked: 1 where the page bears ink, else 0.
        corners: X and y of upper left corners, and how far lines reach from there.
        back: Where lines end, the least side, and where the corner of that mask lies.
        known: As for `find_squares`.
    """
    xs, ys, reach = corners
    found: list[Square] = []
    taken = np.zeros(inked.shape, np.bool_)
    height, width = inked.shape
    ends, low, left, top = back
    longest = int(reach.max()) if reach.size else 0
    for side in range(longest, low - 1, -1):
        fit = (reach >= _COVER * side) & (ys + side <= height) & (xs + side <= width)
        far = ends[ys[fit] - top + side - 1, xs[fit] - left + side - 1] > 0
        lefts, tops = xs[fit][far], ys[fit][far]
        if known is not None and lefts.size:
            new = ~known(lefts, tops, side)
            lefts, tops = lefts[new], tops[new]
        for x, y in zip(lefts.tolist(), tops.tolist(), strict=True):
            if taken[y + side // 2, x + side // 2]:
                continue
            square = _checked(inked, x, y, side)
            if square is not None:
                taken[y : y + side, x : x + side] = True
                found.append(square)
    return found


def _checked(inked: _Mask, x: int, y: int, side: int) -> Square | None:
    """Return the square if its sides are drawn thin and nothing adheres to it."""
    patch = inked[y : y + side, x : x + side]
    band = max(3, round(0.16 * side))
    # Those first that the search has not followed yet.
    sides = (patch[-band:], patch[:, -band:].T, patch[:band], patch[:, :band].T)
    if any(np.count_nonzero(each.max(axis=0)) / side < _COVER for each in sides):
        return None
    if _adheres(inked, x, y, side):
        return None
    inner = patch[band + 1 : -band - 1, band + 1 : -band - 1]
    if not inner.size:
        return None
    run = max(3, round(0.55 * inner.shape[0]))
    straight = cv2.morphologyEx(inner, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    straight |= cv2.morphologyEx(inner, cv2.MORPH_OPEN, np.ones((run, 1), np.uint8))
    return Square(
        left=x,
        top=y,
        right=x + side,
        bottom=y + side,
        inside=float(inner.mean()),
        slanted=float((inner & (1 - straight)).mean()),
    )


def _adheres(inked: _Mask, x: int, y: int, side: int) -> bool:
    """Whether strokes go on beyond the square where a tick would not: it is part of a character."""
    gap = 3 if side > 16 else 2  # noqa: PLR2004 - a blurred outline is a pixel wider
    above = inked[max(0, y - gap - 1) : max(0, y - gap + 1), x : x + side // 2]
    below = inked[y + side + gap - 1 : y + side + gap + 1, x : x + side]
    before = inked[y : y + side, max(0, x - gap - 1) : max(0, x - gap + 1)]
    return any(
        edge.size and np.count_nonzero(edge.max(axis=axis)) / edge.shape[1 - axis] > _CLEAR
        for edge, axis in ((above, 0), (below, 0), (before, 1))
    )
