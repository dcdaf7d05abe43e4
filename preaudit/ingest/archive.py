"""Inside the worker: ZIP archives, unpacked within limits under names that we choose.

Nothing an archive says of itself is believed: sizes are counted while bytes come out, names are for
people only, and what comes out lies in the job's folder under a running number. A fault in one
entry costs that entry; only an archive that is built to deceive (entries that share bytes) is left
alone.
"""

from __future__ import annotations

import math
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import IO

from preaudit.ingest.problems import Refusal
from preaudit.ingest.records import MAX_NAME_CHARS, Event, Inflated, Job, Kept, Packed, Trouble
from preaudit.ingest.sniff import Kind, directory_within_reach, identify

_CHUNK = 1 << 16
_RATIO_FROM_BYTES = 10 << 20
"""Small files may compress as well as they like: no one is harmed by 10 MB."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
"""LZMA is left out: its dictionary may be gigabytes, whatever comes out."""
_UTF8_FLAG = 0x800
_ENCRYPTED = 0x1 | 0x40
_LOCAL_HEADER_BYTES = 30
_EXTRA_HEADER_BYTES = 4
_UNICODE_PATH = 0x7075
_UNICODE_PATH_LEAST = 6
_MB = 1 << 20
_DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError)


@dataclass(slots=True, kw_only=True)
class _Tally:
    """What came out so far, of this archive and of those before it."""

    job: Job
    inflated: int = 0
    written: int = 0

    def next_file(self) -> str:
        """Return a fresh name for one unpacked file."""
        self.written += 1
        return f"entry-{self.written:06d}.bin"

    def take(self, count: int) -> None:
        """Count bytes that came out.

        Raises:
            Refusal: More than the case may inflate to.
        """
        self.inflated += count
        if self.job.inflated_before + self.inflated > self.job.inflated_mb * _MB:
            raise Refusal("zip_inflated", limit_mb=self.job.inflated_mb)


def open_archive(job: Job) -> Iterator[Event]:
    """Yield the files of an archive as they are unpacked, and what was refused of it.

    A file that is no archive, such as a DOCX, is kept as it is.
    """
    path = Path(job.path)
    try:
        kind = identify(path)
    except Refusal:
        kind = Kind.OTHER  # opening it says why
    if kind is not Kind.ZIP:
        yield Kept()
        return
    tally = _Tally(job=job)
    try:
        with _opened(path, job) as archive:
            for info in archive.infolist():
                yield from _unpacked(archive, info, tally)
    except Refusal as refusal:
        yield Trouble(code=refusal.code, facts=refusal.facts)
    except _DAMAGE as error:
        yield Trouble(code="damaged_zip", facts={"detail": type(error).__name__})
    yield Inflated(count=tally.inflated)


def _opened(path: Path, job: Job) -> zipfile.ZipFile:
    if job.depth > job.zip_depth:
        raise Refusal("zip_too_deep", limit=job.zip_depth)
    if directory_within_reach(path) > job.parts:
        raise Refusal("zip_too_many_entries", limit=job.parts)
    archive = zipfile.ZipFile(path)
    if len(archive.infolist()) > job.parts:
        archive.close()
        raise Refusal("zip_too_many_entries", limit=job.parts)
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


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, tally: _Tally) -> Iterator[Event]:
    """Unpack one entry; a fault in it costs the entry, but a spent allowance ends the archive."""
    printed = decoded_name(info)
    name = shown(printed)
    try:
        _check(info, printed, tally.job)
        if not printed.endswith("/") and not is_clutter(printed):
            yield Packed(name=name, file=_extracted(archive, info, tally))
    except Refusal as refusal:
        if refusal.code == "zip_inflated":
            raise
        yield Trouble(code=refusal.code, entry=name, facts=refusal.facts)
    except _DAMAGE as error:
        yield Trouble(code="damaged_zip_entry", entry=name, facts={"detail": type(error).__name__})


def _check(info: zipfile.ZipInfo, printed: str, job: Job) -> None:
    parts = PurePosixPath(printed).parts
    if printed.startswith("/") or ".." in parts or printed[1:2] == ":" or "\x00" in printed:
        raise Refusal("zip_unsafe_name")
    if len(printed) > job.name_chars:
        raise Refusal("zip_name_too_long", limit=job.name_chars)
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise Refusal("zip_link")
    if info.flag_bits & _ENCRYPTED:
        raise Refusal("encrypted_zip")
    if info.compress_type not in _METHODS:
        raise Refusal("zip_method", detail=str(info.compress_type))
    if info.file_size > job.file_mb * _MB:
        raise Refusal("file_too_large", size_mb=megabytes(info.file_size), limit_mb=job.file_mb)


def megabytes(size: int) -> str:
    """Return a number of bytes as people read it; never the limit itself when it is beyond it."""
    return f"{math.ceil(size / _MB * 10) / 10:g}"


def _extracted(archive: zipfile.ZipFile, info: zipfile.ZipInfo, tally: _Tally) -> str:
    name = tally.next_file()
    path = Path(tally.job.out) / name
    try:
        _agree_on_name(archive, info)
        with archive.open(info) as packed, path.open("wb") as out:
            _copy(packed, out, info, tally)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return name


def _copy(packed: IO[bytes], out: IO[bytes], info: zipfile.ZipInfo, tally: _Tally) -> None:
    job = tally.job
    total = 0
    while chunk := packed.read(_CHUNK):
        total += len(chunk)
        tally.take(len(chunk))
        if total > job.file_mb * _MB:
            raise Refusal("file_too_large", size_mb=megabytes(total), limit_mb=job.file_mb)
        if total > _RATIO_FROM_BYTES and total > job.inflation_ratio * max(1, info.compress_size):
            raise Refusal("zip_ratio", limit=job.inflation_ratio)
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
        name = _unicode_path(info, raw) or _decoded(raw, name)
    return name.replace("\\", "/")


def _decoded(raw: bytes, name: str) -> str:
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return name


def _unicode_path(info: zipfile.ZipInfo, raw: bytes) -> str:
    """Return the name in UTF-8 that some packers put beside the one in their code page.

    It counts only where it belongs to that name, by its check sum; else nothing is returned.
    """
    extra = info.extra
    while len(extra) >= _EXTRA_HEADER_BYTES:
        kind, size = (int.from_bytes(extra[at : at + 2], "little") for at in (0, 2))
        body, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind != _UNICODE_PATH or len(body) < _UNICODE_PATH_LEAST:
            continue
        if int.from_bytes(body[1:5], "little") == zlib.crc32(raw):
            return body[5:].decode("utf-8", "replace")
    return ""


def shown(name: str) -> str:
    """Return a name that is safe to print: no control or direction characters, not overlong."""
    kept = (
        "�" if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} else char
        for char in name
    )
    return "".join(kept)[:MAX_NAME_CHARS] or "�"


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
