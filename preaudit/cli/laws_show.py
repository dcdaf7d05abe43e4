"""`preaudit laws show`: a clause word for word."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.text import Text

from preaudit.cli.laws_command import store_of
from preaudit.cli.rules_command import loaded
from preaudit.errors import RulesError, UsageError
from preaudit.render.labels import UNVERIFIED
from preaudit.render.safe_text import drop_unseen
from rules_kg.citations import Cited, Reference, read_reference
from rules_kg.faults import nearest
from rules_kg.graph import Graph
from rules_kg.numerals import article_label
from rules_kg.schema import Regulation, Version
from rules_kg.texts import (
    LawStore,
    LawText,
    Place,
    StoreFault,
    TextFault,
    article_name,
    place_named,
    place_of,
    stored_text,
)

_NUMBERS = re.compile(
    r"(?P<article>[0-9]{1,4})(?:-(?P<suffix>[0-9]{1,2}))?"
    r"(?:\.(?P<paragraph>[0-9]{1,3})(?:\.(?P<item>[0-9]{1,3}))?)?"
)


def show_law(
    out: Console, *, written: str, as_of: date | None, shelf: Path, content: Path | None
) -> None:
    """Print a clause of the graph, or any article of a stored text.

    Args:
        out: Where to print.
        written: `regulation#clause`, or `regulation@version#clause`; the clause may also be the
            number of an article, paragraph and item that the graph does not name: `8.1.1`, `10-1`.
        as_of: The day whose law is meant; today.
        shelf: The store.
        content: Another folder of rules.

    Raises:
        RulesError: The graph does not load, or the store cannot be used.
        UsageError: There is no such clause or no text of it.
    """
    graph, store = loaded(content), store_of(shelf)
    try:
        reference = read_reference(written)
    except ValueError as error:
        raise UsageError(str(error), code="unknown_clause") from error
    regulation = _regulation(reference, graph)
    version = _version(reference, regulation, as_of)
    text = _text(regulation, version, store)
    known = _clause(reference, regulation, version)
    place, suffix = _place(reference, known)
    try:
        span, lead = place_of(text, place, suffix=suffix)
    except LookupError as error:
        raise UsageError(f"{text.name}: {error.args[0]}", code="unknown_clause") from error
    out.print(Text(_heading(regulation, known, place, suffix), "bold"), soft_wrap=True)
    above = text.article(place[0] or 0, suffix)
    said = (
        f"{version.version.isoformat()} · {text.name} · {' / '.join(above.under if above else ())}"
    )
    out.print(Text(drop_unseen(said.rstrip(" ·/")), "dim"), soft_wrap=True)
    for one in (lead, span):
        if one is not None:
            out.print(Text(drop_unseen(one.of(text.data).decode())), soft_wrap=True)
    if known is not None:
        mark = "" if known.clause.verified else UNVERIFIED
        out.print(Text(f"要点{mark}：{known.clause.summary.zh}", "cyan"), soft_wrap=True)


def _regulation(reference: Reference, graph: Graph) -> Regulation:
    found = graph.regulations.get(reference.regulation)
    if found is None:
        hint = nearest(reference.regulation, graph.regulations)
        message = f"there is no regulation {reference.regulation!r}{hint}"
        raise UsageError(message, code="unknown_clause")
    return found


def _version(reference: Reference, regulation: Regulation, as_of: date | None) -> Version:
    day = as_of or date.today()  # noqa: DTZ011 - the day at the counter, not an instant
    current = [one for one in regulation.versions if one.known(None)]
    for one in current:
        if reference.version == one.version or (reference.version is None and one.in_force(day)):
            return one
    known = ", ".join(one.version.isoformat() for one in current)
    asked = f"no version {reference.version}" if reference.version else f"none in force on {day}"
    raise UsageError(f"{regulation.id} has {asked}; known: {known}", code="unknown_clause")


def _text(regulation: Regulation, version: Version, store: LawStore) -> LawText:
    name = f"{regulation.id}@{version.version.isoformat()}"
    entry = next((one for one in store.texts if one.regulation == name), None)
    if entry is None:
        raise UsageError(f"no text of {name} was imported", code="no_law_text")
    try:
        return stored_text(store, entry)
    except (StoreFault, TextFault) as fault:
        message = f"{entry.name}: {fault}; import it again"
        raise RulesError(message, code="law_texts_unusable") from fault


def _clause(reference: Reference, regulation: Regulation, version: Version) -> Cited | None:
    found = (one for one in version.clauses if one.id == reference.clause and one.known(None))
    clause = next(found, None)
    return Cited(regulation=regulation, version=version, clause=clause) if clause else None


def _place(reference: Reference, known: Cited | None) -> tuple[Place, int]:
    """Return article, paragraph and item, and the suffix of the article."""
    if known is not None:
        return place_named(known.clause), 0
    match = _NUMBERS.fullmatch(reference.clause)
    if match is None:
        message = f"{reference.clause!r} is no clause of the graph and no number such as 8.1.1"
        raise UsageError(message, code="unknown_clause")
    article, suffix, paragraph, item = (
        int(match[name]) if match[name] else None
        for name in ("article", "suffix", "paragraph", "item")
    )
    return (article, paragraph, item), suffix or 0


def _heading(regulation: Regulation, known: Cited | None, place: Place, suffix: int) -> str:
    if known is not None:
        return f"{known.title} 原文"
    article, paragraph, item = place[0] or 1, *place[1:]
    below = article_label(article=article, paragraph=paragraph, item=item)
    below = below.removeprefix(article_name(article))
    return f"《{regulation.title.zh}》{article_name(article, suffix)}{below} 原文"
