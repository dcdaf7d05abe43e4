"""Archives of a case, unpacked by a worker: what it tells of them becomes entries and problems."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from preaudit.ingest.intake import Entry
from preaudit.ingest.problems import Refusal, codes, problem, refused
from preaudit.ingest.records import (
    EVENTS,
    MAX_NAME_CHARS,
    Ending,
    Event,
    Inflated,
    Job,
    Kept,
    Packed,
    Trouble,
)
from preaudit.ingest.workshop import Workshop
from preaudit.report import Problem
from preaudit.settings import Limits

_OPENER = "preaudit.ingest.archive:open_archive"
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK00PK\x03\x04", b"PK\x07\x08PK")
_MB = 1 << 20
_SPARE_MB = 64


@dataclass(slots=True, kw_only=True)
class Allowance:
    """What is left of the limits that hold across all archives of a case."""

    limits: Limits
    folder: Path
    """Where unpacked bytes go."""
    workshop: Workshop
    inflated: int = 0
    problems: list[Problem] = field(default_factory=list)

    def report(self, refusal: Refusal, name: str) -> None:
        """Keep a refusal as a problem of the file with this name."""
        self.problems.append(refused(refusal, file=name))


def may_be_archive(path: Path) -> bool:
    """Tell whether a file starts like a ZIP archive; a worker finds out whether it is one."""
    try:
        with path.open("rb") as file:
            return file.read(8).startswith(_ZIP_STARTS)
    except OSError:
        return False  # opening it says why


def unpacked(entry: Entry, *, prefix: str, depth: int, allowance: Allowance) -> list[Entry] | None:
    """Return the files of an archive; None when it is none, but a DOCX, say.

    What is refused of it goes to the allowance.

    Args:
        entry: The archive.
        prefix: Goes before the names of its entries; empty or ending in a slash.
        depth: 1 for an archive that was handed in, 2 for one inside it.
        allowance: What may still be taken.
    """
    folder = Path(tempfile.mkdtemp(prefix="archive-", dir=allowance.folder))
    ending = allowance.workshop.run(_job(entry, folder, depth, allowance))
    files: list[Entry] = []
    for event in _events(ending):
        match event:
            case Kept():
                return None
            case Packed():
                files += _taken(event, folder, prefix)
            case Trouble():
                _report(event, entry, prefix, allowance)
            case Inflated():
                allowance.inflated += event.count
            case _:
                continue
    _report_end(ending, entry, len(files), allowance)
    return files


def _job(entry: Entry, folder: Path, depth: int, allowance: Allowance) -> Job:
    limits = allowance.limits
    return Job(
        opener=_OPENER,
        path=str(entry.path.resolve()),
        out=str(folder),
        first_page=1,
        image_mpx=limits.image_mpx,
        image_frames=limits.image_frames,
        pdf_pages=limits.pdf_pages,
        render_mpx=limits.render_mpx,
        inflated_mb=limits.inflated_mb,
        inflated_before=allowance.inflated,
        inflation_ratio=limits.inflation_ratio,
        memory_mb=limits.worker_memory_mb,
        file_timeout_s=limits.file_timeout_s,
        page_timeout_s=limits.file_timeout_s,
        parts=limits.zip_entries,
        zip_depth=limits.zip_depth,
        depth=depth,
        file_mb=limits.file_mb,
        name_chars=limits.name_chars,
        temp_mb=max(limits.temp_mb, limits.inflated_mb + _SPARE_MB),
    )


def _events(ending: Ending) -> list[Event]:
    """Return what a worker told; lines that make no sense are dropped."""
    found: list[Event] = []
    for line in ending.lines:
        try:
            found.append(EVENTS.validate_json(line))
        except ValidationError:
            continue
    return found


def _taken(event: Packed, folder: Path, prefix: str) -> list[Entry]:
    path = folder / event.file
    name = (prefix + event.name)[:MAX_NAME_CHARS]
    return [Entry(name=name, path=path)] if path.is_file() else []


def _report(event: Trouble, entry: Entry, prefix: str, allowance: Allowance) -> None:
    code = event.code if event.code in codes() else "worker_crashed"
    name = prefix + event.entry if event.entry else entry.name
    allowance.problems.append(problem(code, file=name, facts=event.facts))


def _report_end(ending: Ending, entry: Entry, count: int, allowance: Allowance) -> None:
    """Say so when an archive could not be unpacked to its end."""
    limits = allowance.limits
    facts = {"limit_s": f"{limits.file_timeout_s:g}", "read": str(count)}
    match ending.how:
        case "finished":
            return
        case "file_timeout" | "page_timeout":
            code = "zip_timeout"
        case "temp_full":
            code, facts = "zip_inflated", {"limit_mb": str(limits.inflated_mb)}
        case "died" if ending.starved(limits.worker_memory_mb):
            code, facts = "out_of_memory", {"limit_mb": str(limits.worker_memory_mb)}
        case _:
            code, facts = "worker_crashed", {"detail": ending.detail}
    allowance.problems.append(problem(code, file=entry.name, facts=facts))
