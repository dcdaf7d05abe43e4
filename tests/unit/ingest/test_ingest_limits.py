"""Every limit: what lies within it or on it is taken, what lies beyond is refused by its code."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import openpyxl
import pytest
from ingest_ofd_papers import ofd, page, text
from ingest_papers import codes, drawn_pdf, entry, opened, pdf_of, stream, zip_of
from PIL import Image

from preaudit.ingest import Gathered, Workshop, gather, open_file
from preaudit.settings import Limits

_HERE = Path(__file__).parent
_MB = 1 << 20
_PAPER = drawn_pdf()


def _gathered(folder: Path, path: Path, **limits: int) -> Gathered:
    work = folder / "work"
    work.mkdir()
    return gather([path], limits=Limits(**limits), workdir=work)


def _said(result: Gathered) -> list[str]:
    return [one.code for one in result.problems]


def _folder(folder: Path, files: dict[str, bytes]) -> Path:
    case = folder / "case"
    for name, data in files.items():
        (case / name).parent.mkdir(parents=True, exist_ok=True)
        (case / name).write_bytes(data)
    return case


def _zip(folder: Path, data: bytes) -> Path:
    path = folder / "case.zip"
    path.write_bytes(data)
    return path


def _stored(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


around = pytest.mark.parametrize("more", [-1, 0, 1])
"""One below the limit, on it, and one above it."""


# --- a case and its files


@around
def test_file_size(tmp_path: Path, more: int) -> None:
    """A file may have 1 MB to the byte."""
    case = _folder(tmp_path, {"a.bin": b"x" * (_MB + more)})
    assert _said(_gathered(tmp_path, case, file_mb=1)) == ([] if more <= 0 else ["file_too_large"])


@around
def test_file_size_when_opened(tmp_path: Path, more: int) -> None:
    """The limit holds again when a file is opened, whoever hands it in."""
    data = drawn_pdf()
    padded = data + b"%" * (_MB + more - len(data))
    said = codes(opened(tmp_path, padded, limits=Limits(file_mb=1)))
    assert ("file_too_large" in said) is not (more <= 0)


@around
def test_file_size_in_an_archive(tmp_path: Path, more: int) -> None:
    """A file in an archive may have as much as one outside."""
    path = _zip(tmp_path, zip_of({"a.bin": os.urandom(_MB + more), "b.bin": b"x"}))
    result = _gathered(tmp_path, path, file_mb=1, case_mb=10)
    assert _said(result) == ([] if more <= 0 else ["file_too_large"])
    assert len(result.entries) == 1 + (more <= 0)


@around
def test_case_size(tmp_path: Path, more: int) -> None:
    """All files of a case together may have 2 MB to the byte."""
    case = _folder(tmp_path, {"a": b"x" * _MB, "b": b"x" * (_MB + more)})
    result = _gathered(tmp_path, case, case_mb=2)
    assert _said(result) == ([] if more <= 0 else ["case_too_large"])


@around
def test_case_files(tmp_path: Path, more: int) -> None:
    """A case may have five files."""
    case = _folder(tmp_path, {f"{at}": b"x" for at in range(5 + more)})
    result = _gathered(tmp_path, case, case_files=5)
    assert _said(result) == ([] if more <= 0 else ["too_many_files"])


@around
def test_case_json_size(tmp_path: Path, more: int) -> None:
    """`case.json` may have 64 KB."""
    said = b"{}"
    case = _folder(tmp_path, {"case.json": said + b" " * (64 * 1024 + more - len(said)), "a": b"x"})
    assert _said(_gathered(tmp_path, case)) == ([] if more <= 0 else ["bad_case_json"])


@around
def test_case_json_attributes(tmp_path: Path, more: int) -> None:
    """`case.json` may have a hundred attributes."""
    said = {"attributes": {f"key{at}": "x" for at in range(100 + more)}}
    case = _folder(tmp_path, {"case.json": json.dumps(said).encode(), "a": b"x"})
    assert _said(_gathered(tmp_path, case)) == ([] if more <= 0 else ["bad_case_json"])


# --- archives


@around
def test_zip_entries(tmp_path: Path, more: int) -> None:
    """An archive may have five entries."""
    path = _zip(tmp_path, zip_of({f"{at}": b"x" for at in range(5 + more)}))
    result = _gathered(tmp_path, path, zip_entries=5)
    assert _said(result) == ([] if more <= 0 else ["zip_too_many_entries"])


@around
def test_zip_depth(tmp_path: Path, more: int) -> None:
    """Archives may lie three deep."""
    data = _PAPER
    for _ in range(3 + more):
        data = zip_of({"in.zip": data, "beside.pdf": _PAPER})
    result = _gathered(tmp_path, _zip(tmp_path, data), zip_depth=3)
    assert _said(result) == ([] if more <= 0 else ["zip_too_deep"])
    assert result.entries


@around
def test_zip_inflated_across_nesting(tmp_path: Path, more: int) -> None:
    """Archives of a case may inflate to 2 MB to the byte, those inside counted twice."""
    inner = _stored({"a": bytes(_MB // 2)})
    rest = 2 * _MB + more - len(inner) - _MB // 2
    path = _zip(tmp_path, zip_of({"1.zip": inner, "b": os.urandom(rest)}))
    result = _gathered(tmp_path, path, inflated_mb=2)
    assert _said(result) == ([] if more <= 0 else ["zip_inflated"])


@around
def test_zip_ratio(tmp_path: Path, more: int) -> None:
    """A file of an archive may be so many times as large as it was packed, once beyond 10 MB."""
    data = zip_of({"a": os.urandom(60_000) + bytes(11 * _MB), "b": b"x"})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("a")
    ratio = -(-info.file_size // info.compress_size)
    result = _gathered(tmp_path, _zip(tmp_path, data), inflation_ratio=ratio - more)
    assert _said(result) == ([] if more <= 0 else ["zip_ratio"])


@around
def test_zip_ratio_of_small_files(tmp_path: Path, more: int) -> None:
    """Up to 10 MB a file may be packed as well as it likes."""
    path = _zip(tmp_path, zip_of({"a": bytes(10 * _MB + more), "b": b"x"}))
    assert _said(_gathered(tmp_path, path)) == ([] if more <= 0 else ["zip_ratio"])


@around
def test_zip_name(tmp_path: Path, more: int) -> None:
    """The path of an entry may have fifty characters, Chinese ones too."""
    name = "文" * (46 + more) + ".pdf"
    result = _gathered(tmp_path, _zip(tmp_path, zip_of({name: _PAPER, "b": b"x"})), name_chars=50)
    assert _said(result) == ([] if more <= 0 else ["zip_name_too_long"])


# --- PDF


@around
def test_pdf_pages(tmp_path: Path, more: int) -> None:
    """A PDF may have four pages."""
    result = opened(tmp_path, drawn_pdf(pages=4 + more), limits=Limits(pdf_pages=4))
    assert codes(result) == ([] if more <= 0 else ["too_many_pages"])


@pytest.mark.parametrize("side", [460, 480, 500, 14400])
def test_pdf_pages_beyond_the_size_are_shown_smaller(tmp_path: Path, side: int) -> None:
    """A page of more than 1 million pixels is rendered at a lower resolution, never refused."""
    result = opened(tmp_path, drawn_pdf(size=(side, side)), limits=Limits(render_mpx=1))
    assert codes(result) == []
    height, width, _ = result.sheets[0].pixels.load().shape
    whole = side / 72 * 150
    assert height * width <= min(1_010_000, (whole + 1) ** 2)
    assert height * width >= min(990_000, (whole - 1) ** 2)


@around
def test_pdf_filters(tmp_path: Path, more: int) -> None:
    """A stream may be compressed twice over; letters do not count, escapes do not help."""
    import zlib  # noqa: PLC0415  # for this test alone

    data = b"BT /F1 24 Tf 40 200 Td (permit) Tj ET"
    for _ in range(2 + more):
        data = zlib.compress(data)
    names = b"/ASCIIHexDecode " + b" ".join([b"/Fl", b"/#46lateDecode", b"/Fl"][: 2 + more])
    body = data.hex().encode() + b">"
    result = opened(tmp_path, _one_page(
        b"<< /Length %d /Filter [%s] >>\nstream\n%s\nendstream" % (len(body), names, body)
    ))  # fmt: skip
    assert codes(result) == ([] if more <= 0 else ["pdf_filters"])
    assert more > 0 or "".join(one.text for one in result.sheets[0].glyphs) == "permit"


def _one_page(content: bytes, resources: bytes = b"", picture: bytes = b"null") -> bytes:
    return pdf_of({
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R "
           b"/Resources << /Font << /F1 5 0 R >> %s >> >>" % resources,
        4: content,
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        6: picture,
    })  # fmt: skip


@around
def test_image_inside_a_pdf(tmp_path: Path, more: int) -> None:
    """An image on a page may have as many pixels as one by itself."""
    import zlib  # noqa: PLC0415  # likewise

    height = 1000 + more
    packed = zlib.compress(bytes(1000 * height))
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 1000 /Height %d /BitsPerComponent 8 "
        b"/ColorSpace /DeviceGray /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
    ) % (height, len(packed), packed)
    content = stream(b"q 200 0 0 200 50 50 cm /Im Do Q")
    data = _one_page(content, b"/XObject << /Im 6 0 R >>", picture)
    result = opened(tmp_path, data, limits=Limits(image_mpx=1))
    assert codes(result) == ([] if more <= 0 else ["image_too_large"])


# --- pictures


@around
def test_image_size(tmp_path: Path, more: int) -> None:
    """A picture may have a million pixels to the row."""
    out = io.BytesIO()
    Image.new("L", (1000, 1000 + more)).save(out, "PNG")
    result = opened(tmp_path, out.getvalue(), limits=Limits(image_mpx=1))
    assert codes(result) == ([] if more <= 0 else ["image_too_large"])


@around
def test_image_frames(tmp_path: Path, more: int) -> None:
    """A picture may hold four frames."""
    out = io.BytesIO()
    frame = Image.new("L", (40, 40), 255)
    frame.save(out, "TIFF", save_all=True, append_images=[frame] * (3 + more))
    result = opened(tmp_path, out.getvalue(), limits=Limits(image_frames=4))
    assert codes(result) == ([] if more <= 0 else ["too_many_frames"])


# --- files that are archives inside


def _docx(more: dict[str, bytes]) -> bytes:
    document = docx.Document()
    document.add_paragraph("文字")
    out = io.BytesIO()
    document.save(out)
    return _with(out.getvalue(), more)


def _xlsx(more: dict[str, bytes]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["文字"])
    out = io.BytesIO()
    book.save(out)
    return _with(out.getvalue(), more)


def _ofd(more: dict[str, bytes]) -> bytes:
    return _with(ofd(page(text("文字"))), more)


def _with(data: bytes, more: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zip_of(files | more)


_PACKAGES = [_docx, _xlsx, _ofd]


@pytest.mark.parametrize("made", _PACKAGES)
@around
def test_parts(tmp_path: Path, made: Callable[[dict[str, bytes]], bytes], more: int) -> None:
    """A DOCX, XLSX or OFD may have so many parts."""
    with zipfile.ZipFile(io.BytesIO(made({}))) as archive:
        most = len(archive.namelist()) + 5
    data = made({f"extra/{at}.bin": b"x" for at in range(5 + more)})
    result = opened(tmp_path, data, limits=Limits(document_parts=most))
    assert ("too_many_parts" in codes(result)) is not (more <= 0)
    assert bool(result.sheets) is (more <= 0)


_READ_PART = {
    _docx: "word/document.xml",
    _xlsx: "xl/worksheets/sheet1.xml",
    _ofd: "OFD.xml",
}


def _padded(made: Callable[[dict[str, bytes]], bytes], size: int) -> bytes:
    """Return a file whose main part has so many bytes; noise keeps it from packing too well."""
    name = _READ_PART[made]
    with zipfile.ZipFile(io.BytesIO(made({}))) as archive:
        body = archive.read(name)
    room = size - len(body) - 7
    noise = os.urandom(room).hex().encode()[:room]
    return made({name: body + b"<!--" + noise + b"-->"})


@pytest.mark.parametrize("made", _PACKAGES)
@around
def test_part_size(tmp_path: Path, made: Callable[[dict[str, bytes]], bytes], more: int) -> None:
    """A part of a DOCX, XLSX or OFD may have 1 MB to the byte."""
    result = opened(tmp_path, _padded(made, _MB + more), limits=Limits(part_mb=1))
    assert ("part_too_large" in codes(result)) is not (more <= 0)
    assert bool(result.sheets) is (more <= 0)


@pytest.mark.parametrize("made", _PACKAGES)
@around
def test_part_ratio(tmp_path: Path, made: Callable[[dict[str, bytes]], bytes], more: int) -> None:
    """A part beyond 10 MB may be so many times as large as it was packed."""
    name = _READ_PART[made]
    with zipfile.ZipFile(io.BytesIO(made({}))) as archive:
        body = archive.read(name)
    data = made({name: body + b" " * (11 * _MB)})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(name)
    ratio = -(-info.file_size // info.compress_size)
    result = opened(tmp_path, data, limits=Limits(inflation_ratio=ratio - more))
    assert ("part_ratio" in codes(result)) is not (more <= 0)


@pytest.mark.parametrize("made", [_docx, _xlsx])
@around
def test_package_inflated(
    tmp_path: Path, made: Callable[[dict[str, bytes]], bytes], more: int
) -> None:
    """All parts of a DOCX or XLSX together may have 2 MB to the byte."""
    with zipfile.ZipFile(io.BytesIO(made({}))) as archive:
        size = sum(info.file_size for info in archive.infolist())
    data = made({"extra.bin": os.urandom(2 * _MB + more - size)})
    result = opened(tmp_path, data, limits=Limits(inflated_mb=2))
    assert ("package_inflated" in codes(result)) is not (more <= 0)


# --- the worker


@pytest.fixture(scope="module")
def loads() -> Iterator[dict[str, Workshop]]:
    """A workshop for each opener of `ingest_loads`."""
    names = ("sleeping", "sleeping_on_a_page", "holding", "filling", "boasting")
    made = {name: Workshop(opener=f"ingest_loads:{name}", search_path=(_HERE,)) for name in names}
    yield made
    for workshop in made.values():
        workshop.close()


def _loaded(folder: Path, workshop: Workshop, amount: float, limits: Limits) -> list[str]:
    paper = entry(folder, str(amount).encode("ascii"))
    return codes(open_file(paper, limits=limits, workdir=folder, workshop=workshop))


@pytest.mark.parametrize(("seconds", "code"), [(0.1, "damaged_image"), (1.6, "file_timeout")])
def test_time_for_a_file(
    tmp_path: Path, loads: dict[str, Workshop], seconds: float, code: str
) -> None:
    """A file may take 1 second."""
    limits = Limits(file_timeout_s=1.0)
    assert _loaded(tmp_path, loads["sleeping"], seconds, limits) == [code]


@pytest.mark.parametrize(("seconds", "code"), [(0.1, "damaged_page"), (1.6, "page_timeout")])
def test_time_for_a_page(
    tmp_path: Path, loads: dict[str, Workshop], seconds: float, code: str
) -> None:
    """A page may take 1 second."""
    limits = Limits(page_timeout_s=1.0, file_timeout_s=10.0)
    assert _loaded(tmp_path, loads["sleeping_on_a_page"], seconds, limits) == [code]


@pytest.mark.parametrize(
    ("megabytes", "code"),
    [(300, "damaged_image"), (1023, "out_of_memory"), (1025, "out_of_memory")],
)
def test_memory(tmp_path: Path, loads: dict[str, Workshop], megabytes: int, code: str) -> None:
    """A worker may hold 1 GB, the engines that it has loaded included."""
    assert _loaded(tmp_path, loads["holding"], megabytes, Limits()) == [code]


@pytest.mark.parametrize(
    ("kilobytes", "code"), [(1016, "damaged_image"), (1020, "damaged_image"), (1024, "temp_full")]
)
def test_space(tmp_path: Path, loads: dict[str, Workshop], kilobytes: int, code: str) -> None:
    """A worker may leave 1 MB in its folder; a file counts 4 KB besides what is in it."""
    assert _loaded(tmp_path, loads["filling"], kilobytes, Limits(temp_mb=1)) == [code]


def test_a_worker_that_boasts_of_pixels(tmp_path: Path, loads: dict[str, Workshop]) -> None:
    """A page that a worker claims to be larger than agreed is not taken into our memory."""
    result = open_file(
        entry(tmp_path, drawn_pdf()), limits=Limits(), workdir=tmp_path, workshop=loads["boasting"]
    )
    assert result.sheets == ()
    assert result.problems
