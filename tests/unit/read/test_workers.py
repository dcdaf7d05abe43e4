"""Reading in processes of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from preaudit.document import Flaw
from preaudit.errors import WeightsError
from preaudit.ingest.pixels import DiskPixels, write_pixels
from preaudit.read import open_reader, reading_workers, workers
from preaudit.read.workers import WorkerReader
from preaudit.settings import Settings
from preaudit.sheet import Pixels, Sheet

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def reader() -> Iterator[WorkerReader]:
    """A reader with processes."""
    with reading_workers(Settings(threads=2)) as lent:
        yield lent


@pytest.fixture
def sheet(form: Pixels, sheet_of: Callable[[Pixels], Sheet], tmp_path: Path) -> Sheet:
    """A page on disk, as ingest leaves it."""
    kept = write_pixels(form, folder=tmp_path, name="page.raw")
    pixels = DiskPixels(
        path=tmp_path / "page.raw", height=kept.height, width=kept.width, channels=kept.channels
    )
    return replace(sheet_of(form), pixels=pixels)


def process_of(reader: WorkerReader) -> int:
    """Return the id of the one process that is idle."""
    (worker,) = reader._idle
    return worker._process.pid


def test_a_process_reads_what_we_would(reader: WorkerReader, sheet: Sheet) -> None:
    """The page comes back as it was read, to the last digit."""
    ours = open_reader(Settings(threads=1)).read(sheet)
    assert reader.read(sheet).page == ours.page
    assert [line.text for line in ours.page.lines]


def test_pages_at_a_time_have_a_process_each(reader: WorkerReader, sheet: Sheet) -> None:
    """Two threads are served by two processes, and later pages by the same ones."""
    with ThreadPoolExecutor(2) as pool:
        pages = [reading.page for reading in pool.map(reader.read, [sheet] * 4)]
    assert len(reader._idle) <= 2
    assert all(page == pages[0] for page in pages)


def test_a_page_that_breaks_its_reader_is_said_not_to_be_read(sheet: Sheet) -> None:
    """Others are read by another process."""
    with reading_workers(Settings()) as reader:
        assert not reader.read(sheet).problems
        os.kill(process_of(reader), signal.SIGKILL)
        broken = reader.read(sheet)
        assert broken.page.quality.flaws == (Flaw.NOT_READ,)
        assert [one.code for one in broken.problems] == ["page_not_read"]
        assert not reader.read(sheet).problems


def test_a_process_that_hangs_is_ended(sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit of a page and some grace nothing is waited for."""
    monkeypatch.setattr(workers, "_GRACE", 0.0)
    with reading_workers(Settings()) as reader:
        assert not reader.read(sheet).problems
        hanging = process_of(reader)
        os.kill(hanging, signal.SIGSTOP)
        reader._idle[0]._limit_s = 0.3
        assert reader.read(sheet).page.quality.flaws == (Flaw.NOT_READ,)
        with pytest.raises(ProcessLookupError):
            os.kill(hanging, 0)


def test_no_process_outlives_its_reader(sheet: Sheet) -> None:
    """When the block ends its processes have ended."""
    with reading_workers(Settings()) as reader:
        reader.read(sheet)
        process = process_of(reader)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_missing_networks_are_told_at_once(tmp_path: Path) -> None:
    """Not page by page; neither those of others nor our own."""
    for settings in (Settings(weights_dir=tmp_path), Settings(own_weights_dir=tmp_path)):
        with pytest.raises(WeightsError), reading_workers(settings):
            pass
