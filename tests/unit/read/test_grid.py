"""Strokes to cells."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from preaudit.read.grid import Slot, slots
from preaudit.read.strokes import Stroke, Strokes

SIZES = st.lists(st.floats(min_value=5, max_value=60), min_size=2, max_size=6)


def level(at: float, start: float, end: float) -> Stroke:
    """Return a stroke."""
    return Stroke(at=at, start=start, end=end, thickness=0.3)


def table(rows: list[float], columns: list[float]) -> Strokes:
    """Return the strokes of a table ruled throughout."""
    return Strokes(
        level=tuple(level(y, columns[0], columns[-1]) for y in rows),
        upright=tuple(level(x, rows[0], rows[-1]) for x in columns),
    )


def cells(strokes: Strokes) -> list[Slot]:
    """Return the cells with the measures of an A4 page in millimetres."""
    return list(slots(strokes, snap=0.8, least=3.0))


@given(heights=SIZES, widths=SIZES)
def test_a_full_grid_gives_every_cell_once(heights: list[float], widths: list[float]) -> None:
    """A table ruled throughout has rows times columns cells, in reading order, each one by one."""
    rows, columns = list(accumulate([10, *heights])), list(accumulate([10, *widths]))
    found = cells(table(rows, columns))
    expected = [(r, c) for r in range(len(heights)) for c in range(len(widths))]
    assert [(slot.row, slot.column) for slot in found] == expected
    assert all((slot.row_span, slot.column_span) == (1, 1) for slot in found)


@given(heights=SIZES, widths=SIZES, data=st.data())
def test_a_missing_inner_stroke_merges_two_cells(
    heights: list[float], widths: list[float], data: st.DataObject
) -> None:
    """Where no stroke lies between two neighbours they are one cell with a span of two."""
    rows, columns = list(accumulate([10, *heights])), list(accumulate([10, *widths]))
    row = data.draw(st.integers(0, len(heights) - 1))
    column = data.draw(st.integers(1, len(widths) - 1))
    whole = table(rows, columns)
    cut = [one for one in whole.upright if one.at != columns[column]]
    pieces = [level(columns[column], rows[r], rows[r + 1]) for r in range(len(heights)) if r != row]
    found = cells(Strokes(level=whole.level, upright=(*cut, *pieces)))
    assert len(found) == len(heights) * len(widths) - 1
    merged = next(slot for slot in found if slot.column_span == 2)
    assert (merged.row, merged.column, merged.row_span) == (row, column - 1, 1)


def test_a_value_that_spans_rows_is_one_cell() -> None:
    """A label beside two rows of values is one cell two rows high."""
    strokes = Strokes(
        level=(level(10, 10, 100), level(20, 40, 100), level(30, 10, 100)),
        upright=(level(10, 10, 30), level(40, 10, 30), level(100, 10, 30)),
    )
    assert [(s.row, s.column, s.row_span) for s in cells(strokes)] == [
        (0, 0, 2),
        (0, 1, 1),
        (1, 1, 1),
    ]


def test_a_table_without_side_borders_still_has_its_outer_cells() -> None:
    """Where level strokes end together the table ends, drawn or not."""
    strokes = Strokes(
        level=tuple(level(y, 10, 100) for y in (10, 20, 30, 40)), upright=(level(50, 10, 40),)
    )
    assert len(cells(strokes)) == 6


def test_a_frame_around_a_page_is_no_table() -> None:
    """One closed rectangle alone gives no cell."""
    assert cells(table([10, 280], [10, 200])) == []


def test_tick_boxes_and_double_lines_are_no_cells() -> None:
    """Squares smaller than text and the slit of a double line are left out."""
    assert cells(table([10, 12, 14], [10, 12, 14])) == []
    doubled = table([10, 11.5, 30, 50], [10, 60, 110])
    assert len(cells(doubled)) == 4


def test_underlines_are_no_table() -> None:
    """Lines to write on, which no upright stroke meets, give no cell."""
    assert cells(Strokes(level=tuple(level(y, 10, 90) for y in (20, 30, 40)), upright=())) == []


def test_a_stroke_that_runs_out_inside_a_cell_divides_nothing() -> None:
    """Strokes of characters that touch a border on one side leave rows and columns as they are."""
    whole = table([10, 30, 50], [10, 60, 160])
    stray = level(20, 61, 110)
    found = cells(Strokes(level=(*whole.level, stray), upright=whole.upright))
    assert [(slot.row, slot.column, slot.row_span) for slot in found] == [
        (0, 0, 1),
        (0, 1, 1),
        (1, 0, 1),
        (1, 1, 1),
    ]


def test_tables_close_together_are_two() -> None:
    """A table that begins a little below another one has rows of its own."""
    upper, lower = table([10, 30, 50], [10, 60, 160]), table([52, 70, 90], [10, 90, 160])
    strokes = Strokes(level=(*upper.level, *lower.level), upright=(*upper.upright, *lower.upright))
    found = list(slots(strokes, snap=2.5, least=3.0))
    assert {slot.table for slot in found} == {0, 1}
    assert len(found) == 8
    assert max(slot.row for slot in found) == 1


def test_a_border_with_gaps_is_one_border() -> None:
    """Pieces of a worn upright border, some of which meet one rule only, still part the columns."""
    whole = table([10, 30, 50, 70], [10, 60, 160])
    worn = [level(60, 10, 27), level(60, 29, 48), level(60, 52, 70)]
    kept = [one for one in whole.upright if one.at != 60]
    found = cells(Strokes(level=whole.level, upright=(*kept, *worn)))
    assert len(found) == 6
