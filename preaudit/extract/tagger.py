"""A trained token tagger: which characters of a page are which field.

Each character is seen with its place on the page and the kind of paper, so the same network reads
forms and prose (`preaudit.tokens`). Training (package `models`) encodes pages with the same code:
what was trained is what is run. After Xu et al. 2020, LayoutLM, with characters for word pieces,
stretches of text for words, and far smaller.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from preaudit.document import Page
from preaudit.errors import WeightsError
from preaudit.tokens import FIRST_CHARACTER, Encoding, encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What token, kind and label ids mean; lies beside the weights as JSON."""

    characters: str
    kinds: tuple[str, ...]
    fields: tuple[str, ...]

    def character_ids(self) -> dict[str, int]:
        """Map each known character to its token id."""
        return {one: FIRST_CHARACTER + at for at, one in enumerate(self.characters)}

    def begin(self, field: str) -> int:
        """Return the label id of a field's first character; the following ones have the next id."""
        return 1 + 2 * self.fields.index(field)

    @property
    def labels(self) -> int:
        """How many label ids there are: outside, and two for each field."""
        return 1 + 2 * len(self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedSpan:
    """Characters that belong to one field, in reading order."""

    field: str
    page: int
    pieces: tuple[tuple[int, int, int], ...]
    """(line index in the page, start, end): half-open runs of characters."""
    confidence: float
    """The geometric mean of its characters' probabilities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """What the network says of one page."""

    page: int
    encoding: Encoding
    chances: NDArray[np.float32]
    """Shape (tokens, labels): probabilities."""
    vocabulary: Vocabulary
    tokens_of: dict[tuple[int, int], int]
    """(line index, character) to token."""

    def chance(self, field: str, places: Sequence[tuple[int, int]]) -> float:
        """Return how likely these characters are the field: the geometric mean over them."""
        at = [self.tokens_of[place] for place in places if place in self.tokens_of]
        if field not in self.vocabulary.fields or not at:
            return 0.0
        begin = self.vocabulary.begin(field)
        both = self.chances[at, begin] + self.chances[at, begin + 1]
        return float(np.exp(np.log(np.clip(both, 1e-6, 1.0)).mean()))

    def other(self, field: str, places: Sequence[tuple[int, int]]) -> float:
        """Return how likely these characters are the likeliest other field, on average."""
        at = [self.tokens_of[place] for place in places if place in self.tokens_of]
        if field not in self.vocabulary.fields or not at:
            return 0.0
        chances = self.chances[at][:, 1:].reshape(len(at), -1, 2).sum(2)
        chances[:, self.vocabulary.fields.index(field)] = 0.0
        return float(chances.mean(0).max())


class Tagger:
    """Runs the exported network on ONNX Runtime."""

    def __init__(self, session: onnxruntime.InferenceSession, vocabulary: Vocabulary) -> None:
        self._session = session
        self._vocabulary = vocabulary
        self._characters = vocabulary.character_ids()

    @property
    def fields(self) -> tuple[str, ...]:
        """Which fields it knows."""
        return self._vocabulary.fields

    def tagging(self, page: Page, kind: str) -> Tagging | None:
        """Return the probabilities of one page of a paper of this kind.

        None for an empty page and for a kind that the network was not trained on.
        """
        if kind not in self._vocabulary.kinds:
            return None
        encoding = encode(page, self._characters)
        if not len(encoding.tokens):
            return None
        (logits,) = self._session.run(
            ["logits"],
            {
                "tokens": encoding.tokens[None],
                "stretches": encoding.stretches[None],
                "boxes": encoding.boxes[None],
                "frames": encoding.frames[None],
                "kinds": np.array([self._vocabulary.kinds.index(kind)], dtype=np.int64),
            },
        )
        return Tagging(
            page=page.number,
            encoding=encoding,
            chances=_softmax(logits[0]),
            vocabulary=self._vocabulary,
            tokens_of={place: at for at, place in enumerate(encoding.places) if place[1] >= 0},
        )

    def tag(self, page: Page, kind: str) -> tuple[TaggedSpan, ...]:
        """Find the fields on one page of a paper of this kind."""
        tagging = self.tagging(page, kind)
        return () if tagging is None else tuple(spans(tagging))


def spans(tagging: Tagging) -> Iterator[TaggedSpan]:
    """Yield the values on the likeliest path of labels through the page."""
    run: list[int] = []
    field = -1
    for at, label in _path(tagging):
        begins, of = label % 2 == 1, (label - 1) // 2 if label else -1
        if run and (of != field or begins or _leaves_cell(tagging.encoding, run[-1], at)):
            yield _span(tagging, run, field)
            run, field = [], -1
        if begins or (of >= 0 and of == field):  # what a cell's edge cuts off is no value
            run.append(at)
            field = of
    if run:
        yield _span(tagging, run, field)


def _leaves_cell(encoding: Encoding, before: int, behind: int) -> bool:
    """Tell whether a ruling stands between two characters: no value runs on over one."""
    one, other = encoding.stretches[before], encoding.stretches[behind]
    same = (encoding.frames[one] == encoding.frames[other]).all()
    in_cells = any((encoding.frames[at] != encoding.boxes[at]).any() for at in (one, other))
    return bool(in_cells and not same)


_SURELY_NONE: Final = 0.97
_SWITCH: Final = 1.5
"""What beginning a value costs in log-probability, so that doubt does not break values apart."""


def _path(tagging: Tagging) -> Iterator[tuple[int, int]]:
    """Yield the labels of characters: a value goes on only where one of its field has begun.

    Breaks neither belong to a value nor end it. Characters that are surely outside cut the page
    into parts that are decided one by one (Viterbi's algorithm).
    """
    solid = [at for at, place in enumerate(tagging.encoding.places) if place[1] >= 0]
    outside = tagging.chances[solid, 0] > _SURELY_NONE if solid else np.zeros(0, dtype=bool)
    part: list[int] = []
    for at, none in zip(solid, outside, strict=True):
        if none:
            yield from zip(part, _likeliest(tagging.chances[part]), strict=True)
            yield at, 0
            part = []
        else:
            part.append(at)
    yield from zip(part, _likeliest(tagging.chances[part]), strict=True)


def _likeliest(chances: NDArray[np.float32]) -> list[int]:
    """Return the likeliest labels of a run of characters."""
    if not len(chances):
        return []
    logs = np.log(np.clip(chances, 1e-6, 1.0))
    none, begin, inside = logs[:, 0], logs[:, 1::2] - _SWITCH, logs[:, 2::2]
    width = begin.shape[1]
    began, going = begin[0], np.full(width, -np.inf, dtype=logs.dtype)
    idle = none[0]
    back: list[tuple[int, NDArray[np.bool_]]] = []
    for at in range(1, len(logs)):
        every = np.concatenate([[idle], began, going])
        best = int(every.argmax())
        stays = going >= began
        back.append((best, stays))
        top = every[best]
        idle, going, began = (
            top + none[at],
            np.where(stays, going, began) + inside[at],
            top + begin[at],
        )
    state = int(np.concatenate([[idle], began, going]).argmax())
    labels = [state]
    for best, stays in reversed(back):
        if state <= width:
            state = best
        elif not stays[state - width - 1]:  # going on, of a value that began here
            state -= width
        labels.append(state)
    labels.reverse()
    return [_label(state, width) for state in labels]


def _label(state: int, width: int) -> int:
    if state == 0:
        return 0
    return 2 * state - 1 if state <= width else 2 * (state - width)


def _span(tagging: Tagging, run: Sequence[int], field: int) -> TaggedSpan:
    name = tagging.vocabulary.fields[field]
    places = [tagging.encoding.places[at] for at in run]
    return TaggedSpan(
        field=name,
        page=tagging.page,
        pieces=_pieces(places),
        confidence=tagging.chance(name, places),
    )


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: NDArray[np.float32] = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def _pieces(places: Sequence[tuple[int, int]]) -> tuple[tuple[int, int, int], ...]:
    """Join characters into runs; blanks between two characters of a line belong to the run."""
    runs: list[tuple[int, int, int]] = []
    for line, at in places:
        if runs and runs[-1][0] == line:
            runs[-1] = (line, runs[-1][1], at + 1)
        else:
            runs.append((line, at, at + 1))
    return tuple(runs)


WEIGHTS = "tagger.onnx"
VOCABULARY = "tagger.json"


def open_tagger(folder: Path, *, threads: int = 1) -> Tagger:
    """Open the tagger whose weights lie in `folder`, after comparing their digest.

    Raises:
        WeightsError: A file is missing, or is not the one that its vocabulary was saved with.
    """
    try:
        weights = (folder / WEIGHTS).read_bytes()
        saved = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
    except OSError as error:
        raise WeightsError(f"{error}; run `make train`", code="weights_missing") from error
    if sha256(weights).hexdigest() != saved.pop("sha256"):
        message = f"{folder / WEIGHTS} is not the file that {VOCABULARY} was saved with"
        raise WeightsError(message, code="weights_altered")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    return Tagger(
        session,
        Vocabulary(
            characters=saved["characters"],
            kinds=tuple(saved["kinds"]),
            fields=tuple(saved["fields"]),
        ),
    )


def tagger_digest(folder: Path) -> tuple[str, str]:
    """Return the name and SHA-256 of the weights, for a report's provenance."""
    return WEIGHTS, sha256((folder / WEIGHTS).read_bytes()).hexdigest()
