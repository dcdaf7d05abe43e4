"""The learned part of the resolver: traits of a reading to the probability that it is right.

A weighted sum of traits with a bias for each type of field goes through a staircase that was fitted
on papers in layouts that the tagger had not seen (isotonic regression: Zadrozny and Elkan 2002), so
that of readings called 0.9 nine in ten are right. All of it lies in one JSON file that a person can
read; training writes it (package `models`).
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from preaudit.errors import WeightsError
from preaudit.extract.groups import EXPANDED, TRAITS, expanded
from preaudit.extract.values.reading import field_types

FILE: Final = "resolver.json"
EMBEDDED, OCR = "embedded", "ocr"


class Staircase(BaseModel):
    """A rising function by its corners; between them it is a straight line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: tuple[float, ...]
    gives: tuple[float, ...]

    def __call__(self, value: float) -> float:
        """Return the height at a value; before the first corner that of the first."""
        where = bisect_right(self.at, value)
        if where == 0:
            return self.gives[0]
        if where == len(self.at):
            return self.gives[-1]
        left, right = self.at[where - 1], self.at[where]
        share = (value - left) / (right - left)
        return self.gives[where - 1] + share * (self.gives[where] - self.gives[where - 1])


class Resolving(BaseModel):
    """Everything that was learned about deciding between readings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    traits: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float
    types: Mapping[str, float]
    """What is added for a type of field."""
    fields: Mapping[str, float]
    """What is added for single fields that are harder or easier than others of their type."""
    calibration: Mapping[str, Staircase]
    """From log-odds to probability, by `type/origin`; `*/origin` for types with few examples."""
    found_from: Mapping[str, float]
    """Least probability of what counts as found, by origin: chosen for the target precision."""
    nothing_below: float
    """Readings less probable than this are no readings."""


class Scorer:
    """Gives each reading its probability."""

    def __init__(self, learned: Resolving, digest: str) -> None:
        self._learned = learned
        self.digest = digest

    def chance(self, field: str, traits: Sequence[float]) -> float:
        """Return the probability that a reading with these traits is the field's value."""
        learned = self._learned
        kind = field_types().get(field, "text")
        sum_ = learned.bias + learned.types.get(kind, 0.0) + learned.fields.get(field, 0.0)
        sum_ += math.fsum(w * t for w, t in zip(learned.weights, expanded(traits), strict=True))
        origin = OCR if traits[TRAITS.index("ocr")] else EMBEDDED
        steps = learned.calibration.get(f"{kind}/{origin}") or learned.calibration[f"*/{origin}"]
        return steps(sum_)

    def found_from(self, traits: Sequence[float]) -> float:
        """Return the least probability at which such a reading counts as found."""
        return self._learned.found_from[OCR if traits[TRAITS.index("ocr")] else EMBEDDED]

    @property
    def nothing_below(self) -> float:
        """Readings less probable than this are no readings."""
        return self._learned.nothing_below


def open_scorer(folder: Path) -> Scorer:
    """Open what was learned.

    Raises:
        WeightsError: The file is missing or does not fit this program.
    """
    path = folder / FILE
    try:
        data = path.read_bytes()
        learned = Resolving.model_validate(json.loads(data))
    except OSError as error:
        raise WeightsError(f"{error}; run `make train`", code="weights_missing") from error
    except (ValidationError, ValueError) as error:
        raise WeightsError(f"{path} cannot be used: {error}", code="weights_altered") from error
    if learned.traits != EXPANDED:
        raise WeightsError(
            f"{path} was made for other traits; run `make train`", code="weights_altered"
        )
    return Scorer(learned, sha256(data).hexdigest())
