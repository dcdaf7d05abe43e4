"""In which order items come: by stage, and within it what needs nothing of one another together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import networkx as nx

from rules_kg.schema import Item, Words

_NO_STAGE = 6
STAGES: Mapping[int, Words] = {
    1: Words(zh="立项用地规划许可阶段", en="project and land"),
    2: Words(zh="工程建设许可阶段", en="planning"),
    3: Words(zh="施工许可阶段", en="construction"),
    4: Words(zh="竣工验收阶段", en="completion"),
    5: Words(zh="并行推进", en="alongside the others"),
    _NO_STAGE: Words(zh="未分阶段", en="of no stage"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Items that may be applied for at the same time."""

    stage: int
    """A key of `STAGES`."""
    items: tuple[Item, ...]


def steps(items: Mapping[str, Item]) -> tuple[Step, ...]:
    """Return all items in the order in which they come.

    Args:
        items: By id; `after` has no circle, or the graph would not have loaded.
    """
    levels = _levels(items)
    places = sorted({(_stage(one), levels[one.id]) for one in items.values()})
    return tuple(
        Step(
            stage=stage,
            items=tuple(
                one
                for _, one in sorted(items.items())
                if (_stage(one), levels[one.id]) == (stage, level)
            ),
        )
        for stage, level in places
    )


def _stage(item: Item) -> int:
    return item.stage or _NO_STAGE


def _levels(items: Mapping[str, Item]) -> dict[str, int]:
    """Return how many items of its own stage come before each, one behind the other."""
    order = nx.DiGraph()
    order.add_nodes_from(items)
    for item in items.values():
        for before in item.after or ():
            order.add_edge(before, item.id)
    levels: dict[str, int] = {}
    for name in nx.lexicographical_topological_sort(order):
        ahead = [
            levels[before]
            for before in nx.ancestors(order, name)
            if _stage(items[before]) == _stage(items[name])
        ]
        levels[name] = max(ahead, default=-1) + 1
    return levels


def next_before(item: Item, items: Mapping[str, Item], wanted: Iterable[str]) -> tuple[str, ...]:
    """Return the wanted items that come right before one, past those that are not wanted."""
    kept = frozenset(wanted)
    found: dict[str, None] = {}
    ahead, seen = list(item.after or ()), set[str]()
    while ahead:
        name = ahead.pop(0)
        if name in seen:
            continue
        seen.add(name)
        if name in kept:
            found[name] = None
        else:
            ahead += items[name].after or ()
    return tuple(found)
