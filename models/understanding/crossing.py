"""Cross-fitting: for each fold of layout families, networks and weights that never saw it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from models.kinds.fusing import SeenPage, fuse
from models.kinds.making import seen_pages
from models.kinds.training import Recipe as WordingRecipe
from models.kinds.training import train_wording
from models.tagging.examples import labelled
from models.tagging.training import Recipe as TaggerRecipe
from models.understanding.folds import FOLDS, fold_of
from models.understanding.learning import Plan, Say, fold_taggers, vocabulary_of
from models.understanding.papers import ReadPaper
from models.understanding.resolving import Reading, learn, readings_of
from models.understanding.scoring import FieldRow, KindRow, judged
from preaudit.classify.classifier import Classifier
from preaudit.classify.wording import open_wording
from preaudit.extract.extractor import PipelineExtractor
from preaudit.extract.pipeline import CandidatePipeline
from preaudit.extract.scorer import Resolving, Scorer
from preaudit.extract.tagger import Vocabulary, open_tagger

TAGGERS: Final = "taggers"
WORDINGS: Final = "wordings"
_APART: Final = 100_000
"""Papers of different folds are numbered so far apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """What networks of other folds say of each fold, and where these networks lie."""

    papers: tuple[ReadPaper, ...]
    vocabulary: Vocabulary
    folder: Path
    """Taggers and models of words, by fold."""
    readings: tuple[Reading, ...]
    pages: tuple[tuple[SeenPage, ...], ...]
    """By fold."""
    tagged: range
    """Folds that have a tagger; the readings are of them."""

    def of_fold(self, fold: int) -> list[ReadPaper]:
        """Return the papers of the fold."""
        return _of_fold(self.papers, fold)

    def classifier(self, fold: int) -> Classifier:
        """Return a classifier that knows nothing of the fold."""
        others = [page for at, part in enumerate(self.pages) if at != fold for page in part]
        words = open_wording(self.folder / WORDINGS / str(fold))
        return Classifier(words, fuse(others, self.vocabulary.kinds))

    def resolving(self, fold: int) -> Resolving:
        """Return what a resolver learns from all folds but this."""
        return learn([one for one in self.readings if fold_of(one.kind, one.family) != fold])


def crossed(
    papers: Sequence[ReadPaper],
    plan: Plan,
    recipes: tuple[TaggerRecipe, WordingRecipe],
    folder: Path,
    *,
    say: Say,
) -> Crossed:
    """Train what belongs to each fold and let it read the fold.

    Args:
        papers: Of all families.
        plan: How long it is learned from them.
        recipes: Of the tagger and of the model of words.
        folder: Where the networks of folds are written.
        say: Told of progress.
    """
    tagging, wording = recipes
    vocabulary = vocabulary_of(list(labelled(papers)))
    fold_taggers(papers, tagging, plan, folder / TAGGERS, say=say)
    tagged = range(plan.tagged_folds)
    with _by_fold(tagging.threads) as pool:
        seen = [
            pool.submit(
                words_of_fold,
                papers,
                fold,
                vocabulary.kinds,
                wording,
                folder / WORDINGS / str(fold),
            )
            for fold in range(FOLDS)
        ]
        read: list[Future[list[Reading]]] = [
            pool.submit(_readings, _of_fold(papers, fold), fold, folder / TAGGERS / str(fold))
            for fold in tagged
        ]
        pages = tuple(tuple(one.result()) for one in seen)
        readings = tuple(reading for one in read for reading in one.result())
    say(f"{len(readings)} readings of layouts not seen")
    return Crossed(
        papers=tuple(papers), vocabulary=vocabulary, folder=folder, readings=readings, pages=pages,
        tagged=tagged,
    )  # fmt: skip


def left_out(found: Crossed, *, threads: int) -> tuple[list[KindRow], list[FieldRow]]:
    """Classify and extract the papers of tagged folds with what never saw their families."""
    with _by_fold(threads) as pool:
        jobs = [
            pool.submit(
                _judged,
                found.of_fold(fold),
                found.classifier(fold),
                found.resolving(fold),
                found.folder / TAGGERS / str(fold),
            )
            for fold in found.tagged
        ]
        parts = [job.result() for job in jobs]
    return [row for kinds, _ in parts for row in kinds], [row for _, rows in parts for row in rows]


def _by_fold(threads: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(threads, mp_context=get_context("spawn"))


def _of_fold(papers: Sequence[ReadPaper], fold: int) -> list[ReadPaper]:
    return [one for one in papers if fold_of(one.kind, one.family) == fold]


def words_of_fold(
    papers: Sequence[ReadPaper],
    fold: int,
    kinds: Sequence[str],
    recipe: WordingRecipe,
    folder: Path,
) -> list[SeenPage]:
    """Return how a model of words that never saw a fold sees its pages; the model is kept."""
    others = [one for one in papers if fold_of(one.kind, one.family) != fold]
    return seen_pages(_of_fold(papers, fold), train_wording(others, kinds, recipe, folder))


def _readings(papers: Sequence[ReadPaper], fold: int, folder: Path) -> list[Reading]:
    pipeline = CandidatePipeline(open_tagger(folder))
    return list(readings_of(papers, pipeline, first=_APART * fold))


def _judged(
    papers: Sequence[ReadPaper], classifier: Classifier, learned: Resolving, folder: Path
) -> tuple[list[KindRow], list[FieldRow]]:
    extractor = PipelineExtractor(Scorer(learned, ""), open_tagger(folder))
    return judged(papers, classifier.classify, extractor)
