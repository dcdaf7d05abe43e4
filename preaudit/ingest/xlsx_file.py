"""XLSX: the sheets of a workbook as they show, laid out as pages, which are opened like a PDF.

Values are those that the program stored when it saved; nothing is computed here. What a person who
opens the workbook does not see (hidden sheets, rows and columns) is not laid out either, and said.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

import openpyxl
from lxml.etree import LxmlError  # type: ignore[import-untyped]  # lxml ships no types
from openpyxl.utils.exceptions import InvalidFileException

from preaudit.ingest.office_package import LaidOut, check_package, in_common_form
from preaudit.ingest.problems import Refusal
from preaudit.ingest.records import Job, Trouble
from preaudit.ingest.signed import cut
from preaudit.ingest.xlsx_layout import lay_out
from preaudit.ingest.xlsx_sheet import Grid, grid

_DAMAGE = (
    InvalidFileException, LxmlError, ParseError, zipfile.BadZipFile, zlib.error, KeyError,
    ValueError, AttributeError, NotImplementedError, EOFError, TypeError, IndexError,
    RecursionError, OverflowError, OSError,
)  # fmt: skip
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_ROOT_LINKS = "_rels/.rels"
_LINK_TO_PROPERTIES = re.compile(rb"<Relationship\b[^>]*docProps/[^>]*/>")
_SHOWS_NO_VALUE = re.compile(
    rb"<((?:\w+:)?(?:fills|dxfs|tableStyles|cellStyles|colors|extLst|dataValidations"
    rb"|conditionalFormatting|hyperlinks|autoFilter|sheetProtection|protectedRanges))"
    rb"(?:\s[^>]*)?(?:/>|>.*?</\1>)",
    re.DOTALL,
)
_NAMED = 5
"""How many cells or sheets a notice names."""


def laid_out(path: Path, *, job: Job) -> LaidOut:
    """Return a workbook as a PDF of A4 pages, upright or across as its sheets ask.

    Raises:
        Refusal: It is damaged, built to do harm, shows nothing, or there is no Chinese font.
    """
    try:
        check_package(path, job=job, refuse=lambda what: Refusal("unsafe_xlsx", detail=what))
        with in_common_form(path) as package:
            workbook, data = _loaded(io.BytesIO(package.read()))
        grids = [grid(sheet) for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        shown = [one for one in grids if one.cells or one.pictures]
        if not shown:
            raise Refusal("empty_workbook")
        notices = (*_hidden(workbook, grids), *_cut_off(grids), *_uncomputed(data, grids))
        return LaidOut(pdf=lay_out(shown), notices=notices)
    except _DAMAGE as error:
        raise Refusal("damaged_xlsx", detail=type(error).__name__) from error


def _loaded(data: IO[bytes]) -> tuple[Any, IO[bytes]]:
    """Return a workbook, and the package that it was loaded from.

    openpyxl gives up over much that shows no value. So a workbook that does not load is tried once
    more without it.
    """
    try:
        return openpyxl.load_workbook(data, data_only=True, keep_links=False), data
    except _DAMAGE:
        data.seek(0)
        plain = _plainer(data)
        return openpyxl.load_workbook(plain, data_only=True, keep_links=False), plain


def _plainer(data: IO[bytes]) -> IO[bytes]:
    """Return a package without properties, fills, rules for entry and looks that depend on values.

    Raises:
        zipfile.BadZipFile: It is damaged as a package; so are other errors of `zipfile`.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(data) as package, zipfile.ZipFile(out, "w") as plain:
        for name in dict.fromkeys(package.namelist()):
            if name.lower().startswith("docprops/"):
                continue
            part = package.read(name)
            if name == _ROOT_LINKS:
                part = _LINK_TO_PROPERTIES.sub(b"", part)
            elif _SHEET.fullmatch(name) or name.lower() == "xl/styles.xml":
                part = _SHOWS_NO_VALUE.sub(b"", part)
            plain.writestr(name, part)
    out.seek(0)
    return out


def _hidden(workbook: Any, grids: list[Grid]) -> Iterator[Trouble]:
    """Name what the workbook hides: whole sheets, and rows or columns of those it shows."""
    sheets = [one.title for one in workbook.worksheets if one.sheet_state != "visible"]
    if sheets:
        yield Trouble(code="hidden_sheets", facts={"sheets": _names(sheets)})
    parts = [f"{one.title}!{part}" for one in grids for part in one.hidden]
    if parts:
        yield Trouble(code="hidden_cells", facts={"cells": _names(parts)})


def _cut_off(grids: list[Grid]) -> Iterator[Trouble]:
    for one in grids:
        if one.left_out:
            facts = {"sheet": cut(one.title), "rows": str(one.left_out)}
            yield Trouble(code="sheet_cut_off", facts=facts)


def _uncomputed(data: IO[bytes], grids: list[Grid]) -> Iterator[Trouble]:
    """Name the cells whose formula has no stored result: they show nothing here."""
    data.seek(0)
    if not _has_formulas(data):
        return
    data.seek(0)
    told = {one.title: one.cells for one in grids}
    found: list[str] = []
    formulas = openpyxl.load_workbook(data, read_only=True, keep_links=False)
    for sheet in formulas.worksheets:
        if sheet.title not in told:
            continue
        full = {(cell.row, cell.column) for cell in told[sheet.title] if cell.text}
        for row in sheet.iter_rows():
            found += [
                f"{sheet.title}!{cell.coordinate}"
                for cell in row
                if cell.data_type == "f" and (cell.row, cell.column) not in full
            ]
    if found:
        facts = {"cells": _names(found), "count": str(len(found))}
        yield Trouble(code="formula_without_value", facts=facts)


def _has_formulas(data: IO[bytes]) -> bool:
    with zipfile.ZipFile(data) as package:
        names = [name for name in package.namelist() if _SHEET.fullmatch(name)]
        return any(_FORMULA.search(package.read(name)) for name in names)


def _names(names: list[str]) -> str:
    rest = f"…({len(names)})" if len(names) > _NAMED else ""
    return cut("、".join(names[:_NAMED]))[: 200 - len(rest)] + rest
