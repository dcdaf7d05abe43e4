"""A law text as data: every byte of the file belongs to exactly one part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rules_kg.numerals import chinese


class Part(StrEnum):
    """What a stretch of a file is."""

    FRONT = "front"
    """Front matter: title, date, source."""
    HEAD = "head"
    """The title and the note on how the text came about, before the first article."""
    HEADING = "heading"
    """Of a book, chapter or section (编, 章, 节)."""
    LABEL = "label"
    """第八条."""
    PROSE = "prose"
    ITEM = "item"
    """（一） …."""
    SUBITEM = "subitem"
    """1. … below an item."""
    COMMENT = "comment"
    ANNEX = "annex"
    """What follows the articles: 附件."""
    BREAK = "break"
    """Line ends and blanks between the parts."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A stretch of a file, counted in bytes: from `start` up to, not including, `end`."""

    start: int
    end: int

    def of(self, data: bytes) -> bytes:
        """Return the bytes of the stretch."""
        return data[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of a file; the segments of a file, joined, are the file."""

    part: Part
    span: Span
    line: int
    """Counts from 1."""
    text: str
    number: int = 0
    """Of an article, item or sub-item."""
    suffix: int = 0
    """Of an article that was put in later: 1 for 第十条之一."""
    opens: bool = True
    """Whether a blank line, or the label of its article, comes before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """（一） of a paragraph, its sub-items included."""

    number: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A 款: a sentence of its own line, with the items that it introduces."""

    number: int
    span: Span
    lead: Span
    """Without the items."""
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A 条."""

    number: int
    suffix: int
    label: str
    """As it is printed."""
    line: int
    span: Span
    """With its label."""
    body: Span
    """Without it."""
    paragraphs: tuple[Paragraph, ...]
    under: tuple[str, ...]
    """The headings that it stands below, the widest first."""
    irregular: str = ""
    """Why its paragraphs and items cannot be told apart for sure; empty when they can."""
    inline: Paragraph | None = None
    """Of an irregular article: the list that its first paragraph holds within one line, with those
    items whose ends are certain."""

    @property
    def place(self) -> str:
        """`8`, or `10-1` for 第十条之一."""
        return f"{self.number}-{self.suffix}" if self.suffix else str(self.number)

    @property
    def name(self) -> str:
        """第八条, however the text prints it."""
        return article_name(self.number, self.suffix)


def article_name(number: int, suffix: int = 0) -> str:
    """Return 第八条, or 第十条之一."""
    return f"第{chinese(number)}条" + (f"之{chinese(suffix)}" if suffix else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something about a text that a person should know."""

    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LawText:
    """One version of a law, split."""

    name: str
    """Of the file, below the folder that it was read from."""
    data: bytes
    sha256: str
    title: str
    version: date | None
    """None where the text does not tell."""
    dated_by: str
    """`front matter`, `head` or empty."""
    excerpt: str
    """What the excerpt holds, as the text says; empty for a whole text."""
    front: Mapping[str, str]
    articles: tuple[Article, ...]
    segments: tuple[Segment, ...]
    notes: tuple[Note, ...]

    def article(self, number: int, suffix: int = 0) -> Article | None:
        """Return the article of a number; None when there is none, or more than one."""
        found = [one for one in self.articles if (one.number, one.suffix) == (number, suffix)]
        return found[0] if len(found) == 1 else None
