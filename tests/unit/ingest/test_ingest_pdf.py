"""PDF files: pages as displayed, text with its place and ink, and every way to be broken."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from ingest_papers import codes, drawn_pdf, opened, pdf_of, rewritten, stream, turned, words
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from preaudit.ingest.characters import as_meant
from preaudit.ingest.pdf_fallback import take_with_pdfium
from preaudit.settings import Limits
from preaudit.sheet import MediaType, Sheet


def _text(sheet: Sheet) -> str:
    return "".join(glyph.text for glyph in sheet.glyphs)


def _scanned_pdf(*, dpi: int = 100, text_mode: int | None = None, stamped: str = "") -> bytes:
    """Return an A5-like page of 4 x 6 inches that is one image, maybe with a text layer."""
    noise = np.random.default_rng(1).integers(0, 255, (6 * dpi, 4 * dpi, 3), dtype=np.uint8)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(288, 432))
    canvas.drawImage(ImageReader(Image.fromarray(noise)), 0, 0, 288, 432)
    if text_mode is not None:
        text = canvas.beginText(40, 300)
        text.setTextRenderMode(text_mode)
        text.textLine("recognised words " * 4)
        canvas.drawText(text)
    canvas.drawString(100, 20, stamped)
    canvas.save()
    return out.getvalue()


def test_a_drawn_page_has_its_text_lines_and_pixels_in_one_place(tmp_path: Path) -> None:
    """Characters, rulings and rendered ink of a drawn page fall on the same shares of the page."""
    result = opened(tmp_path, drawn_pdf())
    (sheet,) = result.sheets
    assert result.problems == ()
    assert result.source is not None
    assert result.source.media_type is MediaType.PDF
    assert _text(sheet) == "permit"
    assert sheet.dpi is None
    assert sheet.width_mm == pytest.approx(300 / 72 * 25.4)
    assert len(sheet.rulings) == 4
    pixels = sheet.pixels.load()
    assert pixels.shape[:2] == (834, 625)
    rows, columns = np.nonzero(pixels[..., 0] < 128)
    word = np.flatnonzero(rows < 417)
    box = sheet.glyphs[0].box
    assert columns[word].min() / 625 == pytest.approx(box.left, abs=0.01)
    assert box.top < rows[word].min() / 834 < box.bottom
    assert max(one.box.right for one in sheet.rulings) == pytest.approx(270 / 300, abs=0.01)


@pytest.mark.parametrize(
    ("degrees", "corner"), [(0, (0, 0)), (90, (1, 0)), (180, (1, 1)), (270, (0, 1))]
)
def test_a_turned_page_is_given_as_displayed(
    tmp_path: Path, degrees: int, corner: tuple[int, int]
) -> None:
    """Boxes and pixels of a page with /Rotate are those of the page as a viewer shows it."""
    (sheet,) = opened(tmp_path, turned(drawn_pdf(), degrees)).sheets
    across, down = sheet.glyphs[0].box.centre
    assert (round(across), round(down)) == corner
    pixels = sheet.pixels.load()
    assert (pixels.shape[1] > pixels.shape[0]) == (degrees in {90, 270})
    assert (sheet.width_mm > sheet.height_mm) == (degrees in {90, 270})
    ink = pixels[..., 0] < 128
    height, width = ink.shape
    at = ink[int(down * height) - 25 : int(down * height) + 25]
    assert at[:, int(across * width) - 25 : int(across * width) + 25].any()


def test_a_cropped_page_is_given_as_displayed(tmp_path: Path) -> None:
    """Shares are of the crop box where the page has one."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(drawn_pdf())) as pdf:
        pdf.pages[0].obj.CropBox = pikepdf.Array([20, 200, 220, 400])
        pdf.save(out)
    (sheet,) = opened(tmp_path, out.getvalue()).sheets
    box = sheet.glyphs[0].box
    assert box.left == pytest.approx(10 / 200, abs=0.01)
    assert box.bottom == pytest.approx(44 / 200, abs=0.02)
    assert sheet.rulings == ()


def test_invisible_text_is_told_from_ink(tmp_path: Path) -> None:
    """Characters in rendering mode 3 are given, and marked as leaving no ink."""
    content = words("seen") + b" BT 3 Tr /F1 24 Tf 40 100 Td (hidden) Tj ET"
    (sheet,) = opened(tmp_path, _one_page(content)).sheets
    assert "".join(one.text for one in sheet.glyphs if one.visible) == "seen"
    assert "".join(one.text for one in sheet.glyphs if not one.visible) == "hidden"


def test_both_engines_tell_the_same_of_a_page(tmp_path: Path) -> None:
    """Where pdfminer stumbles, PDFium gives the same characters, ink and places."""
    import pypdfium2 as pdfium  # noqa: PLC0415  # only here

    data = turned(_one_page(words("seen") + b" BT 3 Tr /F1 24 Tf 40 90 Td (no) Tj ET"), 90)
    (sheet,) = opened(tmp_path, data).sheets
    other = take_with_pdfium(pdfium.PdfDocument(data)[0])
    theirs = sorted(zip(other.texts, other.visible, other.bounds, strict=True))
    ours = sorted(
        (one.text, one.visible, (one.box.left, one.box.top, one.box.right, one.box.bottom))
        for one in sheet.glyphs
    )
    assert [one[:2] for one in theirs] == [one[:2] for one in ours]
    for (_, _, their_box), (_, _, our_box) in zip(theirs, ours, strict=True):
        assert their_box == pytest.approx(our_box, abs=0.03)


def test_a_scan_is_rendered_at_its_own_resolution(tmp_path: Path) -> None:
    """A page that is one image has the image's resolution and its number of pixels."""
    (sheet,) = opened(tmp_path, _scanned_pdf(dpi=200)).sheets
    assert sheet.dpi == pytest.approx(200)
    assert sheet.pixels.load().shape == (1200, 800, 3)
    (image,) = sheet.images
    assert image.area == pytest.approx(1)


def test_a_searchable_scan_is_a_scan(tmp_path: Path) -> None:
    """An invisible text layer and a stamped page number leave a scan a scan."""
    (sheet,) = opened(tmp_path, _scanned_pdf(text_mode=3, stamped="page 1 of 1")).sheets
    assert sheet.dpi == pytest.approx(100)


def test_a_page_written_on_a_background_is_drawn(tmp_path: Path) -> None:
    """A page-filling picture with visible text upon it is no scan, and is rendered finely."""
    (sheet,) = opened(tmp_path, _scanned_pdf(text_mode=0)).sheets
    assert sheet.dpi is None
    assert sheet.pixels.load().shape[0] == 900


def test_a_photo_pasted_on_an_empty_page_is_a_scan(tmp_path: Path) -> None:
    """A picture that is all a page shows counts as its scan, though it leaves margins."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(288, 432))
    picture = Image.new("RGB", (600, 600), "gray")
    canvas.drawImage(ImageReader(picture), 36, 100, 216, 216)
    canvas.showPage()
    canvas.drawImage(ImageReader(picture), 36, 100, 216, 216)
    canvas.drawString(40, 40, "a caption")
    canvas.save()
    pasted, captioned = opened(tmp_path, out.getvalue()).sheets
    assert pasted.dpi == pytest.approx(200)
    assert pasted.pixels.load().shape[:2] == (1200, 800)
    assert captioned.dpi is None
    (image,) = pasted.images
    assert image.left == pytest.approx(36 / 288)


def test_radicals_are_read_as_the_characters_they_stand_for() -> None:
    """A text layer that says ⻓ or ⼯ means 长 and 工; other characters stay as they are."""
    assert as_meant("⻓沙⼯程⻔⻚金A（甲）①㎡") == "长沙工程门页金A（甲）①㎡"


def test_a_filled_form_shows_what_was_filled_in(tmp_path: Path) -> None:
    """The look of a form field or note is part of the page: its words are among the characters."""
    look = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 200 40] /Resources << /Font << /F1 5 0 R >>"
    )
    look += b" >> /Length 38 >>\nstream\nBT /F1 24 Tf 5 10 Td (filled in) Tj ET  \nendstream"
    note = b"<< /Type /Annot /Subtype /FreeText /Rect [40 40 240 80] /F 4 /AP << /N 7 0 R >> >>"
    data = _one_page(words("label"), page_extra=b"/Annots [6 0 R]", more={6: note, 7: look})
    (sheet,) = opened(tmp_path, data).sheets
    assert _text(sheet).startswith("label")
    assert "filled in" in _text(sheet)
    ink = sheet.pixels.load()[..., 0] < 128
    assert ink[int(0.8 * ink.shape[0]) :].any()


@pytest.mark.parametrize("ready", [True, False])
def test_a_form_that_asks_for_new_looks_keeps_what_it_shows(tmp_path: Path, *, ready: bool) -> None:
    """/NeedAppearances does not spoil a field's look; without a look the field is still drawn."""
    look = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 200 40] /Resources << /Font << /F1 5 0 R >>"
    )
    look += b" >> /Length 38 >>\nstream\nBT /F1 24 Tf 5 10 Td (filled in) Tj ET  \nendstream"
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (filled in) /Rect [40 40 240 80] /F 4"
    )
    field += b" /DA (/F1 24 Tf 0 g) %s >>" % (b"/AP << /N 7 0 R >>" if ready else b"")
    form = b"<< /Fields [6 0 R] /NeedAppearances true /DR << /Font << /F1 5 0 R >> >> >>"
    catalogue = b"<< /Type /Catalog /Pages 2 0 R /AcroForm %s >>" % form
    more = {1: catalogue, 6: field, 7: look}
    data = _one_page(words("label"), page_extra=b"/Annots [6 0 R]", more=more)
    (sheet,) = opened(tmp_path, data).sheets
    assert ("filled in" in _text(sheet)) == ready
    ink = sheet.pixels.load()[..., 0] < 128
    assert ink[int(0.75 * ink.shape[0]) :].any()


def test_an_enormous_page_is_rendered_coarsely(tmp_path: Path) -> None:
    """A page of 100 x 100 inches is given within the limit of pixels, not refused."""
    limits = Limits(render_mpx=1)
    (sheet,) = opened(tmp_path, drawn_pdf(size=(7200, 7200)), limits=limits).sheets
    height, width = sheet.pixels.load().shape[:2]
    assert 900_000 < height * width <= 1_010_000


@pytest.mark.parametrize("name", ["证书.pdf", "照片.jpg", "no name at all"])
def test_an_encrypted_pdf_is_named(tmp_path: Path, name: str) -> None:
    """A PDF with a password to open it becomes a problem that names it and what to do."""
    locked = rewritten(drawn_pdf(), encryption=pikepdf.Encryption(user="x", owner="y"))
    result = opened(tmp_path, locked, name)
    assert codes(result) == ["encrypted_pdf"]
    assert name in result.problems[0].message.zh
    assert name in result.problems[0].message.en
    assert "密码" in result.problems[0].remedy.zh


def test_a_pdf_that_only_forbids_printing_opens(tmp_path: Path) -> None:
    """A PDF with an owner's password opens without one, and its text is read."""
    locked = rewritten(drawn_pdf(), encryption=pikepdf.Encryption(user="", owner="y"))
    result = opened(tmp_path, locked)
    assert codes(result) == []
    assert _text(result.sheets[0]) == "permit"


def test_a_truncated_pdf_is_never_taken_for_whole(tmp_path: Path) -> None:
    """Cut anywhere, a PDF gives its pages with a warning or a refusal, never silence."""
    data = drawn_pdf(pages=3)
    for share in (0.02, 0.3, 0.6, 0.9, 0.97):
        result = opened(tmp_path, data[: int(len(data) * share)])
        assert result.problems, share
        assert bool(result.source) == bool(result.sheets)


def test_a_damaged_pdf_is_rescued_where_possible(tmp_path: Path) -> None:
    """A PDF whose table of objects is wrong still gives its pages."""
    data = drawn_pdf(pages=2)
    start = data.rfind(b"xref\n", 0, data.rfind(b"startxref"))
    broken = data[:start] + b"xref\n0 1\n9999999999 65535 f \n" + data[data.rfind(b"trailer") :]
    result = opened(tmp_path, broken)
    assert len(result.sheets) == 2


def test_too_many_pages_are_refused_before_they_are_read(tmp_path: Path) -> None:
    """A PDF with more pages than allowed is refused by both numbers."""
    result = opened(tmp_path, drawn_pdf(pages=3), limits=Limits(pdf_pages=2))
    assert codes(result) == ["too_many_pages"]
    assert "3" in result.problems[0].message.zh
    assert "2" in result.problems[0].message.zh


def test_a_huge_image_in_a_pdf_costs_its_page_only(tmp_path: Path) -> None:
    """A page with an image beyond the limit is left out and named; its neighbours are read."""
    pages = pikepdf.open(io.BytesIO(drawn_pdf(pages=3)))
    image = pages.make_stream(b"\0")
    image.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image})
    image.update({"/Width": 30000, "/Height": 30000, "/BitsPerComponent": 8})
    image.ColorSpace = pikepdf.Name.DeviceGray
    page = pages.pages[1]
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
    page.obj.Contents = pages.make_stream(b"q 300 0 0 400 0 0 cm /Im Do Q")
    out = io.BytesIO()
    pages.save(out)
    result = opened(tmp_path, out.getvalue())
    assert [sheet.page for sheet in result.sheets] == [1, 3]
    assert [(one.code, one.page) for one in result.problems] == [("image_too_large", 2)]
    assert "第 2 页" in result.problems[0].message.zh


def _one_page(
    content: bytes, page_extra: bytes = b"", more: dict[int, bytes] | None = None
) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R %s" % page_extra
    page += b" /Resources << /Font << /F1 5 0 R >> >> >>"
    return pdf_of({
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: page,
        4: stream(content),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        **(more or {}),
    })  # fmt: skip
