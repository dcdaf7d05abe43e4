"""Signatures that were altered, cut short or made up: whole only where every byte is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_papers import drawn_pdf, opened, pdf_of, rewritten
from ingest_signatures import CA, SECRET, engineer, found, job, only, paper
from ingest_signers import (
    covered,
    gap,
    person,
    signed,
    sm2_certificate,
    sm2_cms,
    with_value,
)

from preaudit.ingest import Entry, Workshop, open_file
from preaudit.ingest.pdf_signatures import find_signatures
from preaudit.ingest.records import Trouble
from preaudit.ingest.revisions import Revisions
from preaudit.ingest.signed import SIGNATURES_MAX, Signed
from preaudit.settings import Limits
from preaudit.signature import (
    Extent,
    Integrity,
    Reason,
    Remark,
    Standard,
)

_SIGNED_ONCE = signed(drawn_pdf(), person("张测试", issuer=CA))


def _with_ranges(data: bytes, numbers: Sequence[int]) -> bytes:
    """Return a file whose signature says to cover other bytes, and does cover them."""
    old = re.search(rb"/ByteRange \[[^\]]*\] *", data)
    assert old is not None
    new = b"/ByteRange [%s]" % b" ".join(b"%d" % one for one in numbers)
    data = data.replace(old.group(), new.ljust(len(old.group())))
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    held = b"".join(data[start : start + length] for start, length in pairs)
    mine = sm2_certificate("星桥测试公司", SECRET)
    value = sm2_cms(held, mine, SECRET)
    at = data.index(b"/Contents <") + len(b"/Contents <")
    return data[:at] + value.hex().encode() + data[at + 2 * len(value) :]


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
