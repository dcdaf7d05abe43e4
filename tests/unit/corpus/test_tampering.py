"""Tampered files must show what the answer key says and hide what a reader is to find."""

from __future__ import annotations

import io
import random
import re
from copy import deepcopy
from datetime import date

import pdfplumber
import pikepdf
import pytest

from corpus.compose import compose
from corpus.drafts import Draft, drafts_of
from corpus.faces import faces_installed
from corpus.tampering import edited_after_signing, with_hidden_text, without_page
from corpus.world import make_world

pytestmark = pytest.mark.skipif(not faces_installed(), reason="Debian's Chinese faces are missing")


def _draft(kind: str) -> Draft:
    return next(draft for draft in drafts_of(make_world(6)) if draft.kind == kind)


def test_a_hidden_text_layer_says_something_else() -> None:
    """The text of the file carries the other date; the answer key the one that is shown."""
    draft = _draft("safety-licence")
    other = deepcopy(draft)
    other.values["valid_until"] = date(2019, 11, 12)
    shown, said = (compose(one, "form", "6") for one in (draft, other))
    mixed = with_hidden_text(shown, said, "valid_until")
    with pdfplumber.open(io.BytesIO(mixed.data)) as pdf:
        text = "".join((pdf.pages[0].extract_text() or "").split())
    assert re.search(r"2019\D{0,2}11\D{0,2}12", text)
    assert mixed.spots == shown.spots


def test_an_edited_file_has_a_signature_that_covers_only_its_first_state() -> None:
    """The byte range ends before the appended revision, and the file still opens."""
    paper = compose(_draft("safety-licence"), "form", "6")
    edited = edited_after_signing(paper, random.Random(1))
    with pikepdf.open(io.BytesIO(edited.data)) as pdf:
        signature = pdf.Root.AcroForm.Fields[0].V
        _start, _before, after, length = (int(number) for number in signature.ByteRange)
        assert len(pdf.pages) == 1
    assert after + length < len(edited.data)
    assert edited.data.count(b"%%EOF") == 2


def test_a_page_taken_out_takes_its_values_along() -> None:
    """Pages behind it move up by one in the answer key."""
    paper = compose(_draft("construction-contract"), "gf2017", "6")
    shorter = without_page(paper, 1)
    assert shorter.page_count == paper.page_count - 1
    before = [spot.page for spot in paper.spots["contract_price"]]
    assert [spot.page + 1 for spot in shorter.spots["contract_price"]] == before
