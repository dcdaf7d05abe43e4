"""The order in which a page is read: rows from the top, left to right; a cell is read as one."""

from __future__ import annotations

from collections.abc import Sequence

from preaudit.document import Cell, Line
from preaudit.geometry import Box


def rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Return lines grouped by what stands beside what, top to bottom, each row left to right."""
    grouped: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: (one.box.centre[1], one.box.left)):
        if grouped and _in_row(grouped[-1], line):
            grouped[-1].append(line)
        else:
            grouped.append([line])
    return [sorted(row, key=lambda one: one.box.left) for row in grouped]


def ordered(lines: Sequence[Line], cells: Sequence[Cell]) -> tuple[Line, ...]:
    """Return the lines in reading order.

    Args:
        lines: All lines of the page.
        cells: Its cells; they hold some of the lines.
    """
    in_cells = {id(line) for cell in cells for line in cell.lines}
    blocks: list[tuple[float, float, list[Line]]] = [
        (row[0].box.centre[1], row[0].box.left, row)
        for row in rows([line for line in lines if id(line) not in in_cells])
    ]
    tables = sorted({cell.table for cell in cells})
    for table in tables:
        own = sorted(
            (cell for cell in cells if cell.table == table), key=lambda one: (one.row, one.column)
        )
        said = [line for cell in own for line in cell.lines]
        top = min(cell.box.top for cell in own)
        blocks.append((top, min(cell.box.left for cell in own), said))
    blocks.sort(key=lambda block: block[:2])
    return tuple(line for _, _, said in blocks for line in said)


def _in_row(row: Sequence[Line], line: Line) -> bool:
    """Whether a line stands beside those of a row, and over or under none of them."""
    apart = all(
        min(one.box.right, line.box.right) - max(one.box.left, line.box.left)
        < 0.3 * min(one.box.width, line.box.width)
        for one in row
    )
    return apart and any(_beside(one.box, line.box) for one in row)


def _beside(one: Box, other: Box) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > 0.5 * min(one.height, other.height)
