from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

from preaudit.case import Material
from preaudit.document import Origin, Page
from preaudit.fields import FieldState, canonical

_SPEC = importlib.util.spec_from_file_location(
    "extract_pages", Path(__file__).with_name("conftest.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
pages = importlib.util.module_from_spec(_SPEC)
sys.modules["extract_pages"] = pages
_SPEC.loader.exec_module(pages)

Extracted = Callable[[str, Page], Material]
BUILDER = "临江启明置业（集团）有限公司"
FIRM = "临江筑成建设有限公司"


def value(material: Material, name: str) -> str | list[str] | None:
    """Return a field's value as reports print it, None when it has none."""
    field = material.field(name)
    assert field is not None
    return canonical(field.value) if field.value is not None else None


def test_a_value_behind_its_label_and_colon_is_found(extracted: Extracted) -> None:
    """A label, a colon and a value on one row give the field with a box on the value alone."""
    page = pages.rows_page("工程名称：临江新苑一期工程", f"建设单位：{BUILDER}")
    material = extracted("drawing-review-certificate", page)
    assert value(material, "project_name") == "临江新苑一期工程"
    assert value(material, "developer_name") == "临江启明置业(集团)有限公司"
    field = material.field("project_name")
    assert field is not None
    assert abs(field.evidence[0].box.left - (0.12 + 5 * pages.WIDTH)) < 1e-6


def test_two_entries_on_one_row_end_at_each_others_label(extracted: Extracted) -> None:
    """A value ends where the next label of its row begins."""
    page = pages.rows_page("施工单位：临江筑成建设有限公司　　　项目负责人：周明远")
    material = extracted("quality-safety-registration", page)
    assert value(material, "contractor_name") == FIRM
    assert value(material, "project_manager") == "周明远"


def test_spaced_out_labels_are_read_as_one_word(extracted: Extracted) -> None:
    """A label set in wide letters still announces its value."""
    page = pages.rows_page("结　　构　　类　　型：框架结构", "建　设　单　位：" + BUILDER)
    material = extracted("drawing-review-certificate", page)
    assert value(material, "structure_type") == "框架结构"


def test_a_value_that_wraps_is_joined(extracted: Extracted) -> None:
    """A long value goes on in the next row and its box holds both rows."""
    rows = [
        pages.line_at("工程名称：临江新区启明花园二期一号楼二号楼及地下车库和配", 0.12, 0.2),
        pages.line_at("套用房工程", 0.12, 0.225),
        pages.line_at("项目代码：2024-320412-70-03-356752", 0.12, 0.25),
    ]
    material = extracted("land-planning-permit", pages.page_of(rows))
    expected = "临江新区启明花园二期一号楼二号楼及地下车库和配套用房工程"
    assert value(material, "project_name") == expected
    assert value(material, "project_code") == "2024-320412-70-03-356752"


def test_cells_beside_label_cells_are_values(extracted: Extracted) -> None:
    """In a ruled table the cell right of a label cell holds its value, in the label's unit."""
    page = pages.table_page(
        ("建设单位名称", BUILDER, "合同价格（万元）", "1250.5"),
        ("统一社会信用代码", "91320412MA1ABCDE2X", "合同工期", "300日历天"),
        widths=(0.16, 0.34, 0.16, 0.2),
    )
    material = extracted("application-form", page)
    assert value(material, "developer_name") == "临江启明置业(集团)有限公司"
    assert value(material, "developer_uscc") == "91320412MA1ABCDE2X"
    assert value(material, "contract_price") == "12505000"
    assert value(material, "duration_days") == "300"


def test_a_table_of_parties_is_read_by_row_and_heading(extracted: Extracted) -> None:
    """Under a heading row, the role that begins a row says whose name and number stand there."""
    page = pages.table_page(
        ("单位类别", "单位名称", "负责人", "姓名", "注册编号"),
        ("施工单位", FIRM, "项目负责人", "周明远", "苏1372019202104417"),
        ("监理单位", "临江正衡监理有限公司", "总监理工程师", "林小舟", "32028369"),
        ("设计单位", "临江同和设计有限公司", "项目负责人", "何其正", "/"),
    )
    material = extracted("application-form", page)
    assert value(material, "contractor_name") == FIRM
    assert value(material, "project_manager") == "周明远"
    assert value(material, "project_manager_certificate_no") == "苏1372019202104417"
    assert value(material, "chief_supervisor") == "林小舟"
    assert value(material, "designer_name") == "临江同和设计有限公司"


def test_an_empty_entry_is_missing_with_its_label_as_evidence(extracted: Extracted) -> None:
    """A blank cell is a missing value, shown at its label; a label not printed shows nothing."""
    page = pages.table_page(("工程名称", "", "结构类型", "框架结构"))
    material = extracted("drawing-review-certificate", page)
    blank, absent = material.field("project_name"), material.field("site_address")
    assert blank is not None
    assert absent is not None
    assert (blank.state, len(blank.evidence)) == (FieldState.MISSING, 1)
    assert (absent.state, len(absent.evidence)) == (FieldState.MISSING, 0)


def test_columns_of_two_parties_do_not_mix(extracted: Extracted) -> None:
    """On a signature page each party's code stands below its own name."""
    rows = [("发包人：（公章）", "承包人：（公章）"), (BUILDER, FIRM)]
    rows.append(("统一社会信用代码：91320412MA1ABCDE2X", "统一社会信用代码：91320412MA9ZYXWV3U"))
    lines = [
        pages.line_at(text, left, 0.2 + 0.03 * n)
        for n, row in enumerate(rows)
        for text, left in zip(row, (0.04, 0.52), strict=True)
    ]
    small = [
        type(line)(
            text=line.text, box=line.box, confidence=1.0, origin=line.origin,
            edges=tuple(line.box.left + 0.0155 * n for n in range(len(line.text) + 1)),
        )
        for line in lines
    ]  # fmt: skip
    material = extracted("construction-contract", pages.page_of(small))
    assert value(material, "developer_uscc") == "91320412MA1ABCDE2X"
    assert value(material, "contractor_uscc") == "91320412MA9ZYXWV3U"


def test_words_and_figures_of_a_price_support_each_other(extracted: Extracted) -> None:
    """An award price in capital words and in figures is one value with two places."""
    page = pages.rows_page("中标价为人民币壹佰万元整（¥1,000,000.00元）；中标工期为300日历天。")
    field = extracted("award-notice", page).field("award_price")
    assert field is not None
    assert field.value is not None
    assert canonical(field.value) == "1000000"
    assert len(field.evidence) == 2


def test_two_readings_that_disagree_are_ambiguous(extracted: Extracted) -> None:
    """Two equally good places with different values are for a person to decide."""
    page = pages.rows_page("结构类型：框架结构", "层数：六层", "结构类型：钢结构工程")
    field = extracted("drawing-review-certificate", page).field("structure_type")
    assert field is not None
    assert field.state is FieldState.AMBIGUOUS
    assert field.runners_up


def test_a_reading_that_is_not_sure_is_unreadable(extracted: Extracted) -> None:
    """A low confidence of the reader never becomes a found value; a person is asked."""
    text = "结构类型：框架结构"
    sure, unsure = (
        extracted("drawing-review-certificate", pages.page_of([line])).field("structure_type")
        for line in (
            pages.line_at(text, 0.12, 0.2, origin=Origin.OCR),
            pages.line_at(text, 0.12, 0.2, sure=0.3, origin=Origin.OCR),
        )
    )
    assert sure is not None
    assert unsure is not None
    assert sure.state is FieldState.FOUND
    assert unsure.state is FieldState.UNREADABLE
    assert unsure.value is None
    assert unsure.confidence < sure.confidence - 0.1
    assert "须人工核对" in unsure.reason


def test_a_term_gives_both_its_ends(extracted: Extracted) -> None:
    """A term from one day until another fills both fields; an open end is long-term."""
    page = pages.rows_page("营业期限：2014年12月26日至长期", "成立日期：2014年12月26日")
    material = extracted("business-licence", page)
    assert value(material, "valid_from") == "2014-12-26"
    assert value(material, "valid_until") == "long-term"


def test_a_planted_check_fault_is_not_mended(extracted: Extracted) -> None:
    """A code whose check character is wrong is given as it is printed."""
    page = pages.rows_page("统一社会信用代码：91320412MA1ABCDE2X")
    assert value(extracted("safety-licence", page), "holder_uscc") == "91320412MA1ABCDE2X"


def test_a_doubtful_look_alike_is_put_right_when_the_check_character_proves_it(
    read: Extracted,
) -> None:
    """O for 0 is mended only where the reader doubted it."""
    text = "统一社会信用代码：9135O100M000100Y43"
    sure = pages.line_at(text, 0.12, 0.2, origin=Origin.OCR)
    doubts = tuple(0.5 if char == "O" else 1.0 for char in text)
    unsure = type(sure)(
        text=text, box=sure.box, confidence=0.95, origin=sure.origin, edges=sure.edges,
        sureness=doubts,
    )  # fmt: skip
    mended = read("safety-licence", pages.page_of([unsure]))
    kept = read("safety-licence", pages.page_of([sure]))
    assert value(mended, "holder_uscc") == "91350100M000100Y43"
    assert value(kept, "holder_uscc") != "91350100M000100Y43"
