"""Tables of kinds, fields and confidence, for the console."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from rich.console import Console
from rich.table import Table

from models.understanding.scores import CHANNELS, family_of, kind_accuracy, over_families
from models.understanding.scoring import FieldRow, KindRow, calibration_error, rates

_WORST = 12
_BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 1.01)


def print_figures(kinds: Sequence[KindRow], fields: Sequence[FieldRow], console: Console) -> None:
    """Print what the bars ask: by channel, then the worst families and fields, then confidence."""
    guessed = sum(row.said == (row.kind,) for row in kinds)
    doubted = sum(not row.settled for row in kinds)
    console.print(
        f"kinds: {len(kinds)} papers, "
        f"right without doubt {kind_accuracy(kinds):.4f} over families; "
        f"guessed right {guessed / max(1, len(kinds)):.4f}, doubted {doubted}"
    )
    for (true, said), count in _confusion(kinds).most_common(_WORST):
        console.print(f"   {count:3d}  {true} taken for {said}")
    _by_channel(fields, console)
    families = [("/".join(filter(None, family_of(row))), row) for row in fields]
    _worst("family", families, console)
    _worst("field", [(row.field, row) for row in fields], console)
    _reliability(fields, console)


def _confusion(kinds: Iterable[KindRow]) -> Counter[tuple[str, str]]:
    return Counter(
        (row.kind, " + ".join(row.said) + ("" if row.settled else " (doubted)"))
        for row in kinds
        if not row.right
    )


def _by_channel(fields: Sequence[FieldRow], console: Console) -> None:
    table = Table("channel", "fields", "precision", "recall", "F1", "F1 over families", "ECE")
    for channel in CHANNELS:
        own = [row for row in fields if row.channel == channel]
        if own:
            whole = rates(own)
            told = [(row.confidence, row.right) for row in own if row.said]
            mean = over_families(own, lambda rows: rates(rows).f1)
            table.add_row(
                channel, str(whole.asked), f"{whole.precision:.4f}", f"{whole.recall:.4f}",
                f"{whole.f1:.4f}", f"{mean:.4f}", f"{calibration_error(told):.4f}",
            )  # fmt: skip
    console.print(table)


def _worst(title: str, named: Sequence[tuple[str, FieldRow]], console: Console) -> None:
    groups: dict[str, list[FieldRow]] = {}
    for name, row in named:
        groups.setdefault(name, []).append(row)
    ranked = sorted(groups.items(), key=lambda pair: rates(pair[1]).f1)
    table = Table(f"worst {title} of {len(groups)}", "fields", "precision", "recall", "F1")
    for name, rows in ranked[:_WORST]:
        whole = rates(rows)
        table.add_row(
            name, str(whole.asked), f"{whole.precision:.3f}", f"{whole.recall:.3f}",
            f"{whole.f1:.3f}",
        )  # fmt: skip
    console.print(table)


def _reliability(fields: Sequence[FieldRow], console: Console) -> None:
    """Print how often a reading of each confidence is right."""
    table = Table("confidence", "readings", "mean", "right")
    told = [row for row in fields if row.said]
    for low, high in pairwise(_BINS):
        part = [row for row in told if low <= row.confidence < high]
        if part:
            mean = sum(row.confidence for row in part) / len(part)
            share = sum(row.right for row in part) / len(part)
            table.add_row(
                f"{low:.2f}-{min(1.0, high):.2f}", str(len(part)), f"{mean:.3f}", f"{share:.3f}"
            )
    console.print(table)
