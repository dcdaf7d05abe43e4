"""One sheet of a workbook as a grid: what shows in which cell, its spans, rules and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter

from preaudit.ingest.xlsx_numbers import shown

_CELLS_MAX = 60_000
"""Of one sheet; the rows beyond are left out, and a problem says so."""
_PT_PER_CHARACTER = 5.6
"""A column's width is stated in characters of the default font."""
_DEFAULT_CHARACTERS = 8.43
_NARROWEST_PT = 12.0
_PICTURES_MAX = 100
_SIDES = ("left", "top", "right", "bottom")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A cell that shows something or has rules around it, possibly over several rows or columns."""

    row: int
    column: int
    """Both as in the workbook, from 1."""
    last_row: int
    last_column: int
    text: str
    size_pt: float
    align: str
    """`left`, `center` or `right`."""
    ruled: tuple[bool, bool, bool, bool]
    """Whether there is a rule at its left, top, right and bottom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """What a sheet shows."""

    title: str
    cells: tuple[Shown, ...]
    """In reading order; none of them hidden."""
    rows: tuple[int, ...]
    """The numbers of the rows that show, and likewise the columns."""
    columns: tuple[int, ...]
    widths_pt: tuple[float, ...]
    """Of the columns."""
    across: bool
    """Whether its pages lie on their side."""
    pictures: tuple[bytes, ...]
    hidden: tuple[str, ...]
    """Rows and columns that hold something and do not show: `3:5`, `D`."""
    left_out: int
    """How many rows at the end did not fit."""


def grid(sheet: Any) -> Grid:
    """Return what a sheet of openpyxl shows."""
    spans = {(one.min_row, one.min_col): one for one in sheet.merged_cells.ranges}
    covered = {
        place
        for one in sheet.merged_cells.ranges
        if one.size["rows"] * one.size["columns"] <= _CELLS_MAX
        for place in one.cells
        if place != (one.min_row, one.min_col)
    }
    filled = [
        cell
        for cell in sheet._cells.values()  # noqa: SLF001  # the rows there are, not millions of empty ones
        if (cell.row, cell.column) not in covered and (_says(cell) or _is_ruled(cell))
    ]
    filled.sort(key=lambda cell: (cell.row, cell.column))
    kept = filled[:_CELLS_MAX]
    hidden_rows = {number for number, row in sheet.row_dimensions.items() if row.hidden}
    hidden_columns = _hidden_columns(sheet)
    seen = [c for c in kept if c.row not in hidden_rows and c.column not in hidden_columns]
    cells = tuple(_shown(cell, spans, sheet) for cell in seen)
    columns = _columns(cells, hidden_columns)
    rows = tuple(
        sorted({
            row
            for one in cells
            for row in range(one.row, one.last_row + 1)
            if row not in hidden_rows
        })
    )  # fmt: skip
    lost = [cell for cell in kept if _says(cell) and cell not in seen]
    return Grid(
        title=str(sheet.title),
        cells=cells,
        rows=rows,
        columns=columns,
        widths_pt=tuple(_width_pt(sheet, column) for column in columns),
        across=sheet.page_setup.orientation == "landscape",
        pictures=tuple(_pictures(sheet)),
        hidden=tuple(_named(lost, hidden_rows, hidden_columns)),
        left_out=len({cell.row for cell in filled[_CELLS_MAX:]}),
    )


def _says(cell: Any) -> bool:
    return cell.value is not None and str(cell.value) != ""


def _is_ruled(cell: Any) -> bool:
    return cell.has_style and any(_rules(cell))


def _rules(cell: Any) -> tuple[bool, bool, bool, bool]:
    border = cell.border
    left, top, right, bottom = (
        getattr(getattr(border, side, None), "style", None) is not None for side in _SIDES
    )
    return left, top, right, bottom


def _hidden_columns(sheet: Any) -> set[int]:
    found: set[int] = set()
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden and dimension.min and dimension.max:
            found.update(range(dimension.min, min(dimension.max, 16_384) + 1))
    return found


def _shown(cell: Any, spans: dict[tuple[int, int], Any], sheet: Any) -> Shown:
    span = spans.get((cell.row, cell.column))
    last_row, last_column = (span.max_row, span.max_col) if span else (cell.row, cell.column)
    corner = sheet._cells.get((last_row, last_column), cell)  # noqa: SLF001  # it holds the far rules
    left, top, _, _ = _rules(cell)
    _, _, right, bottom = _rules(corner)
    return Shown(
        row=cell.row,
        column=cell.column,
        last_row=last_row,
        last_column=last_column,
        text=shown(cell.value, cell.number_format),
        size_pt=float(cell.font.sz or 11.0),
        align=_align(cell),
        ruled=(left, top, right, bottom),
    )


def _align(cell: Any) -> str:
    stated = cell.alignment.horizontal
    if stated in {"center", "centerContinuous", "distributed", "justify"}:
        return "center" if stated != "justify" else "left"
    if stated in {"left", "right"}:
        return str(stated)
    return "right" if cell.data_type in {"n", "d"} else "left"


def _columns(cells: tuple[Shown, ...], hidden: set[int]) -> tuple[int, ...]:
    """Return the columns from the first to the last that is used, so that gaps stay gaps."""
    if not cells:
        return ()
    first = min(one.column for one in cells)
    last = max(one.last_column for one in cells)
    used = {c for one in cells for c in range(one.column, one.last_column + 1)}
    whole = range(first, last + 1)
    near = [column for column in whole if column in used or last - first < 64]  # noqa: PLR2004  # far-off columns leave no gap
    return tuple(column for column in near if column not in hidden)


def _width_pt(sheet: Any, column: int) -> float:
    stated = next(
        (
            one.width
            for one in sheet.column_dimensions.values()
            if one.min and one.max and one.min <= column <= one.max and one.width
        ),
        None,
    )
    default = sheet.sheet_format.defaultColWidth or _DEFAULT_CHARACTERS
    return max(float(stated or default) * _PT_PER_CHARACTER, _NARROWEST_PT)


def _pictures(sheet: Any) -> Iterator[bytes]:
    for image in sheet._images[:_PICTURES_MAX]:  # noqa: SLF001  # openpyxl offers no other way
        try:
            yield image._data()  # noqa: SLF001  # likewise
        except (OSError, ValueError, SyntaxError, AttributeError, KeyError):
            continue


def _named(cells: list[Any], rows: set[int], columns: set[int]) -> Iterator[str]:
    """Name the hidden rows and columns in which something stands."""
    in_rows = sorted({cell.row for cell in cells if cell.row in rows})
    for first, last in _runs(in_rows):
        yield f"{first}:{last}" if first != last else str(first)
    in_columns = sorted({c.column for c in cells if c.column in columns and c.row not in rows})
    for first, last in _runs(in_columns):
        letters = get_column_letter(first), get_column_letter(last)
        yield ":".join(dict.fromkeys(letters))


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Yield runs of numbers that follow one another."""
    start: int | None = None
    for at, number in enumerate(numbers):
        start = number if start is None else start
        if at + 1 == len(numbers) or numbers[at + 1] != number + 1:
            yield start, number
            start = None
