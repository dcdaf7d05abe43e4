"""Calendar days as papers print them, 长期, and terms counted in years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from preaudit.extract.values.numerals import any_number, positional

_FIGURES: Final = re.compile(
    r"(?<!\d)(?P<y>(?:19|20|21)\d{2})\s*(?P<mark>[年./-])\s*(?P<m>\d{1,2})\s*[月./-]\s*(?P<d>\d{1,2})日?(?!\d)"
)
_RUN: Final = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?!\d)")
_NUMERAL: Final = "〇零一二三四五六七八九○O"
_WORDS: Final = re.compile(
    rf"(?P<y>[{_NUMERAL}]{{4}})年(?P<m>[元一二三四五六七八九十]{{1,2}})月(?P<d>[一二三四五六七八九十廿]{{1,3}})日"
)
_LONG: Final = re.compile(r"长期|永久|无固定期限|无期限")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A day found in a text; `day` is None for 长期."""

    start: int
    end: int
    day: date | None


def days(text: str) -> Iterator[Dated]:
    """Yield the days, and 长期, in folded `text` in the order printed; impossible days are none."""
    found: list[Dated] = []
    for match in _FIGURES.finditer(text):
        found += _dated(match, int(match["y"]), int(match["m"]), int(match["d"]))
    for match in _WORDS.finditer(text):
        found += _in_words(match)
    if not found:
        for match in _RUN.finditer(text):
            found += _dated(match, int(match["y"]), int(match["m"]), int(match["d"]))
    found += [Dated(start=m.start(), end=m.end(), day=None) for m in _LONG.finditer(text)]
    yield from sorted(found, key=lambda one: one.start)


def _in_words(match: re.Match[str]) -> list[Dated]:
    year = positional(match["y"])
    month = 1 if match["m"] == "元" else any_number(match["m"])
    day = any_number(match["d"].replace("廿", "二十"))
    if year is None or month is None or day is None:
        return []
    return _dated(match, year, month, day)


def _dated(match: re.Match[str], year: int, month: int, day: int) -> list[Dated]:
    try:
        return [Dated(start=match.start(), end=match.end(), day=date(year, month, day))]
    except ValueError:
        return []


def after_years(start: date, years: int) -> date:
    """Return the last day of a term of `years` that begins on `start`."""
    try:
        back = start.replace(year=start.year + years)
    except ValueError:
        back = date(start.year + years, 3, 1)
    return back - timedelta(days=1)
