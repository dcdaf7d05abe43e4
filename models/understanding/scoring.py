"""What the pipeline says of read papers, decision by decision, beside what is true."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from models.understanding.papers import ReadPaper
from preaudit.case import Material
from preaudit.document import Document, Segment
from preaudit.extract import Extractor
from preaudit.fields import FieldState, canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """One field of one paper: what was printed and what was said."""

    kind: str
    family: str
    channel: str
    seed: int
    field: str
    state: str
    said: str
    """Empty when nothing was said."""
    true: str
    """Empty when the paper does not print the field."""
    confidence: float
    method: str

    @property
    def found(self) -> bool:
        """Whether a value was reported as found."""
        return self.state == FieldState.FOUND

    @property
    def right(self) -> bool:
        """Whether what was said, whatever its state, is what is printed."""
        return bool(self.said) and self.said == self.true


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """One paper handed in alone: what it is and what it was taken for."""

    kind: str
    family: str
    channel: str
    seed: int
    said: tuple[str, ...]
    """The kinds of its segments; one when it was not cut up."""
    settled: bool
    confidence: float

    @property
    def right(self) -> bool:
        """Whether it was taken whole for what it is, without doubt."""
        return self.said == (self.kind,) and self.settled


def kind_row(paper: ReadPaper, segments: Sequence[Segment]) -> KindRow:
    """Return how a paper's kind and extent were told."""
    return KindRow(
        kind=paper.kind,
        family=paper.family,
        channel=paper.channel,
        seed=paper.seed,
        said=tuple(segment.kind for segment in segments),
        settled=all(segment.settled for segment in segments),
        confidence=min(segment.confidence for segment in segments),
    )


def field_rows(paper: ReadPaper, material: Material) -> Iterator[FieldRow]:
    """Yield what was said of each field that the paper prints or that was said to be printed."""
    truth = paper.truth()
    said = {field.name: field for field in material.fields}
    for name in sorted({*truth, *said}):
        field = said.get(name)
        value = field.value if field else None
        if name not in truth and (value is None or name in paper.unprinted):
            continue
        yield FieldRow(
            kind=paper.kind,
            family=paper.family,
            channel=paper.channel,
            seed=paper.seed,
            field=name,
            state=str(field.state) if field else "missing",
            said="" if value is None else comparable(canonical(value)),
            true=comparable(truth.get(name, "")),
            confidence=field.confidence if field and value is not None else 0.0,
            method=field.method if field else "none",
        )


def comparable(value: str | Iterable[str]) -> str:
    """Return a value as one text; the order of a list does not count."""
    return value if isinstance(value, str) else "|".join(sorted(value))


def whole(paper: ReadPaper) -> Segment:
    """Return all pages of a paper as one segment of its true kind."""
    return Segment(
        sha256=paper.document.source.sha256,
        pages=tuple(page.number for page in paper.document.pages),
        kind=paper.kind,
        confidence=1.0,
        runners_up=(),
        settled=True,
    )


def judged(
    papers: Iterable[ReadPaper],
    classify: Callable[[Document], Sequence[Segment]],
    extractor: Extractor,
) -> tuple[list[KindRow], list[FieldRow]]:
    """Classify and extract every paper as the pipeline does.

    A paper that is taken for another kind, or cut up, loses what its own segments do not give.
    """
    kinds: list[KindRow] = []
    fields: list[FieldRow] = []
    for paper in papers:
        segments = classify(paper.document)
        kinds.append(kind_row(paper, segments))
        own = next((one for one in segments if one.kind == paper.kind), None)
        if own is not None:
            fields += field_rows(paper, extractor.extract(paper.document, own))
        else:
            fields += _nothing_said(paper)
    return kinds, fields


def _nothing_said(paper: ReadPaper) -> Iterator[FieldRow]:
    for name, value in paper.truth().items():
        yield FieldRow(
            kind=paper.kind, family=paper.family, channel=paper.channel, seed=paper.seed,
            field=name, state="missing", said="", true=comparable(value), confidence=0.0,
            method="none",
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Precision and recall of found fields."""

    right: int
    said: int
    asked: int

    @property
    def precision(self) -> float:
        """Share of found values that are right."""
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """Share of printed values that were found and right."""
        return self.right / self.asked if self.asked else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def rates(rows: Iterable[FieldRow]) -> Rates:
    """Count found fields."""
    kept = list(rows)
    return Rates(
        right=sum(1 for row in kept if row.found and row.right),
        said=sum(1 for row in kept if row.found),
        asked=sum(1 for row in kept if row.true),
    )


def calibration_error(pairs: Sequence[tuple[float, bool]], *, bins: int = 15) -> float:
    """Return the expected calibration error over bins of equal count (Naeini et al. 2015).

    Args:
        pairs: Confidence and whether it was right.
        bins: How many; each holds as many pairs as any other.
    """
    ordered = sorted(pairs)
    total, error = len(ordered), 0.0
    for at in range(bins):
        part = ordered[at * total // bins : (at + 1) * total // bins]
        if part:
            mean = sum(confidence for confidence, _ in part) / len(part)
            share = sum(right for _, right in part) / len(part)
            error += len(part) / total * abs(mean - share)
    return error
