"""Two recognisers: a quick one reads, and the thorough one what it doubts.

What the quick one doubts is mostly a few characters of a line. Only those are read again, with two
sure neighbours on either side; the second reading takes their place if it begins and ends with
those neighbours, otherwise the whole line is read again. Beside what the quick one doubts itself
(`quick`) a character is doubted when there is ink beside it that no character accounts for.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from preaudit.read.quick import doubted
from preaudit.read.recognising import Traces
from preaudit.read.spelling import BLANK, Trace, edges, ink_by_column, wideness
from preaudit.sheet import Pixels

_ANCHOR: Final = 2
"""Sure characters on either side of a doubtful part that are read again with it."""
_MOST: Final = 0.6
"""Share of a line from which on the whole of it is read again."""
_BARE: Final = 0.75
_STROKE: Final = 0.45
"""A gap this wide that holds this much ink, in widths of a character, may hold a lost one."""


class Spliced:
    """A quick recogniser with a thorough one at its side."""

    def __init__(self, quick: Traces, thorough: Traces) -> None:
        """Take both."""
        self._quick = quick
        self._thorough = thorough

    def trace(self, crop: Pixels) -> Trace:
        """Return what a crop says; one without pixels says nothing."""
        first = self._quick.trace(crop)
        if not first.text:
            return self._thorough.trace(crop)
        ink = ink_by_column(crop)
        parts = _doubtful(first, ink, crop.shape[0] / crop.shape[1])
        return self._mended(crop, first, ink, parts) if parts else first

    def _mended(
        self, crop: Pixels, first: Trace, ink: NDArray[np.float64], parts: Sequence[range]
    ) -> Trace:
        """Return the reading with its doubtful parts, or all of it, read again."""
        borders, count, columns = edges(first, ink), len(first.text), crop.shape[1]
        reaches = [
            range(max(0, part.start - _ANCHOR), min(count, part.stop + _ANCHOR)) for part in parts
        ]
        places = [
            (
                borders[reach.start] if reach.start else 0.0,
                borders[reach.stop] if reach.stop < count else 1.0,
            )
            for reach in reaches
        ]
        if sum(right - left for left, right in places) > _MOST:
            return self._thorough.trace(crop)
        mended, done = BLANK, 0
        for part, reach, (left, right) in zip(parts, reaches, places, strict=True):
            start, end = round(left * columns), round(right * columns)
            again = self._thorough.trace(crop[:, start : max(start + 2, end)]).within(left, right)
            before, after = first.text[reach.start : part.start], first.text[part.stop : reach.stop]
            if not _fits(again.text, before, after):
                return self._thorough.trace(crop)
            inner = again.part(len(before), len(again.text) - len(after))
            mended = mended.then(first.part(done, part.start)).then(inner)
            done = part.stop
        return mended.then(first.part(done, count))


def _doubtful(trace: Trace, ink: NDArray[np.float64], height: float) -> list[range]:
    """Return the parts of a reading that are not sure, ascending and apart.

    Args:
        trace: The reading.
        ink: How much each column of the crop is inked.
        height: Of the crop, in its widths.
    """
    parts: list[range] = []
    for at in sorted(doubted(trace) | _beside_lost_ink(trace, ink, height)):
        if parts and at - parts[-1].stop < 2 * _ANCHOR:
            parts[-1] = range(parts[-1].start, at + 1)
        else:
            parts.append(range(at, at + 1))
    return parts


def _beside_lost_ink(trace: Trace, ink: NDArray[np.float64], height: float) -> set[int]:
    """Return the characters beside ink that none of them accounts for."""
    wide = np.array([wideness(character) / 2 for character in trace.text])
    middles = np.array(trace.middles)
    full = (np.diff(middles) / ((wide[1:] + wide[:-1]) / 2)).tolist()
    size = min(0.9 * height, float(np.median(full))) if full else 0.9 * height
    starts = np.append(0.0, middles + wide * size / 2)
    ends = np.append(middles - wide * size / 2, 1.0)
    columns, inked = len(ink), ink > 0
    lost: set[int] = set()
    for at in np.flatnonzero(ends - starts > _BARE * size).tolist():
        between = inked[max(0, round(starts[at] * columns)) : max(0, round(ends[at] * columns))]
        if between.sum() > _STROKE * size * columns:
            lost |= {index for index in (at - 1, at) if 0 <= index < len(trace.text)}
    return lost


def _fits(text: str, before: str, after: str) -> bool:
    """Whether a second reading begins and ends with the neighbours of the doubtful part."""
    if len(text) < len(before) + len(after):
        return False
    return _same(text[: len(before)], before) and _same(text[len(text) - len(after) :], after)


def _same(one: str, other: str) -> bool:
    return unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other)
