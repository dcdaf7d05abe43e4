"""The correction notice as DOCX, for a clerk to edit."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from preaudit.render.notice.content import Annex, Notice, Points, Table, notice
from preaudit.report import Report

_BODY, _HEADING = "仿宋", "黑体"
_LATIN = "Times New Roman"
_MARGIN_MM = 22
_WIDTHS_MM = (10, 38, 46, 35, 37)
_SOFT, _RED = RGBColor(0x5B, 0x61, 0x68), RGBColor(0x8A, 0x1F, 0x16)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Instead of the clock: same report, same bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """How a paragraph looks."""

    size_pt: float = 12
    font: str = _BODY
    colour: RGBColor | None = None
    align: Any = None
    indent: bool = False
    before_pt: float = 0
    after_pt: float = 4


_CENTRE, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
_TEXT = _Look()
_INDENTED = _Look(indent=True, before_pt=6)
_SIDE = _Look(align=_RIGHT, before_pt=6)
_TITLE = _Look(size_pt=20, font=_HEADING, align=_CENTRE, after_pt=8)
_SECTION = _Look(font=_HEADING, before_pt=12)
_NOTE = _Look(size_pt=10, colour=_SOFT)
_DRAFT = _Look(size_pt=9, colour=_RED, after_pt=14)
_POINT = _Look(size_pt=11, after_pt=2)
_CELL, _CELL_HEAD = _Look(size_pt=10.5), _Look(size_pt=10.5, font=_HEADING)
_FOOT = _Look(size_pt=9, colour=_SOFT)


def notice_docx(report: Report) -> bytes:
    """Return the notice as DOCX."""
    content = notice(report)
    document = Document()
    _prepare(document, content)
    _paragraph(document, content.draft, _DRAFT)
    _paragraph(document, content.title, _TITLE)
    _paragraph(document, content.number, _SIDE)
    _paragraph(document, content.addressee, _TEXT)
    _paragraph(document, content.opening, _INDENTED)
    for section in content.sections:
        _table(document, section)
    if content.closing:
        _paragraph(document, content.closing, replace(_INDENTED, before_pt=10))
    for line in content.signature:
        _paragraph(document, line, _SIDE)
    _paragraph(document, content.receipt, replace(_TEXT, before_pt=18))
    if content.law:
        _points(document, content.law)
    document.add_page_break()
    _annex(document, content.annex)
    buffer = BytesIO()
    document.save(buffer)
    return _without_clock(buffer.getvalue())


def _prepare(document: Any, content: Notice) -> None:
    """Set page, fonts, properties and footer."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(_MARGIN_MM)
    section.top_margin, section.bottom_margin = Mm(26), Mm(24)
    style = document.styles["Normal"]
    style.font.name, style.font.size = _LATIN, Pt(12)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _BODY)
    properties = document.core_properties
    properties.title, properties.author = content.title, "preaudit"
    properties.created = properties.modified = _EPOCH
    _footer(section.footer.paragraphs[0], content.footer)


def _footer(paragraph: Any, text: str) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, _, after = text.partition("{page}")
    _run(paragraph, before, _FOOT)
    number = _run(paragraph, "", _FOOT)
    for kind, instruction in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = instruction
        number._r.append(element)  # noqa: SLF001 - python-docx has no public way to a field
    _run(paragraph, after, _FOOT)


def _paragraph(place: Any, text: str, look: _Look) -> Any:
    paragraph = place.add_paragraph()
    paragraph.alignment = look.align
    layout = paragraph.paragraph_format
    layout.space_before, layout.space_after = Pt(look.before_pt), Pt(look.after_pt)
    layout.line_spacing = 1.35
    if look.indent:
        layout.first_line_indent = Pt(2 * look.size_pt)
    _run(paragraph, text, look)
    return paragraph


def _run(paragraph: Any, text: str, look: _Look) -> Any:
    run = paragraph.add_run(text)
    run.font.name, run.font.size = _LATIN, Pt(look.size_pt)
    run.font.bold = look.font == _HEADING
    if look.colour is not None:
        run.font.color.rgb = look.colour
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), look.font)  # noqa: SLF001 - likewise
    return run


def _heading(document: Any, text: str) -> None:
    paragraph = _paragraph(document, text, _SECTION)
    paragraph.paragraph_format.keep_with_next = True


def _table(document: Any, table: Table) -> None:
    _heading(document, table.heading)
    if table.note:
        _paragraph(document, table.note, _NOTE)
    grid = document.add_table(rows=1, cols=len(table.columns))
    grid.style = "Table Grid"
    grid.autofit = False
    head = grid.rows[0]
    _mark(head, "w:tblHeader")
    _fill(head.cells, table.columns, _CELL_HEAD)
    for row in table.rows:
        added = grid.add_row()
        _mark(added, "w:cantSplit")
        _fill(added.cells, row, _CELL)
    for row in grid.rows:
        for cell, width_mm in zip(row.cells, _WIDTHS_MM, strict=True):
            cell.width = Mm(width_mm)


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001 - likewise


def _fill(cells: Iterable[Any], texts: Iterable[str], look: _Look) -> None:
    for cell, text in zip(cells, texts, strict=True):
        first, *rest = text.split("\n")
        _run(cell.paragraphs[0], first, look)
        for line in rest:
            _run(cell.add_paragraph(), line, look)


def _annex(document: Any, annex: Annex) -> None:
    _paragraph(document, annex.title, replace(_TITLE, size_pt=18))
    _paragraph(document, annex.internal, replace(_DRAFT, align=_CENTRE))
    _paragraph(document, annex.reminder, _INDENTED)
    if annex.verify:
        _table(document, annex.verify)
    for part in annex.lists:
        _points(document, part)


def _points(document: Any, part: Points) -> None:
    _heading(document, part.heading)
    for point in part.points:
        first, *rest = point.split("\n")
        _paragraph(document, f"· {first}", _POINT)
        for line in rest:
            _paragraph(document, line, replace(_POINT, indent=True))


def _without_clock(data: bytes) -> bytes:
    """Return the package with fixed times on its members."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for member in old.infolist():
            fixed = zipfile.ZipInfo(member.filename, date_time=_EPOCH.timetuple()[:6])
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, old.read(member))
    return buffer.getvalue()
