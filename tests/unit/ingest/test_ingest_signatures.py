"""Digital signatures of PDF files: made with keys of our own, then altered or added to."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms, core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_ofd_papers import seal, sealing
from ingest_papers import codes, drawn_pdf, opened, pdf_of, revised, rewritten, stream, words
from ingest_signers import (
    START,
    Person,
    covered,
    gap,
    person,
    signed,
    sm2_certificate,
    sm2_cms,
    with_value,
)
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm

from preaudit.errors import UsageError
from preaudit.ingest import Entry, Workshop, open_file, read_trust_list
from preaudit.ingest.pdf_signatures import find_signatures
from preaudit.ingest.pdf_signed_fields import pdf_date
from preaudit.ingest.records import Changed, Job, Trouble
from preaudit.ingest.revisions import Revisions, find_changes
from preaudit.ingest.signed import SIGNATURES_MAX, Signed
from preaudit.settings import Limits
from preaudit.signature import (
    Extent,
    Integrity,
    LaterKind,
    Permission,
    Reason,
    Remark,
    Standard,
    TimeSource,
    Trust,
)

CA = "星桥测试 CA"
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_SECRET = 0x1F2E3D4C5B6A79881122334455667788


def engineer() -> Person:
    """Return someone whom the test authority certified."""
    return person("张测试", issuer=CA)


_SIGNED_ONCE = signed(drawn_pdf(), person("张测试", issuer=CA))


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


def test_a_signature_tells_who_signed_when_and_where() -> None:
    """Name, organisation, issuer, time, method and the box on the page come out."""
    one = only(signed(drawn_pdf(pages=2), engineer(), box=(30, 40, 150, 120)))
    assert (one.signer_name, one.signer_organisation) == ("张测试", "张测试（机构）")
    assert one.signer_issuer == CA
    assert one.signer_serial == f"{engineer().certificate.serial_number:X}"
    assert (one.integrity, one.extent, one.reason) == (
        Integrity.INTACT, Extent.WHOLE, Reason.NONE,
    )  # fmt: skip
    assert one.standard is Standard.PADES
    assert one.algorithm == "SHA-256 with EC 256"
    assert one.time_source is TimeSource.CLAIMED
    assert one.signed_at is not None
    assert one.trust is Trust.NOT_CHECKED
    assert one.places == ((1, 0.1, 0.7, 0.5, 0.9),)


def test_a_file_and_its_signature_reach_the_report(tmp_path: Path) -> None:
    """Through the worker, an intact signature is told and raises no signal."""
    result = opened(tmp_path, signed(paper(), engineer()))
    (one,) = result.signatures
    assert one.integrity is Integrity.INTACT
    assert one.signer.name == "张测试"
    assert one.sha256 == (result.source.sha256 if result.source else "")
    assert result.signals == ()
    assert len(result.sheets) == 1


def test_one_altered_byte_is_found(tmp_path: Path) -> None:
    """A byte that was changed under the signature makes it altered, and raises a signal there."""
    data = signed(paper("valid until 2023"), engineer()).replace(b"until 2023", b"until 2026")
    result = opened(tmp_path, data)
    (one,) = result.signatures
    assert (one.integrity, one.reason) == (Integrity.ALTERED, Reason.DIGEST)
    (signal,) = result.signals
    assert signal.name == "edited"
    assert signal.box == one.places[0]
    assert "张测试" in signal.note


@pytest.mark.parametrize(
    ("change", "kind", "page"),
    [
        ("content", LaterKind.PAGE_CONTENT, 1),
        ("note", LaterKind.ANNOTATION, 1),
        ("field", LaterKind.FORM_FIELD, None),
    ],
)
def test_what_was_appended_after_signing_is_named(
    change: str, kind: LaterKind, page: int | None
) -> None:
    """Page content, notes and filled-in fields are told apart, and signals agree."""
    data = with_update(signed(paper(), engineer()), change)
    one = only(data)
    assert (one.integrity, one.extent) == (Integrity.CHANGED, Extent.REVISION)
    assert [(later.kind, later.page) for later in one.later] == [(kind, page)]
    reasons = {sign.reason for sign in changes(data)}
    shown = kind is not LaterKind.FORM_FIELD
    assert reasons == {"content_after_signing" if shown else "revision_after_signing"}


def test_metadata_and_further_signatures_leave_a_signature_intact() -> None:
    """A title and a second signature change nothing that the first one speaks of."""
    titled = with_update(signed(paper(), engineer()), "title")
    assert only(titled).integrity is Integrity.INTACT
    assert [one.kind for one in only(titled).later] == [LaterKind.METADATA]
    twice = signed(signed(paper(), engineer()), person("李测试", issuer=CA), field="S2")
    first, second = found(twice)
    assert (first.extent, second.extent) == (Extent.REVISION, Extent.WHOLE)
    assert {first.integrity, second.integrity} == {Integrity.INTACT}
    assert [one.kind for one in first.later] == [LaterKind.SIGNATURE]
    assert changes(titled) + changes(twice) == []


def test_a_change_far_behind_the_first_pages_is_placed() -> None:
    """In a long file a page that was written anew is found by its number."""
    data = signed(drawn_pdf(pages=90), engineer())
    writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    page = writer.root["/Pages"]["/Kids"][80]
    new = generic.StreamObject(stream_data=b"BT /F1 40 Tf 40 200 Td (other) Tj ET 9 9 99 99 re f")
    page["/Contents"] = writer.add_object(new)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    one = only(out.getvalue())
    assert (one.later[0].kind, one.later[0].page) == (LaterKind.PAGE_CONTENT, 81)


def test_a_change_between_two_signatures_counts_for_the_first_only() -> None:
    """The second signer signed the changed file: only the first signature is told as changed."""
    data = with_update(signed(paper(), engineer()), "content")
    first, second = found(signed(data, person("李测试", issuer=CA), field="S2"))
    assert (first.integrity, second.integrity) == (Integrity.CHANGED, Integrity.INTACT)


@pytest.mark.parametrize(
    ("allowed", "permission", "forbidden"),
    [
        (MDPPerm.NO_CHANGES, Permission.NOTHING, True),
        (MDPPerm.FILL_FORMS, Permission.FORMS, False),
    ],
)
def test_what_a_certifying_signature_forbids_is_said(
    allowed: MDPPerm, permission: Permission, *, forbidden: bool
) -> None:
    """A filled-in field breaks a certification that allows nothing, not one that allows forms."""
    one = only(with_update(signed(paper(), engineer(), certify=allowed), "field"))
    assert one.permission is permission
    assert (Remark.CHANGES_FORBIDDEN in one.remarks) == forbidden


def test_a_signature_that_left_the_form_is_still_told() -> None:
    """A later revision that drops the field does not make the signature disappear."""
    data = signed(paper(), engineer())
    root = re.findall(rb"/Root (\d+) 0 R", data)[-1]
    body = b"<< /Type /Catalog /Pages 2 0 R >>"
    one = only(revised(data, {int(root): body}))
    assert one.name == ""
    assert one.integrity is Integrity.CHANGED
    assert LaterKind.OTHER in {later.kind for later in one.later}


def test_a_time_stamp_outranks_the_claimed_time() -> None:
    """The time of a token that fits is told as stamped; a token for another value is broken."""
    clock = person("时间戳测试", issuer=CA, is_stamper=True, bits=2048)
    data = signed(paper(), engineer(), stamped_by=clock)
    one = only(data)
    assert one.time_source is TimeSource.TIMESTAMP
    assert one.signed_at == START + timedelta(days=40)
    start, end = gap(data)
    value = bytes.fromhex(data[start + 1 : end - 1].decode())
    # The stamp is over the signature's value: with another value it does not fit.
    own = cms.ContentInfo.load(value)["content"]["signer_infos"][0]["signature"].native
    other = own[:-1] + bytes([own[-1] ^ 1])
    broken = only(with_value(data, value.replace(own, other)))
    assert broken.time_source is TimeSource.CLAIMED
    assert Remark.TIMESTAMP_BROKEN in broken.remarks
    assert (broken.integrity, broken.reason) == (Integrity.ALTERED, Reason.VALUE)


def test_trust_is_checked_only_against_a_list() -> None:
    """Without a list nothing is said; with one, only certificates that lead to it are trusted."""
    data = signed(paper(), engineer(), others=(person(CA),))
    assert only(data).trust is Trust.NOT_CHECKED
    assert only(data, trusted=[person(CA)]).trust is Trust.TRUSTED
    assert only(data, trusted=[person("另一测试 CA")]).trust is Trust.UNTRUSTED


def test_weak_lapsed_and_self_made_certificates_are_remarked() -> None:
    """A short key, a lapsed certificate and one that vouches for itself are said, no more."""
    weak = person("弱密钥", bits=1024)
    one = only(signed(paper(), weak))
    assert set(one.remarks) == {Remark.WEAK_ALGORITHM, Remark.SELF_SIGNED}
    assert one.integrity is Integrity.INTACT
    assert one.algorithm == "SHA-256 with RSA 1024"
    lapsed = person("过期", issuer=CA, until=datetime(2025, 6, 1, tzinfo=UTC))
    assert only(signed(paper(), lapsed)).remarks == (Remark.CERTIFICATE_NOT_IN_FORCE,)


def test_sm2_signatures_are_verified_and_traced() -> None:
    """A PDF signed with SM2 and SM3, as Chinese programs do, is verified like any other."""
    data = signed(paper(), engineer())
    root = sm2_certificate("国密测试 CA", 4242424242)
    mine = sm2_certificate("星桥测试公司", _SECRET, issuer="国密测试 CA", by=4242424242)
    told = with_value(data, sm2_cms(covered(data), mine, _SECRET))
    trusted = Person(certificate=root, key=engineer().key, private=None)
    one = only(told, trusted=[trusted])
    assert one.algorithm == "SM3 with SM2"
    assert (one.integrity, one.trust) == (Integrity.INTACT, Trust.TRUSTED)
    assert one.signer_name == "星桥测试公司"
    other = only(told.replace(b"until 2023", b"until 2026"))
    assert (other.integrity, other.reason) == (Integrity.ALTERED, Reason.DIGEST)
    forged = with_value(data, sm2_cms(covered(data), mine, _SECRET + 1))
    assert only(forged).reason is Reason.VALUE


def _with_ranges(data: bytes, numbers: Sequence[int]) -> bytes:
    """Return a file whose signature says to cover other bytes, and does cover them."""
    old = re.search(rb"/ByteRange \[[^\]]*\] *", data)
    assert old is not None
    new = b"/ByteRange [%s]" % b" ".join(b"%d" % one for one in numbers)
    data = data.replace(old.group(), new.ljust(len(old.group())))
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    held = b"".join(data[start : start + length] for start, length in pairs)
    mine = sm2_certificate("星桥测试公司", _SECRET)
    value = sm2_cms(held, mine, _SECRET)
    at = data.index(b"/Contents <") + len(b"/Contents <")
    return data[:at] + value.hex().encode() + data[at + 2 * len(value) :]


@pytest.mark.parametrize("attack", ["wider gap", "late start", "three ranges", "early end"])
def test_bytes_that_a_signature_leaves_out_are_found(tmp_path: Path, attack: str) -> None:
    """A range that verifies but leaves room for other bytes is not taken for a whole one."""
    data = signed(paper(), engineer())
    start, end = gap(data)
    size = len(data)
    numbers = {
        "wider gap": (0, start - 30, end, size - end),
        "late start": (10, start - 10, end, size - end),
        "three ranges": (0, 50, 100, start - 100, end, size - end),
        "early end": (0, start, end, size - end - 90),
    }[attack]
    made = _with_ranges(data, numbers)
    one = only(made)
    assert (one.integrity, one.reason) == (Integrity.UNKNOWN, Reason.COVERAGE)
    assert one.extent is Extent.PARTS
    assert one.left_out
    (signal,) = opened(tmp_path, made).signals
    assert "没有覆盖" in signal.note


def test_ranges_beyond_the_file_do_not_verify() -> None:
    """A signature that claims bytes which are not there is altered."""
    data = signed(paper(), engineer())
    size = b"%d" % (len(data) - gap(data)[1])
    at = data.index(size, data.index(b"/ByteRange"))
    one = only(data[:at] + b"9" * len(size) + data[at + len(size) :])
    assert (one.integrity, one.reason) == (Integrity.ALTERED, Reason.COVERAGE)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"no signature", Reason.STRUCTURE),
        (b"\x30\x80" * 4000, Reason.STRUCTURE),
        (b"\x30\x03\x02\x01\x01", Reason.STRUCTURE),
    ],
)
def test_what_is_no_signature_is_told_as_unknown(value: bytes, reason: Reason) -> None:
    """Values that cannot be parsed are told with the reason, and raise nothing."""
    one = only(with_value(signed(paper(), engineer()), value))
    assert (one.integrity, one.reason) == (Integrity.UNKNOWN, reason)


def test_a_value_that_is_no_hexadecimal_is_broken_not_empty() -> None:
    """One byte that no string of digits may hold does not make a signature a blank place."""
    data = bytearray(signed(paper(), engineer()))
    data[gap(bytes(data))[0] + 300] = ord("(")
    one = only(bytes(data))
    assert (one.integrity, one.reason) == (Integrity.UNKNOWN, Reason.STRUCTURE)


@settings(max_examples=60, deadline=None)
@given(share=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_no_altered_byte_leaves_a_signature_whole(share: float, flip: int) -> None:
    """Whatever byte is changed under a signature, it is not told as intact over the whole file."""
    data = bytearray(_SIGNED_ONCE)
    start, end = gap(_SIGNED_ONCE)
    at = int(share * (len(data) - (end - start)))
    data[at if at < start else at + end - start] ^= flip
    for one in found(bytes(data)):
        assert not (one.integrity is Integrity.INTACT and one.extent is Extent.WHOLE)


def test_an_unknown_algorithm_is_unknown_not_altered() -> None:
    """A digest that nobody here knows is told by its number."""
    data = signed(paper(), engineer())
    start, end = gap(data)
    value = bytes.fromhex(data[start + 1 : end - 1].decode())
    sha256 = core.ObjectIdentifier("2.16.840.1.101.3.4.2.1").dump()
    other = core.ObjectIdentifier("2.16.840.1.101.3.4.2.77").dump()
    one = only(with_value(data, value.replace(sha256, other)))
    assert (one.integrity, one.reason) == (Integrity.UNKNOWN, Reason.ALGORITHM)
    assert "2.16.840.1.101.3.4.2.77" in one.algorithm + one.detail


def test_a_certificate_that_was_exchanged_is_found() -> None:
    """A signature that stands with another's certificate does not verify."""
    data = signed(paper(), engineer(), pades=False)
    start, end = gap(data)
    value = bytes.fromhex(data[start + 1 : end - 1].decode())
    mine, other = engineer().certificate, person("王测试", issuer=CA).certificate
    swapped = mine.dump().replace(mine.public_key.dump(), other.public_key.dump())
    one = only(with_value(data, value.replace(mine.dump(), swapped)))
    assert one.integrity is Integrity.ALTERED


@pytest.mark.parametrize("exact", [True, False])
def test_old_forms_of_signatures_are_verified(*, exact: bool) -> None:
    """Bare RSA values and signatures over a SHA-1 digest, as old programs made them, are read."""
    who = person("旧式", bits=2048)
    data = signed(paper(), who, pades=False)
    old = data.replace(b"/adbe.pkcs7.detached", b"/adbe.x509.rsa_sha1 ")
    start, end = gap(old)
    cert = b"/Cert <%s>" % who.certificate.dump().hex().encode()
    # The certificate goes into the signature's object, before its value.
    at = old.index(b"/Contents <")
    room = len(cert)
    old = old[:at] + cert + old[at:]
    numbers = [0, start + room, end + room, len(old) - end - room]
    ranges = re.search(rb"/ByteRange \[[^\]]*\] *", old)
    assert ranges is not None
    new = b"/ByteRange [%d %d %d %d]" % tuple(numbers)
    old = old.replace(ranges.group(), new.ljust(len(ranges.group())))
    signed_bytes = covered(old) if exact else covered(old) + b"x"
    value = who.private.sign(signed_bytes, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303  # what the format asks
    one = only(with_value(old, core.OctetString(value).dump()))
    assert one.standard is Standard.X509_RSA
    assert one.signer_name == "旧式"
    assert Remark.WEAK_ALGORITHM in one.remarks
    assert one.integrity is (Integrity.INTACT if exact else Integrity.ALTERED)


def test_files_that_were_linearised_before_signing_verify() -> None:
    """The first part of a linearised file is no revision, and its signature is whole."""
    one = only(signed(rewritten(drawn_pdf(pages=3), linearize=True), engineer()))
    assert (one.integrity, one.extent) == (Integrity.INTACT, Extent.WHOLE)
    saved = rewritten(drawn_pdf(pages=2), object_stream_mode=pikepdf.ObjectStreamMode.generate)
    one = only(signed(saved, engineer()))
    assert one.integrity is Integrity.INTACT


def test_a_signature_that_takes_too_long_is_unknown() -> None:
    """When time is up the signature is told as not verified, and nothing is raised."""
    (one,) = found(signed(paper(), engineer()), page_s=1e-9)
    assert (one.integrity, one.reason) == (Integrity.UNKNOWN, Reason.LIMIT)


def test_signatures_beyond_the_limit_are_counted() -> None:
    """A form with too many signature fields is cut off, and a problem says so."""
    count = SIGNATURES_MAX + 1
    fields = {
        10 + at: b"<< /FT /Sig /T (s%d) /V << /Type /Sig /ByteRange [0 1 2 3] >> >>" % at
        for at in range(count)
    }
    named = b" ".join(b"%d 0 R" % number for number in fields)
    data = pdf_of({
        1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [%s] >> >>" % named,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>",
        **fields,
    })  # fmt: skip
    told = list(find_signatures(Revisions(data), job=job()))
    assert len([one for one in told if isinstance(one, Signed)]) == SIGNATURES_MAX
    assert [one.code for one in told if isinstance(one, Trouble)] == ["too_many_signatures"]


def test_the_trust_list_is_read_from_a_folder(tmp_path: Path) -> None:
    """DER and PEM files count once each; a folder without certificates is an error of use."""
    one, two = person(CA).certificate.dump(), person("另一测试 CA").certificate.dump()
    pem = b"-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
    (tmp_path / "a.cer").write_bytes(one)
    (tmp_path / "b.pem").write_bytes(pem % base64.encodebytes(two) + pem % base64.encodebytes(one))
    (tmp_path / "notes.txt").write_bytes(b"not one")
    assert read_trust_list(tmp_path) == (one, two)
    assert read_trust_list(None) == ()
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "absent"):
        with pytest.raises(UsageError) as error:
            read_trust_list(folder)
        assert error.value.code == "bad_trust_list"


def test_the_list_goes_with_the_file(tmp_path: Path) -> None:
    """A list that is handed to `open_file` reaches the worker."""
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed(paper(), engineer()))
    result = open_file(
        Entry(name="a", path=path),
        limits=Limits(),
        workdir=tmp_path,
        trusted=[person(CA).certificate.dump()],
    )
    assert [one.trust for one in result.signatures] == [Trust.TRUSTED]
    assert codes(result) == []


def test_a_last_page_that_breaks_the_worker_costs_no_signature(tmp_path: Path) -> None:
    """Signatures are told even where the last page could not be opened."""
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed(drawn_pdf(pages=2), engineer()))
    here = Path(__file__).parent
    workshop = Workshop(opener="ingest_openers:crashing_second_page", search_path=(here,))
    entry = Entry(name="a", path=path)
    result = open_file(entry, limits=Limits(), workdir=tmp_path, workshop=workshop)
    workshop.close()
    assert [(one.code, one.page) for one in result.problems] == [("worker_crashed", 2)]
    assert [one.integrity for one in result.signatures] == [Integrity.INTACT]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("D:20250102030405+08'00'", "2025-01-02T03:04:05+08:00"),
        ("D:20250102030405-0330", "2025-01-02T03:04:05-03:30"),
        ("D:20250102030405Z", "2025-01-02T03:04:05+00:00"),
        ("D:202501020304", "2025-01-02T03:04:00"),
        ("D:2025", "2025-01-01T00:00:00"),
        ("D:20251332", None),
        ("yesterday", None),
        ("D:20250102030405+99'99'", None),
    ],
)
def test_dates_of_pdf_are_read(text: str, moment: str | None) -> None:
    """Dates come out with the zone that they state, and none where they state none."""
    read = pdf_date(text)
    assert (read.isoformat() if read else None) == moment


def test_files_without_a_signature_do_not_pay_for_them() -> None:
    """The library that verifies is imported for signed files only."""
    code = (
        "import sys; import preaudit.ingest.opening, preaudit.ingest.pdf_file; "
        "sys.exit('pyhanko' in sys.modules or 'asn1crypto' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603  # our own words
    assert done.returncode == 0


@pytest.mark.parametrize(("version", "standard"), [(1, Standard.SES_V1), (4, Standard.SES_V4)])
def test_an_electronic_seal_in_a_pdf_is_verified(version: int, standard: Standard) -> None:
    """Where a PDF is sealed rather than signed, the seal is read like that of an OFD."""
    data = signed(paper(), engineer())
    made = seal(version, b"no picture")
    told = with_value(data, sealing(version, made, covered(data)))
    one = only(told)
    assert one.standard is standard
    assert (one.integrity, one.extent) == (Integrity.INTACT, Extent.WHOLE)
    assert one.algorithm == "SM3 with SM2"
    assert one.seal_name
    assert one.signer_name
    altered = only(told.replace(b"until 2023", b"until 2026"))
    assert (altered.integrity, altered.reason) == (Integrity.ALTERED, Reason.DIGEST)
