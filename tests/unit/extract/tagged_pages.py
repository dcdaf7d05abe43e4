"""Pages by hand, a tagger that knows a few words by heart, and a scorer whose weights are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from preaudit.document import Document, Line, Origin, Page, Quality, Segment
from preaudit.extract.candidate import Candidate, SegmentTexts
from preaudit.extract.groups import EXPANDED
from preaudit.extract.passage import Piece, join
from preaudit.extract.scorer import EMBEDDED, OCR, Resolving, Scorer, Staircase
from preaudit.extract.tagger import Tagger, Vocabulary
from preaudit.extract.texts import segment_texts
from preaudit.extract.witness import Witness, witness_of
from preaudit.fields import Text, Value
from preaudit.geometry import Box
from preaudit.sheet import MediaType, Source

KIND = "award-notice"
VOCABULARY = Vocabulary(
    characters="".join(
        sorted(set("中标价人民币万元亿圆:().,工程名称项目经理段珊云柯泽悦0123456789"))
    ),
    kinds=(KIND, "safety-licence"),
    fields=("award_price", "project_manager", "project_name"),
)


def a_line(
    text: str, top: float, *, origin: Origin = Origin.EMBEDDED, sure: float = 1.0, page: int = 1
) -> Line:
    """A row of text from the left margin."""
    edges = tuple(0.1 + 0.02 * at for at in range(len(text) + 1))
    box = Box(page=page, left=edges[0], top=top, right=edges[-1], bottom=top + 0.0165)
    return Line(text=text, box=box, confidence=sure, origin=origin, edges=edges)


def page_of(*lines: Line, number: int = 1, sure: float = 1.0) -> Page:
    """A page of these lines, on average read this surely."""
    quality = Quality(flaws=(), dpi=None, mean_confidence=sure)
    return Page(number=number, aspect=1.414, lines=lines, cells=(), marks=(), quality=quality)


def rows(*texts: str) -> Page:
    """A page with these rows below one another."""
    return page_of(*(a_line(text, 0.2 + 0.03 * at) for at, text in enumerate(texts)))


def file_of(*pages: Page) -> tuple[Document, Segment]:
    """A file of these pages that is one award notice."""
    source = Source(
        name="a.pdf", sha256="0" * 64, sm3="", media_type=MediaType.PDF, size_bytes=1,
        pages=len(pages),
    )  # fmt: skip
    segment = Segment(
        sha256=source.sha256, pages=tuple(page.number for page in pages), kind=KIND,
        confidence=0.9, runners_up=(), settled=True,
    )  # fmt: skip
    return Document(source=source, pages=pages), segment


def texts_of(*pages: Page) -> SegmentTexts:
    """The same, cut up for search."""
    return segment_texts(*file_of(*pages))


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHeart:
    """Stands where the exported network does: marks the words it knows and nothing else."""

    words: Mapping[str, str]
    sure: float

    def run(
        self, names: Sequence[str], inputs: Mapping[str, NDArray[np.int64]]
    ) -> list[NDArray[np.float32]]:
        """Return log-probabilities as label scores."""
        assert list(names) == ["logits"]
        tokens = inputs["tokens"][0].tolist()
        rest = (1 - self.sure) / (VOCABULARY.labels - 1)
        chances = np.full((len(tokens), VOCABULARY.labels), 0.001 / VOCABULARY.labels)
        chances[:, 0] = 0.999
        ids = VOCABULARY.character_ids()
        for word, field in self.words.items():
            wanted = [ids[one] for one in word]
            begin = VOCABULARY.begin(field)
            for start in range(len(tokens) - len(wanted) + 1):
                if tokens[start : start + len(wanted)] == wanted:
                    for at in range(start, start + len(wanted)):
                        chances[at] = rest
                        chances[at, begin if at == start else begin + 1] = self.sure
        return [np.log(chances).astype(np.float32)[None]]


def tagger_knowing(words: Mapping[str, str], *, sure: float = 0.95) -> Tagger:
    """A tagger that takes each word, wherever it stands, for a value of the field."""
    return Tagger(ByHeart(words=words, sure=sure), VOCABULARY)


def witness(words: Mapping[str, str], *pages: Page, sure: float = 0.95) -> Witness:
    """What that tagger says of these pages."""
    return witness_of(tagger_knowing(words, sure=sure), texts_of(*pages))


def reading(
    line: Line,
    method: str = "label",
    confidence: float = 0.9,
    *,
    field: str = "project_manager",
    value: Value | None = None,
) -> Candidate:
    """A whole line as a reading of a field."""
    passage = join([Piece(line=line, start=0, end=len(line.text), aspect=1.414)])
    return Candidate(
        field=field, value=value or Text(text=line.text), passage=passage, start=0,
        end=len(line.text), method=method, confidence=confidence,
    )  # fmt: skip


def scorer_of(
    weights: Mapping[str, float],
    *,
    found_from: float = 0.8,
    found_from_ocr: float | None = None,
    nothing_below: float = 0.05,
) -> Scorer:
    """A scorer that adds up the named traits and takes the sum, within 0..1, for the chance.

    A product of two traits is named by both, as in `EXPANDED`.
    """
    straight = Staircase(at=(0.0, 1.0), gives=(0.0, 1.0))
    ocr = found_from if found_from_ocr is None else found_from_ocr
    learned = Resolving(
        version=1,
        traits=EXPANDED,
        weights=tuple(weights.get(name, 0.0) for name in EXPANDED),
        bias=0.0,
        types={},
        fields={},
        calibration={f"*/{EMBEDDED}": straight, f"*/{OCR}": straight},
        found_from={EMBEDDED: found_from, OCR: ocr},
        nothing_below=nothing_below,
    )
    return Scorer(learned, "0" * 64)


TRUSTING = scorer_of({"rule": 1.0})
"""Believes the sources without weights as far as they believe themselves."""

READING = scorer_of({"rule": 1.0, "places": 0.045}, found_from=0.45)
"""Takes what the sources without weights read best: for tests of what they read."""
