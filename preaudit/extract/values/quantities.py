"""Days, terms, amounts, areas and counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from preaudit.extract.values.days import after_years, days
from preaudit.extract.values.money import amounts, unit_factor
from preaudit.extract.values.numerals import FIGURE, any_number, figure
from preaudit.extract.values.place import Place, Reading
from preaudit.fields import Area, Day, LongTerm, Money, Number, Value

_UNIT_M2: Final = {
    "万平方米": Decimal(10000), "万㎡": Decimal(10000), "万m2": Decimal(10000),
    "公顷": Decimal(10000), "hm2": Decimal(10000), "ha": Decimal(10000),
    "亩": Decimal(2000) / Decimal(3),
}  # fmt: skip
_AREA: Final = re.compile(
    rf"(?<![mM])(?P<figure>{FIGURE})\s*(?P<unit>万平方米|万㎡|万m2|平方米|㎡|m2|m²|M2|平米|公顷|hm2|亩)?"
)
_BOUND: Final = re.compile(r"(?:大于|小于|超过|不足|达到|高于|低于|等于|[<>≥≤])$")
"""What follows says how large something may be, not how large it is."""
_COUNT: Final = re.compile(
    r"(?P<n>\d+|[一二三四五六七八九十百两]+)(?P<unit>日历天|个日历天|天|日|层|F)?"
)
_ALONE: Final = {"given_time": "signed_on", "insured_time": "insured_from"}
"""What a single day means behind a label that may as well announce a term (委托时间)."""
_STOREYS: Final = {"building_area_above": "floors_above", "building_area_below": "floors_below"}
_CENT: Final = Decimal("0.01")


def read_day(field: str, text: str, place: Place) -> Iterator[Reading]:
    """Read a day: the first that stands there, the last where an end is asked."""
    found = list(days(text))
    pick = found[-1:] if field == "valid_until" else found[:1]
    for one in pick:
        value: Value = Day(day=one.day) if one.day else LongTerm()
        near = 1.0 if one.start <= 4 or place.whole else 0.75  # noqa: PLR2004 - 自, 至 or 公元 may come first
        yield Reading(start=one.start, end=one.end, value=value, quality=near, field=field)


def read_term(field: str, text: str, place: Place) -> Iterator[Reading]:
    """Read a term: from and until, or the one of them that is printed."""
    first = "insured_from" if field in ("injury_range", "insured_time") else "valid_from"
    last = "valid_until"
    found = [one for one in days(text) if one.start < 60]  # noqa: PLR2004 - further ones belong to other sentences
    real = [one for one in found if one.day]
    if len(found) >= 2:  # noqa: PLR2004 - from and until
        if real and found[0].day:
            yield Reading(
                start=found[0].start,
                end=found[0].end,
                value=Day(day=found[0].day),
                quality=1.0,
                field=first,
            )
        second = found[1]
        value: Value = Day(day=second.day) if second.day else LongTerm()
        yield Reading(start=second.start, end=second.end, value=value, quality=1.0, field=last)
        return
    if not found:
        return
    only = found[0]
    if only.day is None:
        yield Reading(start=only.start, end=only.end, value=LongTerm(), quality=1.0, field=last)
        return
    if field in _ALONE:
        yield Reading(
            start=only.start, end=only.end, value=Day(day=only.day), quality=0.95,
            field=_ALONE[field],
        )  # fmt: skip
        return
    yield from _one_sided(text, only.start, only.end, only.day, first=first, last=last)
    del place


def _one_sided(
    text: str, start: int, end: int, day: date, *, first: str, last: str
) -> Iterator[Reading]:
    begins = text[:start].endswith(("自", "从", "起")) or text[end:].startswith(
        ("起", "至", "-", "到")
    )
    yield Reading(
        start=start, end=end, value=Day(day=day), quality=0.95, field=first if begins else last
    )
    term = re.match(
        r"起?[,，至]?(?:有效期)?(?:为)?(\d{1,2}|[一二三四五六七八九十两]{1,3})年", text[end:]
    )
    if begins and term:
        years = any_number(term[1].replace("两", "二"))
        if years:
            yield Reading(
                start=end + term.start(1), end=end + term.end(1) + 1,
                value=Day(day=after_years(day, years)), quality=0.85, field=last,
            )  # fmt: skip


def read_first_issued(_: str, text: str, place: Place) -> Iterator[Reading]:
    """Read the day of first issue: issue day where no other is printed."""
    for one in read_day("issued_on", text, place):
        yield Reading(start=one.start, end=one.end, value=one.value, quality=0.8, field="issued_on")


def read_money(field: str, text: str, place: Place) -> Iterator[Reading]:
    """Read amounts: in words where words are asked, else in figures."""
    unit = unit_factor(place.unit) if place.unit else None
    if field == "registered_capital" and unit is None and re.fullmatch(r"\d{2,6}(?:\.\d+)?", text):
        unit = Decimal(10000)  # nobody registers so little in yuan: old licences count in 万元
    for one in amounts(text, unit=unit):
        if field == "contract_price_words" and not one.in_words:
            continue
        if field == "contract_price" and one.in_words:
            continue
        quality = 1.0 if one.unit_printed or place.unit or "¥" in text[: one.start] else 0.85
        quality -= 0.0 if one.start <= 8 or place.whole else 0.15  # noqa: PLR2004 - 人民币(大写) may come first
        yield Reading(
            start=one.start, end=one.end, value=Money(yuan=one.yuan), quality=quality, field=field
        )


def read_area(field: str, text: str, place: Place) -> Iterator[Reading]:
    """Read an area in square metres; behind 地上 a bare small number counts storeys."""
    storeys = re.fullmatch(r"(?P<n>\d{1,2})[层F]?", text)
    if storeys and not place.unit and field in _STOREYS:
        yield Reading(
            start=0, end=storeys.end("n"), value=Number(number=Decimal(storeys["n"])),
            quality=0.85, field=_STOREYS[field],
        )  # fmt: skip
        return
    for match in _AREA.finditer(text):
        number = figure(match["figure"])
        if _BOUND.search(text[: match.start()]):
            return
        if number is None or re.match(r"[年月日层元万幢栋#号天]", text[match.end() :]):
            continue
        unit = match["unit"] or place.unit
        factor = next((f for name, f in _UNIT_M2.items() if name in unit), Decimal(1))
        m2 = number * factor
        value = Area(m2=m2.quantize(_CENT) if "亩" in unit else m2)
        quality = 1.0 if match["unit"] or place.unit or place.whole else 0.8
        yield Reading(
            start=match.start("figure"),
            end=match.end("figure"),
            value=value,
            quality=quality,
            field=field,
        )
        return


def read_days_count(field: str, text: str, place: Place) -> Iterator[Reading]:
    """Read a number of days: one that says so before any other."""
    said = re.search(r"(?P<n>\d{1,4})(?:个)?(?:日历)?天|(?<![月\d])(?P<m>\d{2,4})日(?!期)", text)
    if said is None:
        yield from read_count(
            field,
            re.sub(r"\d{4}[年./-]\d{1,2}[月./-]\d{1,2}日?", lambda m: "," * len(m[0]), text),
            place,
        )
        return
    group = "n" if said["n"] else "m"
    value = Number(number=Decimal(said[group]))
    yield Reading(
        start=said.start(group), end=said.end(group), value=value, quality=1.0, field=field
    )


def read_works_term(field: str, text: str, place: Place) -> Iterator[Reading]:
    """Read the term of the works: its days, and when they begin and end where that is told."""
    dated = [one for one in days(text) if one.day]
    if not dated or re.search(r"\d个?(?:日历)?天", text):
        yield from read_days_count("duration_days", text, place)
    if len(dated) == 2:  # noqa: PLR2004 - from and until
        for one, name in zip(dated, ("planned_start", "planned_finish"), strict=True):
            value = Day(day=one.day) if one.day else LongTerm()
            yield Reading(start=one.start, end=one.end, value=value, quality=0.95, field=name)
    del field


_FLOORS: Final = (
    re.compile(
        r"(?:地上|地面(?:以上)?|±0\.00以上)[^\d一二三四五六七八九十地]{0,6}"
        r"(?P<above>\d{1,3}|[一二三四五六七八九十]{1,3})(?!\d*\.)"
    ),
    re.compile(
        r"(?<![\d.])(?P<above>\d{1,3})[层F]?[/、,，+\-;；]{1,2}(?:地下)?-?(?P<below>\d)[层F]?(?![\d.])"
    ),
)
_CELLARS: Final = re.compile(
    r"(?:地下(?:室)?|地面以下)[^\d一二三四五六七八九十地无]{0,6}(?P<below>\d{1,2}|[一二三四五六七八九十]{1,3})(?!\d*\.)"
)
_ONLY: Final = re.compile(r"^(?:共)?(?P<above>\d{1,3})[层F]?$")


def read_floors(_: str, text: str, place: Place) -> Iterator[Reading]:
    """Read how many storeys there are above ground and below."""
    above = next((m for m in (one.search(text) for one in _FLOORS) if m), None)
    below = _CELLARS.search(text)
    only = None if above or below else _ONLY.match(text)
    pair = above is not None and above.re is _FLOORS[1]
    if above is not None or only is not None:
        match = above or only
        yield from _storeys(match, "above", 0.95 if above else 0.7)
    if below is not None:
        yield from _storeys(below, "below", 0.95)
    elif pair and above is not None:
        yield from _storeys(above, "below", 0.9)
    del place


def _storeys(match: re.Match[str] | None, group: str, quality: float) -> Iterator[Reading]:
    number = any_number(match[group]) if match else None
    if match is not None and number is not None:
        yield Reading(
            start=match.start(group), end=match.end(group), value=Number(number=Decimal(number)),
            quality=quality, field=f"floors_{group}",
        )  # fmt: skip


def read_count(field: str, text: str, place: Place) -> Iterator[Reading]:
    """Read a whole number."""
    for match in _COUNT.finditer(text):
        number = any_number(match["n"].replace("两", "二"))
        if number is None or text[match.end() :].startswith(
            (".", "年", "月", "元", "万", "㎡", "平")
        ):
            continue
        good = match["unit"] or (place.whole and match.start() == 0)
        yield Reading(
            start=match.start("n"), end=match.end("n"), value=Number(number=Decimal(number)),
            quality=1.0 if good else 0.75, field=field,
        )  # fmt: skip
        return
