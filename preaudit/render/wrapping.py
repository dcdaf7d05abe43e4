"""Chinese lines, broken where Chinese typography breaks them.

A line may break between any two ideographs, but not inside a Latin word or number, not before a
closing mark and not after an opening one (GB/T 15834). Neither reportlab nor rich knows that, so
lines for the notice and for the terminal are broken here and handed over as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_CLOSING = "，。、；：？！”\u2019）》】\u3015」』…—,.;:?!%)]}"
_OPENING = "“\u2018（《【\u3014「『([{"
_WORD = re.compile(r"[A-Za-z0-9_.\-/#@+&=*]+|\s+|.", re.DOTALL)

Measure = Callable[[str], float]
"""The width of a text, in points or in columns."""


def wrapped(text: str, measure: Measure, *, width: float, indent: float = 0) -> list[str]:
    """Return the lines of a text; the first is shorter by the indent.

    Args:
        text: One paragraph.
        measure: Width of a text, in the unit of the next two.
        width: Of a line.
        indent: Of the first line.
    """
    lines, line, used = [], "", 0.0
    room = width - indent
    for unit in _fitting(_units(text), measure, width):
        if line and used + measure(unit.rstrip(" ")) > room:
            lines.append(line.rstrip(" "))
            line, used, room = "", 0.0, width
        kept = unit.lstrip(" ") if not line and lines else unit
        line, used = line + kept, used + measure(kept)
    return [*lines, line]


def _units(text: str) -> Iterator[str]:
    """Yield the parts of a text that no line break may divide."""
    unit = ""
    for match in _WORD.finditer(text):
        word = match.group()
        if unit and not (word[0] in _CLOSING or unit[-1] in _OPENING):
            yield unit
            unit = ""
        unit += word
    if unit:
        yield unit


def _fitting(units: Iterator[str], measure: Measure, width: float) -> Iterator[str]:
    """Yield units, those wider than a line cut into pieces that fit."""
    for unit in units:
        piece = ""
        for sign in unit if measure(unit) > width else ():
            if piece and measure(piece + sign) > width:
                yield piece
                piece = ""
            piece += sign
        yield piece or unit
