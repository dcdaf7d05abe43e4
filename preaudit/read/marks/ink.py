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
_INKED = 0.4
"""Share of light that ink takes away at least, where only ink of full strength is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inks:
    """How much of each ink a page bears, pixel by pixel."""

    red: Plane
    blue: Plane
    dark: Plane
    """Any ink: one minus the brightest channel's share of the paper."""
    any: Plane
    """Any ink, coloured ink included: one minus the darkest channel's share."""


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


def uncoloured(pixels: Pixels, small: Pixels) -> NDArray[np.uint8]:
    """Return 1 where a page bears ink that is not red, else 0.

    Red ink leaves the red channel as light as paper, so that channel alone tells.

    Args:
        pixels: The page.
        small: The same page at one to two pixels to the millimetre.
    """
    red = cv2.extractChannel(small, 0)
    size = (max(1, red.shape[1] // 2), max(1, red.shape[0] // 2))
    paper = _smooth(cv2.resize(red, size, interpolation=cv2.INTER_AREA))
    level = cv2.resize(cv2.convertScaleAbs(paper, alpha=1 - _INKED), pixels.shape[1::-1])
    return np.asarray(cv2.compare(cv2.extractChannel(pixels, 0), level, cv2.CMP_LT) & 1)


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
    full = cv2.resize(_smooth(small), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(full, dtype=np.uint8)


def _smooth(cells: Pixels) -> Pixels:
    """Return for each cell the colour of the lightest ones near by, without sudden changes."""
    lightest = cv2.dilate(cells, np.ones((_PAPER_REACH, _PAPER_REACH), np.uint8))
    return np.asarray(cv2.blur(cv2.erode(lightest, np.ones((3, 3), np.uint8)), (5, 5)))
