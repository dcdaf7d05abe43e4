"""The two clocks of a record: when it is in force, and when we knew it.

A record is in force on the days from `valid_from` up to, not including, `valid_until`. It was known
from `recorded_at` up to, not including, `superseded_at`: a record that turns out wrong is not
changed but superseded by another, so that what we knew on a day can be told later. Both periods are
half-open, an open side is left out. Two records of one thing may hold for the same day only if they
were never known together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Protocol, TypeVar

T = TypeVar("T", bound="Known")


class Known(Protocol):
    """Something with a recorded period."""

    @property
    def recorded_at(self) -> date | None:
        """The day it was written down."""

    @property
    def superseded_at(self) -> date | None:
        """The day another record took its place."""


class Dated(Known, Protocol):
    """Something with both periods."""

    @property
    def valid_from(self) -> date:
        """The first day on which it holds."""

    @property
    def valid_until(self) -> date | None:
        """The first day on which it no longer holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The recorded period of a record."""

    recorded_at: date | None = None
    """The day we wrote it down; since ever where it is left out."""
    superseded_at: date | None = None
    """The day another record took its place; never where it is left out."""

    def known(self, day: date | None) -> bool:
        """Whether we relied on this record on a day; on none: whether nothing superseded it."""
        if day is None:
            return self.superseded_at is None
        return within(day, self.recorded_at, self.superseded_at)


def within(day: date, start: date | None, end: date | None) -> bool:
    """Whether a day lies in a half-open period."""
    return (start is None or start <= day) and (end is None or day < end)


def periods_meet(
    start: date | None, end: date | None, other_start: date | None, other_end: date | None
) -> bool:
    """Whether two half-open periods have a day in common."""
    return _before(start, other_end) and _before(other_start, end)


def _before(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start < end


def known_together(one: Known, other: Known) -> bool:
    """Whether there is a day on which we knew both."""
    return periods_meet(one.recorded_at, one.superseded_at, other.recorded_at, other.superseded_at)


def hold_together(one: Dated, other: Dated) -> bool:
    """Whether there are days on which both are in force as we knew it."""
    return known_together(one, other) and periods_meet(
        one.valid_from, one.valid_until, other.valid_from, other.valid_until
    )


def rivals(records: Sequence[T]) -> Iterator[tuple[int, int]]:
    """Yield the indexes of each two records that were known together."""
    for first, second in combinations(range(len(records)), 2):
        if known_together(records[first], records[second]):
            yield first, second
