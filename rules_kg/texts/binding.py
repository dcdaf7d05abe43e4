"""The graph's clauses to the very bytes of an imported text, or the reason why not.

A clause is bound where title and version agree and the text itself numbers what the clause names.
Where anything has to be guessed, it stays unbound.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules_kg.numerals import chinese, number_of
from rules_kg.schema import Clause, Regulation, Version
from rules_kg.texts.laws import Article, LawText, Paragraph, Span

Place = tuple[int | None, int | None, int | None]
"""Article, paragraph and item; None for what is not named."""
_N = "([一二三四五六七八九十百千零]+)"
_LABEL = re.compile(rf"第{_N}条(?:第{_N}款)?(?:第[（(]?{_N}[）)]?项)?")
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
    ordered = sorted(regulations, key=lambda one: one.id)
    claims, unmatched = _claims(texts, ordered)
    clauses: list[BoundClause | Unbound] = []
    matched: dict[str, str] = {}
    textless: list[str] = []
    for regulation in ordered:
        for version in regulation.versions:
            name = f"{regulation.id}@{version.version.isoformat()}"
            text, others = _chosen(claims.get(name, []))
            unmatched |= others
            if text is None:
                textless.append(name)
            else:
                matched[text.sha256] = name
                clauses += _bound_clauses(text, name, version)
    return Binding(
        bound=tuple(one for one in clauses if isinstance(one, BoundClause)),
        unbound=tuple(one for one in clauses if isinstance(one, Unbound)),
        matched=matched,
        unmatched=unmatched,
        textless=tuple(textless),
    )


def _claims(
    texts: Sequence[LawText], regulations: Sequence[Regulation]
) -> tuple[dict[str, list[LawText]], dict[str, str]]:
    """Return the texts that fit each `regulation@version`, and why the others fit none."""
    by_title = {_plain(one.title.zh): one for one in regulations}
    claims: dict[str, list[LawText]] = {}
    unfit: dict[str, str] = {}
    for text in sorted({one.sha256: one for one in texts}.values(), key=lambda one: one.sha256):
        try:
            claims.setdefault(_version_of(text, by_title), []).append(text)
        except LookupError as error:
            unfit[text.sha256] = str(error.args[0])
    return claims, unfit


def _version_of(text: LawText, by_title: Mapping[str, Regulation]) -> str:
    """Return the `regulation@version` that a text is.

    Raises:
        LookupError: It is none; the message says why.
    """
    regulation = by_title.get(_plain(text.title))
    if regulation is None:
        raise LookupError("no regulation of the graph has this title")
    if text.version is None:
        raise LookupError(f"{regulation.id}: the text does not tell its date")
    if text.version not in {one.version for one in regulation.versions}:
        known = ", ".join(one.version.isoformat() for one in regulation.versions)
        raise LookupError(f"{regulation.id}: the graph has {known}, not {text.version}")
    return f"{regulation.id}@{text.version.isoformat()}"


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


def _bound_clauses(
    text: LawText, version_name: str, version: Version
) -> Iterator[BoundClause | Unbound]:
    for clause in version.clauses:
        name = f"{version_name}#{clause.id}"
        try:
            span, lead = place_of(text, *place_named(clause))
        except LookupError as error:
            yield Unbound(clause=name, reason=str(error.args[0]), verified=clause.verified)
        else:
            yield bind_clause(text, name, clause, span=span, lead=lead)


def bind_clause(
    text: LawText, name: str, clause: Clause, *, span: Span, lead: Span | None
) -> BoundClause:
    """Return a clause bound to a span of a text."""
    return BoundClause(
        clause=name,
        place=place_named(clause),
        text=text.sha256,
        span=span,
        sha256=hashlib.sha256(span.of(text.data)).hexdigest(),
        lead=lead,
    )


def place_named(clause: Clause) -> Place:
    """Return article, paragraph and item that a clause names by number or, in full, by label."""
    if clause.article is not None:
        return clause.article, clause.paragraph, clause.item
    match = _LABEL.fullmatch(clause.label)
    if match is None:
        return None, None, None
    article, paragraph, item = (number_of(one) if one else None for one in match.groups())
    return article, paragraph, item


def place_of(
    text: LawText, article: int | None, paragraph: int | None = None, item: int | None = None
) -> tuple[Span, Span | None]:
    """Return where a clause stands, and the sentence that introduces it if it is an item.

    Raises:
        LookupError: It cannot be told from the text; the message says why.
    """
    if article is None:
        raise LookupError("the clause names no article by number")
    found = _article(text, article)
    if paragraph is None and item is None:
        return found.body, None
    chosen = _paragraph(found, paragraph, item)
    if item is None:
        return chosen.span, None
    items = [one for one in chosen.items if one.number == item]
    if not items:
        raise LookupError(f"{found.name}第{chinese(chosen.number)}款 has no item {item}")
    return items[0].span, chosen.lead if chosen.lead.start < chosen.lead.end else None


def _article(text: LawText, number: int) -> Article:
    found = text.article(number)
    if found is not None:
        return found
    if any(one.number == number and not one.suffix for one in text.articles):
        raise LookupError(f"第{chinese(number)}条 stands in the text more than once")
    where = "the excerpt" if text.excerpt else "the text"
    raise LookupError(f"{where} has no 第{chinese(number)}条")


def _paragraph(article: Article, number: int | None, item: int | None) -> Paragraph:
    if article.irregular:
        inline = article.inline
        if inline and number in {None, 1} and item in {one.number for one in inline.items}:
            return inline
        raise LookupError(f"{article.name}: {article.irregular}")
    if number is None:
        listing = [one for one in article.paragraphs if one.items]
        if len(listing) != 1:
            count = len(listing) or "no"
            raise LookupError(f"{article.name} has {count} lists; the clause names no paragraph")
        return listing[0]
    if number > len(article.paragraphs):
        count = len(article.paragraphs)
        raise LookupError(f"{article.name} has {count} paragraphs, not {number}")
    return article.paragraphs[number - 1]
