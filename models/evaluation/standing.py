"""When a reading of the quick recogniser could stand without being read again.

The product does not ask: what counts is read by the thorough one (docs/adr/0005-fast-reading.md).
"""

from __future__ import annotations

from typing import Final

from preaudit.read.quick import UNKNOWN
from preaudit.read.spelling import Trace

_SURE: Final = 0.85
"""A line may stand when no character of it is less sure; models/README.md has the figures."""
_SURE_IF_RARE: Final = 0.98
"""Of a character outside the usual 3,755 it must be surer: it may be one that it does not have."""
_SURE_OF_TWIN: Final = 0.5
_TWINS: Final = frozenset(":：()（）")
"""Marks whose wide and narrow forms look alike: half a chance is no doubt."""
_BOXES: Final = frozenset("□■口囗区")
"""A box to tick, a ticked one, and the characters that look like them are taken for each other."""
_LAST_USUAL_ROW: Final = 0xD7
"""Of GB 2312: the characters up to there are the more usual ones."""
_FEWEST: Final = 3
"""A crop of fewer characters is cheap to read again, and nothing beside them tells their size."""


def doubted(trace: Trace) -> set[int]:
    """Return the places of a reading's characters that are not sure enough to stand."""
    if len(trace.text.strip()) < _FEWEST:
        return set(range(len(trace.text)))
    asked = enumerate(zip(trace.text, trace.sureness, strict=True))
    return {
        at
        for at, (one, sure) in asked
        if one == UNKNOWN or (not one.isspace() and sure < _asked_of(one))
    }


def may_stand(trace: Trace) -> bool:
    """Tell whether the quick recogniser's reading is sure enough not to be read again."""
    return bool(trace.text) and not doubted(trace)


def _asked_of(character: str) -> float:
    """Return how sure it must be of a character."""
    if character in _TWINS:
        return _SURE_OF_TWIN
    if character in _BOXES:
        return _SURE_IF_RARE
    if character.isascii() or not character.isalpha():
        return _SURE
    coded = character.encode("gb2312", errors="ignore")
    return _SURE if coded and coded[0] <= _LAST_USUAL_ROW else _SURE_IF_RARE
