"""Numbers, boxes and matrices as OFD writes them; whatever is written, finite numbers come out."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

Matrix = tuple[float, float, float, float, float, float]
"""a b c d e f: a point (x, y) goes to (a x + c y + e, b x + d y + f)."""
Point = tuple[float, float]
Area = tuple[float, float, float, float]
"""Left, top, width, height."""

SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_FARTHEST = 1e6
"""A kilometre in millimetres: nothing honest lies farther away."""
_SPLIT = re.compile(r"[\s,]+")
_LIST_MAX = 200_000


def number(text: str | None, default: float = 0.0) -> float:
    """Return a number; the default when there is none or it is not one."""
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        return default
    if not math.isfinite(value):
        return default
    return max(-_FARTHEST, min(_FARTHEST, value))


def numbers(text: str | None) -> list[float]:
    """Return the numbers of a list; what is not one counts as 0."""
    if not text:
        return []
    return [number(part) for part in _SPLIT.split(text.strip(), maxsplit=_LIST_MAX)[:_LIST_MAX]]


def area(text: str | None) -> Area | None:
    """Return a box; None when it is not four numbers."""
    found = numbers(text)
    if len(found) < 4:  # noqa: PLR2004  # left, top, width, height
        return None
    return found[0], found[1], found[2], found[3]


def matrix(text: str | None) -> Matrix:
    """Return a matrix; the one that changes nothing when it is not six numbers."""
    found = numbers(text)
    if len(found) != 6:  # noqa: PLR2004  # a to f
        return SAME
    return found[0], found[1], found[2], found[3], found[4], found[5]


def then(first: Matrix, second: Matrix) -> Matrix:
    """Return the matrix that does one and then the other."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (
        a * g + b * i, a * h + b * j,
        c * g + d * i, c * h + d * j,
        e * g + f * i + k, e * h + f * j + m,
    )  # fmt: skip


def moved(x: float, y: float) -> Matrix:
    """Return the matrix that moves by x and y."""
    return (1.0, 0.0, 0.0, 1.0, x, y)


def apply(by: Matrix, x: float, y: float) -> Point:
    """Return where a point goes."""
    a, b, c, d, e, f = by
    return a * x + c * y + e, b * x + d * y + f


def scale(by: Matrix) -> float:
    """Return by how much a matrix makes lengths larger, on average over directions."""
    return math.sqrt(abs(by[0] * by[3] - by[1] * by[2]))


def bounds(points: Sequence[Point]) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of the box around points."""
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across), min(down), max(across), max(down)


def corners(left: float, top: float, right: float, bottom: float, by: Matrix) -> list[Point]:
    """Return where the corners of a box go."""
    return [
        apply(by, x, y) for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
    ]


def offsets(text: str | None, count: int) -> list[float]:
    """Return up to `count` offsets between characters; a run (`g 3 2.5`) counts three times."""
    if not text:
        return []
    found: list[float] = []
    words = _SPLIT.split(text.strip(), maxsplit=_LIST_MAX)[:_LIST_MAX]
    at = 0
    while at < len(words) and len(found) < count:
        if words[at].lower() == "g" and at + 2 < len(words):
            times = max(0, min(int(number(words[at + 1])), count - len(found)))
            found += [number(words[at + 2])] * times
            at += 3
        else:
            found.append(number(words[at]))
            at += 1
    return found


def written(*values: float) -> bytes:
    """Return numbers as a PDF content stream has them."""
    return b" ".join(b"%d" % one if one == int(one) else b"%.7f" % one for one in values)
