"""What a worker tells its parent: lines of JSON and files of numbers, never pickles.

A worker that has read a hostile file may say anything. So each line is checked against these
shapes, sizes are capped before anything is read, and problems travel as codes whose words are ours.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from preaudit.ingest.signed import Signed
from preaudit.sheet import MediaType

MAX_LINE_BYTES = 64 * 1024
MAX_RECORD_BYTES = 24 << 20

_Share = Annotated[float, Field(ge=0.0, le=1.0)]
Bounds = tuple[_Share, _Share, _Share, _Share]
"""Left, top, right, bottom as shares of the page."""
_Page = Annotated[int, Field(ge=1, le=1_000_000)]
_Word = Annotated[str, Field(max_length=200)]
_STARVED = 0.6
MAX_NAME_CHARS = 240
"""Of an entry's name as it is shown."""
_EntryName = Annotated[str, Field(min_length=1, max_length=MAX_NAME_CHARS)]
FILE_NAME = r"^[a-z0-9-]{1,40}\.[a-z]{1,8}$"
"""What files may be called that a worker hands on."""
_FileName = Annotated[str, Field(pattern=FILE_NAME)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Job(_Record):
    """What a worker is asked to do."""

    opener: str
    """`module:function` that opens the file; see `preaudit.ingest.opening`."""
    path: str
    out: str
    """Folder for pages and pixels; it exists and is empty."""
    first_page: int
    image_mpx: int
    image_frames: int
    pdf_pages: int
    render_mpx: int
    inflated_mb: int
    inflation_ratio: int
    memory_mb: int
    file_timeout_s: float
    page_timeout_s: float
    part_mb: int = 100
    """Of one part inside a DOCX, XLSX or OFD file, inflated."""
    parts: int = 2000
    """Entries of an archive, or parts of a file that is one inside."""
    file_mb: int = 100
    name_chars: int = 1000
    zip_depth: int = 2
    depth: int = 1
    """How many archives, this one included, lie around what is in it."""
    inflated_before: int = 0
    """Bytes that came out of other archives of the case."""
    pdf_filters: int = 2
    temp_mb: int = 4096
    """What it may leave in its folder, all files together."""
    trusted: tuple[str, ...] = ()
    """Certificates of the trust list: DER, written in base64."""


class Found(_Record):
    """The file is open: this is what it is."""

    event: Literal["found"] = "found"
    media_type: MediaType
    pages: _Page


class Begun(_Record):
    """Work on a page begins; its time runs."""

    event: Literal["begun"] = "begun"
    page: _Page


class Shown(_Record):
    """A page is done."""

    event: Literal["shown"] = "shown"
    page: _Page
    record: _FileName
    """The file in the job's folder that holds a `PageRecord`."""


class Trouble(_Record):
    """A problem, by its code; it may concern one page, or one entry of an archive."""

    event: Literal["trouble"] = "trouble"
    code: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    page: _Page | None = None
    entry: _EntryName | None = None
    facts: dict[_Word, _Word] = Field(default_factory=dict, max_length=20)


class Changed(_Record):
    """The file was changed after it was signed or issued."""

    event: Literal["changed"] = "changed"
    reason: Literal["content_after_signing", "revision_after_signing", "content_after_issue"]
    page: _Page | None = None
    bounds: Bounds | None = None


class Kept(_Record):
    """The file is no archive: it is to be opened as it is."""

    event: Literal["kept"] = "kept"


class Packed(_Record):
    """An entry of an archive lies unpacked in the job's folder."""

    event: Literal["packed"] = "packed"
    name: _EntryName
    file: _FileName


class Inflated(_Record):
    """How many bytes came out of an archive in all, those of refused entries included."""

    event: Literal["inflated"] = "inflated"
    count: Annotated[int, Field(ge=0)]


class Tried(_Record):
    """A way out of the worker was tried, as the self-test does (`preaudit.ingest.probing`)."""

    event: Literal["tried"] = "tried"
    probe: _Word
    barred: bool


class Done(_Record):
    """The worker has nothing more to tell."""

    event: Literal["done"] = "done"


Event = Found | Begun | Shown | Trouble | Changed | Signed | Kept | Packed | Inflated | Tried | Done
EVENTS: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])


class PixelRecord(_Record):
    """Where the pixels of a page lie and what they are."""

    file: _FileName
    height: Annotated[int, Field(ge=1, le=1_000_000)]
    width: Annotated[int, Field(ge=1, le=1_000_000)]
    channels: Literal[1, 3]


class PageRecord(_Record):
    """One page as numbers; the lists of a kind are of equal length."""

    width_mm: Annotated[float, Field(gt=0)]
    height_mm: Annotated[float, Field(gt=0)]
    dpi: Annotated[float, Field(gt=0)] | None
    texts: list[Annotated[str, Field(max_length=32)]]
    bounds: list[Bounds]
    sizes_pt: list[float]
    visible: list[bool]
    rulings: list[Bounds]
    images: list[Bounds]
    pixels: PixelRecord


class Ending(_Record):
    """How a worker ended, as the process that started it saw it."""

    how: Literal["finished", "file_timeout", "page_timeout", "temp_full", "died"]
    detail: str = ""
    peak_mb: int = 0
    """The most memory that it held."""
    cpu_s: float = 0.0
    """The processor time that it took."""
    lines: list[str]
    """The events that it told, each a line of JSON that is not yet checked."""

    def starved(self, memory_mb: int) -> bool:
        """Tell whether it died because it got no more memory: it held most of what it may."""
        return self.peak_mb >= _STARVED * memory_mb
