"""Rows of decisions as figures: by channel, family, kind and field; for manifest and tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from statistics import fmean
from typing import Any, TypeVar

from models.understanding.scoring import FieldRow, KindRow, calibration_error, rates

Row = TypeVar("Row", FieldRow, KindRow)

CHANNELS = ("native", "scan", "photo")


def summary(kinds: Sequence[KindRow], fields: Sequence[FieldRow]) -> dict[str, Any]:
    """Return the figures of the bars: over families, each counting as much as any other."""
    return {
        "kind": rounded(kind_accuracy(kinds)),
        "kind_guess": rounded(over_families(kinds, guess_share)),
        "settled_wrong": rounded(over_families(kinds, _settled_wrong)),
        **{
            channel: _of_channel(channel, fields)
            for channel in CHANNELS
            if any(row.channel == channel for row in fields)
        },
    }


def kind_accuracy(kinds: Iterable[KindRow]) -> float:
    """Return the share of papers taken whole for what they are, without doubt, over families."""
    return over_families(kinds, lambda rows: fmean(row.right for row in rows))


def guess_share(rows: Sequence[KindRow]) -> float:
    """Return the share of papers taken for what they are, settled or not."""
    return fmean(row.said == (row.kind,) for row in rows)


def _settled_wrong(rows: Sequence[KindRow]) -> float:
    return fmean(row.settled and row.said != (row.kind,) for row in rows)


def _of_channel(channel: str, fields: Iterable[FieldRow]) -> dict[str, float]:
    own = [row for row in fields if row.channel == channel]
    told = [(row.confidence, row.right) for row in own if row.said]
    whole = rates(own)
    return {
        "f1": rounded(over_families(own, lambda rows: rates(rows).f1)),
        "precision": rounded(whole.precision),
        "recall": rounded(whole.recall),
        "calibration_error": rounded(calibration_error(told)) if told else 0.0,
        "fields": whole.asked,
    }


def over_families(rows: Iterable[Row], figure: Callable[[Sequence[Row]], float]) -> float:
    """Return the mean of a figure over families; one of a grammar counts once for each kind."""
    by_family: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_family[family_of(row)].append(row)
    return fmean(figure(each) for each in by_family.values()) if by_family else 0.0


def family_of(row: FieldRow | KindRow) -> tuple[str, str]:
    """Return the family of a row, for means over families."""
    drawn = row.family.startswith(("g-", "o-"))
    return ("", row.family) if drawn else (row.kind, row.family)


def rounded(figure: float) -> float:
    """Return a figure as it is printed."""
    return round(figure, 4)
