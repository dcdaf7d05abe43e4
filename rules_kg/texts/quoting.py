"""Quotations: what the stored texts say at the places that clauses are bound to."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from rules_kg.schema import Regulation
from rules_kg.texts.binding import BoundClause
from rules_kg.texts.laws import Span
from rules_kg.texts.places import Place, place_named
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


def quotations(
    store: LawStore, regulations: Iterable[Regulation], *, cited: Collection[str]
) -> Quotations:
    """Return what the store's texts say at the clauses that are cited.

    A text whose digest does not hold is not quoted. Neither is a clause that the graph says stands
    elsewhere than when it was bound.

    Args:
        store: The texts.
        regulations: Of the graph.
        cited: Ids of clauses with their version.
    """
    named = _places(regulations)
    found: dict[str, Quotation] = {}
    faults: list[str] = []
    wanted = [
        store.clauses[name]
        for name in sorted(cited)
        if name in store.clauses and named.get(name) == {store.clauses[name].place}
    ]
    for sha256 in sorted({one.text for one in wanted}):
        try:
            data = store.data(sha256)
        except StoreFault as fault:
            faults.append(str(fault))
            continue
        for one in wanted:
            if one.text == sha256 and _holds(one, data):
                found[one.clause] = _quoted(one, data)
            elif one.text == sha256:
                faults.append(f"{one.clause}: the place in the index does not have its digest")
    return Quotations(by_clause=found, faults=tuple(faults), index=store.digest)


def _places(regulations: Iterable[Regulation]) -> dict[str, set[Place]]:
    """Return where each clause stands, as any record of it says."""
    found: dict[str, set[Place]] = {}
    for regulation in regulations:
        for version in regulation.versions:
            for clause in version.clauses:
                name = f"{regulation.id}@{version.version.isoformat()}#{clause.id}"
                found.setdefault(name, set()).add(place_named(clause))
    return found


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
