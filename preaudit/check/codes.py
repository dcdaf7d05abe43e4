"""Check characters of codes and identity numbers."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from preaudit.check.folding import fold

_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_USCC_LENGTH = 18
_ORGANISATION = slice(8, 16)
_ORGANISATION_CHECK = 16
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECKS = "0X987654321"
_ORGANISATION_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ID_LENGTH = 18


@lru_cache(maxsize=4096)
def uscc_ok(code: str) -> bool:
    """Whether a unified social credit code has its length, signs and check character.

    Source: GB 32100-2015.
    """
    plain = fold(code).upper()
    if len(plain) != _USCC_LENGTH or any(sign not in _USCC_SIGNS for sign in plain):
        return False
    total = sum(
        weight * _USCC_SIGNS.index(sign) for weight, sign in zip(_USCC_WEIGHTS, plain, strict=False)
    )
    return _USCC_SIGNS[-total % len(_USCC_SIGNS)] == plain[-1]


@lru_cache(maxsize=4096)
def organisation_code_ok(code: str) -> bool:
    """Whether signs 9 to 17 of a credit code, an organisation code, have their check sign.

    Source: GB 11714, to which GB 32100-2015 refers.
    """
    plain = fold(code).upper()
    if len(plain) != _USCC_LENGTH or any(sign not in _ORGANISATION_SIGNS for sign in plain):
        return False
    total = sum(
        weight * _ORGANISATION_SIGNS.index(sign)
        for weight, sign in zip(_ORGANISATION_WEIGHTS, plain[_ORGANISATION], strict=True)
    )
    return _ORGANISATION_CHECKS[total % len(_ORGANISATION_CHECKS)] == plain[_ORGANISATION_CHECK]


@lru_cache(maxsize=4096)
def id_ok(number: str) -> bool:
    """Whether an identity number has 18 signs, a real birth date and its check digit.

    Source: GB 11643-1999.
    """
    plain = fold(number).upper()
    if len(plain) != _ID_LENGTH or not (plain[:-1].isascii() and plain[:-1].isdigit()):
        return False
    try:
        date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, plain, strict=False))
    return _ID_CHECKS[total % len(_ID_CHECKS)] == plain[-1]


def masked(number: str) -> str:
    """Return an identity number with only its first three and last four signs."""
    hidden = len(number) - 7
    return number if hidden < 1 else f"{number[:3]}{'*' * hidden}{number[-4:]}"
