"""The regulation graph: what applies to whom on which day, and how it hangs together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import networkx as nx

from rules_kg.citations import Cited, clause_at
from rules_kg.faults import nearest
from rules_kg.language.scope import Scope
from rules_kg.language.syntax import Expression
from rules_kg.language.template import Template
from rules_kg.schema import (
    Item,
    Jurisdiction,
    Overlay,
    Parameter,
    Regulation,
    RuleText,
    Words,
)
from rules_kg.vocabulary import Vocabulary

Row = Mapping[str, bool | int | Decimal | date | str]
ParameterValue = bool | int | Decimal | date | str | tuple[str, ...] | tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A paper, or an entry of a paper, without which a check cannot pass."""

    kind: str
    field: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A template in both languages."""

    zh: Template
    en: Template


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """A rule with its expressions parsed and checked."""

    text: RuleText
    file: str
    line: int
    check: Expression
    applies_when: Expression | None
    soften_when: Expression | None
    needs: tuple[Need, ...]
    message: Phrase
    on_undetermined: Phrase
    remedy: Phrase

    @property
    def id(self) -> str:
        """The check id."""
        return self.text.id

    @property
    def key(self) -> str:
        """`id@version`, as reports name it."""
        return f"{self.text.id}@{self.text.version}"

    def in_force(self, day: date) -> bool:
        """Whether the rule may be used on a day."""
        until = self.text.valid_until
        return self.text.valid_from <= day and (until is None or day < until)

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """Every expression of the rule, those of its templates included."""
        conditions = (self.check, self.applies_when, self.soften_when)
        phrases = (self.message, self.on_undetermined, self.remedy)
        templates = [one for phrase in phrases for one in (phrase.zh, phrase.en)]
        inserted = [part.expression for one in templates for part in one.expressions]
        return (*(one for one in conditions if one is not None), *inserted)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Applied:
    """A rule as it stands for one place on one day."""

    rule: Rule
    outcome: str
    severity: str
    cites: tuple[Cited, ...]
    remedy: Phrase
    overlays: tuple[tuple[Jurisdiction, Overlay], ...]
    """What the place changed, the nearest place last."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Graph:
    """All law, items, places, parameters and rules that were loaded."""

    vocabulary: Vocabulary
    scope: Scope
    regulations: Mapping[str, Regulation]
    items: Mapping[str, Item]
    jurisdictions: Mapping[str, Jurisdiction]
    parameters: Mapping[str, tuple[Parameter, ...]]
    """By id; one for each jurisdiction that sets it."""
    rules: tuple[Rule, ...]
    """In the order of id, jurisdiction and version."""
    checks: Mapping[str, tuple[str, ...]]
    """Item id to the check ids that are asked of it."""
    phrases: Mapping[Words, Phrase]
    """Overlays' remedies, parsed."""
    network: nx.DiGraph
    """Nodes `law:…`, `version:…`, `clause:…`, `item:…`, `condition:…`, `kind:…`, `parameter:…` and
    `rule:…`; edges as `rules_kg.network` says."""
    digest: str
    """SHA-256 of everything that decides verdicts."""

    def chain(self, jurisdiction: str) -> tuple[Jurisdiction, ...]:
        """Return a place and the places it lies in, the nearest first.

        Raises:
            KeyError: No such place; the message suggests one.
        """
        here: Jurisdiction | None = self._place(jurisdiction)
        found: list[Jurisdiction] = []
        while here is not None:
            found.append(here)
            here = self.jurisdictions[here.parent] if here.parent else None
        return tuple(found)

    def _place(self, name: str) -> Jurisdiction:
        for one in self.jurisdictions.values():
            if name == one.id or name in (one.also or ()):
                return one
        hint = nearest(name, self.jurisdictions)
        raise KeyError(f"unknown jurisdiction {name!r}{hint}")

    def applied(self, *, item: str, jurisdiction: str, day: date) -> tuple[Applied, ...]:
        """Return the rules that are asked of an item, in a place, by the law of a day.

        Args:
            item: Item id.
            jurisdiction: Place id; its parents' rules hold too unless it has its own.
            day: The day whose law decides.

        Returns:
            One for each check id, in the order of ids.

        Raises:
            KeyError: No such item or place.
        """
        if item not in self.items:
            raise KeyError(f"unknown item {item!r}{nearest(item, self.items)}")
        chain = self.chain(jurisdiction)
        nearness = {place.id: index for index, place in enumerate(chain)}
        chosen: dict[str, Rule] = {}
        for rule in self.rules:
            if rule.text.item != item or rule.text.jurisdiction not in nearness:
                continue
            rival = chosen.get(rule.id)
            nearer = rival is None or (
                nearness[rule.text.jurisdiction] < nearness[rival.text.jurisdiction]
            )
            if nearer and rule.in_force(day):
                chosen[rule.id] = rule
        return tuple(self._apply(chosen[check], chain, day) for check in sorted(chosen))

    def _apply(self, rule: Rule, chain: tuple[Jurisdiction, ...], day: date) -> Applied:
        applied = Applied(
            rule=rule,
            outcome=rule.text.outcome,
            severity=rule.text.severity,
            cites=self.cited(rule.text.cites, day),
            remedy=rule.remedy,
            overlays=(),
        )
        for place in reversed(chain):
            for overlay in place.overlays or ():
                if overlay.rule == rule.id and overlay.in_force(day):
                    applied = self._overlaid(applied, place, overlay, day)
        return applied

    def _overlaid(
        self, applied: Applied, place: Jurisdiction, overlay: Overlay, day: date
    ) -> Applied:
        return replace(
            applied,
            outcome=overlay.outcome or applied.outcome,
            severity=overlay.severity or applied.severity,
            cites=(*self.cited(overlay.cites or (), day), *applied.cites),
            remedy=self.phrases[overlay.remedy] if overlay.remedy else applied.remedy,
            overlays=(*applied.overlays, (place, overlay)),
        )

    def cited(self, written: Iterable[str], day: date) -> tuple[Cited, ...]:
        """Return the clauses that citations mean on a day; those not in force then are left out."""
        found = (clause_at(one, self.regulations, day) for one in written)
        return tuple(one for one in found if one is not None)

    def parameter(self, name: str, *, jurisdiction: str, day: date) -> ParameterValue | None:
        """Return a parameter's value for a place on a day; None when none is set.

        Tables are tuples of rows; a column that a row leaves out is not in its mapping.
        """
        by_place = {one.jurisdiction: one for one in self.parameters.get(name, ())}
        for place in self.chain(jurisdiction):
            if place.id in by_place:
                return _value_at(by_place[place.id], day)
        return None

    def rule_versions(self, check: str) -> tuple[Rule, ...]:
        """Return every rule of a check id, over all dates and places."""
        return tuple(rule for rule in self.rules if rule.id == check)

    def basis_of(self, rule: Rule) -> tuple[str, ...]:
        """Return the nodes that a rule rests on or reads: clauses, kinds, parameters."""
        return tuple(sorted(self.network.successors(f"rule:{rule_node(rule)}")))

    def resting_on(self, node: str) -> tuple[str, ...]:
        """Return the nodes that point to a node, such as all rules that cite a clause."""
        return tuple(sorted(self.network.predecessors(node))) if node in self.network else ()


def rule_node(rule: Rule) -> str:
    """Return a rule's name in the network: `id@version`, with its place unless that is `cn`."""
    place = rule.text.jurisdiction
    return rule.key if place == "cn" else f"{rule.key}@{place}"


def _value_at(parameter: Parameter, day: date) -> ParameterValue | None:
    value: ParameterValue | None = None
    for dated in parameter.values:
        if dated.from_ <= day:
            if dated.rows is not None:
                value = tuple(dated.rows)
            else:
                value = tuple(dated.value) if isinstance(dated.value, list) else dated.value
    return value


def kind_title(vocabulary: Vocabulary, kind: str) -> Words:
    """Return a kind's labels; the id itself for one that is not in the vocabulary."""
    found = vocabulary.kinds.get(kind)
    return found.title if found else Words(zh=kind, en=kind)
