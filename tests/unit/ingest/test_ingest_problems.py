"""What a file is, and the words in which a refusal is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_papers import codes, drawn_pdf, opened, zip_of

from preaudit.errors import Stage
from preaudit.ingest.problems import Refusal, problem
from preaudit.ingest.problems import codes as all_codes
from preaudit.ingest.sniff import Kind, identify

_DOCS = Path(__file__).parents[3] / "docs" / "reference" / "errors.md"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", "empty_file", "0 字节"),
        (b"just words", "unsupported_type", "纯文本"),
        ("营业执照".encode("gb18030") * 9, "unsupported_type", "纯文本"),
        (b"<!DOCTYPE html><html></html>", "unsupported_type", "网页"),
        (b'<?xml version="1.0"?><svg></svg>', "unsupported_type", "SVG"),
        (b"\x00\x01\x02\x03" * 9, "unsupported_type", "未知"),
        (b"GIF89a" + bytes(9), "damaged_image", "图片"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(9), "damaged_image", "图片"),
        (b"\x00\x00\x00\x18ftypisom" + bytes(9), "unsupported_type", "视频"),
        (b"AC1032" + bytes(9), "unsupported_type", "DWG"),
        (b"From: <Saved by WPS>\r\nMIME-Version: 1.0\r\n", "unsupported_type", "MHT"),
        (
            b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w/>',
            "unsupported_type",
            "Word XML",
        ),
        (b"{\\rtf1\\ansi}", "unsupported_type", "RTF"),
        (zip_of({"mimetype": b"x", "content.xml": b""}), "unsupported_type", "ODF"),
        (
            zip_of({"[Content_Types].xml": b"x", "word/document.xml": b"y"})[:-30],
            "damaged_docx",
            "DOCX",
        ),
        (
            zip_of({"[Content_Types].xml": b"x", "xl/workbook.xml": b"y"})[:-30],
            "damaged_xlsx",
            "Excel",
        ),
        (b"Rar!\x1a\x07\x01\x00", "archive_unsupported", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "archive_unsupported", "7z"),
        (bytes(257) + b"ustar\x0000" + bytes(250), "archive_unsupported", "TAR"),
        (_OLE + "WordDocument".encode("utf-16-le"), "legacy_office", ".doc"),
        (_OLE + "Workbook".encode("utf-16-le"), "legacy_office", ".xls"),
        (_OLE + "PowerPoint Document".encode("utf-16-le"), "legacy_office", ".ppt"),
        (_OLE + "__properties_version1.0".encode("utf-16-le"), "unsupported_type", "MSG"),
        (_OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted_office", "密码"),
        (zip_of({"OFD.xml": b"<x/>", "Doc_0/a.xml": b""}), "damaged_ofd", "OFD"),
        (zip_of({"[Content_Types].xml": b"", "xl/a": b""}), "damaged_xlsx", "Excel"),
        (zip_of({"[Content_Types].xml": b"", "ppt/a": b""}), "unsupported_type", "PowerPoint"),
        (zip_of({"[Content_Types].xml": b"", "a.fdseq": b""}), "unsupported_type", "XPS"),
        (zip_of({"[Content_Types].xml": b"", "xl/workbook.bin": b""}), "unsupported_type", "XLSB"),
        (b"%PDF-1.4\nnothing", "damaged_pdf", "损坏"),
    ],
)
def test_what_cannot_be_read_is_named_with_a_remedy(
    tmp_path: Path, data: bytes, code: str, said: str
) -> None:
    """Each type that is not read is told by content and refused by name, in both languages."""
    result = opened(tmp_path, data, "材料.pdf")
    assert result.source is None
    assert codes(result) == [code]
    told = result.problems[0]
    assert told.stage is Stage.INGEST
    assert told.file == "材料.pdf"
    assert told.message.zh.startswith("材料.pdf：")
    assert told.message.en.startswith("材料.pdf: ")
    assert said in told.message.zh
    assert told.remedy.zh
    assert told.remedy.en


def test_the_name_of_a_file_decides_nothing(tmp_path: Path) -> None:
    """A PDF called .jpg, behind some bytes of another program, is a PDF."""
    result = opened(tmp_path, b"\x1b%-12345X@PJL\r\n" + drawn_pdf(), "照片.jpg")
    assert result.source is not None
    assert codes(result) == ["name_mismatch"]


def test_a_page_is_named() -> None:
    """A problem of one page names it in both languages."""
    told = problem("damaged_page", file="a.pdf", page=7, facts={"detail": "x"})
    assert "a.pdf 第 7 页：" in told.message.zh
    assert "a.pdf, page 7: " in told.message.en


def test_no_word_is_left_unfilled() -> None:
    """Every message can be told even when a fact is missing; braces never reach a reader."""
    for code in all_codes():
        told = problem(code, file="a")
        assert not set("{}") & set(
            told.message.zh + told.message.en + told.remedy.zh + told.remedy.en
        )


def test_every_code_is_documented() -> None:
    """The reference lists exactly the codes that ingest may give."""
    listed = re.findall(r"^\| `([a-z_]+)` \|", _DOCS.read_text("utf-8"), re.MULTILINE)
    assert set(all_codes()) <= set(listed)
    assert {"empty_case", "no_such_path"} <= set(listed)
    assert len(listed) == len(set(listed))


@settings(max_examples=150, deadline=None)
@given(
    start=st.sampled_from(
        [b"", b"%PDF-", b"PK\x03\x04", b"II*\x00", b"\xff\xd8\xff", b"BM", b"RIFF"]
    ),
    rest=st.binary(max_size=200),
)
def test_any_bytes_are_identified_or_refused(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, rest: bytes
) -> None:
    """Telling what a file is ends in a kind or a refusal for any bytes."""
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(start + rest)
    try:
        found = identify(path).name
    except Refusal as refusal:
        found = refusal.code
    assert found in {*Kind.__members__, *all_codes()}


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 4000), noise=st.binary(min_size=1, max_size=30))
def test_any_damage_is_answered(
    tmp_path_factory: pytest.TempPathFactory, at: int, noise: bytes
) -> None:
    """A PDF with bytes overwritten anywhere gives pages or a problem, and raises nothing."""
    data = bytearray(drawn_pdf(pages=2))
    at %= len(data)
    data[at : at + len(noise)] = noise
    result = opened(tmp_path_factory.mktemp("damaged"), bytes(data))
    assert result.sheets or result.problems
    assert bool(result.source) == bool(result.sheets)
