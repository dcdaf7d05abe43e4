"""Finding seals with straight sides: square ones of persons and firms, rarely triangles.

Ink that lies together and is as large as a seal is outlined. Where its outline is a square or a
triangle whose sides are drawn almost all along, and there is something inside but not only ink, it
is a seal's frame. Frames of tables are parts of something larger; frames of forms are larger or
longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.marks.ink import Plane
from preaudit.read.marks.rims import sample

_Mask = NDArray[np.uint8]

_SIDE_MM = (8.5, 46.0)
_TRIANGLE_MM = (22.0, 50.0)
_LONGER = 1.45
"""Ratio of the sides from which on a frame is no square."""
_JOIN_MM = 1.6
_SQUARE = 0.86
"""Share of the smallest rectangle around it that a square's outline fills."""
_TRIANGLE = 0.84
_DRAWN = 0.8
"""Share of the whole outline along which a line is drawn, and of each side a little less."""
_DRAWN_SIDE = 0.62
_FILL = (0.1, 0.86)
_FILL_TRIANGLE = 0.03
_SHARES = np.linspace(0.04, 0.96, 40)[:, None]
_INWARDS_MM = 1.8
_BEYOND_MM = 1.6
_CLEAR = 0.1
"""Share of the surroundings that may bear ink where ink is not rare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Corners of a seal's frame, clockwise from its upper left (a triangle's from its top)."""

    corners: NDArray[np.float32]
    support: float

    @property
    def shape(self) -> str:
        """`square` or `triangle`."""
        return "square" if len(self.corners) == 4 else "triangle"  # noqa: PLR2004 - corners

    def bounds(self) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom."""
        (left, top), (right, bottom) = self.corners.min(axis=0), self.corners.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    def placed(self, left: float, top: float, scale: float) -> Frame:
        """Return the frame on a picture of which its own is a part, `scale` times as large."""
        moved = (self.corners + np.array([left, top], np.float32)) * np.float32(scale)
        return Frame(corners=moved, support=self.support)


def find_frames(ink: Plane, mask: _Mask, *, px_per_mm: float, alone: bool) -> Iterator[Frame]:
    """Yield the frames of seals.

    Args:
        ink: The plane of the seal's ink.
        mask: Where on it ink is that is not explained yet.
        px_per_mm: Resolution of both.
        alone: Whether there must be paper around a frame, as where its ink is not rare.
    """
    reach = max(3, round(_JOIN_MM * px_per_mm)) | 1
    near = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    outlines, _ = cv2.findContours(near, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for outline in outlines:
        frame = _frame(ink, np.asarray(outline, np.int32), px_per_mm, alone=alone)
        if frame is not None:
            yield frame


def _frame(
    ink: Plane, outline: NDArray[np.int32], px_per_mm: float, *, alone: bool
) -> Frame | None:
    """Return the frame that an outline is, if it is one."""
    hull = cv2.convexHull(outline)
    corners = _square(hull, px_per_mm)
    if corners is None:
        corners = _triangle(hull, px_per_mm)
    if corners is None:
        return None
    level = _level(ink, corners)
    drawn = [_drawn(ink, corners, index, level, px_per_mm) for index in range(len(corners))]
    support = float(np.mean(drawn))
    if (
        support < _DRAWN
        or min(drawn) < _DRAWN_SIDE
        or not _filled(ink, corners, level, rare=not alone)
    ):
        return None
    if alone and not _clear(ink, corners, level, px_per_mm):
        return None
    return Frame(corners=corners, support=support)


def checked(ink: Plane, corners: NDArray[np.float32], px_per_mm: float) -> Frame | None:
    """Return the frame with these corners if its sides are drawn and something stands inside."""
    level = _level(ink, corners)
    drawn = [_drawn(ink, corners, index, level, px_per_mm) for index in range(len(corners))]
    support = float(np.mean(drawn))
    if support < _DRAWN or min(drawn) < _DRAWN_SIDE:
        return None
    return (
        Frame(corners=corners, support=support) if _filled(ink, corners, level, rare=True) else None
    )


def _square(hull: NDArray[np.int32], px_per_mm: float) -> NDArray[np.float32] | None:
    """Return the corners of the square that a hull is, from the upper left one, clockwise."""
    rect = cv2.minAreaRect(hull)
    wide, high = rect[1]
    low, most = (side * px_per_mm for side in _SIDE_MM)
    if not low <= min(wide, high) <= max(wide, high) <= min(most, _LONGER * min(wide, high)):
        return None
    if cv2.contourArea(hull) < _SQUARE * wide * high:
        return None
    corners = np.asarray(cv2.boxPoints(rect), dtype=np.float32)
    return np.roll(corners, -int(np.argmin(corners.sum(axis=1))), axis=0)


def _triangle(hull: NDArray[np.int32], px_per_mm: float) -> NDArray[np.float32] | None:
    """Return the corners of the triangle that a hull is, from its top, clockwise."""
    low, most = (side * px_per_mm for side in _TRIANGLE_MM)
    if not low <= max(cv2.boundingRect(hull)[2:]) <= most or cv2.contourArea(hull) <= 0:
        return None
    area, found = cv2.minEnclosingTriangle(hull)
    if found is None or cv2.contourArea(hull) < _TRIANGLE * area:
        return None
    corners = np.asarray(found, dtype=np.float32).reshape(3, 2)
    sides = np.hypot(*(corners - np.roll(corners, -1, axis=0)).T)
    if float(sides.max()) > 1.8 * float(sides.min()):
        return None
    middle = corners.mean(axis=0)
    turns = np.arctan2(*(corners - middle).T[::-1])
    corners = corners[np.argsort(turns)]
    return np.roll(corners, -int(np.argmin(corners[:, 1])), axis=0)


def _level(ink: Plane, corners: NDArray[np.float32]) -> float:
    """Return from which strength on ink counts, by what stands along the outline."""
    spots = np.concatenate([_along(corners, index, 0.0) for index in range(len(corners))])
    middle = corners.mean(axis=0)
    inner = spots + (middle - spots) * 0.04
    strong = np.maximum(sample(ink, spots[None])[0], sample(ink, inner[None])[0])
    return max(0.05, 0.45 * float(np.quantile(strong, 0.6)))


def _along(corners: NDArray[np.float32], index: int, inwards: float) -> NDArray[np.float64]:
    """Return points along one side, shifted inwards by so many pixels."""
    start, end = corners[index], corners[(index + 1) % len(corners)]
    shares = _SHARES
    direction = (end - start) / max(1e-6, float(np.hypot(*(end - start))))
    normal = np.array([-direction[1], direction[0]])
    return np.asarray(start + (end - start) * shares + normal * inwards, dtype=np.float64)


def _drawn(
    ink: Plane, corners: NDArray[np.float32], index: int, level: float, px_per_mm: float
) -> float:
    """Return the share of a side along which a line stands."""
    depth = np.arange(-1.0, _INWARDS_MM * px_per_mm + 0.5, 0.75)
    grid = np.stack([_along(corners, index, float(inwards)) for inwards in depth], axis=1)
    return float((sample(ink, grid).max(axis=1) > level).mean())


def _filled(ink: Plane, corners: NDArray[np.float32], level: float, *, rare: bool) -> bool:
    """Whether there is something inside, and not only ink."""
    middle = corners.mean(axis=0)
    inner = np.round(middle + (corners - middle) * 0.74).astype(np.int32)
    inside = np.zeros(ink.shape, np.uint8)
    cv2.fillConvexPoly(inside, inner, 1)
    share = float((ink[inside > 0] > level).mean()) if inside.any() else 0.0
    least = _FILL_TRIANGLE if rare and len(corners) == 3 else _FILL[0]  # noqa: PLR2004 - corners
    return least <= share <= _FILL[1]


def _clear(ink: Plane, corners: NDArray[np.float32], level: float, px_per_mm: float) -> bool:
    """Whether there is paper all around."""
    spots = np.concatenate(
        [_along(corners, index, -_BEYOND_MM * px_per_mm) for index in range(len(corners))]
    )
    return float((sample(ink, spots[None])[0] > level).mean()) <= _CLEAR
