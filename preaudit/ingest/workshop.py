"""Where files are opened: warm worker processes, one for each thread that opens files at a time."""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from preaudit.errors import SandboxError
from preaudit.ingest.records import EVENTS, Ending, Job, Tried
from preaudit.ingest.room import sweep
from preaudit.ingest.walls import (
    ROOM,
    NoWallError,
    Plan,
    Wall,
    bubblewrapped,
    call_filter,
    plan_for,
    readable_places,
)
from preaudit.ingest.warm import GoneError, WarmWorker

OPENER = "preaudit.ingest.opening:open_path"
_PROBE = "preaudit.ingest.probing:probe"
_JOBS_EACH = 200
"""A worker is replaced after so many files, whatever they were."""
_LEVEL_2 = frozenset({Wall.LIMITS, Wall.NAMESPACES, Wall.SECCOMP})
_LOG = logging.getLogger("preaudit.ingest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands between a file that is opened and this machine, as tried out at the start."""

    level: int
    """2 when namespaces and the filter of system calls stand and every way out was barred."""
    walls: tuple[Wall, ...]
    missing: tuple[str, ...]
    """What is not there and why, for the person who runs the machine."""
    open_ways: tuple[str, ...]
    """Ways out that the self-test found open."""

    def __str__(self) -> str:
        """Return it in a line."""
        said = f"level {self.level} ({', '.join(self.walls)})"
        if self.open_ways:
            said += f"; open: {', '.join(self.open_ways)}"
        return "; ".join((said, *self.missing))


@dataclass(slots=True, kw_only=True)
class Workshop:
    """Keeps warm workers and hands jobs to them; safe to be used from several threads.

    Starting a worker costs about half a second, a job on a warm one a few milliseconds. The first
    worker is asked to break out before it is given a file; `standing` tells how that went.
    """

    opener: str = OPENER
    """`module:function` that opens a file inside the worker."""
    search_path: tuple[Path, ...] = ()
    """Folders besides our own package in which the worker may find that module."""
    walls: frozenset[Wall] = frozenset(Wall)
    """Those that are wanted; what this machine cannot build is left out, and said so."""
    deadly: bool = False
    """Whether a forbidden system call kills instead of failing, so that none goes unnoticed."""
    cpu_s: float = 0.0
    """The processor time that all jobs took so far."""
    _idle: list[WarmWorker] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _starting: threading.Lock = field(default_factory=threading.Lock)
    _owner: int = field(default_factory=os.getpid)
    _starter: ThreadPoolExecutor | None = None
    _plan: Plan | None = None
    _standing: Standing | None = None

    def standing(self) -> Standing:
        """Return which walls stand; the first call starts a worker and tries them."""
        with self._starting:
            if self._standing is None or self._owner != os.getpid():
                sweep()
                self._standing = self._tried_out()
                if self.walls == frozenset(Wall) and self._standing.level < 2:  # noqa: PLR2004
                    _LOG.warning("files are opened behind fewer walls: %s", self._standing)
            return self._standing

    def require(self, level: int) -> None:
        """Refuse to go on below a level.

        Raises:
            SandboxError: Fewer walls stand; the message names what is missing.
        """
        standing = self.standing()
        if standing.level < level:
            raise SandboxError(
                f"files must be opened at sandbox level {level} or above, but this machine "
                f"reaches {standing}",
                code="sandbox_too_weak",
            )

    def run(self, job: Job) -> Ending:
        """Return how a job ended; a worker that broke counts as a job that died."""
        try:
            self.standing()
            worker = self._take()
        except (GoneError, OSError) as error:
            return Ending(how="died", detail=type(error).__name__, lines=[])
        try:
            ending = worker.run(job)
        except GoneError as error:
            return Ending(how="died", detail=type(error).__name__, lines=[])
        self.cpu_s += ending.cpu_s
        if ending.how != "finished" or worker.jobs >= _JOBS_EACH:
            worker.stop()
        else:
            with self._lock:
                self._idle.append(worker)
        return ending

    def _take(self) -> WarmWorker:
        with self._lock:
            self._mine()
            while self._idle:
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                worker.stop()
        if self._plan is None:
            raise GoneError
        return self._started(self._plan)

    def _mine(self) -> None:
        """Forget workers and threads of a process that forked us: their pipes belong to it."""
        if self._owner != os.getpid():
            self._idle.clear()
            self._starter = None
            self._owner = os.getpid()

    def _started(self, plan: Plan) -> WarmWorker:
        """Start a worker, always from the same thread: the kernel ends it when that thread ends."""
        with self._lock:
            self._mine()
            if self._starter is None:
                self._starter = ThreadPoolExecutor(1, thread_name_prefix="preaudit-workshop")
            starter = self._starter
        behind = Wall.NAMESPACES in plan.walls

        def wrapped(command: Sequence[str], room: Path) -> list[str]:
            if not behind:
                return list(command)
            return bubblewrapped(command, room=room, readable=plan.readable)

        return starter.submit(
            WarmWorker,
            plan,
            wrapped,
            search_path=self.search_path,
            seen_at=ROOM if behind else None,
        ).result()

    def _tried_out(self) -> Standing:
        """Start the first worker behind all walls that can be built, and try them.

        Raises:
            GoneError: Not even a worker without walls starts.
        """
        readable = readable_places(self.search_path)
        plan, missing = plan_for(self.walls, opener=self.opener, readable=readable, deadly=False)
        try:
            worker = self._started(plan)
        except (GoneError, NoWallError, OSError) as error:
            if Wall.NAMESPACES not in plan.walls:
                raise
            missing[Wall.NAMESPACES] = str(error) or "bubblewrap is refused"
            without = tuple(wall for wall in plan.walls if wall is not Wall.NAMESPACES)
            plan = plan.model_copy(update={"walls": without})
            worker = self._started(plan)
        tried = _probed(worker)
        if self.deadly and plan.calls:
            worker.stop()
            plan = plan.model_copy(update={"calls": call_filter(deadly=True)})
        else:
            with self._lock:
                self._idle.append(worker)
        self._plan = plan
        return _judged(plan, missing, tried)

    def close(self) -> None:
        """Stop all idle workers."""
        with self._lock:
            idle, self._idle = self._idle, []
            starter, self._starter = self._starter, None
        if self._owner == os.getpid():
            for worker in idle:
                worker.stop()
            if starter is not None:
                starter.shutdown(wait=False)


def _probed(worker: WarmWorker) -> tuple[Tried, ...]:
    """Return what the self-test tried. It is given this file: any would do."""
    ending = worker.probe(_PROBE, Path(__file__))
    return tuple(event for event in map(_event, ending.lines) if isinstance(event, Tried))


def _event(line: str) -> object:
    try:
        return EVENTS.validate_json(line)
    except ValidationError:
        return None


def _judged(plan: Plan, missing: dict[Wall, str], tried: tuple[Tried, ...]) -> Standing:
    open_ways = tuple(one.probe for one in tried if not one.barred)
    whole = set(plan.walls) >= _LEVEL_2 and bool(tried) and not open_ways
    return Standing(
        level=2 if whole else 1,
        walls=plan.walls,
        missing=tuple(f"no {wall}: {why}" for wall, why in sorted(missing.items())),
        open_ways=open_ways if tried else ("not tried",),
    )


@cache
def shared_workshop() -> Workshop:
    """Return the workshop of this process; it closes when the process ends."""
    workshop = Workshop()
    atexit.register(workshop.close)
    return workshop
