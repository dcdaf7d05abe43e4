"""What the five other items ask for, which a project needs, and how changes of the law show."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from preaudit.check.project import Needed, Said, plan
from rules_kg import Graph, load_graph

OTHERS = (
    "investment-filing",
    "land-planning-permit",
    "construction-planning-permit",
    "fire-design-review",
    "completion-filing",
)
AS_OF = date(2026, 1, 1)
TABLE = Path(__file__).parents[3] / "docs" / "reference" / "coverage-other-items.md"
HOUSING: dict[str, Said] = {
    "funding": "enterprise",
    "in_approval_catalogue": False,
    "in_planning_area": True,
    "land_obtained": "granted",
    "works_type": "new",
    "building_use": "residential",
    "building_area": 62000,
    "single_building_area": 9000,
    "building_height": 50,
    "investment": 320_000_000,
    "special_fire": False,
    "historic": False,
    "temporary": False,
    "emergency": False,
    "rural_self_built": False,
    "opening_report": False,
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The graph that ships."""
    return load_graph()


def _needed(graph: Graph, said: dict[str, Said]) -> dict[str, Needed]:
    steps = plan(said, graph, as_of=AS_OF)
    return {one.item.id: one.needed for step in steps for one in step.items}


def _order(graph: Graph, said: dict[str, Said]) -> list[str]:
    steps = plan(said, graph, as_of=AS_OF)
    return [one.item.id for step in steps for one in step.items if one.needed is Needed.YES]


def test_each_other_item_has_rules_enough(graph: Graph) -> None:
    """At least ten rules for each of the five, at least sixty-five over all."""
    count = Counter(rule.text.item for rule in graph.rules)
    assert all(count[item] >= 10 for item in OTHERS)
    assert sum(count[item] for item in OTHERS) >= 65


def test_table_names_every_rule_of_every_other_item(graph: Graph) -> None:
    """The page of what is covered lists each rule once, under its item."""
    listed: list[str] = []
    for part in TABLE.read_text(encoding="utf-8").split("\n## ")[1:]:
        item = re.search(r"\(([a-z-]+)\)", part.splitlines()[0])
        assert item
        for line in part.splitlines():
            for name in re.findall(r"`([^`]+)`", line if line.startswith("|") else ""):
                family, _, rest = name.partition(".")
                listed.append(f"{family}.{item[1]}.{rest}")
    rules = {rule.id for rule in graph.rules if rule.text.item in OTHERS}
    assert sorted(listed) == sorted(rules)


def test_every_other_item_says_who_decides_what_is_asked_and_where_it_stands(graph: Graph) -> None:
    """Authority, stage, order, materials and conditions are there."""
    for name in OTHERS:
        item = graph.items[name]
        assert item.authority in graph.authorities
        assert item.stage
        assert item.materials
        assert item.conditions
        assert item.not_on_paper
        assert item.needed_when


def test_a_housing_estate_needs_all_but_the_fire_review(graph: Graph) -> None:
    """Housing of fifty metres is not special in respect of fire."""
    assert _order(graph, HOUSING) == [
        "investment-filing",
        "land-planning-permit",
        "construction-planning-permit",
        "construction-permit",
        "completion-filing",
    ]


def test_a_mall_goes_to_fire_review_before_the_construction_permit(graph: Graph) -> None:
    """More than ten thousand square metres of shops are special works."""
    order = _order(graph, {**HOUSING, "building_use": "hotel_shop", "building_area": 32000})
    assert order.index("fire-design-review") < order.index("construction-permit")


def test_the_threshold_itself_is_not_above_it(graph: Graph) -> None:
    """Article 14 says more than ten thousand, so ten thousand are not special."""
    exact = {**HOUSING, "building_use": "hotel_shop", "building_area": 10000}
    assert _needed(graph, exact)["fire-design-review"] is Needed.NO


def test_government_projects_are_not_filed(graph: Graph) -> None:
    """A project paid from the budget is approved; the other items stay."""
    needed = _needed(graph, {**HOUSING, "funding": "government", "land_obtained": "allocated"})
    assert needed["investment-filing"] is Needed.NO
    assert needed["land-planning-permit"] is Needed.YES


def test_interior_works_on_existing_land_need_no_planning(graph: Graph) -> None:
    """Neither land nor planning permit, but the construction permit above its limits."""
    needed = _needed(graph, {**HOUSING, "land_obtained": "existing", "works_type": "interior"})
    assert needed["land-planning-permit"] is Needed.NO
    assert needed["construction-planning-permit"] is Needed.NO
    assert needed["construction-permit"] is Needed.YES


def test_small_works_need_no_construction_permit(graph: Graph) -> None:
    """Three hundred square metres are within the limit."""
    assert _needed(graph, {**HOUSING, "building_area": 300})["construction-permit"] is Needed.NO


def test_what_nobody_said_is_not_taken_for_no(graph: Graph) -> None:
    """Without any attribute every item stays open."""
    assert set(_needed(graph, {}).values()) == {Needed.UNDETERMINED}


def test_the_environmental_approval_is_judged_by_the_law_of_the_day(graph: Graph) -> None:
    """The assessment law until 2026-08-14, the ecological code from 2026-08-15."""

    def law(day: date) -> str:
        rules = graph.applied(item="construction-permit", jurisdiction="cn", day=day)
        (one,) = (rule for rule in rules if rule.rule.id == "time.environmental_approval_age")
        return one.cites[0].regulation.id

    assert law(date(2026, 8, 14)) == "environmental-impact-law"
    assert law(date(2026, 8, 15)) == "ecological-code"


def test_a_citation_follows_the_company_law_of_2023(graph: Graph) -> None:
    """The licence stands in article 7 until 2024-06-30 and in article 33 from 2024-07-01."""
    (before,) = graph.cited(["company-law#licence"], date(2024, 6, 30))
    (after,) = graph.cited(["company-law#licence"], date(2024, 7, 1))
    assert before.title == "《中华人民共和国公司法》第七条第二款"
    assert after.title == "《中华人民共和国公司法》第三十三条"


def test_only_beijing_asks_for_the_archives_with_the_filing(graph: Graph) -> None:
    """Advice in the country, a correction with a local citation in Beijing."""

    def outcome(place: str) -> tuple[str, str]:
        rules = graph.applied(item="completion-filing", jurisdiction=place, day=AS_OF)
        check = "completeness.completion-filing.archives-receipt"
        (one,) = (rule for rule in rules if rule.rule.id == check)
        return one.outcome, one.cites[0].regulation.id

    assert outcome("cn") == ("advice", "quality-regulation")
    assert outcome("beijing") == ("correct", "beijing-quality-regulation")


def test_no_place_lets_papers_follow_before_a_list_was_entered(graph: Graph) -> None:
    """Statutes that leave it to catalogues defer nothing by themselves."""
    for place in graph.jurisdictions:
        rows = graph.parameter("deferrable_materials", jurisdiction=place, day=AS_OF)
        assert rows == ()


def test_a_filing_asks_for_nothing_but_its_information(graph: Graph) -> None:
    """企业投资项目备案 has one paper: the information given on the platform."""
    materials = graph.items["investment-filing"].materials or ()
    assert [one.kind for one in materials] == ["investment-filing-form"]
