"""Candidates from the trained tagger.

The tagger says which characters are a value; what the value is, the same readers decide as for
every other source. It is a second witness: it settles ties between readings that labels and
wordings give, and is not believed alone (see `preaudit.extract.resolve`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from preaudit.document import Page
from preaudit.extract.candidate import (
    Candidate,
    Found,
    LabelEnds,
    SegmentTexts,
    candidate,
)
from preaudit.extract.passage import Piece, join
from preaudit.extract.tagger import TaggedSpan, Tagger
from preaudit.extract.values.reading import Place, field_types, read_value

_WEIGHT: Final = 0.78
"""How much a span that the tagger is certain of counts, against 1 for a certain label."""
_LEAST: Final = 0.6
_UNITS: Final = ("万元", "亿元", "元")


class TaggerSource:
    """Reads the spans that the tagger marks."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger

    def candidates(self, texts: SegmentTexts, labels: LabelEnds) -> Iterator[Found]:
        """Yield what the tagger finds on each page of the segment."""
        del labels  # it has learned them
        for page in texts.pages:
            for span in self._tagger.tag(page.page, texts.kind):
                if span.field in texts.fields and span.confidence >= _LEAST:
                    yield from _read(span, page.page)


def _read(span: TaggedSpan, page: Page) -> Iterator[Candidate]:
    pieces = [
        Piece(line=page.lines[line], start=start, end=end, aspect=page.aspect)
        for line, start, end in span.pieces
    ]
    unit = _unit_after(pieces[-1]) if field_types().get(span.field) == "money" else ""
    if unit is None:
        return
    passage = join(pieces)
    place = Place(whole=True, unit=unit, rows=tuple(sorted(passage.rows)))
    for reading in read_value(span.field, passage.text, place)[:1]:
        yield candidate(reading, passage, 0, "tagger", _WEIGHT * span.confidence)


def _unit_after(piece: Piece) -> str | None:
    """Return the unit that follows an amount; None when none does, for then its size is not known.

    An amount that holds a unit or is in words needs none.
    """
    inside = piece.line.text[piece.start : piece.end]
    if any(unit in inside for unit in ("元", "圆", "万", "亿")):
        return ""
    after = piece.line.text[piece.end :].lstrip()
    return next((unit for unit in _UNITS if after.startswith(unit)), None)
