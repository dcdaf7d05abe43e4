"""Operators on two known values, as CEL has them, on exact numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation, Overflow
from typing import Any

from preaudit.check.answers import Endless
from rules_kg.language.syntax import Operator

_LARGEST = 10**40


class CannotSayError(Exception):
    """An operation has no result: division by zero, or a number beyond reason."""


def compare(operator: Operator, left: Any, right: Any) -> bool:
    """Return whether two known plain values stand in a relation; 长期 is later than every day."""
    if isinstance(left, Endless | date):  # then so is the other: the type check saw to it
        left, right = _moment(left), _moment(right)
    match operator:
        case Operator.EQUAL:
            return bool(left == right)
        case Operator.DIFFERENT:
            return bool(left != right)
        case Operator.LESS:
            return bool(left < right)
        case Operator.AT_MOST:
            return bool(left <= right)
        case Operator.GREATER:
            return bool(left > right)
        case _:
            return bool(left >= right)


def _moment(day: Endless | date) -> tuple[bool, date]:
    return (True, date.max) if isinstance(day, Endless) else (False, day)


def calculate(operator: Operator, left: Any, right: Any) -> int | Decimal | str:
    """Return the result of `+ - * / %`.

    Two integers divide as in CEL: towards zero, and the remainder has the dividend's sign.

    Raises:
        CannotSayError: Division by zero, or a result beyond 40 digits.
    """
    if isinstance(left, str):
        return left + str(right)
    try:
        result = _calculated(operator, left, right)
    except (ZeroDivisionError, InvalidOperation, Overflow) as error:
        raise CannotSayError from error
    if not -_LARGEST <= result <= _LARGEST:
        raise CannotSayError
    return result


def _calculated(operator: Operator, left: Any, right: Any) -> int | Decimal:
    result: int | Decimal
    match operator:
        case Operator.PLUS:
            result = left + right
        case Operator.MINUS:
            result = left - right
        case Operator.TIMES:
            result = left * right
        case Operator.OVER:
            result = _ratio(left, right)
        case _:
            result = left - right * _quotient(left, right)
    return result


def _ratio(left: int | Decimal, right: int | Decimal) -> int | Decimal:
    if isinstance(left, int) and isinstance(right, int):
        return _quotient(left, right)
    return Decimal(left) / Decimal(right)


def _quotient(left: int, right: int) -> int:
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient
