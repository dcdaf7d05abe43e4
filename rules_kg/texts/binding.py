"""The graph's clauses to the very bytes of an imported text, or the reason why not.

A clause is bound where title and version agree and the text itself numbers what the clause names.
Where anything has to be guessed, it stays unbound.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rules_kg.schema import Clause, Regulation
from rules_kg.texts.laws import LawText, Span
from rules_kg.texts.places import Place, place_named, place_of

_STATE = "中华人民共和国"
_IGNORED = re.compile(r"[\s《》〈〉“”\"'·]")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundClause:
    """A clause and where it stands, word for word."""

    clause: str
    """Its id with the version: `construction-law@2019-04-23#8.1.1`."""
    place: Place
    """Article, paragraph and item that the clause named when it was bound."""
    text: str
    """SHA-256 of the file."""
    span: Span
    sha256: str
    """Of the bytes of the span."""
    lead: Span | None = None
    """The sentence that introduces the item; None for a clause that is no item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbound:
    """A clause that no imported text can be quoted for."""

    clause: str
    reason: str
    verified: bool
    """Whether the graph says that it was compared with the official text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What a set of texts and a set of regulations have in common."""

    bound: tuple[BoundClause, ...]
    unbound: tuple[Unbound, ...]
    """Of versions with a text; `textless` names the others."""
    matched: Mapping[str, str]
    """SHA-256 of a text to `regulation@version`."""
    unmatched: Mapping[str, str]
    """SHA-256 of a text to the reason why no clause is bound to it."""
    textless: tuple[str, ...]
    """`regulation@version` without a text."""


def bind(texts: Sequence[LawText], regulations: Iterable[Regulation]) -> Binding:
    """Return which clause stands where; pure, and the order of texts changes nothing."""
    versions = _versions(regulations)
    claims, unmatched = _claims(texts, versions)
    clauses: list[BoundClause | Unbound] = []
    matched: dict[str, str] = {}
    textless: list[str] = []
    for name, version in versions.items():
        text, others = _chosen(claims.get(name, []))
        unmatched |= others
        if text is None:
            textless.append(name)
        else:
            matched[text.sha256] = name
            clauses += [_settled(text, one, records) for one, records in version.clauses.items()]
    return Binding(
        bound=tuple(one for one in clauses if isinstance(one, BoundClause)),
        unbound=tuple(one for one in clauses if isinstance(one, Unbound)),
        matched=matched,
        unmatched=unmatched,
        textless=tuple(textless),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """A version of a regulation, all records of it together."""

    regulation: str
    title: str
    day: date
    clauses: dict[str, list[Clause]]
    """Clause id with the version to its records."""


def _versions(regulations: Iterable[Regulation]) -> dict[str, _Version]:
    """Return `regulation@version` to what the graph holds of it."""
    found: dict[str, _Version] = {}
    for regulation in sorted(regulations, key=lambda one: one.id):
        for record in regulation.versions:
            name = f"{regulation.id}@{record.version.isoformat()}"
            version = found.setdefault(
                name,
                _Version(
                    regulation=regulation.id,
                    title=_plain(regulation.title.zh),
                    day=record.version,
                    clauses={},
                ),
            )
            for clause in record.clauses:
                version.clauses.setdefault(f"{name}#{clause.id}", []).append(clause)
    return found


def _claims(
    texts: Sequence[LawText], versions: Mapping[str, _Version]
) -> tuple[dict[str, list[LawText]], dict[str, str]]:
    """Return the texts that fit each `regulation@version`, and why the others fit none."""
    claims: dict[str, list[LawText]] = {}
    unfit: dict[str, str] = {}
    for text in sorted({one.sha256: one for one in texts}.values(), key=lambda one: one.sha256):
        try:
            claims.setdefault(_version_of(text, versions), []).append(text)
        except LookupError as error:
            unfit[text.sha256] = str(error.args[0])
    return claims, unfit


def _version_of(text: LawText, versions: Mapping[str, _Version]) -> str:
    """Return the `regulation@version` that a text is.

    Raises:
        LookupError: It is none; the message says why.
    """
    title = _plain(text.title)
    named = {name: one for name, one in versions.items() if one.title == title}
    regulations = sorted({one.regulation for one in named.values()})
    if not regulations:
        raise LookupError("no regulation of the graph has this title")
    if len(regulations) > 1:
        raise LookupError(f"{' and '.join(regulations)} have one title")
    if text.version is None:
        raise LookupError(f"{regulations[0]}: the text does not tell its date")
    dated = [name for name, one in named.items() if one.day == text.version]
    if not dated:
        known = ", ".join(sorted(one.day.isoformat() for one in named.values()))
        raise LookupError(f"{regulations[0]}: the graph has {known}, not {text.version}")
    return dated[0]


def _plain(title: str) -> str:
    return _IGNORED.sub("", unicodedata.normalize("NFKC", title)).removeprefix(_STATE)


def _chosen(texts: Sequence[LawText]) -> tuple[LawText | None, dict[str, str]]:
    """Return the text of a version: a whole one before an excerpt, none where two contradict."""
    whole = [one for one in texts if not one.excerpt]
    rivals = whole or list(texts)
    if len(rivals) > 1:
        names = ", ".join(sorted(one.name for one in rivals))
        reason = f"two texts of one version differ: {names}; keep one"
        return None, {one.sha256: reason for one in texts}
    chosen = rivals[0] if rivals else None
    left = [one for one in texts if one is not chosen]
    return chosen, {one.sha256: "an excerpt; the whole text is there too" for one in left}


def _settled(text: LawText, name: str, records: Sequence[Clause]) -> BoundClause | Unbound:
    """Return a clause bound, or the reason why not.

    Records that say different things of where it stands are not chosen between: a report may be of
    a day on which another of them was relied on.
    """
    places = {place_named(one) for one in records}
    verified = any(one.verified for one in records)
    if len(places) > 1:
        reason = "records of this clause name different places"
        return Unbound(clause=name, reason=reason, verified=verified)
    place = places.pop()
    try:
        span, lead = place_of(text, place)
    except LookupError as error:
        return Unbound(clause=name, reason=str(error.args[0]), verified=verified)
    return BoundClause(
        clause=name,
        place=place,
        text=text.sha256,
        span=span,
        sha256=hashlib.sha256(span.of(text.data)).hexdigest(),
        lead=lead,
    )
