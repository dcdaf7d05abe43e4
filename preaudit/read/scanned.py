"""A picture of paper: flattened, turned upright, and read by OCR."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import cv2
import numpy as np

from preaudit.document import Line
from preaudit.read import lines as reading
from preaudit.read import quality
from preaudit.read.boxes import Quad
from preaudit.read.cells import filled, holder, passed_over
from preaudit.read.clock import step
from preaudit.read.engine import Engine
from preaudit.read.grid import Slot, crossing, slots
from preaudit.read.light import Light, evened, measured
from preaudit.read.lines import Look, Patch
from preaudit.read.mending import mended
from preaudit.read.order import ordered
from preaudit.read.ruled import on_rules
from preaudit.read.seconding import confirmed
from preaudit.read.seeking import Taken, sought
from preaudit.read.seen import Seen
from preaudit.read.spelling import Spelling
from preaudit.read.stamps import Area
from preaudit.read.strokes import Mask, Strokes, drawn_in, ink
from preaudit.read.upright import Frame, moved
from preaudit.sheet import Pixels, Sheet

_SAMPLE: Final = 6
"""Lines that are read before the others to tell whether the page stands on its head."""
_SURE: Final = 0.85
_SPOTLESS: Final = 0.98
_CLEAR: Final = 0.98
"""A line of this confidence is not spoilt by a grey stamp."""
_CHANGED: Final = 40
_CHANGED_SHARE: Final = 0.02
"""Share of a place's pixels that taking the stamp away has changed by that many levels."""
_WORTH_MORE: Final = 0.5
"""Confidence below which what lies on a grey stamp is a part of it."""
_MORE: Final = 0.2
"""What a second look must add for its place and text to count: about a third of a character."""
_HOPELESS: Final = 0.3
"""Ink that reads worse than that at a glance is none."""
_LATE_CONFIDENCE: Final = 0.6
"""Ink that the detector passed over is text only when the recogniser is sure enough."""


def is_scan(sheet: Sheet) -> bool:
    """Whether the page is one picture. A text layer that lies over a picture is not believed."""
    return sheet.dpi is not None or not any(glyph.visible for glyph in sheet.glyphs)


def see(pixels: Pixels, sheet: Sheet, engine: Engine) -> Seen:
    """Return the page upright, with lines and cells read from its pixels."""
    taken = Taken.of(pixels)
    frame, quads = sought(taken, engine)
    view = _Stamped.of(taken, frame)
    layout = _laid_out(view.plain, quads)
    if not _stands(view.page, layout.patches, engine):
        headlong = frame.turned(2)
        frame, quads = headlong, moved(quads, frame, headlong)
        view = _Stamped.of(taken, frame)
        layout = _laid_out(view.plain, quads)
    page = view.page
    found = _text(view, layout, engine, number=sheet.page)
    height, width = page.shape[:2]
    kept = filled(layout.cells, found, page=sheet.page, width=width, height=height)
    own_px = layout.text_px * _file_scale(frame) if quads else None
    to_file = frame.shares(pixels.shape[1], pixels.shape[0])
    return Seen(
        pixels=page,
        lines=ordered(found, kept),
        cells=kept,
        quality=quality.judge(
            page, found, dpi=sheet.dpi, text_px=own_px, to_file=to_file, light=view.light
        ),
        to_file=to_file,
        scanned=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Layout:
    """Where an upright page has ink, rulings, cells and text."""

    text_px: float
    mask: Mask
    strokes: Strokes
    borders: Strokes
    cells: tuple[Slot, ...]
    patches: list[Patch]

    def further(self, patch: Patch) -> Patch:
        """Return the patch with the ink that goes on beside it."""
        if patch.quad is not None:
            return patch
        return reading.reaching(patch, self.mask, self.patches, self.borders)


def _laid_out(plain: Pixels, quads: Sequence[Quad]) -> _Layout:
    """Return where things are on an upright page without its stamps."""
    with step("grid"):
        return _lying(plain, quads)


def _lying(plain: Pixels, quads: Sequence[Quad]) -> _Layout:
    text_px = reading.text_height(quads, default=plain.shape[0] / 60)
    mask = ink(plain, text_px=text_px)
    strokes = drawn_in(mask, text_px=text_px)
    borders = crossing(strokes, snap=0.3 * text_px)
    return _Layout(
        text_px=text_px,
        mask=mask,
        strokes=strokes,
        borders=borders,
        cells=slots(strokes, snap=0.3 * text_px, least=0.6 * text_px),
        patches=reading.in_rows(reading.patches(quads, borders), mask, text_px=text_px),
    )


def _text(
    view: _Stamped,
    layout: _Layout,
    engine: Engine,
    *,
    number: int,
) -> list[Line]:
    """Return the lines of an upright page."""
    text_px = layout.text_px
    crossed = on_rules(layout.mask, layout.strokes, layout.patches, text_px=text_px)
    known = [*layout.patches, *crossed]
    late = passed_over(layout.mask, layout.strokes, layout.cells, known, text_px=text_px)
    placed = confirmed(_read_twice(view, layout, engine), engine)
    size = (view.page.shape[0], view.page.shape[1])
    found = reading.said_by(placed, page=number, size=size)
    looks = [(view.plain, one) for one in (*crossed, *late)]
    seen = zip(looks, reading.glanced(looks, engine), strict=True)
    looks = [look for look, glance in seen if glance.confidence >= _HOPELESS]
    said = zip(looks, reading.spelled(looks, engine), strict=True)
    sure = [one for one in said if one[1].confidence >= _LATE_CONFIDENCE]
    found += reading.said_by(confirmed(sure, engine), page=number, size=size)
    held = partial(holder, layout.cells, width=size[1], height=size[0])
    return mended(found, held, aspect=size[0] / size[1])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Stamped:
    """The upright page with and without its stamps."""

    page: Pixels
    plain: Pixels
    hiding: Sequence[Area]
    light: Light
    """How the page was lit before that was made good."""

    @classmethod
    def of(cls, taken: Taken, frame: Frame) -> _Stamped:
        """Return the page as a frame shows it."""
        page = taken.seen(taken.pixels, frame)
        light = measured(page)
        lit = evened(page, light)
        hiding = [area.seen_in(frame) for area in taken.areas]
        bare = evened(_bared(page, taken, hiding, frame), light) if hiding else lit
        return cls(page=lit, plain=bare, hiding=hiding, light=light)

    def met(self, patch: Patch, *, grey: bool = False) -> bool:
        """Whether a stamp, or one without colour, lies where the patch is."""
        return any(
            area.meets(patch.left, patch.top, patch.right, patch.bottom)
            for area in self.hiding
            if area.grey or not grey
        )

    def looks(self, patch: Patch, first: Spelling) -> list[Look]:
        """Return how to look again at a place that a stamp may have spoilt."""
        over = [
            area
            for area in self.hiding
            if area.meets(patch.left, patch.top, patch.right, patch.bottom)
        ]
        if (
            not over
            or _undisturbed(first)
            or (first.confidence >= _CLEAR and all(area.grey for area in over))
        ):
            return []
        before, after = (reading.crop(pixels, patch) for pixels in (self.page, self.plain))
        changed = cv2.absdiff(before, after).max(axis=2) > _CHANGED
        return [(self.plain, patch)] if float(changed.mean()) > _CHANGED_SHARE else []


def _bared(page: Pixels, taken: Taken, hiding: Sequence[Area], frame: Frame) -> Pixels:
    """Return the upright page with what lies under its stamps put in their places.

    Args:
        page: As a frame shows the picture in the file.
        taken: The picture in the file.
        hiding: Where the stamps are on the page.
        frame: How the page lies in the file.
    """
    if frame.is_whole(taken.pixels):
        return taken.plain
    bare = page.copy()
    height, width = page.shape[:2]
    for area in hiding:
        left, top = max(0, area.left), max(0, area.top)
        right, bottom = min(width, area.right), min(height, area.bottom)
        if left < right and top < bottom:
            spot = frame.window(left, top, right, bottom)
            bare[top:bottom, left:right] = taken.seen(taken.plain, spot)
    return bare


def _undisturbed(spelling: Spelling) -> bool:
    """Whether every character is sure and none was lost beside another."""
    sure = min(spelling.sureness, default=0.0)
    return spelling.confidence >= _SPOTLESS and sure >= _SPOTLESS


def _read_twice(view: _Stamped, layout: _Layout, engine: Engine) -> list[tuple[Look, Spelling]]:
    """Return what each patch says; places that a stamp may have spoilt are looked at again.

    Args:
        view: The page with and without stamps.
        layout: Where its text is.
        engine: Reads.
    """
    whole: list[Look] = [(view.page, patch) for patch in layout.patches]
    placed = list(zip(whole, reading.spelled(whole, engine), strict=True))
    again: list[tuple[int, Look]] = []
    for index, ((_, patch), spelling) in enumerate(placed):
        if spelling.confidence < _WORTH_MORE and view.met(patch, grey=True):
            continue
        longer = layout.further(patch)
        looks = view.looks(patch, spelling)
        if longer != patch:
            looks.append((view.page, longer))
            looks += [(view.plain, longer)] if view.met(longer) else []
        again.extend((index, look) for look in looks)
    others = reading.spelled([look for _, look in again], engine)
    for (index, look), spelling in zip(again, others, strict=True):
        if spelling.gain > placed[index][1].gain + _MORE:
            placed[index] = look, spelling
    return placed


def _file_scale(frame: Frame) -> float:
    """Return how many file pixels an upright pixel is wide."""
    return float(np.sqrt(abs(np.linalg.det(frame.to_file[:2, :2]))))


def _stands(page: Pixels, patches: Sequence[Patch], engine: Engine) -> bool:
    """Whether the page reads well as it is held, or no better on its head.

    A few lines tell, if they are long enough to have a right way up.
    """
    level = [
        one for one in patches if one.quad is None and 3 * one.height < one.width < 10 * one.height
    ]
    chosen = level[:: max(1, len(level) // _SAMPLE)][:_SAMPLE]
    if not chosen:
        return True
    crops = [reading.crop(page, patch) for patch in chosen]
    mine = _confidence(engine.glance(crops))
    if mine >= _SURE:
        return True
    turned = [np.ascontiguousarray(np.rot90(one, 2)) for one in crops]
    return mine >= _confidence(engine.glance(turned))


def _confidence(spellings: Iterable[Spelling]) -> float:
    return float(np.mean([one.confidence for one in spellings]))
