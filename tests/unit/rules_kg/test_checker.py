"""Expressions are typed against the vocabulary, and refused with a hint."""

from __future__ import annotations

import pytest

from rules_kg import load_graph
from rules_kg.language.checker import check, check_condition
from rules_kg.language.parser import parse
from rules_kg.language.scope import Scope
from rules_kg.language.signatures import FUNCTIONS
from rules_kg.language.syntax import LanguageFault
from rules_kg.language.types import ListOf, Record, Simple, joined, show


@pytest.fixture(scope="module")
def scope() -> Scope:
    """The scope of the shipped vocabulary."""
    return load_graph().scope


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("application_form.contract_price >= 4000000", "bool"),
        ("application_form.contract_price * 2", "money"),
        ("2 * application_form.contract_price", "money"),
        ("application_form.contract_price / construction_contract.contract_price", "decimal"),
        ("application_form.contract_price / 3", "money"),
        ("application_form.contract_price - 1.5", "money"),
        ("-application_form.building_area", "area"),
        ("application_form.building_area > -1", "bool"),
        ("application_form.floors_above + 1", "integer"),
        ("application_form.floors_above * 1.5", "decimal"),
        ("7 % 2", "integer"),
        ("'a' + 'b'", "text"),
        ("[1, 2.5]", "list of decimal"),
        ("[] + ['a']", "list of text"),
        ("['a'][0]", "text"),
        ("1 in [1, 2]", "bool"),
        ("true ? 1 : 2.5", "decimal"),
        ("has(case.attributes.anything)", "bool"),
        ("case.attributes.tender == 'true'", "bool"),
        ("papers('safety-licence').filter(m, has(m.valid_until)).map(m, m.valid_until)",
         "list of date"),
        ("materials.all(m, m.seals.exists(s, s.owner.contains('局')))", "bool"),
        ("agree(papers('application-form').map(m, m.project_name), same_project)", "bool"),
        ("sealed(application_form, 'developer')", "bool"),
        ("size(contractor_qualification.qualification) + 'ab'.size()", "integer"),
        ("days_between(filed_on, today)", "integer"),
        ("within(application_form.building_area, 3, 0.5)", "bool"),
        ("share_within(application_form.building_area, 3, 0.5)", "bool"),
        ("share_within(application_form.building_area, 3, application_form.floors_above)", "bool"),
        ("date('2025-01-01') <= today", "bool"),
        ("maybe(true)", "bool"),
        ("handed_in('application-form', 'safety-licence')", "bool"),
        ("blank(application_form.project_name)", "bool"),
        ("signals.exists(s, s.confidence > 0.5)", "bool"),
        ("[[1], []] == [[1.0], [2]]", "bool"),
    ],
)  # fmt: skip
def test_type_is_found(scope: Scope, text: str, kind: str) -> None:
    """Each form has the type that its parts give it."""
    assert show(check(parse(text), scope)) == kind


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("aplication_form.project_name", "did you mean 'application_form'"),
        ("application_form.project_nam", "did you mean 'project_name'"),
        ("application_form.contract_price == application_form.building_area", "money == area"),
        ("application_form.contract_price > application_form.floors_above", "money > integer"),
        ("application_form.contract_price + application_form.building_area", "money + area"),
        ("application_form.contract_price * application_form.contract_price", "makes no sense"),
        ("application_form.contract_price % 2", "makes no sense"),
        ("3 / application_form.contract_price", "makes no sense"),
        ("application_form.project_name == 3", "text == integer"),
        ("'a' - 'b'", "text - text makes no sense"),
        ("application_form.building_area > -'1'", "- asks for a number, this is text"),
        ("1 == true", "makes no sense"),
        ("application_form < application_form", "makes no sense"),
        ("!1", "! asks for a condition"),
        ("-'a'", "asks for a number"),
        ("1 && true", "a condition was expected"),
        ("today.year", "date has no members"),
        ("[1, 'a']", "do not mix"),
        ("1[0]", "a list was expected"),
        ("[1]['a']", "an index is an integer"),
        ("true ? 1 : 'a'", "do not mix"),
        ("1 in 2", "in asks for a list"),
        ("'a' in [1]", "in asks for a list"),
        ("same_nam('a', 'b')", "did you mean 'same_name'"),
        ("same_name('a')", "takes 2 arguments"),
        ("same_name('a', 1)", "asks for text"),
        ("'a'.matches('[')", "no regular expression"),
        ("agree(['a'], fold)", "does not compare"),
        ("agree([1], same_name)", "asks for a list of texts"),
        ("papers()", "asks for kinds"),
        ("papers('aplication-form')", "did you mean 'application-form'"),
        ("papers(case.item)", "written out"),
        ("handed_in(1)", "written out"),
        ("sealed(application_form, 'devloper')", "did you mean 'developer'"),
        ("sealed(case, 'developer')", "asks for a paper"),
        ("sealed(application_form)", "takes 2 arguments"),
        ("within('a', 'b', 1)", "compares two amounts"),
        ("within(1, 2, 'a')", "the tolerance is integer"),
        ("size(1)", "a text or a list"),
        ("date('tomorrow')", "a day written out"),
        ("date(today)", "a day written out"),
        ("maybe(1)", "a condition was expected"),
        ("materials.all(today, true)", "already means something"),
        ("materials.all(m, m.nothing == 1)", "has no 'nothing'"),
        ("materials.filter(m, 1)", "a condition was expected"),
        ("param.no_such_thing", "param has no"),
    ],
)
def test_nonsense_is_refused_with_a_hint(scope: Scope, text: str, words: str) -> None:
    """Unknown names and types that do not fit are refused, and the nearest name is suggested."""
    with pytest.raises(LanguageFault) as caught:
        check(parse(text), scope)
    assert words in caught.value.message
    assert 0 <= caught.value.offset <= len(text)


def test_condition_must_be_true_or_false(scope: Scope) -> None:
    """A check that gives a date is no condition."""
    with pytest.raises(LanguageFault, match="a condition was expected, this is date"):
        check_condition(parse("today"), scope)
    check_condition(parse("true"), scope)


def test_records_join_where_one_holds_the_other() -> None:
    """Two papers' types mix; the joint one has the members of both."""
    one = Record(name="a", members={"x": Simple.TEXT})
    other = Record(name="b", members={"y": Simple.TEXT})
    both = Record(name="c", members={"x": Simple.TEXT, "y": Simple.TEXT})
    assert joined(one, both) is both
    assert joined(both, one) is both
    mixed = joined(one, other)
    assert isinstance(mixed, Record)
    assert set(mixed.members) == {"x", "y"}
    assert joined(ListOf(element=Simple.TEXT), ListOf(element=Simple.DATE)) is None


def test_signatures_are_those_that_are_carried_out() -> None:
    """Each function of the language is carried out, and nothing else is."""
    from preaudit.check.functions import VALUE_FUNCTIONS  # noqa: PLC0415 - only this test crosses

    assert set(VALUE_FUNCTIONS) == set(FUNCTIONS) | {"within", "share_within"}


def test_lists_inside_one_another_are_bounded(scope: Scope) -> None:
    """Each list multiplies the work, so a fourth one inside three others is refused."""
    text = "true"
    for name in "abc":
        text = f"materials.all({name}, {text})"
    check_condition(parse(text), scope)
    with pytest.raises(LanguageFault, match="more than 3 lists inside one another"):
        check_condition(parse(f"materials.exists(d, {text})"), scope)
