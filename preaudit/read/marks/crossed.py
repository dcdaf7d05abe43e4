"""Finding square seals that lie over other ink, mostly over a company's round seal.

Where ink of two seals runs together no outline tells the square. But its sides and its letters are
straight and stand at right angles, so directions of edges pile up at one angle of a quarter turn.
At the likeliest angles the plane is turned upright, and a square is where four runs of ink, one for
each side, meet at the distance of a side.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.marks.frames import Frame, checked
from preaudit.read.marks.ink import Plane

_SIDE_MM = (16.5, 24.0)
"""Seals of persons measure 18 to 22 mm."""
_BIN_DEGREES = 4
_ANGLES = 3
_EDGE = 0.12
_INKED = 0.12
_RUN = 0.66
"""Share of each side that must be inked on the small picture."""
_BEST = 3
_STEPS_MM = (0.0, -0.5, 0.5)
_TURNS_DEGREES = (0.0, -2.0, 2.0)

_Corners = NDArray[np.float32]


def find_crossed(
    small: Plane, closer: Plane, *, px_per_mm: float, place: tuple[float, float, float]
) -> Iterator[Frame]:
    """Yield the frames of square seals that lie over other ink.

    Args:
        small: The ink at one to two pixels to the millimetre.
        closer: The same ink, larger.
        px_per_mm: Resolution of the small plane.
        place: Scale from the small plane to the closer one, and where the small plane's upper left
            corner lies on that.
    """
    mask = (small > _INKED).astype(np.float32)
    mask = np.asarray(cv2.dilate(mask, np.ones((2, 2), np.uint8)), dtype=np.float32)
    scale, left, top = place
    found: list[tuple[float, _Corners]] = []
    for degrees in _likely_turns(small):
        found += _upright(mask, degrees, px_per_mm)
    found.sort(key=lambda one: -one[0])
    kept: list[_Corners] = []
    for _, corners in found[:_BEST]:
        bigger = corners * np.float32(scale) + np.array([left, top], np.float32)
        middle = bigger.mean(axis=0)
        side = float(np.hypot(*(bigger[1] - bigger[0])))
        if any(float(np.hypot(*(middle - one.mean(axis=0)))) < 0.5 * side for one in kept):
            continue
        frame = _settled(closer, bigger, px_per_mm * scale)
        if frame is not None:
            kept.append(frame.corners)
            yield frame


def _likely_turns(plane: Plane) -> list[float]:
    """Return at which angles of a quarter turn most straight edges lie, in degrees."""
    gx = cv2.Sobel(plane, cv2.CV_32F, 1, 0) / 4
    gy = cv2.Sobel(plane, cv2.CV_32F, 0, 1) / 4
    size = np.hypot(gx, gy)
    strong = size > _EDGE
    angles = np.degrees(np.arctan2(gy[strong], gx[strong])) % 90
    count = round(90 / _BIN_DEGREES)
    bins = np.bincount((angles / 90 * count).astype(int) % count, size[strong], count)
    smooth = bins + np.roll(bins, 1) / 2 + np.roll(bins, -1) / 2
    best = np.argsort(-smooth)[:_ANGLES]
    turns = (best + 0.5) * 90 / count
    return [float(turn - 90 if turn > 45 else turn) for turn in turns]  # noqa: PLR2004 - half of it


def _upright(mask: Plane, degrees: float, px_per_mm: float) -> Iterator[tuple[float, _Corners]]:
    """Yield the best square at one angle, with how much of its weakest side is inked."""
    height, width = mask.shape
    size = math.ceil(math.hypot(height, width))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    matrix[:, 2] += ((size - width) / 2, (size - height) / 2)
    turned = np.asarray(cv2.warpAffine(mask, matrix, (size, size)), dtype=np.float32)
    back = cv2.invertAffineTransform(matrix)
    best: tuple[float, int, int, int] | None = None
    low, high = (round(side * px_per_mm) for side in _SIDE_MM)
    for side in range(low, min(high, size - 1) + 1, 2):
        along = cv2.boxFilter(turned, cv2.CV_32F, (side, 1), anchor=(0, 0))
        down = cv2.boxFilter(turned, cv2.CV_32F, (1, side), anchor=(0, 0))
        end = size - side
        score = np.minimum(
            np.minimum(along[:end, :end], along[side:, :end]),
            np.minimum(down[:end, :end], down[:end, side:]),
        )
        y, x = divmod(int(score.argmax()), end)
        if best is None or float(score[y, x]) > best[0]:
            best = float(score[y, x]), x, y, side
    if best is not None and best[0] >= _RUN:
        value, x, y, side = best
        box = np.array([[x, y], [x + side, y], [x + side, y + side], [x, y + side]], np.float64)
        corners = box @ back[:, :2].T + back[:, 2]
        yield value, np.asarray(corners, dtype=np.float32)


def _settled(ink: Plane, corners: _Corners, px_per_mm: float) -> Frame | None:
    """Return the frame near these corners whose sides are drawn best, if it is a seal's."""
    middle = corners.mean(axis=0)
    best: Frame | None = None
    for turn, grow in itertools.product(_TURNS_DEGREES, _STEPS_MM):
        side = float(np.hypot(*(corners[1] - corners[0])))
        factor = 1 + grow * px_per_mm / side
        sine, cosine = math.sin(math.radians(turn)), math.cos(math.radians(turn))
        matrix = np.array([[cosine, -sine], [sine, cosine]], np.float32) * np.float32(factor)
        moved = (corners - middle) @ matrix.T + middle
        frame = checked(ink, np.asarray(moved, np.float32), px_per_mm)
        if frame is not None and (best is None or frame.support > best.support):
            best = frame
    return best
