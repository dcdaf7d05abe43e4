"""`python -m models.evaluation.marks`: how well marks are found and read, on papers made for it.

Papers of seeds that nobody developed with are sent through every channel, opened and read as any
file is, and what comes out is held against what was put on them. A folder of real pages with a
`labels.json` (`file`, `seal_boxes` in pixels) can be measured beside them.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import typer
from PIL import Image
from rich.console import Console
from rich.table import Table

from corpus.channels import send
from corpus.legibility import unreadable, unseen
from corpus.making import families, iterate_papers
from corpus.mark_pages import marked_papers
from corpus.paper import Paper, PaperMark
from corpus.values import kind_names
from preaudit.document import Mark, MarkKind, Page
from preaudit.extract.paging_seals import paging_seals
from preaudit.ingest import Entry, open_file
from preaudit.read import Reader, open_reader
from preaudit.settings import Settings
from preaudit.sheet import Pixels

SEED = 900_001
"""Of papers left out of development."""
CHANNELS = ("native", "scan-colour", "scan", "photocopy", "photo")
_SURE = 0.5
_MATCH = {"seal": 0.5}
_MATCH_OTHERS = 0.3
_OFF = 1
"""Characters by which a text that was read may differ."""
_FOUND = ("seal", "paging_seal", "signature", "tick", "qr_code")

Shares = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of the page."""
Key = tuple[str, str]
"""What is counted, and over which part: `all`, a channel, a shape or a look."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of what was there, found, wrongly found and rightly read."""

    there: Counter[Key] = field(default_factory=Counter)
    found: Counter[Key] = field(default_factory=Counter)
    wrong: Counter[Key] = field(default_factory=Counter)
    unsure: Counter[Key] = field(default_factory=Counter)

    def add(self, what: str, parts: Iterable[str], *, found: bool) -> None:
        """Count something that is there."""
        for part in parts:
            self.there[what, part] += 1
            self.found[what, part] += found


def ordinary_papers(seed: int, count: int) -> Iterator[Paper]:
    """Yield papers of all kinds and layouts as the corpus makes them for everything else."""
    rng = random.Random(f"ordinary-{seed}")
    pairs = [(kind, family) for kind in kind_names() for family in families(kind)]
    for _ in range(count):
        kind, family = rng.choice(pairs)
        own_seed = rng.randrange(10**9)
        yield next(iterate_papers((kind,), seed=own_seed, count=1, only={(kind, family)})).paper


def measure(papers: Iterable[Paper], channel: str, reader: Reader, tally: Tally) -> None:
    """Send papers through a channel, read them, and count what came of their marks."""
    settings = Settings()
    with tempfile.TemporaryDirectory() as scratch:
        for number, paper in enumerate(papers):
            sent = send(paper, channel, seed=f"marks-{channel}-{number}")
            path = Path(scratch) / f"{number}{sent.suffix}"
            path.write_bytes(sent.data)
            opened = open_file(
                Entry(name=path.name, path=path), limits=settings.limits, workdir=Path(scratch)
            )
            pages = [reader.read(sheet).page for sheet in opened.sheets]
            marks = readable(sent.marks, [sheet.pixels.load() for sheet in opened.sheets])
            for page in pages:
                count_page(page, marks, channel, tally)
            count_paging(pages, marks, channel, tally)


def readable(marks: Sequence[PaperMark], pages: Sequence[Pixels]) -> tuple[PaperMark, ...]:
    """Return marks that say of each text whether a person could read it on the page.

    One letter may be wrong, so one that nobody can tell leaves a text readable. Of marks whose ink
    is gone the kind says so: they need not be found, and one that is found is not counted at all.
    """
    found = []
    for mark in marks:
        lost = [
            what
            for what in ("owner", "centre", "code")
            if mark.letters and unreadable(pages[mark.page - 1], mark.letters, what) > _OFF
        ]
        gone = mark.kind in ("seal", "paging_seal") and unseen(pages[mark.page - 1], mark.box)
        kind = f"{mark.kind}, unseen" if gone else mark.kind
        found.append(replace(mark, kind=kind, bears={**mark.bears, "unreadable": " ".join(lost)}))
    return tuple(found)


def count_page(page: Page, truth: Sequence[PaperMark], channel: str, tally: Tally) -> None:
    """Count what was found of the marks of one page."""
    here = [mark for mark in truth if mark.page == page.number]
    sure = [(mark, _shares(page, mark)) for mark in page.marks if mark.confidence >= _SURE]
    for kind in _FOUND:
        there = [mark for mark in here if mark.kind == kind]
        shown = [each for each in sure if each[0].kind.value == kind]
        matched = list(_matched(there, shown, _MATCH.get(kind, _MATCH_OTHERS)))
        for mark, seen in matched:
            tally.add(kind, _parts(mark, channel), found=seen is not None)
            if kind == "seal" and seen is not None:
                _count_text(mark, seen, channel, tally)
            if kind == "qr_code" and seen is not None:
                tally.add("qr_code text", ("all", channel), found=bool(seen.text))
        taken = [seen for _, seen in matched]
        gone = [mark for mark in here if mark.kind == f"{kind}, unseen"]
        extra = sum(
            each[0] not in taken
            and not any(_likeness(mark.box, each[1]) >= _MATCH_OTHERS for mark in gone)
            for each in shown
        )
        tally.there[f"{kind}, unseen", "all"] += len(gone)
        for part in ("all", channel):
            tally.wrong[kind, part] += extra
    _count_places(page, here, channel, tally)


def _parts(mark: PaperMark, channel: str) -> list[str]:
    look = mark.bears.get("look", "")
    return ["all", channel, *([mark.shape] if mark.shape else []), *([look] if look else [])]


def _matched(
    there: Sequence[PaperMark], shown: Sequence[tuple[Mark, Shares]], least: float
) -> Iterator[tuple[PaperMark, Mark | None]]:
    """Yield each true mark with the one that was found in its place."""
    free = list(shown)
    for mark in there:
        best = max(free, key=lambda each: _likeness(mark.box, each[1]), default=None)
        if best is not None and _likeness(mark.box, best[1]) >= least:
            free.remove(best)
            yield mark, best[0]
        else:
            yield mark, None


def _count_text(mark: PaperMark, seen: Mark, channel: str, tally: Tally) -> None:
    """Count what was read on a seal."""
    parts = _parts(mark, channel)
    lost = mark.bears.get("unreadable", "").split()
    right = alike(seen.text, mark.owner or "")
    name = "owner, unreadable" if "owner" in lost else "owner"
    tally.add(name, parts, found=right)
    for part in parts:
        tally.wrong[name, part] += not right and seen.text_confidence >= _SURE
    for name, read in (("centre", seen.centre), ("code", seen.code)):
        said = mark.bears.get(name, "")
        shown = f"{name}, unreadable" if name in lost else name
        if said:
            tally.add(shown, parts, found=alike(read, said))
        if read and not alike(read, said):
            tally.wrong[shown, "all"] += 1


def _count_places(page: Page, truth: Sequence[PaperMark], channel: str, tally: Tally) -> None:
    """Count whether places were rightly taken for signed or not."""
    signed = [
        (mark.confidence, _shares(page, mark))
        for mark in page.marks
        if mark.kind is MarkKind.SIGNATURE
    ]
    for place in truth:
        if place.kind in ("signature", "no_signature"):
            best = max((sure for sure, box in signed if _meet(place.box, box)), default=0.0)
            parts = ("all", channel, place.bears.get("look") or place.kind)
            right = (best >= _SURE) == (place.kind == "signature")
            tally.add("signing place", parts, found=right)
            for part in parts:
                tally.unsure["signing place", part] += not right and best > 0


def count_paging(
    pages: Sequence[Page], truth: Sequence[PaperMark], channel: str, tally: Tally
) -> None:
    """Count whether the slices of a paper were put together to the seal they are of."""
    bearing = {mark.page for mark in truth if mark.kind == "paging_seal"}
    if len(bearing) < 2:  # noqa: PLR2004 - one slice makes no sequence
        return
    seals = paging_seals(pages)
    tally.add(
        "paging sequence",
        ("all", channel),
        found=bool(seals) and set(seals[0].pages) == bearing and not seals[0].out_of_order,
    )


def alike(read: str, said: str) -> bool:
    """Whether two texts differ by no more than one character."""
    first, second = (_plain(text) for text in (read, said))
    if first.strip("印章之") == second.strip("印章之") != "":
        return True
    before = list(range(len(second) + 1))
    for row, one in enumerate(first, start=1):
        now = [row]
        for column, other in enumerate(second, start=1):
            step = min(before[column], now[-1]) + 1
            now.append(min(step, before[column - 1] + (one != other)))
        before = now
    return bool(first) and before[-1] <= _OFF


def _plain(text: str) -> str:
    return text.replace("（", "(").replace("）", ")").replace(" ", "")


def _shares(page: Page, mark: Mark) -> Shares:
    box = page.to_file.box(mark.box)
    return box.left, box.top, box.right, box.bottom


def _likeness(first: Shares, second: Shares) -> float:
    """Return what two boxes share over what they cover together."""
    if not _meet(first, second):
        return 0.0
    wide = min(first[2], second[2]) - max(first[0], second[0])
    tall = min(first[3], second[3]) - max(first[1], second[1])
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (first, second)]
    return wide * tall / (sum(areas) - wide * tall)


def _meet(first: Shares, second: Shares) -> bool:
    return (
        min(first[2], second[2]) > max(first[0], second[0])
        and min(first[3], second[3]) > max(first[1], second[1])
    )  # fmt: skip


def measure_real(folder: Path, reader: Reader, tally: Tally) -> None:
    """Read real pages and count their seals."""
    settings = Settings()
    for entry in json.loads((folder / "labels.json").read_text(encoding="utf-8")):
        path = folder / entry["file"]
        with Image.open(path) as picture:
            width, height = picture.size
        truth = [
            PaperMark(
                kind="seal",
                page=1,
                box=(left / width, top / height, right / width, bottom / height),
            )
            for left, top, right, bottom in entry["seal_boxes"]
        ]
        with tempfile.TemporaryDirectory() as scratch:
            opened = open_file(
                Entry(name=path.name, path=path), limits=settings.limits, workdir=Path(scratch)
            )
            for sheet in opened.sheets:
                page = reader.read(sheet).page
                shown = [
                    (mark, _shares(page, mark))
                    for mark in page.marks
                    if mark.confidence >= _SURE and mark.kind is MarkKind.SEAL
                ]
                matched = list(_matched(truth, shown, _MATCH["seal"]))
                for _, seen in matched:
                    tally.add("seal", ("real",), found=seen is not None)
                tally.wrong["seal", "real"] += len(shown) - sum(
                    seen is not None for _, seen in matched
                )


def print_tally(tally: Tally, console: Console) -> None:
    """Print a table of all counts."""
    table = Table(title="marks", pad_edge=False)
    for column in ("what", "part", "there", "right", "share", "wrong", "precision", "doubted"):
        table.add_column(column, justify="left" if column in ("what", "part") else "right")
    grouped: dict[str, list[str]] = defaultdict(list)
    for what, part in sorted({*tally.there, *tally.wrong}):
        grouped[what].append(part)
    for what, parts in grouped.items():
        for part in sorted(parts, key=lambda one: (one != "all", one)):
            table.add_row(what, part, *_figures(tally, (what, part)))
        table.add_section()
    console.print(table)


def _figures(tally: Tally, key: Key) -> tuple[str, ...]:
    there, found, wrong = tally.there[key], tally.found[key], tally.wrong[key]
    share = f"{found / there:.3f}" if there else ""
    precise = f"{found / (found + wrong):.3f}" if found + wrong else ""
    doubted = str(tally.unsure[key]) if tally.unsure[key] else ""
    return str(there), str(found), share, str(wrong), precise, doubted


app = typer.Typer(add_completion=False)


@app.command()
def main(
    papers: Annotated[int, typer.Option(help="Papers for each channel; 12 is a quick look.")] = 60,
    seed: Annotated[int, typer.Option(help="The same seed gives the same papers.")] = SEED,
    real: Annotated[Path | None, typer.Option(help="Folder of real pages.")] = None,
    *,
    ordinary: Annotated[
        bool, typer.Option("--ordinary", help="Papers as they usually come.")
    ] = False,
) -> None:
    """Measure marks on synthetic papers and print a table."""
    console = Console(width=110)
    reader = open_reader(Settings())
    tally = Tally()
    made = ordinary_papers if ordinary else marked_papers
    for number, channel in enumerate(CHANNELS):
        measure(made(seed + number, papers), channel, reader, tally)
    if real is not None:
        measure_real(real, reader, tally)
    print_tally(tally, console)


if __name__ == "__main__":
    app()
