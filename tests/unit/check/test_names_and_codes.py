"""Names, addresses and codes compared as a reviewer would."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preaudit.check.addresses import same_place
from preaudit.check.answers import LONG_TERM
from preaudit.check.arithmetic import CannotSayError, calculate
from preaudit.check.codes import id_ok, masked, organisation_code_ok, uscc_ok
from preaudit.check.folding import (
    fold,
    fold_project,
    same_name,
    same_person,
    same_project,
    same_text,
)
from preaudit.check.functions import (
    days_between,
    likeness,
    matches,
    rim_likeness,
    share_within,
    within,
)
from preaudit.check.showing import amount
from rules_kg.language.syntax import Operator


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("安和（南京）监理有限公司", "安和(南京)监理有限公司", True),
        ("安和 监理有限公司", "安和监理有限公司", True),
        ("ＡＢ建设有限公司", "ab建设有限公司", True),
        ("安和监理有限公司", "安和监理集团有限公司", False),
        ("安和监理有限公司", "安和监理有限责任公司", False),
    ],
)
def test_organisations(left: str, right: str, *, same: bool) -> None:
    """Width, brackets, case and spaces do not matter; every character else does."""
    assert same_name(left, right) is same


def test_persons_and_texts() -> None:
    """Spaces and middle dots do not make another person; dashes are one dash."""
    assert same_person("买买提·阿不都", "买买提•阿不都")
    assert same_person("张 三", "张三")
    assert not same_person("张三", "张山")
    assert same_text("建字第 1 号", "建字第1号")
    assert same_text("4～6", "4~6")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("云栖花园（一期）1#～5#楼", "云栖花园(一期)1号楼~5号楼", True),
        ("云栖花园（一期）", "云栖花园（二期）", False),
        ("云栖花园一期", "云栖花园二期", False),
        ("云栖花园", "云栖花园（一期）", False),
        ("云栖花园一期工程", "云栖花园一期项目", True),
        ("云栖花园一期", "云栖花园一期1#楼、2#楼及地下室工程", True),
        ("云栖花园一期施工一标段", "云栖花园一期", True),
        ("云栖花园1#楼、2#楼", "云栖花园1#楼、3#楼", False),
        ("云栖花园", "云栖家园", False),
        ("云栖", "云栖花园", False),
        ("工程", "项目", False),
    ],
)
def test_projects(left: str, right: str, *, same: bool) -> None:
    """A list of buildings or sections may be lacking at the end; a phase may not."""
    assert same_project(left, right) is same
    assert same_project(right, left) is same


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("江苏省常州市武进区黄河西路40号", "常州市武进区黄河西路40号", True),
        ("常州市武进区黄河西路40号", "常州市武进区黄河西路42号", False),
        ("常州市武进区黄河西路40号", "常州市新北区黄河西路40号", False),
        ("常州市武进区黄河西路40号", "南京市武进区黄河西路40号", False),
        ("常州市武进区黄河西路40号", "常州市武进区青洋路40号", False),
        ("常州市武进区黄河西路", "常州市武进区黄河西路40号", True),
        ("武进区黄河西路与青洋路交叉口西北侧", "武进区青洋路与黄河西路交叉口西北侧", True),
        ("武进区黄河西路与青洋路交叉口西北侧", "武进区黄河西路与青洋路交叉口东南侧", False),
        ("武进区黄河西路与青洋路交叉口", "武进区文一路与文二路交叉口", False),
        ("武进区黄河西路与青洋路交叉口", "武进区黄河西路40号", True),
        ("武进区黄河西路与青洋路交叉口", "武进区文一路40号", None),
        ("武进区2025-08号地块", "武进区2025-09号地块", False),
        ("武进区2025-08地块", "武进区2025-08地块东侧", True),
        ("常州市武进区", "江苏省常州市武进区黄河西路40号", True),
        ("武进区", "黄河西路40号", None),
    ],
)
def test_places(left: str, right: str, *, same: bool | None) -> None:
    """Two addresses differ only where a part that both state contradicts."""
    assert same_place(left, right) is same
    assert same_place(right, left) is same


@given(st.text(max_size=40))
def test_folding_is_idempotent_and_reflexive(text: str) -> None:
    """Folding twice is folding once; a text is always the same as itself."""
    assert fold(fold(text)) == fold(text)
    assert fold_project(fold_project(text)) == fold_project(text)
    assert same_project(text, text)
    assert same_place(text, text) is True


@pytest.mark.parametrize(
    ("code", "ok"),
    [
        ("91440101MA5CXEK005", True),
        ("91440101MA5CXEK003", False),
        ("\uff19\uff11440101MA5CXEK005", True),
        ("91440101MA5CXEK00", False),
        ("91440101MA5CXEI005", False),
        ("", False),
    ],
)
def test_credit_codes(code: str, *, ok: bool) -> None:
    """Length, signs and check character of GB 32100-2015."""
    assert uscc_ok(code) is ok


@given(st.integers(0, 17), st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=1))
def test_one_changed_sign_breaks_a_credit_code(place: int, signs: str) -> None:
    """The check character finds every single wrong sign."""
    code = "91440101MA5CXEK005"
    changed = code[:place] + signs[0] + code[place + 1 :]
    assert uscc_ok(changed) is (changed == code)


@pytest.mark.parametrize(
    ("number", "ok"),
    [
        ("999999199106235289", True),
        ("999999198808174131", False),
        ("99999919910623528X", False),
        ("999999198802304139", False),
        ("9999991988081741", False),
        ("99999919880817413a", False),
        ("²9999919880817413X", False),
    ],
)
def test_identity_numbers(number: str, *, ok: bool) -> None:
    """Length, birth date and check digit of GB 11643-1999."""
    assert id_ok(number) is ok


@pytest.mark.parametrize(
    ("code", "ok"),
    [
        ("11100000000013338W", True),
        ("91330199MA2TE5T01G", True),
        ("91330199MA2C0N0017", False),
        ("91330199MA2TE5T0", False),
        ("91330199MA2TE5T0一G", False),
    ],
)
def test_organisation_codes_within_credit_codes(code: str, *, ok: bool) -> None:
    """Signs 9 to 17 carry a check sign of their own, whatever the last sign says."""
    assert organisation_code_ok(code) is ok


def test_mask_keeps_first_three_and_last_four() -> None:
    """Short texts have nothing to hide."""
    assert masked("999999199106235289") == "999***********5289"
    assert masked("1234567") == "1234567"


def test_functions_of_values() -> None:
    """Tolerances include their limit; a pattern or text beyond reason cannot be judged."""
    assert within(Decimal(10), Decimal("10.5"), Decimal("0.5"))
    assert not within(Decimal(10), Decimal("10.51"), Decimal("0.5"))
    assert share_within(Decimal(103), Decimal(100), Decimal("0.03"))
    assert not share_within(Decimal(104), Decimal(100), Decimal("0.03"))
    assert matches("建字第1号", "^建字第") is True
    assert matches("a", "[") is None
    assert matches("a" * 5000, "b") is None
    assert days_between(date(2025, 1, 1), date(2024, 12, 31)) == -1
    assert days_between(date(2025, 1, 1), LONG_TERM) is None


def test_likeness_tells_a_slip_from_other_works() -> None:
    """One is the same name, a phase apart is close, other works are far; order does not matter."""
    assert likeness("云栖花园（一期）", "云栖花园(一期)") == 1
    assert likeness("云栖花园一期", "云栖花园二期") > Decimal("0.8")
    assert likeness("云栖花园一期", "滨江文化中心幕墙改造") < Decimal("0.2")
    assert likeness("ab", "bca") == likeness("bca", "ab")


def test_rim_of_a_seal_has_no_beginning() -> None:
    """A rim read from the middle of a name is that name; another company's is not."""
    assert rim_likeness("业园开发有限公司云溪产", "云溪产业园开发有限公司") == 1
    assert rim_likeness("业园开发有限公旦云溪产", "云溪产业园开发有限公司") > Decimal("0.85")
    assert rim_likeness("华屿建设集团有限公司", "云溪产业园开发有限公司") < Decimal("0.6")
    assert rim_likeness("", "云溪") == 0


def test_arithmetic_has_limits() -> None:
    """Division by zero and numbers beyond 40 digits have no result; exact otherwise."""
    with pytest.raises(CannotSayError):
        calculate(Operator.OVER, Decimal(1), Decimal(0))
    with pytest.raises(CannotSayError):
        calculate(Operator.TIMES, 10**30, 10**30)
    assert calculate(Operator.OVER, Decimal(1), 4) == Decimal("0.25")
    assert calculate(Operator.MODULO, -7, 3) == -1
    assert calculate(Operator.PLUS, "a", "b") == "ab"


def test_amounts_print_plainly() -> None:
    """No exponent, no zeros at the end."""
    assert [amount(Decimal(one)) for one in ("1E+3", "2.50", "0.00")] == ["1000", "2.5", "0"]
