"""Lines of text from the glyphs of a page that is drawn, not scanned.

Glyphs on one baseline form a row; a row is split at gaps wider than running text has and at
rulings. Spaces carry no meaning in Chinese, so positions alone decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from preaudit.document import Line, Origin
from preaudit.geometry import Box
from preaudit.read.strokes import Stroke, Strokes
from preaudit.read.text import tidied
from preaudit.sheet import Glyph

_GAP_EM: Final = 1.6
"""A gap of more than this many characters ends a line."""
_SAME_ROW: Final = 0.45
"""Share of the lower glyph's height by which two glyphs of one row overlap at least."""
_LEAST_RATIO: Final = 0.4
"""Height of a glyph over that of another in its row; a raised figure has about 0.6."""


def quarters(glyphs: Sequence[Glyph], *, aspect: float) -> int:
    """Return by how many quarters anticlockwise the page has to be turned to read upright.

    Args:
        glyphs: In the order in which they are drawn, which is the order in which they are read.
        aspect: Height over width of the page.
    """
    votes: Counter[int] = Counter()
    for before, after in pairwise(glyph for glyph in glyphs if not glyph.text.isspace()):
        across = after.box.centre[0] - before.box.centre[0]
        down = (after.box.centre[1] - before.box.centre[1]) * aspect
        reach = 2.5 * max(before.box.width, before.box.height * aspect)
        if max(abs(across), abs(down)) > reach:
            continue
        if abs(across) > 2 * abs(down):
            votes[0 if across > 0 else 2] += 1
        elif abs(down) > 2 * abs(across):
            votes[1 if down > 0 else 3] += 1
    # Text that runs down a page is more often a column of single characters than a turned page.
    likeliest = max(votes, key=lambda turn: votes[turn], default=0)
    return likeliest if votes[likeliest] > 2 * votes[0] else 0


def lines(glyphs: Sequence[Glyph], strokes: Strokes, *, page: int, aspect: float) -> list[Line]:
    """Return the lines that the visible glyphs form, row by row.

    Args:
        glyphs: Upright.
        strokes: The page's rulings, in shares of the page.
        page: The page's number.
        aspect: Height over width of the page.
    """
    inked = [glyph for glyph in glyphs if glyph.visible and not glyph.text.isspace()]
    return [
        _line(run, page, aspect)
        for row in _rows(_once(inked))
        for run in _runs(row, strokes.upright, aspect)
    ]


def _once(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return glyphs without those drawn again at the same place, as some writers embolden."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for glyph in glyphs:
        x, y = glyph.box.centre
        keys = [(glyph.text, round(x * 1200) + dx, round(y * 1200)) for dx in (-1, 0, 1)]
        if not seen.intersection(keys):
            kept.append(glyph)
        seen.add(keys[1])
    return kept


def _rows(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Return glyphs grouped by what overlaps in height, top to bottom, each left to right."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: one.box.centre[1]):
        for row in reversed(rows[-6:]):
            if _beside(row[-1], glyph) or _beside(row[0], glyph):
                row.append(glyph)
                break
        else:
            rows.append([glyph])
    for row in rows:
        row.sort(key=lambda one: one.box.left)
    return rows


def _beside(one: Glyph, other: Glyph) -> bool:
    shared = min(one.box.bottom, other.box.bottom) - max(one.box.top, other.box.top)
    low, high = sorted((one.box.height, other.box.height))
    # A watermark over several rows is beside all of them, and of none.
    return shared > _SAME_ROW * low and low > _LEAST_RATIO * high


def _runs(row: Sequence[Glyph], upright: Sequence[Stroke], aspect: float) -> Iterator[list[Glyph]]:
    """Yield a row in parts, split at wide gaps and at rulings."""
    run = [row[0]]
    for before, after in pairwise(row):
        em = max(before.box.height, after.box.height) * aspect
        gap = after.box.left - before.box.right
        if gap > _GAP_EM * em or _parted(before.box, after.box, upright):
            yield run
            run = []
        run.append(after)
    yield run


def _parted(before: Box, after: Box, upright: Sequence[Stroke]) -> bool:
    """Whether a ruling runs between two glyphs."""
    left, right = before.centre[0], after.centre[0]
    top, bottom = min(before.top, after.top), max(before.bottom, after.bottom)
    return any(
        left < stroke.at < right and stroke.covers(top, bottom) > 0.5 * (bottom - top)
        for stroke in upright
    )


def _line(run: Sequence[Glyph], page: int, aspect: float) -> Line:
    """Return a run of glyphs as a line. A glyph may stand for several characters (a ligature)."""
    text, edges = "", [run[0].box.left]
    for index, glyph in enumerate(run):
        if text and glyph.box.left - edges[-1] > 0.25 * glyph.box.height * aspect:
            text += " "
            edges.append(glyph.box.left)
        following = run[index + 1].box.left if index + 1 < len(run) else glyph.box.right
        start, count = edges[-1], len(glyph.text)
        end = max(start, min(glyph.box.right, max(following, glyph.box.left)))
        text += glyph.text
        edges.extend(start + (end - start) * (step + 1) / count for step in range(count))
    said, kept = tidied(text, edges)
    box = Box(
        page=page,
        left=kept[0],
        top=min(glyph.box.top for glyph in run),
        right=kept[-1],
        bottom=max(glyph.box.bottom for glyph in run),
    )
    return Line(text=said, box=box, confidence=1.0, origin=Origin.EMBEDDED, edges=kept)
