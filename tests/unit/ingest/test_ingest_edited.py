"""Signs that a PDF was changed after signing or issue, and what is no sign."""

from __future__ import annotations

from pathlib import Path

import pytest
from ingest_papers import drawn_pdf, opened, pdf_of, revised, rewritten, stream, words

from preaudit.sheet import Signal

_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R %s"
    b" /Resources << /Font << /F1 5 0 R >> >> >>"
)


def _issued(*, signed: bool) -> bytes:
    """Return a paper of one page, signed up to its end if asked for."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] /SigFlags 3 >> >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: _PAGE % b"/Annots [7 0 R]",
        4: stream(words("valid until 2023")),
        5: _FONT,
        6: b"<< /Type /Sig /ByteRange [0 0000000100 0000000200 0000000000] /Contents <00> >>",
        7: b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (s) /V 6 0 R /Rect [0 0 0 0] /F 132 >>",
    }
    data = pdf_of(objects)
    return data.replace(b"0000000000]", b"%010d]" % (len(data) - 200)) if signed else data


def _signed_again(data: bytes) -> bytes:
    """Append a second signature that covers everything before and around it."""
    more = {
        8: b"<< /Type /Sig /ByteRange [0 0000000100 0000000200 1111111111] /Contents <00> >>",
        9: b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (t) /V 8 0 R /Rect [9 9 99 99] /F 132 >>",
        3: _PAGE % b"/Annots [7 0 R 9 0 R]",
    }
    data = revised(data, more)
    return data.replace(b"1111111111]", b"%010d]" % (len(data) - 200))


def _signals(folder: Path, data: bytes) -> tuple[Signal, ...]:
    result = opened(folder, data)
    assert result.source is not None
    assert result.problems == ()
    return result.signals


@pytest.mark.parametrize("signed", [True, False])
def test_a_value_replaced_in_a_later_revision_is_seen(tmp_path: Path, *, signed: bool) -> None:
    """A page whose words were replaced by an appended revision is reported, with the place."""
    data = revised(_issued(signed=signed), {4: stream(words("valid until 2026"))})
    (signal,) = _signals(tmp_path, data)
    assert signal.name == "edited"
    assert signal.page == 1
    assert signal.box is not None
    assert 0.5 < signal.box.left < signal.box.right < 0.95
    assert ("签名" in signal.note) == signed
    assert signal.confidence > 0.8


def test_a_value_painted_over_is_seen(tmp_path: Path) -> None:
    """White paint over a value, appended to an issued paper, is ink that disappeared."""
    cover = stream(words("valid until 2023") + b" 1 g 160 190 90 40 re f")
    (signal,) = _signals(tmp_path, revised(_issued(signed=False), {4: cover}))
    assert signal.page == 1


def test_what_is_added_to_an_unsigned_paper_is_no_sign(tmp_path: Path) -> None:
    """A page number or code that is stamped on at issue takes no ink away."""
    more = stream(words("valid until 2023") + b" BT /F1 12 Tf 9 9 Td (No. 12) Tj ET")
    assert _signals(tmp_path, revised(_issued(signed=False), {4: more})) == ()


def test_what_is_added_to_a_signed_paper_is_seen(tmp_path: Path) -> None:
    """After signing, words that are added count as well."""
    more = stream(words("valid until 2023") + b" BT /F1 12 Tf 9 9 Td (No. 12) Tj ET")
    (signal,) = _signals(tmp_path, revised(_issued(signed=True), {4: more}))
    assert signal.box is not None
    assert signal.box.top > 0.9


def test_a_note_put_on_a_signed_paper_is_seen(tmp_path: Path) -> None:
    """A box with text laid over a signed page is a change, though the page itself is as it was."""
    look = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 >>\nstream\n\nendstream"
    note = b"<< /Type /Annot /Subtype /FreeText /Rect [40 190 240 230] /F 4 /AP << /N 21 0 R >> >>"
    data = revised(_issued(signed=True), {3: _PAGE % b"/Annots [7 0 R 20 0 R]", 20: note, 21: look})
    (signal,) = _signals(tmp_path, data)
    assert signal.page == 1


def test_a_revision_behind_the_signature_is_seen(tmp_path: Path) -> None:
    """A later revision that changes no page is reported with less confidence."""
    data = revised(_issued(signed=True), {30: b"<< /Producer (an editor) >>"})
    (signal,) = _signals(tmp_path, data)
    assert signal.page is None
    assert signal.confidence < 0.8


def test_a_second_signature_is_no_sign(tmp_path: Path) -> None:
    """Two parties sign one after the other: the later signature covers the earlier."""
    assert _signals(tmp_path, _signed_again(_issued(signed=True))) == ()


def test_a_change_between_two_signatures_is_seen(tmp_path: Path) -> None:
    """Words replaced after the first signature stay visible though a second one covers them."""
    changed = revised(_issued(signed=True), {4: stream(words("valid until 2026"))})
    (signal,) = _signals(tmp_path, _signed_again(changed))
    assert signal.page == 1


def test_proofs_for_long_term_validity_are_no_sign(tmp_path: Path) -> None:
    """Time stamps and certificates that are appended to keep a signature valid are in order."""
    catalogue = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] >> /DSS 30 0 R >>"
    data = revised(_issued(signed=True), {1: catalogue, 30: b"<< /Type /DSS /Certs [] >>"})
    assert _signals(tmp_path, data) == ()


@pytest.mark.parametrize("how", [{}, {"linearize": True}, {"compress_streams": True}])
def test_ordinary_files_give_no_sign(tmp_path: Path, how: dict[str, bool]) -> None:
    """Signed whole, saved anew, linearised or plain: nothing is reported."""
    for data in (drawn_pdf(pages=2), _issued(signed=False)):
        assert _signals(tmp_path, rewritten(data, **how)) == ()
    assert _signals(tmp_path, _issued(signed=True)) == ()
    assert _signals(tmp_path, drawn_pdf()) == ()


def test_metadata_saved_later_is_no_sign(tmp_path: Path) -> None:
    """An unsigned file whose title was changed by an appended revision is not reported."""
    assert _signals(tmp_path, revised(_issued(signed=False), {30: b"<< /Title (x) >>"})) == ()


def test_a_later_edit_of_a_linearised_file_is_seen(tmp_path: Path) -> None:
    """A linearised file has two ends from the start; only what is appended behind counts."""
    import re  # noqa: PLC0415  # only here

    data = rewritten(
        _issued(signed=False), linearize=True, compress_streams=False, preserve_pdfa=False
    )
    content = re.findall(rb"(\d+) 0 obj\s*<< /Length", data)[0]
    root = int(re.findall(rb"/Root (\d+)", data)[-1])
    later = revised(data, {int(content): stream(words("valid until 2026"))})
    later = later.replace(b"/Size 40 /Root 1 0 R", b"/Size 40 /Root %d 0 R" % root)
    (signal,) = _signals(tmp_path, later)
    assert signal.page == 1
