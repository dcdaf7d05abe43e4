"""What titles and labels say of a page, and what its words say, as one probability."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict

from preaudit.classify.knowledge import OTHER

FILE: Final = "fusing.json"
_LEAST: Final = 1e-3
_STRONG: Final = 0.6
_LATER: Final = 0.35
"""What a later page of a material counts, against 1 for its first."""


class Fusing(BaseModel):
    """Learned weights: how far each side is believed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kinds: tuple[float, ...]
    """In the order of `evidence`."""
    begins: tuple[float, ...]
    """In the order of `begin_traits`."""
    begins_bias: float
    settled_from: float
    """Least probability of a kind that needs no person to confirm it."""

    def sums(
        self, words: Mapping[str, float], rules: Mapping[str, float], unknown_form: float
    ) -> dict[str, float]:
        """Return the weighted evidence for each kind."""
        return {
            kind: math.fsum(
                weight * one
                for weight, one in zip(
                    self.kinds, evidence(words, rules, unknown_form, kind), strict=True
                )
            )
            for kind in words
        }

    def begin_chance(
        self, words_begin: float, alike: float, *, numbering: float, cover: bool, rules: bool
    ) -> float:
        """Return the probability that a material begins on a page; see `begin_traits`."""
        traits = begin_traits(words_begin, alike, numbering=numbering, cover=cover, rules=rules)
        sum_ = self.begins_bias + math.fsum(
            weight * one for weight, one in zip(self.begins, traits, strict=True)
        )
        return 1 / (1 + math.exp(-sum_))


def evidence(
    words: Mapping[str, float], rules: Mapping[str, float], unknown_form: float, kind: str
) -> tuple[float, float, float, float, float]:
    """Return what speaks for a kind.

    In this order: log-probability by words, score by titles and labels, whether a title stands out,
    and for `other` how little shows of any kind of ours and whether it calls itself another form.
    """
    score = rules.get(kind, 0.0)
    known = max((value for name, value in rules.items() if name != OTHER), default=0.0)
    return (
        math.log(max(_LEAST, words.get(kind, 0.0))),
        score,
        float(score >= _STRONG),
        (1.0 - known) if kind == OTHER else 0.0,
        unknown_form if kind == OTHER else 0.0,
    )


def begin_traits(
    words_begin: float, alike: float, *, numbering: float, cover: bool, rules: bool
) -> tuple[float, ...]:
    """Return what speaks for a beginning.

    Args:
        words_begin: Probability by the words of the page alone.
        alike: How likely the page before is of the same kind.
        numbering: 1 for a page that is numbered 1, -1 for one numbered after the page before.
        cover: Whether the material before is one sparse page of a kind that has a cover.
        rules: Whether titles, labels and the like say so.
    """
    bounded = min(1 - _LEAST, max(_LEAST, words_begin))
    odds = math.log(bounded / (1 - bounded))
    goes_on, anew = float(numbering < 0), float(numbering > 0)
    return odds, float(rules), 1 - alike, odds * float(rules), goes_on, anew, float(cover)


def likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return how likely two pages are of the same kind."""
    return math.fsum(chance * other.get(kind, 0.0) for kind, chance in one.items())


def chances(pages: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the probability of each kind from the evidence on the pages of one material."""
    sums = {
        kind: math.fsum(page[kind] * (1.0 if at == 0 else _LATER) for at, page in enumerate(pages))
        for kind in pages[0]
    }
    most = max(sums.values())
    raised = {kind: math.exp(value - most) for kind, value in sums.items()}
    whole = math.fsum(raised.values())
    return {kind: value / whole for kind, value in raised.items()}
