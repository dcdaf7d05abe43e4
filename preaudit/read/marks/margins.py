"""Ink in the margins of a page, where slices of paging seals stand."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.marks.picture import Picture

_Mask = NDArray[np.uint8]

MARGIN = 0.125
"""Share of the page's width that a slice may take."""
_LONG_MM = 42.0
"""A straight run of this length is a frame, a ruling or the paper's edge."""
_INK_RED = 0.1
_INK_BLUE = 0.16
INK_GREY = 0.1


def inked(picture: Picture, colour: str) -> tuple[_Mask, _Mask]:
    """Return the ink of one colour in the margins of the small picture, without long lines.

    With it comes where other ink lies, which may hide some of a seal.
    """
    small = picture.small
    width = small.any.shape[1]
    side = round(MARGIN * width)
    if colour == "grey":
        dark = np.asarray(cv2.compare(small.any, INK_GREY, cv2.CMP_GT) & 1)
        mask = _with_margins(picture, dark)
        veil = _veil(dark, mask)
        mask[:, side : width - side] = 0
        return mask, veil
    plane, least = (small.red, _INK_RED) if colour == "red" else (small.blue, _INK_BLUE)
    mask = np.asarray(cv2.compare(plane, least, cv2.CMP_GT) & 1)
    bare = np.zeros_like(mask)
    # No line that begins further in than its own length tells anything about the margin.
    reach = min(width, side + round(_LONG_MM * picture.unit) + 8)
    for kept, seen in (
        (slice(0, side), slice(0, reach)),
        (slice(width - side, width), slice(width - reach, width)),
    ):
        if cv2.countNonZero(np.ascontiguousarray(mask[:, kept])):
            lined = np.zeros_like(mask)
            lined[:, seen] = _unruled(np.ascontiguousarray(mask[:, seen]), picture.unit)
            bare[:, kept] = lined[:, kept]
    return bare, _veil(mask, bare)


def _with_margins(picture: Picture, dark: _Mask) -> _Mask:
    """Return what nothing explains, and lines in the margins: they are read off slices, too."""
    mask = picture.left_over.copy()
    height, width = mask.shape
    for line in picture.view.lines:
        box = line.box
        if box.right < MARGIN or box.left > 1 - MARGIN:
            part = (
                slice(max(0, round(box.top * height)), round(box.bottom * height) + 1),
                slice(max(0, round(box.left * width)), round(box.right * width) + 1),
            )
            mask[part] |= dark[part]
    return mask


def _veil(inked: _Mask, kept: _Mask) -> _Mask:
    """Return where ink was taken away, and next to it."""
    taken = cv2.bitwise_and(inked, cv2.bitwise_not(kept) & 1)
    return np.asarray(cv2.dilate(taken, np.ones((3, 3), np.uint8)))


def _unruled(inked: _Mask, unit: float) -> _Mask:
    """Return ink without long lines."""
    mask = inked.copy()
    run = round(_LONG_MM * unit)
    for along, beside in (((run, 1), (1, 3)), ((1, run), (3, 1))):
        # Thickened sideways first, or a line that leans by a degree breaks into short ones.
        thick = cv2.dilate(mask, np.ones(beside, np.uint8))
        long = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones(along, np.uint8))
        mask[cv2.dilate(long, np.ones((3, 3), np.uint8)) > 0] = 0
    return mask
