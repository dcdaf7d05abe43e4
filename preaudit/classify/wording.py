"""What the words of a page say of its kind: a linear model over runs of characters.

Runs of two to four characters carry the words of Chinese without cutting it into words; those of
headings count apart from those of the body. A linear model over them (Joulin et al. 2017 show how
far that goes) keeps its head on papers it never saw: where little is known, little is claimed. A
network that sees the page was tried and was surer and less often right on layouts left out.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from preaudit.document import Page
from preaudit.errors import WeightsError
from preaudit.folding import compact

WEIGHTS: Final = "wording.npz"
VOCABULARY: Final = "wording.json"
BODY, HEADING = "b", "h"
ZONES: Final = (BODY, HEADING)
_SIZES: Final = {BODY: (2, 3, 4), HEADING: (1, 2, 3, 4)}
_LARGE: Final = 1.25
_TOP: Final = 0.3
_SHORT: Final = 25
_OFF_CENTRE: Final = 0.08
_DIGITS: Final = re.compile(r"\d+")


def runs(page: Page) -> Iterator[str]:
    """Yield every run of characters of a page, with its zone before it; figures are one sign."""
    lines = [(compact(line.text), line.box) for line in page.lines]
    lines = [(_DIGITS.sub("0", text), box) for text, box in lines if text]
    if not lines:
        return
    body = median(box.height for _, box in lines)
    for text, box in lines:
        yield from _runs(BODY, text)
        centred = abs(box.centre[0] - 0.5) < _OFF_CENTRE
        short_at_top = box.top < _TOP and len(text) < _SHORT and centred
        if box.height > _LARGE * body or short_at_top:
            yield from _runs(HEADING, text)


def _runs(zone: str, text: str) -> Iterator[str]:
    for size in _SIZES[zone]:
        for at in range(len(text) - size + 1):
            yield zone + text[at : at + size]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsSaid:
    """What the words of one page say."""

    kinds: dict[str, float]
    """Probability of each kind."""
    begins: float
    """Probability that a material begins here, by this page alone."""


class WordingModel:
    """The linear model: runs of characters to kinds, and to whether a material begins."""

    def __init__(
        self,
        names: Sequence[str],
        rarity: NDArray[np.float32],
        weights: NDArray[np.float32],
        biases: NDArray[np.float32],
        kinds: Sequence[str],
    ) -> None:
        """Take what was learned.

        Args:
            names: The runs that it knows, zone first.
            rarity: Inverse document frequency of each; shape (runs,).
            weights: Shape (runs, kinds + 1); the last column tells beginnings.
            biases: Shape (kinds + 1,).
            kinds: In the order of the columns.
        """
        self._places = {name: at for at, name in enumerate(names)}
        self._rarity = rarity
        self._weights = weights
        self._biases = biases
        self._kinds = tuple(kinds)

    def say(self, page: Page) -> WordsSaid:
        """Return what the words of a page say; an empty page says what the biases say."""
        places, values = self.traits(page)
        sums = self._biases + (values @ self._weights[places] if len(places) else 0.0)
        raised = np.exp(sums[:-1] - sums[:-1].max())
        shares = raised / raised.sum()
        return WordsSaid(
            kinds={kind: float(share) for kind, share in zip(self._kinds, shares, strict=True)},
            begins=float(1 / (1 + math.exp(-max(-30.0, min(30.0, float(sums[-1])))))),
        )

    def traits(self, page: Page) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return which known runs a page has and what each counts.

        Counts are dampened, rare runs count more, and each zone as a whole counts one.
        """
        counted = Counter(runs(page))
        found: list[int] = []
        values: list[float] = []
        for zone in ZONES:
            own = [
                (self._places[name], count)
                for name, count in counted.items()
                if name[0] == zone and name in self._places
            ]
            raw = [(1 + math.log(count)) * float(self._rarity[at]) for at, count in own]
            length = math.sqrt(math.fsum(one * one for one in raw))
            found += [at for at, _ in own]
            values += [one / length for one in raw]
        return np.array(found, dtype=np.int64), np.array(values, dtype=np.float32)


def save_wording(
    folder: Path,
    model: Mapping[str, NDArray[np.float32]],
    names: Sequence[str],
    kinds: Sequence[str],
) -> None:
    """Write a model: numbers in half precision, and what they belong to beside them."""
    halves = {name: numbers.astype(np.float16) for name, numbers in model.items()}
    np.savez_compressed(folder / WEIGHTS, **halves)  # type: ignore[arg-type]  # arrays by name
    saved = {
        "kinds": list(kinds),
        "runs": list(names),
        "sha256": sha256((folder / WEIGHTS).read_bytes()).hexdigest(),
    }
    (folder / VOCABULARY).write_text(
        json.dumps(saved, ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
    )


def open_wording(folder: Path) -> WordingModel:
    """Open the model whose weights lie in `folder`, after comparing their digest.

    Raises:
        WeightsError: A file is missing, or is not the one that its vocabulary was saved with.
    """
    path = folder / WEIGHTS
    try:
        digest = sha256(path.read_bytes()).hexdigest()
        saved = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
    except OSError as error:
        raise WeightsError(f"{error}; run `make train`", code="weights_missing") from error
    if digest != saved["sha256"]:
        message = f"{path} is not the file that {VOCABULARY} was saved with"
        raise WeightsError(message, code="weights_altered")
    with np.load(path) as numbers:
        rarity, weights, biases = (
            numbers[name].astype(np.float32) for name in ("rarity", "weights", "biases")
        )
    return WordingModel(saved["runs"], rarity, weights, biases, saved["kinds"])
