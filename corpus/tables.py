"""Ruled tables: row heights from wrapped text, spans across and down, page breaks between rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.lines import Placed, Type, break_lines
from corpus.markup import Atom
from corpus.press import Ink, Press
from corpus.style import Style


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell before it is placed."""

    atoms: tuple[Atom, ...]
    setting: Type
    across: int = 1
    down: int = 1
    centred: bool = False
    top: bool = False
    fill: Ink | None = None
    tall: bool = False
    """Leaves room for a seal below its text."""


class Sheet(Protocol):
    """What a table needs of the page it stands on."""

    press: Press
    style: Style
    y: float

    def need(self, room: float) -> None:
        """Begin a new page unless there is that much room left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seated:
    cell: Cell
    row: int
    column: int
    lines: list[list[Placed]]
    height: float


SEAL_ROOM_PT = 44
_LINE_PITCH = 1.32


def lay_table(  # noqa: PLR0913 (a table has that many measures)
    sheet: Sheet,
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[float],
    *,
    left: float,
    row_height: float,
    rule_ink: Ink,
    pad: float,
    repeat: int = 0,
) -> None:
    """Print the table from the cursor on and move the cursor below it.

    So many rows of its head as `repeat` says are printed again on every page it runs over to.
    """
    sheet.press.tables += 1
    seated = _seat(rows, widths, pad)
    heights = _row_heights(seated, len(rows), row_height, pad)

    def lay(first: int, end: int) -> None:
        tops = [sheet.y]
        for index in range(first, end):
            tops.append(tops[-1] + heights[index])
        for item in seated:
            if first <= item.row < end:
                _print_cell(sheet, item, tops, first, widths, left=left, rule_ink=rule_ink, pad=pad)
        sheet.y = tops[-1]

    row = 0
    while row < len(rows):
        block_end = _block_end(seated, row)
        page = sheet.press.page
        sheet.need(sum(heights[row:block_end]))
        if row > repeat > 0 and sheet.press.page != page:
            lay(0, repeat)
        lay(row, block_end)
        row = block_end
    sheet.y += 6


def _seat(rows: Sequence[Sequence[Cell]], widths: Sequence[float], pad: float) -> list[_Seated]:
    taken: set[tuple[int, int]] = set()
    seated: list[_Seated] = []
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            for down in range(cell.down):
                taken.update((number + down, column + across) for across in range(cell.across))
            width = sum(widths[column : column + cell.across]) - 2 * pad
            lines = break_lines(cell.atoms, cell.setting, width)
            height = len(lines) * cell.setting.size * _LINE_PITCH + 2 * pad
            seated.append(
                _Seated(
                    cell=cell,
                    row=number,
                    column=column,
                    lines=lines,
                    height=height + (SEAL_ROOM_PT if cell.tall else 0),
                )
            )
            column += cell.across
    return seated


def _row_heights(seated: Sequence[_Seated], count: int, least: float, pad: float) -> list[float]:
    heights = [max(least, 2 * pad)] * count
    for item in sorted(seated, key=lambda one: one.cell.down):
        rows = range(item.row, min(count, item.row + item.cell.down))
        lack = item.height - sum(heights[row] for row in rows)
        if lack > 0:
            heights[rows[-1]] += lack
    return heights


def _block_end(seated: Sequence[_Seated], row: int) -> int:
    """Return the row after the rows that a cell of this row ties together."""
    end = row + 1
    while True:
        reach = max(
            (item.row + item.cell.down for item in seated if row <= item.row < end), default=end
        )
        if reach <= end:
            return end
        end = reach


def _print_cell(  # noqa: PLR0913 (likewise)
    sheet: Sheet,
    item: _Seated,
    tops: Sequence[float],
    first_row: int,
    widths: Sequence[float],
    *,
    left: float,
    rule_ink: Ink,
    pad: float,
) -> None:
    cell, setting = item.cell, item.cell.setting
    x0 = left + sum(widths[: item.column])
    x1 = x0 + sum(widths[item.column : item.column + cell.across])
    y0 = tops[item.row - first_row]
    y1 = tops[min(len(tops) - 1, item.row - first_row + cell.down)]
    if cell.fill:
        sheet.press.fill((x0, y0, x1, y1), cell.fill)
    sheet.press.box((x0, y0, x1, y1), sheet.style.grid_width, rule_ink)
    pitch = setting.size * _LINE_PITCH
    block = len(item.lines) * pitch
    y = y0 + pad if cell.top or cell.tall else (y0 + y1 - block) / 2
    first = len(sheet.press.runs)
    for line in item.lines:
        wide = line[-1].x + line[-1].width if line else 0.0
        x = (x0 + x1 - wide) / 2 if cell.centred else x0 + pad
        sheet.press.line(line, x, y + (pitch + setting.size * 0.72) / 2, setting)
        y += pitch
    sheet.press.close_cell((x0, y0, x1, y1), first)
