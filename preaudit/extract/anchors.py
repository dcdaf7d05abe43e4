"""Candidates from labels inside running text: 标签：值, several on a row, wrapped or in columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from preaudit.extract.along import along
from preaudit.extract.candidate import Blank, Found, LabelEnds, SegmentTexts, candidate
from preaudit.extract.hits import Hit, find_hits, regions
from preaudit.extract.parties import party_of
from preaudit.extract.passage import Passage
from preaudit.extract.subject import Subject
from preaudit.extract.values.reading import PSEUDO, Place, is_empty, read_value

_CONFIDENCE: Final = {
    "colon": 0.93, "is": 0.86, "gap": 0.9, "row": 0.72, "end": 0.7, "none": 0.6,
}  # fmt: skip
_ALONG: Final = 0.85
_CARD_ROW: Final = 30
_BY_HAND: Final = 0.6
"""What stands behind a place for a signature is seldom the printed name."""
_GROUND: Final = frozenset({"building_area_above", "building_area_below"})
_LOOSE: Final = frozenset(
    {
        "project_name",
        "site_address",
        "land_use",
        "structure_type",
        "right_type",
        "construction_scale",
    }
)
"""Fields of any wording: a label without a sign behind it does not announce them in prose."""


def read_passage(
    passage: Passage, hits: Iterable[Hit], texts: SegmentTexts, subject: Subject
) -> Iterator[Found]:
    """Yield what the labels of one passage announce.

    Args:
        passage: The text.
        hits: Its labels, in order.
        texts: The segment that it is part of.
        subject: Whom attributes are about; moves on as roles are named.
    """
    ordered = tuple(hits)
    carried, lexicon = texts.fields, texts.lexicon
    within = 0
    for hit, start, end in regions(passage, ordered):
        if hit.start < within and hit.meaning.field in _GROUND:
            continue  # 层数:地上:26地下:2 counts storeys throughout
        within = end if hit.meaning.field == "floors" else 0
        field = (subject if hit.sign != "none" else replace(subject)).field(hit.meaning)
        if not _carried(field, carried) or _in_title(passage, hit, field):
            continue
        if (
            hit.sign == "none"
            and (field in _LOOSE or hit.start not in passage.stops)
            and passage.cell is None
            and not _card_like(passage, hit)
        ):
            continue
        if lexicon.exact(passage.text[start:end]) is None:
            yield from _read(passage, hit, start, end, field, carried)
            yield from _along(passage, hit, start, end, field, carried)


def _along(
    passage: Passage, hit: Hit, start: int, end: int, field: str, carried: frozenset[str]
) -> Iterator[Found]:
    """Yield the code or number that stands in the entry of a name."""
    if hit.sign not in ("colon", "gap"):
        return
    for offset, reading in along(hit.meaning.role, passage.text[start:end]):
        if reading.field in carried and reading.field != field:
            yield candidate(reading, passage, start + offset, "label", _ALONG)


def _in_title(passage: Passage, hit: Hit, field: str) -> bool:
    """Tell whether a word such as 建设工程 begins the title of a paper rather than an entry."""
    label = passage.text[hit.start : hit.end]
    return hit.sign == "none" and field == "project_name" and not label.endswith(("名称", "名"))


def _card_like(passage: Passage, hit: Hit) -> bool:
    """Tell whether a label without a sign begins a short row, as on cards (住址江苏省…)."""
    rows = sorted((*passage.rows, len(passage.text)))
    end = next((row for row in rows if row > hit.start), len(passage.text))
    return (
        hit.start in passage.rows
        and end - hit.start <= _CARD_ROW
        and "。" not in passage.text[hit.start : end]
    )


def _carried(field: str, carried: frozenset[str]) -> bool:
    return bool(field) and (field in carried or bool(carried.intersection(PSEUDO.get(field, ()))))


def _read(
    passage: Passage, hit: Hit, start: int, end: int, field: str, carried: frozenset[str]
) -> Iterator[Found]:
    text = passage.text[start:end]
    rows = tuple(row - start for row in sorted(passage.rows) if start < row < end)
    far = "章" in hit.note and hit.value_start in passage.gaps
    signed = far or "签" in hit.note
    place = Place(whole=False, unit=hit.note, rows=rows)
    readings = read_value(field, text, place)
    for reading in readings:
        if reading.field in carried:
            sure = _CONFIDENCE[hit.sign] * (_BY_HAND if signed else 1.0)
            yield candidate(reading, passage, start, "label", sure)
    if not readings and not signed and hit.sign in ("colon", "gap", "end"):
        stands = (
            ""
            if is_empty(text) or _another_sort(field, text)
            else passage.printed(start, min(end, start + 40))
        )
        for name in PSEUDO.get(field, (field,)):
            if name in carried:
                yield Blank(
                    field=name, box=passage.box(hit.start, hit.end),
                    page=passage.spots[hit.start].line.box.page, raw=stands,
                )  # fmt: skip


def _another_sort(field: str, text: str) -> bool:
    """Tell whether a date stands where a name is asked: the name is then only on the seal."""
    return field == "issuing_authority" and bool(re.match(r"[\d\u3007二]{2,4}", text))


class LabelSource:
    """Labels in free text and inside cells."""

    def candidates(self, texts: SegmentTexts, labels: LabelEnds) -> Iterator[Found]:
        """Yield what labels announce, passage by passage."""
        owners = {
            id(passage): party_of(passage, page, texts.lexicon)
            for page in texts.pages
            for passage in page.passages
        }
        for passage, ends in zip(texts.searched(), labels, strict=True):
            if passage.cell is not None and texts.lexicon.known(passage.text):
                continue
            hits = find_hits(passage, texts.lexicon, ends)
            subject = Subject(kind=texts.kind, party=owners.get(id(passage), ""))
            yield from read_passage(passage, hits, texts, subject)
