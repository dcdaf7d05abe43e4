"""Verdicts alone: what every rule comes to in a case, without reasons and far sooner.

For an archive that is judged anew when a rule changes: the verdicts tell which cases are concerned,
and `judge` then says why. Both give the same verdicts (tests/unit/check/test_verdicts.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from preaudit.case import Facts
from preaudit.check.bare import BareWorld
from preaudit.check.coding import Coded, coded
from preaudit.check.judge import judge
from preaudit.findings import Verdict
from rules_kg.graph import Graph
from rules_kg.rules import Applied, Rule


class Prepared:
    """A case made ready to be judged any number of times by one graph."""

    def __init__(self, facts: Facts, graph: Graph, *, known_at: date | None = None) -> None:
        """Prepare the facts of a case.

        Args:
            facts: What was read in it.
            graph: The law and the rules.
            known_at: As in `judge`.
        """
        self.facts = facts
        self.graph = graph
        self.known_at = known_at
        self.world = BareWorld(facts, graph, known_at=known_at)

    @cached_property
    def applied(self) -> tuple[Applied, ...]:
        """The rules that are asked of the case.

        Raises:
            KeyError: No such item or place.
        """
        case = self.facts.case
        return self.world.world.snapshot.applied(item=case.item, jurisdiction=case.jurisdiction)


_Coded = tuple[str, Coded | None, Coded, tuple[tuple[str, str | None], ...]]
"""A rule made ready: its check id, applicability, condition and needs."""


_MOST_DAYS = 256
"""So many places and days have their rules kept in one list."""


class Verdicts:
    """Judges cases by the rules of a graph; each rule is coded when it is first asked."""

    def __init__(self) -> None:
        """Begin without any rule coded."""
        self._coded: dict[int, tuple[Rule, _Coded]] = {}
        self._asked: dict[int, tuple[tuple[Applied, ...], list[_Coded]]] = {}

    def of(self, case: Prepared) -> Mapping[str, Verdict]:
        """Return the verdict of each check that is asked, as `judge` gives it."""
        world = case.world
        first = {
            check: _verdict(applies, condition, needs, world)
            for check, applies, condition, needs in self._asked_of(case.applied)
        }
        if Verdict.FAIL not in first.values():
            return first
        echoes = {
            one.rule.id
            for one in case.applied
            if first[one.rule.text.id] in _OPEN and _may_repeat(one.rule, first)
        }
        if not echoes:
            return first
        judged = judge(
            case.facts, case.graph, checks=frozenset(echoes), known_at=case.known_at
        ).findings
        return first | {one.check: one.verdict for one in judged if one.check in echoes}

    def _asked_of(self, applied: tuple[Applied, ...]) -> list[_Coded]:
        """Return the rules of a place and day; the tuple is kept, so that its id stays its own."""
        found = self._asked.get(id(applied))
        if found is None:
            if len(self._asked) == _MOST_DAYS:
                self._asked.clear()  # an archive has cases of thousands of days
            found = applied, [self._code(one.rule) for one in applied]
            self._asked[id(applied)] = found
        return found[1]

    def _code(self, rule: Rule) -> _Coded:
        found = self._coded.get(id(rule))
        if found is None:
            applies = coded(rule.applies_when) if rule.applies_when else None
            needs = tuple((need.kind, need.field) for need in rule.needs)
            found = self._coded[id(rule)] = rule, (rule.id, applies, coded(rule.check), needs)
        return found[1]


def _verdict(
    applies: Coded | None,
    condition: Coded,
    needs: tuple[tuple[str, str | None], ...],
    world: BareWorld,
) -> Verdict:
    asked = applies(world) if applies is not None else True
    if asked is False:
        return Verdict.NOT_APPLICABLE
    holds = condition(world)
    if holds is False:
        return Verdict.FAIL if asked is True else Verdict.UNDETERMINED
    if holds is True and asked is True and (not needs or _all_there(needs, world)):
        return Verdict.PASS
    return Verdict.UNDETERMINED


_OPEN = frozenset({Verdict.FAIL, Verdict.UNDETERMINED})


def _may_repeat(rule: Rule, verdicts: Mapping[str, Verdict]) -> bool:
    """Tell whether a root of the rule failed, so that its finding may be the root's."""
    return any(verdicts.get(root) is Verdict.FAIL for root in rule.text.repeats or ())


def _all_there(needs: tuple[tuple[str, str | None], ...], world: BareWorld) -> bool:
    return all(_there(kind, field, world) for kind, field in needs)


def _there(kind: str, field: str | None, world: BareWorld) -> bool:
    """Return whether a paper, or an entry of one that is surely of this kind, is there."""
    papers: list[Any] = [paper for paper, maybe in world.papers[kind,].items if not maybe]
    if field is None or not papers:
        return world.handed_in[kind,] is True
    return any(paper.there[field] is True for paper in papers)
