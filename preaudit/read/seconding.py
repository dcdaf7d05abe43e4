"""A second opinion on what the recogniser doubts: the quick one reads the line again.

The two networks were taught apart, so that where both see the same character doubt all but goes:
of characters that the thorough one gave 0.5 to 0.9, some 96 % are right where the quick one agrees
and some 55 % where it does not (docs/adr/0013-second-opinion.md). What is read stays the thorough
one's, with two exceptions: the small 2 at a metre, which it may have overlooked, and a traditional
form where the other sees the simplified one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final

from preaudit.folding import BLANKS, fold
from preaudit.read.engine import Engine
from preaudit.read.lines import Look, Patch, glanced
from preaudit.read.quick import UNKNOWN
from preaudit.read.spelling import Spelling
from preaudit.simplified import simplified_form

_DOUBTED: Final = 0.95
"""A line with a character of less is read again; what is surer was never found wrong by it."""
_LEFT: Final = 0.15
"""Share of a doubt that is left where a second network is sure of the same character."""
_METRES: Final = frozenset("m²")
_SQUARE: Final = "㎡"


def confirmed(
    said: Sequence[tuple[Look, Spelling]], engine: Engine
) -> list[tuple[Patch, Spelling]]:
    """Return what was read, with its doubts as they are after a second look.

    Args:
        said: Where was looked, and what the thorough recogniser read there.
        engine: Has the quick one.

    Raises:
        OutOfTimeError: The page took too long.
    """
    doubted = [at for at, (_, one) in enumerate(said) if _is_doubted(one)]
    glances = glanced([said[at][0] for at in doubted], engine)
    again = dict(zip(doubted, glances, strict=True))
    return [
        (patch, seconded(one, again[at]) if at in again else one)
        for at, ((_, patch), one) in enumerate(said)
    ]


def _is_doubted(one: Spelling) -> bool:
    return bool(one.text) and min(one.sureness, default=1.0) < _DOUBTED


def seconded(first: Spelling, second: Spelling) -> Spelling:
    """Return a spelling with its doubts lessened where another says the same, else deepened.

    Args:
        first: What counts.
        second: What another network says of the same pixels; nothing where it says nothing.
    """
    if not second.text:
        return first
    text, sureness = list(first.text), list(first.sureness)
    own, other = _solid(first.text), _solid(second.text)
    for how, start, end, from_, to in _compared(first.text, own, second.text, other):
        in_pairs = end - start == to - from_
        for at in range(start, end):
            place = own[at]
            there = other[from_ + at - start] if in_pairs else None
            if how == "equal" and there is not None:
                left = 1.0 - (1.0 - _LEFT) * second.sureness[there]
                sureness[place] = 1.0 - (1.0 - sureness[place]) * left
                if second.text[there] == simplified_form(text[place]):
                    text[place] = second.text[there]
            elif there is None or second.text[there] != UNKNOWN:
                sureness[place] **= 2
                if there is not None and text[place] in _METRES and second.text[there] == _SQUARE:
                    text[place] = _SQUARE
    return replace(first, text="".join(text), sureness=tuple(sureness))


def _compared(
    one: str, own: Sequence[int], other: str, its: Sequence[int]
) -> list[tuple[str, int, int, int, int]]:
    """Return how two texts differ, by places among their solid characters."""
    left, right = ([simplified_form(char) for char in fold(text)] for text in (one, other))
    matcher = SequenceMatcher(
        None, [left[at] for at in own], [right[at] for at in its], autojunk=False
    )
    return list(matcher.get_opcodes())


def _solid(text: str) -> list[int]:
    return [at for at, char in enumerate(text) if char not in BLANKS]
