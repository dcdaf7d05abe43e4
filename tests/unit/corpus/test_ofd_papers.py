"""Papers as OFD: they say and show what the PDF does, at the same places."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.channels import send
from corpus.making import iterate_papers
from corpus.ofd_paper import as_ofd
from preaudit.ingest import Entry, Opened, open_file
from preaudit.settings import Limits

_PAPER = next(iterate_papers(("application-form",), seed=3, count=1)).paper


def _opened(folder: Path, data: bytes, name: str) -> Opened:
    path = folder / name
    path.write_bytes(data)
    return open_file(Entry(name=name, path=path), limits=Limits(), workdir=folder)


def test_an_ofd_shows_what_the_pdf_shows(tmp_path: Path) -> None:
    """Characters, rulings and pictures of both stand at the same places; the ink differs little."""
    pdf = _opened(tmp_path, _PAPER.data, "a.pdf")
    ofd = _opened(tmp_path, as_ofd(_PAPER.data), "a.ofd")
    assert ofd.problems == ()
    assert len(ofd.sheets) == len(pdf.sheets) == _PAPER.page_count
    for one, other in zip(pdf.sheets, ofd.sheets, strict=True):
        said = [glyph for glyph in one.glyphs if not glyph.text.isspace()]
        again = [glyph for glyph in other.glyphs if not glyph.text.isspace()]
        assert [glyph.text for glyph in said] == [glyph.text for glyph in again]
        lefts = np.array([glyph.box.left for glyph in said])
        assert lefts == pytest.approx([glyph.box.left for glyph in again], abs=2e-3)
        assert len(one.rulings) == len(other.rulings)
        assert len(one.images) == len(other.images)
        ink = np.abs(one.pixels.load().astype(int) - other.pixels.load()).max(axis=2) > 96
        assert float(ink.mean()) < 0.001


def test_the_channel_keeps_the_truth() -> None:
    """A paper sent as an OFD keeps its boxes and marks, and gives the same bytes each time."""
    sent = send(_PAPER, "ofd", seed="1")
    assert (sent.suffix, sent.channel) == (".ofd", "ofd")
    assert (sent.spots, sent.marks, sent.printed) == (_PAPER.spots, _PAPER.marks, _PAPER.printed)
    assert sent.data == send(_PAPER, "ofd", seed="2").data
