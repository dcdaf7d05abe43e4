"""The OCR engine: PaddleOCR's PP-OCRv6 networks on ONNX Runtime, offline and quiet.

PaddleOCR builds the two predictors (`TextDetection`, `TextRecognition`) and its own code prepares
pages, runs the networks and decodes the detector's map. Two things the wrapper does not do are done
here: crops are recognised at their own width (the wrapper pads each to 320 pixels, which doubles
the work on forms with short fields), and the recogniser's time steps become character positions.
`docs/adr/0001-ocr-engine.md` has the figures. A test holds that both read the same text.

Networks are shared by all threads; ONNX Runtime sessions may be run from several at once. Each run
uses one core, so reading several pages at a time is how more cores are used.
"""

from __future__ import annotations

import contextlib
import io
import logging
import math
import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.sheet import Pixels
from preaudit.weights import DETECTOR, RECOGNISER

Quad = NDArray[np.float64]
"""4 x 2: corners of a line of text in pixels, from its top left, clockwise as it is read."""

_HEIGHT_PX: Final = 48
"""Height of the recogniser's input."""
_NARROWEST_PX: Final = 48
_WIDEST_PX: Final = 3200
_BATCH_PX: Final = 1280
"""Widths of crops that go through the recogniser together; more gains nothing on a CPU."""
_ALIKE: Final = 1.1
_EVEN: Final = 0.3
"""A character of this probability neither adds to a reading nor takes from it."""
_NO_CHANCE: Final = 0.01
"""A lost character that is less likely than that is no doubt."""
_QUIET: Final = {
    # PaddleX asks several model hosts whether they can be reached as soon as it is imported.
    "PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK": "True",
    # PaddleOCR would set up logging handlers of its own.
    "PADDLEOCR_DISABLE_AUTO_LOGGING_CONFIG": "1",
    "HF_HUB_OFFLINE": "1",
}


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


class Engine:
    """Finds lines of text on a page and reads crops of single lines. Safe to share by threads."""

    def __init__(self, weights_dir: Path, *, threads: int = 1) -> None:
        """Load both networks.

        Args:
            weights_dir: Where `preaudit.weights` has put them, verified.
            threads: Cores that one run of a network may use.
        """
        with _quietly():
            from paddleocr import (  # noqa: PLC0415 - takes seconds; only reading needs it
                TextDetection,
                TextRecognition,
            )

            options = {
                "engine": "onnxruntime",
                "engine_config": {
                    "intra_op_num_threads": threads,
                    "inter_op_num_threads": 1,
                    "log_severity_level": 3,
                    # Keeping memory between runs adds an eighth to the peak and saves a quarter
                    # of the time, which otherwise goes into asking the system for pages.
                    "enable_cpu_mem_arena": True,
                },
            }
            self._detector: Any = TextDetection(
                model_name=DETECTOR, model_dir=str(weights_dir / DETECTOR), **options
            ).paddlex_predictor
            self._recogniser: Any = TextRecognition(
                model_name=RECOGNISER, model_dir=str(weights_dir / RECOGNISER), **options
            ).paddlex_predictor
        self._characters: list[str] = self._recogniser.post_op.character

    def find(self, pixels: Pixels, *, side_px: int) -> list[Quad]:
        """Return where lines of text are, in pixels of `pixels`.

        Args:
            pixels: The page or a part of it.
            side_px: The longer side is brought down to this before looking.
        """
        steps = self._detector.pre_tfs
        images, shapes = steps["Resize"](imgs=[pixels], limit_side_len=side_px, limit_type="max")
        batch = steps["ToBatch"](imgs=steps["ToCHW"](imgs=steps["Normalize"](imgs=images)))
        polygons, _ = self._detector.post_op(self._detector.runner(x=batch), shapes)
        return [np.asarray(polygon, dtype=np.float64) for polygon in polygons[0]]

    def spell(self, crops: Sequence[Pixels]) -> list[Spelling]:
        """Return what each crop says, in the order given; a crop holds one upright line."""
        found: list[Spelling] = [NOTHING] * len(crops)
        prepared = {
            index: _prepare(crop) for index, crop in enumerate(crops) if min(crop.shape[:2]) > 1
        }
        for indexes in _batches({index: image.shape[1] for index, image in prepared.items()}):
            width = max(_NARROWEST_PX, *(prepared[index].shape[1] for index in indexes))
            batch = np.zeros((len(indexes), 3, _HEIGHT_PX, width), dtype=np.float32)
            for row, index in enumerate(indexes):
                image = prepared[index]
                batch[row, :, :, : image.shape[1]] = image.transpose(2, 0, 1)
            (steps,) = self._recogniser.runner(x=[batch])
            for row, index in enumerate(indexes):
                share = prepared[index].shape[1] / width
                found[index] = self._decode(steps[row], crops[index], share)
        return found

    def _decode(self, steps: NDArray[np.float32], crop: Pixels, share: float) -> Spelling:
        """Return the best path: repeats of a class are one character, class 0 is no character."""
        classes = steps.argmax(axis=1)
        chances = steps[np.arange(len(classes)), classes]
        starts = np.flatnonzero(np.diff(classes, prepend=-1) != 0)
        ends = np.append(starts[1:], len(classes))
        runs = [
            (start, end) for start, end in zip(starts, ends, strict=True) if classes[start] != 0
        ]
        if not runs:
            return NOTHING
        text = "".join(self._characters[classes[start]] for start, _ in runs)
        sure = np.array([chances[start] for start, _ in runs], dtype=np.float64)
        centres = [float(start + end) / 2 / len(classes) / share for start, end in runs]
        return Spelling(
            text=text,
            confidence=float(sure.mean()),
            gain=float((sure - _EVEN).sum()),
            edges=_edges(centres, text, crop),
            sureness=_sureness(steps, classes, runs, text),
        )


def _sureness(
    steps: NDArray[np.float32],
    classes: NDArray[np.intp],
    runs: Sequence[tuple[int, int]],
    text: str,
) -> tuple[float, ...]:
    """Return for each character its best chance, lessened where a neighbour may have been lost.

    A step on which no character won may still have given one a fair chance: a rare character
    that the network hardly knows is dropped that way. Punctuation is not doubted: names and numbers
    compare without it.
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
        sure.append(min(own, 1.0 - max(near, default=0.0)) if text[at].isalnum() else 1.0)
    return tuple(sure)


def _prepare(crop: Pixels) -> NDArray[np.float32]:
    """Return the crop at the recogniser's height, -1..1, never wider than it can take."""
    height, width = crop.shape[:2]
    wide = min(_WIDEST_PX, max(8, math.ceil(_HEIGHT_PX * width / height)))
    image = cv2.resize(crop, (wide, _HEIGHT_PX))
    return np.asarray(image.astype(np.float32) / 127.5 - 1.0)


def _batches(widths: dict[int, int]) -> Iterator[list[int]]:
    """Yield runs of crops of nearly the same width, narrow ones first; padding is wasted work."""
    batch: list[int] = []
    for index in sorted(widths, key=lambda index: (widths[index], index)):
        full = (len(batch) + 1) * widths[index] > _BATCH_PX
        if batch and (full or widths[index] > widths[batch[0]] * _ALIKE):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _edges(centres: Sequence[float], text: str, crop: Pixels) -> tuple[float, ...]:
    """Return where characters begin and end, as shares of the crop's width.

    The network says about where the middle of each character is. Between two middles the border is
    put where the crop has least ink near the point that divides them by the characters' widths.
    """
    ink = _ink_by_column(crop)
    columns = len(ink)
    inked = np.flatnonzero(ink > 0)
    first, last = (int(inked[0]), int(inked[-1]) + 1) if len(inked) else (0, columns)
    edges = [first / columns]
    for left, right, here, there in zip(centres, centres[1:], text, text[1:], strict=False):
        wide, next_wide = _wideness(here), _wideness(there)
        middle = left + (right - left) * wide / (wide + next_wide)
        reach = 0.3 * (right - left)
        low = int(max(0.0, middle - reach) * columns)
        high = min(columns, int((middle + reach) * columns) + 1)
        border = _valley(ink[low:high], middle * columns - low) + low if low < high else low
        edges.append(min(1.0, max(edges[-1], border / columns)))
    return (*edges, max(edges[-1], min(1.0, last / columns)))


def _wideness(character: str) -> float:
    """Return how wide a character stands beside others: 2 for full width, 1 for half width."""
    return 2.0 if unicodedata.east_asian_width(character) in "WFA" else 1.0


def _valley(ink: NDArray[np.float64], middle: float) -> float:
    """Return the column with least ink, the one nearest `middle` among equals."""
    lowest = np.flatnonzero(ink <= ink.min() + 1e-9)
    return float(lowest[np.argmin(np.abs(lowest + 0.5 - middle))]) + 0.5


def _ink_by_column(crop: Pixels) -> NDArray[np.float64]:
    """Return how much darker than paper each column is; 0 where nothing is written."""
    height = crop.shape[0]
    grey = crop.min(axis=2).astype(np.float64)
    inside = grey[height // 8 : height - height // 8 or None]
    darker = np.maximum(0.0, np.percentile(inside, 80) - inside)
    threshold = max(25.0, 0.3 * float(darker.max(initial=0.0)))
    return np.asarray(np.where(darker > threshold, darker, 0.0).sum(axis=0))


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Keep what others print and log while loading away from the terminal and from reports."""
    os.environ.update({name: value for name, value in _QUIET.items() if name not in os.environ})
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        logging.disable(level)
