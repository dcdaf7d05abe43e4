"""From a text to ink: where a line of print darkens its crop, at the resolution of a scan."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.recogniser.faces import EM_PX, FACES, LATIN, Face, drawable, shows

Ink = NDArray[np.float32]
"""Height x width, 0 where there is none, 1 where it is full."""

_MARGIN_PX: Final = EM_PX
_CUT: Final = 0.08
"""Share of crops that cut into the characters at one of their edges."""
_HALF_WIDTH: Final = frozenset(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a line is set."""

    faces: tuple[Face, ...]
    """The first that can show a character shows it."""
    latin: Face | None
    spacing_em: float
    stroke_px: int
    squeeze: float
    """Width of a character against the usual one."""


def draw_setting(rng: random.Random, faces: Sequence[Face] = FACES) -> Setting:
    """Return a setting by chance."""
    first = rng.choices(faces, [face.share for face in faces])[0]
    rest = [face for face in faces if face is not first]
    rng.shuffle(rest)
    spacing = rng.choice((0.0, 0.0, 0.0, rng.uniform(-0.06, 0.1), rng.uniform(0.1, 0.5)))
    if rng.random() < 0.05:  # noqa: PLR2004 - a heading now and then
        spacing = rng.uniform(0.5, 1.8)
    return Setting(
        faces=(first, *rest),
        latin=rng.choices(LATIN, [face.share for face in LATIN])[0] if rng.random() < 0.4 else None,  # noqa: PLR2004 - some papers
        spacing_em=spacing,
        stroke_px=rng.choice((0, 0, 0, 0, 1, 2)) if "Bold" not in first.file else 0,
        squeeze=rng.choice((1.0, 1.0, rng.uniform(0.88, 1.12), rng.uniform(0.68, 1.35))),
    )


def face_of(character: str, setting: Setting) -> Face | None:
    """Return the face that shows a character; None where none does."""
    if setting.latin is not None and character in _HALF_WIDTH:
        return setting.latin
    every = (*setting.faces, *LATIN)
    return next((face for face in every if character in shows(face)), None)


def typeset(text: str, setting: Setting) -> Ink:
    """Return the ink of a line, a margin of one em around it on every side."""
    pieces = [(one, face_of(one, setting)) for one in text]
    runs: list[tuple[str, Face]] = []
    for one, face in pieces:
        if face is None:
            raise ValueError(f"no face shows {one!r}")
        if runs and runs[-1][1] is face and not setting.spacing_em:
            runs[-1] = (runs[-1][0] + one, face)
        else:
            runs.append((one, face))
    gap = setting.spacing_em * EM_PX
    lengths = [drawable(face).getlength(run) for run, face in runs]
    wide = round(sum(lengths) + gap * (len(runs) - 1)) + 2 * _MARGIN_PX
    canvas = Image.new("L", (max(wide, 2 * _MARGIN_PX + 8), 3 * EM_PX), 0)
    pen, x = ImageDraw.Draw(canvas), float(_MARGIN_PX)
    for (run, face), length in zip(runs, lengths, strict=True):
        pen.text(
            (x, 1.88 * EM_PX), run, font=drawable(face), fill=255, anchor="ls",
            stroke_width=setting.stroke_px,
        )  # fmt: skip
        x += length + gap
    return np.asarray(canvas, dtype=np.float32) / 255.0


def ruled(ink: Ink, rng: random.Random) -> Ink:
    """Return the ink with a line under it, beside it or through its neighbourhood."""
    width = ink.shape[1]
    ink = ink.copy()
    thick = rng.randint(2, 5)
    where = rng.choice(("under", "under", "over", "left", "right"))
    if where == "under":
        at = round((1.88 + rng.uniform(0.14, 0.34)) * EM_PX)
        left, right = sorted(rng.sample(range(width), 2)) if rng.random() < 0.3 else (0, width)  # noqa: PLR2004 - some end
        ink[at : at + thick, left:right] = 1.0
    elif where == "over":
        at = round(rng.uniform(0.72, 0.9) * EM_PX)
        ink[at : at + thick] = 1.0
    else:
        off = round(rng.uniform(0.1, 0.7) * EM_PX)
        at = _MARGIN_PX - off if where == "left" else width - _MARGIN_PX + off
        ink[:, at : at + thick] = 1.0
    return ink


def between_neighbours(ink: Ink, other: Ink, rng: random.Random) -> Ink:
    """Return the ink with parts of the lines above and below, which a crop cuts through."""
    height, width = ink.shape
    ink = ink.copy()
    apart = round(rng.uniform(1.28, 1.75) * EM_PX)
    for offset in rng.choice(((apart,), (-apart,), (apart, -apart))):
        start = rng.randrange(max(1, other.shape[1] - width + 1))
        beside = np.zeros_like(ink)
        part = other[:, start : start + width]
        low, high = max(0, offset), min(height, height + offset)
        beside[low:high, : part.shape[1]] = part[low - offset : high - offset]
        ink = np.maximum(ink, beside)
    return ink


def cropped(ink: Ink, setting: Setting, rng: random.Random) -> Ink:
    """Return the ink as a crop of a scan shows it: leaning a little, cut loosely, at its size.

    Args:
        ink: As it was typeset, with margins.
        setting: How it was set.
        rng: Decides the rest.
    """
    width = ink.shape[1]
    # Glyphs lie between about 1.0 and 2.1 em of three.
    loose = rng.choice((rng.uniform(0.06, 0.26), rng.uniform(0.06, 0.26), rng.uniform(0.0, 0.5)))
    shift = rng.uniform(-0.5, 0.5) * loose
    if rng.random() < _CUT:
        shift += rng.uniform(-0.14, 0.14)
    top, bottom = (1.0 - loose + shift) * EM_PX, (2.04 + loose + shift) * EM_PX
    before, after = (_MARGIN_PX - _beside(rng) * EM_PX for _ in range(2))
    tall = bottom - top
    em_px = rng.choice((rng.uniform(13, 22), rng.uniform(18, 34), rng.uniform(28, 60)))
    scale = em_px / EM_PX
    lean = np.tan(np.radians(np.clip(rng.gauss(0.0, 0.5), -1.5, 1.5)))
    slant = rng.gauss(0.0, 0.02) if rng.random() < 0.5 else 0.0  # noqa: PLR2004 - half the lines
    out = (
        max(6, round((width - before - after) * scale * setting.squeeze)),
        max(6, round(tall * scale)),
    )
    across, down = out[0] / (width - before - after), out[1] / tall
    middle_x, middle_y = width / 2, (top + bottom) / 2
    # From the middle of the line outwards: leaning, slanting, then bringing to size.
    matrix = np.array(
        [
            [across, across * slant, 0.0],
            [down * lean * 0.6, down, 0.0],
        ]
    )
    matrix[:, 2] = [
        (middle_x - before) * across - matrix[0, 0] * middle_x - matrix[0, 1] * middle_y,
        (middle_y - top) * down - matrix[1, 0] * middle_x - matrix[1, 1] * middle_y,
    ]
    shrink = max(across, down)
    if shrink < 0.75:  # noqa: PLR2004 - below that pixels would be skipped
        ink = cv2.GaussianBlur(ink, (0, 0), 0.42 / shrink)
    warped = cv2.warpAffine(ink, matrix, out, flags=cv2.INTER_LINEAR)
    return np.asarray(warped, dtype=np.float32)


def _beside(rng: random.Random) -> float:
    """Return how much of an em is left before or after a line."""
    if rng.random() < _CUT:
        return -rng.uniform(0.0, 0.18)
    usual = rng.uniform(0.02, 0.4)
    return rng.choice((usual, usual, usual, rng.uniform(0.3, 0.98)))
