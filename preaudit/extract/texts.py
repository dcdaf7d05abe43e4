"""A segment cut up for search: cells, columns of free lines, and prose across page edges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from preaudit.document import Cell, Document, Line, Page, Segment
from preaudit.extract.boxed import unboxed
from preaudit.extract.candidate import PageTexts, SegmentTexts
from preaudit.extract.layout import passages_of, pieces_of, rows_of
from preaudit.extract.lexicon import Lexicon, lexicon
from preaudit.extract.passage import Passage, Piece, join
from preaudit.extract.scraps import without_edges, without_scraps
from preaudit.extract.unstacking import unstacked
from preaudit.extract.values.reading import fields_of
from preaudit.folding import compact

_FOOT: Final = re.compile(r"^(?:第\d+页.*|[-·—]*\d{1,3}[-·—]*|\d+/\d+|第\d+页共\d+页)$")
_EDGE: Final = 0.075


def segment_texts(document: Document, segment: Segment) -> SegmentTexts:
    """Return a segment as the sources of candidates see it."""
    known = lexicon(segment.kind)
    pages = tuple(_page_texts(document.page(number), known) for number in segment.pages)
    return SegmentTexts(
        kind=segment.kind,
        lexicon=known,
        fields=frozenset(fields_of(segment.kind)),
        pages=pages,
        flow=tuple(_flow(pages)),
    )


def _page_texts(page: Page, known: Lexicon) -> PageTexts:
    page = unboxed(page)
    in_cells = {line for cell in page.cells for line in cell.lines}
    free = unstacked(
        [line for line in page.lines if line not in in_cells and not _page_number(line)],
        page.aspect,
        known,
    )
    pieces = pieces_of(without_edges(free, page.aspect), page.aspect, known)
    columns = passages_of(pieces_of(without_scraps(free, page.aspect), page.aspect, known), known)
    cells: list[Passage] = []
    framed: list[tuple[Piece, ...]] = []
    for cell in page.cells:
        lines = unstacked(cell.lines, page.aspect, known)
        inside = pieces_of(without_scraps(lines, page.aspect), page.aspect, known)
        parts = passages_of(inside, known, cell=cell)
        cells.append(parts[0] if len(parts) == 1 else _in_rows(inside, cell))
        columns += parts if len(parts) > 1 else []
        framed += [tuple(inside)] if len(parts) > 1 else []
    return PageTexts(
        page=page, passages=tuple(columns), cells=tuple(cells), pieces=tuple(pieces),
        framed=tuple(framed),
    )  # fmt: skip


def _page_number(line: Line) -> bool:
    at_edge = not _EDGE < line.box.top < 1 - _EDGE
    return at_edge and bool(_FOOT.match(compact(line.text)))


def _in_rows(pieces: Sequence[Piece], cell: Cell) -> Passage:
    """Return a cell whose text stands in columns as one passage, row by row."""
    ordered = sorted(pieces, key=lambda one: (one.box.centre[1], one.box.left))
    return join(ordered, cell=cell, stops=frozenset(range(len(ordered))))


def _flow(pages: Sequence[PageTexts]) -> list[Passage]:
    """Return the text around each page edge as one passage: a clause may be broken there."""
    out: list[Passage] = []
    for upper, lower in pairwise(pages):
        tail, head = _last_rows(upper), _first_rows(lower)
        if not _one_column(tail) or not _one_column(head):
            continue
        if tail and head and not tail[-1].text.endswith(("。", "；", ";")):
            out.append(join([*tail, *head], stops=frozenset({0})))
    return out


def _one_column(pieces: Sequence[Piece]) -> bool:
    """Tell whether no two pieces share a row: prose, not two parties side by side."""
    return all(len(row) == 1 for row in rows_of(pieces))


def _last_rows(page: PageTexts) -> list[Piece]:
    body = [p for p in page.pieces if p.box.bottom < 1 - _EDGE]
    return sorted(body, key=lambda one: (one.box.centre[1], one.box.left))[-4:]


def _first_rows(page: PageTexts) -> list[Piece]:
    body = [p for p in page.pieces if p.box.top > _EDGE]
    return sorted(body, key=lambda one: (one.box.centre[1], one.box.left))[:4]
