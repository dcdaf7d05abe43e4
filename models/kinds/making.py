"""The model of words and how far it is believed, learned from papers and their folds."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.kinds.fusing import SeenPage
from models.understanding.papers import ReadPaper
from preaudit.classify.fusing import FILE, Fusing, Shown
from preaudit.classify.look import look_at
from preaudit.classify.meeting import meeting
from preaudit.classify.split import Run
from preaudit.classify.wording import WordingModel


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
    shown: Shown


def _file(papers: Sequence[ReadPaper], model: WordingModel) -> list[SeenPage]:
    seen: list[SeenPage] = []
    before: _Before | None = None
    for paper in papers:
        for at, page in enumerate(paper.document.pages):
            look, said = look_at(page), model.say(page)
            shown = Shown(words=said.kinds, rules=look.scores, unknown_form=look.unknown_form)
            seen.append(
                SeenPage(
                    kind=paper.kind,
                    begins=at == 0,
                    shown=shown,
                    before=before.shown if before else None,
                    meeting=meeting(before.run, look, said.begins) if before else None,
                    empty=look.empty,
                )
            )
            if before is None or at == 0:
                before = _Before(run=Run(looks=[look], kind=paper.kind), shown=shown)
            else:
                before.run.looks.append(look)
                before.shown = before.shown if look.empty else shown
    return seen


def save_fusing(fusing: Fusing, folder: Path) -> None:
    """Write the weights, one a line."""
    text = json.dumps(fusing.model_dump(mode="json"), indent=1)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")
