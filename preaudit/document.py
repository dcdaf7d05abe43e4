"""What the pages say: lines, cells and marks. Boxes here are upright (see `preaudit.geometry`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from preaudit.geometry import UPRIGHT, Box, Homography
from preaudit.sheet import Signal, Source
from preaudit.signature import DigitalSignature


class Origin(StrEnum):
    """Where a text came from."""

    EMBEDDED = "embedded"
    OCR = "ocr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A run of text on one row of the page, inside one cell where there are cells."""

    text: str
    box: Box
    confidence: float
    origin: Origin
    edges: tuple[float, ...]
    """Where characters begin and the last one ends: len(text) + 1 ascending shares of the width."""

    sureness: tuple[float, ...] = ()
    """For each character how sure its reader was; empty when nobody doubted any."""

    def least_sure(self, start: int, end: int) -> float:
        """Return how sure the least sure of the characters `start`..`end` is (half-open)."""
        return min(self.sureness[start:end], default=self.confidence)

    def part(self, start: int, end: int) -> Box:
        """Return the box of the characters `start`..`end` (half-open)."""
        return Box(
            page=self.box.page,
            left=self.edges[start],
            top=self.box.top,
            right=self.edges[end],
            bottom=self.box.bottom,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a ruled table. A label or a value that wraps over lines is one cell."""

    table: int
    """Which table on the page, from 0."""
    row: int
    column: int
    row_span: int
    column_span: int
    box: Box
    lines: tuple[Line, ...]
    """Top to bottom; these lines also stand in `Page.lines`."""

    @property
    def text(self) -> str:
        """All lines as one text, joined without a break (Chinese needs none)."""
        return "".join(line.text for line in self.lines)


class MarkKind(StrEnum):
    """What a page shows that is not text (vocabulary: marks)."""

    SEAL = "seal"
    PAGING_SEAL = "paging_seal"
    SIGNATURE = "signature"
    TICK = "tick"
    QR_CODE = "qr_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A seal, signature, tick or QR code.

    `text` is the owner's name along a seal's rim, the option that a tick chooses, or what a QR code
    says; empty when it could not be read.
    """

    kind: MarkKind
    box: Box
    text: str
    text_confidence: float
    shape: str
    """`round`, `oval`, `square` or empty."""
    colour: str
    """`red`, `blue`, `grey`, `black` or empty."""
    confidence: float
    centre: str = ""
    """The line inside a seal, such as 合同专用章; empty when there is none or it was not read."""
    code: str = ""
    """The serial number at a seal's bottom; likewise."""
    rim: tuple[float, float, float] | None = None
    """Of a paging seal's slice: how far the whole seal's middle lies beyond the page's edge (less
    than 0 when on the page) and below its top, and the seal's radius, in millimetres."""
    is_electronic: bool = False
    """Whether a signature of the file says that the seal stands there."""


class Flaw(StrEnum):
    """Why a page cannot be read and has to be handed in again."""

    BLANK = "blank"
    DARK = "dark"
    BLURRED = "blurred"
    CUT_OFF = "cut_off"
    LOW_RESOLUTION = "low_resolution"
    NOT_READ = "not_read"
    """The engine failed or ran out of time. Never taken for an empty page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How well a page can be read."""

    flaws: tuple[Flaw, ...]
    dpi: float | None
    mean_confidence: float
    """Of its lines, weighted by length; 1 for embedded text, 0 when there is none."""

    @property
    def legible(self) -> bool:
        """Whether what the page says, and what it does not say, may be relied on."""
        return not self.flaws


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page after it was read."""

    number: int
    """Counts from 1 within the file."""
    aspect: float
    """Height over width of the upright page."""
    lines: tuple[Line, ...]
    """In reading order."""
    cells: tuple[Cell, ...]
    marks: tuple[Mark, ...]
    quality: Quality
    to_file: Homography = UPRIGHT
    """From upright shares to shares of the page as it is in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """All pages of one file."""

    source: Source
    pages: tuple[Page, ...]
    signals: tuple[Signal, ...] = ()
    signatures: tuple[DigitalSignature, ...] = ()

    def page(self, number: int) -> Page:
        """Return the page with this number.

        Raises:
            KeyError: No such page.
        """
        for page in self.pages:
            if page.number == number:
                return page
        raise KeyError(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of pages of one file that is one material."""

    sha256: str
    pages: tuple[int, ...]
    kind: str
    """A kind id of the vocabulary."""
    confidence: float
    runners_up: tuple[tuple[str, float], ...]
    """Other kinds with their confidence, likeliest first."""
    settled: bool
    """False when no kind is clearly ahead: a person has to say what this is."""
