"""Readings that compete for a field, and the seam at which sources of them are plugged in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from preaudit.document import Origin, Page
from preaudit.extract.lexicon import Lexicon
from preaudit.extract.passage import Passage, Piece
from preaudit.extract.values.authorities import mended_authority
from preaudit.extract.values.codes import proven_readings, verifier
from preaudit.extract.values.reading import Reading, field_types
from preaudit.extract.values.variants import simplified
from preaudit.fields import Text, Value
from preaudit.folding import tidy, typeset
from preaudit.geometry import Box

_SURE: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One reading of one field."""

    field: str
    value: Value
    passage: Passage
    start: int
    end: int
    """Where the value stands in the passage; half-open."""
    method: str
    """`cell`, `label`, `column`, `prose`, `code`, `closing`, `tagger`."""
    confidence: float
    """That this is the value of this field, if the characters were read right."""

    @property
    def raw(self) -> str:
        """The value as printed, without blanks."""
        return self.passage.printed(self.start, self.end)


def candidate(
    reading: Reading, passage: Passage, offset: int, method: str, base: float
) -> Candidate:
    """Return a reading of a part of a passage as a candidate.

    Texts and names are given as printed, since folding is for comparing only.

    Args:
        reading: What was read, its span counted from `offset`.
        passage: Where it was read.
        offset: Where the part that was read begins in the passage.
        method: Which source found it.
        base: How sure the source is that this is the place of the value.
    """
    start, end = offset + reading.start, offset + reading.end
    value = reading.value
    if isinstance(value, Text) and field_types().get(reading.field) != "code":
        printed = passage.printed(start, end)
        read_by_eye = passage.origin(start) is Origin.OCR
        if read_by_eye:
            printed = typeset(
                simplified(printed, lambda at: passage.sureness(start + at, start + at + 1))
            )
        value = Text(text=tidy(printed))
        if read_by_eye and reading.field == "issuing_authority":
            value = Text(text=mended_authority(value.text))
    if isinstance(value, Text) and passage.origin(start) is Origin.OCR:
        value = Text(text=_paired(value.text))
        value = _proven(reading.field, value, passage, start, end)
    return Candidate(
        field=reading.field, value=value, passage=passage, start=start, end=end, method=method,
        confidence=base * reading.quality,
    )  # fmt: skip


def _paired(text: str) -> str:
    """Return a text whose tortoise-shell bracket is opened and closed by its own kind."""
    opened, closed = "\u3014", "\u3015"
    if opened in text and closed not in text:
        return text.replace("]", closed)
    return text.replace("[", opened) if closed in text and opened not in text else text


def _proven(field: str, value: Text, passage: Passage, start: int, end: int) -> Text:
    """Return a code with look-alike characters put right, where its check character proves it.

    Only characters that the reader itself doubted are tried, and only a single proven code is
    taken: a printed fault that was read for sure stays what it is.
    """
    verify = verifier(field)
    if verify is None or verify(value.text) or len(value.text) != end - start:
        return value
    doubtful = [i for i in range(end - start) if passage.sureness(start + i, start + i + 1) < _SURE]
    proven = [code for code in proven_readings(value.text, doubtful) if verify(code)]
    return Text(text=proven[0]) if len(proven) == 1 else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """A label whose place for the value is empty or could not be read."""

    field: str
    box: Box
    """Of the label, upright."""
    page: int
    raw: str = ""
    """What stands there, where it is no value of this field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTexts:
    """One page of the segment, cut up for search."""

    page: Page
    passages: tuple[Passage, ...]
    """Columns of free lines."""
    cells: tuple[Passage, ...]
    """One for each cell with text, in the order of `Page.cells`."""
    pieces: tuple[Piece, ...]
    """Free lines, cut at wide blanks."""
    framed: tuple[tuple[Piece, ...], ...] = ()
    """The same of each cell that frames a form: its text stands in columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentTexts:
    """A segment as the sources of candidates see it."""

    kind: str
    lexicon: Lexicon
    fields: frozenset[str]
    """The field ids this kind carries."""
    pages: tuple[PageTexts, ...]
    flow: tuple[Passage, ...] = ()
    """Prose that runs on over the page edge."""

    def searched(self) -> tuple[Passage, ...]:
        """Return every passage that is searched, in order."""
        inside = [p for page in self.pages for p in (*page.passages, *page.cells)]
        return (*inside, *self.flow)


Found = Candidate | Blank

LabelEnds = Sequence[Sequence[int]]


class CandidateSource(Protocol):
    """A way to find values: labels, grid, patterns, or a trained tagger."""

    def candidates(self, texts: SegmentTexts, labels: LabelEnds) -> Iterable[Found]:
        """Yield readings of any fields of the segment; the resolver decides between them.

        Args:
            texts: The segment.
            labels: For each searched passage, in order, where the longest label that starts at a
                position ends (the position itself where none does).
        """
