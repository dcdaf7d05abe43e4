"""What is printed on a blank form is no entry: notes, words between blanks, names of columns."""

from __future__ import annotations

import pytest

from preaudit.extract.values.names import organisation, person
from preaudit.extract.values.reading import Place, is_empty, read_value


@pytest.mark.parametrize(
    "text",
    [
        "(集团公司需填写)", "[选填]", "省(自治区)市(州)县(旗)乡(镇)村号", "省市县区街道号",
        "年月日至年月日", "",
    ],
)  # fmt: skip
def test_notes_and_words_between_blanks_are_no_entry(text: str) -> None:
    """A note in brackets tells how to fill in; words of an address without names are its frame."""
    assert is_empty(text)


@pytest.mark.parametrize("text", ["远山省临江市望岳县", "(2026)第8号", "市区", "望岳街8号"])
def test_entries_that_hold_such_words_are_entries(text: str) -> None:
    """One name among the words, a bracket that tells no way to fill in, or a short word is kept."""
    assert not is_empty(text)


@pytest.mark.parametrize("text", ["信息", "变更", "类型", "手机", "代理人"])
def test_rest_of_a_longer_label_is_no_person(text: str) -> None:
    """法定代表人手机 asks for a telephone; 手机 is nobody's name."""
    assert person(text, whole=False) is None


def test_name_does_not_begin_with_a_bracket_that_stays_open() -> None:
    """The beginning of a note is no organisation's name; a closed bracket may begin one."""
    assert organisation("(集团母公司", whole=True) is None
    assert organisation("(临江)远山建设有限公司", whole=True) is not None


@pytest.mark.parametrize("text", ["((M2)", "大于800m2的商场", "超过3000㎡的须报批"])
def test_unit_or_bound_is_no_area(text: str) -> None:
    """The 2 of M2 is no figure, and a bound says how large something may be."""
    assert not read_value("building_area", text, Place(whole=False))


def test_wording_without_a_grade_counts_for_less() -> None:
    """A qualification has a grade; any other wording behind the label may be a heading's rest."""
    (graded,) = read_value("qualification", "建筑工程施工总承包贰级", Place(whole=True))
    (other,) = read_value("qualification", "许可机关审查意见", Place(whole=True))
    assert other.quality < graded.quality == 1.0
