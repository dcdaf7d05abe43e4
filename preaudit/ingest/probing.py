"""An opener that opens nothing: it tries what must not work, from where files are opened.

What a worker announces is a promise; this is the proof. It is run before the first file.
"""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from preaudit.ingest.records import Event, Job, Tried

ALWAYS_BARRED = frozenset({"descriptors", "memory"})
"""What the kernel's limits alone bar."""


def probe(_: Job) -> Iterator[Event]:
    """Try each way out and tell whether it is barred."""
    for name, attempt in _ATTEMPTS.items():
        try:
            attempt()
        except (OSError, MemoryError, LookupError):
            yield Tried(probe=name, barred=True)
        else:
            yield Tried(probe=name, barred=False)


def _network() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.connect(("192.0.2.1", 9))  # an address that is kept for documentation


def _passwords() -> None:
    Path("/etc/passwd").read_bytes()


def _write() -> None:
    for folder in ("/tmp", "/var/tmp", "/"):  # noqa: S108  # that is the question
        try:
            descriptor, name = tempfile.mkstemp(dir=folder)
        except OSError:
            continue
        os.close(descriptor)
        Path(name).unlink()
        return
    raise PermissionError


def _processes() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _programs() -> None:
    child = os.posix_spawn("/usr/bin/env", ["env"], {}, file_actions=_SILENT)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        raise PermissionError


def _descriptors() -> None:
    kept = [os.open(os.devnull, os.O_RDONLY) for _ in range(1000)]
    for one in kept:
        os.close(one)


def _memory() -> None:
    bytearray(1 << 40)


_SILENT = ((os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),)
_ATTEMPTS: dict[str, Callable[[], None]] = {
    "network": _network,
    "passwords": _passwords,
    "write outside": _write,
    "processes": _processes,
    "programs": _programs,
    "descriptors": _descriptors,
    "memory": _memory,
}
