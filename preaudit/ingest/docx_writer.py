"""The elements of a DOCX as what reportlab sets on pages: paragraphs, tables, pictures, boxes."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn
from PIL import Image as Pictures
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    Flowable,
    Image,
    PageBreak,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from preaudit.ingest.docx_fonts import Fonts
from preaudit.ingest.docx_numbering import Numbering
from preaudit.ingest.docx_table import column_widths, placed_cells
from preaudit.ingest.docx_text import BREAK, PAGE_COUNT, PAGE_NUMBER, own, paragraph_text

_SIZE_PT = 11.0
_SIZES_PT = (7.0, 26.0)
_PICTURE_HEIGHT = 200 * mm
_PICTURE_MAX_PX = 40_000_000
_EMU_PER_PT = 12_700
_PT_PER_PX = 0.75
_CELLS_MAX = 20_000
_PADDING_PT = 3
_ALIGN = {"center": TA_CENTER, "right": TA_RIGHT, "end": TA_RIGHT}
_TABLE_STYLE = (
    ("GRID", (0, 0), (-1, -1), 0.6, colors.black),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("LEFTPADDING", (0, 0), (-1, -1), _PADDING_PT),
    ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING_PT),
)
_AROUND = frozenset({
    qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo"),
})  # fmt: skip
_IMAGE_DATA = "{urn:schemas-microsoft-com:vml}imagedata"


@dataclass(slots=True, kw_only=True)
class Setting:
    """What holds for everything that is set from a document."""

    fonts: Fonts
    style_sizes: Mapping[str, float]
    tables: bool = True
    """Whether tables are set as such, or only what stands in them."""
    split_rows: bool = False
    """Whether a row of a table may be parted between two pages."""
    page: int = 0
    pages: int = 0
    """What stands for page numbers."""
    pictures_lost: int = 0
    """How many pictures could not be shown."""


class Writer:
    """Turns the elements of a part into what reportlab sets on pages.

    Args:
        part: Of the document, or of a header or footer; its pictures are looked up in it.
        setting: Shared by all parts.
        numbering: Counts lists; None in headers and footers.
    """

    def __init__(self, part: Any, setting: Setting, numbering: Numbering | None) -> None:
        self._part = part
        self._setting = setting
        self._numbering = numbering

    def blocks(self, parent: Any, room_pt: float) -> Iterator[Flowable]:
        """Yield what stands in a body, a cell or a text box, in order."""
        for child in parent.iterchildren():
            yield from self.block(child, room_pt)

    def block(self, child: Any, room_pt: float) -> Iterator[Flowable]:
        """Yield one paragraph or table, or what a control around such holds."""
        if child.tag == qn("w:p"):
            yield from self._paragraph(child, room_pt)
        elif child.tag == qn("w:tbl"):
            yield from self._table(child, room_pt)
        elif child.tag in _AROUND:
            yield from self.blocks(child, room_pt)

    def _paragraph(self, element: Any, room_pt: float) -> Iterator[Flowable]:
        """Yield a paragraph's text, then its pictures and the text of its boxes."""
        if self._breaks_page(element):
            yield PageBreak()
        text = self._text(element)
        fonts, setting = self._setting.fonts, self._setting
        if text.strip():
            marked = "<br/>".join(fonts.markup(line) for line in text.split(BREAK))
            size = _size_pt(element, setting.style_sizes)
            yield Paragraph(marked, _style(element, fonts.name, size))
        else:
            yield Spacer(1, _SIZE_PT * 0.6)
        for holder in own(element, qn("a:blip"), _IMAGE_DATA):
            yield from self._picture(holder, room_pt)
        for box in own(element, qn("w:txbxContent")):
            yield from self.blocks(box, room_pt)

    def _text(self, element: Any) -> str:
        label = self._numbering.label(element) if self._numbering else ""
        text = paragraph_text(element)
        if label and text.strip():
            text = f"{label}{text}" if label[-1] in "、.）)．" else f"{label} {text}"
        page, pages = self._setting.page, self._setting.pages
        return text.replace(PAGE_NUMBER, str(page or "")).replace(PAGE_COUNT, str(pages or ""))

    def _breaks_page(self, element: Any) -> bool:
        if any(one.get(qn("w:type")) == "page" for one in own(element, qn("w:br"))):
            return True
        before = element.find(f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}")
        return before is not None and before.get(qn("w:val"), "1") not in {"0", "false", "off"}

    def _table(self, element: Any, room_pt: float) -> Iterator[Flowable]:
        """Yield a table; each cell holds what it holds in the document."""
        cells = placed_cells(element)
        columns = max((cell.last_column for cell in cells), default=-1) + 1
        rows = max((cell.last_row for cell in cells), default=-1) + 1
        if not self._setting.tables or columns * rows > _CELLS_MAX:
            for cell in cells:
                yield from self.blocks(cell.element, room_pt)
            return
        if not cells:
            return
        widths = column_widths(element, count=columns, total_pt=room_pt)
        grid: list[list[Any]] = [[""] * columns for _ in range(rows)]
        style: list[tuple[Any, ...]] = list(_TABLE_STYLE)
        for cell in cells:
            inner = sum(widths[cell.column : cell.last_column + 1]) - 2 * _PADDING_PT
            grid[cell.row][cell.column] = list(self.blocks(cell.element, inner)) or ""
            ends = (cell.column, cell.row), (cell.last_column, cell.last_row)
            if ends[0] != ends[1]:
                style.append(("SPAN", *ends))
        split = int(self._setting.split_rows)
        yield Table(grid, colWidths=widths, style=TableStyle(style), splitInRow=split)
        yield Spacer(1, 6)

    def _picture(self, holder: Any, room_pt: float) -> Iterator[Flowable]:
        """Yield a picture that lies inside the document; linked ones are not fetched."""
        name = holder.get(qn("r:embed")) or holder.get(qn("r:id")) or ""
        image = self._part.related_parts.get(name)
        shown = _as_png(image.blob) if image is not None else None
        if shown is None:
            self._setting.pictures_lost += 1
            return
        png, natural = shown
        width, height = _extent(holder) or natural
        scale = min(1.0, room_pt / max(width, 1), _PICTURE_HEIGHT / max(height, 1))
        yield Image(png, width=width * scale, height=height * scale, hAlign="LEFT")


def _as_png(data: bytes) -> tuple[io.BytesIO, tuple[float, float]] | None:
    """Return a picture and its natural size in points; None when it cannot be shown."""
    png = io.BytesIO()
    try:
        with Pictures.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > _PICTURE_MAX_PX:
                return None
            size = picture.width * _PT_PER_PX, picture.height * _PT_PER_PX
            picture.convert("RGB").save(png, "PNG", compress_level=1)
    except (OSError, ValueError, SyntaxError):
        return None
    png.seek(0)
    return png, size


def style_sizes(document: Any) -> dict[str, float]:
    """Return the size in points that each style of the document states, such as its headings."""
    found = {}
    for style in document.styles.element.findall(qn("w:style")):
        size = style.find(f"{qn('w:rPr')}/{qn('w:sz')}")
        stated = size.get(qn("w:val"), "") if size is not None else ""
        if stated.isdigit():
            found[style.get(qn("w:styleId"), "")] = int(stated) / 2
    return found


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


def _size_pt(element: Any, sizes: Mapping[str, float]) -> float:
    """Return the size of the paragraph's first sized run, else its style's, where legible."""
    stated = (size.get(qn("w:val"), "") for size in element.iter(qn("w:sz")))
    size = next((int(one) / 2 for one in stated if one.isdigit()), None)
    if size is None:
        style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        name = style.get(qn("w:val"), "") if style is not None else ""
        size = sizes.get(name, _SIZE_PT)
    return min(max(size, _SIZES_PT[0]), _SIZES_PT[1])


def _extent(holder: Any) -> tuple[float, float] | None:
    """Return the size in points at which the document shows a picture."""
    for around in holder.iterancestors(qn("wp:inline"), qn("wp:anchor")):
        extent = around.find(qn("wp:extent"))
        if extent is not None:
            try:
                width, height = (int(extent.get(side)) / _EMU_PER_PT for side in ("cx", "cy"))
            except (TypeError, ValueError):
                return None
            return (width, height) if width > 0 and height > 0 else None
    return None
