"""What seals, pens and lost characters do to a scanned paper, and what must still be read."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from preaudit.case import Material
from preaudit.document import Cell, Line, Origin, Page
from preaudit.extract.scraps import without_scraps
from preaudit.extract.values.authorities import mended_authority
from preaudit.extract.values.names import behind_seal_note
from preaudit.extract.values.variants import simplified
from preaudit.fields import Field, FieldState, canonical
from preaudit.geometry import Box

_SPEC = importlib.util.spec_from_file_location(
    "scan_pages", Path(__file__).with_name("conftest.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
pages = importlib.util.module_from_spec(_SPEC)
sys.modules["scan_pages"] = pages
_SPEC.loader.exec_module(pages)

Extract = Callable[[str, Page], Material]


def _seen(text: str, left: float, top: float) -> Line:
    line: Line = pages.line_at(text, left, top, sure=0.96, origin=Origin.OCR)
    return line


def _field(material: Material, name: str) -> Field:
    return next(field for field in material.fields if field.name == name)


def _value(material: Material, name: str) -> object:
    field = _field(material, name)
    assert field.state is FieldState.FOUND, (name, field.state, field.reason)
    return canonical(field.value) if field.value is not None else None


def test_scrap_of_a_seal_at_the_edge_does_not_end_rows(read: Extract) -> None:
    """A value wraps to the next row although a part of a seal stands at the edge of the sheet."""
    page = pages.page_of(
        [
            _seen("3.工程规模：建筑面积：42250.08㎡（地上29894.26㎡，地", 0.16, 0.2),
            _seen("下12355.82㎡），地上14层/地下1层；", 0.12, 0.224),
            _seen("4.监理范围：施工阶段的质量、进度、投资控制。", 0.16, 0.26),
            _seen("印", 0.96, 0.32),
        ]
    )
    material = read("supervision-contract", page)
    assert _value(material, "building_area_below") == "12355.82"
    assert _value(material, "floors_above") == "14"


def test_address_on_a_card_goes_on_below_its_beginning(read: Extract) -> None:
    """The second row of an address, indented as far as the label is wide, belongs to it."""
    page = pages.page_of(
        [
            _seen("姓名张三丰", 0.3, 0.2),
            _seen("住址河北省石家庄市长安区青园街", 0.3, 0.23),
            _seen("12号3栋1单元101室", 0.34, 0.25),
            _seen("公民身份号码999999199001010017", 0.3, 0.29),
        ]
    )
    material = read("identity-card", page)
    assert _value(material, "holder_address") == "河北省石家庄市长安区青园街12号3栋1单元101室"


def test_column_whose_heading_is_lost_is_the_other_partys(read: Extract) -> None:
    """Below one readable heading on the right, the column on the left is the developer's."""
    page = pages.page_of(
        [
            _seen("承包人：（公章）", 0.55, 0.2),
            _seen("甲地城市发展有限公司", 0.12, 0.23),
            _seen("乙地建筑工程有限公司", 0.55, 0.23),
            _seen("法定代表人：", 0.12, 0.26),
            _seen("法定代表人：", 0.55, 0.26),
            _seen("地址：甲市人民路1号", 0.12, 0.29),
            _seen("地址：乙市中山路2号", 0.55, 0.29),
        ]
    )
    material = read("construction-contract", page)
    assert _value(material, "developer_address") == "甲市人民路1号"


def test_name_stands_behind_the_rim_of_its_seal() -> None:
    """Where the row of (盖章) was read with the seal's rim, the name is the next row."""
    text = "(盖章)程咨询集团南方工程咨询有限公司"
    rim = text.index("南")
    assert behind_seal_note(text, (rim,))[0] == rim
    assert behind_seal_note("(公章)南方工程咨询有限公司", ())[0] == len("(公章)")
    assert behind_seal_note("南方工程咨询有限公司", ()) == (0, 1.0)


def test_strokes_across_rows_are_no_text() -> None:
    """A few tall characters over several rows, or a scrap at the edge, are dropped; print stays."""
    rows = [_seen("法定代表人或其委托代理人签字盖章", 0.12, 0.2 + 0.03 * n) for n in range(4)]
    pen = _seen("松然", 0.3, 0.2)
    pen = replace(pen, box=replace(pen.box, bottom=0.29, right=0.7))
    edge = _seen("印", 0.95, 0.4)
    assert without_scraps([*rows, pen, edge], 1.414) == rows
    printed = replace(edge, origin=Origin.EMBEDDED)
    assert without_scraps([*rows, printed], 1.414) == [*rows, printed]


def test_printed_agent_goes_before_the_signature(read: Extract) -> None:
    """The evidence of the agent's name is where it is printed, not where it is written."""
    page = pages.page_of(
        [
            _seen("现委托张三丰（身份证号码：999999199001010017）为我单位代理人，", 0.12, 0.2),
            _seen("办理建筑工程施工许可证的申请。", 0.12, 0.224),
            _seen("代理人（签字）：", 0.12, 0.5),
            _seen("张三丰", 0.36, 0.5),
        ]
    )
    field = _field(read("power-of-attorney", page), "agent_name")
    assert field.evidence[0].box.top < 0.3


def test_form_in_a_frame_is_read_as_a_form(read: Extract) -> None:
    """A frame around a whole form is no table: its labels and values are paired by rows."""
    lines = (
        _seen("姓名：", 0.12, 0.2), _seen("张三丰", 0.3, 0.2),
        _seen("企业名称：", 0.12, 0.24), _seen("南方建筑工程有限公司", 0.3, 0.24),
    )  # fmt: skip
    frame = Box(page=1, left=0.1, top=0.18, right=0.9, bottom=0.6)
    cell = Cell(table=0, row=0, column=0, row_span=1, column_span=1, box=frame, lines=lines)
    page = pages.page_of(lines, [cell])
    assert _value(read("safety-assessment-certificate", page), "holder_person") == "张三丰"


def test_doubted_traditional_character_is_simplified() -> None:
    """Only a character that the reader doubted changes; one read for sure stays as printed."""
    assert simplified("叶鵬", lambda at: 0.7 if at else 1.0) == "叶鹏"
    assert simplified("叶鵬", lambda _: 0.99) == "叶鵬"


def test_province_is_mended_only_where_one_fits() -> None:
    """A slip in a province is put right when a single province is that close."""
    assert mended_authority("汪苏省住房和城乡建设厅") == "江苏省住房和城乡建设厅"
    assert mended_authority("湖生省住房和城乡建设厅") == "湖生省住房和城乡建设厅"
    assert mended_authority("江西省住房和城乡建设厅") == "江西省住房和城乡建设厅"


def test_date_without_its_first_digit_closes_a_paper(read: Extract) -> None:
    """A date that a stamp has robbed of its first digit still dates the paper."""
    page = pages.page_of(
        [
            _seen("上述工程项目已按规定办理按项目参加工伤保险手续，特此证明。", 0.12, 0.3),
            _seen("甲市社会保险中心", 0.6, 0.5),
            _seen("026年1月21日", 0.6, 0.53),
        ]
    )
    material = read("injury-insurance-proof", page)
    assert _value(material, "issued_on") == "2026-01-21"
    assert _value(material, "issuing_authority") == "甲市社会保险中心"
