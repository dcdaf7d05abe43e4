"""Faults of citations: every record that cites, and whether each citation leads to a clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules_kg.citations import clauses_cited
from rules_kg.faults import Fault
from rules_kg.records import Located
from rules_kg.schema import (
    Authority,
    Item,
    Jurisdiction,
    NeverAsked,
    Parameter,
    Regulation,
    RuleText,
)

_Cites = tuple[Located[Any], tuple[str | int, ...], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citing:
    """All records that cite."""

    rules: Sequence[Located[RuleText]]
    items: Sequence[Located[Item]]
    authorities: Sequence[Located[Authority]]
    places: Sequence[Located[Jurisdiction]]
    parameters: Sequence[Located[Parameter]]
    never_asked: Sequence[Located[NeverAsked]]


def citation_faults(citing: Citing, regulations: Mapping[str, Regulation]) -> Iterator[Fault]:
    """Yield a fault for each citation that leads nowhere."""
    for located, steps, cites in _citations(citing):
        for index, written in enumerate(cites):
            try:
                clauses_cited(written, regulations)
            except ValueError as error:
                yield located.fault(str(error), *steps, index, code="unknown_clause")


def _citations(citing: Citing) -> Iterator[_Cites]:
    everything: tuple[Sequence[Located[Any]], ...] = (
        citing.rules,
        citing.items,
        citing.authorities,
        citing.never_asked,
    )
    for group in everything:
        for one in group:
            yield one, ("cites",), one.record.cites
    for item in citing.items:
        yield from _of_item(item)
    for place in citing.places:
        for index, overlay in enumerate(place.record.overlays or ()):
            yield place, ("overlays", index, "cites"), overlay.cites or []
    for parameter in citing.parameters:
        for index, dated in enumerate(parameter.record.values):
            yield parameter, ("values", index, "cites"), dated.cites or []


def _of_item(item: Located[Item]) -> Iterator[_Cites]:
    record = item.record
    parts: tuple[tuple[str, Sequence[Any]], ...] = (
        ("conditions", record.conditions),
        ("not_on_paper", record.not_on_paper or ()),
        ("materials", record.materials or ()),
        ("time_limits", record.time_limits or ()),
    )
    for key, group in parts:
        for index, one in enumerate(group):
            yield item, (key, index, "cites"), one.cites
