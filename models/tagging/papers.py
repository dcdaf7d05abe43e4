"""Synthetic papers as the pipeline's own reading sees them, with truth beside each line."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from corpus.making import TrainingPaper, iterate_papers
from models.tagging.examples import LabelledPage
from preaudit.geometry import Box
from preaudit.ingest import Entry, open_file
from preaudit.read import drawn
from preaudit.read.engine import Engine
from preaudit.settings import Settings

Family = tuple[str, str]
"""Kind and layout family."""


def labelled_pages(
    engine: Engine,
    settings: Settings,
    *,
    seed: int,
    papers: int,
    without: Collection[Family] = (),
    only: Collection[Family] = (),
) -> Iterator[LabelledPage]:
    """Yield the pages of freshly made native papers.

    Args:
        engine: For the pictures on them; the rest is read off the text layer.
        settings: For the limits of opening.
        seed: Of the corpus; the same seed gives the same pages.
        papers: How many, spread evenly over kinds and families.
        without: Families to leave out.
        only: If any, no families but these.
    """
    made = iterate_papers(seed=seed, count=papers, without=without, only=only)
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor(settings.threads) as pool,
    ):
        work = Path(folder)

        def one(numbered: tuple[int, TrainingPaper]) -> Sequence[LabelledPage]:
            number, paper = numbered
            return list(_pages(paper, engine, settings, work / str(number)))

        for pages in pool.map(one, enumerate(made)):
            yield from pages


def _pages(
    paper: TrainingPaper, engine: Engine, settings: Settings, work: Path
) -> Iterator[LabelledPage]:
    work.mkdir()
    path = work / "paper.pdf"
    path.write_bytes(paper.paper.data)
    opened = open_file(Entry(name=path.name, path=path), limits=settings.limits, workdir=work)
    for sheet in opened.sheets:
        lines = drawn.see(sheet.pixels.load(), sheet, engine).lines
        yield LabelledPage(
            kind=paper.kind,
            family=paper.family,
            lines=lines,
            values=tuple(_values(paper, sheet.page)),
        )
    shutil.rmtree(work)  # thousands of papers: keep the pixels of none


def _values(paper: TrainingPaper, page: int) -> Iterator[tuple[str, tuple[tuple[str, Box], ...]]]:
    for field, spots in paper.paper.spots.items():
        for spot in spots:
            pieces = tuple(
                (
                    part.text,
                    Box(
                        page=page,
                        left=part.box[0],
                        top=part.box[1],
                        right=part.box[2],
                        bottom=part.box[3],
                    ),
                )
                for part in spot.parts
                if part.page == page
            )
            if pieces:
                yield field, pieces
