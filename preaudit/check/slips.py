"""Differences that may be no more than a slip of reading.

A name that a scan shows badly is often read with one character wrong or lost. To report that as a
contradiction between two papers would be a false alarm, to take both for the same would be a claim
that nobody can show. So a small difference, one side of which the reader was unsure of, is unknown.
A large difference is a difference however poor the print.

Where one text is the other with something before or behind it, its place was cut wrongly more often
than it was written so: a label's last character at the end of a name, a row that was lost. That is
unknown too.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from preaudit.check.answers import Answer
from preaudit.check.folding import fold_project
from preaudit.findings import Bilingual

SURE: Final = 0.8
"""A text with a character less sure than this may have been misread."""
_SHORT: Final = 4
"""Names of persons are no longer: one common character is much."""
_ALIKE: Final = 0.7

MAY_BE_A_SLIP: Final = Bilingual(
    zh="差异处文字识别把握不足，可能系识别误差，须对照原件核对",
    en="the characters that differ were not read with confidence; compare with the original",
)


def may_be_slip(left: Answer, right: Answer) -> bool:
    """Return whether the difference between two texts may come from reading them."""
    certain = sure(left) and sure(right)
    return texts_may_slip(str(left.value), str(right.value), certain=certain)


@lru_cache(maxsize=4096)
def texts_may_slip(left: str, right: str, *, certain: bool) -> bool:
    """Return whether two texts may differ by their reading alone; `certain` of every character."""
    return _cut(left, right) or (not certain and _near(left, right))


def sure(answer: Answer) -> bool:
    """Return whether every character that the answer rests on was read with confidence."""
    return all(one.confidence >= SURE for ref in answer.because for one in ref.evidence)


def unsure(answers: Sequence[Answer]) -> bool:
    """Return whether any of the answers rests on a doubtful reading."""
    return not all(sure(one) for one in answers)


def _cut(left: str, right: str) -> bool:
    """Return whether one text begins or ends with the other, and neither is next to nothing."""
    short, long = sorted((fold_project(left), fold_project(right)), key=len)
    ends = long.startswith(short) or long.endswith(short)
    return ends and len(short) > 1 and len(short) < len(long)


def _near(left: str, right: str) -> bool:
    one, other = sorted((fold_project(left), fold_project(right)))
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if max(len(one), len(other)) <= _SHORT:
        return bool(set(one) & set(other)) and abs(len(one) - len(other)) <= 1
    return matcher.ratio() >= _ALIKE
