"""DOCX: checked, then laid out as a PDF, which is opened like any other.

Word lays out pages with fonts and rules that we do not have; what matters here is that every word
stands on a page, in reading order, in its cell. A DOCX is a ZIP of XML: sizes and ratios are
checked before it is parsed, and XML with a document type (the door to entity bombs and foreign
files) is refused.
"""

from __future__ import annotations

import codecs
import zipfile
import zlib
from pathlib import Path
from xml.etree.ElementTree import ParseError

import docx
from docx.opc.exceptions import PackageNotFoundError
from lxml.etree import LxmlError  # type: ignore[import-untyped]  # lxml ships no types

from preaudit.ingest.docx_layout import lay_out
from preaudit.ingest.problems import Refusal
from preaudit.ingest.records import Job

_MB = 1 << 20
_PART_MAX_MB = 100
_PARTS_MAX = 2000
_RATIO_FROM_BYTES = 10 << 20
_CHUNK = 1 << 16
_DOCTYPE = b"<!DOCTYPE"
_DAMAGE = (
    PackageNotFoundError, LxmlError, ParseError, zipfile.BadZipFile, zlib.error, KeyError,
    ValueError, AttributeError, NotImplementedError, EOFError, TypeError, IndexError,
    RecursionError,
)  # fmt: skip


def laid_out(path: Path, *, job: Job) -> bytes:
    """Return a DOCX as a PDF of A4 pages.

    Raises:
        Refusal: It is damaged, built to do harm, or there is no Chinese font to write it with.
    """
    try:
        _check(path, job)
        return lay_out(docx.Document(str(path)))
    except _DAMAGE as error:
        raise Refusal("damaged_docx", detail=type(error).__name__) from error


def _check(path: Path, job: Job) -> None:
    """Inflate every part once, counting, and look at the XML for document types."""
    total = 0
    with zipfile.ZipFile(path) as package:
        parts = package.infolist()
        if len(parts) > _PARTS_MAX:
            raise Refusal("unsafe_docx", detail=f"> {_PARTS_MAX} parts")
        for part in parts:
            if part.flag_bits & 0x1:
                raise Refusal("encrypted_office")
            total += _check_part(package, part, job)
            if total > job.inflated_mb * _MB:
                raise Refusal("unsafe_docx", detail=f"> {job.inflated_mb} MB")


def _check_part(package: zipfile.ZipFile, part: zipfile.ZipInfo, job: Job) -> int:
    size, tail = 0, b""
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > _PART_MAX_MB * _MB:
                raise Refusal("unsafe_docx", detail=f"> {_PART_MAX_MB} MB")
            if size > _RATIO_FROM_BYTES and size > job.inflation_ratio * max(1, part.compress_size):
                raise Refusal("unsafe_docx", detail=f"> {job.inflation_ratio} : 1")
            if is_xml:
                if not tail and chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                    raise Refusal("unsafe_docx", detail="UTF-16")
                if _DOCTYPE in tail + chunk:
                    raise Refusal("unsafe_docx", detail="DOCTYPE")
                tail = chunk[-len(_DOCTYPE) :]
    return size
