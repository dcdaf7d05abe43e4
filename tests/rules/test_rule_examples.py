"""Every example beside every rule, each as its own test."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from preaudit.check import ExampleResult, run_examples
from rules_kg import Level, lint, load_graph

SMALL = Path(__file__).parent / "small"


@lru_cache(maxsize=1)
def _shipped() -> tuple[ExampleResult, ...]:
    return run_examples(load_graph())


@pytest.mark.parametrize("result", _shipped(), ids=lambda one: f"{one.check}: {one.name}")
def test_rule_judges_its_example(result: ExampleResult) -> None:
    """A shipped rule gives the verdict that the example beside it asks for."""
    assert result.ok, f"{result.file}:{result.line} {result.problem}"


def test_shipped_graph_is_clean() -> None:
    """Lint finds no error in the shipped rules; notices are allowed."""
    errors = [str(fault) for fault in lint(load_graph()) if fault.level is Level.ERROR]
    assert errors == []


def test_every_check_has_three_verdicts_shown() -> None:
    """Each shipped rule has an example that passes, one that fails and one undetermined."""
    shown: dict[str, set[str]] = {}
    for result in _shipped():
        shown.setdefault(result.check, set()).add(result.expected)
    wanted = {"pass", "fail", "undetermined"}
    assert {rule.id: wanted - shown.get(rule.id, set()) for rule in load_graph().rules} == {
        rule.id: set() for rule in load_graph().rules
    }


def test_small_content_is_clean() -> None:
    """The small content folder that other tests use loads, and its examples hold."""
    graph = load_graph(SMALL)
    assert [fault for fault in lint(graph, SMALL) if fault.level is Level.ERROR] == []
    assert [one for one in run_examples(graph, SMALL) if not one.ok] == []
