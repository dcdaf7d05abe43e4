"""What an expression comes to: a value or unknown, with the facts that decided it.

`because` holds the facts that decided a known value, and nothing else: of a false conjunction only
the operands that are false, of a false `all` only the elements that fail. `doubts` holds why a
value is unknown. Kleene's logic lives here (`both`, `either`): there is one place to look at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Protocol, TypeVar

from preaudit.fields import Evidence
from preaudit.findings import About, Bilingual


class Mystery(Enum):
    """The value that is not known."""

    UNKNOWN = "unknown"


class Endless(Enum):
    """长期: a day later than every other."""

    LONG_TERM = "long-term"


T = TypeVar("T")
UNKNOWN = Mystery.UNKNOWN
LONG_TERM = Endless.LONG_TERM


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ref:
    """A fact: what it is about, where it stands and how sure we are of it."""

    about: About
    evidence: tuple[Evidence, ...] = ()
    confidence: float = 1.0
    shown: str = ""
    """The value as printed; empty for a paper as a whole."""
    personal: bool = False
    """Whether it is an identity number, to be masked wherever people see it."""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Doubt:
    """Why something is not known."""

    reason: Bilingual
    ref: Ref | None = None


class Subject(Protocol):
    """Something with members that an expression can ask for."""

    def member(self, name: str) -> Answer:
        """Return a member's value."""

    def has(self, name: str) -> Answer:
        """Return whether the member is there."""

    def blank(self, name: str) -> Answer:
        """Return whether the member's place is there and empty."""

    def shown(self) -> Bilingual:
        """Return how texts call it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """A value with its reasons."""

    value: Value
    because: tuple[Ref, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    silent: bool = False
    """Unknown only because nothing is printed, or the paper is absent."""

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return self.value is not UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Element:
    """An element of a list; `doubts` says why it may not belong to it."""

    answer: Answer
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Many:
    """A list of which membership may be uncertain."""

    elements: tuple[Element, ...]
    hidden: tuple[Doubt, ...] = ()
    """Why there may be more elements than these; empty when there are surely no others."""

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """Why the list's length is not known; empty when it is."""
        return merged(self.hidden, *(one.doubts for one in self.elements))


Value = bool | int | Decimal | str | date | Endless | Mystery | Subject | Many


def merged(*groups: Iterable[T]) -> tuple[T, ...]:
    """Return the members of all groups in order, each object once."""
    return tuple({id(one): one for group in groups for one in group}.values())


def unknown(*doubts: Doubt, silent: bool = False) -> Answer:
    """Return an answer that is not known."""
    return Answer(value=UNKNOWN, doubts=doubts, silent=silent)


def unknown_since(*answers: Answer) -> Answer:
    """Return an unknown answer for the reasons of those that are unknown."""
    return unknown(*merged(*(one.doubts for one in answers if not one.known)))


def deciding(answers: Iterable[Answer]) -> tuple[Ref, ...]:
    """Return all facts that answers rest on, each once."""
    return merged(*(one.because for one in answers))


def settle(answers: Iterable[Answer], *, decisive: bool) -> Answer:
    """Return Kleene's conjunction (`decisive` false) or disjunction (`decisive` true).

    One decisive answer settles it, whatever the others are; then only the decisive ones count as
    its reasons. Without one, any unknown makes it unknown.
    """
    everything = tuple(answers)
    found = [one for one in everything if one.value is decisive]
    if found:
        return Answer(value=decisive, because=deciding(found))
    if any(not one.known for one in everything):
        return unknown_since(*everything)
    return Answer(value=not decisive, because=deciding(everything))


def both(*answers: Answer) -> Answer:
    """Return the conjunction."""
    return settle(answers, decisive=False)


def either(*answers: Answer) -> Answer:
    """Return the disjunction."""
    return settle(answers, decisive=True)


def negated(answer: Answer) -> Answer:
    """Return the negation; unknown stays unknown."""
    if not answer.known:
        return answer
    return Answer(value=not answer.value, because=answer.because)
