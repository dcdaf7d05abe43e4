"""Round lines: the rims of stamps that have lost their colour, whatever runs into them.

A rim is found by what it encloses. That is smaller than the stamp and off its middle where letters
touch the rim, so the rim itself is then looked for: of the ellipses through three inked points, the
one along which most is inked.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.strokes import Mask

_ROUND: Final = (0.7, 0.84)
"""What an ellipse fills of its box is 0.785."""
_RIM: Final = (0.75, 1.08)
_CORNER: Final = 1.15
"""Distances from the middle, where 1 is the ellipse inscribed in the patch."""
_SECTORS: Final = 32
_ENCLOSED: Final = 0.88
"""Share of the directions from the middle in which a stamp's rim is seen."""
_BARE_CORNER: Final = 0.08
_NEAR: Final = (0.85, 1.45)
"""How far from the middle of what a rim encloses, in its half sides, the rim may be."""
_OFF: Final = 0.35
"""How far off, likewise, the middle of the rim may be."""
_GUESSES: Final = 400
_AROUND: Final = 72
"""Directions in which a guessed rim is looked at; at first only every third."""
_LIKELIEST: Final = 60
"""Guesses that are looked at in all directions."""
_DRAWN: Final = 0.6
"""Share of them in which a rim is inked at least."""
_STEP: Final = 0.02

Rect = tuple[int, int, int, int]
"""Left, top, width, height in pixels."""
Floats = NDArray[np.float64]


def rings(small: Mask, *, least: float, most: float) -> list[Rect]:
    """Return the boxes of closed round lines.

    Args:
        small: What is inked.
        least: The longer side of a box at least, in pixels.
        most: Likewise at most.
    """
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    contours, tree = cv2.findContours(closed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    found: list[Rect] = []
    for index, contour in enumerate(contours):
        left, top, wide, high = cv2.boundingRect(contour)
        enclosed = tree[0][index][3] >= 0
        squarish = 0.5 <= wide / high <= 2.0  # noqa: PLR2004 - round and oval stamps
        if not (enclosed and squarish and least <= max(wide, high) <= most):
            continue
        hull = cv2.contourArea(cv2.convexHull(contour)) / (wide * high)
        if _ROUND[0] <= hull <= _ROUND[1]:
            found.append(_outer(small, (left, top, wide, high)))
    return found


def rimmed(part: Mask) -> bool:
    """Whether the ink in a rectangle runs around its inscribed ellipse and leaves the corners bare.

    Pale print fills a rectangle; a stamp without its colour is told from it by its rim alone.
    """
    height, width = part.shape
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = 2 * (across + 0.5) / width - 1, 2 * (down + 0.5) / height - 1
    reach = np.hypot(x, y)
    inked = part > 0
    rim = inked & (reach > _RIM[0]) & (reach < _RIM[1])
    around = ((np.arctan2(y, x)[rim] / np.pi + 1) / 2 * _SECTORS).astype(int) % _SECTORS
    corners = float(inked[reach > _CORNER].mean()) if (reach > _CORNER).any() else 0.0
    return len(np.unique(around)) >= _ENCLOSED * _SECTORS and corners <= _BARE_CORNER


def _outer(small: Mask, inside: Rect) -> Rect:
    """Return the box of the rim around what it encloses; that, let out a little, if none is seen.

    Lengths are in half sides of what is enclosed, so that an ellipse is a circle.
    """
    left, top, wide, high = inside
    middle = np.array([left + wide / 2, top + high / 2])
    half = np.array([wide / 2, high / 2])
    points = _inked_near(small, middle, half)
    circle = _circle(small, points, middle, half) if len(points) else None
    x, y, radius = (0.0, 0.0, 1.0) if circle is None else circle
    low = np.floor(middle + (np.array([x, y]) - radius) * half).astype(int) - 2
    size = np.ceil(2 * radius * half).astype(int) + 4
    return (max(0, int(low[0])), max(0, int(low[1])), int(size[0]), int(size[1]))


def _inked_near(small: Mask, middle: Floats, half: Floats) -> Floats:
    """Return the inked points that may belong to the rim."""
    low = np.maximum(0, np.floor(middle - _NEAR[1] * half).astype(int))
    high = np.ceil(middle + _NEAR[1] * half).astype(int)
    down, across = np.nonzero(small[low[1] : high[1], low[0] : high[0]])
    points = (np.column_stack([across, down]) + low + 0.5 - middle) / half
    reach = np.hypot(points[:, 0], points[:, 1])
    return np.asarray(points[(reach > _NEAR[0]) & (reach < _NEAR[1])])


def _circle(
    small: Mask, points: Floats, middle: Floats, half: Floats
) -> tuple[float, float, float] | None:
    """Return middle and radius of the outer edge of the rim, or None when too little is drawn."""
    centres, radii = _guessed(points)
    fits = (np.hypot(*centres.T) < _OFF) & (radii > _NEAR[0]) & (radii < _NEAR[1])
    if not fits.any():
        return None
    centres, radii = centres[fits], radii[fits]
    roughly = _drawn(small, centres, radii, middle, half, around=_AROUND // 3)
    likely = np.argsort(-roughly, kind="stable")[:_LIKELIEST]
    centres, radii = centres[likely], radii[likely]
    drawn = _drawn(small, centres, radii, middle, half)
    best = int(drawn.argmax())
    if drawn[best] < _DRAWN:
        return None
    wider = radii[best] + _STEP * np.arange(1, 12)
    still = _drawn(small, np.repeat(centres[best : best + 1], len(wider), 0), wider, middle, half)
    beyond = int((still < drawn[best] / 2).argmax())
    return float(centres[best][0]), float(centres[best][1]), float(wider[beyond])


def _guessed(points: Floats) -> tuple[Floats, Floats]:
    """Return the middles and radii of circles through three points far from one another."""
    turn = np.arctan2(points[:, 1], points[:, 0])
    order = np.argsort(turn)
    count = len(order)
    rng = np.random.default_rng(count)
    first = rng.integers(0, count, _GUESSES)
    steps = rng.integers(count // 5, max(count // 5 + 1, 2 * count // 5), (2, _GUESSES))
    one, two, three = (
        points[order[at % count]] for at in (first, first + steps[0], first + steps[0] + steps[1])
    )
    a, b = two - one, three - one
    cross = 2 * (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    cross = np.where(np.abs(cross) < 1e-6, np.inf, cross)  # noqa: PLR2004 - in one line
    a2, b2 = (a * a).sum(axis=1), (b * b).sum(axis=1)
    off = np.column_stack([b[:, 1] * a2 - a[:, 1] * b2, a[:, 0] * b2 - b[:, 0] * a2])
    off = off / cross[:, None]
    return np.asarray(one + off), np.hypot(off[:, 0], off[:, 1])


def _drawn(
    small: Mask,
    centres: Floats,
    radii: Floats,
    middle: Floats,
    half: Floats,
    *,
    around: int = _AROUND,
) -> Floats:
    """Return for each circle the share of its directions in which it is inked."""
    turn = np.linspace(0, 2 * np.pi, around, endpoint=False)
    spokes = np.column_stack([np.cos(turn), np.sin(turn)])
    places = centres[:, None] + radii[:, None, None] * spokes
    at = np.floor(places * half + middle).astype(int)
    inside = ((at >= 0) & (at < [small.shape[1], small.shape[0]])).all(axis=2)
    at = np.clip(at, 0, [small.shape[1] - 1, small.shape[0] - 1])
    return np.asarray(((small[at[..., 1], at[..., 0]] > 0) & inside).mean(axis=1))
