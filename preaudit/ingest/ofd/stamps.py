"""Where electronic seals show on pages."""

from __future__ import annotations

from dataclasses import dataclass

from preaudit.ingest.ofd.document import Document
from preaudit.ingest.ofd.numbers import Area


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """An electronic seal on one page, or the slice of it that the page carries."""

    key: str
    """The same for the same picture."""
    page: str
    """Id of the page."""
    boundary: Area
    """Of the whole seal, in millimetres; it may reach over the page's edge."""
    shown: Area
    """The part of it that shows."""
    picture: bytes | None
    document: Document | None
    """The seal's picture when it is an OFD itself."""
