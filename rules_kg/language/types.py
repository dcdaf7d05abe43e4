"""What kinds of value an expression can have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Simple(Enum):
    """A type without parts."""

    BOOL = "bool"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    AREA = "area"
    DATE = "date"
    NOTHING = "nothing"
    """Of the elements of `[]`: fits everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    """A list whose elements are of one type."""

    element: Type


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Record:
    """Something with members: a material, a mark, a row of a table."""

    name: str
    """For messages, such as `application-form`."""
    members: Mapping[str, Type]
    open_to: Type | None = None
    """The type of every member that is not listed; None when there are no others."""

    def member(self, name: str) -> Type | None:
        """Return a member's type, or None when there is no such member."""
        return self.members.get(name, self.open_to)


Type = Simple | ListOf | Record

NUMBERS = frozenset({Simple.INTEGER, Simple.DECIMAL})
AMOUNTS = frozenset({Simple.INTEGER, Simple.DECIMAL, Simple.MONEY, Simple.AREA})
ORDERED = AMOUNTS | {Simple.TEXT, Simple.DATE, Simple.BOOL}


def show(kind: Type) -> str:
    """Return a type as messages write it."""
    match kind:
        case Simple():
            return kind.value
        case ListOf():
            return f"list of {show(kind.element)}"
        case _:  # A Record, and by its type nothing else.
            return kind.name


def joined(left: Type, right: Type) -> Type | None:
    """Return the type that holds values of both, or None when the two do not mix."""
    if left is Simple.NOTHING:
        return right
    if right is Simple.NOTHING or left == right:
        return left
    if left in NUMBERS and right in NUMBERS:
        return Simple.DECIMAL
    if isinstance(left, ListOf) and isinstance(right, ListOf):
        element = joined(left.element, right.element)
        return ListOf(element=element) if element else None
    if isinstance(left, Record) and isinstance(right, Record):
        return _joined_records(left, right)
    return None


def _joined_records(left: Record, right: Record) -> Record | None:
    if set(left.members) >= set(right.members):
        return left
    if set(right.members) >= set(left.members):
        return right
    members = {**left.members, **right.members}
    return Record(name=f"{left.name} or {right.name}", members=members)
