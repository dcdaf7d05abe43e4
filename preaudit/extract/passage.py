"""Texts to search in, each character of which knows its place on the page.

A `Passage` is a cell, a column of lines or a few lines below one another, read as one folded text
without blanks. Every span of it leads back to boxes, to what was printed and to how sure the reader
was, so a value never loses its evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from preaudit.document import Cell, Line, Origin
from preaudit.folding import BLANKS, fold
from preaudit.geometry import Box

_WIDE_GAP: Final = 0.9
"""A blank wider than this many characters separates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One printed character: which line it stands on, and where in it."""

    line: Line
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text to search in; `text[i]` stands at `spots[i]`."""

    text: str
    """Folded, without blanks."""
    spots: tuple[Spot, ...]
    gaps: frozenset[int]
    """Positions with a wide blank before them."""
    rows: frozenset[int]
    """Positions that begin a printed row."""
    stops: frozenset[int]
    """Those rows that begin a new paragraph or entry."""
    cell: Cell | None = None

    def printed(self, start: int, end: int) -> str:
        """Return the characters as printed, without blanks."""
        return "".join(spot.line.text[spot.index] for spot in self.spots[start:end])

    def quote(self, start: int, end: int) -> str:
        """Return the characters as printed, with the blanks inside a row; rows joined."""
        parts: list[str] = []
        for line, first, last in self._stretches(start, end):
            parts.append(line.text[first : last + 1])
        return "".join(parts)

    def box(self, start: int, end: int) -> Box:
        """Return the smallest upright box around a span, on the page where it begins."""
        boxes = [line.part(first, last + 1) for line, first, last in self._stretches(start, end)]
        whole = boxes[0]
        for box in boxes[1:]:
            if box.page == whole.page:
                whole = whole.union(box)
        return whole

    def confidence(self, start: int, end: int) -> float:
        """Return how sure the reader was of a span: the least sure of its lines."""
        return min((line.confidence for line, _, _ in self._stretches(start, end)), default=1.0)

    def sureness(self, start: int, end: int) -> float:
        """Return how sure the reader was of the least sure character of a span."""
        return min(
            (line.least_sure(first, last + 1) for line, first, last in self._stretches(start, end)),
            default=1.0,
        )

    def origin(self, start: int) -> Origin:
        """Return where the text at a position came from."""
        return self.spots[start].line.origin

    def _stretches(self, start: int, end: int) -> list[tuple[Line, int, int]]:
        found: list[tuple[Line, int, int]] = []
        for spot in self.spots[start:end]:
            if found and found[-1][0] is spot.line:
                found[-1] = (spot.line, found[-1][1], spot.index)
            else:
                found.append((spot.line, spot.index, spot.index))
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class Piece:
    """A stretch of a line without a very wide blank: what stands alone on its row.

    Without slots: its box and text are asked for often and kept once made.
    """

    line: Line
    start: int
    end: int
    aspect: float
    """Height over width of the page, to compare across with down."""
    rest: tuple[Piece, ...] = ()
    """What goes on with it on the same row though the reader gave it as other lines."""

    @cached_property
    def box(self) -> Box:
        """Where it stands."""
        whole = self.line.part(self.start, self.end)
        for piece in self.rest:
            whole = whole.union(piece.box)
        return whole

    @cached_property
    def em(self) -> float:
        """The width of one character, as a share of the page width."""
        return self.line.box.height * self.aspect * 0.8

    @cached_property
    def text(self) -> str:
        """Folded, without blanks."""
        own = "".join(c for c in fold(self.line.text[self.start : self.end]) if c not in BLANKS)
        return own + "".join(piece.text for piece in self.rest)

    @cached_property
    def value_starts(self) -> tuple[float, ...]:
        """Left edges of what stands behind a colon or a wide blank: where a value begins."""
        found: list[float] = []
        before: str = ""
        right = 0.0
        for part in (self, *self.rest):
            for index in range(part.start, part.end):
                char = fold(part.line.text[index])
                if char in BLANKS:
                    continue
                left = part.line.edges[index]
                if before == ":" or (before and left - right > _WIDE_GAP * self.em):
                    found.append(left)
                before, right = char, part.line.edges[index + 1]
        return tuple(found)

    def left_of(self, count: int) -> float | None:
        """Return where the text behind the first `count` characters begins; None at either end."""
        solid = [i for i in range(self.start, self.end) if self.line.text[i] not in BLANKS]
        return self.line.edges[solid[count]] if 0 < count < len(solid) else None

    def parted(self, count: int) -> tuple[Piece, Piece]:
        """Return the first `count` characters of the text, and the rest, each as a piece.

        Args:
            count: More than none of the characters, and not all of them.
        """
        head: list[Piece] = []
        tail: list[Piece] = []
        for part in (replace(self, rest=()), *self.rest):
            solid = [i for i in range(part.start, part.end) if part.line.text[i] not in BLANKS]
            if count <= 0:
                tail.append(part)
            elif count >= len(solid):
                head.append(part)
            else:
                head.append(replace(part, end=solid[count]))
                tail.append(replace(part, start=solid[count]))
            count -= len(solid)
        return replace(head[0], rest=tuple(head[1:])), replace(tail[0], rest=tuple(tail[1:]))

    def with_next(self, piece: Piece) -> Piece:
        """Return this piece with another that goes on with it on the same row."""
        return replace(self, rest=(*self.rest, piece))


def join(
    pieces: Sequence[Piece], *, cell: Cell | None = None, stops: frozenset[int] = frozenset()
) -> Passage:
    """Return pieces, in the order given, as one passage.

    Args:
        pieces: What to join.
        cell: The table cell that holds them.
        stops: Indexes of pieces that begin a new paragraph or entry.
    """
    text: list[str] = []
    spots: list[Spot] = []
    gaps: set[int] = set()
    rows: set[int] = set()
    starts: set[int] = set()
    last: Piece | None = None
    for number, piece in enumerate(pieces):
        begins = len(text)
        new_row = (
            last is None or piece.box.centre[1] > last.box.bottom or piece.box.page != last.box.page
        )
        if new_row:
            rows.add(begins)
        elif last is not None and piece.box.left - last.box.right > _WIDE_GAP * piece.em:
            gaps.add(begins)
        if number in stops:
            starts.add(begins)
        _add(piece, text, spots, gaps)
        last = piece
    return Passage(
        text="".join(text),
        spots=tuple(spots),
        gaps=frozenset(gaps),
        rows=frozenset(rows),
        stops=frozenset(starts),
        cell=cell,
    )


def _add(piece: Piece, text: list[str], spots: list[Spot], gaps: set[int]) -> None:
    before: float | None = None
    for part in (piece, *piece.rest):
        before = _add_part(part, before, text, spots, gaps)


def _add_part(
    piece: Piece, before: float | None, text: list[str], spots: list[Spot], gaps: set[int]
) -> float | None:
    folded = fold(piece.line.text)
    for index in range(piece.start, piece.end):
        if folded[index] in BLANKS:
            continue
        left, right = piece.line.edges[index], piece.line.edges[index + 1]
        if before is not None and left - before > _WIDE_GAP * piece.em:
            gaps.add(len(text))
        text.append(folded[index])
        spots.append(Spot(line=piece.line, index=index))
        before = right
    return before
