"""Finding QR codes and reading them where that is possible.

Codes that can be read are found by reading them (zxing-cpp). One that is too coarse or too worn to
be read still stands on the page: it is a patch of dense dark texture, located by its three finder
patterns. Such a pattern is a ring around a dot, which shows as a dark outline that holds a light
one that holds a dark one, with areas near 49 : 25 : 9. Three of them of like size at the corners
of a right-angled isosceles triangle make a code.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from preaudit.read.marks.picture import Picture

_Grey = NDArray[np.uint8]

_FINDER = 7
"""A finder pattern is seven modules wide."""
_DOT_SHARE = (0.08, 0.40)
"""Area of the dot over that of the pattern; 9/49 in print, blurred either way by a copy."""
_SMALLEST_PX = 7.0
_MOST_FINDERS = 20
_UPSCALE_BELOW_PX = 400
_DENSE_MM = 6.0
_DENSE = 0.24
"""Share of a spot of `_DENSE_MM` that a code covers with dark modules; print covers less."""
_DARK = 0.28
_SIDE_MM = (8.0, 70.0)
_FORMATS = (
    zxingcpp.BarcodeFormat.QRCode,
    zxingcpp.BarcodeFormat.DataMatrix,
    zxingcpp.BarcodeFormat.Aztec,
    zxingcpp.BarcodeFormat.PDF417,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Where a code stands, in pixels, and what it says (empty when not readable)."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    def moved(self, right: float, down: float) -> Code:
        """Return the code on a page of which its picture is a part."""
        return Code(
            left=self.left + right,
            top=self.top + down,
            right=self.right + right,
            bottom=self.bottom + down,
            text=self.text,
        )

    def scaled(self, factor: float) -> Code:
        """Return the code on a picture whose sides are `factor` times as long."""
        return Code(
            left=self.left * factor,
            top=self.top * factor,
            right=self.right * factor,
            bottom=self.bottom * factor,
            text=self.text,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finder:
    x: float
    y: float
    size: float


def find_codes(picture: Picture) -> list[Code]:
    """Return the QR codes and their like on a page."""
    codes: list[Code] = []
    for left, top, right, bottom in _dense(picture):
        if any(_inside(code, left, top, right, bottom) for code in codes):
            continue
        part = np.ascontiguousarray(picture.full[top:bottom, left:right])
        grey = np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        codes += [code.moved(left, top) for code in _in_patch(grey)]
    return codes


def _dense(picture: Picture) -> Iterator[tuple[int, int, int, int]]:
    """Yield left, top, right, bottom, in pixels of the page, of patches of dense dark texture."""
    small = picture.small
    dark = np.asarray(cv2.compare(small.dark, _DARK, cv2.CMP_GT)) & picture.left_over
    if not dark.any():
        return
    reach = max(3, round(_DENSE_MM * picture.unit))
    share = cv2.boxFilter(dark, cv2.CV_32F, (reach, reach))
    dense = np.asarray(cv2.compare(share, _DENSE, cv2.CMP_GT))
    if not dense.any():
        return
    scale = picture.full_per_small
    least, most = (side * picture.unit for side in _SIDE_MM)
    count, _, stats, _ = cv2.connectedComponentsWithStats(dense, connectivity=8)
    height, width = picture.full.shape[:2]
    for index in range(1, count):
        left, top, wide, high, _ = stats[index].tolist()
        if min(wide, high) < 0.5 * least or max(wide, high) > most:
            continue
        margin = reach
        yield (
            max(0, (left - margin) * scale),
            max(0, (top - margin) * scale),
            min(width, (left + wide + margin) * scale),
            min(height, (top + high + margin) * scale),
        )


def _inside(code: Code, left: int, top: int, right: int, bottom: int) -> bool:
    """Whether a code's middle lies in a patch."""
    x, y = (code.left + code.right) / 2, (code.top + code.bottom) / 2
    return left <= x <= right and top <= y <= bottom


def _decoded(grey: _Grey) -> list[Code]:
    """Return the codes that can be read."""
    found = zxingcpp.read_barcodes(
        grey,
        formats=zxingcpp.BarcodeFormats(_FORMATS),
        try_rotate=True,
        try_downscale=True,
        try_invert=True,
    )
    codes = []
    for each in found:
        spot = each.position
        corners = (spot.top_left, spot.top_right, spot.bottom_right, spot.bottom_left)
        xs, ys = [corner.x for corner in corners], [corner.y for corner in corners]
        if each.valid and max(xs) > min(xs) and max(ys) > min(ys):
            codes.append(
                Code(left=min(xs), top=min(ys), right=max(xs), bottom=max(ys), text=each.text)
            )
    return codes


def _in_patch(grey: _Grey) -> list[Code]:
    """Return the codes of a patch, read or not."""
    read = _decoded(grey)
    if not read and min(grey.shape) < _UPSCALE_BELOW_PX:
        larger = cv2.resize(grey, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
        read = [code.scaled(1 / 3) for code in _decoded(np.asarray(larger, np.uint8))]
    return read or _located(grey)


def _located(grey: _Grey) -> list[Code]:
    """Return the codes that show by their finder patterns and cannot be read."""
    finders = _finders(grey)
    codes: list[Code] = []
    used: set[int] = set()
    for trio in itertools.combinations(range(len(finders)), 3):
        if used.isdisjoint(trio) and (corners := _square([finders[index] for index in trio])):
            used.update(trio)
            left, top, right, bottom = corners
            codes.append(Code(left=left, top=top, right=right, bottom=bottom, text=""))
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
    return found[:_MOST_FINDERS]


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
