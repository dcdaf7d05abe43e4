"""The text of a DOCX on A4 pages: paragraphs, tables and pictures in reading order."""

from __future__ import annotations

import io
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn
from PIL import Image as Pictures
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus import (
    Flowable,
    Image,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus.doctemplate import LayoutError

from preaudit.ingest.problems import Refusal

FONT_PLACES: tuple[tuple[str, int], ...] = (
    ("/usr/share/fonts/truetype/arphic/uming.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/usr/share/fonts/truetype/arphic/ukai.ttc", 0),
    ("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", 0),
)
"""Where Debian puts Chinese fonts with TrueType outlines, and which font of the collection to take.

(reportlab embeds no fonts with PostScript outlines, such as Noto CJK.)
"""
_FONT = "cjk"
_SIZE_PT = 11.0
_SIZES_PT = (7.0, 26.0)
_MARGIN = 20 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_PICTURE_HEIGHT = 200 * mm
_PICTURE_MAX_PX = 40_000_000
_EMU_PER_PT = 12_700
_TWIPS_PER_PT = 20
_CELLS_MAX = 20_000
_ALIGN = {"center": TA_CENTER, "right": TA_RIGHT, "end": TA_RIGHT}
_SYMBOLS = {
    0xF0FE: "☑", 0xF052: "☑", 0xF054: "☑", 0xF0FD: "☒", 0xF0A8: "□", 0xF06F: "□", 0xF0A3: "□",
    0xF071: "□", 0xF0FC: "✓", 0xF050: "✓",
}  # fmt: skip
"""Boxes and ticks of Wingdings, with which Word forms are filled in."""


def lay_out(document: Any) -> bytes:
    """Return a python-docx document as PDF bytes.

    Raises:
        Refusal: `no_cjk_font`.
    """
    _register_font(FONT_PLACES)
    try:
        return _built(list(_blocks(document.element.body, document.part)))
    except LayoutError:
        # A row that is taller than a page cannot be set as a table: its text still can.
        return _built(list(_blocks(document.element.body, document.part, tables=False)))


def _built(story: list[Flowable]) -> bytes:
    out = io.BytesIO()
    template = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
        bottomMargin=_MARGIN, invariant=1,
    )  # fmt: skip
    template.build(story or [Spacer(1, 1)])
    return out.getvalue()


def _register_font(places: tuple[tuple[str, int], ...]) -> None:
    for place, index in places:
        if not Path(place).is_file():
            continue
        try:
            pdfmetrics.registerFont(TTFont(_FONT, place, subfontIndex=index))
        except (TTFError, OSError):
            continue
        return
    raise Refusal("no_cjk_font")


def _blocks(parent: Any, part: Any, *, tables: bool = True) -> Iterator[Flowable]:
    """Yield what stands in a body or a cell, in order."""
    for child in parent.iterchildren():
        if child.tag == qn("w:p"):
            yield from _paragraph(child, part)
        elif child.tag == qn("w:tbl"):
            if tables:
                yield _table(child, part)
                yield Spacer(1, 6)
            else:
                for cell in child.iter(qn("w:tc")):
                    yield from _blocks(cell, part, tables=False)
        elif child.tag == qn("w:sdt"):
            for content in child.iterchildren(qn("w:sdtContent")):
                yield from _blocks(content, part, tables=tables)


def _paragraph(element: Any, part: Any) -> Iterator[Flowable]:
    """Yield a paragraph's text, then its pictures and the text of its boxes."""
    if any(one.get(qn("w:type")) == "page" for one in _own(element, qn("w:br"))):
        yield PageBreak()
    text = _text(element)
    if text.strip():
        yield Paragraph(text, _style(element))
    else:
        yield Spacer(1, _SIZE_PT * 0.6)
    for blip in _own(element, qn("a:blip")):
        yield from _picture(blip, part)
    for box in _own(element, qn("w:txbxContent")):
        yield from _blocks(box, part)


def _own(element: Any, tag: str) -> Iterator[Any]:
    """Yield descendants with this tag, but not doubles kept for old programs or inner boxes."""
    for child in element.iterchildren():
        if not isinstance(child.tag, str) or child.tag.endswith("}Fallback"):
            continue
        if child.tag == tag:
            yield child
        elif child.tag != qn("w:txbxContent"):
            yield from _own(child, tag)


def _text(element: Any) -> str:
    """Return a paragraph's text as reportlab markup."""
    pieces = []
    for child in element.iterchildren():
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == qn("w:t"):
            pieces.append(escape(child.text or ""))
        elif tag == qn("w:tab"):
            pieces.append("&nbsp;&nbsp;&nbsp;&nbsp;")
        elif tag in {qn("w:br"), qn("w:cr")}:
            pieces.append("<br/>")
        elif tag == qn("w:sym"):
            pieces.append(_symbol(child))
        elif tag and tag not in _WORDLESS and not tag.endswith(("}Fallback", "}drawing", "}pict")):
            pieces.append(_text(child))
    return "".join(pieces)


_WORDLESS = frozenset(
    {qn("w:pPr"), qn("w:rPr"), qn("w:del"), qn("w:instrText"), qn("w:txbxContent")}
)


def _symbol(element: Any) -> str:
    try:
        return _SYMBOLS.get(int(element.get(qn("w:char"), "0"), 16), "□")
    except ValueError:
        return "□"


def _style(element: Any) -> ParagraphStyle:
    size = _size_pt(element)
    align = element.find(f"{qn('w:pPr')}/{qn('w:jc')}")
    return ParagraphStyle(
        name="docx",
        fontName=_FONT,
        fontSize=size,
        leading=size * 1.45,
        alignment=_ALIGN.get(align.get(qn("w:val"), "") if align is not None else "", TA_LEFT),
        wordWrap="CJK",
    )


def _size_pt(element: Any) -> float:
    """Return the size of the paragraph's first sized run, within what is legible."""
    for size in element.iter(qn("w:sz")):
        stated = size.get(qn("w:val"), "")
        if stated.isdigit():
            return float(min(max(int(stated) / 2, _SIZES_PT[0]), _SIZES_PT[1]))
    return _SIZE_PT


def _picture(blip: Any, part: Any) -> Iterator[Flowable]:
    """Yield a picture that lies inside the document; linked ones are not fetched."""
    image = part.related_parts.get(blip.get(qn("r:embed"), ""))
    if image is None:
        return
    try:
        with Pictures.open(io.BytesIO(image.blob)) as picture:
            if picture.width * picture.height > _PICTURE_MAX_PX:
                return
            png = io.BytesIO()
            picture.convert("RGB").save(png, "PNG", compress_level=1)
            width, height = _extent(blip) or (picture.width * 0.75, picture.height * 0.75)
    except (OSError, ValueError, SyntaxError):
        return
    scale = min(1.0, _WIDTH / max(width, 1), _PICTURE_HEIGHT / max(height, 1))
    png.seek(0)
    yield Image(png, width=width * scale, height=height * scale, hAlign="LEFT")


def _extent(blip: Any) -> tuple[float, float] | None:
    """Return the size in points at which the document shows a picture."""
    for holder in blip.iterancestors(qn("wp:inline"), qn("wp:anchor")):
        extent = holder.find(qn("wp:extent"))
        if extent is not None:
            try:
                width, height = (int(extent.get(side)) / _EMU_PER_PT for side in ("cx", "cy"))
            except (TypeError, ValueError):
                return None
            return (width, height) if width > 0 and height > 0 else None
    return None


def _table(element: Any, part: Any) -> Flowable:
    """Set a table with its merged cells; each cell holds what it holds in the document."""
    rows = [_cells(row) for row in _own_rows(element)]
    count = max((sum(span for _, span in row) for row in rows), default=0)
    if not rows or count == 0 or count * len(rows) > _CELLS_MAX:
        return Spacer(1, 1)
    grid: list[list[Any]] = [[""] * count for _ in rows]
    widths = _widths(element, count)
    style: list[tuple[Any, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.6, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]
    open_merges: dict[int, tuple[int, int]] = {}
    for at, row in enumerate(rows):
        column = 0
        for cell, span in row:
            last = min(column + span, count) - 1
            if _merge(cell) == "continue" and column in open_merges:
                open_merges[column] = (open_merges[column][0], at)
            else:
                _close(open_merges, column, style, rows)
                grid[at][column] = list(_blocks(cell, part)) or ""
                if _merge(cell) == "restart":
                    open_merges[column] = (at, at)
                if last > column:
                    style.append(("SPAN", (column, at), (last, at)))
            column += span
    for column in list(open_merges):
        _close(open_merges, column, style, rows)
    return Table(grid, colWidths=widths, style=TableStyle(style), splitInRow=1)


def _close(
    merges: dict[int, tuple[int, int]], column: int, style: list[tuple[Any, ...]], rows: list[Any]
) -> None:
    """End a cell that runs down over rows: one span over all that it covers."""
    first, last = merges.pop(column, (0, 0))
    if last <= first:
        return
    at = 0
    for _, span in rows[first]:
        if at == column:
            across = ("SPAN", (column, first), (column + span - 1, first))
            if across in style:
                style.remove(across)
            style.append(("SPAN", (column, first), (column + span - 1, last)))
            return
        at += span


def _own_rows(element: Any) -> Iterator[Any]:
    for child in element.iterchildren():
        if child.tag == qn("w:tr"):
            yield child
        elif child.tag in {qn("w:sdt"), qn("w:sdtContent")}:
            yield from _own_rows(child)


def _cells(row: Any) -> list[tuple[Any, int]]:
    """Return a row's cells with how many columns each spans."""
    found = []
    for child in row.iter(qn("w:tc")):
        owner = next(child.iterancestors(qn("w:tr")), None)
        if owner is row:
            found.append((child, _number(child, "w:gridSpan", 1)))
    return found


def _number(cell: Any, name: str, default: int) -> int:
    element = cell.find(f"{qn('w:tcPr')}/{qn(name)}")
    stated = element.get(qn("w:val"), "") if element is not None else ""
    return min(max(int(stated), 1), 64) if stated.isdigit() else default


def _merge(cell: Any) -> str:
    element = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    if element is None:
        return ""
    return "restart" if element.get(qn("w:val")) == "restart" else "continue"


def _widths(element: Any, count: int) -> list[float]:
    """Return column widths in points that fit the page, after the document's own grid."""
    stated = [
        column.get(qn("w:w"), "0")
        for column in element.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}")
    ]
    widths = [max(int(one), 1) / _TWIPS_PER_PT if one.isdigit() else 1.0 for one in stated[:count]]
    widths += [_WIDTH / count] * (count - len(widths))
    scale = _WIDTH / sum(widths)
    return [max(width * scale, 14.0) for width in widths]
