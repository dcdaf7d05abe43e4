"""A drawn page: text from its glyphs, cells from its rulings, pictures on it by OCR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from preaudit.document import Line
from preaudit.geometry import Box, Homography
from preaudit.read import embedded, quality
from preaudit.read import lines as reading
from preaudit.read.cells import filled, holder
from preaudit.read.engine import Engine
from preaudit.read.grid import slots
from preaudit.read.mending import mended
from preaudit.read.order import ordered
from preaudit.read.seen import Seen
from preaudit.read.strokes import Stroke, Strokes, drawn_as
from preaudit.read.upright import Frame, whole
from preaudit.sheet import Glyph, Pixels, Ruling, Sheet

_SNAP_MM: Final = 0.8
_LEAST_CELL_MM: Final = 3.4
"""Smaller squares are tick boxes."""
_PICTURE_SHARE: Final = 0.04
"""Of the page: a picture larger than a seal may hold text."""
_PICTURE_SIDE_PX: Final = 1280


def see(pixels: Pixels, sheet: Sheet, engine: Engine) -> Seen:
    """Return the page upright, with lines from its glyphs."""
    aspect = sheet.height_mm / sheet.width_mm
    turns = embedded.quarters(sheet.glyphs, aspect=aspect)
    frame = whole(pixels).turned(turns)
    page = np.ascontiguousarray(np.rot90(pixels, turns))
    inward = _inward(turns)
    glyphs: Sequence[Glyph] = sheet.glyphs
    rulings: Sequence[Ruling] = sheet.rulings
    if turns:
        glyphs = [replace(glyph, box=inward.box(glyph.box)) for glyph in glyphs]
        rulings = [Ruling(box=inward.box(ruling.box)) for ruling in rulings]
    width, height = _size_mm(sheet, turns)
    strokes = drawn_as(rulings, width=width, height=height, snap=_SNAP_MM / 2)
    cells = slots(strokes, snap=_SNAP_MM, least=_LEAST_CELL_MM)
    shares = _scaled(strokes, 1 / width, 1 / height)
    found = embedded.lines(glyphs, shares, page=sheet.page, aspect=height / width)
    pictures = [inward.box(box) for box in sheet.images]
    found = [*found, *_in_pictures(page, pictures, glyphs, engine, sheet.page)]
    held = partial(holder, cells, width=width, height=height)
    found = mended(found, held, aspect=height / width)
    kept = filled(cells, found, page=sheet.page, width=width, height=height)
    return Seen(
        pixels=page,
        lines=ordered(found, kept),
        cells=kept,
        quality=quality.judge(page, found, dpi=None, text_px=None),
        to_file=frame.shares(pixels.shape[1], pixels.shape[0]),
        scanned=False,
    )


def _size_mm(sheet: Sheet, turns: int) -> tuple[float, float]:
    if turns % 2:
        return sheet.height_mm, sheet.width_mm
    return sheet.width_mm, sheet.height_mm


def _inward(turns: int) -> Homography:
    """Return the map from shares of the file's page to upright shares."""
    frame = Frame(width=1, height=1, to_file=np.eye(3)).turned(turns)
    back = np.linalg.inv(frame.to_file)
    a, b, c, d, e, f, g, h, i = (float(value) for value in back.ravel())
    return Homography(rows=(a, b, c, d, e, f, g, h, i))


def _scaled(strokes: Strokes, across: float, down: float) -> Strokes:
    """Return strokes in other units."""

    def one(stroke: Stroke, crossing: float, along: float) -> Stroke:
        return Stroke(
            at=stroke.at * crossing,
            start=stroke.start * along,
            end=stroke.end * along,
            thickness=stroke.thickness * crossing,
        )

    return Strokes(
        level=tuple(one(stroke, down, across) for stroke in strokes.level),
        upright=tuple(one(stroke, across, down) for stroke in strokes.upright),
    )


def _in_pictures(
    page: Pixels, pictures: Sequence[Box], glyphs: Sequence[Glyph], engine: Engine, number: int
) -> list[Line]:
    """Return lines that stand in large pictures where no glyph does."""
    found: list[Line] = []
    height, width = page.shape[:2]
    inked = [glyph for glyph in glyphs if glyph.visible]
    for picture in pictures:
        if picture.area < _PICTURE_SHARE:
            continue
        left, top = int(picture.left * width), int(picture.top * height)
        part = page[top : int(picture.bottom * height), left : int(picture.right * width)]
        if min(part.shape[:2]) < 16:  # noqa: PLR2004 - no line of text is so low
            continue
        quads = engine.find(np.ascontiguousarray(part), side_px=_PICTURE_SIDE_PX)
        quads = [quad + np.array([left, top]) for quad in quads]
        patches = reading.patches(quads, Strokes(level=(), upright=()))
        spellings = reading.spelled([(page, patch) for patch in patches], engine)
        placed = list(zip(patches, spellings, strict=True))
        found.extend(
            line
            for line in reading.said_by(placed, page=number, size=(height, width))
            if not any(line.box.overlap(glyph.box) > 0.3 * glyph.box.area for glyph in inked)
        )
    return found
