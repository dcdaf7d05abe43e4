"""Wear as real pages show it: a treatment (`photo+worn`, `scan+worn`) with wide ranges of its own.

The plain channels are kept narrow: they made the specimen that comes with preaudit. The ranges here
were widened until they cover what `python -m corpus degradation` measures on real licences: text
from small to large, ink from faint to black, phones that sharpen, grain, repeated compression.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from corpus.chance import chance
from corpus.pixels import Pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """How one file is worn; the same for all its pages."""

    zoom: float
    """Dots per inch, compared with the channel's."""
    ink: float
    """How much of the contrast is left."""
    black: float
    """How far black has turned grey, in levels."""
    paper: float
    """How far white has turned grey, as a factor."""
    sharpen: float
    grain: float
    """Standard deviation in levels."""
    shade: float
    """How much light is lost towards one corner."""
    saved: tuple[int, ...]
    """Qualities of the JPEGs that it was before."""
    quality: int
    """Of the JPEG that it is."""


def draw_wear(seed: str, name: str) -> Wear:
    """Return how a file is worn that comes through the channel of that name."""
    rng = random.Random(f"worn-{seed}")
    photo = name == "photo"
    scans = (0.67, 0.8, 1.0, 1.0, 1.33, 1.6, 2.0)
    return Wear(
        zoom=rng.uniform(0.6, 1.75) if photo else rng.choice(scans),
        ink=rng.uniform(0.6, 1.0),
        black=rng.choice((0.0, 0.0, rng.uniform(0, 40))),
        paper=rng.uniform(0.88, 1.06),
        sharpen=rng.choice((rng.uniform(0.0, 0.4), rng.uniform(0.6, 2), rng.uniform(1.2, 3.5))),
        grain=rng.choice((0.0, rng.uniform(0.5, 4), rng.uniform(3, 12))),
        shade=rng.choice((0.0, rng.uniform(0.05, 0.2), rng.uniform(0.15, 0.4))) if photo else 0.0,
        saved=tuple(rng.randrange(35, 92) for _ in range(rng.choice((0, 0, 1, 2)))),
        quality=rng.choice((rng.randrange(45, 75), rng.randrange(75, 92), 94, 96, 97)),
    )


def worn(pixels: Pixels, wear: Wear, rng: random.Random, noise: np.random.Generator) -> Pixels:
    """Return the page as worn; no pixel moves."""
    light = pixels.astype(np.float32)
    paper = float(np.percentile(light, 90))
    light = paper - (paper - light) * wear.ink
    light = (light * (1 - wear.black / 255) + wear.black) * wear.paper
    if wear.shade:
        light *= _shaded(light.shape[:2], wear.shade, rng)
    if wear.sharpen:
        light += (light - cv2.GaussianBlur(light, (0, 0), rng.uniform(0.8, 1.6))) * wear.sharpen
    if wear.grain:
        fine = noise.standard_normal(light.shape[:2], dtype=np.float32)
        if chance(rng, 0.5):
            fine = cv2.GaussianBlur(fine, (0, 0), 0.7) * 1.8
        light += fine[:, :, None] * wear.grain
    level = np.asarray(light.clip(0, 255), dtype=np.uint8)
    for quality in wear.saved:
        level = _saved(level, quality, (rng.randrange(8), rng.randrange(8)))
    return level


def _shaded(size: tuple[int, int], depth: float, rng: random.Random) -> npt.NDArray[np.float32]:
    """Return how much light is left when it falls off from one corner to the other."""
    down, across = (np.linspace(0, 1, side, dtype=np.float32) for side in size)
    down, across = down[:: rng.choice((1, -1))], across[:: rng.choice((1, -1))]
    far = (down[:, None] * rng.uniform(0.3, 1) + across[None, :] * rng.uniform(0.3, 1)) / 2
    return np.asarray(1 - depth * far[:, :, None] / max(1e-3, float(far.max())), dtype=np.float32)


def _saved(pixels: Pixels, quality: int, shift: tuple[int, int]) -> Pixels:
    """Return the page after it was a JPEG whose blocks lay elsewhere, as after a crop."""
    down, across = shift
    framed = np.pad(pixels, ((down, 0), (across, 0), (0, 0)), mode="edge")
    out = io.BytesIO()
    Image.fromarray(framed).save(out, "JPEG", quality=quality)
    with Image.open(io.BytesIO(out.getvalue())) as picture:
        return np.array(picture.convert("RGB"))[down:, across:]
