"""Small files made by hand for the tests of ingest."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import pikepdf
from reportlab.pdfgen.canvas import Canvas

from preaudit.ingest import Entry, Opened, open_file
from preaudit.settings import Limits


def entry(folder: Path, data: bytes, name: str = "文件") -> Entry:
    """Return an entry with these bytes, its name and its path unrelated."""
    path = folder / f"{abs(hash(data)):x}.bin"
    path.write_bytes(data)
    return Entry(name=name, path=path)


def opened(folder: Path, data: bytes, name: str = "文件", limits: Limits | None = None) -> Opened:
    """Open these bytes as one file."""
    return open_file(entry(folder, data, name), limits=limits or Limits(), workdir=folder)


def codes(result: Opened) -> list[str]:
    """Return the codes of a file's problems."""
    return [one.code for one in result.problems]


def drawn_pdf(
    *, pages: int = 1, text: str = "permit", size: tuple[float, float] = (300, 400)
) -> bytes:
    """Return a PDF with a word at the top left and a square at the bottom right of each page."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    for _ in range(pages):
        canvas.setFont("Helvetica", 20)
        canvas.drawString(30, size[1] - 40, text)
        canvas.rect(size[0] - 80, 30, 50, 60)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def rewritten(data: bytes, **how: object) -> bytes:
    """Return a PDF saved anew by qpdf, for example encrypted or linearised."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out, **how)
    return out.getvalue()


def turned(data: bytes, degrees: int) -> bytes:
    """Return a PDF whose pages are to be shown turned clockwise."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            page.obj.Rotate = degrees
        pdf.save(out)
    return out.getvalue()


def pdf_of(objects: Mapping[int, bytes]) -> bytes:
    """Return a PDF with these objects, of which the first is the catalogue."""
    return _with_table(b"%PDF-1.7\n", objects, previous=None)


def revised(data: bytes, objects: Mapping[int, bytes]) -> bytes:
    """Return a PDF to which a revision with these objects was appended."""
    previous = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    return _with_table(data, objects, previous=previous)


def _with_table(data: bytes, objects: Mapping[int, bytes], previous: int | None) -> bytes:
    places = {}
    for number, body in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n"
    if previous is None:
        data += b"0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        data += b"%d 1\n%010d 00000 n \n" % (number, place)
    back = b"" if previous is None else b" /Prev %d" % previous
    data += b"trailer\n<< /Size 40 /Root 1 0 R%s >>\n" % back
    return data + b"startxref\n%d\n%%%%EOF\n" % start


def stream(content: bytes) -> bytes:
    """Return a content stream as the body of an object."""
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def words(text: str) -> bytes:
    """Return page content that writes a word."""
    return b"BT /F1 24 Tf 40 200 Td (%s) Tj ET" % text.encode("ascii")


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that states a size and holds no points."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def zip_of(files: Mapping[str, bytes], *, raw_names: Mapping[str, bytes] | None = None) -> bytes:
    """Return a ZIP of these files; a raw name of the same length stands in for one in ASCII."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    packed = out.getvalue()
    for name, raw in (raw_names or {}).items():
        packed = packed.replace(name.encode("ascii"), raw)
    return packed
