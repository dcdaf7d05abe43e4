"""What a cell of a workbook shows: its value through its number format, as a person sees it.

The part of the format language that papers use: sections, digits with thousands and decimals,
percent, fixed words, and dates. A format that is not understood shows the value plainly, never
nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from itertools import pairwise
from typing import Any

_TOKENS = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<clock>AM/PM|A/P|上午/下午)|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|a{3,4})"
    r"|(?P<number>[0#?][0#?,]*(?:\.[0#?]*,*)?|\.[0#?]+)|(?P<percent>%)|(?P<text>@)"
    r"|(?P<general>General)|(?P<exponent>E[+-]0+)|(?P<plain>.)",
    re.IGNORECASE | re.DOTALL,
)
_DATE_UNITS = frozenset("ymdhs")
_WEEKDAYS = "一二三四五六日"
_CURRENCY = re.compile(r"\$([^-]*)")
_ELAPSED = re.compile(r"(h+|m+|s+)", re.IGNORECASE)
_SECTIONS_MAX = 4
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # dates of a workbook have no zone
_SIGNIFICANT = 11
"""Digits that a cell of format General shows at most."""
_HUGE = 1e15
_SHORT_DATE = {"mm-dd-yy": "yyyy/m/d"}
"""The format that means the short date of the place."""


def shown(value: Any, number_format: str) -> str:
    """Return a cell's value as the workbook shows it; empty for an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return _as_text(value, number_format)
    if isinstance(value, datetime | date | time | timedelta):
        return _as_moment(value, number_format)
    if isinstance(value, int | float):
        return _as_number(float(value) if isinstance(value, float) else value, number_format)
    return str(value)


def _as_text(value: str, number_format: str) -> str:
    """Return a text through the fourth section of its format, which may put words around it."""
    sections = _sections(number_format)
    if len(sections) < _SECTIONS_MAX or not any(kind == "text" for kind, _ in sections[3]):
        return value
    return "".join(value if kind == "text" else word for kind, word in sections[3])


@cache
def _sections(number_format: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return the sections of a format, each as kinds of tokens with their words."""
    sections: list[list[tuple[str, str]]] = [[]]
    written = _SHORT_DATE.get(number_format, number_format) or "General"
    for match in _TOKENS.finditer(written):
        kind = match.lastgroup or "skip"
        word = match.group(kind) if match.lastgroup else ""
        if kind == "plain" and word == ";":
            sections.append([])
        elif kind in {"quoted", "escaped", "plain"}:
            sections[-1].append(("word", word))
        elif kind == "bracket":
            sections[-1] += _bracket(word)
        elif kind != "skip":
            sections[-1].append((kind, word))
    return tuple(tuple(section) for section in sections)


def _bracket(word: str) -> list[tuple[str, str]]:
    """Return what stands in brackets: a currency sign or elapsed time; colours show nothing."""
    if _ELAPSED.fullmatch(word):
        return [("elapsed", word.lower())]
    currency = _CURRENCY.match(word)
    return [("word", currency.group(1))] if currency and currency.group(1) else []


def _as_number(value: float, number_format: str) -> str:
    sections = _sections(number_format)
    if any(kind in {"date", "elapsed"} for kind, _ in sections[0]):
        return _as_moment(_moment(value), number_format) if _is_day(value) else _general(value)
    section, magnitude = _section(sections, value)
    if not section:
        return ""
    if not any(kind in {"number", "general", "text"} for kind, _ in section):
        words = "".join(word for kind, word in section if kind == "word")
        return words if len(sections) > 1 else words + _general(value)
    return "".join(_pieces(section, magnitude))


def _section(
    sections: Sequence[tuple[tuple[str, str], ...]], value: float
) -> tuple[tuple[tuple[str, str], ...], float]:
    """Return the section for a number and the number that it is to write."""
    if len(sections) == 1:
        return sections[0], value
    if value < 0:
        return sections[1], -value
    if value == 0 and len(sections) > 2:  # noqa: PLR2004  # the third is for zero
        return sections[2], value
    return sections[0], value


def _pieces(section: Sequence[tuple[str, str]], value: float) -> list[str]:
    percent = sum(kind == "percent" for kind, _ in section)
    digits = [word for kind, word in section if kind == "number"]
    if len(digits) > 1 and ("word", "/") in section:
        return [_general(value)]  # a fraction
    number = _exact(value) * Decimal(100) ** percent
    pieces, written = [], False
    for kind, word in section:
        if kind == "number" and not written:
            exponent = next((one for name, one in section if name == "exponent"), "")
            pieces.append(_digits(number, digits[0], exponent))
            written = True
        elif kind in {"general", "text"}:
            pieces.append(_general(value))
        elif kind == "percent":
            pieces.append("%")
        elif kind == "word":
            pieces.append(word)
    if pieces and number < 0 and written:
        # The sign stands before currency signs and words.
        joined = "".join(pieces).replace("-", "", 1)
        return [f"-{joined}"]
    return pieces


def _exact(value: float) -> Decimal:
    try:
        return Decimal(repr(value))
    except InvalidOperation:
        return Decimal(0)


def _digits(number: Decimal, pattern: str, exponent: str) -> str:
    if exponent:
        places = len(pattern.partition(".")[2])
        mantissa, _, power = f"{number:.{places}E}".partition("E")
        return f"{mantissa}E{int(power):+0{len(exponent) - 1}d}"
    plain = pattern.rstrip(",")
    scaled = number / Decimal(1000) ** (len(pattern) - len(plain))
    whole, _, fraction = plain.partition(".")
    places, least = len(fraction), sum(one == "0" for one in fraction)
    rounded = scaled.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    sign = "-" if rounded < 0 else ""
    integral, _, after = f"{abs(rounded):f}".partition(".")
    while len(after) > least and after.endswith("0"):
        after = after[:-1]
    required = sum(one == "0" for one in whole)
    integral = integral.lstrip("0").rjust(required, "0")
    if "," in whole:
        integral = f"{int(integral or 0):,}".rjust(required, "0") if integral else integral
    return f"{sign}{integral}{'.' + after if after else ''}"


def _general(value: float) -> str:
    """Return a number as a cell without a format shows it: no more digits than fit."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < _HUGE:
        return str(int(value))
    text = f"{value:.{_SIGNIFICANT - 1}g}"
    return text.upper() if "e" in text else text


def _is_day(value: float) -> bool:
    return math.isfinite(value) and 0 <= value < 2_958_466  # noqa: PLR2004  # until the year 9999


def _moment(value: float) -> datetime:
    return _EPOCH + timedelta(days=value)


def _as_moment(value: datetime | date | time | timedelta, number_format: str) -> str:
    sections = _sections(number_format)
    tokens = [one for one in sections[0] if one[0] in {"date", "clock", "word", "elapsed"}]
    if isinstance(value, timedelta):
        return _elapsed(value, tokens)
    if isinstance(value, time):
        value = datetime.combine(_EPOCH.date(), value)
    elif not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)  # noqa: DTZ001  # likewise
    if not any(kind in {"date", "elapsed"} for kind, _ in tokens):
        midnight = value.time() == time()
        return value.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M:%S")
    return "".join(_dated(value, tokens))


def _elapsed(value: timedelta, tokens: Sequence[tuple[str, str]]) -> str:
    seconds = int(value.total_seconds())
    if not any(kind == "elapsed" for kind, _ in tokens):
        return "".join(_dated(_EPOCH + value, tokens)) or str(value)
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}"


def _dated(value: datetime, tokens: Sequence[tuple[str, str]]) -> list[str]:
    units = [word.lower() if kind in {"date", "elapsed"} else "" for kind, word in tokens]
    half_day = any(kind == "clock" for kind, _ in tokens)
    pieces = []
    for at, (kind, word) in enumerate(tokens):
        if kind == "word":
            pieces.append(word)
        elif kind == "clock":
            pieces.append(_half(value, word))
        else:
            minutes = units[at].startswith("m") and _is_minute(units, at)
            pieces.append(_unit(value, units[at], minutes=minutes, half_day=half_day))
    return pieces


def _half(value: datetime, word: str) -> str:
    first, second = word.split("/")
    return first if value.hour < 12 else second  # noqa: PLR2004  # noon


def _is_minute(units: Sequence[str], at: int) -> bool:
    """Tell whether an m stands for minutes: after hours or before seconds."""
    known = [(index, unit[0]) for index, unit in enumerate(units) if unit[:1] in _DATE_UNITS]
    for (_, before), (index, _) in pairwise(known):
        if index == at and before == "h":
            return True
    return any(index == at and after == "s" for (index, _), (_, after) in pairwise(known))


def _unit(value: datetime, unit: str, *, minutes: bool, half_day: bool) -> str:
    first, long = unit[0], len(unit) > 1
    if first == "y":
        return f"{value.year:04d}" if len(unit) > 2 else f"{value.year % 100:02d}"  # noqa: PLR2004  # yy
    if first == "m" and not minutes and len(unit) > 2:  # noqa: PLR2004  # mmm names the month
        return value.strftime("%b" if len(unit) == 3 else "%B")  # noqa: PLR2004  # likewise
    if first == "d" and len(unit) > 2:  # noqa: PLR2004  # ddd names the weekday
        return f"{'周' if len(unit) == 3 else '星期'}{_WEEKDAYS[value.weekday()]}"  # noqa: PLR2004  # ddd
    if first == "a":
        return f"{'星期' if len(unit) > 3 else ''}{_WEEKDAYS[value.weekday()]}"  # noqa: PLR2004  # aaaa
    hour = (value.hour - 1) % 12 + 1 if half_day else value.hour
    number = {"m": value.minute if minutes else value.month, "d": value.day, "h": hour}
    return f"{number.get(first, value.second):0{2 if long else 1}d}"
