"""What the press printed, as truth of reading: points become shares, rectangles become cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from corpus.press import Press, PressedCell, PressedRun, Rect
from corpus.printed import Drawn, Pair, Point, Printed, PrintedCell, Run, corners_of

_SAME_PT = 0.5


def printed_by(press: Press) -> Printed:
    """Return all that is printed on the pages of the press."""
    return Printed(
        runs=tuple(_run(press, run) for run in press.runs),
        cells=tuple(_cells(press)),
        pairs=tuple(Pair(label=tuple(label), value=tuple(value)) for label, value in press.pairs),
        drawn=tuple(
            Drawn(page=page, corners=_points(press, page, corners_of(rect)))
            for page, rect in press.drawn
        ),
        outlines=(corners_of((0.0, 0.0, 1.0, 1.0)),) * len(press.pages),
    )


def _run(press: Press, run: PressedRun) -> Run:
    over = _points(press, run.page, [(x, run.top) for x in run.edges])
    under = _points(press, run.page, [(x, run.bottom) for x in run.edges])
    return Run(page=run.page, text=run.text, over=over, under=under, role=run.role)


def _points(press: Press, page: int, points: Sequence[Point]) -> tuple[Point, ...]:
    width, height = press.pages[page - 1].size
    return tuple((x / width, y / height) for x, y in points)


def _cells(press: Press) -> Iterator[PrintedCell]:
    """Yield the cells with rows and columns as the rules on each page divide the table.

    A table that goes on overleaf is another table there, and a column that no rule on the page
    sets apart is none.
    """
    tables: dict[int, dict[int, list[PressedCell]]] = defaultdict(lambda: defaultdict(list))
    for cell in press.cells:
        tables[cell.page][cell.table].append(cell)
    for page, own in sorted(tables.items()):
        for number, cells in enumerate(own.values()):
            columns = _divisions([x for cell in cells for x in cell.rect[::2]])
            rows = _divisions([y for cell in cells for y in cell.rect[1::2]])
            for cell in cells:
                yield _placed(press, cell, number, page, (columns, rows))


def _placed(
    press: Press,
    cell: PressedCell,
    number: int,
    page: int,
    grid: tuple[Sequence[float], Sequence[float]],
) -> PrintedCell:
    left, top, right, bottom = _index(cell.rect, grid)
    return PrintedCell(
        page=page,
        table=number,
        row=top,
        column=left,
        row_span=bottom - top,
        column_span=right - left,
        corners=_points(press, page, corners_of(cell.rect)),
        runs=tuple(cell.runs),
    )


def _divisions(positions: Sequence[float]) -> list[float]:
    kept: list[float] = []
    for position in sorted(positions):
        if not kept or position - kept[-1] > _SAME_PT:
            kept.append(position)
    return kept


def _index(rect: Rect, grid: tuple[Sequence[float], Sequence[float]]) -> tuple[int, ...]:
    return tuple(
        min(range(len(grid[axis % 2])), key=lambda at: abs(grid[axis % 2][at] - side))
        for axis, side in enumerate(rect)
    )
