"""Cross-fitting: for each fold of layout families, networks and weights that never saw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.kinds.fusing import SeenPage, fuse
from models.kinds.making import fold_models, seen_pages
from models.kinds.training import Recipe as WordingRecipe
from models.tagging.examples import labelled
from models.tagging.training import Recipe as TaggerRecipe
from models.understanding.folds import FOLDS, fold_of
from models.understanding.learning import Plan, Say, fold_taggers, unseen_readings, vocabulary_of
from models.understanding.papers import ReadPaper
from models.understanding.resolving import Reading, learn
from models.understanding.scoring import FieldRow, KindRow, judged
from preaudit.classify.classifier import Classifier
from preaudit.classify.wording import WordingModel
from preaudit.extract.extractor import PipelineExtractor
from preaudit.extract.scorer import Scorer
from preaudit.extract.tagger import Tagger, Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """Networks for each fold, and what they say of the fold that they never saw."""

    papers: tuple[ReadPaper, ...]
    vocabulary: Vocabulary
    taggers: tuple[Tagger, ...]
    wordings: tuple[WordingModel, ...]
    readings: tuple[Reading, ...]
    pages: tuple[tuple[SeenPage, ...], ...]
    """By fold."""

    def classifier(self, fold: int) -> Classifier:
        """Return a classifier that knows nothing of the fold."""
        others = [page for at, part in enumerate(self.pages) if at != fold for page in part]
        return Classifier(self.wordings[fold], fuse(others, self.vocabulary.kinds))

    def extractor(self, fold: int) -> PipelineExtractor:
        """Return an extractor that knows nothing of the fold."""
        others = [one for one in self.readings if fold_of(one.kind, one.family) != fold]
        return PipelineExtractor(Scorer(learn(others), ""), self.taggers[fold])


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
    taggers = fold_taggers(papers, tagging, plan, folder / "taggers", say=say)
    wordings = fold_models(papers, vocabulary.kinds, wording, folder / "wording")
    readings = unseen_readings(papers, taggers)
    say(f"{len(readings)} readings of layouts not seen")
    return Crossed(
        papers=tuple(papers),
        vocabulary=vocabulary,
        taggers=tuple(taggers),
        wordings=tuple(wordings),
        readings=tuple(readings),
        pages=tuple(
            tuple(seen_pages(_of_fold(papers, fold), model)) for fold, model in enumerate(wordings)
        ),
    )


def _of_fold(papers: Sequence[ReadPaper], fold: int) -> list[ReadPaper]:
    return [one for one in papers if fold_of(one.kind, one.family) == fold]


def left_out(found: Crossed) -> tuple[list[KindRow], list[FieldRow]]:
    """Classify and extract every paper with what never saw its layout family."""
    kinds: list[KindRow] = []
    fields: list[FieldRow] = []
    for fold in range(FOLDS):
        own = _of_fold(found.papers, fold)
        more = judged(own, found.classifier(fold).classify, found.extractor(fold))
        kinds += more[0]
        fields += more[1]
    return kinds, fields
