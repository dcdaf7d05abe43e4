"""Everything that is printed on a paper: the truth that reading is measured by.

The answer key of a case knows the values and the marks; this knows every line of text, every cell
of a ruled table and every pair of label and value, with places. It is made while the page is set
and is carried along by the matrices that move the pixels. Lines are kept as strips, not boxes: in
a photo a line leans, and on curled paper it bends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

Point = tuple[float, float]
"""Across and down, as shares of the page."""
Shares = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of the page."""
Carry = Callable[[int, Sequence[Point]], list[Point]]
"""Takes points of a page to where they went."""
Role = Literal["text", "fixed", "number"]
"""`fixed` text stands at a place of its own, outside the flow; `number` is a page number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One printed line of text."""

    page: int
    text: str
    over: tuple[Point, ...]
    """Where its characters begin, and the last one ends, along the upper edge."""
    under: tuple[Point, ...]
    """Likewise along the lower edge."""
    role: Role = "text"

    @property
    def box(self) -> Shares:
        """The smallest box around the line."""
        return around((*self.over, *self.under))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCell:
    """One cell of a ruled table; tables, rows and columns count from 0 on each page."""

    page: int
    table: int
    row: int
    column: int
    row_span: int
    column_span: int
    corners: tuple[Point, ...]
    """Clockwise from the top left."""
    runs: tuple[int, ...]
    """Indexes of its lines."""

    @property
    def box(self) -> Shares:
        """The smallest box around the cell."""
        return around(self.corners)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A label and its value, outside tables; both as indexes of lines."""

    label: tuple[int, ...]
    value: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A place where something is drawn that is no text: a tick box, a portrait, a plan."""

    page: int
    corners: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """All that is printed on a paper, in the order in which it is set."""

    runs: tuple[Run, ...] = ()
    cells: tuple[PrintedCell, ...] = ()
    pairs: tuple[Pair, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    outlines: tuple[tuple[Point, ...], ...] = ()
    """The corners of each page, clockwise from its top left."""

    def carried(self, carry: Carry) -> Printed:
        """Return the same after the pages were moved."""
        return replace(
            self,
            runs=tuple(
                replace(
                    run,
                    over=tuple(carry(run.page, run.over)),
                    under=tuple(carry(run.page, run.under)),
                )
                for run in self.runs
            ),
            cells=tuple(
                replace(cell, corners=tuple(carry(cell.page, cell.corners))) for cell in self.cells
            ),
            drawn=tuple(
                replace(one, corners=tuple(carry(one.page, one.corners))) for one in self.drawn
            ),
            outlines=tuple(
                tuple(carry(page, corners)) for page, corners in enumerate(self.outlines, start=1)
            ),
        )


def around(points: Sequence[Point]) -> Shares:
    """Return the smallest box around points."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def corners_of(box: Shares) -> tuple[Point, ...]:
    """Return the corners of a box, clockwise from the top left."""
    left, top, right, bottom = box
    return (left, top), (right, top), (right, bottom), (left, bottom)


def printed_json(printed: Printed) -> Mapping[str, Any]:
    """Return the truth of reading as it is written beside single papers."""
    return {
        "runs": [
            {"page": run.page, "box": _rounded(run.box), "text": run.text, "role": run.role}
            for run in printed.runs
        ],
        "cells": [
            {
                "page": cell.page,
                "table": cell.table,
                "row": cell.row,
                "column": cell.column,
                "row_span": cell.row_span,
                "column_span": cell.column_span,
                "box": _rounded(cell.box),
                "runs": list(cell.runs),
            }
            for cell in printed.cells
        ],
        "pairs": [{"label": list(pair.label), "value": list(pair.value)} for pair in printed.pairs],
    }


def _rounded(box: Shares) -> list[float]:
    return [round(side, 5) for side in box]
