"""XLSX: what a workbook shows, in its cells, on pages; what it hides is said."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ingest_papers import codes, opened
from openpyxl.drawing.image import Image as SheetImage
from openpyxl.styles import Alignment, Border, Side
from openpyxl.workbook import Workbook
from PIL import Image

from preaudit.ingest.xlsx_numbers import shown
from preaudit.settings import Limits
from preaudit.sheet import MediaType, Sheet

_THIN = Side(style="thin")
_RULED = Border(left=_THIN, top=_THIN, right=_THIN, bottom=_THIN)


def saved(workbook: Workbook) -> bytes:
    """Return a workbook as a file."""
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def changed(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return a package in which each part went through a change."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.namelist():
            new.writestr(part, change(part, old.read(part)))
    return out.getvalue()


def words(sheet: Sheet) -> str:
    """Return all characters of a page, in its order."""
    return "".join(glyph.text for glyph in sheet.glyphs)


def place(sheet: Sheet, text: str) -> tuple[float, float]:
    """Return where the first character of a text stands."""
    return sheet.glyphs[words(sheet).index(text)].box.centre


def survey() -> Workbook:
    """Return a sheet as offices write them: a wide title, labels, values of all sorts, rules."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "概况"
    sheet.append(["项目概况表"])
    sheet.merge_cells("A1:D1")
    sheet["A1"].alignment = Alignment(horizontal="center")
    for row in (
        ["建设单位", "云泽置业有限公司", "合同价（元）", 1234567.5],
        ["开工日期", date(2026, 3, 1), "占比", 0.256],
        ["联系电话", "021-00000000", "竖向", "末格"],
    ):
        sheet.append(row)
    sheet["D2"].number_format = "#,##0.00"
    sheet["B3"].number_format = 'yyyy"年"m"月"d"日"'
    sheet["D3"].number_format = "0.0%"
    sheet.append(["竖向合并", "一", None, None])
    sheet.append([None, "二", None, None])
    sheet.merge_cells("A5:A6")
    for row in sheet["A2:D6"]:
        for cell in row:
            cell.border = _RULED
    return workbook


def test_cells_stand_on_a_page_as_they_show(tmp_path: Path) -> None:
    """Values come out through their formats, each in its ruled cell, in reading order."""
    result = opened(tmp_path, saved(survey()), "概况.xlsx")
    assert codes(result) == []
    assert result.source is not None
    assert result.source.media_type is MediaType.XLSX
    (sheet,) = result.sheets
    assert sheet.width_mm == pytest.approx(210, abs=0.5)
    text = words(sheet)
    for wanted in ("项目概况表", "1,234,567.50", "2026年3月1日", "25.6%", "021-00000000"):
        assert wanted in text
    number = words(sheet).index("1,234,567.50")
    assert len({round(glyph.box.top, 2) for glyph in sheet.glyphs[number : number + 12]}) == 1
    order = ["项目概况表", "建设单位", "开工日期", "联系电话", "竖向合并"]
    downs = [place(sheet, one)[1] for one in order]
    assert downs == sorted(downs)
    assert place(sheet, "建设单位")[0] < place(sheet, "云泽")[0] < place(sheet, "合同价")[0]
    assert place(sheet, "一")[1] < place(sheet, "竖向合并")[1] < place(sheet, "二")[1]
    title = place(sheet, "项目概况表")[1]
    assert len(sheet.rulings) > 8
    # The title stands outside of the rules, as on the sheet.
    assert not any(one.box.top < title - 0.005 for one in sheet.rulings)


def test_a_sheet_without_rules_gets_the_grid_of_the_program(tmp_path: Path) -> None:
    """Where nothing is ruled, cells are parted by lines, as on the screen."""
    workbook = Workbook()
    workbook.active.append(["甲", "乙"])
    workbook.active.append(["丙", "丁"])
    (sheet,) = opened(tmp_path, saved(workbook)).sheets
    assert len(sheet.rulings) >= 6


def test_each_sheet_begins_a_page_and_may_lie_across(tmp_path: Path) -> None:
    """Sheets follow one another; one that is set to landscape lies on its side."""
    workbook = survey()
    second = workbook.create_sheet("二")
    second.append(["横向"])
    second.page_setup.orientation = "landscape"
    third = workbook.create_sheet("三")
    third.append(["第三张"])
    sheets = opened(tmp_path, saved(workbook)).sheets
    assert [("横向" in words(one), one.width_mm > one.height_mm) for one in sheets] == [
        (False, False), (True, True), (False, False),
    ]  # fmt: skip


def test_what_is_hidden_is_named_and_not_read(tmp_path: Path) -> None:
    """Hidden sheets, rows and columns do not show, and a notice names each."""
    workbook = survey()
    workbook["概况"].row_dimensions[4].hidden = True
    workbook["概况"].column_dimensions["D"].hidden = True
    workbook.create_sheet("底稿").append(["藏"])
    workbook["底稿"].sheet_state = "hidden"
    result = opened(tmp_path, saved(workbook))
    text = words(result.sheets[0])
    assert "联系电话" not in text
    assert "1,234,567.50" not in text
    assert "藏" not in text
    assert codes(result) == ["hidden_sheets", "hidden_cells"]
    assert "底稿" in result.problems[0].message.zh
    assert "概况!4" in result.problems[1].message.zh
    assert "概况!D" in result.problems[1].message.zh
    assert all(one.notice for one in result.problems)


def test_a_formula_without_a_result_is_named(tmp_path: Path) -> None:
    """A formula whose result was not stored is told with its cell; a stored one is read."""
    workbook = survey()
    workbook["概况"]["C5"] = "=1+1"
    workbook["概况"]["C6"] = "=2+2"

    def with_result(_: str, body: bytes) -> bytes:
        return body.replace(b"<f>2+2</f><v></v>", b"<f>2+2</f><v>4242</v>").replace(
            b"<f>2+2</f><v/>", b"<f>2+2</f><v>4242</v>"
        )

    result = opened(tmp_path, changed(saved(workbook), with_result))
    assert codes(result) == ["formula_without_value"]
    assert "概况!C5" in result.problems[0].message.zh
    assert "C6" not in result.problems[0].message.zh
    assert "4242" in words(result.sheets[0])


def test_pictures_of_a_sheet_are_shown(tmp_path: Path) -> None:
    """A scan that was put on a sheet stands below its cells."""
    workbook = survey()
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), "red").save(picture, "PNG")
    workbook["概况"].add_image(SheetImage(picture), "F2")
    (sheet,) = opened(tmp_path, saved(workbook)).sheets
    assert len(sheet.images) == 1
    pixels = sheet.pixels.load()
    assert ((pixels[..., 0] > 200) & (pixels[..., 1] < 60)).any()


def test_wide_and_long_sheets_go_on_over_pages(tmp_path: Path) -> None:
    """Columns that do not fit side by side and rows that do not fit below go on, none lost."""
    workbook = Workbook()
    for row in range(120):
        workbook.active.append([f"r{row}c{column}" for column in range(30)])
    result = opened(tmp_path, saved(workbook))
    text = "".join(words(one) for one in result.sheets)
    assert len(result.sheets) > 3
    for wanted in ("r0c0", "r0c29", "r119c0", "r119c29"):
        assert wanted in text


def test_a_cell_taller_than_a_page_is_still_read(tmp_path: Path) -> None:
    """A text that does not fit on one page goes on over the next ones."""
    workbook = Workbook()
    workbook.active["A1"] = "\n".join(f"第{at}条" for at in range(150))
    result = opened(tmp_path, saved(workbook))
    text = "".join(words(one) for one in result.sheets)
    assert "第0条" in text
    assert "第149条" in text


def test_the_strict_form_of_the_standard_is_read(tmp_path: Path) -> None:
    """A workbook saved as strict Open XML differs by namespaces only, and reads the same."""

    def strict(_: str, body: bytes) -> bytes:
        return re.sub(
            rb"http://schemas\.openxmlformats\.org/(spreadsheetml|officeDocument|drawingml)/2006/",
            rb"http://purl.oclc.org/ooxml/\1/",
            body,
        )

    result = opened(tmp_path, changed(saved(survey()), strict))
    assert codes(result) == []
    assert "云泽置业有限公司" in words(result.sheets[0])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaa">]><x>&a;</x>', "unsafe_xlsx"),
        (b"\xff\xfe<\x00?\x00x\x00m\x00l\x00", "unsafe_xlsx"),
        (b"<worksheet", "damaged_xlsx"),
        (b" " * (40 << 20), "part_ratio"),
    ],
)
def test_harmful_workbooks_are_refused(tmp_path: Path, body: bytes, code: str) -> None:
    """Document types, other encodings, bombs and broken XML are refused, each by its code."""

    def harmful(name: str, old: bytes) -> bytes:
        return body if name == "xl/worksheets/sheet1.xml" else old

    result = opened(tmp_path, changed(saved(survey()), harmful), limits=Limits())
    assert codes(result) == [code]


def test_flaws_that_show_no_value_cost_no_workbook(tmp_path: Path) -> None:
    """Broken properties, fills and rules for entry are passed over where openpyxl gives up."""

    def flawed(name: str, body: bytes) -> bytes:
        if name == "docProps/core.xml":
            return re.sub(rb"\d{4}-\d\d-\d\dT", b"yesterday", body)
        if name == "xl/styles.xml":
            return body.replace(
                b"<fill>", b'<fill><patternFill patternType="odd"/></fill><fill>', 1
            )
        if name == "xl/worksheets/sheet1.xml":
            rule = b'<dataValidations count="1"><dataValidation type="odd"/></dataValidations>'
            return body.replace(b"<pageMargins", rule + b"<pageMargins")
        return body

    data = changed(saved(survey()), flawed)
    with pytest.raises(ValueError, match=r"."):
        openpyxl.load_workbook(io.BytesIO(data))
    result = opened(tmp_path, data)
    assert codes(result) == []
    assert "1,234,567.50" in words(result.sheets[0])


def test_an_empty_workbook_is_said_to_be_empty(tmp_path: Path) -> None:
    """A workbook that shows nothing is refused, not shown as a blank page."""
    assert codes(opened(tmp_path, saved(Workbook()))) == ["empty_workbook"]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (0.256, "0.0%", "25.6%"),
        (-5, "#,##0;(#,##0)", "(5)"),
        (0, '0;-0;"零"', "零"),
        (12, "000", "012"),
        (0.1 + 0.2, "General", "0.3"),
        (1e20, "General", "1E+20"),
        (44927, 'yyyy"年"m"月"d"日";@', "2023年1月1日"),
        (datetime(2025, 3, 4, 15, 6), "yyyy/m/d h:mm", "2025/3/4 15:06"),  # noqa: DTZ001  # no zone in a cell
        (datetime(2025, 3, 4, 15, 6, 7), "h:mm:ss AM/PM", "3:06:07 PM"),  # noqa: DTZ001  # likewise
        (date(2025, 3, 4), "mm-dd-yy", "2025/3/4"),
        (date(2025, 3, 4), "aaaa", "星期二"),
        (-123456.5, '"￥"#,##0.00', "-￥123,456.50"),
        (12345678, '0.00,,"百万"', "12.35百万"),
        ("甲", '0;0;0;"项目："@', "项目：甲"),
        (3, '"第"0"号"', "第3号"),
        (timedelta(hours=30), "[h]:mm:ss", "30:00:00"),
        (0, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (310000, "0_ ", "310000"),
        (1.5e-7, "0.00E+00", "1.50E-07"),
        (0.5, "# ?/?", "0.5"),
        (True, "General", "TRUE"),
        (None, "General", ""),
    ],
)
def test_values_show_through_their_formats(value: Any, number_format: str, text: str) -> None:
    """Numbers, dates, times and texts read as the program shows them."""
    assert shown(value, number_format) == text


def test_workbooks_with_macros_are_read(tmp_path: Path) -> None:
    """A workbook of the macro type is a workbook; its macros are not looked at."""

    def macro(name: str, body: bytes) -> bytes:
        if name != "[Content_Types].xml":
            return body
        return body.replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )

    result = opened(tmp_path, changed(saved(survey()), macro), "概况.xlsm")
    assert codes(result) == []
