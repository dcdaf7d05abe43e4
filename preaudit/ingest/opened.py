"""A file of a case to pages: the work is done in a worker, its word is checked here."""

from __future__ import annotations

import base64
import hashlib
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from preaudit.geometry import Box
from preaudit.ingest.archive import megabytes
from preaudit.ingest.intake import Entry, Opened
from preaudit.ingest.naming import mismatch
from preaudit.ingest.pixels import DiskPixels
from preaudit.ingest.problems import Refusal, codes, problem, refused
from preaudit.ingest.records import (
    EVENTS,
    MAX_RECORD_BYTES,
    Begun,
    Bounds,
    Changed,
    Ending,
    Event,
    Found,
    Job,
    PageRecord,
    Shown,
    Trouble,
)
from preaudit.ingest.signed import SIGNATURES_MAX, Signed, alarm, as_signature
from preaudit.ingest.workshop import OPENER, Workshop, shared_workshop
from preaudit.report import Problem
from preaudit.settings import Limits
from preaudit.sheet import Glyph, Ruling, Sheet, Signal, Source

_TRIES_MAX = 4
"""A file that breaks its worker on one page is resumed behind that page this often."""
_SHOWN_MPX_MIN = 16
"""Pictures are shown with up to 3000 points on each side, whatever PDF pages are limited to."""
_ROUNDED_UP = 1.01
"""What a renderer may add to the size of a page by rounding its sides up."""
_RULINGS_MAX = 2000
"""Reading compares rulings with one another; a plan may draw a hundred thousand."""
_FOR_GOOD = frozenset({"file_timeout", "temp_full"})
_MB = 1 << 20
_CHANGED_NOTES = {
    "content_after_signing": ("文件签名之后，页面内容又有改动", 0.95),
    "revision_after_signing": ("文件签名之后又追加了修订，签名未覆盖该修订", 0.7),
    "content_after_issue": ("文件形成之后，原有页面内容被覆盖或替换", 0.85),
}


def open_file(
    entry: Entry,
    *,
    limits: Limits,
    workdir: Path,
    workshop: Workshop | None = None,
    trusted: Sequence[bytes] = (),
) -> Opened:
    """Return a file's pages, or the problem that kept it from being opened.

    Whatever the bytes are, this returns within the limits' time and raises nothing because of
    them.

    Args:
        entry: The file.
        limits: Of size, time, memory and pages.
        workdir: Where pixels are kept; the sheets work as long as it exists.
        workshop: Where the file is opened; by default the one of this process.
        trusted: Certificates (DER) that signatures are traced to; none: trust is not checked.
    """
    try:
        source_of = _measured(entry, limits)
    except Refusal as refusal:
        return _nothing(refused(refusal, file=entry.name))
    except OSError as error:
        detail = {"detail": error.strerror or type(error).__name__}
        return _nothing(problem("unreadable_file", file=entry.name, facts=detail))
    folder = Path(tempfile.mkdtemp(prefix="opened-", dir=workdir))
    told = _Told(entry=entry, limits=limits, folder=folder, trusted=tuple(trusted))
    told.run(workshop or shared_workshop())
    opened = told.outcome(source_of)
    if opened.source is None:
        shutil.rmtree(folder, ignore_errors=True)
    return opened


def _nothing(*problems: Problem) -> Opened:
    return Opened(source=None, sheets=(), signals=(), problems=problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """A file's size and digests."""

    sha256: str
    sm3: str
    size_bytes: int


def _measured(entry: Entry, limits: Limits) -> _Measured:
    if entry.path.is_symlink() or not entry.path.is_file():
        raise Refusal("not_a_file")
    size = entry.path.stat().st_size
    if size > limits.file_mb * _MB:
        raise Refusal("file_too_large", size_mb=megabytes(size), limit_mb=limits.file_mb)
    sha256, sm3 = hashlib.sha256(), hashlib.new("sm3")
    with entry.path.open("rb") as file:
        while chunk := file.read(_MB):
            sha256.update(chunk)
            sm3.update(chunk)
    return _Measured(sha256=sha256.hexdigest(), sm3=sm3.hexdigest(), size_bytes=size)


@dataclass(slots=True, kw_only=True)
class _Told:
    """What workers have told about one file so far, in one run or, after a break, in several."""

    entry: Entry
    limits: Limits
    folder: Path
    trusted: tuple[bytes, ...] = ()
    found: Found | None = None
    pages: dict[int, PageRecord] = field(default_factory=dict)
    changes: list[Changed] = field(default_factory=list)
    signed: list[Signed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _begun: int | None = None
    """The page that the worker is at."""

    def run(self, workshop: Workshop) -> None:
        """Open the file; go on behind a page that broke the worker."""
        until = time.monotonic() + self.limits.file_timeout_s
        first = 1
        for _ in range(_TRIES_MAX):
            left = until - time.monotonic()
            ending = workshop.run(self._job(first, max(left, 0.1), workshop))
            broken_at = self._heard(ending.lines)
            if ending.how == "finished":
                return
            self._broke(ending, broken_at)
            pages = self.found.pages if self.found else 0
            if broken_at is None or broken_at > pages or ending.how in _FOR_GOOD:
                return  # behind the last page there are still the signatures
            first = broken_at + 1

    def _job(self, first_page: int, timeout_s: float, workshop: Workshop) -> Job:
        limits = self.limits
        return Job(
            opener=workshop.opener or OPENER,
            path=str(self.entry.path.resolve()),
            out=str(self.folder),
            first_page=first_page,
            image_mpx=limits.image_mpx,
            image_frames=limits.image_frames,
            pdf_pages=limits.pdf_pages,
            render_mpx=limits.render_mpx,
            inflated_mb=limits.inflated_mb,
            inflation_ratio=limits.inflation_ratio,
            memory_mb=limits.worker_memory_mb,
            file_timeout_s=timeout_s,
            page_timeout_s=limits.page_timeout_s,
            part_mb=limits.part_mb,
            parts=limits.document_parts,
            file_mb=limits.file_mb,
            pdf_filters=limits.pdf_filters,
            temp_mb=limits.temp_mb,
            trusted=tuple(base64.b64encode(one).decode("ascii") for one in self.trusted),
        )

    def _heard(self, lines: list[str]) -> int | None:
        """Take all lines of a worker and return the page that it was at when it ended."""
        self._begun = None
        for line in lines:
            self._hear(line)
        return self._begun

    def _hear(self, line: str) -> None:
        """Take one line of a worker; one that makes no sense is dropped, and its page with it."""
        try:
            event: Event = EVENTS.validate_json(line)
        except ValidationError:
            return
        match event:
            case Found():
                self.found = self.found or event
            case Begun():
                self._begun = event.page
            case Shown():
                self._take_page(event)
            case Trouble():
                self._add(event.code, page=event.page, facts=event.facts)
                self._begun = None if event.page == self._begun else self._begun
            case Changed():
                self.changes.append(event)
            case Signed() if len(self.signed) < SIGNATURES_MAX:
                self.signed.append(event)
            case _:
                return

    def _take_page(self, shown: Shown) -> None:
        path = self.folder / shown.record
        try:
            if path.stat().st_size > MAX_RECORD_BYTES:
                return
            record = PageRecord.model_validate_json(path.read_bytes())
            path.unlink()
        except (OSError, ValidationError):
            return
        if not self._may_be_shown(record):
            return
        self.pages[shown.page] = record
        self._begun = None if shown.page == self._begun else self._begun

    def _may_be_shown(self, record: PageRecord) -> bool:
        """Tell whether a page is no larger than agreed: its worker may say what it likes."""
        most = max(self.limits.render_mpx * _ROUNDED_UP, _SHOWN_MPX_MIN) * 1_000_000
        return record.pixels.height * record.pixels.width <= most

    def _add(self, code: str, *, page: int | None, facts: dict[str, str]) -> None:
        known = code if code in codes() else "worker_crashed"
        self.problems.append(problem(known, file=self.entry.name, page=page, facts=facts))

    def _broke(self, ending: Ending, page: int | None) -> None:
        """Say how a worker broke, and on which page."""
        file_s, page_s = self.limits.file_timeout_s, self.limits.page_timeout_s
        read = str(len(self.pages))
        match ending.how:
            case "file_timeout":
                self._add("file_timeout", page=None, facts={"limit_s": f"{file_s:g}", "read": read})
            case "page_timeout" if page is not None:
                self._add("page_timeout", page=page, facts={"limit_s": f"{page_s:g}"})
            case "page_timeout":  # between pages, or before the first one
                self._add("file_timeout", page=None, facts={"limit_s": f"{page_s:g}", "read": read})
            case "temp_full":
                facts = {"limit_mb": str(self.limits.temp_mb), "read": read}
                self._add("temp_full", page=None, facts=facts)
            case "died" if ending.starved(self.limits.worker_memory_mb):
                facts = {"limit_mb": str(self.limits.worker_memory_mb)}
                self._add("out_of_memory", page=page, facts=facts)
            case _:
                self._add("worker_crashed", page=page, facts={"detail": ending.detail})

    def outcome(self, measured: _Measured) -> Opened:
        """Return everything that was told, as nouns."""
        found, name = self.found, self.entry.name
        if found is None or not self.pages:
            return _nothing(*(self.problems or (problem("nothing_read", file=name),)))
        self._name_missing(found.pages)
        wrong = mismatch(name, found.media_type)
        if wrong is not None:
            self._add(
                "name_mismatch", page=None, facts={"named": wrong.named, "found": wrong.found}
            )
        source = Source(
            name=name,
            sha256=measured.sha256,
            sm3=measured.sm3,
            media_type=found.media_type,
            size_bytes=measured.size_bytes,
            pages=found.pages,
        )
        signatures = tuple(as_signature(one, source.sha256) for one in self.signed)
        alarms = (alarm(one) for one in signatures)
        return Opened(
            source=source,
            sheets=tuple(self._sheet(source, page) for page in sorted(self.pages)),
            signals=(
                *(_signal(change, source) for change in self.changes),
                *(one for one in alarms if one is not None),
            ),
            problems=tuple(self.problems),
            signatures=signatures,
        )

    def _name_missing(self, pages: int) -> None:
        """See to it that no page is lost in silence."""
        named = {one.page for one in self.problems if not one.notice}
        if any(one.page is None and one.code in _FOR_GOOD for one in self.problems):
            return
        for page in range(1, pages + 1):
            if page not in self.pages and page not in named:
                self._add("damaged_page", page=page, facts={"detail": "not read"})

    def _sheet(self, source: Source, page: int) -> Sheet:
        record = self.pages[page]
        pixels = record.pixels
        return Sheet(
            source=source,
            page=page,
            width_mm=record.width_mm,
            height_mm=record.height_mm,
            dpi=record.dpi,
            glyphs=_glyphs(record, page),
            rulings=tuple(Ruling(box=_box(page, bounds)) for bounds in _longest(record.rulings)),
            images=tuple(_box(page, bounds) for bounds in record.images),
            pixels=DiskPixels(
                path=self.folder / pixels.file,
                height=pixels.height,
                width=pixels.width,
                channels=pixels.channels,
            ),
        )


def _longest(rulings: list[Bounds]) -> list[Bounds]:
    """Return as many rulings as a page of tables may have, in their order: hatching is left out."""
    if len(rulings) <= _RULINGS_MAX:
        return rulings
    lengths = [max(right - left, bottom - top) for left, top, right, bottom in rulings]
    shortest = sorted(lengths, reverse=True)[_RULINGS_MAX - 1]
    kept = [one for one, length in zip(rulings, lengths, strict=True) if length >= shortest]
    return kept[:_RULINGS_MAX]


def _glyphs(record: PageRecord, page: int) -> tuple[Glyph, ...]:
    together = zip(record.texts, record.bounds, record.sizes_pt, record.visible, strict=False)
    return tuple(
        Glyph(text=text, box=_box(page, bounds), size_pt=size_pt, visible=visible)
        for text, bounds, size_pt, visible in together
    )


def _box(page: int, bounds: tuple[float, float, float, float]) -> Box:
    left, top, right, bottom = bounds
    return Box(page=page, left=left, top=top, right=right, bottom=bottom)


def _signal(change: Changed, source: Source) -> Signal:
    note, confidence = _CHANGED_NOTES[change.reason]
    where = f"（第 {change.page} 页）" if change.page else ""
    return Signal(
        name="edited",
        sha256=source.sha256,
        page=change.page,
        box=_box(change.page, change.bounds) if change.page and change.bounds else None,
        note=f"{note}{where}。",
        confidence=confidence,
    )
