"""Inside a worker's child, before it touches a byte of the file: it gives up what it will not need.

Whatever fails here ends the child: a file is never opened behind fewer walls than were promised.
"""

from __future__ import annotations

import base64
import ctypes
import os
import resource
import signal
import sys

from preaudit.ingest.landlock import allow_only
from preaudit.ingest.records import Job
from preaudit.ingest.walls import Plan, Wall

_FILE_SIZE_MB = 256
OPEN_FILES = 64
_PROCESSES = 256
"""Of this user in all. It does not bind root; the filter of system calls does."""
_MB = 1 << 20
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_INSTRUCTION_BYTES = 8


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def confine(job: Job, plan: Plan) -> None:
    """Give up everything but what is needed to open one file.

    Raises:
        OSError: One of the walls that were promised cannot be built.
    """
    os.setsid()
    _limit(job)
    if sys.platform != "linux":
        return
    _control(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _control(_PR_SET_DUMPABLE, 0)
    _control(_PR_SET_NO_NEW_PRIVS, 1)
    if Wall.LANDLOCK in plan.walls:
        allow_only(readable=(*plan.readable, job.path), writable=(job.out, *plan.devices))
    if Wall.SECCOMP in plan.walls:
        _filter_calls(base64.b64decode(plan.calls))


def _limit(job: Job) -> None:
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, int(job.file_timeout_s) + 2),
        (resource.RLIMIT_FSIZE, max(_FILE_SIZE_MB, job.file_mb + 1) * _MB),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_NPROC, _PROCESSES),
        (resource.RLIMIT_AS, job.memory_mb * _MB),
    ):
        _, hard = resource.getrlimit(what)
        most_allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most_allowed, most_allowed))


def _control(option: int, argument: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, ctypes.c_ulong(argument), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def _filter_calls(program: bytes) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    filter_ = _Program(length=len(program) // _INSTRUCTION_BYTES, instructions=program)
    mode = ctypes.c_ulong(_SECCOMP_MODE_FILTER)
    if libc.prctl(_PR_SET_SECCOMP, mode, ctypes.byref(filter_), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")
