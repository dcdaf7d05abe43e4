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


MATERIAL = """\
cites: ["building-law#8"]
materials:
  - {kind: form, cites: ["building-law#8"]}
  - {kind: licence, cites: ["building-law#8"], substitutes: [contract]}
"""
NEVER = """\
- id: bank
  title: {zh: 资金证明, en: proof of funds}
  words: [资金证明]
  cites: ["building-law#8"]
  reason: {zh: 已由承诺书代替。, en: a commitment stands for it}
"""


def _lint_faults(folder: Path, file: str, old: str, new: str) -> list[str]:
    """Return what lint says after an item names its materials and something else is edited."""
    (folder / "never_asked.yaml").write_text(NEVER, encoding="utf-8")
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return [str(one) for one in lint(load_graph(folder), folder) if one.level is Level.ERROR]


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "words"),
    [
        ("items/permit.yaml", '{kind: form, cites: ["building-law#8"]}',
         '{kind: form, cites: ["town-guide#1"]}', "items/permit.yaml:5", "asks for form without"),
        ("items/permit.yaml", '{kind: form, cites: ["building-law#8"]}',
         "{kind: form, cites: []}", "items/permit.yaml:5", "cite the one that asks for it"),
        ("items/permit.yaml", ", substitutes: [contract]", "", "rules/all.yaml:14",
         "asks for contract, which is no material"),
        (RULES, "请补交监理合同。", "请补交监理合同和资金证明。", "rules/all.yaml:14",
         "asks for proof of funds (资金证明)"),
        ("items/permit.yaml", '{kind: form, cites: ["building-law#8"]}',
         '{kind: form, cites: ["building-law#8"], when: {zh: 附资金证明的, en: with proof}}',
         "items/permit.yaml:5", "已由承诺书代替"),
        (RULES, "请补交监理合同。", "请补交监理合同，不得再要求银行出具资金证明。", "", ""),
        (RULES, "请补交监理合同。", "请补交监理合同；资金证明已由承诺书代替。", "", ""),
    ],
)  # fmt: skip
def test_a_paper_that_no_law_asks_for_is_flagged(
    edited: Edit, file: str, old: str, new: str, place: str, words: str
) -> None:
    """Neither an item nor a rule asks for a paper without ground, or for an abolished one."""
    folder = edited("items/permit.yaml", 'cites: ["building-law#8"]\n', MATERIAL)
    found = _lint_faults(folder, file, old, new)
    assert len(found) == bool(words), found
    assert all(one.startswith(place) and words in one for one in found), found


@pytest.mark.parametrize(("superseded", "flagged"), [("", 1), ("  superseded_at: 2026-12-01\n", 0)])
def test_a_superseded_rule_is_not_flagged_for_what_it_asked(
    edited: Edit, superseded: str, flagged: int
) -> None:
    """A rule that asks for an abolished paper is at fault until a correction has replaced it."""
    folder = edited(RULES, "- id: codes.id\n  version: 1", "- id: codes.id\n  version: 2")
    text = (SMALL / RULES).read_text(encoding="utf-8")
    older = text[text.index("- id: codes.id") :].replace("请更正。", "请更正并附资金证明。")
    older = older.replace("  check:", f"{superseded}  valid_until: 2020-01-01\n  check:")
    (folder / "rules" / "older.yaml").write_text(older, encoding="utf-8")
    newer = "version: 2\n  title: {zh: 身份号码正确, en: the identity number is right}\n"
    cites = '  cites: ["building-law#8"]\n'
    found = _lint_faults(
        folder, RULES, f"{newer}{cites}  valid_from: 2011-01-01",
        f"{newer}{cites}  valid_from: 2020-01-01",
    )  # fmt: skip
    assert len(found) == flagged, found
    assert all(one.startswith("rules/older.yaml:1: codes.id: asks for") for one in found), found


def test_english_that_repeats_the_chinese_is_a_notice(edited: Edit) -> None:
    """A rule that nobody translated loads and is noted."""
    folder = edited(RULES, "{zh: 请补交监理合同。, en: Hand in the contract.}",
                    "{zh: 请补交监理合同。, en: 请补交监理合同。}")  # fmt: skip
    found = {fault.code: fault for fault in lint(load_graph(folder), folder)}
    assert set(found) == {"unverified", "untranslated"}
    assert found["untranslated"].level is Level.NOTICE
