"""`python -m models.evaluation.bench`: how fast pages are read, against PaddleOCR's own pipeline.

Both read the same pages in turn within one run, a few pages each, with all cores: PaddleOCR's
pipeline by the threads that its runtime starts, ours by as many reading processes as there are
cores. PaddleOCR only finds and reads text; ours also gives grid, marks, quality and signs of
editing, and all of that is counted. Pages are opened beforehand, for both. Character errors are
counted on the same pages by the rules of `page_score`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from models.evaluation.floor import multiplications, multiplications_per_second
from models.evaluation.licences import licence_errors, licences
from models.evaluation.page_score import cer
from models.evaluation.placing import PageTruth
from models.evaluation.reading import sheets_of
from models.evaluation.reading_pages import reading_pages
from preaudit.document import Line, Origin, Page, Quality
from preaudit.geometry import Box
from preaudit.read import Reader, Reading, open_reader, reading_workers
from preaudit.read.boxes import Quad
from preaudit.read.paddle import PaddlePipeline
from preaudit.settings import Settings
from preaudit.sheet import Sheet
from preaudit.weights import DETECTOR, QUICK_RECOGNISER, RECOGNISER, network_file

_CHANNELS = (
    "scan",
    "scan-colour",
    "photocopy",
    "tiff",
    "scan+skew",
    "scan-colour+noise",
    "scan+blur",
)
"""Upright ones: the peer's networks for turning pages are not part of this comparison."""
_NATIVE = 12
_AT_A_TIME = 5
"""Pages a core that one of both reads before it is the other's turn."""
_MB = 1 << 10
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    sheet: Sheet
    truth: PageTruth
    licence: bool

    def errors(self, page: Page) -> tuple[int, int]:
        """Return the errors on a page and its characters."""
        if not self.licence:
            return cer(self.truth, page)
        lines = licence_errors(self.truth, page)
        return sum(wrong for wrong, *_ in lines), sum(len(printed) for _, printed, _ in lines)


@dataclass(slots=True)
class _Tally:
    seconds: float = 0.0
    errors: Counter[bool] = field(default_factory=Counter)
    characters: Counter[bool] = field(default_factory=Counter)

    def add(self, task: _Task, page: Page) -> None:
        """Count a page."""
        wrong, all_of_them = task.errors(page)
        self.errors[task.licence] += wrong
        self.characters[task.licence] += all_of_them

    def rate(self, *, licence: bool) -> str:
        """Return the share of characters that are wrong."""
        if not self.characters[licence]:
            return "-"
        return f"{100 * self.errors[licence] / self.characters[licence]:.2f} %"


def main(arguments: list[str]) -> int:
    """Race, print the figures; the exit code tells only that it ran."""
    wanted = _wanted(arguments)
    console = Console(width=120)
    settings = Settings(threads=wanted.threads)
    if wanted.read:
        return _read_all(wanted.read, settings)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        tasks = list(_tasks(wanted, settings, folder))
        with reading_workers(settings) as reader:
            peer = PaddlePipeline(settings.weights_dir)
            ours, theirs, readings = _race(tasks, reader, peer, wanted.threads)
            _print_race(console, len(tasks), ours, theirs)
            _print_steps(console, readings, ours.seconds * wanted.threads / len(tasks))
            _print_native(console, wanted, reader, settings, folder, ours.seconds / len(tasks))
        console.print(f"peak memory of a worker that reads these pages: {_peak(folder)} MB")
    _print_floor(console, readings, settings)
    return 0


def _wanted(arguments: list[str]) -> Namespace:
    parser = ArgumentParser(prog="python -m models.evaluation.bench")
    parser.add_argument("--seed", type=int, default=40)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--licences", type=Path, help="folder of real pictures with lines")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--read", type=Path, help="only read a folder and tell the peak memory")
    return parser.parse_args(arguments)


def _tasks(wanted: Namespace, settings: Settings, folder: Path) -> Iterator[_Task]:
    """Yield the pages: half of them real licences when they are at hand."""
    real = list(licences(wanted.licences))[: wanted.pages // 2] if wanted.licences else []
    for one in real:
        sheet = _opened(one.picture.name, one.picture.read_bytes(), settings, folder)
        with Image.open(one.picture) as picture:  # a large one is opened at a smaller size
            width, height = picture.size
        yield _Task(sheet=sheet, truth=one.truth(width, height), licence=True)
    for file in reading_pages(wanted.seed, wanted.pages - len(real), _CHANNELS):
        sheet = _opened(file.name, file.data, settings, folder)
        yield _Task(sheet=sheet, truth=file.pages[0], licence=False)


def _opened(name: str, data: bytes, settings: Settings, folder: Path) -> Sheet:
    """Return the first sheet of a file, which is kept in the folder."""
    path = folder / name
    path.write_bytes(data)
    own = folder / f"{name}.opened"
    own.mkdir()
    return sheets_of(path, settings, own)[0]


def _race(
    tasks: Sequence[_Task], reader: Reader, peer: PaddlePipeline, threads: int
) -> tuple[_Tally, _Tally, list[Reading]]:
    """Return both tallies and our readings."""
    ours, theirs = _Tally(), _Tally()
    readings: list[Reading] = []
    with ThreadPoolExecutor(threads) as pool:
        # Both have read a page before time counts; every process of ours.
        _all_of(pool, reader, [tasks[0].sheet] * threads)
        peer.read(tasks[0].sheet.pixels.load())
        step = _AT_A_TIME * threads
        for start in range(0, len(tasks), step):
            some = tasks[start : start + step]
            sheets = [one.sheet for one in some]
            read, took = _timed(partial(_all_of, pool, reader, sheets))
            ours.seconds += took
            readings += read
            for task, reading in zip(some, read, strict=True):
                ours.add(task, reading.page)
            said, took = _timed(partial(_all_by_peer, peer, sheets))
            theirs.seconds += took
            for task, page in zip(some, said, strict=True):
                theirs.add(task, page)
    return ours, theirs, readings


def _all_of(pool: ThreadPoolExecutor, reader: Reader, sheets: Sequence[Sheet]) -> list[Reading]:
    return list(pool.map(reader.read, sheets))


def _all_by_peer(peer: PaddlePipeline, sheets: Sequence[Sheet]) -> list[Page]:
    return [_by_peer(sheet, peer) for sheet in sheets]


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    done = work()
    return done, time.perf_counter() - began


def _by_peer(sheet: Sheet, peer: PaddlePipeline) -> Page:
    """Return what the peer reads as a page."""
    pixels = sheet.pixels.load()
    height, width = pixels.shape[:2]
    lines = tuple(
        _line(quad, text, width, height) for quad, text in peer.read(pixels) if text.strip()
    )
    return Page(
        number=sheet.page,
        aspect=height / width,
        lines=lines,
        cells=(),
        marks=(),
        quality=Quality(flaws=(), dpi=sheet.dpi, mean_confidence=1.0),
    )


def _line(quad: Quad, text: str, width: int, height: int) -> Line:
    low, high = quad.min(axis=0) / (width, height), quad.max(axis=0) / (width, height)
    left, right = (min(1.0, max(0.0, float(one[0]))) for one in (low, high))
    top, bottom = (min(1.0, max(0.0, float(one[1]))) for one in (low, high))
    return Line(
        text=text,
        box=Box(page=1, left=left, top=top, right=right, bottom=bottom),
        confidence=1.0,
        origin=Origin.OCR,
        edges=tuple(float(edge) for edge in np.linspace(left, right, len(text) + 1)),
    )


def _print_race(console: Console, pages: int, ours: _Tally, theirs: _Tally) -> None:
    table = Table(title=f"{pages} pages, in turn")
    for column in ("", "pages/s", "ratio", "CER synthetic", "CER licences"):
        table.add_column(column, justify="right")
    for name, tally in (("PaddleOCR's pipeline", theirs), ("preaudit", ours)):
        table.add_row(
            name,
            f"{pages / tally.seconds:.2f}",
            f"{theirs.seconds / tally.seconds:.2f}",
            tally.rate(licence=False),
            tally.rate(licence=True),
        )
    console.print(table)


def _print_steps(console: Console, readings: Sequence[Reading], page_s: float) -> None:
    """Print the time of each step: seconds of one core a page."""
    spent: Counter[str] = Counter()
    for reading in readings:
        spent.update(dict(reading.seconds))
    table = Table(title="steps of a page, one core")
    table.add_column("step")
    table.add_column("ms", justify="right")
    for name, seconds in spent.most_common():
        table.add_row(name, f"{1000 * seconds / len(readings):.1f}")
    table.add_row("all (by the clock, times cores)", f"{1000 * page_s:.1f}")
    console.print(table)


def _print_native(
    console: Console,
    wanted: Namespace,
    reader: Reader,
    settings: Settings,
    folder: Path,
    scanned_s: float,
) -> None:
    """Print what a native page costs, as a share of a scanned one."""
    sheets = [
        _opened(f"native-{file.name}", file.data, settings, folder)
        for file in reading_pages(wanted.seed, _NATIVE, ("native",))
    ]
    with ThreadPoolExecutor(wanted.threads) as pool:
        _all_of(pool, reader, [sheets[0]] * wanted.threads)
        readings, took = _timed(partial(_all_of, pool, reader, sheets))
    share = took / len(sheets) / scanned_s
    console.print(f"a native page takes {100 * share:.1f} % of a scanned one", highlight=False)
    _print_steps(console, readings, took * wanted.threads / len(sheets))


def _print_floor(console: Console, readings: Sequence[Reading], settings: Settings) -> None:
    """Print the least time that the networks' arithmetic takes on one core."""
    speed = multiplications_per_second()
    table = Table(title=f"floor: {speed / 1e9:.0f} thousand million multiplications a second")
    for column in ("network", "input", "million", "ms"):
        table.add_column(column, justify="right")
    for name, shape in (
        (DETECTOR, (1, 3, 960, 672)),
        (QUICK_RECOGNISER, (1, 3, 48, 320)),
        (RECOGNISER, (1, 3, 48, 320)),
    ):
        count = multiplications(network_file(settings.weights_dir, name), shape)
        table.add_row(
            name, "x".join(map(str, shape[2:])), f"{count / 1e6:.0f}", f"{1000 * count / speed:.2f}"
        )
    console.print(table)
    characters = sum(len(line.text) for one in readings for line in one.page.lines)
    console.print(
        f"{characters / len(readings):.0f} characters a page, "
        f"{sum(len(one.page.lines) for one in readings) / len(readings):.0f} lines"
    )


def _peak(folder: Path) -> int:
    """Return the most memory, in MB, that a worker reading page after page needs for a folder."""
    command = [sys.executable, "-m", "models.evaluation.bench", "--threads", "1"]
    command += ["--read", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ours
    return int(done.stdout)


def _read_all(folder: Path, settings: Settings) -> int:
    """Read every file of a folder and print the peak of memory in MB."""
    reader = open_reader(settings)
    with tempfile.TemporaryDirectory() as scratch:
        for number, path in enumerate(sorted(one for one in folder.iterdir() if one.is_file())):
            own = Path(scratch) / str(number)
            own.mkdir()
            for sheet in sheets_of(path, settings, own):
                reader.read(sheet)
    print(_most_memory_mb())  # noqa: T201 - its answer
    return 0


def _most_memory_mb() -> int:
    """Return the most memory this process had; what its parent had does not count."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) // _MB


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
