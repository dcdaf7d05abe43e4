"""Finding ticked option boxes.

A small square outline with slanted strokes in it, followed by words, is a ticked option. Some
Chinese characters are square outlines with something inside too (the enclosures, such as the one
of "country"), so a square is left alone where the embedded text has a character on that very
spot, or where the recogniser, given nothing but the square, reads one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from preaudit.document import Cell, Line, Origin
from preaudit.read.marks.squares import Square, find_squares
from preaudit.read.view import PageView, Recognise
from preaudit.sheet import Pixels

_INSIDE = 0.06
"""Share of the inside that a tick covers at least."""
_SLANTED = 0.03
"""Share of the inside that is covered by slanted strokes at least, unless the box is filled."""
_FILLED = 0.7
_BOXES = frozenset("□☐☑☒■✓✔√▢◻◽❏❑❒口囗回区図囚日曰凶V✗×")
"""What a box, ticked or not, may have been set or read as."""
_LETTER = 0.5
"""Confidence from which on a square is believed to be the character it is read as."""
_BEFORE = 0.3
_MOST_OF_IT = 0.55
_TALL = 0.55
"""Where in the place of a character a box before it has its middle, and how wide and tall it is."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_BLANKS = "□☐☑☒■✓✔√▢◻ 　:："


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A ticked option box and the option it chooses."""

    square: Square
    label: str
    confidence: float


def find_ticks(
    view: PageView, inked: NDArray[np.uint8], recognise: Recognise, *, px_per_mm: float
) -> list[Tick]:
    """Return the ticked option boxes of a page."""
    squares = [
        each
        for each in find_squares(inked, px_per_mm=px_per_mm)
        if not _letter(each, inked, view.lines)
    ]
    labels = _Labels(pixels=view.pixels, lines=view.lines, squares=tuple(squares), cells=view.cells)
    ticked = [each for each in squares if _ticked(each) and labels.follow(each)]
    ticked = _not_read_as_letters(view.pixels, ticked, recognise)
    read = labels.read(ticked, recognise)
    return [
        Tick(square=square, label=label, confidence=confidence)
        for square, (label, confidence) in zip(ticked, read, strict=True)
        if label
    ]


def _ticked(square: Square) -> bool:
    """Whether something is drawn in a box that is no part of a character."""
    return square.inside >= _FILLED or (square.inside >= _INSIDE and square.slanted >= _SLANTED)


def _not_read_as_letters(
    pixels: Pixels, squares: Sequence[Square], recognise: Recognise
) -> list[Square]:
    """Return the squares that, read on their own, are no Chinese character."""
    crops = []
    for square in squares:
        margin = max(1, round(0.15 * square.side))
        top, left = max(0, square.top - margin), max(0, square.left - margin)
        crops.append(pixels[top : square.bottom + margin, left : square.right + margin])
    answers = recognise(crops) if crops else []
    return [
        square
        for square, (text, confidence) in zip(squares, answers, strict=True)
        if confidence < _LETTER or not _HAN.search(text)
    ]


def _letter(square: Square, ink: NDArray[np.uint8], lines: Sequence[Line]) -> bool:
    """Whether the text on the square's spot says that it is a character."""
    height, width = ink.shape
    x = (square.left + square.right) / 2 / width
    y = (square.top + square.bottom) / 2 / height
    for line in lines:
        box = line.box
        if box.left <= x <= box.right and box.top <= y <= box.bottom:
            spot = next((i for i in range(len(line.text)) if line.edges[i + 1] >= x), 0)
            if line.text[spot] in _BOXES:
                return False
            return line.origin is Origin.EMBEDDED or _is_part(square, line, spot, ink)
    return False


def _is_part(square: Square, line: Line, spot: int, ink: NDArray[np.uint8]) -> bool:
    """Whether a square is a part of a character that was read there.

    A box that the recogniser passed over stands at the beginning of the next character's place.
    """
    height, width = ink.shape
    own = line.sureness[spot] if line.sureness else line.confidence
    if own < _LETTER:
        return False
    start, end = line.edges[spot] * width, line.edges[spot + 1] * width
    middle = (square.left + square.right) / 2 - start
    passed_over = (
        middle < _BEFORE * (end - start)
        and square.side < _MOST_OF_IT * (end - start)
        and square.side > _TALL * line.box.height * height
    )
    return not passed_over


@dataclass(frozen=True, slots=True, kw_only=True)
class _Labels:
    """The words to the right of boxes."""

    pixels: Pixels
    lines: tuple[Line, ...]
    squares: tuple[Square, ...]
    cells: tuple[Cell, ...]

    def follow(self, square: Square) -> bool:
        """Whether words stand right after a box."""
        return self._reach(square) is not None

    def read(self, squares: Sequence[Square], recognise: Recognise) -> list[tuple[str, float]]:
        """Return the words after each box with their confidence."""
        labels = [self._embedded(square) for square in squares]
        unread = [index for index, label in enumerate(labels) if not label]
        crops = [self._crop(squares[index]) for index in unread]
        answers = iter(recognise(crops)) if crops else iter(())
        return [(label, 1.0) if label else _trimmed(*next(answers)) for label in labels]

    def _on_row(self, square: Square) -> list[Line]:
        height, width = self.pixels.shape[:2]
        middle = (square.top + square.bottom) / 2 / height
        return [
            line
            for line in self.lines
            if line.box.top <= middle <= line.box.bottom
            and line.box.right * width > square.right + 0.3 * square.side
        ]

    def _limit(self, square: Square) -> float:
        """Return where the next box on the row begins, in pixels."""
        later = [
            other.left
            for other in self.squares
            if other.left > square.right and other.top < square.bottom and other.bottom > square.top
        ]
        return min([*later, *self._walls(square)], default=self.pixels.shape[1])

    def _walls(self, square: Square) -> list[float]:
        """Return the right side of the table cell that a box is in, in pixels."""
        height, width = self.pixels.shape[:2]
        x, y = (square.left + square.right) / 2 / width, (square.top + square.bottom) / 2 / height
        return [
            cell.box.right * width
            for cell in self.cells
            if cell.box.left <= x <= cell.box.right and cell.box.top <= y <= cell.box.bottom
        ]

    def _reach(self, square: Square) -> tuple[float, float] | None:
        """Return where the words after a box begin and end, in pixels."""
        width = self.pixels.shape[1]
        limit = self._limit(square)
        end: float = square.right
        for line in sorted(self._on_row(square), key=lambda line: line.box.left):
            if line.box.left * width < min(limit, end + 1.5 * square.side):
                end = min(limit, max(end, line.box.right * width))
        return (square.right, end) if end > square.right + 0.5 * square.side else None

    def _embedded(self, square: Square) -> str:
        """Return the embedded characters right of a box, up to the next box."""
        reach, width = self._reach(square), self.pixels.shape[1]
        if reach is None:
            return ""
        rows = [line for line in self._on_row(square) if line.origin is Origin.EMBEDDED]
        words = ""
        for line in sorted(rows, key=lambda line: line.box.left):
            for index, letter in enumerate(line.text):
                middle = (line.edges[index] + line.edges[index + 1]) / 2 * width
                words += letter if reach[0] <= middle <= reach[1] else ""
        return words.strip(_BLANKS)

    def _crop(self, square: Square) -> Pixels:
        left, right = self._reach(square) or (square.right, square.right + 1)
        margin = round(0.25 * square.side)
        top = max(0, square.top - margin)
        return self.pixels[
            top : square.bottom + margin, round(left) + 2 : max(round(right), round(left) + 6)
        ]


def _trimmed(text: str, confidence: float) -> tuple[str, float]:
    """Return a label without what belongs to boxes."""
    return text.strip(_BLANKS), confidence
