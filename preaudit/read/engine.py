"""The OCR engine: PP-OCRv6 networks on OpenVINO, offline and quiet.

Finding text is the small detector at the resolution asked for; reading it is `recognising`, by
our quick recogniser first (`quick`).
PaddleOCR is the engine of record: `paddle.py` runs its own pipeline with the same networks, and a
test holds that both read the same text. Networks are shared by all threads; each run uses one core,
so reading several pages at a time is how more cores are used.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.boxes import Quad, quads
from preaudit.read.clock import step
from preaudit.read.detector_head import rearranged
from preaudit.read.nets import Network
from preaudit.read.quick import Quick, quick_network
from preaudit.read.recognising import Recogniser, spelled
from preaudit.read.spelling import Spelling
from preaudit.sheet import Pixels
from preaudit.weights import DETECTOR, RECOGNISER, characters, network_file

_SWITCH_S: Final = 0.00005
_MEAN: Final = (123.675, 116.28, 103.53)
_SCALE: Final = (58.395, 57.12, 57.375)
"""ImageNet's figures, which the detector was trained with."""
_MOST_PX: Final = 700_000
"""What goes through the detector at once: an A4 page at 960 pixels."""
_OVERLAP_PX: Final = 128
_MULTIPLE_PX: Final = 32
"""The detector halves its input five times."""


class Engine(Protocol):
    """Finds lines of text on a page and reads crops of single lines. Safe to share by threads."""

    def find(self, pixels: Pixels, *, side_px: int) -> list[Quad]:
        """Return where lines of text are, in pixels of `pixels`.

        Args:
            pixels: The page or a part of it.
            side_px: The longer side is brought down to this before looking.
        """

    def spell(self, crops: Sequence[Pixels]) -> list[Spelling]:
        """Return what each crop says, in the order given; a crop holds one upright line."""

    def glance(self, crops: Sequence[Pixels]) -> list[Spelling]:
        """Return what crops say at a first look: enough to tell text from none."""


class FastEngine:
    """PP-OCRv6 on OpenVINO, and our quick recogniser for glances."""

    def __init__(self, weights_dir: Path, *, own_weights_dir: Path, threads: int = 1) -> None:
        """Load the networks.

        Args:
            weights_dir: Where `preaudit.weights` has put those of others, verified.
            own_weights_dir: Where those lie that we trained.
            threads: How many pages are read at a time.
        """
        if threads > 1:
            # Runs are short and free the interpreter; a thread that comes back from one would wait
            # five milliseconds for another that has it, as long as the run itself.
            sys.setswitchinterval(_SWITCH_S)
        self._detector = Network(
            network_file(weights_dir, DETECTOR),
            shape=(1, -1, -1, 3),
            mean=_MEAN,
            scale=_SCALE,
            threads=threads,
            rearranged=rearranged,
        )
        self._quick = Quick(
            Recogniser(*quick_network(own_weights_dir), stretches=True, threads=threads)
        )
        self._thorough = Recogniser(
            network_file(weights_dir, RECOGNISER),
            characters(weights_dir, RECOGNISER),
            stretches=False,
            threads=threads,
        )

    def find(self, pixels: Pixels, *, side_px: int) -> list[Quad]:
        """Return where lines of text are, in pixels of `pixels`."""
        height, width = pixels.shape[:2]
        scale = min(1.0, side_px / max(height, width))
        size = tuple(
            max(_MULTIPLE_PX, round(side * scale / _MULTIPLE_PX) * _MULTIPLE_PX)
            for side in (width, height)
        )
        how = cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR  # noqa: PLR2004 - skips no pixel
        with step("detect"):
            small = np.asarray(cv2.resize(pixels, size, interpolation=how), dtype=np.uint8)
            return quads(self._map(small), width=width, height=height)

    def _map(self, pixels: Pixels) -> NDArray[np.float32]:
        """Return the detector's map; a large picture goes through in bands that overlap.

        Memory grows with what goes through at once, and stays with the network.
        """
        height, width = pixels.shape[:2]
        most = max(2 * _OVERLAP_PX, _MOST_PX // width // _MULTIPLE_PX * _MULTIPLE_PX)
        if height <= most:
            return np.asarray(self._detector.run(pixels)[0, 0])
        whole = np.empty((height, width), dtype=np.float32)
        stride = most - _OVERLAP_PX
        for top in range(0, height - _OVERLAP_PX, stride):
            start = max(0, min(top, height - most))
            band = self._detector.run(np.ascontiguousarray(pixels[start : start + most]))[0, 0]
            # Each row is taken from the band in which it lies farther from the border.
            skip = 0 if start == 0 else top + _OVERLAP_PX // 2 - start
            whole[start + skip : start + most] = band[skip:]
        return whole

    def spell(self, crops: Sequence[Pixels]) -> list[Spelling]:
        """Return what each crop says, in the order given; a crop holds one upright line."""
        with step("recognise"):
            return spelled(crops, self._thorough)

    def glance(self, crops: Sequence[Pixels]) -> list[Spelling]:
        """Return what crops say at a first look: enough to tell text from none."""
        with step("recognise"):
            return spelled(crops, self._quick)
