"""Codes written one character to a box, given back as one line of text.

Forms that are filled in by hand have a row of small boxes for a credit code, an identity number or
an account. Each box is read as a cell, or a line, of a single character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from preaudit.document import Cell, Line, Page

_LEAST: Final = 8
"""Fewer single characters beside one another may be the figures of a table."""
_PITCH: Final = 0.06
"""Boxes follow one another within this share of the width."""
_UNEVEN: Final = 1.6
_BOXED: Final = re.compile(r"[0-9A-Za-z]")


def unboxed(page: Page) -> Page:
    """Return a page on which each row of boxes is one line, and one cell where it was several."""
    lines, cells = list(page.lines), list(page.cells)
    for run in list(_runs_of_cells(cells)):
        line = _joined([cell.lines[0] for cell in run])
        own = {id(cell) for cell in run}
        alone = all(id(cell) in own for cell in cells if cell.table == run[0].table)
        at = next(i for i, cell in enumerate(cells) if id(cell) in own)
        cells = [cell for cell in cells if id(cell) not in own]
        if not alone:
            cells.insert(at, _merged(run, line))
        lines = _with(lines, [cell.lines[0] for cell in run], line)
    inside = {line for cell in cells for line in cell.lines}
    for free in list(_runs_of_lines([one for one in lines if one not in inside])):
        lines = _with(lines, free, _joined(free))
    if len(lines) == len(page.lines):
        return page
    return replace(page, lines=tuple(lines), cells=tuple(cells))


def _runs_of_cells(cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    """Yield cells of one row, side by side, that hold one character each."""
    boxed = [cell for cell in cells if len(cell.lines) == 1 and _single(cell.lines[0])]
    run: list[Cell] = []
    for cell in sorted(boxed, key=lambda one: (one.table, one.row, one.column)):
        last = run[-1] if run else None
        if last is not None and not (
            (cell.table, cell.row) == (last.table, last.row)
            and cell.column == last.column + last.column_span
        ):
            if len(run) >= _LEAST:
                yield run
            run = []
        run.append(cell)
    if len(run) >= _LEAST:
        yield run


def _runs_of_lines(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield single characters of one row that stand as far apart as boxes do."""
    single = sorted(
        (line for line in lines if _single(line)),
        key=lambda one: (round(one.box.centre[1], 2), one.box.left),
    )
    run: list[Line] = []
    for line in single:
        if run and not _follows(run, line):
            if len(run) >= _LEAST:
                yield run
            run = []
        run.append(line)
    if len(run) >= _LEAST:
        yield run


def _follows(run: Sequence[Line], line: Line) -> bool:
    last = run[-1]
    step = line.box.left - last.box.left
    level = abs(line.box.centre[1] - last.box.centre[1]) < 0.5 * last.box.height
    usual = (last.box.left - run[0].box.left) / (len(run) - 1) if len(run) > 1 else step
    return level and 0 < step < _PITCH and step < _UNEVEN * usual


def _single(line: Line) -> bool:
    return _BOXED.fullmatch(line.text.strip()) is not None


def _joined(parts: Sequence[Line]) -> Line:
    """Return one line; the blank behind a character belongs to it, so that nothing is cut there."""
    box = parts[0].box
    for part in parts[1:]:
        box = box.union(part.box)
    return Line(
        text="".join(part.text.strip() for part in parts),
        box=box,
        confidence=min(part.confidence for part in parts),
        origin=parts[0].origin,
        edges=(*(part.box.left for part in parts), parts[-1].box.right),
        sureness=tuple(part.least_sure(0, len(part.text)) for part in parts)
        if any(part.sureness for part in parts)
        else (),
    )


def _merged(run: Sequence[Cell], line: Line) -> Cell:
    box = run[0].box
    for cell in run[1:]:
        box = box.union(cell.box)
    span = run[-1].column + run[-1].column_span - run[0].column
    return replace(run[0], column_span=span, box=box, lines=(line,))


def _with(lines: Sequence[Line], parts: Sequence[Line], whole: Line) -> list[Line]:
    """Return lines with one in place of its parts."""
    own = set(parts)
    at = next((i for i, line in enumerate(lines) if line in own), len(lines))
    return [
        *(one for one in lines[:at] if one not in own),
        whole,
        *(one for one in lines[at:] if one not in own),
    ]
