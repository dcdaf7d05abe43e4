"""A page at the sizes at which marks are looked for: from coarse to fine.

Seals are large, so they are sought on a small picture of the page and settled on one twice as
large; what they say is read at full size. Halving a picture by whole factors costs next to
nothing, any other factor ten times as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.document import Line
from preaudit.geometry import Box, Homography
from preaudit.read.marks.ink import Inks, inks
from preaudit.read.view import PageView
from preaudit.sheet import Pixels

_A4_LONG_MM = 297.0
_LIKELY_MM = (180.0, 450.0)
"""Longer sides of sheets; what a picture file says of its size beyond that is no size of paper."""
_SMALL = 2.2
"""Most pixels to the millimetre of the small picture."""
_TOLD = 0.8
"""Confidence from which on a line that was read tells what its ink is."""


@dataclass(frozen=True)
class Picture:
    """One page at three sizes."""

    view: PageView

    @cached_property
    def long_mm(self) -> float:
        """Length of the page's longer side in millimetres; that of A4 when it is not known."""
        said = max(self.view.sheet.width_mm, self.view.sheet.height_mm)
        return said if _LIKELY_MM[0] <= said <= _LIKELY_MM[1] else _A4_LONG_MM

    @property
    def sized(self) -> bool:
        """Whether the size of the paper is known."""
        said = max(self.view.sheet.width_mm, self.view.sheet.height_mm)
        return said == self.long_mm

    @cached_property
    def pasted(self) -> tuple[Box, ...]:
        """Where pictures lie on a drawn page, as upright shares."""
        rows = np.array(self.view.to_file.rows, dtype=np.float64).reshape(3, 3)
        a, b, c, d, e, f, g, h, i = (float(value) for value in np.linalg.inv(rows).ravel())
        inward = Homography(rows=(a, b, c, d, e, f, g, h, i))
        return tuple(inward.box(box) for box in self.view.sheet.images)

    @property
    def full(self) -> Pixels:
        """The page as it is."""
        return self.view.pixels

    @cached_property
    def half(self) -> Pixels:
        """The page at two to four pixels to the millimetre, or as it is when it has less."""
        pixels = self.full
        while max(pixels.shape[:2]) / self.long_mm > 2 * _SMALL:
            pixels = halved(pixels)
        return pixels

    @cached_property
    def small_pixels(self) -> Pixels:
        """The page at one to two pixels to the millimetre."""
        unit = max(self.half.shape[:2]) / self.long_mm
        return halved(self.half) if unit > _SMALL else self.half

    @cached_property
    def small(self) -> Inks:
        """The inks of the small picture."""
        return inks(self.small_pixels)

    @property
    def unit(self) -> float:
        """Pixels to the millimetre of the small picture."""
        return float(max(self.small_pixels.shape[:2]) / self.long_mm)

    @cached_property
    def half_per_small(self) -> int:
        """How many pixels of the middle picture make one of the small one, along a side."""
        return 2 if self.half is not self.small_pixels else 1

    @cached_property
    def full_per_half(self) -> int:
        """How many pixels of the page make one of the middle picture, along a side."""
        times: int = round(max(self.full.shape[:2]) / max(self.half.shape[:2]))
        return times

    @property
    def full_per_small(self) -> int:
        """How many pixels of the page make one of the small picture, along a side."""
        return int(self.full_per_half * self.half_per_small)

    @cached_property
    def left_over(self) -> NDArray[np.uint8]:
        """Ink of the small picture that neither the lines that were read nor rulings explain."""
        mask = (self.small.any > _INKED).astype(np.uint8)
        run = round(_RULING_MM * self.unit)
        # Thickened first, or a line that leans by a degree breaks into short ones.
        thick = cv2.dilate(mask, np.ones((3, 3), np.uint8))
        for kernel in (np.ones((1, run), np.uint8), np.ones((run, 1), np.uint8)):
            mask[cv2.morphologyEx(thick, cv2.MORPH_OPEN, kernel) > 0] = 0
        told = [one for one in self.view.lines if one.confidence >= _TOLD and len(one.text) > 1]
        usual = median(one.box.height for one in told) if told else 0.0
        for line in told:
            _wipe(mask, line, _TALL * usual)
        return mask


_INKED = 0.06
_TALL = 1.4
"""Height over the usual one from which on a line was read together with a mark."""
_RULING_MM = 30.0


def halved(pixels: Pixels) -> Pixels:
    """Return the page at half its size; an odd last row or column is left out."""
    height, width = (side // 2 * 2 for side in pixels.shape[:2])
    even = pixels[:height, :width]
    small = cv2.resize(even, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def _wipe(mask: NDArray[np.uint8], line: Line, most: float) -> None:
    """Take a line's ink away in place; of a line that is too tall for print, the middle."""
    height, width = mask.shape
    box = line.box
    spare = max(0.0, box.height - most) / 2
    top, bottom = box.top + spare, box.bottom - spare
    rows = slice(max(0, round(top * height)), round(bottom * height) + 1)
    mask[rows, max(0, round(box.left * width)) : round(box.right * width) + 1] = 0
