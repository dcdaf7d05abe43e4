"""Training lines: crops with what they say, by chance from a seed, in batches of one width."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.recogniser.characters import as_known, is_han
from models.recogniser.faces import FACES, LATIN, Face, shown_by
from models.recogniser.ink import Setting, between_neighbours, cropped, draw_setting, ruled, typeset
from models.recogniser.surface import Surfaces
from models.recogniser.texts import Texts
from preaudit.sheet import Pixels

HEIGHT_PX: Final = 48
WIDTHS_PX: Final = (56, 72, 96, 128, 176, 240, 320, 416, 544, 720)
"""Lines are stretched to the nearest of them, by a sixth at most."""
_STRETCHED: Final = 1.17
_LENGTHS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 22)
_OWNERS: Final = 40
"""Seals bear so many different names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One crop."""

    kind: str
    text: str
    """What the network should say of it."""
    pixels: Pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Crops of one width."""

    pixels: NDArray[np.uint8]
    """Crops x 48 x width x 3, RGB."""
    texts: tuple[str, ...]


class Lines:
    """Makes lines; the same seed makes the same ones."""

    def __init__(
        self,
        characters: Sequence[str],
        printed: Sequence[str],
        *,
        seed: str,
        faces: Sequence[Face] = FACES,
        seals: int = 48,
        strange: float = 0.06,
    ) -> None:
        """Take what lines are made of.

        Args:
            characters: What they may say, provided that a face shows it.
            printed: Texts of papers.
            seed: Of everything that is left to chance.
            faces: What they are set in.
            seals: How many different seals lie across them.
            strange: Share of characters that they may not say, among those that are dealt.
        """
        shown = shown_by((*faces, *LATIN))
        self._rng = random.Random(f"lines-{seed}")
        self._faces = faces
        self._known = frozenset(characters)
        strangers = sorted(one for one in shown - self._known if is_han(one))
        self._texts = Texts(
            [one for one in characters if one in shown],
            printed,
            strangers=strangers,
            strange=strange,
            seed=seed,
        )
        owners = [one for one in printed if 6 <= len(one) <= 22 and one.endswith(("公司", "局"))]  # noqa: PLR2004 - a seal's room
        self._surfaces = Surfaces(seed, owners[:_OWNERS] or ["建设有限公司"], seals=seals)

    def draw(
        self, kind: str | None = None, channel: str | None = None, *, stamped: bool | None = None
    ) -> Line:
        """Return a line; what is not given is left to chance."""
        rng = self._rng
        kind, text = self._texts.draw(rng.choice(_LENGTHS), kind)
        setting = draw_setting(rng, self._faces)
        ink = typeset(text, setting)
        if rng.random() < 0.14:  # noqa: PLR2004 - forms and underlined values
            ink = ruled(ink, rng)
        if rng.random() < 0.22:  # noqa: PLR2004 - dense prose
            ink = between_neighbours(ink, self._beside(setting), rng)
        pixels = self._surfaces.draw(cropped(ink, setting, rng), channel, stamped=stamped)
        return Line(kind=kind, text=as_known(text, self._known), pixels=pixels)

    def _beside(self, setting: Setting) -> NDArray[np.float32]:
        return typeset(self._texts.draw(16)[1], setting)

    def batches(self, pixels_wide: int) -> Iterator[Batch]:
        """Yield batches without end, each about so wide in all."""
        waiting: dict[int, list[tuple[Pixels, str]]] = defaultdict(list)
        while True:
            line = self.draw()
            fitted = fit(line.pixels)
            if fitted is None:
                continue
            width = fitted.shape[1]
            waiting[width].append((fitted, line.text))
            if len(waiting[width]) * width >= pixels_wide:
                full = waiting.pop(width)
                yield Batch(
                    pixels=np.stack([crop for crop, _ in full]),
                    texts=tuple(text for _, text in full),
                )


def fit(pixels: Pixels) -> Pixels | None:
    """Return a crop at the recogniser's height and one of the widths; None if none is near."""
    wide = HEIGHT_PX * pixels.shape[1] / pixels.shape[0]
    width = min(WIDTHS_PX, key=lambda one: abs(np.log(one / wide)))
    if not 1 / _STRETCHED <= width / wide <= _STRETCHED:
        return None
    return np.asarray(cv2.resize(pixels, (width, HEIGHT_PX)), dtype=np.uint8)
