"""Where a clause stands in a text: article, paragraph and item, as far as the text tells."""

from __future__ import annotations

import re

from rules_kg.numerals import LARGEST, chinese, number_of
from rules_kg.schema import Clause
from rules_kg.texts.laws import Article, LawText, Paragraph, Span, article_name

Place = tuple[int | None, int | None, int | None]
"""Article, paragraph and item; None for what is not named."""
_N = "([一二三四五六七八九十百千零]+)"
_LABEL = re.compile(rf"第{_N}条(?:第{_N}款)?(?:第[（(]?{_N}[）)]?项)?")


def place_named(clause: Clause) -> Place:
    """Return article, paragraph and item that a clause names by number or, in full, by label."""
    if clause.article is not None:
        return clause.article, clause.paragraph, clause.item
    match = _LABEL.fullmatch(clause.label)
    if match is None:
        return None, None, None
    article, paragraph, item = (number_of(one) if one else None for one in match.groups())
    misread = any(one and not number_of(one) for one in match.groups())
    return (None, None, None) if misread else (article, paragraph, item)


def place_of(text: LawText, place: Place, *, suffix: int = 0) -> tuple[Span, Span | None]:
    """Return where a clause stands, and the sentence that introduces it if it is an item.

    Args:
        text: The text.
        place: Article, paragraph and item.
        suffix: Of the article: 1 for 第十条之一.

    Raises:
        LookupError: It cannot be told from the text; the message says why.
    """
    article, paragraph, item = place
    if article is None or not 1 <= article <= LARGEST:
        raise LookupError("the clause names no article by number")
    found = _article(text, article, suffix)
    if paragraph is None and item is None:
        return found.body, None
    chosen = _paragraph(found, paragraph, item)
    if item is None:
        return chosen.span, None
    items = [one for one in chosen.items if one.number == item]
    if not items:
        raise LookupError(f"{found.name}第{chinese(chosen.number)}款 has no item {item}")
    return items[0].span, chosen.lead if chosen.lead.start < chosen.lead.end else None


def _article(text: LawText, number: int, suffix: int) -> Article:
    found = text.article(number, suffix)
    if found is not None:
        return found
    name = article_name(number, suffix)
    if any((one.number, one.suffix) == (number, suffix) for one in text.articles):
        raise LookupError(f"{name} stands in the text more than once")
    raise LookupError(f"{'the excerpt' if text.excerpt else 'the text'} has no {name}")


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
    if not 1 <= number <= len(article.paragraphs):
        count = len(article.paragraphs)
        raise LookupError(f"{article.name} has {count} paragraphs, not {number}")
    return article.paragraphs[number - 1]
