"""Training of the linear model over the words of pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from models.understanding.papers import ReadPaper
from preaudit.classify.wording import ZONES, WordingModel, open_wording, runs, save_wording
from preaudit.document import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to train; together with the corpus seed it makes the weights."""

    least_pages: int = 3
    """Runs of characters on fewer pages are left out."""
    most_runs: tuple[int, ...] = (24_000, 8_000)
    """Of body and headings; the commonest are kept."""
    freedom: float = 10.0
    """Inverse strength of the penalty on large weights."""
    untitled_share: float = 0.8
    """Share of first pages that are learned a second time without their largest print."""


def train_wording(
    papers: Sequence[ReadPaper], kinds: Sequence[str], recipe: Recipe, folder: Path
) -> WordingModel:
    """Train the model, write it to the folder and open it."""
    pages, of_kind, begins = _pages(papers, recipe)
    counted = [Counter(runs(page)) for page in pages]
    names, rarity = _known(counted, recipe)
    empty = WordingModel(
        names, rarity, np.zeros((len(names), len(kinds) + 1), dtype=np.float32),
        np.zeros(len(kinds) + 1, dtype=np.float32), kinds,
    )  # fmt: skip
    matrix = _matrix([empty.traits(page) for page in pages], len(names))
    kind = LogisticRegression(C=recipe.freedom, max_iter=400).fit(matrix, of_kind)
    first = LogisticRegression(C=recipe.freedom, max_iter=400).fit(matrix, begins)
    sums, offsets = _by_kind(kind, kinds)
    folder.mkdir(parents=True, exist_ok=True)
    save_wording(
        folder,
        {
            "rarity": rarity,
            "weights": np.hstack([sums.T, first.coef_.T]).astype(np.float32),
            "biases": np.concatenate([offsets, first.intercept_]).astype(np.float32),
        },
        names,
        kinds,
    )
    return open_wording(folder)


_NEVER = -20.0
"""Bias of a kind of which no paper was learned."""


def _by_kind(
    model: LogisticRegression, kinds: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weights and biases in the order of the kinds; those never learned never win."""
    learned = {str(name): at for at, name in enumerate(model.classes_)}
    weights = np.zeros((len(kinds), model.coef_.shape[1]))
    biases = np.full(len(kinds), _NEVER)
    for at, kind in enumerate(kinds):
        if kind in learned:
            weights[at], biases[at] = model.coef_[learned[kind]], model.intercept_[learned[kind]]
    return weights, biases


def _pages(papers: Sequence[ReadPaper], recipe: Recipe) -> tuple[list[Page], list[str], list[bool]]:
    """Return pages with kind and whether a material begins; some once more without a title."""
    pages: list[Page] = []
    kinds: list[str] = []
    begins: list[bool] = []
    rng = np.random.default_rng(7)
    for paper in papers:
        for at, page in enumerate(paper.document.pages):
            pages.append(page)
            kinds.append(paper.kind)
            begins.append(at == 0)
            if at == 0 and rng.random() < recipe.untitled_share:
                pages.append(_untitled(page))
                kinds.append(paper.kind)
                begins.append(True)
    return pages, kinds, begins


def _untitled(page: Page) -> Page:
    largest = max((line.box.height for line in page.lines), default=0.0)
    return replace(page, lines=tuple(one for one in page.lines if one.box.height < 0.9 * largest))


def _known(
    counted: Sequence[Counter[str]], recipe: Recipe
) -> tuple[list[str], NDArray[np.float32]]:
    """Return the runs that are kept and how rare each is."""
    on_pages: Counter[str] = Counter()
    for one in counted:
        on_pages.update(one.keys())
    names: list[str] = []
    for zone, most in zip(ZONES, recipe.most_runs, strict=True):
        common = [
            (count, name)
            for name, count in on_pages.items()
            if name[0] == zone and count >= recipe.least_pages
        ]
        names += [name for _, name in sorted(common, key=lambda one: (-one[0], one[1]))[:most]]
    counts = np.array([on_pages[name] for name in names], dtype=np.float64)
    rarity = np.log((1 + len(counted)) / (1 + counts)) + 1
    return names, rarity.astype(np.float32)


def _matrix(
    rows: Sequence[tuple[NDArray[np.int64], NDArray[np.float32]]], width: int
) -> csr_matrix:
    ends = np.cumsum([0, *(len(places) for places, _ in rows)])
    places = np.concatenate([places for places, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, places, ends), shape=(len(rows), width))
