"""Which letters of a seal can be told on the page that arrives, measured on its pixels.

Seals come faint, with gaps, swollen, under signatures and under other seals, and channels blur and
bleach them: what nobody can read is no fault of a reader. A letter's likeness is the correlation of
its place on the page that arrives with the letter as it was engraved, whatever was done to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from corpus.seal_art import Design, Engraved, engrave, letters

Point = tuple[float, float]

LIKE = {"owner": 0.6, "centre": 0.6, "code": 0.72}
"""Likeness from which on a letter, or a digit, can be told from others, by looking at hundreds."""
LEAST_INK = 16
"""Grey levels between ink and paper below which nothing can be told."""
LEAST_PX = {"owner": 9.0, "centre": 9.0, "code": 7.0}
"""Height in pixels below which no letter, and no digit, can be told."""
_SIDE = 24
"""Letters are compared at this many pixels a side."""
_FINE = 4
_SLACK = 2
"""Pixels of the comparison by which a letter may be off its place."""
_SOFT = 0.8
_ROOM = 1.12
"""Side of what is compared over that of the letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter of a seal as it was engraved, and where it came down."""

    what: str
    """`owner`, `centre` or `code`."""
    quad: tuple[Point, ...]
    """Corners, clockwise from its upper left: points of the page, later shares of it."""
    engraved: bytes
    """`_SIDE` x `_SIDE` pixels."""


def pressed_letters(
    design: Design, turn_degrees: float, rect: tuple[float, float, float, float], scale: float
) -> tuple[Letter, ...]:
    """Return the letters of a round or oval seal on the page; of others none.

    Args:
        design: What the seal bears.
        turn_degrees: By which it was turned, anticlockwise.
        rect: Where its whole picture lies on the page.
        scale: Points of the page to a pixel of the engraving.
    """
    placed = letters(design)
    if not placed:
        return ()
    mask = np.asarray(engrave(design), dtype=np.uint8)
    height, width = mask.shape
    x, y = (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2
    found = []
    for one in placed:
        corners = tuple(_corners(one))
        turned = [_turned(a - width / 2, b - height / 2, turn_degrees) for a, b in corners]
        found.append(
            Letter(
                what=one.what,
                quad=tuple((x + a * scale, y + b * scale) for a, b in turned),
                engraved=_patch(mask, corners).tobytes(),
            )
        )
    return tuple(found)


def unreadable(pixels: NDArray[np.uint8], marked: Sequence[Letter], what: str) -> int:
    """Return how many letters of a text cannot be told on the page that arrived.

    A text that has more than one of them is unreadable: one may be guessed or wrong.

    Args:
        pixels: The page, RGB.
        marked: The letters of a seal, their corners in shares of the page.
        what: `owner`, `centre` or `code`.
    """
    asked = [one for one in marked if one.what == what]
    return sum(
        _tall_px(pixels, one) < LEAST_PX[what] or likeness(pixels, one) < LIKE[what]
        for one in asked
    )


def unseen(pixels: NDArray[np.uint8], box: tuple[float, float, float, float]) -> bool:
    """Whether so little ink is left of a mark that nobody can see it, as where a copy bleached it.

    Args:
        pixels: The page, RGB.
        box: Where the mark is, in shares of the page.
    """
    height, width = pixels.shape[:2]
    left, top, right, bottom = (max(0.0, min(1.0, side)) for side in box)
    part = pixels[
        round(top * height) : round(bottom * height), round(left * width) : round(right * width)
    ]
    if min(part.shape[:2]) < 4:  # noqa: PLR2004 - off the page
        return True
    # Specks are no ink.
    dark = 255 - cv2.medianBlur(np.ascontiguousarray(part.min(axis=2)), 3)
    ink, paper = np.quantile(dark, (0.975, 0.5))
    return bool(ink - paper < LEAST_INK)


def likeness(pixels: NDArray[np.uint8], letter: Letter) -> float:
    """Return how like its engraving a letter is on the page: 1 at best, 0 when nothing is left.

    Both all ink and colour alone are looked at, since a person tells red from black.
    """
    height, width = pixels.shape[:2]
    corners = tuple((x * width, y * height) for x, y in letter.quad)
    engraved = np.frombuffer(letter.engraved, np.uint8).reshape(_SIDE, _SIDE)
    whole = pixels.astype(np.int16)
    left, top = (int(min(side)) - 4 for side in zip(*corners, strict=True))
    right, bottom = (int(max(side)) + 5 for side in zip(*corners, strict=True))
    if left < 0 or top < 0 or right > width or bottom > height:
        return 0.0
    part = whole[top:bottom, left:right]
    moved = tuple((x - left, y - top) for x, y in corners)
    planes = (255 - part.min(axis=2), part.max(axis=2) - part.min(axis=2))
    return max(_correlation(np.asarray(plane, np.uint8), moved, engraved) for plane in planes)


def _correlation(
    plane: NDArray[np.uint8], corners: Sequence[Point], engraved: NDArray[np.uint8]
) -> float:
    seen = cv2.GaussianBlur(_patch(plane, corners), (0, 0), _SOFT).astype(np.float32)
    goal = cv2.GaussianBlur(engraved, (0, 0), _SOFT).astype(np.float32)
    inner = goal[_SLACK:-_SLACK, _SLACK:-_SLACK]
    dark, light = np.quantile(seen, (0.95, 0.05))
    if dark - light < LEAST_INK:
        return 0.0
    return float(cv2.matchTemplate(seen, inner, cv2.TM_CCOEFF_NORMED).max())


def _tall_px(pixels: NDArray[np.uint8], letter: Letter) -> float:
    height, width = pixels.shape[:2]
    (x0, y0), _, _, (x1, y1) = letter.quad
    return math.hypot((x1 - x0) * width, (y1 - y0) * height) / _ROOM


def _corners(one: Engraved) -> Iterator[Point]:
    for across, down in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x, y = across * one.wide * _ROOM / 2, down * one.tall * _ROOM / 2
        dx, dy = _turned(x, y, one.degrees)
        yield one.x + dx, one.y + dy


def _turned(x: float, y: float, degrees: float) -> Point:
    """Return a point turned anticlockwise about the origin, as seen with y pointing down."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return x * cosine + y * sine, -x * sine + y * cosine


def _patch(plane: NDArray[np.uint8], corners: Sequence[Point]) -> NDArray[np.uint8]:
    """Return what lies between four corners, upright, at `_SIDE` pixels a side."""
    side = _SIDE * _FINE
    goal = np.array([(0, 0), (side, 0), (side, side), (0, side)], np.float32)
    matrix = cv2.getPerspectiveTransform(np.array(corners, np.float32), goal)
    flat = cv2.warpPerspective(plane, matrix, (side, side), flags=cv2.INTER_LINEAR)
    small = cv2.resize(flat, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)
