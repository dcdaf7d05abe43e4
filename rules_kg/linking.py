"""Faults that show only when records are seen together: unknown ids, dates, overlaps, circles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from rules_kg.clocks import Dated, Known, hold_together, rivals
from rules_kg.faults import Fault, nearest
from rules_kg.records import Located
from rules_kg.schema import Jurisdiction, Regulation, RuleText, Version

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
        yield from _overlaps(one, versions, "versions")
        for index, version in enumerate(versions):
            yield from _clause_faults(one, version, index)
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
        for index, other in enumerate(one.record.implements or ()):
            if other not in known:
                message = f"implements an unknown regulation {other!r}{nearest(other, known)}"
                yield one.fault(message, "implements", index, code="unknown_regulation")


def _clause_faults(one: Located[Regulation], version: Version, index: int) -> Iterator[Fault]:
    """Yield a fault for each clause that occurs twice, and for recorded periods out of order."""
    clauses = version.clauses
    steps = ("versions", index, "clauses")
    for place, clause in enumerate(clauses):
        yield from recorded_faults(one, clause, *steps, place)
    twice = {
        clauses[later].id
        for earlier, later in rivals(clauses)
        if clauses[earlier].id == clauses[later].id
    }
    for name in sorted(twice):
        message = (
            f"clause {name!r} occurs twice in version {version.version}; give one another id, or"
            " superseded_at if the other corrects it"
        )
        yield one.fault(message, *steps, code="twice")


def date_faults(one: Located[Any], dated: Dated, *steps: str | int) -> Iterator[Fault]:
    """Yield a fault for each of the two periods that ends before it begins."""
    if dated.valid_until is not None and dated.valid_until <= dated.valid_from:
        message = "valid_until must be later than valid_from"
        yield one.fault(message, *steps, "valid_until", code="date_order")
    yield from recorded_faults(one, dated, *steps)


def recorded_faults(one: Located[Any], record: Known, *steps: str | int) -> Iterator[Fault]:
    """Yield a fault for a record that was superseded before it was recorded."""
    recorded, superseded = record.recorded_at, record.superseded_at
    if recorded is not None and superseded is not None and superseded <= recorded:
        message = f"superseded_at must be later than recorded_at ({recorded})"
        yield one.fault(message, *steps, "superseded_at", code="date_order")


def _overlaps(
    one: Located[Regulation], versions: Sequence[Version], *steps: str
) -> Iterator[Fault]:
    for index, version in enumerate(versions):
        yield from date_faults(one, version, *steps, index)
    for first, second in rivals(versions):
        earlier, later = sorted(
            (versions[first], versions[second]), key=lambda version: version.valid_from
        )
        place = versions.index(later)
        if earlier.version == later.version:
            message = (
                f"two versions have one date, {later.version}; if one corrects the other, give"
                " the wrong one superseded_at and the right one recorded_at"
            )
            yield one.fault(message, *steps, second, "version", code="twice")
        elif hold_together(earlier, later):
            message = (
                f"versions overlap: one from {earlier.valid_from} still holds on"
                f" {later.valid_from}; give it a valid_until"
            )
            yield one.fault(message, *steps, place, "valid_from", code="overlap")


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
            yield from date_faults(one, overlay, "overlays", index)
        yield from _rival_overlays(one)


def _rival_overlays(one: Located[Jurisdiction]) -> Iterator[Fault]:
    """Yield a fault for two overlays of one rule that say different things of one day."""
    overlays = one.record.overlays or []
    for first, second in combinations(range(len(overlays)), 2):
        earlier, later = overlays[first], overlays[second]
        if earlier.rule == later.rule and hold_together(earlier, later):
            message = (
                f"two overlays of {later.rule} hold on one day (the other is from"
                f" {earlier.valid_from}); give one a valid_until, or make them one"
            )
            yield one.fault(message, "overlays", second, "valid_from", code="overlap")


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
        yield from date_faults(one, rule)
    for group in groups.values():
        yield from _version_faults(group)
    yield from _repeat_circles(records)


def _version_faults(group: Sequence[Located[RuleText]]) -> Iterator[Fault]:
    ordered = sorted(group, key=lambda one: (one.record.valid_from, one.record.version))
    for earlier, later in combinations(ordered, 2):
        if earlier.record.version == later.record.version:
            message = f"version {later.record.version} occurs twice; give the newer the next number"
            yield later.fault(message, "version", code="twice")
        elif hold_together(earlier.record, later.record):
            message = (
                f"overlaps version {earlier.record.version} ({earlier.file}), which still holds"
                f" on {later.record.valid_from}; give that one a valid_until, or superseded_at"
                " if it was wrong from the start"
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
