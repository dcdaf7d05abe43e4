"""Codes made for invented parties must hold under the public standards."""

from __future__ import annotations

import random
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from corpus.codes import credit_check, credit_code, identity_check, identity_number, project_code

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@given(seed=st.integers(min_value=0, max_value=10**9))
def test_every_credit_code_is_weighted_to_nothing(seed: int) -> None:
    """The weighted sum of all 18 characters is a multiple of 31 (GB 32100)."""
    code = credit_code(random.Random(seed), "350211")
    total = sum(_ALPHABET.index(char) * pow(3, at, 31) for at, char in enumerate(code[:17]))
    assert len(code) == 18
    assert (total + _ALPHABET.index(code[17])) % 31 == 0
    assert credit_check(code[:17]) == code[17]


@given(seed=st.integers(min_value=0, max_value=10**9))
def test_every_credit_code_holds_an_organisation_code(seed: int) -> None:
    """Signs 9 to 17 and their check sign are weighted to a multiple of 11 (GB 11714)."""
    inner = credit_code(random.Random(seed), "350211")[8:17]
    total = sum(
        int(char, 36) * weight
        for char, weight in zip(inner[:8], (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    )
    assert (total + (10 if inner[8] == "X" else int(inner[8]))) % 11 == 0


@given(seed=st.integers(min_value=0, max_value=10**9), born=st.dates(date(1950, 1, 1)))
def test_every_identity_number_is_checkable_and_nobodys(seed: int, born: date) -> None:
    """The number carries the unassigned area code, the birth date and a right check digit."""
    number = identity_number(random.Random(seed), born, male=True)
    assert number.startswith("999999" + born.strftime("%Y%m%d"))
    assert int(number[16]) % 2 == 1
    digits = [10 if char == "X" else int(char) for char in number]
    assert sum(digit * pow(2, 17 - at, 11) for at, digit in enumerate(digits)) % 11 == 1
    assert identity_check(number[:17]) == number[17]


def test_project_codes_have_their_form() -> None:
    """A project code is NNNN-NNNNNN-NN-NN-NNNNNN."""
    parts = project_code(random.Random(1), 2024, "350211").split("-")
    assert [len(part) for part in parts] == [4, 6, 2, 2, 6]
    assert "".join(parts).isdigit()
