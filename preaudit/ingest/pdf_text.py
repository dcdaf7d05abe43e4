"""What a PDF page draws: characters, lines and rectangles, images, in the page as displayed.

pdfplumber opens the file and knows its pages; a device of our own takes what pdfminer, the engine
below it, draws. That is twice as fast as pdfplumber's dictionaries and shows what they leave out:
the text rendering mode, which says whether a character leaves ink.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTContainer, LTCurve, LTImage, LTLine, LTPage, LTRect
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.utils import apply_matrix_rect

from preaudit.ingest.characters import as_meant

Bounds = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of the page as displayed."""

_NO_INK_MODES = (3, 7)
_THIN_PT = 3.0
"""A filled rectangle no thicker than this is a line."""
_SHORT_PT = 4.0
"""Shorter strokes are parts of drawings, not rulings."""
_ASKEW_PT = 1.0
_STROKE_PT = (0.4, 3.0)
_LOOK_AT_CLOCK_EVERY = 500


class TooSlow(Exception):  # noqa: N818  # nothing is wrong with the page
    """The page draws more than can be taken in the time there is."""


@dataclass(slots=True, kw_only=True)
class Drawn:
    """What one page draws; the lists about characters are of equal length."""

    texts: list[str] = field(default_factory=list)
    bounds: list[Bounds] = field(default_factory=list)
    sizes_pt: list[float] = field(default_factory=list)
    visible: list[bool] = field(default_factory=list)
    rulings: list[Bounds] = field(default_factory=list)
    images: list[Bounds] = field(default_factory=list)
    image_sizes: list[tuple[int, int]] = field(default_factory=list)
    """Pixels across and down for each image."""
    over_images: list[int] = field(default_factory=list)
    """For each image, how many visible characters are drawn after it."""


class _Device(PDFPageAggregator):
    """Keeps which characters leave ink, and gives up when time is up."""

    def __init__(self, manager: Any, until: float) -> None:
        super().__init__(manager)
        self.ink: dict[int, bool] = {}
        self._mode = 0
        self._until = until
        self._calls = 0

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        self._mode = textstate.render
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(self, *args: Any, **kwargs: Any) -> float:
        self._tick()
        advance: float = super().render_char(*args, **kwargs)
        last = self.cur_item._objs[-1]  # noqa: SLF001  # pdfminer hands a new item out nowhere else
        self.ink[id(last)] = self._mode not in _NO_INK_MODES
        return advance

    def paint_path(self, *args: Any, **kwargs: Any) -> None:
        self._tick()
        super().paint_path(*args, **kwargs)

    def handle_undefined_char(self, font: Any, cid: int) -> str:  # noqa: ARG002  # the engine's shape
        return "�"

    def _tick(self) -> None:
        self._calls += 1
        if self._calls % _LOOK_AT_CLOCK_EVERY == 0 and time.monotonic() > self._until:
            raise TooSlow


class _Frame:
    """Turns points of the engine into shares of the page as displayed (cropped and turned)."""

    def __init__(self, page: Any) -> None:
        left, bottom, right, top = page.mediabox
        turn = page.rotate % 360
        matrix = {
            90: (0, -1, 1, 0, -bottom, right),
            180: (-1, 0, 0, -1, right, top),
            270: (0, 1, -1, 0, top, -left),
        }.get(turn, (1, 0, 0, 1, -left, -bottom))
        crop = _meet(page.cropbox, page.mediabox)
        self._left, self._bottom, x1, self._top = apply_matrix_rect(matrix, crop)
        self._width, self._height = x1 - self._left, self._top - self._bottom

    def shares(self, x0: float, y0: float, x1: float, y1: float) -> Bounds | None:
        """Return a rectangle as shares of the page; None when it lies outside."""
        left, right = sorted(((x0 - self._left) / self._width, (x1 - self._left) / self._width))
        top, bottom = sorted(((self._top - y0) / self._height, (self._top - y1) / self._height))
        if right <= 0 or left >= 1 or bottom <= 0 or top >= 1:
            return None
        return max(0.0, left), max(0.0, top), min(1.0, right), min(1.0, bottom)


def _meet(inner: Any, outer: Any) -> Bounds:
    """Return where two rectangles meet; the outer one where they do not."""
    meet = (
        max(min(inner[0], inner[2]), min(outer[0], outer[2])),
        max(min(inner[1], inner[3]), min(outer[1], outer[3])),
        min(max(inner[0], inner[2]), max(outer[0], outer[2])),
        min(max(inner[1], inner[3]), max(outer[1], outer[3])),
    )
    empty = meet[2] <= meet[0] or meet[3] <= meet[1]
    return (outer[0], outer[1], outer[2], outer[3]) if empty else meet


def take(page: Any, *, timeout_s: float) -> Drawn:
    """Return what a page of pdfplumber draws.

    Raises:
        TooSlow: It takes longer than `timeout_s`.
        Exception: Whatever pdfminer raises over a damaged page.
    """
    manager = page.pdf.rsrcmgr
    device = _Device(manager, time.monotonic() + timeout_s)
    PDFPageInterpreter(manager, device).process_page(page.page_obj)
    return _collected(device.get_result(), device.ink, _Frame(page.page_obj))


def _collected(layout: LTPage, ink: dict[int, bool], frame: _Frame) -> Drawn:
    drawn = Drawn()
    inked_before: list[int] = []
    inked = 0
    for item in _leaves(layout):
        if isinstance(item, LTChar):
            inked += _add_char(drawn, item, visible=ink.get(id(item), True), frame=frame)
        elif isinstance(item, LTImage):
            if _add_image(drawn, item, frame):
                inked_before.append(inked)
        elif isinstance(item, LTCurve):
            shares = (frame.shares(*stroke) for stroke in _strokes(item))
            drawn.rulings += [bounds for bounds in shares if bounds]
    drawn.over_images = [inked - before for before in inked_before]
    return drawn


def _leaves(container: LTContainer) -> Iterator[Any]:
    """Yield items in the order they are drawn, those of forms in their place."""
    stack = [iter(container)]
    while stack:
        item = next(stack[-1], None)
        if item is None:
            stack.pop()
        elif isinstance(item, LTContainer):
            stack.append(iter(item))
        else:
            yield item


def _add_char(drawn: Drawn, item: Any, *, visible: bool, frame: _Frame) -> bool:
    """Add a character; tell whether it leaves ink on the page."""
    text = as_meant(item.get_text().replace("\x00", "")[:32])
    bounds = frame.shares(*item.bbox)
    if not text or bounds is None:
        return False
    drawn.texts.append(text)
    drawn.bounds.append(bounds)
    drawn.sizes_pt.append(float(item.size))
    drawn.visible.append(visible)
    return visible and not text.isspace()


def _add_image(drawn: Drawn, item: Any, frame: _Frame) -> bool:
    bounds = frame.shares(*item.bbox)
    if bounds is None:
        return False
    width, height = (size if isinstance(size, int) else 0 for size in item.srcsize)
    drawn.images.append(bounds)
    drawn.image_sizes.append((width, height))
    return True


def _strokes(item: Any) -> Iterator[Bounds]:
    """Yield the horizontal and vertical strokes of a path, as thin rectangles in points."""
    x0, y0, x1, y1 = item.bbox
    if not (item.stroke or item.fill) or max(x1 - x0, y1 - y0) < _SHORT_PT:
        return
    thick = min(max(float(item.linewidth or 0), _STROKE_PT[0]), _STROKE_PT[1])
    if isinstance(item, LTLine):
        yield from _segment(item.pts[0], item.pts[1], thick)
    elif min(x1 - x0, y1 - y0) <= _THIN_PT:
        if not _is_white(item.stroking_color if item.stroke else item.non_stroking_color):
            yield x0, y0, x1, y1
    elif _is_white(item.stroking_color if item.stroke else item.non_stroking_color):
        return
    elif isinstance(item, LTRect):
        for start, end in _sides(x0, y0, x1, y1):
            yield from _segment(start, end, thick)
    elif item.stroke:  # a filled outline is a drawing or a letter
        yield from _polyline(item, thick)


def _sides(x0: float, y0: float, x1: float, y1: float) -> Iterator[tuple[Any, Any]]:
    corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    yield from zip(corners, (*corners[1:], corners[0]), strict=True)


def _polyline(item: Any, thick: float) -> Iterator[Bounds]:
    here = start = None
    for operator, *points in item.original_path or ():
        if operator == "h":
            end = start
        elif points:
            end = points[-1]
        else:
            continue
        if operator == "m":
            start = end
        elif operator in {"l", "h"} and here is not None and end is not None:
            yield from _segment(here, end, thick)
        here = end


def _segment(start: Any, end: Any, thick: float) -> Iterator[Bounds]:
    (x0, y0), (x1, y1) = start, end
    across, up = abs(x1 - x0), abs(y1 - y0)
    half = thick / 2
    if across >= _SHORT_PT and up <= _ASKEW_PT:
        yield min(x0, x1), min(y0, y1) - half, max(x0, x1), max(y0, y1) + half
    elif up >= _SHORT_PT and across <= _ASKEW_PT:
        yield min(x0, x1) - half, min(y0, y1), max(x0, x1) + half, max(y0, y1)


def _is_white(colour: Any) -> bool:
    """Tell whether a colour of one to four numbers is paper white (as CMYK: no ink)."""
    parts = colour if isinstance(colour, tuple | list) else (colour,)
    if not parts or not all(isinstance(part, int | float) for part in parts):
        return False
    if len(parts) == 4:  # noqa: PLR2004  # cyan, magenta, yellow, black
        return all(part <= 0.02 for part in parts)  # noqa: PLR2004  # a share of ink
    return all(part >= 0.98 for part in parts)  # noqa: PLR2004  # a share of light
