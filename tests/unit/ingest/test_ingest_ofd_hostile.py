"""OFD files that are broken, hostile or merely strange: each gets an answer."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_ofd_papers import blocks_font, line, ofd, package, page, picture, text, xml
from ingest_papers import codes, opened, png_header, zip_of

from preaudit.ingest.ofd.faces import UnusableFont, embedded_face
from preaudit.ingest.ofd.numbers import numbers, offsets, written
from preaudit.ingest.ofd.outlines import outline_of
from preaudit.ingest.ofd.seals import seal_of, sealing_of
from preaudit.ingest.ofd.subsets import Subset
from preaudit.ingest.ofd.tagged import NotTagged
from preaudit.ingest.ofd.truetype import BrokenFont, TrueType
from preaudit.settings import Limits

_SHARED = Path(__file__).parents[4] / "shared"
_WORD = page(text("正文"))
_PAGE = "Doc_0/Pages/Page_0/Content.xml"


def _changed(**parts: bytes | None) -> bytes:
    """Return an OFD with one page in which some parts are others, or none."""
    names = {"root": "OFD.xml", "document": "Doc_0/Document.xml", "page": _PAGE,
             "resources": "Doc_0/PublicRes.xml"}  # fmt: skip
    found = package([_WORD])
    for key, data in parts.items():
        if data is None:
            del found[names[key]]
        else:
            found[names[key]] = data
    return zip_of(found)


_BOMB = b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]>' + xml("OFD", "&y;")[38:]
_OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + xml("OFD", "&x;")[38:]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (_changed(root=_BOMB), "unsafe_ofd"),
        (_changed(root=_OUTSIDE), "unsafe_ofd"),
        (_changed(root=_OUTSIDE.decode().encode("utf-16")), "unsafe_ofd"),
        (_changed(root=b"no xml"), "damaged_ofd"),
        (_changed(root=xml("OFD", "")), "damaged_ofd"),
        (_changed(document=None), "damaged_ofd"),
        (_changed(document=b""), "damaged_ofd"),
        (_changed(document=xml("Document", "<ofd:Pages/>")), "damaged_ofd"),
        (
            _changed(
                root=xml("OFD", "<ofd:DocBody><ofd:DocRoot>../../a.xml</ofd:DocRoot></ofd:DocBody>")
            ),
            "unsafe_ofd",
        ),
        (
            zip_of({**package([_WORD]), "Encryptions.xml": b"<a/>", _PAGE: b"\x93" * 99}),
            "encrypted_ofd",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(
    tmp_path: Path, data: bytes, code: str
) -> None:
    """Entities, foreign files, missing and empty parts, ways out of the package, encryption."""
    result = opened(tmp_path, data, "证.ofd")
    assert result.source is None
    assert codes(result) == [code]
    assert result.problems[0].message.zh.startswith("证.ofd")


def _with_flag(data: bytes) -> bytes:
    """Return a ZIP whose entries all say that they are encrypted."""
    changed = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            changed[place + at] |= 1
    return bytes(changed)


@pytest.mark.parametrize(
    "data",
    [
        _with_flag(ofd(_WORD)),
        zip_of({"Encryptions.xml": b"<a/>", "decyptseed.dat": b"x", "a.dat": b"y"}),
        zip_of({**package([]), "Encryptions.xml": b"<a/>"}),
    ],
    ids=["zip", "nothing left", "no page left"],
)
def test_encrypted_files_are_told_from_damaged_ones(tmp_path: Path, data: bytes) -> None:
    """Whichever way it was encrypted, the applicant is asked for a file that is not."""
    assert codes(opened(tmp_path, data)) == ["encrypted_ofd"]


def test_a_page_that_is_lost_does_not_take_the_others_along(tmp_path: Path) -> None:
    """A missing and an unreadable page are named; the third is read."""
    parts = package([_WORD, b"\x00\x01", _WORD])
    del parts[_PAGE]
    result = opened(tmp_path, zip_of(parts))
    assert [sheet.page for sheet in result.sheets] == [3]
    assert [(one.code, one.page) for one in result.problems] == [
        ("damaged_page", 1), ("damaged_page", 2),
    ]  # fmt: skip


def test_malformed_xml_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """What stands before the fault is shown, and a problem says that something may be missing."""
    broken = _WORD.replace(b"</ofd:Layer>", b"<oops")
    result = opened(tmp_path, _changed(page=broken))
    assert "".join(glyph.text for glyph in result.sheets[0].glyphs) == "正文"
    assert codes(result) == ["repaired_ofd"]


def test_things_that_lead_nowhere_are_named(tmp_path: Path) -> None:
    """Pictures, templates, resources and drawings that are not there leave the rest readable."""
    lost = (
        '<ofd:ImageObject Boundary="0 0 9 9" ResourceID="99"/>'
        '<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="98"/>'
    )
    first = page(lost, text("正文"), before='<ofd:Template TemplateID="97"/>')
    result = opened(tmp_path, ofd(first, common="<ofd:DocumentRes>None.xml</ofd:DocumentRes>"))
    assert "".join(glyph.text for glyph in result.sheets[0].glyphs) == "正文"
    assert [(one.code, one.page) for one in result.problems] == [
        ("incomplete_ofd", None), ("incomplete_ofd", 1),
    ]  # fmt: skip
    assert "None.xml" in result.problems[0].message.zh


def test_drawings_that_hold_themselves_come_to_an_end(tmp_path: Path) -> None:
    """A shared drawing within itself is drawn a few times; doubling ones meet the limit."""
    use = '<ofd:CompositeObject Boundary="1 1 9 9" ResourceID="50"/>'
    unit = (
        '<ofd:CompositeGraphicUnit ID="50"><ofd:Content>{}</ofd:Content></ofd:CompositeGraphicUnit>'
    )
    groups = "<ofd:CompositeGraphicUnits>{}</ofd:CompositeGraphicUnits>"
    once = opened(tmp_path, ofd(page(use, text("正文")), resources=groups.format(unit.format(use))))
    assert len(once.sheets) == 1
    many = groups.format(unit.format(use * 9))
    doubled = opened(tmp_path, ofd(page(use), _WORD, resources=many))
    assert [sheet.page for sheet in doubled.sheets] == [2]
    assert [(one.code, one.page) for one in doubled.problems] == [("damaged_page", 1)]


@pytest.mark.parametrize(
    "area", ["0 0 1e300 10", "0 0 0 0", "0 0 nan nan", "0 0 -5 -5", "0 0 90000 90000"]
)
def test_page_sizes_that_no_page_has(tmp_path: Path, area: str) -> None:
    """An absurd page is named, and the next one is read."""
    result = opened(tmp_path, ofd(page(text("一"), area=area), _WORD))
    assert [sheet.page for sheet in result.sheets] == [2]
    assert [(one.code, one.page) for one in result.problems] == [("damaged_page", 1)]


def test_a_large_plan_is_rendered_coarser(tmp_path: Path) -> None:
    """A page of two metres is shown with fewer points, not refused."""
    limits = Limits(render_mpx=4)
    result = opened(tmp_path, ofd(page(text("总图"), area="0 0 2000 1500")), limits=limits)
    pixels = result.sheets[0].pixels.load()
    assert 3_000_000 < pixels.shape[0] * pixels.shape[1] <= 4_010_000
    assert round(result.sheets[0].width_mm) == 2000


def test_wild_numbers_break_nothing(tmp_path: Path) -> None:
    """Coordinates without end, sizes below zero and matrices of nothing leave the rest."""
    wild = (
        text("远", x=1e30),
        text("零", size=0),
        text("负", size=-5),
        text("平", more='CTM="0 0 0 0 0 0"'),
        text("歪", more='CTM="1e300 nan inf 1 x y"'),
        line("M 1e300 1e300 L -1e300 5 Q 1 2 3 A 0 0 0 0 0 5 5 Z Z L"),
        line("M 0 0 A 1e-30 5 0 1 1 9 9 B 1 2 3 4 5 6 C C C", more='LineWidth="1e300"'),
        text("正文"),
    )
    result = opened(tmp_path, ofd(page(*wild)))
    assert "".join(glyph.text for glyph in result.sheets[0].glyphs).endswith("正文")
    assert codes(result) == []


def test_deep_xml_is_no_way_in(tmp_path: Path) -> None:
    """Blocks a thousand deep are read to a depth, or refused; nothing breaks."""
    deep = "<ofd:PageBlock>" * 1000 + text("深") + "</ofd:PageBlock>" * 1000
    result = opened(tmp_path, ofd(page(deep, text("正文"))))
    assert result.source is not None or result.problems


def test_inflation_is_limited(tmp_path: Path) -> None:
    """A part of zeros beyond the ratio, or more bytes than a file may have, is refused."""
    bomb = {**package([_WORD]), "Doc_0/PublicRes.xml": b" " * (30 << 20)}
    assert codes(opened(tmp_path, zip_of(bomb))) == ["part_ratio"]
    large = {**package([_WORD]), "Doc_0/PublicRes.xml": xml("Res", "") + b" " * (3 << 20)}
    limits = Limits(inflated_mb=2)
    assert codes(opened(tmp_path, zip_of(large), limits=limits)) == ["package_inflated"]
    assert codes(opened(tmp_path, zip_of(large))) == []


def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    """Which of two parts is shown would depend on the reader, so neither is."""
    out = io.BytesIO(zip_of(package([_WORD])))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(_PAGE, page(text("另一")))
    assert codes(opened(tmp_path, out.getvalue())) == ["unsafe_ofd"]


def test_a_picture_beyond_the_limit_costs_its_page(tmp_path: Path) -> None:
    """A picture that states too many points is refused before one is decoded."""
    media = '<ofd:MultiMedia ID="30"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia>'
    image = '<ofd:ImageObject Boundary="0 0 9 9" ResourceID="30"/>'
    data = ofd(
        page(image), _WORD, resources=f"<ofd:MultiMedias>{media}</ofd:MultiMedias>",
        parts={"Doc_0/Res/a.png": png_header(30_000, 30_000)},
    )  # fmt: skip
    result = opened(tmp_path, data)
    assert [(one.code, one.page) for one in result.problems] == [("image_too_large", 1)]
    assert [sheet.page for sheet in result.sheets] == [2]


def test_a_broken_picture_and_font_leave_the_text(tmp_path: Path) -> None:
    """A font of nothing but noise is stood in for; a picture of noise is named."""
    media = '<ofd:MultiMedia ID="30"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia>'
    data = ofd(
        page('<ofd:ImageObject Boundary="0 0 9 9" ResourceID="30"/>', text("正文")),
        fonts='<ofd:Font ID="1" FontName="宋体"><ofd:FontFile>f.ttf</ofd:FontFile></ofd:Font>',
        resources=f"<ofd:MultiMedias>{media}</ofd:MultiMedias>",
        parts={"Doc_0/Res/a.png": picture("red")[:40], "Doc_0/Res/f.ttf": bytes(range(256)) * 9},
    )
    result = opened(tmp_path, data)
    assert "".join(glyph.text for glyph in result.sheets[0].glyphs) == "正文"
    assert codes(result) == ["incomplete_ofd"]
    assert float((result.sheets[0].pixels.load() < 128).mean()) > 0


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, len(blocks_font()) - 1), to=st.integers(0, 255), end=st.integers(0, 900))
def test_damaged_fonts_never_break_out(at: int, to: int, end: int) -> None:
    """Whatever byte of a font is wrong or missing, it draws, or it says that it cannot."""
    data = bytearray(blocks_font())
    data[at] = to
    with contextlib.suppress(UnusableFont, BrokenFont):
        face = embedded_face(bytes(data[: max(1, len(data) - end)]))
        face.glyph_of("建")
        face.advance(1)
        assert isinstance(face.font, TrueType)
        subset = Subset(face.font)
        subset.add(1)
        assert TrueType(subset.packed()).count >= 2


@pytest.mark.parametrize("units", [0, 15, 16, 16_384, 16_385, 65_535])
def test_fonts_with_absurd_ems(units: int) -> None:
    """Ems within the standard can be copied into a font of the page's own, others are refused."""
    data = bytearray(blocks_font())
    head = data.find(struct.pack(">I", 0x5F0F3CF5)) - 12
    struct.pack_into(">H", data, head + 18, units)
    if not 16 <= units <= 16_384:
        with pytest.raises(UnusableFont):
            embedded_face(bytes(data))
        return
    font = embedded_face(bytes(data)).font
    assert isinstance(font, TrueType)
    subset = Subset(font)
    subset.add(1)
    assert TrueType(subset.packed()).units == units


@given(st.binary(max_size=300))
def test_noise_is_no_font_and_no_seal(data: bytes) -> None:
    """Arbitrary bytes are refused as a font and as a seal."""
    with pytest.raises(BrokenFont):
        TrueType(data)
    for reader in (seal_of, sealing_of):
        with pytest.raises((NotTagged, ValueError)):
            reader(data)


@given(st.text(max_size=60))
def test_any_text_gives_finite_numbers(said: str) -> None:
    """Lists, offsets and paths of any text are finite and can be written into a PDF."""
    assert all(abs(one) <= 1e6 for one in numbers(said))
    assert len(offsets(said, 5)) <= 5
    for operator in outline_of(said).operators:
        assert b"e" not in operator.lower()
        assert b"nan" not in operator
    assert written(1e-9, 5.5, -3) == b"0.0000000 5.5000000 -3"


def test_a_font_that_puts_a_glyph_into_itself() -> None:
    """A compound glyph that holds itself comes to an end."""
    body = struct.pack(">hhhhh", -1, 0, 0, 0, 0) + struct.pack(">HHbb", 0x22, 1, 0, 0) * 30
    font = bytearray(blocks_font())
    tables = {
        bytes(font[at : at + 4]): struct.unpack_from(">II", font, at + 8)
        for at in range(12, 12 + 16 * struct.unpack_from(">H", font, 4)[0], 16)
    }
    at = tables[b"glyf"][0]
    font[at : at + tables[b"glyf"][1]] = body[: tables[b"glyf"][1]]
    with pytest.raises(BrokenFont):
        Subset(TrueType(bytes(font))).add(1)


@pytest.mark.shared
@pytest.mark.skipif(not _SHARED.is_dir(), reason="the measuring data lies beside the repository")
def test_every_real_ofd_is_read_or_refused_by_name(tmp_path: Path) -> None:
    """All OFD files at hand give pages, or a problem with a code; those with text give text."""
    files = sorted((_SHARED / "data" / "ofd").glob("*.ofd"))
    files += sorted((_SHARED / "hostile").rglob("*.ofd"))
    assert files
    for path in files:
        result = opened(tmp_path, path.read_bytes(), path.name)
        assert result.sheets or result.problems
        if path.parent.name == "ofd":
            assert result.sheets
            assert len(result.sheets) == (result.source.pages if result.source else 0)
