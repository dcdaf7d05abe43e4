"""Reading is measured by what stands where: each rule of measuring, on pages made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.faces import faces_installed
from corpus.printed import PrintedCell, Run, corners_of
from models.evaluation.edits import distance, distance_within, normalised
from models.evaluation.page_score import cer, score_page
from models.evaluation.placing import PageTruth
from models.evaluation.reading_pages import reading_pages
from preaudit.document import Cell, Line, Origin, Page, Quality
from preaudit.geometry import Box, Homography

_EM = 0.02


def _run(text: str, left: float, top: float) -> Run:
    xs = [left + _EM * at for at in range(len(text) + 1)]
    return Run(
        page=1,
        text=text,
        over=tuple((x, top) for x in xs),
        under=tuple((x, top + _EM) for x in xs),
    )


def _line(text: str, left: float, top: float) -> Line:
    edges = tuple(left + _EM * at for at in range(len(text) + 1))
    box = Box(page=1, left=left, top=top, right=edges[-1], bottom=top + _EM)
    return Line(text=text, box=box, confidence=0.99, origin=Origin.OCR, edges=edges)


def _page(*lines: Line, cells: tuple[Cell, ...] = ()) -> Page:
    quality = Quality(flaws=(), dpi=None, mean_confidence=0.99)
    return Page(number=1, aspect=1.0, lines=lines, cells=cells, marks=(), quality=quality)


def _truth(*runs: Run) -> PageTruth:
    return PageTruth(page=1, aspect=1.0, channel="scan", kind="other", family="hand", runs=runs)


@given(st.text(alphabet="甲乙丙1", max_size=12), st.text(alphabet="甲乙丙1", max_size=12))
def test_distance_is_a_distance(one: str, other: str) -> None:
    """It is symmetric, zero for like texts alone, and never more than the longer text."""
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= distance(one, other) <= max(len(one), len(other))


def test_a_part_is_found_anywhere() -> None:
    """The distance to a stretch forgets what stands before and after it."""
    assert distance_within("有限公司", "某某有限公司章") == 0
    assert distance_within("有限公司", "某某有很公司章") == 1


def test_only_width_and_spaces_are_forgiven() -> None:
    """Full-width forms and spaces do not count; another character does."""
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in "AB:")
    assert normalised(f"编号{wide} 12（甲）") == "编号AB:12(甲)"
    assert normalised("一") != normalised("-")


def test_lines_cut_otherwise_are_no_errors() -> None:
    """Two lines read as one, or one as two, cost nothing."""
    truth = _truth(
        _run("建设单位：", 0.1, 0.1), _run("某某公司", 0.22, 0.1), _run("甲乙", 0.1, 0.3)
    )
    page = _page(
        _line("建设单位：", 0.1, 0.1), _line("某某公司", 0.22, 0.1), _line("甲乙", 0.1, 0.3)
    )
    joined = _page(_line("建设单位： 某某公司", 0.1, 0.1), _line("甲乙", 0.1, 0.3))
    assert cer(truth, page) == cer(truth, joined) == (0, 11)


def test_lost_and_invented_text_counts() -> None:
    """A line that was not read counts whole, and so does text where nothing is printed."""
    truth = _truth(_run("甲乙丙", 0.1, 0.1), _run("丁戊", 0.1, 0.3))
    assert cer(truth, _page(_line("甲乙丙", 0.1, 0.1))) == (2, 5)
    read = (_line("甲乙丙", 0.1, 0.1), _line("丁戊", 0.1, 0.3), _line("庚辛壬", 0.5, 0.7))
    assert cer(truth, _page(*read)) == (3, 5)


def test_words_of_a_mark_do_not_count() -> None:
    """What was read on a seal, off the printed lines, is neither right nor wrong."""
    truth = replace(_truth(_run("甲乙", 0.1, 0.1)), unread=(corners_of((0.5, 0.5, 0.8, 0.8)),))
    page = _page(_line("甲乙", 0.1, 0.1), _line("公章", 0.6, 0.6))
    assert cer(truth, page) == (0, 2)


def test_a_signature_beside_its_label_is_no_error_of_the_label() -> None:
    """What is read on a mark past the end of a line counts to the line only where it belongs."""
    name = ((0.16, 0.09), (0.24, 0.09), (0.24, 0.13), (0.16, 0.13))
    truth = replace(_truth(_run("签字：", 0.1, 0.1)), unread=(name,))
    assert cer(truth, _page(_line("签字：甲乙", 0.1, 0.1))) == (0, 3)
    assert cer(truth, _page(_line("签字", 0.1, 0.1))) == (1, 3)
    assert cer(truth, _page(_line("签学：甲乙", 0.1, 0.1))) == (1, 3)
    beside = _truth(_run("签字：", 0.1, 0.1))
    assert cer(beside, _page(_line("签字：甲", 0.1, 0.1)))[0] == 1


def test_a_turned_page_is_compared_in_the_file() -> None:
    """Upright reading of a page that lies on its head falls on the printed lines."""
    head_over = Homography(rows=(-1.0, 0.0, 1.0, 0.0, -1.0, 1.0, 0.0, 0.0, 1.0))
    upright = _run("甲乙丙", 0.1, 0.1)
    turned = replace(
        upright,
        over=tuple((1 - x, 1 - y) for x, y in upright.over),
        under=tuple((1 - x, 1 - y) for x, y in upright.under),
    )
    page = replace(_page(_line("甲乙丙", 0.1, 0.1)), to_file=head_over)
    assert cer(_truth(turned), page) == (0, 3)


def _cell(row: int, column: int, box: tuple[float, float, float, float], line: Line) -> Cell:
    left, top, right, bottom = box
    return Cell(
        table=0,
        row=row,
        column=column,
        row_span=1,
        column_span=1,
        box=Box(page=1, left=left, top=top, right=right, bottom=bottom),
        lines=(line,),
    )


def _true_cell(row: int, column: int, box: tuple[float, float, float, float]) -> PrintedCell:
    return PrintedCell(
        page=1,
        table=0,
        row=row,
        column=column,
        row_span=1,
        column_span=1,
        corners=corners_of(box),
        runs=(column,),
    )


def test_a_cell_needs_place_grid_and_text() -> None:
    """A cell in the right place with the wrong column, or the wrong words, is not right."""
    one, other = (0.1, 0.1, 0.4, 0.2), (0.4, 0.1, 0.7, 0.2)
    truth = replace(
        _truth(_run("名称", 0.12, 0.12), _run("甲乙", 0.42, 0.12)),
        cells=(_true_cell(0, 0, one), _true_cell(0, 1, other)),
    )
    name, value, wrong = (
        _line("名称", 0.12, 0.12),
        _line("甲乙", 0.42, 0.12),
        _line("丙丁", 0.42, 0.12),
    )
    right = _page(name, value, cells=(_cell(0, 0, one, name), _cell(0, 1, other, value)))
    assert score_page(truth, right).cells_right == 2
    shifted = _page(name, value, cells=(_cell(0, 0, one, name), _cell(0, 2, other, value)))
    assert score_page(truth, shifted).cells_found == 2
    assert score_page(truth, shifted).cells_placed == 1
    misread = _page(name, wrong, cells=(_cell(0, 0, one, name), _cell(0, 1, other, wrong)))
    assert score_page(truth, misread).cells_placed == 2
    assert score_page(truth, misread).cells_right == 1


def test_a_wrapped_value_has_to_stand_in_one_piece() -> None:
    """A value over two lines is whole only when nothing is read between them."""
    truth = replace(
        _truth(_run("甲乙丙丁", 0.1, 0.1), _run("戊己", 0.1, 0.14), _run("庚辛", 0.6, 0.12)),
        values=("甲乙丙丁戊己",),
    )
    first, second, other = (
        _line("甲乙丙丁", 0.1, 0.1),
        _line("戊己", 0.1, 0.14),
        _line("庚辛", 0.6, 0.12),
    )
    assert score_page(truth, _page(first, second, other)).wrapped_whole == 1
    assert score_page(truth, _page(first, other, second)).wrapped_whole == 0


def test_order_is_right_step_by_step() -> None:
    """Of three lines in a row, one read out of turn spoils the steps beside it."""
    truth = _truth(_run("甲乙", 0.1, 0.1), _run("丙丁", 0.1, 0.2), _run("戊己", 0.1, 0.3))
    lines = _line("甲乙", 0.1, 0.1), _line("丙丁", 0.1, 0.2), _line("戊己", 0.1, 0.3)
    assert score_page(truth, _page(*lines)).steps_right == 2
    assert score_page(truth, _page(lines[0], lines[2], lines[1])).steps_right == 0


@pytest.mark.skipif(not faces_installed(), reason="Debian's Chinese faces are missing")
def test_pages_of_a_seed_are_the_same() -> None:
    """The same seed gives the same files with the same truth, each of one page."""
    once, again = (list(reading_pages(7, 3, ("scan", "photo"))) for _ in range(2))
    assert [one.data for one in once] == [one.data for one in again]
    assert [one.pages for one in once] == [one.pages for one in again]
    assert all(len(one.pages) == 1 and one.pages[0].runs for one in once)
