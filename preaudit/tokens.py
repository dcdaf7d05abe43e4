"""Pages as our networks see them: characters, the stretches they stand in, and where these are.

Characters are the tokens, for Chinese has no word breaks and codes must be cut exactly. A *stretch*
is a run of characters without a wide blank, colon or other stop: a label, a value, a clause. Each
has its own box and the box of its frame, which is the ruled cell around it where there is one; so
the network sees which label stands beside or above which entry, whatever the layout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from preaudit.document import Line, Page
from preaudit.folding import BLANKS, fold
from preaudit.geometry import Box

PAD, UNKNOWN, BREAK, GAP = 0, 1, 2, 3
"""Token ids below the characters': padding, a character never seen in training, the end of a line,
a wide blank inside a line."""
FIRST_CHARACTER: Final = 4
GRID: Final = 1000
"""Positions are whole thousandths of the page."""
MOST_TOKENS: Final = 4000
"""Of one page; what stands behind is not seen."""
_WIDE: Final = 1.1
"""A blank wider than this many characters separates."""
_STOPS: Final = frozenset(":;，；。、")
"""What ends a label or a clause, after folding; the comma inside numbers is another sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """One page of n tokens in s stretches."""

    tokens: NDArray[np.int64]
    """Shape (n,)."""
    stretches: NDArray[np.int64]
    """Shape (n,): the stretch of each token."""
    boxes: NDArray[np.int64]
    """Shape (s, 4): left, top, right, bottom in thousandths of the page."""
    frames: NDArray[np.int64]
    """Shape (s, 4): of the ruled cell around a stretch, or the stretch's own box."""
    places: tuple[tuple[int, int], ...]
    """For each token its line and its character in that line; character -1 for a break or gap."""


def encode(page: Page, characters: Mapping[str, int]) -> Encoding:
    """Turn a page into tokens; blanks are left out, widths are folded.

    Args:
        page: As it was read.
        characters: Token id of each known character.
    """
    # By value: a cell's lines are equal to the page's, but not the same objects once kept.
    cells = {line: cell.box for cell in page.cells for line in cell.lines}
    tokens: list[int] = []
    stretches: list[int] = []
    boxes: list[tuple[int, int, int, int]] = []
    frames: list[tuple[int, int, int, int]] = []
    places: list[tuple[int, int]] = []
    for number, line in enumerate(page.lines):
        runs = list(_stretches(line, page.aspect))
        folded = fold(line.text)
        for rank, run in enumerate(runs, start=1):
            own = _box(line.part(run[0], run[-1] + 1))
            boxes.append(own)
            frames.append(_box(cells[line]) if line in cells else own)
            for at in run:
                tokens.append(characters.get(folded[at], UNKNOWN))
                places.append((number, at))
            stretches += [len(boxes) - 1] * len(run)
            if rank == len(runs) or folded[run[-1]] not in _STOPS:
                tokens.append(BREAK if rank == len(runs) else GAP)
                places.append((number, -1))
                stretches.append(len(boxes) - 1)
        if len(tokens) > MOST_TOKENS:
            break
    return Encoding(
        tokens=np.array(tokens, dtype=np.int64),
        stretches=np.array(stretches, dtype=np.int64),
        boxes=np.array(boxes, dtype=np.int64).reshape(-1, 4),
        frames=np.array(frames, dtype=np.int64).reshape(-1, 4),
        places=tuple(places),
    )


def _stretches(line: Line, aspect: float) -> Iterator[list[int]]:
    """Yield runs of solid characters of a line, cut at wide blanks and behind stops."""
    wide = _WIDE * line.box.height * aspect
    run: list[int] = []
    for at, character in enumerate(fold(line.text)):
        if character in BLANKS:
            continue
        stopped = run and fold(line.text[run[-1]]) in _STOPS
        if stopped or (run and line.edges[at] - line.edges[run[-1] + 1] > wide):
            yield run
            run = []
        run.append(at)
    if run:
        yield run


def _box(box: Box) -> tuple[int, int, int, int]:
    return _grid(box.left), _grid(box.top), _grid(box.right), _grid(box.bottom)


def _grid(share: float) -> int:
    return min(GRID, max(0, round(share * GRID)))
