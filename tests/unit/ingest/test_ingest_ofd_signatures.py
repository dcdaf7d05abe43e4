"""Electronic seals and signatures of OFD: verified, found out when altered, shown on pages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import core, x509
from ingest_ofd_papers import (
    SIGNER_SECRET,
    line,
    maker_certificate,
    ofd,
    package,
    page,
    picture,
    rsa_sealing,
    seal,
    sealed,
    signer_certificate,
    text,
)
from ingest_papers import codes, entry, opened, zip_of
from ingest_signers import person, sm2_cms

from preaudit.ingest import open_file
from preaudit.ingest.ofd.tagged import NotTagged, tagged
from preaudit.settings import Limits
from preaudit.signature import (
    DigitalSignature,
    Extent,
    Integrity,
    LaterKind,
    Reason,
    Remark,
    Standard,
    TimeSource,
    Trust,
)

_PARTS = package([page(text("建设工程规划许可证"))])
_CONTENT = "Doc_0/Pages/Page_0/Content.xml"


def _signature(tmp_path: Path, parts: dict[str, bytes]) -> DigitalSignature:
    result = opened(tmp_path, zip_of(parts))
    assert result.source is not None
    assert len(result.signatures) == 1
    return result.signatures[0]


@pytest.mark.parametrize(("version", "standard"), [(1, Standard.SES_V1), (4, Standard.SES_V4)])
def test_a_seal_that_holds(tmp_path: Path, version: int, standard: Standard) -> None:
    """Both standards: who sealed, with which seal, when, over all of the file, where it shows."""
    found = _signature(tmp_path, sealed(_PARTS, version=version))
    assert (found.standard, found.integrity, found.reason) == (
        standard, Integrity.INTACT, Reason.NONE,
    )  # fmt: skip
    assert (found.name, found.signer.name, found.signer.issuer) == ("s0", "某市某局", "某CA")
    assert (found.seal_name, found.seal_owner) == ("某市某局电子印章", "某市某局")
    assert found.signed_at == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert found.time_source is TimeSource.CLAIMED
    assert (found.extent, found.left_out) == (Extent.WHOLE, ())
    assert found.algorithm == "SM3 with SM2"
    assert (found.trust, found.remarks) == (Trust.NOT_CHECKED, ())
    place = found.places[0]
    assert (place.page, place.left * 210, place.top * 297) == pytest.approx((1, 100, 100))


def test_the_seals_picture_is_on_the_page(tmp_path: Path) -> None:
    """The picture lies at its place; what lies below an opaque one is not hidden."""
    bar = line(
        "M 90 115 L 150 115 L 150 125 L 90 125 C", more='Fill="true" Stroke="false"',
        inner='<ofd:FillColor Value="0 0 0"/>',
    )  # fmt: skip
    result = opened(tmp_path, zip_of(sealed(package([page(bar)]))))
    pixels = result.sheets[0].pixels.load()
    height, width = pixels.shape[:2]
    assert tuple(pixels[int(105 / 297 * height), int(120 / 210 * width)]) == (255, 0, 0)
    assert tuple(pixels[int(120 / 297 * height), int(120 / 210 * width)]) == (0, 0, 0)
    assert [round(box.left * 210) for box in result.sheets[0].images] == [100]


def test_a_seal_drawn_as_an_ofd(tmp_path: Path) -> None:
    """A seal whose picture is an OFD is drawn too, and its letters are no part of the text."""
    square = line(
        "M 0 0 L 40 0 L 40 40 L 0 40 C", more='Fill="true" Stroke="false"',
        inner='<ofd:FillColor Value="255 0 0"/>',
    )  # fmt: skip
    look = ofd(page(square, text("章", x=5, y=20), area="0 0 40 40"))
    result = opened(tmp_path, zip_of(sealed(_PARTS, look=look, kind="OFD")))
    sheet = result.sheets[0]
    pixels = sheet.pixels.load()
    height, width = pixels.shape[:2]
    assert tuple(pixels[int(135 / 297 * height), int(135 / 210 * width)]) == (255, 0, 0)
    assert "章" not in {glyph.text for glyph in sheet.glyphs}


def test_a_seal_in_slices_over_pages(tmp_path: Path) -> None:
    """An electronic paging seal shows a slice on each page, and each slice is told."""
    parts = package([page(text("一")), page(text("二"))])
    places = (
        '<ofd:StampAnnot ID="5" PageRef="100" Boundary="190 100 40 40" Clip="0 0 20 40"/>'
        '<ofd:StampAnnot ID="6" PageRef="101" Boundary="170 100 40 40" Clip="20 0 20 40"/>'
    )
    result = opened(tmp_path, zip_of(sealed(parts, places=places)))
    boxes = result.signatures[0].places
    assert [(box.page, round(box.left * 210), round(box.right * 210)) for box in boxes] == [
        (1, 190, 210), (2, 190, 210),
    ]  # fmt: skip
    for sheet in result.sheets:
        pixels = sheet.pixels.load()
        height, width = pixels.shape[:2]
        row = int(120 / 297 * height)
        assert tuple(pixels[row, int(200 / 210 * width)]) == (255, 0, 0)
        assert tuple(pixels[row, int(180 / 210 * width)]) == (255, 255, 255)


def test_a_changed_page_is_found_out(tmp_path: Path) -> None:
    """Content that was exchanged after sealing makes the signature altered, and says which part."""
    parts = sealed(_PARTS)
    parts[_CONTENT] = page(text("建设工程施工许可证"))
    result = opened(tmp_path, zip_of(parts))
    found = result.signatures[0]
    assert (found.integrity, found.reason) == (Integrity.ALTERED, Reason.DIGEST)
    assert _CONTENT in found.detail
    assert [signal.name for signal in result.signals] == ["edited"]


@pytest.mark.parametrize("version", [1, 4])
def test_a_changed_signature_part_is_found_out(tmp_path: Path, version: int) -> None:
    """The list of what is signed cannot be adapted to changed content."""
    parts = sealed(_PARTS, version=version)
    name = "Doc_0/Signs/Sign_0/Signature.xml"
    parts[name] = parts[name].replace(b'ID="5"', b'ID="6"')
    found = _signature(tmp_path, parts)
    assert (found.integrity, found.reason) == (Integrity.ALTERED, Reason.DIGEST)


@pytest.mark.parametrize("version", [1, 4])
def test_a_value_by_another_key_is_found_out(tmp_path: Path, version: int) -> None:
    """Whoever has the seal's picture and certificate still lacks its key."""
    found = _signature(tmp_path, sealed(_PARTS, version=version, secret=SIGNER_SECRET + 1))
    assert (found.integrity, found.reason) == (Integrity.ALTERED, Reason.VALUE)


def test_a_part_that_is_gone_is_missed(tmp_path: Path) -> None:
    """A signed part that is no longer there is an alteration."""
    parts = sealed({**_PARTS, "Doc_0/Res/extra.dat": b"data"})
    del parts["Doc_0/Res/extra.dat"]
    found = _signature(tmp_path, parts)
    assert (found.integrity, found.reason) == (Integrity.ALTERED, Reason.MISSING_PART)


def test_parts_that_are_not_covered_are_named(tmp_path: Path) -> None:
    """A seal over some parts only says which it leaves out."""
    found = _signature(tmp_path, sealed(_PARTS, covered=["OFD.xml", "Doc_0/Document.xml"]))
    assert found.integrity is Integrity.INTACT
    assert found.extent is Extent.PARTS
    assert set(found.left_out) == {"Doc_0/PublicRes.xml", _CONTENT}


def test_a_second_seal_breaks_the_first_by_nothing(tmp_path: Path) -> None:
    """The list of signatures grows with the second seal; the first says so and stays intact."""
    parts = sealed(sealed(_PARTS), number=1)
    result = opened(tmp_path, zip_of(parts))
    first, second = result.signatures
    assert (first.integrity, second.integrity) == (Integrity.INTACT, Integrity.INTACT)
    assert [one.kind for one in first.later] == [LaterKind.SIGNATURE]
    assert second.later == ()


def test_a_seal_altered_used_by_another_or_out_of_date(tmp_path: Path) -> None:
    """The seal itself is checked: its maker's signature, its users and its days."""
    bent = seal(4, picture("red")).replace("某市某局电子印章".encode(), "某市甲局电子印章".encode())
    assert Remark.SEAL_ALTERED in _signature(tmp_path, sealed(_PARTS, made=bent)).remarks
    others = seal(4, picture("red"), user=maker_certificate())
    assert Remark.SEAL_OF_ANOTHER in _signature(tmp_path, sealed(_PARTS, made=others)).remarks
    old = seal(4, picture("red"), until="20260101000000Z")
    assert Remark.SEAL_NOT_IN_FORCE in _signature(tmp_path, sealed(_PARTS, made=old)).remarks


def test_a_plain_signature_without_a_seal(tmp_path: Path) -> None:
    """A CMS signature with SM2 over the signature's part is verified as well."""
    certificate = x509.Certificate.load(signer_certificate())
    parts = sealed(_PARTS, places="", value=b"later")
    about = parts["Doc_0/Signs/Sign_0/Signature.xml"]
    parts["Doc_0/Signs/Sign_0/SignedValue.dat"] = sm2_cms(about, certificate, SIGNER_SECRET)
    found = _signature(tmp_path, parts)
    assert (found.standard, found.integrity) == (Standard.PKCS7, Integrity.INTACT)
    assert found.signer.name == "某市某局"


def test_a_seal_with_rsa(tmp_path: Path) -> None:
    """Seals with RSA and SHA-256 are verified as well, and altered ones found out."""
    who = person("某测绘院", bits=2048)
    made = seal(4, picture("red"), user=who.certificate.dump())
    parts = sealed(_PARTS, made=made, value=b"later")
    name = "Doc_0/Signs/Sign_0/SignedValue.dat"
    about = parts["Doc_0/Signs/Sign_0/Signature.xml"]
    parts[name] = rsa_sealing(made, about, who)
    found = _signature(tmp_path, parts)
    assert (found.integrity, found.algorithm) == (Integrity.INTACT, "SHA-256 with RSA 2048")
    assert found.remarks == (Remark.SELF_SIGNED,)
    parts[name] = parts[name][:-1] + bytes([parts[name][-1] ^ 1])
    assert _signature(tmp_path, parts).reason is Reason.VALUE


def test_digests_in_letters_that_are_none(tmp_path: Path) -> None:
    """A stated digest that no digest can be is an alteration, not a fault."""
    parts = sealed(_PARTS)
    name = "Doc_0/Signs/Sign_0/Signature.xml"
    parts[name] = parts[name].replace(b"<ofd:CheckValue>", "<ofd:CheckValue>印".encode())
    assert _signature(tmp_path, parts).integrity is Integrity.ALTERED


def test_trust_is_checked_against_a_list(tmp_path: Path) -> None:
    """With the maker's authority on the trust list the signer is trusted, with another not."""
    data = zip_of(sealed(_PARTS))
    for trusted, expected in (
        (maker_certificate(), Trust.TRUSTED),
        (bytes(x509.Certificate.load(signer_certificate()).dump()), Trust.TRUSTED),
    ):
        result = open_file(
            entry(tmp_path, data), limits=Limits(), workdir=tmp_path, trusted=(trusted,)
        )
        assert result.signatures[0].trust is expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"\x30\x03\x02\x01\x01", Reason.STRUCTURE),
        (b"x" * 99, Reason.STRUCTURE),
    ],
)
def test_a_value_that_cannot_be_read(tmp_path: Path, value: bytes, reason: Reason) -> None:
    """A broken value is never taken for an intact one; the seal beside it is still shown."""
    result = opened(tmp_path, zip_of(sealed(_PARTS, value=value)))
    found = result.signatures[0]
    assert (found.integrity, found.reason) == (Integrity.UNKNOWN, reason)
    assert found.seal_name == "某市某局电子印章"
    assert len(result.sheets[0].images) == 1


def test_weak_and_keyed_digests(tmp_path: Path) -> None:
    """MD5 is remarked upon; digests with a key cannot be checked, and nothing is claimed."""
    weak = _signature(tmp_path, sealed(_PARTS, method="MD5"))
    assert weak.integrity is Integrity.INTACT
    assert Remark.WEAK_ALGORITHM in weak.remarks
    parts = sealed(_PARTS, method="1.2.156.10197.1.401.2")
    parts[_CONTENT] = page(text("另一份"))
    keyed = _signature(tmp_path, parts)
    assert (keyed.integrity, keyed.reason) == (Integrity.UNKNOWN, Reason.ALGORITHM)


def test_a_listed_signature_that_is_not_there(tmp_path: Path) -> None:
    """A signature that is only listed is said to be missing; the pages are read all the same."""
    parts = sealed(_PARTS)
    del parts["Doc_0/Signs/Sign_0/Signature.xml"]
    result = opened(tmp_path, zip_of(parts))
    assert len(result.sheets) == 1
    assert result.signatures == ()
    assert "incomplete_ofd" in codes(result)


@pytest.mark.parametrize(
    "dotted", ["1.2.156.10197.1.501", "2.5.4.3", "2.100.3", "0.9.2342.19200300.100.1.1"]
)
def test_object_identifiers_are_read(dotted: str) -> None:
    """Identifiers come out as they went in, by another library's hand."""
    assert tagged(core.ObjectIdentifier(dotted).dump()).oid() == dotted


@pytest.mark.parametrize("size", [0, 127, 128, 255, 256, 70_000])
def test_lengths_of_every_form_are_read(size: int) -> None:
    """Short and long lengths lead to the same bytes; one byte less is no value."""
    written = core.OctetString(b"x" * size).dump()
    assert tagged(written).octets() == b"x" * size
    with pytest.raises(NotTagged):
        tagged(written[:-1])


@pytest.mark.parametrize(
    ("said", "tag", "year"),
    [("260301093000Z", 23, 2026), ("20260301093000Z", 24, 2026), ("990301093000Z", 23, 1999),
     ("20260301173000+0800", 24, 2026), ("202603010930Z", 24, 2026)],
)  # fmt: skip
def test_times_of_every_form_are_read(said: str, tag: int, year: int) -> None:
    """Years of two and four digits, without seconds, with a zone."""
    time = tagged(bytes([tag, len(said)]) + said.encode()).time()
    assert time == datetime(year, 3, 1, 9, 30, tzinfo=UTC)
