"""Reading the name along the rim of a seal, unrolled to a straight strip.

A strip is cut where the ring has its widest gap. The serial number that many seals bear at the
bottom is half as tall and stands close to the rim; looking for gaps only at the depth that tall
letters reach makes it part of the gap. Coloured seals are unrolled without the black print and the
signatures that lie across them. One thorough reading does as a rule; where it is not sure, other
ways of unrolling are glanced at, and the likeliest is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import cv2
import numpy as np

from preaudit.read.marks.ink import Plane, inks
from preaudit.read.marks.number import read_number
from preaudit.read.marks.rims import Rim, around, fitted, sample
from preaudit.read.marks.seal import Seal
from preaudit.read.marks.unrolling import letters_on, opened, printed, turn_of, unrolled
from preaudit.read.view import Recognise
from preaudit.sheet import Pixels

_OVAL = 1.18
_SURE = 0.95
"""Confidence above which no other way of unrolling the ring is tried."""
_CERTAIN = 0.98
"""Confidence from which on a reading that differs by further letters alone is the fuller one."""
_OUTER = re.compile(r"^[^\u3400-\u9fff（(]+|[^\u3400-\u9fff）)]+$")
_SHORTEST = 3
_COMPLETE = 0.85
_TOO_FEW = 0.7
"""Share of the letters that seem to stand on the rim below which a reading left some out."""
_LETTERS = slice(2, 54)
"""Rows of a strip that hold the letters of any usual seal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RimText:
    """What stands along a rim; empty where it could not be read."""

    owner: str
    confidence: float
    """Of the owner's name."""
    code: str
    """The serial number at the bottom."""
    turn: float
    """Radians by which the seal is turned, clockwise, as far as the gap in its name tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The name read along a rim; empty when it could not be read."""

    text: str
    confidence: float


def read_rim(
    planes: Sequence[tuple[Plane, Rim]], recognise: Recognise, glance: Recognise
) -> RimText:
    """Return what stands along the rim of a seal.

    Args:
        planes: Pictures of the seal's own ink, the sharpest first, each with the rim on it.
        recognise: Reads lines.
        glance: Reads them quickly.
    """
    ink, rim = planes[0]
    strip = unrolled(ink, rim)
    name = _owner(strip, planes[1:], recognise, glance)
    turn = rim.turn if rim.across > _OVAL * rim.down else turn_of(strip)
    return RimText(
        owner=name.text,
        confidence=name.confidence,
        code=read_number(ink, rim, turn, recognise, glance),
        turn=turn,
    )


def _owner(
    strip: Plane,
    others: Sequence[tuple[Plane, Rim]],
    recognise: Recognise,
    glance: Recognise,
) -> Owner:
    """Return the name along the rim.

    Args:
        strip: The ring unrolled.
        others: Further pictures of the seal's ink.
        recognise: Reads lines.
        glance: Reads them quickly.
    """
    expected = letters_on(strip)
    best = _read(_cut(strip), recognise)
    sure = best.confidence >= _SURE
    if sure and len(best.text) >= expected:
        return best
    cuts = [printed(strip[_LETTERS]), *(_cut(unrolled(ink, rim)) for ink, rim in others)]
    seen = [_read(cut, glance) for cut in cuts]
    if sure and len(best.text) >= _COMPLETE * expected and not _fuller(seen, best):
        return best
    worth = [_worth(one, expected) for one in seen]
    choice = int(np.argmax(worth))
    readings = [best, *seen]
    if worth[choice] > 0:
        readings.append(_read(cuts[choice], recognise))
        best = _better(best, readings[-1], expected)
    agreed = sum(_same(best.text, one.text) for one in readings) > 1
    if len(best.text) < _TOO_FEW * expected or not agreed:
        return replace(best, confidence=0.5 * best.confidence)
    return best


def _cut(strip: Plane) -> Pixels:
    """Return the letters of a strip, as print."""
    return printed(opened(strip)[_LETTERS])


def _fuller(seen: Sequence[Owner], best: Owner) -> bool:
    """Whether a glance saw more letters than a reading has."""
    return any(len(one.text) > len(best.text) for one in seen)


def _same(first: str, second: str) -> bool:
    """Whether two readings are the same but for a letter."""
    short, full = sorted((first, second), key=len)
    shared = sum(block.size for block in SequenceMatcher(None, short, full).get_matching_blocks())
    return bool(short) and shared >= len(full) - 1


def seal_inks(pixels: Pixels, seal: Seal) -> Iterator[tuple[Plane, Rim]]:
    """Yield planes of the seal's own ink, and the rim in pixels of that plane.

    The first has the full sharpness of the picture (colour is stored coarser than lightness) with
    print blotted out where it is darker than the seal; the second is the pure colour.
    """
    left, top, right, bottom = (round(side) for side in seal.rim.bounds())
    margin = round(0.3 * seal.rim.radius)
    left, top = max(0, left - margin), max(0, top - margin)
    taken = inks(pixels[top : bottom + margin, left : right + margin])
    rim = replace(seal.rim, x=seal.rim.x - left, y=seal.rim.y - top)
    rim = fitted(taken.any, rim, slack=0.03) or rim
    pure = {"red": taken.red, "blue": taken.blue}.get(seal.colour)
    if pure is None:
        yield _blotted(taken.any, taken.any, rim, above=1.3), rim
        yield taken.any, rim
    else:
        yield _blotted(taken.any, taken.dark, rim, above=1.8), rim
        yield pure, rim


def _blotted(ink: Plane, print_ink: Plane, rim: Rim, *, above: float) -> Plane:
    """Return the ink without strokes of print that are much darker than the rim."""
    angles = around(120)
    ring = sample(print_ink, rim.points(angles[:, None], np.array([0.985, 1.0])[None, :]))
    level = float(np.median(ring.max(axis=1)))
    strokes = (print_ink > max(above * level, level + 0.15)).astype(np.uint8)
    grown = cv2.dilate(strokes, np.ones((3, 3), np.uint8))
    grey = (255 * np.clip(ink, 0, 1)).astype(np.uint8)
    filled = cv2.inpaint(grey, grown, 2, cv2.INPAINT_TELEA)
    return np.asarray(filled, dtype=np.float32) / np.float32(255)


def _better(first: Owner, second: Owner, expected: int) -> Owner:
    """Return the reading to believe.

    A recogniser that is sure may still have left a letter out, but seldom has it made one up.
    """
    short, full = sorted((first, second), key=lambda each: len(each.text))
    if short.text != full.text and min(first.confidence, second.confidence) >= _CERTAIN:
        letters = iter(full.text)
        if all(each in letters for each in short.text):
            return full
    return max(first, second, key=lambda each: _worth(each, expected))


def _worth(read: Owner, expected: int) -> float:
    """Return how far a reading is to be believed; longer ones are a little more."""
    complete = min(1.0, len(read.text) / expected) if expected else 1.0
    return read.confidence * min(1.0, 0.7 + 0.05 * len(read.text)) * (0.6 + 0.4 * complete)


def _read(crop: Pixels, recognise: Recognise) -> Owner:
    """Return a crop's text without what cannot begin or end a name."""
    ((text, confidence),) = recognise([crop])
    name = _OUTER.sub("", _OUTER.sub("", text.replace(" ", "")))
    shed = len(text) - len(name)
    if len(name) < _SHORTEST:
        return Owner(text="", confidence=0.0)
    return Owner(text=name, confidence=confidence * (1 - 0.02 * min(shed, 10)))
