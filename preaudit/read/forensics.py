"""Whether a value on a scan was pasted over or redrawn.

Every scanner and camera leaves its grain on the whole sheet, and so does the paper. A patch that
another program put over a value has grain of its own: none, or another strength. So for every run
of characters the bare paper around its letters is compared with the paper around the run, in two
respects: how strong the grain is, and how light the paper. Both are judged against all other runs
of the same page, so a page with much grain, little, or uneven light is its own measure. A run is
reported only when its grain is far out of line *and* the patch shows otherwise too: its paper is
lighter or darker than all around it, and the change happens at straight sides within a pixel or
two. Printed tints change the lightness but not the grain; shadows and folds have no four sides;
stamps and pictures are no bare paper.

Pixels are taken as they lie in the file, for any resampling blurs the grain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.document import Line
from preaudit.geometry import Box
from preaudit.read.view import PageView
from preaudit.sheet import Pixels, Signal

_Sums = NDArray[np.int32]
_Rects = NDArray[np.int32]
"""n x 4: left, top, right, bottom in pixels, half-open."""

_LEAST_CHARACTERS = 2
_MOST_CHARACTERS = 34
_LEAST_PAPER_PX = 120
"""Bare pixels that a run and its surroundings must offer each."""
_LEAST_RUNS = 40
"""Runs that a page must have for its own measure to mean something."""
_PARTS = 8
"""Parts of a grey level in which grain is counted; up to 32 levels, more is no paper's."""
_GRAIN_FLOOR = 0.05
_LEAST_LEVEL = 1.5
_LEAST_FLAT = 0.6
"""Logarithm of the grain around over the grain inside."""
_STRAYED = 3.5
_STRAYED_TOO = 3.0
_LONG = 8.0
"""Times its height from which on a longer run is no better evidence."""
_LOOKED_AT = 400
_MOST_LEADERS = 12
_NEARLY = 12
"""Pixels by which the sides of two runs differ at most to be looked at only once."""
_MOST_PATCHES = 3
"""With more of them, the device that made the scan cleans around letters everywhere."""
_STRIP = 4
"""Pixels on either side of a border that are compared."""
_BARE_STRIP = 0.3
_LEAST_STEP = 1.2
"""Grey levels by which the paper changes at each side."""
_EVEN = 0.35
"""Smallest over largest change among the four sides."""
_SHARP = 2.8
"""How many times larger than near by the change at each side is."""
_INK = 26.0
"""Grey levels below the paper from which on a pixel is not bare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paper:
    """Sums over bare paper from the upper left corner, for means over any rectangle.

    On a large white page a sum may run over and begin again from below; the differences that are
    taken of four of them come out right all the same.
    """

    count: _Sums
    level: _Sums
    grain: _Sums
    """In parts of a grey level."""
    size: tuple[int, int]
    """Width and height in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cues:
    """What speaks for a patch, one entry per run."""

    grain: NDArray[np.float64]
    """Logarithm of the grain inside over the grain around."""
    level: NDArray[np.float64]
    """Grey levels by which the paper inside is lighter than around."""
    sound: NDArray[np.bool_]
    """Whether there was enough bare paper to tell."""


def local_edits(view: PageView, pixels: Pixels) -> tuple[Signal, ...]:
    """Return where a scanned page seems to have been pasted over; nothing for drawn pages.

    Args:
        view: The page as it was read.
        pixels: The page as it lies in the file.
    """
    if not view.scanned or not view.lines:
        return ()
    rects = _runs(view, pixels)
    if len(rects) < _LEAST_RUNS:
        return ()
    paper = _paper(pixels)
    cues = _cues(paper, rects)
    return tuple(
        Signal(
            name="local_edit",
            sha256=view.sheet.source.sha256,
            page=view.page,
            box=_box(view.page, rect, pixels),
            note="此处底纹、噪点与周围不一致，疑似被覆盖或重绘，请核对原件",
            confidence=confidence,
        )
        for rect, confidence in _patches(paper, rects, cues)
    )


def _runs(view: PageView, pixels: Pixels) -> _Rects:
    """Return every run of neighbouring characters as it lies in the file."""
    height, width = pixels.shape[:2]
    shares = _in_file(view, np.concatenate([_parts(line) for line in view.lines]))
    return np.round(shares * (width, height, width, height)).astype(np.int32)


def _parts(line: Line) -> NDArray[np.float64]:
    """Return left, top, right, bottom of a line's runs of characters, upright."""
    start, end = np.triu_indices(len(line.text) + 1, _LEAST_CHARACTERS)
    short = end - start <= _MOST_CHARACTERS
    edges = np.array(line.edges)
    left, right = edges[start[short]], edges[end[short]]
    top, bottom = (np.full_like(left, side) for side in (line.box.top, line.box.bottom))
    return np.stack([left, top, right, bottom], axis=1)


def _in_file(view: PageView, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the boxes in the file that hold upright ones, as `Homography.box` does for one."""
    a, b, c, d, e, f, g, h, i = view.to_file.rows
    x, y = boxes[:, [0, 0, 2, 2]], boxes[:, [1, 3, 1, 3]]
    depth = g * x + h * y + i
    across = np.clip((a * x + b * y + c) / depth, 0, 1)
    down = np.clip((d * x + e * y + f) / depth, 0, 1)
    sides = (across.min(axis=1), down.min(axis=1), across.max(axis=1), down.max(axis=1))
    return np.stack(sides, axis=1)


def _paper(pixels: Pixels) -> _Paper:
    """Return sums of lightness and grain over the bare paper of a page."""
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    red, green, blue = cv2.split(pixels)
    weakest = cv2.min(cv2.min(red, green), blue)
    height, width = grey.shape
    size = (max(1, width // 8), max(1, height // 8))
    cells = cv2.resize(weakest, size, interpolation=cv2.INTER_AREA)
    lightest = cv2.blur(cv2.dilate(cells, np.ones((7, 7), np.uint8)), (5, 5))
    light = cv2.resize(lightest, (width, height))
    inked = cv2.compare(cv2.subtract(light, weakest), _INK, cv2.CMP_GT)
    bare = cv2.bitwise_not(cv2.dilate(inked, np.ones((5, 5), np.uint8)))
    fine = cv2.multiply(grey, 2 * _PARTS, dtype=cv2.CV_16U)
    rough = cv2.convertScaleAbs(cv2.absdiff(fine, cv2.GaussianBlur(fine, (0, 0), 1.2)), alpha=0.5)
    return _Paper(
        count=_summed(cv2.min(bare, 1)),
        level=_summed(cv2.bitwise_and(grey, bare)),
        grain=_summed(cv2.bitwise_and(rough, bare)),
        size=(width, height),
    )


def _summed(plane: cv2.typing.MatLike) -> _Sums:
    return np.asarray(cv2.integral(plane, sdepth=cv2.CV_32S), dtype=np.int32)


def _over(sums: _Sums, rects: _Rects) -> NDArray[np.float64]:
    """Return the sums over rectangles."""
    left, top, right, bottom = rects.T
    total = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    return np.asarray(total, dtype=np.float64)


def _grown(paper: _Paper, rects: _Rects, share: float) -> _Rects:
    """Return rectangles grown on all sides by a share of their shorter side."""
    short = np.minimum(rects[:, 2] - rects[:, 0], rects[:, 3] - rects[:, 1])
    step = np.round(share * short).astype(np.int32)
    return _clipped(paper, rects + np.stack([-step, -step, step, step], axis=1))


def _clipped(paper: _Paper, rects: _Rects) -> _Rects:
    """Return rectangles cut off at the edges of the picture."""
    width, height = paper.size
    clipped = rects.copy()
    clipped[:, [0, 2]] = clipped[:, [0, 2]].clip(0, width)
    clipped[:, [1, 3]] = clipped[:, [1, 3]].clip(0, height)
    return clipped


def _cues(paper: _Paper, rects: _Rects) -> _Cues:
    """Return how the paper in each run compares with the paper around it."""
    near, far = _grown(paper, rects, 0.25), _grown(paper, rects, 1.0)
    inside = _over(paper.count, rects)
    around = _over(paper.count, far) - _over(paper.count, near)
    safe_in, safe_around = np.maximum(inside, 1), np.maximum(around, 1)

    def means(sums: _Sums) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return _over(sums, rects) / safe_in, (_over(sums, far) - _over(sums, near)) / safe_around

    grain_in, grain_around = (mean / _PARTS for mean in means(paper.grain))
    level_in, level_around = means(paper.level)
    return _Cues(
        grain=np.log((grain_in + _GRAIN_FLOOR) / (grain_around + _GRAIN_FLOOR)),
        level=level_in - level_around,
        sound=(inside >= _LEAST_PAPER_PX) & (around >= _LEAST_PAPER_PX),
    )


def _strayed(values: NDArray[np.float64], floor: float) -> NDArray[np.float64]:
    """Return how many usual deviations each value lies off the page's median."""
    middle = float(np.median(values))
    usual = 1.48 * float(np.median(np.abs(values - middle)))
    return np.asarray((values - middle) / (usual + floor), dtype=np.float64)


def _patches(
    paper: _Paper, rects: _Rects, cues: _Cues
) -> list[tuple[tuple[int, int, int, int], float]]:
    """Return the patches of a page with their confidence; none when they are all over it."""
    kept = np.nonzero(cues.sound)[0]
    if kept.size < _LEAST_RUNS:
        return []
    rects, level, grain = rects[kept], cues.level[kept], cues.grain[kept]
    lighter = np.where(level >= _LEAST_LEVEL, _strayed(level, 0.2), 0.0)
    darker = np.where(
        (level <= -_LEAST_LEVEL) & (np.abs(_strayed(grain, 0.05)) >= _STRAYED_TOO),
        -_strayed(level, 0.2),
        0.0,
    )
    flatter = np.where(grain <= -_LEAST_FLAT, -_strayed(grain, 0.05), 0.0)
    found: list[tuple[tuple[int, int, int, int], float]] = []
    for strayed, sums, sign, step in (
        (lighter, paper.level, 1.0, _LEAST_STEP),
        (darker, paper.level, -1.0, _LEAST_STEP),
        (flatter, paper.grain, -1.0, 0.0),
    ):
        for index in _leaders(rects, strayed):
            patch = _bounded(paper, sums, rects[index], sign, step)
            if patch is not None and not any(_touch(patch[0], other) for other, _ in found):
                found.append(patch)
    return found if len(found) <= _MOST_PATCHES else []


def _leaders(rects: _Rects, strayed: NDArray[np.float64]) -> Iterator[int]:
    """Yield the runs to look at: those that stray most, and long ones that stray much."""
    sides = np.stack([rects[:, 2] - rects[:, 0], rects[:, 3] - rects[:, 1]])
    length = np.clip(sides.max(axis=0) / np.maximum(sides.min(axis=0), 1), 1, _LONG)
    for merit in (strayed, strayed * np.sqrt(length)):
        taken: list[NDArray[np.int32]] = []
        for index in np.argsort(-merit, kind="stable")[:_LOOKED_AT].tolist():
            if len(taken) >= _MOST_LEADERS:
                break
            if strayed[index] >= _STRAYED and not any(
                int(np.abs(rects[index] - other).max()) <= _NEARLY for other in taken
            ):
                taken.append(rects[index])
                yield index


def _touch(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    """Whether two rectangles share a point."""
    across = min(first[2], second[2]) > max(first[0], second[0])
    return across and min(first[3], second[3]) > max(first[1], second[1])


def _bounded(
    paper: _Paper, sums: _Sums, rect: NDArray[np.int32], sign: float, least: float
) -> tuple[tuple[int, int, int, int], float] | None:
    """Return the patch around a run if the paper changes sharply at all four of its sides."""
    sides = [int(side) for side in rect]
    high = min(sides[2] - sides[0], sides[3] - sides[1])
    steps: list[tuple[float, float]] = []
    for _ in range(2):
        steps = []
        for side in (1, 3, 0, 2):
            place, step, usual = _side(paper, sums, tuple(sides), side, high, sign)
            sides[side] = place
            steps.append((step, usual))
    weakest = min(step / max(usual, 1e-6) for step, usual in steps)
    lowest, highest = min(step for step, _ in steps), max(step for step, _ in steps)
    if lowest < max(least, _EVEN * highest) or weakest < _SHARP:
        return None
    left, top, right, bottom = sides
    return (left, top, right, bottom), min(0.95, 0.5 + 0.05 * weakest)


def _side(
    paper: _Paper, sums: _Sums, sides: tuple[int, ...], side: int, high: int, sign: float
) -> tuple[int, float, float]:
    """Return where a side of a patch is, how large the step there is, and how large steps are.

    A step is the mean over a strip just inside minus that over a strip just outside.
    """
    # A patch is hardly higher than its letters, but may end a letter later than the run.
    reach = _STRIP + max(6, round((0.5 if side % 2 else 1.2) * high))
    outward = -1 if side < 2 else 1  # noqa: PLR2004 - left and top come before right and bottom
    inward = min(reach, _STRIP + max(3, round(0.3 * high)))
    places = sides[side] + outward * np.arange(-inward, reach + 1)
    inner = _strips(sides, side, places - outward * _STRIP, places)
    outer = _strips(sides, side, places, places + outward * _STRIP)
    inside, outside = _mean(paper, sums, inner), _mean(paper, sums, outer)
    steps = sign * (inside - outside)
    off = outward * (places - sides[side])
    near = (off >= _STRIP - inward) & (off <= reach - _STRIP)
    known = np.isfinite(steps)
    if not (known & near).any():
        return sides[side], 0.0, 1.0
    best = int(np.argmax(np.where(known & near, steps, -np.inf)))
    apart = known & (np.abs(np.arange(places.size) - best) > _STRIP)
    unit = float(_PARTS) if sums is paper.grain else 1.0
    usual = float(np.sqrt(np.mean(steps[apart] ** 2))) if apart.sum() > _STRIP else unit
    return int(places[best]), float(steps[best]), usual


def _strips(
    sides: tuple[int, ...], side: int, starts: NDArray[np.intp], ends: NDArray[np.intp]
) -> _Rects:
    """Return strips along one side of a rectangle, between `starts` and `ends`."""
    rects = np.tile(np.array(sides, dtype=np.int32), (starts.size, 1))
    axis = side % 2
    rects[:, axis] = np.minimum(starts, ends)
    rects[:, axis + 2] = np.maximum(starts, ends)
    return rects


def _mean(paper: _Paper, sums: _Sums, rects: _Rects) -> NDArray[np.float64]:
    """Return the means over the bare paper of strips; not a number where there is too little."""
    inside = _clipped(paper, rects)
    count = _over(paper.count, inside)
    area = (inside[:, 2] - inside[:, 0]) * (inside[:, 3] - inside[:, 1])
    enough = count >= np.maximum(8, _BARE_STRIP * area)
    mean = _over(sums, inside) / np.maximum(count, 1)
    return np.asarray(np.where(enough, mean, np.nan), dtype=np.float64)


def _box(page: int, rect: tuple[int, int, int, int], pixels: Pixels) -> Box:
    """Return pixel bounds as a box on the page as it is in the file."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = rect
    return Box(
        page=page,
        left=max(0.0, left / width),
        top=max(0.0, top / height),
        right=min(1.0, right / width),
        bottom=min(1.0, bottom / height),
    )
