"""Covers stand alone before a paper, and what runs on over pages says so or does not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from corpus.compose import compose
from corpus.covers import annexes, signing_page
from corpus.drafts import Draft, drafts_of, other_paper
from corpus.faces import faces_installed
from corpus.grammar import draw_layout, grammar_families
from corpus.paper import Paper
from corpus.world import make_world

pytestmark = pytest.mark.skipif(not faces_installed(), reason="Debian's Chinese faces are missing")

_CONTRACTS = ("construction-contract", "supervision-contract")
_MOST_LINES = 18
"""Of a cover or a list of contents."""


def _draft(kind: str) -> Draft:
    return next(draft for draft in drafts_of(make_world(5)) if draft.kind == kind)


def _with_covers(kind: str) -> Iterator[tuple[int, Paper]]:
    """Yield how many pages stand in front of papers of the kind, and the papers."""
    draft = _draft(kind)
    for at, family in enumerate(grammar_families(kind)):
        layout = draw_layout(kind, family, random.Random(f"cover-{at}"))
        if "front" in layout:
            pages = len(layout["front"]["pages"])
            yield pages, compose(draft, family, f"{at}", layout=layout)


@pytest.mark.parametrize(
    "kind",
    [*_CONTRACTS, "application-form", "real-estate-certificate", "drawing-review-certificate"],
)
def test_pages_in_front_are_sparse_and_are_no_more_than_drawn(kind: str) -> None:
    """Each page in front is one page of few lines, and the paper begins on the page behind."""
    found = list(_with_covers(kind))
    assert found
    for pages, paper in found:
        assert paper.page_count > pages
        numbers = [run.page for run in paper.printed.runs if run.role == "text"]
        assert all(numbers.count(page) <= _MOST_LINES for page in range(1, pages + 1))
        assert not any("\\" in run.text for run in paper.printed.runs)
        assert 1 in numbers
        assert pages + 1 in numbers


@pytest.mark.parametrize("kind", _CONTRACTS)
def test_every_family_of_contracts_can_have_a_cover(kind: str) -> None:
    """No arrangement is always without one, nor always with one."""
    for family in grammar_families(kind):
        drawn = {"front" in draw_layout(kind, family, random.Random(seed)) for seed in range(20)}
        assert drawn == {True, False}, family


def test_pages_behind_a_cover_are_numbered_as_drawn() -> None:
    """A cover that does not count leaves the first number to the page behind it."""
    draft = _draft("supervision-contract")
    front = {"pages": [[{"title": "合同"}]], "on_page": [], "page": "a4"}
    layout = {"front": front, "covers": 1, "numbers": "第{n}页共{m}页", "blocks": [{"p": "一"}]}
    paper = compose(draft, "own", "1", layout=layout)
    counted = compose(draft, "own", "1", layout={**layout, "covers": 0, "unmarked": 1})
    assert [(run.page, run.text) for run in paper.printed.runs][-1] == (2, "第1页共1页")
    assert [(run.page, run.text) for run in counted.printed.runs][-1] == (2, "第2页共2页")


def test_signatures_may_stand_on_a_page_that_says_so() -> None:
    """Some contracts have a page of signatures of its own; other papers never have."""
    foot: list[dict[str, object]] = [
        {"p": "末条"},
        {"page": "next"},
        {"keep": 120},
        {"left": "甲方"},
    ]
    drawn = [
        signing_page("construction-contract", foot, "施工合同", random.Random(seed))
        for seed in range(20)
    ]
    apart = [blocks for blocks in drawn if blocks != foot]
    assert 0 < len(apart) < len(drawn)
    assert all(sum("page" in block for block in blocks) == 1 for blocks in apart)
    assert signing_page("award-notice", foot, "中标通知书", random.Random(1)) == foot


def test_a_table_that_runs_over_repeats_its_head_where_asked() -> None:
    """The heading row stands on each page of a long table, or on the first alone."""
    draft = replace(_draft("hazardous-works-list"), values={})
    rows = [["序号", "名称"], *([str(number), "m|工程"] for number in range(40))]
    for repeat, expected in ((1, 2), (0, 1)):
        layout = {"blocks": [{"grid": rows, "cols": [1, 3], "row": 30, "repeat": repeat}]}
        paper = compose(draft, "own", "1", layout=layout)
        assert paper.page_count == 2
        assert [run.text for run in paper.printed.runs].count("序号") == expected
        assert next(cell.row for cell in paper.printed.cells if cell.page == 2) == 0


def test_contracts_that_are_none_of_ours_have_covers_too() -> None:
    """A cover alone does not tell our contracts: a design contract has one in the same manner."""
    drawn = [draw_layout("other", "o-design-contract", random.Random(seed)) for seed in range(30)]
    covered = [layout for layout in drawn if "front" in layout]
    assert 0 < len(covered) < len(drawn)
    paper = compose(other_paper(make_world(5)), "o-design-contract", "1", layout=covered[0])
    assert paper.page_count > len(covered[0]["front"]["pages"])
    assert not paper.spots


def test_annexes_of_a_contract_are_part_of_it() -> None:
    """Some contracts go on behind their signatures, on a new page; other papers never do."""
    drawn = [annexes("construction-contract", random.Random(seed)) for seed in range(20)]
    some = [blocks for blocks in drawn if blocks]
    assert 0 < len(some) < len(drawn)
    assert all("page" in blocks[0] for blocks in some)
    assert not any(annexes("award-notice", random.Random(seed)) for seed in range(20))
    layout = {"blocks": [{"p": "合同"}, *some[0]]}
    assert compose(_draft("construction-contract"), "own", "1", layout=layout).page_count > 1
