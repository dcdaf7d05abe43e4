"""Taking a page apart into red, blue and dark ink.

Paper is rarely white: photographs are warm and shaded, scans tinted. So every pixel is first
divided by the paper around it (the lightest value near by, per channel), which leaves the share of
light that the ink lets through; ink colours are differences of those shares. Large areas of flat
colour (portrait backgrounds, cloth, wood) become their own paper and drop out by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.sheet import Pixels

Plane = NDArray[np.float32]
"""Height x width, shares 0..1."""

_PAPER_CELL = 8
"""Side of the cells, in pixels, over which paper is taken for even."""
_PAPER_REACH = 7
"""How many cells away the lightest one is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inks:
    """How much of each ink a page bears, pixel by pixel."""

    red: Plane
    blue: Plane
    dark: Plane
    """Any ink: one minus the brightest channel's share of the paper."""
    any: Plane
    """Any ink, coloured ink included: one minus the darkest channel's share."""


def reduced(pixels: Pixels, *, scale: float) -> Pixels:
    """Return the page with its sides multiplied by `scale`, which is at most 1."""
    if scale >= 1:
        return pixels
    height, width = pixels.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def inks(pixels: Pixels) -> Inks:
    """Return what ink each pixel bears."""
    light = pixels.astype(np.float32) / np.maximum(_paper(pixels), 32.0)
    np.minimum(light, 1.0, out=light)
    red, green, blue = light[..., 0], light[..., 1], light[..., 2]
    return Inks(
        red=np.clip(red - np.maximum(green, blue), 0, 1),
        blue=np.clip(blue - np.maximum(red, (red + green) / 2), 0, 1),
        dark=1 - light.max(axis=2),
        any=1 - light.min(axis=2),
    )


def _paper(pixels: Pixels) -> Plane:
    """Return the colour of the paper behind each pixel, 0..255 per channel."""
    height, width = pixels.shape[:2]
    cells = (max(1, width // _PAPER_CELL), max(1, height // _PAPER_CELL))
    small = cv2.resize(pixels, cells, interpolation=cv2.INTER_AREA)
    lightest = cv2.dilate(small, np.ones((_PAPER_REACH, _PAPER_REACH), np.uint8))
    smooth = cv2.blur(cv2.erode(lightest, np.ones((3, 3), np.uint8)), (5, 5))
    full = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(full, dtype=np.float32)
