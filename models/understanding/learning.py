"""Everything that understanding learns, in order: networks for folds, the resolver, the last ones.

Calibration needs readings of papers whose layouts the tagger has not seen, or its confidence would
be that of a pupil who knows the answers. So a tagger is trained for each fold of layout families on
the other folds, reads its own fold, and from these readings the resolver learns; the tagger that is
shipped is then trained on all. The same goes for the network of pages.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from corpus.making import iterate_papers
from corpus.values import fields_of, kind_names
from models.tagging.examples import LabelledPage, charset, labelled
from models.tagging.training import Recipe, export, train
from models.understanding.folds import fold_of
from models.understanding.papers import NATIVE, ReadPaper, drawn_channels, read_papers
from preaudit.extract.scorer import FILE, Resolving
from preaudit.extract.tagger import VOCABULARY, WEIGHTS, Tagger, Vocabulary, open_tagger
from preaudit.settings import Settings

RARE: Final = 3
"""A character on fewer pages than this is left to `UNKNOWN`."""
OUTER: Final = frozenset({"construction_scale", "authorised_matters"})
"""Sentences that hold other fields; the tagger learns those instead."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is made and how long it is learned from; with the recipes it makes the weights."""

    seed: int = 101
    native: int = 1320
    """Papers, spread evenly over kinds and families."""
    scans: int = 500
    photos: int = 200
    fold_epochs: int = 6
    """Of the taggers that only serve the resolver."""
    tagged_folds: int = 2
    """How many folds of layouts are read by a tagger of their own; from them the resolver learns.

    To measure layouts left out takes all (`models.evaluation.left_out`).
    """


def made_papers(plan: Plan, settings: Settings, *, keep: Path | None, say: Say) -> list[ReadPaper]:
    """Make and read the papers that are learned from."""
    read: list[ReadPaper] = []
    counts = ((NATIVE, plan.native), ("scan", plan.scans), ("photo", plan.photos))
    for number, (group, count) in enumerate(counts):
        seed = plan.seed + 1000 * number
        made = list(iterate_papers(seed=seed, count=count))
        read += read_papers(
            made,
            drawn_channels(group, count, seed=seed),
            settings,
            keep=keep,
            drawn_only=group == NATIVE,
        )
        say(f"{count} papers read: {group}")
    return read


def vocabulary_of(pages: Sequence[LabelledPage]) -> Vocabulary:
    """Return the characters, kinds and fields that the networks tell apart."""
    kinds = tuple(sorted(kind_names()))
    return Vocabulary(
        characters=charset(pages, at_least=RARE),
        kinds=kinds,
        fields=tuple(sorted({one for kind in kinds for one in fields_of(kind)} - OUTER)),
    )


def make_tagger(
    pages: Sequence[LabelledPage], vocabulary: Vocabulary, recipe: Recipe, folder: Path, *, say: Say
) -> Tagger:
    """Train a tagger, write it to the folder and open it."""
    folder.mkdir(parents=True, exist_ok=True)
    export(train(vocabulary, pages, recipe, say=say), folder / WEIGHTS)
    digest = sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    saved = {**asdict(vocabulary), "sha256": digest}
    text = json.dumps(saved, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / VOCABULARY).write_text(text + "\n", encoding="utf-8")
    return open_tagger(folder)


def fold_taggers(
    papers: Sequence[ReadPaper], recipe: Recipe, plan: Plan, folder: Path, *, say: Say
) -> None:
    """Train for each fold a tagger that never saw its families, as many at a time as cores.

    The tagger of fold n lies in the folder's folder n.
    """
    pages = list(labelled(papers))
    vocabulary = vocabulary_of(pages)
    short = replace(recipe, epochs=plan.fold_epochs, threads=1)
    jobs = []
    # Two networks on one core each are done sooner than one on two.
    with ProcessPoolExecutor(recipe.threads, mp_context=get_context("spawn")) as pool:
        for fold in range(plan.tagged_folds):
            others = [page for page in pages if fold_of(page.kind, page.family) != fold]
            say(f"fold {fold}: {len(others)} of {len(pages)} pages")
            jobs.append(pool.submit(_make, others, vocabulary, short, folder / str(fold)))
        for job in jobs:
            say(job.result())


def _make(
    pages: Sequence[LabelledPage], vocabulary: Vocabulary, recipe: Recipe, folder: Path
) -> str:
    said: list[str] = []
    make_tagger(pages, vocabulary, recipe, folder, say=said.append)
    return f"{folder.name}: {said[-1]}"


def save_resolving(learned: Resolving, folder: Path) -> None:
    """Write what the resolver learned, one number a line, so that changes can be read."""
    text = json.dumps(learned.model_dump(mode="json"), ensure_ascii=False, indent=1)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")
