"""What phone photos suffer from: odd desks, strong shadows, glare, curled paper, tight frames.

Each is a treatment of the channel `photo` (`photo+shadow+curled`). They draw from a random stream
of their own, so a photo without them is the same as ever.
"""

from __future__ import annotations

import random
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from corpus.pixels import Pixels, Sheet

DESKS = {"white-desk": (214, 212, 208), "dark-desk": (38, 36, 40), "bright-desk": (196, 178, 150)}
LIGHT = ("shadow", "glare", "dim")
SNAPSHOT = ("curled", "tilted", "cropped", "two-pages", *LIGHT, *DESKS)


def curled(sheet: Sheet, rng: random.Random) -> Sheet:
    """Return paper that does not lie flat: its rows bend up or down by up to 2 % of its height."""
    height, width = sheet.pixels.shape[:2]
    depth = rng.choice((-1, 1)) * rng.uniform(0.008, 0.02) * height
    middle, waves = rng.uniform(0.3, 0.7), rng.uniform(0.5, 1.1)

    def lift(across: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(depth * np.cos((across / width - middle) * np.pi * waves) - depth)

    def bent(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack([points[:, 0], points[:, 1] + lift(points[:, 0])])

    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    source = down - lift(np.arange(width, dtype=np.float64)).astype(np.float32)[None, :]
    pixels = cv2.remap(
        sheet.pixels, across, source, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return replace(sheet, pixels=pixels, bent=bent)


def tilted(sheet: Sheet, rng: random.Random) -> Sheet:
    """Return a photo taken from the side: far edges are shorter by a sixth, and all leans."""
    height, width = sheet.pixels.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    lean, near = rng.uniform(-0.05, 0.05), rng.uniform(0.04, 0.09)
    pull = np.array([[near, lean], [-near, 0], [0, -lean], [0, 0]]) * [width, height]
    matrix = cv2.getPerspectiveTransform(corners, (corners + pull).astype(np.float32))
    pixels = cv2.warpPerspective(
        sheet.pixels, matrix, (width, height), borderMode=cv2.BORDER_REFLECT
    )
    return replace(sheet, pixels=pixels, moved=matrix @ sheet.moved)


def cropped(sheet: Sheet, rng: random.Random) -> Sheet:
    """Return a photo whose frame is narrower than the paper: its edges are out of sight."""
    height, width = sheet.pixels.shape[:2]
    ends = [[0, 0, 1], [sheet.width, 0, 1], [sheet.width, sheet.height, 1], [0, sheet.height, 1]]
    corners = np.array(ends, dtype=np.float64) @ sheet.moved.T
    xs, ys = corners[:, 0] / corners[:, 2], corners[:, 1] / corners[:, 2]
    sides = [sorted(xs)[1], sorted(ys)[1], sorted(xs)[2], sorted(ys)[2]]
    inset = [rng.uniform(0.005, 0.03) * side for side in (width, height, -width, -height)]
    some = rng.sample(range(4), k=rng.choice((2, 3, 4)))
    whole = [0, 0, width, height]
    left, top, right, bottom = (
        round(sides[at] + inset[at]) if at in some else whole[at] for at in range(4)
    )
    shift = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], dtype=np.float64)
    pixels = np.ascontiguousarray(sheet.pixels[top:bottom, left:right])
    return replace(sheet, pixels=pixels, moved=shift @ sheet.moved)


def beside_another(sheet: Sheet, rng: random.Random) -> Sheet:
    """Return a photo with a part of another sheet of paper in it."""
    height, width = sheet.pixels.shape[:2]
    wide = round(width * rng.uniform(0.2, 0.4))
    canvas = cv2.copyMakeBorder(sheet.pixels, 0, 0, 0, wide, cv2.BORDER_REPLICATE)
    left = width - round(width * 0.02)
    top = round(height * rng.uniform(0.05, 0.15))
    other = canvas[top : round(height * rng.uniform(0.8, 0.95)), left:]
    other[:] = rng.randrange(196, 232)
    pitch = round(height * 0.03)
    for y in range(pitch * 2, other.shape[0] - pitch, pitch):
        for x in range(pitch, other.shape[1] - pitch // 2, round(pitch * 0.5)):
            side = round(pitch * 0.3)
            cv2.rectangle(other, (x, y), (x + side, y + side), (90, 88, 86), 1)
    return replace(sheet, pixels=canvas)


def under_light(pixels: Pixels, manner: str, rng: random.Random) -> Pixels:
    """Return the photo with a hard shadow, with glare, or in too little light."""
    light = pixels.astype(np.float32)
    if manner == "shadow":
        light *= _shadow(pixels.shape[:2], rng)[:, :, None]
    elif manner == "glare":
        glow = _glow(pixels.shape[:2], rng)[:, :, None]
        light += (250 - light).clip(0) * glow
    else:
        light *= rng.uniform(0.3, 0.45)
    return np.asarray(light.clip(0, 255), dtype=np.uint8)


def _shadow(size: tuple[int, int], rng: random.Random) -> npt.NDArray[np.float32]:
    """Return how much light is left where a hand or a phone throws its shadow."""
    height, width = size
    side = rng.choice((0, 1))
    lean = rng.uniform(-0.25, 0.25)
    at = rng.uniform(0.35, 0.7)
    edge = [(at + lean) * width, (at - lean) * width]
    far = 0 if side == 0 else width
    outline = np.array([[far, 0], [edge[0], 0], [edge[1], height], [far, height]], dtype=np.int32)
    mask = np.zeros(size, dtype=np.float32)
    cv2.fillPoly(mask, [outline], 1.0)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), rng.uniform(4, 30)), dtype=np.float32)
    return np.asarray(1 - mask * rng.uniform(0.35, 0.6), dtype=np.float32)


def _glow(size: tuple[int, int], rng: random.Random) -> npt.NDArray[np.float32]:
    """Return how much of the page a lamp's reflection washes out."""
    height, width = size
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = rng.uniform(0.25, 0.75) * width, rng.uniform(0.25, 0.75) * height
    reach = rng.uniform(0.08, 0.16) * height
    spread = np.exp(-(((across - x) ** 2 + (down - y) ** 2) / (2 * reach**2)))
    return np.asarray(spread * rng.uniform(0.45, 0.75), dtype=np.float32)
