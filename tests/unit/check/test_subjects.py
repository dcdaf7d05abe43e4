"""What can be asked of marks, places, signals, parameters, and how doubts of papers are worded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from preaudit.case import Facts
from preaudit.check.evaluate import Evaluated, evaluate
from preaudit.check.example_facts import example_facts
from preaudit.check.subjects import typed
from preaudit.check.world import World
from preaudit.fields import FieldState
from rules_kg import load_graph
from rules_kg.graph import Graph
from rules_kg.language.checker import check
from rules_kg.language.parser import parse
from rules_kg.schema import Example

SMALL = Path(__file__).parents[2] / "rules" / "small"
Papers = list[dict[str, dict[str, Any]]]
PLACE = {"role": "agent", "wants": "seal", "filled": False, "label": "（盖章）"}
SIGNED: Papers = [{"form": {"seals": ["甲公司", "?"], "places": [PLACE], "developer_name": "甲"}}]


@lru_cache(maxsize=1)
def _graph() -> Graph:
    return load_graph(SMALL)


def facts_of(papers: Papers, **more: Any) -> Facts:
    """Return the facts of papers."""
    example = Example(name="x", expect="pass", papers=papers, **more)
    return example_facts(example, (), _graph().vocabulary)


def evaluated(text: str, facts: Facts) -> Evaluated:
    """Return what a well-typed expression comes to."""
    expression = parse(text)
    check(expression, _graph().scope)
    return evaluate(expression, World(facts, _graph()))


def outcome(text: str, facts: Facts) -> tuple[str, str]:
    """Return the result and the reason, as a trace tells them."""
    trace = evaluated(text, facts).trace
    return trace.result, trace.reason


UNREADABLE = "印章或签字的文字无法辨认"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("form.seals.map(s, has(s.owner))", "true、（未能读出）"),
        ("form.seals.map(s, has(s.page))", "true、true"),
        ("form.seals.map(s, blank(s.text))", "false、false"),
        ("form.seals.filter(s, true)", "甲公司、"),
        ("form.places.map(p, has(p.label))", "true"),
        ("form.places.map(p, blank(p.label))", "false"),
        ("form.places.map(p, p.filled)", "false"),
        ("form.places.filter(p, p.page == 1)", "（盖章）"),
        ("has(param.largest_area)", "true"),
        ("blank(param.largest_area)", "false"),
        ("[param].filter(p, true)", "param"),
        ("param.grades.map(g, has(g.max_floors))", "false、true"),
        ("param.grades.map(g, blank(g.max_floors))", "false、false"),
        ("param.grades.filter(g, g.grade == '二级')", "参数表的一行"),
        ("[case].filter(c, true)", "案件"),
        ("[case.attributes].filter(c, true)", "项目属性"),
        ("[form].filter(p, true)", "申请表"),
        ("[licence].map(p, has(p.valid_until))", "（未能读出）"),
        ("[licence].map(p, blank(p.valid_until))", "（未能读出）"),
        ("[licence].filter(p, true)", "许可证"),
    ],
)
def test_every_subject_answers_and_names_itself(text: str, result: str) -> None:
    """Members are there or not, places are blank or not, and a trace calls each by its name."""
    assert outcome(text, facts_of(SIGNED)) == (result, "")


def test_doubts_of_subjects_say_what_is_missing() -> None:
    """A mark without words, an empty cell of a table and an unset parameter have own reasons."""
    facts = facts_of(SIGNED)
    assert outcome("form.seals[1].owner == '甲'", facts) == ("unknown", UNREADABLE)
    cell = outcome("param.grades[0].max_floors == 1", facts)
    assert cell == ("unknown", "参数表此列为空")
    early = facts_of([], as_of=date(1999, 1, 1))
    assert outcome("param.largest_area == 1.0", early) == (
        "unknown", "参数“largest_area”在该日期没有设定值"
    )  # fmt: skip
    assert outcome("has(param.largest_area)", early) == ("false", "")
    assert outcome("case.attributes.use == 'x'", early) == ("unknown", "申报系统未提供该项信息")


def test_a_signal_of_a_whole_file_has_no_page() -> None:
    """A signal about no single page lies on the paper all the same."""
    facts = facts_of([{"form": {}}], signals=[{"name": "edited", "paper": "form"}])
    (signal,) = facts.signals
    whole = replace(facts, signals=(replace(signal, page=None, box=None),))
    assert outcome("signals.map(s, has(s.page))", facts) == ("true", "")
    assert outcome("signals.map(s, has(s.page))", whole) == ("false", "")
    assert outcome("signals.all(s, s.kind == 'form')", whole) == ("true", "")
    assert outcome("signals[0].page == 1", whole) == ("unknown", "该线索不针对某一页")
    assert outcome("signals.filter(s, true)", whole) == ("申请表", "")


def test_a_found_field_without_a_value_is_our_own_fault() -> None:
    """Nobody may take an empty answer for a fact."""
    (paper,) = facts_of(SIGNED).materials
    found = next(one for one in paper.fields if one.state is FieldState.FOUND)
    with pytest.raises(ValueError, match="field developer_name is found and has no value"):
        typed(replace(found, value=None))


@pytest.mark.parametrize(
    ("readings", "reason"),
    [
        ([0.5], "申请表的“建设单位”有两种读法"),
        ([0.1, 0.25], "申请表的“建设单位”有两种读法"),
        ([0.1, 0.24], "申请表的“建设单位”识别把握不足"),
        ([], "申请表的“建设单位”识别把握不足"),
    ],
)
def test_a_second_reading_is_named_only_where_it_is_a_rival(
    readings: list[float], reason: str
) -> None:
    """An ambiguous entry has two readings, or one that nobody is sure enough of."""
    facts = facts_of([{"form": {"developer_name": "?甲|乙"}}])
    (paper,) = facts.materials
    field = paper.field("developer_name")
    assert field is not None
    rivals = tuple(replace(field.runners_up[0], confidence=one) for one in readings)
    fields = tuple(replace(one, runners_up=rivals) if one is field else one for one in paper.fields)
    doubted = replace(facts, materials=(replace(paper, fields=fields),))
    assert outcome("form.developer_name == '甲'", doubted) == ("unknown", reason)


def test_an_unsettled_paper_is_named_by_its_pages() -> None:
    """One page, or from the first to the last."""
    one = facts_of([{"form": {"settled": False, "file": "件.pdf"}}])
    three = facts_of([{"form": {"settled": False, "file": "件.pdf", "pages": 3}}])
    text = "handed_in('form')"
    assert outcome(text, one) == ("unknown", "缺少申请表；文件“件.pdf”第1页的材料种类未能确定")
    assert outcome(text, three) == (
        "unknown", "缺少申请表；文件“件.pdf”第1至3页的材料种类未能确定"
    )  # fmt: skip
