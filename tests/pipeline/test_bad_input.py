"""One bad file never fails a case: it is named, and the rest gets its report."""

from __future__ import annotations

import io
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from preaudit.findings import Verdict
from preaudit.pipeline import Review

Reviewer = Callable[..., Review]

pytestmark = [pytest.mark.weights]


def a_pdf(*, locked: bool = False) -> bytes:
    """A PDF of one empty page."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        if locked:
            pdf.save(out, encryption=pikepdf.Encryption(user="one", owner="two"))
        else:
            pdf.save(out)
    return out.getvalue()


def a_huge_png() -> bytes:
    """A PNG that says it is 30,000 x 30,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def a_bomb() -> bytes:
    """A ZIP of 200 MB of zeros."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("zeros.pdf", b"\0" * 200_000_000)
    return out.getvalue()


def a_climber() -> bytes:
    """A ZIP with a name that leads out of its folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../outside.pdf", a_pdf())
    return out.getvalue()


BAD: dict[str, Callable[[], bytes]] = {
    "empty.pdf": lambda: b"",
    "truncated.pdf": lambda: a_pdf()[:200],
    "locked.pdf": lambda: a_pdf(locked=True),
    "note.pdf": "这是一份文本，不是 PDF。".encode,
    "huge.png": a_huge_png,
    "bomb.zip": a_bomb,
    "climber.zip": a_climber,
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named_and_the_rest_is_reviewed(
    name: str, review: Reviewer, papers: Path, tmp_path: Path
) -> None:
    """The problem names the file with a remedy; sound papers are read; absence is not claimed."""
    folder = tmp_path / "case"
    shutil.copytree(papers, folder)
    (folder / name).write_bytes(BAD[name]())
    report = review(folder).report

    problems = [one for one in report.problems if one.file.startswith(name)]
    assert problems
    assert all(one.message.zh and one.remedy.zh and one.code for one in problems)
    assert {one.kind for one in report.materials} >= {"safety-licence", "business-licence"}
    verdicts = {one.check: one.verdict for one in report.findings}
    assert verdicts["completeness.safety-licence"] is Verdict.PASS
    assert verdicts["completeness.application-form"] is Verdict.UNDETERMINED
    assert not (tmp_path / "outside.pdf").exists()
