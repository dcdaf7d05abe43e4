"""Typed values, and why we believe them. Boxes here are as the page is in the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, assert_never

from pydantic import Discriminator

from preaudit.document import Origin
from preaudit.geometry import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text, name, person, code or choice, normalised (see `preaudit.extract`)."""

    type: Literal["text"] = "text"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A calendar day."""

    type: Literal["day"] = "day"
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LongTerm:
    """长期: valid without an end."""

    type: Literal["long_term"] = "long_term"


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in yuan (CNY)."""

    type: Literal["money"] = "money"
    yuan: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An area in square metres."""

    type: Literal["area"] = "area"
    m2: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A count or another plain number."""

    type: Literal["number"] = "number"
    number: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Several texts, in the order printed."""

    type: Literal["listing"] = "listing"
    items: tuple[str, ...]


Value = Annotated[Text | Day | LongTerm | Money | Area | Number | Listing, Discriminator("type")]


def canonical(value: Value) -> str | list[str]:
    """Return a value the way truth files and reports print it.

    Dates ISO, `long-term`, money in yuan and areas in m2 as plain decimals without trailing zeros.
    """
    printed: str | list[str]
    match value:
        case Text():
            printed = value.text
        case Day():
            printed = value.day.isoformat()
        case LongTerm():
            printed = "long-term"
        case Money():
            printed = _plain(value.yuan)
        case Area():
            printed = _plain(value.m2)
        case Number():
            printed = _plain(value.number)
        case Listing():
            printed = list(value.items)
        case _ as unreachable:
            assert_never(unreachable)
    return printed


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class FieldState(StrEnum):
    """How much we know about one field.

    Rules may rely on `FOUND` and `MISSING`. The other two mean that a person has to look, and every
    condition on such a field comes out undetermined.
    """

    FOUND = "found"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    """The place was found, the writing was not legible."""
    AMBIGUOUS = "ambiguous"
    """Two readings disagree and neither is clearly better, or the only one is not sure enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a value is believed: a place on a page and what stands there."""

    sha256: str
    """Of the file."""
    box: Box
    """As the page is in the file."""
    quote: str
    confidence: float
    """How sure the reader was of the least sure character of the quote."""
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerUp:
    """A reading that lost."""

    raw: str
    confidence: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of one material.

    A field that is `FOUND` has a value and at least one evidence. A `MISSING` field has evidence
    when its empty place (a label without an entry) was found: that is a blank entry, not a layout
    without it.
    """

    name: str
    """A field id of the vocabulary."""
    state: FieldState
    raw: str
    """As printed, wraps joined; empty unless found or ambiguous."""
    value: Value | None
    evidence: tuple[Evidence, ...]
    """The best first, then further places of the material with the same value."""
    confidence: float
    method: str
    """Which candidate won: `cell`, `label`, `pattern`, `tagger`, ..."""
    reason: str = ""
    """Why it is unreadable, ambiguous or missing, in Chinese."""
    runners_up: tuple[RunnerUp, ...] = ()
