"""Patches cut at rulings, reading order, and spaces."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from preaudit.document import Cell, Line, Origin
from preaudit.geometry import Box
from preaudit.read.lines import patches
from preaudit.read.order import ordered
from preaudit.read.strokes import Stroke, Strokes
from preaudit.read.text import tidied


def quad(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """Return the corners of a line of text."""
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])


def stroke(at: float, start: float, end: float) -> Stroke:
    """Return a stroke two pixels thick."""
    return Stroke(at=at, start=start, end=end, thickness=2)


def line(text: str, left: float, top: float, right: float) -> Line:
    """Return a line of OCR."""
    step = (right - left) / len(text)
    return Line(
        text=text,
        box=Box(page=1, left=left, top=top, right=right, bottom=top + 0.02),
        confidence=1.0,
        origin=Origin.OCR,
        edges=tuple(left + step * index for index in range(len(text) + 1)),
    )


def test_text_found_across_a_border_is_two_patches() -> None:
    """A detector's rectangle over two cells is cut where the border runs."""
    cut = patches([quad(100, 100, 400, 130)], Strokes(level=(), upright=(stroke(250, 50, 200),)))
    assert [(round(one.left), round(one.right)) for one in cut] == [(100, 248), (252, 400)]


def test_a_border_at_the_rim_is_trimmed_off() -> None:
    """The border beside the text is not read as a character."""
    (only,) = patches(
        [quad(100, 100, 400, 130)], Strokes(level=(), upright=(stroke(104, 50, 200),))
    )
    assert round(only.left) == 106


def test_an_underline_does_not_cut_its_words() -> None:
    """A stroke below text, no longer than the text, belongs to it."""
    ruled = Strokes(level=(stroke(126, 110, 390),), upright=())
    (only,) = patches([quad(100, 100, 400, 130)], ruled)
    assert only.top == 100
    assert only.bottom > 126


def test_text_of_two_rows_is_cut_at_the_border_between_them() -> None:
    """A border that runs on beyond the text parts two rows."""
    ruled = Strokes(level=(stroke(130, 50, 450),), upright=())
    assert len(patches([quad(100, 100, 400, 160)], ruled)) == 2


def test_leaning_text_keeps_its_corners() -> None:
    """Text at an angle is cut out along its own direction."""
    leaning = np.array([[100.0, 100], [390, 180], [382, 210], [92, 130]])
    (only,) = patches([leaning], Strokes(level=(), upright=()))
    assert only.quad is not None


def test_lines_beside_one_another_are_read_left_to_right() -> None:
    """A row is read before what lies below it, even when its parts differ a little in height."""
    found = [
        line("电话", 0.6, 0.102, 0.7),
        line("单位", 0.1, 0.1, 0.2),
        line("地址", 0.1, 0.14, 0.2),
    ]
    assert [one.text for one in ordered(found, ())] == ["单位", "电话", "地址"]


def test_a_label_between_two_lines_of_its_value_does_not_join_them() -> None:
    """Lines that lie one over the other are never one row."""
    label, first, second = (
        line("范围", 0.1, 0.11, 0.2),
        line("一般项目", 0.3, 0.1, 0.6),
        line("物业管理", 0.3, 0.121, 0.6),
    )
    texts = [one.text for one in ordered([second, first, label], ())]
    assert texts.index("一般项目") < texts.index("物业管理")


def test_a_wrapped_cell_is_read_whole_before_the_next() -> None:
    """All lines of a cell come before those of the cell beside it."""
    label = (line("统一社会", 0.1, 0.1, 0.2), line("信用代码", 0.1, 0.125, 0.2))
    value = (line("9132", 0.3, 0.112, 0.5),)
    cells = [
        Cell(
            table=0,
            row=0,
            column=column,
            row_span=1,
            column_span=1,
            box=Box(page=1, left=0.1, top=0.1, right=0.5, bottom=0.15),
            lines=lines,
        )
        for column, lines in enumerate((label, value))
    ]
    texts = [one.text for one in ordered([*value, *label], cells)]
    assert texts == ["统一社会", "信用代码", "9132"]


@given(text=st.text(alphabet="工程 aB9　。", min_size=1, max_size=20))
def test_tidying_keeps_characters_and_their_places(text: str) -> None:
    """Only white space goes; each kept character keeps its edge."""
    edges = [float(index) for index in range(len(text) + 1)]
    said, kept = tidied(text, edges)
    assert said.replace(" ", "") == "".join(text.split())
    assert len(kept) == len(said) + 1
    assert all(text[int(edge)] == c for edge, c in zip(kept, said, strict=False) if c != " ")
    assert tidied(said, kept) == (said, kept)
