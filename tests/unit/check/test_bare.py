"""On few facts, with every sort of doubt among them, bare values are the answers' values."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from preaudit.case import Facts
from preaudit.check.bare import UNKNOWN, Bare, BareWorld, Series, stripped
from preaudit.check.coding import coded
from preaudit.check.evaluate import evaluate
from preaudit.check.example_facts import example_facts
from preaudit.check.judge import judge
from preaudit.check.verdicts import Prepared, Verdicts
from preaudit.check.world import World
from preaudit.findings import Verdict
from rules_kg import load_graph
from rules_kg.graph import Graph
from rules_kg.language.checker import check
from rules_kg.language.parser import parse
from rules_kg.schema import Example

SMALL = Path(__file__).parents[2] / "rules" / "small"
Papers = list[dict[str, dict[str, Any]]]
PAPERS: Papers = [
    {"form": {"supervisor_name": "甲", "developer_name": "?", "floors_above": 3,
              "building_area": 400, "seals": ["甲"]}},
    {"contract": {"supervisor_name": "乙", "contract_price": "?", "settled": False}},
    {"licence": {"qualification": ["甲", "乙"], "valid_until": "long-term"}},
    {"application-form": {"application_date": "?"}},
]  # fmt: skip


@lru_cache(maxsize=1)
def _graph() -> Graph:
    return load_graph(SMALL)


def facts_of(papers: Papers, **more: Any) -> Facts:
    """Return the facts of papers."""
    example = Example(name="x", expect="pass", papers=papers, **more)
    return example_facts(example, (), _graph().vocabulary)


def plain(value: Any) -> object:
    """Return a bare value as one that can be compared."""
    if isinstance(value, Series):
        return [(plain(one), maybe) for one, maybe in value.items], value.hidden
    return value.subject if isinstance(value, Bare) else value


@pytest.mark.parametrize(
    "text",
    [
        "filed_on", "filed_on < today", "today >= filed_on", "filed_on == today",
        "licence.valid_until > today", "licence.valid_until <= licence.valid_until",
        "form.floors_above / 0", "1 / 0 == 1", "form.floors_above % 2", "-form.floors_above",
        "form.floors_above + form.contract_price / contract.contract_price",
        "-contract.contract_price",
        "form.developer_name + '乙'", "form.supervisor_name + '乙'", "[1] + [form.floors_above]",
        "papers('contract').map(p, p.supervisor_name) + ['丙']",
        "'丙' in papers('contract').map(p, p.supervisor_name)",
        "'乙' in papers('contract').map(p, p.supervisor_name)",
        "'甲' in papers('form').map(p, p.supervisor_name)", "form.developer_name in ['甲']",
        "'甲' in [form.developer_name]", "'丙' in licence.qualification",
        "licence.qualification[1]", "licence.qualification[2]", "licence.qualification[-1]",
        "papers('contract')[0].supervisor_name", "licence.qualification[size(form.developer_name)]",
        "size(licence.qualification)", "size(papers('contract'))", "size(form.developer_name)",
        "size(form.supervisor_name)", "form.developer_name.contains('甲')",
        "licence.qualification == ['甲', '乙']", "licence.qualification != ['甲']",
        "['甲', '乙'] == ['甲', form.developer_name]",
        "papers('contract').map(p, 1) == [1]",
        "sealed(form, 'supervisor')", "sealed(form, 'supervisor') == sealed(form, 'supervisor')",
        "signed(form, 'agent')", "sealed(contract, 'supervisor')",
        "sealed(papers('form')[7], 'supervisor')", "sealed(papers('form')[0], 'supervisor')",
        "same_name(form.contract_price == 1 ? '' : '甲', form.developer_name)",
        "fold(form.developer_name)", "same_place(form.supervisor_name, '余杭区')",
        "agree([form.supervisor_name], same_name)",
        "agree(papers('form', 'contract').map(p, p.supervisor_name), same_name)",
        "agree(papers('form')[7].seals.map(s, s.text), same_name)",
        "agree([form.developer_name, '甲', '乙'], same_name)", "agree(['甲', '甲'], same_name)",
        "agree([contract.supervisor_name, '甲', '甲'], same_name)",
        "agree(['甲地', '余杭区'], same_place)", "form.seals.map(s, s.owner)",
        "has(form.developer_name)", "has(form.supervisor_name)", "has(form.contract_price)",
        "blank(form.contract_price)", "has(papers('form')[7].floors_above)",
        "maybe(form.floors_above == 3)", "maybe(form.floors_above == 4)",
        "form.developer_name == '甲' ? 1 : 2", "handed_in('contract')", "handed_in('licence')",
        "param.largest_area", "has(param.largest_area)", "papers('form').exists_one(p, true)",
        "papers('contract').exists_one(p, true)", "papers('contract', 'form').all(p, p.settled)",
        "signals.exists(s, true)", "unread == ['x']",
        "case.jurisdiction", "case.attributes.tender == 'true'", "has(case.attributes.tender)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("unread", [(), ("坏.pdf",)])
def test_bare_values_are_the_answers_values(text: str, unread: tuple[str, ...]) -> None:
    """Known, silent and unknown come out alike with reasons and without."""
    expression = parse(text)
    check(expression, _graph().scope)
    facts = facts_of(PAPERS, unread=list(unread))
    answer = evaluate(expression, World(facts, _graph())).answer
    bare = plain(coded(expression)(BareWorld(facts, _graph())))
    expected = plain(stripped(answer))
    if isinstance(expected, str | int | list | tuple | bool) or answer.known:
        assert bare == expected
    else:
        assert not isinstance(bare, bool | int | str | list)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("same_name(form.supervisor_name, '江北澈机置业有限公司')", "unknown"),
        ("same_name(fold(form.supervisor_name), '江北澈机置业有限公司')", "unknown"),
        ("same_name('江北澈机' + form.supervisor_name, '江北澈机江北澈机置业有限公司')", "unknown"),
        ("same_name('江北' + '澈枫', '江北' + '澈机')", False),
        ("same_name(form.supervisor_name, '南川昱和建设集团')", False),
        ("same_name(form.supervisor_name, '江北澈枫置业有限公司')", True),
        ("id_ok(form.supervisor_name)", "unknown"),
        ("id_ok('1')", False),
    ],
)
def test_a_doubtful_reading_stays_one_through_what_is_made_of_it(text: str, value: object) -> None:
    """Folded or joined, a text that its reader doubted does not contradict a near one."""
    facts = facts_of([{"form": {"supervisor_name": "江北澈枫置业有限公司"}}])
    (paper,) = facts.materials
    fields = tuple(
        replace(one, evidence=tuple(replace(e, confidence=0.4) for e in one.evidence))
        for one in paper.fields
    )
    doubted = replace(facts, materials=(replace(paper, fields=fields),))
    answer = evaluate(parse(text), World(doubted, _graph())).answer
    bare = coded(parse(text))(BareWorld(doubted, _graph()))
    assert (answer.value if answer.known else "unknown") == value
    assert (bare if isinstance(bare, bool) else repr(bare)) == value


def test_a_bare_value_is_found_once() -> None:
    """Whoever asks twice gets the same object: papers, lists and what stands on a paper."""
    world = BareWorld(facts_of(PAPERS), _graph())
    paper = world.variables["form"]
    assert paper is world.papers[("form",)].items[0][0]
    assert paper.bears("supervisor", "sealed") is paper.bears("supervisor", "sealed") is True
    assert world.variables["param"] is BareWorld(facts_of([]), _graph()).variables["param"]
    assert world.variables["filed_on"] is UNKNOWN


NEEDED = "agreement.supervisor_name"


@pytest.mark.parametrize(
    ("papers", "verdict"),
    [
        ([{"form": {"supervisor_name": "甲"}}, {"contract": {"supervisor_name": "甲"}}],
         Verdict.PASS),
        ([{"form": {"supervisor_name": "甲"}}, {"form": {}},
          {"contract": {"supervisor_name": "甲"}}], Verdict.PASS),
        ([{"form": {}}, {"contract": {"supervisor_name": "甲"}},
          {"contract": {"supervisor_name": "甲"}}], Verdict.UNDETERMINED),
        ([{"contract": {"supervisor_name": "甲"}}, {"contract": {"supervisor_name": "甲"}}],
         Verdict.UNDETERMINED),
        ([{"form": {"supervisor_name": "甲"}}, {"form": {"supervisor_name": "甲"}},
          {"contract": {"settled": False}}], Verdict.UNDETERMINED),
        ([{"form": {"supervisor_name": "甲"}}, {"form": {"supervisor_name": "甲"}}],
         Verdict.NOT_APPLICABLE),
        ([{"form": {"supervisor_name": "甲"}}, {"contract": {"supervisor_name": "乙"}}],
         Verdict.FAIL),
    ],
)  # fmt: skip
def test_a_need_that_is_not_there_makes_a_pass_undetermined(
    papers: Papers, verdict: Verdict
) -> None:
    """What a rule needs is asked for without reasons as with them: papers, and entries on them."""
    facts = facts_of(papers)
    found = Verdicts().of(Prepared(facts, _graph()))
    assert found[NEEDED] is verdict
    assert found == {one.check: one.verdict for one in judge(facts, _graph()).findings}
