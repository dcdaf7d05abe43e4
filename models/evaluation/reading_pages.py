"""Single synthetic pages as they reach the office, with the truth of reading.

A page is a pure function of the seed and its number, so a set of pages that nobody looked at while
reading was made better is as good as a new seed.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pikepdf
from PIL import Image

from corpus.channels import render_pages, send
from corpus.making import families, iterate_papers
from corpus.paper import Paper
from corpus.printed import Pair, Printed, corners_of
from corpus.values import kind_names
from models.evaluation.placing import PageTruth

SCANS = (
    "scan",
    "scan-colour",
    "photocopy",
    "tiff",
    "scan+skew",
    "scan-colour+noise",
    "scan+turned90",
    "scan+blur",
)
PHOTOS = ("photo",)
HARD_PHOTOS = (
    "photo+white-desk",
    "photo+dark-desk",
    "photo+bright-desk",
    "photo+shadow",
    "photo+glare",
    "photo+dim",
    "photo+curled",
    "photo+tilted",
    "photo+cropped",
    "photo+two-pages",
    "photo+turned90",
    "photo+shadow+curled",
    "photo+tilted+dark-desk",
)
"""Photos as bad as they come; the bars speak of ordinary ones."""
_DPI = (150, 150, 200, 300)
_RAW_DPI = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingFile:
    """One file of one page."""

    name: str
    data: bytes
    suffix: str
    pages: tuple[PageTruth, ...]


def reading_pages(
    seed: int, count: int, channels: Sequence[str] = (*SCANS, *PHOTOS)
) -> Iterator[ReadingFile]:
    """Yield files of one page each, kinds and layouts drawn by chance, channels in turn.

    Args:
        seed: The same seed gives the same pages.
        count: How many.
        channels: As the corpus names them, such as `scan+skew`.
    """
    rng = random.Random(f"reading-{seed}")
    pairs = [(kind, family) for kind in kind_names() for family in families(kind)]
    for number in range(count):
        pair = rng.choice(pairs)
        own_seed = rng.randrange(10**9)
        made = next(iterate_papers((pair[0],), seed=own_seed, count=1, only={pair}))
        channel = channels[number % len(channels)]
        paper = single_page(made.paper, rng.randint(1, made.paper.page_count))
        sent = send(paper, channel, seed=str(own_seed), dpi=rng.choice(_DPI))
        yield ReadingFile(
            name=f"{number:04d}-{made.kind}-{made.family}{sent.suffix}",
            data=sent.data,
            suffix=sent.suffix,
            pages=(_truth(sent, channel),),
        )


def single_page(paper: Paper, page: int) -> Paper:
    """Return a native paper of which only one page was handed in."""
    if paper.page_count == 1:
        return paper
    with pikepdf.Pdf.open(io.BytesIO(paper.data)) as pdf:
        for index in reversed(range(len(pdf.pages))):
            if index != page - 1:
                del pdf.pages[index]
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    spots = {
        name: tuple(
            replace(spot, parts=tuple(replace(part, page=1) for part in spot.parts))
            for spot in places
            if all(part.page == page for part in spot.parts)
        )
        for name, places in paper.spots.items()
    }
    return replace(
        paper,
        data=out.getvalue(),
        page_count=1,
        spots={name: places for name, places in spots.items() if places},
        marks=tuple(replace(mark, page=1) for mark in paper.marks if mark.page == page),
        printed=_only(paper.printed, page),
    )


def _only(printed: Printed, page: int) -> Printed:
    """Return what is printed on one page, as page 1."""
    kept = [index for index, run in enumerate(printed.runs) if run.page == page]
    place = {index: at for at, index in enumerate(kept)}
    return Printed(
        runs=tuple(replace(printed.runs[index], page=1) for index in kept),
        cells=tuple(
            replace(cell, page=1, runs=tuple(place[index] for index in cell.runs))
            for cell in printed.cells
            if cell.page == page
        ),
        pairs=tuple(
            Pair(
                label=tuple(place[index] for index in pair.label),
                value=tuple(place[index] for index in pair.value),
            )
            for pair in printed.pairs
            if set(pair.label) | set(pair.value) <= set(kept)
        ),
        drawn=tuple(replace(one, page=1) for one in printed.drawn if one.page == page),
        outlines=printed.outlines[page - 1 : page],
    )


def _truth(paper: Paper, channel: str) -> PageTruth:
    return PageTruth(
        page=1,
        aspect=_aspect(paper),
        channel=channel,
        kind=paper.kind,
        family=paper.family,
        outline=paper.printed.outlines[0],
        runs=paper.printed.runs,
        cells=paper.printed.cells,
        values=tuple(
            "".join(part.text for part in spot.parts)
            for places in paper.spots.values()
            for spot in places
            if len(spot.parts) > 1
        ),
        unread=(
            *(corners_of(mark.box) for mark in paper.marks),
            *(one.corners for one in paper.printed.drawn),
        ),
    )


def _aspect(paper: Paper) -> float:
    if paper.suffix == ".pdf":
        pixels = render_pages(paper.data, _RAW_DPI)[0]
        return float(pixels.shape[0] / pixels.shape[1])
    with Image.open(io.BytesIO(paper.data)) as picture:
        return float(np.divide(picture.height, picture.width))
