"""What a graph that loads still lacks is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rules_kg import Graph, Level, lint, load_graph
from rules_kg.graph import kind_title
from rules_kg.loading import load_examples

SMALL = Path(__file__).parents[2] / "rules" / "small"
Edit = Callable[[str, str, str], Path]


RULES = "rules/all.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (RULES, "agreement.building_area\n  version: 2", "agreement.area\n  version: 2",
         "is no check of checks.yaml"),
        (RULES, 'cites: ["building-law#8.1.2"]\n  valid_from: 2019-04-23',
         'cites: ["building-law#8.1.2"]\n  valid_from: 2018-04-23', "not in force on 2018-04-23"),
        (RULES, 'cites: ["building-law#8.1.2"]', 'cites: ["town-guide#1"]', "needs a clause"),
        (RULES, 'cites: ["building-law#8.1.2"]', "cites: []", "cites nothing"),
        ("checks.yaml", "  codes.id: {needs: form}", "  codes.other: {needs: form}",
         "no rule answers"),
        (RULES, "param.grades.exists(row, has(row.max_floors))", "true", "no rule uses this"),
        ("jurisdictions/places.yaml", 'cites: ["town-guide#1"]', "cites: []",
         "cites the place's published catalogue"),
        ("cases/codes.id.yaml", "expect: fail", "expect: pass", "no example that is fail"),
        ("cases/codes.id.yaml", "check: codes.id", "check: codes.no", "has no rule"),
        ("cases/codes.id.yaml", "check: codes.id", "check: time.expired", "is defined already"),
        ("cases/codes.id.yaml", "expect: fail", "expekt: fail", "did you mean 'expect'"),
    ],
)  # fmt: skip
def test_lint_names_what_lacks(edited: Edit, file: str, old: str, new: str, words: str) -> None:
    """Lint finds missing rules, grounds, examples and use."""
    folder = edited(file, old, new)
    found = [str(fault) for fault in lint(load_graph(folder), folder)]
    assert any(words in fault for fault in found), found


def test_unverified_clause_is_a_notice(small: Graph) -> None:
    """A citation that nobody compared with the official text is noted, not refused."""
    (fault,) = lint(small, SMALL)
    assert (fault.level, fault.code, fault.subject) == (
        Level.NOTICE, "unverified", "completeness.contract"
    )  # fmt: skip


def test_examples_are_read_in_the_order_of_files() -> None:
    """Example files come sorted by path."""
    files = [one.file for one in load_examples(SMALL)]
    assert files == sorted(files)


def test_unknown_kind_is_called_by_its_id(small: Graph) -> None:
    """A kind outside the vocabulary has no better name than its id."""
    assert kind_title(small.vocabulary, "novel").zh == "novel"


def test_unchanged_folder_is_not_read_again() -> None:
    """Loading twice gives the same object."""
    assert load_graph(SMALL) is load_graph(SMALL)
