"""Segments to articles: which sentence is which paragraph, which item belongs to which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from rules_kg.numerals import number_of
from rules_kg.texts.laws import Article, Item, Note, Paragraph, Part, Segment, Span
from rules_kg.texts.scanning import DIGITS

_NUMBER = rf"(?P<number>[{DIGITS}]+)"
_MARKED = re.compile(rf"(?<=[：:；;。])\s*(?P<marker>[（(]{_NUMBER}[）)])")
_INLINE = re.compile(r"[：:]\s*[（(][一1\uff11][）)]")
"""A list that begins within a line: its breaks have been lost."""
_ENDED = ("。", "；", "：", ";", ":")
_RANKS = ("编", "分编", "章", "节")
_RANK = re.compile(r"第\S+?(?P<rank>分编|编|章|节)(?=\s|\Z)")
_WITHIN = frozenset({Part.PROSE, Part.ITEM, Part.SUBITEM})


@dataclass(slots=True)
class _Open:
    """An article that is being gathered."""

    label: Segment
    under: tuple[str, ...]
    parts: list[Segment] = field(default_factory=list)


def articles_of(segments: Sequence[Segment]) -> tuple[tuple[Article, ...], tuple[Note, ...]]:
    """Return the articles of a text, and what is odd about it."""
    gathered, notes = _gathered(segments)
    articles = [_article(one) for one in gathered if one.parts]
    notes += [
        Note(line=one.label.line, message=f"{one.label.text} has no text")
        for one in gathered
        if not one.parts
    ]
    flattened = _flattened(articles, gathered)
    if flattened:
        why = "the source runs paragraphs and items together in one line"
        notes.append(Note(line=articles[0].line, message=f"{why}: only whole articles are bound"))
        articles = [replace(one, irregular=why) for one in articles]
    notes += [
        Note(line=one.line, message=f"{one.name}: {one.irregular}; only the whole article is bound")
        for one in articles
        if one.irregular and not flattened
    ]
    return tuple(articles), tuple(notes)


def _gathered(segments: Sequence[Segment]) -> tuple[list[_Open], list[Note]]:
    found: list[_Open] = []
    notes: list[Note] = []
    headings: tuple[str, ...] = ()
    closed = True
    for one in segments:
        if one.part is Part.LABEL:
            found.append(_Open(label=one, under=headings))
            closed = False
        elif one.part in {Part.HEADING, Part.COMMENT, Part.ANNEX}:
            headings = _below(headings, one.text) if one.part is Part.HEADING else headings
            closed = True
        elif one.part in _WITHIN and closed:
            notes.append(Note(line=one.line, message="stands outside any article; not bound"))
        elif one.part in _WITHIN:
            found[-1].parts.append(one)
    return found, notes


def _below(headings: tuple[str, ...], text: str) -> tuple[str, ...]:
    plain = text.strip("#=* \u3000")
    rank = _rank(plain)
    return (*(one for one in headings if _rank(one) < rank), plain)


def _rank(heading: str) -> int:
    match = _RANK.match(heading)
    return _RANKS.index(match["rank"]) if match else len(_RANKS)


def _flattened(articles: Sequence[Article], gathered: Sequence[_Open]) -> bool:
    """Whether a source has lost its line breaks: lists within lines, no second paragraph."""
    inline = any(_INLINE.search(part.text) for one in gathered for part in one.parts)
    return inline and all(len(one.paragraphs) == 1 for one in articles)


def _article(opened: _Open) -> Article:
    label, parts = opened.label, opened.parts
    paragraphs = tuple(_paragraphs(parts))
    end = parts[-1].span.end
    return Article(
        number=label.number,
        suffix=label.suffix,
        label=label.text.strip("#* "),
        line=label.line,
        span=Span(start=label.span.start, end=end),
        body=Span(start=parts[0].span.start, end=end),
        paragraphs=paragraphs,
        under=opened.under,
        irregular=_irregular(parts),
        inline=inline_list(parts[0]) if parts[0].part is Part.PROSE else None,
    )


def _paragraphs(parts: Sequence[Segment]) -> Iterator[Paragraph]:
    for number, group in enumerate(_grouped(parts), start=1):
        prose = [one for one in group if one.part is Part.PROSE]
        start = group[0].span.start
        yield Paragraph(
            number=number,
            span=Span(start=start, end=group[-1].span.end),
            lead=Span(start=start, end=prose[-1].span.end if prose else start),
            items=tuple(_items(group)),
        )


def _grouped(parts: Sequence[Segment]) -> Iterator[list[Segment]]:
    group: list[Segment] = []
    for one in parts:
        after_items = bool(group) and group[-1].part is not Part.PROSE
        if group and one.part is Part.PROSE and (one.opens or after_items):
            yield group
            group = []
        group.append(one)
    yield group


def _items(group: Sequence[Segment]) -> Iterator[Item]:
    """Yield the items of a paragraph; numbered lines count as items where none stands above."""
    kinds = {one.part for one in group}
    level = Part.ITEM if Part.ITEM in kinds else Part.SUBITEM
    heads = [index for index, one in enumerate(group) if one.part is level]
    for index, after in pairwise([*heads, len(group)]):
        span = Span(start=group[index].span.start, end=group[after - 1].span.end)
        yield Item(number=group[index].number, span=span)


def _irregular(parts: Sequence[Segment]) -> str:
    """Return why the inner structure of an article is not certain; empty when it is."""
    for group in _grouped(parts):
        prose = [one for one in group if one.part is Part.PROSE]
        for earlier in prose[:-1]:
            if earlier.text.endswith(_ENDED):
                return f"line {earlier.line + 1} may begin a paragraph or go on with one"
        for one in prose:
            if _INLINE.search(one.text):
                return f"line {one.line} holds a list"
        numbers = [item.number for item in _items(group)]
        if numbers != list(range(1, len(numbers) + 1)):
            line = next(one.line for one in group if one.part is not Part.PROSE)
            return f"the items from line {line} on are not numbered one after the other"
    return ""


def inline_list(segment: Segment) -> Paragraph | None:
    """Return the list that an article begins with in one line; None where that is not certain.

    A paragraph ends with 。, so a list whose introduction holds none is the first paragraph's. Each
    item ends where the next begins; the last one is certain only where a single 。 ends the line.
    """
    text = segment.text
    marks = list(_MARKED.finditer(text))
    numbers = [number_of(one["number"]) for one in marks]
    lead = text[: marks[0].start()] if marks else ""
    if (
        numbers != list(range(1, len(numbers) + 1))
        or not lead.endswith(("：", ":"))
        or "。" in lead
    ):
        return None
    starts = [one.start("marker") for one in marks]
    if text.find("。", starts[-1]) == len(text) - 1:
        starts.append(len(text))
    places = [segment.span.start + len(text[:start].encode()) for start in starts]
    items = [
        Item(number=number, span=Span(start=start, end=end))
        for number, (start, end) in enumerate(pairwise(places), start=1)
    ]
    begin = segment.span.start
    return Paragraph(
        number=1,
        span=Span(start=begin, end=places[-1]),
        lead=Span(start=begin, end=begin + len(lead.encode())),
        items=tuple(items),
    )
