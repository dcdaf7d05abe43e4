"""How far two texts are apart, after what carries no meaning was taken away."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_HALF = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLDED = {**_HALF, ord("㎡"): "m2", ord("㎥"): "m3", ord("²"): "2", ord("³"): "3"}
"""Full-width forms, and the units that have a sign of their own in Chinese fonts."""


def normalised(text: str) -> str:
    """Return the text without spaces, full-width forms as half-width; nothing else is forgiven.

    The sign ㎡ is a full-width form of m² and looks the same in print.
    """
    return "".join(text.translate(_FOLDED).split())


def distance(one: str, other: str) -> int:
    """Return how many characters have to be put in, left out or changed (Levenshtein)."""
    if not one or not other:
        return max(len(one), len(other))
    return int(_last_row(one, other, free_start=False)[-1])


def distance_within(part: str, whole: str) -> int:
    """Return the least distance between `part` and any stretch of `whole`."""
    if not part:
        return 0
    return int(_last_row(part, whole, free_start=True).min())


def _last_row(one: str, other: str, *, free_start: bool) -> NDArray[np.int64]:
    """Return the distances of `one` to what ends at each place of `other`."""
    letters = np.array([ord(char) for char in other], dtype=np.int64)
    steps = np.arange(len(letters) + 1, dtype=np.int64)
    row = np.zeros_like(steps) if free_start else steps.copy()
    for count, char in enumerate(one, start=1):
        change = row[:-1] + (letters != ord(char))
        best = np.concatenate([[count], np.minimum(change, row[1:] + 1)])
        # Putting characters in costs one each: a running minimum once the steps are taken off.
        row = np.minimum.accumulate(best - steps) + steps
    return row
