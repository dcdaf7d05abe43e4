"""Operators on known values, each at the edges where it could be a little wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from preaudit.check.answers import LONG_TERM
from preaudit.check.arithmetic import CannotSayError, calculate, compare
from rules_kg.language.syntax import Operator

BIG = 10**40
ORDERS = {
    Operator.EQUAL: (False, True, False),
    Operator.DIFFERENT: (True, False, True),
    Operator.LESS: (True, False, False),
    Operator.AT_MOST: (True, True, False),
    Operator.GREATER: (False, False, True),
    Operator.AT_LEAST: (False, True, True),
}
"""What each comes to where the left side is smaller, equal, larger."""


@pytest.mark.parametrize("operator", ORDERS)
@pytest.mark.parametrize(
    ("small", "large"),
    [
        (-3, 10**30),
        (Decimal("2000.4"), Decimal("2000.5")),
        (1, Decimal("1.5")),
        ("甲一", "甲二"),
        (False, True),
        (date(2025, 1, 1), date(2025, 1, 2)),
        (date.max, LONG_TERM),
        (date.min, LONG_TERM),
    ],
)
def test_every_relation_of_every_sort_of_value(
    operator: Operator, small: object, large: object
) -> None:
    """Smaller, equal and larger are told apart for numbers, texts, truth and days."""
    found = (
        compare(operator, small, large),
        compare(operator, small, _again(small)),
        compare(operator, large, small),
    )
    assert found == ORDERS[operator]
    assert compare(operator, large, _again(large)) is ORDERS[operator][1]


def _again(value: object) -> object:
    """Return an equal value, another object where there can be one."""
    match value:
        case bool():
            return value
        case int():
            return int(str(value))
        case Decimal():
            return value + Decimal("0.00")
        case str():
            return "".join(list(value))
        case date():
            return date.fromisoformat(value.isoformat())
        case _:
            return value


@pytest.mark.parametrize(
    ("left", "right", "quotient", "remainder"),
    [
        (7, 2, 3, 1),
        (-7, 2, -3, -1),
        (7, -2, -3, 1),
        (-7, -2, 3, -1),
        (6, 2, 3, 0),
        (-6, 3, -2, 0),
        (1, 2, 0, 1),
        (-1, 2, 0, -1),
        (0, 5, 0, 0),
        (0, -5, 0, 0),
        (-1, 1, -1, 0),
        (1, -1, -1, 0),
        (1, 1, 1, 0),
    ],
)
def test_whole_numbers_divide_towards_zero(
    left: int, right: int, quotient: int, remainder: int
) -> None:
    """The quotient loses its fraction, and the remainder has the sign of the dividend."""
    over = calculate(Operator.OVER, left, right)
    rest = calculate(Operator.MODULO, left, right)
    assert (over, rest) == (quotient, remainder)
    assert isinstance(over, int)
    assert isinstance(rest, int)


@pytest.mark.parametrize(
    ("operator", "left", "right", "result"),
    [
        (Operator.PLUS, 7, 5, 12),
        (Operator.MINUS, 7, 5, 2),
        (Operator.TIMES, 7, 5, 35),
        (Operator.PLUS, Decimal("0.1"), Decimal("0.2"), Decimal("0.3")),
        (Operator.MINUS, Decimal("0.3"), 1, Decimal("-0.7")),
        (Operator.TIMES, 3, Decimal("0.1"), Decimal("0.3")),
        (Operator.OVER, Decimal(7), 2, Decimal("3.5")),
        (Operator.OVER, 7, Decimal(2), Decimal("3.5")),
        (Operator.OVER, Decimal("-0.5"), Decimal("0.25"), Decimal(-2)),
        (Operator.MODULO, Decimal("7.5"), 2, Decimal("1.5")),
        (Operator.MODULO, Decimal("0.5"), Decimal("0.3"), Decimal("0.2")),
        (Operator.MODULO, Decimal("5.2"), Decimal("0.5"), Decimal("0.2")),
        (Operator.MODULO, Decimal("-5.2"), Decimal("0.5"), Decimal("-0.2")),
    ],
)
def test_results_are_exact(
    operator: Operator, left: int | Decimal, right: int | Decimal, result: int | Decimal
) -> None:
    """Two whole numbers give a whole number, a decimal among them an exact decimal."""
    found = calculate(operator, left, right)
    assert (found, type(found)) == (result, type(result))


def test_texts_are_joined_in_order() -> None:
    """The left text comes first."""
    assert calculate(Operator.PLUS, "甲", "乙") == "甲乙"


@pytest.mark.parametrize("sign", [1, -1])
def test_forty_digits_are_the_limit(sign: int) -> None:
    """A result of ten to the fortieth is given, one more is beyond reason, on both sides."""
    assert calculate(Operator.PLUS, sign * BIG, 0) == sign * BIG
    assert calculate(Operator.TIMES, sign * 10**20, 10**20) == sign * BIG
    with pytest.raises(CannotSayError):
        calculate(Operator.PLUS, sign * BIG, sign)
    with pytest.raises(CannotSayError):
        calculate(Operator.TIMES, Decimal(sign * BIG), Decimal("1.1"))


@pytest.mark.parametrize(
    ("operator", "left", "right"),
    [
        (Operator.OVER, 1, 0),
        (Operator.MODULO, 1, 0),
        (Operator.OVER, Decimal(1), Decimal(0)),
        (Operator.OVER, 1, Decimal(0)),
        (Operator.OVER, Decimal(0), 0),
        (Operator.MODULO, Decimal(0), 0),
        (Operator.TIMES, Decimal("9e999999"), Decimal(10)),
    ],
)
def test_what_has_no_result_says_so(
    operator: Operator, left: int | Decimal, right: int | Decimal
) -> None:
    """Division by nothing, of nothing by nothing, and numbers beyond any store have no result."""
    with pytest.raises(CannotSayError):
        calculate(operator, left, right)
