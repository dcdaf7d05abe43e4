"""What an expression speaks of, without evaluating it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields

from rules_kg.language.syntax import Call, Expression, Literal, Member, Name, Node


def nodes(node: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    yield node
    for part in fields(node):
        below = getattr(node, part.name)
        for one in below if isinstance(below, tuple) else (below,):
            if isinstance(one, Node):
                yield from nodes(one)


def kinds_named(expression: Expression, variables: Iterable[str]) -> frozenset[str]:
    """Return the kind ids that an expression names.

    Args:
        expression: Any expression.
        variables: The variables that stand for kinds, such as `application_form`.
    """
    known = frozenset(variables)
    found: set[str] = set()
    for node in nodes(expression.node):
        if isinstance(node, Name) and node.name in known:
            found.add(node.name.replace("_", "-"))
        elif isinstance(node, Call) and node.function in {"papers", "handed_in"}:
            found |= {str(one.value) for one in node.arguments if isinstance(one, Literal)}
    return frozenset(found)


def parameters_named(expression: Expression) -> frozenset[str]:
    """Return the parameter ids that an expression uses."""
    return frozenset(
        node.name
        for node in nodes(expression.node)
        if isinstance(node, Member) and isinstance(node.of, Name) and node.of.name == "param"
    )
