"""The table of what the rules of the construction permit cover is that of the rules."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from rules_kg import Graph, load_graph
from rules_kg.basics import OTHER_CASES

TABLE = Path(__file__).parents[3] / "docs" / "reference" / "coverage-construction-permit.md"
ITEM = "construction-permit"
CONSTRAINTS = frozenset(f"C{number:02}" for number in range(1, 54))
THRESHOLDS = frozenset(f"1.3-{number:02}" for number in range(1, 17))
BY_THE_ENGINE = "C53"
_NAME = re.compile(r"`([^`]+)`")


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The graph that ships."""
    return load_graph()


def _rows() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return, for each id of the table, its rules and what is named beyond the papers."""
    rows = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.match(r"(C\d|\d)", cells[0]):
            beyond = frozenset(_NAME.findall(cells[4]))
            rows[cells[0]] = (frozenset(_NAME.findall(cells[3])), beyond)
    return rows


def test_table_lists_every_requirement() -> None:
    """No constraint and no threshold of another law is left out."""
    assert set(_rows()) >= CONSTRAINTS | THRESHOLDS


def test_table_names_the_rules_that_rest_on_each_requirement(graph: Graph) -> None:
    """The rules of each row are those whose basis is its id, and no rule rests on an unknown id."""
    found: dict[str, set[str]] = defaultdict(set)
    for rule in graph.rules:
        if rule.text.item == ITEM:
            for basis in rule.text.basis or ():
                found[basis].add(rule.id)
    rows = _rows()
    assert set(found) <= set(rows)
    assert {key: set(rules) for key, (rules, _) in rows.items()} == {
        key: found.get(key, set()) for key in rows
    }


def test_every_rule_of_the_permit_names_what_it_answers(graph: Graph) -> None:
    """A rule without a basis would be a demand out of nowhere."""
    assert [r.key for r in graph.rules if r.text.item == ITEM and not r.text.basis] == []


def test_what_no_rule_covers_is_reported_as_not_on_paper(graph: Graph) -> None:
    """A row without rules names what every report lists as not checked."""
    listed = {one.id for one in graph.items[ITEM].not_on_paper or ()} | OTHER_CASES
    for key, (rules, beyond) in _rows().items():
        if key != BY_THE_ENGINE:
            assert rules or beyond & listed, key
            assert beyond <= listed, key


def test_severity_and_outcome_of_a_demand_fit_each_other(graph: Graph) -> None:
    """What is only advice in weight never asks for a correction."""
    for rule in graph.rules:
        if rule.text.item == ITEM and rule.text.severity == "advice":
            assert rule.text.outcome != "correct", rule.key
