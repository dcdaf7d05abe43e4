"""How far words are believed beside titles and labels: two small regressions and a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from preaudit.classify.fusing import Fusing, Shown, chances, evidence
from preaudit.classify.knowledge import OTHER
from preaudit.classify.meeting import Meeting

WRONG_SHARE: Final = 0.01
"""Of settled kinds of ours, at most this share is wrong on layouts left out."""
WRONG_OTHERS: Final = 0.002
"""Likewise of what is taken for none of ours: there the paper would be called missing."""
_LEAST_SETTLED: Final = 0.5
_FREEDOM: Final = 3.0
"""Inverse strength of the penalty on large weights of beginnings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """One page in a layout that the model of words had not seen, and the truth of it."""

    kind: str
    begins: bool
    """Whether a material begins here."""
    shown: Shown
    before: Shown | None
    """What the page before shows that says anything; None on the first of a file."""
    meeting: Meeting | None
    """How it follows the page before."""
    empty: bool


def fuse(pages: Sequence[SeenPage], kinds: Sequence[str]) -> Fusing:
    """Fit everything to pages whose layouts the model of words had not seen."""
    told = [page for page in pages if not page.empty]
    weights = _kinds([page for page in told if page.begins], kinds)
    fusing = Fusing(
        kinds=tuple(round(float(one), 4) for one in weights),
        begins=(),
        begins_bias=0.0,
        settled_from=1.0,
        other_from=1.0,
    )
    begins = _begins(told, fusing)
    return fusing.model_copy(
        update={
            "begins": tuple(round(float(one), 4) for one in begins.coef_[0]),
            "begins_bias": round(float(begins.intercept_[0]), 4),
            "settled_from": _settled_from(told, fusing, of_other=False),
            "other_from": _settled_from(told, fusing, of_other=True),
        }
    )


def _begins(pages: Sequence[SeenPage], fusing: Fusing) -> LogisticRegression:
    rows, true = [], []
    for page in pages:
        if page.before is not None and page.meeting is not None:
            rows.append(fusing.begin_traits(page.before, page.shown, page.meeting))
            true.append(page.begins)
    return LogisticRegression(C=_FREEDOM, max_iter=3000).fit(np.array(rows), true)


def _kinds(pages: Sequence[SeenPage], kinds: Sequence[str]) -> NDArray[np.float64]:
    """Return the weights of a conditional logit (McFadden 1974) over the kinds of each page."""
    traits = np.array([[evidence(page.shown, kind) for kind in kinds] for page in pages])
    true = np.array([list(kinds).index(page.kind) for page in pages])
    rows = np.arange(len(pages))

    def loss(weights: NDArray[np.float64]) -> float:
        scores = traits @ weights
        scores -= scores.max(1, keepdims=True)
        surprise = np.log(np.exp(scores).sum(1)) - scores[rows, true]
        return float(surprise.mean() + 0.001 * (weights**2).sum())

    found = minimize(loss, np.full(traits.shape[2], 0.7), method="L-BFGS-B")
    weights: NDArray[np.float64] = found.x
    return weights


def _settled_from(pages: Sequence[SeenPage], fusing: Fusing, *, of_other: bool) -> float:
    """Return the least probability above which first pages are told wrong seldom enough.

    Args:
        pages: With their truth.
        fusing: Weighs.
        of_other: Whether of those taken for `other`, or of all the others.
    """
    most_wrong = WRONG_OTHERS if of_other else WRONG_SHARE
    told = []
    for page in pages:
        if page.begins:
            likely = chances([fusing.sums(page.shown)])
            best = max(likely, key=lambda kind: likely[kind])
            if (best == OTHER) == of_other:
                told.append((likely[best], best == page.kind))
    ordered = sorted(told, reverse=True)
    wrong, chosen = 0, 0.99
    for rank, (chance, right) in enumerate(ordered, start=1):
        wrong += not right
        last_of_its_height = rank == len(ordered) or ordered[rank][0] < chance
        if last_of_its_height and wrong / rank <= most_wrong:
            chosen = chance
    return round(max(_LEAST_SETTLED, min(0.99, chosen)), 4)
