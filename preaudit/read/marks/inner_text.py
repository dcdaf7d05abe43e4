"""Reading what stands inside a seal: the line below the star, the name on a square one."""

from __future__ import annotations

import math
import re

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
_BELOW = (0.2, 0.7, 0.72)
"""Where the line may stand in a round seal: from and to below the middle, and how far to either
side, as shares of the larger semi-axis."""
_MIDDLE = (-0.3, 0.62, 0.6)
"""The same for a seal without a star."""
_OVAL_ZONE = (-0.22, 0.34, 0.68)
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


def read_centre(ink: Plane, rim: Rim, turn: float, recognise: Recognise) -> str:
    """Return the line inside a round or oval seal; empty when there is none or it is not sure.

    Args:
        ink: The seal's own ink.
        rim: Its rim on that plane.
        turn: Radians by which the seal is turned, clockwise.
        recognise: Reads lines.
    """
    oval = rim.across > 1.18 * rim.down
    upright = _upright(ink, rim, rim.turn if oval else turn)
    best = ("", 0.0)
    for zone in (_OVAL_ZONE,) if oval else (_BELOW, _MIDDLE):
        line = _line(upright, zone)
        if line is None:
            continue
        ((text, confidence),) = recognise([line])
        text = _LETTERS.sub("", text)
        if _SHORTEST <= len(text.strip("（）()")) <= _LONGEST and confidence > best[1]:
            best = (text, confidence)
        if best[1] >= _SURE:
            return best[0]
    return ""


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


def _line(upright: Plane, zone: tuple[float, float, float]) -> Pixels | None:
    """Return the tallest row of ink within a zone, if it is the height of letters."""
    half = _SIDE_PX / 2
    top, bottom, reach = (round(share * half) for share in zone)
    left = round(half) - reach
    part = upright[round(half) + top : round(half) + bottom, left : round(half) + reach].copy()
    ys, xs = np.mgrid[0 : part.shape[0], 0 : part.shape[1]].astype(np.float32)
    if zone is not _OVAL_ZONE:
        part[np.hypot(xs + left - half, ys + top) > _WITHIN * half] = 0.0
    level = max(0.12, 0.35 * float(np.quantile(upright, 0.98)))
    rows = np.count_nonzero(part > level, axis=1)
    span = _longest(rows > 0.04 * _SIDE_PX, joined=4)
    if span is None or not 0.06 * _SIDE_PX <= span[1] - span[0] <= 0.24 * _SIDE_PX:
        return None
    margin = 4
    taken = part[max(0, span[0] - margin) : span[1] + margin]
    columns = np.asarray((taken > level).any(axis=0))
    # Letters of the rim may reach into the zone, but stand apart from the line.
    run = _around_middle(columns, joined=round(0.9 * (span[1] - span[0])))
    return printed(taken[:, max(0, run[0] - margin) : run[1] + margin]) if run else None


def _around_middle(
    filled: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], *, joined: int
) -> tuple[int, int] | None:
    """Return the run of columns that holds the middle, or the one nearest to it."""
    runs = _runs(filled, joined=joined)
    middle = filled.size / 2
    return min(runs, key=lambda run: max(run[0] - middle, middle - run[1]), default=None)


def _longest(
    filled: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], *, joined: int
) -> tuple[int, int] | None:
    """Return the longest run of rows, gaps of up to `joined` rows included."""
    return max(_runs(filled, joined=joined), key=lambda run: run[1] - run[0], default=None)


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
