from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from preaudit.case import Material
from preaudit.document import Cell, Page
from preaudit.extract.boxed import unboxed
from preaudit.fields import canonical
from preaudit.geometry import Box

_SPEC = importlib.util.spec_from_file_location(
    "breadth_pages", Path(__file__).with_name("conftest.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
pages = importlib.util.module_from_spec(_SPEC)
sys.modules["breadth_pages"] = pages
_SPEC.loader.exec_module(pages)

Extracted = Callable[[str, Page], Material]
CODE = "91320100MA1WABCD7K"


def value(material: Material, name: str) -> str | list[str] | None:
    """Return a field's value as reports print it, None when it has none."""
    field = material.field(name)
    assert field is not None
    return canonical(field.value) if field.value is not None else None


def spanned(page: Page, row: int, rows: int) -> Page:
    """Return the page with the first cell of `row` reaching down over `rows` rows."""
    gone = {(number, 0) for number in range(row + 1, row + rows)}
    cells: list[Cell] = []
    for cell in page.cells:
        if (cell.row, cell.column) in gone:
            continue
        if (cell.row, cell.column) == (row, 0):
            box = replace(cell.box, bottom=cell.box.bottom + 0.03 * (rows - 1))
            cells.append(replace(cell, row_span=rows, box=box))
        else:
            cells.append(cell)
    return replace(page, cells=tuple(cells))


def test_values_stand_below_their_labels_in_a_table(extracted: Extracted) -> None:
    """Rows of labels and rows of values take turns; an unknown label is no value."""
    page = pages.table_page(
        ("工程名称", "建设地点"),
        ("清溪学校扩建工程", "安平市南湖区云栖路8号"),
        ("施工单位", "联合验收牵头科室"),
        ("临江筑成建设有限公司", "第二科"),
        ("项目经理", "合同工期"),
        ("周明远", "300日历天"),
    )
    material = extracted("application-form", page)
    assert value(material, "project_name") == "清溪学校扩建工程"
    assert value(material, "site_address") == "安平市南湖区云栖路8号"
    assert value(material, "contractor_name") == "临江筑成建设有限公司"
    assert value(material, "project_manager") == "周明远"
    assert value(material, "duration_days") == "300"


def test_units_stand_in_cells_of_their_own(extracted: Extracted) -> None:
    """A cell that holds but a unit belongs to the figure beside it."""
    page = pages.table_page(
        ("合同价格", "万元", "1250.5"), ("建筑面积", "㎡", "8000.25"), ("结构类型", "", "框架结构")
    )
    material = extracted("application-form", page)
    assert value(material, "contract_price") == "12505000"
    assert value(material, "building_area") == "8000.25"


def test_a_leader_is_of_the_party_that_heads_his_rows(extracted: Extracted) -> None:
    """项目负责人 beside 监理单位 is the chief supervisor, beside 设计单位 nobody of ours."""
    page = pages.table_page(
        ("施工单位", "单位名称", "临江筑成建设有限公司"),
        ("", "项目负责人", "周明远"),
        ("监理单位", "单位名称", "临江正衡监理有限公司"),
        ("", "项目负责人", "韩立言"),
        ("设计单位", "单位名称", "临江方圆设计有限公司"),
        ("", "项目负责人", "罗承志"),
    )
    for row in (0, 2, 4):
        page = spanned(page, row, 2)
    material = extracted("quality-safety-registration", page)
    assert value(material, "project_manager") == "周明远"
    assert value(material, "chief_supervisor") == "韩立言"


def test_a_number_under_a_heading_is_of_its_rows_party(extracted: Extracted) -> None:
    """Under 号码 a credit code is the party's, a registration its leader's."""
    page = pages.table_page(
        ("类别", "单位名称", "负责人", "号码"),
        ("建设单位", "临江启明置业有限公司", "/", CODE),
        ("施工单位", "临江筑成建设有限公司", "周明远", "苏1322019202001234"),
    )
    material = extracted("application-form", page)
    assert value(material, "developer_uscc") == CODE
    assert value(material, "project_manager") == "周明远"
    assert value(material, "project_manager_certificate_no") == "苏1322019202001234"


def test_labels_in_two_languages_announce_what_the_chinese_says(extracted: Extracted) -> None:
    """English behind a label is neither label nor value, and stops at its row."""
    page = pages.rows_page(
        "工程名称 Name of Works", "清溪学校扩建工程", "建筑面积（㎡） Gross Floor Area", "8000.25",
        "质量安全监督编号 Registration No.", "AJ32010020240001",
    )  # fmt: skip
    material = extracted("application-form", page)
    assert value(material, "project_name") == "清溪学校扩建工程"
    assert value(material, "building_area") == "8000.25"
    assert value(material, "quality_safety_registration_no") == "AJ32010020240001"


def boxes(code: str, left: float = 0.3, top: float = 0.23) -> Page:
    """Return a page with a label and a code, one character to a cell."""
    cells: list[Cell] = []
    for n, char in enumerate(code):
        x = left + 0.032 * n
        line = pages.line_at(char, x + 0.006, top + 0.005)
        box = Box(page=1, left=x, top=top, right=x + 0.032, bottom=top + 0.03)
        cells.append(
            Cell(table=0, row=0, column=n, row_span=1, column_span=1, box=box, lines=(line,))
        )
    names: Sequence[str] = ("建设单位：临江启明置业有限公司", "建设单位代码")
    free = [pages.line_at(text, 0.05, 0.2 + 0.035 * n) for n, text in enumerate(names)]
    page: Page = pages.page_of([*free, *(cell.lines[0] for cell in cells)], cells)
    return page


def test_a_code_in_boxes_is_one_code(extracted: Extracted) -> None:
    """Characters in boxes of their own are joined, and each keeps its place."""
    page = boxes(CODE)
    assert CODE in [line.text for line in unboxed(page).lines]
    assert value(extracted("application-form", page), "developer_uscc") == CODE


def test_few_single_figures_stay_apart() -> None:
    """A row of a table with single figures is no code."""
    page = boxes("12345")
    assert unboxed(page) == page


def test_what_stands_along_with_a_name_is_found(extracted: Extracted) -> None:
    """A code or a registration number in the entry of a name is that party's or person's."""
    page = pages.rows_page(
        f"施工单位：临江筑成建设有限公司（{CODE}）", "项目经理：周明远，注册编号苏1322019202001234"
    )
    material = extracted("application-form", page)
    assert value(material, "contractor_uscc") == CODE
    assert value(material, "project_manager_certificate_no") == "苏1322019202001234"


def test_storeys_and_terms_of_one_entry(extracted: Extracted) -> None:
    """One entry tells storeys above and below, another the days and how many."""
    page = pages.rows_page(
        "层数：地上：18地下：2", "合同工期：2024年3月1日至2025年3月1日，共366天", "结构：框架结构"
    )
    material = extracted("application-form", page)
    assert value(material, "floors_above") == "18"
    assert value(material, "floors_below") == "2"
    assert value(material, "planned_start") == "2024-03-01"
    assert value(material, "planned_finish") == "2025-03-01"
    assert value(material, "duration_days") == "366"


def test_a_figure_finer_than_cents_was_printed_in_ten_thousands(extracted: Extracted) -> None:
    """12345.678901 without a unit cannot be yuan."""
    page = pages.table_page(("合同价", "12345.678901"), ("结构类型", "框架结构"))
    assert value(extracted("application-form", page), "contract_price") == "123456789.01"


def test_a_title_is_no_entry(extracted: Extracted) -> None:
    """建设工程 at the head of a title does not announce a project."""
    page = pages.rows_page("建设工程施工合同协议书", "发包人：临江启明置业有限公司")
    assert value(extracted("construction-contract", page), "project_name") is None
