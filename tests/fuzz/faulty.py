"""An opener with a fault, to see that it is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from preaudit.ingest.problems import Refusal
from preaudit.ingest.records import Event, Job


def stumble(job: Job) -> Iterator[Event]:
    """Stumble over one word; refuse all else."""
    if b"BANG" in Path(job.path).read_bytes():
        raise KeyError("BANG")
    yield from ()
    raise Refusal("empty_file")
