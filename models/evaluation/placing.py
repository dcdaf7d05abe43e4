"""Which read characters stand on which printed line.

Reading may cut lines otherwise than the typesetter did, so lines are not compared with lines: each
read character belongs to the printed line on which its middle lies. Places are compared in the file
as it was handed in, where a printed line is a strip that may lean or bend.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from corpus.printed import Point, PrintedCell, Run, around
from preaudit.document import Line, Page

_OFF_MIDDLE = 1.3
"""In half heights of the line: how far above or below its middle a character may lie."""
_BEYOND_EM = 0.7
"""How far before or after the line it may lie."""
_ONE_ROW_EM = 2.0
"""Lines side by side with no wider gap are compared as one: a recogniser tells the place of a
character to about half its width, so at the seam it may count to either."""
_TALL = 1.6
_BOXES = frozenset("\u25a1\u25a0\u2610\u2611\u2612\u2713\u2714\u221a口囗V")
"""What recognisers make of a tick box, empty or ticked."""
_TICK_BOX = 0.03
"""Share of the page that a tick box is wide or high at most."""

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTruth:
    """What is printed on one page, in shares of the page as it is in the file."""

    page: int
    aspect: float
    """Height over width of the page in the file."""
    channel: str
    kind: str
    family: str
    runs: tuple[Run, ...]
    cells: tuple[PrintedCell, ...] = ()
    values: tuple[str, ...] = ()
    """Values of fields that are broken over two lines or more of this page."""
    unread: tuple[tuple[Point, ...], ...] = ()
    """Outlines of marks, tick boxes and pictures: what is read there is no text of the page."""
    outline: tuple[Point, ...] = ()
    """The corners of the sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What was read on the lines of a page."""

    rows: tuple[tuple[tuple[int, ...], tuple[str, ...]], ...]
    """Printed lines that stand side by side, by index, and what was read on them: with and without
    what stands on a mark past the end of a line, such as a signature beside its label."""
    runs: dict[int, str]
    """What was read on each line alone."""
    stray: str
    """What was read where nothing is printed."""
    forgiven: frozenset[tuple[int, int]]
    """Line and character of what was read on marks and pictures."""
    amid: dict[int, tuple[int, int]]
    """The middle one of the read characters of a printed line, as read line and character."""


@dataclass(slots=True, kw_only=True)
class _Strip:
    """A printed line as its own system of axes."""

    origin: Points
    along: Points
    down: Points
    middle: tuple[Points, Points]
    half: float
    em: float

    def local(self, points: Points) -> tuple[Points, Points]:
        """Return how far along the line, and how far off its middle in half heights."""
        offset = points - self.origin
        forth = offset @ self.along
        level = np.interp(forth, *self.middle)
        return forth, (offset @ self.down - level) / self.half

    @property
    def length(self) -> float:
        """From its first character to the end of its last."""
        return float(self.middle[0][-1])


@dataclass(slots=True, kw_only=True)
class _Read:
    """All read characters of a page."""

    points: Points
    lines: NDArray[np.int64]
    places: NDArray[np.int64]
    letters: list[str] = field(default_factory=list)


def place(truth: PageTruth, page: Page) -> Placed:
    """Return what was read on each printed line."""
    read = _read(page, truth.aspect)
    strips = [_strip(run, truth.aspect) for run in truth.runs]
    owners, past = _owners(strips, read)
    inside = _inside(truth, read, truth.unread)
    boxes = _inside(truth, read, [one for one in truth.unread if _small(one)])
    # A tick box in a line is drawn, not printed: a sign of its shape read there is no error.
    owners[boxes & np.array([letter in _BOXES for letter in read.letters], dtype=bool)] = -1
    forgiven = inside & (owners < 0)
    on_line = np.where(inside & past, -1, owners)
    stray = "".join(
        letter
        for letter, owner, spared in zip(read.letters, owners, forgiven, strict=True)
        if owner < 0 and not spared
    )
    return Placed(
        rows=tuple(
            (row, tuple(dict.fromkeys(_said(row, strips, read, own) for own in (owners, on_line))))
            for row in _rows(strips)
        ),
        runs={at: _said((at,), strips, read, owners) for at in range(len(strips))},
        stray=stray,
        forgiven=frozenset(
            (int(read.lines[at]), int(read.places[at])) for at in np.flatnonzero(forgiven)
        ),
        amid={int(owner): _amid(read, owners == owner) for owner in np.unique(owners[owners >= 0])},
    )


def _amid(read: _Read, own: NDArray[np.bool_]) -> tuple[int, int]:
    places = np.flatnonzero(own)
    at = places[len(places) // 2]
    return int(read.lines[at]), int(read.places[at])


def _strip(run: Run, aspect: float) -> _Strip:
    over, under = (np.array(side) * [1.0, aspect] for side in (run.over, run.under))
    middle = (over + under) / 2
    along = middle[-1] - middle[0]
    along = along / (np.hypot(*along) or 1.0)
    down = np.array([-along[1], along[0]])
    if down @ (under[0] - over[0]) < 0:
        down = -down
    forth = (middle - middle[0]) @ along
    height = float(np.median((under - over) @ down))
    return _Strip(
        origin=middle[0],
        along=along,
        down=down,
        middle=(np.maximum.accumulate(forth), (middle - middle[0]) @ down),
        half=max(height, 1e-6) / 2,
        em=height,
    )


def _read(page: Page, aspect: float) -> _Read:
    """Return the characters of a page with their middles in the file."""
    read = _Read(points=np.zeros((0, 2)), lines=np.zeros(0, int), places=np.zeros(0, int))
    points, lines, places = [], [], []
    for index, line in enumerate(page.lines):
        for at, (x, y) in enumerate(_middles(line, page.aspect)):
            if line.text[at].isspace():
                continue
            across, deep = page.to_file.point(x, y)
            points.append((across, deep * aspect))
            lines.append(index)
            places.append(at)
            read.letters.append(line.text[at])
    if points:
        read.points = np.array(points)
        read.lines, read.places = np.array(lines), np.array(places)
    return read


def _middles(line: Line, aspect: float) -> Iterator[Point]:
    """Yield the middle of each character; in a run that goes down they stand below one another."""
    count = len(line.text)
    box = line.box
    if count > 1 and box.height * aspect > _TALL * box.width:
        x = box.centre[0]
        yield from ((x, box.top + box.height * (at + 0.5) / count) for at in range(count))
        return
    y = box.centre[1]
    yield from ((sum(line.edges[at : at + 2]) / 2, y) for at in range(count))


def _owners(strips: Sequence[_Strip], read: _Read) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return for each read character the line on which it lies, or -1; and whether past its end."""
    owners = np.full(len(read.letters), -1)
    past = np.zeros(len(read.letters), dtype=bool)
    nearest = np.full(len(read.letters), np.inf)
    for index, strip in enumerate(strips):
        forth, off = strip.local(read.points)
        beyond = np.maximum(0, np.maximum(-forth, forth - strip.length)) / strip.em
        away = np.abs(off) + 2 * beyond
        mine = (np.abs(off) <= _OFF_MIDDLE) & (beyond <= _BEYOND_EM) & (away < nearest)
        owners[mine] = index
        nearest[mine] = away[mine]
        past[mine] = beyond[mine] > 0
    return owners, past


def _small(outline: Sequence[Point]) -> bool:
    """Whether an outline is as small as a tick box."""
    left, top, right, bottom = around(outline)
    return max(right - left, bottom - top) <= _TICK_BOX


def _inside(
    truth: PageTruth, read: _Read, outlines: Sequence[Sequence[Point]]
) -> NDArray[np.bool_]:
    """Return which read characters lie inside any of the outlines."""
    found = np.zeros(len(read.letters), dtype=bool)
    for outline in outlines:
        corners = np.array(outline) * [1.0, truth.aspect]
        low, high = corners.min(axis=0), corners.max(axis=0)
        margin = 0.1 * (high - low)
        found |= ((read.points >= low - margin) & (read.points <= high + margin)).all(axis=1)
    return found


def _rows(strips: Sequence[_Strip]) -> list[tuple[int, ...]]:
    """Return lines side by side without a wide gap, each row from its beginning on."""
    rows: list[list[int]] = []
    for index, strip in enumerate(strips):
        for row in rows:
            if any(_follows(strips[other], strip) for other in row):
                row.append(index)
                break
        else:
            rows.append([index])
    return [
        tuple(sorted(row, key=lambda at: strips[row[0]].local(strips[at].origin[None])[0][0]))
        for row in rows
    ]


def _follows(one: _Strip, other: _Strip) -> bool:
    """Whether one line goes on where the other ends."""
    forth, off = one.local(other.origin[None])
    back, _ = other.local(one.origin[None])
    em = max(one.em, other.em)
    gap = forth[0] - one.length if forth[0] > 0 else back[0] - other.length
    return bool(abs(off[0]) < 0.6 and -0.3 * em <= gap <= _ONE_ROW_EM * em)  # noqa: PLR2004 - shares of a height and of a character


def _said(
    row: Sequence[int], strips: Sequence[_Strip], read: _Read, owners: NDArray[np.int64]
) -> str:
    """Return what was read on a row: pieces of read lines in the order in which they begin."""
    own = np.flatnonzero(np.isin(owners, row))
    if not len(own):
        return ""
    forth, _ = strips[row[0]].local(read.points[own])
    pieces: dict[int, list[int]] = defaultdict(list)
    for at, index in enumerate(own):
        pieces[int(read.lines[index])].append(at)
    ordered = sorted(pieces.values(), key=lambda piece: float(np.mean(forth[piece])))
    return "".join(read.letters[own[at]] for piece in ordered for at in piece)
