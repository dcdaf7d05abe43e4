"""Expressions over facts: what is known, what is not, and what decided it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preaudit.case import Facts
from preaudit.check.answers import Mystery
from preaudit.check.evaluate import Evaluated, evaluate
from preaudit.check.example_facts import example_facts
from preaudit.check.showing import show
from preaudit.check.telling import abouts, telling_refs
from preaudit.check.world import World
from preaudit.fields import Text
from rules_kg import load_graph
from rules_kg.graph import Graph
from rules_kg.language.checker import check
from rules_kg.language.parser import parse
from rules_kg.schema import Example


@lru_cache(maxsize=1)
def _graph() -> Graph:
    return load_graph()


Papers = list[dict[str, dict[str, Any]]]
FORM = "application-form"


def _facts(papers: Papers, **more: Any) -> Facts:
    example = Example(name="x", expect="pass", papers=papers, **more)
    return example_facts(example, (), _graph().vocabulary)


def _evaluated(text: str, papers: Papers, **more: Any) -> Evaluated:
    expression = parse(text)
    check(expression, _graph().scope)
    return evaluate(expression, World(_facts(papers, **more), _graph()))


def _value(text: str, papers: Papers, **more: Any) -> object:
    value = _evaluated(text, papers, **more).answer.value
    return "unknown" if value is Mystery.UNKNOWN else value


def _why(text: str, papers: Papers, **more: Any) -> set[str]:
    return {one.reason.zh for one in _evaluated(text, papers, **more).answer.doubts}


def _about(text: str, papers: Papers) -> set[str]:
    refs = telling_refs(_evaluated(text, papers).answer.because)
    return {f"{one.kind}.{one.field}" if one.field else one.kind for one in abouts(refs)}


@pytest.mark.parametrize(
    ("entries", "has", "blank", "equal"),
    [
        ({"project_name": "甲"}, True, False, True),
        ({}, False, False, "unknown"),
        ({"project_name": None}, False, True, "unknown"),
        ({"project_name": "?"}, "unknown", "unknown", "unknown"),
        ({"project_name": "?甲|乙"}, "unknown", "unknown", "unknown"),
    ],
)
def test_state_of_a_field_decides_what_is_known(
    entries: dict[str, Any], has: object, blank: object, equal: object
) -> None:
    """Found, not printed, blank, unreadable and ambiguous entries differ in what is known."""
    papers = [{FORM: entries}]
    assert _value("has(application_form.project_name)", papers) == has
    assert _value("blank(application_form.project_name)", papers) == blank
    assert _value("application_form.project_name == '甲'", papers) == equal


def test_value_of_another_type_is_a_doubt() -> None:
    """A date that was read as a mere text was not understood; nothing is compared with it."""
    facts = _facts([{"business-licence": {"valid_until": "2030-01-01"}}])
    (paper,) = facts.materials
    wrong = tuple(
        replace(one, value=Text(text="长 期")) if one.name == "valid_until" else one
        for one in paper.fields
    )
    world = World(replace(facts, materials=(replace(paper, fields=wrong),)), _graph())
    for text in ("business_licence.valid_until > today", "has(business_licence.valid_until)"):
        assert evaluate(parse(text), world).answer.value is Mystery.UNKNOWN


def test_absent_paper_is_unknown_in_every_way() -> None:
    """A paper that is not there says nothing, not even that it lacks an entry."""
    assert _value("has(application_form.project_name)", []) == "unknown"
    assert _value("blank(application_form.project_name)", []) == "unknown"
    assert _value("application_form.seals.exists(s, true)", []) == "unknown"
    assert _value("sealed(application_form, 'developer')", []) == "unknown"
    assert _why("application_form.project_name == ''", []) == {"缺少建筑工程施工许可证申请表"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("U && false", False), ("false && U", False), ("U && true", "unknown"),
        ("U || true", True), ("true || U", True), ("U || false", "unknown"),
        ("!U", "unknown"), ("!(U && false)", True), ("U ? 1 == 1 : 2 == 2", True),
        ("U ? true : false", "unknown"), ("true ? true : U", True), ("U == U", "unknown"),
        ("[true, U].exists(x, x)", True), ("[false, U].exists(x, x)", "unknown"),
        ("[false, U].all(x, x)", False), ("[true, U].all(x, x)", "unknown"),
        ("[true, true, U].exists_one(x, x)", False), ("[true, U].exists_one(x, x)", "unknown"),
        ("size([U])", 1), ("size([1, 2].filter(x, U))", "unknown"),
        ("[1, 2].filter(x, U).exists(x, x == 3)", False),
        ("[1, 2].filter(x, U).exists(x, x == 2)", "unknown"),
        ("[1, 2].filter(x, U).all(x, x < 3)", True),
        ("[1, 2].filter(x, U).all(x, x < 2)", "unknown"),
        ("1 in [1].filter(x, U)", "unknown"), ("2 in [1].filter(x, U)", False),
        ("[1].filter(x, U)[0] == 1", "unknown"), ("[1, 2] == [1].filter(x, U)", "unknown"),
        ("[1][3] == 1", "unknown"), ("1 / 0 == 1", "unknown"), ("maybe(true)", "unknown"),
        ("maybe(false)", False), ("maybe(U)", "unknown"), ("[1][-1] == 1", "unknown"),
        ("1 in [U ? 1 : 2]", "unknown"), ("[U] == [true]", "unknown"),
    ],
)  # fmt: skip
def test_kleene(text: str, value: object) -> None:
    """Unknown spreads except where the rest decides, on either side."""
    unknown = "(application_form.project_name == '甲')"
    papers: Papers = [{FORM: {"project_name": "?"}}]
    assert _value(text.replace("U", unknown), papers) == value


def test_long_term_is_later_than_every_day() -> None:
    """长期 compares as a day without an end, and has no distance to any."""
    papers: Papers = [{"business-licence": {"valid_until": "long-term"}}]
    assert _value("business_licence.valid_until > date('9999-12-31')", papers) is True
    assert _value("business_licence.valid_until <= today", papers) is False
    assert _value("business_licence.valid_until == business_licence.valid_until", papers) is True
    assert _value("days_between(today, business_licence.valid_until) > 1", papers) == "unknown"
    assert show(_evaluated("business_licence.valid_until", papers).answer).zh == "长期"


def test_filed_on_is_the_day_on_the_form() -> None:
    """The form's date where it is read, the day of review where none is printed, else unknown."""
    assert _value("filed_on == date('2025-06-01')", [{FORM: {"application_date": "2025-06-01"}}])
    assert _value("filed_on == today", [{FORM: {}}]) is True
    assert _value("filed_on == today", []) is True
    assert _value("filed_on == today", [{FORM: {"application_date": "?"}}]) == "unknown"


def test_unread_file_may_hold_what_is_not_seen() -> None:
    """Nothing is said to be absent while a file could not be read; what is there still decides."""
    text = "handed_in('safety-licence')"
    assert _value(text, []) is False
    assert _value(text, [], unread=["坏.pdf"]) == "unknown"
    assert _value(text, [{"safety-licence": {}}], unread=["坏.pdf"]) is True
    assert _value("papers('safety-licence').exists(m, true)", [], unread=["坏.pdf"]) == "unknown"
    assert _value("size(papers('safety-licence')) == 0", [], unread=["坏.pdf"]) == "unknown"
    assert _value("papers('safety-licence').all(m, false)", [], unread=["坏.pdf"]) is True
    assert _value("1 in papers('safety-licence').map(m, 1)", [], unread=["x"]) == "unknown"
    assert _value("papers('safety-licence').exists_one(m, true)", [], unread=["x"]) == "unknown"
    assert "文件“坏.pdf”未能读取" in _why(text, [], unread=["坏.pdf"])


def test_unsettled_paper_may_be_what_is_sought() -> None:
    """A paper whose kind is not settled is neither counted as a kind nor ruled out."""
    unsettled: Papers = [{"other": {"settled": False, "runners_up": ["safety-licence"]}}]
    assert _value("handed_in('safety-licence')", unsettled) == "unknown"
    assert _value("handed_in('business-licence')", unsettled) is False
    itself: Papers = [{"safety-licence": {"settled": False, "certificate_no": "1"}}]
    assert _value("handed_in('safety-licence')", itself) == "unknown"
    assert _value("safety_licence.certificate_no == '1'", itself) == "unknown"
    assert _value("papers('safety-licence').exists(m, true)", itself) == "unknown"
    assert _value("materials.all(m, m.kind == 'safety-licence')", itself) == "unknown"
    dark: Papers = [{"other": {"flaws": ["dark"]}}]
    assert _value("handed_in('safety-licence')", dark) == "unknown"


def test_marks_on_a_poor_page_are_not_ruled_out() -> None:
    """A seal that is not seen on a dark page may be there; a faint one may not."""
    text = "application_form.seals.exists(s, true)"
    assert _value(text, [{FORM: {}}]) is False
    assert _value(text, [{FORM: {"flaws": ["dark"]}}]) == "unknown"
    assert _value(text, [{FORM: {"seals": ["甲公司"]}}]) is True
    assert _value(text, [{FORM: {"seals": [{"text": "甲公司", "confidence": 0.2}]}}]) == "unknown"
    owner = "application_form.seals.exists(s, s.owner == '甲公司' && s.colour == 'red')"
    assert _value(owner, [{FORM: {"seals": ["?"]}}]) == "unknown"
    assert _value(owner, [{FORM: {"seals": ["乙公司", "甲公司"]}}]) is True


def _place(role: str, filled: object, wants: str = "seal") -> dict[str, Any]:
    return {"role": role, "wants": wants, "filled": filled}


@pytest.mark.parametrize(
    ("entries", "value"),
    [
        ({"places": [_place("developer", filled=True)]}, True),
        ({"places": [_place("developer", filled=False)]}, False),
        ({"places": [_place("developer", "?")]}, "unknown"),
        ({}, False),
        ({"flaws": ["dark"]}, "unknown"),
        ({"seals": ["甲公司"], "developer_name": "甲公司"}, True),
        ({"seals": ["乙建筑集团"], "developer_name": "甲公司"}, False),
        ({"seals": ["?"], "developer_name": "甲公司"}, "unknown"),
        ({"seals": ["安和置业有眼公司"], "developer_name": "安和置业有限公司"}, "unknown"),
        ({"seals": [{"text": "甲公司", "confidence": 0.1}], "developer_name": "甲公司"}, "unknown"),
        ({"seals": ["乙公司"]}, "unknown"),
        ({"places": [_place("contractor", filled=True)]}, "unknown"),
        ({"places": [_place("developer", filled=False)], "seals": ["甲公司"],
          "developer_name": "甲公司"}, True),
        ({"places": [_place("developer", filled=False)], "seals": ["?"]}, "unknown"),
    ],
)  # fmt: skip
def test_sealed(entries: dict[str, Any], value: object) -> None:
    """A seal stands for a role by its place or by its name; a bare place is bare only surely."""
    assert _value("sealed(application_form, 'developer')", [{FORM: entries}]) == value


def test_signed_and_issued() -> None:
    """Signatures go by place or name; any seal that is not the holder's is an authority's."""
    form: Papers = [{FORM: {"signatures": ["柏云岚"], "legal_representative": "柏 云岚"}}]
    assert _value("signed(application_form, 'legal-representative')", form) is True
    sealed = "sealed(business_licence, 'issuing-authority')"
    assert _value(sealed, [{"business-licence": {"seals": ["?"]}}]) is True
    own: Papers = [{"business-licence": {"seals": ["甲公司"], "holder_name": "甲公司"}}]
    assert _value(sealed, own) is False
    assert _value(sealed, [{"business-licence": {}}]) is False


def test_places_are_records() -> None:
    """A signing place can be asked for who signs, what is wanted and whether it is filled."""
    papers: Papers = [{FORM: {"places": [{**_place("agent", filled=True), "label": "签字"}]}}]
    text = "application_form.places.exists(p, p.role == 'agent' && p.filled && p.page == 1)"
    assert _value(text, papers) is True
    assert _value("application_form.places.all(p, has(p.label))", papers) is True


def test_only_what_decides_is_named() -> None:
    """A failing conjunction names each operand that fails, and none that holds."""
    papers: Papers = [
        {FORM: {"project_name": "甲", "developer_name": "乙", "contractor_name": "丙"}}
    ]
    text = (
        "application_form.project_name == '甲' && application_form.developer_name == '甲'"
        " && application_form.contractor_name == '甲'"
    )
    assert _about(text, papers) == {f"{FORM}.developer_name", f"{FORM}.contractor_name"}


def test_failing_elements_are_named() -> None:
    """A failing `all` names the elements that fail, a true `exists` those that hold."""
    papers: Papers = [
        {"safety-licence": {"holder_name": "甲"}},
        {"business-licence": {"holder_name": "乙"}},
    ]
    every = "papers('safety-licence', 'business-licence')"
    assert _about(f"{every}.all(m, m.holder_name == '甲')", papers) == {
        "business-licence.holder_name"
    }
    assert _about(f"{every}.exists(m, m.holder_name == '甲')", papers) == {
        "safety-licence.holder_name"
    }


def _names(*names: str | None) -> Papers:
    kinds = ["application-form", "construction-contract", "award-notice", "funds-commitment"]
    return [
        {kind: {"project_name": name} if name != "-" else {}}
        for kind, name in zip(kinds, names, strict=False)
    ]


AGREE = (
    "agree(papers('application-form', 'construction-contract', 'award-notice', "
    "'funds-commitment').map(m, m.project_name), same_project)"
)


@pytest.mark.parametrize(
    ("names", "value"),
    [
        (("甲", "甲"), True), (("甲", "乙"), False), (("甲", "?"), "unknown"),
        (("甲", "-", "甲"), True), (("甲", "-"), "unknown"), ((), "unknown"),
        (("甲", "乙", "?"), False), (("甲", None, "甲"), True), (("甲",), "unknown"),
    ],
)  # fmt: skip
def test_agreement(names: tuple[str | None, ...], value: object) -> None:
    """Known values agree or not; silent ones are passed over, doubtful ones leave it open."""
    assert _value(AGREE, _names(*names)) == value


def test_odd_one_out_is_named_beside_the_majority() -> None:
    """The finding is about the paper that differs, and one that speaks for the others."""
    assert _about(AGREE, _names("甲花园", "乙花园", "乙花园", "乙花园")) == {
        "application-form.project_name", "construction-contract.project_name"
    }  # fmt: skip
    assert _about(AGREE, _names("甲花园", "甲花园", "甲花园", "乙花园")) == {
        "application-form.project_name", "funds-commitment.project_name"
    }  # fmt: skip


def test_place_that_cannot_be_compared_is_unknown() -> None:
    """Two addresses without a common part are for a person."""
    papers: Papers = [
        {FORM: {"site_address": "文一路3号"}},
        {"construction-contract": {"site_address": "余杭区"}},
    ]
    two = "[application_form.site_address, construction_contract.site_address]"
    assert _value(f"agree({two}, same_place)", papers) == "unknown"
    assert _value(
        "same_place(application_form.site_address, construction_contract.site_address)", papers
    ) == "unknown"  # fmt: skip


def test_silence_passes_through_a_function_of_it() -> None:
    """`fold` of an entry that is not printed is passed over like the entry."""
    papers = _names("甲", "甲", "-")
    text = AGREE.replace("m.project_name", "fold(m.project_name)")
    assert _value(text, papers) is True


def test_parameters_and_attributes() -> None:
    """Parameters are those in force; attributes are what the applicant's system says."""
    assert _value("has(case.attributes.tender)", []) is False
    assert _value("case.attributes.tender == 'true'", []) == "unknown"
    assert _value("case.attributes.tender == 'true'", [], attributes={"tender": "true"}) is True
    assert _value("case.item == 'construction-permit' && case.as_of == today", []) is True
    names = _graph().scope.variables["param"]
    assert _value(f"has(param.{min(names.members)})", []) is True  # type: ignore[union-attr]


def test_identity_number_is_masked_wherever_it_is_shown() -> None:
    """Traces and texts hold only the first three and last four signs."""
    number = "999999198503124174"
    papers: Papers = [{"identity-card": {"id_number": number}}]
    found = _evaluated("identity_card.id_number == '1'", papers)
    assert number not in str(found.trace)
    assert "999***********4174" in str(found.trace)


def test_trace_follows_the_expression() -> None:
    """Each step names its part of the expression, its result and why it is unknown."""
    papers: Papers = [{FORM: {"project_name": "甲", "developer_name": "?"}}]
    text = "application_form.project_name == '甲' && application_form.developer_name == '甲'"
    trace = _evaluated(text, papers).trace
    assert (trace.expression, trace.result) == (text, "unknown")
    left, right = trace.steps
    assert (left.result, right.result) == ("true", "unknown")
    assert right.reason == "建筑工程施工许可证申请表的“建设单位”无法辨认"
    assert left.steps[0].result == "甲"
    assert _evaluated("true", []).trace.result == "true"


_ATOMS = st.sampled_from(
    [
        "true", "false", "maybe(true)", "application_form.project_name == '甲'",
        "has(application_form.developer_name)", "handed_in('safety-licence')",
        "materials.all(m, has(m.project_name))", "agree(['a', 'b'], same_name)",
    ]
)  # fmt: skip
_CONDITIONS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        inner.map(lambda one: f"!({one})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) && ({two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) || ({two[1]})"),
    ),
    max_leaves=6,
)
_STATES = st.sampled_from(["甲", "乙", "?", None])


@settings(max_examples=150, deadline=None)
@given(text=_CONDITIONS, other=_CONDITIONS, project=_STATES, developer=_STATES)
def test_laws_of_logic_hold(
    text: str, other: str, project: str | None, developer: str | None
) -> None:
    """Not-not is the same; De Morgan's laws hold; order of operands changes nothing."""
    papers: Papers = [{FORM: {"project_name": project, "developer_name": developer}}]
    assert _value(f"!(!({text}))", papers) == _value(text, papers)
    assert _value(f"!(({text}) && ({other}))", papers) == _value(f"!({text}) || !({other})", papers)
    assert _value(f"({text}) || ({other})", papers) == _value(f"({other}) || ({text})", papers)
