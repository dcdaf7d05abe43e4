"""Finding QR codes and reading them where that is possible.

A code is located by its three finder patterns: a ring around a dot, which shows as a dark outline
that holds a light one that holds a dark one, with areas near 49 : 25 : 9. Three of them of like
size at the corners of a right-angled isosceles triangle make a code.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.sheet import Pixels

_FINDER = 7
"""A finder pattern is seven modules wide."""
_DOT_SHARE = (0.08, 0.40)
"""Area of the dot over that of the pattern; 9/49 in print, blurred either way by a copy."""
_SMALLEST_PX = 7.0
_UPSCALE_BELOW_PX = 260


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Where a code stands, in pixels, and what it says (empty when not readable)."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finder:
    x: float
    y: float
    size: float


def find_codes(pixels: Pixels) -> list[Code]:
    """Return the QR codes on a page."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    finders = _finders(np.asarray(grey, dtype=np.uint8))
    codes: list[Code] = []
    used: set[int] = set()
    for trio in itertools.combinations(range(len(finders)), 3):
        if used.isdisjoint(trio) and (corners := _square([finders[index] for index in trio])):
            used.update(trio)
            codes.append(_code(np.asarray(grey, dtype=np.uint8), *corners))
    return codes


def _finders(grey: NDArray[np.uint8]) -> list[_Finder]:
    """Return the finder patterns on a page."""
    block = max(31, min(grey.shape) // 24 | 1)
    dark = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 12
    )
    outlines, tree = cv2.findContours(dark, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    if tree is None:
        return []
    found = []
    children = tree[0][:, 2]
    # No child is -1, which would count from the end; it is not asked for its own child.
    dots = np.where(children >= 0, children[children], -1)
    for index in np.nonzero(dots >= 0)[0].tolist():
        finder = _as_finder(outlines[index], outlines[dots[index]])
        if finder is not None:
            found.append(finder)
    return found[:40]


def _as_finder(ring: NDArray[np.int32], dot: NDArray[np.int32]) -> _Finder | None:
    """Return the pattern that a ring and its dot make, if they do."""
    (x, y), (wide, high), _ = cv2.minAreaRect(ring)
    if min(wide, high) < _SMALLEST_PX or max(wide, high) > 1.5 * min(wide, high):
        return None
    area, inner = cv2.contourArea(ring), cv2.contourArea(dot)
    if not 0.6 * wide * high < area or not _DOT_SHARE[0] < inner / area < _DOT_SHARE[1]:
        return None
    (dot_x, dot_y), (dot_wide, dot_high), _ = cv2.minAreaRect(dot)
    if math.hypot(dot_x - x, dot_y - y) > 0.12 * wide or dot_wide > 1.6 * max(dot_high, 1e-6):
        return None
    return _Finder(x=x, y=y, size=(wide + high) / 2)


def _square(trio: list[_Finder]) -> tuple[float, float, float, float] | None:
    """Return the bounds of the code whose three corners these are, if they are."""
    sizes = [finder.size for finder in trio]
    if max(sizes) > 1.4 * min(sizes):
        return None
    size = sum(sizes) / 3
    for corner in range(3):
        apex, first, second = (trio[(corner + step) % 3] for step in range(3))
        ax, ay = first.x - apex.x, first.y - apex.y
        bx, by = second.x - apex.x, second.y - apex.y
        long, other = math.hypot(ax, ay), math.hypot(bx, by)
        if min(long, other) < 1.8 * size or max(long, other) > 24 * size:
            continue
        if (
            max(long, other) < 1.25 * min(long, other)
            and abs(ax * bx + ay * by) < 0.2 * long * other
        ):
            far = (first.x + bx, first.y + by)
            xs = [apex.x, first.x, second.x, far[0]]
            ys = [apex.y, first.y, second.y, far[1]]
            half = size / 2
            return min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half
    return None


def _code(grey: NDArray[np.uint8], left: float, top: float, right: float, bottom: float) -> Code:
    """Return the code in these bounds with its text."""
    margin = 0.12 * (right - left)
    crop = grey[
        max(0, round(top - margin)) : round(bottom + margin),
        max(0, round(left - margin)) : round(right + margin),
    ]
    if min(crop.shape) < _UPSCALE_BELOW_PX:
        crop = np.asarray(
            cv2.resize(crop, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC), np.uint8
        )
    try:
        text = cv2.QRCodeDetector().detectAndDecode(crop)[0]
    except cv2.error:
        text = ""
    return Code(left=left, top=top, right=right, bottom=bottom, text=str(text))
