"""Reading the serial number at the bottom of a seal.

It stands close to the rim, is read from within, and its digits are less than half as tall as the
letters of the name. They are unrolled by themselves, from the sharpest pixels there are.
"""

from __future__ import annotations

import math
import re

import cv2
import numpy as np

from preaudit.read.marks.ink import Plane
from preaudit.read.marks.rims import Rim
from preaudit.read.marks.unrolling import printed, stretch
from preaudit.read.view import Recognise

_REACH = 0.17
"""How far to either side of the bottom it may reach, as a share of the way around."""
_DEPTH = 0.24
"""How deep it reaches, as a share of the larger semi-axis."""
_ROWS = 56
_WIDE = 1.15
_LENGTHS = (13, 18)
"""A seal's number has 13 digits; some bear a taxpayer's instead."""
_SURE = 0.8
_AT_A_GLANCE = 7
"""Digits that the quick network must see for a number to be read."""
_LEAST_DIGIT = 6
"""Rows that a digit takes up at least."""
_TALLEST = 30
"""Rows that a digit takes up at most; letters of a name are taller."""
_RIMS = 24
"""Rows that a rim, and a second one within it, take up at most."""
_LINED = 0.66
"""Share of a row that is inked where a rim runs."""
_GAP = 8
"""Rows between the rim and digits at most."""
_USUAL = (17, 44)
"""Rows that digits take up as a rule."""
_APART = 1.5
"""Gap between two digits at most, as a share of their height."""
_SHORTEST = 5.0
"""Width of a number over its height."""
_MARGIN = 4


def read_number(ink: Plane, rim: Rim, turn: float, recognise: Recognise, glance: Recognise) -> str:
    """Return the serial number; empty when there is none or it is not sure.

    Args:
        ink: The seal's own ink.
        rim: Its rim on that plane.
        turn: Radians by which the seal is turned, clockwise.
        recognise: Reads lines.
        glance: Reads them quickly.
    """
    row = _row(ink, rim, turn)
    if row is None:
        return ""
    crop = printed(np.ascontiguousarray(row[::-1, ::-1]))
    ((text, _),) = glance([crop])
    if len(re.sub(r"\D", "", text)) < _AT_A_GLANCE:
        return ""
    ((text, confidence),) = recognise([crop])
    digits = re.sub(r"\D", "", text)
    return digits if len(digits) in _LENGTHS and confidence >= _SURE else ""


def _row(ink: Plane, rim: Rim, turn: float) -> Plane | None:
    """Return the digits below the rim, with a little paper around; None without any."""
    bottom = turn / (2 * math.pi)
    deepest = _DEPTH * max(rim.across, rim.down)
    strip = stretch(
        ink, rim, (0.0, deepest), rows=_ROWS, wide=_WIDE, span=(bottom - _REACH, bottom + _REACH)
    )
    top, end = _band(strip) or _USUAL
    return _tight(strip[max(0, top - _MARGIN) : end + _MARGIN], height=end - top)


def _band(strip: Plane) -> tuple[int, int] | None:
    """Return between which rows of a strip digits stand, half-open, if that shows."""
    start = _within_rims(strip)
    rows = strip[start:].mean(axis=1)
    most = float(rows.max(initial=0.0))
    bare = float(rows[:_GAP].min(initial=1.0))
    filled = rows > bare + 0.3 * (most - bare)
    below = np.flatnonzero(filled)
    if not below.size or most - bare < 0.02:  # noqa: PLR2004 - grain
        return None
    top = start + int(below[0])
    after = np.flatnonzero(~filled[below[0] :])
    end = top + int(after[0]) if after.size else _ROWS
    return (top, end) if _LEAST_DIGIT <= end - top <= _TALLEST else None


def _within_rims(strip: Plane) -> int:
    """Return the first row of a strip that lies within the rim, and within a second one."""
    level = 0.4 * float(np.quantile(strip[:_RIMS], 0.9))
    lined = np.flatnonzero((strip[:_RIMS] > level).mean(axis=1) > _LINED)
    start = int(lined[-1]) + 1 if lined.size else 3
    # A rim is soft at its border.
    return start + int(np.argmin(strip[start : start + _GAP].mean(axis=1)))


def _tight(part: Plane, *, height: int) -> Plane | None:
    """Return the columns of digits in a row; None when they are too few for a number."""
    inner = part[_MARGIN:-_MARGIN]
    columns = inner.max(axis=0) > 0.4 * float(np.quantile(inner, 0.97))
    mask = columns.astype(np.uint8).reshape(1, -1)
    joined = cv2.morphologyEx(
        mask, cv2.MORPH_CLOSE, np.ones((1, round(_APART * height / _WIDE) | 1), np.uint8)
    ).ravel()
    ends = np.flatnonzero(np.diff(np.concatenate([[0], joined, [0]]).astype(np.int8)))
    middle = joined.size / 2
    runs = zip(ends[::2].tolist(), ends[1::2].tolist(), strict=True)
    run = min(runs, key=lambda one: max(one[0] - middle, middle - one[1]), default=None)
    if run is None or (run[1] - run[0]) * _WIDE < _SHORTEST * height:
        return None
    margin = round(0.5 * height)
    return part[:, max(0, run[0] - margin) : run[1] + margin]
