"""What titles and labels say of a page, and what its words say, as one probability."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict

from preaudit.classify.knowledge import OTHER
from preaudit.classify.meeting import Meeting

FILE: Final = "fusing.json"
_LEAST: Final = 1e-3
_STRONG: Final = 0.6
_LATER: Final = 0.35
"""What another page of a material counts, against 1 for its first behind the cover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one page shows of its kind."""

    words: Mapping[str, float]
    """Probability of each kind by its words."""
    rules: Mapping[str, float]
    """Score of each kind by titles and labels."""
    unknown_form: float
    """How clearly it calls itself a form of none of our kinds."""


class Fusing(BaseModel):
    """Learned weights: how far each side is believed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kinds: tuple[float, ...]
    """In the order of `evidence`."""
    begins: tuple[float, ...]
    """In the order of `begin_traits`."""
    begins_bias: float
    settled_from: float
    """Least probability of a kind of ours that needs no person to confirm it."""
    other_from: float
    """Likewise of `other`: what is taken for none of ours counts as not handed in."""

    def is_settled(self, kind: str, chance: float) -> bool:
        """Tell whether a kind of this probability needs no person to confirm it."""
        return chance >= (self.other_from if kind == OTHER else self.settled_from)

    def sums(self, page: Shown) -> dict[str, float]:
        """Return the weighted evidence for each kind."""
        return {
            kind: math.fsum(
                weight * one for weight, one in zip(self.kinds, evidence(page, kind), strict=True)
            )
            for kind in page.words
        }

    def begin_chance(self, before: Shown, page: Shown, meeting: Meeting) -> float:
        """Return the probability that a material begins on a page, see `begin_traits`."""
        sum_ = self.begins_bias + math.fsum(
            weight * one
            for weight, one in zip(
                self.begins, self.begin_traits(before, page, meeting), strict=True
            )
        )
        return 1 / (1 + math.exp(-sum_))

    def begin_traits(self, before: Shown, page: Shown, meeting: Meeting) -> tuple[float, ...]:
        """Return what speaks for a beginning; a page that says little tells little by its kind.

        Args:
            before: What the page before shows.
            page: What this page shows.
            meeting: How the two follow each other.
        """
        kinds_before, kinds = (chances([self.sums(one)]) for one in (before, page))
        bounded = min(1 - _LEAST, max(_LEAST, meeting.words_begin))
        odds = math.log(bounded / (1 - bounded))
        unlike_words, unlike = (
            1 - likeness(before.words, page.words), 1 - likeness(kinds_before, kinds),
        )  # fmt: skip
        against_words, against = (
            1 - _favour(before.words, page.words), 1 - _favour(kinds_before, kinds),
        )  # fmt: skip
        little, lone = meeting.little, float(meeting.lone)
        rules, anew, again = (
            float(one) for one in (meeting.rules, meeting.titled_anew, meeting.titled_again)
        )
        untitled = 1.0 - anew - again
        return (
            odds, rules, odds * rules,
            unlike_words, unlike, against_words, against,
            float(meeting.numbering < 0), float(meeting.numbering > 0), float(meeting.cover),
            anew, again, page.unknown_form, float(meeting.same_head), meeting.reshaped,
            little, meeting.little_before, little * unlike_words, little * against, little * odds,
            little * anew, little * again, little * untitled, little * page.unknown_form,
            lone, lone * unlike, lone * against, lone * again, lone * anew, lone * rules,
            lone * odds, lone * meeting.little_before, lone * meeting.little_before * again,
            untitled * against,
        )  # fmt: skip


def evidence(page: Shown, kind: str) -> tuple[float, float, float, float, float]:
    """Return what speaks for a kind.

    In this order: log-probability by words, score by titles and labels, whether a title stands out,
    and for `other` how little shows of any kind of ours and whether it calls itself another form.
    """
    words, rules = page.words, page.rules
    score = rules.get(kind, 0.0)
    known = max((value for name, value in rules.items() if name != OTHER), default=0.0)
    return (
        math.log(max(_LEAST, words.get(kind, 0.0))),
        score,
        float(score >= _STRONG),
        (1.0 - known) if kind == OTHER else 0.0,
        page.unknown_form if kind == OTHER else 0.0,
    )


def _favour(before: Mapping[str, float], here: Mapping[str, float]) -> float:
    """Return how likely a page is of the kind before it, as a share of its own likeliest kind."""
    kind = max(before, key=lambda name: before[name])
    return here.get(kind, 0.0) / max(here.values())


def likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return how likely two pages are of the same kind."""
    return math.fsum(chance * other.get(kind, 0.0) for kind, chance in one.items())


def chances(pages: Sequence[Mapping[str, float]], *, main: int = 0) -> dict[str, float]:
    """Return the probability of each kind from the evidence on the pages of one material.

    Args:
        pages: The evidence of each page.
        main: The page that counts most: the first behind the cover.
    """
    sums = {
        kind: math.fsum(
            page[kind] * (1.0 if at == main else _LATER) for at, page in enumerate(pages)
        )
        for kind in pages[0]
    }
    most = max(sums.values())
    raised = {kind: math.exp(value - most) for kind, value in sums.items()}
    whole = math.fsum(raised.values())
    return {kind: value / whole for kind, value in raised.items()}
