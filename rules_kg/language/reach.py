"""Which entries of which papers an expression reads, and which of them it wants to agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from rules_kg.language.signatures import COMPARING, TOLERANT
from rules_kg.language.syntax import (
    Agree,
    Binary,
    Blank,
    Call,
    Expression,
    Filter,
    Has,
    Literal,
    Map,
    Member,
    Name,
    Node,
    Operator,
    Quantified,
)

_EQUAL = frozenset({Operator.EQUAL, Operator.DIFFERENT, Operator.AT_MOST, Operator.AT_LEAST})
_ROLES = frozenset({"sealed", "signed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What an expression speaks of."""

    entries: frozenset[tuple[str, str]]
    """Kind and field of each entry that it reads."""
    agreeing: frozenset[tuple[str, str]]
    """Those that it compares over several kinds."""
    roles: frozenset[str]
    """Roles whose seal or signature it asks for."""


def reach(expression: Expression, carried: Mapping[str, frozenset[str]]) -> Reach:
    """Return what an expression speaks of.

    Args:
        expression: Any expression that was checked.
        carried: Kind id to the fields that its papers carry.
    """
    walker = _Walker(carried)
    walker.walk(expression.node, {})
    return Reach(
        entries=frozenset(walker.entries),
        agreeing=frozenset(walker.agreeing),
        roles=frozenset(walker.roles),
    )


_Bound = Mapping[str, frozenset[str]]
"""Variables of macros with the kinds that they go over."""


class _Walker:
    def __init__(self, carried: Mapping[str, frozenset[str]]) -> None:
        self._carried = carried
        self._kinds = {kind.replace("-", "_"): frozenset({kind}) for kind in carried}
        self.entries: set[tuple[str, str]] = set()
        self.agreeing: set[tuple[str, str]] = set()
        self.roles: set[str] = set()

    def walk(self, node: Node, bound: _Bound) -> set[tuple[str, str]]:
        """Note what a node speaks of; return the entries that it reads."""
        match node:
            case Member() | Has() | Blank():
                found = self._entries(node, bound) | self.walk(node.of, bound)
            case Quantified() | Filter() | Map():
                inner = {**bound, node.variable: self._over(node.over, bound)}
                found = self.walk(node.over, bound) | self.walk(node.body, inner)
            case _:
                found = set().union(*(self.walk(one, bound) for one in _parts(node)))
        self._note(node, found, bound)
        self.entries |= found
        return found

    def _note(self, node: Node, found: set[tuple[str, str]], bound: _Bound) -> None:
        match node:
            case Agree():
                self._compared(found)
            case Call() if node.function in COMPARING | TOLERANT:
                sides = [self.walk(one, bound) for one in node.arguments[:2]]
                self._compared(set().union(*sides) if all(sides) else set())
            case Binary() if node.operator in _EQUAL:
                sides = [self.walk(node.left, bound), self.walk(node.right, bound)]
                self._compared(set().union(*sides) if all(sides) else set())
            case Call() if node.function in _ROLES:
                self.roles |= {
                    str(one.value) for one in node.arguments[1:] if isinstance(one, Literal)
                }
            case _:
                pass

    def _compared(self, entries: set[tuple[str, str]]) -> None:
        if len({kind for kind, _ in entries}) > 1:
            self.agreeing |= entries

    def _entries(self, node: Member | Has | Blank, bound: _Bound) -> set[tuple[str, str]]:
        kinds = self._subjects(node.of, bound)
        return {(kind, node.name) for kind in kinds if node.name in self._carried[kind]}

    def _subjects(self, node: Node, bound: _Bound) -> frozenset[str]:
        """Return the kinds of the paper that a node stands for."""
        if isinstance(node, Name):
            return bound.get(node.name) or self._kinds.get(node.name) or frozenset()
        return frozenset()

    def _over(self, node: Node, bound: _Bound) -> frozenset[str]:
        """Return the kinds of the papers in a list."""
        match node:
            case Call() if node.function == "papers":
                return frozenset(
                    str(one.value) for one in node.arguments if isinstance(one, Literal)
                )
            case Filter():
                return self._over(node.over, bound)
            case Binary():
                return self._over(node.left, bound) | self._over(node.right, bound)
            case _:
                return frozenset()


def _parts(node: Node) -> Iterator[Node]:
    for part in fields(node):
        below = getattr(node, part.name)
        for one in below if isinstance(below, tuple) else (below,):
            if isinstance(one, Node):
                yield one
