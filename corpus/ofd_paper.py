"""A printed paper as an OFD (GB/T 33190): the same glyphs, lines and pictures at the same places.

The paper is set as a PDF; what that draws is written down again, object by object. Truth boxes stay
where they are, since both formats fix every character.
"""

from __future__ import annotations

import ctypes
import io
import math
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_MM_PER_PT = 25.4 / 72
_NAMESPACE = "http://www.ofdspec.org/2016"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same paper gives the same bytes, whenever it is made."""
_NAME_BYTES = 200
_POINTS = 3
"""Of a cubic curve."""


def as_ofd(data: bytes) -> bytes:
    """Return a PDF as an OFD that shows the same.

    Args:
        data: A PDF that draws text, paths and pictures, without clips or shadings.
    """
    parts = _Parts()
    with pdfium.PdfDocument(data) as document:
        for index in range(len(document)):
            parts.pages.append(_Page(document[index], parts).content())
    return parts.packed()


@dataclass(slots=True, kw_only=True)
class _Parts:
    """The parts of the package as they come to be."""

    pages: list[str] = field(default_factory=list)
    fonts: dict[str, int] = field(default_factory=dict)
    pictures: list[bytes] = field(default_factory=list)
    _ids: int = 0

    def fresh(self) -> int:
        """Return an id that is not taken."""
        self._ids += 1
        return self._ids

    def font(self, name: str) -> int:
        """Return the id of a font."""
        if name not in self.fonts:
            self.fonts[name] = self.fresh()
        return self.fonts[name]

    def picture(self, png: bytes) -> int:
        """Keep a picture and return its number."""
        self.pictures.append(png)
        return len(self.pictures) - 1

    def packed(self) -> bytes:
        """Return the package."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
            for name, data in self._files():
                package.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def _files(self) -> Iterator[tuple[str, bytes]]:
        yield (
            "OFD.xml",
            _xml(
                "OFD",
                "<ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo>"
                "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>",
                ' Version="1.0" DocType="OFD"',
            ),
        )
        listed = "".join(
            f'<ofd:Page ID="{100_000 + at}" BaseLoc="Pages/Page_{at}/Content.xml"/>'
            for at in range(len(self.pages))
        )
        yield (
            "Doc_0/Document.xml",
            _xml(
                "Document",
                "<ofd:CommonData><ofd:MaxUnitID>200000</ofd:MaxUnitID><ofd:PageArea>"
                "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
                "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>"
                f"<ofd:Pages>{listed}</ofd:Pages>",
            ),
        )
        fonts = "".join(
            f'<ofd:Font ID="{key}" FontName="{escape(name)}"/>' for name, key in self.fonts.items()
        )
        media = "".join(
            f'<ofd:MultiMedia ID="{300_000 + at}" Type="Image">'
            f"<ofd:MediaFile>image_{at}.png</ofd:MediaFile></ofd:MultiMedia>"
            for at in range(len(self.pictures))
        )
        yield (
            "Doc_0/PublicRes.xml",
            _xml(
                "Res",
                f"<ofd:Fonts>{fonts}</ofd:Fonts><ofd:MultiMedias>{media}</ofd:MultiMedias>",
                ' BaseLoc="Res"',
            ),
        )
        for at, content in enumerate(self.pages):
            yield f"Doc_0/Pages/Page_{at}/Content.xml", _xml("Page", content)
        for at, png in enumerate(self.pictures):
            yield f"Doc_0/Res/image_{at}.png", png


def _xml(tag: str, inner: str, attributes: str = "") -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}<ofd:{tag} xmlns:ofd="{_NAMESPACE}"{attributes}>{inner}</ofd:{tag}>'.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Char:
    text: str
    x: float
    """Of its origin, in millimetres from the left."""
    y: float
    """Of its base line, in millimetres from the top."""
    size: float
    turn: tuple[float, float, float, float]
    """Its matrix with y down, without the size."""
    font: str


class _Page:
    """One page of the PDF, and how it is written as an OFD."""

    def __init__(self, page: pdfium.PdfPage, parts: _Parts) -> None:
        self._page = page
        self._parts = parts
        self._width, self._height = page.get_size()

    def content(self) -> str:
        """Return what stands in the page's part."""
        width, height = self._width * _MM_PER_PT, self._height * _MM_PER_PT
        letters = self._letters()
        objects: list[str] = []
        for item in self._page.get_objects(max_depth=1):
            kind = pdfium_c.FPDFPageObj_GetType(item)
            if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
                objects += self._text(item, letters.get(_address(item), []))
            elif kind == pdfium_c.FPDF_PAGEOBJ_PATH:
                objects += self._path(item)
            elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
                objects.append(self._image(item))
        return (
            f"<ofd:Area><ofd:PhysicalBox>0 0 {width:.4f} {height:.4f}</ofd:PhysicalBox></ofd:Area>"
            f'<ofd:Content><ofd:Layer ID="{self._parts.fresh()}">{"".join(objects)}</ofd:Layer>'
            "</ofd:Content>"
        )

    def _letters(self) -> dict[int, list[_Char]]:
        """Return the characters of each text object."""
        found: dict[int, list[_Char]] = defaultdict(list)
        text = self._page.get_textpage()
        for at in range(text.count_chars()):
            code = pdfium_c.FPDFText_GetUnicode(text, at)
            if pdfium_c.FPDFText_IsGenerated(text, at) == 1 or code in {0, 13, 10}:
                continue
            owner = ctypes.cast(pdfium_c.FPDFText_GetTextObject(text, at), ctypes.c_void_p).value
            found[owner or 0].append(self._letter(text, at, chr(code)))
        return found

    def _letter(self, text: Any, at: int, char: str) -> _Char:
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium_c.FPDFText_GetCharOrigin(text, at, x, y)
        by = pdfium_c.FS_MATRIX()
        pdfium_c.FPDFText_GetMatrix(text, at, by)
        size = pdfium_c.FPDFText_GetFontSize(text, at)
        name = ctypes.create_string_buffer(_NAME_BYTES)
        pdfium_c.FPDFText_GetFontInfo(text, at, name, _NAME_BYTES, ctypes.c_int())
        return _Char(
            text=char,
            x=x.value * _MM_PER_PT,
            y=(self._height - y.value) * _MM_PER_PT,
            size=size * _MM_PER_PT,
            turn=(by.a, -by.b, -by.c, by.d),
            font=name.value.decode("utf-8", "replace").rpartition("+")[2],
        )

    def _text(self, item: Any, chars: Sequence[_Char]) -> Iterator[str]:
        """Yield the text objects for one of the PDF: its matrix carries all turning."""
        if not chars:
            return
        first = chars[0]
        a, b, c, d = first.turn
        factor = math.hypot(a, b) or 1.0
        a, b, c, d = (one / factor for one in (a, b, c, d))
        solid = (a * d - b * c) or 1.0

        def inside(char: _Char) -> tuple[float, float]:
            """Return where a character lies in the object's own coordinates."""
            dx, dy = char.x - first.x, char.y - first.y
            return (dx * d - dy * c) / solid, (dy * a - dx * b) / solid

        places = [inside(char) for char in chars]
        across = " ".join(f"{two[0] - one[0]:.4f}" for one, two in pairwise(places))
        down = [two[1] - one[1] for one, two in pairwise(places)]
        deltas = f' DeltaX="{across}"' if across else ""
        if any(abs(step) > 1e-3 for step in down):  # noqa: PLR2004  # a thousandth of a millimetre
            deltas += ' DeltaY="' + " ".join(f"{step:.4f}" for step in down) + '"'
        size = f'Size="{first.size * factor:.4f}"{_weight(item)}'
        said = escape("".join(char.text for char in chars))
        matrix = f"{a:.5f} {b:.5f} {c:.5f} {d:.5f} {first.x:.4f} {first.y:.4f}"
        yield (
            f'<ofd:TextObject ID="{self._parts.fresh()}" Boundary="{self._whole()}" CTM="{matrix}" '
            f'Font="{self._parts.font(first.font)}" {size}>'
            f"{_colour('Fill', _colour_of(item, pdfium_c.FPDFPageObj_GetFillColor))}"
            f'<ofd:TextCode X="0" Y="0"{deltas}>{said}</ofd:TextCode></ofd:TextObject>'
        )

    def _whole(self) -> str:
        return f"0 0 {self._width * _MM_PER_PT:.3f} {self._height * _MM_PER_PT:.3f}"

    def _path(self, item: Any) -> Iterator[str]:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDFPath_GetDrawMode(item, fill, stroke)
        drawn = " ".join(self._steps(item))
        if not drawn or not (fill.value or stroke.value):
            return
        width = ctypes.c_float()
        pdfium_c.FPDFPageObj_GetStrokeWidth(item, width)
        rule = ' Rule="Even-Odd"' if fill.value == pdfium_c.FPDF_FILLMODE_ALTERNATE else ""
        yield (
            f'<ofd:PathObject ID="{self._parts.fresh()}" Boundary="{self._whole()}" '
            f'LineWidth="{width.value * _scale(item) * _MM_PER_PT:.4f}"{rule} '
            f'Fill="{_said(fill.value)}" Stroke="{_said(stroke.value)}">'
            f"{_colour('Stroke', _colour_of(item, pdfium_c.FPDFPageObj_GetStrokeColor))}"
            f"{_colour('Fill', _colour_of(item, pdfium_c.FPDFPageObj_GetFillColor))}"
            f"<ofd:AbbreviatedData>{drawn}</ofd:AbbreviatedData></ofd:PathObject>"
        )

    def _steps(self, item: Any) -> Iterator[str]:
        """Yield the steps of a path in millimetres of the page."""
        by = _matrix(item)
        curve: list[str] = []
        for at in range(pdfium_c.FPDFPath_CountSegments(item)):
            segment = pdfium_c.FPDFPath_GetPathSegment(item, at)
            x, y = ctypes.c_float(), ctypes.c_float()
            pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
            point = self._point(by, x.value, y.value)
            kind = pdfium_c.FPDFPathSegment_GetType(segment)
            if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
                yield f"M {point}"
            elif kind == pdfium_c.FPDF_SEGMENT_LINETO:
                yield f"L {point}"
            else:
                curve.append(point)
                if len(curve) == _POINTS:
                    yield f"B {' '.join(curve)}"
                    curve = []
            if pdfium_c.FPDFPathSegment_GetClose(segment):
                yield "C"

    def _point(self, by: Any, x: float, y: float) -> str:
        across = (by.a * x + by.c * y + by.e) * _MM_PER_PT
        down = (self._height - (by.b * x + by.d * y + by.f)) * _MM_PER_PT
        return f"{across:.4f} {down:.4f}"

    def _image(self, item: Any) -> str:
        by = _matrix(item)
        out = io.BytesIO()
        item.get_bitmap(render=True, scale_to_original=True).to_pil().save(out, "PNG")
        k = _MM_PER_PT
        # PDF's unit square stands on its foot, OFD's hangs from its top.
        top = self._height - by.f - by.d
        matrix = (by.a * k, -by.b * k, -by.c * k, by.d * k, (by.e + by.c) * k, top * k)
        return (
            f'<ofd:ImageObject ID="{self._parts.fresh()}" Boundary="{self._whole()}" '
            f'CTM="{" ".join(f"{one:.5f}" for one in matrix)}" '
            f'ResourceID="{300_000 + self._parts.picture(out.getvalue())}"/>'
        )


def _weight(item: Any) -> str:
    """Return the weight of text: the press makes bold letters by stroking their outlines too."""
    mode = pdfium_c.FPDFTextObj_GetTextRenderMode(item)
    return ' Weight="700"' if mode == pdfium_c.FPDF_TEXTRENDERMODE_FILL_STROKE else ""


def _address(item: Any) -> int:
    return int(ctypes.cast(item.raw, ctypes.c_void_p).value or 0)


def _matrix(item: Any) -> Any:
    by = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(item, by)
    return by


def _scale(item: Any) -> float:
    by = _matrix(item)
    return math.sqrt(abs(by.a * by.d - by.b * by.c))


def _said(value: int) -> str:
    return "true" if value else "false"


def _colour_of(item: Any, get: Any) -> tuple[int, int, int, int]:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    get(item, red, green, blue, alpha)
    return red.value, green.value, blue.value, alpha.value


def _colour(what: str, colour: tuple[int, int, int, int]) -> str:
    red, green, blue, alpha = colour
    seen = f' Alpha="{alpha}"' if alpha < 255 else ""  # noqa: PLR2004  # nothing shines through
    return f'<ofd:{what}Color Value="{red} {green} {blue}"{seen}/>'
