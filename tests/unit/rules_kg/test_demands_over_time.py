"""Conditions, materials and time limits of an item that hold on some days only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from rules_kg import Graph, RulesFault, lint, load_graph
from rules_kg.difference import Turn, difference
from rules_kg.paths import path_of

ITEM, FILE = "construction-permit", "items/permit.yaml"
OLD = "building-law@2011-01-01#8"
NEW = "building-law@2019-04-23#8"
CONDITION = """\
  - id: licensed
    title: {zh: 有许可证, en: there is a licence}
    cites: ["building-law#8"]
    evidenced_by: [licence]
"""
TWO = f"""\
  - id: licensed
    title: {{zh: 有旧许可证, en: there is an old licence}}
    cites: ["{OLD}"]
    evidenced_by: [licence]
    valid_from: 2011-01-01
    valid_until: 2019-04-23
  - id: licensed
    title: {{zh: 有许可证, en: there is a licence}}
    cites: ["{NEW}"]
    evidenced_by: [licence]
    valid_from: 2019-04-23
"""
Edit = Callable[[str, str, str], Path]
BEFORE, AFTER = date(2019, 4, 22), date(2019, 4, 23)


@pytest.fixture
def two(edited: Edit) -> Graph:
    """The small graph with a condition that is worded anew in 2019."""
    return load_graph(edited(FILE, CONDITION, TWO))


def test_a_day_has_its_own_conditions(two: Graph) -> None:
    """Each day has the record that holds on it, and no other."""
    titles = [
        [one.title.en for one in two.at(as_of=day).items[ITEM].conditions]
        for day in (BEFORE, AFTER)
    ]
    assert titles == [["there is an old licence"], ["there is a licence"]]


def test_the_network_shows_what_holds_last(two: Graph) -> None:
    """One id is one node, under the title of its latest record, with the clauses of all."""
    node = f"condition:{ITEM}/licensed"
    assert two.network.nodes[node]["title_en"] == "there is a licence"
    assert {f"clause:{OLD}", f"clause:{NEW}"} <= set(two.network.successors(node))


def test_the_difference_names_the_condition(two: Graph) -> None:
    """Its wording and what it cites are told, as one change of one condition."""
    (change,) = (
        one
        for one in difference(two.at(as_of=BEFORE), two.at(as_of=AFTER))
        if one.sort == "condition"
    )
    assert (change.id, change.turn) == (f"{ITEM}/licensed", Turn.CHANGED)
    fields = {one.name: (one.before, one.after) for one in change.fields}
    assert fields["cites"] == (OLD, NEW)


def test_the_path_of_a_rule_leads_to_the_conditions_of_its_day(two: Graph) -> None:
    """On a day there is one; over all days those that meet the rule's own days."""
    rule = next(one for one in two.rules if one.id == "completeness.licence")
    titles = [
        [one.condition.title.en for one in path_of(rule, two, as_of=day).asks if one.on_paper]
        for day in (BEFORE, None)
    ]
    assert titles[0] == ["there is an old licence"]
    assert len(titles[1]) == 2
    contract = next(one for one in two.rules if one.id == "completeness.contract")
    assert "there is an old licence" not in [
        one.condition.title.en for one in path_of(contract, two).asks
    ]


LATER = TWO.replace("    valid_until: 2019-04-23\n", "    valid_until: 2020-01-01\n")
REVERSED = TWO.replace("valid_until: 2019-04-23", "valid_until: 2010-01-01")
PLAIN = CONDITION + CONDITION


@pytest.mark.parametrize(
    ("conditions", "code", "words"),
    [
        (LATER, "overlap", "two records of 'licensed' hold on one day; let valid_until"),
        (REVERSED, "date_order", "valid_until must be later than valid_from"),
        (PLAIN, "twice", "'licensed' occurs twice in conditions; keep one"),
    ],
)
def test_wrong_periods_are_refused(edited: Edit, conditions: str, code: str, words: str) -> None:
    """Periods out of order, and two records of one id for one day, are named with their line."""
    with pytest.raises(RulesFault) as caught:
        load_graph(edited(FILE, CONDITION, conditions))
    (fault,) = caught.value.faults
    assert (fault.code, fault.file) == (code, FILE)
    assert fault.line > 0
    assert words in fault.message


@pytest.mark.parametrize(
    ("old", "new", "gap"),
    [
        (f'cites: ["{NEW}"]', f'cites: ["{OLD}"]', "2019-04-23"),
        ("    valid_from: 2011-01-01\n    valid_until: 2019-04-23\n",
         "    valid_until: 2018-01-01\n", None),
        ("    valid_from: 2011-01-01\n    valid_until: 2019-04-23\n",
         "    valid_until: 2010-01-01\n", "2009-12-31"),
    ],
)  # fmt: skip
def test_lint_asks_that_a_dated_demand_cites_the_law_of_its_days(
    edited: Edit, old: str, new: str, gap: str | None
) -> None:
    """What a dated condition cites is in force while it is; where it begins is open, to its end."""
    folder = edited(FILE, CONDITION, TWO.replace(old, new, 1))
    told = [one.message for one in lint(load_graph(folder), folder) if "'licensed'" in one.message]
    assert [
        f"is not in force on {gap}, when the condition 'licensed' is" in one for one in told
    ] == ([True] if gap else [])
