"""Verdicts without reasons are the verdicts with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preaudit.case import Case, Facts, Material
from preaudit.check.example_facts import example_facts
from preaudit.check.judge import judge
from preaudit.check.verdicts import Prepared, Verdicts
from preaudit.fields import Field, FieldState
from rules_kg import load_graph
from rules_kg.graph import Graph
from rules_kg.loading import load_examples


@lru_cache(maxsize=1)
def _graph() -> Graph:
    return load_graph()


_CODED = Verdicts()


@lru_cache(maxsize=1)
def _cases() -> Sequence[tuple[str, Facts]]:
    """Return the facts of every example beside the rules, with the check that it is of."""
    graph = _graph()
    found = []
    for located in load_examples():
        check = located.record.check
        item = graph.rule_versions(check)[0].text.item
        given_papers = located.record.given or ()
        found += [
            (check, example_facts(one, given_papers, graph.vocabulary, item=item))
            for one in located.record.examples
        ]
    return found


def test_every_example_gets_the_same_verdict() -> None:
    """What `judge` finds of an example is what `Verdicts` finds, its roots included."""
    graph = _graph()
    for check, facts in _cases():
        judged = judge(facts, graph, checks=frozenset({check})).findings
        found = _CODED.of(Prepared(facts, graph))
        assert {one.check: found[one.check] for one in judged} == {
            one.check: one.verdict for one in judged
        }


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_damaged_cases_get_the_same_verdicts(data: st.DataObject) -> None:
    """Papers taken away, entries lost or doubted, kinds unsettled: every check agrees."""
    graph = _graph()
    _, facts = data.draw(st.sampled_from(_cases()))
    _, others = data.draw(st.sampled_from(_cases()))
    materials = [
        _damaged(one, data)
        for one in (*facts.materials, *others.materials)
        if data.draw(st.integers(0, 5))
    ]
    unread = ("unread.pdf",) if data.draw(st.integers(0, 5)) == 0 else ()
    case = Facts(case=facts.case, materials=tuple(materials), signals=(), unread=unread)
    found = _CODED.of(Prepared(case, graph))
    assert {one.check: one.verdict for one in judge(case, graph).findings} == dict(found)


def _damaged(material: Material, data: st.DataObject) -> Material:
    fields = tuple(_doubted(one, data.draw(st.integers(0, 11))) for one in material.fields)
    segment = material.segment
    if data.draw(st.integers(0, 7)) == 0:
        segment = replace(segment, settled=False)
    return replace(material, fields=fields, segment=segment)


def _doubted(field: Field, how: int) -> Field:
    match how:
        case 0:
            return replace(field, state=FieldState.UNREADABLE, value=None)
        case 1:
            return replace(field, state=FieldState.MISSING, value=None, evidence=())
        case 2 | 3:
            evidence = tuple(replace(one, confidence=0.5) for one in field.evidence)
            return replace(field, evidence=evidence)
        case _:
            return field


def test_a_case_of_an_unknown_place_is_refused() -> None:
    """A jurisdiction that the graph does not know is an error here as in `judge`."""
    _, facts = _cases()[0]
    elsewhere = replace(facts, case=replace(facts.case, jurisdiction="nowhere"))
    with pytest.raises(KeyError, match="nowhere"):
        _CODED.of(Prepared(elsewhere, _graph()))


def test_verdicts_over_more_days_than_are_kept_stay_the_same() -> None:
    """An archive of hundreds of days is judged day by day as each case alone would be."""
    small = load_graph(Path(__file__).parents[2] / "rules" / "small")
    case = Case(item="construction-permit", as_of=date(2024, 1, 1), jurisdiction="cn")
    facts = Facts(case=case, materials=(), signals=(), unread=())
    verdicts = Verdicts()
    first = verdicts.of(Prepared(facts, small))
    for number in range(1, 300):
        day = case.as_of + timedelta(days=number)
        verdicts.of(Prepared(replace(facts, case=replace(case, as_of=day)), small))
    assert verdicts.of(Prepared(facts, small)) == first
    assert {one.check: one.verdict for one in judge(facts, small).findings} == dict(first)
