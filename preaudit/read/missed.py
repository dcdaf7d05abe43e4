"""Rows of print that the detector passed over.

At the resolution at which a page is looked through quickly, a row that runs into a stamp or a
frame may be taken for part of it. What is left of the ink once all found lines are taken away
tells: marks of the size of characters, several side by side, are a row that deserves a closer look.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.boxes import Quad
from preaudit.sheet import Pixels

Region = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels, half-open."""

_DARKER: Final = 14
"""Grey levels by which ink is darker than what surrounds it."""
_LEAST_HIGH: Final = 0.35
_MOST_HIGH: Final = 1.3
_MOST_WIDE: Final = 2.5
"""Of a character, in heights of a line."""
_LEAST_WIDE: Final = 2.0
"""Of a row that is worth a look, in heights of a line."""
_GAP: Final = 1.0
_FILLED: Final = 0.1
_MOST: Final = 12
"""With more rows than that left over, it is texture, not text."""


def left_over(pixels: Pixels, quads: Sequence[Quad], *, text_px: float) -> list[Region]:
    """Return where rows of character-like ink lie outside of all found lines, with some margin.

    Args:
        pixels: The page at the size at which text was sought.
        quads: The lines found in it.
        text_px: Usual height of a line.
    """
    ink = _inked(pixels, text_px)
    for quad in quads:
        cv2.fillPoly(ink, [np.round(_grown(quad, 0.15 * text_px)).astype(np.int32)], 0)
    rows = cv2.morphologyEx(
        _like_characters(ink, text_px),
        cv2.MORPH_CLOSE,
        np.ones((1, max(3, round(_GAP * text_px))), np.uint8),
    )
    _, _, stats, _ = cv2.connectedComponentsWithStats(rows, connectivity=8)
    height, width = ink.shape
    found: list[Region] = []
    for left, top, wide, high, area in stats[1:].tolist():
        if high > _MOST_HIGH * text_px or wide < _LEAST_WIDE * text_px:
            continue
        if high < _LEAST_HIGH * text_px or area < 2 * _FILLED * wide * high:
            continue
        aside, above = round(5 * text_px), round(1.2 * text_px)
        found.append(
            (
                max(0, left - aside),
                max(0, top - above),
                min(width, left + wide + aside),
                min(height, top + high + above),
            )
        )
    return _joined(found) if len(found) <= _MOST else []


def unlike(found: Sequence[Quad], known: Sequence[Quad]) -> list[Quad]:
    """Return the lines found at a closer look that are none of those known before."""
    return [
        quad
        for quad in found
        if not any(_common(quad, other) > 0.4 for other in known)  # noqa: PLR2004 - nearly half
    ]


def _common(one: Quad, other: Quad) -> float:
    """Return the share of the smaller one's bounds that both have in common."""
    low = np.maximum(one.min(axis=0), other.min(axis=0))
    high = np.minimum(one.max(axis=0), other.max(axis=0))
    common = float(np.prod(np.maximum(0.0, high - low)))
    least = min(float(np.prod(np.ptp(each, axis=0))) for each in (one, other))
    return common / max(1.0, least)


def _inked(pixels: Pixels, text_px: float) -> NDArray[np.uint8]:
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    block = max(15, round(2 * text_px)) | 1
    paper = cv2.blur(grey, (block, block))
    darker = cv2.subtract(paper, grey)
    return np.asarray(cv2.threshold(darker, _DARKER, 1, cv2.THRESH_BINARY)[1])


def _grown(quad: Quad, by: float) -> Quad:
    return np.asarray(quad + by * np.sign(quad - quad.mean(axis=0)))


def _like_characters(ink: NDArray[np.uint8], text_px: float) -> NDArray[np.uint8]:
    """Return only the ink that is as high and wide as characters or parts of them."""
    near = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    fits = (high >= _LEAST_HIGH * text_px) & (high <= _MOST_HIGH * text_px)
    fits &= (wide <= _MOST_WIDE * text_px) & (wide >= 0.2 * text_px)
    fits[0] = False
    return np.asarray(fits.astype(np.uint8).take(labels))


def _joined(regions: Sequence[Region]) -> list[Region]:
    """Return regions with those that overlap made one."""
    kept: list[Region] = []
    for region in sorted(regions, key=lambda one: (one[1], one[0])):
        for index, other in enumerate(kept):
            across = min(region[2], other[2]) > max(region[0], other[0])
            if across and min(region[3], other[3]) > max(region[1], other[1]):
                kept[index] = (
                    min(region[0], other[0]),
                    min(region[1], other[1]),
                    max(region[2], other[2]),
                    max(region[3], other[3]),
                )
                break
        else:
            kept.append(region)
    return kept
