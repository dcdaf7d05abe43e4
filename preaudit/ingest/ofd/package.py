"""The package of an OFD: a ZIP whose parts are read by name, within limits, and never unpacked.

Names inside the package are only ever looked up in its own list of parts, so a path that climbs out
of it, or names a file of this machine, leads nowhere.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from preaudit.ingest.problems import Refusal
from preaudit.ingest.records import Job

_MB = 1 << 20
_RATIO_FROM_BYTES = 10 << 20
_CHUNK = 1 << 16
_KEPT_BYTES = 32 << 20
"""So much is kept of what was read first: templates, resources and seals are used many times."""
_ENCRYPTED = 0x1 | 0x40
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, KeyError,
)  # fmt: skip


class MissingPart(Exception):  # noqa: N818  # a state of the package
    """A part that something points to is not in the package."""


@dataclass(slots=True, kw_only=True)
class Inflated:
    """How many bytes came out so far, of a package and those inside it."""

    limit_mb: int
    ratio: int
    part_mb: int = 100
    parts: int = 20_000
    count: int = 0

    def take(self, count: int) -> None:
        """Count bytes that came out.

        Raises:
            Refusal: `package_inflated`: more than one file may inflate to.
        """
        self.count += count
        if self.count > self.limit_mb * _MB:
            raise Refusal("package_inflated", limit_mb=self.limit_mb)


def inflated(job: Job) -> Inflated:
    """Return a fresh count under the limits of a job."""
    return Inflated(
        limit_mb=job.inflated_mb, ratio=job.inflation_ratio, part_mb=job.part_mb, parts=job.parts
    )


class Package:
    """The parts of one OFD.

    Args:
        file: Where it lies, or its bytes.
        count: What may still be inflated.

    Raises:
        Refusal: `damaged_ofd`, `unsafe_ofd`, `encrypted_ofd`, or the limit that it is beyond.
    """

    def __init__(self, file: Path | bytes, count: Inflated) -> None:
        self._count = count
        self._kept: dict[str, bytes] = {}
        self._room = _KEPT_BYTES
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file)
        except _DAMAGE as error:
            raise Refusal("damaged_ofd", detail=type(error).__name__) from error
        parts = self._zip.infolist()
        if len(parts) > count.parts:
            raise Refusal("too_many_parts", limit=count.parts)
        self._parts: dict[str, zipfile.ZipInfo] = {}
        for part in parts:
            self._add(part)
        self._folded = {name.casefold(): name for name in self._parts}

    def _add(self, part: zipfile.ZipInfo) -> None:
        if part.filename.endswith("/"):
            return
        name = "/".join(_steps(part.filename.replace("\\", "/"), ()) or ())
        if name in self._parts:  # which one a reader shows would be a matter of taste
            raise Refusal("unsafe_ofd", detail=f"{name[:80]} twice")
        if name:
            self._parts[name] = part

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, in the order of the package, without a leading slash."""
        return tuple(self._parts)

    def find(self, place: str, *, near: str = "") -> str | None:
        """Return the name of the part that a path means; None when there is none.

        Args:
            place: As written: from the root with a leading slash, else from where it is written.
                Many writers leave out the slash, so the root is tried as well.
            near: The part in which it is written.
        """
        written = place.strip().replace("\\", "/")
        folder = tuple(near.split("/")[:-1])
        tries: list[tuple[str, ...]] = [()] if written.startswith("/") else [folder, ()]
        if folder and written.startswith("/"):
            tries.append(folder)
        for start in tries:
            steps = _steps(written, start)
            name = "/".join(steps or ())
            if name in self._parts:
                return name
            if name.casefold() in self._folded:
                return self._folded[name.casefold()]
        return None

    def find_by_last_step(self, place: str) -> str | None:
        """Return the only part whose name ends like a path; None when there is none or several."""
        last = place.replace("\\", "/").rpartition("/")[2].strip().casefold()
        found = [name for name in self._parts if name.rpartition("/")[2].casefold() == last]
        return found[0] if last and len(found) == 1 else None

    def read(self, name: str) -> bytes:
        """Return the bytes of a part.

        Raises:
            MissingPart: There is no such part.
            Refusal: It is encrypted, damaged, or larger than a part may be.
        """
        if name in self._kept:
            return self._kept[name]
        part = self._parts.get(name)
        if part is None:
            raise MissingPart(name)
        if part.flag_bits & _ENCRYPTED:
            raise Refusal("encrypted_ofd")
        if part.compress_type not in _METHODS:
            raise Refusal("unsafe_ofd", detail=f"method {part.compress_type}")
        try:
            data = self._inflated(part)
        except _DAMAGE as error:
            raise Refusal("damaged_ofd", detail=f"{name[:80]}: {type(error).__name__}") from error
        if len(data) <= self._room:
            self._room -= len(data)
            self._kept[name] = data
        return data

    def _inflated(self, part: zipfile.ZipInfo) -> bytes:
        out = bytearray()
        with self._zip.open(part) as packed:
            while chunk := packed.read(_CHUNK):
                out += chunk
                self._count.take(len(chunk))
                size = len(out)
                if size > self._count.part_mb * _MB:
                    raise Refusal("part_too_large", limit_mb=self._count.part_mb)
                most = self._count.ratio * max(1, part.compress_size)
                if size > _RATIO_FROM_BYTES and size > most:
                    raise Refusal("part_ratio", limit=self._count.ratio)
        return bytes(out)

    def inner(self, data: bytes) -> Package:
        """Return the package in some bytes of this one, under the same count.

        Raises:
            Refusal: As for any package.
        """
        return Package(data, self._count)


def leaves(place: str, *, near: str = "") -> bool:
    """Tell whether a path climbs out of the package."""
    written = place.strip().replace("\\", "/")
    folder = () if written.startswith("/") else tuple(near.split("/")[:-1])
    return _steps(written, folder) is None


def _steps(path: str, start: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the steps of a path from a folder; None when it climbs above the root."""
    steps = list(start)
    for step in path.split("/"):
        if step == "..":
            if not steps:
                return None
            steps.pop()
        elif step not in {"", "."}:
            steps.append(step)
    return tuple(steps)
