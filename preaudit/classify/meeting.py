"""How a page meets the one before it: what tells whether a material begins there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from preaudit.classify.look import Look
from preaudit.classify.split import Run, goes_on, numbering, under_cover

_LITTLE: Final = 60
"""Characters of a page that says little."""
_SPARSE: Final = 220
"""Characters of a page that may be but a cover, in a table or not."""
_RESHAPED: Final = 3.0
"""Times a difference of aspects: pages on paper of another shape are rarely bound together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Two pages in a row: the first of a material in the making, and the one that follows."""

    words_begin: float
    """Probability that a material begins here, by the words of this page alone."""
    rules: bool
    """Whether titles, labels and the like say that one begins."""
    numbering: float
    """1 for a page that is numbered 1, -1 for one numbered after the page before."""
    cover: bool
    """Whether the material before is one sparse page of a kind that has a cover."""
    lone: bool
    """Whether the material before is one sparse page of whatever kind."""
    titled_anew: bool
    """Whether this page bears a title of ours that is not the one before."""
    titled_again: bool
    """Whether it bears a title of the same kind as the material before."""
    little: float
    """How little the page says, 0..1."""
    little_before: float
    same_head: bool
    """Whether the same running head stands on both."""
    reshaped: float
    """How far the paper is of another shape, 0..1."""


def meeting(run: Run, look: Look, words_begin: float) -> Meeting:
    """Return how a page follows a material.

    Args:
        run: The material so far; its pages are not all empty.
        look: The page.
        words_begin: That a material begins here, by its words.
    """
    told = [look for look in run.looks if not look.empty] or run.looks
    before = told[-1]
    first = told[0].title
    titled = look.title is not None
    again = look.title is not None and first is not None and look.title.kind == first.kind
    return Meeting(
        words_begin=words_begin,
        rules=not goes_on(run, look),
        numbering=numbering(run, look),
        cover=under_cover(run, look),
        lone=len(told) == 1 and _says(before) < _SPARSE,
        titled_anew=titled and not again,
        titled_again=again,
        little=_little(look),
        little_before=_little(before),
        same_head=bool(look.head) and look.head == before.head,
        reshaped=min(1.0, _RESHAPED * abs(look.page.aspect - before.page.aspect)),
    )


def _little(look: Look) -> float:
    return math.exp(-_says(look) / _LITTLE)


def _says(look: Look) -> int:
    """Return how many characters a page says."""
    return sum(len(word) for word in look.words)
