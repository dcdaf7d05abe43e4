"""From the detector's map to quadrilaterals around lines of text.

The map says for each pixel how likely it belongs to the core of a line (differentiable
binarisation, arXiv 1911.08947). A core is a line when its mean is high; the line is the smallest
turned rectangle around the core, let out on all sides by what training took away. For a rectangle
that is an addition, no polygon arithmetic is needed. Figures are those of PaddleOCR's pipeline.
"""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

_CORE: Final = math.log(0.3 / 0.7)
"""As the logarithm of the odds."""
_LIKELY: Final = 0.6
_LET_OUT: Final = 1.5
_LEAST_CORE_PX: Final = 3
_LEAST_PX: Final = 5
_MOST: Final = 3000
"""Cores that are looked at on one page."""

Quad = NDArray[np.float64]
"""4 x 2: corners of a line of text in pixels, from its top left, clockwise as it is read."""


def quads(odds: NDArray[np.float32], *, width: int, height: int) -> list[Quad]:
    """Return the lines that a map shows, in pixels of the picture it was made of.

    Args:
        odds: Height x width, the logarithm of the odds that a pixel belongs to a core.
        width: Of the picture in pixels.
        height: Likewise.
    """
    cores = (odds > _CORE).astype(np.uint8)
    contours, _ = cv2.findContours(cores, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    grow = np.array([width / odds.shape[1], height / odds.shape[0]])
    most = np.array([width, height], dtype=np.float64)
    found = [quad for contour in contours[:_MOST] if (quad := _quad(odds, contour)) is not None]
    return [np.clip(np.round(quad * grow), 0, most) for quad in found]


def _quad(odds: NDArray[np.float32], contour: NDArray[np.int32]) -> Quad | None:
    """Return the line around a core, in pixels of the map; None when it is none."""
    centre, (wide, high), angle = cv2.minAreaRect(contour)
    if min(wide, high) < _LEAST_CORE_PX:
        return None
    if _likely(odds, _ordered(cv2.boxPoints((centre, (wide, high), angle)))) < _LIKELY:
        return None
    out = 2 * wide * high * _LET_OUT / (2 * (wide + high))
    if min(wide, high) + out < _LEAST_PX:
        return None
    return _ordered(cv2.boxPoints((centre, (wide + out, high + out), angle)))


def _likely(odds: NDArray[np.float32], quad: Quad) -> float:
    """Return the mean likelihood of what is inside a quadrilateral."""
    left, top = np.floor(quad.min(axis=0)).astype(int)
    right, bottom = np.ceil(quad.max(axis=0)).astype(int)
    left, top = max(0, left), max(0, top)
    part = odds[top : bottom + 1, left : right + 1]
    inside = np.zeros(part.shape, dtype=np.uint8)
    cv2.fillPoly(inside, [(quad - (left, top)).astype(np.int32)], 1)
    likely = 1.0 / (1.0 + np.exp(-part))
    return float(cv2.mean(likely, inside)[0])


def _ordered(corners: NDArray[np.float32]) -> Quad:
    """Return corners as top left, top right, bottom right, bottom left."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")].astype(np.float64)
    left, right = (pair[np.argsort(pair[:, 1], kind="stable")] for pair in (by_x[:2], by_x[2:]))
    return np.stack([left[0], right[0], right[1], left[1]])
