"""The press: pages with text, rules and marks, which remembers where every value was printed.

Coordinates are points from the top left of the page. Pages are kept as lists of strokes until
`finish`, so that marks which need all pages (paging seals, page totals) can still be added.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from PIL import Image
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from corpus.faces import pdf_face
from corpus.legibility import Letter
from corpus.lines import Placed, Type
from corpus.printed import Role

Stroke = Callable[[Any], None]
Rect = tuple[float, float, float, float]
"""Left, top, right, bottom in points."""
Ink = tuple[float, float, float]

A4 = (595.28, 841.89)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A piece of a value: one stretch of one line."""

    page: int
    rect: Rect
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PressedMark:
    """A seal, signature, tick or QR code on the paper."""

    kind: str
    page: int
    rect: Rect
    owner: str | None = None
    shape: str | None = None
    bears: Mapping[str, str] = field(default_factory=dict)
    """What else a seal bears, where that is measured."""
    letters: tuple[Letter, ...] = ()
    """Likewise, with corners in points of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place in the text where a mark has to stand."""

    mark: str
    page: int
    x: float
    baseline: float
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PressedRun:
    """A printed line: where its characters begin and the last one ends, from top to bottom."""

    page: int
    text: str
    edges: tuple[float, ...]
    top: float
    bottom: float
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PressedCell:
    """A cell of a ruled table, and which runs stand in it."""

    page: int
    table: int
    rect: Rect
    runs: range


@dataclass(slots=True, kw_only=True)
class _Page:
    size: tuple[float, float]
    under: list[Stroke] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    over: list[Stroke] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Press:
    """Pages in the making, and where each value stands on them."""

    rng: random.Random
    tick_shape: str = "check"
    pages: list[_Page] = field(default_factory=list)
    fragments: dict[tuple[str, int], list[Fragment]] = field(default_factory=dict)
    marks: list[PressedMark] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    runs: list[PressedRun] = field(default_factory=list)
    cells: list[PressedCell] = field(default_factory=list)
    pairs: list[tuple[range, range]] = field(default_factory=list)
    """Runs of labels, and of their values."""
    drawn: list[tuple[int, Rect]] = field(default_factory=list)
    """Pages and places of what is neither text nor a mark."""
    role: Role = "text"
    """Of what is being printed."""
    tables: int = 0
    """How many tables were begun."""

    @property
    def page(self) -> int:
        """The number of the current page, from 1."""
        return len(self.pages)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the current page in points."""
        return self.pages[-1].size

    def new_page(self, size: tuple[float, float]) -> None:
        """Begin a page."""
        self.pages.append(_Page(size=size))

    def line(self, placed: Sequence[Placed], x: float, baseline: float, setting: Type) -> None:
        """Print one line of atoms from x on; values, ticks and slots are remembered."""
        for run in _runs(placed, setting):
            self._run(run, x, baseline, setting)
        for stretch in _stretches(placed, lambda item: item.atom.underline):
            self.rule(
                x + stretch[0].x,
                baseline + setting.size * 0.2,
                x + stretch[-1].x + stretch[-1].width,
                baseline + setting.size * 0.2,
                0.6,
            )
        self._remember(placed, x, baseline, setting)
        self._record(placed, x, baseline, setting)
        for item in placed:
            if item.atom.mark in ("tick", "box"):
                self._tick(item, x, baseline, setting)
            elif item.atom.mark and not item.atom.mark.startswith("room"):
                self.slots.append(
                    Slot(
                        mark=item.atom.mark,
                        page=self.page,
                        x=x + item.x,
                        baseline=baseline,
                        size=setting.size,
                    )
                )

    def _run(self, run: Sequence[Placed], x: float, baseline: float, setting: Type) -> None:
        text = "".join(item.atom.text for item in run)
        face = setting.face_of(text[0])
        bold = setting.bold or run[0].atom.bold
        top = self.size[1]
        # Spaced letters are placed one by one: readers of PDF disagree on where the space of a
        # letter goes when the face's subset changes behind it.
        spaced = [(x + item.x, item.atom.text) for item in run]
        pieces = spaced if setting.spacing else [(x + run[0].x, text)]
        size = setting.size * run[0].atom.scale

        def stroke(canvas: Any) -> None:
            words = canvas.beginText()
            words.setFont(pdf_face(face), size)
            words.setFillColorRGB(*setting.ink)
            if setting.squeeze != 1:
                words.setHorizScale(setting.squeeze * 100)
            if bold:
                words.setStrokeColorRGB(*setting.ink)
                words.setTextRenderMode(2)
                canvas.setLineWidth(size * 0.028)
            for item_at, letters in pieces:
                words.setTextOrigin(item_at, top - baseline)
                words.textOut(letters)
            words.setTextRenderMode(0)
            canvas.drawText(words)

        self.pages[-1].strokes.append(stroke)

    def _remember(self, placed: Sequence[Placed], x: float, baseline: float, setting: Type) -> None:
        found: dict[tuple[str, int], list[Placed]] = {}
        for item in placed:
            for key in item.atom.fields:
                if item.atom.text:
                    found.setdefault(key, []).append(item)
        for key, items in found.items():
            rect = (
                x + items[0].x,
                baseline - setting.size * 0.88,
                x + items[-1].x + items[-1].width,
                baseline + setting.size * 0.16,
            )
            text = "".join(item.atom.text for item in items)
            self.fragments.setdefault(key, []).append(
                Fragment(page=self.page, rect=rect, text=text)
            )

    def _record(self, placed: Sequence[Placed], x: float, baseline: float, setting: Type) -> None:
        """Keep the line as truth of reading."""
        items = [item for item in placed if item.atom.text]
        if not any(item.atom.text.strip() for item in items):
            return
        size = setting.size * max(item.atom.scale for item in items)
        self.runs.append(
            PressedRun(
                page=self.page,
                text="".join(item.atom.text for item in items),
                edges=(*(x + item.x for item in items), x + items[-1].x + items[-1].width),
                top=baseline - size * 0.88,
                bottom=baseline + size * 0.16,
                role=self.role,
            )
        )

    def close_cell(self, rect: Rect, first: int) -> None:
        """Keep a cell of the current table, which holds the runs from `first` on."""
        runs = range(first, len(self.runs))
        self.cells.append(PressedCell(page=self.page, table=self.tables, rect=rect, runs=runs))

    def _tick(self, item: Placed, x: float, baseline: float, setting: Type) -> None:
        side = setting.size * 0.8
        left, top = x + item.x + setting.size * 0.12, baseline - side * 0.93
        ticked = item.atom.mark == "tick"
        self.drawn.append((self.page, (left, top - side * 0.15, left + side * 1.1, top + side)))
        if self.tick_shape == "root" and ticked:
            self._polyline(
                [(left, top + side * 0.55), (left + side * 0.35, top + side), (left + side, top)],
                1.2,
            )
        else:
            self.box((left, top, left + side, top + side), 0.7)
            if ticked and self.tick_shape == "filled":
                self.fill(
                    (left + side * 0.18, top + side * 0.18, left + side * 0.82, top + side * 0.82),
                    (0, 0, 0),
                )
            elif ticked:
                self._polyline(
                    [
                        (left + side * 0.12, top + side * 0.5),
                        (left + side * 0.42, top + side * 0.85),
                        (left + side * 1.05, top - side * 0.12),
                    ],
                    1.3,
                )
        if ticked:
            self.marks.append(
                PressedMark(
                    kind="tick",
                    page=self.page,
                    rect=(left, top - side * 0.1, left + side * 1.05, top + side),
                )
            )

    def rule(
        self, x0: float, y0: float, x1: float, y1: float, width: float, ink: Ink = (0, 0, 0)
    ) -> None:
        """Draw a straight line."""
        height = self.size[1]

        def stroke(canvas: Any) -> None:
            canvas.setStrokeColorRGB(*ink)
            canvas.setLineWidth(width)
            canvas.line(x0, height - y0, x1, height - y1)

        self.pages[-1].strokes.append(stroke)

    def box(self, rect: Rect, width: float, ink: Ink = (0, 0, 0)) -> None:
        """Draw the outline of a rectangle."""
        height = self.size[1]

        def stroke(canvas: Any) -> None:
            canvas.setStrokeColorRGB(*ink)
            canvas.setLineWidth(width)
            canvas.rect(rect[0], height - rect[3], rect[2] - rect[0], rect[3] - rect[1])

        self.pages[-1].strokes.append(stroke)

    def fill(self, rect: Rect, ink: Ink, *, under: bool = False) -> None:
        """Fill a rectangle; `under` puts it below everything on the page."""
        height = self.size[1]

        def stroke(canvas: Any) -> None:
            canvas.setFillColorRGB(*ink)
            canvas.rect(
                rect[0], height - rect[3], rect[2] - rect[0], rect[3] - rect[1], stroke=0, fill=1
            )

        page = self.pages[-1]
        (page.under if under else page.strokes).append(stroke)

    def _polyline(self, points: Sequence[tuple[float, float]], width: float) -> None:
        for (x0, y0), (x1, y1) in pairwise(points):
            self.rule(x0, y0, x1, y1, width)

    def polygon(self, points: Sequence[tuple[float, float]], width: float, ink: Ink) -> None:
        """Draw a closed outline."""
        ends = [*points[1:], points[0]]
        for (x0, y0), (x1, y1) in zip(points, ends, strict=True):
            self.rule(x0, y0, x1, y1, width, ink)

    def disc(self, x: float, y: float, radius: float, fill: Ink, rim: Ink) -> None:
        """Draw a filled disc with a rim around the point (x, y)."""
        height = self.size[1]

        def stroke(canvas: Any) -> None:
            canvas.setFillColorRGB(*fill)
            canvas.setStrokeColorRGB(*rim)
            canvas.setLineWidth(radius * 0.18)
            canvas.circle(x, height - y, radius, stroke=1, fill=1)

        self.pages[-1].strokes.append(stroke)

    def image(self, picture: Image.Image, rect: Rect, *, page: int, over: bool) -> None:
        """Put a picture on a page; `over` puts it above the text."""
        target = self.pages[page - 1]
        height = target.size[1]

        def stroke(canvas: Any) -> None:
            canvas.drawImage(
                ImageReader(picture),
                rect[0],
                height - rect[3],
                rect[2] - rect[0],
                rect[3] - rect[1],
                mask="auto",
            )

        (target.over if over else target.strokes).append(stroke)

    def finish(self, *, title: str) -> bytes:
        """Return the PDF; the same strokes give the same bytes."""
        out = io.BytesIO()
        canvas = new_canvas(out)
        canvas.setTitle(title)
        canvas.setProducer("Office Writer")
        canvas.setCreator("Office Writer")
        for page in self.pages:
            canvas.setPageSize(page.size)
            for stroke in (*page.under, *page.strokes, *page.over):
                canvas.saveState()
                stroke(canvas)
                canvas.restoreState()
            canvas.showPage()
        canvas.save()
        return out.getvalue()


def new_canvas(out: io.BytesIO, size: tuple[float, float] = A4) -> Any:
    """Return a canvas whose bytes depend on what is drawn alone, with binary streams."""
    rl_config.useA85 = 0
    return Canvas(out, pagesize=size, invariant=1, pageCompression=1)


def _runs(placed: Sequence[Placed], setting: Type) -> list[list[Placed]]:
    """Return stretches of letters in one face and weight that stand side by side."""
    runs: list[list[Placed]] = []
    for item in placed:
        if not item.atom.text:
            runs.append([])
            continue
        last = runs[-1][-1] if runs and runs[-1] else None
        same = last is not None and (
            setting.face_of(last.atom.text) == setting.face_of(item.atom.text)
            and last.atom.bold == item.atom.bold
            and last.atom.scale == item.atom.scale
        )
        if same:
            runs[-1].append(item)
        else:
            runs.append([item])
    return [run for run in runs if run]


def _stretches(placed: Sequence[Placed], wanted: Callable[[Placed], bool]) -> list[list[Placed]]:
    stretches: list[list[Placed]] = [[]]
    for item in placed:
        if wanted(item):
            stretches[-1].append(item)
        elif stretches[-1]:
            stretches.append([])
    return [stretch for stretch in stretches if stretch]
