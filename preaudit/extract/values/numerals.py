"""Numbers as people write them: figures with separators, and Chinese numerals of both kinds."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

_DIGITS: Final = {
    **dict(zip("〇一二三四五六七八九", range(10), strict=True)),
    **dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "○": 0,
    "O": 0,
    "Ｏ": 0,
    "两": 2,
    "弍": 2,
    "貳": 2,
    "叄": 3,
    "參": 3,
    "陸": 6,
}
_TENS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS: Final = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}

FIGURE: Final = r"\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
"""A plain figure, thousands separated or not; fold the text first."""


def figure(text: str) -> Decimal | None:
    """Return the number that figures such as `229,892,440.78` stand for."""
    try:
        return Decimal(re.sub(r"[,，\s]", "", text))
    except InvalidOperation:
        return None


def positional(text: str) -> int | None:
    """Return the number of digits written one by one, such as 二〇二四; None if it is not that."""
    digits = [_DIGITS.get(char) for char in text]
    if not digits or any(one is None for one in digits):
        return None
    return int("".join(str(one) for one in digits))


def counted(text: str) -> int | None:
    """Return the number that words with tens and myriads stand for, such as 二十八."""
    total = section = digit = 0
    if not text:
        return None
    for char in text:
        if char in _MYRIADS:
            section += digit
            total, section, digit = (total + section) * _MYRIADS[char], 0, 0
        elif char in _TENS:
            section += (digit or 1) * _TENS[char]
            digit = 0
        elif char in _DIGITS:
            digit = _DIGITS[char]
        else:
            return None
    return total + section + digit


def counted_large(text: str) -> int | None:
    """Like `counted`, for amounts that name 亿 and 万 one after the other.

    亿 closes what stands before it for good; 万 multiplies only what came after 亿.
    """
    head, mark, tail = text.partition("亿") if "亿" in text else text.partition("億")
    if not mark:
        return counted(text)
    above = counted(head)
    below = counted(tail) if tail else 0
    return None if above is None or below is None else above * 10**8 + below


def any_number(text: str) -> int | None:
    """Return a whole number written in figures or in words."""
    if re.fullmatch(r"\d+", text):
        return int(text)
    if any(char in _TENS or char in _MYRIADS for char in text):
        return counted_large(text)
    return positional(text)
