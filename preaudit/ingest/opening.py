"""Inside the worker: a file's bytes to pages, whatever the file is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import assert_never

from preaudit.ingest.office_package import LaidOut
from preaudit.ingest.problems import Refusal
from preaudit.ingest.records import Event, Job
from preaudit.ingest.sniff import Kind, identify
from preaudit.sheet import MediaType


def open_path(job: Job) -> Iterator[Event]:
    """Yield what a file holds, page by page.

    Engines are imported where they are needed: a photo does not pay for the layout of a DOCX.

    Raises:
        Refusal: It cannot be read; the code says why.
    """
    path = Path(job.path)
    kind = identify(path)
    match kind:
        case Kind.PDF:
            from preaudit.ingest.pdf_file import open_pdf  # noqa: PLC0415  # see above

            yield from open_pdf(path.read_bytes(), job=job, media_type=MediaType.PDF)
        case (
            Kind.JPEG | Kind.PNG | Kind.TIFF | Kind.BMP | Kind.WEBP
            | Kind.HEIC | Kind.AVIF | Kind.GIF | Kind.JP2
        ):  # fmt: skip
            from preaudit.ingest.image_file import open_image  # noqa: PLC0415  # see above

            yield from open_image(path, job=job, media_type=MediaType[kind.name])
        case Kind.DOCX:
            from preaudit.ingest.docx_file import laid_out  # noqa: PLC0415  # see above

            yield from _office(laid_out(path, job=job), job, MediaType.DOCX)
        case Kind.XLSX:
            from preaudit.ingest.xlsx_file import laid_out as sheets  # noqa: PLC0415  # see above

            yield from _office(sheets(path, job=job), job, MediaType.XLSX)
        case Kind.OFD:
            from preaudit.ingest.ofd import open_ofd  # noqa: PLC0415  # see above

            yield from open_ofd(path, job=job)
        case Kind.ZIP | Kind.OTHER:
            raise Refusal("unsupported_type", what_zh="压缩包", what_en="an archive")
        case _ as unreachable:
            assert_never(unreachable)


def _office(made: LaidOut, job: Job, media_type: MediaType) -> Iterator[Event]:
    from preaudit.ingest.pdf_file import open_pdf  # noqa: PLC0415  # see above

    yield from made.notices if job.first_page == 1 else ()
    yield from open_pdf(made.pdf, job=job, media_type=media_type)
