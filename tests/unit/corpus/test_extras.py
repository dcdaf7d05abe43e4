"""Entries and sentences that are none of our fields: many sorts, and no word of them is truth."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from corpus.compose import compose
from corpus.drafts import drafts_of
from corpus.entries import Entry, draw_entries
from corpus.extras import EXTRA, extra_entries, extra_sentences, literal, with_extras
from corpus.faces import faces_installed, has_glyph
from corpus.grammar import draw_layout
from corpus.values import fields_of, kind_names, normalised
from corpus.world import make_world

_KINDS = tuple(kind for kind in kind_names() if kind not in ("identity-card", "other"))
_FACTS = "city|town|district|county|province|sign"
"""What extras may name of the works: facts, none of them a field."""
_FIELD_MARKUP = re.compile(rf"\{{(?!(?:{_FACTS})\}})|\[\[|\]\]|\$|YYYY|\*\*|_[us]_|\u2039")
_NAMED = re.compile(r"\{([a-z_]+)")
_TAGS = re.compile(r"<(?!on:\d{4}-\d\d-\d\d>|x>|o>)")


def _drawn(kind: str, seeds: int = 60) -> Iterator[Entry]:
    for seed in range(seeds):
        yield from extra_entries(kind, random.Random(f"{kind}-{seed}"), count=8)


def test_there_are_hundreds_of_sorts() -> None:
    """Over all kinds there are at least 300 sorts, each kind with at least 30 of them."""
    sorts = {kind: {entry.name for entry in _drawn(kind, 150)} for kind in _KINDS}
    assert len(set().union(*sorts.values())) >= 300
    assert all(len(some) >= 30 for some in sorts.values())


@pytest.mark.parametrize("kind", _KINDS)
def test_an_extra_entry_is_literal(kind: str) -> None:
    """Neither labels nor values hold markup that could become a field, or draws left over."""
    for entry in _drawn(kind):
        assert entry.name.startswith(EXTRA)
        assert entry.label
        assert entry.value
        for text in (entry.label, entry.value):
            assert not _FIELD_MARKUP.search(text), text
            assert not _TAGS.search(text), text


@pytest.mark.parametrize("kind", _KINDS)
def test_an_extra_sentence_is_literal(kind: str) -> None:
    """The same holds of sentences, of which a paper has each but once."""
    for seed in range(40):
        said = extra_sentences(kind, random.Random(seed), 4)
        assert len(set(said)) == len(said) == 4
        assert not any(_FIELD_MARKUP.search(one) or _TAGS.search(one) for one in said)


@pytest.mark.parametrize("kind", _KINDS)
def test_a_paper_has_an_entry_but_once(kind: str) -> None:
    """No two entries of a draw are of one sort or under one label, nor under a label taken."""
    for seed in range(20):
        first = extra_entries(kind, random.Random(seed), count=3)
        taken = {entry.label for entry in first}
        entries = extra_entries(kind, random.Random(seed), count=12, taken=taken)
        assert len({entry.name for entry in entries}) == len(entries) == 12
        assert len(taken | {entry.label for entry in entries}) == len(entries) + len(taken)


def _labels_of_fields(kind: str) -> set[str]:
    """Return the labels under which the grammar prints the fields that a kind carries."""
    fields = set(fields_of(kind))
    return {
        label
        for family in ("g-rows", "g-lines")
        for seed in range(60)
        for label, value in _rows(draw_layout(kind, family, random.Random(f"fields-{seed}")))
        if set(_NAMED.findall(value)) & fields
    }


def _rows(layout: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for block in layout["blocks"]:
        for row in (*block.get("grid", ()), *block.get("lines", ())):
            if len(row) == 2:
                yield row[0], row[1]


@pytest.mark.parametrize("kind", _KINDS)
def test_no_extra_stands_under_a_label_of_a_field(kind: str) -> None:
    """What a kind carries as a field is never drawn as something else under the same words."""
    assert {entry.label for entry in _drawn(kind, 150)} & _labels_of_fields(kind) == set()


def _groups(kind: str) -> list[list[Entry]]:
    """Return two groups about the works and the contractor."""
    listed = (["project_name", "site_address", "structure_type"], ["contractor_name"])
    return [draw_entries(group, random.Random(kind)) for group in listed]


@pytest.mark.parametrize("kind", ["application-form", "construction-contract"])
def test_extras_stand_between_entries_and_never_in_front(kind: str) -> None:
    """Groups keep their entries, their order and their first entry; parts are those they had."""
    for seed in range(30):
        groups = _groups(kind)
        mixed = with_extras(kind, groups, random.Random(seed), most=8)
        own = [[one for one in group if not one.name.startswith(EXTRA)] for group in mixed]
        assert own == groups
        assert [group[0] for group in mixed] == [group[0] for group in groups]
        assert {one.part for group in mixed for one in group} == {"works", "contractor"}
        assert 1 <= sum(map(len, mixed)) - sum(map(len, groups)) <= 8


def test_most_papers_have_extras() -> None:
    """About two in three papers that the grammar draws have entries that are none of our fields."""
    sorts = {label for one in _drawn("safety-licence", 300) for label in (one.label,)}
    having = 0
    for seed in range(200):
        layout = draw_layout("safety-licence", "g-rows", random.Random(f"share-{seed}"))
        having += any(label in sorts for label, _ in _rows(layout))
    assert 0.5 <= having / 200 <= 0.9


@pytest.mark.skipif(not faces_installed(), reason="Debian's Chinese faces are missing")
@pytest.mark.parametrize("family", ["g-grid", "g-roll", "g-clauses", "g-nested", "g-boxed"])
def test_extras_are_printed_and_are_no_truth(family: str) -> None:
    """What is drawn stands on the page, but the answer key holds the values of the draft alone."""
    draft = next(one for one in drafts_of(make_world(7)) if one.kind == "construction-contract")
    for seed in range(4):
        spots = compose(draft, family, str(seed)).spots
        assert set(spots) <= set(fields_of(draft.kind))
        for name, places in spots.items():
            if name in draft.values and name != "construction_scale":
                assert {spot.normalised for spot in places} == {normalised(draft.values[name])}


def test_the_same_seed_gives_the_same_entries() -> None:
    """Entries are a pure function of kind and seed."""
    kind = "construction-contract"
    first, second = (extra_entries(kind, random.Random(3), count=8) for _ in range(2))
    assert first == second


def test_draws_have_the_shapes_of_fields() -> None:
    """Dates, identity numbers, credit codes and areas look as those of our fields do."""
    rng = random.Random(1)
    assert re.fullmatch(r"<on:202[0-5]-\d\d-\d\d>", literal("$date(2020,2025)", rng))
    assert re.fullmatch(r"999999\d{11}[\dX]", literal("$identity", rng))
    assert re.fullmatch(r"91[0-9A-Z]{16}", literal("$credit", rng))
    assert re.fullmatch(r"[\d,]+(\.\d\d)?㎡", literal("$area(500,9000)㎡", rng))
    assert re.fullmatch(
        r"人民币[零壹贰叁肆伍陆柒捌玖拾佰仟万]+元.*", literal("人民币$words(9000,90000)", rng)
    )


@pytest.mark.skipif(not faces_installed(), reason="Debian's Chinese faces are missing")
def test_every_character_has_a_glyph() -> None:
    """Every character that may be drawn can be shown."""
    text = {char for kind in _KINDS for one in _drawn(kind, 40) for char in one.label + one.value}
    assert {one for one in text if not (has_glyph("hei", one) or has_glyph("song", one))} <= {
        " ",
        "　",
    }
