"""What the pipeline says of papers, beside what is true."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.understanding.papers import PrintedValue, ReadPaper
from models.understanding.scoring import (
    FieldRow,
    calibration_error,
    comparable,
    field_rows,
    kind_row,
    rates,
    whole,
)
from preaudit.case import Material
from preaudit.document import Document, Page, Quality, Segment
from preaudit.fields import Field, FieldState, Listing, Text, Value
from preaudit.sheet import MediaType, Source

SOURCE = Source(
    name="a.pdf", sha256="0" * 64, sm3="", media_type=MediaType.PDF, size_bytes=1, pages=2
)
PAGES = tuple(
    Page(
        number=number, aspect=1.4, lines=(), cells=(), marks=(),
        quality=Quality(flaws=(), dpi=None, mean_confidence=1.0),
    )
    for number in (1, 2)
)  # fmt: skip


def a_paper(truth: dict[str, str | tuple[str, ...]], *unprinted: str) -> ReadPaper:
    """An award notice that prints these values."""
    return ReadPaper(
        kind="award-notice", family="x", channel="scan", seed=3,
        document=Document(source=SOURCE, pages=PAGES),
        values=tuple(
            PrintedValue(field=field, normalised=said, pieces=()) for field, said in truth.items()
        ),
        unprinted=frozenset(unprinted),
    )  # fmt: skip


def a_field(name: str, state: FieldState, value: Value | None = None) -> Field:
    """A field as the resolver gives it."""
    return Field(
        name=name, state=state, raw="", value=value, evidence=(), confidence=0.9, method="cell",
        reason="", runners_up=(),
    )  # fmt: skip


def rows_of(paper: ReadPaper, *fields: Field) -> dict[str, FieldRow]:
    """The rows of a paper of which this was said, by field."""
    material = Material(
        source=SOURCE, segment=whole(paper), instance=1, fields=fields, marks=(), places=(),
        page_labels=(), qualities=(), paging=(),
    )  # fmt: skip
    return {row.field: row for row in field_rows(paper, material)}


def test_each_printed_field_and_each_said_one_has_a_row() -> None:
    """Right, wrong, made up and forgotten are told apart; what is not asked for is left out."""
    paper = a_paper(
        {"project_manager": "段珊云", "project_name": "甲", "bank_name": "乙"}, "floors"
    )
    found = rows_of(
        paper,
        a_field("project_manager", FieldState.FOUND, Text(text="段珊云")),
        a_field("project_name", FieldState.AMBIGUOUS, Text(text="丁")),
        a_field("contract_scope", FieldState.FOUND, Text(text="土建")),
        a_field("floors", FieldState.FOUND, Text(text="9")),
        a_field("site_address", FieldState.MISSING),
    )

    assert set(found) == {"project_manager", "project_name", "bank_name", "contract_scope"}
    assert found["project_manager"].right
    assert not found["project_name"].found
    assert (found["bank_name"].state, found["bank_name"].said) == ("missing", "")
    assert (found["contract_scope"].true, found["contract_scope"].right) == ("", False)
    counted = rates(found.values())
    assert (counted.right, counted.said, counted.asked) == (1, 2, 3)
    assert counted.precision == 0.5
    assert counted.recall == pytest.approx(1 / 3)
    assert counted.f1 == pytest.approx(0.4)


def test_nothing_said_is_no_error_of_precision() -> None:
    """Rates of nothing are whole, and their mean does not divide by nought."""
    nothing = rates([])

    assert (nothing.precision, nothing.recall) == (1.0, 1.0)
    assert rates(rows_of(a_paper({"project_name": "甲"})).values()).f1 == 0.0


def test_lists_are_equal_whatever_their_order() -> None:
    """Two qualifications are the same in either order."""
    paper = a_paper({"qualification": ("甲级", "乙级")})
    said = a_field("qualification", FieldState.FOUND, Listing(items=("乙级", "甲级")))

    assert rows_of(paper, said)["qualification"].right
    assert comparable(["b", "a"]) == comparable(("a", "b")) == "a|b"
    assert comparable("甲") == "甲"


def test_a_paper_is_told_right_when_it_is_whole_and_settled() -> None:
    """A paper that was cut up, mistaken or doubted is not."""
    paper = a_paper({})

    def of(*segments: tuple[str, bool]) -> bool:
        return kind_row(
            paper,
            [
                Segment(
                    sha256="", pages=(1,), kind=kind, confidence=0.8, runners_up=(), settled=settled
                )
                for kind, settled in segments
            ],
        ).right

    assert of(("award-notice", True))
    assert not of(("award-notice", False))
    assert not of(("safety-licence", True))
    assert not of(("award-notice", True), ("award-notice", True))
    assert whole(paper).pages == (1, 2)


def test_a_calibrated_set_has_no_error_and_an_overconfident_one_has() -> None:
    """Eight of ten right at 0.8 is honest; five of ten at 0.9 is 0.4 too much."""
    honest = [(0.8, at % 5 != 0) for at in range(100)]
    boastful = [(0.9, at % 2 == 0) for at in range(100)]

    assert calibration_error(honest, bins=1) == pytest.approx(0.0)
    assert calibration_error(boastful, bins=1) == pytest.approx(0.4)
    assert calibration_error([]) == 0.0


@given(
    pairs=st.lists(st.tuples(st.floats(min_value=0, max_value=1), st.booleans()), max_size=60),
    bins=st.integers(min_value=1, max_value=20),
)
def test_the_calibration_error_is_a_share(pairs: list[tuple[float, bool]], bins: int) -> None:
    """Whatever was said, the error lies in 0..1."""
    assert 0.0 <= calibration_error(pairs, bins=bins) <= 1.0 + 1e-9
