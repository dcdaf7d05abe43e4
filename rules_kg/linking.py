"""Faults that show only when records are seen together: unknown ids, dates, overlaps, circles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Protocol

from rules_kg.citations import clauses_cited
from rules_kg.faults import Fault, nearest
from rules_kg.records import Located
from rules_kg.schema import Condition, Item, Jurisdiction, Parameter, Regulation, RuleText


class _Dated(Protocol):
    @property
    def valid_from(self) -> date: ...

    @property
    def valid_until(self) -> date | None: ...


ROOT = "cn"
"""The place in which all others lie."""


def duplicates(records: Iterable[Located[Any]], key: str = "id") -> Iterator[Fault]:
    """Yield a fault for each record whose id another one has already."""
    seen: dict[str, Located[Any]] = {}
    for one in records:
        name = str(getattr(one.record, key))
        if name in seen:
            first = seen[name]
            where = f"{first.file}:{first.spot().line}"
            yield one.fault(f"{name!r} is defined already in {where}", key, code="twice")
        seen.setdefault(name, one)


def regulation_faults(records: Sequence[Located[Regulation]]) -> Iterator[Fault]:
    """Yield what is wrong with versions, their dates, clauses and amendments."""
    known = {one.record.id for one in records}
    for one in records:
        versions = one.record.versions
        names = {version.version for version in versions}
        if len(names) < len(versions):
            yield one.fault("two versions have one date", "versions", code="twice")
        yield from _overlaps(one, versions, "versions")
        for index, version in enumerate(versions):
            clauses = [clause.id for clause in version.clauses]
            for clause in sorted({name for name in clauses if clauses.count(name) > 1}):
                message = f"clause {clause!r} occurs twice in version {version.version}"
                yield one.fault(message, "versions", index, "clauses", code="twice")
            if version.amends and version.amends not in names:
                message = f"amends {version.amends}, which is no version of {one.record.id}"
                yield one.fault(message, "versions", index, "amends", code="unknown_version")
            for repealed in version.repeals or ():
                if repealed not in known:
                    message = f"repeals an unknown regulation {repealed!r}"
                    hint = nearest(repealed, known)
                    yield one.fault(
                        message + hint, "versions", index, "repeals", code="unknown_regulation"
                    )


def _disordered(dated: _Dated) -> bool:
    return dated.valid_until is not None and dated.valid_until <= dated.valid_from


def _overlap(earlier: _Dated, later: _Dated) -> bool:
    return earlier.valid_until is None or later.valid_from < earlier.valid_until


def _overlaps(one: Located[Any], versions: Sequence[_Dated], *steps: str) -> Iterator[Fault]:
    for index, version in enumerate(versions):
        if _disordered(version):
            message = "valid_until must be later than valid_from"
            yield one.fault(message, *steps, index, "valid_until", code="date_order")
    for earlier, later in pairwise(sorted(versions, key=lambda version: version.valid_from)):
        if _overlap(earlier, later):
            message = (
                f"versions overlap: one from {earlier.valid_from} still holds on"
                f" {later.valid_from}; give it a valid_until"
            )
            yield one.fault(message, *steps, code="overlap")


def place_faults(records: Sequence[Located[Jurisdiction]], rules: Iterable[str]) -> Iterator[Fault]:
    """Yield what is wrong with parents and overlays."""
    places = {one.record.id: one.record for one in records}
    checks = frozenset(rules)
    if ROOT not in places:
        yield Fault(file="jurisdictions", line=0, message=f"there is no {ROOT}", code="no_root")
    for one in records:
        parent = one.record.parent
        if parent is None and one.record.id != ROOT:
            yield one.fault(f"parent is missing; every place lies in {ROOT}", code="no_parent")
        elif parent is not None and parent not in places:
            hint = nearest(parent, places)
            yield one.fault(f"unknown parent {parent!r}{hint}", "parent", code="unknown_place")
        elif _circle(one.record, places):
            yield one.fault("lies in itself by way of its parents", "parent", code="circle")
        for index, overlay in enumerate(one.record.overlays or ()):
            if overlay.rule not in checks:
                message = f"overlay of an unknown rule {overlay.rule!r}"
                hint = nearest(overlay.rule, checks)
                yield one.fault(message + hint, "overlays", index, "rule", code="unknown_rule")
            if _disordered(overlay):
                message = "valid_until must be later than valid_from"
                yield one.fault(message, "overlays", index, "valid_until", code="date_order")


def _circle(place: Jurisdiction, places: Mapping[str, Jurisdiction]) -> bool:
    seen: set[str] = set()
    here: Jurisdiction | None = place
    while here is not None and here.parent is not None:
        if here.id in seen:
            return True
        seen.add(here.id)
        here = places.get(here.parent)
    return False


def rule_faults(
    records: Sequence[Located[RuleText]], *, items: Iterable[str], places: Iterable[str]
) -> Iterator[Fault]:
    """Yield what is wrong between rules: ids they name, dates, overlapping versions, circles."""
    known_items, known_places = frozenset(items), frozenset(places)
    checks = {one.record.id for one in records}
    groups: dict[tuple[str, str], list[Located[RuleText]]] = {}
    for one in records:
        rule = one.record
        groups.setdefault((rule.id, rule.jurisdiction), []).append(one)
        for name, value, known in (
            ("item", rule.item, known_items),
            ("jurisdiction", rule.jurisdiction, known_places),
        ):
            if value not in known:
                message = f"unknown {name} {value!r}{nearest(value, known)}"
                yield one.fault(message, name, code=f"unknown_{name}")
        for repeated in rule.repeats or ():
            if repeated not in checks:
                message = f"repeats an unknown rule {repeated!r}{nearest(repeated, checks)}"
                yield one.fault(message, "repeats", code="unknown_rule")
        if _disordered(rule):
            message = "valid_until must be later than valid_from"
            yield one.fault(message, "valid_until", code="date_order")
    for group in groups.values():
        yield from _version_faults(group)
    yield from _repeat_circles(records)


def _version_faults(group: Sequence[Located[RuleText]]) -> Iterator[Fault]:
    ordered = sorted(group, key=lambda one: (one.record.valid_from, one.record.version))
    for earlier, later in pairwise(ordered):
        if earlier.record.version == later.record.version:
            message = f"version {later.record.version} occurs twice"
            yield later.fault(message, "version", code="twice")
        elif _overlap(earlier.record, later.record):
            message = (
                f"overlaps version {earlier.record.version} ({earlier.file}), which still holds"
                f" on {later.record.valid_from}; give that one a valid_until"
            )
            yield later.fault(message, "valid_from", code="overlap")


def _repeat_circles(records: Sequence[Located[RuleText]]) -> Iterator[Fault]:
    leads: dict[str, set[str]] = {}
    for one in records:
        leads.setdefault(one.record.id, set()).update(one.record.repeats or ())
    for one in records:
        seen: set[str] = set()
        ahead = set(leads[one.record.id])
        while ahead:
            name = ahead.pop()
            if name not in seen:
                seen.add(name)
                ahead |= leads.get(name, set())
        if one.record.id in seen:
            yield one.fault("repeats itself in a circle", "repeats", code="circle")


def citation_faults(
    *,
    rules: Iterable[Located[RuleText]],
    items: Iterable[Located[Item]],
    places: Iterable[Located[Jurisdiction]],
    parameters: Iterable[Located[Parameter]],
    regulations: Mapping[str, Regulation],
) -> Iterator[Fault]:
    """Yield a fault for each citation that leads nowhere."""
    for located, steps, cites in _citations(rules, items, places, parameters):
        for index, written in enumerate(cites):
            try:
                clauses_cited(written, regulations)
            except ValueError as error:
                yield located.fault(str(error), *steps, index, code="unknown_clause")


_Cites = tuple[Located[Any], tuple[str | int, ...], Sequence[str]]


def _citations(
    rules: Iterable[Located[RuleText]],
    items: Iterable[Located[Item]],
    places: Iterable[Located[Jurisdiction]],
    parameters: Iterable[Located[Parameter]],
) -> Iterator[_Cites]:
    for rule in rules:
        yield rule, ("cites",), rule.record.cites
    for item in items:
        yield item, ("cites",), item.record.cites
        yield from _condition_cites(item, "conditions", item.record.conditions)
        yield from _condition_cites(item, "not_on_paper", item.record.not_on_paper or [])
    for place in places:
        for index, overlay in enumerate(place.record.overlays or ()):
            yield place, ("overlays", index, "cites"), overlay.cites or []
    for parameter in parameters:
        for index, dated in enumerate(parameter.record.values):
            yield parameter, ("values", index, "cites"), dated.cites or []


def _condition_cites(
    item: Located[Item], key: str, conditions: Sequence[Condition]
) -> Iterator[_Cites]:
    for index, condition in enumerate(conditions):
        yield item, (key, index, "cites"), condition.cites


def item_faults(records: Iterable[Located[Item]], kinds: Iterable[str]) -> Iterator[Fault]:
    """Yield a fault for each kind that an item names and the vocabulary does not."""
    known = frozenset(kinds)
    for one in records:
        for index, condition in enumerate(one.record.conditions):
            for kind in condition.evidenced_by or ():
                if kind not in known:
                    message = f"unknown kind {kind!r}{nearest(kind, known)}"
                    yield one.fault(message, "conditions", index, code="unknown_kind")
