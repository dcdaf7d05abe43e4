"""A finished paper with its truth: what is printed where, and which marks it bears."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.legibility import Letter
from corpus.printed import Printed, Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One line's piece of a value."""

    page: int
    box: Shares
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One place where a value is printed; a value may run over several lines."""

    value: str
    """As printed."""
    normalised: str | list[str]
    parts: tuple[Part, ...]

    @property
    def page(self) -> int:
        """The page on which the value begins, from 1."""
        return self.parts[0].page

    @property
    def box(self) -> Shares:
        """The smallest box around the pieces on that page."""
        boxes = [part.box for part in self.parts if part.page == self.page]
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperMark:
    """A seal, paging seal, signature, tick or QR code.

    Papers made to measure marks also tell where one is missing: `no_seal`, `no_signature`.
    """

    kind: str
    page: int
    box: Shares
    owner: str | None = None
    shape: str | None = None
    bears: Mapping[str, str] = field(default_factory=dict)
    """To measure marks by, no part of the answer key: `centre`, `code`, `look`, `slice`."""
    letters: tuple[Letter, ...] = ()
    """Of a seal, likewise, with corners in shares of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper as a file of its own; pages count from 1."""

    kind: str
    family: str
    """The layout family, so that whole families can be left out of training."""
    data: bytes
    """PDF while native; what a channel made of it afterwards."""
    suffix: str = ".pdf"
    channel: str = "native"
    page_count: int = 1
    spots: Mapping[str, tuple[Spot, ...]] = field(default_factory=dict)
    """Field to the places where it is printed; the first is the main one."""
    marks: tuple[PaperMark, ...] = ()
    unprinted: Mapping[str, str | list[str]] = field(default_factory=dict)
    illegible: tuple[int, ...] = ()
    """Pages that nobody can read."""
    printed: Printed = field(default_factory=Printed)
    """Every line and cell, to measure reading by; no part of the answer key."""
