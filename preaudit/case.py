"""A case, its materials and the facts that rules judge. Boxes are as the page is in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from preaudit.document import Mark, Quality, Segment
from preaudit.fields import Field, FieldState
from preaudit.geometry import Box
from preaudit.sheet import Signal, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is applied for, where, and on which day it is judged."""

    item: str
    as_of: date
    """The day of the review: rules in force and terms are judged by it."""
    jurisdiction: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What the applicant's system knows of the case (use, funding, tender, ...); may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningPlace:
    """A place on a paper that asks for a seal or a signature, and what was found there."""

    role: str
    """Who has to sign: a role id of the vocabulary, or `issuing-authority`; may be empty."""
    wants: str
    """`seal` or `signature`."""
    label: str
    """The words that ask for it, as printed."""
    box: Box
    """Of the label, as the page is in the file."""
    filled_by: tuple[int, ...]
    """Indexes into `Material.marks`; empty when the place is bare."""
    certain: bool
    """False when the page is too poor to say that a bare place is bare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLabel:
    """A printed page number: 第 number 页 共 total 页."""

    page: int
    number: int
    total: int | None
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class PagingSeal:
    """One seal across the edges of several pages, as far as its slices were found."""

    edge: str
    """`left` or `right`."""
    pages: tuple[int, ...]
    """Pages that bear a slice of it."""
    bare: tuple[int, ...]
    """Pages among which it should stand and does not."""
    out_of_order: tuple[int, ...]
    """Pages whose slice is not the one that follows that of the page before."""

    @property
    def whole(self) -> bool:
        """Whether its slices follow one another over all pages."""
        return not self.bare and not self.out_of_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One paper of the case: a segment with its fields and marks."""

    source: Source
    segment: Segment
    instance: int
    """Counts from 1 among the case's materials of this kind, in the order of file name and page."""
    fields: tuple[Field, ...]
    marks: tuple[Mark, ...]
    """Boxes as the page is in the file."""
    places: tuple[SigningPlace, ...]
    page_labels: tuple[PageLabel, ...]
    qualities: tuple[Quality, ...]
    """One for each page of the segment, in order."""
    paging: tuple[PagingSeal, ...] = ()
    """The paging seals whose slices could be matched, the fullest first."""

    @property
    def kind(self) -> str:
        """The kind id."""
        return self.segment.kind

    @property
    def key(self) -> str:
        """A name for this material within the case, such as `business-licence#2`."""
        return f"{self.kind}#{self.instance}"

    def field(self, name: str) -> Field | None:
        """Return the field with this id, or None when the kind does not carry it."""
        return next((one for one in self.fields if one.name == name), None)

    def value_state(self, name: str) -> FieldState:
        """Return how much is known of a field; `MISSING` when the kind does not carry it."""
        found = self.field(name)
        return found.state if found else FieldState.MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that rules may judge by. Nothing here is a verdict."""

    case: Case
    materials: tuple[Material, ...]
    signals: tuple[Signal, ...]
    unread: tuple[str, ...]
    """Names of files of the case that could not be opened or read: what they hold is not known."""


NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})
"""For cases about which only the papers speak."""
