"""One warm worker process, seen from the process that started it: its pipes, its room, its end."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from preaudit.ingest.records import Ending, Job
from preaudit.ingest.room import Room
from preaudit.ingest.walls import Plan

Wrap = Callable[[Sequence[str], Path], list[str]]
"""Takes a command and the room's folder; returns the command that runs it behind walls."""
_START_S = 60.0
_GRACE_S = 5.0
"""How long after a job's own limit its answer may still come."""
_MAX_ANSWER_BYTES = 64 << 20
_COMPLAINT_BYTES = 300


class GoneError(Exception):
    """The worker process does not answer; the message is what it last complained of."""


class WarmWorker:
    """A process (`preaudit.ingest.worker`) that has the engines loaded, and the pipes to it.

    Args:
        plan: How it confines its children.
        wrap: Puts walls around the process itself.
        search_path: Folders besides our own package from which it imports.
        seen_at: What it calls its room, if not as we do.

    Raises:
        GoneError: It does not start.
    """

    def __init__(
        self, plan: Plan, wrap: Wrap, *, search_path: Sequence[Path], seen_at: Path | None
    ) -> None:
        self.jobs = 0
        self._room = Room(seen_at)
        try:
            command = [sys.executable, "-m", "preaudit.ingest.worker", plan.model_dump_json()]
            self._process = self._launched(wrap(command, self._room.folder), search_path)
        except BaseException:
            self._room.close()
            raise
        try:
            self._line(_START_S)  # it says that it is ready
        except GoneError as error:
            complaint = self._complaint()
            self.stop()
            raise GoneError(complaint) from error
        except BaseException:
            self.stop()
            raise

    def _launched(
        self, command: Sequence[str], search_path: Sequence[Path]
    ) -> subprocess.Popen[bytes]:
        package_root = Path(__file__).resolve().parents[2]
        roots = [str(package_root), *(str(folder) for folder in search_path)]
        environment = {
            "PATH": os.defpath,
            "PYTHONPATH": os.pathsep.join(roots),
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": "/",
            "OPENBLAS_NUM_THREADS": "1",  # a process with threads cannot be forked safely
            "OMP_NUM_THREADS": "1",
        }
        with (self._room.folder / "complaints").open("wb") as complaints:
            return subprocess.Popen(  # noqa: S603  # our own module, no outside words
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env=environment,
                start_new_session=True,
            )

    def _complaint(self) -> str:
        said = (self._room.folder / "complaints").read_bytes()[-_COMPLAINT_BYTES:]
        return said.decode("utf-8", "replace").strip().rpartition("\n")[2]

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def run(self, job: Job) -> Ending:
        """Return how a job ended; what it wrote then lies in the job's folder.

        Raises:
            GoneError: The process died or does not answer; it has been stopped.
        """
        self.jobs += 1
        try:
            self._write(self._room.put(job).model_dump_json().encode() + b"\n")
            ending = Ending.model_validate_json(self._line(job.file_timeout_s + _GRACE_S))
            self._room.take(job)
        except (GoneError, OSError, ValidationError) as error:
            self.stop()
            raise GoneError(type(error).__name__) from error
        return ending

    def probe(self, opener: str, path: Path) -> Ending:
        """Return what came of a self-test that opens and writes nothing."""
        job = Job(
            opener=opener,
            path=str(path),
            out=str(self._room.folder),
            first_page=1,
            image_mpx=1,
            image_frames=1,
            pdf_pages=1,
            render_mpx=1,
            inflated_mb=1,
            inflation_ratio=1,
            memory_mb=1024,
            file_timeout_s=_GRACE_S,
            page_timeout_s=_GRACE_S,
        )
        return self.run(job)

    def stop(self) -> None:
        """End the process and whatever it started, and remove its room."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            _close(stream)
        self._room.close()

    def _write(self, data: bytes) -> None:
        if self._process.stdin is None:
            raise GoneError
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def _line(self, timeout_s: float) -> bytes:
        stdout = self._process.stdout
        if stdout is None:
            raise GoneError
        until = time.monotonic() + timeout_s
        data = b""
        while not data.endswith(b"\n"):
            left = until - time.monotonic()
            if left <= 0 or not select.select([stdout], [], [], left)[0]:
                raise GoneError
            chunk = os.read(stdout.fileno(), 1 << 16)
            if not chunk or len(data) > _MAX_ANSWER_BYTES:
                raise GoneError
            data += chunk
        return data


def _close(stream: IO[bytes] | None) -> None:
    if stream is not None:
        with contextlib.suppress(OSError):
            stream.close()
