"""The sheets of a workbook on A4 pages: tables with their own rules, then their pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from PIL import Image as Pictures
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    Image,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus.doctemplate import LayoutError

from preaudit.ingest.docx_fonts import Fonts
from preaudit.ingest.xlsx_sheet import Grid, Shown

_MARGIN = 12 * mm
_SIZES_PT = (6.5, 20.0)
_RULE_PT = 0.6
_PADDING_PT = 2
_ROOM_PT = 8
_MOST_SHRUNK = 0.45
"""A sheet is not made smaller than this to fit a page; its columns go on over further pages."""
_ONE_LINE_PT = 170.0
"""A column is not made wider than this for the sake of its texts."""
_LATIN_LAST = 0x2E7F
_PICTURE_MAX_PX = 40_000_000
_PT_PER_PX = 0.75
_ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT}
_UPRIGHT, _ACROSS = "upright", "across"
_TABLE = (
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("LEFTPADDING", (0, 0), (-1, -1), _PADDING_PT),
    ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING_PT),
    ("TOPPADDING", (0, 0), (-1, -1), 1.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
)


def lay_out(grids: Sequence[Grid]) -> bytes:
    """Return sheets as PDF bytes, each beginning on a page of its own.

    Raises:
        Refusal: `no_cjk_font`.
    """
    fonts = Fonts()
    for split in (False, True):
        try:
            return _built([_Writer(one, fonts, split_rows=split) for one in grids])
        except LayoutError:
            continue  # a row that is taller than a page has to be parted
    # Where that fails too, cells cannot be set as a table: their texts still can.
    return _built([_Writer(one, fonts, tables=False) for one in grids])


def _built(writers: Sequence[_Writer]) -> bytes:
    out = io.BytesIO()
    template = BaseDocTemplate(out, pagesize=A4, invariant=1)
    for name, size in ((_UPRIGHT, A4), (_ACROSS, landscape(A4))):
        width, height = size
        frame = Frame(
            _MARGIN, _MARGIN, width - 2 * _MARGIN, height - 2 * _MARGIN,
            leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
        )  # fmt: skip
        template.addPageTemplates(PageTemplate(name, [frame], pagesize=size))
    story: list[Flowable] = []
    for number, writer in enumerate(writers):
        first = NextPageTemplate(writer.page)
        story += [first, PageBreak()] if number else [first]
        story += writer.story()
    # The first page is made before the story is read: it takes the first template there is.
    template.pageTemplates.sort(key=lambda one: one.id != writers[0].page)
    template.build(story)
    return out.getvalue()


class _Writer:
    """Turns one sheet into what reportlab sets on pages."""

    def __init__(
        self, grid: Grid, fonts: Fonts, *, tables: bool = True, split_rows: bool = False
    ) -> None:
        self._grid = grid
        self._fonts = fonts
        self._tables = tables
        self._split_rows = int(split_rows)
        self._widths_pt = _roomy(grid)
        natural = sum(self._widths_pt)
        self.page = _ACROSS if grid.across or natural > 1.5 * A4[0] else _UPRIGHT
        """The template of its pages."""
        size = landscape(A4) if self.page == _ACROSS else A4
        self._room_pt = size[0] - 2 * _MARGIN - _ROOM_PT
        self._height_pt = size[1] - 2 * _MARGIN - _ROOM_PT
        self._scale = min(1.0, max(self._room_pt / natural, _MOST_SHRUNK)) if natural else 1.0
        self._ruled = any(any(one.ruled) for one in grid.cells)
        """A sheet without any rule shows the grid of the program instead."""

    def story(self) -> list[Flowable]:
        """Return what stands on the pages of the sheet."""
        story: list[Flowable] = []
        if self._tables:
            for strip in self._strips():
                story += [self._table(strip), Spacer(1, 6)]
        else:
            story += [self._paragraph(one) for one in self._grid.cells if one.text]
        for picture in self._grid.pictures:
            story += self._picture(picture)
        return story or [Spacer(1, 1)]

    def _strips(self) -> Iterator[range]:
        """Yield the columns that stand side by side on one page, as positions."""
        start, width = 0, 0.0
        for at, natural in enumerate(self._widths_pt):
            scaled = natural * self._scale
            if width + scaled > self._room_pt + 0.5 and at > start:
                yield range(start, at)
                start, width = at, 0.0
            width += scaled
        yield range(start, len(self._widths_pt))

    def _table(self, strip: range) -> Table:
        """Return a table of some columns; a cell that begins before them shows its text there."""
        rows = {row: at for at, row in enumerate(self._grid.rows)}
        columns = {self._grid.columns[at]: at - strip.start for at in strip}
        table: list[list[Any]] = [[""] * len(columns) for _ in rows]
        style: list[tuple[Any, ...]] = list(_TABLE)
        if not self._ruled:
            style.append(("GRID", (0, 0), (-1, -1), _RULE_PT, colors.black))
        for one in self._grid.cells:
            across = [columns[c] for c in range(one.column, one.last_column + 1) if c in columns]
            down = [rows[row] for row in range(one.row, one.last_row + 1) if row in rows]
            if not across or not down:
                continue
            first, last = (across[0], down[0]), (across[-1], down[-1])
            if one.column in columns and one.text:
                table[down[0]][across[0]] = self._paragraph(one)
            if first != last:
                style.append(("SPAN", first, last))
            style += _rules(one, first, last)
        widths = [min(self._widths_pt[at] * self._scale, self._room_pt) for at in strip]
        return Table(
            table,
            colWidths=widths,
            style=TableStyle(style),
            splitInRow=self._split_rows,
            hAlign="LEFT",
        )

    def _paragraph(self, cell: Shown) -> Paragraph:
        size = min(max(cell.size_pt * max(self._scale, 0.6), _SIZES_PT[0]), _SIZES_PT[1])
        style = ParagraphStyle(
            name="xlsx",
            fontName=self._fonts.name,
            fontSize=size,
            leading=size * 1.3,
            alignment=_ALIGN[cell.align],
            wordWrap="CJK",
        )
        lines = (self._fonts.markup(line) for line in cell.text.splitlines())
        return Paragraph("<br/>".join(lines), style)

    def _picture(self, data: bytes) -> Iterator[Flowable]:
        png = io.BytesIO()
        try:
            with Pictures.open(io.BytesIO(data)) as picture:
                if picture.width * picture.height > _PICTURE_MAX_PX:
                    return
                width, height = picture.width * _PT_PER_PX, picture.height * _PT_PER_PX
                picture.convert("RGB").save(png, "PNG", compress_level=1)
        except (OSError, ValueError, SyntaxError):
            return
        scale = min(1.0, self._room_pt / max(width, 1), self._height_pt / max(height, 1))
        png.seek(0)
        yield Image(png, width=width * scale, height=height * scale, hAlign="LEFT")


def _roomy(grid: Grid) -> list[float]:
    """Return column widths in points in which short texts and all numbers stand on one line."""
    widths = dict(zip(grid.columns, grid.widths_pt, strict=True))
    for one in grid.cells:
        if one.column == one.last_column and one.column in widths:
            longest = max(map(_width_em, one.text.splitlines()), default=0.0)
            wanted = longest * one.size_pt + 2 * _PADDING_PT + 2
            widths[one.column] = max(widths[one.column], min(wanted, _ONE_LINE_PT))
    return list(widths.values())


def _width_em(line: str) -> float:
    """Return about how wide a line is, in the height of its letters."""
    return sum(1.0 if ord(char) > _LATIN_LAST else 0.56 for char in line)


def _rules(cell: Shown, first: tuple[int, int], last: tuple[int, int]) -> Iterator[tuple[Any, ...]]:
    """Yield the rules around a cell."""
    left, top, right, bottom = cell.ruled
    (west, north), (east, south) = first, last
    for there, name, start, end in (
        (left, "LINEBEFORE", first, (west, south)),
        (top, "LINEABOVE", first, (east, north)),
        (right, "LINEAFTER", (east, north), last),
        (bottom, "LINEBELOW", (west, south), last),
    ):
        if there:
            yield name, start, end, _RULE_PT, colors.black
