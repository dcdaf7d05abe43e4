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
_BAND_ROWS = 32
"""Rows of a large page that are worked on at a time, so that they stay in the processor's cache."""


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
    red, green, blue = _light(pixels, _paper(pixels))
    return Inks(
        red=_redness(red, green, blue),
        blue=_plane(
            cv2.max(cv2.subtract(blue, cv2.max(red, cv2.addWeighted(red, 0.5, green, 0.5, 0))), 0.0)
        ),
        dark=_plane(cv2.subtract(1.0, cv2.max(cv2.max(red, green), blue))),
        any=_plane(cv2.subtract(1.0, cv2.min(cv2.min(red, green), blue))),
    )


def uncoloured(pixels: Pixels) -> Plane:
    """Return any ink less the red: what `inks` gives as `any - red`, without the other planes."""
    paper = _paper(pixels)
    found = np.empty(pixels.shape[:2], np.float32)
    for top in range(0, len(pixels), _BAND_ROWS):
        rows = slice(top, top + _BAND_ROWS)
        red, green, blue = _light(pixels[rows], paper[rows])
        ink = cv2.subtract(1.0, cv2.min(cv2.min(red, green), blue))
        cv2.subtract(ink, _redness(red, green, blue), found[rows])
    return found


def _redness(red: Plane, green: Plane, blue: Plane) -> Plane:
    return _plane(cv2.max(cv2.subtract(red, cv2.max(green, blue)), 0.0))


def _light(pixels: Pixels, paper: Pixels) -> list[Plane]:
    """Return for red, green and blue the share of light that each pixel lets through."""
    return [
        _plane(cv2.min(cv2.divide(channel, cv2.max(behind, 32), dtype=cv2.CV_32F), 1.0))
        for channel, behind in zip(cv2.split(pixels), cv2.split(paper), strict=True)
    ]


def _plane(values: NDArray[np.generic]) -> Plane:
    return np.asarray(values, dtype=np.float32)


def _paper(pixels: Pixels) -> Pixels:
    """Return the colour of the paper behind each pixel, 0..255 per channel."""
    height, width = pixels.shape[:2]
    cells = (max(1, width // _PAPER_CELL), max(1, height // _PAPER_CELL))
    small = cv2.resize(pixels, cells, interpolation=cv2.INTER_AREA)
    lightest = cv2.dilate(small, np.ones((_PAPER_REACH, _PAPER_REACH), np.uint8))
    smooth = cv2.blur(cv2.erode(lightest, np.ones((3, 3), np.uint8)), (5, 5))
    full = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(full, dtype=np.uint8)
