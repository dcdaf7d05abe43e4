"""Where text is on a picture of paper, and how the picture has to be turned for it to be level.

Text is sought on a small picture first: the detector's time goes with the number of pixels. Where
that shows small text, or rows of ink in which it found none, there is a closer look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from preaudit.read import lines as reading
from preaudit.read.boxes import Quad
from preaudit.read.engine import Engine
from preaudit.read.light import Light, evened, measured
from preaudit.read.missed import Region, left_over, unlike
from preaudit.read.paper import find_paper
from preaudit.read.stamps import Area, stamped, unstamped
from preaudit.read.upright import Frame, colourless, flattened, moved, sideways, skew, whole
from preaudit.sheet import Pixels

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
_ONE_HIGH: Final = 1.5
"""Heights of text that one line is high at most: a signature is higher, and so are two lines."""
_ONE_ROW: Final = 0.6
"""Share of the larger height that two pieces of one line have in common."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Taken:
    """The picture in the file, with and without stamps."""

    pixels: Pixels
    uncoloured: Pixels
    """Without the stamps that have a colour. Taking grey ones away also thins print, so text is
    sought with and without them."""
    plain: Pixels
    """Without any stamps."""
    areas: tuple[Area, ...]
    """Where stamps may be."""
    flat: bool
    """Whether nothing in the picture has a colour."""

    @classmethod
    def of(cls, pixels: Pixels) -> Taken:
        """Return a picture with its stamps found."""
        flat = colourless(pixels)
        areas = stamped(pixels, flat=flat)
        uncoloured = unstamped(pixels, [area for area in areas if not area.grey])
        return cls(
            pixels=pixels,
            uncoloured=uncoloured,
            plain=unstamped(uncoloured, [area for area in areas if area.grey]),
            areas=areas,
            flat=flat,
        )

    def seen(self, pixels: Pixels, frame: Frame) -> Pixels:
        """Return the view of one of the three pictures."""
        return frame.cut(pixels, flat=self.flat)


def sought(taken: Taken, engine: Engine) -> tuple[Frame, list[Quad]]:
    """Return the view of the page with its lines level, and where text is in it."""
    frame, quads = _level(taken, engine)
    below = [
        quad for area in taken.areas if area.grey for quad in _below(taken.plain, area, engine)
    ]
    return _shrunk(frame, _with(quads, moved(below, whole(taken.pixels), frame)))


def _with(quads: Sequence[Quad], below: Sequence[Quad]) -> list[Quad]:
    """Return the text of a level page with what was found again where stamps were taken away.

    Text that runs into a stamp is seen in part with the stamp and in part without it: what overlaps
    on one row is one line.
    """
    lines = list(quads)
    most = _ONE_HIGH * reading.text_height(quads, default=_LARGE_TEXT_PX)
    for quad in below:
        same = [index for index, other in enumerate(lines) if _one_line(quad, other)]
        corners = np.concatenate([quad, *(lines[index] for index in same)])
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        if not same or bottom - top > most:
            lines.append(quad)
            continue
        lines = [other for index, other in enumerate(lines) if index not in same]
        lines.append(np.array([[left, top], [right, top], [right, bottom], [left, bottom]]))
    return lines


def _one_line(one: Quad, other: Quad) -> bool:
    """Whether two pieces of text are as high, on one row, and overlap or touch."""
    low = np.maximum(one.min(axis=0), other.min(axis=0))
    high = np.minimum(one.max(axis=0), other.max(axis=0))
    less, more = sorted((float(np.ptp(one[:, 1])), float(np.ptp(other[:, 1]))))
    across, down = high - low
    return bool(across > 0 and down > _ONE_ROW * more and less > _ONE_ROW * more)


def _level(taken: Taken, engine: Engine) -> tuple[Frame, list[Quad]]:
    """Return the view of the page with its lines level, and where the detector sees text in it."""
    corners = find_paper(taken.pixels)
    start = whole(taken.pixels) if corners is None else flattened(corners)
    probe, quads = _probe(taken, start, engine)
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Probe:
    """A smaller view of a page in which text was sought."""

    frame: Frame
    light: Light
    quads: list[Quad]


def _probe(taken: Taken, start: Frame, engine: Engine) -> tuple[Frame, list[Quad]]:
    """Return a smaller view and the text found in it; looks closer when the text is small."""
    probe = start.sized(_PROBE_PX)
    page = taken.seen(taken.uncoloured, probe)
    light = measured(page)
    page = evened(page, light)
    quads = engine.find(page, side_px=_PROBE_PX)
    text_px = reading.text_height(quads, default=_PROBE_PX)
    if text_px < _SMALL_TEXT_PX and max(start.width, start.height) > _PROBE_PX:
        probe = start.sized(_FINE_PX)
        page = evened(taken.seen(taken.uncoloured, probe), light)
        return probe, engine.find(page, side_px=_FINE_PX)
    if not quads:
        return probe, quads
    regions = left_over(page, quads, text_px=text_px)
    first = _Probe(frame=probe, light=light, quads=quads)
    return probe, [*quads, *_looked_closer(taken, start, first, regions, engine)]


def _looked_closer(
    taken: Taken, start: Frame, first: _Probe, regions: Sequence[Region], engine: Engine
) -> list[Quad]:
    """Return text that shows only at a closer look, in pixels of the smaller view.

    Args:
        taken: The picture in the file.
        start: The whole view.
        first: The smaller view.
        regions: Where to look in it.
        engine: Finds text.
    """
    frame = first.frame
    closer = min(_CLOSER, max(start.width, start.height) / max(frame.width, frame.height))
    if closer <= 1.0:
        return []
    large = start.sized(round(max(frame.width, frame.height) * closer))
    found: list[Quad] = []
    for region in regions:
        low, high = (np.array(region[at : at + 2]) * closer for at in (0, 2))
        (x, y), (x_end, y_end) = low.astype(int), np.ceil(high).astype(int)
        x_end, y_end = min(x_end, large.width), min(y_end, large.height)
        ends = np.array([x, y, x_end, y_end]) / np.tile([large.width, large.height], 2)
        part = taken.seen(taken.uncoloured, large.window(x, y, x_end, y_end))
        part = evened(part, first.light.within(*ends))
        there = engine.find(part, side_px=max(part.shape[:2]))
        back = [(quad + np.array([x, y])) / closer for quad in there]
        found += unlike(back, [*first.quads, *found])
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
