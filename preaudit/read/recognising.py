"""Reading crops of lines: each at its own width, one at a time.

Batches gain nothing on a processor, and padding within them costs. But a network is fitted to every
width that it meets, which takes time and memory, so crops are brought to one of few widths.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.clock import go_on
from preaudit.read.nets import Network
from preaudit.read.spelling import BLANK, NOTHING, Spelling, Trace, spelling, traced
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
_PAD: Final = 1.16
"""Likewise for the large network, whose crops are not stretched but have grey put beside them."""
_GREY: Final = 127
"""Nothing, as the networks see it."""


class Traces(Protocol):
    """Reads crops."""

    def trace(self, crop: Pixels) -> Trace:
        """Return what a crop says; one without pixels says nothing."""


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
        return trace.stretched(width / own)


def spelled(crops: Sequence[Pixels], recogniser: Traces) -> list[Spelling]:
    """Return what each crop says, in the order given; a crop holds one upright line.

    Args:
        crops: What is to be read.
        recogniser: Reads it.

    Raises:
        OutOfTimeError: The page took too long.
    """
    found = []
    for crop in crops:
        go_on()
        trace = recogniser.trace(crop)
        found.append(spelling(trace, crop) if trace.text else NOTHING)
    return found


def _widths(factor: float) -> NDArray[np.intp]:
    """Return the widths that crops are brought to, in pixels, ascending."""
    found = [_NARROWEST_PX]
    while found[-1] < _WIDEST_PX:
        step = int(found[-1] * factor) // _STEP_PX * _STEP_PX
        found.append(min(_WIDEST_PX, max(found[-1] + _STEP_PX, step)))
    return np.array(found, dtype=np.intp)
