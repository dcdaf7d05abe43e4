"""Words and rules as one probability."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preaudit.classify.fusing import Fusing, Shown, chances, evidence, likeness
from preaudit.classify.knowledge import OTHER
from preaudit.classify.meeting import Meeting

SHARE = st.floats(min_value=0, max_value=1)


def shown(
    words: Mapping[str, float], rules: Mapping[str, float] | None = None, unknown_form: float = 0.0
) -> Shown:
    """What a page shows."""
    return Shown(words=words, rules=rules or {}, unknown_form=unknown_form)


MET = Meeting(
    words_begin=0.5, rules=False, numbering=0.0, cover=False, lone=False, titled_anew=False,
    titled_again=False, little=0.0, little_before=0.0, same_head=False, reshaped=0.0,
)  # fmt: skip
PAGE = shown({"a": 0.5, OTHER: 0.5})
_TRAITS = 34
FUSING = Fusing(
    kinds=(1.0, 2.0, 1.0, 0.5, 2.0),
    begins=(1.0, 2.0, 0.1, 1.0, 1.0, 1.0, 1.0, -1.0, 1.0, -3.0, *(0.0,) * (_TRAITS - 10)),
    begins_bias=-0.5,
    settled_from=0.9,
    other_from=0.9,
)


def test_a_title_counts_beside_its_score() -> None:
    """What stands out on the page is evidence of its own; what does not is a score alone."""
    words = {"a": 0.5, OTHER: 0.5}

    assert evidence(shown(words, {"a": 0.9}), "a") == (math.log(0.5), 0.9, 1.0, 0.0, 0.0)
    assert evidence(shown(words, {"a": 0.4}), "a") == (math.log(0.5), 0.4, 0.0, 0.0, 0.0)


def test_a_page_of_none_of_our_kinds_speaks_for_other() -> None:
    """Where no kind shows, or a form names itself otherwise, `other` gains and no kind does."""
    words = {"a": 0.5, OTHER: 0.5}

    assert evidence(shown(words, {"a": 0.3}, 0.8), OTHER)[3:] == (pytest.approx(0.7), 0.8)
    assert evidence(shown(words, {"a": 0.3}, 0.8), "a")[3:] == (0.0, 0.0)


def test_a_kind_that_the_words_do_not_know_is_unlikely_not_impossible() -> None:
    """No evidence is minus infinity."""
    assert math.isfinite(evidence(shown({}), "a")[0])


def test_both_sides_can_win() -> None:
    """A title outweighs a leaning of the words; sure words outweigh a few labels."""
    leaning, sure = {"a": 0.6, "b": 0.4}, {"a": 0.99, "b": 0.01}
    by_title = FUSING.sums(shown(leaning, {"b": 0.9, "a": 0.1}))
    by_words = FUSING.sums(shown(sure, {"b": 0.4, "a": 0.1}))

    assert by_title["b"] > by_title["a"]
    assert by_words["a"] > by_words["b"]


NUMBERING = st.sampled_from((-1.0, 0.0, 1.0))


@given(words=SHARE, more=SHARE, kind=SHARE, numbering=NUMBERING)
def test_a_beginning_is_likelier_the_more_speaks_for_it(
    words: float, more: float, kind: float, numbering: float
) -> None:
    """Words and rules raise the probability, likeness and covers lower it, and it is in 0..1."""
    before = shown({"a": 1.0, "b": 0.0})
    here = shown({"a": kind, "b": 1 - kind})

    def chance(
        page: Shown, words_begin: float, *, rules: bool = False, cover: bool = False
    ) -> float:
        met = replace(MET, words_begin=words_begin, numbering=numbering, rules=rules, cover=cover)
        return FUSING.begin_chance(before, page, met)

    low, high = sorted((words, more))

    assert 0 < chance(here, low) <= chance(here, high) < 1
    assert chance(here, low) < chance(here, low, rules=True)
    assert chance(before, low) <= chance(here, low) + 1e-12
    assert chance(here, low, cover=True) < chance(here, low)


def test_page_numbers_speak_for_and_against_a_beginning() -> None:
    """A page numbered 1 begins, one numbered after the page before goes on."""
    goes_on, unnumbered, anew = (
        FUSING.begin_chance(PAGE, PAGE, replace(MET, numbering=numbering))
        for numbering in (-1.0, 0.0, 1.0)
    )

    assert goes_on < unnumbered < anew


@given(
    met=st.builds(
        Meeting, words_begin=SHARE, rules=st.booleans(), numbering=NUMBERING, cover=st.booleans(),
        lone=st.booleans(), titled_anew=st.booleans(), titled_again=st.booleans(), little=SHARE,
        little_before=SHARE, same_head=st.booleans(), reshaped=SHARE,
    ),
    kind=SHARE,
)  # fmt: skip
def test_traits_of_a_beginning_are_finite(met: Meeting, kind: float) -> None:
    """Even certain words give odds that can be weighed."""
    traits = FUSING.begin_traits(
        shown({"a": 1.0, OTHER: 0.0}), shown({"a": kind, OTHER: 1 - kind}), met
    )

    assert len(traits) == len(FUSING.begins)
    assert all(math.isfinite(one) for one in traits)


def test_pages_are_alike_as_far_as_their_kinds_are() -> None:
    """Two sure pages of one kind are alike, of two kinds they are not, whatever each knows of."""
    award, licence = {"a": 1.0, "b": 0.0}, {"b": 1.0}

    assert likeness(award, award) == 1.0
    assert likeness(award, licence) == 0.0
    assert likeness({"a": 0.5, "b": 0.5}, award) == 0.5


SUMS = st.fixed_dictionaries({kind: st.floats(min_value=-50, max_value=50) for kind in "abc"})


@given(pages=st.lists(SUMS, min_size=1, max_size=6))
def test_probabilities_of_kinds_add_up_to_one(pages: list[dict[str, float]]) -> None:
    """However much speaks for a kind, shares are shares."""
    likely = chances(pages)

    assert math.fsum(likely.values()) == pytest.approx(1.0)
    assert all(0 <= one <= 1 for one in likely.values())


def test_the_first_page_of_a_material_counts_most() -> None:
    """One later page that looks otherwise does not turn the kind; many do."""
    first, later = {"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 1.0}

    assert chances([first, later])["a"] > 0.5
    assert chances([first, *[later] * 4])["b"] > 0.5


def test_the_page_behind_a_cover_may_count_most() -> None:
    """A cover says little: where the body is the main page, its word weighs more."""
    cover, body = {"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 1.0}

    assert chances([cover, body], main=1)["b"] > 0.5
