"""Numbers as Chinese law writes them."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_LARGEST = 9999


def chinese(number: int) -> str:
    """Return 1..9999 in Chinese, such as 二十四 or 一千二百四十二.

    Raises:
        ValueError: Outside 1..9999.
    """
    if not 1 <= number <= _LARGEST:
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
