"""The process that opens files: what it may not do, and what is said when it breaks."""

from __future__ import annotations

import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ingest_papers import codes, drawn_pdf, entry

from preaudit.ingest import Entry, Opened, Workshop, open_file
from preaudit.ingest.walls import Wall
from preaudit.settings import Limits

_ONLY_LIMITS = frozenset({Wall.LIMITS})


def _opened_by(
    opener: str,
    folder: Path,
    *,
    data: bytes = b"x",
    limits: Limits,
    walls: frozenset[Wall] = frozenset(Wall),
) -> Opened:
    here = Path(__file__).parent
    workshop = Workshop(opener=f"ingest_openers:{opener}", search_path=(here,), walls=walls)
    try:
        return open_file(entry(folder, data), limits=limits, workdir=folder, workshop=workshop)
    finally:
        workshop.close()


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def test_a_file_that_takes_too_long_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    """A worker that hangs is killed at the limit, children included, and the file is named."""
    started = time.monotonic()
    result = _opened_by("slow", tmp_path, limits=Limits(file_timeout_s=2.0), walls=_ONLY_LIMITS)
    assert time.monotonic() - started < 15
    told, timeout = result.problems
    assert timeout.code == "file_timeout"
    assert result.source is None
    assert "文件" in timeout.message.zh
    child = int(re.findall(r"\d+", told.message.en.partition("(")[2])[0])
    for _ in range(100):
        if not _alive(child):
            return
        time.sleep(0.02)
    pytest.fail("the worker's own child is still alive")


def test_a_slow_page_is_skipped_and_the_others_are_kept(tmp_path: Path) -> None:
    """When one page exceeds its time, the pages before and behind it are still given."""
    limits = Limits(page_timeout_s=3.0)
    data = drawn_pdf(pages=3)
    result = _opened_by("slow_second_page", tmp_path, data=data, limits=limits)
    assert [sheet.page for sheet in result.sheets] == [1, 3]
    assert [(one.code, one.page) for one in result.problems] == [("page_timeout", 2)]
    assert result.source is not None
    assert result.source.pages == 3


def test_a_greedy_file_is_refused_memory(tmp_path: Path) -> None:
    """A file that needs more memory than allowed becomes a problem that says so."""
    result = _opened_by("greedy", tmp_path, limits=Limits(worker_memory_mb=400))
    assert codes(result)[-1] == "out_of_memory"
    assert result.source is None
    assert "400 MB" in result.problems[-1].message.zh


def test_a_crash_is_a_problem_and_the_next_file_opens(tmp_path: Path) -> None:
    """A worker that dies like a native library costs one file; the workshop goes on."""
    here = Path(__file__).parent
    workshop = Workshop(opener="ingest_openers:crashing", search_path=(here,))
    for _ in range(2):
        result = open_file(
            entry(tmp_path, b"x"), limits=Limits(), workdir=tmp_path, workshop=workshop
        )
        assert codes(result) == ["worker_crashed"]
        assert "SIGSEGV" in result.problems[0].message.en
    workshop.close()


def test_what_a_worker_says_is_not_believed(tmp_path: Path) -> None:
    """Lines that make no sense, paths outside and bad numbers are dropped, not followed."""
    result = _opened_by("lying", tmp_path, limits=Limits())
    assert result.source is None
    assert set(codes(result)) == {"worker_crashed"}


def test_the_kernel_holds_the_limits(tmp_path: Path) -> None:
    """A worker cannot write large files, open many, or read what its parent is told."""
    result = _opened_by("limits_seen", tmp_path, limits=Limits())
    assert "no large file, no more files, b''" in result.problems[0].message.en


def test_nothing_is_left_of_a_file_that_did_not_open(tmp_path: Path) -> None:
    """A refused file leaves no folder in the work folder."""
    _opened_by("crashing", tmp_path, limits=Limits())
    assert not [one for one in tmp_path.iterdir() if one.is_dir()]


def test_a_worker_that_cannot_start_is_a_problem(tmp_path: Path) -> None:
    """When the worker cannot be started at all, the file is named and nothing is raised."""
    workshop = Workshop(opener="no_such_module:nothing")
    result = open_file(entry(tmp_path, b"x"), limits=Limits(), workdir=tmp_path, workshop=workshop)
    assert codes(result) == ["worker_crashed"]


def test_a_worker_that_died_while_idle_is_replaced(tmp_path: Path) -> None:
    """A warm worker that is gone when the next file comes costs that file nothing."""
    workshop = Workshop()
    one = entry(tmp_path, drawn_pdf())
    assert open_file(one, limits=Limits(), workdir=tmp_path, workshop=workshop).source
    workshop._idle[0]._process.kill()
    workshop._idle[0]._process.wait()
    assert open_file(one, limits=Limits(), workdir=tmp_path, workshop=workshop).source
    workshop.close()


def test_files_may_be_opened_by_several_threads(tmp_path: Path) -> None:
    """Threads open files at the same time, each by a worker of its own."""
    workshop = Workshop()
    files = [entry(tmp_path, drawn_pdf(text=f"paper {at}")) for at in range(6)]

    def text(one: Entry) -> str:
        result = open_file(one, limits=Limits(), workdir=tmp_path, workshop=workshop)
        return "".join(glyph.text for glyph in result.sheets[0].glyphs)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(text, files)) == [f"paper {at}" for at in range(6)]
    assert len(workshop._idle) <= 2
    workshop.close()


def test_a_workshop_is_fast_once_it_is_warm(tmp_path: Path) -> None:
    """Twenty small files open in less than two seconds on a warm worker."""
    one = entry(tmp_path, drawn_pdf())
    open_file(one, limits=Limits(), workdir=tmp_path)
    started = time.monotonic()
    for _ in range(20):
        assert open_file(one, limits=Limits(), workdir=tmp_path).source
    assert time.monotonic() - started < 2.0 * (1 + os.getloadavg()[0])
