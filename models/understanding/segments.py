"""Combined files: whether every material in them is told apart and told for what it is."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from corpus.combined import CombinedFile, combined_files
from corpus.making import families
from corpus.values import kind_names
from models.understanding.folds import fold_of
from models.understanding.papers import read_file
from preaudit.document import Document, Segment
from preaudit.read import keeping, reading_workers
from preaudit.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """One combined file, read, with what is really in it."""

    name: str
    document: Document
    materials: tuple[tuple[str, tuple[int, ...]], ...]
    """Kind and pages of each, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """What a combined file was cut into."""

    name: str
    true: tuple[tuple[str, tuple[int, ...]], ...]
    said: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def cut_right(self) -> bool:
        """Whether the cuts are where they should be, whatever the kinds."""
        return [pages for _, pages in self.true] == [pages for _, pages in self.said]

    @property
    def right(self) -> bool:
        """Whether cuts and kinds are exactly right."""
        return self.true == self.said


def files_of_fold(seed: int, count: int, fold: int) -> list[CombinedFile]:
    """Return combined files of papers in the layouts of one fold alone."""
    own = {
        kind: [family for family in families(kind) if fold_of(kind, family) == fold]
        for kind in kind_names()
    }
    return list(combined_files(seed, count, families={k: v for k, v in own.items() if v}))


def read_files(files: Sequence[CombinedFile], settings: Settings) -> list[ReadFile]:
    """Read combined files as the pipeline does."""
    with (
        tempfile.TemporaryDirectory(prefix="combined-") as scratch,
        reading_workers(settings) as workers,
        ThreadPoolExecutor(settings.threads) as pool,
    ):
        reader = keeping(workers, settings)

        def one(numbered: tuple[int, CombinedFile]) -> ReadFile:
            at, file = numbered
            work = Path(scratch) / str(at)
            work.mkdir()
            document = read_file(file.data, file.name, reader, settings, work)
            return ReadFile(name=file.name, document=document, materials=_materials(file))

        return list(pool.map(one, enumerate(files)))


def _materials(file: CombinedFile) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple(
        (
            one.paper.kind,
            tuple(range(one.first_page, one.first_page + one.paper.page_count)),
        )
        for one in file.bound
    )


def cut(
    files: Iterable[ReadFile], classify: Callable[[Document], Sequence[Segment]]
) -> list[FileRow]:
    """Return what each file is cut into."""
    return [
        FileRow(
            name=file.name,
            true=file.materials,
            said=tuple((one.kind, one.pages) for one in classify(file.document)),
        )
        for file in files
    ]
