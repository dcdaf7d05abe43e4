"""The evaluator node by node: value, deciding facts, doubts with their place, and the trace."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from preaudit.case import Facts
from preaudit.check.answers import Answer, Doubt, Mystery, Ref
from preaudit.check.evaluate import Evaluated, evaluate
from preaudit.check.example_facts import example_facts
from preaudit.check.showing import show
from preaudit.check.slips import MAY_BE_A_SLIP
from preaudit.check.world import World
from preaudit.findings import Trace
from rules_kg import load_graph
from rules_kg.graph import Graph
from rules_kg.language.checker import check
from rules_kg.language.parser import parse
from rules_kg.schema import Example

SMALL = Path(__file__).parents[2] / "rules" / "small"
Papers = list[dict[str, dict[str, Any]]]
PAPERS: Papers = [
    {"form": {
        "supervisor_name": "安和监理有限公司", "developer_name": "?", "floors_above": 3,
        "building_area": 400, "id_number": "999999198507275101",
    }},
    {"contract": {"supervisor_name": "安泰监理有限公司", "contract_price": "?"}},
    {"licence": {"qualification": ["甲", "乙", "甲"], "holder_name": "安和监理有限公司"}},
]  # fmt: skip
DARK = "form.developer_name"
U = f"({DARK} == '甲')"
UNREAD = "申请表的“建设单位”无法辨认"


@lru_cache(maxsize=1)
def _graph() -> Graph:
    return load_graph(SMALL)


def facts_of(papers: Papers, **more: Any) -> Facts:
    """Return the facts of papers."""
    example = Example(name="x", expect="pass", papers=papers, **more)
    return example_facts(example, (), _graph().vocabulary)


def evaluated(text: str, papers: Papers | None = None, **more: Any) -> Evaluated:
    """Return what a well-typed expression comes to."""
    expression = parse(text)
    check(expression, _graph().scope)
    facts = facts_of(PAPERS if papers is None else papers, **more)
    return evaluate(expression, World(facts, _graph()))


def answer_of(text: str, papers: Papers | None = None, **more: Any) -> Answer:
    """Return the answer alone."""
    return evaluated(text, papers, **more).answer


def said(text: str, papers: Papers | None = None, **more: Any) -> object:
    """Return a value as texts print it, or `unknown`."""
    answer = answer_of(text, papers, **more)
    return show(answer).zh if answer.known else "unknown"


def entries(refs: tuple[Ref, ...]) -> list[str]:
    """Return what facts are about, in order; a paper as a whole by its kind."""
    return [
        f"{one.about.kind}.{one.about.field}" if one.about.field else one.about.kind for one in refs
    ]


def because(text: str, papers: Papers | None = None, **more: Any) -> list[str]:
    """Return what decided."""
    return entries(answer_of(text, papers, **more).because)


def doubts(text: str, papers: Papers | None = None, **more: Any) -> list[tuple[str, str]]:
    """Return why an answer is unknown, and which fact each reason points at."""
    found: tuple[Doubt, ...] = answer_of(text, papers, **more).doubts
    return [(one.reason.zh, entries((one.ref,))[0] if one.ref else "") for one in found]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("-form.floors_above", "-3"), ("- -form.floors_above", "3"), ("!(1 == 2)", "true"),
        ("form.floors_above + 4", "7"), ("form.floors_above - 4", "-1"),
        ("form.floors_above * 4", "12"), ("form.floors_above / 2", "1"),
        ("form.floors_above % 2", "1"), ("form.floors_above / 2.0", "1.5"),
        ("form.building_area * 2", "800"), ("'a' + 'b'", "ab"),
        ("[1, 2] + [3]", "1、2、3"), ("[1, 2] == [1, 2]", "true"), ("[1, 2] == [2, 1]", "false"),
        ("[1, 2] == [1]", "false"), ("[1] == [1, 2]", "false"), ("[1, 2] != [1, 2]", "false"),
        ("[1] != [2]", "true"), ("[[1], [2]] == [[1], [2]]", "true"),
        ("[[1], [2]] == [[1], [3]]", "false"), ("[] == []", "true"),
        ("2 in [1, 2]", "true"), ("3 in [1, 2]", "false"), ("[1] in [[1], [2]]", "true"),
        ("[7, 8][0]", "7"), ("[7, 8][1]", "8"), ("[7, 8][2]", "unknown"),
        ("[7, 8][-1]", "unknown"), ("[7][form.floors_above - 3]", "7"),
        ("size('甲乙')", "2"), ("size('')", "0"), ("size([])", "0"), ("size([1, 1])", "2"),
        ("size(licence.qualification)", "3"), ("[1, 2].map(x, x * 2)", "2、4"),
        ("[1, 2, 3].filter(x, x != 2)", "1、3"),
        ("[1, 2].all(x, [2, 3].exists(y, y == x + 1))", "true"),
        ("[1, 2].map(x, [3].map(y, x * y))", "3、6"), ("[1].map(x, [2].map(x, x)[0])", "2"),
        ("true ? 1 : 2", "1"), ("false ? 1 : 2", "2"), ("date('2025-06-01')", "2025-06-01"),
        ("date('2025-06-01') < date('2025-06-02')", "true"), ("handed_in('form')", "true"),
        ("handed_in('application-form')", "false"), ("size(papers('form', 'contract'))", "2"),
        ("papers('contract', 'form').map(p, p.kind)", "contract、form"),
        ("'甲' in licence.qualification", "true"), ("maybe(1 == 2)", "false"),
        ("has(form.developer_name)", "unknown"), ("has(form.contract_price)", "false"),
        ("blank(form.contract_price)", "false"), ("has(form.floors_above)", "true"),
        (f"{DARK} + '乙'", "unknown"), (f"[{DARK}][0]", "unknown"),
    ],
)  # fmt: skip
def test_values(text: str, printed: str) -> None:
    """Each form of expression comes to what the language says of it."""
    assert said(text) == printed


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("form.supervisor_name == contract.supervisor_name",
         ["form.supervisor_name", "contract.supervisor_name"]),
        ("contract.supervisor_name != form.supervisor_name",
         ["contract.supervisor_name", "form.supervisor_name"]),
        ("form.floors_above > 2 && form.building_area > 500", ["form.building_area"]),
        ("form.floors_above > 5 && form.building_area > 500",
         ["form.floors_above", "form.building_area"]),
        ("form.floors_above > 2 && form.building_area > 300",
         ["form.floors_above", "form.building_area"]),
        ("form.floors_above > 2 || form.building_area > 300", ["form.floors_above"]),
        ("form.floors_above > 5 || form.building_area > 300", ["form.building_area"]),
        ("form.floors_above > 5 || form.building_area > 500",
         ["form.floors_above", "form.building_area"]),
        (f"{U} || form.floors_above == 3", ["form.floors_above"]),
        (f"{U} && form.floors_above == 4", ["form.floors_above"]),
        ("!(form.floors_above > 2)", ["form.floors_above"]),
        ("-form.floors_above", ["form.floors_above"]),
        ("form.floors_above > 2 ? form.building_area : 1.0 * form.building_area",
         ["form.floors_above", "form.building_area"]),
        ("form.floors_above > 2 ? 1 : 2", ["form.floors_above"]),
        (f"{U} ? form.floors_above : form.floors_above", ["form.floors_above"]),
        (f"{U} ? form.supervisor_name : licence.holder_name",
         ["form.supervisor_name", "licence.holder_name"]),
        ("size(licence.qualification)", ["licence.qualification"]),
        ("size(licence.holder_name)", ["licence.holder_name"]),
        ("fold(licence.holder_name)", ["licence.holder_name"]),
        ("same_name(contract.supervisor_name, form.supervisor_name)",
         ["contract.supervisor_name", "form.supervisor_name"]),
        ("maybe(form.floors_above == 4)", ["form.floors_above"]),
        ("form.floors_above in [1, 3]", ["form.floors_above"]),
        ("form.floors_above in [1, 2]", ["form.floors_above"]),
        ("[form.floors_above][0]", ["form.floors_above"]),
        ("[form.floors_above, 4][1]", []),
        ("papers('form', 'contract').exists(p, p.supervisor_name == '安泰监理有限公司')",
         ["contract.supervisor_name", "contract"]),
        ("papers('form', 'contract').all(p, p.supervisor_name == '安泰监理有限公司')",
         ["form.supervisor_name", "form"]),
        ("papers('form').exists(p, p.floors_above > 9)", ["form", "form.floors_above", "form"]),
        ("size(papers('form', 'contract').map(p, 1))", ["form", "contract"]),
        ("size(papers('form').filter(p, true))", ["form"]),
        ("papers('form').exists_one(p, p.floors_above == 3)", ["form.floors_above", "form"]),
        ("agree([form.supervisor_name, licence.holder_name], same_name)",
         ["form.supervisor_name", "licence.holder_name"]),
    ],
)  # fmt: skip
def test_deciding_facts(text: str, facts: list[str]) -> None:
    """What decided is named in order, once, and nothing beside it."""
    assert because(text) == facts


NO_RESULT, NO_ELEMENT = "算式没有结果", "列表中没有这一项"
UNPRINTED = "未见申请表的“合同价格”"
PRICE = "监理合同的“合同价格”无法辨认"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (U, [(UNREAD, DARK)]),
        (f"!{U}", [(UNREAD, DARK)]),
        (f"{U} && contract.contract_price > 1 && form.floors_above == 3",
         [(UNREAD, DARK), (PRICE, "contract.contract_price")]),
        (f"form.floors_above == 9 || {U}", [(UNREAD, DARK)]),
        (f"{DARK} == form.supervisor_name", [(UNREAD, DARK)]),
        (f"form.supervisor_name == {DARK}", [(UNREAD, DARK)]),
        ("form.contract_price == contract.contract_price",
         [(UNPRINTED, "form.contract_price"), (PRICE, "contract.contract_price")]),
        ("form.floors_above / 0 == 1", [(NO_RESULT, "form.floors_above")]),
        ("1 / 0 == 1", [(NO_RESULT, "")]),
        ("1 / (form.floors_above - 3) == 1", [(NO_RESULT, "form.floors_above")]),
        ("[1][1] == 1", [(NO_ELEMENT, "")]),
        ("[form.floors_above][form.floors_above] == 1", [(NO_ELEMENT, "")]),
        (f"[1, 2][size({DARK})] == 1", [(UNREAD, DARK)]),
        (f"[1, 2].filter(x, {U})[0] == 1", [(UNREAD, DARK)]),
        (f"[{DARK}][0] == '甲'", [(UNREAD, DARK)]),
        ("papers('form')[4].seals[0].text == '甲'", [(NO_ELEMENT, "")]),
        ("papers('form')[4].floors_above == 1", [(NO_ELEMENT, "")]),
        ("has(papers('form')[4].floors_above)", [(NO_ELEMENT, "")]),
        (f"{U} ? 1 : 2", [(UNREAD, DARK)]),
        (f"{U} ? contract.contract_price : contract.contract_price",
         [(UNREAD, DARK), (PRICE, "contract.contract_price")]),
        ("form.floors_above == 3 ? contract.contract_price : 1 * contract.contract_price",
         [(PRICE, "contract.contract_price")]),
        (f"[1, 2].all(x, {U})", [(UNREAD, DARK)]),
        (f"[1, 2].exists(x, {U})", [(UNREAD, DARK)]),
        (f"[1, 2].exists_one(x, {U})", [(UNREAD, DARK)]),
        (f"size([1].filter(x, {U})) == 1", [(UNREAD, DARK)]),
        (f"size({DARK}) == 1", [(UNREAD, DARK)]),
        (f"{DARK} in ['甲']", [(UNREAD, DARK)]),
        (f"'甲' in [{DARK}]", [(UNREAD, DARK)]),
        (f"[{DARK}] == ['甲']", [(UNREAD, DARK)]),
        (f"['甲'] != [{DARK}]", [(UNREAD, DARK)]),
        (f"[1].filter(x, {U}) == [1]", [(UNREAD, DARK)]),
        (f"([1].filter(x, {U}) + [2])[1] == 2", [(UNREAD, DARK)]),
        ("maybe(form.floors_above == 3)", [("需由人工判断", "form.floors_above")]),
        ("maybe(true)", [("需由人工判断", "")]),
        (f"maybe({U})", [(UNREAD, DARK)]),
        (f"same_name({DARK}, form.supervisor_name)", [(UNREAD, DARK)]),
        ("same_place(form.supervisor_name, '余杭区')",
         [("两者不能直接比对", "form.supervisor_name")]),
        ("sealed(papers('form')[4], 'developer')", [(NO_ELEMENT, "")]),
        ("sealed(application_form, 'developer')",
         [("缺少建筑工程施工许可证申请表", "application-form")]),
        (f"agree([{DARK}, '甲'], same_name)", [(UNREAD, DARK)]),
    ],
)  # fmt: skip
def test_doubts(text: str, why: list[tuple[str, str]]) -> None:
    """Why something is unknown is told in order, once, with the fact that a person must look at."""
    assert (said(text), doubts(text)) == ("unknown", why)


NOT_PRINTED: Papers = [{"licence": {}}]


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        ("licence.holder_name", True), ("fold(licence.holder_name)", True),
        ("same_name(licence.holder_name, licence.holder_name)", True),
        ("same_name(licence.holder_name, '甲')", True),
        ("licence.qualification", True), ("licence.qualification.map(q, q)", True),
        ("licence.qualification.filter(q, true)", True),
        ("licence.qualification.all(q, true)", False),
        ("agree(licence.qualification, same_name)", False), ("size(licence.holder_name)", False),
        ("licence.holder_name == '甲'", False), ("form.seals.exists(s, true)", False),
        ("sealed(form, 'developer')", False), ("true ? licence.holder_name : ''", True),
        ("licence.qualification[0]", False),
    ],
)  # fmt: skip
def test_silence(text: str, *, silent: bool) -> None:
    """What is not printed is passed on as silence by functions and lists of it, not by verdicts."""
    answer = answer_of(text, NOT_PRINTED)
    assert (answer.known, answer.silent) == (False, silent)


def test_silence_beside_an_unread_entry_is_none() -> None:
    """A function of a silent and an unread value is unknown because a person has to look."""
    papers: Papers = [{"form": {"developer_name": "?"}}]
    assert answer_of("same_name(form.supervisor_name, '甲')", papers).silent
    assert not answer_of(f"same_name(form.supervisor_name, {DARK})", papers).silent


def test_a_paper_in_doubt_is_asked_nothing() -> None:
    """A seal on a paper that may be another is unknown, and is no silence."""
    text = "sealed(papers('contract')[0], 'supervisor')"
    papers: Papers = [{"contract": {"settled": False}}]
    answer = answer_of(text, papers)
    assert (answer.known, answer.silent) == (False, False)
    assert "未能确定" in answer.doubts[0].reason.zh
    assert said(text, [{"contract": {}}]) == "false"


def test_lists_that_may_hold_more_stay_so_when_joined() -> None:
    """The sum of two lists may hold more where either may; what is surely in it is in it."""
    unread: dict[str, Any] = {"unread": ["坏.pdf"]}
    for text in ("papers('form').map(p, 1) + [2]", "[2] + papers('form').map(p, 1)"):
        assert said(f"2 in ({text})", **unread) == "true"
        assert said(f"3 in ({text})", **unread) == "unknown"
        assert doubts(f"3 in ({text})", **unread) == [("文件“坏.pdf”未能读取", "")]
        assert said(f"size({text}) == 2", **unread) == "unknown"
        assert said(f"({text}) == [1, 2]", **unread) == "unknown"
        assert said(f"[1, 2] != ({text})", **unread) == "unknown"
        assert said(f"3 in ({text})") == "false"


def _doubted(papers: Papers, name: str) -> World:
    """Return a case in which an entry was read with little confidence."""
    facts = facts_of(papers)
    materials = [
        replace(
            paper,
            fields=tuple(
                replace(field, evidence=tuple(replace(e, confidence=0.4) for e in field.evidence))
                if field.name == name
                else field
                for field in paper.fields
            ),
        )
        for paper in facts.materials
    ]
    return World(replace(facts, materials=tuple(materials)), _graph())


@pytest.mark.parametrize(
    ("text", "value", "points_at"),
    [
        ("id_ok(form.id_number)", Mystery.UNKNOWN, "form.id_number"),
        ("same_text(form.id_number, '999999198507275105')", Mystery.UNKNOWN, "form.id_number"),
        ("same_text('999999198507275105', form.id_number)", Mystery.UNKNOWN, "form.id_number"),
        ("same_text(form.id_number, '1')", False, ""),
        ("same_text(form.id_number, '999999198507275101')", True, ""),
        ("form.id_number.contains('2')", True, ""),
        ("form.id_number.contains('4')", False, ""),
        ("form.id_number == '999999198507275105'", False, ""),
        ("id_ok('999999198507275101')", False, ""),
    ],
)
def test_a_no_that_may_be_a_slip(text: str, value: object, points_at: str) -> None:
    """A test of a doubtful reading fails for sure only where the difference is large."""
    found = evaluate(parse(text), _doubted(PAPERS, "id_number")).answer
    assert found.value is value
    assert [(one.reason, *entries((one.ref,) if one.ref else ())) for one in found.doubts] == (
        [(MAY_BE_A_SLIP, points_at)] if points_at else []
    )


def test_a_clear_reading_that_fails_fails() -> None:
    """Nothing is excused where every sign was read with confidence."""
    assert said("id_ok(form.id_number)") == "false"
    assert because("id_ok(form.id_number)") == ["form.id_number"]
    assert doubts("id_ok(form.id_number)") == []


def told(trace: Trace) -> tuple[object, ...]:
    """Return a trace as nested tuples."""
    return (trace.expression, trace.result, *(told(one) for one in trace.steps))


def steps(text: str, papers: Papers | None = None) -> tuple[object, ...]:
    """Return the steps below an expression."""
    trace = evaluated(text, papers).trace
    assert trace.expression == text
    return told(trace)[2:]


FLOORS = ("form.floors_above", "3")


@pytest.mark.parametrize(
    ("text", "below"),
    [
        ("1 == 2", ()),
        ("form.floors_above", ()),
        ("has(form.floors_above)", ()),
        ("form.floors_above == 3 || form.floors_above == 4",
         (("form.floors_above == 3", "true", FLOORS),)),
        ("form.floors_above == 4 || form.floors_above == 3",
         (("form.floors_above == 4", "false", FLOORS), ("form.floors_above == 3", "true", FLOORS))),
        ("form.floors_above == 4 && form.floors_above == 3",
         (("form.floors_above == 4", "false", FLOORS), ("form.floors_above == 3", "true", FLOORS))),
        ("form.floors_above == 3 ? form.floors_above : 4",
         (("form.floors_above == 3", "true", FLOORS), FLOORS)),
        ("form.floors_above == 4 ? form.floors_above : 5",
         (("form.floors_above == 4", "false", FLOORS),)),
        ("!has(form.floors_above)", (("has(form.floors_above)", "true"),)),
        ("[form.floors_above, 1]", (FLOORS,)),
        ("[1, 2][form.floors_above - 2]",
         (("[1, 2]", "1、2"), ("form.floors_above - 2", "1", FLOORS))),
        ("[3, 4].all(x, x == form.floors_above)",
         (("[3, 4]", "3、4"), ("x == form.floors_above", "true"),
          ("x == form.floors_above", "false", ("x", "4"), FLOORS))),
        ("[3, 4].exists(x, x == form.floors_above)",
         (("[3, 4]", "3、4"), ("x == form.floors_above", "true", ("x", "3"), FLOORS),
          ("x == form.floors_above", "false"))),
        ("[3, 4].map(x, x + 1)", (("[3, 4]", "3、4"), ("x + 1", "4"), ("x + 1", "5"))),
        ("[3, 4].map(x, 9)", (("[3, 4]", "3、4"), ("9", "9"), ("9", "9"))),
        ("[3, 4].filter(x, x > 3)", (("[3, 4]", "3、4"), ("x > 3", "false"), ("x > 3", "true"))),
        ("papers('form').map(p, p.floors_above)",
         (("papers('form')", "申请表"), ("p.floors_above", "3"))),
        ("same_name(form.supervisor_name, '甲')",
         (("form.supervisor_name", "安和监理有限公司"),)),
        ("sealed(form, 'developer')", (("form", "申请表"),)),
        ("agree([form.supervisor_name, '甲'], same_name)",
         (("[form.supervisor_name, '甲']", "安和监理有限公司、甲",
           ("form.supervisor_name", "安和监理有限公司")),)),
    ],
)  # fmt: skip
def test_trace(text: str, below: tuple[object, ...]) -> None:
    """Every part but literals leaves its step in order; elements that decide are told in full."""
    assert steps(text) == below


def test_an_unknown_element_is_told_in_full() -> None:
    """Of a list with one unread element, its step shows what is below and why."""
    trace = evaluated(f"[1, 2].all(x, x == 1 && {DARK} == '甲')").trace
    assert (trace.result, trace.reason) == ("false", "")
    trace = evaluated(f"[1, 2].exists(x, x == 1 && {DARK} == '甲')").trace
    assert (trace.result, trace.reason) == ("unknown", UNREAD)
    _, first, second = trace.steps
    assert (first.result, first.reason, len(first.steps)) == ("unknown", UNREAD, 2)
    assert (second.result, second.reason, second.steps) == ("false", "", ())


def test_reasons_of_a_step_are_told_once_each() -> None:
    """Equal reasons of several doubts are joined into one."""
    two: Papers = [{"form": {"developer_name": "?"}}, {"form": {"developer_name": "?"}}]
    trace = evaluated("papers('form').all(p, p.developer_name == '甲')", two).trace
    assert trace.reason == f"{UNREAD}；申请表（第2份）的“建设单位”无法辨认"
    text = f"{U} && contract.contract_price > 1 && {U}"
    assert evaluated(text).trace.reason == f"{UNREAD}；{PRICE}"


def test_a_trace_lists_forty_elements() -> None:
    """Of a long list the trace shows the first forty; all of them count for the answer."""
    names = [f"资质{number}" for number in range(45)]
    papers: Papers = [{"licence": {"qualification": names}}]
    found = evaluated("licence.qualification.exists(q, q == '资质44')", papers)
    assert found.answer.value is True
    over, *listed = found.trace.steps
    assert over.expression == "licence.qualification"
    assert [one.result for one in listed] == ["false"] * 40
    forty: Papers = [{"licence": {"qualification": names[:40]}}]
    assert len(evaluated("licence.qualification.map(q, q)", forty).trace.steps) == 41


def test_a_literal_alone_has_a_trace_without_steps() -> None:
    """The trace of `true` is its value."""
    assert told(evaluated("true").trace) == ("true", "true")
    assert told(evaluated("'甲'").trace) == ("'甲'", "甲")
