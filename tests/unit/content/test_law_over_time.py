"""One case by the law of several days: what is asked, on which clauses, and what differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from preaudit.case import Facts
from preaudit.check import judge
from preaudit.check.causes import Sides, flips
from preaudit.check.example_facts import example_facts
from preaudit.check.judge import Judgement
from preaudit.findings import Finding, Verdict
from rules_kg import Graph, load_graph
from rules_kg.citations import read_reference
from rules_kg.difference import Change, Sort, Turn, difference
from rules_kg.schema import Example, Item

ITEM = "construction-permit"
SEVEN = date(2019, 4, 23)
FIFTEEN = date(2019, 4, 22)
DAYS = (
    *(date(year, month, 11) for year in range(2014, 2027) for month in (1, 7)),
    date(2014, 10, 24), date(2014, 10, 25), date(2018, 9, 27), date(2018, 9, 28), FIFTEEN, SEVEN,
    date(2024, 6, 30), date(2024, 7, 1), date(2026, 8, 14), date(2026, 8, 15),
)  # fmt: skip
PAPERS: list[dict[str, dict[str, Any]]] = [
    {"application-form": {
        "developer_name": "青川安居置业有限公司", "contractor_name": "青川建工有限公司",
        "planned_start": date(2019, 8, 4),
    }},
    {"construction-contract": {
        "developer_name": "青川安居置业有限公司", "contractor_name": "青川建筑工程有限公司",
    }},
]  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The graph that ships."""
    return load_graph()


def case_of(graph: Graph, day: date) -> Facts:
    """Return a small case that is reviewed on a day: two contractors, no commitment."""
    example = Example(name="", expect="pass", papers=PAPERS, as_of=day)
    return example_facts(example, (), graph.vocabulary)


def judged(graph: Graph, day: date) -> Judgement:
    """Return what the rules say of the case on a day."""
    return judge(case_of(graph, day), graph)


def by_check(judgement: Judgement) -> dict[str, Finding]:
    """Return the findings by check."""
    return {one.check: one for one in judgement.findings}


def conditions_of_law(graph: Graph, day: date) -> set[int | None]:
    """Return the items of article 8 of the Construction Law that the permit's conditions cite."""
    snapshot = graph.at(as_of=day)
    item = snapshot.items[ITEM]
    return {
        cited.clause.item
        for condition in (*item.conditions, *(item.not_on_paper or ()))
        for cited in snapshot.cited(condition.cites)
        if (cited.regulation.id, cited.clause.article, cited.clause.paragraph)
        == ("construction-law", 8, 1)
    }


def limit(item: Item, name: str) -> int | None:
    """Return the days of a time limit; None where there is none."""
    return next((one.days for one in item.time_limits or () if one.id == name), None)


def changes(graph: Graph, before: date, after: date) -> dict[tuple[str, str], Change]:
    """Return what differs between two days, by sort and id."""
    found = difference(graph.at(as_of=before), graph.at(as_of=after))
    return {(one.sort.value, one.id): one for one in found}


@pytest.mark.parametrize("day", DAYS)
def test_every_citation_of_every_rule_was_law_on_the_day(graph: Graph, day: date) -> None:
    """No finding of any item leans on a clause that was not yet, or no longer, in force."""
    snapshot = graph.at(as_of=day)
    for item in graph.items:
        for applied in snapshot.applied(item=item, jurisdiction="cn"):
            assert all(snapshot.clause(one) for one in applied.rule.text.cites), applied.rule.key
            assert all(one.version.in_force(day) for one in applied.cites), applied.rule.key


@pytest.mark.parametrize("day", DAYS)
def test_every_dated_demand_was_law_on_the_day(graph: Graph, day: date) -> None:
    """A condition, material or time limit with dates cites only what was in force then."""
    snapshot = graph.at(as_of=day)
    for item in snapshot.items.values():
        parts = (*item.conditions, *(item.not_on_paper or ()), *(item.materials or ()),
                 *(item.time_limits or ()))  # fmt: skip
        for part in parts:
            if part.valid_from or part.valid_until:
                assert all(snapshot.clause(one) for one in part.cites), part


@pytest.mark.parametrize(
    ("day", "least"),
    [(date(2016, 6, 1), 100), (date(2018, 12, 1), 120), (FIFTEEN, 120), (date(2026, 1, 1), 130)],
)
def test_a_case_of_an_earlier_year_is_checked_too(graph: Graph, day: date, least: int) -> None:
    """The rules begin when their ground became law, not when they were written down."""
    assert len(graph.at(as_of=day).applied(item=ITEM, jurisdiction="cn")) >= least


def test_before_the_measures_no_rule_speaks(graph: Graph) -> None:
    """What rests on the measures of 2014 says nothing of a day before them."""
    assert graph.at(as_of=date(2014, 10, 24)).applied(item=ITEM, jurisdiction="cn") == ()


def test_eight_conditions_and_fifteen_days_became_six_and_seven(graph: Graph) -> None:
    """Article 8 of the Construction Law before and after the amendment of 2019-04-23."""
    assert conditions_of_law(graph, FIFTEEN) == set(range(1, 9))
    assert conditions_of_law(graph, SEVEN) == set(range(1, 7))
    before, after = (graph.at(as_of=day).items[ITEM] for day in (FIFTEEN, SEVEN))
    assert (limit(before, "decision"), limit(after, "decision")) == (15, 7)
    assert (limit(before, "decision_by_measures"), limit(after, "decision_by_measures")) == (
        7,
        None,
    )
    assert limit(graph.at(as_of=date(2018, 9, 27)).items[ITEM], "decision_by_measures") is None


@pytest.mark.parametrize(
    ("day", "version"), [(FIFTEEN, date(2011, 4, 22)), (SEVEN, date(2019, 4, 23))]
)
def test_each_report_cites_the_text_of_its_day(graph: Graph, day: date, version: date) -> None:
    """The same case reviewed on two days gives two reports, neither citing the other's law."""
    cited = [
        read_reference(one.clause) for finding in judged(graph, day).findings
        for one in finding.citations
    ]  # fmt: skip
    assert {one.version for one in cited if one.regulation == "construction-law"} == {version}
    for one in cited:
        regulation = graph.regulations[one.regulation]
        (text,) = (each for each in regulation.versions if each.version == one.version)
        assert text.in_force(day), one


def test_what_papers_cannot_show_is_that_of_the_day(graph: Graph) -> None:
    """The eighth condition is told as not checked while it was law, and not any more after."""
    open_ones = [
        {one.check for one in judged(graph, day).coverage.not_checked} for day in (FIFTEEN, SEVEN)
    ]
    assert [f"{ITEM}.other_conditions" in one for one in open_ones] == [True, False]


def test_the_difference_names_clauses_and_demands(graph: Graph) -> None:
    """What changed on 2019-04-23 is named: clauses, conditions, time limit, rule, parameter."""
    found = changes(graph, FIFTEEN, SEVEN)
    law = {one: change for (sort, one), change in found.items() if sort == Sort.CLAUSE}
    assert {one for one in law if one.startswith("construction-law#")} == {
        "construction-law#8.1", "construction-law#8.1.2", "construction-law#8.1.5",
        "construction-law#8.1.7", "construction-law#8.1.8", "construction-law#8.2",
    }  # fmt: skip
    assert law["construction-law#8.1.7"].turn is Turn.GONE
    assert found["condition", f"{ITEM}/funds"].turn is Turn.CHANGED
    assert found["condition", f"{ITEM}/other_conditions"].turn is Turn.GONE
    days = {
        one.name: (one.before, one.after) for one in found["time limit", f"{ITEM}/decision"].fields
    }
    assert days["days"] == ("15", "7")
    funds = {one.name: one for one in found["rule", "completeness.funds-commitment"].fields}
    assert "construction-law@2011-04-22#8.1.7" in funds["clauses"].before
    assert "construction-law@2019-04-23#8.1.5" in funds["clauses"].after
    assert ("parameter", "permit_days") in found


def test_the_proof_of_funds_gave_way_to_a_commitment(graph: Graph) -> None:
    """Until 2018-09-28 a person compares the bank's proof; from then the commitment is missing."""
    check = "completeness.funds-commitment"
    first, second, third = (
        by_check(judged(graph, day))[check] for day in (date(2018, 9, 27), date(2018, 9, 28), SEVEN)
    )
    assert [one.verdict for one in (first, second, third)] == [
        Verdict.UNDETERMINED, Verdict.FAIL, Verdict.FAIL,
    ]  # fmt: skip
    assert len({one.rule for one in (first, second, third)}) == 3
    assert "第（八）项" in first.citations[1].title
    assert "第（七）项" in second.citations[1].title


def test_the_law_of_another_day_alone_turns_a_verdict(graph: Graph) -> None:
    """With the facts unchanged, seven days instead of fifteen make the planned start too late."""
    facts = replace(case_of(graph, date(2019, 4, 24)))
    first, second = (
        {one.check: one for one in judge(facts, graph, law_at=day).findings}
        for day in (FIFTEEN, SEVEN)
    )
    sides = Sides(facts.case, before=graph.at(as_of=FIFTEEN), after=graph.at(as_of=SEVEN))
    (turned,) = flips(first, second, sides.why)
    assert turned.check == "time.start_within_three_months"
    assert "parameter permit_days, value: 15 → 7" in turned.why


def test_environmental_law_gives_way_to_the_code(graph: Graph) -> None:
    """The age of the approval is the same question on both days, on another law."""
    check = "time.environmental_approval_age"
    first, second = (
        by_check(judged(graph, day))[check] for day in (date(2026, 8, 14), date(2026, 8, 15))
    )
    assert {read_reference(one.clause).regulation for one in first.citations} == {
        "environmental-impact-law"
    }
    assert {read_reference(one.clause).regulation for one in second.citations} == {
        "ecological-code"
    }
    found = changes(graph, date(2026, 8, 14), date(2026, 8, 15))
    assert found["clause", "environmental-impact-law#24.2"].turn is Turn.GONE
    assert found["clause", "ecological-code#106.2"].turn is Turn.ADDED
    assert ("rule", check) in found


def test_company_law_of_2023_takes_over(graph: Graph) -> None:
    """The entries of a business licence stand in another article from 2024-07-01."""
    rule = "agreement.investment-filing.legal_representative"
    titles = [
        [cited.title for cited in applied.cites if cited.regulation.id == "company-law"]
        for day in (date(2024, 6, 30), date(2024, 7, 1))
        for applied in graph.at(as_of=day).applied(item="investment-filing", jurisdiction="cn")
        if applied.rule.id == rule
    ]
    assert ["第七条第二款" in one[0] for one in titles] == [True, False]
    assert "第三十三条" in titles[1][0]
    changed = changes(graph, date(2024, 6, 30), date(2024, 7, 1))
    (clauses,) = (one for one in changed["rule", rule].fields if one.name == "clauses")
    assert "company-law@2018-10-26#licence" in clauses.before
    assert "company-law@2023-12-29#licence" in clauses.after
