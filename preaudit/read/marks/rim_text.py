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
from difflib import SequenceMatcher

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
_NUMBER_DEPTH = 0.25
"""How deep the serial number reaches, as a share of the lower semi-axis."""
_LEAST_DIGIT = 5
"""Rows of a strip that a digit takes up at least."""
_OVAL = 1.18
_NUMBER_REACH = 0.16
"""How far to either side of the bottom it may reach, as a share of the way around."""
_NUMBER_LENGTHS = (13, 18)
"""A seal's number has 13 digits; some bear a taxpayer's instead."""
_NUMBER_SURE = 0.6
_SURE = 0.95
"""Confidence above which no other way of cutting the ring is tried."""
_CERTAIN = 0.98
"""Confidence from which on a reading that differs by further letters alone is the fuller one."""
_OUTER = re.compile(r"^[^\u3400-\u9fff（(]+|[^\u3400-\u9fff）)]+$")
_SHORTEST = 3
_MOST_READINGS = 5
_COMPLETE = 0.85
_AGREED = 2
"""How many ways of cutting a ring must give the same name for it to be sure, unless one is."""
_TOO_FEW = 0.7
"""Share of the letters that seem to stand on the rim below which a reading left some out."""
_GENEROUS = slice(4, 50)
"""Rows of a strip that hold the letters of any usual seal."""
_PITCH = (22, 90)
"""Columns of a strip from one letter to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RimText:
    """What stands along a rim; empty where it could not be read."""

    owner: str
    confidence: float
    """Of the owner's name."""
    code: str
    """The serial number at the bottom."""
    turn: float
    """Radians by which the seal is turned, clockwise, as far as the gap in its name tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The name read along a rim; empty when it could not be read."""

    text: str
    confidence: float


def read_rim(planes: Sequence[tuple[Plane, Rim]], recognise: Recognise) -> RimText:
    """Return what stands along the rim of a seal.

    Args:
        planes: Pictures of the seal's own ink, the sharpest first, each with the rim on it.
        recognise: Reads lines.
    """
    strips = [unrolled(ink, rim) for ink, rim in planes]
    name = _owner(strips, recognise)
    rim = planes[0][1]
    width = strips[0].shape[1]
    turn = rim.turn if rim.across > _OVAL * rim.down else _turn(strips[0])
    middle = turn / (2 * math.pi) * width
    return RimText(
        owner=name.text,
        confidence=name.confidence,
        code=_number(strips[0], round(middle), max(rim.across, rim.down) / rim.down, recognise),
        turn=turn,
    )


def _turn(strip: Plane) -> float:
    """Return by how many radians the middle of the gap in a name lies off the bottom."""
    start, gap = _widest_gap(strip)
    width = strip.shape[1]
    middle = (start + gap / 2) % width
    return float(2 * math.pi * (middle - width if middle > width / 2 else middle) / width)


def _owner(strips: Sequence[Plane], recognise: Recognise) -> Owner:
    """Return the name along the rim."""
    best = Owner(text="", confidence=0.0)
    expected = _letters(strips[0])
    cuts = [cut for strip in strips for cut in _cuts(strip)]
    readings: list[Owner] = []
    for cut in cuts[:_MOST_READINGS]:
        readings.append(_read([cut], recognise))
        best = _better(best, readings[-1], expected)
        if best.confidence >= _SURE and len(best.text) >= _COMPLETE * expected:
            return best
    agreed = sum(_same(best.text, one.text) for one in readings) >= _AGREED
    if len(best.text) < _TOO_FEW * expected or not agreed:
        return replace(best, confidence=0.5 * best.confidence)
    return best


def _same(first: str, second: str) -> bool:
    """Whether two readings are the same but for a letter."""
    short, full = sorted((first, second), key=len)
    shared = sum(block.size for block in SequenceMatcher(None, short, full).get_matching_blocks())
    return bool(short) and shared >= len(full) - 1


def _letters(strip: Plane) -> int:
    """Return how many letters seem to stand on the rim, at equal distances; seldom too many."""
    start, gap = _widest_gap(strip)
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
    for count in range(_SHORTEST, columns.size // _PITCH[0] + 1):
        pitch = columns.size / count
        if pitch <= _PITCH[1]:
            reach = max(1, round(0.12 * pitch))
            gaps = [
                float(columns[max(0, round(at) - reach) : round(at) + reach + 1].min())
                for at in np.arange(1, count) * pitch
            ]
            best = min(best, (sum(gaps) / len(gaps) / float(columns.mean()), count))
    return best[1]


def _number(strip: Plane, bottom: int, flat: float, recognise: Recognise) -> str:
    """Return the serial number, which is read from within the seal."""
    width = strip.shape[1]
    reach = round(_NUMBER_REACH * width)
    deepest = round(_NUMBER_DEPTH * flat / _DEPTH * _ROWS)
    part = _tight(np.roll(strip, reach - bottom, axis=1)[:deepest, : 2 * reach])
    if part is None:
        return ""
    part = part[::-1, ::-1]
    ((text, confidence),) = recognise([_printed(np.ascontiguousarray(part))])
    digits = re.sub(r"\D", "", text)
    return digits if len(digits) in _NUMBER_LENGTHS and confidence >= _NUMBER_SURE else ""


def _tight(part: Plane) -> Plane | None:
    """Return the rows of digits below the rim, with a little paper around; None without any."""
    rows = part.mean(axis=1)
    start = 3 + int(np.argmin(rows[3:13]))
    most = float(rows[start:].max(initial=0.0))
    bare = float(rows[start])
    filled = rows > bare + 0.3 * (most - bare)
    below = np.flatnonzero(filled[start:])
    if not below.size or most - bare < 0.02:  # noqa: PLR2004 - grain
        return None
    top = start + int(below[0])
    after = np.flatnonzero(~filled[top:])
    bottom = top + int(after[0]) if after.size else len(rows)
    return part[max(0, top - 3) : bottom + 3] if bottom - top >= _LEAST_DIGIT else None


def seal_inks(pixels: Pixels, seal: Seal) -> Iterator[tuple[Plane, Rim]]:
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


def _better(first: Owner, second: Owner, expected: int) -> Owner:
    """Return the reading to believe.

    A recogniser that is sure may still have left a letter out, but seldom has it made one up.
    """
    short, full = sorted((first, second), key=lambda each: len(each.text))
    if short.text != full.text and min(first.confidence, second.confidence) >= _CERTAIN:
        letters = iter(full.text)
        if all(each in letters for each in short.text):
            return full
    return max(first, second, key=lambda each: _worth(each, expected))


def _worth(read: Owner, expected: int) -> float:
    """Return how far a reading is to be believed; longer ones are a little more."""
    complete = min(1.0, len(read.text) / expected) if expected else 1.0
    return read.confidence * min(1.0, 0.7 + 0.05 * len(read.text)) * (0.6 + 0.4 * complete)


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
    return [_printed(tight[_GENEROUS]), _printed(tight[rows]), _printed(strip[rows])]


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
