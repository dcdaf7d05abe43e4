"""Reading what stands inside a seal: the line below the star, the name on a square one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import cv2
import numpy as np

from preaudit.read.marks.frames import Frame
from preaudit.read.marks.ink import Plane
from preaudit.read.marks.rims import Rim
from preaudit.read.view import Recognise
from preaudit.sheet import Pixels

_SIDE_PX = 256
"""Side of the square to which a seal is brought, upright; round ones then fill it."""
_WITHIN = 0.84
"""Share of the radius beyond which there is only the rim and the number along it."""
_ZONE = (-0.3, 0.72)
_OVAL_ZONE = (-0.22, 0.36)
"""From and to below the middle, as shares of the larger semi-axis, where a line may stand."""
_REACH = 0.72
_OVAL_REACH = 0.7
"""How far it reaches to either side."""
_CORE = 0.3
"""How far to either side of the middle ink tells of rows."""
_PLACES = (0.48, 0.16)
_OVAL_PLACES = (0.08, 0.16)
"""Where lines usually have their middle."""
_TALL = 0.2
_LOW, _HIGH = 0.1, 0.46
"""Height of a row of letters, all as shares of the larger semi-axis."""
_FILLED = 0.07
_MOST_ROWS = 4
_MARGIN_PX = 4
_SURE = 0.7
_LETTERS = re.compile(r"[^\u3400-\u9fff（）()\d]")
_SHORTEST = 2
_LONGEST = 12
_NOT_HAN = re.compile(r"[^\u3400-\u9fff]")
_CELL_PX = 80
_LETTER_PX = 48
_FRAME = 0.085
"""Share of a square seal's side that its frame and the paper within it take up."""
_WHITE = 0.55
"""Share of ink inside from which on the letters are what was left out."""
_SURE_SQUARE = 0.6
_PERHAPS = 0.25
"""Confidence of a glance from which on letters are read."""
_LOOKS = 2
_RIGHT, _LEFT = (0.5, 0.0, 0.5, 1.0), (0.0, 0.0, 0.5, 1.0)
_GRIDS = (
    ((0.5, 0.0, 0.5, 0.5), (0.5, 0.5, 0.5, 0.5), (0.0, 0.0, 0.5, 0.5), (0.0, 0.5, 0.5, 0.5)),
    (_RIGHT, (0.0, 0.0, 0.5, 0.5), (0.0, 0.5, 0.5, 0.5)),
    ((0.5, 0.0, 0.5, 0.5), (0.5, 0.5, 0.5, 0.5), _LEFT),
    ((0.0, 0.0, 1.0, 0.5), (0.0, 0.5, 1.0, 0.5)),
    (_RIGHT, _LEFT),
)
"""Left, top, width, height of the letters of a square seal, in the order of reading."""


def read_centre(ink: Plane, rim: Rim, turn: float, recognise: Recognise, glance: Recognise) -> str:
    """Return the line inside a round or oval seal; empty when there is none or it is not sure.

    Args:
        ink: The seal's own ink.
        rim: Its rim on that plane.
        turn: Radians by which the seal is turned, clockwise.
        recognise: Reads lines.
        glance: Reads them quickly.
    """
    oval = rim.across > 1.18 * rim.down
    upright = _upright(ink, rim, rim.turn if oval else turn)
    lines = list(_rows(upright, oval=oval))
    if not lines:
        return ""
    worth = [_likely(text, confidence) for text, confidence in glance(lines)]
    for choice in sorted(range(len(lines)), key=lambda one: -worth[one])[:_LOOKS]:
        if worth[choice] < _PERHAPS:
            break
        ((text, confidence),) = recognise([lines[choice]])
        if _likely(text, confidence) > 0 and confidence >= _SURE:
            return _LETTERS.sub("", text)
    return ""


def _likely(text: str, confidence: float) -> float:
    """Return how likely a reading is a line inside a seal: several Chinese characters."""
    text = _LETTERS.sub("", text)
    letters = len(_NOT_HAN.sub("", text))
    if letters < _SHORTEST or len(text.strip("（）()")) > _LONGEST:
        return 0.0
    return confidence * min(1.0, 0.5 + 0.1 * letters)


def read_square(
    ink: Plane, frame: Frame, recognise: Recognise, glance: Recognise
) -> tuple[str, float]:
    """Return the name on a square seal, and how sure that is; empty when it is not likely one.

    Its letters stand in columns, the right one first, and how many there are is not known. So it
    is cut up in every usual way, the letters put in a row, each glanced at and the surest read.
    """
    inside = _inside(ink, frame)
    rows = [printed(_in_a_row(inside, cells)) for cells in _GRIDS]
    sure = [_sure(said, cells) for said, cells in zip(glance(rows), _GRIDS, strict=True)]
    for choice in sorted(range(len(rows)), key=lambda one: -sure[one])[:_LOOKS]:
        if sure[choice] < _PERHAPS:
            break
        ((text, confidence),) = recognise([rows[choice]])
        text = _NOT_HAN.sub("", text)
        if len(text) == len(_GRIDS[choice]) and confidence >= _SURE_SQUARE:
            return text, confidence
    return "", 0.0


def _sure(said: tuple[str, float], cells: tuple[tuple[float, float, float, float], ...]) -> float:
    """Return how sure a glance at letters in a row is that there are as many as cells."""
    text, confidence = said
    return confidence if len(_NOT_HAN.sub("", text)) == len(cells) else 0.0


def _inside(ink: Plane, frame: Frame) -> Plane:
    """Return what stands within a square frame, upright, as ink on paper."""
    side = 2 * _CELL_PX
    goal = np.array([[0, 0], [side, 0], [side, side], [0, side]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(frame.corners, goal)
    flat = np.asarray(cv2.warpPerspective(ink, matrix, (side, side), flags=cv2.INTER_CUBIC))
    inset = round(_FRAME * side)
    inner = flat[inset:-inset, inset:-inset]
    full = max(0.1, float(np.quantile(inner, 0.95)))
    inner = np.clip(inner / full, 0, 1).astype(np.float32)
    if float(inner.mean()) > _WHITE:
        inner = 1 - inner
    return np.asarray(cv2.resize(inner, (side, side), interpolation=cv2.INTER_CUBIC))


def _in_a_row(inside: Plane, cells: tuple[tuple[float, float, float, float], ...]) -> Plane:
    """Return the letters of these cells side by side."""
    side = inside.shape[0]
    row = np.zeros((_LETTER_PX + 8, (_LETTER_PX + 6) * len(cells) + 6), np.float32)
    for index, (left, top, wide, high) in enumerate(cells):
        cell = inside[
            round(top * side) : round((top + high) * side),
            round(left * side) : round((left + wide) * side),
        ]
        letter = cv2.resize(_bare(cell), (_LETTER_PX, _LETTER_PX), interpolation=cv2.INTER_AREA)
        start = 6 + index * (_LETTER_PX + 6)
        row[4 : 4 + _LETTER_PX, start : start + _LETTER_PX] = letter
    return row


def _bare(cell: Plane) -> Plane:
    """Return a cell without the paper around its letter."""
    inked = cell > 0.4  # noqa: PLR2004 - of full ink
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if rows.size < 4 or columns.size < 4:  # noqa: PLR2004 - specks
        return cell
    return cell[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _upright(ink: Plane, rim: Rim, turn: float) -> Plane:
    """Return the seal turned upright, its larger axis filling the square."""
    scale = _SIDE_PX / 2 / max(rim.across, rim.down)
    matrix = cv2.getRotationMatrix2D((rim.x, rim.y), math.degrees(turn), scale)
    matrix[:, 2] += (_SIDE_PX / 2 - rim.x, _SIDE_PX / 2 - rim.y)
    size = (_SIDE_PX, _SIDE_PX)
    return np.asarray(cv2.warpAffine(ink, matrix, size, flags=cv2.INTER_CUBIC), dtype=np.float32)


def _rows(upright: Plane, *, oval: bool) -> Iterator[Pixels]:
    """Yield the rows of ink inside a seal that are as high as letters, and the usual places."""
    half = _SIDE_PX / 2
    ys, xs = np.mgrid[0:_SIDE_PX, 0:_SIDE_PX].astype(np.float32)
    reach = (_OVAL_REACH if oval else _REACH) * half
    inner = upright.copy()
    if not oval:
        inner[np.hypot(xs - half, ys - half) > _WITHIN * half] = 0.0
    level = max(0.12, 0.35 * float(np.quantile(upright, 0.98)))
    top, bottom = (round(half + share * half) for share in (_OVAL_ZONE if oval else _ZONE))
    core = inner[top:bottom, round(half - _CORE * half) : round(half + _CORE * half)]
    filled = np.count_nonzero(core > level, axis=1) > _FILLED * core.shape[1]
    spans = [(start + top, end + top) for start, end in _runs(np.asarray(filled), joined=4)]
    spans = [one for one in spans if _LOW * half <= one[1] - one[0] <= _HIGH * half]
    for place in _OVAL_PLACES if oval else _PLACES:
        low, high = (round(half + (place + side * _TALL / 2) * half) for side in (-1, 1))
        if not any(start < (low + high) / 2 < end for start, end in spans):
            spans.append((low, high))
    left, right = round(half - reach), round(half + reach)
    for start, end in spans[:_MOST_ROWS]:
        taken = inner[max(0, start - _MARGIN_PX) : end + _MARGIN_PX, left:right]
        columns = np.asarray((taken[_MARGIN_PX:-_MARGIN_PX] > level).any(axis=0))
        # Letters of the rim may reach into the zone, but stand apart from the line.
        run = _around_middle(columns, joined=round(0.9 * (end - start)))
        if run is not None and run[1] - run[0] >= end - start:
            yield printed(taken[:, max(0, run[0] - _MARGIN_PX) : run[1] + _MARGIN_PX])


def _around_middle(
    filled: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], *, joined: int
) -> tuple[int, int] | None:
    """Return the run of columns that holds the middle, or the one nearest to it."""
    runs = _runs(filled, joined=joined)
    middle = filled.size / 2
    return min(runs, key=lambda run: max(run[0] - middle, middle - run[1]), default=None)


def _runs(
    filled: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], *, joined: int
) -> list[tuple[int, int]]:
    """Return where runs begin and end, half-open, gaps of up to `joined` included."""
    mask = filled.astype(np.uint8).reshape(-1, 1)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((joined + 1, 1), np.uint8)).ravel()
    ends = np.flatnonzero(np.diff(np.concatenate([[0], mask, [0]]).astype(np.int8)))
    return list(zip(ends[::2].tolist(), ends[1::2].tolist(), strict=True))


def printed(ink: Plane) -> Pixels:
    """Return ink as dark print on white paper, with full contrast."""
    full = max(0.15, float(np.quantile(ink, 0.97)))
    grey = (255 * (1 - np.clip(ink / full, 0, 1))).astype(np.uint8)
    return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))
