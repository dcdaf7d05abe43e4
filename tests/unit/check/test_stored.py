"""Stored reports judged anew: which checks come out otherwise, and what is named as the reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from preaudit.case import Facts
from preaudit.check import judge
from preaudit.check.causes import Flip, flips, regrounded, seen
from preaudit.check.example_facts import example_facts
from preaudit.check.stored import Impact, facts_of, flips_between_days
from preaudit.errors import Stage
from preaudit.findings import Bilingual, Citation, Finding, Outcome, Trace, Verdict
from preaudit.report import SCHEMA_VERSION, Problem, Provenance, Report
from rules_kg import load_graph
from rules_kg.graph import Graph
from rules_kg.schema import Example

SMALL = Path(__file__).parents[2] / "rules" / "small"
Papers = list[dict[str, dict[str, Any]]]
DAY = date(2025, 1, 1)
AREA = "agreement.building_area"
NAME = "agreement.supervisor_name"
FORM: Papers = [{"form": {"building_area": 1500, "supervisor_name": "甲"}}]
Edit = Callable[[str, str, str], Graph]


@pytest.fixture(scope="module")
def small() -> Graph:
    """The small rules as they are."""
    return load_graph(SMALL)


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """Return how to load the small rules with one text in one file replaced."""

    def load(file: str, old: str, new: str) -> Graph:
        folder = Path(shutil.copytree(SMALL, tmp_path / "content"))
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return load_graph(folder)

    return load


def case_of(graph: Graph, papers: Papers, place: str = "cn", **more: Any) -> Facts:
    """Return the facts of papers."""
    more.setdefault("as_of", DAY)
    example = Example(name="", expect="pass", papers=papers, jurisdiction=place, **more)
    return example_facts(example, (), graph.vocabulary)


def report_of(graph: Graph, papers: Papers, place: str = "cn", **more: Any) -> Report:
    """Return the report that rules give on papers."""
    facts = case_of(graph, papers, place, **more)
    judgement = judge(facts, graph)
    return Report(
        schema_version=SCHEMA_VERSION,
        case=facts.case,
        sources=tuple(one.source for one in facts.materials),
        materials=facts.materials,
        signals=facts.signals,
        findings=judgement.findings,
        coverage=judgement.coverage,
        problems=(),
        provenance=Provenance(preaudit="0", graph="", weights=(), engines=()),
    )


def said(flip: Flip) -> tuple[str, str, str]:
    """Return a flip as check and both verdicts with outcomes."""
    before, after = (
        f"{one.verdict} {one.outcome} {one.rule}" if one else ""
        for one in (flip.before, flip.after)
    )
    return flip.check, before, after


def test_facts_of_a_report_are_those_that_were_judged(small: Graph) -> None:
    """Papers and signals are taken over; a file with a problem that is not whole is unread."""
    report = report_of(small, FORM)
    lost = replace(report.sources[0], name="a/坏.pdf", sha256="1" * 64, pages=2)
    words = Bilingual(zh="", en="")

    def problem(file: str) -> Problem:
        return Problem(stage=Stage.READ, code="x", message=words, remedy=words, file=file)

    troubled = replace(
        report,
        sources=(*report.sources, lost),
        problems=tuple(problem(one) for one in
                       ("a/坏.pdf", report.sources[0].name, "sub/case.json", "", "gone.pdf")),
    )  # fmt: skip
    facts = facts_of(troubled)
    assert (facts.case, facts.materials, facts.signals) == (
        report.case, report.materials, report.signals
    )  # fmt: skip
    assert facts.unread == ("a/坏.pdf", "gone.pdf")
    elsewhere = replace(troubled, sources=(lost,), problems=())
    assert facts_of(elsewhere).unread == ()


@pytest.mark.parametrize(
    ("edit", "place", "flip", "why"),
    [
        (("parameters/values.yaml", "value: 2000.5", "value: 1200"), "cn",
         (AREA, f"pass advice {AREA}@2", f"fail advice {AREA}@2"),
         ("parameter largest_area, value: 2000.5 → 1200",)),
        (("rules/all.yaml", "form.building_area < param", "form.building_area > param"), "cn",
         (AREA, f"pass advice {AREA}@2", f"fail advice {AREA}@2"),
         ((f"rule {AREA}, check: form.building_area < param.largest_area → "
          "form.building_area > param.largest_area"),)),
        (("jurisdictions/places.yaml", "outcome: correct", "outcome: deferrable"), "town",
         (AREA, f"fail correct {AREA}@2", f"fail deferrable {AREA}@2"),
         (f"overlay town/{AREA}, outcome: correct → deferrable",)),
        (("rules/all.yaml", "valid_from: 2024-06", "valid_from: 2026-06"), "cn",
         (AREA, f"pass advice {AREA}@2", ""), (f"rule {AREA} gone",)),
    ],
)  # fmt: skip
def test_a_changed_pack_turns_what_it_decides(
    small: Graph,
    edited: Edit,
    edit: tuple[str, str, str],
    place: str,
    flip: tuple[str, str, str],
    why: tuple[str, ...],
) -> None:
    """The flip names both verdicts, and what differs in rule, overlay or parameter."""
    (found,) = Impact(small, edited(*edit)).flips(report_of(small, FORM, place))
    assert (said(found), found.why) == (flip, why)


def test_a_pack_that_says_the_same_turns_nothing(small: Graph, edited: Edit) -> None:
    """A new number, or a limit that no case comes near, changes no verdict; nor do equal rules."""
    report = report_of(small, FORM)
    assert Impact(small, edited("rules/all.yaml", "version: 2", "version: 3")).flips(report) == ()
    assert Impact(small, small).flips(report_of(small, [])) == ()
    full: Papers = [
        {"form": {"building_area": 1, "supervisor_name": "甲"}},
        {"contract": {"supervisor_name": "甲"}},
        {"licence": {"valid_until": date(2030, 1, 1)}},
    ]
    assert Impact(small, small).flips(report_of(small, full)) == ()


def test_a_flip_that_follows_its_root_says_so(small: Graph, edited: Edit) -> None:
    """A check that repeated a failed root stands alone where the root holds now."""
    rules = edited("rules/all.yaml", "check: handed_in('contract')",
                   "check: handed_in('contract') || true")  # fmt: skip
    name, contract = Impact(small, rules).flips(report_of(small, FORM))
    assert said(name)[1:] == (
        f"not_applicable correct {NAME}@1", f"undetermined correct {NAME}@1"
    )  # fmt: skip
    assert name.why == ("repeats completeness.contract",)
    assert said(contract)[0] == "completeness.contract"


def test_stored_verdicts_against_rules_of_today(small: Graph, edited: Edit) -> None:
    """Without a changed pack, what the two findings show tells why."""
    report = report_of(small, FORM)
    assert Impact(small, None).flips(report) == ()
    rules = edited("rules/all.yaml", "form.building_area < param", "form.building_area > param")
    (found,) = Impact(rules, None).flips(report)
    assert found.why == (
        (
            "form.building_area < param.largest_area = true → "
            "form.building_area > param.largest_area = false"
        ),
    )


def test_two_days_of_law_on_one_case(small: Graph) -> None:
    """A verdict turns with the parameter; a fail on other clauses stands on another ground."""
    facts = report_of(small, FORM)
    found = flips_between_days(facts, small, before=date(2023, 6, 1), after=date(2024, 7, 1))
    assert [said(one) for one in found] == [
        (AREA, f"fail advice {AREA}@1", f"pass advice {AREA}@2")
    ]
    assert "parameter largest_area, value: 1000 → 2000.5" in found[0].why
    amended = flips_between_days(facts, small, before=date(2018, 1, 1), after=date(2020, 1, 1))
    by_check = {one.check: one for one in amended}
    assert by_check["completeness.contract"].before is None
    assert by_check["completeness.contract"].why == ("rule completeness.contract added",)
    licence = by_check["completeness.licence"]
    assert licence.before == licence.after
    assert licence.why == (
        "rule completeness.licence, clauses: building-law@2011-01-01#8 → building-law@2019-04-23#8",
    )
    assert list(by_check) == sorted(by_check)
    assert flips_between_days(facts, small, before=DAY, after=DAY) == ()


def finding(rule: str, trace: Trace, *clauses: str) -> Finding:
    """Return a finding of which rule, trace and clauses matter."""
    words = Bilingual(zh="", en="")
    (some,) = (
        one for one in judge(case_of(load_graph(SMALL), []), load_graph(SMALL)).findings
        if one.check == AREA
    )  # fmt: skip
    cited = tuple(Citation(clause=one, title="", text="", verified=True) for one in clauses)
    return replace(some, rule=rule, trace=trace, citations=cited, message=words)


def step(expression: str, result: str, *below: Trace) -> Trace:
    """Return a step of an evaluation."""
    return Trace(expression=expression, result=result, steps=below)


def test_the_deepest_step_that_parts_is_told() -> None:
    """Where two evaluations of one expression differ, the first part that does is the reason."""
    before = step("a && b", "true", step("a", "true", step("x", "1")), step("b", "true"))
    after = step("a && b", "false", step("a", "true", step("x", "1")), step("b", "false"))
    assert seen(finding("r@1", before), finding("r@1", after)) == ("b = true → b = false",)
    deeper = step("a && b", "true", step("a", "true", step("x", "2")), step("b", "true"))
    assert seen(finding("r@1", before), finding("r@1", deeper)) == ("x = 1 → x = 2",)
    bare = step("a && b", "false")
    assert seen(finding("r@1", before), finding("r@1", bare)) == ("a && b = true → a && b = false",)
    other = step("c", "true", step("a", "false"))
    assert seen(finding("r@1", before), finding("r@1", other)) == ("a && b = true → c = true",)
    assert seen(finding("r@1", before), finding("r@1", before)) == ()


def test_a_new_rule_and_its_clauses_are_told_before_the_step() -> None:
    """First the version, then clauses gone and added in their order."""
    same = step("a", "true")
    old, new = finding("r@1", same, "l#1", "l#2"), finding("r@2", same, "l#2", "l#3", "l#4")
    assert seen(old, new) == (
        "rule r@1 → r@2", "clause l#1 gone", "clause l#3 added", "clause l#4 added"
    )  # fmt: skip
    assert seen(old, None) == ("rule r@1 gone",)
    assert seen(None, new) == ("rule r@2 added",)


def test_outcomes_count_only_of_fails() -> None:
    """Another outcome turns a fail and no pass; another ground is told of fails alone."""
    base = finding("r@1", step("a", "true"))

    def of(verdict: Verdict, outcome: Outcome) -> dict[str, Finding]:
        return {"r": replace(base, verdict=verdict, outcome=outcome)}

    def why(_: str) -> tuple[str, ...]:
        return ("because",)

    failed, milder = of(Verdict.FAIL, Outcome.CORRECT), of(Verdict.FAIL, Outcome.ADVICE)
    passed, lightly = of(Verdict.PASS, Outcome.CORRECT), of(Verdict.PASS, Outcome.ADVICE)
    assert [one.why for one in flips(failed, milder, why)] == [("because",)]
    assert list(flips(passed, lightly, why)) == []
    assert list(flips(failed, failed, why)) == []
    assert len(list(flips(failed, passed, why))) == 1
    assert [one.why for one in regrounded(failed, failed, why)] == [("because",)]
    assert list(regrounded(failed, failed, lambda _: ())) == []
    assert list(regrounded(failed, milder, why)) == []
    assert list(regrounded(passed, passed, why)) == []
    assert list(regrounded(failed, {}, why)) == []
