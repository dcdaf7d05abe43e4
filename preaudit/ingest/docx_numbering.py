"""The numbers and signs before the paragraphs of a DOCX list, which its text does not hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

_LEVELS = 9
_BULLET = "•"
_FIRST_PRIVATE, _LAST_PRIVATE = "\ue000", "\uf8ff"
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
          (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_CIRCLED_MAX = 20
_COUNT_MAX = 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """How the paragraphs of one level of a list are numbered."""

    written: str
    """With %1 to %9 for the numbers of the levels."""
    form: str
    start: int


class Numbering:
    """Counts the paragraphs of a document's lists, in their order.

    Args:
        numbering: The root of the numbering part; None when the document has none.
        styles: The root of the styles part.
    """

    def __init__(self, numbering: Any, styles: Any) -> None:
        self._lists = _lists(numbering) if numbering is not None else {}
        self._styled = _styled(styles)
        self._counts: dict[str, list[int]] = {}

    def label(self, paragraph: Any) -> str:
        """Return what stands before the next paragraph; empty when it is in no list."""
        place = self._place(paragraph)
        if place is None:
            return ""
        number, at = place
        levels = self._lists.get(number, {})
        level = levels.get(at)
        if level is None:
            return ""
        counts = self._counts.setdefault(number, [0] * _LEVELS)
        counts[at] = counts[at] + 1 if counts[at] else level.start
        counts[at + 1 :] = [0] * (_LEVELS - at - 1)
        return _written(level, levels, counts)

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        """Return the list and the level of a paragraph, by itself or by its style."""
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        by_style = self._styled.get(style.get(qn("w:val"), "")) if style is not None else None
        own = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        number, level = _number(own) if own is not None else ("", None)
        number = number or (by_style[0] if by_style else "")
        if level is None:
            level = by_style[1] if by_style else 0
        return (number, level) if number not in {"", "0"} and level < _LEVELS else None


def _number(element: Any) -> tuple[str, int | None]:
    """Return the list that a `w:numPr` names, and the level if it names one."""
    number, level = element.find(qn("w:numId")), element.find(qn("w:ilvl"))
    named = number.get(qn("w:val"), "") if number is not None else ""
    return named, _whole(level.get(qn("w:val")), 0) if level is not None else None


def _styled(styles: Any) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for style in styles.findall(qn("w:style")):
        element = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if element is not None:
            number, level = _number(element)
            found[style.get(qn("w:styleId"), "")] = (number, level or 0)
    return found


def _lists(root: Any) -> dict[str, Mapping[int, _Level]]:
    kinds = {
        kind.get(qn("w:abstractNumId"), ""): dict(map(_level, kind.findall(qn("w:lvl"))))
        for kind in root.findall(qn("w:abstractNum"))
    }
    found: dict[str, Mapping[int, _Level]] = {}
    for element in root.findall(qn("w:num")):
        named = element.find(qn("w:abstractNumId"))
        levels = dict(kinds.get(named.get(qn("w:val"), ""), {})) if named is not None else {}
        for change in element.findall(qn("w:lvlOverride")):
            _override(levels, change)
        found[element.get(qn("w:numId"), "")] = levels
    return found


def _override(levels: dict[int, _Level], change: Any) -> None:
    at = _whole(change.get(qn("w:ilvl")), 0)
    whole, start = change.find(qn("w:lvl")), change.find(qn("w:startOverride"))
    if whole is not None:
        levels[at] = _level(whole)[1]
    if start is not None and at in levels:
        first = _whole(start.get(qn("w:val")), 1)
        levels[at] = _Level(written=levels[at].written, form=levels[at].form, start=first)


def _level(element: Any) -> tuple[int, _Level]:
    def said(tag: str, default: str) -> str:
        found = element.find(qn(tag))
        return str(found.get(qn("w:val"), default)) if found is not None else default

    level = _Level(
        written=said("w:lvlText", ""),
        form=said("w:numFmt", "decimal"),
        start=_whole(said("w:start", "1"), 1),
    )
    return _whole(element.get(qn("w:ilvl")), 0), level


def _whole(text: str | None, default: int) -> int:
    return min(int(text), _COUNT_MAX) if text and text.isdigit() else default


def _written(level: _Level, levels: Mapping[int, _Level], counts: list[int]) -> str:
    if level.form == "none":
        return level.written.replace("%1", "")
    if level.form == "bullet":
        sign = level.written
        private = any(_FIRST_PRIVATE <= char <= _LAST_PRIVATE for char in sign)
        return _BULLET if private or not sign else sign
    text = level.written
    for at in range(_LEVELS):
        if f"%{at + 1}" in text:
            other = levels.get(at, level)
            number = counts[at] or other.start
            text = text.replace(f"%{at + 1}", numeral(number, other.form))
    return text


def numeral(number: int, form: str) -> str:
    """Return a number as a list writes it in this form (ISO/IEC 29500-1, 17.18.59)."""
    write = _FORMS.get(form)
    return write(number) if write and 0 < number <= _COUNT_MAX else str(number)


def _counted(number: int, digits: str = _DIGITS, units: str = "十百千") -> str:
    """Return a number as it is counted in Chinese: 十二, 一百零三."""
    text, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            text += (digits[0] if digits is _LEGAL else "零") if gap and text else ""
            text += digits[digit] + (units[power - 1] if power else "")
            gap = False
        else:
            gap = True
    plain = digits is _DIGITS and text.startswith("一十")
    return text[1:] if plain else text


def _spelled(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        text += sign * count
    return text


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if number <= _CIRCLED_MAX else str(number)


def _legal(number: int) -> str:
    return _counted(number, _LEGAL, "拾佰仟")


_FORMS: Mapping[str, Callable[[int], str]] = {
    "chineseCounting": _counted,
    "chineseCountingThousand": _counted,
    "japaneseCounting": _counted,
    "taiwaneseCounting": _counted,
    "taiwaneseCountingThousand": _counted,
    "ideographDigital": _spelled,
    "japaneseDigitalTenThousand": _spelled,
    "taiwaneseDigital": _spelled,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "ideographTraditional": lambda number: _STEMS[(number - 1) % 10],
    "ideographZodiac": lambda number: _BRANCHES[(number - 1) % 12],
    "ideographEnclosedCircle": _circled,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedFullstop": lambda number: f"{number}.",
    "decimalEnclosedParen": lambda number: f"({number})",
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: str(number).translate(
        {ord("0") + digit: 0xFF10 + digit for digit in range(10)}
    ),
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
}
