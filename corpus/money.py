"""Amounts of money in Chinese words (大写), as cheques and contracts print them."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def in_words(yuan: Decimal) -> str:
    """Return the amount in words, ending in 整, 角 or 分."""
    cents = int((yuan * 100).to_integral_value())
    whole, rest = divmod(cents, 100)
    words = _whole_words(whole) + "元"
    if rest == 0:
        return words + "整"
    dime, cent = divmod(rest, 10)
    if dime:
        words += _DIGITS[dime] + "角"
    elif whole:
        words += "零"
    return words + (_DIGITS[cent] + "分" if cent else "")


def _whole_words(whole: int) -> str:
    groups: list[int] = []
    while whole:
        whole, group = divmod(whole, 10000)
        groups.append(group)
    words = ""
    gap = False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group == 0:
            gap = bool(words)
            continue
        if words and (gap or group < 1000):  # noqa: PLR2004 (a group without thousands)
            words += "零"
        words += _group_words(group) + _GROUPS[place]
        gap = False
    return words or "零"


def _group_words(group: int) -> str:
    words = ""
    gap = False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return words
