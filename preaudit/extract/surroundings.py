"""What stands around a reading, and whether it is shaped like what it is taken for.

A value that was cut too short or too long gives itself away: its neighbour on the page is no stop
but goes on with the same word, a bracket has no partner, a name ends before its legal form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from preaudit.document import Line, MarkKind, Page
from preaudit.extract.candidate import Candidate
from preaudit.extract.passage import Spot
from preaudit.extract.values.names import is_organisation_whole
from preaudit.extract.values.reading import field_types
from preaudit.fields import Day
from preaudit.folding import BLANKS, compact, fold

SHAPES: Final = (
    "misshapen",
    "open_start",
    "open_end",
    "wraps_before",
    "wraps_after",
    "echo",
    "sealed",
)
_STOPS: Final = frozenset(":;,.，；。、()\"“”'\u2018\u2019《》〈〉「」[]\u3014\u3015{}|_<>=")
"""Dashes and strokes are none: 29号-1 goes on."""
_WIDE_GAP: Final = 0.9
"""A blank wider than this many characters separates."""
_FURTHEST: Final = 1.3
"""Rows of one paragraph have no more than so many heights of a line between them."""
_FLUSH: Final = 1.5
"""Rows of one paragraph end within so many characters of its right edge."""
_LABEL: Final = 12
"""A colon among so many characters ends a label: the row begins an entry of its own."""
_WORD: Final = 4
"""Shorter values are found everywhere, by chance."""
_MOST_ECHOES: Final = 2
_BEGINS_ODDLY: Final = re.compile(
    r"^[兹由与及至该系,、;:.)·\-]|^对(?!外)|^向(?!阳)|^经(?![济开纬])|^和(?![平县田顺谐兴])|^在(?!建)"
)
"""What stands before a name in a sentence; 和平区 and 经济开发区 begin addresses."""
_ENDS_ODDLY: Final = re.compile(r"[、,及和与或第之的为由(\-·~:]$|[、第][-0-9A-Z]+$")
"""An enumeration broken off; 29号-1 is none."""
_YEARS: Final = range(1950, 2101)


class Surroundings:
    """All pages of a segment, to look around on."""

    def __init__(self, pages: Mapping[int, Page]) -> None:
        """Take the pages by number."""
        self.pages = pages
        self._page_of = {line: page for page in pages.values() for line in page.lines}
        self._texts = [(line, compact(line.text)) for page in pages.values() for line in page.lines]
        self._seals = frozenset(
            compact(mark.text)
            for page in pages.values()
            for mark in page.marks
            if mark.kind in (MarkKind.SEAL, MarkKind.PAGING_SEAL)
        )

    def shape(self, one: Candidate) -> dict[str, float]:
        """Return what tells whether a reading is whole, in numbers 0..1."""
        first, last = one.passage.spots[one.start], one.passage.spots[one.end - 1]
        text = one.passage.text[one.start : one.end]
        return {
            "misshapen": float(_misshapen(one, text)),
            "open_start": float(not self._ends(first, -1)),
            "open_end": float(not self._ends(last, 1)),
            "wraps_before": float(self._wraps(first, -1)),
            "wraps_after": float(self._wraps(last, 1)),
            "echo": min(_MOST_ECHOES, self._echoes(text, first)) / _MOST_ECHOES,
            "sealed": float(len(text) >= _WORD and text in self._seals),
        }

    def _em(self, line: Line) -> float:
        """Return the width of a character, as a share of the page's."""
        page = self._page_of.get(line)
        return line.box.height * (page.aspect if page else 1.4) * 0.8

    def _ends(self, spot: Spot, step: int) -> bool:
        """Tell whether a stop, a wide blank or the end of the line stands beside a character."""
        line, at = spot.line, spot.index + step
        while 0 <= at < len(line.text) and line.text[at] in BLANKS:
            at += step
        if not 0 <= at < len(line.text) or fold(line.text[at]) in _STOPS:
            return True
        low, high = sorted((spot.index, at))
        return line.edges[high] - line.edges[low + 1] > _WIDE_GAP * self._em(line)

    def _wraps(self, spot: Spot, step: int) -> bool:
        """Tell whether a paragraph seems to go on beyond the row that a value begins or ends."""
        line = spot.line
        rest = line.text[: spot.index] if step < 0 else line.text[spot.index + 1 :]
        page = self._page_of.get(line)
        if page is None or compact(rest):
            return False
        other = _neighbour(page, line, step)
        if other is None:
            return False
        upper, lower = (other, line) if step < 0 else (line, other)
        flush = upper.box.right >= lower.box.right - _FLUSH * self._em(line)
        runs_on = fold(upper.text.rstrip()[-1:]) not in _STOPS
        return flush and runs_on and ":" not in compact(lower.text)[:_LABEL]

    def _echoes(self, text: str, own: Spot) -> int:
        """Return how often the same stands elsewhere on the pages, whole and by itself."""
        if len(text) < _WORD:
            return 0
        return sum(
            1
            for line, there in self._texts
            if text in there and _by_itself(text, there) and line != own.line
        )


def _neighbour(page: Page, line: Line, step: int) -> Line | None:
    """Return the row right above or below."""
    reach = _FURTHEST * line.box.height
    near = [
        other
        for other in page.lines
        if other.box.left < line.box.right
        and line.box.left < other.box.right
        and 0 < step * (other.box.centre[1] - line.box.centre[1]) < line.box.height + reach
        and abs(other.box.centre[1] - line.box.centre[1]) > 0.5 * line.box.height
    ]
    return min(near, key=lambda other: abs(other.box.centre[1] - line.box.centre[1]), default=None)


def _by_itself(text: str, there: str) -> bool:
    at = there.find(text)
    end = at + len(text)
    return (at == 0 or there[at - 1] in _STOPS) and (end == len(there) or there[end] in _STOPS)


def _misshapen(one: Candidate, text: str) -> bool:
    """Tell whether a value cannot be whole as it stands."""
    if isinstance(one.value, Day):
        return one.value.day.year not in _YEARS
    kind = field_types().get(one.field)
    if kind not in ("name", "text"):
        return False
    if text.count("(") != text.count(")") or _BEGINS_ODDLY.search(text):
        return True
    return not is_organisation_whole(text) if kind == "name" else bool(_ENDS_ODDLY.search(text))
