"""How the cells of a DOCX table lie: Word's spans and merges as a plain grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

_TWIPS_PER_PT = 20
_SPAN_MAX = 64
_NARROWEST_PT = 14.0


@dataclass(slots=True, kw_only=True)
class Placed:
    """One cell of the grid, possibly over several rows and columns."""

    element: Any
    row: int
    column: int
    last_row: int
    last_column: int


def placed_cells(table: Any) -> list[Placed]:
    """Return the cells of a `w:tbl` element, a merged one once, in reading order."""
    found: list[Placed] = []
    open_merges: dict[int, Placed] = {}
    for at, row in enumerate(_rows(table)):
        column = 0
        for element in _cells(row):
            last = column + _span(element) - 1
            merge = _merge(element)
            if merge == "continue" and column in open_merges:
                open_merges[column].last_row = at
            else:
                cell = Placed(element=element, row=at, column=column, last_row=at, last_column=last)
                found.append(cell)
                open_merges.pop(column, None)
                if merge == "restart":
                    open_merges[column] = cell
            column = last + 1
    return found


def column_widths(table: Any, *, count: int, total_pt: float) -> list[float]:
    """Return column widths in points that fit into a total, after the document's own grid."""
    grid = table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}")
    stated = [column.get(qn("w:w"), "") for column in grid[:count]]
    widths = [max(int(one), 1) / _TWIPS_PER_PT if one.isdigit() else 1.0 for one in stated]
    widths += [total_pt / count] * (count - len(widths))
    scale = total_pt / sum(widths)
    return [max(width * scale, _NARROWEST_PT) for width in widths]


def _rows(element: Any) -> Iterator[Any]:
    for child in element.iterchildren():
        if child.tag == qn("w:tr"):
            yield child
        elif child.tag in {qn("w:sdt"), qn("w:sdtContent")}:
            yield from _rows(child)


def _cells(row: Any) -> Iterator[Any]:
    """Yield a row's own cells, also inside content controls, but not those of inner tables."""
    for cell in row.iter(qn("w:tc")):
        if next(cell.iterancestors(qn("w:tr")), None) is row:
            yield cell


def _span(cell: Any) -> int:
    element = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    stated = element.get(qn("w:val"), "") if element is not None else ""
    return min(max(int(stated), 1), _SPAN_MAX) if stated.isdigit() else 1


def _merge(cell: Any) -> str:
    element = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    if element is None:
        return ""
    return "restart" if element.get(qn("w:val")) == "restart" else "continue"
