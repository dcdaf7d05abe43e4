"""Whether a file's name says what its bytes are. Names decide nothing; a wrong one is told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from preaudit.sheet import MediaType


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """A name that says other than the bytes."""

    named: str
    """The ending of the name."""
    found: str
    """What people call the type of the bytes."""


_CALLED = {
    MediaType.PDF: ("PDF", ".pdf"),
    MediaType.JPEG: ("JPEG", ".jpg .jpeg .jpe .jfif .mpo"),
    MediaType.PNG: ("PNG", ".png .apng"),
    MediaType.TIFF: ("TIFF", ".tif .tiff"),
    MediaType.BMP: ("BMP", ".bmp .dib"),
    MediaType.WEBP: ("WebP", ".webp"),
    MediaType.HEIC: ("HEIC", ".heic .heif .hif"),
    MediaType.AVIF: ("AVIF", ".avif"),
    MediaType.GIF: ("GIF", ".gif"),
    MediaType.JP2: ("JPEG 2000", ".jp2 .j2k .jpx .jpf .j2c .jpc"),
    MediaType.DOCX: ("DOCX", ".docx .docm .dotx .dotm"),
    MediaType.XLSX: ("XLSX", ".xlsx .xlsm .xltx .xltm .et"),
    MediaType.OFD: ("OFD", ".ofd"),
}
_NEVER_READ = frozenset({
    ".doc", ".wps", ".xls", ".ppt", ".pptx", ".rar", ".7z", ".zip", ".tar", ".gz", ".txt", ".html",
    ".htm", ".mht", ".rtf", ".odt", ".ods",
})  # fmt: skip
_KNOWN = _NEVER_READ.union(*(endings.split() for _, endings in _CALLED.values()))
_COUNTED = re.compile(r" \(\d+\)$")
"""What is put behind the name of a second file that is called the same."""


def mismatch(name: str, media_type: MediaType) -> Mismatch | None:
    """Return what a name says where its bytes are something else.

    Only endings that stand for a type of paper are held against a name: 合同.2024 says nothing.
    """
    ending = PurePosixPath(_COUNTED.sub("", name)).suffix.lower()
    called, own = _CALLED[media_type]
    if ending not in _KNOWN or ending in own.split():
        return None
    return Mismatch(named=ending, found=called)
