"""The correction notice as PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    LongTable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)

from preaudit.render.notice.content import Annex, Notice, Points, Table, notice
from preaudit.render.notice.fonts import Fonts, fonts
from preaudit.render.wrapping import wrapped
from preaudit.report import Report

_MARGIN_MM = 22
_FRAME_PADDING_PT = 6
"""reportlab leaves this much inside its frames, on either side."""
_WIDTH_PT = A4[0] - 2 * _MARGIN_MM * mm - 2 * _FRAME_PADDING_PT
_SHARES = (0.06, 0.23, 0.28, 0.21, 0.22)
"""Of the table's width, for number, paper, problem, remedy and basis."""
_INK, _SOFT, _LINE, _HEAD = (HexColor(one) for one in ("#1d2023", "#5b6168", "#9aa0a6", "#f1f1ee"))
_RED = HexColor("#8a1f16")
_CELL_PADDING = 4
_HEADED_MM = 55
"""A table starts on a new page when less than this is left for it."""
_SLACK_PT = 1
"""Lines are broken a little early, so that rounding never makes reportlab break them again."""


def notice_pdf(report: Report) -> bytes:
    """Return the notice as PDF, with its fonts inside.

    Raises:
        PreauditError: This machine has no Chinese TrueType font (`font_missing`).
    """
    content = notice(report)
    page = _Sheet(fonts())
    buffer = BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=_MARGIN_MM * mm,
        rightMargin=_MARGIN_MM * mm,
        topMargin=24 * mm,
        bottomMargin=22 * mm,
        title=content.title,
        author="preaudit",
        invariant=1,  # no clock, no random id: same report, same bytes
    )

    def footer(canvas: Any, _: Any) -> None:
        canvas.saveState()
        canvas.setFont(page.fonts.body, 8.5)
        canvas.setFillColor(_SOFT)
        text = content.footer.format(page=canvas.getPageNumber())
        canvas.drawCentredString(A4[0] / 2, 12 * mm, text)
        canvas.restoreState()

    document.build(list(page.flow(content)), onFirstPage=footer, onLaterPages=footer)
    return buffer.getvalue()


class _Sheet:
    """Paragraph styles, and the notice as what reportlab lays out."""

    def __init__(self, chosen: Fonts) -> None:
        self.fonts = chosen
        self._body = self._style("body", size=11, leading=19, firstLineIndent=22)
        self._flush = self._style("flush", size=11, leading=19)
        self._title = self._style("title", size=19, leading=28, heading=True, alignment=TA_CENTER)
        self._heading = self._style("heading", size=12, leading=20, heading=True, spaceBefore=10)
        self._note = self._style("note", size=9.5, leading=15, textColor=_SOFT, spaceAfter=4)
        self._cell = self._style("cell", size=9.2, leading=13.4)
        self._cell_head = self._style("cell-head", size=9.2, leading=13.4, heading=True)
        self._draft = self._style(
            "draft",
            size=9,
            leading=14,
            textColor=_RED,
            borderColor=HexColor("#c98a84"),
            borderWidth=0.6,
            borderPadding=(5, 7, 6, 7),
        )
        self._internal = self._style(
            "internal", size=10, leading=20, textColor=_RED, alignment=TA_CENTER, spaceAfter=6
        )
        self._right = self._style("right", size=11, leading=24, alignment=TA_RIGHT)

    def _style(
        self, name: str, *, size: float, leading: float, heading: bool = False, **more: Any
    ) -> ParagraphStyle:
        font = self.fonts.heading if heading else self.fonts.body
        values = {"textColor": _INK, **more}
        return ParagraphStyle(name, fontName=font, fontSize=size, leading=leading, **values)

    def flow(self, content: Notice) -> Iterator[Flowable]:
        """Yield the notice, then the clerk's sheet on a page of its own."""
        yield self._text(content.draft, self._draft)
        yield Spacer(1, 9 * mm)
        yield self._text(content.title, self._title)
        yield self._text(content.number, self._right)
        yield self._text(content.addressee, self._flush)
        yield self._text(content.opening, self._body)
        for section in content.sections:
            yield from self._table(section)
        yield self._ending(content)
        if content.law:
            yield from self._points(content.law)
        yield PageBreak()
        yield from self._annex(content.annex)

    def _ending(self, content: Notice) -> Flowable:
        """Return what closes the notice, kept together: no page holds a bare signature."""
        parts: list[Flowable] = [Spacer(1, 4 * mm)]
        if content.closing:
            parts.append(self._text(content.closing, self._body))
        parts.append(Spacer(1, 6 * mm))
        parts.extend(self._text(line, self._right) for line in content.signature)
        parts.append(Spacer(1, 8 * mm))
        parts.append(self._text(content.receipt, self._flush))
        return KeepTogether(parts)

    def _annex(self, annex: Annex) -> Iterator[Flowable]:
        yield self._text(annex.title, self._title)
        yield self._text(annex.internal, self._internal)
        yield self._text(annex.reminder, self._body)
        if annex.verify:
            yield from self._table(annex.verify)
        for part in annex.lists:
            yield from self._points(part)

    def _points(self, part: Points) -> Iterator[Flowable]:
        first, *rest = (line for point in part.points for line in self._point(point))
        yield KeepTogether([self._text(part.heading, self._heading), first])
        yield from rest

    def _point(self, point: str) -> Iterator[Paragraph]:
        first, *rest = point.split("\n")
        yield self._text(f"· {first}", self._flush)
        yield from (self._text(line, self._body) for line in rest)

    def _table(self, table: Table) -> Iterator[Flowable]:
        yield CondPageBreak(_HEADED_MM * mm)
        yield self._text(table.heading, self._heading)
        if table.note:
            yield self._text(table.note, self._note)
        head = [self._text(column, self._cell_head) for column in table.columns]
        widths = [share * _WIDTH_PT for share in _SHARES]
        rows = [
            [self._lines(text, width) for text, width in zip(row, widths, strict=True)]
            for row in table.rows
        ]
        yield LongTable(
            [head, *rows],
            colWidths=widths,
            repeatRows=1,
            splitInRow=1,  # an item may be longer than a page
            spaceBefore=3,
            style=_grid(),
        )

    def _lines(self, text: str, width_pt: float) -> list[Flowable]:
        inner = width_pt - 2 * _CELL_PADDING
        return [self._text(line, self._cell, width_pt=inner) for line in text.split("\n")]

    def _text(self, text: str, style: ParagraphStyle, *, width_pt: float = _WIDTH_PT) -> Paragraph:
        first = style.fontName

        def measure(part: str) -> float:
            runs = self.fonts.runs(part, first)
            return float(sum(stringWidth(piece, font, style.fontSize) for font, piece in runs))

        room = width_pt - _SLACK_PT
        lines = wrapped(text, measure, width=room, indent=style.firstLineIndent)
        marked = (_marked(self.fonts.runs(line, first), first) for line in lines)
        return Paragraph("<br/>".join(marked), style)


def _marked(runs: Iterable[tuple[str, str]], first: str) -> str:
    """Return runs in reportlab's paragraph markup; what papers say is escaped."""
    return "".join(
        escape(text) if font == first else f'<font name="{font}">{escape(text)}</font>'
        for font, text in runs
    )


def _grid() -> TableStyle:
    return TableStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, _LINE),
            ("BACKGROUND", (0, 0), (-1, 0), _HEAD),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), _CELL_PADDING),
            ("RIGHTPADDING", (0, 0), (-1, -1), _CELL_PADDING),
            ("TOPPADDING", (0, 0), (-1, -1), _CELL_PADDING - 1),
            ("BOTTOMPADDING", (0, 0), (-1, -1), _CELL_PADDING),
        ]
    )
