"""Signed papers of our own making, and what is found in them."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

from ingest_papers import pdf_of, stream, words
from ingest_signers import (
    Person,
    person,
)
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from preaudit.ingest.pdf_signatures import find_signatures
from preaudit.ingest.records import Changed, Job
from preaudit.ingest.revisions import Revisions, find_changes
from preaudit.ingest.signed import Signed

CA = "星桥测试 CA"
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
SECRET = 0x1F2E3D4C5B6A79881122334455667788


def engineer() -> Person:
    """Return someone whom the test authority certified."""
    return person("张测试", issuer=CA)


def job(*, trusted: Sequence[Person] = (), page_s: float = 20.0) -> Job:
    """Return what a worker is asked, where only trust and time matter."""
    listed = (base64.b64encode(one.certificate.dump()).decode() for one in trusted)
    return Job(
        opener="", path="", out="", first_page=1, image_mpx=1, image_frames=1, pdf_pages=1,
        render_mpx=1, inflated_mb=1, inflation_ratio=2, memory_mb=1, file_timeout_s=60,
        page_timeout_s=page_s, trusted=tuple(listed),
    )  # fmt: skip


def found(data: bytes, *, trusted: Sequence[Person] = (), page_s: float = 20.0) -> list[Signed]:
    """Return the signatures of a file."""
    told = list(find_signatures(Revisions(data), job=job(trusted=trusted, page_s=page_s)))
    return [one for one in told if isinstance(one, Signed)]


def only(data: bytes, *, trusted: Sequence[Person] = ()) -> Signed:
    """Return the only signature of a file."""
    (one,) = found(data, trusted=trusted)
    return one


def changes(data: bytes) -> list[Changed]:
    """Return the signs of change of a file, its signatures known."""
    return list(find_changes(Revisions(data), found(data)))


def paper(text: str = "valid until 2023") -> bytes:
    """Return a paper of one page with a text field."""
    return pdf_of({
        1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R]"
        b" /DR << /Font << /F1 5 0 R >> >> /DA (/F1 12 Tf 0 g) >> >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> /Annots [6 0 R] >>",
        4: stream(words(text)),
        5: _FONT,
        6: b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (area) /V () /P 3 0 R /F 4"
        b" /Rect [20 20 100 40] /DA (/F1 12 Tf 0 g) >>",
    })  # fmt: skip


def _numbers(*numbers: int) -> generic.ArrayObject:
    return generic.ArrayObject([generic.NumberObject(one) for one in numbers])


def with_update(data: bytes, change: str) -> bytes:
    """Return a file to which a program appended a change of this sort."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    page = writer.root["/Pages"]["/Kids"][0]
    if change == "content":
        new = generic.StreamObject(stream_data=words("valid until 2026"))
        page["/Contents"] = writer.add_object(new)
        writer.update_container(page)
    elif change == "field":
        field = writer.root["/AcroForm"]["/Fields"][0]
        field["/V"] = generic.pdf_string("120")
        writer.update_container(field)
    elif change == "note":
        look = generic.StreamObject(
            {
                generic.pdf_name("/Subtype"): generic.pdf_name("/Form"),
                generic.pdf_name("/BBox"): _numbers(0, 0, 50, 50),
            },
            stream_data=b"1 0 0 rg 0 0 50 50 re f",
        )
        note = generic.DictionaryObject({
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Stamp"),
            generic.pdf_name("/Rect"): _numbers(200, 200, 250, 250),
            generic.pdf_name("/AP"): generic.DictionaryObject(
                {generic.pdf_name("/N"): writer.add_object(look)}
            ),
        })  # fmt: skip
        page["/Annots"].append(writer.add_object(note))
        writer.update_container(page["/Annots"])
        writer.update_container(page)
    elif change == "title":
        writer.set_info(
            generic.DictionaryObject({generic.pdf_name("/Title"): generic.pdf_string("x")})
        )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
