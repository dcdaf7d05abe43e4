"""The closed set of conditions that a rule's expression is parsed into.

Every node knows which characters of the expression it came from, `start` to `end`, half-open.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Operator(StrEnum):
    """Between two operands."""

    OR = "||"
    AND = "&&"
    EQUAL = "=="
    DIFFERENT = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="
    IN = "in"
    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    OVER = "/"
    MODULO = "%"


class Quantity(StrEnum):
    """How many elements have to fulfil a condition."""

    ALL = "all"
    EXISTS = "exists"
    EXISTS_ONE = "exists_one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A value written out."""

    start: int
    end: int
    value: bool | int | Decimal | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """`[a, b]`."""

    start: int
    end: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A variable."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """`of.name`."""

    start: int
    end: int
    of: Node
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """`of[index]`."""

    start: int
    end: int
    of: Node
    index: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """`!operand`."""

    start: int
    end: int
    operand: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Negative:
    """`-operand`."""

    start: int
    end: int
    operand: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """`left operator right`."""

    start: int
    end: int
    operator: Operator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`condition ? then : otherwise`."""

    start: int
    end: int
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`function(arguments)`; a method's receiver is its first argument."""

    start: int
    end: int
    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Has:
    """`has(of.name)`: the entry is there."""

    start: int
    end: int
    of: Node
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """`blank(of.name)`: the entry's place is there, and empty."""

    start: int
    end: int
    of: Node
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantified:
    """`over.all(variable, body)` and its kin."""

    start: int
    end: int
    quantity: Quantity
    over: Node
    variable: str
    body: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """`over.filter(variable, body)`."""

    start: int
    end: int
    over: Node
    variable: str
    body: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """`over.map(variable, body)`."""

    start: int
    end: int
    over: Node
    variable: str
    body: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Agree:
    """`agree(over, same)`: all known values are pairwise the same."""

    start: int
    end: int
    over: Node
    same: str


Node = (
    Literal
    | Listed
    | Name
    | Member
    | Index
    | Not
    | Negative
    | Binary
    | Choice
    | Call
    | Has
    | Blank
    | Quantified
    | Filter
    | Map
    | Agree
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A parsed expression with its text."""

    text: str
    node: Node

    def source(self, node: Node) -> str:
        """Return the characters that a node came from, on one line."""
        text = self.text[node.start : node.end]
        return " ".join(text.split()) if "\n" in text or "  " in text else text


class LanguageFault(Exception):  # noqa: N818 - becomes a Fault, and is named alike
    """An expression cannot be understood; `offset` counts its characters from 0."""

    def __init__(self, message: str, offset: int, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.code = code
