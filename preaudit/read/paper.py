"""Where the sheet of paper lies in a photo.

Paper is the largest bright, uncoloured region that stands out from what surrounds it. The smallest
of a pixel's three channels is high on paper and low on wood, cloth and dark tables alike, so one
Otsu threshold on that channel separates them; closing first wipes out the text. A quadrilateral is
believed only when the picture's rim looks unlike its inside: a white scan has nothing to cut away.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.sheet import Pixels

Corners = NDArray[np.float64]
"""4 x 2 in pixels: top left, top right, bottom right, bottom left."""

_LOOK_PX: Final = 640
"""The longer side of the picture on which the contour is sought."""
_SMALLEST_SHARE: Final = 0.2
_LARGEST_SHARE: Final = 0.93
"""Beyond this, what lies around the sheet is a shadow at the rim: nothing worth cutting away."""
_STANDS_OUT: Final = 28.0
"""Grey levels between the rim of the picture and the paper."""
_FILLS_QUAD: Final = 0.93
_INKED: Final = 18
"""Grey levels by which print is darker than the paper around."""
_BAND: Final = 77
_SQUARE: Final = np.ones((5, 5), np.uint8)
_GOES_ON: Final = 0.25
"""Print beside a sheet, over print on it, beyond which the sheet goes on there."""
_PRINTED: Final = 0.002
"""Share of a page with a few words that is ink."""
_STEP_PX: Final = 6.0
_MOSTLY: Final = 0.8


def find_paper(pixels: Pixels) -> Corners | None:
    """Return the corners of the sheet, or None when the picture is the sheet."""
    scale = min(1.0, _LOOK_PX / max(pixels.shape[:2]))
    size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    # Single pixels first, then means of four: reading every pixel of a large picture takes longer.
    twice = (min(2 * size[0], pixels.shape[1]), min(2 * size[1], pixels.shape[0]))
    sample = cv2.resize(pixels, twice, interpolation=cv2.INTER_NEAREST)
    red, green, blue = cv2.split(cv2.resize(sample, size, interpolation=cv2.INTER_AREA))
    least = cv2.min(cv2.min(red, green), blue)
    closed = cv2.morphologyEx(least, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    dim = cv2.GaussianBlur(closed, (5, 5), 0)
    strokes = cv2.morphologyEx(least, cv2.MORPH_BLACKHAT, np.ones((9, 9), np.uint8))
    print_only = np.asarray(strokes > _INKED)
    found = [sheet for level in _levels(dim) if (sheet := _sheet(dim, level)) is not None]
    found = [sheet for sheet in found if _keeps_print(sheet[0], print_only)]
    if not found:
        return None
    quad, contour = max(found, key=lambda one: float(cv2.contourArea(one[0].astype(np.float32))))
    return np.asarray(_refined(quad, contour) / scale)


def _levels(dim: NDArray[np.uint8]) -> Iterator[float]:
    """Yield brightnesses that may part paper from what it lies on.

    In even light one does. Where a shadow falls on half the sheet, lit paper stands out from all
    else, and the sheet as a whole from what is darker than lit paper.
    """
    level = _otsu(dim)
    yield level
    darker = dim[dim <= level]
    if darker.size:
        yield _otsu(darker[None])


def _keeps_print(quad: Corners, print_only: NDArray[np.bool_]) -> bool:
    """Whether print ends at the sides; it goes on past the edge of a shadow."""
    inside = np.zeros(print_only.shape, dtype=np.uint8)
    cv2.fillConvexPoly(inside, quad.astype(np.int32), 255)
    within = cv2.erode(inside, _SQUARE, iterations=2) > 0
    beyond = cv2.dilate(inside, np.ones((_BAND, _BAND), np.uint8)) > 0
    beyond &= cv2.dilate(inside, _SQUARE, iterations=2) == 0
    if not within.any() or not beyond.any():
        return True
    return bool(print_only[beyond].mean() <= _GOES_ON * max(print_only[within].mean(), _PRINTED))


def _otsu(values: NDArray[np.uint8]) -> float:
    return float(cv2.threshold(values, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0])


def _sheet(dim: NDArray[np.uint8], level: float) -> tuple[Corners, NDArray[np.int32]] | None:
    """Return the corners and the contour of a plausible sheet brighter than a level."""
    _, bright = cv2.threshold(dim, level, 255, cv2.THRESH_BINARY)
    contour = _largest(bright)
    quad = _quad(contour) if contour is not None else None
    if contour is None or quad is None or not _plausible(quad, contour, dim):
        return None
    return quad, contour


def _largest(mask: NDArray[np.uint8]) -> NDArray[np.int32] | None:
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    return np.asarray(max(contours, key=cv2.contourArea))


def _quad(contour: NDArray[np.int32]) -> Corners | None:
    """Return the hull simplified to four corners, clockwise from the top left."""
    hull = cv2.convexHull(contour)
    around = cv2.arcLength(hull, closed=True)
    for share in (0.01, 0.02, 0.03, 0.05, 0.08):
        simple = cv2.approxPolyDP(hull, share * around, closed=True)
        if len(simple) == 4:  # noqa: PLR2004 - a sheet has four corners
            return _clockwise(simple.reshape(4, 2).astype(np.float64))
    return None


def _clockwise(corners: Corners) -> Corners:
    across, down = corners.sum(axis=1), corners[:, 0] - corners[:, 1]
    order = [across.argmin(), down.argmax(), across.argmax(), down.argmin()]
    return corners[order]


def _plausible(quad: Corners, contour: NDArray[np.int32], dim: NDArray[np.uint8]) -> bool:
    """Whether the quadrilateral is a sheet with something else around it."""
    height, width = dim.shape
    area = cv2.contourArea(quad.astype(np.float32))
    share = area / (height * width)
    if not _SMALLEST_SHARE <= share <= _LARGEST_SHARE or len(np.unique(quad, axis=0)) < len(quad):
        return False
    if cv2.contourArea(contour) < _FILLS_QUAD * area or not _edged(quad, dim):
        return False
    inside = np.zeros_like(dim)
    cv2.fillConvexPoly(inside, quad.astype(np.int32), 255)
    outside = dim[inside == 0]
    rim = np.concatenate(
        [dim[:3].ravel(), dim[-3:].ravel(), dim[:, :3].ravel(), dim[:, -3:].ravel()]
    )
    paper = float(np.median(dim[inside > 0]))
    return bool(
        len(outside)
        and paper - float(np.median(outside)) > _STANDS_OUT
        and paper - float(np.percentile(rim, 25)) > _STANDS_OUT
    )


def _edged(quad: Corners, dim: NDArray[np.uint8]) -> bool:
    """Whether each side is a sharp edge, or the picture's own; the rim of a shadow is neither."""
    height, width = dim.shape
    centre = quad.mean(axis=0)
    for start, end in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        along = start + np.linspace(0.08, 0.92, 40)[:, None] * (end - start)
        normal = np.array([start[1] - end[1], end[0] - start[0]])
        normal = normal / (np.hypot(*normal) or 1.0)
        outward = normal if normal @ (along.mean(axis=0) - centre) > 0 else -normal
        inner, outer = along - _STEP_PX * outward, along + _STEP_PX * outward
        beyond = ((outer < 0) | (outer >= [width, height])).any(axis=1)
        if beyond.mean() > _MOSTLY:
            continue
        points = [np.clip(side, 0, [width - 1, height - 1]).astype(int) for side in (inner, outer)]
        bright, dark = (dim[side[:, 1], side[:, 0]].astype(int) for side in points)
        if np.mean((bright - dark > _STANDS_OUT / 2) | beyond) < _MOSTLY:
            return False
    return True


def _refined(quad: Corners, contour: NDArray[np.int32]) -> Corners:
    """Return corners where straight lines through the four sides meet; a corner may be bent."""
    points = contour.reshape(-1, 2).astype(np.float64)
    sides = [_side(points, quad[i], quad[(i + 1) % 4]) for i in range(4)]
    corners = [_meet(sides[i - 1], sides[i]) for i in range(4)]
    near = 0.05 * max(np.ptp(quad[:, 0]), np.ptp(quad[:, 1]))
    return np.array(
        [
            new if new is not None and np.hypot(*(new - old)) < near else old
            for new, old in zip(corners, quad, strict=True)
        ]
    )


def _side(
    points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return (x, y, dx, dy) of the line through the contour between two corners."""
    along = end - start
    length = float(np.hypot(*along)) or 1.0
    unit = along / length
    offset = points - start
    forth = offset @ unit
    off = np.abs(offset @ np.array([-unit[1], unit[0]]))
    own = points[(forth > 0.06 * length) & (forth < 0.94 * length) & (off < 0.03 * length)]
    if len(own) < 10:  # noqa: PLR2004 - too few to say better than the corners do
        return np.array([*start, *unit])
    dx, dy, x, y = cv2.fitLine(own.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
    return np.array([x, y, dx, dy], dtype=np.float64)


def _meet(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return where two lines meet, or None when they run alike."""
    crossing = one[2] * other[3] - one[3] * other[2]
    if abs(crossing) < 0.2:  # noqa: PLR2004 - sides of a sheet stand at a large angle
        return None
    gap = other[:2] - one[:2]
    step = (gap[0] * other[3] - gap[1] * other[2]) / crossing
    return np.asarray(one[:2] + step * one[2:])
