"""The warm process that opens files: it imports the engines once and forks once for each file.

Run as `python -m preaudit.ingest.worker`; `Workshop` starts it and talks to it over its stdin and
stdout, one line of JSON each way for a job. It never touches a file's bytes itself: its child does,
in a session of its own, confined (`preaudit.ingest.confinement`), its standard streams closed, and
only a pipe to tell what it found. When time is up the child's whole process group is killed. When
the parent goes away, stdin ends and so does this process; a child dies with it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import select
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from preaudit.ingest.confinement import OPEN_FILES, confine
from preaudit.ingest.problems import Refusal
from preaudit.ingest.records import MAX_LINE_BYTES, Done, Ending, Event, Job, Trouble
from preaudit.ingest.walls import Plan
from preaudit.sheet import MediaType

Opener = Callable[[Job], Iterator[Event]]

_MB = 1 << 20
_MAX_TOLD_BYTES = 16 << 20
_LEAVE_S = 0.5
_LOOK_S = 0.5
"""How often the job's folder is measured, and the parent is looked for."""
_BLOCK_BYTES = 4096
_STDIN = 0
_COMMON = (
    "numpy", "PIL.PngImagePlugin", "PIL.JpegImagePlugin", "PIL.TiffImagePlugin", "PIL.ImageOps",
    "pypdfium2", "pdfplumber", "pikepdf", "preaudit.ingest.pdf_file", "preaudit.ingest.image_file",
)  # fmt: skip
"""What most files need; a child need not import it each time."""
_RARER = {
    '"event":"signed"': "preaudit.ingest.pdf_signatures",
    f'"{MediaType.DOCX}"': "preaudit.ingest.docx_file",
    f'"{MediaType.XLSX}"': "preaudit.ingest.xlsx_file",
    f'"{MediaType.OFD}"': "preaudit.ingest.ofd",
    f'"{MediaType.HEIC}"': "pillow_heif",
}
"""What a file tells of itself, and the engine that takes long to import."""
_KEEP_FREE = bytearray(4 * _MB)
"""Given back when memory runs out, so that the child can still say so."""


def main() -> None:
    """Serve jobs until stdin ends."""
    os.umask(0o077)
    plan = Plan.model_validate_json(sys.argv[1])
    _warm_up(plan.opener)
    gc.freeze()  # what is here now is shared with every child and never collected there
    _answer(json.dumps({"ready": True}))
    for line in sys.stdin:
        ending = _run(Job.model_validate_json(line), plan)
        _answer(ending.model_dump_json())
        _learn(ending.lines)


def _answer(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _warm_up(opener: str) -> None:
    _opener(opener)
    for module in _COMMON:
        importlib.import_module(module)


def _learn(lines: Sequence[str]) -> None:
    """Import what a file needed and most do not, so that the next of its sort need not again."""
    told = "".join(line for line in lines if not line.startswith('{"event":"shown"'))
    for sign, module in _RARER.items():
        if sign in told and module not in sys.modules:
            importlib.import_module(module)
            gc.freeze()


def _opener(name: str) -> Opener:
    module, _, function = name.partition(":")
    found: Opener = getattr(importlib.import_module(module), function)
    return found


def _run(job: Job, plan: Plan) -> Ending:
    """Open one file in a child and return what it told and how it ended."""
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(told)
        _child(job, plan, tell)
    os.close(tell)
    lines, how = _listen(told, job)
    os.close(told)
    if how == "orphaned":
        _ended(pid, patience_s=0.0)
        sys.exit(0)
    status, used = _ended(pid, patience_s=_LEAVE_S if how == "finished" else 0.0)
    cost = {"peak_mb": used.ru_maxrss // 1024, "cpu_s": used.ru_utime + used.ru_stime}
    if how == "finished" and (status != 0 or not lines or '"done"' not in lines[-1]):
        return Ending.model_validate(
            {"how": "died", "detail": _cause(status), "lines": lines, **cost}
        )
    return Ending.model_validate({"how": how, "lines": lines, **cost})


def _listen(told: int, job: Job) -> tuple[list[str], str]:
    """Collect lines until the child closes its pipe, or runs out of time or space."""
    started = page_started = looked = time.monotonic()
    lines: list[str] = []
    rest = b""
    size = 0
    while True:
        now = time.monotonic()
        left = min(started + job.file_timeout_s, page_started + job.page_timeout_s) - now
        if left <= 0:
            return lines, "file_timeout" if now - started >= job.file_timeout_s else "page_timeout"
        ready = select.select([told, _STDIN], [], [], min(left, _LOOK_S))[0]
        if _STDIN in ready:  # nobody speaks during a job: this is the end of stdin
            return lines, "orphaned"
        if now - looked >= _LOOK_S:
            looked = now
            if _left_in(job.out) > job.temp_mb * _MB:
                return lines, "temp_full"
        if told not in ready:
            continue
        chunk = os.read(told, 1 << 16)
        size += len(chunk)
        if not chunk or size > _MAX_TOLD_BYTES:
            return lines, "finished"
        *whole, rest = (rest + chunk).split(b"\n")
        if whole:
            page_started = time.monotonic()
            lines += [line.decode("utf-8", "replace") for line in whole]
        if len(rest) > MAX_LINE_BYTES:
            return lines, "finished"


def _left_in(folder: str) -> int:
    """Return how many bytes lie in a folder; many empty files count too."""
    total = 0
    for here, folders, files in os.walk(folder):
        total += _BLOCK_BYTES * (len(folders) + len(files))
        for name in files:
            try:
                total += os.lstat(os.path.join(here, name)).st_blocks * 512  # noqa: PTH118  # names may be any bytes
            except OSError:
                continue
    return total


def _ended(pid: int, *, patience_s: float) -> tuple[int, resource.struct_rusage]:
    """Make sure that the child and all that it started are gone.

    A child that has said its last word is given a moment to leave by itself.

    Returns:
        Its wait status, and what it used.
    """
    until = time.monotonic() + patience_s
    done = status = 0
    while not done and time.monotonic() < until:
        done, status, used = os.wait4(pid, os.WNOHANG)
        if not done:
            time.sleep(0.001)
    _kill_group(pid)
    if not done:
        os.kill(pid, signal.SIGKILL)
        _, status, used = os.wait4(pid, 0)
    return status, used


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _cause(status: int) -> str:
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return f"exit {os.WEXITSTATUS(status)}"


def _child(job: Job, plan: Plan, tell: int) -> NoReturn:
    """Be the child: open the file, tell what is found, and leave without cleaning up."""
    code = 1
    try:
        _quiet(tell)
        confine(job, plan)
        tempfile.tempdir = job.out
        _tell_all(job, tell)
        code = 0
    finally:
        os._exit(code)


def _quiet(tell: int) -> None:
    """Part from the streams over which the parent is talked to: they are not the child's."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.closerange(3, tell)
    os.closerange(tell + 1, max(OPEN_FILES, tell + 64))


def _tell_all(job: Job, tell: int) -> None:
    def say(event: Event) -> None:
        line = event.model_dump_json().encode() + b"\n"
        while line:
            line = line[os.write(tell, line) :]

    for event in _guarded(job):
        say(event)
    say(Done())


def _guarded(job: Job) -> Iterator[Event]:
    """Yield the opener's events; whatever it raises becomes the last one."""
    try:
        yield from _opener(job.opener)(job)
    except Refusal as refusal:
        yield Trouble(code=refusal.code, page=refusal.page, facts=refusal.facts)
    except MemoryError:
        _KEEP_FREE.clear()
        yield Trouble(code="out_of_memory", facts={"limit_mb": str(job.memory_mb)})
    except OSError as error:
        no_space = error.errno in {28, 122}  # ENOSPC, EDQUOT
        code = "disk_full" if no_space else "worker_crashed"
        yield Trouble(code=code, facts={"detail": _place(error)})
    except Exception as error:  # noqa: BLE001  # any bytes may raise anything in an engine
        yield Trouble(code="worker_crashed", facts={"detail": _place(error)})


def _place(error: BaseException) -> str:
    """Return what went wrong and the last place in our own code where it did."""
    ours = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "preaudit" in frame.filename and "site-packages" not in frame.filename
    ]
    return ", ".join((type(error).__name__[:80], *ours[-1:]))[:160]


if __name__ == "__main__":
    main()
