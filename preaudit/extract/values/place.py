"""A reading of a text, and the surroundings that tell how to read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from preaudit.fields import Value

_EMPTY: Final = re.compile(
    r"^(?:[/\\\-—–_.·*×]+|无|暂无|空|不适用|N/A|年月日|□+|\((?:盖章|公章|签字|签章|签名|盖单位章|盖公章|章|签字或盖章)\)[::]?)$"
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
    """Tell whether a text is a stroke or word that stands for no entry."""
    return not text or bool(_EMPTY.match(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The surroundings of a text that is to be read."""

    whole: bool
    """Whether the text fills its cell or column: then all of it is the value."""
    unit: str = ""
    """What a bracket behind the label says, such as 万元."""
    rows: tuple[int, ...] = ()
    """Where printed rows begin in the text."""
