"""Digital signatures of PDF files: made with keys of our own, told and traced."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from ingest_ofd_papers import seal, sealing
from ingest_papers import codes, drawn_pdf, opened, revised
from ingest_signatures import CA, SECRET, changes, engineer, found, only, paper, with_update
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
from preaudit.ingest import Entry, open_file, read_trust_list
from preaudit.ingest.pdf_signed_fields import pdf_date
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
    mine = sm2_certificate("星桥测试公司", SECRET, issuer="国密测试 CA", by=4242424242)
    told = with_value(data, sm2_cms(covered(data), mine, SECRET))
    trusted = Person(certificate=root, key=engineer().key, private=None)
    one = only(told, trusted=[trusted])
    assert one.algorithm == "SM3 with SM2"
    assert (one.integrity, one.trust) == (Integrity.INTACT, Trust.TRUSTED)
    assert one.signer_name == "星桥测试公司"
    other = only(told.replace(b"until 2023", b"until 2026"))
    assert (other.integrity, other.reason) == (Integrity.ALTERED, Reason.DIGEST)
    forged = with_value(data, sm2_cms(covered(data), mine, SECRET + 1))
    assert only(forged).reason is Reason.VALUE


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
