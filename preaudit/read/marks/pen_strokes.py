"""Pieces of ink that hang together, and groups of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_Mask = NDArray[np.uint8]

_UNEXPLAINED = 0.45
"""Share of a stroke that must lie outside printed lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A connected piece of ink in page pixels."""

    left: int
    top: int
    right: int
    bottom: int
    area: int


def pieces(mask: _Mask, explained: _Mask, *, least: float) -> list[Stroke]:
    """Return the connected pieces of ink that lie mostly outside what is explained."""
    count, names, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    covered = np.bincount(names[explained > 0].ravel(), minlength=count)
    height, width = mask.shape
    found = []
    for index in range(1, count):
        left, top, wide, high, area = stats[index].tolist()
        open_share = 1 - covered[index] / area
        cut = left == 0 or top == 0 or left + wide == width or top + high == height
        if max(wide, high) < least or open_share < _UNEXPLAINED or (cut and open_share < 1):
            continue
        found.append(Stroke(left=left, top=top, right=left + wide, bottom=top + high, area=area))
    return found


def ink_area(strokes: Sequence[Stroke]) -> int:
    """Return the number of inked pixels."""
    return sum(each.area for each in strokes)


def clusters(strokes: Sequence[Stroke], reach: float) -> list[list[Stroke]]:
    """Return strokes grouped so that within a group each is within reach of another."""
    groups: list[list[Stroke]] = []
    for stroke in strokes:
        near = [group for group in groups if any(_gap(stroke, each) <= reach for each in group)]
        merged = [stroke, *(each for group in near for each in group)]
        groups = [group for group in groups if group not in near]
        groups.append(merged)
    return groups


def _gap(first: Stroke, second: Stroke) -> float:
    """Return the larger of the gaps across and down between two strokes."""
    across = max(first.left, second.left) - min(first.right, second.right)
    down = max(first.top, second.top) - min(first.bottom, second.bottom)
    return max(across, down)
