"""Straight lines that are drawn on the page: rulings, from the text layer's side or from pixels.

In pixels, a ruling is a dark run far longer than a character is wide and much thinner than long.
Runs are found by morphological opening against the local background, so shadows do not matter, and
pieces in one line are joined, so a stamp or a faint stretch does not end a ruling.
"""

from __future__ import annotations

import math
from collections import defaultdict
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
_OVER_GRAIN: Final = 4.2
"""Deviations of the picture's grain that ink has to be darker, up to so many levels:"""
_DARKEST: Final = 45
_MEAN_STEPS: Final = 8
"""Pixels that a line is high on the picture that the local mean is taken on."""
_RUN_PX: Final = 14
"""Likewise on the mask in which runs are sought."""
_BARE: Final = 0.05
"""Share of ink beside a run up to which nothing stands there."""
_CROWDED: Final = 0.2
"""Likewise, beyond which the run is part of characters."""
_DASHED: Final = 0.5
"""Share of a run that is inked at least where nothing stands beside it."""
_SOLID: Final = 0.93
"""Likewise where something does."""
_MOSTLY: Final = 0.6
"""Share of a row that a rule inks where it does not run quite level."""
_HIGH: Final = 1.5
"""In heights of text: how high two rules and the text that joins them are at most."""
_SURELY: Final = 12.0
"""No row of characters, in heights of text, has strokes in one line for so long."""


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
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    darker = cv2.subtract(_mean_around(grey, text_px), grey)
    # On bare paper half of all pixels are darker than the mean, a quarter by 0.67 deviations.
    grain = float(np.percentile(darker[::9, ::7], 75)) / 0.67
    least = min(_DARKEST, max(_DARKER, _OVER_GRAIN * grain))
    _, mask = cv2.threshold(darker, least, 255, cv2.THRESH_BINARY)
    return np.asarray(mask)


def _mean_around(grey: Mask, text_px: float) -> Mask:
    """Return the mean over a line's height; it changes slowly: a smaller picture will do."""
    height, width = grey.shape
    step = min(max(1, int(text_px // _MEAN_STEPS)), height, width)
    # A whole number of pixels each way is quick to shrink; what is left over has its neighbour's.
    rows, columns = height // step * step, width // step * step
    size = (columns // step, rows // step)
    small = cv2.resize(grey[:rows, :columns], size, interpolation=cv2.INTER_AREA)
    window = max(15, round(text_px)) // step | 1
    mean = cv2.resize(cv2.blur(small, (window, window)), (columns, rows))
    if (rows, columns) == (height, width):
        return np.asarray(mean)
    rest = (0, height - rows, 0, width - columns)
    return np.asarray(cv2.copyMakeBorder(mean, *rest, cv2.BORDER_REPLICATE))


def drawn_in(mask: Mask, *, text_px: float) -> Strokes:
    """Return the rulings in an ink mask, in pixels."""
    step = max(1, int(text_px // _RUN_PX))
    small = shrunk(mask, step)
    level = _runs(small, text_px, step)
    upright = _runs(np.asarray(cv2.transpose(small), dtype=np.uint8), text_px, step)
    level = [one for one in level if _ruled(mask, one, text_px)]
    upright = [one for one in upright if _ruled(mask.T, one, text_px)]
    rows = _long(joined(level, snap=text_px / 5), _LEAST_LEVEL * text_px)
    columns = joined(upright, snap=text_px / 5, walls=rows)
    return Strokes(level=rows, upright=_long(columns, _LEAST_UPRIGHT * text_px))


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


def joined(
    strokes: Sequence[Stroke], *, snap: float, walls: Sequence[Stroke] = ()
) -> tuple[Stroke, ...]:
    """Return strokes with those in one line made one.

    Args:
        strokes: All of one direction.
        snap: How far beside one another two may lie. The gap between them may be three times as
            wide, but no more than a quarter of the shorter one: strokes of characters stay apart.
        walls: Of the other direction. A gap between two of them parts two tables.
    """
    done: list[Stroke] = []
    # A page full of hatching has tens of thousands: each is compared with those beside it only.
    rows: dict[int, set[int]] = defaultdict(set)
    for stroke in sorted(strokes, key=lambda one: (one.start, one.at)):
        row = _row(stroke, snap)
        beside = (index for at in (row - 1, row, row + 1) for index in rows.get(at, ()))
        for index in sorted(beside, reverse=True):
            before = done[index]
            gap = min(3 * snap, max(snap / 2, min(before.length, stroke.length) / 4))
            near = abs(before.at - stroke.at) <= snap and stroke.start - before.end <= gap
            if near and not _walled(before, stroke, walls, snap):
                done[index] = _one(before, stroke)
                rows[_row(before, snap)].discard(index)
                rows[_row(done[index], snap)].add(index)
                break
        else:
            rows[row].add(len(done))
            done.append(stroke)
    return tuple(sorted(done, key=lambda one: (one.at, one.start)))


def _row(stroke: Stroke, snap: float) -> int:
    """Return which of the rows of a page that are `snap` high a stroke lies in."""
    return math.floor(stroke.at / (snap or 1.0))


def _walled(before: Stroke, after: Stroke, walls: Sequence[Stroke], snap: float) -> bool:
    """Whether one stroke ends at a wall and the next begins at another."""
    near = snap / 2
    here = [one for one in walls if one.start - near <= before.at <= one.end + near]
    ends = [one.at for one in here if abs(one.at - before.end) <= near]
    starts = [one.at for one in here if abs(one.at - after.start) <= near]
    return bool(ends and starts) and min(starts) > max(ends) + near / 2


def _one(before: Stroke, after: Stroke) -> Stroke:
    whole = before.length + after.length or 1.0
    return replace(
        before,
        at=(before.at * before.length + after.at * after.length) / whole,
        end=max(before.end, after.end),
        thickness=max(before.thickness, after.thickness),
    )


def shrunk(mask: Mask, step: int) -> Mask:
    """Return the mask on a grid `step` times coarser; ink anywhere in a square inks it."""
    if step == 1:
        return mask
    height, width = (side // step for side in mask.shape)
    even = mask[: height * step, : width * step]
    if step == 2:  # noqa: PLR2004 - means of four pixels are quick to take
        small = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.threshold(small, 0, 255, cv2.THRESH_BINARY)[1])
    rows = even[::step].copy()
    for at in range(1, step):
        np.bitwise_or(rows, even[at::step], out=rows)
    small = rows[:, ::step].copy()
    for at in range(1, step):
        np.bitwise_or(small, rows[:, at::step], out=small)
    return np.asarray(small)


def _long(strokes: Sequence[Stroke], least: float) -> tuple[Stroke, ...]:
    return tuple(one for one in strokes if one.length >= least)


def _runs(mask: Mask, text_px: float, step: int) -> list[Stroke]:
    """Return level runs of ink in a mask that was shrunk by `step`, in pixels of the whole one."""
    size = text_px / step
    bridge = max(1 if step > 1 else 3, round(size / 6))
    shortest = max(20 // step, round(1.15 * size))
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, bridge), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8))
    count, labels, stats, centres = cv2.connectedComponentsWithStats(opened, connectivity=8)
    thickest = max(5.0, text_px / 3)
    found = []
    for index in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[index])
        thickness = (area / width - 1) * step + 1
        start, end = left * step, (left + width) * step
        if thickness <= thickest and width * step >= 4 * thickness:
            at = (float(centres[index][1]) + 0.5) * step
            found.append(Stroke(at=at, start=start, end=end, thickness=thickness))
        elif width * step >= _SURELY * text_px and height * step <= _HIGH * text_px:
            part = labels[top : top + height, left : left + width] == index
            for low, high in _full_rows(part):
                thick = (high - low - 1) * step + 1
                if thick <= thickest:
                    at = (top + (low + high) / 2) * step
                    found.append(Stroke(at=at, start=start, end=end, thickness=thick))
    return found


def _full_rows(part: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the stretches of rows that are mostly inked: rules that text between them joins."""
    full = np.concatenate([[False], part.mean(axis=1) >= _MOSTLY, [False]])
    ends = np.flatnonzero(full[1:] != full[:-1]).tolist()
    return list(zip(ends[::2], ends[1::2], strict=True))


def _ruled(mask: Mask, run: Stroke, text_px: float) -> bool:
    """Whether a level run is a drawn line: without gaps, with paper beside it.

    Strokes of neighbouring characters that happen to lie in one line leave gaps between characters
    and have the rest of the characters above or below.
    """
    half = round(run.thickness / 2) + 2
    apart = max(2, round(text_px / 12))
    at, start, end = int(run.at), int(run.start), int(run.end)
    top = max(0, at - half - 2 * apart)
    near = np.ascontiguousarray(mask[top : at + half + 2 * apart, start:end])
    at -= top
    along = cv2.reduce(near[max(0, at - half) : at + half + 1], 0, cv2.REDUCE_MAX)
    solid = cv2.countNonZero(along) / max(1, end - start)
    # Lines that cross at its ends are no crowd.
    inner = slice(apart, max(apart + 1, end - start - apart))
    over = near[max(0, at - half - 2 * apart) : max(0, at - half - apart), inner]
    under = near[at + half + apart :, inner]
    bands = [band for band in (over, under) if band.size]
    crowd = max((cv2.countNonZero(band) / band.size for band in bands), default=0.0)
    if crowd <= _BARE:
        return solid >= _DASHED
    return solid >= _SOLID and (crowd <= _CROWDED or run.length > _SURELY * text_px)
