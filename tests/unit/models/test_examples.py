"""Labels for training, from pages and their truth."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.tagging.examples import (
    IGNORED,
    LabelledPage,
    charset,
    estranged,
    examples,
    inverse,
    labelled,
    labels_of,
    misread,
    roughen,
)
from models.understanding.papers import PrintedValue, ReadPaper
from preaudit.document import Cell, Document, Line, Origin, Page, Quality
from preaudit.extract.tagger import Vocabulary
from preaudit.geometry import Box, Homography
from preaudit.sheet import MediaType, Source
from preaudit.tokens import FIRST_CHARACTER, UNKNOWN, encode

VOCABULARY = Vocabulary(
    characters="工程名称甲乙：:",
    kinds=("award-notice",),
    fields=("construction_scale", "project_name"),
)


def a_line(text: str, *, top: float = 0.1, origin: Origin = Origin.EMBEDDED) -> Line:
    """A line whose characters are 0.02 of the page wide."""
    edges = tuple(0.1 + 0.02 * at for at in range(len(text) + 1))
    box = Box(page=1, left=0.1, top=top, right=edges[-1], bottom=top + 0.02)
    return Line(text=text, box=box, confidence=1.0, origin=origin, edges=edges)


def page_of(*lines: Line, cells: tuple[Cell, ...] = ()) -> Page:
    """A page of these lines."""
    quality = Quality(flaws=(), dpi=None, mean_confidence=1.0)
    return Page(number=1, aspect=1.414, lines=lines, cells=cells, marks=(), quality=quality)


def a_page(
    text: str, *values: tuple[str, str, Box], origin: Origin = Origin.EMBEDDED
) -> LabelledPage:
    """A page of one line with these values on it."""
    pieces = tuple((field, ((text, box),)) for field, text, box in values)
    page = page_of(a_line(text, origin=origin))
    return LabelledPage(kind="award-notice", family="x", page=page, values=pieces)


def characters(start: int, end: int, *, top: float = 0.1) -> Box:
    """The box of characters start..end of such a line."""
    return Box(page=1, left=0.1 + 0.02 * start, top=top, right=0.1 + 0.02 * end, bottom=top + 0.02)


NAMED = a_page("名称：甲乙", ("project_name", "甲乙", characters(3, 5)))


def test_a_value_is_labelled_from_its_first_character() -> None:
    """The label before the value stays outside, the value begins once, the break is skipped."""
    assert labels_of(NAMED, VOCABULARY).tolist() == [0, 0, 0, 3, 4, IGNORED]


def test_text_that_does_not_spell_its_truth_is_not_taught() -> None:
    """Where text layer and truth disagree the network learns nothing."""
    page = a_page("名称：甲乙", ("project_name", "甲丙", characters(3, 5)))

    assert labels_of(page, VOCABULARY).tolist() == [0, 0, 0, IGNORED, IGNORED, IGNORED]


def test_a_value_read_off_pixels_may_have_a_slip() -> None:
    """One character that was misread does not make the place of the value wrong."""
    value = ("project_name", "甲丙", characters(3, 5))

    assert labels_of(a_page("名称：甲乙", value, origin=Origin.OCR), VOCABULARY)[3:5].tolist() == [
        3,
        4,
    ]


def test_the_shorter_of_two_values_has_the_shared_characters() -> None:
    """A value inside a longer one keeps its own label."""
    page = a_page(
        "甲乙工程",
        ("project_name", "乙", characters(1, 2)),
        ("construction_scale", "甲乙工程", characters(0, 4)),
    )

    assert labels_of(page, VOCABULARY).tolist() == [1, 3, 2, 2, IGNORED]


def test_a_value_on_two_lines_begins_once() -> None:
    """The second line goes on with what the first began."""
    lines = (a_line("甲乙"), a_line("工程", top=0.15))
    pieces = (("甲乙", characters(0, 2)), ("工程", characters(0, 2, top=0.15)))
    page = LabelledPage(
        kind="award-notice", family="x", page=page_of(*lines), values=(("project_name", pieces),)
    )

    assert labels_of(page, VOCABULARY).tolist() == [3, 4, IGNORED, 4, 4, IGNORED]


def test_fields_that_are_not_taught_have_no_labels() -> None:
    """A value of a field outside the vocabulary is as any other text."""
    page = a_page("名称：甲乙", ("site_address", "甲乙", characters(3, 5)))

    assert set(labels_of(page, VOCABULARY).tolist()) == {0, IGNORED}


def test_an_example_is_the_page_as_it_will_be_seen() -> None:
    """Training and serving encode alike; each token has a label."""
    made, seen = examples(NAMED, VOCABULARY), encode(NAMED.page, VOCABULARY.character_ids())

    assert made.tokens.tolist() == seen.tokens.tolist()
    assert made.boxes.tolist() == seen.boxes.tolist()
    assert len(made.labels) == len(made.tokens) == len(made.stretches)
    assert made.kind == 0


@given(seed=st.integers(min_value=0, max_value=10_000))
def test_roughening_moves_truth_with_the_text(seed: int) -> None:
    """Labels of a moved page are the labels of the page, whatever order its lines come in."""
    line = a_line("名称：甲乙")
    cell = Cell(
        table=0,
        row=0,
        column=0,
        row_span=1,
        column_span=1,
        box=characters(0, 6),
        lines=(a_line("名称：甲乙"),),
    )
    page = replace(NAMED, page=page_of(line, a_line("工程", top=0.3), cells=(cell,)))
    moved = roughen(page, random.Random(seed))
    expected = {text: label for text, label in _by_character(page) if text != "："}

    assert dict(one for one in _by_character(moved) if one[0] != "：") == expected
    assert all(set(cell.lines) & set(moved.page.lines) for cell in moved.page.cells)


def _by_character(page: LabelledPage) -> list[tuple[str, int]]:
    places = encode(page.page, {}).places
    return [
        (page.page.lines[line].text[at], int(label))
        for (line, at), label in zip(places, labels_of(page, VOCABULARY), strict=True)
        if at >= 0
    ]


@given(seed=st.integers(min_value=0, max_value=10_000), share=st.floats(min_value=0, max_value=1))
def test_misreading_changes_characters_and_nothing_else(seed: int, share: float) -> None:
    """Breaks stay breaks, stretches with values stay readable, labels stay what they are."""
    example = examples(NAMED, VOCABULARY)
    tokens = FIRST_CHARACTER + len(VOCABULARY.characters)
    noisy = misread(example, share=share, unread=1.0, rng=random.Random(seed), tokens=tokens)
    label, value = example.stretches == 0, example.stretches == 1

    assert noisy.labels.tolist() == example.labels.tolist()
    assert noisy.tokens[-1] == example.tokens[-1]
    assert set(noisy.tokens[label].tolist()) == {UNKNOWN}
    assert bool((noisy.tokens[value][:-1] >= FIRST_CHARACTER).all())
    assert bool((noisy.tokens < tokens).all())


def test_without_misreading_nothing_changes() -> None:
    """Shares of nought leave every character."""
    example = examples(NAMED, VOCABULARY)
    same = misread(example, share=0.0, unread=0.0, rng=random.Random(1), tokens=99)

    assert same.tokens.tolist() == example.tokens.tolist()


def test_rare_characters_are_left_to_unknown() -> None:
    """A character is known when it stands on pages enough, however often on each."""
    pages = [a_page("甲甲甲"), a_page("乙"), a_page("乙　丙")]

    assert charset(pages, at_least=2) == "乙"
    assert charset(pages, at_least=1) == "".join(sorted("甲乙丙"))


SKEW = st.floats(min_value=-0.2, max_value=0.2)


@given(skew=st.tuples(*[SKEW] * 8), x=st.floats(0, 1), y=st.floats(0, 1))
def test_the_inverse_leads_back(skew: tuple[float, ...], x: float, y: float) -> None:
    """A point that was mapped comes back to where it was."""
    a, b, c, d, e, f, g, h = skew
    forward = Homography(rows=(1 + a, b, c, d, 1 + e, f, g, h, 1.0))
    assume(abs(np.linalg.det(np.array(forward.rows).reshape(3, 3))) > 0.3)
    assume(abs(g * x + h * y + 1) > 0.3)
    back = inverse(forward)

    assert back.point(*forward.point(x, y)) == pytest.approx((x, y), abs=1e-6)


def test_truth_is_brought_upright() -> None:
    """Of a page that lies upside down in its file, true boxes are turned with the text."""
    half = Homography(rows=(-1, 0, 1, 0, -1, 1, 0, 0, 1))
    page = replace(page_of(a_line("甲乙")), to_file=half)
    source = Source(
        name="a.pdf", sha256="0" * 64, sm3="", media_type=MediaType.PDF, size_bytes=1, pages=1
    )
    there = half.box(characters(0, 2))
    elsewhere = replace(there, page=2)
    paper = ReadPaper(
        kind="award-notice", family="x", channel="scan", seed=1,
        document=Document(source=source, pages=(page,)),
        values=tuple(
            PrintedValue(field="project_name", normalised="甲乙", pieces=(("甲乙", box),))
            for box in (there, elsewhere)
        ),
        unprinted=frozenset(),
    )  # fmt: skip
    (one,) = labelled([paper])

    assert len(one.values) == 1
    assert labels_of(one, VOCABULARY).tolist() == [3, 4, IGNORED]


SENTENCE = a_page("工程乙名称甲甲称名：乙工", ("project_name", "甲甲", characters(5, 7)))


@given(st.integers(0, 400))
def test_only_neighbours_of_values_become_strange(seed: int) -> None:
    """Words beside a value change; the value, what stands beyond a stop, and labels stay."""
    example = examples(SENTENCE, VOCABULARY)
    strange = estranged(example, share=1.0, rng=random.Random(seed))
    kept = [0, 5, 6, 9, 10, 11, 12]
    assert strange.tokens[kept].tolist() == example.tokens[kept].tolist()
    assert strange.labels.tolist() == example.labels.tolist()
    assert set(strange.tokens.tolist()) <= set(example.tokens.tolist())


def test_neighbours_do_become_strange() -> None:
    """Over some draws both sides of a value change; with no share nothing does."""
    example = examples(SENTENCE, VOCABULARY)
    drawn = [estranged(example, share=1.0, rng=random.Random(seed)).tokens for seed in range(40)]
    for at in (4, 7):
        assert any(tokens[at] != example.tokens[at] for tokens in drawn)
    same = estranged(example, share=0.0, rng=random.Random(1))
    assert same.tokens.tolist() == example.tokens.tolist()
