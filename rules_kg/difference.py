"""What differs between two snapshots, field by field: rules, law, demands, values, overlays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from rules_kg.citations import Cited
from rules_kg.rules import Rule
from rules_kg.schema import Held, Overlay
from rules_kg.snapshot import Snapshot

_UNTOLD = frozenset({"id", "jurisdiction", "recorded_at", "superseded_at"})


class Sort(StrEnum):
    """What a change is about."""

    RULE = "rule"
    CLAUSE = "clause"
    CONDITION = "condition"
    MATERIAL = "material"
    TIME_LIMIT = "time limit"
    PARAMETER = "parameter"
    OVERLAY = "overlay"


class Turn(StrEnum):
    """How it changed."""

    ADDED = "added"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that differs; an empty text where one side has none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One record that differs."""

    sort: Sort
    turn: Turn
    id: str
    """`check`, `regulation#clause`, `item/condition` and the like, a parameter's id, or
    `place/check`; a place other than `cn` stands behind an `@`."""
    title: str
    fields: tuple[FieldChange, ...]


def difference(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """Return what differs between two snapshots, in the order of sorts and ids.

    A clause that a new version of its law repeats in the same words is no change.
    """
    same = _carried(before, after)
    renewed = frozenset(
        name for name in same if before.clauses[name].version != after.clauses[name].version
    )
    sides: tuple[tuple[Sort, Callable[[Snapshot], Mapping[str, _Told]]], ...] = (
        (Sort.RULE, lambda one: _rules(one, same)),
        (Sort.CLAUSE, lambda one: _clauses(one, same, renewed)),
        (Sort.CONDITION, _conditions),
        (Sort.MATERIAL, _materials),
        (Sort.TIME_LIMIT, _time_limits),
        (Sort.PARAMETER, _parameters),
        (Sort.OVERLAY, _overlays),
    )
    return tuple(
        change for sort, told in sides for change in _changes(sort, told(before), told(after))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A record as texts."""

    title: str
    fields: Mapping[str, str]


def _changes(
    sort: Sort, before: Mapping[str, _Told], after: Mapping[str, _Told]
) -> Iterator[Change]:
    nothing = _Told(title="", fields={})
    for name in sorted({*before, *after}):
        old, new = before.get(name, nothing), after.get(name, nothing)
        changed = tuple(
            FieldChange(name=key, before=old.fields.get(key, ""), after=new.fields.get(key, ""))
            for key in dict.fromkeys((*old.fields, *new.fields))
            if old.fields.get(key, "") != new.fields.get(key, "")
        )
        if changed or (name in before) != (name in after):
            turn = Turn.CHANGED
            if name not in before or name not in after:
                turn = Turn.ADDED if name in after else Turn.GONE
            title = new.title or old.title
            yield Change(sort=sort, turn=turn, id=name, title=title, fields=changed)


def _carried(before: Snapshot, after: Snapshot) -> frozenset[str]:
    """Return the clauses that both have in the same words."""
    return frozenset(
        name
        for name, one in before.clauses.items()
        if name in after.clauses and after.clauses[name].clause.summary == one.clause.summary
    )


def _rules(snapshot: Snapshot, same: frozenset[str]) -> dict[str, _Told]:
    return {
        _placed(rule.id, rule.text.jurisdiction): _Told(
            title=rule.text.title.zh,
            fields={
                **dict(_flat("", rule.text)),
                "clauses": ", ".join(_grounds(rule, snapshot, same)),
            },
        )
        for rule in snapshot.rules
    }


def _grounds(rule: Rule, snapshot: Snapshot, same: frozenset[str]) -> Iterator[str]:
    """Yield the clauses that a rule's citations mean, with the version where words differ."""
    for cited in snapshot.cited(rule.text.cites):
        name = f"{cited.regulation.id}#{cited.clause.id}"
        yield name if name in same else cited.id


def _of_same_words(one: Cited, *, renewed: bool) -> dict[str, str]:
    """Return what is told of a clause that both sides have in the same words.

    Whether somebody compared it is news of one text, not of two texts of different years.
    """
    return {} if renewed else {"verified": _text(one.clause.verified)}


def _clauses(snapshot: Snapshot, same: frozenset[str], renewed: frozenset[str]) -> dict[str, _Told]:
    return {
        name: _Told(
            title=one.title,
            fields={
                "version": one.version.version.isoformat(),
                "valid_from": one.version.valid_from.isoformat(),
                "summary.zh": one.clause.summary.zh,
                "summary.en": one.clause.summary.en,
                "verified": _text(one.clause.verified),
            }
            if name not in same
            else _of_same_words(one, renewed=name in renewed),
        )
        for name, one in snapshot.clauses.items()
    }


def _conditions(snapshot: Snapshot) -> dict[str, _Told]:
    return {
        f"{item.id}/{one.id}": _part(one.title.zh, one)
        for item in snapshot.items.values()
        for one in (*item.conditions, *(item.not_on_paper or ()))
    }


def _materials(snapshot: Snapshot) -> dict[str, _Told]:
    return {
        f"{item.id}/{one.kind}": _part(item.title.zh, one)
        for item in snapshot.items.values()
        for one in item.materials or ()
    }


def _time_limits(snapshot: Snapshot) -> dict[str, _Told]:
    return {
        f"{item.id}/{one.id}": _part(one.title.zh, one)
        for item in snapshot.items.values()
        for one in item.time_limits or ()
    }


def _part(title: str, part: Held) -> _Told:
    return _Told(title=title, fields=dict(_flat("", part)))


def _parameters(snapshot: Snapshot) -> dict[str, _Told]:
    return {
        _placed(name, place): _Told(
            title=name,
            fields={key: text for key, text in _flat("", dated) if key != "reference.en"},
        )
        for name, by_place in snapshot.parameters.items()
        for place, dated in by_place.items()
    }


def _overlays(snapshot: Snapshot) -> dict[str, _Told]:
    return {
        f"{place.id}/{overlay.rule}": _overlay(overlay, place.title.zh)
        for place in snapshot.jurisdictions.values()
        for overlay in place.overlays or ()
    }


def _overlay(overlay: Overlay, place: str) -> _Told:
    reason = f"：{overlay.reason.zh}" if overlay.reason else ""
    return _Told(title=place + reason, fields=dict(_flat("", overlay)))


def _placed(name: str, place: str) -> str:
    return name if place == "cn" else f"{name}@{place}"


def _flat(path: str, record: Any) -> Iterator[tuple[str, str]]:
    """Yield a record's fields as texts, those of records in it with a dotted name."""
    for part in fields(record):
        value = getattr(record, part.name)
        if value is None or (not path and part.name in _UNTOLD):
            continue
        name = f"{path}{part.name.rstrip('_')}"
        if is_dataclass(value):
            yield from _flat(f"{name}.", value)
        else:
            yield name, _text(value)


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case list() | tuple():
            return "; ".join(_text(one) for one in value)
        case dict():
            return ", ".join(f"{key}: {_text(one)}" for key, one in value.items())
        case _:
            return " ".join(str(value).split())
