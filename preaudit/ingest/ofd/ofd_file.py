"""An OFD (GB/T 33190): its pages, what does not belong to them, and its signatures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium

from preaudit.ingest.ofd.document import ENCRYPTIONS, Document, PageRef, Parts, documents
from preaudit.ingest.ofd.numbers import Area
from preaudit.ingest.ofd.package import MissingPart, Package, inflated
from preaudit.ingest.ofd.pages import Studio
from preaudit.ingest.ofd.signature_files import SignatureFile, signature_files, stamps_of
from preaudit.ingest.ofd.stamps import Stamp
from preaudit.ingest.ofd.surface import Surface
from preaudit.ingest.ofd.typefaces import Typefaces
from preaudit.ingest.pdf_file import recorded
from preaudit.ingest.problems import Refusal
from preaudit.ingest.records import Begun, Event, Found, Job, PageRecord, Shown, Trouble
from preaudit.ingest.signed import PLACES_MAX, Place
from preaudit.sheet import MediaType

_NAMED = 5
"""How many missing or attached things a message names."""
_WORD_MAX = 180
_FOR_ALL_PAGES = frozenset({"encrypted_ofd", "unsafe_ofd", "no_cjk_font"})
"""Refusals that hold for all pages as soon as one meets them."""


def open_ofd(path: Path, *, job: Job) -> Iterator[Event]:
    """Yield the pages of an OFD, then what else is to be said of it.

    Raises:
        Refusal: It cannot be opened at all.
    """
    parts = Parts(package=Package(path, inflated(job)))
    found = documents(parts)
    pages = list(_pages(found))
    if not pages:
        raise Refusal("damaged_ofd", detail="no page")
    if len(pages) > job.pdf_pages:
        raise Refusal("too_many_pages", pages=len(pages), limit=job.pdf_pages)
    yield Found(media_type=MediaType.OFD, pages=len(pages))
    if job.first_page == 1:
        yield from _remarks(found)
    studio = Studio(typefaces=Typefaces(), image_mpx=job.image_mpx)
    for page in pages[job.first_page - 1 :]:
        yield Begun(page=page.number)
        yield from _shown(studio, page, job)
    if parts.broken:
        yield Trouble(code="repaired_ofd", facts={"detail": _named(parts.broken)})
    yield from _signatures(pages, job)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A page of the file, and the document that it belongs to."""

    number: int
    document: Document
    ref: PageRef
    signatures: tuple[SignatureFile, ...]
    """Of the document."""
    stamps: tuple[Stamp, ...]
    """Electronic seals on this page."""


def _pages(found: Sequence[Document]) -> Iterator[_Page]:
    number = 0
    for document in found:
        signatures = tuple(signature_files(document))
        stamps = stamps_of(signatures, document.parts)
        for ref in document.pages:
            number += 1
            yield _Page(
                number=number,
                document=document,
                ref=ref,
                signatures=signatures,
                stamps=tuple(one for one in stamps if one.page == ref.key),
            )


def _shown(studio: Studio, page: _Page, job: Job) -> Iterator[Event]:
    """Yield a page, or why it cannot be shown."""
    number = page.number
    try:
        surface = studio.painted(page.document, page.ref, page.stamps)
        record = _recorded(surface, number, job)
    except MissingPart as error:
        facts = {"detail": str(error)[:_WORD_MAX]}
        yield Trouble(code=_lost(page), page=number, facts=facts)
        return
    except Refusal as refusal:
        if refusal.code in _FOR_ALL_PAGES:
            raise
        code = _lost(page) if refusal.code == "damaged_ofd" else refusal.code
        yield Trouble(code=code, page=number, facts=refusal.facts)
        return
    except (pdfium.PdfiumError, ValueError, ZeroDivisionError, RecursionError) as error:
        facts = {"detail": type(error).__name__}
        yield Trouble(code="damaged_page", page=number, facts=facts)
        return
    name = f"page-{number:05d}.json"
    (Path(job.out) / name).write_text(record.model_dump_json(), encoding="utf-8")
    yield Shown(page=number, record=name)
    if surface.missing:
        facts = {"detail": _named(surface.missing)}
        yield Trouble(code="incomplete_ofd", page=number, facts=facts)


def _lost(page: _Page) -> str:
    """Return why a page is not there or makes no sense; single pages may be encrypted."""
    is_encrypted = page.document.parts.package.find(ENCRYPTIONS) is not None
    return "encrypted_ofd" if is_encrypted else "damaged_page"


def _recorded(surface: Surface, number: int, job: Job) -> PageRecord:
    with pdfium.PdfDocument(surface.canvas.pdf()) as shown:
        return recorded(shown[0], surface.finished(), number, job)


def _signatures(pages: Sequence[_Page], job: Job) -> Iterator[Event]:
    """Say of each signature whether it holds, and where it shows."""
    if not any(page.signatures for page in pages):
        return
    # Most files have none, and certificates take longer to load than a page to show.
    from preaudit.ingest.ofd.signature_checks import checked  # noqa: PLC0415

    told: set[int] = set()
    for page in pages:
        if id(page.document) in told:
            continue
        told.add(id(page.document))
        for one in page.signatures:
            yield checked(
                one,
                page.signatures,
                page.document,
                trusted=job.trusted,
                places=_places(one, pages, page),
            )


def _places(file: SignatureFile, pages: Sequence[_Page], of: _Page) -> tuple[Place, ...]:
    """Return where a signature's seal shows, as shares of pages."""
    own = {one.ref.key: one for one in pages if one.document is of.document}
    found: list[Place] = []
    for key, _, (left, top, width, height) in file.annotations:
        page = own.get(key)
        box = _box(page) if page is not None else None
        if page is None or box is None:
            continue
        x0, x1 = _share(left - box[0], box[2]), _share(left + width - box[0], box[2])
        y0, y1 = _share(top - box[1], box[3]), _share(top + height - box[1], box[3])
        if x1 > x0 and y1 > y0:
            found.append((page.number, x0, y0, x1, y1))
    return tuple(found[:PLACES_MAX])


def _box(page: _Page) -> Area | None:
    try:
        part = page.document.parts.located(page.ref.written, page.document.part)
        return page.document.page_area(page.document.parts.xml(part))
    except (MissingPart, Refusal):
        return None


def _share(part: float, whole: float) -> float:
    return min(1.0, max(0.0, part / whole))


def _remarks(found: Sequence[Document]) -> Iterator[Trouble]:
    """Say what the file refers to and lacks, and what it brings along that is not read."""
    missing = [path for one in found for path in (*one.missing, *one.resources.missing)]
    if missing:
        yield Trouble(code="incomplete_ofd", facts={"detail": _named(missing)})
    attached = [name for one in found for name in one.attachments]
    if attached:
        yield Trouble(code="ofd_attachments", facts={"names": _named(attached)})


def _named(names: Sequence[str]) -> str:
    different = list(dict.fromkeys(names))
    shown = "、".join(name[:40] for name in different[:_NAMED])
    more = f" … ({len(different)})" if len(different) > _NAMED else ""
    return f"{shown}{more}"
