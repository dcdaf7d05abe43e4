"""Text under stamps: the page with stamp ink taken away where stamps lie.

Stamp ink is red or blue and lets black print through: its strongest channel is nearly as bright as
paper, while print is dark in all three. On a photocopy stamps are grey, and print under them is
darker than they are. So in both cases a level parts stamp from print: what is brighter becomes
paper, and what is darker is darkened further, for print under a stamp is paler than print
beside it. This is done only where a patch of a stamp's size and thinness lies, since it also fades
printing that is coloured or grey on purpose. Of a stamp without colour only its own strokes are
taken away: the pale rims of print have its level too, but are not as broad.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.round_lines import Rect, rimmed, rings
from preaudit.read.strokes import Mask
from preaudit.read.upright import Frame
from preaudit.sheet import Pixels

_SEEK_PX: Final = 1600
"""The longer side of the picture in which stamp ink is sought: A4 at about 140 dpi."""
_LOOK_PX: Final = 800
_COLOURED: Final = 40
"""Difference between strongest and weakest channel beyond the paper's own."""
_INKED: Final = 70.0
"""Grey levels below paper that make ink."""
_PALER: Final = 30.0
"""Grey levels by which a copied stamp is paler than print."""
_PALEST: Final = 25
"""Percentile of a stamp's own pixels that parts it from print under it."""
_DARKEN: Final = 3.0
"""Power by which what is darker than a stamp is darkened."""
_STROKES: Final = 80
"""How many times as large as the breadth of its strokes a stamp is at most."""
_RIMS: Final = 55
"""Likewise with the pale rims of a stroke on either side."""
_SMALLEST_GREY: Final = 0.07
_LARGEST_GREY: Final = 0.27
_SMALLEST: Final = 0.035
_LARGEST: Final = 0.45
"""A stamp's sides as shares of the page's longer side; a paging seal's slice is only as high."""
_THINNEST: Final = 0.011
"""Of the slice of a paging seal; what is thinner is a coloured ruling."""
_GREY: Final = 0.03
"""Share of a ring's box that is grey at least: its rim and its words."""
_WASHED: Final = 0.6
"""Share of a patch that is coloured beyond which it is a printed area, not a stamp."""

Light = NDArray[np.uint8]
"""Height x width, brightness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A rectangle in pixels, half-open."""

    left: int
    top: int
    right: int
    bottom: int
    grey: bool
    """Whether the stamp has lost its colour."""
    level: int
    """What is brighter than this is stamp or paper."""

    def seen_in(self, frame: Frame) -> Area:
        """Return the smallest area of a view that holds this area of the file's picture."""
        matrix = np.linalg.inv(frame.to_file)
        corners = np.array(
            [[x, y, 1.0] for x in (self.left, self.right) for y in (self.top, self.bottom)]
        )
        lifted = corners @ matrix.T
        points = lifted[:, :2] / lifted[:, 2:]
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        return replace(
            self, left=int(left), top=int(top), right=int(right) + 1, bottom=int(bottom) + 1
        )

    def grown(self, scale: float, *, width: int, height: int) -> Area:
        """Return the area of a picture of which this one is the area at a smaller scale."""
        return replace(
            self,
            left=int(self.left / scale),
            top=int(self.top / scale),
            right=min(width, math.ceil(self.right / scale)),
            bottom=min(height, math.ceil(self.bottom / scale)),
        )

    def meets(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether it shares anything with another rectangle."""
        return left < self.right and self.left < right and top < self.bottom and self.top < bottom


def stamped(pixels: Pixels, *, flat: bool = False) -> tuple[Area, ...]:
    """Return where stamps may lie: patches of a stamp's size and thinness.

    Args:
        pixels: The picture in the file.
        flat: Whether nothing in it has a colour.
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, _SEEK_PX / max(height, width))
    # Single pixels are looked at, not means of several: those of thin strokes would be pale.
    sample = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)
    in_colour = () if flat else _in_colour(sample)
    light = cv2.cvtColor(sample, cv2.COLOR_RGB2GRAY)
    in_grey = _areas(_greyed(light), light, partial(_grey_places, light))
    found = (
        *in_colour,
        *(
            one
            for one in in_grey
            if not any(two.meets(one.left, one.top, one.right, one.bottom) for two in in_colour)
        ),
    )
    return tuple(one.grown(scale, width=width, height=height) for one in found)


def _in_colour(sample: Pixels) -> tuple[Area, ...]:
    """Return where stamps of red or blue ink lie in a small picture."""
    ink = coloured(sample)
    return _areas(ink, strongest(sample), _blots) if cv2.countNonZero(ink) else ()


def unstamped(pixels: Pixels, areas: Sequence[Area]) -> Pixels:
    """Return the page with only its print in these areas; the page itself when there are none."""
    if not areas:
        return pixels
    clean = pixels.copy()
    for area in areas:
        part = clean[area.top : area.bottom, area.left : area.right]
        light = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY) if area.grey else strongest(part)
        paper = np.median(part[::3, ::3], axis=(0, 1))
        curve = _curve(area)
        tints = [cv2.LUT(light, (curve * (share / 255)).astype(np.uint8)) for share in paper]
        bare = cv2.merge(tints)
        if area.grey:
            cv2.copyTo(bare, _strokes_of(light, area), part)
        else:
            part[:] = bare
    return clean


def _strokes_of(light: Light, area: Area) -> Mask:
    """Return where a grey stamp's own strokes are; the pale rims of print are not as broad."""
    paper = _percentile(light[::2, ::2], 70)
    smooth = cv2.blur(light, (3, 3))
    core = cv2.inRange(smooth, area.level - _PALER, (area.level + paper) / 2)
    size, wide = (
        max(3, round((area.right - area.left) / share)) | 1 for share in (_STROKES, _RIMS)
    )
    core = cv2.morphologyEx(core, cv2.MORPH_OPEN, np.ones((size, size), np.uint8))
    return np.asarray(cv2.dilate(core, np.ones((wide, wide), np.uint8)))


def coloured(pixels: Pixels) -> Mask:
    """Return which pixels are red or blue ink, against the tint of the paper around."""
    red, green, blue = cv2.split(pixels)
    most = cv2.max(cv2.max(red, green), blue)
    spread = cv2.subtract(most, cv2.min(cv2.min(red, green), blue))
    tint = _percentile(spread[::8, ::8], 50)
    _, mask = cv2.threshold(spread, tint + _COLOURED, 255, cv2.THRESH_BINARY)
    # Frames and patterns of certificates are green; no stamp is.
    return np.asarray(cv2.min(mask, cv2.compare(cv2.max(red, blue), green, cv2.CMP_GE)))


def _percentile(levels: Light, share: float) -> float:
    """Return the level below which that many percent of the pixels are."""
    reached = np.cumsum(np.bincount(levels.ravel(), minlength=256))
    return float(np.searchsorted(reached, reached[-1] * share / 100))


def strongest(pixels: Pixels) -> Light:
    """Return the largest of the three channels."""
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.max(cv2.max(red, green), blue))


def weakest(pixels: Pixels) -> Light:
    """Return the smallest of the three channels."""
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.min(cv2.min(red, green), blue))


def _greyed(light: Light) -> Mask:
    """Return solid strokes that are neither as dark as print nor as bright as paper."""
    sample = light[::4, ::4]
    paper = _percentile(sample, 50)
    inked = sample[sample < paper - _INKED]
    if inked.size < sample.size // 5000 + 20:
        return np.zeros_like(light)
    dark = _percentile(inked, 8)
    middle = cv2.inRange(light, dark + _PALER, paper - _INKED / 2)
    return np.asarray(cv2.morphologyEx(middle, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)))


def _areas(mask: Mask, light: Light, places: Callable[[Mask], list[Rect]]) -> tuple[Area, ...]:
    """Return the places of stamps in a mask of their ink.

    Args:
        mask: What is of a stamp's colour.
        light: Brightness of the same picture.
        places: Finds them in a smaller mask.
    """
    height, width = mask.shape
    small, scale = _smaller(mask)
    grey = places is not _blots
    found: list[Area] = []
    for left, top, wide, high in places(small):
        box = (
            max(0, round((left - 2) / scale)),
            max(0, round((top - 2) / scale)),
            min(width, round((left + wide + 2) / scale)),
            min(height, round((top + high + 2) / scale)),
        )
        if not (grey and any(one.meets(*box) for one in found)):
            found.append(_area(mask, light, box, grey=grey))
    return tuple(found)


def _smaller(mask: Mask) -> tuple[Mask, float]:
    """Return the mask at the size at which stamps are sought, and how much smaller that is."""
    scale = min(1.0, _LOOK_PX / max(mask.shape))
    small = cv2.resize(mask, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.threshold(small, 40, 255, cv2.THRESH_BINARY)[1]), scale


def _grey_places(light: Light, small: Mask) -> list[Rect]:
    """Return where stamps without colour lie: rings of any ink with grey in them, grey blots."""
    level = _percentile(light[::4, ::4], 50) - _INKED / 2
    dark = cv2.threshold(light, level, 255, cv2.THRESH_BINARY_INV)
    inked = _smaller(np.asarray(dark[1]))[0]
    crossed = [
        (left, top, wide, high)
        for left, top, wide, high in _round(inked)
        if cv2.countNonZero(small[top : top + high, left : left + wide]) > _GREY * wide * high
    ]
    return [*_round(small), *crossed, *_blots(small, grey=True)]


def _round(small: Mask) -> list[Rect]:
    """Return the round lines as large as a stamp without its colour may be."""
    least, most = (share * max(small.shape) for share in (_SMALLEST_GREY, _LARGEST_GREY))
    return rings(small, least=least, most=most)


def _blots(small: Mask, *, grey: bool = False) -> list[Rect]:
    """Return the groups of ink that are as large and as thin as a stamp."""
    side = max(small.shape)
    reach = max(3, round(side / 70)) | 1
    near = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    large = np.flatnonzero(stats[1:, 2:4].max(axis=1) >= _SMALLEST * side) + 1
    found: list[Rect] = []
    for left, top, wide, high, _ in stats[large].tolist():
        part = small[top : top + high, left : left + wide]
        sized = _stamp_sized(wide / side, high / side, grey=grey)
        if sized and cv2.countNonZero(part) <= _WASHED * part.size and (not grey or rimmed(part)):
            found.append((left, top, wide, high))
    return found


def _area(mask: Mask, light: Light, box: tuple[int, int, int, int], *, grey: bool) -> Area:
    left, top, right, bottom = box
    own = light[top:bottom, left:right][mask[top:bottom, left:right] > 0]
    level = round(float(np.percentile(own, _PALEST))) if own.size else 255
    return Area(left=left, top=top, right=right, bottom=bottom, grey=grey, level=max(1, level))


def _curve(area: Area) -> Light:
    """Return the new brightness for each old one."""
    shares = np.arange(256, dtype=np.float64) / area.level
    return np.round(255 * np.minimum(1.0, shares) ** _DARKEN).astype(np.uint8)


def _stamp_sized(width: float, height: float, *, grey: bool) -> bool:
    """Whether sides, as shares of the page's longer side, may be a stamp's."""
    squarish = 0.5 <= width / height <= 2.0  # noqa: PLR2004 - round, square and oval stamps
    if grey:
        return squarish and _SMALLEST_GREY <= max(width, height) <= _LARGEST_GREY
    slice_high = _THINNEST <= width < height <= _LARGEST / 2 and height >= 2 * _SMALLEST
    return (squarish and _SMALLEST <= max(width, height) <= _LARGEST) or slice_high
