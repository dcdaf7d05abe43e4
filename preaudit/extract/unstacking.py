"""Initials of labels that the reader took down a column, given back to their rows.

Labels of two characters are often set as wide as those of four (名　　称, 类　　型), so their first
characters stand right below one another and are read as one upright line: 名类. Each belongs to the
row on which the rest of its label stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from preaudit.document import Line, Origin
from preaudit.extract.lexicon import Lexicon
from preaudit.folding import BLANKS, compact
from preaudit.geometry import Box

_TALLER: Final = 0.75
"""An upright line of n characters is about n times as tall as wide; no row of two is."""
_MOST: Final = 5
_REACH: Final = 7.0
"""The rest of a label stands within this many characters."""


def unstacked(lines: Sequence[Line], aspect: float, lexicon: Lexicon) -> list[Line]:
    """Return the lines, upright ones made of initials of labels cut into single characters.

    Args:
        lines: Of one page or of one cell, upright.
        aspect: Height over width of the page.
        lexicon: The labels of this kind of paper.
    """
    out: list[Line] = []
    for line in lines:
        initials = tuple(_characters(line, aspect)) if _upright(line, aspect) else ()
        lost = sum(1 for one in initials if not _begins_a_row(one, lines, aspect, lexicon))
        known = len(initials) > 1 and lost <= (len(initials) - 1) // 2
        out += initials if known else (line,)
    return out


def _upright(line: Line, aspect: float) -> bool:
    count = sum(1 for char in line.text if char not in BLANKS)
    tall = line.box.height * aspect > _TALLER * count * line.box.width
    return line.origin is Origin.OCR and 1 < count <= _MOST and tall


def _characters(line: Line, aspect: float) -> Iterator[Line]:
    """Yield each character where it stands: evenly from the line's top to its bottom."""
    box = line.box
    solid = [at for at, char in enumerate(line.text) if char not in BLANKS]
    side = min(box.width / aspect, box.height / len(solid))
    step = (box.height - side) / (len(solid) - 1)
    for number, at in enumerate(solid):
        top = box.top + step * number
        yield replace(
            line,
            text=line.text[at],
            box=Box(
                page=box.page, left=box.left, top=top, right=box.right,
                bottom=min(top + side, box.bottom),
            ),
            edges=(box.left, box.right),
            sureness=line.sureness[at : at + 1],
        )  # fmt: skip


def _begins_a_row(char: Line, lines: Sequence[Line], aspect: float, lexicon: Lexicon) -> bool:
    """Tell whether a character spells a label together with what stands right of it."""
    em = char.box.height * aspect
    return any(
        other.box.top < char.box.centre[1] < other.box.bottom
        and -0.5 * em < other.box.left - char.box.right < _REACH * em
        and lexicon.spells(char.text, compact(other.text))
        for other in lines
    )
