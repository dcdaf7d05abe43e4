"""OFD: what a page says and shows, wherever it is written."""

from __future__ import annotations

import io
import math
import struct
from pathlib import Path

import numpy as np
import pytest
from ingest_ofd_papers import (
    blocks_font,
    line,
    ofd,
    package,
    page,
    picture,
    postscript_font,
    text,
    xml,
)
from ingest_papers import codes, opened, zip_of
from PIL import Image

from preaudit.ingest import Opened, gather, open_file
from preaudit.settings import Limits
from preaudit.sheet import MediaType, Pixels, Sheet

_BLOCKS = {"Doc_0/Res/blocks.ttf": blocks_font()}
_BLOCK_FONT = '<ofd:Font ID="1" FontName="x"><ofd:FontFile>blocks.ttf</ofd:FontFile></ofd:Font>'


def _sheet(result: Opened, number: int = 1) -> Sheet:
    assert result.source is not None
    return result.sheets[number - 1]


def _said(sheet: Sheet) -> str:
    return "".join(glyph.text for glyph in sheet.glyphs)


def _at(sheet: Sheet, x_mm: float, y_mm: float) -> tuple[int, int, int]:
    """Return the colour of a page at a place in millimetres."""
    pixels: Pixels = sheet.pixels.load()
    row = int(y_mm / sheet.height_mm * pixels.shape[0])
    column = int(x_mm / sheet.width_mm * pixels.shape[1])
    red, green, blue = pixels[row, column]
    return int(red), int(green), int(blue)


def _blocks(tmp_path: Path, *objects: str, **more: object) -> Sheet:
    """Return a page whose text is written in full blocks."""
    return _sheet(opened(tmp_path, ofd(page(*objects), fonts=_BLOCK_FONT, parts=_BLOCKS, **more)))


def test_text_stands_where_the_file_puts_it(tmp_path: Path) -> None:
    """Each character's box follows from its offsets, to a hundredth of a millimetre."""
    result = opened(tmp_path, ofd(page(text("建设工程", x=20, y=30, size=5))))
    sheet = _sheet(result)
    assert result.problems == ()
    assert result.source is not None
    assert result.source.media_type is MediaType.OFD
    assert (round(sheet.width_mm), round(sheet.height_mm), sheet.dpi) == (210, 297, None)
    assert _said(sheet) == "建设工程"
    lefts = [glyph.box.left * 210 for glyph in sheet.glyphs]
    assert lefts == pytest.approx([20, 25, 30, 35], abs=0.01)
    box = sheet.glyphs[0].box
    assert box.top * 297 == pytest.approx(30 - 0.88 * 5, abs=0.01)
    assert box.bottom * 297 == pytest.approx(30 + 0.12 * 5, abs=0.01)
    assert sheet.glyphs[0].size_pt == pytest.approx(5 / 25.4 * 72, rel=1e-3)
    assert all(glyph.visible for glyph in sheet.glyphs)


@pytest.mark.parametrize(
    ("deltas", "lefts"),
    [
        ("10 20", [0, 10, 30]),
        ("g 2 7", [0, 7, 14]),
        ("g 1 3 4", [0, 3, 7]),
        ("g 99999999 2", [0, 2, 4]),
        ("6", [0, 6, 12]),
        ("5 x", [0, 5, 5]),
    ],
)
def test_offsets_are_lists_with_runs(tmp_path: Path, deltas: str, lefts: list[float]) -> None:
    """`g n v` means v n times; a list that is too short goes on with its last offset."""
    code = f'<ofd:TextCode X="0" Y="10" DeltaX="{deltas}">建建建</ofd:TextCode>'
    written = f'<ofd:TextObject Boundary="50 50 90 20" Font="1" Size="4">{code}</ofd:TextObject>'
    sheet = _blocks(tmp_path, written)
    assert [g.box.left * 210 - 50 for g in sheet.glyphs] == pytest.approx(lefts, abs=0.01)


def test_letters_without_offsets_follow_one_another(tmp_path: Path) -> None:
    """Where a file gives no offsets, each letter begins where the one before it ends."""
    code = '<ofd:TextCode X="5" Y="10">建建</ofd:TextCode>'
    written = f'<ofd:TextObject Boundary="50 50 90 20" Font="1" Size="4">{code}</ofd:TextObject>'
    boxes = [glyph.box for glyph in _blocks(tmp_path, written).glyphs]
    assert boxes[1].left == pytest.approx(boxes[0].right, abs=1e-4)


def test_text_that_runs_down_the_page(tmp_path: Path) -> None:
    """DeltaY alone leads downwards."""
    code = '<ofd:TextCode X="0" Y="10" DeltaY="6 6">建建建</ofd:TextCode>'
    written = f'<ofd:TextObject Boundary="50 50 20 90" Font="1" Size="4">{code}</ofd:TextObject>'
    boxes = [glyph.box for glyph in _blocks(tmp_path, written).glyphs]
    assert [round(box.left, 4) for box in boxes] == [round(boxes[0].left, 4)] * 3
    assert (boxes[2].top - boxes[0].top) * 297 == pytest.approx(12, abs=0.01)


def test_pixels_and_boxes_agree(tmp_path: Path) -> None:
    """A letter drawn with a font of the file leaves its ink inside its box."""
    sheet = _blocks(tmp_path, text("建", x=100, y=100, size=10))
    assert _at(sheet, 105, 95) == (0, 0, 0)
    assert _at(sheet, 95, 95) == _at(sheet, 105, 85) == _at(sheet, 115, 95) == (255, 255, 255)


@pytest.mark.parametrize(
    ("more", "inside", "outside"),
    [
        ('CTM="2 0 0 2 0 0"', (215 / 2 + 97, 190), (105, 95)),
        ('HScale="0.5"', (102, 95), (108, 95)),
        ('CharDirection="90"', (105, 105), (105, 95)),
        ('CharDirection="180"', (95, 105), (105, 95)),
    ],
)
def test_letters_are_turned_and_stretched(
    tmp_path: Path, more: str, inside: tuple[float, float], outside: tuple[float, float]
) -> None:
    """CTM, HScale and CharDirection move ink and box alike."""
    written = text("建", x=100, y=100, size=10, more=more)
    sheet = _sheet(
        opened(tmp_path, ofd(page(written, area="0 0 420 594"), fonts=_BLOCK_FONT, parts=_BLOCKS))
    )
    assert _at(sheet, *inside) == (0, 0, 0)
    assert _at(sheet, *outside) == (255, 255, 255)
    box = sheet.glyphs[0].box
    assert box.left * 420 - 0.1 <= inside[0] <= box.right * 420 + 0.1


def test_glyphs_by_number_draw_what_the_text_does_not_say(tmp_path: Path) -> None:
    """A glyph table says which shapes to draw; the text is still what TextCode says."""
    shapes = (
        '<ofd:CGTransform CodePosition="1" CodeCount="1" GlyphCount="1">'
        "<ofd:Glyphs>1</ofd:Glyphs></ofd:CGTransform>"
    )
    code = '<ofd:TextCode X="0" Y="10" DeltaX="20">设计</ofd:TextCode>'
    written = (
        f'<ofd:TextObject Boundary="50 50 90 20" Font="1" Size="10">{shapes}{code}</ofd:TextObject>'
    )
    sheet = _blocks(tmp_path, written)
    assert _said(sheet) == "设计"
    assert _at(sheet, 75, 55) == (0, 0, 0)


@pytest.mark.parametrize("bare", [False, True])
def test_fonts_with_postscript_outlines(tmp_path: Path, *, bare: bool) -> None:
    """OpenType fonts with CFF outlines draw by character, bare CFF tables by glyph number."""
    shapes = (
        '<ofd:CGTransform CodePosition="0" CodeCount="1" GlyphCount="1">'
        "<ofd:Glyphs>1</ofd:Glyphs></ofd:CGTransform>"
    )
    written = (
        '<ofd:TextObject Boundary="50 50 90 20" Font="1" Size="10">'
        f'{shapes if bare else ""}<ofd:TextCode X="0" Y="10">建</ofd:TextCode></ofd:TextObject>'
    )
    parts = {"Doc_0/Res/blocks.ttf": postscript_font(bare=bare)}
    sheet = _sheet(opened(tmp_path, ofd(page(written), fonts=_BLOCK_FONT, parts=parts)))
    assert _at(sheet, 55, 55) == (0, 0, 0)
    assert _at(sheet, 55, 65) == (255, 255, 255)


def test_one_glyph_for_several_characters(tmp_path: Path) -> None:
    """A glyph that stands for two characters carries both."""
    shapes = (
        '<ofd:CGTransform CodePosition="0" CodeCount="2" GlyphCount="1">'
        "<ofd:Glyphs>1</ofd:Glyphs></ofd:CGTransform>"
    )
    code = '<ofd:TextCode X="0" Y="10" DeltaX="20">fi建</ofd:TextCode>'
    written = (
        f'<ofd:TextObject Boundary="50 50 90 20" Font="1" Size="10">{shapes}{code}</ofd:TextObject>'
    )
    assert [glyph.text for glyph in _blocks(tmp_path, written).glyphs] == ["fi", "建"]


@pytest.mark.parametrize("more", ['Visible="false"', 'Alpha="0"', 'Fill="false"'])
def test_text_without_ink_is_told_apart(tmp_path: Path, more: str) -> None:
    """Hidden, transparent and unfilled text is given as invisible, and leaves no ink."""
    sheet = _blocks(tmp_path, text("建", x=100, y=100, size=10, more=more))
    assert [glyph.visible for glyph in sheet.glyphs] == [False]
    assert _at(sheet, 105, 95) == (255, 255, 255)


def test_paths_and_their_rulings(tmp_path: Path) -> None:
    """A frame gives four rulings, a filled bar one; drawings give none."""
    frame = line("M 20 20 L 190 20 L 190 100 L 20 100 C")
    bar = line(
        "M 20 150 L 190 150 L 190 150.4 L 20 150.4 C", more='Fill="true" Stroke="false"',
        inner='<ofd:FillColor Value="0 0 0"/>',
    )  # fmt: skip
    curve = line("M 20 200 B 50 150 100 250 190 200 Q 150 210 120 230 A 9 9 0 0 1 20 200")
    sheet = _sheet(opened(tmp_path, ofd(page(frame, bar, curve))))
    boxes = [ruling.box for ruling in sheet.rulings]
    assert len(boxes) == 5
    assert sum(box.width * 210 > 100 for box in boxes) == 3
    assert sum(box.height * 297 > 70 for box in boxes) == 2
    assert _at(sheet, 100, 20)[0] < 100


def test_colours_and_their_spaces(tmp_path: Path) -> None:
    """RGB in either notation, grey, CMYK, palettes, alpha and gradients."""
    spaces = (
        '<ofd:ColorSpaces><ofd:ColorSpace ID="5" Type="GRAY"/><ofd:ColorSpace ID="6" Type="CMYK"/>'
        '<ofd:ColorSpace ID="7" Type="RGB"><ofd:Palette><ofd:CV>0 0 255</ofd:CV></ofd:Palette>'
        "</ofd:ColorSpace></ofd:ColorSpaces>"
    )
    gradient = (
        '<ofd:FillColor><ofd:AxialShd StartPoint="10 0" EndPoint="30 0" Extend="3">'
        '<ofd:Segment Position="0"><ofd:Color Value="255 0 0"/></ofd:Segment>'
        '<ofd:Segment Position="1"><ofd:Color Value="0 0 255"/></ofd:Segment>'
        "</ofd:AxialShd></ofd:FillColor>"
    )
    fills = [
        '<ofd:FillColor Value="255 0 0"/>',
        '<ofd:FillColor Value="#0 #ff #00"/>',
        '<ofd:FillColor Value="128" ColorSpace="5"/>',
        '<ofd:FillColor Value="255 0 0 0" ColorSpace="6"/>',
        '<ofd:FillColor Index="0" ColorSpace="7"/>',
        '<ofd:FillColor Value="0 0 0" Alpha="128"/>',
        gradient,
    ]
    squares = [
        line(
            f"M 10 {at} L 30 {at} L 30 {at + 10} L 10 {at + 10} C",
            more='Fill="true" Stroke="false"', inner=fill,
        )
        for at, fill in zip(range(10, 150, 20), fills, strict=True)
    ]  # fmt: skip
    sheet = _sheet(opened(tmp_path, ofd(page(*squares), resources=spaces)))
    found = [_at(sheet, 20, at + 5) for at in range(10, 130, 20)]
    assert found == [
        (255, 0, 0), (0, 255, 0), (128, 128, 128), (0, 255, 255), (0, 0, 255), (127, 127, 127),
    ]  # fmt: skip
    red, _, blue = _at(sheet, 20, 135)
    assert 90 < red < 165
    assert 90 < blue < 165
    assert _at(sheet, 11, 135)[0] > 230


def test_pictures_lie_where_their_matrix_puts_them(tmp_path: Path) -> None:
    """JPEG, PNG and BMP pictures fill the unit square; how many points they have is known."""
    media = "".join(
        f'<ofd:MultiMedia ID="{30 + at}" Type="Image"><ofd:MediaFile>{name}</ofd:MediaFile>'
        "</ofd:MultiMedia>"
        for at, name in enumerate(("a.png", "b.jpg", "c.bmp"))
    )
    parts = {
        "Doc_0/Res/a.png": picture("red"),
        "Doc_0/Res/b.jpg": picture("blue", kind="JPEG"),
        "Doc_0/Res/c.bmp": picture("lime", kind="BMP"),
    }
    images = [
        f'<ofd:ImageObject ID="7" Boundary="20 {20 + 40 * at} 30 30" ResourceID="{30 + at}" '
        f"{'CTM=' + chr(34) + '30 0 0 30 0 0' + chr(34) if at else ''}/>"
        for at in range(3)
    ]
    data = ofd(page(*images), resources=f"<ofd:MultiMedias>{media}</ofd:MultiMedias>", parts=parts)
    sheet = _sheet(opened(tmp_path, data))
    assert [_at(sheet, 35, 35 + 40 * at) for at in range(3)] == [
        (255, 0, 0), (0, 0, 254), (0, 255, 0),
    ]  # fmt: skip
    assert [round(box.left * 210) for box in sheet.images] == [20, 20, 20]


def test_a_page_that_is_one_picture_has_a_resolution(tmp_path: Path) -> None:
    """A scan wrapped in an OFD is known as a scan, with the resolution of its picture."""
    out = io.BytesIO()
    Image.fromarray(np.full((1170, 827, 3), 230, dtype=np.uint8)).save(out, "JPEG")
    media = '<ofd:MultiMedia ID="30"><ofd:MediaFile>a.jpg</ofd:MediaFile></ofd:MultiMedia>'
    image = '<ofd:ImageObject Boundary="0 0 210 297" ResourceID="30" CTM="210 0 0 297 0 0"/>'
    data = ofd(
        page(image), resources=f"<ofd:MultiMedias>{media}</ofd:MultiMedias>",
        parts={"Doc_0/Res/a.jpg": out.getvalue()},
    )  # fmt: skip
    sheet = _sheet(opened(tmp_path, data))
    assert sheet.dpi == pytest.approx(100, abs=1)
    assert sheet.pixels.load().shape[:2] == pytest.approx((1170, 827), abs=2)


def test_templates_layers_and_shared_drawings(tmp_path: Path) -> None:
    """A template lies behind or in front, layers go by their type, drawings are shared."""
    template = page(text("样", x=20, y=30), text("张", x=40, y=30))
    drawing = (
        '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="50" Width="9" Height="9">'
        f"<ofd:Content>{text('共', x=0, y=5)}</ofd:Content>"
        "</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    )
    use = '<ofd:CompositeObject ID="3" Boundary="100 100 9 9" ResourceID="50"/>'
    first = page(use, text("页"), before='<ofd:Template TemplateID="70"/>')
    data = ofd(
        first,
        common='<ofd:TemplatePage ID="70" BaseLoc="Tpls/Content.xml"/>',
        resources=drawing,
        parts={"Doc_0/Tpls/Content.xml": template},
    )
    sheet = _sheet(opened(tmp_path, data))
    assert _said(sheet) == "样张共页"
    shared = next(glyph for glyph in sheet.glyphs if glyph.text == "共")
    assert shared.box.left * 210 == pytest.approx(100, abs=0.01)


def test_annotations_are_shown_and_attachments_named(tmp_path: Path) -> None:
    """What an annotation shows is on the page; files that come along are named, not read."""
    look = f'<ofd:Appearance Boundary="50 60 80 20">{text("批注", x=0, y=5)}</ofd:Appearance>'
    hidden = f'<ofd:Appearance Boundary="50 60 80 20">{text("藏", x=0, y=5)}</ofd:Appearance>'
    annotations = xml(
        "PageAnnot",
        f'<ofd:Annot ID="1" Type="Stamp">{look}</ofd:Annot>'
        f'<ofd:Annot ID="2" Type="Stamp" Visible="false">{hidden}</ofd:Annot>',
    )
    listed = '<ofd:Page PageID="100"><ofd:FileLoc>Page_0.xml</ofd:FileLoc></ofd:Page>'
    data = ofd(
        page(text("正文")),
        document="<ofd:Annotations>Annots/All.xml</ofd:Annotations>"
        "<ofd:Attachments>Attachments.xml</ofd:Attachments>",
        parts={
            "Doc_0/Annots/All.xml": xml("Annotations", listed),
            "Doc_0/Annots/Page_0.xml": annotations,
            "Doc_0/Attachments.xml": xml("Attachments", '<ofd:Attachment Name="底稿" ID="1"/>'),
        },
    )
    result = opened(tmp_path, data)
    assert _said(_sheet(result)) == "正文批注"
    assert codes(result) == ["ofd_attachments"]
    assert "底稿" in result.problems[0].message.zh


def test_documents_of_one_package_follow_one_another(tmp_path: Path) -> None:
    """Two documents in one package are read as pages one after the other."""
    parts = package([page(text("甲"))])
    second = package([page(text("乙", y=60), area="0 0 297 210")])
    both = parts | {
        name.replace("Doc_0", "Doc_1"): data for name, data in second.items() if "Doc_0" in name
    }
    both["OFD.xml"] = parts["OFD.xml"].replace(
        b"</ofd:OFD>",
        b"<ofd:DocBody><ofd:DocRoot>/Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
    )
    result = opened(tmp_path, zip_of(both))
    assert [_said(sheet) for sheet in result.sheets] == ["甲", "乙"]
    assert round(result.sheets[1].width_mm) == 297


def test_clips_hide_what_lies_outside(tmp_path: Path) -> None:
    """Only what lies in a clip's area is drawn."""
    clip = (
        "<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path><ofd:AbbreviatedData>"
        "M 10 10 L 50 10 L 50 90 L 10 90 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip>"
        "</ofd:Clips>"
    )
    square = line(
        "M 10 10 L 90 10 L 90 90 L 10 90 C", more='Fill="true" Stroke="false"',
        inner=f'{clip}<ofd:FillColor Value="255 0 0"/>',
    )  # fmt: skip
    sheet = _sheet(opened(tmp_path, ofd(page(square))))
    assert _at(sheet, 30, 50) == (255, 0, 0)
    assert _at(sheet, 70, 50) == (255, 255, 255)


def test_an_arc_is_round(tmp_path: Path) -> None:
    """Two half circles make a disc of the right size."""
    disc = line(
        "M 50 100 A 50 50 0 0 1 150 100 A 50 50 0 0 1 50 100 C", more='Fill="true" Stroke="false"',
        inner='<ofd:FillColor Value="0 0 0"/>',
    )  # fmt: skip
    sheet = _sheet(opened(tmp_path, ofd(page(disc))))
    ink = float((sheet.pixels.load()[..., 0] < 128).mean()) * 210 * 297
    assert ink == pytest.approx(math.pi * 50**2, rel=0.01)


def test_other_namespaces_and_paths_are_understood(tmp_path: Path) -> None:
    """Older namespaces, backslashes, letters of another case and a wrong folder still lead on."""
    parts = package(
        [page(text("建"))], fonts=_BLOCK_FONT, parts={"Doc_0/other/Blocks.TTF": blocks_font()}
    )
    moved = {
        name.replace("Pages/Page_0", "PAGES/Page_0"): data.replace(
            b"http://www.ofdspec.org/2016", b"http://www.ofdspec.org"
        ) if name.endswith(".xml") else data
        for name, data in parts.items()
    }  # fmt: skip
    moved["Doc_0/Document.xml"] = moved["Doc_0/Document.xml"].replace(b"Pages/Page", b"Pages\\Page")
    result = opened(tmp_path, zip_of(moved))
    assert _said(_sheet(result)) == "建"
    assert result.problems == ()


def _jbig2(width: int, height: int) -> bytes:
    """Return a JBIG2 file of one page whose left half is black, coded as a fax is.

    Pillow codes white as ones; in JBIG2 ones are black.
    """
    tiff = io.BytesIO()
    half = np.zeros((height, width), dtype=bool)
    half[:, : width // 2] = True
    Image.fromarray(half).save(tiff, "TIFF", compression="group4", tiffinfo={278: height})
    with Image.open(tiff) as image:
        start, length = image.tag_v2[273][0], image.tag_v2[279][0]
    fax = tiff.getvalue()[start : start + length]
    page_about = struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    region = struct.pack(">IIIIBB", width, height, 0, 0, 0, 1) + fax

    def segment(number: int, kind: int, body: bytes) -> bytes:
        return struct.pack(">IBBBI", number, kind, 0, 1, len(body)) + body

    head = b"\x97JB2\r\n\x1a\n" + b"\x01" + struct.pack(">I", 1)
    return head + segment(0, 48, page_about) + segment(1, 38, region) + segment(2, 49, b"")


def test_jbig2_pictures(tmp_path: Path) -> None:
    """Scans coded as JBIG2 are shown."""
    media = '<ofd:MultiMedia ID="30"><ofd:MediaFile>a.jb2</ofd:MediaFile></ofd:MultiMedia>'
    image = '<ofd:ImageObject Boundary="0 0 210 297" ResourceID="30" CTM="210 0 0 297 0 0"/>'
    data = ofd(
        page(image), resources=f"<ofd:MultiMedias>{media}</ofd:MultiMedias>",
        parts={"Doc_0/Res/a.jb2": _jbig2(832, 1176)},
    )  # fmt: skip
    result = opened(tmp_path, data)
    sheet = _sheet(result)
    assert result.problems == ()
    assert sheet.dpi == pytest.approx(100, abs=1)
    assert _at(sheet, 50, 150) == (0, 0, 0)
    assert _at(sheet, 160, 150) == (255, 255, 255)


def test_a_mask_shows_through(tmp_path: Path) -> None:
    """A picture's mask says how much of it shows."""
    media = "".join(
        f'<ofd:MultiMedia ID="{key}"><ofd:MediaFile>{name}</ofd:MediaFile></ofd:MultiMedia>'
        for key, name in ((30, "a.png"), (31, "m.png"))
    )
    image = '<ofd:ImageObject Boundary="20 20 40 40" ResourceID="30" ImageMask="31"/>'
    mask = io.BytesIO()
    half = np.zeros((8, 8), dtype=np.uint8)
    half[:, :4] = 255
    Image.fromarray(half).save(mask, "PNG")
    data = ofd(
        page(image), resources=f"<ofd:MultiMedias>{media}</ofd:MultiMedias>",
        parts={"Doc_0/Res/a.png": picture("red"), "Doc_0/Res/m.png": mask.getvalue()},
    )  # fmt: skip
    sheet = _sheet(opened(tmp_path, data))
    assert _at(sheet, 25, 40) == (255, 0, 0)
    assert _at(sheet, 55, 40) == (255, 255, 255)


def test_an_ofd_inside_an_archive_is_a_paper(tmp_path: Path) -> None:
    """An OFD in a ZIP is not unpacked further: it is one file of the case."""
    outer = tmp_path / "case.zip"
    outer.write_bytes(zip_of({"a/permit.ofd": ofd(page(text("证")))}))
    found = gather([outer], limits=Limits(), workdir=tmp_path)
    assert [one.name.rpartition("/")[2] for one in found.entries] == ["permit.ofd"]
    assert _said(_sheet(open_file(found.entries[0], limits=Limits(), workdir=tmp_path))) == "证"
