"""DOCX as it prints: sections, heads and feet, list numbers, final words, other dialects."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from ingest_papers import codes, opened
from PIL import Image

from preaudit.ingest.docx_numbering import numeral
from preaudit.sheet import Sheet

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def saved(document: Document) -> bytes:
    """Return a document as a file."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def changed(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return a package in which each part went through a change."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.namelist():
            new.writestr(part, change(part, old.read(part)))
    return out.getvalue()


def with_body(body: str) -> bytes:
    """Return a document whose body is this XML."""
    whole = f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'.encode()

    def put(name: str, old: bytes) -> bytes:
        return whole if name == "word/document.xml" else old

    return changed(saved(docx.Document()), put)


def words(sheet: Sheet) -> str:
    """Return all characters of a page, in its order."""
    return "".join(glyph.text for glyph in sheet.glyphs)


def top_of(sheet: Sheet, text: str) -> float:
    """Return how far down the page a text stands."""
    return sheet.glyphs[words(sheet).index(text)].box.top


def field(paragraph: object, instruction: str, *, simple: bool) -> None:
    """Add a field to a paragraph, with a result that is out of date."""
    element = paragraph._p  # type: ignore[attr-defined]  # python-docx has no fields
    if simple:
        one = OxmlElement("w:fldSimple")
        one.set(qn("w:instr"), instruction)
        run = OxmlElement("w:r")
        text = OxmlElement("w:t")
        text.text = "99"
        run.append(text)
        one.append(run)
        element.append(one)
        return
    for kind in ("begin", "", "separate", "text", "end"):
        run = OxmlElement("w:r")
        if kind == "text":
            part = OxmlElement("w:t")
            part.text = "99"
        elif kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = instruction
        run.append(part)
        element.append(run)


@pytest.mark.parametrize("simple", [True, False])
def test_heads_and_feet_stand_on_every_page(tmp_path: Path, *, simple: bool) -> None:
    """Head and foot are on each page, outside of the text, with the numbers of the pages."""
    document = docx.Document()
    for _ in range(2):
        document.add_paragraph("正文").runs[0].add_break(docx.enum.text.WD_BREAK.PAGE)
    document.add_paragraph("末页")
    section = document.sections[0]
    section.header.paragraphs[0].text = "云泽置业有限公司"
    foot = section.footer.paragraphs[0]
    foot.add_run("第")
    field(foot, " PAGE ", simple=simple)
    foot.add_run("页 共")
    field(foot, r" NUMPAGES \* MERGEFORMAT ", simple=simple)
    foot.add_run("页")
    result = opened(tmp_path, saved(document))
    assert codes(result) == []
    for number, sheet in enumerate(result.sheets, start=1):
        text = "".join(words(sheet).split())
        assert f"第{number}页共{len(result.sheets)}页" in text
        assert "99" not in text
        assert top_of(sheet, "云泽置业") < 0.08
        assert top_of(sheet, "共") > 0.9
    assert len(result.sheets) >= 3


def test_the_first_page_may_have_a_head_of_its_own(tmp_path: Path) -> None:
    """A title page shows its own head; the pages behind it show the other."""
    document = docx.Document()
    document.add_paragraph("甲").runs[0].add_break(docx.enum.text.WD_BREAK.PAGE)
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "封面眉"
    section.header.paragraphs[0].text = "内页眉"
    document.add_paragraph("乙")
    first, *others = opened(tmp_path, saved(document)).sheets
    assert "封面眉" in words(first)
    assert "内页眉" not in words(first)
    assert all("内页眉" in words(one) and "封面眉" not in words(one) for one in others)


def test_each_section_has_pages_of_its_size(tmp_path: Path) -> None:
    """An upright section is followed by one that lies across; each keeps its size."""
    document = docx.Document()
    first = document.sections[0]
    first.page_width, first.page_height = Mm(210), Mm(297)
    document.add_paragraph("竖排")
    second = document.add_section(WD_SECTION.NEW_PAGE)
    second.orientation = WD_ORIENT.LANDSCAPE
    second.page_width, second.page_height = Mm(297), Mm(210)
    document.add_paragraph("横排")
    sheets = opened(tmp_path, saved(document)).sheets
    assert [round(one.width_mm) for one in sheets] == [210, 297]
    assert "横排" in words(sheets[1])


def test_list_numbers_are_written(tmp_path: Path) -> None:
    """Numbers that a list makes stand before its paragraphs, as they print."""
    levels = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
        '<w:lvlText w:val="第%1条"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%2、"/></w:lvl>'
    )
    numbering = (
        f'<w:numbering xmlns:w="{_W}"><w:abstractNum w:abstractNumId="0">{levels}'
        '</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    ).encode()

    def item(level: int, text: str) -> str:
        place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr>'
        return f"<w:p><w:pPr>{place}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"

    body = item(0, "总则") + item(1, "甲项") + item(1, "乙项") + item(0, "期限") + item(1, "丙项")

    def put(name: str, old: bytes) -> bytes:
        return numbering if name == "word/numbering.xml" else old

    document = docx.Document()
    document.add_paragraph("x", style="List Number")
    data = changed(saved(document), put)
    whole = f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'.encode()
    data = changed(data, lambda name, old: whole if name == "word/document.xml" else old)
    (sheet,) = opened(tmp_path, data).sheets
    text = "".join(words(sheet).split())
    for wanted in ("第一条总则", "1、甲项", "2、乙项", "第二条期限", "1、丙项"):
        assert wanted in text


@pytest.mark.parametrize(
    ("number", "form", "written"),
    [
        (12, "chineseCounting", "十二"),
        (105, "chineseCountingThousand", "一百零五"),
        (25, "chineseLegalSimplified", "贰拾伍"),
        (3, "ideographTraditional", "丙"),
        (7, "decimalEnclosedCircle", "⑦"),
        (9, "upperRoman", "IX"),
        (28, "lowerLetter", "bb"),
        (4, "decimalZero", "04"),
        (5, "unheardOf", "5"),
    ],
)
def test_numbers_of_lists_take_their_form(number: int, form: str, written: str) -> None:
    """The forms that Chinese papers use are known; any other is written in digits."""
    assert numeral(number, form) == written


def test_final_words_are_read_and_changes_told(tmp_path: Path) -> None:
    """What was deleted is left out, what was put in is read, and a notice says so."""
    data = with_body(
        "<w:p><w:r><w:t>合同价</w:t></w:r><w:del><w:r><w:delText>壹佰</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>贰佰</w:t></w:r></w:ins>"
        "<w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r></w:p>"
    )
    result = opened(tmp_path, data)
    text = words(result.sheets[0])
    assert "合同价贰佰" in text
    assert not {"壹佰", "移走", "隐藏"} & {text[at : at + 2] for at in range(len(text))}
    assert codes(result) == ["tracked_changes"]
    assert result.problems[0].notice


def test_pictures_that_cannot_be_shown_are_counted(tmp_path: Path) -> None:
    """A picture of an unknown format is told, those beside it are shown."""
    document = docx.Document()
    for colour in ("red", "blue"):
        picture = io.BytesIO()
        Image.new("RGB", (60, 40), colour).save(picture, "PNG")
        document.add_picture(picture)

    def spoilt(name: str, old: bytes) -> bytes:
        return b"\x01\x00\x00\x00 EMF" if name == "word/media/image2.png" else old

    result = opened(tmp_path, changed(saved(document), spoilt))
    assert codes(result) == ["pictures_not_shown"]
    assert not result.problems[0].notice
    assert "1" in result.problems[0].message.zh
    assert len(result.sheets[0].images) == 1


def test_notes_stand_at_the_end(tmp_path: Path) -> None:
    """Words of footnotes are words of the document."""
    notes = (
        f'<w:footnotes xmlns:w="{_W}"><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        '<w:footnote w:id="1"><w:p><w:r><w:t>注释内容</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    place = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"

    def put(name: str, old: bytes) -> bytes:
        if name == "[Content_Types].xml":
            part = f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'
            return old.replace(b"</Types>", part.encode())
        if name == "word/_rels/document.xml.rels":
            link = f'<Relationship Id="rId99" Type="{place}" Target="footnotes.xml"/>'
            return old.replace(b"</Relationships>", link.encode() + b"</Relationships>")
        return old

    document = docx.Document()
    document.add_paragraph("正文")
    data = io.BytesIO(changed(saved(document), put))
    with zipfile.ZipFile(data, "a") as package:
        package.writestr("word/footnotes.xml", notes)
    (sheet,) = opened(tmp_path, data.getvalue()).sheets
    assert words(sheet).index("正文") < words(sheet).index("注释内容")


def test_a_table_inside_a_cell_stays_inside(tmp_path: Path) -> None:
    """An inner table is no wider than the cell that holds it."""
    document = docx.Document()
    outer = document.add_table(rows=1, cols=2)
    inner = outer.cell(0, 0).add_table(rows=1, cols=2)
    inner.cell(0, 1).text = "内"
    outer.cell(0, 1).text = "外"
    (sheet,) = opened(tmp_path, saved(document)).sheets
    places = {glyph.text: glyph.box.left for glyph in sheet.glyphs}
    assert places["内"] < places["外"]


@pytest.mark.parametrize("dialect", ["strict", "macro", "template"])
def test_other_dialects_of_the_format_are_read(tmp_path: Path, dialect: str) -> None:
    """Strict Open XML, documents with macros and templates hold the same words."""
    document = docx.Document()
    document.add_paragraph("授权委托书")
    document.add_table(rows=1, cols=1).cell(0, 0).text = "格内"
    main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

    def other(name: str, old: bytes) -> bytes:
        if dialect == "strict":
            return re.sub(
                rb"http://schemas\.openxmlformats\.org/"
                rb"(wordprocessingml|officeDocument|drawingml)/2006/",
                rb"http://purl.oclc.org/ooxml/\1/",
                old,
            )
        kinds = {
            "macro": b"application/vnd.ms-word.document.macroEnabled.main+xml",
            "template": main.replace(b"document.main", b"template.main"),
        }
        return old.replace(main, kinds[dialect]) if name == "[Content_Types].xml" else old

    result = opened(tmp_path, changed(saved(document), other))
    assert codes(result) == []
    assert "授权委托书" in words(result.sheets[0])
    assert "格内" in words(result.sheets[0])
