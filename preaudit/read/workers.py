"""Reading in processes of its own: every page on one core, none in another's way.

Threads of one process wait for each other whenever they are not inside a network; processes do not,
and a network that crashes or hangs on a page takes only that page along. A process is started when
a page is waiting and none is idle, so there are as many as pages are read at a time.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from preaudit.read.frames import LENGTH, framed
from preaudit.read.reader import READINGS, Identity, Reading, identity, not_read
from preaudit.settings import Settings
from preaudit.sheet import Sheet
from preaudit.weights import verify

_START_S: Final = 120.0
_GRACE: Final = 1.5
_GRACE_S: Final = 15.0
"""What a page may take beyond its limit, which its reader watches itself, before it is killed."""
_MAX_ANSWER_BYTES: Final = 256 << 20
_PAGES_EACH: Final = 2000
"""A process is replaced after so many pages, whatever they were."""


class GoneError(Exception):
    """The process does not answer any more."""


@contextmanager
def reading_workers(settings: Settings) -> Iterator[WorkerReader]:
    """Lend a reader whose processes end with the block.

    Raises:
        WeightsError: Networks are missing or altered.
    """
    reader = WorkerReader(settings)
    try:
        yield reader
    finally:
        reader.close()


class WorkerReader:
    """Reads sheets in other processes; threads that share it each get a process."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings; no process is started yet.

        Raises:
            WeightsError: Networks are missing or altered.
        """
        verify(settings.weights_dir)
        self._settings = settings.model_copy(update={"threads": 1})
        self._identity = identity(settings)
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()
        self._closed = False

    @property
    def identity(self) -> Identity:
        """What reads."""
        return self._identity

    def read(self, sheet: Sheet) -> Reading:
        """Return what the sheet says; a sheet that broke its reader gives a page not read."""
        try:
            worker = self._taken()
            reading = worker.read(sheet)
        except (GoneError, OSError, ValidationError):
            return not_read(sheet, "识别程序异常退出", "the process that read it ended")
        self._put_back(worker)
        return reading

    def close(self) -> None:
        """End the processes that are idle, and the others when they are done."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.stop()

    def _taken(self) -> _Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _Worker(self._settings)

    def _put_back(self, worker: _Worker) -> None:
        with self._lock:
            if not self._closed and worker.pages < _PAGES_EACH:
                self._idle.append(worker)
                return
        worker.stop()


class _Worker:
    """One process (`preaudit.read.worker`) and the pipes to it.

    Raises:
        GoneError: It does not start.
    """

    def __init__(self, settings: Settings) -> None:
        self.pages = 0
        self._limit_s = _GRACE * settings.limits.read_timeout_s + _GRACE_S
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH")) if part)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "preaudit.read.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )
        # A reader that is never closed must not leave processes behind.
        self._end = weakref.finalize(self, _ended, self._process)
        try:
            self._say(pickle.dumps(settings))
            self._answer(_START_S)  # it says that it is ready
        except BaseException:
            self.stop()
            raise

    def read(self, sheet: Sheet) -> Reading:
        """Return what the sheet says.

        Raises:
            GoneError: The process died or does not answer; it has been stopped.
        """
        self.pages += 1
        try:
            self._say(pickle.dumps(sheet))
            return READINGS.validate_json(self._answer(self._limit_s))
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the process."""
        self._end()

    def _say(self, data: bytes) -> None:
        if self._process.stdin is None:
            raise GoneError
        self._process.stdin.write(framed(data))
        self._process.stdin.flush()

    def _answer(self, timeout_s: float) -> bytes:
        until = time.monotonic() + timeout_s
        (length,) = LENGTH.unpack(self._bytes(LENGTH.size, until))
        if length > _MAX_ANSWER_BYTES:
            raise GoneError
        return self._bytes(length, until)

    def _bytes(self, count: int, until: float) -> bytes:
        stdout = self._process.stdout
        if stdout is None:
            raise GoneError
        found = bytearray()
        while len(found) < count:
            left = until - time.monotonic()
            if left <= 0 or not select.select([stdout], [], [], left)[0]:
                raise GoneError
            chunk = os.read(stdout.fileno(), count - len(found))
            if not chunk:
                raise GoneError
            found += chunk
        return bytes(found)


def _ended(process: subprocess.Popen[bytes]) -> None:
    """End a process and close the pipes to it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except OSError:
                continue
