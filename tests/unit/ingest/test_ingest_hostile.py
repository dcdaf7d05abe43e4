"""Files made to break readers, from other projects' tests: each is answered."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from preaudit.errors import InputError
from preaudit.ingest import gather, open_file
from preaudit.report import Problem
from preaudit.settings import Limits

_HOSTILE = Path(__file__).parents[4] / "shared" / "hostile"
_FILES = sorted(path for path in _HOSTILE.glob("*/*") if path.is_file())


@pytest.mark.shared
@pytest.mark.skipif(not _FILES, reason="the hostile files are not beside this checkout")
def test_every_hostile_file_is_answered(tmp_path: Path) -> None:
    """Each file gives pages or a problem with words, in time, and leaves nothing behind."""
    limits = Limits(file_timeout_s=20)
    for path in _FILES:
        work = tmp_path / "work"
        work.mkdir()
        started = time.monotonic()
        pages, problems = _answer(path, work, limits)
        assert pages or problems, path
        assert time.monotonic() - started < 60, path
        assert all(one.message.zh and one.remedy.zh for one in problems), path
        shutil.rmtree(work)
    assert list(tmp_path.iterdir()) == []


def _answer(path: Path, work: Path, limits: Limits) -> tuple[int, list[Problem]]:
    try:
        gathered = gather([path], limits=limits, workdir=work)
    except InputError as error:
        pytest.fail(f"{path}: {error}")
    problems, pages = list(gathered.problems), 0
    for entry in gathered.entries:
        opened = open_file(entry, limits=limits, workdir=work)
        assert opened.sheets or opened.problems, entry.name
        assert bool(opened.source) == bool(opened.sheets), entry.name
        for sheet in opened.sheets:
            assert sheet.pixels.load().size, entry.name
        pages += len(opened.sheets)
        problems += opened.problems
    return pages, problems
