"""`python -m models.evaluation.cluener FILE MODULE:NAME`: how a span finder carries over to news.

The file is CLUENER's dev set, one sentence a row. The finder is a callable `find(text)` that gives
(label, start, end) with the label `organisation` or `address` and a half-open span; other labels
are left out. A span is right when label and both ends agree (the set's usual scoring).
Organisations are what the set calls company, organization or government: the finder need not tell
them apart, so only their recall is also given by itself.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

Span = tuple[str, int, int]
Find = Callable[[str], list[Span]]

LABELS: Final = {
    "company": "organisation",
    "organization": "organisation",
    "government": "organisation",
    "address": "address",
}
"""What the set calls a span, and what it is to the finder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence and its spans, by the set's own labels."""

    text: str
    spans: frozenset[Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many spans were right, of those found and of those that are true."""

    right: int
    found: int
    true: int

    @property
    def precision(self) -> float:
        """Share of the found spans that are true."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the true spans that are found."""
        return self.right / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.right / (self.found + self.true) if self.found + self.true else 0.0


def sentences(path: Path) -> Iterator[Sentence]:
    """Yield the sentences of a file with the spans that count; the file's ends are inclusive."""
    for row in path.read_text(encoding="utf-8").splitlines():
        told = json.loads(row)
        yield Sentence(
            text=told["text"],
            spans=frozenset(
                (label, start, end + 1)
                for label, texts in told.get("label", {}).items()
                if label in LABELS
                for places in texts.values()
                for start, end in places
            ),
        )


def score(find: Find, given: Iterable[Sentence]) -> tuple[dict[str, Rate], dict[str, Rate]]:
    """Return the rates by the finder's labels, and the recall by the set's own labels."""
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    true: Counter[str] = Counter()
    for one in given:
        said = {span for span in find(one.text) if span[0] in LABELS.values()}
        told = {(LABELS[label], start, end) for label, start, end in one.spans}
        found.update(label for label, *_ in said)
        right.update(label for label, *_ in said & told)
        true.update(label for label, *_ in told)
        for label, start, end in one.spans:
            true[f"own {label}"] += 1
            right[f"own {label}"] += (LABELS[label], start, end) in said
    rates = {
        label: Rate(right=right[label], found=found[label], true=true[label])
        for label in dict.fromkeys(LABELS.values())
    }
    own = {
        label: Rate(right=right[f"own {label}"], found=0, true=true[f"own {label}"])
        for label in LABELS
    }
    return rates, own


def main(arguments: list[str]) -> int:
    """Score a finder, print the rates; the exit code tells only that it ran."""
    console = Console(width=100)
    if len(arguments) != 2:  # noqa: PLR2004 - the file and the finder
        console.print("usage: python -m models.evaluation.cluener FILE MODULE:NAME")
        return 2
    file, finder = arguments
    rates, own = score(_finder(finder), sentences(Path(file)))
    table = Table(title="CLUENER, exact spans", title_justify="left")
    for head in ("label", "precision", "recall", "F1", "true spans"):
        table.add_column(head, justify="left" if head == "label" else "right")
    for label, rate in rates.items():
        shown = (f"{100 * share:.1f}" for share in (rate.precision, rate.recall, rate.f1))
        table.add_row(label, *shown, str(rate.true))
    for label, rate in own.items():
        table.add_row(f"  of {label}", "", f"{100 * rate.recall:.1f}", "", str(rate.true))
    console.print(table)
    return 0


def _finder(name: str) -> Find:
    module, _, attribute = name.partition(":")
    find: Find = getattr(import_module(module), attribute)
    return find


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
