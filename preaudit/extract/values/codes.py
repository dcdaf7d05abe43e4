"""Numbers that prove themselves: credit codes, identity numbers, project codes.

A printed code with a wrong check character is a fact to report, never to mend: characters are
swapped only where the reader itself was unsure and the check character (GB 32100-2015, GB
11643-1999) then proves the swap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Final

USCC: Final = r"[0-9A-Z]{2}\d{6}[0-9A-Z]{10}"
IDENTITY: Final = r"\d{17}[\dX]"
PROJECT: Final = r"\d{4}-\d{6}-\d{2}-\d{2}-\d{6}"

_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS: Final = "10X98765432"
_TWINS: Final = {
    "0": "OQD", "O": "0", "Q": "0", "D": "0", "1": "IL", "I": "1", "L": "1", "2": "Z", "Z": "2",
    "5": "S", "S": "5", "8": "B", "B": "8", "6": "G", "G": "6", "V": "Y", "U": "J", "9": "g",
}  # fmt: skip
_MOST_SWAPS: Final = 2


def uscc_ok(code: str) -> bool:
    """Tell whether a unified social credit code carries its right check character."""
    if len(code) != 18 or any(char not in _USCC_ALPHABET for char in code):  # noqa: PLR2004 - the code's length
        return False
    total = sum(
        _USCC_ALPHABET.index(char) * weight
        for char, weight in zip(code, _USCC_WEIGHTS, strict=False)
    )
    return _USCC_ALPHABET[(31 - total % 31) % 31] == code[-1]


def identity_ok(code: str) -> bool:
    """Tell whether an identity number carries its right check character."""
    if not re.fullmatch(IDENTITY, code):
        return False
    total = sum(int(char) * weight for char, weight in zip(code, _ID_WEIGHTS, strict=False))
    return _ID_CHECKS[total % 11] == code[-1]


def registration_ok(number: str) -> bool:
    """Tell whether a registration number of 15 digits carries its right check digit.

    Licences bore such numbers before there were unified codes (MOD 11,10 of ISO 7064).
    """
    if not re.fullmatch(r"\d{15}", number):
        return False
    rest = 10
    for digit in number[:-1]:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return (11 - rest) % 10 == int(number[-1])


def verifier(field: str) -> Callable[[str], bool] | None:
    """Return what verifies the codes of a field; None for codes that carry no check character."""
    if field.endswith("_uscc"):
        return uscc_ok
    return identity_ok if field in ("id_number", "agent_id_number") else None


def proven_readings(code: str, doubtful: Sequence[int]) -> Iterator[str]:
    """Yield codes that differ from `code` only at `doubtful` places, by look-alike characters."""
    places = [i for i in doubtful if code[i] in _TWINS][:6]
    options = [code[i] + _TWINS[code[i]] for i in places]
    for choice in product(*options):
        swapped = list(code)
        for place, char in zip(places, choice, strict=True):
            swapped[place] = char
        candidate = "".join(swapped)
        if (
            candidate != code
            and sum(a != b for a, b in zip(candidate, code, strict=True)) <= _MOST_SWAPS
        ):
            yield candidate
