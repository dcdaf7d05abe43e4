"""The graph's nodes and edges, for questions that follow connections.

A node's id is its type, a colon, and its id in the content folder; it never depends on the order of
files or on other nodes, so that what was exported can be compared with what is exported later:

`law:<regulation>`, `version:<regulation>@<date>`, `clause:<regulation>@<date>#<clause>`,
`item:<item>`, `condition:<item>/<condition>`, `kind:<kind>`, `field:<kind>.<field>`, `role:<role>`,
`rule:<check>@<version>` (with `@<place>` behind it where that is not `cn`),
`parameter:<parameter>`, `jurisdiction:<place>`, `authority:<authority>`.

Every node has `type`, `title` and `title_en`, a clause also its place in the law as `label`; every
edge has `kind`:

| kind | from | to |
|---|---|---|
| has | law, version, item, kind | version, clause, condition, field |
| amends | version | version |
| repeals | version | law |
| implements | law | law |
| cites | rule, item, condition, authority, parameter | clause |
| requires | item | kind |
| substitutes | kind | kind |
| evidences | kind | condition |
| asked_of | rule | item |
| checks | rule | kind, field, role |
| must_agree | rule | field |
| reads | rule | parameter |
| overrides | jurisdiction | rule |
| within | jurisdiction | jurisdiction |
| decided_by | item | authority |
| yields | item | kind |
| after | item | item |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import networkx as nx

from rules_kg.citations import Cited, clauses_cited
from rules_kg.clocks import Dated
from rules_kg.language.reach import reach
from rules_kg.language.walk import kinds_named, parameters_named
from rules_kg.rules import Rule, rule_node
from rules_kg.schema import (
    Authority,
    Condition,
    Item,
    Jurisdiction,
    Parameter,
    Regulation,
    Version,
    Words,
)
from rules_kg.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the network is made of."""

    vocabulary: Vocabulary
    regulations: Mapping[str, Regulation]
    items: Mapping[str, Item]
    authorities: Mapping[str, Authority]
    jurisdictions: Mapping[str, Jurisdiction]
    parameters: Mapping[str, tuple[Parameter, ...]]
    rules: Sequence[Rule]


def build_network(parts: Parts) -> nx.DiGraph:
    """Return the directed graph of law, items, kinds, parameters and rules."""
    builder = _Builder(parts)
    builder.add_vocabulary()
    builder.add_law()
    builder.add_items()
    builder.add_parameters()
    builder.add_rules()
    builder.add_places()
    return builder.network


class _Builder:
    def __init__(self, parts: Parts) -> None:
        self.network = nx.DiGraph()
        self._parts = parts
        kinds = parts.vocabulary.kinds.values()
        self._carried = {kind.id: frozenset(kind.fields) for kind in kinds}
        self._variables = [kind.variable for kind in kinds]

    def _node(self, kind: str, name: str, title: Words, **more: str) -> str:
        node = f"{kind}:{name}"
        self.network.add_node(node, type=kind, title=title.zh, title_en=title.en, **more)
        return node

    def _edge(self, start: str, end: str, kind: str) -> None:
        self.network.add_edge(start, end, kind=kind)

    def _cite(self, node: str, cites: Iterable[str]) -> None:
        for written in cites:
            for cited in clauses_cited(written, self._parts.regulations):
                self._edge(node, f"clause:{cited.id}", "cites")

    def add_vocabulary(self) -> None:
        """Add kinds with their fields, and roles."""
        vocabulary = self._parts.vocabulary
        for kind in vocabulary.kinds.values():
            node = self._node("kind", kind.id, kind.title)
            for name in kind.fields:
                title = Words(zh=vocabulary.fields[name].zh, en=name.replace("_", " "))
                self._edge(node, self._node("field", f"{kind.id}.{name}", title), "has")
        for role, title_zh in vocabulary.roles.items():
            self._node("role", role, Words(zh=title_zh, en=role.replace("-", " ")))

    def add_law(self) -> None:
        """Add regulations, their versions and clauses."""
        for regulation in self._parts.regulations.values():
            law = self._node("law", regulation.id, regulation.title, level=regulation.level.value)
            # What was superseded comes first, so that what holds has the last word on a node.
            for version in sorted(regulation.versions, key=lambda one: one.known(None)):
                self._add_version(law, regulation, version)
        for regulation in self._parts.regulations.values():
            for other in regulation.implements or ():
                self._edge(f"law:{regulation.id}", f"law:{other}", "implements")

    def _add_version(self, law: str, regulation: Regulation, version: Version) -> None:
        name = f"{regulation.id}@{version.version.isoformat()}"
        node = self._node("version", name, regulation.title, **_period(version))
        self._edge(law, node, "has")
        if version.amends:
            self._edge(node, f"version:{regulation.id}@{version.amends.isoformat()}", "amends")
        for repealed in version.repeals or ():
            self._edge(node, f"law:{repealed}", "repeals")
        for clause in sorted(version.clauses, key=lambda one: one.known(None)):
            verified = "true" if clause.verified else "false"
            label = Cited(regulation=regulation, version=version, clause=clause).title
            facts = {"label": label, "verified": verified}
            made = self._node("clause", f"{name}#{clause.id}", clause.summary, **facts)
            self._edge(node, made, "has")

    def add_items(self) -> None:
        """Add authorities, items, what they ask for, and their order."""
        for authority in self._parts.authorities.values():
            node = self._node("authority", authority.id, authority.title)
            self._cite(node, authority.cites)
        for item in self._parts.items.values():
            self._add_item(item)

    def _add_item(self, item: Item) -> None:
        stage = {"stage": str(item.stage)} if item.stage else {}
        node = self._node("item", item.id, item.title, **stage)
        self._cite(node, item.cites)
        conditions: list[Condition] = [*item.conditions, *(item.not_on_paper or ())]
        # One id of several periods is one node; what holds last has the last word on it.
        for condition in sorted(conditions, key=lambda one: one.valid_from or date.min):
            asked = self._node("condition", f"{item.id}/{condition.id}", condition.title)
            self._edge(node, asked, "has")
            self._cite(asked, condition.cites)
            for kind in condition.evidenced_by or ():
                self._edge(f"kind:{kind}", asked, "evidences")
        for material in item.materials or ():
            self._edge(node, f"kind:{material.kind}", "requires")
            for other in material.substitutes or ():
                self._edge(f"kind:{other}", f"kind:{material.kind}", "substitutes")
        if item.authority:
            self._edge(node, f"authority:{item.authority}", "decided_by")
        if item.yields:
            self._edge(node, f"kind:{item.yields}", "yields")
        for before in item.after or ():
            self._edge(node, f"item:{before}", "after")

    def add_parameters(self) -> None:
        """Add parameters with what they rest on."""
        for name, variants in self._parts.parameters.items():
            node = self._node("parameter", name, variants[0].title)
            for variant in variants:
                for dated in variant.values:
                    self._cite(node, dated.cites or ())

    def add_rules(self) -> None:
        """Add rules with all that they read and rest on."""
        for rule in self._parts.rules:
            node = self._node("rule", rule_node(rule), rule.text.title, **_period(rule.text))
            self._edge(node, f"item:{rule.text.item}", "asked_of")
            self._cite(node, rule.text.cites)
            self._add_reads(node, rule)

    def _add_reads(self, node: str, rule: Rule) -> None:
        kinds = {need.kind for need in rule.needs}
        checked = {(need.kind, need.field) for need in rule.needs if need.field}
        agreeing: set[tuple[str, str]] = set()
        for expression in rule.expressions:
            kinds |= kinds_named(expression, self._variables)
            for name in parameters_named(expression):
                self._edge(node, f"parameter:{name}", "reads")
        for expression in rule.conditions:
            reached = reach(expression, self._carried)
            checked |= reached.entries
            agreeing |= reached.agreeing
            for role in reached.roles & set(self._parts.vocabulary.roles):
                self._edge(node, f"role:{role}", "checks")
        for kind in sorted(kinds):
            self._edge(node, f"kind:{kind}", "checks")
        for kind, name in sorted(checked):
            edge = "must_agree" if (kind, name) in agreeing else "checks"
            self._edge(node, f"field:{kind}.{name}", edge)

    def add_places(self) -> None:
        """Add places with the rules that they change or replace."""
        for place in self._parts.jurisdictions.values():
            self._node("jurisdiction", place.id, place.title)
        for place in self._parts.jurisdictions.values():
            node = f"jurisdiction:{place.id}"
            if place.parent:
                self._edge(node, f"jurisdiction:{place.parent}", "within")
            changed = {overlay.rule for overlay in place.overlays or ()}
            for rule in self._parts.rules:
                own = rule.text.jurisdiction == place.id
                if rule.id in changed or (own and place.parent is not None):
                    self._edge(node, f"rule:{rule_node(rule)}", "overrides")


def _period(record: Dated) -> dict[str, str]:
    """Return a record's periods as attributes, those that are open left out."""
    names = ("valid_from", "valid_until", "recorded_at", "superseded_at")
    dates = ((name, getattr(record, name)) for name in names)
    return {name: day.isoformat() for name, day in dates if day is not None}
