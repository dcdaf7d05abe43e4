"""Training examples: the tokens of a page with a label for each.

A token belongs to the field in whose true box it lies, provided that the characters there spell
the true value, or nearly so where they were read off pixels: where a page's text and its truth
disagree, the token is left out of the loss rather than taught wrongly. Where two fields share
characters (an area inside a sentence on the scale of the works) the shorter value has them, for the
longer one can be had from its surroundings.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.understanding.papers import ReadPaper
from preaudit.document import Cell, Line, Origin, Page
from preaudit.extract.boxed import unboxed
from preaudit.extract.tagger import Vocabulary
from preaudit.folding import compact, fold, within_edits
from preaudit.geometry import Box, Homography
from preaudit.tokens import FIRST_CHARACTER, UNKNOWN, encode

IGNORED = -100
"""Label of a token that the loss skips (the convention of torch)."""
MARGIN = 0.004
"""A character's centre may lie this share of the page outside a true box."""
_SLIPS = 8
"""A value read off pixels may have one wrong character in so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPage:
    """One page of a synthetic paper: what reading gave, and where the true values stand."""

    kind: str
    family: str
    """Its layout family, so that whole families can be left out."""
    page: Page
    values: tuple[tuple[str, tuple[tuple[str, Box], ...]], ...]
    """Field id and the pieces of one printed value, line by line: text and upright box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One page as the network is taught it; see `preaudit.tokens.Encoding` for the shapes."""

    kind: int
    tokens: NDArray[np.int64]
    stretches: NDArray[np.int64]
    boxes: NDArray[np.int64]
    frames: NDArray[np.int64]
    labels: NDArray[np.int64]


def labelled(papers: Iterable[ReadPaper]) -> Iterator[LabelledPage]:
    """Yield the pages of papers, as extraction sees them, with the truth of each."""
    for paper in papers:
        for page in map(unboxed, paper.document.pages):
            to_upright = inverse(page.to_file)
            values = []
            for value in paper.values:
                pieces = tuple(
                    (text, to_upright.box(box))
                    for text, box in value.pieces
                    if box.page == page.number
                )
                if pieces:
                    values.append((value.field, pieces))
            yield LabelledPage(
                kind=paper.kind, family=paper.family, page=page, values=tuple(values)
            )


def inverse(forward: Homography) -> Homography:
    """Return the map back."""
    rows = np.linalg.inv(np.array(forward.rows).reshape(3, 3))
    a, b, c, d, e, f, g, h, i = (rows / rows[2, 2]).flatten().tolist()
    return Homography(rows=(a, b, c, d, e, f, g, h, i))


def examples(page: LabelledPage, vocabulary: Vocabulary) -> Example:
    """Return a page as an example."""
    encoding = encode(page.page, vocabulary.character_ids())
    return Example(
        kind=vocabulary.kinds.index(page.kind),
        tokens=encoding.tokens,
        stretches=encoding.stretches,
        boxes=encoding.boxes,
        frames=encoding.frames,
        labels=labels_of(page, vocabulary),
    )


def labels_of(page: LabelledPage, vocabulary: Vocabulary) -> NDArray[np.int64]:
    """Return a label id for each token of `encode(page.page)`."""
    places = encode(page.page, vocabulary.character_ids()).places
    order = {place: at for at, place in enumerate(places) if place[1] >= 0}
    labels = np.zeros(len(places), dtype=np.int64)
    labels[[at for at, place in enumerate(places) if place[1] < 0]] = IGNORED
    longest_first = sorted(page.values, key=lambda value: -sum(len(text) for text, _ in value[1]))
    lines = page.page.lines
    for field, pieces in longest_first:
        if field not in vocabulary.fields:
            continue
        inside = [[p for p in _inside(lines, box) if p in order] for _, box in pieces]
        spelled = [
            _spelled(lines, near, text) for near, (text, _) in zip(inside, pieces, strict=True)
        ]
        if any(places is None for places in spelled):
            labels[[order[place] for near in inside for place in near]] = IGNORED
            continue
        begin = vocabulary.begin(field)
        value = [place for places in spelled for place in places or ()]
        for rank, place in enumerate(value):
            labels[order[place]] = begin if rank == 0 else begin + 1
    return labels


def _inside(lines: Sequence[Line], box: Box) -> Iterator[tuple[int, int]]:
    """Yield the characters (line, position) whose centre lies in the box, blanks left out."""
    for number, line in enumerate(lines):
        if not box.top - MARGIN <= line.box.centre[1] <= box.bottom + MARGIN:
            continue
        for at, character in enumerate(line.text):
            middle = (line.edges[at] + line.edges[at + 1]) / 2
            if not character.isspace() and box.left - MARGIN <= middle <= box.right + MARGIN:
                yield number, at


def _spelled(
    lines: Sequence[Line], inside: Sequence[tuple[int, int]], printed: str
) -> Sequence[tuple[int, int]] | None:
    """Return the characters inside that spell the value; None when they do not."""
    wanted = compact(printed)
    text = "".join(fold(lines[number].text[at]) for number, at in inside)
    start = text.find(wanted)
    if start >= 0 and wanted:
        return inside[start : start + len(wanted)]
    by_eye = any(lines[number].origin is Origin.OCR for number, _ in inside)
    slips = 1 + len(wanted) // _SLIPS
    return inside if by_eye and len(wanted) > 1 and within_edits(text, wanted, slips) else None


def charset(pages: Iterable[LabelledPage], *, at_least: int) -> str:
    """Return the characters that stand on at least so many pages, in code order."""
    counts: dict[str, int] = {}
    for page in pages:
        for character in {one for line in page.page.lines for one in compact(line.text)}:
            counts[character] = counts.get(character, 0) + 1
    return "".join(sorted(one for one, count in counts.items() if count >= at_least))


def roughen(page: LabelledPage, rng: random.Random) -> LabelledPage:
    """Return the page as a scan might give it: moved and squeezed, and its truth with it.

    Sometimes its rulings are lost too, as they are where they were not seen.
    """
    scale_x, scale_y = rng.uniform(0.85, 1.08), rng.uniform(0.85, 1.08)
    shift_x, shift_y = rng.uniform(-0.04, 0.06), rng.uniform(-0.04, 0.06)

    def moved(box: Box) -> Box:
        return Box(
            page=box.page,
            left=box.left * scale_x + shift_x,
            top=box.top * scale_y + shift_y,
            right=box.right * scale_x + shift_x,
            bottom=box.bottom * scale_y + shift_y,
        )

    lines = tuple(
        replace(
            line,
            box=moved(line.box),
            edges=tuple(edge * scale_x + shift_x for edge in line.edges),
        )
        for line in page.page.lines
    )
    same = dict(zip(page.page.lines, lines, strict=True))
    if rng.random() < _DISORDERED:
        lines = tuple(sorted(lines, key=rng.choice((_by_column, _by_row))))
    cells = () if rng.random() < _UNRULED else page.page.cells
    values = tuple(
        (field, tuple((text, moved(box)) for text, box in pieces)) for field, pieces in page.values
    )
    return replace(
        page,
        page=replace(
            page.page, lines=lines, cells=tuple(_moved_cell(cell, moved, same) for cell in cells)
        ),
        values=values,
    )


def _by_column(line: Line) -> tuple[float, float]:
    return round(line.box.left * 8), line.box.top


def _by_row(line: Line) -> tuple[float, float]:
    return round(line.box.centre[1] * 90), line.box.left


_DISORDERED = 0.2
"""Share of pages whose lines come in another order, for reading order fails on new layouts."""
_UNRULED = 0.12
"""Share of pages that are taught without their cells."""


def _moved_cell(cell: Cell, moved: Callable[[Box], Box], same: Mapping[Line, Line]) -> Cell:
    kept = tuple(same[line] for line in cell.lines if line in same)
    return replace(cell, box=moved(cell.box), lines=kept)


def misread(
    example: Example, *, share: float, unread: float, rng: random.Random, tokens: int
) -> Example:
    """Return the page with a share of its characters replaced, and some stretches unknown.

    Labels stay: the tagger should find the place of a value that the reader misread, and know it by
    its surroundings where the words of its label were never seen.

    Args:
        example: The page.
        share: Of characters that become others.
        unread: Share of stretches without a value of which no character is known.
        rng: Draws both.
        tokens: How many token ids there are.
    """
    noisy = example.tokens.copy()
    with_values = set(example.stretches[example.labels > 0].tolist())
    lost = {
        one for one in range(len(example.boxes)) if one not in with_values and rng.random() < unread
    }
    for at in range(len(noisy)):
        if noisy[at] < FIRST_CHARACTER:
            continue
        if int(example.stretches[at]) in lost:
            noisy[at] = UNKNOWN
        elif rng.random() < share:
            noisy[at] = rng.randrange(FIRST_CHARACTER, tokens)
    return replace(example, tokens=noisy)


def estranged(example: Example, *, share: float, rng: random.Random) -> Example:
    """Return the page with other words right before and behind a share of its values.

    Running text says the same in ever new words. Where the words around a value are drawn from all
    over the page, only the value itself tells where it begins and ends.

    Args:
        example: The page.
        share: Of values whose neighbours change, on each side.
        rng: Draws.
    """
    labels, tokens = example.labels, example.tokens.copy()
    around = example.tokens[(labels == 0) & (tokens >= FIRST_CHARACTER)].tolist()
    for at in range(len(labels)) if around else ():
        begins = labels[at] > 0 and labels[at] % 2 == 1
        ends = labels[at] > 0 and (at + 1 == len(labels) or labels[at + 1] != _goes_on(labels[at]))
        for is_there, step in ((begins, -1), (ends, 1)):
            if is_there and rng.random() < share:
                others = rng.choices(around, k=rng.randint(1, _STRANGE))
                _overwrite(example, tokens, at, step, others)
    return replace(example, tokens=tokens)


_STRANGE = 4
"""Characters that change on one side of a value."""


def _goes_on(label: np.int64) -> int:
    """Return the label of a character that goes on with the value."""
    return int(label) + int(label) % 2


def _overwrite(
    example: Example, tokens: NDArray[np.int64], start: int, step: int, others: Sequence[int]
) -> None:
    """Put other characters beside a place, as far as its stretch goes and no value stands there."""
    at = start
    for other in others:
        at += step
        inside = 0 <= at < len(tokens) and example.stretches[at] == example.stretches[start]
        if not inside or example.labels[at] != 0 or tokens[at] < FIRST_CHARACTER:
            return
        if at + 1 == len(tokens) or example.stretches[at + 1] != example.stretches[at]:
            return  # the stop that ends it
        tokens[at] = other
