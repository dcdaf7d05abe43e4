"""Openers that take as much time, memory or space as the file says, for the tests of limits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from preaudit.ingest.opening import open_path
from preaudit.ingest.records import Begun, Event, Found, Job, Trouble
from preaudit.sheet import MediaType


def _amount(job: Job) -> float:
    return float(Path(job.path).read_text("ascii"))


def sleeping(job: Job) -> Iterator[Event]:
    """Take so many seconds before the first page."""
    time.sleep(_amount(job))
    yield Trouble(code="damaged_image", facts={"detail": "slept"})


def sleeping_on_a_page(job: Job) -> Iterator[Event]:
    """Take so many seconds on the only page."""
    yield Found(media_type=MediaType.PDF, pages=1)
    if job.first_page > 1:  # asked to go on behind it
        return
    yield Begun(page=1)
    time.sleep(_amount(job))
    yield Trouble(code="damaged_page", page=1, facts={"detail": "slept"})


def holding(job: Job) -> Iterator[Event]:
    """Hold so many megabytes at once."""
    held = bytearray(int(_amount(job)) << 20)
    yield Trouble(code="damaged_image", facts={"detail": f"held {len(held)}"})


def filling(job: Job) -> Iterator[Event]:
    """Leave so many kilobytes in the job's folder, and take a while."""
    (Path(job.out) / "large.bin").write_bytes(bytes(int(_amount(job)) << 10))
    time.sleep(1.2)
    yield Trouble(code="damaged_image", facts={"detail": "filled"})


def boasting(job: Job) -> Iterator[Event]:
    """Open a file as usual, but say that its page has a hundred million times more pixels."""
    for event in open_path(job):
        for record in Path(job.out).glob("*.json"):
            told = (
                record.read_text("utf-8")
                .replace('"height":', '"height":9')
                .replace('"width":', '"width":9')
            )
            record.write_text(told, "utf-8")
        yield event
