"""How far words and rules are believed is learned from pages with their truth."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preaudit.classify.fusing import Fusing, Shown, chances
from preaudit.classify.knowledge import OTHER
from preaudit.classify.meeting import Meeting

pytest.importorskip("sklearn", reason="training libraries are not installed (make train)")

from models.kinds.fusing import WRONG_SHARE, SeenPage, _settled_from, fuse

KINDS = ("award-notice", "safety-licence", OTHER)
Side = Callable[[str, str], str]


def right(true: str, other: str) -> str:
    """A side that knows."""
    del other
    return true


def wrong(true: str, other: str) -> str:
    """A side that errs."""
    del true
    return other


def shares(kind: str, sure: float) -> dict[str, float]:
    """One kind with this probability; the others share the rest."""
    return {one: sure if one == kind else (1 - sure) / (len(KINDS) - 1) for one in KINDS}


BEFORE = Shown(words=dict.fromkeys(KINDS, 1 / 3), rules=dict.fromkeys(KINDS, 0.0), unknown_form=0.0)
MET = Meeting(
    words_begin=0.5, rules=False, numbering=0.0, cover=False, lone=False, titled_anew=False,
    titled_again=False, little=0.0, little_before=0.0, same_head=False, reshaped=0.0,
)  # fmt: skip


def begun(fused: Fusing, words_begin: float, *, rules: bool, cover: bool = False) -> float:
    """Probability that a material begins after a page that shows nothing."""
    met = replace(MET, words_begin=words_begin, rules=rules, cover=cover)
    return fused.begin_chance(BEFORE, seen(KINDS[0], words=KINDS[0], rules=KINDS[0]).shown, met)


def seen(
    kind: str, *, words: str, rules: str, begins: bool = True, by_words: float = 0.5,
    by_rules: bool = True,
) -> SeenPage:  # fmt: skip
    """A page that the words take for one kind and the rules for another."""
    return SeenPage(
        kind=kind,
        begins=begins,
        shown=Shown(
            words=shares(words, 0.9),
            rules={one: 0.9 if one == rules else 0.1 for one in KINDS},
            unknown_form=0.0,
        ),
        before=BEFORE,
        meeting=replace(MET, words_begin=by_words, rules=by_rules),
        empty=False,
    )


def pages(words: Side, rules: Side, *, words_begin: bool = True) -> list[SeenPage]:
    """Pages of two kinds on which each side says what it is given to say.

    Args:
        words: What the words say, of the true and the other kind.
        rules: Likewise of the rules.
        words_begin: Whether the words, and not the rules, know where materials begin.
    """
    rng, made = random.Random(1), []
    for _ in range(200):
        true, other = rng.sample(KINDS[:2], k=2)
        begins, chance = rng.random() < 0.5, rng.random() < 0.5
        known, guessed = (begins, chance) if words_begin else (chance, begins)
        made.append(
            seen(
                true, words=words(true, other), rules=rules(true, other), begins=begins,
                by_words=0.95 if known else 0.05, by_rules=guessed,
            )
        )  # fmt: skip
    return made


def likely(fused: Fusing, page: SeenPage) -> dict[str, float]:
    """Probabilities of kinds by what was learned."""
    return chances([fused.sums(page.shown)])


def test_words_that_are_right_are_believed() -> None:
    """Where the rules err and the words do not, the kind of the words is the likelier."""
    fused = fuse(pages(right, wrong), KINDS)

    assert likely(fused, seen(KINDS[0], words=KINDS[0], rules=KINDS[1]))[KINDS[0]] > 0.8


def test_rules_that_are_right_are_believed() -> None:
    """Where the words err and titles do not, the kind of the title is the likelier."""
    fused = fuse(pages(wrong, right), KINDS)

    assert likely(fused, seen(KINDS[0], words=KINDS[1], rules=KINDS[0]))[KINDS[0]] > 0.8


def test_beginnings_are_believed_of_who_knows_them() -> None:
    """The side whose word goes with true beginnings decides, the other does not matter."""
    by_words = fuse(pages(right, right, words_begin=True), KINDS)
    by_rules = fuse(pages(right, right, words_begin=False), KINDS)

    assert begun(by_words, 0.95, rules=False) > 0.9
    assert begun(by_words, 0.05, rules=True) < 0.1
    assert begun(by_rules, 0.05, rules=True) > 0.9
    assert begun(by_rules, 0.95, rules=False) < 0.1


def test_covers_speak_against_a_beginning() -> None:
    """Where pages after covers go on though words and rules are undecided, covers are learned."""
    made = [
        replace(
            seen(KINDS[0], words=KINDS[0], rules=KINDS[0], begins=number % 2 == 0),
            meeting=replace(MET, rules=True, cover=number % 2 == 1),
        )
        for number in range(100)
    ]  # fmt: skip
    fused = fuse(made, KINDS)

    assert begun(fused, 0.5, rules=True, cover=True) < 0.1
    assert begun(fused, 0.5, rules=True) > 0.9


def test_empty_pages_teach_nothing() -> None:
    """The backs of sheets have a kind but show none of it."""
    told = pages(right, wrong)
    backs = [
        SeenPage(
            kind=KINDS[2], begins=False, shown=BEFORE, before=BEFORE,
            meeting=replace(MET, words_begin=0.9), empty=True,
        )
    ] * 50  # fmt: skip

    assert fuse([*told, *backs], KINDS) == fuse(told, KINDS)


BY_WORDS = Fusing(
    kinds=(1.0, 0.0, 0.0, 0.0, 0.0),
    begins=(0.0,) * 34,
    begins_bias=0.0,
    settled_from=1.0,
    other_from=1.0,
)
TOLD = st.lists(
    st.tuples(st.integers(min_value=40, max_value=97).map(lambda n: n / 100), st.booleans()),
    min_size=1,
    max_size=40,
)


@given(told=TOLD)
def test_settled_kinds_are_seldom_wrong(told: list[tuple[float, bool]]) -> None:
    """From the least probability that counts as settled upwards, next to none is wrong."""
    made = [
        replace(
            seen(KINDS[0], words=KINDS[0], rules=OTHER),
            shown=replace(BEFORE, words=shares(KINDS[0] if one else KINDS[1], sure)),
        )
        for sure, one in told
    ]
    least = _settled_from(made, BY_WORDS, of_other=False)
    above = [one for sure, one in told if sure >= least - 1e-4]

    assert 0.5 <= least <= 0.99
    assert above.count(False) <= WRONG_SHARE * max(1, len(above))
