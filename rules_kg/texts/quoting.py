"""Quotations: what the stored texts say at the places that clauses are bound to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rules_kg.schema import Regulation
from rules_kg.texts.binding import BoundClause, Place, place_named
from rules_kg.texts.laws import Span
from rules_kg.texts.store import LawStore, StoreFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A clause word for word: equal to the stored text, byte for byte."""

    clause: str
    quote: str
    lead: str
    """The sentence that introduces the item; empty where the clause is no item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotations:
    """Everything that can be quoted, and what cannot be any more."""

    by_clause: Mapping[str, Quotation]
    faults: tuple[str, ...]
    """Texts that are gone or have changed, one sentence each; their clauses are not quoted."""
    index: str
    """Digest of the index that was used."""


def quotations(store: LawStore, regulations: Iterable[Regulation]) -> Quotations:
    """Return what the store's texts say at every clause of these regulations.

    A text whose digest does not hold is not quoted. Neither is a clause that names another place
    than when it was bound.
    """
    wanted = {name: place for name, place in _places(regulations) if name in store.clauses}
    found: dict[str, Quotation] = {}
    faults: list[str] = []
    for sha256 in sorted({store.clauses[name].text for name in wanted}):
        try:
            data = store.data(sha256)
        except StoreFault as fault:
            faults.append(str(fault))
            continue
        for name, place in wanted.items():
            bound = store.clauses[name]
            if bound.text == sha256 and bound.place == place and _holds(bound, data):
                found[name] = _quoted(bound, data)
    return Quotations(by_clause=found, faults=tuple(faults), index=store.digest)


def _places(
    regulations: Iterable[Regulation],
) -> Iterator[tuple[str, Place]]:
    for regulation in regulations:
        for version in regulation.versions:
            for clause in version.clauses:
                name = f"{regulation.id}@{version.version.isoformat()}#{clause.id}"
                yield name, place_named(clause)


def _holds(bound: BoundClause, data: bytes) -> bool:
    return hashlib.sha256(bound.span.of(data)).hexdigest() == bound.sha256


def _quoted(bound: BoundClause, data: bytes) -> Quotation:
    return Quotation(
        clause=bound.clause,
        quote=_text(bound.span, data),
        lead=_text(bound.lead, data) if bound.lead else "",
    )


def _text(span: Span, data: bytes) -> str:
    return span.of(data).decode("utf-8")
