"""Reading crops of lines with two networks: a quick one first, the thorough one where it doubts.

The quick network takes a quarter of the thorough one's time and reads most print as well, and what
it doubts is mostly a few characters of a line. So only those are read again, with two sure
neighbours on either side. The second reading takes their place if it begins and ends with those
neighbours; otherwise the whole line is read again. A character is doubted when its probability is
low, when another may have been lost beside it, or when there is ink beside it that no character
accounts for. The limits were fitted on synthetic papers (docs/adr/0005-fast-reading.md).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.clock import go_on
from preaudit.read.nets import Network
from preaudit.read.spelling import (
    BLANK,
    NOTHING,
    Spelling,
    Trace,
    edges,
    ink_by_column,
    spelling,
    traced,
    wideness,
)
from preaudit.sheet import Pixels

_HEIGHT_PX: Final = 48
"""Height of the recognisers' input."""
_NARROWEST_PX: Final = 48
_WIDEST_PX: Final = 2048
"""Some 45 characters; longer lines are squeezed."""
_STEP_PX: Final = 8
_STRETCH: Final = 1.12
"""Crops are brought to one of few widths, each so many times the one before: a network is fitted to
every width that it meets, which takes time and memory."""
_PAD: Final = 1.25
"""Likewise for the large network, whose crops are not stretched but have grey put beside them."""
_GREY: Final = 127
"""Nothing, as the networks see it."""
_SURE: Final = 0.95
_SURE_MARK: Final = 0.6
"""Likewise for marks, which names and numbers do without."""
_ANCHOR: Final = 2
"""Sure characters on either side of a doubtful part that are read again with it."""
_MOST: Final = 0.6
"""Share of a line from which on the whole of it is read again."""
_BARE: Final = 0.75
_STROKE: Final = 0.45
"""A gap this wide that holds this much ink, in widths of a character, may hold a lost one."""


class Reads(Protocol):
    """Something that reads crops of single lines."""

    def trace(self, crop: Pixels) -> Trace:
        """Return what a crop says."""


class Recogniser:
    """One network with the characters of its classes."""

    def __init__(
        self, onnx: Path, characters: Sequence[str], *, stretches: bool, threads: int
    ) -> None:
        """Load the network.

        Args:
            onnx: The file, verified.
            characters: What its classes stand for; the first is no character.
            stretches: Whether crops are stretched to the widths that the network is fitted to,
                rather than padded; more such widths are needed then.
            threads: How many runs may go on at once.
        """
        self._stretches = stretches
        self._widths = _widths(_STRETCH if stretches else _PAD)
        half = (127.5, 127.5, 127.5)
        self._network = Network(
            onnx, shape=(1, _HEIGHT_PX, -1, 3), mean=half, scale=half, threads=threads
        )
        self._characters = characters

    def trace(self, crop: Pixels) -> Trace:
        """Return what a crop says; one without pixels says nothing."""
        if min(crop.shape[:2]) < 2:  # noqa: PLR2004 - a thread of pixels is no text
            return BLANK
        wide = min(_WIDEST_PX, max(8.0, _HEIGHT_PX * crop.shape[1] / crop.shape[0]))
        if self._stretches:
            width = int(self._widths[np.abs(self._widths - wide).argmin()])
            line = np.asarray(cv2.resize(crop, (width, _HEIGHT_PX)), dtype=np.uint8)
            return traced(self._network.run(line)[0], self._characters)
        own = math.floor(wide)
        width = int(self._widths[np.searchsorted(self._widths, own)])
        line = np.full((_HEIGHT_PX, width, 3), _GREY, dtype=np.uint8)
        line[:, :own] = cv2.resize(crop, (own, _HEIGHT_PX))
        trace = traced(self._network.run(line)[0], self._characters)
        return trace.within(0.0, width / own)


def spelled(crops: Sequence[Pixels], quick: Reads, thorough: Reads) -> list[Spelling]:
    """Return what each crop says, in the order given; a crop holds one upright line."""
    found = []
    for crop in crops:
        go_on()
        found.append(_spelled(crop, quick, thorough))
    return found


def glanced(crops: Sequence[Pixels], quick: Reads) -> list[Spelling]:
    """Return what the quick network alone takes each crop to say."""
    return [
        spelling(trace, crop) if (trace := quick.trace(crop)).text else NOTHING for crop in crops
    ]


def _spelled(crop: Pixels, quick: Reads, thorough: Reads) -> Spelling:
    first = quick.trace(crop)
    if not first.text:
        second = thorough.trace(crop)
        return spelling(second, crop) if second.text else NOTHING
    ink = ink_by_column(crop)
    parts = _doubtful(first, ink, crop.shape[0] / crop.shape[1])
    trace = first if not parts else _mended(crop, first, ink, parts, thorough)
    return spelling(trace, crop) if trace.text else NOTHING


@dataclass(frozen=True, slots=True)
class _Part:
    """Characters `start`..`end` (half-open) to be read again."""

    start: int
    end: int


def _doubtful(trace: Trace, ink: NDArray[np.float64], height: float) -> list[_Part]:
    """Return the parts of a reading that are not sure, ascending and apart.

    Args:
        trace: The reading.
        ink: How much each column of the crop is inked.
        height: Of the crop, in its widths.
    """
    doubted = {
        at
        for at, (chance, character) in enumerate(zip(trace.sureness, trace.text, strict=True))
        if chance < (_SURE if character.isalnum() else _SURE_MARK)
    } | _beside_lost_ink(trace, ink, height)
    parts: list[_Part] = []
    for at in sorted(doubted):
        if parts and at - parts[-1].end < 2 * _ANCHOR:
            parts[-1] = _Part(parts[-1].start, at + 1)
        else:
            parts.append(_Part(at, at + 1))
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
        between = inked[round(starts[at] * columns) : round(ends[at] * columns)]
        if between.sum() > _STROKE * size * columns:
            lost |= {index for index in (at - 1, at) if 0 <= index < len(trace.text)}
    return lost


def _mended(
    crop: Pixels,
    first: Trace,
    ink: NDArray[np.float64],
    parts: Sequence[_Part],
    thorough: Reads,
) -> Trace:
    """Return the reading with its doubtful parts, or all of it, read again."""
    borders = edges(first, ink)
    count, columns = len(first.text), crop.shape[1]
    whole = BLANK
    done = 0
    reaches = [(max(0, part.start - _ANCHOR), min(count, part.end + _ANCHOR)) for part in parts]
    places = [
        (borders[low] if low else 0.0, borders[high] if high < count else 1.0)
        for low, high in reaches
    ]
    if sum(right - left for left, right in places) > _MOST:
        return thorough.trace(crop)
    for part, (low, high), (left, right) in zip(parts, reaches, places, strict=True):
        piece = crop[
            :, round(left * columns) : max(round(left * columns) + 2, round(right * columns))
        ]
        again = thorough.trace(piece).within(left, right)
        before, after = first.text[low : part.start], first.text[part.end : high]
        if not _fits(again.text, before, after):
            return thorough.trace(crop)
        inner = again.part(len(before), len(again.text) - len(after))
        whole = whole.then(first.part(done, part.start)).then(inner)
        done = part.end
    return whole.then(first.part(done, count))


def _fits(text: str, before: str, after: str) -> bool:
    """Whether a second reading begins and ends with the neighbours of the doubtful part."""
    if len(text) < len(before) + len(after):
        return False
    return _same(text[: len(before)], before) and _same(text[len(text) - len(after) :], after)


def _same(one: str, other: str) -> bool:
    return unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other)


def _widths(factor: float) -> NDArray[np.intp]:
    """Return the widths that crops are brought to, in pixels, ascending."""
    found = [_NARROWEST_PX]
    while found[-1] < _WIDEST_PX:
        step = int(found[-1] * factor) // _STEP_PX * _STEP_PX
        found.append(min(_WIDEST_PX, max(found[-1] + _STEP_PX, step)))
    return np.array(found, dtype=np.intp)
