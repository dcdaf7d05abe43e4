"""What a PDF page draws, by PDFium alone: for files and pages over which pdfminer stumbles."""

from __future__ import annotations

from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from preaudit.ingest.characters import as_meant
from preaudit.ingest.pdf_text import Bounds, Drawn

_NO_INK = frozenset({pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP})
_REPLACED = "�"


def take_with_pdfium(page: pdfium.PdfPage) -> Drawn:
    """Return the characters and images of a page; its drawn lines are left to the pixels."""
    drawn = Drawn()
    frame = Frame(page)
    _add_text(drawn, page, frame)
    for image in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        bounds = frame.shares(*image.get_bounds())
        if bounds is not None:
            drawn.images.append(bounds)
            drawn.image_sizes.append(tuple(image.get_px_size()))
    # The order in which text and images are drawn is not known here; a page whose images cover
    # it and that shows many characters counts as written upon.
    drawn.over_images = [sum(drawn.visible)] * len(drawn.images)
    return drawn


def _add_text(drawn: Drawn, page: pdfium.PdfPage, frame: Frame) -> None:
    text = page.get_textpage()
    for index in range(text.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(text, index)
        if code < ord(" ") or pdfium_c.FPDFText_IsGenerated(text, index) == 1:
            continue
        bounds = frame.shares(*text.get_charbox(index, loose=True))
        if bounds is None:
            continue
        drawn.texts.append(as_meant(chr(code)) if code not in {0xFFFE, 0xFFFF} else _REPLACED)
        drawn.bounds.append(bounds)
        drawn.sizes_pt.append(float(pdfium_c.FPDFText_GetFontSize(text, index)))
        drawn.visible.append(_leaves_ink(text, index))


def _leaves_ink(text: Any, index: int) -> bool:
    drawn_by = pdfium_c.FPDFText_GetTextObject(text, index)
    return not drawn_by or pdfium_c.FPDFTextObj_GetTextRenderMode(drawn_by) not in _NO_INK


class Frame:
    """Turns PDFium's points into shares of the page as displayed (cropped and turned)."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        left, bottom, right, top = page.get_cropbox()
        media = page.get_mediabox()
        self._left, self._right = max(left, media[0]), min(right, media[2])
        self._bottom, self._top = max(bottom, media[1]), min(top, media[3])
        self._turn = page.get_rotation()

    def shares(self, left: float, bottom: float, right: float, top: float) -> Bounds | None:
        """Return a rectangle as shares of the page; None when it lies outside."""
        corners = [self._point(x, y) for x in (left, right) for y in (bottom, top)]
        across, down = sorted(x for x, _ in corners), sorted(y for _, y in corners)
        if across[-1] <= 0 or across[0] >= 1 or down[-1] <= 0 or down[0] >= 1:
            return None
        return max(0.0, across[0]), max(0.0, down[0]), min(1.0, across[-1]), min(1.0, down[-1])

    def _point(self, x: float, y: float) -> tuple[float, float]:
        u = (x - self._left) / (self._right - self._left)
        v = (self._top - y) / (self._top - self._bottom)
        turned = {90: (1 - v, u), 180: (1 - u, 1 - v), 270: (v, 1 - u)}
        return turned.get(self._turn, (u, v))
