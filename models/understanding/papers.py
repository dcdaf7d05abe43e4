"""Synthetic papers as the pipeline reads them, with what is printed on them; kept between runs."""

from __future__ import annotations

import hashlib
import pickle
import random
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

import corpus
from corpus.channels import send
from corpus.making import TrainingPaper
from corpus.paper import Paper
from preaudit.document import Document, Page
from preaudit.geometry import Box
from preaudit.ingest import Entry, open_file
from preaudit.read import (
    Identity,
    Reader,
    Reading,
    drawn,
    identity,
    keeping,
    reading_workers,
    with_electronic_seals,
)
from preaudit.read.engine import FastEngine
from preaudit.settings import Settings
from preaudit.sheet import Sheet

NATIVE: Final = "native"
SCANS: Final = (
    "scan",
    "scan-colour",
    "photocopy",
    "scan-colour+skew",
    "tiff",
    "scan+noise",
    "scan+blur",
    "scan+turned90",
    "scan-colour+worn",
)
PHOTO: Final = "photo"
PHOTOS: Final = (PHOTO, PHOTO, "photo+worn")
_DPI: Final = (150, 150, 200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedValue:
    """One value as it is printed in one place."""

    field: str
    normalised: str | tuple[str, ...]
    pieces: tuple[tuple[str, Box], ...]
    """Line by line: text and box, as the page is in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPaper:
    """One paper of a known kind and layout family, read."""

    kind: str
    family: str
    channel: str
    """`native`, `scan` or `photo`: the three that figures are given for."""
    seed: int
    document: Document
    values: tuple[PrintedValue, ...]
    """The main place of a value comes before the others."""
    unprinted: frozenset[str]
    """Fields that hold for the paper but stand nowhere on it: neither asked for nor wrong."""

    def truth(self) -> Mapping[str, str | tuple[str, ...]]:
        """Return the value of each printed field."""
        said: dict[str, str | tuple[str, ...]] = {}
        for value in self.values:
            said.setdefault(value.field, value.normalised)
        return said


def read_papers(
    made: Sequence[TrainingPaper],
    channels: Sequence[str],
    settings: Settings,
    *,
    keep: Path | None = None,
    drawn_only: bool = False,
) -> list[ReadPaper]:
    """Send each paper through the channel that stands at its number and read it.

    Args:
        made: The papers, native.
        channels: As many, as the corpus names them.
        settings: Of opening and reading.
        keep: Where what was read lies between runs; nothing is kept without it.
        drawn_only: Whether to read native pages by their glyphs alone, as for learning.
    """
    numbered = list(zip(made, channels, strict=True))
    with (
        tempfile.TemporaryDirectory(prefix="papers-") as scratch,
        reading_workers(settings) as workers,
        ThreadPoolExecutor(settings.threads) as pool,
    ):
        reader = DrawnReader(settings) if drawn_only else keeping(workers, settings)

        def one(numbered: tuple[int, tuple[TrainingPaper, str]]) -> ReadPaper:
            at, (paper, channel) = numbered
            work = Path(scratch) / str(at)
            work.mkdir()
            return _kept(paper, channel, reader, settings, work, keep)

        return list(pool.map(one, enumerate(numbered)))


class DrawnReader:
    """Reads native pages by their glyphs and rulings alone: no marks, no doubts, little time.

    Good enough to learn from; what is measured is read as the pipeline reads it.
    """

    def __init__(self, settings: Settings) -> None:
        """Load what reads the pictures on such pages."""
        self._engine = FastEngine(
            settings.weights_dir, own_weights_dir=settings.own_weights_dir, threads=settings.threads
        )
        self._identity = replace(identity(settings), arithmetic="drawn only")

    @property
    def identity(self) -> Identity:
        """What reads."""
        return self._identity

    def read(self, sheet: Sheet) -> Reading:
        """Return lines and cells of a native page."""
        seen = drawn.see(sheet.pixels.load(), sheet, self._engine)
        return Reading(
            page=Page(
                number=sheet.page,
                aspect=seen.pixels.shape[0] / seen.pixels.shape[1],
                lines=seen.lines,
                cells=seen.cells,
                marks=(),
                quality=seen.quality,
                to_file=seen.to_file,
            ),
            signals=(),
            problems=(),
        )


def drawn_channels(group: str, count: int, *, seed: int) -> list[str]:
    """Return `count` channels of a group: `native`, `scan` or `photo`."""
    rng = random.Random(f"channels-{seed}")
    of_group = {NATIVE: (NATIVE,), "scan": SCANS, PHOTO: PHOTOS}[group]
    return [rng.choice(of_group) for _ in range(count)]


def _group(channel: str) -> str:
    """Return which of the three a channel belongs to."""
    name = channel.split("+", maxsplit=1)[0]
    return name if name in (NATIVE, PHOTO) else "scan"


def _kept(
    paper: TrainingPaper,
    channel: str,
    reader: Reader,
    settings: Settings,
    work: Path,
    keep: Path | None,
) -> ReadPaper:
    if keep is None:
        return _read(paper, channel, reader, settings, work)
    sent_by = f"{paper.kind}-{paper.family}-{paper.seed}-{channel}"
    name = hashlib.sha256(f"{sent_by}-{_made_by()}-{reader.identity}".encode()).hexdigest()
    path = keep / name[:2] / name
    if path.is_file():
        kept: ReadPaper = pickle.loads(path.read_bytes())  # noqa: S301 - written by this very code
        return kept
    read = _read(paper, channel, reader, settings, work)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(read))
    return read


@cache
def _made_by() -> str:
    """Return a digest of the code and content that makes papers."""
    folder = Path(corpus.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".yaml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(
    paper: TrainingPaper, channel: str, reader: Reader, settings: Settings, work: Path
) -> ReadPaper:
    dpi = random.Random(f"dpi-{paper.seed}").choice(_DPI)
    sent = send(paper.paper, channel, seed=str(paper.seed), dpi=dpi)
    document = read_file(sent.data, f"paper{sent.suffix}", reader, settings, work)
    return ReadPaper(
        kind=paper.kind,
        family=paper.family,
        channel=_group(channel),
        seed=paper.seed,
        document=document,
        values=tuple(printed_values(sent)),
        unprinted=frozenset(sent.unprinted),
    )


def read_file(data: bytes, name: str, reader: Reader, settings: Settings, work: Path) -> Document:
    """Open and read one file as the pipeline does.

    Raises:
        ValueError: It could not be opened.
    """
    path = work / name
    path.write_bytes(data)
    opened = open_file(Entry(name=name, path=path), limits=settings.limits, workdir=work)
    if not opened.sheets:
        raise ValueError(f"{name}: {[one.message.en for one in opened.problems]}")
    pages = [reader.read(sheet).page for sheet in opened.sheets]
    document = Document(
        source=opened.sheets[0].source,
        pages=with_electronic_seals(pages, opened.signatures),
        signals=opened.signals,
        signatures=opened.signatures,
    )
    shutil.rmtree(work)  # the pixels of thousands of papers would fill the disk
    return document


def printed_values(paper: Paper, *, first_page: int = 1) -> Iterator[PrintedValue]:
    """Yield every value of a paper, main places first, with pages counted from `first_page`."""
    rest: list[PrintedValue] = []
    for field, spots in paper.spots.items():
        for rank, spot in enumerate(spots):
            said = spot.normalised
            value = PrintedValue(
                field=field,
                normalised=said if isinstance(said, str) else tuple(said),
                pieces=tuple(
                    (part.text, _box(part.page + first_page - 1, part.box)) for part in spot.parts
                ),
            )
            if rank:
                rest.append(value)
            else:
                yield value
    yield from rest


def _box(page: int, shares: tuple[float, float, float, float]) -> Box:
    left, top, right, bottom = shares
    return Box(page=page, left=left, top=top, right=right, bottom=bottom)
