"""A page while it is painted: what is drawn, and where its characters, lines and pictures are."""

from __future__ import annotations

from dataclasses import dataclass, field

from preaudit.ingest.ofd.canvas import PT_PER_MM, Canvas
from preaudit.ingest.ofd.numbers import Area, Matrix, Point, apply, bounds, corners, scale
from preaudit.ingest.ofd.outlines import Outline
from preaudit.ingest.pdf_text import Bounds, Drawn
from preaudit.ingest.problems import Refusal

_OBJECTS_MAX = 400_000
"""Characters and objects of one page."""
_SHORT_MM = 4.0 / PT_PER_MM
"""As for PDF files: shorter strokes are parts of drawings, not rulings."""
_ASKEW_MM = 1.0 / PT_PER_MM
_STROKE_MM = (0.4 / PT_PER_MM, 3.0 / PT_PER_MM)
_THIN_MM = 3.0 / PT_PER_MM


@dataclass(slots=True, kw_only=True)
class Surface:
    """One page: its canvas, and its content as numbers."""

    page: Area
    """The page in millimetres of its own coordinates."""
    canvas: Canvas
    drawn: Drawn = field(default_factory=Drawn)
    missing: list[str] = field(default_factory=list)
    """What it refers to and is not there."""
    _inked: int = 0
    _inked_before: list[int] = field(default_factory=list)
    _objects: int = 0

    def count(self, weight: int = 1) -> None:
        """Count one object more, or what weighs as much as several.

        Raises:
            Refusal: `damaged_page`: the page holds more than can be shown.
        """
        self._objects += weight
        if self._objects > _OBJECTS_MAX:
            raise Refusal("damaged_page", detail=f"> {_OBJECTS_MAX} objects")

    def shares(self, points: list[Point]) -> Bounds | None:
        """Return the box around points (in millimetres) as shares; None when it is off the page."""
        x0, y0, width, height = self.page
        left, top, right, bottom = bounds(points)
        left, right = (left - x0) / width, (right - x0) / width
        top, bottom = (top - y0) / height, (bottom - y0) / height
        if right <= 0 or left >= 1 or bottom <= 0 or top >= 1:
            return None
        return max(0.0, left), max(0.0, top), min(1.0, right), min(1.0, bottom)

    def add_char(self, text: str, points: list[Point], *, size_mm: float, visible: bool) -> None:
        """Add a character in the box around some points."""
        place = self.shares(points)
        if not text or place is None:
            return
        self.drawn.texts.append(text[:32])
        self.drawn.bounds.append(place)
        self.drawn.sizes_pt.append(size_mm * PT_PER_MM)
        self.drawn.visible.append(visible)
        self._inked += visible and not text.isspace()

    def add_image(self, by: Matrix, size: tuple[int, int]) -> None:
        """Add a picture that fills the unit square seen through a matrix."""
        place = self.shares(corners(0, 0, 1, 1, by))
        if place is not None:
            self.drawn.images.append(place)
            self.drawn.image_sizes.append(size)
            self._inked_before.append(self._inked)

    def add_rulings(self, path: Outline, by: Matrix, *, width: float | None) -> None:
        """Add the level and upright strokes of a path.

        Args:
            path: In its own coordinates.
            by: From there to the page.
            width: Of its line; None when only its area is filled.
        """
        if not path.points:
            return
        left, top, right, bottom = bounds([apply(by, x, y) for x, y in path.points])
        if max(right - left, bottom - top) < _SHORT_MM:
            return
        if width is None and min(right - left, bottom - top) <= _THIN_MM:
            self._add_ruling(left, top, right, bottom)
            return
        if width is None and not path.is_straight:  # a filled outline is a drawing or a letter
            return
        thick = min(max((width or 0) * scale(by), _STROKE_MM[0]), _STROKE_MM[1]) / 2
        for start, end in path.segments:
            self._add_segment(apply(by, *start), apply(by, *end), thick)

    def _add_segment(self, start: Point, end: Point, half: float) -> None:
        (x0, y0), (x1, y1) = start, end
        across, down = abs(x1 - x0), abs(y1 - y0)
        if across >= _SHORT_MM and down <= _ASKEW_MM:
            self._add_ruling(min(x0, x1), min(y0, y1) - half, max(x0, x1), max(y0, y1) + half)
        elif down >= _SHORT_MM and across <= _ASKEW_MM:
            self._add_ruling(min(x0, x1) - half, min(y0, y1), max(x0, x1) + half, max(y0, y1))

    def _add_ruling(self, left: float, top: float, right: float, bottom: float) -> None:
        place = self.shares([(left, top), (right, bottom)])
        if place is not None:
            self.drawn.rulings.append(place)

    def finished(self) -> Drawn:
        """Return what the page draws, once all of it is drawn."""
        self.drawn.over_images = [self._inked - before for before in self._inked_before]
        return self.drawn
