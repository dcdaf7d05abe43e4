"""A file and its pages before they are read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from preaudit.geometry import Box

Pixels = NDArray[np.uint8]
"""Height x width x 3, RGB, 0..255."""


class MediaType(StrEnum):
    """What a file's bytes are, whatever its name says."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    TIFF = "image/tiff"
    BMP = "image/bmp"
    WEBP = "image/webp"
    HEIC = "image/heic"
    AVIF = "image/avif"
    GIF = "image/gif"
    JP2 = "image/jp2"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    OFD = "application/ofd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file of a case, as it was handed in."""

    name: str
    """Path inside the case, with forward slashes; for people only, it decides nothing."""
    sha256: str
    sm3: str
    media_type: MediaType
    size_bytes: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyph:
    """One character of an embedded text layer."""

    text: str
    box: Box
    size_pt: float
    visible: bool
    """False when drawn in a mode that leaves no ink (ISO 32000-1, 9.3.6, mode 3 or 7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A drawn straight line or the edge of a drawn rectangle; its box is as thin as its stroke."""

    box: Box


class PixelStore(Protocol):
    """Pixels on demand, so that a case of many pages is never all in memory."""

    def load(self) -> Pixels:
        """Return the page as pixels, as it lies in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page before it is read."""

    source: Source
    page: int
    """Counts from 1."""
    width_mm: float
    height_mm: float
    dpi: float | None
    """Resolution of the scan that fills the page; None when the page is drawn (native)."""
    glyphs: tuple[Glyph, ...]
    rulings: tuple[Ruling, ...]
    images: tuple[Box, ...]
    """Where raster images are drawn on the page."""
    pixels: PixelStore
    """The rendered page: about 150 dpi for drawn pages, native resolution (capped) for images."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Something about a file or a page that a person should look at; never a verdict of forgery."""

    name: str
    """`text_layer`, `edited` or `local_edit` (the last word of the check that reports it)."""
    sha256: str
    page: int | None
    box: Box | None
    """As the page is in the file."""
    note: str
    """In Chinese: what was seen, for the reviewer."""
    confidence: float


JsonObject = dict[str, Any]
"""A JSON object as it enters from outside."""
