"""Readings that are kept, so that the same page is not read twice.

A reading is found again by the file's SHA-256, the page, and everything that may change what is
read there: the reader's networks and engines, and the very code of opening and reading, so that no
reading outlives the program that made it. Files are written whole or not at all, for their owner
only, and the oldest go when there are too many: they hold what papers say.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from preaudit.read.reader import READINGS, Identity, Reader, Reading
from preaudit.settings import Settings
from preaudit.sheet import Sheet

_ROOMS: Final = ("ingest", "read")
_OWNER_ONLY: Final = 0o700
_LEVEL: Final = 1
_MB: Final = 1 << 20


def keeping(reader: Reader, settings: Settings) -> Reader:
    """Return the reader, which from now on reads nothing twice unless settings forbid it."""
    if not settings.keep_readings:
        return reader
    return KeepingReader(
        reader,
        settings.readings_dir,
        most_mb=settings.readings_mb,
        drawn_at=f"{settings.limits.render_mpx} Mpx",
    )


class KeepingReader:
    """A reader that looks among its earlier readings first."""

    def __init__(self, reader: Reader, folder: Path, *, most_mb: int, drawn_at: str = "") -> None:
        """Keep readings in a folder.

        Args:
            reader: Reads what was not read before.
            folder: Made when missing.
            most_mb: The oldest readings go beyond that.
            drawn_at: How large pages are drawn at most, which changes what is read there.
        """
        self._drawn_at = drawn_at
        self._reader = reader
        self._folder = folder
        self._most_mb = most_mb
        folder.mkdir(parents=True, exist_ok=True, mode=_OWNER_ONLY)
        self._drop_oldest()

    @property
    def identity(self) -> Identity:
        """What reads."""
        return self._reader.identity

    def read(self, sheet: Sheet) -> Reading:
        """Return what the sheet says, from an earlier reading where there is one."""
        path = self._folder / self._name(sheet)
        with contextlib.suppress(OSError, ValidationError, EOFError, gzip.BadGzipFile):
            kept = READINGS.validate_json(gzip.decompress(path.read_bytes()))
            os.utime(path)
            return replace(kept, seconds=())
        reading = self._reader.read(sheet)
        if not reading.problems:
            # A disk that is full or cannot be written to costs time next time, nothing else.
            with contextlib.suppress(OSError):
                self._write(path, reading)
        return reading

    def _name(self, sheet: Sheet) -> str:
        seen = (sheet.width_mm, sheet.height_mm, sheet.dpi, len(sheet.glyphs), len(sheet.rulings))
        page = f"{sheet.source.sha256};{sheet.page};{seen};{self._drawn_at}"
        said = f"{page};{self.identity.cache_key};{_code_digest()}"
        return f"{hashlib.sha256(said.encode()).hexdigest()}.json.gz"

    def _write(self, path: Path, reading: Reading) -> None:
        data = gzip.compress(READINGS.dump_json(reading), compresslevel=_LEVEL, mtime=0)
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
            file.write(data)
        Path(file.name).replace(path)

    def _drop_oldest(self) -> None:
        """Delete the readings that were not asked for longest, until the rest fits."""
        with contextlib.suppress(OSError):
            kept = sorted(
                ((path.stat().st_mtime, path.stat().st_size, path) for path in self._files()),
                reverse=True,
            )
            size = 0
            for _, bytes_, path in kept:
                size += bytes_
                if size > self._most_mb * _MB:
                    path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return [path for path in self._folder.iterdir() if path.is_file()]


@cache
def _code_digest() -> str:
    """Return a digest of the code that opens and reads files."""
    whole = hashlib.sha256()
    package = Path(__file__).parents[1]
    for room in _ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            whole.update(str(path.relative_to(package)).encode())
            whole.update(path.read_bytes())
    return whole.hexdigest()
