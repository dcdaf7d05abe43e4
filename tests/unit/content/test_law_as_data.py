"""What the shipped law and rules hold: wording, dates, places."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from rules_kg import Graph, load_graph
from rules_kg.texts import bind, read_corpus

LAWS = Path(__file__).parents[4] / "shared" / "laws"
_AT_HAND = re.compile("(原文|对照文本)取自")


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The graph that ships."""
    return load_graph()


@pytest.mark.shared
def test_verified_clauses_stand_in_a_text_of_the_law(graph: Graph) -> None:
    """A clause that is marked verified has its article, paragraph and item in a stored text.

    A source that runs an article's paragraphs together in one line still has the article.
    """
    if not LAWS.is_dir():
        pytest.skip("the corpus of law texts is not here")
    binding = bind(read_corpus(LAWS).texts, graph.regulations.values())
    found = {one.clause for one in binding.bound}
    found |= {one.clause for one in binding.unbound if one.reason.endswith("in one line")}
    verified = {
        f"{law.id}@{version.version}#{clause.id}"
        for law in graph.regulations.values()
        for version in law.versions
        for clause in version.clauses
        if clause.verified
    }
    assert verified - found == set()


def test_a_citation_follows_the_amendment_of_the_construction_law(graph: Graph) -> None:
    """第八条第一款第（五）项 names the funds only from 2019-04-23."""
    cite = ("construction-law#8.1.5",)
    (before,) = graph.cited(cite, date(2019, 4, 22))
    (after,) = graph.cited(cite, date(2019, 4, 23))
    assert "资金安排" not in before.clause.summary.zh
    assert "资金安排" in after.clause.summary.zh
    assert after.title == "《中华人民共和国建筑法》第八条第一款第（五）项"


def test_only_xiamen_asks_for_a_paging_seal_on_the_land_certificate(graph: Graph) -> None:
    """The national rule is advice; the overlay makes it a correction with a citation of its own."""

    def outcome(place: str) -> tuple[str, str]:
        rules = graph.applied(item="construction-permit", jurisdiction=place, day=date(2025, 6, 1))
        (one,) = (rule for rule in rules if rule.rule.id == "seals.land_paging")
        return one.outcome, one.cites[0].regulation.id

    assert outcome("cn")[0] == "advice"
    assert outcome("fujian-xiamen") == ("correct", "xiamen-permit-catalogue")


def test_what_nobody_compared_with_the_official_text_says_so(graph: Graph) -> None:
    """A regulation whose text was not at hand has no verified clause."""
    for law in graph.regulations.values():
        for version in law.versions:
            own = version.source is not None and not _AT_HAND.search(version.source.zh)
            assert not (own and any(clause.verified for clause in version.clauses)), law.id


def test_a_correction_rests_on_law_on_every_day_of_its_rule(graph: Graph) -> None:
    """优化营商环境条例 第三十五条: no demand without a law, regulation or rule in force."""
    for day in (date(2019, 5, 1), date(2020, 6, 1), date(2022, 6, 1), date(2026, 6, 1)):
        for one in graph.applied(item="construction-permit", jurisdiction="cn", day=day):
            if one.outcome == "correct":
                assert any(cited.regulation.level.may_demand for cited in one.cites), one.rule.key
