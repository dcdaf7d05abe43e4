"""A reading of a text, and the surroundings that tell how to read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from preaudit.fields import Value

_EMPTY: Final = re.compile(
    r"^(?:[/\\\-—–_.·*×]+|无|暂无|空|不适用|N/A|年月日|□+|\((?:盖章|公章|签字|签章|签名|盖单位章|盖公章|章|签字或盖章)\)[::]?)$"
)


_NOTE: Final = re.compile(r"[(\[][^()\[\]]*(?:填写|填报|填入|选填|必填|勾选|粘贴)[^()\[\]]*[)\]]")
"""What tells how to fill in a form."""
UNIT: Final = re.compile(
    r"\(?(?:人民币)?(?P<unit>万元人民币|万元|千元|亿元|元|人民币元|人民币|㎡|m2|m²|平方米|万平方米|万㎡|公顷|hm2|亩|平米|日历天|天|日|层|个日历天|m|米|号|RMB)\)?[:]?"
)
"""A unit of measure that stands in a cell of its own beside the figure."""
_LEAST_WORDS: Final = 3
_BETWEEN: Final = re.compile(
    r"(?:省|自治|民族|自治区|自治州|地区|市|州|盟|县|旗|区|乡|镇|街道|社区|村|组|路|街|号|栋|幢|楼|层|室"
    r"|年|月|日|至|自|起|止|[()/,、:;.\-])+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A value and where it stands in the text it was read from."""

    start: int
    end: int
    value: Value
    quality: float
    """How much the text looks like a value of this field."""
    field: str


def is_empty(text: str) -> bool:
    """Tell whether a text stands for no entry: a stroke, a word, or what is printed on a blank."""
    return not text or bool(_EMPTY.match(text) or _NOTE.fullmatch(text)) or _unfilled(text)


def _unfilled(text: str) -> bool:
    """Tell whether a text is but the words between which an entry is to be made (省市县)."""
    return len(text) >= _LEAST_WORDS and _BETWEEN.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The surroundings of a text that is to be read."""

    whole: bool
    """Whether the text fills its cell or column: then all of it is the value."""
    unit: str = ""
    """What a bracket behind the label says, such as 万元."""
    rows: tuple[int, ...] = ()
    """Where printed rows begin in the text."""
