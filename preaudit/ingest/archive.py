"""ZIP archives, unpacked within limits under names that we choose.

Nothing an archive says of itself is believed: sizes are counted while bytes come out, names are for
people only, and what comes out lies in the work folder under a running number. A fault in one entry
costs that entry; only an archive that is built to deceive (entries that share bytes) is left alone.
"""

from __future__ import annotations

import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import IO

from preaudit.ingest.intake import Entry
from preaudit.ingest.problems import Refusal, refused
from preaudit.ingest.sniff import directory_within_reach
from preaudit.report import Problem
from preaudit.settings import Limits

_CHUNK = 1 << 16
_RATIO_FROM_BYTES = 10 << 20
"""Small files may compress as well as they like: no one is harmed by 10 MB."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
"""LZMA is left out: its dictionary may be gigabytes, whatever comes out."""
_UTF8_FLAG = 0x800
_ENCRYPTED = 0x1 | 0x40
_LOCAL_HEADER_BYTES = 30
_MB = 1 << 20
_DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError)


@dataclass(slots=True, kw_only=True)
class Allowance:
    """What is left of the limits that hold across all archives of a case."""

    limits: Limits
    folder: Path
    """Where unpacked bytes go."""
    inflated: int = 0
    written: int = 0
    problems: list[Problem] = field(default_factory=list)

    def next_path(self) -> Path:
        """Return a fresh path for one unpacked file."""
        self.written += 1
        return self.folder / f"{self.written:05d}.bin"

    def take(self, count: int) -> None:
        """Count bytes that came out.

        Raises:
            Refusal: More than the case may inflate to.
        """
        self.inflated += count
        if self.inflated > self.limits.inflated_mb * _MB:
            raise Refusal("zip_inflated", limit_mb=self.limits.inflated_mb)

    def report(self, refusal: Refusal, name: str) -> None:
        """Keep a refusal as a problem of the file with this name."""
        self.problems.append(refused(refusal, file=name))


def unpack(path: Path, *, name: str, prefix: str, allowance: Allowance) -> Iterator[Entry]:
    """Yield the files of one archive as they are unpacked; what is refused goes to the allowance.

    Args:
        path: The archive.
        name: What the archive is called in the case.
        prefix: Goes before the names of its entries; empty or ending in a slash.
        allowance: What may still be taken.
    """
    try:
        with _opened(path, allowance.limits) as archive:
            for info in archive.infolist():
                entry = _unpacked(archive, info, prefix, allowance)
                if entry is not None:
                    yield entry
    except Refusal as refusal:
        allowance.report(refusal, name)
    except _DAMAGE as error:
        allowance.report(Refusal("damaged_zip", detail=type(error).__name__), name)


def _opened(path: Path, limits: Limits) -> zipfile.ZipFile:
    if directory_within_reach(path) > limits.zip_entries:
        raise Refusal("zip_too_many_entries", limit=limits.zip_entries)
    archive = zipfile.ZipFile(path)
    if len(archive.infolist()) > limits.zip_entries:
        archive.close()
        raise Refusal("zip_too_many_entries", limit=limits.zip_entries)
    if _overlaps(archive):
        archive.close()
        raise Refusal("zip_overlap")
    return archive


def _overlaps(archive: zipfile.ZipFile) -> bool:
    """Tell whether two entries claim the same bytes."""
    spans = sorted(
        (info.header_offset, info.header_offset + _LOCAL_HEADER_BYTES + info.compress_size)
        for info in archive.infolist()
    )
    return any(start < end for (_, end), (start, _) in pairwise(spans))


def _unpacked(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, prefix: str, allowance: Allowance
) -> Entry | None:
    """Unpack one entry; a fault in it becomes a problem, but a spent allowance ends the archive."""
    printed = decoded_name(info)
    name = prefix + shown(printed)
    try:
        _check(info, printed, allowance.limits)
        if printed.endswith("/") or is_clutter(printed):
            return None
        return Entry(name=name, path=_extracted(archive, info, allowance))
    except Refusal as refusal:
        if refusal.code == "zip_inflated":
            raise
        allowance.report(refusal, name)
    except _DAMAGE as error:
        allowance.report(Refusal("damaged_zip_entry", detail=type(error).__name__), name)
    return None


def _check(info: zipfile.ZipInfo, printed: str, limits: Limits) -> None:
    parts = PurePosixPath(printed).parts
    if printed.startswith("/") or ".." in parts or printed[1:2] == ":" or "\x00" in printed:
        raise Refusal("zip_unsafe_name")
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise Refusal("zip_link")
    if info.flag_bits & _ENCRYPTED:
        raise Refusal("encrypted_zip")
    if info.compress_type not in _METHODS:
        raise Refusal("zip_method", detail=str(info.compress_type))
    if info.file_size > limits.file_mb * _MB:
        size_mb = info.file_size // _MB
        raise Refusal("file_too_large", size_mb=size_mb, limit_mb=limits.file_mb)


def _extracted(archive: zipfile.ZipFile, info: zipfile.ZipInfo, allowance: Allowance) -> Path:
    path = allowance.next_path()
    try:
        _agree_on_name(archive, info)
        with archive.open(info) as packed, path.open("wb") as out:
            _copy(packed, out, info, allowance)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _copy(packed: IO[bytes], out: IO[bytes], info: zipfile.ZipInfo, allowance: Allowance) -> None:
    limits = allowance.limits
    total = 0
    while chunk := packed.read(_CHUNK):
        total += len(chunk)
        allowance.take(len(chunk))
        if total > limits.file_mb * _MB:
            raise Refusal("file_too_large", size_mb=total // _MB, limit_mb=limits.file_mb)
        if total > _RATIO_FROM_BYTES and total > limits.inflation_ratio * max(
            1, info.compress_size
        ):
            raise Refusal("zip_ratio", limit=limits.inflation_ratio)
        out.write(chunk)


def _agree_on_name(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Take the name of the local header for true where it differs from the directory's.

    Some packers write one in UTF-8 and the other in the code page of the machine. `zipfile` refuses
    such entries, but a name decides nothing here.
    """
    file = archive.fp
    if file is None:
        return
    file.seek(info.header_offset)
    header = file.read(_LOCAL_HEADER_BYTES)
    if len(header) < _LOCAL_HEADER_BYTES or header[:4] != b"PK\x03\x04":
        return
    raw = file.read(int.from_bytes(header[26:28], "little"))
    flags = int.from_bytes(header[6:8], "little")
    try:
        info.orig_filename = raw.decode("utf-8" if flags & _UTF8_FLAG else "cp437")
    except UnicodeDecodeError:
        return


def decoded_name(info: zipfile.ZipInfo) -> str:
    """Return an entry's name as its packer meant it: UTF-8, else GB18030, else code page 437."""
    name = info.filename
    if not info.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437", errors="replace")
        for codec in ("utf-8", "gb18030"):
            try:
                name = raw.decode(codec)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def shown(name: str) -> str:
    """Return a name that is safe to print: no control or direction characters, not overlong."""
    kept = (
        "�" if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} else char
        for char in name
    )
    return "".join(kept)[:240] or "�"


def is_clutter(name: str) -> bool:
    """Tell files that systems leave behind from papers: hidden files, thumbnails, lock files."""
    parts = [part for part in name.split("/") if part not in {"", ".", ".."}]
    if not parts:
        return False
    last = parts[-1].lower()
    return (
        any(part.startswith(".") or part == "__MACOSX" for part in parts)
        or last in {"thumbs.db", "desktop.ini"}
        or last.startswith("~$")
    )
