"""Cells of a ruled table, what each announces, and rows of labels over rows of values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from preaudit.document import Cell
from preaudit.extract.lexicon import Meaning
from preaudit.extract.passage import Passage
from preaudit.extract.values.codes import IDENTITY, USCC
from preaudit.extract.values.reading import UNIT

_TURNS: Final = 2
"""So many rows of labels over rows of values make a form of that sort."""
_KNOWN: Final = 0.4
"""On such a form a row with this share of known labels is one of labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A cell with its text and, when it is a label, what it announces."""

    cell: Cell
    passage: Passage
    meaning: Meaning | None

    @property
    def text(self) -> str:
        """Folded, without blanks."""
        return self.passage.text


def by_row(entries: Sequence[Entry]) -> dict[int, list[Entry]]:
    """Return the cells of each row, left to right."""
    rows: dict[int, list[Entry]] = {}
    for entry in entries:
        rows.setdefault(entry.cell.row, []).append(entry)
    return rows


def extent(entry: Entry) -> tuple[float, float]:
    """Return from where to where a cell reaches, so that the one below it is told."""
    return round(entry.cell.box.left, 2), round(entry.cell.box.right, 2)


def stacked_rows(rows: Mapping[int, list[Entry]]) -> frozenset[int]:
    """Return the rows of labels of a form whose values stand in the row below each.

    Only where label rows and value rows take turns down the whole table: a table with one row of
    headings over many rows of values is read otherwise.
    """
    sure = [number for number in rows if _over_values(number, rows, share=1.0)]
    beside = sum(1 for number, row in rows.items() if number not in sure and _mixed(row))
    if len(sure) < _TURNS or beside > len(sure):
        return frozenset()
    last = max(rows)
    open_end = {last} if all(one.meaning is not None for one in rows[last]) else set()
    told = {number for number in rows if _over_values(number, rows, share=_KNOWN)}
    return frozenset(told | open_end)


def number_sort(text: str) -> str:
    """Return which attribute a number is, by its form."""
    if re.fullmatch(USCC, text):
        return "uscc"
    return "id" if re.fullmatch(IDENTITY, text) else "person_no"


def group_role(group: Entry) -> str:
    """Return whose attributes stand right of a cell that heads several rows."""
    meaning = group.meaning or Meaning()
    return "works" if meaning.field in ("construction_scale", "project_name") else meaning.role


def is_unit(entry: Entry) -> bool:
    """Tell whether a cell holds but a unit of measure."""
    return bool(entry.text) and UNIT.fullmatch(entry.text) is not None


def tells_alone(label: Entry, header: Entry) -> bool:
    """Tell whether a label says what stands beside it whatever the column is called (内容)."""
    meaning, over = label.meaning or Meaning(), header.meaning or Meaning()
    return bool(meaning.field) or (bool(meaning.role) and not (over.attribute or over.role))


def _mixed(row: Sequence[Entry]) -> bool:
    """Tell whether a label stands beside something else than a label."""
    return any(a.meaning and b.text and not b.meaning for a, b in pairwise(row))


def _over_values(number: int, rows: Mapping[int, list[Entry]], *, share: float) -> bool:
    """Tell whether a row of labels has as many cells, none a label, right below it."""
    row, below = rows[number], rows.get(number + 1, [])
    known = sum(1 for one in row if one.meaning is not None)
    alike = [extent(one) for one in row] == [extent(one) for one in below]
    values = any(one.text for one in below) and not any(one.meaning for one in below)
    return alike and values and known >= max(1, share * len(row))
