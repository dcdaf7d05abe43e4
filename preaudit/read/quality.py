"""How well a page can be read, measured so that an ordinary page has no flaw.

A flaw makes a clerk ask for the page again, so each threshold lies where reading really fails, and
what the engine read well is never called illegible: a page in whose lines it is sure is sharp,
light and large enough, whatever the pixels measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from preaudit.document import Flaw, Line, Origin, Quality
from preaudit.geometry import UPRIGHT, Homography
from preaudit.sheet import Pixels

_BLANK_INK: Final = 2e-5
"""Share of the page that is ink; a dot of dust on A4 is about 1e-6, a page number about 1e-4."""
_SURE: Final = 0.9
_DARK_PAPER: Final = 60.0
_DARK_CONTRAST: Final = 40.0
_BLURRED_CONFIDENCE: Final = 0.72
_SHARP_EDGE: Final = 0.22
_RIM: Final = 0.004
"""A line that ends this near the picture's end goes on beyond it."""
_RUNNING: Final = 4
"""Characters of a line of running text; slices of stamps at the rim read as fewer."""
_CUT_LINES: Final = 4
_CUT_SHARE: Final = 0.25
_LEAST_DPI: Final = 100.0
_LEAST_TEXT_PX: Final = 11.0
"""Height of a line's box at which characters have too few pixels: 10.5 pt print at about 75 dpi."""


def judge(
    pixels: Pixels,
    lines: Sequence[Line],
    *,
    dpi: float | None,
    text_px: float | None,
    to_file: Homography = UPRIGHT,
) -> Quality:
    """Return the quality of a page.

    Args:
        pixels: The upright page.
        lines: What was read.
        dpi: Resolution of the scan; None for photos and drawn pages.
        text_px: Usual height of a line of text in the pixels of the file; None without lines.
        to_file: Where the lines lie in the picture in the file.
    """
    confidence = mean_confidence(lines)
    flaws: list[Flaw] = []
    if not lines and _ink_share(pixels) < _BLANK_INK:
        flaws.append(Flaw.BLANK)
    elif not lines or confidence < _SURE:
        flaws.extend(_poor_light(pixels, lines, confidence))
    if Flaw.BLANK not in flaws and confidence < _SURE and _coarse(lines, dpi, text_px):
        flaws.append(Flaw.LOW_RESOLUTION)
    if _runs_off(lines, to_file):
        flaws.append(Flaw.CUT_OFF)
    return Quality(flaws=tuple(flaws), dpi=dpi, mean_confidence=confidence)


def _runs_off(lines: Sequence[Line], to_file: Homography) -> bool:
    """Whether a good part of the lines ends where the picture ends, on the same side."""
    read = [line for line in lines if line.origin is Origin.OCR and len(line.text) >= _RUNNING]
    for side in (0, 1):
        cut = 0
        for line in read:
            x = line.edges[-side]
            point = to_file.point(x, line.box.centre[1])
            cut += any(value < _RIM or value > 1 - _RIM for value in point)
        if cut >= _CUT_LINES and cut >= _CUT_SHARE * len(read):
            return True
    return False


def mean_confidence(lines: Sequence[Line]) -> float:
    """Return the confidence of the lines weighted by length; 0 without lines."""
    characters = sum(len(line.text) for line in lines)
    if not characters:
        return 0.0
    return sum(line.confidence * len(line.text) for line in lines) / characters


def _poor_light(pixels: Pixels, lines: Sequence[Line], confidence: float) -> list[Flaw]:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    paper = float(np.percentile(grey, 90))
    contrast = paper - float(np.percentile(grey, 1))
    if paper < _DARK_PAPER or (contrast < _DARK_CONTRAST and paper < 2 * _DARK_PAPER):
        return [Flaw.DARK]
    if lines and all(line.origin is Origin.OCR for line in lines):
        if confidence < _BLURRED_CONFIDENCE and sharpness(pixels) < _SHARP_EDGE:
            return [Flaw.BLURRED]
    elif not lines and sharpness(pixels) < _SHARP_EDGE / 2:
        return [Flaw.BLURRED]
    return []


def _coarse(lines: Sequence[Line], dpi: float | None, text_px: float | None) -> bool:
    if dpi is not None:
        return dpi < _LEAST_DPI
    return bool(lines) and text_px is not None and text_px < _LEAST_TEXT_PX


def sharpness(pixels: Pixels) -> float:
    """Return how steep the steepest edges are: 1 is black to white from one pixel to the next."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.int16)
    steps = np.maximum(np.abs(np.diff(grey, axis=1))[:-1, :], np.abs(np.diff(grey, axis=0))[:, :-1])
    steep = float(np.percentile(steps, 99.7))
    span = float(np.percentile(grey, 99) - np.percentile(grey, 0.5))
    return steep / max(span, 1.0)


def _ink_share(pixels: Pixels) -> float:
    grey = cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (3, 3), 0)
    around = cv2.medianBlur(grey, 31)
    inside = cv2.absdiff(grey, around)
    margin = [max(1, side // 40) for side in grey.shape]
    inside = inside[margin[0] : -margin[0], margin[1] : -margin[1]]
    return float(np.mean(inside > 40)) if inside.size else 0.0  # noqa: PLR2004 - above scan noise
