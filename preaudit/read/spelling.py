"""From a recogniser's time steps to characters: what they are, where they stand, how sure each is.

Steps are decoded along the best path of connectionist temporal classification: repeats of a class
are one character, class 0 is no character.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.sheet import Pixels

_EVEN: Final = 0.3
"""A character of this probability neither adds to a reading nor takes from it."""
_SPECK_PER_PX: Final = 20
_SAMPLED: Final = 3
"""Every third pixel each way tells how light the paper is."""
_PAPER: Final = 0.8
"""Share of the pixels that are no lighter than the paper."""
_NO_CHANCE: Final = 0.01
"""A lost character that is less likely than that is no doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """What one crop says."""

    text: str
    confidence: float
    """Mean probability of its characters; 0 when it says nothing."""
    gain: float
    """Likely characters less unlikely ones: tells which of two readings of a place says more."""
    edges: tuple[float, ...]
    """Where characters begin and the last ends: len(text) + 1 ascending shares of the crop."""
    sureness: tuple[float, ...] = ()
    """For each character how likely it is, and that none was lost before or after it."""


NOTHING: Final = Spelling(text="", confidence=0.0, gain=0.0, edges=(0.0,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A reading before it is put down: characters with their middles and chances."""

    text: str
    chances: tuple[float, ...]
    sureness: tuple[float, ...]
    """As in a spelling, but marks that names and numbers do without are doubted too."""
    middles: tuple[float, ...]
    """Shares of the crop's width, ascending."""

    def stretched(self, factor: float) -> Trace:
        """Return the reading with its middles moved apart: of a crop without what stood beside."""
        middles = tuple(middle * factor for middle in self.middles)
        return Trace(text=self.text, chances=self.chances, sureness=self.sureness, middles=middles)


BLANK: Final = Trace(text="", chances=(), sureness=(), middles=())


def traced(steps: NDArray[np.float32], characters: Sequence[str]) -> Trace:
    """Return the best path.

    Args:
        steps: Time steps x classes, probabilities.
        characters: What each class stands for; the first is no character.
    """
    classes = steps.argmax(axis=1)
    chances = steps[np.arange(len(classes)), classes]
    starts = np.flatnonzero(np.diff(classes, prepend=-1) != 0)
    ends = np.append(starts[1:], len(classes))
    runs = [(start, end) for start, end in zip(starts, ends, strict=True) if classes[start] != 0]
    if not runs:
        return BLANK
    return Trace(
        text="".join(characters[classes[start]] for start, _ in runs),
        chances=tuple(float(chances[start]) for start, _ in runs),
        sureness=_sureness(steps, classes, runs),
        middles=tuple(float(start + end) / 2 / len(classes) for start, end in runs),
    )


def _sureness(
    steps: NDArray[np.float32], classes: NDArray[np.intp], runs: Sequence[tuple[int, int]]
) -> tuple[float, ...]:
    """Return for each character its best chance, lessened where a neighbour may have been lost.

    A step on which no character won may still have given one a fair chance: a rare character
    that the network hardly knows is dropped that way.
    """
    lost, second = np.zeros(len(classes)), np.zeros(len(classes), dtype=np.intp)
    # There are thousands of classes: only steps that leave a chance to another one are searched.
    open_to = np.flatnonzero((classes == 0) & (steps[:, 0] < 1.0 - _NO_CHANCE))
    second[open_to] = steps[open_to, 1:].argmax(axis=1) + 1
    lost[open_to] = steps[open_to, second[open_to]]
    sure = []
    for at, (start, end) in enumerate(runs):
        own = float(steps[start:end, classes[start]].max())
        before = runs[at - 1][1] if at else 0
        after = runs[at + 1][0] if at + 1 < len(runs) else len(classes)
        # The first and last traces of a character are not another one.
        traces = {classes[run[0]] for run in runs[max(0, at - 1) : at + 2]}
        near = [
            float(lost[step])
            for step in (*range(before, start), *range(end, after))
            if second[step] not in traces
        ]
        sure.append(min(own, 1.0 - max(near, default=0.0)))
    return tuple(sure)


def spelling(trace: Trace, crop: Pixels) -> Spelling:
    """Return a reading with the borders between its characters.

    Args:
        trace: What the crop says.
        crop: Its pixels.
    """
    if not trace.text:
        return NOTHING
    sure = np.array(trace.chances, dtype=np.float64)
    return Spelling(
        text=trace.text,
        confidence=float(sure.mean()),
        gain=float((sure - _EVEN).sum()),
        edges=edges(trace, ink_by_column(crop)),
        # Marks are not doubted: names and numbers compare without them.
        sureness=tuple(
            chance if character.isalnum() else 1.0
            for chance, character in zip(trace.sureness, trace.text, strict=True)
        ),
    )


def edges(trace: Trace, ink: NDArray[np.float64]) -> tuple[float, ...]:
    """Return where characters begin and end, as shares of the crop's width.

    The network says about where the middle of each character is. Between two middles the border is
    put where the crop has least ink near the point that divides them by the characters' widths.

    Args:
        trace: What the crop says.
        ink: How much each column of the crop is inked.
    """
    columns = len(ink)
    inked = np.flatnonzero(ink > 0)
    first, last = (int(inked[0]), int(inked[-1]) + 1) if len(inked) else (0, columns)
    found = [first / columns]
    middles, text = trace.middles, trace.text
    for left, right, here, there in zip(middles, middles[1:], text, text[1:], strict=False):
        wide, next_wide = wideness(here), wideness(there)
        middle = left + (right - left) * wide / (wide + next_wide)
        reach = 0.3 * (right - left)
        low = int(max(0.0, middle - reach) * columns)
        high = min(columns, int((middle + reach) * columns) + 1)
        border = _valley(ink[low:high], middle * columns - low) + low if low < high else low
        found.append(min(1.0, max(found[-1], border / columns)))
    return (*found, max(found[-1], min(1.0, last / columns)))


def wideness(character: str) -> float:
    """Return how wide a character stands beside others: 2 for full width, 1 for half width."""
    return 2.0 if unicodedata.east_asian_width(character) in "WFA" else 1.0


def _valley(ink: NDArray[np.float64], middle: float) -> float:
    """Return the column with least ink, the one nearest `middle` among equals."""
    lowest = np.flatnonzero(ink <= ink.min() + 1e-9)
    return float(lowest[np.argmin(np.abs(lowest + 0.5 - middle))]) + 0.5


def ink_by_column(crop: Pixels) -> NDArray[np.float64]:
    """Return how much darker than paper each column is; 0 where nothing is written."""
    height = crop.shape[0]
    red, green, blue = cv2.split(crop[height // 8 : height - height // 8 or None])
    inside = cv2.min(cv2.min(red, green), blue)
    sample = np.sort(inside[::_SAMPLED, ::_SAMPLED], axis=None)
    paper = int(sample[int(_PAPER * (sample.size - 1))])
    darker = cv2.subtract(np.full_like(inside, paper), inside)
    inked = cv2.compare(darker, max(25.0, 0.3 * float(darker.max(initial=0))), cv2.CMP_GT)
    # One dark pixel in a high column is a speck, not a stroke.
    strokes = (inked > 0).sum(axis=0) >= max(1, height // _SPECK_PER_PX)
    ink = cv2.reduce(cv2.bitwise_and(darker, inked), 0, cv2.REDUCE_SUM, dtype=cv2.CV_64F)
    return np.asarray(np.where(strokes, ink[0], 0.0), dtype=np.float64)
