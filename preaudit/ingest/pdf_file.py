"""PDF: pixels by PDFium, text and drawings by pdfplumber, rescue and annotations by qpdf (pikepdf).

What is shown is the page as displayed: turned by /Rotate, cut to its crop box, with the appearances
of form fields and annotations on it, since an applicant may have filled in a form. Those are merged
into the page before anything is read, so that pixels and text speak of the same page.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pdfplumber
import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from preaudit.ingest.pdf_fallback import take_with_pdfium
from preaudit.ingest.pdf_screen import layers_of_compression
from preaudit.ingest.pdf_text import Bounds, Drawn, take
from preaudit.ingest.pixels import write_pixels
from preaudit.ingest.problems import Refusal
from preaudit.ingest.records import Begun, Event, Found, Job, PageRecord, Shown, Trouble
from preaudit.ingest.revisions import Revisions, find_changes
from preaudit.ingest.signed import Signed
from preaudit.sheet import MediaType, Pixels

DRAWN_DPI = 150.0
LONG_SIDE_PX = 3000
"""Scans are rendered no larger than this; an A4 page of 250 dpi just fits."""
_SHORTEST_PX = 16
_COVERS = 0.85
"""Images that cover this share of the page are a scan of it."""
_PASTED = 0.25
"""Images that cover this share of a page without a visible character are what it says."""
_WRITTEN_OVER = 30
"""A scan may have this many characters stamped on it (page numbers, a filing code)."""
_PT_PER_INCH = 72.0
_MM_PER_INCH = 25.4
_TEXT_SHARE_OF_TIME = 0.4
_END_WITHIN = 2048
_SIGNED = b"/ByteRange"
_NO_LOOK = frozenset({pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_POPUP})


def open_pdf(data: bytes, *, job: Job, media_type: MediaType) -> Iterator[Event]:
    """Yield the pages of a PDF, then the signs that it was changed.

    Raises:
        Refusal: It cannot be opened at all.
    """
    original = data
    if media_type is MediaType.PDF and layers_of_compression(data) > job.pdf_filters:
        raise Refusal("pdf_filters", limit=job.pdf_filters)
    document, data, repaired = _loaded(data)
    pages = len(document)
    if pages > job.pdf_pages:
        raise Refusal("too_many_pages", pages=pages, limit=job.pdf_pages)
    yield Found(media_type=media_type, pages=pages)
    if job.first_page == 1 and media_type is MediaType.PDF:
        yield from _incomplete(original, pages, repaired=repaired)
    if _has_looks(document):
        document, data = _flattened(data)
    plumber = _plumber(data, pages)
    for number in range(job.first_page, pages + 1):
        yield Begun(page=number)
        try:
            record = _page(document, plumber, number, job)
        except Refusal as refusal:
            yield Trouble(code=refusal.code, page=number, facts=refusal.facts)
            continue
        except (MemoryError, OSError):
            raise
        except Exception as error:  # noqa: BLE001  # one bad page must not cost the others
            facts = {"detail": type(error).__name__}
            yield Trouble(code="damaged_page", page=number, facts=facts)
            continue
        name = f"page-{number:05d}.json"
        (Path(job.out) / name).write_text(record.model_dump_json(), encoding="utf-8")
        yield Shown(page=number, record=name)
    if media_type is MediaType.PDF:
        yield from _signed_and_changed(original, job, repaired=repaired)


def _signed_and_changed(data: bytes, job: Job, *, repaired: bool) -> Iterator[Event]:
    """Yield the signatures of a file, then the signs that it was changed."""
    revisions = Revisions(data)
    signed: list[Signed] = []
    if _SIGNED in data:
        # pyHanko takes half a second to import: only a file with a signature pays for it.
        from preaudit.ingest.pdf_signatures import find_signatures  # noqa: PLC0415  # see above

        for event in find_signatures(revisions, job=job):
            yield event
            signed += [event] if isinstance(event, Signed) else []
    if not repaired:
        yield from find_changes(revisions, signed)


def _loaded(data: bytes) -> tuple[pdfium.PdfDocument, bytes, bool]:
    """Return the document, the bytes it was loaded from, and whether it had to be rescued."""
    try:
        return pdfium.PdfDocument(data), data, False
    except pdfium.PdfiumError as error:
        if error.err_code in {pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY}:
            raise Refusal("encrypted_pdf") from error
    try:
        rescued = _rewritten(data)
        return pdfium.PdfDocument(rescued), rescued, True
    except pikepdf.PasswordError as error:
        raise Refusal("encrypted_pdf") from error
    except (pikepdf.PdfError, pdfium.PdfiumError, ValueError, RuntimeError) as error:
        raise Refusal("damaged_pdf") from error


def _rewritten(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
        if not pdf.pages:
            raise Refusal("damaged_pdf")
        pdf.save(out, encryption=False)
    return out.getvalue()


def _incomplete(data: bytes, pages: int, *, repaired: bool) -> Iterator[Trouble]:
    """Say so when pages were read from a file that is not whole: some may be missing."""
    if repaired:
        yield Trouble(code="repaired_pdf", facts={"pages": str(pages)})
    elif not re.search(rb"%%EOF|startxref\s+\d+", data[-_END_WITHIN:]):
        yield Trouble(code="truncated_pdf", facts={"pages": str(pages)})


def _has_looks(document: pdfium.PdfDocument) -> bool:
    """Tell whether any annotation may show something on a page."""
    for index in range(len(document)):
        try:
            page = document[index]
        except pdfium.PdfiumError:
            continue
        for place in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
            annotation = pdfium_c.FPDFPage_GetAnnot(page, place)
            kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
            pdfium_c.FPDFPage_CloseAnnot(annotation)
            if kind not in _NO_LOOK:
                return True
    return False


def _flattened(data: bytes) -> tuple[pdfium.PdfDocument, bytes]:
    """Merge what annotations show into their pages; where that fails, let PDFium draw forms."""
    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            if _looks_are_ready(pdf):
                pdf.flatten_annotations("screen")
                pdf.save(out, encryption=False)
                return pdfium.PdfDocument(out.getvalue()), out.getvalue()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001, S110  # an object of the wrong type raises anything
        pass
    document = pdfium.PdfDocument(data)
    document.init_forms()
    return document, data


def _looks_are_ready(pdf: pikepdf.Pdf) -> bool:
    """Tell whether every field that holds a value also has its look.

    /NeedAppearances asks the viewer to make looks anew. qpdf could, but only for Latin letters, so
    looks that are there are taken as they are.
    """
    form = pdf.Root.get("/AcroForm")
    if form is None or not form.get("/NeedAppearances", False):
        return True
    for page in pdf.pages:
        for annotation in page.obj.get("/Annots", []):
            is_field = annotation.get("/Subtype") == pikepdf.Name.Widget
            if is_field and "/V" in annotation and "/AP" not in annotation:
                return False
    del form["/NeedAppearances"]
    return True


def _plumber(data: bytes, pages: int) -> list[Any]:
    """Return pdfplumber's pages, or none where it does not find as many as PDFium does.

    On some files it finds no page and reports no error; written anew by qpdf, most of them open.
    """
    for anew in (False, True):
        try:
            found = list(pdfplumber.open(io.BytesIO(_rewritten(data) if anew else data)).pages)
        except Exception:  # noqa: BLE001, S112  # pdfminer raises anything over a damaged file
            continue
        if len(found) == pages:
            return found
    return []


def _page(document: pdfium.PdfDocument, plumber: list[Any], number: int, job: Job) -> PageRecord:
    page = document[number - 1]
    drawn = _drawn(page, plumber[number - 1] if plumber else None, job)
    record = recorded(page, drawn, number, job)
    page.close()
    return record


def recorded(page: pdfium.PdfPage, drawn: Drawn, number: int, job: Job) -> PageRecord:
    """Render a page of which it is known what it draws, and return both as its record.

    Raises:
        Refusal: It shows an image beyond the limit, or has no size.
    """
    for width, height in drawn.image_sizes:
        if width * height > job.image_mpx * 1_000_000:
            raise Refusal("image_too_large", width=width, height=height, limit_mpx=job.image_mpx)
    scan = _scan(drawn, page.get_size())
    pixels = _rendered(page, scan, has_text=any(drawn.visible), render_mpx=job.render_mpx)
    saved = write_pixels(pixels, folder=Path(job.out), name=f"page-{number:05d}.pixels")
    width_pt, height_pt = page.get_size()
    return PageRecord(
        width_mm=width_pt / _PT_PER_INCH * _MM_PER_INCH,
        height_mm=height_pt / _PT_PER_INCH * _MM_PER_INCH,
        dpi=scan.dpi if scan and scan.is_page else None,
        texts=drawn.texts,
        bounds=drawn.bounds,
        sizes_pt=drawn.sizes_pt,
        visible=drawn.visible,
        rulings=drawn.rulings,
        images=drawn.images,
        pixels=saved,
    )


def _drawn(page: pdfium.PdfPage, plumbed: Any, job: Job) -> Drawn:
    """Return what the page draws, by pdfplumber if it can, else by PDFium (without rulings)."""
    if plumbed is not None:
        try:
            return take(plumbed, timeout_s=_TEXT_SHARE_OF_TIME * job.page_timeout_s)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001, S110  # pdfminer raises anything over a damaged page
            pass
    return take_with_pdfium(page)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scan:
    """Images that cover a page, or are all that it shows."""

    dpi: float
    is_page: bool
    """Whether the images are the page, rather than a background that is written upon."""


def _scan(drawn: Drawn, size_pt: tuple[float, float]) -> _Scan | None:
    covered = _covered(drawn.images)
    if covered < (_COVERS if any(drawn.visible) else _PASTED):
        return None
    inches2 = size_pt[0] * size_pt[1] / _PT_PER_INCH**2
    best, over = 0.0, 0
    for (left, top, right, bottom), pixels, after in zip(
        drawn.images, drawn.image_sizes, drawn.over_images, strict=True
    ):
        share = (right - left) * (bottom - top)
        if share >= 0.05:  # noqa: PLR2004  # smaller ones are seals and logos, often finer
            best = max(best, math.sqrt(pixels[0] * pixels[1] / (share * inches2)))
            over = after  # what is drawn after the last large image
    if not best:
        return None
    return _Scan(dpi=best, is_page=over <= _WRITTEN_OVER)


def _covered(images: list[Bounds]) -> float:
    """Return the share of the page that images cover, counted on a coarse grid."""
    steps = 64
    grid = np.zeros((steps, steps), dtype=bool)
    for left, top, right, bottom in images:
        rows = slice(math.floor(top * steps + 0.5), math.ceil(bottom * steps - 0.5))
        columns = slice(math.floor(left * steps + 0.5), math.ceil(right * steps - 0.5))
        grid[rows, columns] = True
    return float(grid.mean())


def _rendered(
    page: pdfium.PdfPage, scan: _Scan | None, *, has_text: bool, render_mpx: int
) -> Pixels:
    """Return the page as pixels: drawn ones at 150 dpi, scans at their own resolution, capped."""
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        raise Refusal("damaged_page", detail="empty page box")
    dpi = DRAWN_DPI
    if scan is not None:
        native = min(scan.dpi, LONG_SIDE_PX / (max(width, height) / _PT_PER_INCH))
        dpi = max(native, DRAWN_DPI) if has_text and not scan.is_page else native
    scale = dpi / _PT_PER_INCH
    scale = min(scale, math.sqrt(render_mpx * 1_000_000 / (width * height)))
    scale = max(scale, _SHORTEST_PX / max(width, height))
    # PDFium rounds sizes up: the hair less keeps a scan at its own number of pixels.
    bitmap = page.render(scale=scale * (1 - 1e-6), rev_byteorder=True)
    pixels = bitmap.to_numpy()
    rgb = np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2) if pixels.ndim == 2 else pixels  # noqa: PLR2004
    return rgb[..., :3]
