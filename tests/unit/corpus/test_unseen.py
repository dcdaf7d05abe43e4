"""Layouts kept for measuring must be true papers, and must never get into training."""

from __future__ import annotations

import io
from functools import cache

import pdfplumber
import pytest

from corpus.faces import faces_installed
from corpus.making import TrainingPaper, families
from corpus.paper import Part
from corpus.unseen import unseen_families, unseen_papers
from corpus.values import fields_of, kind_names, plain

pytestmark = pytest.mark.skipif(not faces_installed(), reason="Debian's Chinese faces are missing")

LEAST_SHARE = 0.9
"""Of a kind's fields that each of its unseen layouts prints."""


@cache
def _one_of_each(kind: str) -> tuple[TrainingPaper, ...]:
    return tuple(unseen_papers(seed=5, count=len(unseen_families(kind)), kinds=(kind,)))


def _letters_in(pdf: pdfplumber.PDF, part: Part) -> str:
    page = pdf.pages[part.page - 1]
    sides = (page.width, page.height) * 2
    left, top, right, bottom = (share * side for share, side in zip(part.box, sides, strict=True))
    inside = [
        char
        for char in page.chars
        if left <= (char["x0"] + char["x1"]) / 2 <= right
        and top <= (char["top"] + char["bottom"]) / 2 <= bottom
    ]
    return "".join(char["text"] for char in sorted(inside, key=lambda char: char["x0"]))


@pytest.mark.parametrize("kind", kind_names())
def test_values_are_read_back_from_unseen_layouts(kind: str) -> None:
    """The text inside each box of the answer key is the value, and nothing else."""
    for made in _one_of_each(kind):
        with pdfplumber.open(io.BytesIO(made.paper.data)) as pdf:
            for name, spots in made.paper.spots.items():
                for spot in spots:
                    found = "".join(_letters_in(pdf, part) for part in spot.parts)
                    assert plain(found) == plain(spot.value), (made.family, name)


@pytest.mark.parametrize("kind", kind_names())
def test_nothing_is_printed_off_an_unseen_page(kind: str) -> None:
    """Every character lies well inside its page."""
    for made in _one_of_each(kind):
        with pdfplumber.open(io.BytesIO(made.paper.data)) as pdf:
            for page in pdf.pages:
                for char in page.chars:
                    assert 10 < char["x0"] < char["x1"] + 0.1 < page.width - 10, made.family
                    assert 0 < char["top"] < char["bottom"] < page.height, made.family


@pytest.mark.parametrize("kind", [kind for kind in kind_names() if kind != "other"])
def test_unseen_layouts_print_nearly_all_fields(kind: str) -> None:
    """A kind's unseen layouts measure the kind, so they carry what it carries."""
    wanted = set(fields_of(kind))
    for made in _one_of_each(kind):
        assert len(wanted & set(made.paper.spots)) >= LEAST_SHARE * len(wanted), made.family


@pytest.mark.parametrize("kind", kind_names())
def test_unseen_layouts_are_no_training_layouts(kind: str) -> None:
    """No stream of training papers can draw a layout that is kept for measuring."""
    unseen = unseen_families(kind)
    assert len(unseen) >= (10 if kind == "other" else 3)
    assert not set(unseen) & set(families(kind))


def test_other_papers_answer_no_field() -> None:
    """A paper that is no material of the application carries no field of the vocabulary."""
    assert not any(made.paper.spots for made in _one_of_each("other"))


def test_unseen_papers_follow_from_their_seed() -> None:
    """The same seed gives the same bytes, another seed another paper."""
    first, second, third = (
        next(unseen_papers(seed=seed, count=1, kinds=("award-notice",))) for seed in (1, 1, 2)
    )
    assert first == second
    assert first.paper.data != third.paper.data
