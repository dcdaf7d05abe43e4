"""The model of words and how far it is believed, learned from papers and their folds."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.kinds.fusing import SeenPage
from models.kinds.training import Recipe, train_wording
from models.understanding.folds import FOLDS, fold_of
from models.understanding.papers import ReadPaper
from preaudit.classify.fusing import FILE, Fusing, likeness
from preaudit.classify.look import look_at
from preaudit.classify.split import Run, goes_on, numbering, under_cover
from preaudit.classify.wording import WordingModel


def fold_models(
    papers: Sequence[ReadPaper], kinds: Sequence[str], recipe: Recipe, folder: Path
) -> list[WordingModel]:
    """Train for each fold a model that never saw its families."""
    return [
        train_wording(
            [one for one in papers if fold_of(one.kind, one.family) != fold],
            kinds,
            recipe,
            folder / str(fold),
        )
        for fold in range(FOLDS)
    ]


def seen_pages(
    papers: Sequence[ReadPaper], model: WordingModel, *, file_papers: int = 4
) -> list[SeenPage]:
    """Return what is said of each page by a model that never saw its family.

    Papers are looked at as files of a few papers each, shuffled as applicants bind them, so that
    the beginnings of materials are among what is learned.
    """
    seen: list[SeenPage] = []
    bound = random.Random(len(papers)).sample(list(papers), k=len(papers))
    for start in range(0, len(bound), file_papers):
        seen += _file(bound[start : start + file_papers], model)
    return seen


@dataclass(slots=True)
class _Before:
    """The material so far, as it truly is: each page is judged for itself."""

    run: Run
    kinds: dict[str, float]


def _file(papers: Sequence[ReadPaper], model: WordingModel) -> list[SeenPage]:
    seen: list[SeenPage] = []
    before: _Before | None = None
    for paper in papers:
        for at, page in enumerate(paper.document.pages):
            look = look_at(page)
            said = model.say(page)
            seen.append(
                SeenPage(
                    kind=paper.kind,
                    begins=at == 0,
                    words=said.kinds,
                    words_begin=said.begins,
                    alike=likeness(before.kinds, said.kinds) if before else 0.0,
                    rules=look.scores,
                    unknown_form=look.unknown_form,
                    numbering=numbering(before.run, look) if before else 0.0,
                    cover=before is not None and under_cover(before.run, look),
                    rules_begin=before is None or not goes_on(before.run, look),
                    first_of_file=before is None,
                    empty=look.empty,
                )
            )
            if before is None or at == 0:
                before = _Before(run=Run(looks=[look], kind=paper.kind), kinds=said.kinds)
            else:
                before.run.looks.append(look)
                before.kinds = before.kinds if look.empty else said.kinds
    return seen


def save_fusing(fusing: Fusing, folder: Path) -> None:
    """Write the weights, one a line."""
    text = json.dumps(fusing.model_dump(mode="json"), indent=1)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")
