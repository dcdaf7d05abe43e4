"""From ink to pixels: paper, stamps across it, and what scanners and cameras do to both."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from corpus.seal_art import design_company, press_by_chance, pressed
from models.recogniser.ink import Ink
from preaudit.sheet import Pixels

CHANNELS: Final = ("scan", "copy", "bilevel", "photo")
_SHARES: Final = (0.42, 0.16, 0.14, 0.28)
_STAMPED: Final = 0.16
_PATTERNED: Final = 0.12
_SEAL_MM: Final = 42.0
_EM_MM: Final = 4.2
"""A character of usual size, beside a seal."""

Colours = NDArray[np.float32]


class Surfaces:
    """Puts ink on paper by chance; the same seed does the same."""

    def __init__(self, seed: str, owners: Sequence[str], *, seals: int = 48) -> None:
        """Make the seals.

        Args:
            seed: Of everything that is left to chance.
            owners: What seals bear.
            seals: How many there are.
        """
        self._rng = random.Random(f"surfaces-{seed}")
        self._noise = np.random.default_rng(self._rng.randrange(2**32))
        self._seals = [
            np.asarray(
                pressed(
                    self._rng,
                    design_company(self._rng, self._rng.choice(owners)),
                    press_by_chance(self._rng),
                ).resize((400, 400))
            )
            for _ in range(seals)
        ]

    def draw(self, ink: Ink, channel: str | None = None, *, stamped: bool | None = None) -> Pixels:
        """Return the pixels of a crop with that ink.

        Args:
            ink: At the resolution of the crop.
            channel: One of `CHANNELS`; by chance if not given.
            stamped: Whether a seal lies across it; by chance if not given.
        """
        rng = self._rng
        channel = channel or rng.choices(CHANNELS, _SHARES)[0]
        if stamped is None:
            stamped = rng.random() < _STAMPED
        pixels = self._printed(ink, plain=channel in ("copy", "bilevel"))
        if stamped:
            pixels = self._stamped(pixels)
        return _SENT[channel](pixels, rng, self._noise)

    def _printed(self, ink: Ink, *, plain: bool) -> Colours:
        """Return ink of a colour on paper of another, 0..255."""
        rng = self._rng
        paper = np.full(3, rng.uniform(225, 255), dtype=np.float32)
        if rng.random() < 0.4 and not plain:  # noqa: PLR2004 - tinted paper, and a lamp that tints
            paper -= np.array([rng.uniform(0, 50) for _ in range(3)], dtype=np.float32)
        ground = np.broadcast_to(paper, (*ink.shape, 3)).astype(np.float32)
        if rng.random() < _PATTERNED:
            ground = ground - self._pattern(ink.shape)[:, :, np.newaxis] * np.array(
                [rng.uniform(10, 70) for _ in range(3)], dtype=np.float32
            )
        colour = rng.choice(
            (
                np.full(3, rng.uniform(0, 60)),
                np.full(3, rng.uniform(0, 60)),
                np.full(3, rng.uniform(30, 130)),
                np.array([rng.uniform(100, 200), rng.uniform(0, 90), rng.uniform(0, 70)]),
                np.array([rng.uniform(0, 50), rng.uniform(20, 90), rng.uniform(90, 190)]),
            )
        ).astype(np.float32)
        cover = ink * rng.uniform(0.82, 1.0)
        if rng.random() < 0.12:  # noqa: PLR2004 - a dry ribbon, a worn drum
            cover = cover * (1 - 0.7 * self._cloud(ink.shape, rng.uniform(0.1, 0.6)))
        return np.asarray(ground + (colour - ground) * cover[:, :, np.newaxis], dtype=np.float32)

    def _pattern(self, shape: tuple[int, ...]) -> Ink:
        """Return fine waves as certificates have them, 0..1."""
        rng = self._rng
        rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
        total = np.zeros(shape, dtype=np.float32)
        for _ in range(rng.randint(1, 3)):
            length, turn = rng.uniform(3, 14), rng.uniform(0, np.pi)
            bend = rng.uniform(0, 3) * np.sin(columns / rng.uniform(5, 30) + rng.uniform(0, 6))
            wave = np.sin((columns * np.cos(turn) + rows * np.sin(turn) + bend) * 6.28 / length)
            total = np.maximum(total, np.clip(wave * 3 - rng.uniform(0.5, 2.2), 0, 1))
        return total

    def _cloud(self, shape: tuple[int, ...], share: float) -> Ink:
        """Return soft spots that cover about a share of a place, 0..1."""
        coarse = self._noise.random((max(2, shape[0] // 5), max(2, shape[1] // 5)))
        spots = cv2.resize(coarse.astype(np.float32), (shape[1], shape[0]))
        return np.asarray(np.clip((spots - (1 - share)) * 5, 0, 1), dtype=np.float32)

    def _stamped(self, pixels: Colours) -> Colours:
        """Return the pixels with a part of a seal over them."""
        rng = self._rng
        height, width = pixels.shape[:2]
        em_px = height / rng.uniform(1.2, 1.6)
        side = max(24, round(em_px * _SEAL_MM / _EM_MM * rng.uniform(0.7, 1.3)))
        seal = cv2.resize(rng.choice(self._seals), (side, side), interpolation=cv2.INTER_AREA)
        canvas = np.zeros((height, width, 4), dtype=np.float32)
        x = rng.randint(-side // 2, max(0, width - side // 3))
        y = rng.randint(-side + height // 2, height // 2)
        left, top = max(0, x), max(0, y)
        right, bottom = min(width, x + side), min(height, y + side)
        if left >= right or top >= bottom:
            return pixels
        canvas[top:bottom, left:right] = seal[top - y : bottom - y, left - x : right - x]
        cover = canvas[:, :, 3:] / 255.0
        colour = canvas[:, :, :3] / 255.0
        # Ink over ink takes away light twice.
        return np.asarray(pixels * (1 - cover + cover * colour), dtype=np.float32)


def _grey(pixels: Colours) -> Colours:
    weights = np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return np.repeat((pixels @ weights)[:, :, np.newaxis], 3, axis=2)


def _bytes(pixels: Colours) -> Pixels:
    return np.clip(pixels, 0, 255).astype(np.uint8)


def _soft(pixels: Colours, sigma: float) -> Colours:
    if sigma < 0.25:  # noqa: PLR2004 - below that nothing moves
        return pixels
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), dtype=np.float32)


def _grained(pixels: Colours, strength: float, noise: np.random.Generator) -> Colours:
    grain = noise.standard_normal(pixels.shape[:2], dtype=np.float32)[:, :, np.newaxis]
    return pixels + grain * strength


def _packed(pixels: Pixels, quality: int) -> Pixels:
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)


def _scan(pixels: Colours, rng: random.Random, noise: np.random.Generator) -> Pixels:
    """A scan, in colour or not."""
    if rng.random() < 0.5:  # noqa: PLR2004 - half of them
        pixels = _grey(pixels)
    sigma = rng.choice((rng.uniform(0.2, 0.7), rng.uniform(0.5, 1.3)))
    blurred = _soft(pixels, sigma * min(1.2, pixels.shape[0] / 44))
    sent = _bytes(_grained(blurred, rng.choice((2.0, 4.0, rng.uniform(3, 18))), noise))
    return _packed(sent, rng.randint(45, 92)) if rng.random() < 0.6 else sent  # noqa: PLR2004 - most


def _between(grey: Colours, share: float) -> float:
    """Return the level that lies so far from paper to ink."""
    ink, paper = (float(one) for one in np.percentile(grey, (2, 85)))
    return paper + (ink - paper) * share


def _copy(pixels: Colours, rng: random.Random, noise: np.random.Generator) -> Pixels:
    """A photocopy: hard, broken or bled, with specks."""
    blurred = _soft(_grey(pixels), rng.uniform(0.3, 0.8))
    middle = _between(blurred, rng.uniform(0.3, 0.65))
    hard = (blurred - middle) * rng.uniform(1.4, 3.5) + middle + rng.uniform(-15, 25)
    hard = _grained(hard, rng.uniform(2, 9), noise)
    for _ in range(rng.randint(0, 6)):
        y, x = rng.randrange(hard.shape[0]), rng.randrange(hard.shape[1])
        hard[y : y + rng.randint(1, 2), x : x + rng.randint(1, 2)] = rng.uniform(20, 110)
    return _bytes(_soft(np.clip(hard, 0, 255), rng.uniform(0.0, 0.7)))


def _bilevel(pixels: Colours, rng: random.Random, noise: np.random.Generator) -> Pixels:
    """Black and white alone, as faxes and archives have it."""
    grey = _grained(_soft(_grey(pixels), rng.uniform(0.3, 0.8)), rng.uniform(1, 10), noise)
    level = _between(grey, rng.uniform(0.28, 0.62))
    sent = np.where(grey > level, 255.0, 0.0).astype(np.float32)
    return _bytes(_soft(sent, 0.5) if rng.random() < 0.3 else sent)  # noqa: PLR2004 - turned or resampled


def _photo(pixels: Colours, rng: random.Random, noise: np.random.Generator) -> Pixels:
    """A photo: uneven light, shadow, blur by lens or hand, and hard packing."""
    height, width = pixels.shape[:2]
    across = np.linspace(0, 1, width, dtype=np.float32)[np.newaxis]
    down = np.linspace(0, 1, height, dtype=np.float32)[:, np.newaxis]
    light = rng.uniform(0.45, 1.0) * (
        1 + rng.uniform(-0.35, 0.35) * (across - 0.5) + rng.uniform(-0.2, 0.2) * (down - 0.5)
    )
    if rng.random() < 0.2:  # noqa: PLR2004 - the edge of a shadow
        edge = (across - rng.uniform(0, 1)) * rng.uniform(2, 20) + (down - 0.5) * rng.uniform(-1, 1)
        light = light * (1 - rng.uniform(0.1, 0.5) / (1 + np.exp(-edge)))
    tint = np.array([rng.uniform(0.88, 1.0) for _ in range(3)], dtype=np.float32)
    lit = (pixels * light[:, :, np.newaxis] * tint).astype(np.float32)
    if rng.random() < 0.25:  # noqa: PLR2004 - a hand that moved
        reach = rng.randint(2, 3)
        kernel = np.eye(reach) if rng.random() < 0.5 else np.full((1, reach), 1.0)  # noqa: PLR2004 - aslant or level
        lit = np.asarray(cv2.filter2D(lit, -1, kernel / kernel.sum()), dtype=np.float32)
    lit = _soft(lit, rng.uniform(0.3, 1.2) * min(1.3, height / 44))
    lit = lit + rng.uniform(0, 30)
    return _packed(_bytes(_grained(lit, rng.uniform(1, 9), noise)), rng.randint(35, 90))


_SENT: Final[dict[str, Callable[[Colours, random.Random, np.random.Generator], Pixels]]] = {
    "scan": _scan,
    "copy": _copy,
    "bilevel": _bilevel,
    "photo": _photo,
}
