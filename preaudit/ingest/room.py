"""The two folders that a worker shares with us: what it may read, and where it may write.

A file goes in as a copy, so that nothing a worker does reaches the applicant's own. What comes out
is taken only if it is a plain file with a name of the kind that was agreed: a link that a worker
left behind would otherwise be followed by us, outside of all walls.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import stat
import tempfile
import time
from pathlib import Path

from preaudit.ingest.records import FILE_NAME, Job

_PAPER = "paper"
_PREFIX = "preaudit-room-"
_LEFT_BEHIND_S = 60.0
_AGREED = re.compile(FILE_NAME)


class Room:
    """A folder of a worker's own under the system's temporary folder.

    Args:
        seen_at: What the worker calls it; by default as we do.
    """

    def __init__(self, seen_at: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._held = _hold(self.folder)
        self._seen_at = seen_at or self.folder
        for name in ("in", "out"):
            (self.folder / name).mkdir()

    def put(self, job: Job) -> Job:
        """Copy the job's file in and return the job as the worker is to see it.

        Raises:
            OSError: The file cannot be read, or there is no space.
        """
        self._clear()
        shutil.copyfile(job.path, self.folder / "in" / _PAPER)
        seen = {"path": str(self._seen_at / "in" / _PAPER), "out": str(self._seen_at / "out")}
        return job.model_copy(update=seen)

    def take(self, job: Job) -> None:
        """Move what the worker wrote into the job's own folder, and clear the rest away."""
        for found in os.scandir(self.folder / "out"):
            if _AGREED.fullmatch(found.name) and stat.S_ISREG(
                found.stat(follow_symlinks=False).st_mode
            ):
                shutil.move(found.path, Path(job.out) / found.name)
        self._clear()

    def _clear(self) -> None:
        for name in ("in", "out"):
            for found in os.scandir(self.folder / name):
                if found.is_dir(follow_symlinks=False):
                    shutil.rmtree(found.path, ignore_errors=True)
                else:
                    Path(found.path).unlink(missing_ok=True)

    def close(self) -> None:
        """Remove it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._held is not None:
            os.close(self._held)
            self._held = None


def sweep() -> None:
    """Remove rooms whose owner was killed before it could: nobody holds their lock any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            young = time.time() - folder.stat().st_mtime < _LEFT_BEHIND_S
        except OSError:
            continue
        held = None if young else _hold(folder)
        if held is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(held)


def _hold(folder: Path) -> int | None:
    """Lock a room and return the lock; None when another process holds it."""
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        return None
    return held
