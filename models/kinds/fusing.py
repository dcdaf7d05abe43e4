"""How far words are believed beside titles and labels: two small regressions and a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from preaudit.classify.fusing import Fusing, begin_traits, chances, evidence

WRONG_SHARE: Final = 0.003
"""Of settled kinds, at most this share is wrong on layouts left out."""
_LEAST_SETTLED: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """One page in a layout that the model of words had not seen, and the truth of it."""

    kind: str
    begins: bool
    """Whether a material begins here."""
    words: dict[str, float]
    """Probability of each kind by the words."""
    words_begin: float
    alike: float
    """How far the page before is of the same kind by its words."""
    rules: dict[str, float]
    """Score of each kind by titles and labels."""
    unknown_form: float
    numbering: float
    """See `preaudit.classify.fusing.begin_traits`."""
    cover: bool
    rules_begin: bool
    first_of_file: bool
    empty: bool


def fuse(pages: Sequence[SeenPage], kinds: Sequence[str]) -> Fusing:
    """Fit everything to pages whose layouts the model of words had not seen."""
    told = [page for page in pages if not page.empty]
    weights = _kinds([page for page in told if page.begins], kinds)
    inner = [page for page in told if not page.first_of_file]
    rows = np.array(
        [
            begin_traits(
                one.words_begin,
                one.alike,
                numbering=one.numbering,
                cover=one.cover,
                rules=one.rules_begin,
            )
            for one in inner
        ]
    )
    begins = LogisticRegression(C=10.0).fit(rows, [page.begins for page in inner])
    fusing = Fusing(
        kinds=tuple(round(float(one), 4) for one in weights),
        begins=tuple(round(float(one), 4) for one in begins.coef_[0]),
        begins_bias=round(float(begins.intercept_[0]), 4),
        settled_from=1.0,
    )
    return fusing.model_copy(update={"settled_from": _settled_from(told, fusing)})


def _kinds(pages: Sequence[SeenPage], kinds: Sequence[str]) -> NDArray[np.float64]:
    """Return the weights of a conditional logit (McFadden 1974) over the kinds of each page."""
    traits = np.array(
        [
            [evidence(page.words, page.rules, page.unknown_form, kind) for kind in kinds]
            for page in pages
        ]
    )
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


def _settled_from(pages: Sequence[SeenPage], fusing: Fusing) -> float:
    """Return the least probability above which first pages are told wrong seldom enough."""
    told = []
    for page in pages:
        if page.begins:
            likely = chances([fusing.sums(page.words, page.rules, page.unknown_form)])
            best = max(likely, key=lambda kind: likely[kind])
            told.append((likely[best], best == page.kind))
    ordered = sorted(told, reverse=True)
    wrong, chosen = 0, 0.99
    for rank, (chance, right) in enumerate(ordered, start=1):
        wrong += not right
        last_of_its_height = rank == len(ordered) or ordered[rank][0] < chance
        if last_of_its_height and wrong / rank <= WRONG_SHARE:
            chosen = chance
    return round(max(_LEAST_SETTLED, min(0.99, chosen)), 4)
