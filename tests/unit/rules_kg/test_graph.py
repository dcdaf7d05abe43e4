"""What the graph says for a place and a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rules_kg import Graph, load_graph
from rules_kg.citations import clause_at, read_reference
from rules_kg.graph import rule_node
from rules_kg.language.parser import parse
from rules_kg.language.reach import reach
from rules_kg.numerals import article_label, chinese

SMALL = Path(__file__).parents[2] / "rules" / "small"
Edit = Callable[[str, str, str], Path]


RULES = "rules/all.yaml"


def test_rules_are_those_of_the_day(small: Graph) -> None:
    """A rule's version is chosen by the day, and the law cited is that of the day."""

    def area(day: date) -> tuple[str, list[str]]:
        applied = small.applied(item="construction-permit", jurisdiction="cn", day=day)
        (one,) = [one for one in applied if one.rule.id == "agreement.building_area"]
        return one.rule.key, [cited.id for cited in one.cites]

    assert area(date(2018, 1, 1)) == (
        "agreement.building_area@1", ["building-law@2011-01-01#8"]
    )  # fmt: skip
    assert area(date(2024, 5, 31))[0] == "agreement.building_area@1"
    assert area(date(2024, 6, 1)) == (
        "agreement.building_area@2", ["building-law@2019-04-23#8"]
    )  # fmt: skip
    assert small.applied(item="construction-permit", jurisdiction="cn", day=date(2000, 1, 1)) == ()


def test_place_changes_a_rule_without_copying_it(small: Graph) -> None:
    """An overlay in force replaces outcome, severity and remedy, and puts its citations first."""
    applied = small.applied(item="construction-permit", jurisdiction="本镇", day=date(2025, 1, 1))
    (one,) = [one for one in applied if one.rule.id == "agreement.building_area"]
    assert (one.outcome, one.severity) == ("correct", "form")
    assert [cited.id for cited in one.cites] == [
        "town-guide@2020-01-01#1", "building-law@2019-04-23#8"
    ]  # fmt: skip
    assert "本镇指南" in one.remedy.zh.text
    early = small.applied(item="construction-permit", jurisdiction="town", day=date(2021, 1, 1))
    assert {one.outcome for one in early if one.rule.id == "agreement.building_area"} == {"advice"}


@pytest.mark.parametrize("place", ["town", "bay"])
def test_local_rule_stands_in_place_of_the_national_one(edited: Edit, place: str) -> None:
    """A place's own rule is taken there, and nowhere else, whether its id sorts first or last."""
    folder = edited(RULES, "- id: codes.id\n  version: 1",
                    f"- id: codes.id\n  version: 7\n  jurisdiction: {place}")  # fmt: skip
    bay = "- {id: bay, title: {zh: 海湾, en: the bay}, parent: cn}\n"
    (folder / "jurisdictions" / "bay.yaml").write_text(bay, encoding="utf-8")
    text = (SMALL / RULES).read_text(encoding="utf-8")
    national = text[text.index("- id: codes.id") :]
    (folder / "rules" / "national.yaml").write_text(national, encoding="utf-8")
    graph = load_graph(folder)

    def key(asked: str) -> list[str]:
        applied = graph.applied(
            item="construction-permit", jurisdiction=asked, day=date(2025, 1, 1)
        )
        return [rule_node(one.rule) for one in applied if one.rule.id == "codes.id"]

    assert (key(place), key("cn")) == ([f"codes.id@7@{place}"], ["codes.id@1"])


def test_parameters_are_those_of_place_and_day(small: Graph) -> None:
    """The nearest place that sets a parameter gives it, at the value of the day."""

    def largest(place: str, day: date) -> object:
        return small.parameter("largest_area", jurisdiction=place, day=day)

    assert largest("cn", date(2023, 12, 31)) == Decimal(1000)
    assert largest("cn", date(2024, 1, 1)) == Decimal("2000.5")
    assert largest("town", date(2024, 1, 1)) == Decimal(500)
    assert largest("cn", date(1999, 1, 1)) is None
    assert small.parameter("nothing", jurisdiction="cn", day=date(2024, 1, 1)) is None
    rows = small.parameter("grades", jurisdiction="cn", day=date(2024, 1, 1))
    assert rows == ({"grade": "一级"}, {"grade": "二级", "max_floors": 10})


def test_unknown_item_and_place_are_refused(small: Graph) -> None:
    """The message suggests the nearest id."""
    with pytest.raises(KeyError, match="construction-permit"):
        small.applied(item="construction-permitt", jurisdiction="cn", day=date(2025, 1, 1))
    with pytest.raises(KeyError, match="did you mean 'town'"):
        small.chain("towm")


def test_network_leads_from_rule_to_law(small: Graph) -> None:
    """One can walk from a rule to what it rests on and back."""
    (rule,) = small.rule_versions("codes.id")
    assert "clause:building-law@2011-01-01#8" in small.basis_of(rule)
    assert "parameter:grades" in small.basis_of(rule)
    assert "kind:form" in small.basis_of(rule)
    assert "rule:codes.id@1" in small.resting_on("clause:building-law@2019-04-23#8")
    assert small.resting_on("clause:nothing") == ()
    assert small.network.edges[
        "version:building-law@2019-04-23", "version:building-law@2011-01-01"
    ]["kind"] == "amends"  # fmt: skip


def test_network_shows_which_law_a_guide_carries_out(edited: Edit) -> None:
    """A regulation leads to those that it implements."""
    folder = edited("regulations/guide.yaml", "jurisdiction: town",
                    "jurisdiction: town\nimplements: [building-law]")  # fmt: skip
    edges = load_graph(folder).network.edges
    assert edges["law:town-guide", "law:building-law"]["kind"] == "implements"


def test_entries_of_papers_put_together_are_those_of_each_kind(small: Graph) -> None:
    """A condition over two lists of papers reads an entry of every kind that carries it."""
    carried = {kind.id: frozenset(kind.fields) for kind in small.vocabulary.kinds.values()}
    text = "(papers('form') + papers('contract', 'licence')).all(p, has(p.supervisor_name))"
    assert reach(parse(text), carried).entries == {
        ("form", "supervisor_name"), ("contract", "supervisor_name")
    }  # fmt: skip


def test_template_rule_stands_for_each_kind(small: Graph) -> None:
    """A rule with `for` becomes one rule for each kind, with its own keys replaced."""
    found = {rule.id: rule.text for rule in small.rules if rule.id.startswith("completeness.")}
    assert found["completeness.form"].title.zh == "应提交申请表"
    assert found["completeness.licence"].severity == "substance"
    assert found["completeness.form"].severity == "form"


def test_citation_prints_as_a_notice_does(small: Graph) -> None:
    """A clause's title is computed from its numbers, or is its label."""
    cited = clause_at("building-law#8.1.2", small.regulations, date(2025, 1, 1))
    assert cited is not None
    assert (cited.title, cited.clause.verified) == ("《建造法》第八条第一款第（二）项", False)
    guide = clause_at("town-guide#1", small.regulations, date(2025, 1, 1))
    assert guide is not None
    assert guide.title == "《本镇办事指南》第1项"
    assert clause_at("building-law#8.1.2", small.regulations, date(2015, 1, 1)) is None
    old = clause_at("building-law@2011-01-01#8", small.regulations, date(2015, 1, 1))
    assert old is not None
    assert old.id == "building-law@2011-01-01#8"
    assert read_reference("a@2011-01-01#b.1").version == date(2011, 1, 1)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (32, "三十二"), (100, "一百"),
        (101, "一百零一"), (110, "一百一十"), (1001, "一千零一"), (1242, "一千二百四十二"),
        (1010, "一千零一十"), (9999, "九千九百九十九"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_in_law(number: int, text: str) -> None:
    """Articles are counted in Chinese numerals."""
    assert chinese(number) == text


def test_numerals_have_a_range() -> None:
    """No article is 0 or 10,000."""
    for number in (0, 10_000):
        with pytest.raises(ValueError, match="no number of an article"):
            chinese(number)
    assert article_label(article=8) == "第八条"


def test_network_names_what_rules_read_and_compare(small: Graph) -> None:
    """Fields of kinds are nodes; entries compared over several kinds must agree."""
    edges = small.network.edges
    rule = "rule:agreement.supervisor_name@1"
    assert edges[rule, "field:form.supervisor_name"]["kind"] == "must_agree"
    assert edges[rule, "field:contract.supervisor_name"]["kind"] == "must_agree"
    area = "rule:agreement.building_area@2"
    assert edges[area, "field:form.building_area"]["kind"] == "checks"
    assert edges[area, "parameter:largest_area"]["kind"] == "reads"
    assert edges["jurisdiction:town", area]["kind"] == "overrides"
    assert edges["kind:licence", "condition:construction-permit/licensed"]["kind"] == "evidences"
    assert small.network.nodes[area]["valid_from"] == "2024-06-01"


def test_every_node_says_what_it_is(small: Graph) -> None:
    """No edge leads to a node that nothing described, and every edge has a kind."""
    for node, facts in small.network.nodes(data=True):
        assert facts.get("type") == node.split(":")[0], node
        assert facts["title"], node
    assert all(facts["kind"] for *_, facts in small.network.edges(data=True))
