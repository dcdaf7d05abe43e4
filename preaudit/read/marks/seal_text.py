"""Reading a whole seal: owner, line in the middle, serial number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from preaudit.read.marks.ink import inks
from preaudit.read.marks.inner_text import read_centre, read_square
from preaudit.read.marks.rim_text import read_rim, seal_inks
from preaudit.read.marks.seal import Seal
from preaudit.read.view import Recognise
from preaudit.sheet import Pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class SealText:
    """What a seal says; empty where it could not be read."""

    owner: str
    confidence: float
    """Of the owner's name."""
    centre: str = ""
    code: str = ""


def read_seal(pixels: Pixels, seal: Seal, recognise: Recognise, glance: Recognise) -> SealText:
    """Return what a seal says.

    Args:
        pixels: The page.
        seal: The seal, in pixels of the page.
        recognise: Reads lines.
        glance: Reads them quickly.
    """
    if seal.frame is not None:
        return _framed(pixels, seal, recognise, glance)
    planes = tuple(seal_inks(pixels, seal))
    said = read_rim(planes, recognise, glance)
    ink, rim = planes[0]
    return SealText(
        owner=said.owner,
        confidence=said.confidence,
        centre=read_centre(ink, rim, said.turn, recognise, glance),
        code=said.code,
    )


def _framed(pixels: Pixels, seal: Seal, recognise: Recognise, glance: Recognise) -> SealText:
    """Return what a seal with straight sides says."""
    if seal.frame is None or seal.frame.shape != "square":
        return SealText(owner="", confidence=0.0)
    left, top, right, bottom = (round(side) for side in seal.bounds())
    margin = round(0.3 * (right - left))
    left, top = max(0, left - margin), max(0, top - margin)
    taken = inks(np.ascontiguousarray(pixels[top : bottom + margin, left : right + margin]))
    ink = {"red": taken.red, "blue": taken.blue}.get(seal.colour, taken.any)
    name, confidence = read_square(ink, seal.frame.placed(-left, -top, 1), recognise, glance)
    return SealText(owner=name, confidence=confidence)
