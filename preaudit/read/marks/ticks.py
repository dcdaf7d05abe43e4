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
from preaudit.read.marks.squares import SIDE_MM, Square, find_squares
from preaudit.read.view import PageView, Recognise
from preaudit.sheet import Pixels

_INSIDE = 0.06
"""Share of the inside that a tick covers at least."""
_SLANTED = 0.03
"""Share of the inside that is covered by slanted strokes at least, unless the box is filled."""
_FILLED = 0.7
_BOXES = frozenset("□☐☑☒■✓✔√▢◻◽❏❑❒口囗回区図囚日曰凶V✗×")
"""What a box, ticked or not, may have been set or read as."""
_BOXES_SET = frozenset("□☐☑☒■▢◻◽❏❑❒√✓✔")
_PICTURE = 0.04
"""Of the page: a picture larger than a seal may show anything."""
_LOOSE = (0.8, 1.2)
_LETTER = 0.5
"""Confidence from which on a square is believed to be the character it is read as."""
_COARSER = 4
"""Pixels of the page to one of the map of characters."""
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
    height, width = inked.shape
    reach_px = 2.5 * SIDE_MM[1] * px_per_mm
    letters = _Letters(view.lines, size_px=(width, height), reach_px=reach_px)
    squares = find_squares(inked, px_per_mm=px_per_mm, known=letters.hold)
    labels = _Labels(pixels=view.pixels, lines=view.lines, squares=tuple(squares), cells=view.cells)
    ticked = [each for each in squares if _ticked(each) and labels.follow(each)]
    ticked = _not_read_as_letters(view.pixels, ticked, recognise)
    read = labels.read(ticked, recognise)
    return [
        Tick(square=square, label=label, confidence=confidence)
        for square, (label, confidence) in zip(ticked, read, strict=True)
        if label
    ]


def may_have_boxes(view: PageView) -> bool:
    """Whether option boxes may stand on a page: on a drawn one they are drawn, set or pasted."""
    sheet = view.sheet
    if view.scanned or any(box.area > _PICTURE for box in sheet.images):
        return True
    low, high = SIDE_MM
    return any(
        low * _LOOSE[0] <= side <= high * _LOOSE[1]
        for ruling in sheet.rulings
        for side in (ruling.box.width * sheet.width_mm, ruling.box.height * sheet.height_mm)
    ) or any(not _BOXES_SET.isdisjoint(line.text) for line in view.lines)


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


class _Letters:
    """Where characters were read, so that squares which are parts of them are passed by."""

    def __init__(self, lines: Sequence[Line], *, size_px: tuple[int, int], reach_px: float) -> None:
        """Take the lines of a page.

        Args:
            lines: What was read.
            size_px: Width and height of the page.
            reach_px: How far before a line its option box may have its middle.
        """
        width, height = size_px
        size = (height // _COARSER + 1, width // _COARSER + 1)
        self._start = np.zeros(size, np.float32)
        self._end = np.zeros(size, np.float32)
        self._tall = np.zeros(size, np.float32)
        self._near = np.zeros(size, np.bool_)
        for line in reversed(lines):
            top, bottom = line.box.top * height, line.box.bottom * height
            rows = slice(round(top / _COARSER), round(bottom / _COARSER) + 1)
            ahead = max(0, round((line.box.left * width - reach_px) / _COARSER) - 1)
            self._near[rows, ahead : round(line.box.right * width / _COARSER) + 1] = True
            for index, letter in enumerate(line.text):
                own = line.sureness[index] if line.sureness else line.confidence
                start, end = line.edges[index] * width, line.edges[index + 1] * width
                columns = slice(round(start / _COARSER), round(end / _COARSER) + 1)
                if letter in _BOXES or own < _LETTER:
                    start = end = 0.0
                elif line.origin is Origin.EMBEDDED:
                    # Drawn text passes over no box.
                    start, end = -2e6, 1e6
                self._start[rows, columns], self._end[rows, columns] = start, end
                self._tall[rows, columns] = bottom - top

    def hold(self, lefts: NDArray[np.intp], tops: NDArray[np.intp], side: int) -> NDArray[np.bool_]:
        """Return which squares are parts of characters that were read there, or on no line's row.

        A box that the recogniser passed over stands at the beginning of the next character's place.
        """
        x = lefts + side / 2
        spot = (tops + side // 2) // _COARSER, x.astype(np.intp) // _COARSER
        start, wide = self._start[spot], self._end[spot] - self._start[spot]
        passed_over = (
            (x - start < _BEFORE * wide)
            & (side < _MOST_OF_IT * wide)
            & (side > _TALL * self._tall[spot])
        )
        return np.asarray(((wide > 0) & ~passed_over) | ~self._near[spot])


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
