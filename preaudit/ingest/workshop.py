"""Where files are opened: warm worker processes, one for each thread that opens files at a time."""

from __future__ import annotations

import atexit
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from preaudit.ingest.records import Ending, Job

OPENER = "preaudit.ingest.opening:open_path"
_START_S = 60.0
_GRACE_S = 5.0
"""How long after a job's own limit its answer may still come."""
_MAX_ANSWER_BYTES = 64 << 20


class _Gone(Exception):  # noqa: N818  # a state of the worker
    """The worker process does not answer."""


class _Worker:
    """One warm process (`preaudit.ingest.worker`) and the pipes to it."""

    def __init__(self, opener: str, search_path: Sequence[Path]) -> None:
        package_root = Path(__file__).resolve().parents[2]
        roots = [str(package_root), *(str(folder) for folder in search_path)]
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": os.pathsep.join(roots),
            "PYTHONUTF8": "1",
            "OPENBLAS_NUM_THREADS": "1",  # a process with threads cannot be forked safely
            "OMP_NUM_THREADS": "1",
        }
        self._process = subprocess.Popen(  # noqa: S603  # our own module, no outside words
            [sys.executable, "-m", "preaudit.ingest.worker", opener],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        try:
            self._line(_START_S)  # it says that it is ready
        except BaseException:
            self.stop()
            raise

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def run(self, job: Job) -> Ending:
        """Return how a job ended.

        Raises:
            _Gone: The process died or does not answer; it has been stopped.
        """
        try:
            self._write(job.model_dump_json().encode() + b"\n")
            return Ending.model_validate_json(self._line(job.file_timeout_s + _GRACE_S))
        except (_Gone, OSError, ValidationError) as error:
            self.stop()
            raise _Gone from error

    def stop(self) -> None:
        """End the process and whatever it started."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _write(self, data: bytes) -> None:
        if self._process.stdin is None:
            raise _Gone
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def _line(self, timeout_s: float) -> bytes:
        stdout = self._process.stdout
        if stdout is None:
            raise _Gone
        until = time.monotonic() + timeout_s
        data = b""
        while not data.endswith(b"\n"):
            left = until - time.monotonic()
            if left <= 0 or not select.select([stdout], [], [], left)[0]:
                raise _Gone
            chunk = os.read(stdout.fileno(), 1 << 16)
            if not chunk or len(data) > _MAX_ANSWER_BYTES:
                raise _Gone
            data += chunk
        return data


@dataclass(slots=True, kw_only=True)
class Workshop:
    """Keeps warm workers and hands jobs to them; safe to be used from several threads.

    Starting a worker costs about half a second, a job on a warm one a few milliseconds.
    """

    opener: str = OPENER
    """`module:function` that opens a file inside the worker."""
    search_path: tuple[Path, ...] = ()
    """Folders besides our own package in which the worker may find that module."""
    _idle: list[_Worker] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _owner: int = field(default_factory=os.getpid)

    def run(self, job: Job) -> Ending:
        """Return how a job ended; a worker that broke counts as a job that died."""
        try:
            worker = self._take()
            ending = worker.run(job)
        except (_Gone, OSError) as error:
            return Ending(how="died", detail=type(error).__name__.strip("_"), lines=[])
        with self._lock:
            self._idle.append(worker)
        return ending

    def _take(self) -> _Worker:
        with self._lock:
            if self._owner != os.getpid():  # the pipes belong to the process that forked us
                self._idle.clear()
                self._owner = os.getpid()
            while self._idle:
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                worker.stop()
        return _Worker(self.opener, self.search_path)

    def close(self) -> None:
        """Stop all idle workers."""
        with self._lock:
            idle, self._idle = self._idle, []
        if self._owner == os.getpid():
            for worker in idle:
                worker.stop()


@cache
def shared_workshop() -> Workshop:
    """Return the workshop of this process; it closes when the process ends."""
    workshop = Workshop()
    atexit.register(workshop.close)
    return workshop
