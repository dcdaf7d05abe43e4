"""How a value is printed on a paper, and what it is worth after normalising.

Printing has many forms (dates, money, areas); the normalised form is computed from the typed value,
never from what was printed, so that the answer key cannot repeat a printing mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml

from corpus.money import in_words

Value = str | date | Decimal | int | tuple[str, ...]
"""Text and codes; dates; money and areas; counts; lists."""

LONG_TERM = "long-term"
"""The value of a term without an end (长期)."""

_HAN_DIGITS = "〇一二三四五六七八九"


@cache
def field_types() -> Mapping[str, str]:
    """Return the type of every field of the vocabulary."""
    text = (files("rules_kg") / "content" / "vocabulary.yaml").read_text(encoding="utf-8")
    fields = yaml.safe_load(text)["fields"]
    return MappingProxyType({name: entry["type"] for name, entry in fields.items()})


@cache
def kind_names() -> Mapping[str, str]:
    """Return the Chinese name of every kind of the vocabulary."""
    text = (files("rules_kg") / "content" / "vocabulary.yaml").read_text(encoding="utf-8")
    kinds = yaml.safe_load(text)["kinds"]
    return MappingProxyType({name: entry["zh"] for name, entry in kinds.items()})


@cache
def fields_of(kind: str) -> tuple[str, ...]:
    """Return the fields that a kind of paper may carry, in the order of the specification."""
    text = (files("rules_kg") / "content" / "kinds.yaml").read_text(encoding="utf-8")
    entry = yaml.safe_load(text)["kinds"].get(kind)
    return tuple(entry["fields"]) if entry else ()


def plain(text: str) -> str:
    """Return the text without white space and with half-width round brackets."""
    return "".join(text.split()).replace("（", "(").replace("）", ")")


def normalised(value: Value) -> str | list[str]:
    """Return what the value is worth: ISO dates, plain decimals, text without spaces."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, int):
        return str(value)
    return plain(value)


def printed(field: str, value: Value, form: str) -> str:
    """Return the value as a paper prints it; `form` may be empty.

    Forms: dates `cn`, `cn-padded`, `cn-spaced`, `iso`, `iso-short`, `dot`, `dot-short`, `slash`,
    `han`, `ring` (zero as a ring), and `open`, another word for 长期; money and areas `comma`,
    `plain`, `whole`, `wan` (of 10,000), `wan-comma`, `wan-dot`, `words`, `round-yuan` (圆);
    lists `lines`, `comma`, `semicolon`, `stop`.
    """
    if value == LONG_TERM:
        return "无固定期限" if form == "open" else "长期"
    if isinstance(value, date):
        return _print_date(value, form)
    if isinstance(value, Decimal):
        return _print_decimal(field, value, form)
    if isinstance(value, tuple):
        return {"comma": "、", "semicolon": "；", "stop": "，"}.get(form, "\n").join(value)
    return str(value)


_DATE_FORMS = {
    "iso": "%Y-%m-%d",
    "dot": "%Y.%m.%d",
    "slash": "%Y/%m/%d",
    "cn-padded": "%Y年%m月%d日",
}
_SHORT_JOINTS = {"iso-short": "-", "dot-short": "."}


def _print_date(day: date, form: str) -> str:
    if form in _DATE_FORMS:
        return day.strftime(_DATE_FORMS[form])
    if form == "cn-spaced":
        return f"{day.year} 年 {day.month} 月 {day.day} 日"
    if form in _SHORT_JOINTS:
        return _SHORT_JOINTS[form].join(str(part) for part in (day.year, day.month, day.day))
    if form == "ring":
        return _print_date(day, "han").replace(_HAN_DIGITS[0], "○")
    if form == "han":
        year = "".join(_HAN_DIGITS[int(digit)] for digit in str(day.year))
        return f"{year}年{_han_number(day.month)}月{_han_number(day.day)}日"
    return f"{day.year}年{day.month}月{day.day}日"


def _han_number(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _HAN_DIGITS[tens] + "十"
    return head + (_HAN_DIGITS[ones] if ones else "")


def _print_decimal(field: str, value: Decimal, form: str) -> str:
    if form == "words" or (field == "contract_price_words" and not form):
        return in_words(value)
    if form == "round-yuan":
        return in_words(value).replace("元", "圆")
    if form.startswith("wan"):
        return _print_wan(value / 10000, form)
    if form == "whole":
        return f"{value:.0f}"
    grouped = form == "comma" or (form != "plain" and field_types().get(field) == "money")
    return f"{value:,.2f}" if grouped else f"{value:.2f}"


def _print_wan(value: Decimal, form: str) -> str:
    """Return the amount in units of 10,000, never rounded: six decimals hold every cent."""
    if form == "wan-dot":
        return f"{value:.6f}"
    text = _decimal(value)
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}{point}{rest}" if form == "wan-comma" else text


def _decimal(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
