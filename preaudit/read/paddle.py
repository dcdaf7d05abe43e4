"""PaddleOCR as it is: the engine of record, with the same networks.

Its own pipeline and predictors prepare, run and decode, with their own defaults. It is several
times slower than the default engine and is there to be compared with: `Settings.ocr` chooses it,
`make bench` races against it, and a test holds that both read the same text.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from preaudit.read.boxes import Quad
from preaudit.read.spelling import NOTHING, Spelling, Trace, spelling
from preaudit.sheet import Pixels
from preaudit.weights import DETECTOR, RECOGNISER

_ENGINE: Final = "onnxruntime"
_QUIET: Final = {
    # PaddleX asks several model hosts whether they can be reached as soon as it is imported.
    "PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK": "True",
    # PaddleOCR would set up logging handlers of its own.
    "PADDLEOCR_DISABLE_AUTO_LOGGING_CONFIG": "1",
    "HF_HUB_OFFLINE": "1",
}


class PaddlePipeline:
    """PaddleOCR's whole pipeline with its defaults, less the steps whose networks we do not have.

    Those are turning the page upright, unwarping it and turning single lines; without them it is
    faster and, on upright pages, reads the same.
    """

    def __init__(self, weights_dir: Path) -> None:
        """Load it.

        Args:
            weights_dir: Where `preaudit.weights` has put the networks, verified.
        """
        with _quietly():
            from paddleocr import PaddleOCR  # noqa: PLC0415 - takes seconds

            self._pipeline: Any = PaddleOCR(
                text_detection_model_name=DETECTOR,
                text_detection_model_dir=str(weights_dir / DETECTOR),
                text_recognition_model_name=RECOGNISER,
                text_recognition_model_dir=str(weights_dir / RECOGNISER),
                use_doc_orientation_classify=False,
                use_doc_unwarping=False,
                use_textline_orientation=False,
                engine=_ENGINE,
            )

    def read(self, pixels: Pixels) -> list[tuple[Quad, str]]:
        """Return the lines of a page (RGB) with their places in pixels, in its own order."""
        (found,) = self._pipeline.predict(np.ascontiguousarray(pixels[:, :, ::-1]))
        return [
            (np.asarray(polygon, dtype=np.float64), str(text))
            for polygon, text in zip(found["rec_polys"], found["rec_texts"], strict=True)
        ]


class PaddleEngine:
    """PaddleOCR's own predictors in the place of the default engine."""

    def __init__(self, weights_dir: Path) -> None:
        """Load them.

        Args:
            weights_dir: Where `preaudit.weights` has put the networks, verified.
        """
        with _quietly():
            from paddleocr import (  # noqa: PLC0415 - takes seconds
                TextDetection,
                TextRecognition,
            )

            self._detector: Any = TextDetection(
                model_name=DETECTOR, model_dir=str(weights_dir / DETECTOR), engine=_ENGINE
            )
            self._recogniser: Any = TextRecognition(
                model_name=RECOGNISER, model_dir=str(weights_dir / RECOGNISER), engine=_ENGINE
            )

    def find(self, pixels: Pixels, *, side_px: int) -> list[Quad]:
        """Return where lines of text are, in pixels of `pixels`."""
        (found,) = self._detector.predict(
            np.ascontiguousarray(pixels[:, :, ::-1]), limit_side_len=side_px, limit_type="max"
        )
        return [np.asarray(polygon, dtype=np.float64) for polygon in found["dt_polys"]]

    def spell(self, crops: Sequence[Pixels]) -> list[Spelling]:
        """Return what each crop says; it does not tell where characters stand, so they are spread.

        Every character is as sure as its line, for no more is told.
        """
        sound = [index for index, crop in enumerate(crops) if min(crop.shape[:2]) > 1]
        found = [NOTHING] * len(crops)
        if not sound:
            return found
        pictures = [np.ascontiguousarray(crops[index][:, :, ::-1]) for index in sound]
        for index, said in zip(sound, self._recogniser.predict(pictures), strict=True):
            text, score = str(said["rec_text"]), float(said["rec_score"])
            count = len(text)
            trace = Trace(
                text=text,
                chances=(score,) * count,
                sureness=(score,) * count,
                middles=tuple((at + 0.5) / count for at in range(count)),
            )
            found[index] = spelling(trace, crops[index])
        return found

    def glance(self, crops: Sequence[Pixels]) -> list[Spelling]:
        """Return what crops say; there is no quicker look."""
        return self.spell(crops)


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
