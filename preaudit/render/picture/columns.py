"""The graph of one day in five columns, from what is applied for to the law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules_kg.citations import Cited
from rules_kg.graph import Graph
from rules_kg.rules import Rule, rule_node
from rules_kg.schema import Condition
from rules_kg.snapshot import Snapshot

OUTCOMES: Mapping[str, str] = {
    "correct": "需补正",
    "deferrable": "可容缺",
    "commitment": "可告知承诺",
    "advice": "建议",
}
_READING = frozenset({"checks", "must_agree"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A node in its column."""

    id: str
    column: int
    title: str
    sub: str
    """A second line: an id, or where a clause stands."""
    text: str
    """What the details say."""
    tone: str = ""
    group: str = ""
    item: str = ""
    """Of items, conditions and rules: the item that they belong to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An edge from the left to the right."""

    start: str
    end: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """All spots and lines."""

    spots: tuple[Spot, ...]
    lines: tuple[Line, ...]


def columns(graph: Graph, *, item: str | None, as_of: date) -> Columns:
    """Return what is in force on a day.

    Args:
        graph: The graph.
        item: Only what this item asks for; all items by default.
        as_of: The day.
    """
    gatherer = _Gatherer(graph, graph.at(as_of=as_of))
    for name in sorted(graph.items) if item is None else [item]:
        gatherer.add_item(name)
    return gatherer.columns()


class _Gatherer:
    def __init__(self, graph: Graph, snapshot: Snapshot) -> None:
        self._graph = graph
        self._snapshot = snapshot
        self._network = graph.network
        self._spots: dict[str, Spot] = {}
        self._lines: dict[tuple[str, str], str] = {}

    def columns(self) -> Columns:
        """Return what was gathered, each column in an order that keeps neighbours near."""
        spots = sorted(self._spots.values(), key=lambda one: (one.column, one.group, one.id))
        return Columns(
            spots=tuple(spots),
            lines=tuple(
                Line(start=start, end=end, kind=kind)
                for (start, end), kind in sorted(self._lines.items())
                if start in self._spots and end in self._spots
            ),
        )

    def add_item(self, name: str) -> None:
        """Add an item with its conditions, papers, rules and clauses."""
        item = self._snapshot.items[name]
        node = f"item:{name}"
        self._add(node, 0, sub=name, tone="item", group=name, item=name)
        self._cite(node, item.cites)
        for index, condition in enumerate(item.conditions):
            self._add_condition(name, condition, index, on_paper=True)
        for index, condition in enumerate(item.not_on_paper or (), len(item.conditions)):
            self._add_condition(name, condition, index, on_paper=False)
        for material in item.materials or ():
            self._add_kind(material.kind)
            self._lines[node, f"kind:{material.kind}"] = "requires"
        for rule in self._snapshot.rules:
            if rule.text.item == name:
                self._add_rule(rule)

    def _add_condition(
        self, item: str, condition: Condition, index: int, *, on_paper: bool
    ) -> None:
        node = f"condition:{item}/{condition.id}"
        tone = "condition" if on_paper else "bare"
        sub = condition.id if on_paper else "材料不能证明"
        title, group = condition.title.zh, f"{item}/{index:03}"
        self._add(node, 0, title=title, sub=sub, tone=tone, group=group, item=item)
        self._lines[f"item:{item}", node] = "has"
        for kind in condition.evidenced_by or ():
            self._add_kind(kind)
            self._lines[node, f"kind:{kind}"] = "evidences"
        self._cite(node, condition.cites)

    def _add_kind(self, kind: str) -> None:
        self._add(f"kind:{kind}", 1, sub=kind, tone="kind")

    def _add_rule(self, rule: Rule) -> None:
        node = f"rule:{rule_node(rule)}"
        text = rule.text
        shown = f"{OUTCOMES[text.outcome]} · {rule.key}"
        said = f"{text.message.zh}\n{' '.join(text.check.split())}"
        family = text.id.split(".")[0]
        self._add(node, 3, sub=shown, text=said, tone=text.outcome, group=family, item=text.item)
        read: set[str] = set()
        for end, facts in self._network.succ[node].items():
            if facts["kind"] in _READING and end.startswith("field:"):
                kind = end.removeprefix("field:").partition(".")[0]
                read.add(kind)
                self._add_kind(kind)
                self._add(end, 2, sub=self._titled(kind, end), tone="field", group=kind)
                self._lines[f"kind:{kind}", end] = "has"
                self._lines[end, node] = facts["kind"]
        for end, facts in self._network.succ[node].items():
            kind = end.removeprefix("kind:")
            if facts["kind"] == "checks" and end.startswith("kind:") and kind not in read:
                self._add_kind(kind)
                self._lines[end, node] = "checks"
        self._cite(node, text.cites)

    def _titled(self, kind: str, field: str) -> str:
        title = self._network.nodes[f"kind:{kind}"]["title"]
        return f"{title} · {field.rpartition('.')[2]}"

    def _cite(self, node: str, cites: Iterable[str]) -> None:
        for cited in self._snapshot.cited(cites):
            self._add_clause(cited)
            self._lines[node, f"clause:{cited.id}"] = "cites"

    def _add_clause(self, cited: Cited) -> None:
        version = cited.version
        until = f"，至{version.valid_until}前" if version.valid_until else ""
        tone = "clause" if cited.clause.verified else "unverified"
        self._add(
            f"clause:{cited.id}",
            4,
            title=cited.title,
            sub=cited.clause.summary.zh,
            text=f"{cited.clause.summary.zh}\n{version.version}版，{version.valid_from}起施行{until}",
            tone=tone,
            group=cited.regulation.id,
        )

    def _add(self, node: str, column: int, **facts: str) -> None:
        title = facts.pop("title", "") or str(self._network.nodes[node]["title"])
        more: dict[str, Any] = {"text": "", **facts}
        self._spots.setdefault(node, Spot(id=node, column=column, title=title, **more))
