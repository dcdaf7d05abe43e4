"""Pictures of decisions, for notebooks: reliability, confusion, rates, the worst pages.

Decisions are the rows that `models.evaluation.unseen` and `.left_out` leave as JSON.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from corpus.channels import render_pages
from corpus.paper import Paper
from models.understanding.scores import CHANNELS
from models.understanding.scoring import FieldRow, KindRow, calibration_error, rates

FACES = ("WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "AR PL UMing CN", "DejaVu Sans")
_BINS = 10
_DPI = 60
_COLOURS = {"right": "#2f7d4f", "doubted": "#c98a1b", "missed": "#b3372f"}


def load_rows(path: Path) -> tuple[list[KindRow], list[FieldRow]]:
    """Return the decisions that an evaluation has left."""
    saved: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    kinds = [KindRow(**{**row, "said": tuple(row["said"])}) for row in saved["kinds"]]
    return kinds, [FieldRow(**row) for row in saved["fields"]]


def reliability(fields: Sequence[FieldRow]) -> Figure:
    """Draw how often readings of each confidence are right, channel by channel."""
    figure: Figure
    figure, axes = plt.subplots(1, len(CHANNELS), figsize=(12, 4), sharey=True)
    for axis, channel in zip(axes, CHANNELS, strict=True):
        told = sorted(
            (row.confidence, row.right) for row in fields if row.channel == channel and row.said
        )
        parts = [part for part in np.array_split(np.array(told, dtype=float), _BINS) if len(part)]
        means = [(part[:, 0].mean(), part[:, 1].mean()) for part in parts]
        axis.plot([0, 1], [0, 1], color="#999999", linewidth=1)
        axis.plot(*zip(*means, strict=True), marker="o", color="#245a8d")
        error = calibration_error([(one, bool(right)) for one, right in told])
        axis.set(title=f"{channel}: calibration error {error:.3f}", xlabel="confidence")
    axes[0].set_ylabel("share right")
    return figure


def rates_by(fields: Sequence[FieldRow], name: str, of: Callable[[FieldRow], str]) -> Figure:
    """Draw F1 for each value of a property, worst first, one bar for each channel."""
    groups: dict[str, list[FieldRow]] = defaultdict(list)
    for row in fields:
        groups[of(row)].append(row)
    ranked = sorted(groups, key=lambda one: rates(groups[one]).f1)[:24]
    figure: Figure
    figure, axis = plt.subplots(figsize=(11, 0.32 * len(ranked) + 1.2))
    high = 0.8 / len(CHANNELS)
    for at, channel in enumerate(CHANNELS):
        found = [rates(row for row in groups[one] if row.channel == channel).f1 for one in ranked]
        axis.barh(np.arange(len(ranked)) + at * high, found, height=high, label=channel)
    axis.set(xlim=(0, 1), xlabel="F1", title=f"the worst by {name}")
    axis.set_yticks(np.arange(len(ranked)) + 0.4 - high / 2, ranked, fontsize=8)
    axis.invert_yaxis()
    axis.legend(loc="lower left")
    return figure


def confusion(kinds: Sequence[KindRow]) -> Figure:
    """Draw what each kind is taken for; a paper that is cut up counts as its first part."""
    counts = Counter((row.kind, row.said[0]) for row in kinds)
    names = sorted({name for pair in counts for name in pair})
    table = np.array([[counts[true, said] for said in names] for true in names], dtype=float)
    shares = table / np.maximum(1, table.sum(1, keepdims=True))
    figure: Figure
    figure, axis = plt.subplots(figsize=(9, 8))
    axis.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in zip(*np.nonzero(table), strict=True):
        if row != column:
            axis.text(
                column, row, f"{table[row, column]:.0f}", ha="center", va="center", fontsize=8
            )
    axis.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
    axis.set_yticks(range(len(names)), names, fontsize=8)
    axis.set(xlabel="taken for", ylabel="is")
    return figure


def worst_papers(fields: Sequence[FieldRow], count: int) -> list[tuple[str, str, int]]:
    """Return kind, family and seed of the native papers of which most is missed."""
    missed: Counter[tuple[str, str, int]] = Counter()
    for row in fields:
        if row.channel == CHANNELS[0] and row.true and not (row.found and row.right):
            missed[row.kind, row.family, row.seed] += 1
    return [paper for paper, _ in missed.most_common(count)]


def drawn(paper: Paper, fields: Sequence[FieldRow]) -> Figure:
    """Draw the page with most values: found ones green, doubted but right amber, missed red."""
    parts = [
        (name, part) for name, spots in paper.spots.items() for spot in spots[:1]
        for part in spot.parts
    ]  # fmt: skip
    page = Counter(part.page for _, part in parts).most_common(1)[0][0]
    picture = render_pages(paper.data, _DPI * 2)[page - 1]
    high, wide = picture.shape[:2]
    said = {row.field: row for row in fields}
    figure: Figure
    figure, axis = plt.subplots(figsize=(7, 7 * high / wide))
    axis.imshow(picture)
    axis.axis("off")
    for name, part in parts:
        if part.page != page:
            continue
        row = said.get(name)
        how = "missed" if row is None or not row.right else "right" if row.found else "doubted"
        left, top, right, bottom = part.box
        corner = (left * wide, top * high)
        size = ((right - left) * wide, (bottom - top) * high)
        axis.add_patch(Rectangle(corner, *size, fill=False, edgecolor=_COLOURS[how], linewidth=1.5))
        axis.text(*corner, name, fontsize=6, color=_COLOURS[how], va="bottom")
    axis.set_title(f"{paper.kind} / {paper.family}, page {page}", fontsize=9)
    return figure
