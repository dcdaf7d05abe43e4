"""Candidates from the foot of a paper: the lone date, and the name of who signs right above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from preaudit.document import Origin
from preaudit.extract.candidate import (
    Candidate,
    Found,
    LabelEnds,
    PageTexts,
    SegmentTexts,
    candidate,
)
from preaudit.extract.passage import Passage, Piece, join
from preaudit.extract.prose import prose_knowledge
from preaudit.extract.values.days import Dated, days
from preaudit.extract.values.names import organisation
from preaudit.extract.values.reading import Reading
from preaudit.fields import Day, Text
from preaudit.folding import tidy

_NAME_FROM: Final = 0.9
_SHORTEST: Final = 6
"""A shorter name is the end of one that was broken over two rows, or cut by a seal."""
_NOTE: Final = re.compile(r"(?:\((?:盖章|公章|签章|章|盖单位章|盖公章)\))?")
_ASKS: Final = re.compile(r"\((?:签字|签名|签章|盖章|公章)\):?$")
_LOST_DATE: Final = re.compile(r"(?:发证|签发|颁发|出具|发照|核发)(?:日期?|时间):?\d{2,4}年")
_YEAR_CUT: Final = re.compile(r"0[0-4]\d年")
_BEFORE_DATE: Final = re.compile(r"(?:(?:发证|签发|颁发|出具|发照|核发)?(?:日期|时间):?)?")


class ClosingSource:
    """The date and the name that close a paper."""

    def candidates(self, texts: SegmentTexts, labels: LabelEnds) -> Iterator[Found]:
        """Yield the last lone date of each page, and the organisation above it."""
        del labels
        known = prose_knowledge().closing.get(texts.kind)
        if known is None:
            return
        for page in texts.pages:
            pieces = _all_pieces(page)
            dated = _last_date(pieces)
            if dated is None:
                yield from _above_lost_date(pieces, known.name, known.confidence, texts.fields)
                continue
            passage, piece, found = dated
            lone = found.start == 0
            if (
                lone
                and not _beside_text(piece, pieces)
                and found.day is not None
                and known.date in texts.fields
            ):
                yield Candidate(
                    field=known.date, value=Day(day=found.day), passage=passage, start=0,
                    end=found.end, method="closing", confidence=known.confidence,
                )  # fmt: skip
            if known.name in texts.fields:
                yield from _name_above(pieces, piece, known.name, known.confidence)


def _all_pieces(page: PageTexts) -> list[Piece]:
    inside = [
        Piece(line=line, start=0, end=len(line.text), aspect=page.page.aspect)
        for cell in page.page.cells
        if len(cell.lines) > 1
        for line in cell.lines
    ]
    return sorted([*page.pieces, *inside], key=lambda one: one.box.top)


def _last_date(pieces: Sequence[Piece]) -> tuple[Passage, Piece, Dated] | None:
    """Return the lowest row that is a date, with at most a word such as 签发日期 before it."""
    for piece in reversed(pieces):
        text = piece.text
        if not 8 <= len(text) <= 20:  # noqa: PLR2004 - no such row is shorter or longer
            continue
        found = list(days(text)) or _without_first_digit(piece)
        if len(found) != 1 or found[0].end != len(text) or found[0].day is None:
            continue
        if _BEFORE_DATE.fullmatch(text[: found[0].start]):
            return join([piece]), piece, found[0]
    return None


def _above_lost_date(
    pieces: Sequence[Piece], name: str, confidence: float, carried: frozenset[str]
) -> Iterator[Found]:
    """Yield the name above a date of issue that a stamp has made unreadable."""
    lost = [one for one in pieces if _LOST_DATE.match(one.text)]
    if name in carried and lost:
        yield from _name_above(pieces, lost[-1], name, confidence)


def _without_first_digit(piece: Piece) -> list[Dated]:
    """Return a date whose first digit was lost at the edge of a stamp (026年1月21日)."""
    if piece.line.origin is not Origin.OCR or not _YEAR_CUT.match(piece.text):
        return []
    return [
        replace(one, start=0, end=one.end - 1) for one in days(f"2{piece.text}") if one.start == 0
    ]


def _beside_text(dated: Piece, pieces: Sequence[Piece]) -> bool:
    """Tell whether other text stands left of a date on its row: then it is that label's value."""
    return any(
        other is not dated
        and abs(other.box.centre[1] - dated.box.centre[1]) < 0.5 * dated.box.height
        and 0 < dated.box.left - other.box.right < 12 * dated.em
        and not _ASKS.search(other.text)
        for other in pieces
    )


def _name_above(
    pieces: Sequence[Piece], dated: Piece, field: str, confidence: float
) -> Iterator[Found]:
    for piece in reversed(pieces):
        gap = dated.box.top - piece.box.bottom
        beside = min(piece.box.right, dated.box.right) - max(piece.box.left, dated.box.left)
        if not -0.3 * dated.box.height < gap < 2.5 * dated.box.height or beside <= 0:
            continue
        span = organisation(piece.text, whole=True)
        if (
            span
            and span[1] - span[0] >= _SHORTEST
            and span[2] > _NAME_FROM
            and _NOTE.fullmatch(piece.text[span[1] :])
        ):
            passage = join([piece])
            reading = Reading(
                start=span[0], end=span[1], value=Text(text=tidy(passage.text)), quality=1.0,
                field=field,
            )  # fmt: skip
            yield candidate(reading, passage, 0, "closing", confidence)
            return
