"""Finding signatures near the labels that ask for them.

A signature is ink that print does not explain: after rulings, stamp ink and lines of printed text
are taken away, strokes remain that reach several millimetres and stand on the row of a signing
label. What the recogniser read there does not make it print: a line that follows the label and is
much taller than the label, or was read with little confidence, is handwriting. Ink on the row of
another label (a date, an address) belongs to that one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.document import Line, Origin
from preaudit.read.marks.ink import Plane, inks
from preaudit.read.marks.pen_strokes import Stroke, clusters, ink_area, pieces
from preaudit.read.marks.rims import off
from preaudit.read.marks.seal import Seal
from preaudit.sheet import Pixels

_Mask = NDArray[np.uint8]

_SIGN = re.compile(r"签\s*[字名章署]|[(（]签[)）]")
_PERSON = re.compile(
    r"(?:代表人|代理人|负责人|经办人|工程师|经理|承诺人|声明人|授权代表|委托人|受托人)[^：:]{0,6}[：:]"
    r"|法定代表人[\s(（]*$"
)
_SIGN_END = re.compile(r"(?:签\s*[字名章署]|[(（]签)(?:或?盖?章)?[)）]?\s*[：:]?")
_TALL = 1.6
"""Height over that of the label from which on a line is handwriting."""
_TALL_INK = 1.28
"""The same for the ink itself, where it was measured: boxes of lines are generous."""
_UNSURE = 0.9
_NAME_LENGTH = 5
_BACK_MM = 8.0
_FORTH_MM = 62.0
_BESIDE_MM = 13.0
_JOIN_MM = 6.0
_SPECK_MM = 0.9
_LEAST_HIGH_MM = 4.0
_LEAST_WIDE_MM = 5.0
_MOST_HIGH_MM = 30.0
_INK = 0.3
_RULING_MM = 11.0
_LEAST_INK_MM2 = 3.5
_SOLID = 0.6
"""Share of its box that a signature covers at most."""
_UPRIGHT = 0.7
"""Width over height below which ink where no signature is asked for is none."""
_SEALED = re.compile(r"公\s*章|盖\s*章|[(（]章[)）]")
_NEXT_ROW_MM = 11.0
_TALL_STROKE_MM = 4.4
_COLOURLESS = 24
"""Difference between channels that no pixel of a grey page exceeds."""
_TRACE_MM2 = 1.6
_TRACE_MM = 3.5
"""Ink that may be what can be seen of a signature, and leaves that in doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Where a signature stands, in pixels, and how sure that is."""

    left: int
    top: int
    right: int
    bottom: int
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Label:
    """A signing label in pixels."""

    line: Line
    left: float
    top: float
    bottom: float
    end: float
    """Where the label ends and the signature may begin."""
    explicit: bool
    """It asks for a signature in so many words."""

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def find_signatures(
    pixels: Pixels,
    lines: Sequence[Line],
    seals: Sequence[Seal],
    *,
    px_per_mm: float,
    scanned: bool = False,
) -> list[Signature]:
    """Return the signatures of a page.

    Args:
        pixels: The upright page.
        lines: What was read on it.
        seals: The seals on it, with rims in pixels of the page.
        px_per_mm: Resolution.
        scanned: Whether a label may not have been read, as under a seal.
    """
    page = _Page(pixels=pixels, lines=tuple(lines), seals=tuple(seals), unit=px_per_mm)
    labels = page.labels()
    found: list[Signature] = []
    for label in labels:
        strokes = page.strokes(label, labels)
        signature = _signature(label, strokes, px_per_mm)
        if signature is not None and not any(_same(signature, other) for other in found):
            found.append(signature)
    for label in page.lost(labels) if scanned else ():
        strokes = page.strokes(label, labels)
        signature = _unasked(strokes, px_per_mm, grey=page.colourless())
        if signature is not None and not any(_same(signature, other) for other in found):
            found.append(signature)
    return found


@dataclass(frozen=True, kw_only=True)
class _Page:
    pixels: Pixels
    lines: tuple[Line, ...]
    seals: tuple[Seal, ...]
    unit: float

    def bounds(self, line: Line) -> tuple[float, float, float, float]:
        """Return a line's box in pixels."""
        height, width = self.pixels.shape[:2]
        box = line.box
        return box.left * width, box.top * height, box.right * width, box.bottom * height

    @cached_property
    def print_height(self) -> float:
        """Return the usual height of a line in pixels."""
        heights = [bottom - top for _, top, _, bottom in map(self.bounds, self.lines)]
        return float(np.median(heights)) if heights else 5 * self.unit

    def labels(self) -> list[_Label]:
        """Return the places where a signature is asked for, from top to bottom."""
        found = []
        for line in self.lines:
            label = self._label(line)
            if label is not None:
                found.append(label)
        return sorted(found, key=lambda each: (each.top, each.left))

    def _label(self, line: Line) -> _Label | None:
        explicit = list(_SIGN_END.finditer(line.text)) if _SIGN.search(line.text) else []
        implied = None if explicit else _PERSON.search(line.text)
        if not explicit and implied is None:
            return None
        if len(line.text) > 40:  # noqa: PLR2004 - running text that speaks of signing
            return None
        stop = explicit[-1].end() if explicit else implied.end() if implied else 0
        if implied and len(line.text) - stop > _NAME_LENGTH + 1:
            return None
        left, top, _, bottom = self.bounds(line)
        usual = self.print_height
        if bottom - top > _TALL * usual:
            middle = (top + bottom) / 2
            top, bottom = middle - usual / 2, middle + usual / 2
        return _Label(
            line=line,
            left=left,
            top=top,
            bottom=bottom,
            end=line.edges[stop] * self.pixels.shape[1],
            explicit=bool(explicit),
        )

    def lost(self, labels: Sequence[_Label]) -> list[_Label]:
        """Return where a signing label may stand that was not read: below one for a seal."""
        found = []
        for line in self.lines:
            left, top, right, bottom = self.bounds(line)
            if not _SEALED.search(line.text) or len(line.text) > 40:  # noqa: PLR2004 - likewise
                continue
            down = _NEXT_ROW_MM * self.unit
            near = [
                label
                for label in labels
                if abs(label.left - left) < 2 * down and 0 < label.middle - top < 2.5 * down
            ]
            if not near:
                middle = (top + bottom) / 2 + down
                half = self.print_height / 2
                found.append(
                    _Label(
                        line=line, left=left, top=middle - half, bottom=middle + half,
                        end=right, explicit=False,
                    )
                )  # fmt: skip
        return found

    def colourless(self) -> bool:
        """Whether the page is grey all over, so that a missed seal looks like ink of a pen."""
        sample = self.pixels[::8, ::8].astype(np.int16)
        return int((sample.max(axis=2) - sample.min(axis=2)).max()) < _COLOURLESS

    def strokes(self, label: _Label, labels: Sequence[_Label]) -> list[Stroke]:
        """Return the ink around a label's row that print does not explain."""
        height, width = self.pixels.shape[:2]
        left = max(0, round(label.end - _BACK_MM * self.unit))
        right = min(width, round(min(label.end + _FORTH_MM * self.unit, _next(label, labels))))
        top = max(0, round(label.middle - _BESIDE_MM * self.unit))
        bottom = min(height, round(label.middle + _BESIDE_MM * self.unit))
        if right - left < 2 * self.unit or bottom - top < 2 * self.unit:
            return []
        mask = self._ink(left, top, right, bottom)
        explained = self._explained(label, left, top, right, bottom)
        found = pieces(mask, explained, least=_SPECK_MM * self.unit)
        placed = [
            Stroke(
                left=each.left + left,
                top=each.top + top,
                right=each.right + left,
                bottom=each.bottom + top,
                area=each.area,
            )
            for each in found
        ]
        return [each for each in placed if self._own(each, label)]

    def _ink(self, left: int, top: int, right: int, bottom: int) -> _Mask:
        """Return the dark and blue ink in a part of the page, without rulings and stamps."""
        taken = inks(self.pixels[top:bottom, left:right])
        strength: Plane = np.maximum(taken.dark, taken.blue)
        mask = (strength > _INK).astype(np.uint8)
        for seal in self.seals:
            if seal.colour == "grey":
                _without(mask, strength, seal, left, top)
        run = max(5, round(_RULING_MM * self.unit))
        for kernel in (np.ones((1, run), np.uint8), np.ones((run, 1), np.uint8)):
            ruling = cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel)
            mask[cv2.dilate(ruling, np.ones((3, 3), np.uint8)) > 0] = 0
        return mask

    def _explained(self, label: _Label, left: int, top: int, right: int, bottom: int) -> _Mask:
        """Return where printed lines stand in a part of the page."""
        mask = np.zeros((bottom - top, right - left), np.uint8)
        for line in self.lines:
            start, above, end, below = self.bounds(line)
            if self._handwritten(line, label):
                if line is not label.line:
                    continue
                end = label.end
                above, below = label.top, label.bottom
            spots = (max(0, round(above) - top), max(0, round(below) - top))
            mask[spots[0] : spots[1], max(0, round(start) - left) : max(0, round(end) - left)] = 1
        return mask

    def _handwritten(self, line: Line, label: _Label) -> bool:
        """Whether what was read as text is, or ends in, handwriting."""
        if line.origin is Origin.EMBEDDED:
            return False
        start, above, end, below = self.bounds(line)
        tall = below - above > _TALL * max(label.bottom - label.top, 0.8 * self.print_height)
        if line is label.line:
            return tall or self._taller(line, label)
        unsure = line.confidence < _UNSURE and len(line.text) <= _NAME_LENGTH
        behind = start > label.left and end > label.end
        near = behind and above < label.bottom and below > label.top
        return (
            (tall and len(line.text) <= 2 * _NAME_LENGTH)
            or (unsure and behind)
            or (near and len(line.text) <= _NAME_LENGTH and self._taller(line, label))
        )

    def _taller(self, line: Line, label: _Label) -> bool:
        """Whether the ink of a line, behind the label, stands higher than the label's own."""
        own = self._rise(label.line, None, label.end)
        behind = self._rise(line, label.end + 0.5 * self.unit, None)
        return own > 0 and behind > _TALL_INK * own

    def _rise(self, line: Line, start: float | None, stop: float | None) -> float:
        """Return over how many rows most ink of a line stands, between two columns."""
        left, top, right, bottom = self.bounds(line)
        left, right = max(left, start or left), min(right, stop or right)
        if right - left < self.unit or bottom - top < self.unit:
            return 0.0
        margin = 0.25 * (bottom - top) if line.box.height else 0.0
        mask = self._ink(
            max(0, round(left)),
            max(0, round(top - margin)),
            min(self.pixels.shape[1], round(right)),
            min(self.pixels.shape[0], round(bottom + margin)),
        )
        rows = np.cumsum(np.count_nonzero(mask, axis=1))
        if not rows.size or rows[-1] < self.unit**2:
            return 0.0
        first, last = np.searchsorted(rows, (0.03 * rows[-1], 0.97 * rows[-1]))
        return float(last - first + 1)

    def _own(self, stroke: Stroke, label: _Label) -> bool:
        """Whether no other label's row is nearer to a stroke than this one's."""
        middle = (stroke.top + stroke.bottom) / 2
        mine = abs(middle - label.middle)
        for line in self.lines:
            if line is label.line or self._handwritten(line, label):
                continue
            start, above, end, below = self.bounds(line)
            asks = line.text.rstrip().endswith(("：", ":", "）", ")")) or "日期" in line.text
            before = start < stroke.left and end > stroke.left - 60 * self.unit
            if asks and before and abs(middle - (above + below) / 2) < 0.6 * mine - 0.1:
                return False
        return True


def _next(label: _Label, labels: Sequence[_Label]) -> float:
    """Return where another signing label begins on the same row, or no end."""
    beside = [
        other.left
        for other in labels
        if other.left > label.end and abs(other.middle - label.middle) < label.bottom - label.top
    ]
    return min(beside, default=float("inf"))


def _without(mask: _Mask, strength: Plane, seal: Seal, left: int, top: int) -> None:
    """Take a grey seal's ink away from a mask in place, as far as it is lighter than writing."""
    ys, xs = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]].astype(np.float32)
    out = off(seal.rim, np.stack([xs + left, ys + top], axis=-1))
    within = out < 1.06  # noqa: PLR2004 - the rim's own width
    rim = np.abs(out - 1) < 0.04  # noqa: PLR2004 - likewise
    if not rim.any():
        return
    level = float(np.quantile(strength[rim], 0.6))
    mask[within & (strength < min(0.85, level + 0.12))] = 0


def _signature(label: _Label, strokes: Sequence[Stroke], unit: float) -> Signature | None:
    """Return what the strokes make up, if that is a signature."""
    best = max(clusters(strokes, _JOIN_MM * unit), key=ink_area, default=None)
    if not best:
        return None
    left, top = min(each.left for each in best), min(each.top for each in best)
    right, bottom = max(each.right for each in best), max(each.bottom for each in best)
    wide, high = (right - left) / unit, (bottom - top) / unit
    area = ink_area(best)
    if area > _SOLID * (right - left) * (bottom - top) or high > _MOST_HIGH_MM:
        return None
    least = _LEAST_HIGH_MM if label.explicit else 1.4 * _LEAST_HIGH_MM
    if not label.explicit and wide < _UPRIGHT * high:
        return None
    if area >= _LEAST_INK_MM2 * unit * unit and wide >= _LEAST_WIDE_MM and high >= least:
        confidence = 0.9 if label.explicit else 0.75
    elif label.explicit and area >= _TRACE_MM2 * unit * unit and max(wide, high) >= _TRACE_MM:
        confidence = 0.35
    else:
        return None
    return Signature(left=left, top=top, right=right, bottom=bottom, confidence=confidence)


def _unasked(strokes: Sequence[Stroke], unit: float, *, grey: bool) -> Signature | None:
    """Return the signature that strokes make up where no label was read; print is not so tall."""
    best = max(clusters(strokes, _JOIN_MM * unit), key=ink_area, default=None)
    tall = [each for each in best or () if each.bottom - each.top >= _TALL_STROKE_MM * unit]
    if not best or ink_area(tall) < _LEAST_INK_MM2 * unit * unit:
        return None
    left, top = min(each.left for each in best), min(each.top for each in best)
    right, bottom = max(each.right for each in best), max(each.bottom for each in best)
    wide, high = (right - left) / unit, (bottom - top) / unit
    if wide < 1.4 * _LEAST_WIDE_MM or not 1.5 * _LEAST_HIGH_MM <= high <= _MOST_HIGH_MM:
        return None
    if ink_area(best) > _SOLID * (right - left) * (bottom - top):
        return None
    return Signature(
        left=left, top=top, right=right, bottom=bottom, confidence=0.35 if grey else 0.6
    )


def _same(first: Signature, second: Signature) -> bool:
    """Whether two finds are one signature between two labels."""
    across = min(first.right, second.right) - max(first.left, second.left)
    down = min(first.bottom, second.bottom) - max(first.top, second.top)
    if across <= 0 or down <= 0:
        return False
    smaller = min((each.right - each.left) * (each.bottom - each.top) for each in (first, second))
    return across * down > 0.5 * smaller
