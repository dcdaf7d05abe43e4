"""Kleene's logic on answers: the value, the facts that decided it, the doubts that remain."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from preaudit.check.answers import (
    UNKNOWN,
    Answer,
    Doubt,
    Element,
    Many,
    Ref,
    both,
    deciding,
    either,
    merged,
    negated,
    unknown,
    unknown_since,
)
from preaudit.findings import About, Bilingual

A, B, C = (Ref(about=About(kind=name, field=None, material=None)) for name in "abc")
D, E, F = (Doubt(reason=Bilingual(zh=name, en=name)) for name in "def")
YES, NO = Answer(value=True, because=(A,)), Answer(value=False, because=(B,))
ALSO_YES, ALSO_NO = Answer(value=True, because=(C, A)), Answer(value=False, because=(C, B))
PERHAPS, ALSO_PERHAPS = unknown(D, E), unknown(E, F)
Told = tuple[object, tuple[Ref, ...], tuple[Doubt, ...]]


def told(answer: Answer) -> Told:
    """Return all that an answer says."""
    return answer.value, answer.because, answer.doubts


@pytest.mark.parametrize(
    ("logic", "given", "expected"),
    [
        (both, (), (True, (), ())),
        (either, (), (False, (), ())),
        (both, (YES, ALSO_YES), (True, (A, C), ())),
        (both, (YES, NO), (False, (B,), ())),
        (both, (NO, YES), (False, (B,), ())),
        (both, (NO, ALSO_NO), (False, (B, C), ())),
        (both, (PERHAPS, NO), (False, (B,), ())),
        (both, (NO, PERHAPS), (False, (B,), ())),
        (both, (YES, PERHAPS), (UNKNOWN, (), (D, E))),
        (both, (PERHAPS, ALSO_PERHAPS), (UNKNOWN, (), (D, E, F))),
        (either, (NO, ALSO_NO), (False, (B, C), ())),
        (either, (YES, NO), (True, (A,), ())),
        (either, (NO, YES), (True, (A,), ())),
        (either, (YES, ALSO_YES), (True, (A, C), ())),
        (either, (PERHAPS, YES), (True, (A,), ())),
        (either, (YES, PERHAPS), (True, (A,), ())),
        (either, (PERHAPS, NO), (UNKNOWN, (), (D, E))),
        (either, (ALSO_PERHAPS, NO, PERHAPS), (UNKNOWN, (), (E, F, D))),
    ],
)
def test_only_what_decides_is_a_reason(
    logic: Callable[..., Answer], given: tuple[Answer, ...], expected: Told
) -> None:
    """Decisive operands alone are reasons; else all are, or the doubts of the unknown ones."""
    found = logic(*given)
    assert told(found) == expected
    assert not found.silent


def test_negation_keeps_reasons_and_doubts() -> None:
    """The other value for the same reasons; what is not known stays as it is."""
    assert told(negated(YES)) == (False, (A,), ())
    assert told(negated(NO)) == (True, (B,), ())
    assert negated(PERHAPS) is PERHAPS


def test_merged_keeps_first_places_and_drops_repetitions() -> None:
    """Each object once, in the order of its first coming; equal objects stay two."""
    twin = Doubt(reason=D.reason)
    assert merged((F, D), (), (D, twin, F), (E,)) == (F, D, twin, E)
    assert merged() == ()
    assert deciding((ALSO_YES, YES, NO)) == (C, A, B)


def test_unknown_since_gives_doubts_of_the_unknown_alone() -> None:
    """A known answer has nothing to say about why another is unknown."""
    doubted_but_known = Answer(value=1, doubts=(F,))
    assert told(unknown_since(doubted_but_known, PERHAPS, YES)) == (UNKNOWN, (), (D, E))
    assert not unknown_since(unknown(D, silent=True)).silent
    assert unknown(D, silent=True).silent
    assert not unknown(D).silent


def test_false_and_zero_are_known() -> None:
    """Only the one unknown value is unknown."""
    assert [Answer(value=one).known for one in (False, 0, "", UNKNOWN)] == [True, True, True, False]


def test_a_list_doubts_its_length_by_what_is_hidden_and_by_each_element() -> None:
    """Doubts of membership count, those of an element's value do not."""
    sure = Element(answer=PERHAPS)
    assert Many(elements=(sure,)).doubts == ()
    many = Many(elements=(Element(answer=YES, doubts=(E,)), sure), hidden=(D,))
    assert many.doubts == (D, E)


def test_a_fact_that_nobody_had_to_read_is_certain() -> None:
    """That a paper is in the case, or absent, lowers no finding's confidence."""
    assert A.confidence == pytest.approx(1.0)
