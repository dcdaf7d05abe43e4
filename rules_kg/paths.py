"""From a rule to what stands behind it: clause, version, law; parameter; item, condition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rules_kg.citations import Cited, Reference, clauses_cited, current, read_reference
from rules_kg.clocks import periods_meet
from rules_kg.graph import Graph
from rules_kg.language.walk import parameters_named
from rules_kg.rules import Rule, rule_node
from rules_kg.schema import Condition, Item
from rules_kg.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """A condition of an item that a rule helps to check."""

    condition: Condition
    on_paper: bool
    """False: papers cannot show it, the rule touches only what the law says of it."""
    clauses: tuple[str, ...]
    """Citations that rule and condition share; empty when only papers connect them."""
    kinds: tuple[str, ...]
    """Papers of which the rule reads something and that are evidence of the condition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """What stands behind a rule."""

    rule: Rule
    grounds: tuple[Cited, ...]
    """The clauses it cites, in every version of the law that it may mean."""
    parameters: Mapping[str, tuple[Cited, ...]]
    """The parameters it reads, with the clauses that set them."""
    item: Item
    asks: tuple[Asks, ...]
    """Those that share a clause with the rule; where none does, those that share a paper."""


def path_of(rule: Rule, graph: Graph, *, as_of: date | None = None) -> Path:
    """Return what stands behind a rule.

    Args:
        rule: A rule of the graph.
        graph: The graph.
        as_of: Only what is in force on this day; by default of all days.
    """
    items = graph.items if as_of is None else graph.at(as_of=as_of).items
    item = items[rule.text.item]
    names = {name for one in rule.expressions for name in parameters_named(one)}
    return Path(
        rule=rule,
        grounds=_cited(rule.text.cites, graph, as_of),
        parameters={name: _parameter_grounds(name, graph, as_of) for name in sorted(names)},
        item=item,
        asks=_asks(rule, item, graph),
    )


def _cited(written: Iterable[str], graph: Graph, as_of: date | None) -> tuple[Cited, ...]:
    found = [one for cite in written for one in current(clauses_cited(cite, graph.regulations))]
    distinct = {one.id: one for one in found}.values()
    return tuple(one for one in distinct if as_of is None or one.version.in_force(as_of))


def _parameter_grounds(name: str, graph: Graph, as_of: date | None) -> tuple[Cited, ...]:
    cites = [
        cite
        for variant in graph.parameters.get(name, ())
        for dated in variant.values
        if dated.known(None)
        for cite in dated.cites or ()
    ]
    return _cited(cites, graph, as_of)


@lru_cache(maxsize=512)
def conditions_without_rule(
    graph: Graph, snapshot: Snapshot, item: str, jurisdiction: str
) -> tuple[Condition, ...]:
    """Return the conditions of an item that papers can show and no rule then helps to check.

    A rule helps where it shares a clause with the condition, or reads a paper that is evidence.
    """
    rules = [one.rule for one in snapshot.applied(item=item, jurisdiction=jurisdiction)]
    cites = [cite for rule in rules for cite in rule.text.cites]
    read = {kind for rule in rules for kind in _kinds_read(rule, graph)}
    return tuple(
        condition
        for condition in snapshot.items[item].conditions
        if not read & set(condition.evidenced_by or ())
        and not any(_shared(one, cites) for one in condition.cites)
    )


def _kinds_read(rule: Rule, graph: Graph) -> set[str]:
    return {
        node.removeprefix("kind:")
        for node in graph.network.successors(f"rule:{rule_node(rule)}")
        if node.startswith("kind:")
    }


def _asks(rule: Rule, item: Item, graph: Graph) -> tuple[Asks, ...]:
    read = _kinds_read(rule, graph)
    found = [
        Asks(
            condition=condition,
            on_paper=on_paper,
            clauses=tuple(one for one in condition.cites if _shared(one, rule.text.cites)),
            kinds=tuple(one for one in condition.evidenced_by or () if one in read),
        )
        for on_paper, conditions in ((True, item.conditions), (False, item.not_on_paper or ()))
        for condition in conditions
        if _meets(condition, rule)
    ]
    by_clause = tuple(one for one in found if one.clauses)
    return by_clause or tuple(one for one in found if one.kinds)


def _meets(condition: Condition, rule: Rule) -> bool:
    """Whether there is a day on which a condition is asked for and a rule holds."""
    text = rule.text
    return periods_meet(
        condition.valid_from, condition.valid_until, text.valid_from, text.valid_until
    )


def _shared(cite: str, cites: Iterable[str]) -> bool:
    """Whether one of several citations is this one, or a part of it, or the whole of it."""
    here = read_reference(cite)
    return any(_same_place(here, read_reference(one)) for one in cites)


def _same_place(one: Reference, other: Reference) -> bool:
    """Whether two citations may mean one clause, or a clause and a part of it."""
    versions = {one.version, other.version} - {None}
    if one.regulation != other.regulation or len(versions) > 1:
        return False
    first, second = one.clause, other.clause
    return first == second or _within(first, second) or _within(second, first)


def _within(part: str, whole: str) -> bool:
    return part.startswith(f"{whole}.")
