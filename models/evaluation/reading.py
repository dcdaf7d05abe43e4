"""`python -m models.evaluation.reading`: what reading gets right, by channel.

Synthetic pages come from a seed; give one that nobody looked at for figures that count. A folder of
real licences may be named too; without it only synthetic pages are read.
"""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import add
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.table import Table

from models.evaluation.licences import licence_errors, licences
from models.evaluation.page_score import NOTHING, PageScore, cer, score_page
from models.evaluation.placing import PageTruth
from models.evaluation.reading_pages import PHOTOS, SCANS, ReadingFile, reading_pages
from preaudit.document import Flaw, Page, Quality
from preaudit.ingest import Entry, open_file
from preaudit.read import Reader, open_reader
from preaudit.settings import Settings
from preaudit.sheet import Sheet

__all__ = ["cer", "main", "read_file", "reading_pages", "score_page"]

_WORST = 6


def sheets_of(path: Path, settings: Settings, workdir: Path) -> tuple[Sheet, ...]:
    """Return the sheets of a file."""
    entry = Entry(name=path.name, path=path)
    return open_file(entry, limits=settings.limits, workdir=workdir).sheets


def read_file(file: ReadingFile, reader: Reader, settings: Settings) -> Iterator[Page]:
    """Yield the pages of a synthetic file as they are read."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / file.name
        path.write_bytes(file.data)
        for sheet in sheets_of(path, settings, Path(scratch)):
            yield reader.read(sheet).page


def main(arguments: list[str]) -> int:
    """Read pages, print the scores; the exit code tells only that it ran."""
    wanted = _wanted(arguments)
    console = Console(width=140)
    settings = Settings()
    reader = open_reader(settings)
    scores: list[tuple[PageTruth, str, PageScore]] = []
    for file in reading_pages(wanted.seed, wanted.count, tuple(wanted.channels.split(","))):
        pages = {page.number: page for page in read_file(file, reader, settings)}
        for truth in file.pages:
            page = pages.get(truth.page, _unread(truth))
            scores.append((truth, file.name, score_page(truth, page)))
    console.print(table(_by_channel(scores)))
    for truth, name, score in sorted(scores, key=lambda one: -one[2].cer)[:_WORST]:
        console.print(f"{score.cer:7.2%}  {truth.channel:18} {name}")
    if wanted.licences and wanted.licences.is_dir():
        console.print(_licences(wanted.licences, reader, settings))
    return 0


def _wanted(arguments: list[str]) -> Namespace:
    parser = ArgumentParser(prog="python -m models.evaluation.reading", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=18)
    parser.add_argument("--channels", default=",".join((*SCANS, *PHOTOS)))
    parser.add_argument("--licences", type=Path, help="folder of real pictures with lines")
    return parser.parse_args(arguments)


def _unread(truth: PageTruth) -> Page:
    """Return the page of which nothing is known: all that is printed on it counts as lost."""
    quality = Quality(flaws=(Flaw.NOT_READ,), dpi=None, mean_confidence=0.0)
    return Page(
        number=truth.page, aspect=truth.aspect, lines=(), cells=(), marks=(), quality=quality
    )


def _by_channel(scores: Sequence[tuple[PageTruth, str, PageScore]]) -> Mapping[str, PageScore]:
    groups: dict[str, list[PageScore]] = defaultdict(list)
    for truth, _, score in scores:
        kind = "photos" if truth.channel.partition("+")[0] == "photo" else "scans"
        groups[f"all {kind}"].append(score)
        groups[truth.channel].append(score)
    return {name: reduce(add, members, NOTHING) for name, members in sorted(groups.items())}


def table(scores: Mapping[str, PageScore]) -> Table:
    """Return scores as a table."""
    shown = Table(title="reading by channel", title_justify="left")
    heads = ("pages", "characters", "CER", "cells", "place F1", "grid F1", "cell F1")
    for head in ("channel", *heads, "wrapped whole", "order", "page numbers"):
        shown.add_column(head, justify="left" if head == "channel" else "right")
    for name, one in scores.items():
        shown.add_row(
            name,
            str(one.pages),
            str(one.characters),
            f"{one.cer:.3%}",
            str(one.cells),
            f"{one.cell_f1(one.cells_found):.4f}",
            f"{one.cell_f1(one.cells_placed):.4f}",
            f"{one.cell_f1(one.cells_right):.4f}",
            _share(one.wrapped_whole, one.wrapped),
            _share(one.steps_right, one.steps),
            _share(one.numbers_right, one.numbers),
        )
    return shown


def _share(right: int, total: int) -> str:
    return f"{right / total:.4f} of {total}" if total else "none"


def _licences(folder: Path, reader: Reader, settings: Settings) -> Table:
    """Return the errors on the labelled lines of each real licence."""
    shown = Table(title="labelled lines of real licences", title_justify="left")
    for head in ("picture", "characters", "errors", "CER"):
        shown.add_column(head, justify="right")
    total = [0, 0]
    for licence in licences(folder):
        with tempfile.TemporaryDirectory() as scratch:
            sheet = sheets_of(licence.picture, settings, Path(scratch))[0]
            page = reader.read(sheet).page
        with Image.open(licence.picture) as picture:  # a large one is opened at a smaller size
            width, height = picture.size
        found = licence_errors(licence.truth(width, height), page)
        errors, characters = sum(one[0] for one in found), sum(len(one[1]) for one in found)
        total = [total[0] + errors, total[1] + characters]
        share = f"{errors / characters:.2%}"
        shown.add_row(licence.picture.stem, str(characters), str(errors), share)
    shown.add_row("all", str(total[1]), str(total[0]), f"{total[0] / max(1, total[1]):.2%}")
    return shown


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
