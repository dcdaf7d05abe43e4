"""What the trained tagger says of a segment: its own candidates, and its opinion of all others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from preaudit.document import Page
from preaudit.extract.candidate import Candidate, SegmentTexts, candidate
from preaudit.extract.passage import Passage, Piece, join
from preaudit.extract.tagger import TaggedSpan, Tagger, Tagging, spans
from preaudit.extract.values.reading import Place, field_types, read_value
from preaudit.folding import compact

METHOD: Final = "tagger"
_LEAST: Final = 0.2
"""Spans below this probability are not offered."""
_BEFORE: Final = 30
_BEHIND: Final = 4
"""Tokens around an amount among which its unit is looked for."""
_UNIT_BEFORE: Final = re.compile(r"[(/:](亿元|万元|元|人民币元|人民币万元)\)?[^()]{0,6}$")
_UNIT_BEHIND: Final = re.compile(r"^[)]?(亿元|万元|元|圆)")
_STOPS: Final = ":;,.，；。、“”\"'《》「」【】"
"""What is not part of a value at its ends, though the tagger may take it along."""
_SENTENCES: Final = frozenset({"business_scope"})
"""Fields whose values are sentences, full stop and all."""
_SAYS_ITSELF: Final = re.compile(r"[元圆万亿]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the tagger thinks of a span being the value of a field; all are probabilities."""

    chance: float
    """That its characters belong to the field: the geometric mean."""
    other: float
    """That they belong to the likeliest other field."""
    begins: float
    """That the first character begins the value."""
    ends: float
    """That the character behind does not go on with it."""


NO_OPINION: Final = Opinion(chance=0.0, other=0.0, begins=0.0, ends=0.0)


class Witness:
    """The tagger's reading of all pages of a segment."""

    def __init__(self, taggings: Mapping[int, Tagging], pages: Mapping[int, Page]) -> None:
        self._taggings = taggings
        self._pages = pages
        self._numbers = {
            line: (page.number, at) for page in pages.values() for at, line in enumerate(page.lines)
        }

    def knows(self, field: str) -> bool:
        """Tell whether the tagger was taught the field."""
        return any(field in one.vocabulary.fields for one in self._taggings.values())

    def opinion(self, field: str, passage: Passage, start: int, end: int) -> Opinion:
        """Return what it thinks of a span of a passage; the page is where the span begins."""
        places: list[tuple[int, int]] = []
        page = 0
        for spot in passage.spots[start:end]:
            number, at = self._numbers.get(spot.line, (0, 0))
            page = page or number
            if number and number == page:
                places.append((at, spot.index))
        tagging = self._taggings.get(page)
        if tagging is None or field not in tagging.vocabulary.fields:
            return NO_OPINION
        tokens = [tagging.tokens_of[place] for place in places if place in tagging.tokens_of]
        if not tokens:
            return NO_OPINION
        begin = tagging.vocabulary.begin(field)
        behind = max(tokens) + 1
        while behind < len(tagging.chances) and tagging.encoding.places[behind][1] < 0:
            behind += 1
        goes_on = tagging.chances[behind, begin + 1] if behind < len(tagging.chances) else 0.0
        return Opinion(
            chance=tagging.chance(field, places),
            other=tagging.other(field, places),
            begins=float(tagging.chances[tokens[0], begin]),
            ends=float(1 - goes_on),
        )

    def candidates(self, fields: frozenset[str]) -> Iterator[Candidate]:
        """Yield the values that it marks, as the readers of values understand them."""
        for tagging in self._taggings.values():
            for span in spans(tagging):
                if span.field in fields and span.confidence >= _LEAST:
                    yield from self._read(span, tagging)

    def _read(self, span: TaggedSpan, tagging: Tagging) -> Iterator[Candidate]:
        page = self._pages[tagging.page]
        pieces = [
            Piece(line=page.lines[line], start=start, end=end, aspect=page.aspect)
            for line, start, end in span.pieces
        ]
        passage = join(pieces)
        unit = ""
        if field_types().get(span.field) == "money" and not _SAYS_ITSELF.search(passage.text):
            unit = self._unit(span, tagging)
            if not unit:
                return  # its size is not known
        lead, end = _solid(passage.text)
        if span.field in _SENTENCES and passage.text[end : end + 1] == "。":
            end += 1
        text = passage.text[lead:end]
        rows = tuple(row - lead for row in sorted(passage.rows) if lead <= row < end)
        for reading in read_value(span.field, text, Place(whole=True, unit=unit, rows=rows))[:1]:
            yield candidate(reading, passage, lead, METHOD, span.confidence)

    def _unit(self, span: TaggedSpan, tagging: Tagging) -> str:
        """Return the unit that follows an amount or that its label names."""
        line, start, _ = span.pieces[0]
        last, _, end = span.pieces[-1]
        first = tagging.tokens_of.get((line, start), 0)
        final = tagging.tokens_of.get((last, end - 1), first)
        behind = _UNIT_BEHIND.match(self._text(tagging, final + 1, final + 1 + _BEHIND))
        if behind:
            return behind[1].replace("圆", "元")
        before = _UNIT_BEFORE.search(self._text(tagging, first - _BEFORE, first))
        return before[1].removeprefix("人民币") if before else ""

    def _text(self, tagging: Tagging, start: int, end: int) -> str:
        lines = self._pages[tagging.page].lines
        places = tagging.encoding.places[max(0, start) : max(0, end)]
        return compact("".join(lines[line].text[at] for line, at in places if at >= 0))


def _solid(text: str) -> tuple[int, int]:
    """Return where a value begins and ends without stops and brackets of only one side."""
    start, end = 0, len(text)
    while start < end and (text[start] in _STOPS or (text[start] == ")")):
        start += 1
    while start < end:
        part = text[start:end]
        if part[-1] in _STOPS or (part[-1] == ")" and "(" not in part) or part[-1] == "(":
            end -= 1
        elif part[0] == "(" and ")" not in part:
            start += 1
        else:
            break
    return start, end


def witness_of(tagger: Tagger, texts: SegmentTexts) -> Witness:
    """Let the tagger read every page of a segment."""
    pages = {one.page.number: one.page for one in texts.pages}
    taggings = {number: tagger.tagging(page, texts.kind) for number, page in pages.items()}
    return Witness({number: one for number, one in taggings.items() if one is not None}, pages)
