"""Labels for training, from pages and their truth."""

from __future__ import annotations

import random

from models.tagging.examples import IGNORED, LabelledPage, labels_of, roughen
from preaudit.document import Line, Origin
from preaudit.extract.tagger import Vocabulary
from preaudit.geometry import Box

VOCABULARY = Vocabulary(
    characters="工程名称甲乙：",
    kinds=("award-notice",),
    fields=("construction_scale", "project_name"),
    window=64,
    stride=32,
)


def a_page(text: str, *values: tuple[str, str, Box]) -> LabelledPage:
    """A page of one line with these values on it."""
    edges = tuple(0.1 + 0.02 * at for at in range(len(text) + 1))
    line = Line(
        text=text,
        box=Box(page=1, left=edges[0], top=0.1, right=edges[-1], bottom=0.12),
        confidence=1.0,
        origin=Origin.EMBEDDED,
        edges=edges,
    )
    pieces = tuple((field, ((text, box),)) for field, text, box in values)
    return LabelledPage(kind="award-notice", family="x", lines=(line,), values=pieces)


def characters(start: int, end: int) -> Box:
    """The box of characters start..end of that line."""
    return Box(page=1, left=0.1 + 0.02 * start, top=0.1, right=0.1 + 0.02 * end, bottom=0.12)


def test_a_value_is_labelled_from_its_first_character() -> None:
    """The label before the value stays outside, the value begins once, the break is skipped."""
    page = a_page("名称：甲乙", ("project_name", "甲乙", characters(3, 5)))

    assert labels_of(page, VOCABULARY).tolist() == [0, 0, 0, 3, 4, IGNORED]


def test_text_that_does_not_spell_its_truth_is_not_taught() -> None:
    """Where text layer and truth disagree the network learns nothing."""
    page = a_page("名称：甲乙", ("project_name", "甲丙", characters(3, 5)))

    assert labels_of(page, VOCABULARY).tolist() == [0, 0, 0, IGNORED, IGNORED, IGNORED]


def test_the_shorter_of_two_values_has_the_shared_characters() -> None:
    """A value inside a longer one keeps its own label."""
    page = a_page(
        "甲乙工程",
        ("project_name", "乙", characters(1, 2)),
        ("construction_scale", "甲乙工程", characters(0, 4)),
    )

    assert labels_of(page, VOCABULARY).tolist() == [1, 3, 2, 2, IGNORED]


def test_roughening_moves_truth_with_the_text() -> None:
    """Labels of a moved page are the labels of the page."""
    page = a_page("名称：甲乙", ("project_name", "甲乙", characters(3, 5)))
    moved = roughen(page, random.Random(3))

    assert moved.lines != page.lines
    assert labels_of(moved, VOCABULARY).tolist() == labels_of(page, VOCABULARY).tolist()
