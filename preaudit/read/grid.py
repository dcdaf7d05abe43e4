"""Ruled tables: from strokes to cells with rows, columns and spans.

Strokes that meet belong to one table. All their positions divide the table into elementary cells;
where no stroke lies between two elementary cells, they are one cell (so merged cells need no rule
of their own). An elementary cell at the rim that no stroke closes is open: it is outside. Tables
drawn without a left or right border are closed where their level strokes end together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from preaudit.read.strokes import Stroke, Strokes

_COVERED: Final = 0.6
"""Share of a side that has to be drawn for the side to be closed."""
_WORN: Final = 0.8
"""Share of a border that is left of it when pieces of it are taken for one."""
_CROSSINGS: Final = 2
"""A stroke that meets more than so many is a border wherever it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One cell of a table, in the units of the strokes it was made of."""

    table: int
    row: int
    column: int
    row_span: int
    column_span: int
    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        """Width times height."""
        return (self.right - self.left) * (self.bottom - self.top)

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies inside."""
        return self.left <= x < self.right and self.top <= y < self.bottom


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Strokes that meet, and where they divide the table."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    level: tuple[Stroke, ...]
    upright: tuple[Stroke, ...]


def slots(strokes: Strokes, *, snap: float, least: float) -> tuple[Slot, ...]:
    """Return the cells of all tables, table by table from the top, in reading order.

    Args:
        strokes: The rulings of a page.
        snap: How far apart two strokes may be and still be one, or touch.
        least: A cell narrower or lower than this is a double line or a tick box.
    """
    found: list[Slot] = []
    tables = sorted(_tables(strokes, snap, least), key=lambda one: (one.rows[0], one.columns[0]))
    number = 0
    for table in tables:
        cells = [
            slot
            for slot in _slots(table, number, snap)
            if min(slot.right - slot.left, slot.bottom - slot.top) >= least
        ]
        if len(cells) > 1:  # a lone frame around something is not a table
            found.extend(sorted(_counted(cells), key=lambda slot: (slot.row, slot.column)))
            number += 1
    return tuple(found)


def _counted(cells: Sequence[Slot]) -> list[Slot]:
    """Return cells with rows and columns counted by the borders that cells have.

    A stray stroke inside a cell divides nothing, so it must not count as a row either.
    """
    rows = sorted({at for one in cells for at in (one.row, one.row + one.row_span)})
    columns = sorted({at for one in cells for at in (one.column, one.column + one.column_span)})
    down = {at: index for index, at in enumerate(rows)}
    across = {at: index for index, at in enumerate(columns)}
    return [
        replace(
            one,
            row=down[one.row],
            column=across[one.column],
            row_span=down[one.row + one.row_span] - down[one.row],
            column_span=across[one.column + one.column_span] - across[one.column],
        )
        for one in cells
    ]


def crossing(strokes: Strokes, *, snap: float) -> Strokes:
    """Return the strokes that meet two of the other direction: borders, not parts of characters."""

    def met(one: Stroke, others: Sequence[Stroke]) -> bool:
        return sum(_meets(one, other, snap) for other in others) > 1

    upright = tuple(one for one in strokes.upright if met(one, strokes.level))
    level = tuple(one for one in strokes.level if met(one, upright))
    return Strokes(level=level, upright=upright)


def _meets(one: Stroke, other: Stroke, snap: float) -> bool:
    """Whether two strokes of different directions touch or cross."""
    return (
        one.start - snap <= other.at <= one.end + snap
        and other.start - snap <= one.at <= other.end + snap
    )


def _tables(strokes: Strokes, snap: float, least: float) -> Iterator[_Table]:
    level = [one for one in strokes.level if one.length >= least]
    upright = [one for one in strokes.upright if one.length >= least]
    for some, others in _groups(level, upright, snap):
        levels, uprights = _borders(some, others, snap)
        if not (levels and uprights):
            continue
        rows = _positions([one.at for one in levels], snap)
        columns = _positions([one.at for one in uprights], snap)
        columns = _with_open_sides(columns, levels, snap)
        if len(rows) > 1 and len(columns) > 1:
            yield _Table(columns=columns, rows=rows, level=tuple(levels), upright=tuple(uprights))


def _borders(
    level: Sequence[Stroke], upright: Sequence[Stroke], snap: float
) -> tuple[list[Stroke], list[Stroke]]:
    """Return the strokes that divide a table; what runs out inside a cell is part of its text.

    A piece of a broken border runs out too, but it lies in line with a piece that does not.
    """
    uprights = [one for one in upright if _parting(one, upright, level, snap)]
    anchored = [
        one
        for one in level
        if sum(_meets(one, other, snap) for other in uprights) > _CROSSINGS
        or all(_anchored(end, one, level, uprights, snap) for end in (one.start, one.end))
    ]
    return [one for one in level if _in_line(one, anchored, snap)], uprights


def _parting(
    stroke: Stroke, upright: Sequence[Stroke], level: Sequence[Stroke], snap: float
) -> bool:
    """Whether an upright stroke, with the pieces in line with it, goes from one rule to another."""
    pieces = [one for one in upright if _in_line(one, (stroke,), snap)]
    span = max(one.end for one in pieces) - min(one.start for one in pieces)
    if len(pieces) > 1 and sum(one.length for one in pieces) < _WORN * span:
        own = [one for one in pieces if sum(_meets(one, other, snap) for other in level) > 1]
        return bool(own)
    return sum(any(_meets(one, other, snap) for one in pieces) for other in level) > 1


def _in_line(stroke: Stroke, others: Sequence[Stroke], snap: float) -> bool:
    return any(abs(stroke.at - other.at) <= snap / 2 for other in others)


def _anchored(
    end: float, stroke: Stroke, level: Sequence[Stroke], upright: Sequence[Stroke], snap: float
) -> bool:
    """Whether a level stroke ends at an upright one, or where another level one ends."""
    near = 1.5 * snap
    if any(abs(one.at - end) <= near and _meets(one, stroke, near) for one in upright):
        return True
    ends = (side for one in level if one is not stroke for side in (one.start, one.end))
    return any(abs(side - end) <= near for side in ends)


def _groups(
    level: Sequence[Stroke], upright: Sequence[Stroke], snap: float
) -> Iterator[tuple[list[Stroke], list[Stroke]]]:
    """Yield strokes that meet, directly or through others."""
    leaders = list(range(len(level) + len(upright)))
    for j, down in enumerate(upright):
        for i in _met_by(down, level, snap):
            _join(leaders, i, len(level) + j)
    members: dict[int, tuple[list[Stroke], list[Stroke]]] = {}
    for i, across in enumerate(level):
        members.setdefault(_leader(leaders, i), ([], []))[0].append(across)
    for j, down in enumerate(upright):
        members.setdefault(_leader(leaders, len(level) + j), ([], []))[1].append(down)
    return (group for group in members.values() if all(group))


def _met_by(down: Stroke, level: Sequence[Stroke], snap: float) -> list[int]:
    """Return which level strokes an upright one meets; past its end at one lies another table."""
    near = [i for i, across in enumerate(level) if _meets(across, down, snap)]
    after = min((abs(level[i].at - down.end) for i in near), default=0.0)
    before = min((abs(level[i].at - down.start) for i in near), default=0.0)
    low, high = down.start - before - snap / 4, down.end + after + snap / 4
    return [i for i in near if low <= level[i].at <= high]


def _positions(values: Sequence[float], snap: float) -> tuple[float, ...]:
    """Return the middles of runs of values that lie within `snap` of the one before."""
    ordered = sorted(values)
    runs = [[ordered[0]]]
    for before, value in pairwise(ordered):
        if value - before <= snap:
            runs[-1].append(value)
        else:
            runs.append([value])
    return tuple(sum(run) / len(run) for run in runs)


def _with_open_sides(
    columns: tuple[float, ...], levels: Sequence[Stroke], snap: float
) -> tuple[float, ...]:
    """Return columns with the sides added at which at least three level strokes end together."""
    starts = _positions([one.start for one in levels], snap)
    ends = _positions([one.end for one in levels], snap)
    left = [at for at in starts if _ending(at, [one.start for one in levels], snap)]
    right = [at for at in ends if _ending(at, [one.end for one in levels], snap)]
    if left and left[0] < columns[0] - 2 * snap:
        columns = (left[0], *columns)
    if right and right[-1] > columns[-1] + 2 * snap:
        columns = (*columns, right[-1])
    return columns


def _ending(at: float, ends: Sequence[float], snap: float) -> bool:
    return sum(abs(end - at) <= snap for end in ends) >= 3  # noqa: PLR2004 - top, bottom, between


def _slots(table: _Table, number: int, snap: float) -> Iterator[Slot]:
    """Yield the closed cells of one table."""
    rows, columns = len(table.rows) - 1, len(table.columns) - 1
    outside = rows * columns
    leaders = list(range(outside + 1))
    for row in range(rows):
        for column in range(-1, columns):
            if not _right_closed(table, row, column, snap):
                left = row * columns + column if column >= 0 else outside
                right = row * columns + column + 1 if column + 1 < columns else outside
                _join(leaders, left, right)
    for row in range(-1, rows):
        for column in range(columns):
            if not _bottom_closed(table, row, column, snap):
                over = row * columns + column if row >= 0 else outside
                under = (row + 1) * columns + column if row + 1 < rows else outside
                _join(leaders, over, under)
    regions: dict[int, set[tuple[int, int]]] = {}
    for here in range(outside):
        regions.setdefault(_leader(leaders, here), set()).add(divmod(here, columns))
    regions.pop(_leader(leaders, outside), None)
    for region in regions.values():
        yield from _rectangles(table, number, region)


def _right_closed(table: _Table, row: int, column: int, snap: float) -> bool:
    """Whether the right side of an elementary cell is drawn, or is the table's open side."""
    at, top, bottom = table.columns[column + 1], table.rows[row], table.rows[row + 1]
    if _drawn(table.upright, at, top, bottom, snap):
        return True
    if 0 <= column < len(table.columns) - 2:
        return False
    return _reached(table.level, at, top, snap) and _reached(table.level, at, bottom, snap)


def _bottom_closed(table: _Table, row: int, column: int, snap: float) -> bool:
    at, left, right = table.rows[row + 1], table.columns[column], table.columns[column + 1]
    return _drawn(table.level, at, left, right, snap)


def _drawn(strokes: Sequence[Stroke], at: float, low: float, high: float, snap: float) -> bool:
    """Whether strokes at this position cover most of low..high."""
    inset = min(snap, (high - low) / 4)
    spans = sorted(
        (max(one.start, low + inset), min(one.end, high - inset))
        for one in strokes
        if abs(one.at - at) <= 1.5 * snap and one.covers(low + inset, high - inset) > 0
    )
    covered, reached = 0.0, low
    for start, end in spans:
        covered += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return covered >= _COVERED * (high - low - 2 * inset)


def _reached(level: Sequence[Stroke], x: float, y: float, snap: float) -> bool:
    """Whether a level stroke at y begins or ends at x."""
    return any(
        abs(one.at - y) <= snap and min(abs(one.start - x), abs(one.end - x)) <= 1.5 * snap
        for one in level
    )


def _rectangles(table: _Table, number: int, region: set[tuple[int, int]]) -> Iterator[Slot]:
    """Yield a region as rectangles; a missing stroke can leave it in another shape."""
    left = set(region)
    while left:
        row, column = min(left)
        right = column
        while (row, right + 1) in left:
            right += 1
        bottom = row
        while all((bottom + 1, one) in left for one in range(column, right + 1)):
            bottom += 1
        left -= {(r, c) for r in range(row, bottom + 1) for c in range(column, right + 1)}
        yield Slot(
            table=number,
            row=row,
            column=column,
            row_span=bottom - row + 1,
            column_span=right - column + 1,
            left=table.columns[column],
            top=table.rows[row],
            right=table.columns[right + 1],
            bottom=table.rows[bottom + 1],
        )


def _leader(leaders: list[int], index: int) -> int:
    while leaders[index] != index:
        leaders[index] = leaders[leaders[index]]
        index = leaders[index]
    return index


def _join(leaders: list[int], one: int, other: int) -> None:
    leaders[_leader(leaders, one)] = _leader(leaders, other)
