"""Reading the name along the rim of a seal.

The ring of text is unrolled to a straight strip: walking along the rim, looking inwards at right
angles to it (so an oval's letters keep their shape too). A strip is cut where the ring has its
widest gap. The serial number that many seals bear at the bottom is half as tall and stands close
to the rim, upside down in the strip; looking for gaps only at the depth that tall letters reach
makes it part of the gap. Coloured seals are unrolled from their colour alone, so black print and
signatures across them leave holes rather than strokes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.marks.ink import Plane, inks
from preaudit.read.marks.rims import Rim, around, fitted, sample
from preaudit.read.marks.seals import Seal
from preaudit.read.view import Recognise
from preaudit.sheet import Pixels

_ROWS = 64
"""Height of the unrolled strip."""
_DEPTH = 0.5
"""How far in the strip reaches, as a share of the lower semi-axis."""
_TALL = (0.20, 0.33)
"""Depths that letters of the name reach, but serial numbers and inner lines do not."""
_SURE = 0.95
"""Confidence above which no other way of cutting the ring is tried."""
_CERTAIN = 0.98
"""Confidence from which on a reading that differs by further letters alone is the fuller one."""
_OUTER = re.compile(r"^[^\u3400-\u9fff（(]+|[^\u3400-\u9fff）)]+$")
_SHORTEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The name read along a rim; empty when it could not be read."""

    text: str
    confidence: float


def owner(pixels: Pixels, seal: Seal, recognise: Recognise) -> Owner:
    """Return the name along the rim of a seal, which is given in pixels of the page."""
    best = Owner(text="", confidence=0.0)
    for ink, rim in _seal_inks(pixels, seal):
        cuts = _cuts(unrolled(ink, rim))
        for cut in cuts[: 1 if best.text else len(cuts)]:
            best = _better(best, _read([cut], recognise))
            if best.confidence >= _SURE and best.text:
                break
    return best


def _seal_inks(pixels: Pixels, seal: Seal) -> Iterator[tuple[Plane, Rim]]:
    """Yield planes of the seal's own ink, and the rim in pixels of that plane.

    The first has the full sharpness of the picture (colour is stored coarser than lightness) with
    print blotted out where it is darker than the seal; the second is the pure colour.
    """
    left, top, right, bottom = (round(side) for side in seal.rim.bounds())
    margin = round(0.3 * seal.rim.radius)
    left, top = max(0, left - margin), max(0, top - margin)
    taken = inks(pixels[top : bottom + margin, left : right + margin])
    rim = replace(seal.rim, x=seal.rim.x - left, y=seal.rim.y - top)
    rim = fitted(taken.any, rim, slack=0.03) or rim
    pure = {"red": taken.red, "blue": taken.blue}.get(seal.colour)
    if pure is None:
        yield _blotted(taken.any, taken.any, rim, above=1.3), rim
        yield taken.any, rim
    else:
        yield _blotted(taken.any, taken.dark, rim, above=1.8), rim
        yield pure, rim


def _blotted(ink: Plane, print_ink: Plane, rim: Rim, *, above: float) -> Plane:
    """Return the ink without strokes of print that are much darker than the rim."""
    angles = around(120)
    ring = sample(print_ink, rim.points(angles[:, None], np.array([0.985, 1.0])[None, :]))
    level = float(np.median(ring.max(axis=1)))
    strokes = (print_ink > max(above * level, level + 0.15)).astype(np.uint8)
    grown = cv2.dilate(strokes, np.ones((3, 3), np.uint8))
    grey = (255 * np.clip(ink, 0, 1)).astype(np.uint8)
    filled = cv2.inpaint(grey, grown, 2, cv2.INPAINT_TELEA)
    return np.asarray(filled, dtype=np.float32) / np.float32(255)


def _better(first: Owner, second: Owner) -> Owner:
    """Return the reading to believe.

    A recogniser that is sure may still have left a letter out, but seldom has it made one up.
    """
    short, full = sorted((first, second), key=lambda each: len(each.text))
    if short.text != full.text and min(first.confidence, second.confidence) >= _CERTAIN:
        letters = iter(full.text)
        if all(each in letters for each in short.text):
            return full
    return max(first, second, key=_worth)


def _worth(read: Owner) -> float:
    """Return how far a reading is to be believed; longer ones are a little more."""
    return read.confidence * min(1.0, 0.7 + 0.05 * len(read.text))


def _read(crops: Sequence[Pixels], recognise: Recognise) -> Owner:
    """Return the first crop's text without what cannot begin or end a name."""
    ((text, confidence),) = recognise(crops)
    name = _OUTER.sub("", _OUTER.sub("", text.replace(" ", "")))
    shed = len(text) - len(name)
    if len(name) < _SHORTEST:
        return Owner(text="", confidence=0.0)
    return Owner(text=name, confidence=confidence * (1 - 0.02 * min(shed, 10)))


def unrolled(ink: Plane, rim: Rim) -> Plane:
    """Return the ring as a strip of `_ROWS` rows, clockwise from the bottom, rim on top."""
    thickness = min(rim.across, rim.down) * _DEPTH
    points, inward = _walk(rim, thickness / _ROWS)
    depth = np.linspace(0, thickness, _ROWS)
    grid = points[None, :, :] + inward[None, :, :] * depth[:, None, None]
    return sample(ink, grid)


def _walk(rim: Rim, step: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return points every `step` along the rim, from the bottom clockwise, and inward normals."""
    fine = math.pi / 2 - rim.turn + np.linspace(0, 2 * math.pi, 1441)
    path = rim.points(fine, np.ones_like(fine))
    lengths = np.hypot(*np.diff(path, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    even = np.arange(0, along[-1], step)
    points = np.stack([np.interp(even, along, path[:, axis]) for axis in (0, 1)], axis=1)
    tangent = np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0)
    tangent /= np.maximum(np.hypot(*tangent.T), 1e-9)[:, None]
    return points, np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)


def _cuts(strip: Plane) -> list[Pixels]:
    """Return the strip cut open in the likeliest ways, best first."""
    width = strip.shape[1]
    start, gap = _widest_gap(strip)
    rows = _letter_rows(strip)
    margin = min(gap // 2, _ROWS // 4)
    tight = np.roll(strip, -(start + gap - margin), axis=1)[:, : width - gap + 2 * margin]
    return [_printed(tight[rows]), _printed(strip[rows]), _printed(tight[4:56])]


def _widest_gap(strip: Plane) -> tuple[int, int]:
    """Return where the widest run of columns without tall letters begins, and its length."""
    top, bottom = (round(depth / _DEPTH * _ROWS) for depth in _TALL)
    columns = strip[top:bottom].max(axis=0)
    level = 0.35 * float(np.quantile(columns, 0.8))
    empty = columns <= level
    width = empty.size
    best = (0, 0)
    run = 0
    for index, bare in enumerate(np.concatenate([empty, empty])):
        run = run + 1 if bare else 0
        if best[1] < run <= width:
            best = ((index - run + 1) % width, run)
    return best


def _letter_rows(strip: Plane) -> slice:
    """Return the rows between the rim and what stands further in."""
    ink = strip.mean(axis=1)
    above = 4 + int(np.argmin(ink[4:17][::-1]))
    above = 4 + 12 - (above - 4)
    below = 40 + int(np.argmin(ink[40:60]))
    return slice(max(2, above - 1), min(_ROWS, below + 2))


def _printed(strip: Plane) -> Pixels:
    """Return a strip of ink as dark print on white paper, with full contrast."""
    full = max(0.2, float(np.quantile(strip, 0.98)))
    grey = (255 * (1 - np.clip(strip / full, 0, 1))).astype(np.uint8)
    return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))
