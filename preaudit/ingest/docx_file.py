"""DOCX: checked, then laid out as a PDF, which is opened like any other.

Word lays out pages with fonts and rules that we do not have; what matters here is that every word
stands on a page, in reading order, in its cell.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from xml.etree.ElementTree import ParseError

import docx
from docx.opc.exceptions import PackageNotFoundError
from lxml.etree import LxmlError  # type: ignore[import-untyped]  # lxml ships no types

from preaudit.ingest.docx_layout import lay_out
from preaudit.ingest.office_package import LaidOut, check_package, in_common_form
from preaudit.ingest.problems import Refusal
from preaudit.ingest.records import Job

_DAMAGE = (
    PackageNotFoundError, LxmlError, ParseError, zipfile.BadZipFile, zlib.error, KeyError,
    ValueError, AttributeError, NotImplementedError, EOFError, TypeError, IndexError,
    RecursionError,
)  # fmt: skip


def laid_out(path: Path, *, job: Job) -> LaidOut:
    """Return a DOCX as a PDF.

    Raises:
        Refusal: It is damaged, built to do harm, or there is no Chinese font to write it with.
    """
    try:
        check_package(path, job=job, refuse=lambda what: Refusal("unsafe_docx", detail=what))
        with in_common_form(path) as package:
            return lay_out(docx.Document(package))
    except _DAMAGE as error:
        raise Refusal("damaged_docx", detail=type(error).__name__) from error
