"""An OFD (GB/T 33190): its pages, what does not belong to them, and its signatures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2 as pdfium

from preaudit.ingest.ofd.document import Document, PageRef, Parts, documents
from preaudit.ingest.ofd.package import MissingPart, Package, inflated
from preaudit.ingest.ofd.pages import Studio
from preaudit.ingest.ofd.stamps import Stamp
from preaudit.ingest.ofd.surface import Surface
from preaudit.ingest.ofd.typefaces import Typefaces
from preaudit.ingest.pdf_file import recorded
from preaudit.ingest.problems import Refusal
from preaudit.ingest.records import Begun, Event, Found, Job, PageRecord, Shown, Trouble
from preaudit.sheet import MediaType

_NAMED = 5
"""How many missing or attached things a message names."""
_WORD_MAX = 180
_ONE_FILE_ONLY = frozenset({"encrypted_ofd", "unsafe_ofd", "no_cjk_font"})
"""Refusals that hold for all pages as soon as one meets them."""


def open_ofd(path: Path, *, job: Job) -> Iterator[Event]:
    """Yield the pages of an OFD, then what else is to be said of it.

    Raises:
        Refusal: It cannot be opened at all.
    """
    parts = Parts(package=Package(path, inflated(job)))
    found = documents(parts)
    pages = [(one, ref) for one in found for ref in one.pages]
    if not pages:
        raise Refusal("damaged_ofd", detail="no page")
    if len(pages) > job.pdf_pages:
        raise Refusal("too_many_pages", pages=len(pages), limit=job.pdf_pages)
    yield Found(media_type=MediaType.OFD, pages=len(pages))
    if job.first_page == 1:
        yield from _remarks(found)
    studio = Studio(typefaces=Typefaces(), image_mpx=job.image_mpx)
    for number in range(job.first_page, len(pages) + 1):
        yield Begun(page=number)
        document, ref = pages[number - 1]
        yield from _page(studio, document, ref, number, job)
    if parts.broken:
        yield Trouble(code="repaired_ofd", facts={"detail": _named(parts.broken)})


def _page(
    studio: Studio, document: Document, ref: PageRef, number: int, job: Job
) -> Iterator[Event]:
    stamps: Sequence[Stamp] = ()
    try:
        surface = studio.painted(document, ref, stamps)
        record = _recorded(surface, number, job)
    except MissingPart as error:
        yield Trouble(code="damaged_page", page=number, facts={"detail": str(error)[:_WORD_MAX]})
        return
    except Refusal as refusal:
        if refusal.code in _ONE_FILE_ONLY:
            raise
        code = "damaged_page" if refusal.code == "damaged_ofd" else refusal.code
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


def _recorded(surface: Surface, number: int, job: Job) -> PageRecord:
    with pdfium.PdfDocument(surface.canvas.pdf()) as shown:
        return recorded(shown[0], surface.finished(), number, job)


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
