"""Candidates from ruled tables: a label cell and the value beside it, or under a header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from preaudit.extract.along import along
from preaudit.extract.candidate import Blank, Found, LabelEnds, PageTexts, SegmentTexts, candidate
from preaudit.extract.grid_entries import (
    Entry,
    by_row,
    extent,
    group_role,
    is_unit,
    number_sort,
    stacked_rows,
    tells_alone,
)
from preaudit.extract.lexicon import Lexicon, Meaning, person_of, wordings
from preaudit.extract.subject import Subject
from preaudit.extract.values.reading import PSEUDO, Place, is_empty, read_value

_CELL: Final = 0.95
_HEADER: Final = 0.93
_ALONG: Final = 0.86
_CELLS_ONLY: Final = {
    "自": Meaning(field="valid_from"),
    "至": Meaning(field="valid_until"),
    "内容": Meaning(field="contract_scope"),
    "范围": Meaning(field="contract_scope"),
}
"""Words too short to be labels anywhere else."""
_BY_SORT: Final = 0.84
_BETWEEN: Final = 0.03
"""Cells less than this share of the width apart are neighbours."""
_NUMBERS: Final = frozenset(
    (
        "号码",
        "编号",
        "代码",
        "证号",
        "证书号",
        "证件号码",
        "代码/编号",
        "代码或证号",
        "证照号码",
        "证书(代码)号",
    )
)
"""Headings under which each row has the sort of number that its party or person has."""
_IN_CHARGE: Final = frozenset(("主要负责人", "负责人", "责任人", "主要人员", "项目主要负责人"))
_SENDERS: Final = frozenset(("contractor", "supervisor"))
"""Parties of which no other person is asked than the one who runs the works."""
_WITH_LEADERS: Final = frozenset(
    ("developer", "contractor", "supervisor", "surveyor", "designer", "drawing-reviewer")
)
_NUMBER: Final = re.compile(r"[\u4e00-\u9fff]?[0-9A-Z]{8,20}")
_PERSON: Final = re.compile(r"[\u4e00-\u9fff]{2,4}")
_PERSONS: Final = frozenset(("project-manager", "chief-supervisor"))
_ROW_OF_PARTY: Final = 3
_UNIT: Final = re.compile(r"\(([^()]*)\)")
_ROLE_OF_PERSON: Final = frozenset({"person", "person_no", "id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """A label over its value, and the field that it announces where it stands."""

    label: Entry
    field: str


class GridSource:
    """Label cells and value cells of ruled tables."""

    def candidates(self, texts: SegmentTexts, labels: LabelEnds) -> Iterator[Found]:
        """Yield what the tables of a segment say, table by table."""
        del labels
        subject = Subject(kind=texts.kind)
        open_heads: dict[tuple[float, float], _Head] = {}
        for page in texts.pages:
            for entries in _tables(page, texts.lexicon):
                table = _Table(entries, texts, subject, open_heads)
                yield from table.read()
                open_heads = table.open_heads()


def _tables(page: PageTexts, lexicon: Lexicon) -> Iterator[list[Entry]]:
    tables: dict[int, list[Entry]] = {}
    for cell, passage in zip(page.page.cells, page.cells, strict=True):
        meaning = lexicon.meaning(passage.text) if passage.text else None
        meaning = meaning or _CELLS_ONLY.get(passage.text)
        tables.setdefault(cell.table, []).append(Entry(cell=cell, passage=passage, meaning=meaning))
    for entries in tables.values():
        yield sorted(entries, key=lambda entry: (entry.cell.row, entry.cell.column))


class _Table:
    """One table while it is read."""

    def __init__(
        self,
        entries: Sequence[Entry],
        texts: SegmentTexts,
        subject: Subject,
        open_heads: Mapping[tuple[float, float], _Head],
    ) -> None:
        self._entries = entries
        self._texts = texts
        self._subject = subject
        self._rows = by_row(entries)
        self._stacked = stacked_rows(self._rows)
        self._headers = self._header_rows()
        self._heads: dict[int, dict[tuple[float, float], _Head]] = {}
        first = min(self._rows, default=0)
        if self._stacked and not any(one.meaning for one in self._rows[first]):
            self._heads[first] = dict(open_heads)

    def read(self) -> Iterator[Found]:
        """Yield candidates row by row."""
        for entry in self._entries:
            if entry.cell.row in self._stacked:
                self._head(entry)
            elif entry.meaning is not None and not self._is_header(entry):
                self._note(entry)
            else:
                yield from self._value(entry)

    def open_heads(self) -> dict[tuple[float, float], _Head]:
        """Return the labels whose values stand on the next page."""
        last = max(self._rows, default=0)
        return self._heads.get(last + 1, {}) if self._stacked else {}

    def _head(self, entry: Entry) -> None:
        """Keep what a label over its value announces, for the row below it."""
        if entry.meaning is not None:
            field = self._subject.field(self._meaning_of(entry))
            below = entry.cell.row + entry.cell.row_span
            self._heads.setdefault(below, {})[extent(entry)] = _Head(label=entry, field=field)

    def _note(self, entry: Entry) -> None:
        """Remember whom a label names, so that the attributes after it are about them."""
        if entry.meaning and entry.meaning.role:
            self._subject.field(entry.meaning)

    def _value(self, entry: Entry) -> Iterator[Found]:
        if self._is_header(entry) or entry.meaning is not None or is_unit(entry):
            return
        if entry.cell.row in self._heads:
            head = self._heads[entry.cell.row].get(extent(entry))
            if head is not None:
                yield from self._read(entry, head.label, head.field, _HEADER)
            return
        left = self._left(entry)
        header = self._header_of(entry)
        beside = left is not None and left.meaning is not None and self._adjacent(left, entry)
        if header is not None and not (beside and left and tells_alone(left, header)):
            if header.meaning is not None or header.text in _NUMBERS:
                yield from self._pair(entry, header, self._under_header(entry, header), _HEADER)
        elif left is not None and left.meaning is None:
            yield from self._by_sort(entry)
        elif beside and left is not None:
            yield from self._pair(entry, left, self._meaning_of(left), _CELL)

    def _by_sort(self, entry: Entry) -> Iterator[Found]:
        """Yield what a cell further along the row of a party is by its own form.

        On a continued page the headings of such a table stand on the page before.
        """
        row = [one for one in self._rows[entry.cell.row] if one.text and not is_unit(one)]
        labels = [one for one in row if one.meaning is not None]
        role = labels[0].meaning.role if len(labels) == 1 and labels[0].meaning else ""
        if len(row) < _ROW_OF_PARTY or not labels or row[0] is not labels[0]:
            return
        number = _NUMBER.fullmatch(entry.text)
        person = not number and _PERSON.fullmatch(entry.text)
        if role not in _WITH_LEADERS or not (number or person):
            return
        attribute = number_sort(entry.text) if number else "person"
        meaning = Meaning(role=role, attribute=attribute)
        yield from self._read(entry, labels[0], self._subject.field(meaning), _BY_SORT)

    def _pair(self, entry: Entry, label: Entry, meaning: Meaning, base: float) -> Iterator[Found]:
        field = self._subject.field(meaning)
        yield from self._read(entry, label, field, base)
        for start, reading in along(meaning.role, entry.text):
            if reading.field in self._texts.fields and reading.field != field:
                yield candidate(reading, entry.passage, start, "cell", _ALONG)

    def _read(self, entry: Entry, label: Entry, field: str, base: float) -> Iterator[Found]:
        names = [name for name in PSEUDO.get(field, (field,)) if name in self._texts.fields]
        if not names:
            return
        unit = "".join(_UNIT.findall(label.text)) or self._unit_beside(entry)
        passage = entry.passage
        rows = tuple(sorted(passage.rows - {0}))
        readings = read_value(field, passage.text, Place(whole=True, unit=unit, rows=rows))
        for reading in readings:
            if reading.field in self._texts.fields:
                yield candidate(reading, passage, 0, "cell", base)
        if not readings:
            stands = (
                "" if is_empty(passage.text) else passage.printed(0, min(40, len(passage.text)))
            )
            for name in names:
                box = label.passage.box(0, len(label.text)) if label.text else label.cell.box
                yield Blank(field=name, box=box, page=label.cell.box.page, raw=stands)

    def _unit_beside(self, entry: Entry) -> str:
        """Return the unit that stands in a cell of its own, before the figure or behind it."""
        row = [one for one in self._rows.get(entry.cell.row, []) if is_unit(one)]
        near = (one for one in row if self._adjacent(one, entry) or self._adjacent(entry, one))
        return next((one.text for one in near), "")

    def _left(self, entry: Entry) -> Entry | None:
        """Return the nearest cell to the left that spans this cell's row."""
        beside = [
            other for other in self._entries
            if other.cell.column + other.cell.column_span <= entry.cell.column
            and not is_unit(other)
            and other.cell.row <= entry.cell.row < other.cell.row + other.cell.row_span
        ]  # fmt: skip
        return max(beside, key=lambda other: other.cell.column, default=None)

    def _adjacent(self, left: Entry, entry: Entry) -> bool:
        gap = entry.cell.box.left - left.cell.box.right
        units = [
            one.cell.box.right - one.cell.box.left
            for one in self._rows.get(entry.cell.row, [])
            if is_unit(one) and left.cell.box.right <= one.cell.box.centre[0] <= entry.cell.box.left
        ]
        return gap - sum(units) < _BETWEEN

    def _meaning_of(self, label: Entry) -> Meaning:
        """Return what a label cell announces, with the group cell before it (建设单位 | 名称)."""
        meaning = label.meaning or Meaning()
        if meaning.role in _PERSONS:
            return self._person_in_group(label, meaning)
        if meaning.field or meaning.role or not meaning.attribute:
            return meaning
        group = self._left(label)
        while group is not None:
            role = group_role(group)
            if self._carries(role, meaning.attribute) and (
                group.cell.row_span > 1 or self._adjacent(group, label)
            ):
                return Meaning(role=role, attribute=meaning.attribute)
            group = self._left(group)
        return meaning

    def _person_in_group(self, label: Entry, meaning: Meaning) -> Meaning:
        """Return whose 项目负责人 is meant beside a cell that heads several rows (监理单位)."""
        group = self._left(label)
        while group is not None:
            role = group_role(group)
            if group.cell.row_span > 1 and role in _WITH_LEADERS:
                return Meaning(role=person_of(role, meaning.role), attribute=meaning.attribute)
            group = self._left(group)
        return meaning

    @staticmethod
    def _carries(role: str, attribute: str) -> bool:
        """Tell whether a role has such an attribute; 身份证号 under 建设单位 is its agent's."""
        known = wordings().roles.get(role)
        return known is not None and attribute in known.gives

    def _header_rows(self) -> dict[int, tuple[Entry, ...]]:
        """Return rows of at least three cells that are all headings over rows of values."""
        return {
            number: tuple(row)
            for number, row in self._rows.items()
            if len(row) >= 3  # noqa: PLR2004 - two labels may as well stand beside their values
            and number not in self._stacked
            and self._all_headings(row)
            and self._values_below(number, self._rows)
        }

    @staticmethod
    def _all_headings(row: list[Entry]) -> bool:
        told = sum(1 for entry in row if entry.meaning is not None or entry.text in _NUMBERS)
        short = all(entry.text and len(entry.text) <= 14 for entry in row)  # noqa: PLR2004 - headings are short
        figures = any(re.search(r"\d{3}", entry.text) for entry in row)
        named = any(
            entry.meaning is None and re.search(r"(?:公司|[局院站])$", entry.text) for entry in row
        )
        return short and not figures and not named and told >= max(2, 0.65 * len(row))

    @staticmethod
    def _values_below(number: int, rows: dict[int, list[Entry]]) -> bool:
        below = rows.get(number + 1, [])
        labels = sum(1 for entry in below if entry.meaning is not None)
        return len(below) >= 3 and labels <= 0.4 * len(below)  # noqa: PLR2004

    def _is_header(self, entry: Entry) -> bool:
        return entry.cell.row in self._headers

    def _header_of(self, entry: Entry) -> Entry | None:
        """Return the heading right over this cell, as wide as it, with no other heading between."""
        above = [number for number in self._headers if number < entry.cell.row]
        if not above:
            return None
        cell = entry.cell
        return next(
            (
                one for one in self._headers[max(above)]
                if one.cell.column == cell.column and one.cell.column_span == cell.column_span
            ),
            None,
        )  # fmt: skip

    def _under_header(self, entry: Entry, header: Entry) -> Meaning:
        """Return what a cell is by its column's heading and its row's role, whichever way round."""
        column = header.meaning or Meaning()
        row = self._row_role(entry)
        if row is None:
            return column
        if row.role and header.text in _NUMBERS:
            column = Meaning(attribute=number_sort(entry.text))
        elif row.role in _SENDERS and header.text in _IN_CHARGE:
            column = Meaning(attribute="person")
        if column.field or (column.role and not row.attribute):
            return column
        if column.role in _PERSONS and row.role:
            return Meaning(role=person_of(row.role, column.role), attribute=column.attribute)
        if column.role and row.attribute:
            return Meaning(role=column.role, attribute=row.attribute)
        if column.attribute in _ROLE_OF_PERSON and row.role:
            self._subject.field(Meaning(role=row.role, attribute=row.attribute))
        return Meaning(role=row.role, attribute=column.attribute) if row.role else column

    def _row_role(self, entry: Entry) -> Meaning | None:
        row = [
            other for other in self._entries
            if other.meaning is not None and other.cell.column < entry.cell.column
            and other.cell.row <= entry.cell.row < other.cell.row + other.cell.row_span
            and not self._is_header(other)
        ]  # fmt: skip
        first = min(row, key=lambda other: other.cell.column, default=None)
        return first.meaning if first else None
