"""Packages of office documents (ISO/IEC 29500): checked before they are parsed, made plain.

A DOCX or XLSX is a ZIP of XML. Sizes and ratios are counted, and XML with a document type (the door
to entity bombs and foreign files) is refused. The strict form of the standard differs from the
common one only by the names of its namespaces, a document with macros or a template only by the
type that it states: both are rewritten to the common form, since the libraries know no other.
"""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from preaudit.ingest.problems import Refusal
from preaudit.ingest.records import Job, Trouble

_MB = 1 << 20
_RATIO_FROM_BYTES = 10 << 20
_CHUNK = 1 << 16
_DOCTYPE = b"<!DOCTYPE"
_XML = (".xml", ".rels", ".vml")
_TYPES = "[Content_Types].xml"
_ROOT_LINKS = "_rels/.rels"
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_COMMON = rb"http://schemas.openxmlformats.org/\1/2006/"
_OTHER_MAIN = re.compile(
    rb"application/vnd\.(?:ms-word\.(?:document|template)\.macroEnabledTemplate\.main"
    rb"|ms-word\.(?:document|template)\.macroEnabled\.main"
    rb"|openxmlformats-officedocument\.wordprocessingml\.template\.main)\+xml"
)
_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """An office document as a PDF, and what has to be said of it."""

    pdf: bytes
    notices: tuple[Trouble, ...]


Refuse = Callable[[str], Refusal]
"""From what is unusual to the refusal that says so."""


def check_package(path: Path, *, job: Job, refuse: Refuse) -> None:
    """Inflate every part once, counting, and look at the XML for document types.

    Raises:
        Refusal: What `refuse` makes of it, or `encrypted_office`.
        zipfile.BadZipFile: It is no ZIP file, or damaged; so are other errors of `zipfile`.
    """
    total = 0
    with zipfile.ZipFile(path) as package:
        parts = package.infolist()
        if len(parts) > job.parts:
            raise Refusal("too_many_parts", limit=job.parts)
        for part in parts:
            if part.flag_bits & 0x1:
                raise Refusal("encrypted_office")
            try:
                total += _check_part(package, part, job, refuse)
            except OSError as error:  # a place outside of the file, or what bzip2 says of damage
                raise zipfile.BadZipFile(part.filename) from error
            if total > job.inflated_mb * _MB:
                raise Refusal("package_inflated", limit_mb=job.inflated_mb)


def _check_part(package: zipfile.ZipFile, part: zipfile.ZipInfo, job: Job, refuse: Refuse) -> int:
    size, tail = 0, b""
    is_xml = part.filename.lower().endswith(_XML)
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > job.part_mb * _MB:
                raise Refusal("part_too_large", limit_mb=job.part_mb)
            if size > _RATIO_FROM_BYTES and size > job.inflation_ratio * max(1, part.compress_size):
                raise Refusal("part_ratio", limit=job.inflation_ratio)
            if is_xml:
                if not tail and chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                    raise refuse("UTF-16")
                if _DOCTYPE in tail + chunk:
                    raise refuse("DOCTYPE")
                tail = chunk[-len(_DOCTYPE) :]
    return size


def in_common_form(path: Path) -> IO[bytes]:
    """Return a checked package as the libraries know it; the file itself where it is so already."""
    with zipfile.ZipFile(path) as package:
        names = set(package.namelist())
        links = package.read(_ROOT_LINKS) if _ROOT_LINKS in names else b""
        types = package.read(_TYPES) if _TYPES in names else b""
        if not _STRICT.search(links) and not _OTHER_MAIN.search(types):
            return path.open("rb")
        return _rewritten(package)


def _rewritten(package: zipfile.ZipFile) -> IO[bytes]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as plain:
        for name in dict.fromkeys(package.namelist()):
            data = package.read(name)
            if name == _TYPES:
                data = _OTHER_MAIN.sub(_MAIN, data)
            if name.lower().endswith(_XML):
                data = _STRICT.sub(_COMMON, data)
            plain.writestr(name, data)
    out.seek(0)
    return out
