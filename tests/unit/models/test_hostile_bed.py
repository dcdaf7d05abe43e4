"""The hostile bed: it passes where all is well, and notices what is not."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from models.evaluation.honest import honest_papers
from models.evaluation.hostile import Answer, main, run, unsaid
from preaudit.errors import Stage
from preaudit.findings import Bilingual
from preaudit.report import Problem

_SILENT = Console(file=io.StringIO())


def _problem(
    *, file: str = "a.pdf", zh: str = "a.pdf：坏了。", remedy: str = "重新提交。"
) -> Problem:
    return Problem(
        stage=Stage.INGEST,
        code="damaged_pdf",
        message=Bilingual(zh=zh, en="a.pdf: broken."),
        remedy=Bilingual(zh=remedy, en="Hand it in again."),
        file=file,
        page=None,
    )


def _answer(*problems: Problem, pages: int = 0) -> Answer:
    return Answer(name="a.pdf", pages=pages, blank=0, lost=0, problems=problems, seconds=0.1)


def test_answers_in_full_are_counted_as_such(tmp_path: Path) -> None:
    """A good and a broken file give nothing to complain of; the broken one is no honest paper."""
    good = honest_papers(tmp_path, count=2)
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7 and no more")
    named = [(path.name, path) for path in (*good, bad)]
    assert run(named, console=_SILENT, honest=False) == 0
    assert run(named, console=_SILENT, honest=True) == 1


def test_a_folder_without_files_is_no_success(tmp_path: Path) -> None:
    """Where there is nothing to open, nothing was shown."""
    assert main([str(tmp_path)]) == 2


def test_silence_is_no_answer() -> None:
    """No page and no problem is silence; pages with a problem are a part."""
    assert _answer().word == "silent"
    assert _answer(_problem()).word == "refused"
    assert _answer(_problem(), pages=1).word == "partial"
    assert _answer(pages=1).word == "whole"


def test_a_refusal_must_say_all() -> None:
    """The file, the code, and words and remedy in both languages are missed where they lack."""
    assert unsaid(_answer(_problem())) == []
    assert unsaid(_answer(_problem(remedy=""))) == ["a.pdf: damaged_pdf"]
    assert unsaid(_answer(_problem(zh="坏了。"))) == ["a.pdf: damaged_pdf"]
    assert unsaid(_answer(_problem(file=""))) == ["a.pdf: damaged_pdf"]
