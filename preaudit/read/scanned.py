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
from preaudit.read.missed import left_over, unlike
from preaudit.read.order import ordered
from preaudit.read.paper import find_paper
from preaudit.read.seen import Seen
from preaudit.read.spelling import Spelling
from preaudit.read.stamps import Area, stamped, unstamped
from preaudit.read.strokes import Mask, Strokes, drawn_in, ink
from preaudit.read.upright import Frame, flattened, moved, sideways, skew, whole
from preaudit.sheet import Pixels, Sheet

_PROBE_PX: Final = 960
"""The longer side of the picture on which text is sought; 9 pt print on A4 has 10 pixels there."""
_FINE_PX: Final = 1920
"""Likewise when the text turns out to be small."""
_SMALL_TEXT_PX: Final = 10.0
_CLOSER: Final = 1.6
"""How many times larger a row is looked at that the first look seems to have passed over."""
_LARGE_TEXT_PX: Final = 60.0
"""Height of a line's box beyond which more pixels do not help the recogniser, which takes 48."""
_LEAST_PAGE_PX: Final = 1600
_SAMPLE: Final = 6
"""Lines that are read before the others to tell whether the page stands on its head."""
_SURE: Final = 0.85
_SPOTLESS: Final = 0.98
_CLEAR: Final = 0.98
"""A line of this confidence is not spoilt by a grey stamp."""
_CHANGED: Final = 40
_CHANGED_SHARE: Final = 0.02
"""Share of a place's pixels that taking the stamp away has changed by that many levels."""
_MORE: Final = 0.2
"""What a second look must add for its place and text to count: about a third of a character."""
_LESS: Final = 1.5
"""What a second look may seem to lose at a glance and still be worth a thorough reading."""
_HOPELESS: Final = 0.3
"""Ink that reads worse than that at a glance is none."""
_LATE_CONFIDENCE: Final = 0.6
"""Ink that the detector passed over is text only when the recogniser is sure enough."""


def is_scan(sheet: Sheet) -> bool:
    """Whether the page is one picture. A text layer that lies over a picture is not believed."""
    return sheet.dpi is not None or not any(glyph.visible for glyph in sheet.glyphs)


def see(pixels: Pixels, sheet: Sheet, engine: Engine) -> Seen:
    """Return the page upright, with lines and cells read from its pixels."""
    areas = stamped(pixels)
    print_only = unstamped(pixels, areas)
    # Taking grey stamps away also thins print, so with and without them text is sought apart.
    in_colour = [area for area in areas if not area.grey]
    frame, quads = _level(pixels, unstamped(pixels, in_colour), engine)
    below = [quad for area in areas if area.grey for quad in _below(print_only, area, engine)]
    quads = [*quads, *moved(below, whole(pixels), frame)]
    frame, quads = _shrunk(frame, quads)
    view = _Stamped.of(pixels, print_only, areas, frame)
    layout = _laid_out(view.plain, quads)
    if not _stands(view.page, layout.patches, engine):
        headlong = frame.turned(2)
        frame, quads = headlong, moved(quads, frame, headlong)
        view = _Stamped.of(pixels, print_only, areas, frame)
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
        patches=reading.patches(quads, borders),
    )


def _text(
    view: _Stamped,
    layout: _Layout,
    engine: Engine,
    *,
    number: int,
) -> list[Line]:
    """Return the lines of an upright page."""
    late = passed_over(
        layout.mask, layout.strokes, layout.cells, layout.patches, text_px=layout.text_px
    )
    placed = _read_twice(view, layout, engine)
    size = (view.page.shape[0], view.page.shape[1])
    found = reading.said_by(placed, page=number, size=size)
    looks = [(view.plain, one) for one in late]
    seen = zip(looks, reading.glanced(looks, engine), strict=True)
    looks = [look for look, glance in seen if glance.confidence >= _HOPELESS]
    said = zip(looks, reading.spelled(looks, engine), strict=True)
    added = [(patch, spelling) for (_, patch), spelling in said]
    sure = [one for one in added if one[1].confidence >= _LATE_CONFIDENCE]
    found += reading.said_by(sure, page=number, size=size)
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
    def of(cls, pixels: Pixels, plain: Pixels, areas: Sequence[Area], frame: Frame) -> _Stamped:
        """Return the page as a frame shows it.

        Args:
            pixels: The picture in the file.
            plain: The same without its stamps.
            areas: Where the stamps are in it.
            frame: How the page lies in it.
        """
        page = frame.cut(pixels)
        light = measured(page)
        lit = evened(page, light)
        return cls(
            page=lit,
            plain=evened(frame.cut(plain), light) if areas else lit,
            hiding=[area.seen_in(frame) for area in areas],
            light=light,
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


def _undisturbed(spelling: Spelling) -> bool:
    """Whether every character is sure and none was lost beside another."""
    sure = min(spelling.sureness, default=0.0)
    return spelling.confidence >= _SPOTLESS and sure >= _SPOTLESS


def _read_twice(view: _Stamped, layout: _Layout, engine: Engine) -> list[tuple[Patch, Spelling]]:
    """Return what each patch says; places that a stamp may have spoilt are looked at again.

    Args:
        view: The page with and without stamps.
        layout: Where its text is.
        engine: Reads.
    """
    first = reading.spelled([(view.page, patch) for patch in layout.patches], engine)
    placed = list(zip(layout.patches, first, strict=True))
    again: list[tuple[int, Look]] = []
    for index, (patch, spelling) in enumerate(placed):
        longer = layout.further(patch)
        looks = view.looks(patch, spelling)
        if longer != patch:
            looks += [(pixels, longer) for pixels in (view.page, *(one for one, _ in looks))]
        again.extend((index, look) for look in looks)
    seen = zip(again, reading.glanced([look for _, look in again], engine), strict=True)
    again = [one for one, glance in seen if glance.gain > placed[one[0]][1].gain - _LESS]
    others = reading.spelled([look for _, look in again], engine)
    for (index, (_, patch)), spelling in zip(again, others, strict=True):
        if spelling.gain > placed[index][1].gain + _MORE:
            placed[index] = patch, spelling
    return placed


def _level(pixels: Pixels, plain: Pixels, engine: Engine) -> tuple[Frame, list[Quad]]:
    """Return the view of the page with its lines level, and where text is in it.

    Args:
        pixels: The picture in the file.
        plain: The same without stamps; text is sought in this one.
        engine: Finds text.
    """
    corners = find_paper(pixels)
    start = whole(pixels) if corners is None else flattened(corners)
    probe, quads = _probe(plain, start, engine)
    turned = probe.turned(1) if sideways(quads) else probe
    quads = moved(quads, probe, turned)
    full = _full_size(turned, start)
    quads = moved(quads, turned, full)
    degrees = skew(quads)
    if degrees:
        level = full.straightened(degrees)
        return level, moved(quads, full, level)
    return full, quads


def _below(plain: Pixels, area: Area, engine: Engine) -> list[Quad]:
    """Return the text in and beside a grey stamp, in pixels of the file's picture."""
    height, width = plain.shape[:2]
    reach = (area.right - area.left) // 2
    left, right = max(0, area.left - reach), min(width, area.right + reach)
    part = np.ascontiguousarray(plain[area.top : area.bottom, left:right])
    side_px = round(max(part.shape[:2]) * min(1.0, _PROBE_PX / max(height, width)))
    return [quad + np.array([left, area.top]) for quad in engine.find(part, side_px=side_px)]


def _probe(plain: Pixels, start: Frame, engine: Engine) -> tuple[Frame, list[Quad]]:
    """Return a smaller view and the text found in it; looks closer when the text is small."""
    probe = start.sized(_PROBE_PX)
    seen = _lit(probe.cut(plain))
    quads = engine.find(seen, side_px=_PROBE_PX)
    small = quads and reading.text_height(quads, default=_PROBE_PX) < _SMALL_TEXT_PX
    if small and max(start.width, start.height) > _PROBE_PX:
        probe = start.sized(_FINE_PX)
        return probe, engine.find(_lit(probe.cut(plain)), side_px=_FINE_PX)
    return probe, [*quads, *_looked_closer(plain, start, probe, seen, quads, engine)]


def _lit(page: Pixels) -> Pixels:
    """Return a page without shadows and with dark print."""
    return evened(page, measured(page))


def _looked_closer(
    plain: Pixels,
    start: Frame,
    probe: Frame,
    seen: Pixels,
    quads: Sequence[Quad],
    engine: Engine,
) -> list[Quad]:
    """Return text that shows only at a closer look, in pixels of the smaller view.

    Args:
        plain: The picture in the file.
        start: The whole view.
        probe: The smaller view.
        seen: The picture in it.
        quads: Text found there.
        engine: Finds text.
    """
    if not quads:
        return []
    regions = left_over(seen, quads, text_px=reading.text_height(quads, default=_SMALL_TEXT_PX))
    closer = min(_CLOSER, max(start.width, start.height) / max(probe.width, probe.height))
    if not regions or closer <= 1.0:
        return []
    large = start.sized(round(max(probe.width, probe.height) * closer)).cut(plain)
    large = _lit(large)
    found: list[Quad] = []
    for left, top, right, bottom in regions:
        low, high = (np.array(each) * closer for each in ((left, top), (right, bottom)))
        (x, y), (x_end, y_end) = low.astype(int), np.ceil(high).astype(int)
        part = np.ascontiguousarray(large[y:y_end, x:x_end])
        there = engine.find(part, side_px=max(part.shape[:2]))
        found += unlike([(quad + np.array([x, y])) / closer for quad in there], [*quads, *found])
    return found


def _shrunk(frame: Frame, quads: list[Quad]) -> tuple[Frame, list[Quad]]:
    """Return the view without pixels that the recogniser cannot use."""
    scale = min(1.0, _LARGE_TEXT_PX / reading.text_height(quads, default=_LARGE_TEXT_PX))
    if scale > 0.8 or max(frame.width, frame.height) * scale < _LEAST_PAGE_PX:  # noqa: PLR2004
        return frame, quads
    smaller = frame.sized(round(max(frame.width, frame.height) * scale))
    return smaller, [quad * scale for quad in quads]


def _full_size(turned: Frame, start: Frame) -> Frame:
    """Return the turned view at the size of the view it came from."""
    longer = max(start.width, start.height) / max(turned.width, turned.height)
    width, height = round(turned.width * longer), round(turned.height * longer)
    shrink = np.diag([turned.width / width, turned.height / height, 1.0])
    return Frame(width=width, height=height, to_file=turned.to_file @ shrink)


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
