"""Straight lines that are drawn on the page: rulings, from the text layer's side or from pixels.

In pixels, a ruling is a dark run far longer than a character is wide and much thinner than long.
Runs are found by morphological opening against the local background, so shadows do not matter, and
pieces in one line are joined, so a stamp or a faint stretch does not end a ruling.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.sheet import Pixels, Ruling

Mask = NDArray[np.uint8]
"""Height x width, 255 where something is."""

_DARKER: Final = 12
"""Grey levels below the local mean that make a pixel ink; faint rulings are about 20 below."""

_LEAST_LEVEL: Final = 1.8
_LEAST_UPRIGHT: Final = 1.4
"""In heights of text: a column is wider than two characters, a row higher than one."""
_CROWDED: Final = 0.3 * 255
"""Share of ink beside a run beyond which it is part of a character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A level or upright line: `at` on the axis it crosses, from `start` to `end` along its own."""

    at: float
    start: float
    end: float
    thickness: float

    @property
    def length(self) -> float:
        """How long it is."""
        return self.end - self.start

    def covers(self, low: float, high: float) -> float:
        """Return how much of low..high it covers."""
        return max(0.0, min(self.end, high) - max(self.start, low))


@dataclass(frozen=True, slots=True, kw_only=True)
class Strokes:
    """All rulings of a page. `level` ones have `at` in y, `upright` ones in x."""

    level: tuple[Stroke, ...]
    upright: tuple[Stroke, ...]


def ink(pixels: Pixels, *, text_px: float) -> Mask:
    """Return what is darker than its surroundings.

    Args:
        pixels: The upright page.
        text_px: Usual height of a line of text.
    """
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    window = max(15, round(text_px) | 1)
    mean = cv2.blur(grey, (window, window))
    dark = cv2.subtract(mean, grey)
    return np.where(dark > _DARKER, 255, 0).astype(np.uint8)


def drawn_in(mask: Mask, *, text_px: float) -> Strokes:
    """Return the rulings in an ink mask, in pixels."""
    level = joined(_runs(mask, text_px), snap=text_px / 5)
    upright = joined(_runs(np.ascontiguousarray(mask.T), text_px), snap=text_px / 5)
    return Strokes(
        level=tuple(one for one in level if one.length >= _LEAST_LEVEL * text_px),
        upright=tuple(one for one in upright if one.length >= _LEAST_UPRIGHT * text_px),
    )


def drawn_as(rulings: Iterable[Ruling], *, width: float, height: float, snap: float) -> Strokes:
    """Return embedded rulings in the units of `width` and `height`."""
    level, upright = [], []
    for ruling in rulings:
        left, right = ruling.box.left * width, ruling.box.right * width
        top, bottom = ruling.box.top * height, ruling.box.bottom * height
        if right - left >= bottom - top:
            thick = bottom - top
            level.append(Stroke(at=(top + bottom) / 2, start=left, end=right, thickness=thick))
        else:
            thick = right - left
            upright.append(Stroke(at=(left + right) / 2, start=top, end=bottom, thickness=thick))
    return Strokes(level=joined(level, snap=snap), upright=joined(upright, snap=snap))


def joined(strokes: Sequence[Stroke], *, snap: float) -> tuple[Stroke, ...]:
    """Return strokes with those in one line made one.

    Args:
        strokes: All of one direction.
        snap: How far beside one another two may lie. The gap between them may be three times as
            wide, but no more than a quarter of the shorter one: strokes of characters stay apart.
    """
    done: list[Stroke] = []
    for stroke in sorted(strokes, key=lambda one: (one.start, one.at)):
        for index in range(len(done) - 1, -1, -1):
            before = done[index]
            gap = min(3 * snap, max(snap / 2, min(before.length, stroke.length) / 4))
            if abs(before.at - stroke.at) <= snap and stroke.start - before.end <= gap:
                done[index] = _one(before, stroke)
                break
        else:
            done.append(stroke)
    return tuple(sorted(done, key=lambda one: (one.at, one.start)))


def _one(before: Stroke, after: Stroke) -> Stroke:
    whole = before.length + after.length or 1.0
    return replace(
        before,
        at=(before.at * before.length + after.at * after.length) / whole,
        end=max(before.end, after.end),
        thickness=max(before.thickness, after.thickness),
    )


def _runs(mask: Mask, text_px: float) -> list[Stroke]:
    """Return level runs of ink in the mask."""
    bridge = max(3, round(text_px / 6))
    shortest = max(20, round(1.15 * text_px))
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, bridge), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8))
    count, _, stats, centres = cv2.connectedComponentsWithStats(opened, connectivity=8)
    thickest = max(5.0, text_px / 3)
    found = []
    for index in range(1, count):
        left, _, width, _, area = (float(value) for value in stats[index])
        thickness = area / width
        if thickness <= thickest and width >= 4 * thickness:
            at = float(centres[index][1]) + 0.5
            stroke = Stroke(at=at, start=left, end=left + width, thickness=thickness)
            if _alone(mask, stats[index]):
                found.append(stroke)
    return found


def _alone(mask: Mask, stats: NDArray[np.int32]) -> bool:
    """Whether there is paper right above and below a run; fused strokes of text have ink there."""
    left, top, width, height, _ = (int(value) for value in stats)
    over = mask[max(0, top - 4) : max(0, top - 1), left : left + width]
    under = mask[top + height + 1 : top + height + 4, left : left + width]
    return all(band.size == 0 or float(band.mean()) < _CROWDED for band in (over, under))
