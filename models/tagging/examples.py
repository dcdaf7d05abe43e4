"""Training examples: the tokens of a page with a label for each.

A token belongs to the field in whose true box it lies, provided that the characters there spell
the true value: where a page's text and its truth disagree, the token is left out of the loss
rather than taught wrongly. Where two fields share characters (an area inside a sentence on the
scale of the works) the shorter value has them, for the longer one can be had from its surroundings.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from preaudit.document import Line
from preaudit.extract.tagger import Vocabulary, encode, windows
from preaudit.geometry import Box

IGNORED = -100
"""Label of a token that the loss skips (the convention of torch)."""
MARGIN = 0.004
"""A character's centre may lie this share of the page outside a true box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPage:
    """One page of a synthetic paper: what reading gave, and where the true values stand."""

    kind: str
    family: str
    """Its layout family, so that whole families can be left out."""
    lines: tuple[Line, ...]
    values: tuple[tuple[str, tuple[tuple[str, Box], ...]], ...]
    """Field id and the pieces of one printed value, line by line: text and box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One window of one page."""

    kind: int
    tokens: NDArray[np.int64]
    boxes: NDArray[np.int64]
    labels: NDArray[np.int64]


def examples(page: LabelledPage, vocabulary: Vocabulary) -> Iterator[Example]:
    """Cut a page into windows with labels."""
    encoding = encode(page.lines, vocabulary.character_ids())
    labels = labels_of(page, vocabulary)
    for start, end in windows(
        len(encoding.tokens), window=vocabulary.window, stride=vocabulary.stride
    ):
        yield Example(
            kind=vocabulary.kinds.index(page.kind),
            tokens=encoding.tokens[start:end],
            boxes=encoding.boxes[start:end],
            labels=labels[start:end],
        )


def labels_of(page: LabelledPage, vocabulary: Vocabulary) -> NDArray[np.int64]:
    """Return a label id for each token of `encode(page.lines)`."""
    order = {
        place: at for at, place in enumerate(encode(page.lines, vocabulary.character_ids()).places)
    }
    labels = np.zeros(len(order), dtype=np.int64)
    for (_, at), token in order.items():
        if at < 0:
            labels[token] = IGNORED
    longest_first = sorted(page.values, key=lambda value: -sum(len(text) for text, _ in value[1]))
    for field, pieces in longest_first:
        if field not in vocabulary.fields:
            continue
        inside = [list(_inside(page.lines, box)) for _, box in pieces]
        spelled = [
            _spelled(page.lines, near, text) for near, (text, _) in zip(inside, pieces, strict=True)
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
    wanted = "".join(printed.split())
    text = "".join(lines[number].text[at] for number, at in inside)
    start = text.find(wanted)
    return None if start < 0 or not wanted else inside[start : start + len(wanted)]


def charset(pages: Iterable[LabelledPage], *, at_least: int) -> str:
    """Return the characters that stand on at least so many pages, in code order."""
    counts: dict[str, int] = {}
    for page in pages:
        for character in {one for line in page.lines for one in line.text if not one.isspace()}:
            counts[character] = counts.get(character, 0) + 1
    return "".join(sorted(one for one, count in counts.items() if count >= at_least))


def roughen(page: LabelledPage, rng: random.Random) -> LabelledPage:
    """Return the page as a scan might give it: moved and squeezed, and its truth with it."""
    scale_x, scale_y = rng.uniform(0.9, 1.05), rng.uniform(0.9, 1.05)
    shift_x, shift_y = rng.uniform(-0.03, 0.05), rng.uniform(-0.03, 0.05)

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
        for line in page.lines
    )
    values = tuple(
        (field, tuple((text, moved(box)) for text, box in pieces)) for field, pieces in page.values
    )
    return replace(page, lines=lines, values=values)


def misread(example: Example, *, share: float, rng: random.Random, tokens: int) -> Example:
    """Return the window with a share of its characters replaced by others.

    Labels stay: the tagger should find the place of a value that the reader misread.
    """
    noisy = example.tokens.copy()
    for at in range(len(noisy)):
        if noisy[at] > 1 and rng.random() < share:
            noisy[at] = rng.randrange(1, tokens)
    return replace(example, tokens=noisy)


def kinds_and_fields(
    carries: Mapping[str, Sequence[str]],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return all kinds and all fields that they carry, in a stable order."""
    return tuple(sorted(carries)), tuple(sorted({one for each in carries.values() for one in each}))
