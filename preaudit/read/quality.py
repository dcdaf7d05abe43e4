"""How well a page can be read, measured so that an ordinary page has no flaw.

A flaw makes a clerk ask for the page again. Illegible is a page on which our own reading gets more
than one character in twenty wrong, so the thresholds were fitted to that on pages that were spoilt
in many ways and strengths (docs/adr/0010-fidelity.md). Reading knows best how it went: mostly, a
page has to be read badly and to measure badly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from preaudit.document import Flaw, Line, Origin, Quality
from preaudit.geometry import UPRIGHT, Homography
from preaudit.read.light import Light
from preaudit.sheet import Pixels

_BLANK_INK: Final = 2e-5
"""Share of the page that is ink; a dot of dust on A4 is about 1e-6, a page number about 1e-4."""
_ENOUGH: Final = 60
"""Characters by which a confidence is known; on a page of a few words it says little."""
_UNSURE: Final = 0.945
"""Confidence below which more than one character in twenty is wrong, as a rule."""
_UNSURE_OF_FEW: Final = 0.85
_HOPELESS: Final = 0.88
"""Confidence below which it is so whatever the pixels measure: a picture pressed to rags."""
_DARK_PAPER: Final = 22.0
_DARK_SURE: Final = 0.985
"""Confidence from which on a page in the dark was read all the same."""
_PALE_PRINT: Final = 14.0
"""Grey levels between paper and print, paper taken as white; more was read well when darkened."""
_DOUBTED: Final = 0.8
"""Chance below which a character is doubted."""
_MOST_DOUBTED: Final = 0.11
"""Share of doubted characters from which on more than one in twenty is wrong."""
_SOME: Final = 10
_GIBBERISH: Final = 0.6
"""Confidence of a few characters below which they are what is left of a shaken page."""
_STREAKED_EDGE: Final = 0.4
"""Sharpness of an edge below which those may be smeared."""
_VISIBLE: Final = 20
"""Characters that cannot be without ink."""
_SHARP_EDGE: Final = 0.345
"""How much of an edge's height is gained from one pixel to the next; sharp print gains 0.4."""
_AN_EDGE: Final = 20.0
"""Grey levels of a step that is no grain; a page without such steps has no edges to judge."""
_GRAINY: Final = 18.0
"""Deviation of grain in grey levels that hides strokes; even a fairly sure reading errs there."""
_FAIRLY_SURE: Final = 0.975
_RIM: Final = 0.004
"""A line that ends this near the picture's end goes on beyond it."""
_RUNNING: Final = 4
"""Characters of a line of running text; slices of stamps at the rim read as fewer."""
_CUT_LINES: Final = 4
_CUT_SHARE: Final = 0.25
_LEAST_DPI: Final = 100.0
_LEAST_TEXT_PX: Final = 14.0
"""Height of a line's box at which characters have few pixels: 10.5 pt print at about 60 dpi."""
_BADLY_READ: Final = 0.94
"""Confidence below which a coarse page has to be handed in again."""
_TOO_FEW_PX: Final = 11.5
"""Height at which they have to be read better than that:"""
_COARSELY_READ: Final = 0.95


def judge(
    pixels: Pixels,
    lines: Sequence[Line],
    *,
    dpi: float | None,
    text_px: float | None,
    to_file: Homography = UPRIGHT,
    light: Light | None = None,
) -> Quality:
    """Return the quality of a page.

    Args:
        pixels: The upright page as it was read.
        lines: What was read.
        dpi: Resolution of the scan; None for photos and drawn pages.
        text_px: Usual height of a line of text in the pixels of the file; None without lines.
        to_file: Where the lines lie in the picture in the file.
        light: How a picture of paper was lit; None for drawn pages.
    """
    flaws: list[Flaw] = []
    if light is not None:
        flaws.extend(_flaws(pixels, lines, dpi, text_px, light))
    elif not lines and _ink_share(pixels) < _BLANK_INK:
        flaws.append(Flaw.BLANK)
    if _runs_off(lines, to_file):
        flaws.append(Flaw.CUT_OFF)
    return Quality(flaws=tuple(flaws), dpi=dpi, mean_confidence=mean_confidence(lines))


def _flaws(
    pixels: Pixels,
    lines: Sequence[Line],
    dpi: float | None,
    text_px: float | None,
    light: Light,
) -> list[Flaw]:
    """Return why a picture of paper cannot be read: one reason, the most telling one."""
    if light.bright < _DARK_PAPER and mean_confidence(lines) < _DARK_SURE:
        return [Flaw.DARK]
    if not lines:
        return [Flaw.BLANK] if _ink_share(pixels) < _BLANK_INK else _soft(pixels)
    unsure = _unsure(lines)
    if text_px is not None and _coarse(dpi, text_px, mean_confidence(lines)):
        return [Flaw.LOW_RESOLUTION]
    return [Flaw.BLURRED] if _blurred(pixels, lines, light, unsure=unsure) else []


def _blurred(pixels: Pixels, lines: Sequence[Line], light: Light, *, unsure: bool) -> bool:
    """Whether strokes are pale, lost in grain, out of focus or past telling for other reasons."""
    grainy = light.grain > _GRAINY and mean_confidence(lines) < _FAIRLY_SURE
    if _pale(lines, light) or grainy or (_count(lines) >= _ENOUGH and _hopeless(lines)):
        return True
    if unsure and sharpness(pixels) < _SHARP_EDGE:
        return True
    gibberish = _SOME <= _count(lines) < _ENOUGH and mean_confidence(lines) < _GIBBERISH
    return gibberish and sharpness(pixels) < _STREAKED_EDGE


def _soft(pixels: Pixels) -> list[Flaw]:
    return [Flaw.BLURRED] if sharpness(pixels) < _SHARP_EDGE else []


def _count(lines: Sequence[Line]) -> int:
    return sum(len(line.text) for line in lines)


def _unsure(lines: Sequence[Line]) -> bool:
    return mean_confidence(lines) < (_UNSURE if _count(lines) >= _ENOUGH else _UNSURE_OF_FEW)


def _hopeless(lines: Sequence[Line]) -> bool:
    return mean_confidence(lines) < _HOPELESS or _doubted(lines) > _MOST_DOUBTED


def _doubted(lines: Sequence[Line]) -> float:
    """Return the share of characters that are doubted, of those of which it is known."""
    known = [chance for line in lines for chance in line.sureness]
    return sum(chance < _DOUBTED for chance in known) / len(known) if known else 0.0


def _pale(lines: Sequence[Line], light: Light) -> bool:
    """Whether what was read hardly stands out from the paper."""
    contrast = light.contrast * 255 / max(light.bright, 1.0)
    return _count(lines) >= _VISIBLE and contrast < _PALE_PRINT


def _coarse(dpi: float | None, text_px: float, confidence: float) -> bool:
    """Whether characters have too few pixels; what a picture says of its dpi is often made up."""
    if text_px < _TOO_FEW_PX and confidence < _COARSELY_READ:
        return True
    few = text_px < _LEAST_TEXT_PX or (dpi is not None and dpi < _LEAST_DPI)
    return few and confidence < _BADLY_READ


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


def sharpness(pixels: Pixels) -> float:
    """Return how much of the height of steep edges lies between neighbouring pixels.

    1 is black to white from one pixel to the next; what is out of focus takes several pixels.
    """
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    inset = [side // 8 for side in grey.shape]
    inner = grey[inset[0] : grey.shape[0] - inset[0], inset[1] : grey.shape[1] - inset[1]]
    if min(inner.shape) < 8:  # noqa: PLR2004 - smaller than one character
        return 1.0
    near, far = (
        float(np.percentile(cv2.absdiff(inner[::3, step:], inner[::3, :-step]), 99.7))
        for step in (1, 4)
    )
    return near / far if far >= _AN_EDGE else 1.0


def _ink_share(pixels: Pixels) -> float:
    grey = cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (3, 3), 0)
    around = cv2.medianBlur(grey, 31)
    inside = cv2.absdiff(grey, around)
    margin = [max(1, side // 40) for side in grey.shape]
    inside = inside[margin[0] : -margin[0], margin[1] : -margin[1]]
    return float(np.mean(inside > 40)) if inside.size else 0.0  # noqa: PLR2004 - above scan noise
