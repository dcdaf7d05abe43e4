"""Which parts of a drawn page's lines are worth reading from its pixels, and which come first.

Reading takes time by the width of what is read, so of a line only the run that may decide something
is read: figures with their units, amounts in words, names. What stands over a picture or over other
glyphs is always read. The rest is read as far as the time for one page goes, long numbers first. A
run that says and looks the same as one that is read already is not read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.document import Line, Origin
from preaudit.geometry import Box
from preaudit.read.view import PageView

_BESIDE: Final = (
    r"[0-9A-Za-z零\u3007一二三四五六七八九十年月日至到"
    r".,，:：()（）\u3014\u3015\[\]/%\uff03#～~—\-－¥￥ ]*"
)
_FIGURES: Final = re.compile(rf"{_BESIDE}\d{_BESIDE}")
_WORDS: Final = re.compile(
    r"[零\u3007一二三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟万亿元年月日]{3,}"
)
_NAMES: Final = re.compile(r"公司|集团|[局厅部委院所处]$|支行|中心")
_APART: Final = 2
"""Runs of one line with no more characters between them are read together."""
_MOST_OF: Final = 0.7
"""Share of a line's characters beyond which it is read as a whole."""
_LONG_NUMBER: Final = 4
_LONG_LINE: Final = 30
"""A line of more characters is running text; its names stand elsewhere too."""
_HEIGHT_PX: Final = 48
"""Height at which the recogniser takes its crops; its time goes by their width then."""
_MOST_PX: Final = 2600
_MOST_NUMBERS_PX: Final = 8000
"""Long numbers are what a case is decided by: only a page crammed with them is not read through."""
_MOST_SUSPECTS: Final = 48
_LOOK_PX: Final = 24
_SAME_LOOK: Final = 22.0
"""Grey levels, over the width of a figure, that equal characters differ by in rendering at most."""

Look = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A run of a line's characters."""

    line: Line
    start: int
    end: int
    rank: int = 0
    """Parts of a lower rank come first."""

    def cut(self) -> Line:
        """Return the run as a line of its own; the line itself when the run is all of it."""
        if self.start == 0 and self.end == len(self.line.text):
            return self.line
        return replace(
            self.line,
            text=self.line.text[self.start : self.end],
            box=self.line.part(self.start, self.end),
            edges=self.line.edges[self.start : self.end + 1],
            sureness=self.line.sureness[self.start : self.end],
        )


def deciding_parts(lines: Iterable[Line]) -> list[Part]:
    """Return the runs of embedded lines that may decide something, the most telling first."""
    own = [line for line in lines if line.origin is Origin.EMBEDDED and line.text.strip()]
    found = [part for line in own for part in _parts(line)]
    return sorted(found, key=lambda part: part.rank)


def affordable(view: PageView, parts: Sequence[Part]) -> list[Part]:
    """Return the parts that are to be read: suspect ones, then what the time for a page allows.

    Args:
        view: The page.
        parts: The most telling first.
    """
    suspects = [part for part in parts if _suspect(view, part)][:_MOST_SUSPECTS]
    chosen = list(suspects)
    seen: dict[str, list[Look]] = {}
    spent = 0.0
    for part in parts:
        width = _reading_px(view, part)
        if part in suspects or spent + width > (_MOST_PX if part.rank else _MOST_NUMBERS_PX):
            continue
        line = part.cut()
        look, known = _look(view, line.box), seen.setdefault(line.text, [])
        if not any(_alike(look, other) for other in known):
            known.append(look)
            chosen.append(part)
            spent += width
    return chosen


def _parts(line: Line) -> list[Part]:
    """Return the runs of one line, with a neighbour on each side that is near."""
    text = line.text
    spans = _joined(sorted(each.span() for at in (_FIGURES, _WORDS) for each in at.finditer(text)))
    if not spans:
        rank = 1 if len(text) <= _LONG_LINE else 3
        named = _NAMES.search(text) is not None
        return [Part(line=line, start=0, end=len(text), rank=rank)] if named else []
    if sum(end - start for start, end in spans) > _MOST_OF * len(text):
        spans = [(0, len(text))]
    return [
        Part(line=line, start=start, end=end, rank=_rank(text[start:end]))
        for start, end in ((_begin(line, start), _finish(line, end)) for start, end in spans)
    ]


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans with those in one piece that overlap or stand close."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] <= _APART:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _rank(text: str) -> int:
    figures = sum(each.isdigit() for each in text)
    if figures >= _LONG_NUMBER:
        return 0
    return 2 if figures else 1


def _begin(line: Line, start: int) -> int:
    """Return where a run begins with its neighbour: a half of a character would mislead."""
    edges = line.edges
    near = start > 0 and edges[start] - edges[start - 1] <= 2 * (edges[start + 1] - edges[start])
    return start - 1 if near else start


def _finish(line: Line, end: int) -> int:
    edges = line.edges
    near = end < len(line.text) and edges[end + 1] - edges[end] <= 2 * (edges[end] - edges[end - 1])
    return end + 1 if near else end


def _suspect(view: PageView, part: Part) -> bool:
    """Whether a run stands over a picture, or more glyphs stand in its place than it has."""
    box = view.to_file.box(part.cut().box)
    if any(box.overlap(picture) > 0 for picture in view.sheet.images):
        return True
    glyphs = [one for one in view.sheet.glyphs if one.text.strip() and _holds(box, one.box)]
    letters = sum(not each.isspace() for each in part.line.text[part.start : part.end])
    return any(not one.visible for one in glyphs) or sum(len(g.text) for g in glyphs) > letters


def _holds(box: Box, other: Box) -> bool:
    x, y = other.centre
    return box.left < x < box.right and box.top < y < box.bottom


def _reading_px(view: PageView, part: Part) -> float:
    """Return how wide the run is for the recogniser."""
    height, width = view.pixels.shape[:2]
    box = part.cut().box
    return float(_HEIGHT_PX * (box.width * width) / max(1.0, box.height * height))


def _look(view: PageView, box: Box) -> Look:
    """Return a run's print, blurred a little, at a common height."""
    height, width = view.pixels.shape[:2]
    top, left = int(box.top * height), int(box.left * width)
    part = view.pixels[
        top : max(top + 2, round(box.bottom * height)),
        left : max(left + 2, round(box.right * width)),
    ]
    if part.size == 0:
        return np.zeros((_LOOK_PX, 1), np.float32)
    wide = max(1, round(part.shape[1] * _LOOK_PX / part.shape[0]))
    small = cv2.resize(part.max(axis=2), (wide, _LOOK_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small.astype(np.float32), (5, 5), 1.2))


def _alike(one: Look, other: Look) -> bool:
    """Whether two runs are rendered the same; each figure counts by itself."""
    if abs(one.shape[1] - other.shape[1]) > 2:  # noqa: PLR2004 - pixels that rounding accounts for
        return False
    other = cv2.resize(other, (one.shape[1], _LOOK_PX)).astype(np.float32)
    apart = (np.abs(one - np.roll(other, shift, axis=1)) for shift in (-1, 0, 1))
    return min(float(cv2.blur(each, (9, 15)).max()) for each in apart) < _SAME_LOOK
