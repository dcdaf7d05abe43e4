"""Findings and coverage of a case."""

from __future__ import annotations

import dataclasses
import shutil
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preaudit.case import Facts
from preaudit.check import judge, run_examples
from preaudit.check.example_facts import ExampleError, example_facts
from preaudit.errors import UsageError
from preaudit.fields import Field, FieldState
from preaudit.findings import Finding, Outcome, Severity, Verdict
from rules_kg import Graph, load_examples, load_graph
from rules_kg.schema import Example

SMALL = Path(__file__).parents[2] / "rules" / "small"
Papers = list[dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def small() -> Graph:
    """The small graph of tests/rules/small."""
    return load_graph(SMALL)


def _facts(graph: Graph, papers: Papers, **more: Any) -> Facts:
    example = Example(name="x", expect="pass", papers=papers, **more)
    return example_facts(example, (), graph.vocabulary)


def _findings(graph: Graph, papers: Papers, **more: Any) -> dict[str, Finding]:
    found = judge(_facts(graph, papers, **more), graph).findings
    return {finding.check: finding for finding in found}


TWO = [
    {"form": {"supervisor_name": "安和监理有限公司", "building_area": 400}},
    {"contract": {"supervisor_name": "安泰监理有限公司"}},
]


def test_fail_says_what_where_and_why(small: Graph) -> None:
    """A failing finding has message, remedy, citation, evidence, trace and confidence."""
    found = _findings(small, TWO)["agreement.supervisor_name"]
    assert (found.id, found.rule) == (found.check, "agreement.supervisor_name@1")
    assert (found.verdict, found.outcome, found.severity) == (
        Verdict.FAIL, Outcome.CORRECT, Severity.SUBSTANCE
    )  # fmt: skip
    assert found.message.zh == (
        "监理单位不一致：《监理合同》第1页监理单位“安泰监理有限公司”；"
        "《申请表》第1页监理单位“安和监理有限公司”。"
    )
    assert "supervision contract p. 1 supervisor name “安泰监理有限公司”" in found.message.en
    assert found.remedy.zh == "请更正。"
    (citation,) = found.citations
    assert (citation.clause, citation.title) == (
        "building-law@2019-04-23#8", "《建造法》第八条"
    )  # fmt: skip
    assert [one.quote for one in found.evidence] == ["安泰监理有限公司", "安和监理有限公司"]
    assert {(one.kind, one.field, one.material) for one in found.about} == {
        ("contract", "supervisor_name", "contract#1"), ("form", "supervisor_name", "form#1")
    }  # fmt: skip
    assert found.trace.expression == "agreement.supervisor_name@1"
    assert [step.expression for step in found.trace.steps][:2] == [
        "needs form.supervisor_name", "needs contract"
    ]  # fmt: skip
    assert found.confidence == pytest.approx(0.95)


def test_pass_has_evidence_and_no_remedy(small: Graph) -> None:
    """A pass shows what it rests on and asks for nothing."""
    found = _findings(small, TWO)["agreement.building_area"]
    assert (found.verdict, found.remedy.zh, found.message.zh) == (
        Verdict.PASS, "", "面积不超上限"
    )  # fmt: skip
    assert [one.quote for one in found.evidence] == ["400"]


def test_missing_need_is_undetermined_and_never_hides_a_fail(small: Graph) -> None:
    """What is needed and not there makes a pass undetermined; a known fault stays one."""
    one_paper: Papers = [{"contract": {"supervisor_name": "安和监理有限公司"}}]
    found = _findings(small, one_paper)["agreement.supervisor_name"]
    assert found.verdict is Verdict.UNDETERMINED
    assert "缺少申请表" in found.message.zh
    two_forms: Papers = [
        {"contract": {"supervisor_name": "甲"}}, {"contract": {"supervisor_name": "乙"}}
    ]  # fmt: skip
    assert _findings(small, two_forms)["agreement.supervisor_name"].verdict is Verdict.FAIL


def test_one_fault_gives_one_finding(small: Graph) -> None:
    """A check that only repeats a failed root names it; where the root holds it stands alone."""
    found = _findings(small, [TWO[0]])
    repeating = found["agreement.supervisor_name"]
    assert found["completeness.contract"].verdict is Verdict.FAIL
    assert (repeating.verdict, repeating.repeats) == (
        Verdict.NOT_APPLICABLE, "completeness.contract"
    )  # fmt: skip
    assert "同一问题" in repeating.message.zh
    assert _findings(small, TWO)["agreement.supervisor_name"].repeats is None


def test_place_and_softening_change_the_outcome(small: Graph) -> None:
    """An overlay raises the outcome in its place; a softened fail asks for less."""
    large: Papers = [{"form": {"building_area": 4000}}]
    assert _findings(small, large)["agreement.building_area"].outcome is Outcome.ADVICE
    here = _findings(small, large, jurisdiction="本镇")["agreement.building_area"]
    assert (here.outcome, here.citations[0].title) == (Outcome.CORRECT, "《本镇办事指南》第1项")
    assert here.remedy.zh == "请按本镇指南更正4000。"
    assert here.trace.steps[0].expression == "overlay town"
    late: Papers = [
        {"application-form": {"application_date": "2025-06-01"}},
        {"licence": {"valid_until": "2025-05-20"}},
    ]
    soft = _findings(small, late)["time.expired"]
    assert (soft.verdict, soft.outcome, soft.severity) == (
        Verdict.FAIL, Outcome.ADVICE, Severity.ADVICE
    )  # fmt: skip


def test_law_is_that_of_the_day_of_application(small: Graph) -> None:
    """The form's date chooses rule and clause; without one the day of review does."""
    old: Papers = [*TWO, {"application-form": {"application_date": "2018-03-01"}}]
    found = _findings(small, old)
    assert found["agreement.building_area"].rule == "agreement.building_area@1"
    assert found["agreement.building_area"].citations[0].clause == "building-law@2011-01-01#8"
    assert "completeness.contract" not in found
    future: Papers = [*TWO, {"application-form": {"application_date": "2030-01-01"}}]
    assert _findings(small, future, as_of=date(2024, 1, 1))["agreement.building_area"].rule == (
        "agreement.building_area@1"
    )


def test_coverage_says_what_was_not_checked(small: Graph) -> None:
    """Undetermined checks, those that need other cases or have no rule, and those beyond paper."""
    judgement = judge(_facts(small, [], as_of=date(2015, 1, 1)), small)
    reasons = {one.check: one.reason.zh for one in judgement.coverage.not_checked}
    assert "其他案件" in reasons["fitness.manager_busy"]
    assert "没有生效" in reasons["completeness.contract"]
    assert "场地具备条件" in reasons["construction-permit.site"]
    assert reasons["agreement.building_area"] == "需核对：缺少申请表"
    assert judgement.coverage.checked == ("completeness.form", "completeness.licence")


def test_unknown_item_or_place_is_a_usage_error(small: Graph) -> None:
    """A case for an item or a place that the graph does not know is refused."""
    facts = _facts(small, [])
    for case in (
        replace(facts.case, item="other"),
        replace(facts.case, jurisdiction="atlantis"),
    ):
        with pytest.raises(UsageError, match="unknown"):
            judge(replace(facts, case=case), small)


def test_chosen_checks_bring_their_roots(small: Graph) -> None:
    """Only the checks asked for are judged, and those that they may repeat."""
    facts = _facts(small, [TWO[0]])
    found = judge(facts, small, checks=frozenset({"agreement.supervisor_name"})).findings
    assert [one.check for one in found] == ["agreement.supervisor_name", "completeness.contract"]
    whole = {one.check: one for one in judge(facts, small).findings}
    assert all(whole[one.check] == one for one in found)


def test_identity_number_is_masked_in_messages(small: Graph) -> None:
    """A message shows the first three and last four signs of an identity number."""
    found = _findings(small, [{"form": {"id_number": "999999198507275101"}}])["codes.id"]
    assert found.message.zh.count("999***********5101") == 2
    assert "999999198507275101" not in found.message.zh + found.message.en + str(found.trace)


def test_many_places_are_cut(small: Graph) -> None:
    """A message names at most twelve places, and says how many more there are."""
    papers: Papers = [{"form": {"supervisor_name": "甲"}}]
    papers += [{"contract": {"supervisor_name": f"乙{n}"}} for n in range(20)]
    found = _findings(small, papers)["agreement.supervisor_name"]
    assert "另有9处" in found.message.zh


@pytest.mark.parametrize(
    ("example", "words"),
    [
        ({"papers": [{"nothing": {}}]}, "unknown kind 'nothing'"),
        ({"papers": [{"form": {"nothing": 1}}]}, "form has no entry 'nothing'"),
        ({"papers": [{"form": {"building_area": "large"}}]}, "'large' is no area"),
        ({"papers": [], "change": {"form": {}}}, "changes form"),
        ({"papers": [], "without": ["form"]}, "leaves out form"),
        ({"papers": [], "signals": [{"name": "edited", "paper": "form"}]}, "a signal lies on"),
        ({"papers": [{"form": {"places": [{"who": 1}]}}]}, "a place has no 'who'"),
    ],
)
def test_wrong_example_is_named(small: Graph, example: dict[str, Any], words: str) -> None:
    """An example that the notation does not allow says what is wrong."""
    with pytest.raises(ExampleError, match=words):
        example_facts(Example(name="x", expect="pass", **example), (), small.vocabulary)


def test_example_that_is_not_met_says_why(small: Graph, tmp_path: Path) -> None:
    """Each way in which an example is not met has its own sentence."""
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "a.yaml").write_text(
        """
check: agreement.building_area
examples:
  - {name: verdict, papers: [form: {building_area: 1}], expect: fail}
  - {name: outcome, papers: [form: {building_area: 9999}], expect: fail, outcome: correct}
  - {name: repeats, papers: [form: {building_area: 1}], expect: pass, repeats: codes.id}
  - {name: about, papers: [form: {building_area: 9999}], expect: fail, about: [contract]}
  - {name: early, papers: [], as_of: 1999-01-01, expect: pass}
  - {name: wrong, papers: [], without: [form], expect: pass}
  - {name: place, papers: [], jurisdiction: nowhere, expect: pass}
""",
        encoding="utf-8",
    )
    problems = {one.name: one.problem for one in run_examples(small, tmp_path)}
    words = {
        "verdict": "expected fail, got pass",
        "outcome": "expected outcome correct, got advice",
        "repeats": "expected to repeat codes.id",
        "about": "the finding is not about contract",
        "early": "no rule of this check is in force",
        "wrong": "leaves out form",
        "place": "unknown jurisdiction",
    }
    assert {name: words[name] in problem for name, problem in problems.items()} == dict.fromkeys(
        words, True
    )


@lru_cache(maxsize=1)
def _shipped_cases() -> tuple[Facts, ...]:
    """Facts of shipped examples that have papers."""
    graph = load_graph()
    cases = (
        example_facts(example, located.record.given or (), graph.vocabulary)
        for located in load_examples()[::7]
        for example in located.record.examples[:2]
    )
    return tuple(facts for facts in cases if facts.materials)


def _doubted(facts: Facts, material: int, field: int) -> Facts | None:
    """Return the facts with one field made unreadable; None where it is unreadable already."""
    paper = facts.materials[material % len(facts.materials)]
    spoken = [one for one in paper.fields if one.state is FieldState.FOUND or one.evidence]
    if not spoken:
        return None
    chosen = spoken[field % len(spoken)]
    unreadable: Field = replace(chosen, state=FieldState.UNREADABLE, value=None, raw="")
    fields = tuple(unreadable if one is chosen else one for one in paper.fields)
    doubted = replace(paper, fields=fields)
    materials = tuple(doubted if one is paper else one for one in facts.materials)
    return replace(facts, materials=materials)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_doubt_never_makes_a_verdict(data: st.DataObject) -> None:
    """Making an entry unreadable leaves a verdict as it is or makes it undetermined."""
    graph = load_graph()
    facts = data.draw(st.sampled_from(_shipped_cases()))
    doubted = _doubted(facts, data.draw(st.integers(0, 20)), data.draw(st.integers(0, 40)))
    if doubted is None:
        return
    before = {one.check: one for one in judge(facts, graph).findings}
    after = {one.check: one for one in judge(doubted, graph).findings}
    for check, finding in after.items():
        was = before[check]
        if was.verdict is not Verdict.NOT_APPLICABLE:
            assert finding.verdict in {was.verdict, Verdict.UNDETERMINED, Verdict.NOT_APPLICABLE}
            assert finding.verdict is not Verdict.NOT_APPLICABLE or finding.repeats


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_order_of_papers_changes_nothing(data: st.DataObject) -> None:
    """Materials and signals may come in any order."""
    graph = load_graph()
    facts = data.draw(st.sampled_from(_shipped_cases()))
    shuffled = replace(
        facts,
        materials=tuple(data.draw(st.permutations(facts.materials))),
        signals=tuple(reversed(facts.signals)),
    )
    assert judge(shuffled, graph) == judge(facts, graph)


def test_findings_are_plain_data(small: Graph) -> None:
    """A judgement is frozen data in the order of check ids."""
    judgement = judge(_facts(small, TWO), small)
    checks = [one.check for one in judgement.findings]
    assert checks == sorted(checks)
    with pytest.raises(dataclasses.FrozenInstanceError):
        judgement.findings = ()  # type: ignore[misc]


def test_conditions_without_any_rule_are_named(tmp_path: Path) -> None:
    """A condition of the item that no rule helps to check on that day is listed as not checked."""
    content = tmp_path / "content"
    shutil.copytree(SMALL, content)
    item = content / "items" / "permit.yaml"
    text = item.read_text(encoding="utf-8")
    bare = '  - {id: energy, title: {zh: 节能, en: energy}, cites: ["town-guide#1"]}\nnot_on_paper:'
    item.write_text(text.replace("not_on_paper:", bare), encoding="utf-8")
    graph = load_graph(content)

    def named(day: date) -> dict[str, str]:
        example = Example(name="", expect="pass", as_of=day)
        found = judge(example_facts(example, (), graph.vocabulary), graph).coverage.not_checked
        return {one.check: one.reason.zh for one in found if one.check.startswith("construction")}

    now = named(date(2025, 1, 1))
    assert sorted(now) == ["construction-permit.energy", "construction-permit.site"]
    assert "没有可用的核查规则" in now["construction-permit.energy"]
    assert "construction-permit.licensed" in named(date(2001, 1, 1))
