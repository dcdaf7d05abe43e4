"""What the tagger says of a segment: values of its own, and opinions of others' values."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tagged_pages import VOCABULARY, a_line, page_of, reading, rows, tagger_knowing, witness

from preaudit.document import Page
from preaudit.extract.candidate import Candidate
from preaudit.extract.passage import Piece, join
from preaudit.extract.witness import METHOD, NO_OPINION
from preaudit.fields import canonical

PRICE = {"1250": "award_price"}
MANAGER = {"段珊云": "project_manager"}


def told(page: Page, words: dict[str, str]) -> list[Candidate]:
    """The values that a tagger gives which knows these words."""
    return list(witness(words, page).candidates(frozenset(VOCABULARY.fields)))


@pytest.mark.parametrize(
    ("row", "yuan"),
    [
        ("中标价:1250万元", "12500000"),
        ("中标价：1250 元", "1250"),
        ("中标价:1250圆", "1250"),
        ("中标价(1250)亿元", "125000000000"),
        ("中标价(万元):1250", "12500000"),
        ("中标价（元）：1250", "1250"),
        ("中标价/人民币万元:1250", "12500000"),
    ],
)
def test_the_unit_of_an_amount_is_found_behind_it_or_in_its_label(row: str, yuan: str) -> None:
    """Figures alone are an amount once their unit is known."""
    (one,) = told(rows(row), PRICE)

    assert canonical(one.value) == yuan
    assert one.raw == "1250"


@pytest.mark.parametrize("row", ["中标价:1250", "工程1250项", "项目(段):1250"])
def test_an_amount_without_a_unit_is_not_guessed(row: str) -> None:
    """Nobody knows whether 1250 means yuan or ten thousands of them."""
    assert told(rows(row), PRICE) == []


def test_a_unit_across_a_line_break_is_found() -> None:
    """A label's unit counts though the amount stands on the next line."""
    (one,) = told(rows("中标价(万元)", "1250"), PRICE)

    assert canonical(one.value) == "12500000"


def test_signs_at_the_ends_of_a_value_are_left_out() -> None:
    """The colon that was taken along is no part of the name, and the evidence is the name's."""
    page = rows("项目经理:段珊云.")
    (one,) = told(page, {":段珊云.": "project_manager"})

    assert one.raw == "段珊云"
    assert one.passage.box(one.start, one.end).left == pytest.approx(page.lines[0].edges[5])


def test_a_candidate_carries_the_confidence_of_its_span() -> None:
    """What the tagger gives says so and how sure it is."""
    (one,) = told(rows("项目经理:段珊云"), MANAGER)

    assert (one.method, one.field) == (METHOD, "project_manager")
    assert one.confidence == pytest.approx(0.95, abs=0.02)


def test_fields_that_the_paper_does_not_carry_are_not_offered() -> None:
    """Only what is asked for is given."""
    seen = witness(MANAGER, rows("段珊云"))

    assert list(seen.candidates(frozenset({"award_price"}))) == []


def test_a_value_that_no_reader_understands_is_not_offered() -> None:
    """Digits are no person's name whatever the tagger says."""
    assert told(rows("项目经理:0123"), {"0123": "project_manager"}) == []


def test_an_opinion_favours_what_the_tagger_marked() -> None:
    """The marked name has a high chance, its neighbour next to none."""
    page = rows("项目经理:段珊云", "工程名称:柯泽悦")
    seen = witness(MANAGER, page)
    marked = join([Piece(line=page.lines[0], start=5, end=8, aspect=page.aspect)])
    other = join([Piece(line=page.lines[1], start=5, end=8, aspect=page.aspect)])
    of_marked = seen.opinion("project_manager", marked, 0, 3)
    of_other = seen.opinion("project_manager", other, 0, 3)

    assert of_marked.chance > 0.9
    assert of_other.chance < 0.1
    assert of_marked.begins > 0.9
    assert of_marked.ends > 0.9
    assert seen.opinion("project_name", marked, 0, 3).other > 0.9


def test_a_value_cut_short_neither_begins_nor_ends_well() -> None:
    """Half a name shows at the side where it was cut."""
    page = rows("段珊云")
    seen = witness(MANAGER, page)
    passage = join([Piece(line=page.lines[0], start=0, end=3, aspect=page.aspect)])

    assert seen.opinion("project_manager", passage, 0, 2).ends < 0.1
    assert seen.opinion("project_manager", passage, 1, 3).begins < 0.1
    assert seen.opinion("project_manager", passage, 0, 3).ends > 0.9


def test_the_page_of_a_span_is_where_it_begins() -> None:
    """A value that runs on to the next page is judged by its first part."""
    first, second = a_line("段珊", 0.9), a_line("云", 0.1, page=2)
    seen = witness({"段珊": "project_manager"}, page_of(first), page_of(second, number=2))
    both = join(
        [Piece(line=one, start=0, end=len(one.text), aspect=1.4) for one in (first, second)]
    )

    assert seen.opinion("project_manager", both, 0, 3).chance > 0.9


def test_a_line_of_a_cell_that_came_from_a_file_is_known() -> None:
    """Equal lines are one line, though not the same object once a page was kept."""
    page = rows("段珊云")
    copy = join([Piece(line=a_line("段珊云", 0.2), start=0, end=3, aspect=page.aspect)])

    assert witness(MANAGER, page).opinion("project_manager", copy, 0, 3).chance > 0.9


def test_a_line_that_was_made_anew_does_not_lend_its_places() -> None:
    """Characters of a line that stands on no page of the segment say nothing."""
    page = rows("段珊云", "工程")
    seen = witness(MANAGER, page)
    strange = replace(page.lines[0], confidence=0.5)
    passage = join(
        [
            Piece(line=strange, start=0, end=3, aspect=page.aspect),
            Piece(line=page.lines[1], start=0, end=2, aspect=page.aspect),
        ]
    )

    assert seen.opinion("project_manager", passage, 0, 3) == NO_OPINION
    assert seen.opinion("project_manager", passage, 0, 5).chance < 0.1


def test_of_fields_it_was_not_taught_it_has_no_opinion() -> None:
    """Silence is no word against a reading."""
    page = rows("段珊云")
    seen = witness(MANAGER, page)
    one = reading(page.lines[0])

    assert seen.knows("project_manager")
    assert not seen.knows("bank_name")
    assert seen.opinion("bank_name", one.passage, 0, 3) == NO_OPINION


def test_each_page_is_asked_by_its_own_number() -> None:
    """A tagger that knows the word finds it on every page where it stands."""
    pages = (page_of(a_line("段珊云", 0.2)), page_of(a_line("段珊云", 0.2, page=2), number=2))
    found = list(witness(MANAGER, *pages).candidates(frozenset({"project_manager"})))

    assert [one.passage.spots[0].line.box.page for one in found] == [1, 2]
    assert tagger_knowing(MANAGER).tagging(pages[1], "award-notice") is not None
