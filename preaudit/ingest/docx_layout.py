"""The text of a DOCX on A4 pages: paragraphs, tables and pictures in reading order."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from docx.oxml.ns import qn
from PIL import Image as Pictures
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
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

from preaudit.ingest.docx_fonts import Fonts
from preaudit.ingest.docx_table import column_widths, placed_cells

_SIZE_PT = 11.0
_SIZES_PT = (7.0, 26.0)
_MARGIN = 20 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_PICTURE_HEIGHT = 200 * mm
_PICTURE_MAX_PX = 40_000_000
_EMU_PER_PT = 12_700
_PT_PER_PX = 0.75
_CELLS_MAX = 20_000
_ALIGN = {"center": TA_CENTER, "right": TA_RIGHT, "end": TA_RIGHT}
_TAB = "\N{NO-BREAK SPACE}" * 4
_BREAK = "\n"
_SYMBOLS = {
    0xF0FE: "☑", 0xF052: "☑", 0xF0FD: "☒", 0xF054: "☒", 0xF0A8: "□", 0xF06F: "□", 0xF0A3: "□",
    0xF071: "□", 0xF0FC: "✓", 0xF050: "✓",
}  # fmt: skip
"""Boxes and ticks of Wingdings, with which Word forms are filled in."""
_OTHER_SYMBOL = "•"
_WORDLESS = frozenset({
    qn("w:pPr"), qn("w:rPr"), qn("w:del"), qn("w:instrText"), qn("w:txbxContent"),
    qn("w:drawing"), qn("w:pict"), qn("w:object"),
})  # fmt: skip
_TABLE_STYLE = (
    ("GRID", (0, 0), (-1, -1), 0.6, colors.black),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("LEFTPADDING", (0, 0), (-1, -1), 3),
    ("RIGHTPADDING", (0, 0), (-1, -1), 3),
)


def lay_out(document: Any) -> bytes:
    """Return a python-docx document as PDF bytes.

    Raises:
        Refusal: `no_cjk_font`.
    """
    body = document.element.body
    writer = _Writer(document.part, Fonts(), _style_sizes(document))
    try:
        return _built(list(writer.blocks(body)))
    except LayoutError:
        # A row that is taller than a page cannot always be set as a table: its text still can.
        writer.tables = False
        return _built(list(writer.blocks(body)))


def _style_sizes(document: Any) -> dict[str, float]:
    """Return the size in points that each style of the document states, such as its headings."""
    found = {}
    for style in document.styles.element.findall(qn("w:style")):
        size = style.find(f"{qn('w:rPr')}/{qn('w:sz')}")
        stated = size.get(qn("w:val"), "") if size is not None else ""
        if stated.isdigit():
            found[style.get(qn("w:styleId"), "")] = int(stated) / 2
    return found


def _built(story: list[Flowable]) -> bytes:
    out = io.BytesIO()
    template = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
        bottomMargin=_MARGIN, invariant=1,
    )  # fmt: skip
    template.build(story or [Spacer(1, 1)])
    return out.getvalue()


class _Writer:
    """Turns the elements of a document into what reportlab sets on pages."""

    def __init__(self, part: Any, fonts: Fonts, style_sizes: Mapping[str, float]) -> None:
        self.tables = True
        """Whether tables are set as such, or only what stands in them."""
        self._part = part
        self._fonts = fonts
        self._style_sizes = style_sizes

    def blocks(self, parent: Any) -> Iterator[Flowable]:
        """Yield what stands in a body, a cell or a text box, in order."""
        for child in parent.iterchildren():
            if child.tag == qn("w:p"):
                yield from self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                yield from self._table(child)
            elif child.tag == qn("w:sdt"):
                for content in child.iterchildren(qn("w:sdtContent")):
                    yield from self.blocks(content)

    def _paragraph(self, element: Any) -> Iterator[Flowable]:
        """Yield a paragraph's text, then its pictures and the text of its boxes."""
        if any(one.get(qn("w:type")) == "page" for one in _own(element, qn("w:br"))):
            yield PageBreak()
        text = _text(element)
        if text.strip():
            marked = "<br/>".join(self._fonts.markup(line) for line in text.split(_BREAK))
            size = _size_pt(element, self._style_sizes)
            yield Paragraph(marked, _style(element, self._fonts.name, size))
        else:
            yield Spacer(1, _SIZE_PT * 0.6)
        for blip in _own(element, qn("a:blip")):
            yield from self._picture(blip)
        for box in _own(element, qn("w:txbxContent")):
            yield from self.blocks(box)

    def _table(self, element: Any) -> Iterator[Flowable]:
        """Yield a table; each cell holds what it holds in the document."""
        cells = placed_cells(element)
        columns = max((cell.last_column for cell in cells), default=-1) + 1
        rows = max((cell.last_row for cell in cells), default=-1) + 1
        if not self.tables or columns * rows > _CELLS_MAX:
            for cell in cells:
                yield from self.blocks(cell.element)
            return
        if not cells:
            return
        grid: list[list[Any]] = [[""] * columns for _ in range(rows)]
        style: list[tuple[Any, ...]] = list(_TABLE_STYLE)
        for cell in cells:
            grid[cell.row][cell.column] = list(self.blocks(cell.element)) or ""
            ends = (cell.column, cell.row), (cell.last_column, cell.last_row)
            if ends[0] != ends[1]:
                style.append(("SPAN", *ends))
        widths = column_widths(element, count=columns, total_pt=_WIDTH)
        yield Table(grid, colWidths=widths, style=TableStyle(style), splitInRow=1)
        yield Spacer(1, 6)

    def _picture(self, blip: Any) -> Iterator[Flowable]:
        """Yield a picture that lies inside the document; linked ones are not fetched."""
        image = self._part.related_parts.get(blip.get(qn("r:embed"), ""))
        if image is None:
            return
        png = io.BytesIO()
        try:
            with Pictures.open(io.BytesIO(image.blob)) as picture:
                if picture.width * picture.height > _PICTURE_MAX_PX:
                    return
                picture.convert("RGB").save(png, "PNG", compress_level=1)
                natural = picture.width * _PT_PER_PX, picture.height * _PT_PER_PX
        except (OSError, ValueError, SyntaxError):
            return
        width, height = _extent(blip) or natural
        scale = min(1.0, _WIDTH / max(width, 1), _PICTURE_HEIGHT / max(height, 1))
        png.seek(0)
        yield Image(png, width=width * scale, height=height * scale, hAlign="LEFT")


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
    """Return a paragraph's text; a line break is a newline."""
    pieces = []
    for child in element.iterchildren():
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == qn("w:t"):
            pieces.append(child.text or "")
        elif tag == qn("w:tab"):
            pieces.append(_TAB)
        elif tag in {qn("w:br"), qn("w:cr")}:
            pieces.append(_BREAK)
        elif tag == qn("w:sym"):
            pieces.append(_symbol(child))
        elif tag and tag not in _WORDLESS and not tag.endswith("}Fallback"):
            pieces.append(_text(child))
    return "".join(pieces)


def _symbol(element: Any) -> str:
    try:
        return _SYMBOLS.get(int(element.get(qn("w:char"), "0"), 16), _OTHER_SYMBOL)
    except ValueError:
        return _OTHER_SYMBOL


def _style(element: Any, font: str, size: float) -> ParagraphStyle:
    align = element.find(f"{qn('w:pPr')}/{qn('w:jc')}")
    return ParagraphStyle(
        name="docx",
        fontName=font,
        fontSize=size,
        leading=size * 1.45,
        alignment=_ALIGN.get(align.get(qn("w:val"), "") if align is not None else "", TA_LEFT),
        wordWrap="CJK",
    )


def _size_pt(element: Any, style_sizes: Mapping[str, float]) -> float:
    """Return the size of the paragraph's first sized run, else its style's, where legible."""
    stated = (size.get(qn("w:val"), "") for size in element.iter(qn("w:sz")))
    size = next((int(one) / 2 for one in stated if one.isdigit()), None)
    if size is None:
        style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        name = style.get(qn("w:val"), "") if style is not None else ""
        size = style_sizes.get(name, _SIZE_PT)
    return min(max(size, _SIZES_PT[0]), _SIZES_PT[1])


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
