"""What the resolver learns: weights, calibration and thresholds, from readings with their truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from models.understanding.papers import ReadPaper
from models.understanding.scoring import comparable, whole
from preaudit.extract.candidate import Candidate
from preaudit.extract.groups import EXPANDED, TRAITS, Claims, expanded, grouped, traits
from preaudit.extract.pipeline import CandidatePipeline
from preaudit.extract.scorer import EMBEDDED, OCR, Resolving, Staircase
from preaudit.extract.surroundings import Surroundings
from preaudit.extract.texts import segment_texts
from preaudit.extract.values.reading import field_types, fields_of
from preaudit.fields import canonical

VERSION: Final = 1
TARGET_PRECISION: Final = {EMBEDDED: 0.9945, OCR: 0.9905}
"""Of found fields, on layouts left out; the promise is 0.99, and what comes through a tagger that
saw all families but these is a little worse than the half of papers that was left aside here."""
_LEAST_ROWS: Final = 400
"""A type of field with fewer readings shares its staircase with others."""
_STEPS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value that was read for one field of one paper."""

    paper: int
    """Number of the paper; readings of one paper and field compete."""
    kind: str
    family: str
    channel: str
    field: str
    traits: tuple[float, ...]
    right: bool


def readings_of(
    papers: Iterable[ReadPaper], pipeline: CandidatePipeline, *, first: int = 0
) -> Iterator[Reading]:
    """Yield every value that any source reads, with whether it is what the paper prints."""
    for number, paper in enumerate(papers, start=first):
        around = Surroundings({page.number: page for page in paper.document.pages})
        texts = segment_texts(paper.document, whole(paper))
        findings = pipeline.find(texts)
        claims = Claims(one for one in findings.found if isinstance(one, Candidate))
        truth = {name: comparable(value) for name, value in paper.truth().items()}
        for field in fields_of(paper.kind):
            own = [
                one for one in findings.found if isinstance(one, Candidate) and one.field == field
            ]
            groups = grouped(own, findings.witness)
            taught = findings.witness is not None and findings.witness.knows(field)
            if field in paper.unprinted:
                continue
            for at, group in enumerate(groups):
                rivals = (*groups[:at], *groups[at + 1 :])
                yield Reading(
                    paper=number,
                    kind=paper.kind,
                    family=paper.family,
                    channel=paper.channel,
                    field=field,
                    traits=traits(group, rivals, taught=taught, around=around, claims=claims),
                    right=comparable(canonical(group.best.value)) == truth.get(field),
                )


def learn(readings: Sequence[Reading], *, regularisation: float = 0.3) -> Resolving:
    """Fit weights, staircases and thresholds to readings from layouts the tagger had not seen.

    Weights are fitted to all readings but the staircases to log-odds that each half of the papers
    gets from weights of the other half, so that they do not flatter themselves.
    """
    columns = _Columns(readings)
    matrix, right = columns.matrix(readings), np.array([one.right for one in readings])
    model = _logistic(regularisation).fit(matrix, right)
    half = np.array([one.paper % 2 for one in readings])
    odds = np.zeros(len(readings))
    for at in (0, 1):
        part = _logistic(regularisation).fit(matrix[half != at], right[half != at])
        odds[half == at] = part.decision_function(matrix[half == at])
    calibration = _calibrated(readings, odds)
    coefficients = model.coef_[0]
    count = len(EXPANDED)
    return Resolving(
        version=VERSION,
        traits=EXPANDED,
        weights=tuple(round(float(one), 4) for one in coefficients[:count]),
        bias=round(float(model.intercept_[0]), 4),
        types=columns.named(coefficients, columns.types),
        fields=columns.named(coefficients, columns.fields),
        calibration=calibration,
        found_from=_thresholds(readings, odds, calibration),
        nothing_below=0.05,
    )


def _logistic(regularisation: float) -> LogisticRegression:
    return LogisticRegression(C=regularisation, max_iter=2000)


class _Columns:
    """Traits, then one column for each type of field, then one for each field."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        fields = sorted({one.field for one in readings})
        types = sorted({field_types().get(name, "text") for name in fields})
        start = len(EXPANDED)
        self.types = {name: start + at for at, name in enumerate(types)}
        self.fields = {name: start + len(types) + at for at, name in enumerate(fields)}

    def matrix(self, readings: Sequence[Reading]) -> NDArray[np.float64]:
        """Return one row for each reading."""
        matrix = np.zeros((len(readings), len(EXPANDED) + len(self.types) + len(self.fields)))
        for row, one in enumerate(readings):
            matrix[row, : len(EXPANDED)] = expanded(one.traits)
            matrix[row, self.types[field_types().get(one.field, "text")]] = 1.0
            # Half as much, so that a field departs from its type only where the readings insist.
            matrix[row, self.fields[one.field]] = 0.5
        return matrix

    def named(self, coefficients: NDArray[np.float64], columns: dict[str, int]) -> dict[str, float]:
        """Return what is added for each name."""
        share = 0.5 if columns is self.fields else 1.0
        return {name: round(float(coefficients[at]) * share, 4) for name, at in columns.items()}


def _origin(reading: Reading) -> str:
    return OCR if reading.traits[TRAITS.index("ocr")] else EMBEDDED


def _calibrated(readings: Sequence[Reading], odds: NDArray[np.float64]) -> dict[str, Staircase]:
    """Return a staircase for each type and origin with readings enough, and one for the rest.

    Only the likeliest reading of a field counts, for only that one is ever told.
    """
    told = _winners(readings, odds)
    by_name: dict[str, list[int]] = {}
    for at in told:
        kind = field_types().get(readings[at].field, "text")
        for name in (f"{kind}/{_origin(readings[at])}", f"*/{_origin(readings[at])}"):
            by_name.setdefault(name, []).append(at)
    return {
        name: _staircase([(float(odds[at]), readings[at].right) for at in rows])
        for name, rows in sorted(by_name.items())
        if name.startswith("*") or len(rows) >= _LEAST_ROWS
    }


def _winners(readings: Sequence[Reading], odds: NDArray[np.float64]) -> list[int]:
    best: dict[tuple[int, str], int] = {}
    for at, one in enumerate(readings):
        key = one.paper, one.field
        if key not in best or odds[at] > odds[best[key]]:
            best[key] = at
    return sorted(best.values())


def _staircase(pairs: Sequence[tuple[float, bool]]) -> Staircase:
    """Fit a rising function; at the ends it keeps away from certainty by the rule of succession."""
    odds = np.array([one for one, _ in pairs])
    right = np.array([float(one) for _, one in pairs])
    low, high = 1 / (len(pairs) + 2), 1 - 1 / (len(pairs) + 2)
    fitted = IsotonicRegression(y_min=low, y_max=high, out_of_bounds="clip").fit(odds, right)
    corners = np.unique(np.quantile(odds, np.linspace(0, 1, _STEPS)).round(3))
    gives = np.maximum.accumulate(_smoothed(fitted, odds, corners))
    return Staircase(
        at=tuple(float(one) for one in corners),
        gives=tuple(round(float(one), 4) for one in gives),
    )


def _smoothed(
    fitted: IsotonicRegression, odds: NDArray[np.float64], corners: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the fit at the corners, averaged over the readings around each."""
    ordered = np.sort(odds)
    heights = fitted.predict(ordered)
    around = max(1, len(ordered) // (2 * _STEPS))
    where = np.searchsorted(ordered, corners)
    return np.array(
        [heights[max(0, at - around) : at + around + 1].mean() for at in where], dtype=np.float64
    )


def _thresholds(
    readings: Sequence[Reading], odds: NDArray[np.float64], calibration: dict[str, Staircase]
) -> dict[str, float]:
    """Return for each origin the least probability above which the target precision holds."""
    chosen: dict[str, float] = {}
    for origin in (EMBEDDED, OCR):
        told = []
        for at in _winners(readings, odds):
            one = readings[at]
            if _origin(one) == origin:
                kind = field_types().get(one.field, "text")
                steps = calibration.get(f"{kind}/{origin}") or calibration[f"*/{origin}"]
                told.append((steps(float(odds[at])), one.right))
        chosen[origin] = _threshold(told, TARGET_PRECISION[origin])
    return chosen


def _threshold(told: Sequence[tuple[float, bool]], target: float) -> float:
    """Return the least probability such that those at or above it are right often enough."""
    ordered = sorted(told, reverse=True)
    right, chosen = 0, 1.0
    for rank, (chance, one) in enumerate(ordered, start=1):
        right += one
        last_of_its_height = rank == len(ordered) or ordered[rank][0] < chance
        if last_of_its_height and right / rank >= target:
            chosen = chance
    return round(min(chosen, 0.99), 4)
