"""Codes with valid check characters, none of which belongs to anybody.

Sources: GB 32100-2015 (unified social credit code), GB 11714 (organisation code within it),
GB 11643-1999 (citizen identity number). Area code 999999 is unassigned, so no identity number made
here can be a real person's.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECKS = "0X987654321"
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"


def credit_check(body: str) -> str:
    """Return the check character of the 17 characters of a credit code."""
    total = sum(
        _CREDIT_ALPHABET.index(char) * weight
        for char, weight in zip(body, _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def organisation_check(body: str) -> str:
    """Return the check character of the 8 characters of an organisation code."""
    total = sum(
        _ORGANISATION_ALPHABET.index(char) * weight
        for char, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True)
    )
    return _ORGANISATION_CHECKS[total % 11]


def credit_code(rng: random.Random, area: str) -> str:
    """Return a valid credit code of a company registered in the division `area`."""
    drawn = "MA" + "".join(rng.choices(_CREDIT_ALPHABET, k=7))
    subject = drawn[:8] + organisation_check(drawn[:8])
    body = f"91{area}{subject}"
    return body + credit_check(body)


def identity_check(body: str) -> str:
    """Return the check digit of the 17 digits of an identity number."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _IDENTITY_WEIGHTS, strict=True))
    return _IDENTITY_CHECKS[total % 11]


def identity_number(rng: random.Random, born: date, *, male: bool) -> str:
    """Return a valid identity number with the unassigned area code 999999."""
    order = rng.randrange(1, 500) * 2 - (1 if male else 0)
    body = f"999999{born:%Y%m%d}{order:03d}"
    return body + identity_check(body)


def birthday(rng: random.Random, *, first_year: int = 1966, last_year: int = 1996) -> date:
    """Return a day of birth between the two years."""
    return date(rng.randint(first_year, last_year), 1, 1) + timedelta(days=rng.randrange(365))


def project_code(rng: random.Random, year: int, area: str) -> str:
    """Return a project code NNNN-NNNNNN-NN-NN-NNNNNN."""
    trade = rng.choice(("70", "47", "72", "41", "83"))
    kind = rng.choice(("01", "03", "04"))
    return f"{year}-{area}-{trade}-{kind}-{rng.randrange(100000, 999999)}"


def digits(rng: random.Random, count: int) -> str:
    """Return `count` digits, the first of them not 0."""
    return str(rng.randrange(10 ** (count - 1), 10**count))
