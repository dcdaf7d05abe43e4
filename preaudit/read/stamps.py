"""Text under coloured stamps: the page with stamp ink taken away where stamps lie.

Stamp ink is red or blue and lets black print through: its strongest channel is nearly as bright as
paper, while print is dark in all three. So the strongest channel alone shows the print without the
stamp. It is taken only where a stamp-sized patch of colour lies, for it also fades printing that is
coloured on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.strokes import Mask
from preaudit.sheet import Pixels

_LOOK_PX: Final = 800
_COLOURED: Final = 40
"""Difference between strongest and weakest channel beyond the paper's own."""
_SMALLEST: Final = 0.035
_LARGEST: Final = 0.45
"""A stamp's sides as shares of the page's longer side; a paging seal's slice is only as high."""
_WASHED: Final = 0.75
"""Share of a patch that is coloured beyond which it is a printed area, not a stamp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A rectangle in pixels, half-open."""

    left: int
    top: int
    right: int
    bottom: int

    def meets(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether it shares anything with another rectangle."""
        return (
            left < self.right and self.left < right and top < self.bottom and self.top < bottom
        )


def stamped(pixels: Pixels) -> tuple[Area, ...]:
    """Return where stamps may lie: patches of colour of a stamp's size and thinness."""
    scale = min(1.0, _LOOK_PX / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    mask = coloured(small)
    side = max(small.shape[:2])
    reach = max(3, round(side / 80)) | 1
    near = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    found = []
    for index in range(1, count):
        left, top, width, height, _ = (int(value) for value in stats[index])
        inked = float(np.mean(mask[top : top + height, left : left + width] > 0))
        if _stamp_sized(width / side, height / side) and inked < _WASHED:
            pad = 2
            found.append(
                Area(
                    left=round((left - pad) / scale),
                    top=round((top - pad) / scale),
                    right=round((left + width + pad) / scale),
                    bottom=round((top + height + pad) / scale),
                )
            )
    return tuple(found)


def unstamped(pixels: Pixels, areas: Sequence[Area]) -> Pixels:
    """Return the page with only its print in these areas; the page itself when there are none."""
    if not areas:
        return pixels
    clean = pixels.copy()
    for area in areas:
        part = clean[max(0, area.top) : area.bottom, max(0, area.left) : area.right]
        if part.size:
            part[:] = strongest(part)[:, :, None]
    return clean


def coloured(pixels: Pixels) -> Mask:
    """Return which pixels are ink of a colour, against the tint of the paper around."""
    spread = cv2.subtract(strongest(pixels), weakest(pixels))
    tint = float(np.median(spread))
    return np.where(spread > tint + _COLOURED, 255, 0).astype(np.uint8)


def strongest(pixels: Pixels) -> NDArray[np.uint8]:
    """Return the largest of the three channels."""
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.max(cv2.max(red, green), blue))


def weakest(pixels: Pixels) -> NDArray[np.uint8]:
    """Return the smallest of the three channels."""
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.min(cv2.min(red, green), blue))


def _stamp_sized(width: float, height: float) -> bool:
    squarish = 0.5 <= width / height <= 2.0  # noqa: PLR2004 - round, square and oval stamps
    slice_high = width < height <= _LARGEST / 2 and height >= 2 * _SMALLEST
    return (squarish and _SMALLEST <= max(width, height) <= _LARGEST) or slice_high
