"""Labels inside a passage, and the stretch of text that each announces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from preaudit.extract.lexicon import Lexicon, Meaning
from preaudit.extract.passage import Passage

_AFTER_SIGN: Final = frozenset('，。；、:,;()"“”|/·*□√?!！？')
_INSIDE: Final = re.compile(r"\([^()]*\)")
_BRACKETS: Final = re.compile(r"(?:\([^()]{0,24}\)|\[[^\[\]]{0,16}\])+")
_INNER: Final = re.compile(r"\([^()]*\)")
_ITEM: Final = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,2}\)[、.]?|\d{1,2}[、.]|\d{1,2}(?:\.\d{1,2}){1,3})$"
)
_ENGLISH: Final = re.compile(r"[/|]?[A-Za-z][A-Za-z.,'&/()-]{2,80}")
"""What stands behind a label on a form in two languages."""
_COPULA: Final = re.compile(r"^(?:分别)?(?:为|是|系|定为)(?:[:])?")
_GRADED: Final = re.compile(r"[\u4e00-\u9fff]{4,20}(?:特级|[一二三四甲乙丙]级|不分等级)")
"""A row that goes on with a list of qualifications."""
_SPECIAL: Final = re.compile(r"[\u4e00-\u9fff、]{2,20}(?:工程|专业)[、,，;；]?")
_INSIDE_SCALE: Final = frozenset(
    {
        "building_area",
        "building_area_above",
        "building_area_below",
        "floors_above",
        "floors_below",
        "floors",
        "land_area",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One label in a passage."""

    start: int
    end: int
    """Behind the label's words."""
    value_start: int
    """Behind bracket, colon or copula."""
    meaning: Meaning
    sign: str
    """What separates it from the value: `colon`, `is`, `gap`, `row`, `end` or `none`."""
    note: str
    """The brackets in it and behind it, such as (万元) or (全称)."""
    at_edge: bool
    """Whether it begins a row or follows a wide blank."""


def find_hits(passage: Passage, lexicon: Lexicon, ends: Sequence[int]) -> tuple[Hit, ...]:
    """Return the labels of a passage from left to right, longest first where they overlap.

    Args:
        passage: Where to look.
        lexicon: The labels of this kind of paper.
        ends: For each position the end of the longest label that starts there, or the position.
    """
    found: list[Hit] = []
    at = 0
    while at < len(passage.text):
        hit = _hit(passage, lexicon, at, ends[at]) if ends[at] > at else None
        if hit is None:
            at += 1
            continue
        found.append(hit)
        at = hit.value_start if hit.value_start > at else hit.end
    return tuple(found)


def _hit(passage: Passage, lexicon: Lexicon, at: int, end: int) -> Hit | None:
    text = passage.text
    edge = at == 0 or at in passage.rows or at in passage.gaps or _after_item(passage, at)
    sign_before = edge or text[at - 1] in _AFTER_SIGN
    brackets = _BRACKETS.match(text, end)
    after = brackets.end() if brackets else end
    sign, value_start = _sign(passage, after)
    if brackets and sign == "none":
        sign, value_start = _sign(passage, end)
        after = end
    behind = brackets.end() if brackets else end
    row_end = min((row for row in passage.rows if row > at), default=len(text))
    english = _ENGLISH.match(text, behind, max(row_end, behind))
    if english and (edge or sign_before):
        sign, value_start = _behind_english(passage, english.end(), sign, value_start)
        after = english.start()
    if sign == "colon":
        accepted = sign_before or end - at > 3  # noqa: PLR2004 - 日期 may be the rest of 绘图日期
    elif sign == "is":
        accepted = sign_before
    else:
        accepted = edge
    if sign != "colon" and text[at:end] in lexicon.needs_colon:
        return None
    if not accepted or (sign == "none" and end - at < 2):  # noqa: PLR2004 - one character is no label here
        return None
    return Hit(
        start=at,
        end=end,
        value_start=value_start,
        meaning=lexicon.exact(text[at:end]) or Meaning(),
        sign=sign,
        note="".join(_INSIDE.findall(text[at:end])) + text[end:after],
        at_edge=edge,
    )


def _behind_english(passage: Passage, at: int, sign: str, start: int) -> tuple[str, int]:
    """Return what separates a label in two languages from its value."""
    told, begins = _sign(passage, at)
    return (sign, start) if told in ("none", "is") else (told, begins)


def _after_item(passage: Passage, at: int) -> bool:
    row = max((r for r in passage.rows if r <= at), default=0)
    return row < at and _ITEM.fullmatch(passage.text[row:at]) is not None


def _sign(passage: Passage, at: int) -> tuple[str, int]:
    text = passage.text
    if at >= len(text):
        return "end", at
    if text[at] == ":":
        return "colon", at + 1
    copula = _COPULA.match(text[at:])
    if copula:
        return "is", at + copula.end()
    if at in passage.rows:
        return "row", at
    if at in passage.gaps:
        return "gap", at
    return "none", at


def regions(passage: Passage, hits: Sequence[Hit]) -> Iterable[tuple[Hit, int, int]]:
    """Yield each label with the stretch that may hold its value; empty where nothing stands."""
    for number, hit in enumerate(hits):
        yield hit, hit.value_start, _region_end(passage, hit, hits[number + 1 :])


def _region_end(passage: Passage, hit: Hit, later: Sequence[Hit]) -> int:
    limit = len(passage.text)
    for other in later:
        if _delimits(passage, hit, other):
            limit = _before_item(passage, other.start, hit.value_start)
            break
    inside = sorted(stop for stop in passage.stops if hit.value_start < stop < limit)
    inside = [stop for stop in inside if not _lists_on(passage, hit, stop, limit)]
    at_row_end = hit.value_start in passage.rows or hit.value_start in passage.stops
    if hit.value_start in passage.stops and not at_row_end:
        return hit.value_start
    return inside[0] if inside else limit


def _lists_on(passage: Passage, hit: Hit, stop: int, limit: int) -> bool:
    """Tell whether a row that begins a paragraph goes on with a list of one entry to a row."""
    end = min((row for row in passage.rows if stop < row < limit), default=limit)
    if hit.meaning.field == "qualification":
        return _GRADED.match(passage.text[stop:limit]) is not None
    listed = hit.meaning.field == "speciality"
    return listed and _SPECIAL.fullmatch(passage.text[stop:end]) is not None


def _delimits(passage: Passage, hit: Hit, other: Hit) -> bool:
    if other.meaning.field in _INSIDE_SCALE and hit.meaning.field in (
        "construction_scale",
        "floors",
    ):
        return hit.meaning.field == "floors" and other.start in passage.stops
    if other.sign in ("none", "is", "end") or (other.sign == "row" and hit.sign == "colon"):
        return other.start in passage.stops or (other.start in passage.rows and hit.sign == "none")
    return True


def _before_item(passage: Passage, start: int, least: int) -> int:
    """Step back over the numbering of the next entry (…。4. 资金来源)."""
    item = _ITEM.search(passage.text[least:start])
    begins = least + item.start() if item else start
    return begins if begins in passage.rows else start
