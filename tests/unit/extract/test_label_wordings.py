from __future__ import annotations

import pytest

from preaudit.extract.lexicon import Meaning, known_kinds, lexicon, wordings


@pytest.mark.parametrize(
    ("kind", "label", "expected"),
    [
        ("application-form", "拟建工程名称", Meaning(field="project_name")),
        ("application-form", "3.工程坐落位置：", Meaning(field="site_address")),
        ("application-form", "建设规模（平方米）", Meaning(field="building_area")),
        ("application-form", "开、竣工日期", Meaning(field="works_term")),
        ("application-form", "楼层数", Meaning(field="floors")),
        ("safety-licence", "持证单位", Meaning(attribute="name")),
        ("land-planning-permit", "土地受让人", Meaning(role="developer", attribute="name")),
        ("award-notice", "第一中标候选人", Meaning(role="contractor", attribute="name")),
    ],
)
def test_forms_of_many_places_are_understood(kind: str, label: str, expected: Meaning) -> None:
    """Wordings of different cities and years mean the same entry."""
    assert lexicon(kind).meaning(label.replace("：", ":").translate(_HALF)) == expected


_HALF = str.maketrans({"（": "(", "）": ")"})


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("统一社会信用代码(施工单位)", Meaning(role="contractor", attribute="uscc")),
        ("监理单位项目负责人注册号", Meaning(role="chief-supervisor", attribute="person_no")),
        ("设计单位项目负责人", Meaning(role="other-person", attribute="person")),
        ("建设单位项目负责人", Meaning(role="other-person", attribute="person")),
        ("负责人(法定代表人)", Meaning(attribute="legal")),
        ("项目名称ProjectName", Meaning(field="project_name")),
        ("NameofProject工程名称", Meaning(field="project_name")),
        ("建设单位联系电话", Meaning()),
    ],
)
def test_labels_are_composed(label: str, expected: Meaning) -> None:
    """Party, person and attribute, a role in a bracket, and two languages are taken apart."""
    assert lexicon("application-form").meaning(label) == expected


def test_what_is_left_of_a_longer_label_is_not_that_label() -> None:
    """A value that lacks the last character of a label is a value."""
    assert lexicon("real-estate-certificate").meaning("国有建设用地使用权") is None


def test_words_that_begin_wrapped_rows_need_a_colon() -> None:
    """项目 alone on a row may be the end of the name above it."""
    assert "项目" in lexicon("award-notice").needs_colon


def test_entries_of_no_field_are_known_as_such() -> None:
    """Entries beside ours end the values before them and are never taken."""
    known = lexicon("construction-contract")
    for label in ("资金来源", "招标代理机构", "技术负责人", "合同编号", "建设性质", "联系电话"):
        meaning = known.meaning(label)
        assert meaning is not None
        assert not meaning.field


def test_every_kind_says_only_what_it_may() -> None:
    """Overrides name known roles and their attributes."""
    for kind in known_kinds():
        for label, word in wordings().kinds[kind].items():
            role, dot, attribute = word.partition(".")
            assert not dot or role == "?" or role in wordings().roles, label
            assert not dot or attribute in wordings().attributes, label
