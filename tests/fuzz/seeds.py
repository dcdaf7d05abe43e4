"""Small whole files of every kind that is opened, made here: what mutation starts from."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache

import docx
import openpyxl
import pikepdf
import pillow_heif
from PIL import Image, ImageDraw
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

_OFD_NAMESPACE = "http://www.ofdspec.org/2016"


@cache
def seeds(target: str) -> tuple[bytes, ...]:
    """Return the seeds of one target: `pdf`, `image`, `zip`, `office`, `ofd` or `json`."""
    return {
        "pdf": _pdfs,
        "image": _images,
        "zip": _zips,
        "office": _office,
        "ofd": _ofds,
        "json": _declarations,
    }[target]()


def _picture(mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> Image.Image:
    image = Image.new(mode, size, 255 if mode in {"L", "1", "P"} else "white")
    ImageDraw.Draw(image).rectangle((5, 5, 30, 20), outline=0 if mode in {"L", "1", "P"} else "red")
    return image


def _pdfs() -> tuple[bytes, ...]:
    plain = _drawn()
    return (
        plain,
        _saved(plain, qdf=True),
        _saved(plain, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        _saved(plain, linearize=True),
        _annotated(plain),
        _drawn(encrypt=StandardEncryption("", ownerPassword="owner")),
        _updated(_saved(plain, qdf=True)),
    )


def _drawn(encrypt: StandardEncryption | None = None) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(300, 400), encrypt=encrypt, pageCompression=0)
    for page in range(2):
        canvas.setFont("Helvetica", 14)
        canvas.drawString(30, 350, f"permit {page}")
        canvas.grid([30, 90, 150], [100, 140, 180])
        canvas.drawImage(ImageReader(_picture()), 30, 200, 90, 60)
        canvas.acroForm.textfield(
            name=f"field{page}", value="value", x=30, y=40, width=90, height=20
        )
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _saved(data: bytes, **how: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out, **how)
    return out.getvalue()


def _annotated(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        look = pdf.make_stream(b"0 0 20 20 re f", Type=pikepdf.Name.XObject,
                               Subtype=pikepdf.Name.Form, BBox=[0, 0, 20, 20])  # fmt: skip
        stamp = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[50, 50, 70, 70],
            AP=pikepdf.Dictionary(N=look),
        )  # fmt: skip
        pdf.pages[0].Annots = pdf.make_indirect([pdf.make_indirect(stamp)])
        pdf.pages[1].Rotate = 90
        pdf.pages[1].CropBox = [10, 10, 250, 350]
        pdf.save(out, qdf=True)
    return out.getvalue()


def _updated(data: bytes) -> bytes:
    start = data.rindex(b"startxref") + len(b"startxref")
    previous = int(data[start:].split()[0])
    place = len(data)
    table = place + len(b"90 0 obj\n<< /Type /Extra >>\nendobj\n")
    return data + (
        b"90 0 obj\n<< /Type /Extra >>\nendobj\nxref\n90 1\n%010d 00000 n \n"
        b"trailer\n<< /Size 91 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    ) % (place, previous, table)


def _images() -> tuple[bytes, ...]:
    pillow_heif.register_heif_opener()
    made = [
        _written(_picture(), "JPEG", quality=80),
        _written(_picture("L"), "JPEG", progressive=True),
        _written(_picture("CMYK"), "JPEG"),
        _written(_picture(), "PNG", dpi=(200, 200)),
        _written(_picture("P"), "PNG", transparency=0),
        _written(_picture("RGBA"), "PNG"),
        _written(_picture(), "BMP"),
        _written(_picture("P"), "BMP"),
        _written(_picture(), "WEBP"),
        _written(_picture("RGBA"), "WEBP", lossless=True),
        _written(_picture(), "HEIF"),
    ]
    for mode, compression in (("RGB", "tiff_lzw"), ("1", "group4"), ("L", "tiff_adobe_deflate"),
                              ("RGB", "jpeg"), ("RGB", "packbits"), ("RGB", None)):  # fmt: skip
        more = {"save_all": True, "append_images": [_picture(mode)], "compression": compression}
        made.append(_written(_picture(mode), "TIFF", **more))
    return tuple(made)


def _written(image: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def _zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _zips() -> tuple[bytes, ...]:
    paper = _written(_picture(), "PNG")
    plain = _zipped({"a.png": paper, "folder/证照.png": paper, "case.json": b"{}"})
    return (
        plain,
        _zipped({"inner.zip": plain, "b.png": paper}),
        _zipped({"a.png": paper}, zipfile.ZIP_STORED),
        _zipped({"a.png": paper, "b.bin": b"x" * 500}, zipfile.ZIP_BZIP2),
    )


def _office() -> tuple[bytes, ...]:
    document = docx.Document()
    document.add_heading("Heading", 1)
    document.add_paragraph("文字 and text")
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "merged"
    document.add_picture(io.BytesIO(_written(_picture(), "PNG")))
    document.sections[0].header.paragraphs[0].text = "header"
    paper = io.BytesIO()
    document.save(paper)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["项目", 1, 2.5, True])
    sheet.append(["=B1*2", "text"])
    sheet.merge_cells("A3:B4")
    cells = io.BytesIO()
    book.save(cells)
    return paper.getvalue(), cells.getvalue()


def _ofds() -> tuple[bytes, ...]:
    def xml(body: str) -> bytes:
        root, rest = body.split(">", 1)
        head = '<?xml version="1.0" encoding="UTF-8"?>'
        return f'{head}{root} xmlns:ofd="{_OFD_NAMESPACE}">{rest}'.encode()

    files = {
        "OFD.xml": xml(
            "<ofd:OFD Version='1.0' DocType='OFD'><ofd:DocBody><ofd:DocInfo>"
            "<ofd:DocID>1</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
        ),
        "Doc_0/Document.xml": xml(
            "<ofd:Document><ofd:CommonData><ofd:MaxUnitID>20</ofd:MaxUnitID><ofd:PageArea>"
            "<ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox></ofd:PageArea>"
            "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>"
            "<ofd:Pages><ofd:Page ID='2' BaseLoc='Pages/Page_0/Content.xml'/></ofd:Pages>"
            "</ofd:Document>"
        ),
        "Doc_0/PublicRes.xml": xml(
            "<ofd:Res BaseLoc='Res'><ofd:Fonts><ofd:Font ID='3' FontName='宋体' FamilyName='宋体'/>"
            "</ofd:Fonts><ofd:MultiMedias><ofd:MultiMedia ID='4' Type='Image' Format='PNG'>"
            "<ofd:MediaFile>image.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>"
        ),
        "Doc_0/Res/image.png": _written(_picture(), "PNG"),
        "Doc_0/Pages/Page_0/Content.xml": xml(
            "<ofd:Page><ofd:Content><ofd:Layer ID='5' Type='Body'>"
            "<ofd:TextObject ID='6' Boundary='20 20 100 10' Font='3' Size='5'>"
            "<ofd:TextCode X='0' Y='5' DeltaX='5 5 5'>测试文字</ofd:TextCode></ofd:TextObject>"
            "<ofd:PathObject ID='7' Boundary='20 40 80 40' Stroke='true' LineWidth='0.5'>"
            "<ofd:StrokeColor Value='255 0 0'/>"
            "<ofd:AbbreviatedData>M 0 0 L 80 0 L 80 40 B 10 10 20 20 0 40 C</ofd:AbbreviatedData>"
            "</ofd:PathObject><ofd:ImageObject ID='8' Boundary='120 20 40 30' "
            "CTM='40 0 0 30 0 0' ResourceID='4'/></ofd:Layer></ofd:Content></ofd:Page>"
        ),
    }
    return (_zipped(files),)


def _declarations() -> tuple[bytes, ...]:
    said = {
        "item": "construction-permit",
        "as_of": "2026-03-01",
        "jurisdiction": "fujian-xiamen",
        "attributes": {"use": "residential", "tender": True},
    }
    return json.dumps(said).encode(), b"{}", json.dumps({"attributes": {}}).encode("utf-8-sig")
