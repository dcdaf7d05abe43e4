"""Lines mended after reading: places read twice, and labels that are spread out to a width."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from preaudit.document import Line, Origin
from preaudit.geometry import Box
from preaudit.read.order import rows

_NUMERALS: Final = "\u3007一二三四五六七八九十"
_CIRCLES: Final = "\u25cb\u25ef\u25cc\u039f\u041eOo0"
_CIRCLED: Final = re.compile(f"(?<=[{_NUMERALS}])[{_CIRCLES}]+(?=[{_NUMERALS}年月日])")
"""A zero between Chinese numerals, read as a sign of the same shape."""
_YEAR: Final = r"(?:19|20)\d{2}"
_SHELLED: Final = re.compile(rf"\u3014({_YEAR})[\]\uff3d]|[\[\uff3b]({_YEAR})\u3015")
"""A year in tortoise shells of which one was read as a square bracket."""
_HOUSES: Final = re.compile(
    "(?<=[0-9])[=\uff1d](?=(?:[\uff5e~\u3001\uff0c,和及][0-9]+[#\uff03=\uff1d])*楼)"
)
"""The sign of a building's number whose uprights were lost in a copy."""
_RULE: Final = "_\uff3f"
"""What is left of a rule to write on, past the end of what is printed before it."""
_SAME_PLACE: Final = 0.5
"""Share of the smaller height that lines beside one another have in common."""
_SPREAD: Final = 4.5
"""Gap between two characters of a label spread out to a width, in heights."""


def mended(
    lines: Sequence[Line], cell_of: Callable[[Line], int | None], *, aspect: float
) -> list[Line]:
    """Return the lines, each place once, spread labels in one piece.

    Args:
        lines: As read.
        cell_of: Tells which cell holds a line; lines of different cells stay apart.
        aspect: Height over width of the page.
    """
    kept = [_proofread(line) for line in _once(lines)]
    done: list[Line] = []
    for row in rows(kept):
        for line in row:
            if done and _one_label(done[-1], line, aspect) and cell_of(done[-1]) == cell_of(line):
                done[-1] = _joined(done[-1], line)
            else:
                done.append(line)
    return done


def _proofread(line: Line) -> Line:
    """Return the line with signs that look alike told apart by what stands beside them.

    A circle among Chinese numerals is a zero, and a bracket that was opened as a tortoise shell is
    closed as one: document numbers and dates are set like that, and the shapes hardly differ.
    """
    if line.origin is not Origin.OCR:
        return line
    text = _SHELLED.sub(lambda hit: f"\u3014{hit[1] or hit[2]}\u3015", line.text)
    text = _CIRCLED.sub(lambda hit: "\u3007" * len(hit[0]), text)
    text = _HOUSES.sub("#", text)
    line = line if text == line.text else replace(line, text=text)
    printed = len(text.rstrip(_RULE))
    return _longest_run(line, range(printed)) if 0 < printed < len(text) else line


def _once(lines: Sequence[Line]) -> list[Line]:
    """Return the lines without the characters that stand in a line which says more."""
    kept: list[Line] = []
    for line in sorted(lines, key=lambda one: -len(one.text) * one.confidence):
        beside = [other for other in kept if _same_height(line.box, other.box)]
        said = _said_twice(line, beside)
        free = [
            index
            for index in range(len(line.text))
            if index not in said and not _taken(line, index, beside)
        ]
        if len(free) == len(line.text):
            kept.append(line)
        elif free:
            kept.append(_longest_run(line, free))
    return kept


def _same_height(one: Box, other: Box) -> bool:
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return down > _SAME_PLACE * min(one.height, other.height)


def _said_twice(line: Line, others: Sequence[Line]) -> set[int]:
    """Return which end of a line repeats the end of another that overlaps it there."""
    inside = 0.2 * line.box.width / len(line.text)
    found = set()
    for other in others:
        before, after = sorted((line, other), key=lambda one: one.box.left)
        overlap = before.box.right - after.box.left
        if inside < overlap < after.box.width and before.text[-1] == after.text[0]:
            found.add(0 if after is line else len(line.text) - 1)
    return found


def _taken(line: Line, index: int, others: Sequence[Line]) -> bool:
    """Whether a character stands where another line does."""
    middle = (line.edges[index] + line.edges[index + 1]) / 2
    return any(other.box.left < middle < other.box.right for other in others)


def _longest_run(line: Line, indexes: Sequence[int]) -> Line:
    """Return the longest part of a line that consists of these characters only."""
    runs = [[indexes[0]]]
    for before, after in pairwise(indexes):
        if after == before + 1:
            runs[-1].append(after)
        else:
            runs.append([after])
    run = max(runs, key=len)
    start, end = run[0], run[-1] + 1
    return replace(
        line,
        text=line.text[start:end],
        box=line.part(start, end),
        edges=line.edges[start : end + 1],
        sureness=line.sureness[start:end],
    )


def _one_label(before: Line, after: Line, aspect: float) -> bool:
    """Whether two pieces are one label: single Chinese characters with a gap on one row."""
    height = max(before.box.height, after.box.height) * aspect
    pitch = before.box.width / len(before.text)
    spread = len(before.text) == 1 or pitch > 1.5 * height
    if not (spread and len(after.text) == 1 and _chinese(before.text[-1]) and _chinese(after.text)):
        return False
    gap = after.box.left - before.box.right
    level = abs(before.box.centre[1] - after.box.centre[1]) < 0.4 * after.box.height
    return level and 0 <= gap <= _SPREAD * height


def _chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _joined(before: Line, after: Line) -> Line:
    return replace(
        before,
        text=before.text + after.text,
        box=before.box.union(after.box),
        confidence=min(before.confidence, after.confidence),
        edges=(*before.edges[:-1], *after.edges),
        sureness=(*before.sureness, *after.sureness),
    )
