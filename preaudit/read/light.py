"""Bad light made good before anything is sought: shadows flattened, pale print darkened.

Most pages are lit well and stay as they are, to the last bit: changing light costs sharpness and
gains nothing there. A page is changed when its paper is much darker in one place than in another,
when it is dark as a whole, or when its print hardly differs from its paper. Paper is the local
maximum of brightness on a small picture; each pixel is scaled so that paper becomes white, all
three channels alike, so that stamps keep their colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.sheet import Pixels

_LOOK_PX: Final = 256
"""The longer side of the picture on which light is measured; print is a third of a pixel there."""
_STEP: Final = 3
"""Of the rows and columns of a picture, one in so many is looked at."""
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


def measured(pixels: Pixels) -> Light:
    """Return how a page is lit; the picture should be the page and little else."""
    grey = cv2.cvtColor(np.ascontiguousarray(pixels[::_STEP, ::_STEP]), cv2.COLOR_RGB2GRAY)
    scale = min(1.0, _LOOK_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    top = cv2.dilate(small, np.ones((_REACH, _REACH), np.uint8))
    paper = cv2.GaussianBlur(top.astype(np.float32), (0, 0), _REACH / 2)
    rows, columns = np.arange(0, grey.shape[0], 2), np.arange(0, grey.shape[1], 2)
    nearest = paper[
        np.minimum((rows * scale).astype(int), paper.shape[0] - 1)[:, None],
        np.minimum((columns * scale).astype(int), paper.shape[1] - 1)[None, :],
    ]
    darker = nearest - grey[::2, ::2]
    middle = float(np.median(darker))
    grain = float(np.percentile(darker, 75) - np.percentile(darker, 25)) / 1.35
    contrast = float(np.percentile(darker, 99.9)) - max(0.0, middle)
    low, high = (float(np.percentile(paper, share)) for share in (4, 96))
    return Light(
        paper=paper,
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
