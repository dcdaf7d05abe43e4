"""Openers that behave badly, for the tests of the worker process."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Iterator
from pathlib import Path

from preaudit.ingest.opening import open_path
from preaudit.ingest.records import Begun, Event, Found, Job, Trouble
from preaudit.sheet import MediaType


def slow(_: Job) -> Iterator[Event]:
    """Find a page, then think about it without end, together with a child of its own."""
    child = os.fork()
    if child == 0:
        time.sleep(600)
        os._exit(0)
    yield Trouble(code="damaged_page", page=7, facts={"detail": str(child)})
    yield Found(media_type=MediaType.PDF, pages=1)
    yield Begun(page=1)
    time.sleep(600)


def slow_second_page(job: Job) -> Iterator[Event]:
    """Open a file as usual, but stop for good at its second page."""
    for event in open_path(job):
        yield event
        if isinstance(event, Begun) and event.page == 2:
            time.sleep(600)


def crashing_second_page(job: Job) -> Iterator[Event]:
    """Open a file as usual, but die as a native library does at its second page."""
    for event in open_path(job):
        yield event
        if isinstance(event, Begun) and event.page == 2:
            ctypes.string_at(0)


def greedy(_: Job) -> Iterator[Event]:
    """Take more and more memory."""
    held = []
    while True:
        held.append(bytearray(50 << 20))
        yield Trouble(code="damaged_page", page=len(held))


def crashing(_: Job) -> Iterator[Event]:
    """Die as a native library does."""
    yield Found(media_type=MediaType.PDF, pages=3)
    ctypes.string_at(0)


def lying(job: Job) -> Iterator[Event]:
    """Say things that make no sense, as a taken-over worker might."""
    os.write(_pipe(), b'{"event":"shown","page":1,"record":"../../etc/passwd"}\n')
    os.write(_pipe(), b'{"event":"found","media_type":"text/html","pages":-3}\nnonsense\n')
    os.write(_pipe(), b'{"event":"trouble","code":"made_up","facts":{}}\n')
    (Path(job.out) / "page-1.json").write_text('{"width_mm": "NaN"}')
    os.write(_pipe(), b'{"event":"shown","page":1,"record":"page-1.json"}\n')
    yield Found(media_type=MediaType.PDF, pages=1)


def limits_seen(job: Job) -> Iterator[Event]:
    """Try what must not work: write a large file, open many, and read the parent's streams."""
    tried = []
    try:
        with (Path(job.out) / "large").open("wb") as file:
            file.truncate(1 << 40)
        tried.append("wrote")
    except OSError:
        tried.append("no large file")
    try:
        kept = [open(os.devnull) for _ in range(200)]  # noqa: SIM115, PTH123  # as many as there are
        tried.append(f"{len(kept)} files")
    except OSError:
        tried.append("no more files")
    tried.append(repr(os.read(0, 10)))
    yield Trouble(code="worker_crashed", facts={"detail": ", ".join(tried)})


def _pipe() -> int:
    """Return the descriptor over which this worker tells its parent."""
    found = []
    for number in range(3, 64):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(number)
    return found[0]
