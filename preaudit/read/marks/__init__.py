"""Marks: what a page shows that is not text."""

from __future__ import annotations

import math

from preaudit.document import Mark, MarkKind
from preaudit.geometry import Box
from preaudit.read.marks.codes import Code, find_codes
from preaudit.read.marks.ink import Inks, inks, reduced
from preaudit.read.marks.rim_text import owner
from preaudit.read.marks.seals import Seal, find_seals
from preaudit.read.marks.ticks import find_ticks
from preaudit.read.view import PageView, Recognise

__all__ = ["find_marks"]

_SEARCH_SIDE_PX = 594
"""Longest side of the page on which seals are searched: two pixels to the millimetre of an A4."""
_SEAL_RADIUS = (9.0, 31.0)
"""In millimetres: from a small personal seal to the largest of an authority."""
_A4_LONG_MM = 297.0


def find_marks(view: PageView, recognise: Recognise) -> tuple[Mark, ...]:
    """Return the seals, paging seals, signatures, ticks and QR codes of a page.

    Boxes are upright shares, as the view is.
    """
    small = inks(reduced(view.pixels, scale=_SEARCH_SIDE_PX / max(view.pixels.shape[:2])))
    codes = [_code_mark(view, code) for code in find_codes(view.pixels)]
    seals = _seal_marks(view, small, recognise, codes)
    ticks = _tick_marks(view, recognise)
    return (*seals, *ticks, *codes)


def px_per_mm(view: PageView) -> float:
    """Return how many of the view's pixels make a millimetre of paper."""
    return max(view.pixels.shape[:2]) / max(view.sheet.width_mm, view.sheet.height_mm)


def _share(view: PageView, bounds: tuple[float, float, float, float]) -> Box:
    """Return pixel bounds as a box, clipped to the page."""
    height, width = view.pixels.shape[:2]
    left, top, right, bottom = bounds
    return Box(
        page=view.page,
        left=min(1.0, max(0.0, left / width)),
        top=min(1.0, max(0.0, top / height)),
        right=min(1.0, max(0.0, right / width)),
        bottom=min(1.0, max(0.0, bottom / height)),
    )


def _code_mark(view: PageView, code: Code) -> Mark:
    return Mark(
        kind=MarkKind.QR_CODE,
        box=_share(view, (code.left, code.top, code.right, code.bottom)),
        text=code.text,
        text_confidence=1.0 if code.text else 0.0,
        shape="square",
        colour="black",
        confidence=0.95,
    )


def _seal_marks(view: PageView, small: Inks, recognise: Recognise, codes: list[Mark]) -> list[Mark]:
    """Return the whole seals with their owners."""
    unit = max(small.any.shape) / _A4_LONG_MM
    radii = (math.floor(_SEAL_RADIUS[0] * unit), math.ceil(_SEAL_RADIUS[1] * unit))
    scale = max(view.pixels.shape[:2]) / max(small.any.shape)
    marks = []
    for seal in find_seals(small, radii=radii):
        box = _share(view, seal.rim.scaled(scale).bounds())
        if not any(box.overlap(code.box) > 0.5 * box.area for code in codes):  # noqa: PLR2004 - a code's texture is no seal
            marks.append(_seal_mark(view, seal, scale, box, recognise))
    return marks


def _seal_mark(view: PageView, seal: Seal, scale: float, box: Box, recognise: Recognise) -> Mark:
    full = inks(view.pixels)
    plane = {"red": full.red, "blue": full.blue}.get(seal.colour, full.any)
    name = owner(plane, seal.rim.scaled(scale), recognise)
    return Mark(
        kind=MarkKind.SEAL,
        box=box,
        text=name.text,
        text_confidence=name.confidence,
        shape=seal.shape,
        colour=seal.colour,
        confidence=min(1.0, seal.rim.support),
    )


def _tick_marks(view: PageView, recognise: Recognise) -> list[Mark]:
    full = inks(view.pixels)
    plane = full.any - full.red
    return [
        Mark(
            kind=MarkKind.TICK,
            box=_share(
                view,
                (tick.square.left, tick.square.top, tick.square.right, tick.square.bottom),
            ),
            text=tick.label,
            text_confidence=tick.confidence,
            shape="square",
            colour="black",
            confidence=0.95,
        )
        for tick in find_ticks(view.pixels, plane, view.lines, recognise, px_per_mm=px_per_mm(view))
    ]
