"""A trained token tagger: which characters of a page are which field.

Characters, not words, are the tokens, for Chinese has no word breaks and codes must be cut exactly.
Each token carries its place on the page and the kind of paper, so the same network reads forms and
prose. Long pages are read in overlapping windows; of two readings of one character the one farther
from its window's edge counts. Training (package `models`) uses `encode` too: what was trained is
what is run. After Xu et al. 2020, LayoutLM, with characters for word pieces and far smaller.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from preaudit.document import Line, Page
from preaudit.errors import WeightsError

PAD, UNKNOWN, BREAK = 0, 1, 2
"""Token ids below the characters': padding, a character never seen in training, end of a line."""
FIRST_CHARACTER = 3
GRID = 1000
"""Positions are whole thousandths of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What token, kind and label ids mean; lies beside the weights as JSON."""

    characters: str
    kinds: tuple[str, ...]
    fields: tuple[str, ...]
    window: int
    """Tokens that the network sees at once."""
    stride: int

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
class Encoding:
    """One page as the network sees it."""

    tokens: NDArray[np.int64]
    """Shape (n,)."""
    boxes: NDArray[np.int64]
    """Shape (n, 4): left, top, right, bottom in thousandths of the page."""
    places: tuple[tuple[int, int], ...]
    """For each token its line and its character in that line; character -1 for a line's end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedSpan:
    """Characters that belong to one field, in reading order."""

    field: str
    page: int
    pieces: tuple[tuple[int, int, int], ...]
    """(line index in the page, start, end): half-open runs of characters."""
    confidence: float
    """The geometric mean of its characters' probabilities."""


def encode(lines: Sequence[Line], characters: dict[str, int]) -> Encoding:
    """Turn the lines of a page into tokens with boxes; blanks are left out."""
    tokens: list[int] = []
    boxes: list[tuple[int, int, int, int]] = []
    places: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        top, bottom = _grid(line.box.top), _grid(line.box.bottom)
        for at, character in enumerate(line.text):
            if character.isspace():
                continue
            tokens.append(characters.get(character, UNKNOWN))
            boxes.append((_grid(line.edges[at]), top, _grid(line.edges[at + 1]), bottom))
            places.append((number, at))
        tokens.append(BREAK)
        boxes.append((_grid(line.box.right), top, _grid(line.box.right), bottom))
        places.append((number, -1))
    return Encoding(
        tokens=np.array(tokens, dtype=np.int64),
        boxes=np.array(boxes, dtype=np.int64).reshape(-1, 4),
        places=tuple(places),
    )


def _grid(share: float) -> int:
    return min(GRID, max(0, round(share * GRID)))


def windows(length: int, *, window: int, stride: int) -> Iterator[tuple[int, int]]:
    """Cover `length` tokens with half-open windows that overlap by window - stride."""
    start = 0
    while True:
        yield start, min(length, start + window)
        if start + window >= length:
            return
        start += stride


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

    def tag(self, page: Page, kind: str) -> tuple[TaggedSpan, ...]:
        """Find the fields on one page of a paper of this kind.

        A kind that the network was not trained on gives nothing.
        """
        if kind not in self._vocabulary.kinds or not page.lines:
            return ()
        encoding = encode(page.lines, self._characters)
        chances = self._chances(encoding, self._vocabulary.kinds.index(kind))
        return tuple(self._spans(page.number, encoding, chances))

    def _chances(self, encoding: Encoding, kind: int) -> NDArray[np.float32]:
        """Return label probabilities, shape (n, labels)."""
        length = len(encoding.tokens)
        spans = list(
            windows(length, window=self._vocabulary.window, stride=self._vocabulary.stride)
        )
        widest = max(end - start for start, end in spans)
        tokens = np.zeros((len(spans), widest), dtype=np.int64)
        boxes = np.zeros((len(spans), widest, 4), dtype=np.int64)
        for row, (start, end) in enumerate(spans):
            tokens[row, : end - start] = encoding.tokens[start:end]
            boxes[row, : end - start] = encoding.boxes[start:end]
        (logits,) = self._session.run(
            ["logits"],
            {
                "input_ids": tokens,
                "bbox": boxes,
                "token_type_ids": np.full_like(tokens, kind),
                "attention_mask": (tokens != PAD).astype(np.int64),
            },
        )
        return _joined(_softmax(logits), spans, length)

    def _spans(
        self, page: int, encoding: Encoding, chances: NDArray[np.float32]
    ) -> Iterator[TaggedSpan]:
        labels = chances.argmax(axis=1)
        run: list[int] = []
        field = -1
        for at, label in enumerate(labels):
            if encoding.places[at][1] < 0:  # a line's end neither belongs to a value nor ends it
                continue
            begins, of = label % 2 == 1, (int(label) - 1) // 2 if label else -1
            if run and (of != field or begins):
                yield self._span(page, encoding, chances, run, field)
                run = []
            if of >= 0:
                run.append(at)
            field = of
        if run:
            yield self._span(page, encoding, chances, run, field)

    def _span(
        self,
        page: int,
        encoding: Encoding,
        chances: NDArray[np.float32],
        run: Sequence[int],
        field: int,
    ) -> TaggedSpan:
        both = chances[list(run), 1 + 2 * field] + chances[list(run), 2 + 2 * field]
        return TaggedSpan(
            field=self._vocabulary.fields[field],
            page=page,
            pieces=_pieces([encoding.places[at] for at in run]),
            confidence=float(np.exp(np.log(np.clip(both, 1e-6, 1.0)).mean())),
        )


def _joined(
    chances: NDArray[np.float32], spans: Sequence[tuple[int, int]], length: int
) -> NDArray[np.float32]:
    """Keep for each token the reading that lies deepest inside its window."""
    joined = np.zeros((length, chances.shape[2]), dtype=np.float32)
    depth = np.full(length, -1)
    for row, (start, end) in enumerate(spans):
        inside = np.minimum(np.arange(end - start), np.arange(end - start)[::-1])
        better = inside > depth[start:end]
        joined[start:end][better] = chances[row, : end - start][better]
        depth[start:end][better] = inside[better]
    return joined


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
            window=saved["window"],
            stride=saved["stride"],
        ),
    )


def tagger_digest(folder: Path) -> tuple[str, str]:
    """Return the name and SHA-256 of the weights, for a report's provenance."""
    return WEIGHTS, sha256((folder / WEIGHTS).read_bytes()).hexdigest()
