"""Bad light made good before anything is sought: shadows flattened, pale print darkened.

Most pages are lit well and stay as they are, to the last bit: changing light costs sharpness and
gains nothing there. A page is changed when its paper is much darker in one place than in another,
when it is dark as a whole, or when its print hardly differs from its paper. Paper is the local
maximum of brightness on a small picture; each pixel is scaled so that paper becomes white, all
three channels alike, so that stamps keep their colour.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.sheet import Pixels

_LOOK_PX: Final = 256
"""The longer side of the picture on which light is measured; print is a third of a pixel there."""
_STEP: Final = 3
"""Of the rows and columns of a picture, one in so many is looked at."""
_ZERO: Final = 1024
"""Where no difference is, among differences of brightness counted in quarters of a level."""
_REACH: Final = 9
"""Side of the square in which the brightest place is paper."""
_WHITE: Final = 245.0
_UNEVEN: Final = 0.72
"""Darkest over brightest paper below which the light is evened."""
_DIM: Final = 20.0
"""Brightness of paper below which the page is too dark as it is; networks see in the dusk."""
_PALE: Final = 90.0
"""Grey levels between paper and print below which print is pale."""
_INKED: Final = 150.0
"""Grey levels that pale print is given."""
_MOST: Final = 8.0
"""Contrast is raised this many times at most; beyond, only grain grows."""
_OVER_GRAIN: Final = 5.0
"""Deviations of the grain by which print differs from paper, if there is print at all."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Light:
    """How a page is lit."""

    paper: NDArray[np.float32]
    """Brightness of the paper on a small picture."""
    bright: float
    """Usual brightness of the paper."""
    even: float
    """Darkest over brightest paper; 1 is perfectly even."""
    contrast: float
    """Grey levels between paper and the darkest print; 0 when none stands out from the grain."""
    grain: float
    """Standard deviation of the grain in grey levels."""

    def within(self, left: float, top: float, right: float, bottom: float) -> Light:
        """Return how a part of the page is lit, which is given in shares of the page."""
        height, width = self.paper.shape
        rows = slice(int(top * height), max(int(top * height) + 1, math.ceil(bottom * height)))
        columns = slice(int(left * width), max(int(left * width) + 1, math.ceil(right * width)))
        return replace(self, paper=self.paper[rows, columns])


def measured(pixels: Pixels) -> Light:
    """Return how a page is lit; the picture should be the page and little else."""
    few = (max(1, pixels.shape[1] // _STEP), max(1, pixels.shape[0] // _STEP))
    # Single pixels are looked at, not means of several: those of thin strokes would be pale.
    sample = cv2.resize(pixels, few, interpolation=cv2.INTER_NEAREST)
    grey = cv2.cvtColor(sample, cv2.COLOR_RGB2GRAY)
    scale = min(1.0, _LOOK_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    top = cv2.dilate(small, np.ones((_REACH, _REACH), np.uint8))
    paper = cv2.GaussianBlur(top.astype(np.float32), (0, 0), _REACH / 2)
    thin = grey[::2, ::2]
    nearest = cv2.resize(paper, thin.shape[::-1], interpolation=cv2.INTER_NEAREST)
    # In quarters of a level, so that counting gives the percentiles.
    darker = np.clip(4 * (nearest - thin) + _ZERO, 0, 2 * _ZERO).astype(np.int16)
    reached = np.cumsum(np.bincount(darker.ravel(), minlength=2 * _ZERO + 1))

    def percentile(share: float) -> float:
        return (float(np.searchsorted(reached, reached[-1] * share / 100)) - _ZERO) / 4

    grain = (percentile(75) - percentile(25)) / 1.35
    contrast = percentile(99.9) - max(0.0, percentile(50))
    low, high = (float(np.percentile(paper, share)) for share in (4, 96))
    return Light(
        paper=np.asarray(paper, dtype=np.float32),
        bright=float(np.median(paper)),
        even=low / max(high, 1.0),
        contrast=contrast if contrast > _OVER_GRAIN * grain else 0.0,
        grain=grain,
    )


def evened(pixels: Pixels, light: Light) -> Pixels:
    """Return the page in good light; the page itself when it is lit well.

    Args:
        pixels: The page.
        light: How it, or the part of it that is paper, is lit.
    """
    contrast = light.contrast * _WHITE / max(light.bright, 1.0)
    pale = 0.0 < contrast < _PALE
    if not (pale or light.even < _UNEVEN or light.bright < _DIM):
        return pixels
    height, width = pixels.shape[:2]
    paper = cv2.resize(light.paper, (width, height), interpolation=cv2.INTER_LINEAR)
    gain = _WHITE / np.maximum(paper, 8.0)
    lit = cv2.multiply(pixels, cv2.merge([gain, gain, gain]), dtype=cv2.CV_32F)
    if pale:
        more = min(_MOST, _INKED / contrast)
        lit = _WHITE - (_WHITE - lit) * more
    return np.asarray(np.clip(lit, 0, 255), dtype=np.uint8)
