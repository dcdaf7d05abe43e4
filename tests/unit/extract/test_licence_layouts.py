"""Licences as cameras and readers leave them: what stands where must still be told."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from preaudit.case import Material
from preaudit.document import Line, Origin, Page
from preaudit.extract.lexicon import lexicon
from preaudit.extract.passage import Piece
from preaudit.extract.unstacking import unstacked
from preaudit.extract.values.codes import registration_ok, uscc_ok
from preaudit.extract.values.money import amounts
from preaudit.extract.values.reading import Place, read_value
from preaudit.fields import Field, FieldState, canonical
from preaudit.geometry import Box

_SPEC = importlib.util.spec_from_file_location(
    "licence_pages", Path(__file__).with_name("conftest.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
pages = importlib.util.module_from_spec(_SPEC)
sys.modules["licence_pages"] = pages
_SPEC.loader.exec_module(pages)

Extract = Callable[[str, Page], Material]
_LICENCE = "business-licence"
_CODE = "91990100MA7F3K2H5C"
_NUMBER = "990100200001230"


def _seen(text: str, left: float, top: float) -> Line:
    line: Line = pages.line_at(text, left, top, sure=0.96, origin=Origin.OCR)
    return line


def _upright(text: str, left: float, top: float, step: float) -> Line:
    """Return characters below one another, read as one line."""
    box = Box(
        page=1, left=left, top=top, right=left + pages.WIDTH,
        bottom=top + step * (len(text) - 1) + pages.HEIGHT,
    )  # fmt: skip
    edges = tuple(left + box.width * n / len(text) for n in range(len(text) + 1))
    return Line(text=text, box=box, confidence=0.96, origin=Origin.OCR, edges=edges)


def _field(material: Material, name: str) -> Field:
    return next(field for field in material.fields if field.name == name)


def _value(material: Material, name: str) -> object:
    field = _field(material, name)
    assert field.state is FieldState.FOUND, (name, field.state, field.reason)
    return canonical(field.value) if field.value is not None else None


def _column(*rows: tuple[str, str]) -> list[Line]:
    """Return labels of four characters in a column and their values in another."""
    lines: list[Line] = []
    for number, (label, value) in enumerate(rows):
        top = 0.5 + 0.03 * number
        lines += [_seen(label, 0.2, top), _seen(value, 0.32, top)]
    return lines


_REST = _column(("注册资本", "贰佰万元整"), ("成立日期", "2016年08月12日"), ("营业期限", "长期"))


def test_initials_read_down_a_column_begin_their_labels(read: Extract) -> None:
    """名类住 in one upright line and 称, 型, 所 right of it are three labels with their values."""
    page = pages.page_of(
        [
            _upright("名类住", 0.2, 0.41, 0.03),
            _seen("称远山市北斗测绘有限公司", 0.28, 0.41),
            _seen("型", 0.28, 0.44),
            _seen("有限责任公司", 0.32, 0.44),
            _seen("所", 0.28, 0.47),
            _seen("远山市临江区望岳路8号", 0.32, 0.47),
            *_REST,
        ]
    )
    material = read(_LICENCE, page)
    assert _value(material, "holder_name") == "远山市北斗测绘有限公司"
    assert _value(material, "holder_address") == "远山市临江区望岳路8号"


def test_upright_text_that_begins_no_labels_stays_one_line() -> None:
    """Characters below one another are cut apart only where the rows go on with labels."""
    line = _upright("档案专用", 0.2, 0.41, 0.03)
    beside = _seen("远山市临江区望岳路8号", 0.32, 0.44)
    assert unstacked([line, beside], 1.414, lexicon(_LICENCE))[0] is line


def test_last_character_of_a_wide_label_stands_for_it(read: Extract) -> None:
    """Where only 称 and 所 were read, they name what stands beside them: labels end in a column."""
    page = pages.page_of(
        [
            _seen("称", 0.26, 0.44),
            _seen("远山市北斗测绘有限公司", 0.32, 0.44),
            _seen("所", 0.26, 0.47),
            _seen("远山市临江区望岳路8号", 0.32, 0.47),
            *_REST,
        ]
    )
    material = read(_LICENCE, page)
    assert _value(material, "holder_name") == "远山市北斗测绘有限公司"
    assert _value(material, "holder_address") == "远山市临江区望岳路8号"


def test_value_run_together_with_its_label_wraps_where_it_begins(read: Extract) -> None:
    """In a column of labels the second row of an address hangs below the first behind its label."""
    page = pages.page_of(
        [
            _seen("成立日期2016年08月12日", 0.2, 0.41),
            _seen("营业期限长期", 0.2, 0.44),
            _seen("住", 0.2, 0.47),
            _seen("所远山市临江区望岳路与", 0.26, 0.47),
            _seen("北斗街交叉口东", 0.28, 0.488),
        ]
    )
    material = read(_LICENCE, page)
    assert _value(material, "holder_address") == "远山市临江区望岳路与北斗街交叉口东"


@pytest.mark.parametrize("label", ["G住所", "住所b"])
def test_letter_of_an_ornament_is_no_part_of_a_label(read: Extract, label: str) -> None:
    """A border beside a label, read as a letter, does not hide the label."""
    page = pages.page_of(
        [_seen(label, 0.18, 0.47), _seen("远山市临江区望岳路8号", 0.32, 0.47), *_REST]
    )
    assert _value(read(_LICENCE, page), "holder_address") == "远山市临江区望岳路8号"


def test_web_address_across_a_picture_is_no_part_of_a_value(read: Extract) -> None:
    """The mark of a web site that runs on with an address on its row is left out."""
    address = _seen("远山市临江区望岳路8号", 0.32, 0.47)
    page = pages.page_of(
        [
            _seen("住所", 0.2, 0.47),
            address,
            _seen("-Example.com", address.box.right + 0.01, 0.465),
            *_REST,
        ]
    )
    assert _value(read(_LICENCE, page), "holder_address") == "远山市临江区望岳路8号"


def test_large_type_above_a_value_is_no_part_of_it(read: Extract) -> None:
    """A title of which the reader saw only a part, over the column of values, stays out of them."""
    title = _seen("营业", 0.32, 0.38)
    tall = replace(title, box=replace(title.box, bottom=title.box.top + 0.058))
    page = pages.page_of(
        [tall, _seen("名称", 0.2, 0.44), _seen("远山市北斗测绘有限公司", 0.32, 0.44), *_REST]
    )
    assert _value(read(_LICENCE, page), "holder_name") == "远山市北斗测绘有限公司"


def test_row_that_touches_the_next_label_belongs_to_the_value_above(read: Extract) -> None:
    """A wrapped row reaches down to the next label, which has a value on its own row."""
    page = pages.page_of(
        [
            _seen("住所", 0.2, 0.44),
            _seen("远山市临江区望岳路88号甲", 0.32, 0.435),
            _seen("2单元301室", 0.32, 0.452),
            _seen("法定代表人", 0.2, 0.464),
            _seen("江小舟", 0.32, 0.468),
            *_REST,
        ]
    )
    material = read(_LICENCE, page)
    assert _value(material, "holder_address") == "远山市临江区望岳路88号甲2单元301室"
    assert _value(material, "legal_representative") == "江小舟"


def test_older_registration_number_counts_by_its_check_digit() -> None:
    """A number of 15 digits is taken for sure only with its check digit; one of 13 has none."""
    (good,) = read_value("holder_uscc", _NUMBER, Place(whole=True))
    (bad,) = read_value(
        "holder_uscc", f"{_NUMBER[:-1]}{(int(_NUMBER[-1]) + 1) % 10}", Place(whole=True)
    )
    (oldest,) = read_value("holder_uscc", "9901002012345", Place(whole=True))
    assert registration_ok(_NUMBER)
    assert good.quality == 1.0
    assert bad.quality < oldest.quality < good.quality


def test_code_cut_out_of_a_longer_run_is_doubted() -> None:
    """18 of 19 characters are no code, unless the check character or a copy's number says so."""
    assert uscc_ok(_CODE)
    (cut,) = read_value("holder_uscc", "909401007A7F3K2H5M0", Place(whole=True))
    (proven,) = read_value("holder_uscc", f"{_CODE}7", Place(whole=True))
    (copy,) = read_value("holder_uscc", "91990100MA7F3K2H501-1", Place(whole=True))
    assert cut.quality < 0.5
    assert canonical(proven.value) == _CODE
    assert proven.quality == copy.quality == 1.0


@pytest.mark.parametrize(
    ("printed", "yuan"),
    [("叁仟万四整", 30_000_000), ("人民币肆佰万园整", 4_000_000), ("壹拾万元人民币", 100_000)],
)
def test_yuan_sign_misread_before_zheng_is_told(printed: str, yuan: int) -> None:
    """Right before 整 a look-alike of 圆 is 圆; in capital words it can be no digit."""
    assert [one.yuan for one in amounts(printed)] == [yuan]


def test_piece_is_parted_across_what_goes_on_with_it() -> None:
    """A piece of several lines is cut at a character, whichever line holds it."""
    parts = [
        Piece(line=_seen(text, left, 0.4), start=0, end=len(text), aspect=1.4)
        for text, left in (("住", 0.2), ("所远山市", 0.26))
    ]
    head, tail = parts[0].with_next(parts[1]).parted(2)
    assert (head.text, tail.text) == ("住所", "远山市")
    assert tail.box.left == pytest.approx(0.28)
