"""Which types go together: numerals that fit money, numbers that mix, what arithmetic gives."""

from __future__ import annotations

from rules_kg.language.syntax import Binary, Literal, Negative, Node, Operator
from rules_kg.language.types import AMOUNTS, NUMBERS, ListOf, Simple, Type, joined


def literal_type(node: Literal) -> Type:
    """Return the type of a value written out."""
    match node.value:
        case bool():
            return Simple.BOOL
        case int():
            return Simple.INTEGER
        case str():
            return Simple.TEXT
        case _:
            return Simple.DECIMAL


def _numeral(node: Node) -> bool:
    """Whether a node is a number written out, which fits money and areas too."""
    match node:
        case Literal():
            return not isinstance(node.value, bool | str)
        case Negative():
            return _numeral(node.operand)
        case Binary():
            return _numeral(node.left) and _numeral(node.right)
        case _:
            return False


def fits(node: Node, found: Type, wanted: Type) -> bool:
    """Whether an operand of one type may stand where another is wanted."""
    if wanted in AMOUNTS and found in NUMBERS and _numeral(node):
        return wanted is not Simple.INTEGER or found is Simple.INTEGER
    if found is Simple.INTEGER and wanted is Simple.DECIMAL:
        return True
    if isinstance(found, ListOf) and isinstance(wanted, ListOf):
        return fits(node, found.element, wanted.element)
    return found == wanted or found is Simple.NOTHING


def common_type(left_node: Node, left: Type, right_node: Node, right: Type) -> Type | None:
    """Return the type in which two operands can be compared, added or chosen between."""
    if left in AMOUNTS and _numeral(right_node) and right in NUMBERS and left not in NUMBERS:
        return left
    if right in AMOUNTS and _numeral(left_node) and left in NUMBERS and right not in NUMBERS:
        return right
    return joined(left, right)


def arithmetic_type(
    operator: Operator, left: Type, right: Type, common: Type | None
) -> Type | None:
    """Return the type of `+ - * / %`, or None where the operands make no sense together.

    Args:
        operator: The operator.
        left: Type of the left operand.
        right: Type of the right operand.
        common: The type that holds both, if there is one.
    """
    found: Type | None = None
    if operator is Operator.PLUS and (common is Simple.TEXT or isinstance(common, ListOf)):
        found = common
    elif left not in AMOUNTS or right not in AMOUNTS:
        found = None
    elif operator in {Operator.PLUS, Operator.MINUS}:
        found = common
    elif operator is Operator.TIMES:
        found = common if common in NUMBERS else _scaled(left, right)
    elif operator is Operator.OVER:
        found = _ratio(left, right)
    elif left is Simple.INTEGER and right is Simple.INTEGER:
        found = Simple.INTEGER
    return found


def _scaled(left: Type, right: Type) -> Type | None:
    if left in NUMBERS:
        return right
    return left if right in NUMBERS else None


def _ratio(left: Type, right: Type) -> Type | None:
    if right in NUMBERS:
        return joined(left, right) if left in NUMBERS else left
    return Simple.DECIMAL if left == right else None
