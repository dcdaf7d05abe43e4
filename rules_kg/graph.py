"""The regulation graph: what applies to whom on which day, and how it hangs together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import networkx as nx

from rules_kg.citations import Cited
from rules_kg.language.scope import Scope
from rules_kg.language.syntax import Expression
from rules_kg.rules import Applied, Need, Phrase, Rule, rule_node
from rules_kg.schema import (
    Attribute,
    Authority,
    Item,
    Jurisdiction,
    NeverAsked,
    Parameter,
    Regulation,
    Words,
)
from rules_kg.snapshot import (
    ParameterValue,
    Row,
    Snapshot,
    chain_of,
    clauses_at,
    items_at,
    places_at,
    values_at,
)
from rules_kg.vocabulary import Vocabulary

__all__ = [
    "Applied",
    "Graph",
    "Need",
    "ParameterValue",
    "Phrase",
    "Row",
    "Rule",
    "kind_title",
    "rule_node",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Graph:
    """All law, items, places, parameters and rules that were loaded, of all days."""

    vocabulary: Vocabulary
    scope: Scope
    regulations: Mapping[str, Regulation]
    items: Mapping[str, Item]
    authorities: Mapping[str, Authority]
    attributes: Mapping[str, Attribute]
    """What decides which items a project needs, in the order it is asked."""
    needed_when: Mapping[str, Expression]
    """Item id to the condition on `project`; an item without one is always needed."""
    jurisdictions: Mapping[str, Jurisdiction]
    parameters: Mapping[str, tuple[Parameter, ...]]
    """By id; one for each jurisdiction that sets it."""
    rules: tuple[Rule, ...]
    """In the order of id, jurisdiction and version."""
    never_asked: tuple[NeverAsked, ...]
    spots: Mapping[str, tuple[str, int]]
    """File and line of items, their materials (`material:<item>/<kind>`), parameters, places."""
    checks: Mapping[str, tuple[str, ...]]
    """Item id to the check ids that are asked of it."""
    phrases: Mapping[Words, Phrase]
    """Overlays' remedies, parsed."""
    network: nx.DiGraph
    """Nodes and edges as `rules_kg.network` says."""
    digest: str
    """SHA-256 of everything that decides verdicts."""

    def at(self, *, as_of: date, known_at: date | None = None) -> Snapshot:
        """Return what is in force on a day, as it was known on a day.

        Args:
            as_of: The day whose law decides.
            known_at: The day whose knowledge decides; by default all that nothing superseded.
        """
        return _snapshot(self, as_of, known_at)

    def chain(self, jurisdiction: str) -> tuple[Jurisdiction, ...]:
        """Return a place and the places it lies in, the nearest first.

        Raises:
            KeyError: No such place; the message suggests one.
        """
        return chain_of(jurisdiction, self.jurisdictions)

    def applied(self, *, item: str, jurisdiction: str, day: date) -> tuple[Applied, ...]:
        """Return the rules that are asked of an item, in a place, by the law of a day.

        Raises:
            KeyError: No such item or place.
        """
        return self.at(as_of=day).applied(item=item, jurisdiction=jurisdiction)

    def cited(self, written: Iterable[str], day: date) -> tuple[Cited, ...]:
        """Return the clauses that citations mean on a day; those not in force then are left out."""
        return self.at(as_of=day).cited(written)

    def parameter(self, name: str, *, jurisdiction: str, day: date) -> ParameterValue | None:
        """Return a parameter's value for a place on a day; None when none is set."""
        return self.at(as_of=day).parameter(name, jurisdiction=jurisdiction)

    def rule_versions(self, check: str) -> tuple[Rule, ...]:
        """Return every rule of a check id, over all dates and places."""
        return tuple(rule for rule in self.rules if rule.id == check)

    def basis_of(self, rule: Rule) -> tuple[str, ...]:
        """Return the nodes that a rule rests on or reads: clauses, kinds, parameters."""
        return tuple(sorted(self.network.successors(f"rule:{rule_node(rule)}")))

    def resting_on(self, node: str) -> tuple[str, ...]:
        """Return the nodes that point to a node, such as all rules that cite a clause."""
        return tuple(sorted(self.network.predecessors(node))) if node in self.network else ()


@lru_cache(maxsize=256)
def _snapshot(graph: Graph, as_of: date, known_at: date | None) -> Snapshot:
    return Snapshot(
        as_of=as_of,
        known_at=known_at,
        items=items_at(graph.items, as_of),
        jurisdictions=places_at(graph.jurisdictions, as_of, known_at),
        rules=tuple(
            rule for rule in graph.rules if rule.text.known(known_at) and rule.in_force(as_of)
        ),
        clauses=clauses_at(graph.regulations, as_of, known_at),
        parameters=values_at(graph.parameters, as_of, known_at),
        phrases=graph.phrases,
    )


def kind_title(vocabulary: Vocabulary, kind: str) -> Words:
    """Return a kind's labels; the id itself for one that is not in the vocabulary."""
    found = vocabulary.kinds.get(kind)
    return found.title if found else Words(zh=kind, en=kind)
