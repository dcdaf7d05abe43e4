"""DOCX: every word on a page, in its cell; nothing harmful is parsed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from ingest_papers import codes, opened
from PIL import Image

from preaudit.ingest.docx_fonts import Fonts
from preaudit.ingest.problems import Refusal
from preaudit.settings import Limits
from preaudit.sheet import MediaType, Sheet


def _saved(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _place(sheet: Sheet, text: str) -> tuple[float, float]:
    """Return where the first character of a text stands."""
    whole = "".join(glyph.text for glyph in sheet.glyphs)
    return sheet.glyphs[whole.index(text)].box.centre


def _with_part(data: bytes, name: str, body: bytes) -> bytes:
    """Return a package in which one part holds something else."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.namelist():
            new.writestr(part, body if part == name else old.read(part))
    return out.getvalue()


def test_paragraphs_and_tables_are_laid_out_in_order(tmp_path: Path) -> None:
    """Text, a table with merged cells and a picture stand on pages in reading order."""
    document = docx.Document()
    document.add_paragraph("授权委托书")
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "合并单元格"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "竖向合并"
    table.cell(0, 2).text = "右上"
    table.cell(1, 1).text = "中间"
    table.cell(2, 2).text = "右下"
    document.add_paragraph("二〇二六年三月")
    picture = io.BytesIO()
    Image.new("RGB", (300, 100), "red").save(picture, "PNG")
    document.add_picture(picture)
    result = opened(tmp_path, _saved(document), "委托书.docx")
    assert codes(result) == []
    assert result.source is not None
    assert result.source.media_type is MediaType.DOCX
    (sheet,) = result.sheets
    assert sheet.width_mm == pytest.approx(215.9, abs=0.5)  # the document's own size: Letter
    places = [_place(sheet, text) for text in ("授权", "合并单", "中间", "右下", "二〇二六")]
    assert [down for _, down in places] == sorted(down for _, down in places)
    assert _place(sheet, "右上")[0] > _place(sheet, "中间")[0]
    assert _place(sheet, "竖向合并")[0] < _place(sheet, "中间")[0]
    assert len(sheet.rulings) >= 8
    assert len(sheet.images) == 1
    pixels = sheet.pixels.load()
    assert ((pixels[..., 0] > 200) & (pixels[..., 1] < 60)).any()


def test_headings_are_larger_than_text(tmp_path: Path) -> None:
    """A heading has the size of its style, so that titles look like titles."""
    document = docx.Document()
    document.add_heading("标题", 0)
    document.add_paragraph("正文")
    (sheet,) = opened(tmp_path, _saved(document)).sheets
    sizes = {glyph.text: glyph.size_pt for glyph in sheet.glyphs}
    assert sizes["标"] > 1.5 * sizes["正"]


def test_a_merged_cell_has_no_line_through_it(tmp_path: Path) -> None:
    """Rulings run around merged cells, not through them."""
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "宽"
    table.cell(1, 0).text = "左"
    table.cell(1, 1).text = "右"
    (sheet,) = opened(tmp_path, _saved(document)).sheets
    down = _place(sheet, "宽")[1]
    across = (_place(sheet, "左")[0] + _place(sheet, "右")[0]) / 2
    crossing = [
        one.box
        for one in sheet.rulings
        if one.box.height > one.box.width
        and one.box.top < down < one.box.bottom
        and abs(one.box.left - across) < 0.1
    ]
    assert crossing == []


def test_ticks_text_boxes_and_controls_are_read(tmp_path: Path) -> None:
    """Symbols of forms, content controls and text boxes are words on the page like any other."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = (
        f'<w:document xmlns:w="{space}"><w:body>'
        '<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>新建</w:t></w:r></w:p>'
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>控件内容</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框内文字</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict></w:r></w:p>"
        "<w:p><w:del><w:r><w:delText>删去</w:delText></w:r></w:del><w:ins><w:r><w:t>加入</w:t></w:r>"
        "</w:ins></w:p></w:body></w:document>"
    )
    data = _with_part(_saved(docx.Document()), "word/document.xml", body.encode())
    (sheet,) = opened(tmp_path, data).sheets
    text = "".join(glyph.text for glyph in sheet.glyphs)
    assert text.startswith("☑新建")
    assert "控件内容" in text
    assert text.count("框内文字") == 1
    assert "加入" in text
    assert "删去" not in text


def test_a_row_taller_than_a_page_is_still_read(tmp_path: Path) -> None:
    """A cell that does not fit on one page goes on over the next ones."""
    document = docx.Document()
    document.add_table(rows=1, cols=1).cell(0, 0).text = "\n".join(f"第{at}条" for at in range(150))
    result = opened(tmp_path, _saved(document))
    text = "".join(glyph.text for sheet in result.sheets for glyph in sheet.glyphs)
    assert len(result.sheets) > 1
    assert "第0条" in text
    assert "第149条" in text


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaa">]><x>&a;</x>', "unsafe_docx"),
        (b"\xff\xfe<\x00?\x00x\x00m\x00l\x00", "unsafe_docx"),
        (b"<w:document", "damaged_docx"),
        (b"<a/>", "damaged_docx"),
        (b" " * (40 << 20), "part_ratio"),
    ],
)
def test_harmful_xml_is_refused(tmp_path: Path, body: bytes, code: str) -> None:
    """Document types, other encodings, bombs and broken XML are refused, each by its code."""
    data = _with_part(_saved(docx.Document()), "word/document.xml", body)
    assert codes(opened(tmp_path, data, limits=Limits())) == [code]


def test_no_chinese_font_is_said_plainly() -> None:
    """Where no font is found, the refusal says which to install."""
    with pytest.raises(Refusal) as refusal:
        Fonts((("/nowhere/font.ttf", 0),))
    assert refusal.value.code == "no_cjk_font"
