from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preaudit.extract.values.authorities import mended_authority
from preaudit.extract.values.codes import identity_ok, proven_readings, uscc_ok
from preaudit.extract.values.days import after_years, days
from preaudit.extract.values.money import amounts
from preaudit.extract.values.names import organisation, person
from preaudit.extract.values.numerals import any_number, counted_large
from preaudit.extract.values.reading import Place, read_value
from preaudit.fields import canonical
from preaudit.folding import compact, fold, tidy, within_edits


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    """Folded text has a character for each printed one, so spans stay true."""
    assert len(fold(text)) == len(text)


@given(st.text())
def test_compacting_twice_changes_nothing(text: str) -> None:
    """Compact text is compact."""
    assert compact(compact(text)) == compact(text)


@given(st.text(alphabet="工程名称", max_size=6), st.text(alphabet="工程名称", max_size=6))
def test_edit_distance_is_symmetric(left: str, right: str) -> None:
    """Being one slip apart does not depend on which text comes first."""
    assert within_edits(left, right, 1) == within_edits(right, left, 1)


def test_names_lose_spaces_and_wide_brackets() -> None:
    """A name is given without blanks and with half-width round brackets."""
    assert tidy("临江（集团） 有限公司") == "临江(集团)有限公司"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年8月26日", date(2024, 8, 26)),
        ("2024.08.26", date(2024, 8, 26)),
        ("2024-8-6", date(2024, 8, 6)),
        ("20240826", date(2024, 8, 26)),
        ("二\u3007二四年十二月三十一日", date(2024, 12, 31)),
        ("长期", None),
    ],
)
def test_days_are_read_as_printed(text: str, day: date | None) -> None:
    """Figures, Chinese numerals and 长期 are all understood."""
    assert [one.day for one in days(text)] == [day]


def test_impossible_days_are_no_days() -> None:
    """A thirteenth month gives nothing rather than a guess."""
    assert not list(days("2024年13月1日"))


@given(st.dates(date(1990, 1, 1), date(2080, 12, 31)))
def test_printed_dates_come_back(day: date) -> None:
    """Whatever day is printed in figures is read back."""
    text = f"{day.year}年{day.month}月{day.day}日"
    assert [one.day for one in days(text)] == [day]


def test_a_term_of_years_ends_the_day_before() -> None:
    """Three years from 1 January end on 31 December, also from a leap day."""
    assert after_years(date(2024, 1, 1), 3) == date(2026, 12, 31)
    assert after_years(date(2024, 2, 29), 1) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("贰亿贰仟玖佰捌拾玖万贰仟肆佰肆拾元柒角捌分", "229892440.78"),
        ("壹亿捌仟壹佰壹拾贰万零肆佰捌拾肆元肆角贰分", "181120484.42"),
        ("叁仟万元整", "30000000"),
        ("¥229,892,440.78元", "229892440.78"),
        ("22989.244078万元", "229892440.78"),
        ("1.2亿元", "120000000"),
    ],
)
def test_amounts_are_read_in_yuan(text: str, yuan: str) -> None:
    """Capital words and figures in any unit give the same yuan."""
    assert [one.yuan for one in amounts(text)] == [Decimal(yuan)]


def test_the_unit_of_a_column_counts_where_none_is_printed() -> None:
    """A bare figure in a column of 万元 is ten thousand times as much."""
    assert next(amounts("3000", unit=Decimal(10000))).yuan == Decimal(30000000)


@given(st.integers(1, 99))
def test_small_numerals_come_back(number: int) -> None:
    """Numbers below a hundred are read from Chinese numerals."""
    digits = "\u3007一二三四五六七八九"
    tens, ones = divmod(number, 10)
    words = (
        ("" if tens < 2 else digits[tens]) + ("十" if tens else "") + (digits[ones] if ones else "")
    )
    assert any_number(words) == number


def test_large_numerals_keep_hundred_millions() -> None:
    """亿 and 万 do not multiply one another."""
    assert counted_large("贰亿零伍万") == 200050000


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("临江筑成建设有限公司已在我行开立账户", "临江筑成建设有限公司"),
        ("兹证明临江筑成建设有限公司", "临江筑成建设有限公司"),
        ("临江银行股份有限公司新区支行(盖章)", "临江银行股份有限公司新区支行"),
        ("临江(集团)有限公司的法定代表人", "临江(集团)有限公司"),
        ("临江市住房和城乡建设局2024年1月1日", "临江市住房和城乡建设局"),
    ],
)
def test_names_of_organisations_end_where_they_end(text: str, name: str) -> None:
    """What follows a name in running text is left out, a branch is not."""
    span = organisation(text, whole=False)
    assert span is not None
    assert text[span[0] : span[1]] == name


def test_titles_are_not_persons() -> None:
    """A word for an office is not taken for a name."""
    assert person("项目负责人", whole=True) is None
    span = person("周明远,注册编号", whole=False)
    assert span is not None
    assert span[:2] == (0, 3)


def test_check_characters_are_verified() -> None:
    """Codes of the standards' own examples pass, one changed character fails."""
    assert uscc_ok("91350100M000100Y43")
    assert not uscc_ok("91350100M000100Y44")
    assert identity_ok("11010519491231002X")
    assert not identity_ok("110105194912310021")


def test_look_alikes_are_tried_only_where_the_reader_doubted() -> None:
    """No character is swapped that was read for sure."""
    assert "91350100M000100Y43" in set(proven_readings("9135O100M000100Y43", [4]))
    assert not list(proven_readings("9135O100M000100Y43", []))


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("building_area", "94934.11平方米", "94934.11"),
        ("land_area", "宗地面积:3.5公顷", "35000"),
        ("floors_above", "27", "27"),
        ("duration_days", "2025年8月25日至2026年7月20日,共330天", "330"),
        ("speciality", "建筑工程(有效期:2023-09-26至2026-09-25)", ["建筑工程"]),
        ("qualification", "建筑工程施工总承包一级;机电工程施工总承包三级", None),
    ],
)
def test_values_are_read_by_the_type_of_their_field(
    field: str, text: str, expected: str | list[str] | None
) -> None:
    """Each field type finds its own value inside its entry."""
    reading = read_value(field, text, Place(whole=True))[0]
    wanted = expected or ["建筑工程施工总承包一级", "机电工程施工总承包三级"]
    assert canonical(reading.value) == wanted


def test_an_authority_under_its_seal_is_mended_only_by_names_that_exist() -> None:
    """Slips in a fixed ending are put right; another authority's name is left alone."""
    assert mended_authority("浙工省任房和城多建设厅") == "浙江省住房和城乡建设厅"
    assert mended_authority("江苏省住房和城建设厅") == "江苏省住房和城乡建设厅"
    assert mended_authority("临江市社会保险中心") == "临江市社会保险中心"
    assert mended_authority("江苏省住房和城乡建设厅") == "江苏省住房和城乡建设厅"


def test_strokes_are_no_entry() -> None:
    """A stroke or 无 in a cell is an empty entry."""
    assert not read_value("contractor_name", "/", Place(whole=True))
    assert not read_value("project_code", "无", Place(whole=True))
