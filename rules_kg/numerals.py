"""Numbers as Chinese law writes them."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
LARGEST = 9999
"""The largest number that is written here."""


def chinese(number: int) -> str:
    """Return 1..9999 in Chinese, such as 二十四 or 一千二百四十二.

    Raises:
        ValueError: Outside 1..9999.
    """
    if not 1 <= number <= LARGEST:
        raise ValueError(f"{number} is no number of an article")
    text = ""
    digits = [int(digit) for digit in str(number)]
    for place, digit in enumerate(digits):
        unit = _UNITS[len(digits) - 1 - place]
        if digit:
            text += _DIGITS[digit] + unit
        elif text and not text.endswith("零") and any(digits[place:]):
            text += "零"
    return text.removeprefix("一") if text.startswith("一十") else text


def article_label(*, article: int, paragraph: int | None = None, item: int | None = None) -> str:
    """Return a clause's place as citations print it: 第八条第一款第（一）项."""
    text = f"第{chinese(article)}条"
    text += f"第{chinese(paragraph)}款" if paragraph else ""
    return text + (f"第（{chinese(item)}）项" if item else "")


_VALUES = {**{sign: value for value, sign in enumerate(_DIGITS)}, "\u3007": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}


def number_of(text: str) -> int | None:
    """Return what a number of 1..9999 in Chinese or in digits says; None for anything else."""
    if text.isdecimal():
        number = int(text) if len(text) <= len(str(LARGEST)) else 0
    else:
        number = _summed(text)
    return number if 1 <= number <= LARGEST else None


def _summed(text: str) -> int:
    """Return the sum of digits times units, the units falling; 0 for what is no number."""
    total, digit, last = 0, None, LARGEST + 1
    for sign in text:
        if sign in _POWERS:
            power = _POWERS[sign]
            if power >= last or digit == 0 or (digit is None and power != _POWERS["十"]):
                return 0
            total += (1 if digit is None else digit) * power
            digit, last = None, power
        elif sign not in _VALUES or digit:
            return 0
        else:
            digit = _VALUES[sign]
    return total + (digit or 0)
