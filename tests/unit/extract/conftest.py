"""Pages and documents built by hand, one row of text at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from preaudit.case import Material
from preaudit.document import (
    Cell,
    Document,
    Line,
    Mark,
    MarkKind,
    Origin,
    Page,
    Quality,
    Segment,
)
from preaudit.extract import Extractor, open_extractor
from preaudit.extract.extractor import PipelineExtractor
from preaudit.fields import FieldState, canonical
from preaudit.geometry import Box
from preaudit.settings import Settings
from preaudit.sheet import MediaType, Source

sys.path.insert(0, str(Path(__file__).parent))  # for `tagged_pages`, which lies beside
from tagged_pages import READING  # found only from here on

WIDTH = 0.02
HEIGHT = 0.0165


def line_at(
    text: str, left: float, top: float, *, sure: float = 1.0, origin: Origin = Origin.EMBEDDED
) -> Line:
    """Return a row of text of usual size; blanks are as wide as characters."""
    edges = tuple(left + WIDTH * n for n in range(len(text) + 1))
    box = Box(page=1, left=left, top=top, right=edges[-1], bottom=top + HEIGHT)
    return Line(text=text, box=box, confidence=sure, origin=origin, edges=edges)


def page_of(lines: Sequence[Line], cells: Sequence[Cell] = (), marks: Sequence[Mark] = ()) -> Page:
    """Return a legible upright page."""
    return Page(
        number=1,
        aspect=1.414,
        lines=tuple(lines),
        cells=tuple(cells),
        marks=tuple(marks),
        quality=Quality(flaws=(), dpi=None, mean_confidence=1.0),
    )


def rows_page(*rows: str, left: float = 0.12, top: float = 0.2) -> Page:
    """Return a page of rows below one another."""
    return page_of([line_at(text, left, top + 0.03 * n) for n, text in enumerate(rows)])


def table_page(*rows: Sequence[str], widths: Sequence[float] | None = None) -> Page:
    """Return a page with one ruled table; every row has the same columns."""
    shares = list(widths or [0.8 / len(rows[0])] * len(rows[0]))
    cells: list[Cell] = []
    lines: list[Line] = []
    for r, row in enumerate(rows):
        left = 0.1
        for c, text in enumerate(row):
            top = 0.2 + 0.03 * r
            own = (line_at(text, left + 0.005, top + 0.005),) if text else ()
            box = Box(page=1, left=left, top=top, right=left + shares[c], bottom=top + 0.03)
            cells.append(
                Cell(table=0, row=r, column=c, row_span=1, column_span=1, box=box, lines=own)
            )
            lines += own
            left += shares[c]
    return page_of(lines, cells)


def seal_at(left: float, top: float, text: str = "") -> Mark:
    """Return a round red seal of usual size."""
    box = Box(page=1, left=left, top=top, right=left + 0.18, bottom=top + 0.13)
    return Mark(
        kind=MarkKind.SEAL, box=box, text=text, text_confidence=0.9, shape="round", colour="red",
        confidence=0.95,
    )  # fmt: skip


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """The extractor as the pipeline opens it."""
    return open_extractor(Settings())


@pytest.fixture(scope="session")
def extracted(extractor: Extractor) -> Callable[[str, Page], Material]:
    """Extract one page as a material of a kind, with the weights that are shipped."""
    return _extracting(extractor)


@pytest.fixture(scope="session")
def read(extracted: Callable[[str, Page], Material]) -> Callable[[str, Page], Material]:
    """The same without weights: what labels, tables and sentences say, however sure that is.

    The shipped weights may doubt it on so small a page, but find nothing else in its stead.
    """
    reading = _extracting(PipelineExtractor(READING))

    def extract(kind: str, page: Page) -> Material:
        told = reading(kind, page)
        for plain, shipped in zip(told.fields, extracted(kind, page).fields, strict=True):
            if plain.value is not None and shipped.state is FieldState.FOUND:
                assert shipped.value is not None
                assert canonical(shipped.value) == canonical(plain.value), shipped
        return told

    return extract


def _extracting(extractor: Extractor) -> Callable[[str, Page], Material]:
    def extract(kind: str, page: Page) -> Material:
        source = Source(
            name="a.pdf", sha256="0" * 64, sm3="", media_type=MediaType.PDF, size_bytes=1, pages=1
        )
        segment = Segment(
            sha256=source.sha256, pages=(1,), kind=kind, confidence=0.9, runners_up=(), settled=True
        )
        return extractor.extract(Document(source=source, pages=(page,)), segment)

    return extract
