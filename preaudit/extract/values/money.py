"""Amounts in yuan, from figures with a unit and from capital words (人民币大写)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from preaudit.extract.values.numerals import FIGURE, counted_large, figure

_UNITS: Final = {
    "元": Decimal(1),
    "圆": Decimal(1),
    "万元": Decimal(10**4),
    "万圆": Decimal(10**4),
    "万": Decimal(10**4),
    "千元": Decimal(1000),
    "百万元": Decimal(10**6),
    "亿元": Decimal(10**8),
    "亿": Decimal(10**8),
}
_UNIT: Final = r"亿元|百万元|万元|万圆|千元|亿|万|元|圆"
_BOTTOM: Final = r"零〇壹贰叁肆伍陆柒捌玖一二三四五六七八九两貳叄參陸"
_CAPITAL: Final = rf"[{_BOTTOM}拾佰仟十百千万萬亿億]+"
_LIKE_YUAN: Final = "四园囿回固员"
"""What 圆 is misread as in small print; right before 整 nothing else can stand."""
_WORDS: Final = re.compile(
    rf"(?P<yuan>{_CAPITAL})(?:元|圆|[{_LIKE_YUAN}](?=[整正]))"
    rf"(?:整|正|零?(?:(?P<jiao>[{_BOTTOM}])角)?零?(?:(?P<fen>[{_BOTTOM}])分)?(?:整|正)?)"
)
_FIGURES: Final = re.compile(rf"(?P<figure>{FIGURE})\s*(?:人民币)?(?P<unit>{_UNIT})?")
_CENTS: Final = 2
_CAPITAL_ONLY: Final = frozenset("壹贰叁肆伍陆柒捌玖拾佰仟貳叄參陸")


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An amount found in a text: where it stands, and whether in words."""

    start: int
    end: int
    yuan: Decimal
    in_words: bool
    unit_printed: bool


def unit_factor(text: str) -> Decimal | None:
    """Return how many yuan one unit is when `text` names a unit, such as 单位：万元."""
    found = re.search(rf"({_UNIT})", text)
    return _UNITS[found.group(1)] if found else None


def amounts(text: str, *, unit: Decimal | None = None) -> Iterator[Amount]:
    """Yield every amount in folded `text`, words and figures, in the order printed.

    Args:
        text: Folded and without blanks.
        unit: Yuan for one unit where the label names it (a column in 万元); printed units win.
    """
    found = [*_in_words(text), *_in_figures(text, unit)]
    yield from sorted(found, key=lambda one: one.start)


def _in_words(text: str) -> Iterator[Amount]:
    for match in _WORDS.finditer(text):
        words = match.group("yuan")
        yuan = counted_large(words)
        if yuan is None or not _CAPITAL_ONLY & set(words):
            continue
        jiao = counted_large(match.group("jiao") or "零") or 0
        fen = counted_large(match.group("fen") or "零") or 0
        yield Amount(
            start=match.start(),
            end=match.end(),
            yuan=Decimal(yuan) + Decimal(jiao) / 10 + Decimal(fen) / 100,
            in_words=True,
            unit_printed=True,
        )


def _in_figures(text: str, unit: Decimal | None) -> Iterator[Amount]:
    for match in _FIGURES.finditer(text):
        number = figure(match.group("figure"))
        printed = match.group("unit")
        if number is None or re.match(r"[年月日%‰层天幢栋#号㎡]|平方|m", text[match.end() :]):
            continue
        factor = _UNITS[printed] if printed else (unit or _likely(number))
        yield Amount(
            start=match.start("figure"),
            end=match.end("figure"),
            yuan=_exact(number * factor),
            in_words=False,
            unit_printed=printed is not None,
        )


def _likely(number: Decimal) -> Decimal:
    """Return the unit of a bare figure: one with parts of a cent was printed in 万元."""
    exponent = number.as_tuple().exponent
    parts = -exponent if isinstance(exponent, int) else 0
    return _UNITS["万元"] if parts > _CENTS else Decimal(1)


def _exact(number: Decimal) -> Decimal:
    trimmed = number.normalize()
    exponent = trimmed.as_tuple().exponent
    return trimmed.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else trimmed
