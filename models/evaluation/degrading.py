"""Ways in which a page becomes illegible, each at several strengths.

A sweep of them tells where reading really fails, and so where a clerk has to be told to ask for the
page again. Every way is a pure function of the pixels, the strength and a seed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from preaudit.sheet import Pixels

Spoil = Callable[[Pixels, float, np.random.Generator], Pixels]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """One way of spoiling a page, from hardly to hopelessly."""

    spoil: Spoil
    strengths: tuple[float, ...]
    scale: bool = False
    """Whether the strength is a resolution in dpi."""


def _blurred(pixels: Pixels, sigma: float, _: np.random.Generator) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma))


def _shaken(pixels: Pixels, length: float, _: np.random.Generator) -> Pixels:
    """Return the page with the blur of a moving hand, slanting down."""
    size = int(length)
    kernel = np.eye(size, dtype=np.float32) / size
    return np.asarray(cv2.filter2D(pixels, -1, kernel))


def _darkened(pixels: Pixels, gain: float, noise: np.random.Generator) -> Pixels:
    """Return the page in bad light: fewer levels, and a camera's noise over them."""
    return _grained((pixels * gain).astype(np.uint8), 3.0, noise)


def _faded(pixels: Pixels, contrast: float, noise: np.random.Generator) -> Pixels:
    """Return the page with print as pale as that."""
    paper = np.percentile(pixels, 90)
    return _grained((paper - (paper - pixels) * contrast).clip(0, 255).astype(np.uint8), 3.0, noise)


def _grained(pixels: Pixels, strength: float, noise: np.random.Generator) -> Pixels:
    grain = noise.standard_normal(pixels.shape[:2], dtype=np.float32)[:, :, None] * strength
    return np.asarray((pixels.astype(np.float32) + grain).clip(0, 255), dtype=np.uint8)


def _coarsened(pixels: Pixels, dpi: float, _: np.random.Generator) -> Pixels:
    """Return a page of 150 dpi as it would be at fewer."""
    share = dpi / 150
    return np.asarray(cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA))


def _pressed(pixels: Pixels, quality: float, _: np.random.Generator) -> Pixels:
    """Return the page after a JPEG of that quality."""
    done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    if not done:
        raise ValueError("the page could not be encoded")
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)


MANNERS: Mapping[str, Manner] = {
    "as it is": Manner(spoil=lambda pixels, _strength, _noise: pixels, strengths=(0.0,)),
    "blurred": Manner(spoil=_blurred, strengths=(1.0, 1.6, 2.2, 3.0, 4.0)),
    "shaken": Manner(spoil=_shaken, strengths=(5, 9, 13, 18)),
    "dark": Manner(spoil=_darkened, strengths=(0.4, 0.2, 0.1, 0.06, 0.03)),
    "faded": Manner(spoil=_faded, strengths=(0.3, 0.15, 0.08, 0.04)),
    "grain": Manner(spoil=_grained, strengths=(15, 30, 50, 80)),
    "coarse": Manner(spoil=_coarsened, strengths=(120, 96, 80, 66, 55, 45), scale=True),
    "pressed": Manner(spoil=_pressed, strengths=(30, 12, 6, 3)),
}
