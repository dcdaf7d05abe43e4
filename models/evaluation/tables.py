"""Prints scores as tables and every miss with its place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from models.evaluation.score import Hit

CHANNELS = {
    "native": "native",
    "scan": "scan",
    "scan-colour": "scan",
    "photocopy": "scan",
    "tiff": "scan",
    "photo": "photo",
}
"""The three channels that the bars speak of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Precision, recall and their harmonic mean, of counted decisions."""

    hits: int
    misses: int
    extras: int

    @property
    def precision(self) -> float:
        """Share of what was said that is right; 1 when nothing was said."""
        said = self.hits + self.extras
        return self.hits / said if said else 1.0

    @property
    def recall(self) -> float:
        """Share of what was asked that was said rightly; 1 when nothing was asked."""
        asked = self.hits + self.misses
        return self.hits / asked if asked else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def rates(hits: Iterable[Hit]) -> Rates:
    """Count decisions; a wrong value is both a miss and an extra."""
    counts = Counter(hit.right for hit in hits)
    return Rates(
        hits=counts["hit"],
        misses=counts["miss"] + counts["wrong"],
        extras=counts["extra"] + counts["wrong"],
    )


def print_scores(hits: Sequence[Hit], console: Console) -> None:
    """Print the summary, the breakdowns by kind, field, check and channel, and every miss."""
    console.print(_table("summary", hits, key=lambda hit: hit.group))
    for group in ("field", "evidence"):
        chosen = [hit for hit in hits if hit.group == group]
        console.print(
            _table(f"{group} by channel", chosen, key=lambda hit: CHANNELS.get(hit.channel, "?"))
        )
    fields = [hit for hit in hits if hit.group == "field"]
    console.print(_table("field by kind", fields, key=lambda hit: hit.kind))
    console.print(_table("field by id", fields, key=lambda hit: hit.name))
    findings = [hit for hit in hits if hit.group == "finding"]
    console.print(_table("finding by check", findings, key=lambda hit: hit.name))
    console.print("[bold]Every miss[/bold]")
    for hit in sorted(hits, key=lambda one: (one.group, one.note)):
        if hit.note:
            line = f"{hit.group:8} {hit.right:5} {hit.channel:11} {hit.note}"
            console.print(line, markup=False, highlight=False, soft_wrap=True)


def _table(title: str, hits: Iterable[Hit], *, key: Callable[[Hit], str]) -> Table:
    groups: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        groups[key(hit)].append(hit)
    table = Table(title=title, title_justify="left")
    table.add_column(title.rsplit(" ", maxsplit=1)[-1])
    for head in ("asked", "right", "precision", "recall", "F1"):
        table.add_column(head, justify="right")
    for name, members in sorted(groups.items()):
        found = rates(members)
        table.add_row(
            name,
            str(found.hits + found.misses),
            str(found.hits),
            f"{found.precision:.4f}",
            f"{found.recall:.4f}",
            f"{found.f1:.4f}",
        )
    return table
