"""The graph on one day as it was known on another: what a judge needs, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from rules_kg.citations import Cited, read_reference
from rules_kg.faults import nearest
from rules_kg.rules import Applied, Phrase, Rule
from rules_kg.schema import (
    Held,
    Item,
    Jurisdiction,
    Overlay,
    Parameter,
    Regulation,
    ValueFrom,
    Words,
)

H = TypeVar("H", bound=Held)

Row = Mapping[str, bool | int | Decimal | date | str]
ParameterValue = bool | int | Decimal | date | str | tuple[str, ...] | tuple[Row, ...]


@dataclass(frozen=True, slots=True, weakref_slot=True, kw_only=True, eq=False)
class Snapshot:
    """Rules, clauses, parameters and overlays in force on a day, as they were known on a day."""

    as_of: date
    """The day whose law decides."""
    known_at: date | None
    """The day whose knowledge decides; None: all that nothing superseded."""
    items: Mapping[str, Item]
    """Every item, with the conditions, materials and time limits of the day."""
    jurisdictions: Mapping[str, Jurisdiction]
    """Every place, with the overlays that hold."""
    rules: tuple[Rule, ...]
    """Those that hold, of all items and places."""
    clauses: Mapping[str, Cited]
    """Those that hold, by `regulation#clause`."""
    parameters: Mapping[str, Mapping[str, ValueFrom]]
    """By id and place: the value that holds."""
    phrases: Mapping[Words, Phrase]
    _asked: dict[tuple[str, str], tuple[Applied, ...]] = field(default_factory=dict, repr=False)
    _set: dict[str, Mapping[str, ParameterValue]] = field(default_factory=dict, repr=False)

    def chain(self, jurisdiction: str) -> tuple[Jurisdiction, ...]:
        """Return a place and the places it lies in, the nearest first.

        Raises:
            KeyError: No such place; the message suggests one.
        """
        return chain_of(jurisdiction, self.jurisdictions)

    def applied(self, *, item: str, jurisdiction: str) -> tuple[Applied, ...]:
        """Return the rules that are asked of an item in a place.

        Args:
            item: Item id.
            jurisdiction: Place id; its parents' rules hold too unless it has its own.

        Returns:
            One for each check id, in the order of ids.

        Raises:
            KeyError: No such item or place.
        """
        key = (item, jurisdiction)
        if key not in self._asked:
            self._asked[key] = self._applied(item, self.chain(jurisdiction))
        return self._asked[key]

    def _applied(self, item: str, chain: tuple[Jurisdiction, ...]) -> tuple[Applied, ...]:
        if item not in self.items:
            raise KeyError(f"unknown item {item!r}{nearest(item, self.items)}")
        nearness = {place.id: index for index, place in enumerate(chain)}
        chosen: dict[str, Rule] = {}
        for rule in self.rules:
            place = rule.text.jurisdiction
            if rule.text.item != item or place not in nearness:
                continue
            rival = chosen.get(rule.id)
            if rival is None or nearness[place] < nearness[rival.text.jurisdiction]:
                chosen[rule.id] = rule
        return tuple(self._apply(chosen[check], chain) for check in sorted(chosen))

    def _apply(self, rule: Rule, chain: tuple[Jurisdiction, ...]) -> Applied:
        applied = Applied(
            rule=rule,
            outcome=rule.text.outcome,
            severity=rule.text.severity,
            cites=self.cited(rule.text.cites),
            remedy=rule.remedy,
            overlays=(),
        )
        for place in reversed(chain):
            for overlay in place.overlays or ():
                if overlay.rule == rule.id:
                    applied = self._overlaid(applied, place, overlay)
        return applied

    def _overlaid(self, applied: Applied, place: Jurisdiction, overlay: Overlay) -> Applied:
        return replace(
            applied,
            outcome=overlay.outcome or applied.outcome,
            severity=overlay.severity or applied.severity,
            cites=(*self.cited(overlay.cites or ()), *applied.cites),
            remedy=self.phrases[overlay.remedy] if overlay.remedy else applied.remedy,
            overlays=(*applied.overlays, (place, overlay)),
        )

    def cited(self, written: Iterable[str]) -> tuple[Cited, ...]:
        """Return the clauses that citations mean; those that do not hold are left out."""
        found = (self.clause(one) for one in written)
        return tuple(one for one in found if one is not None)

    def clause(self, written: str) -> Cited | None:
        """Return the clause that a citation means; None when it does not hold."""
        reference = read_reference(written)
        found = self.clauses.get(f"{reference.regulation}#{reference.clause}")
        if found is None or reference.version not in {None, found.version.version}:
            return None
        return found

    def parameter(self, name: str, *, jurisdiction: str) -> ParameterValue | None:
        """Return a parameter's value for a place; None when none is set.

        Tables are tuples of rows; a column that a row leaves out is not in its mapping.
        """
        return self.values(jurisdiction).get(name)

    def values(self, jurisdiction: str) -> Mapping[str, ParameterValue]:
        """Return every parameter that is set for a place, the nearest place's value of each."""
        if jurisdiction not in self._set:
            chain = self.chain(jurisdiction)
            found = {name: _nearest_value(by, chain) for name, by in self.parameters.items()}
            self._set[jurisdiction] = {
                name: value for name, value in found.items() if value is not None
            }
        return self._set[jurisdiction]


def _nearest_value(
    by_place: Mapping[str, ValueFrom], chain: Sequence[Jurisdiction]
) -> ParameterValue | None:
    for place in chain:
        if place.id in by_place:
            return parameter_value(by_place[place.id])
    return None


def parameter_value(dated: ValueFrom) -> ParameterValue | None:
    """Return what a dated value says, lists as tuples; None where it ends the parameter."""
    if dated.rows is not None:
        return tuple(dated.rows)
    return tuple(dated.value) if isinstance(dated.value, list) else dated.value


def chain_of(name: str, places: Mapping[str, Jurisdiction]) -> tuple[Jurisdiction, ...]:
    """Return a place and the places it lies in, the nearest first.

    Raises:
        KeyError: No such place; the message suggests one.
    """
    here: Jurisdiction | None = _place(name, places)
    found: list[Jurisdiction] = []
    while here is not None:
        found.append(here)
        here = places[here.parent] if here.parent else None
    return tuple(found)


def _place(name: str, places: Mapping[str, Jurisdiction]) -> Jurisdiction:
    for one in places.values():
        if name == one.id or name in (one.also or ()):
            return one
    raise KeyError(f"unknown jurisdiction {name!r}{nearest(name, places)}")


def clauses_at(
    regulations: Mapping[str, Regulation], as_of: date, known_at: date | None
) -> dict[str, Cited]:
    """Return the clauses that hold, by `regulation#clause`."""
    return {
        f"{regulation.id}#{clause.id}": Cited(regulation=regulation, version=version, clause=clause)
        for regulation in regulations.values()
        for version in regulation.versions
        if version.known(known_at) and version.in_force(as_of)
        for clause in version.clauses
        if clause.known(known_at)
    }


def items_at(items: Mapping[str, Item], as_of: date) -> dict[str, Item]:
    """Return every item with the conditions, materials and time limits that hold."""
    return {name: _item_at(item, as_of) for name, item in items.items()}


def _item_at(item: Item, as_of: date) -> Item:
    return replace(
        item,
        conditions=_held(item.conditions, as_of),
        not_on_paper=_held(item.not_on_paper or (), as_of),
        materials=_held(item.materials or (), as_of),
        time_limits=_held(item.time_limits or (), as_of),
    )


def _held(parts: Iterable[H], as_of: date) -> list[H]:
    return [one for one in parts if one.in_force(as_of)]


def places_at(
    places: Mapping[str, Jurisdiction], as_of: date, known_at: date | None
) -> dict[str, Jurisdiction]:
    """Return every place with the overlays that hold."""
    return {
        name: replace(
            place,
            overlays=[
                one for one in place.overlays or () if one.known(known_at) and one.in_force(as_of)
            ],
        )
        for name, place in places.items()
    }


def values_at(
    parameters: Mapping[str, tuple[Parameter, ...]], as_of: date, known_at: date | None
) -> dict[str, Mapping[str, ValueFrom]]:
    """Return, by parameter and place, the value that holds: the one with the latest first day."""
    found: dict[str, Mapping[str, ValueFrom]] = {}
    for name, variants in parameters.items():
        by_place: dict[str, ValueFrom] = {}
        for variant in variants:
            dated = [one for one in variant.values if one.known(known_at) and one.from_ <= as_of]
            if dated:
                by_place[variant.jurisdiction] = max(dated, key=lambda one: one.from_)
        found[name] = by_place
    return found
