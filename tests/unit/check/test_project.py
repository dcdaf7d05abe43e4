"""Which items a project needs, in three-valued logic over what is said of it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from preaudit.case import Case
from preaudit.check.evaluate import evaluate
from preaudit.check.project import Needed, Planned, Said, _ProjectWorld, plan, value_of
from preaudit.errors import UsageError
from preaudit.findings import Bilingual
from rules_kg import load_graph
from rules_kg.graph import Graph
from rules_kg.language.parser import parse
from rules_kg.schema import Attribute, Words

SMALL = Path(__file__).parents[2] / "rules" / "small"
DAY = date(2025, 1, 1)
ITEMS = """
- {id: land, title: {zh: 用地, en: land}, cites: ["building-law#8"], conditions: [], stage: 1,
   needed_when: project.new_land}
- {id: planning, title: {zh: 规划, en: planning}, cites: ["building-law#8"], conditions: [],
   stage: 2, after: [land],
   needed_when: "project.use == 'housing' || project.area > param.largest_area"}
- {id: fire, title: {zh: 消防, en: fire}, cites: ["building-law#8"], conditions: [], stage: 3,
   after: [planning], needed_when: "has(project.begun_on) && !blank(project.begun_on)"}
"""
ATTRIBUTES = """
- {id: new_land, title: {zh: 是否新增用地, en: new land}, type: flag}
- {id: use, title: {zh: 用途, en: use}, type: text,
   choices: {housing: {zh: 住宅, en: housing}, works: {zh: 厂房, en: works}}}
- {id: area, title: {zh: 面积, en: area}, type: area}
- {id: begun_on, title: {zh: 开工日期, en: begun on}, type: date}
"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The small rules with three items that hang on the project, and one that is always needed."""
    folder = Path(shutil.copytree(SMALL, tmp_path_factory.mktemp("rules") / "content"))
    (folder / "items" / "more.yaml").write_text(ITEMS, encoding="utf-8")
    (folder / "attributes.yaml").write_text(ATTRIBUTES, encoding="utf-8")
    return load_graph(folder)


def planned(graph: Graph, said: dict[str, Said], place: str = "cn") -> dict[str, Planned]:
    """Return the plan by item."""
    steps = plan(said, graph, as_of=DAY, jurisdiction=place)
    return {one.item.id: one for step in steps for one in step.items}


def test_an_item_without_condition_is_needed_by_every_project(graph: Graph) -> None:
    """Nothing decides it and nothing has to be known."""
    found = planned(graph, {})["construction-permit"]
    assert (found.needed, found.because, found.to_know) == (Needed.YES, (), ())


def test_what_decides_is_named_with_its_value(graph: Graph) -> None:
    """Flags read yes or no, choices by their title, days and amounts as they are."""
    said: dict[str, Said] = {
        "new_land": "否",
        "use": "works",
        "area": 2000,
        "begun_on": "2025-01-01",
    }
    found = planned(graph, said)
    shown = {
        name: [(reason.attribute.id, reason.shown.zh) for reason in one.because]
        for name, one in found.items()
    }
    assert (found["land"].needed, shown["land"]) == (Needed.NO, [("new_land", "否")])
    assert found["planning"].needed is Needed.NO
    assert shown["planning"] == [("use", "厂房"), ("area", "2000")]
    assert (found["fire"].needed, shown["fire"]) == (Needed.YES, [("begun_on", "2025-01-01")])
    assert found["fire"].after == ()
    yes = planned(graph, {"new_land": True})["land"]
    assert yes.because[0].shown == Bilingual(zh="是", en="yes")


def test_what_nobody_said_is_to_be_known(graph: Graph) -> None:
    """An unknown attribute leaves its items undetermined, and they may come before others."""
    found = planned(graph, {"use": None, "unheard_of": 1, "new_land": False})
    assert found["planning"].needed is Needed.UNDETERMINED
    assert [one.id for one in found["planning"].to_know] == ["use", "area"]
    assert [one.id for one in found["fire"].to_know] == ["begun_on"]
    assert found["planning"].because == ()
    assert found["fire"].after == ("planning",)
    assert found["planning"].after == ()


def test_the_place_decides_the_limit(graph: Graph) -> None:
    """A parameter is that of the jurisdiction; an unknown place is refused."""
    said: dict[str, Said] = {"use": "works", "area": 800}
    assert planned(graph, said, "town")["planning"].needed is Needed.YES
    assert planned(graph, said)["planning"].needed is Needed.NO
    with pytest.raises(UsageError, match="nowhere"):
        planned(graph, said, "nowhere")


def test_a_project_names_itself_where_it_is_shown(graph: Graph) -> None:
    """A trace that lists the project calls it so."""
    world = _ProjectWorld({}, graph, Case(item="", as_of=DAY, jurisdiction="cn"))
    found = evaluate(parse("[project].all(p, !blank(p.use))"), world)
    assert found.answer.value is True
    assert found.trace.steps[0].result == "项目"


def attribute(kind: str, choices: dict[str, Words] | None = None) -> Attribute:
    """Return an attribute of a type."""
    made = {"id": "x", "title": {"zh": "某项", "en": "x"}, "type": kind}
    return replace(TypeAdapter(Attribute).validate_python(made), choices=choices)


USES = {"housing": Words(zh="住宅", en="housing"), "works": Words(zh="厂房", en="works")}


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        ("flag", True, True), ("flag", "是", True), ("flag", " False ", False),
        ("text", "any", "any"), ("integer", " 12 ", 12), ("integer", 12, 12),
        ("decimal", "1.50", Decimal("1.50")), ("money", 300000, Decimal(300000)),
        ("area", Decimal("12.5"), Decimal("12.5")), ("date", "2025-01-01", DAY),
    ],
)  # fmt: skip
def test_values_of_each_type(kind: str, said: Said, value: object) -> None:
    """What JSON says becomes a value of the attribute's type."""
    assert value_of(attribute(kind), said) == value


@pytest.mark.parametrize(
    ("kind", "said", "words"),
    [
        ("flag", "maybe", "attribute x: 'maybe' is no flag; write true or false"),
        ("integer", 1.5, "attribute x: 1.5 is no integer"),
        ("decimal", "viel", "attribute x: 'viel' is no decimal"),
        ("decimal", "NaN", "attribute x: 'NaN' is no decimal"),
        ("money", True, "attribute x: True is no money; write the number alone, in yuan"),
        (
            "area",
            "large",
            "attribute x: 'large' is no area; write the number alone, in square metres",
        ),
        ("date", "soon", "attribute x: 'soon' is no day written as YYYY-MM-DD"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(kind: str, said: Said, words: str) -> None:
    """The message names attribute, value and the wanted form."""
    with pytest.raises(UsageError) as error:
        value_of(attribute(kind), said)
    assert str(error.value) == words


def test_a_choice_is_one_of_those_listed() -> None:
    """An unlisted text is refused with the nearest choice and all there are."""
    assert value_of(attribute("text", USES), "works") == "works"
    with pytest.raises(UsageError, match=r"did you mean 'housing'\?; there are housing, works"):
        value_of(attribute("text", USES), "housin")
