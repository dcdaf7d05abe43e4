"""Unrolling the ring of a seal to straight strips, and finding where letters stand on them.

Walking along the rim, looking inwards at right angles to it (so an oval's letters keep their shape
too), the ring becomes a strip: clockwise from the bottom, the rim on top. Columns are set wider
apart than rows, for letters stand nearer to the middle than the rim and are set wide: so they come
out about as wide as print, and fewer columns are read.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.marks.ink import Plane
from preaudit.read.marks.rims import Rim
from preaudit.sheet import Pixels

ROWS = 64
"""Height of the unrolled strip."""
DEPTH = 0.5
"""How far in the strip reaches, as a share of the lower semi-axis."""
_WIDE = 1.8
"""How many rows of paper a column of the strip is wide."""
_TALL = (0.23, 0.34)
"""Depths that letters of the name reach, but serial numbers and inner lines do not."""
_PITCH = (12, 50)
"""Columns of a strip from one letter to the next."""
_FEWEST = 3
_OVAL_LETTERS = 0.6
"""Power of the ratio of the axes by which letters of an oval seal are larger for its height."""
_FINE_PX = 0.7
"""Rows nearer together than that are told apart only by smooth interpolation."""


def unrolled(ink: Plane, rim: Rim) -> Plane:
    """Return the ring as a strip of `ROWS` rows, clockwise from the bottom, rim on top."""
    low, high = sorted((rim.across, rim.down))
    thickness = low * DEPTH * (high / low) ** _OVAL_LETTERS
    return stretch(ink, rim, (0.0, thickness), rows=ROWS, wide=_WIDE, span=(0.0, 1.0))


def stretch(
    ink: Plane,
    rim: Rim,
    depth: tuple[float, float],
    *,
    rows: int,
    wide: float,
    span: tuple[float, float],
) -> Plane:
    """Return a part of the ring as a straight strip, rim on top.

    Args:
        ink: The seal's ink.
        rim: Its rim.
        depth: From and to how many pixels within the rim.
        rows: Height of the strip.
        wide: How many rows of paper a column is wide, along the rim.
        span: From and to where along the rim, as shares of the way around, clockwise from the
            bottom.
    """
    step = (depth[1] - depth[0]) / rows
    how = cv2.INTER_CUBIC if step < _FINE_PX else cv2.INTER_LINEAR
    points, inward = _walk(rim, step * wide, span)
    steps = np.linspace(*depth, rows)
    grid = (points[None, :, :] + inward[None, :, :] * steps[:, None, None]).astype(np.float32)
    strip = cv2.remap(ink, grid[..., 0], grid[..., 1], how, borderValue=0.0)
    return np.asarray(np.clip(strip, 0.0, 1.0), dtype=np.float32)


def _walk(
    rim: Rim, step: float, span: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return points every `step` along the rim, from the bottom clockwise, and inward normals."""
    fine = math.pi / 2 - rim.turn + np.linspace(0, 2 * math.pi, 721)
    path = rim.points(fine, np.ones_like(fine))
    lengths = np.hypot(*np.diff(path, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    whole = float(along[-1])
    even = np.arange(span[0] * whole, span[1] * whole, max(step, 1e-3 * whole)) % whole
    points = np.stack([np.interp(even, along, path[:, axis]) for axis in (0, 1)], axis=1)
    tangents = np.gradient(path, axis=0)
    tangents[0] = tangents[-1] = path[1] - path[-2]
    tangent = np.stack([np.interp(even, along, tangents[:, axis]) for axis in (0, 1)], axis=1)
    tangent /= np.maximum(np.hypot(*tangent.T), 1e-9)[:, None]
    return points, np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)


def turn_of(strip: Plane) -> float:
    """Return by how many radians the middle of the gap in a name lies off the bottom."""
    start, gap = widest_gap(strip)
    width = strip.shape[1]
    middle = (start + gap / 2) % width
    return float(2 * math.pi * (middle - width if middle > width / 2 else middle) / width)


def widest_gap(strip: Plane) -> tuple[int, int]:
    """Return where the widest run of columns without tall letters begins, and its length."""
    top, bottom = (round(depth / DEPTH * ROWS) for depth in _TALL)
    columns = strip[top:bottom].max(axis=0)
    empty = columns <= 0.35 * float(np.quantile(columns, 0.8))
    width = empty.size
    if empty.all():
        return 0, width
    # Opened at a letter, no run goes on beyond the strip's end.
    first = int(np.argmin(empty))
    runs = np.diff(np.concatenate([[0], np.roll(empty, -first), [0]]).astype(np.int8))
    starts, ends = np.flatnonzero(runs == 1), np.flatnonzero(runs == -1)
    if not starts.size:
        return 0, 0
    longest = int(np.argmax(ends - starts))
    return (int(starts[longest]) + first) % width, int(ends[longest] - starts[longest])


def opened(strip: Plane) -> Plane:
    """Return the strip cut in the middle of its gap, with a little of the gap on either side."""
    start, gap = widest_gap(strip)
    margin = min(gap // 2, round(ROWS / 4 / _WIDE))
    width = strip.shape[1] - gap + 2 * margin
    return np.asarray(np.roll(strip, -(start + gap - margin), axis=1)[:, :width])


def letters_on(strip: Plane) -> int:
    """Return how many letters seem to stand on the rim, at equal distances; seldom too many."""
    start, gap = widest_gap(strip)
    tight = np.roll(strip, -(start + gap), axis=1)[:, : strip.shape[1] - gap]
    columns = tight[8:44].mean(axis=0)
    if columns.size == 0:
        return 0
    inked = np.flatnonzero(columns > 0.25 * float(np.quantile(columns, 0.9)))
    if inked.size < _PITCH[0]:
        return 0
    columns = columns[inked[0] : inked[-1] + 1]
    columns = np.minimum(columns, float(np.quantile(columns, 0.9)))
    best = (1.0, 0)
    for count in range(_FEWEST, columns.size // _PITCH[0] + 1):
        pitch = columns.size / count
        if pitch <= _PITCH[1]:
            reach = max(1, round(0.12 * pitch))
            gaps = [
                float(columns[max(0, round(at) - reach) : round(at) + reach + 1].min())
                for at in np.arange(1, count) * pitch
            ]
            best = min(best, (sum(gaps) / len(gaps) / float(columns.mean()), count))
    return best[1]


def printed(strip: Plane) -> Pixels:
    """Return ink as dark print on white paper, with full contrast."""
    full = max(0.15, float(np.quantile(strip, 0.98)))
    grey = (255 * (1 - np.clip(strip / full, 0, 1))).astype(np.uint8)
    return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))
