"""Faults of items, authorities and attributes: unknown ids, circles, conditions on a project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

from rules_kg.clocks import periods_meet
from rules_kg.compiling import noted, placed
from rules_kg.faults import Fault, nearest
from rules_kg.language.checker import check_condition
from rules_kg.language.parser import parse
from rules_kg.language.scope import Scope
from rules_kg.language.syntax import (
    Binary,
    Expression,
    LanguageFault,
    Listed,
    Literal,
    Member,
    Name,
    Node,
)
from rules_kg.language.walk import nodes
from rules_kg.records import Located
from rules_kg.schema import Attribute, Held, Item

_LAST_STAGE = 5
"""Alongside the others, so that no order follows from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIds:
    """What an item may name."""

    kinds: frozenset[str]
    authorities: frozenset[str]


def item_faults(records: Sequence[Located[Item]], known: KnownIds) -> Iterator[Fault]:
    """Yield what is wrong with what items name: kinds, authorities, items before them."""
    items = {one.record.id: one.record for one in records}
    for one in records:
        for steps, name, what, ids in _named(one.record, known, frozenset(items)):
            if name not in ids:
                message = f"unknown {what} {name!r}{nearest(name, ids)}"
                yield one.fault(message, *steps, code=f"unknown_{what}")
        yield from _part_faults(one)
        yield from _order_faults(one, items)


_Part = tuple[str, int, str, Held]
"""Where a part of an item stands: key and index; its id; itself."""
_Named = tuple[tuple[str | int, ...], str, str, frozenset[str]]


def _named(item: Item, known: KnownIds, items: frozenset[str]) -> Iterator[_Named]:
    for key, conditions in (("conditions", item.conditions), ("not_on_paper", item.not_on_paper)):
        for index, condition in enumerate(conditions or ()):
            for kind in condition.evidenced_by or ():
                yield (key, index, "evidenced_by"), kind, "kind", known.kinds
    if item.authority is not None:
        yield ("authority",), item.authority, "authority", known.authorities
    for key, named in (("yields", item.yields), ("form", item.form)):
        if named is not None:
            yield (key,), named, "kind", known.kinds
    for index, before in enumerate(item.after or ()):
        yield ("after", index), before, "item", items
    for index, asked in enumerate(item.materials or ()):
        yield ("materials", index, "kind"), asked.kind, "kind", known.kinds
        for other in asked.substitutes or ():
            yield ("materials", index, "substitutes"), other, "kind", known.kinds


def _part_faults(one: Located[Item]) -> Iterator[Fault]:
    """Yield a fault for each part of an item whose period is none, or meets another of its id."""
    item = one.record
    conditions = [
        ("conditions", index, each.id, each) for index, each in enumerate(item.conditions)
    ]
    bare = [
        ("not_on_paper", index, each.id, each) for index, each in enumerate(item.not_on_paper or ())
    ]
    materials = [
        ("materials", index, each.kind, each) for index, each in enumerate(item.materials or ())
    ]
    limits = [
        ("time_limits", index, each.id, each) for index, each in enumerate(item.time_limits or ())
    ]
    groups: tuple[Sequence[_Part], ...] = ([*conditions, *bare], materials, limits)
    for group in groups:
        yield from _period_faults(one, group)
        yield from _repeated(one, group)


def _period_faults(one: Located[Item], parts: Sequence[_Part]) -> Iterator[Fault]:
    for key, index, _, part in parts:
        if part.valid_from and part.valid_until and part.valid_until <= part.valid_from:
            message = "valid_until must be later than valid_from"
            yield one.fault(message, key, index, "valid_until", code="date_order")


def _repeated(one: Located[Item], parts: Sequence[_Part]) -> Iterator[Fault]:
    told: set[str] = set()
    for (_, _, name, earlier), (key, index, other, later) in combinations(parts, 2):
        if name != other or name in told:
            continue
        periods = (earlier.valid_from, earlier.valid_until, later.valid_from, later.valid_until)
        if not any(periods):
            told.add(name)
            message = f"{name!r} occurs twice in {key}; keep one, or give it another id"
            yield one.fault(message, key, code="twice")
        elif periods_meet(*periods):
            told.add(name)
            message = (
                f"two records of {name!r} hold on one day; let valid_until of the earlier be"
                " valid_from of the later"
            )
            yield one.fault(message, key, index, code="overlap")


def _order_faults(one: Located[Item], items: Mapping[str, Item]) -> Iterator[Fault]:
    item = one.record
    path = _way_back(item.id, items)
    if path:
        message = f"comes after itself: {' after '.join(path)}; take one of them out"
        yield one.fault(message, "after", code="circle")
    for index, before in enumerate(item.after or ()):
        earlier = items[before].stage if before in items else None
        if earlier and item.stage and item.stage < earlier < _LAST_STAGE:
            message = (
                f"is of stage {item.stage} and comes after {before!r} of stage {earlier};"
                " change one of the stages, or take it out of after"
            )
            yield one.fault(message, "after", index, code="stage_order")


def _way_back(start: str, items: Mapping[str, Item]) -> list[str]:
    """Return the items from one back to itself along `after`; empty when there is no such way."""
    ahead, seen = [[start]], set[str]()
    while ahead:
        path = ahead.pop()
        item = items.get(path[-1])
        for before in (item.after if item else None) or ():
            if before == start:
                return [*path, start]
            if before not in seen:
                seen.add(before)
                ahead.append([*path, before])
    return []


def needed_conditions(
    records: Iterable[Located[Item]],
    scope: Scope,
    attributes: Mapping[str, Attribute],
    faults: list[Fault],
) -> dict[str, Expression]:
    """Return the items' `needed_when`, parsed and checked; faults are noted."""
    found: dict[str, Expression] = {}
    for one in records:
        text = one.record.needed_when
        if text is None:
            continue
        expression = noted(one, text, ("needed_when",), partial(_condition, text, scope), faults)
        if expression is not None:
            found[one.record.id] = expression
            faults += _choice_faults(one, expression, attributes)
    return found


def _condition(text: str, scope: Scope) -> Expression:
    found = parse(text)
    check_condition(found, scope)
    return found


def _choice_faults(
    one: Located[Item], expression: Expression, attributes: Mapping[str, Attribute]
) -> Iterator[Fault]:
    """Yield a fault for each text that an attribute is compared with and can never have."""
    for node in nodes(expression.node):
        if not isinstance(node, Binary):
            continue
        for side, other in ((node.left, node.right), (node.right, node.left)):
            choices = _choices(side, attributes)
            for literal in _texts(other) if choices else ():
                if literal.value not in choices:
                    name = str(literal.value)
                    message = f"{name!r} is no choice of this attribute{nearest(name, choices)}"
                    fault = LanguageFault(message, literal.start, "unknown_choice")
                    yield placed(one, expression.text, ("needed_when",), fault)


def _choices(node: Node, attributes: Mapping[str, Attribute]) -> Mapping[str, Any]:
    if isinstance(node, Member) and isinstance(node.of, Name) and node.of.name == "project":
        attribute = attributes.get(node.name)
        return (attribute.choices if attribute else None) or {}
    return {}


def _texts(node: Node) -> Iterator[Literal]:
    listed = node.items if isinstance(node, Listed) else (node,)
    for one in listed:
        if isinstance(one, Literal) and isinstance(one.value, str):
            yield one


def attribute_faults(records: Iterable[Located[Attribute]]) -> Iterator[Fault]:
    """Yield a fault for choices of an attribute that is no text."""
    for one in records:
        if one.record.choices is not None and one.record.type != "text":
            yield one.fault("only a text has choices; make it a text", "choices", code="choices")
