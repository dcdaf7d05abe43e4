"""What stands around a reading: stops, rows that go on, echoes, and impossible shapes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from tagged_pages import a_line, page_of

from preaudit.document import Line, Mark, MarkKind, Page
from preaudit.extract.candidate import Candidate
from preaudit.extract.passage import Piece, join
from preaudit.extract.surroundings import SHAPES, Surroundings
from preaudit.fields import Day, Text, Value
from preaudit.geometry import Box

FIRM = "株洲绮蔚建设有限公司"


def taken(
    line: Line, text: str, field: str = "developer_name", value: Value | None = None
) -> Candidate:
    """The reading of a part of a line."""
    passage = join([Piece(line=line, start=0, end=len(line.text), aspect=1.414)])
    start = passage.text.index(text)
    return Candidate(
        field=field, value=value or Text(text=text), passage=passage, start=start,
        end=start + len(text), method="prose", confidence=0.9,
    )  # fmt: skip


def shape(page: Page, one: Candidate) -> dict[str, float]:
    """What is seen around it, with nothing on other pages."""
    return Surroundings({page.number: page}).shape(one)


def test_value_between_stops_is_closed() -> None:
    """A colon before and a full stop behind: nothing was cut off."""
    line = a_line(f"建设单位：{FIRM}。", 0.2)
    said = shape(page_of(line), taken(line, FIRM))
    assert not any(said[name] for name in ("open_start", "open_end", "misshapen", "wraps_after"))


def test_value_cut_out_of_a_word_is_open() -> None:
    """What stands right beside it belongs to it or to the sentence."""
    line = a_line(f"兹{FIRM}申请", 0.2)
    said = shape(page_of(line), taken(line, FIRM))
    assert (said["open_start"], said["open_end"]) == (1.0, 1.0)


def test_wide_blank_closes() -> None:
    """What stands far off on the same row is another entry."""
    line = a_line("甲公 乙", 0.2)
    apart = replace(line, edges=(*line.edges[:3], 0.6, 0.62))
    line = replace(line, edges=(*line.edges[:3], line.edges[2] + 0.001, 0.62))
    assert shape(page_of(apart), taken(apart, "甲公"))["open_end"] == 0.0
    assert shape(page_of(line), taken(line, "甲公"))["open_end"] == 1.0


def test_full_row_with_another_below_may_go_on() -> None:
    """A row of a paragraph goes on below; one with an entry of its own below it does not."""
    line = a_line("由株洲绮蔚建设有限", 0.2)
    one = taken(line, "株洲绮蔚建设有限")
    below = a_line("公司承建", 0.22)
    entry = a_line("地址：株洲市", 0.22)
    assert shape(page_of(line, below), one)["wraps_after"] == 1.0
    assert shape(page_of(line, entry), one)["wraps_after"] == 0.0
    assert shape(page_of(line), one)["wraps_after"] == 0.0


def test_first_of_a_row_may_have_begun_above() -> None:
    """A value at the beginning of a row may be the second part of one."""
    above, line = a_line("由株洲绮蔚建设工程", 0.2), a_line("有限公司承建", 0.22)
    assert shape(page_of(above, line), taken(line, "有限公司"))["wraps_before"] == 1.0
    closed = a_line("由株洲绮蔚建设工程。", 0.2)
    assert shape(page_of(closed, line), taken(line, "有限公司"))["wraps_before"] == 0.0


def test_echo_is_the_same_by_itself_elsewhere() -> None:
    """The signature block repeats a name; a longer name that holds it is no echo."""
    line = a_line(f"建设单位：{FIRM}", 0.2)
    same, longer = a_line(FIRM, 0.8), a_line(f"{FIRM}长沙分公司", 0.8)
    assert shape(page_of(line, same), taken(line, FIRM))["echo"] == 0.5
    assert shape(page_of(line, longer), taken(line, FIRM))["echo"] == 0.0


def test_seal_says_the_name() -> None:
    """The rim of a seal bears the owner's name."""
    line = a_line(f"建设单位：{FIRM}", 0.2)
    mark = Mark(
        kind=MarkKind.SEAL, box=Box(page=1, left=0.5, top=0.7, right=0.7, bottom=0.84), text=FIRM,
        text_confidence=0.9, shape="round", colour="red", confidence=0.9,
    )  # fmt: skip
    page = replace(page_of(line), marks=(mark,))
    assert shape(page, taken(line, FIRM))["sealed"] == 1.0
    assert shape(page_of(line), taken(line, FIRM))["sealed"] == 0.0


def test_names_that_cannot_be_whole_are_misshapen() -> None:
    """No legal form at the end, a bracket without its partner, a particle in front."""
    line = a_line("兹株洲(绮蔚建设有限公司", 0.2)
    page = page_of(line)
    for text in ("株洲(绮蔚建设有限", "株洲(绮蔚建设有限公司", "兹株洲", "绮蔚建设有限公"):
        assert shape(page, taken(line, text))["misshapen"] == 1.0, text
    assert shape(page, taken(line, "绮蔚建设有限公司"))["misshapen"] == 0.0


def test_year_that_no_paper_bears_is_misshapen() -> None:
    """3024 is a misreading, whatever the reader's sureness."""
    line = a_line("2024年1月2日", 0.2)
    for year, told in ((2024, 0.0), (3024, 1.0), (1024, 1.0)):
        day = Day(day=date(year, 1, 2))
        one = taken(line, line.text, field="issued_on", value=day)
        assert shape(page_of(line), one)["misshapen"] == told


@given(st.text(alphabet="甲乙公司():：、 12", min_size=1, max_size=9), st.data())
def test_shapes_are_shares(text: str, data: st.DataObject) -> None:
    """Whatever is read, all shapes are there and lie between 0 and 1."""
    line = a_line(f"{text}丙", 0.2)
    passage = join([Piece(line=line, start=0, end=len(line.text), aspect=1.414)])
    start = data.draw(st.integers(0, len(passage.text) - 1))
    end = data.draw(st.integers(start + 1, len(passage.text)))
    said = shape(page_of(line, a_line(text, 0.22)), taken(line, passage.text[start:end]))
    assert tuple(said) == SHAPES
    assert all(0.0 <= value <= 1.0 for value in said.values())


def test_districts_and_annexes_are_whole() -> None:
    """和平区 begins an address, -1 ends one, and a list of buildings may be broken off."""
    for text, told in (
        ("和平区南京路1号", 0.0),
        ("经济开发区二支路29号-1", 0.0),
        ("对二支路29号", 1.0),
    ):
        line = a_line(text, 0.2)
        assert shape(page_of(line), taken(line, text, "site_address"))["misshapen"] == told, text
    line = a_line("2-1#楼、2-2", 0.2)
    assert shape(page_of(line), taken(line, line.text, "project_name"))["misshapen"] == 1.0
