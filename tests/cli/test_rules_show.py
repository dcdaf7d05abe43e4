import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from preaudit.cli import run
from preaudit.errors import ExitCode

if TYPE_CHECKING:
    from conftest import FakePipeline

Capture = pytest.CaptureFixture[str]
SMALL = Path(__file__).parents[1] / "rules" / "small"
AREA = "agreement.building_area"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return a small folder of rules that may be changed."""
    return Path(shutil.copytree(SMALL, tmp_path / "content"))


def rules(pipeline: "FakePipeline", *arguments: str) -> int:
    """Run a rules command."""
    return run(["rules", *arguments], tools=pipeline.tools())


def replaced(content: Path, file: str, old: str, new: str) -> None:
    """Replace one text in a file of rules."""
    path = content / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_show_takes_the_version_of_a_day(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """With a day the version, the clause and the parameters of that day are shown."""
    arguments = ["show", AREA, "--content", str(content), "--as-of"]
    assert rules(pipeline, *arguments, "2018-01-01") == ExitCode.CLEAR
    out = capsys.readouterr().out
    assert f"{AREA}@1" in out
    assert f"{AREA}@2" not in out
    assert "building-law@2011-01-01#8" in out
    assert "largest_area = 1000" in out
    assert rules(pipeline, *arguments, "2025-01-01") == ExitCode.CLEAR
    out = capsys.readouterr().out
    assert f"{AREA}@2" in out
    assert "building-law@2019-04-23#8" in out
    assert "largest_area = 2000.5" in out


def test_show_lists_what_holds_on_a_day(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """A day narrows the list of all rules, too."""
    arguments = ["show", "--content", str(content), "--as-of", "2018-01-01"]
    assert rules(pipeline, *arguments) == ExitCode.CLEAR
    out = capsys.readouterr().out
    assert f"{AREA}@1" in out
    assert "completeness.contract" not in out


@pytest.mark.parametrize("day", [("--as-of", "2001-01-01"), ("--known-at", "2001-01-01")])
def test_a_rule_that_does_not_hold_then_is_refused(
    pipeline: "FakePipeline", content: Path, day: tuple[str, str], capsys: Capture
) -> None:
    """The message says when it holds and since when we know it."""
    assert rules(pipeline, "show", AREA, "--content", str(content), *day) == ExitCode.USAGE
    error = capsys.readouterr().err
    assert "2011-01-01 to 2024-06-01, recorded 2026-11-22" in error


def test_path_leads_to_law_and_condition(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """Rule, clause, version and law stand below one another; the condition says why it is there."""
    assert rules(pipeline, "path", AREA, "--content", str(content)) == ExitCode.CLEAR
    out = capsys.readouterr().out
    assert out.index("《建造法》第八条") < out.index("2011-01-01版") < out.index("法规  《建造法》")
    assert "param.largest_area" in out
    assert "有许可证" in out
    assert "同一条款  building-law#8" in out
    assert "材料不能证明" in out


def test_path_of_a_node_lists_its_edges(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """A clause shows what rests on it."""
    node = "clause:building-law@2019-04-23#8.1.2"
    assert rules(pipeline, "path", node, "--content", str(content)) == ExitCode.CLEAR
    assert "← cites  rule:completeness.contract@1" in capsys.readouterr().out
    assert rules(pipeline, "path", "clause:building", "--content", str(content)) == ExitCode.USAGE
    assert "there is no node" in capsys.readouterr().err


def test_diff_of_two_days_names_the_clause(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """Rules, clauses, parameters and overlays that came, went or changed are listed by field."""
    code = rules(pipeline, "diff", "2018-01-01", "2025-01-01", "--content", str(content))
    assert code == ExitCode.CLEAR
    printed = capsys.readouterr()
    assert f"~ rule {AREA}" in printed.out
    assert "clauses: building-law@2011-01-01#8 → building-law@2019-04-23#8" in printed.out
    assert "summary.zh: 八项条件。 → 六项条件。" in printed.out
    assert "+ clause building-law#8.1.2" in printed.out
    assert "value: 1000 → 2000.5" in printed.out
    assert "+ overlay town/agreement.building_area" in printed.out
    assert "1 overlay added" in printed.err


def test_diff_may_be_of_one_item(pipeline: "FakePipeline", capsys: Capture) -> None:
    """With an item named, rules and demands of others are left out; the law stays."""
    days = ("2019-04-22", "2019-04-23")
    assert rules(pipeline, "diff", *days, "--item", "construction-permit") == ExitCode.CLEAR
    printed = capsys.readouterr().out
    assert "~ clause construction-law#8.2" in printed
    assert "construction-permit/" in printed
    assert "completion-filing" not in printed
    assert rules(pipeline, "diff", *days, "--item", "construction-permitt") == ExitCode.USAGE
    assert "did you mean 'construction-permit'?" in capsys.readouterr().err


def test_diff_of_two_folders_is_by_field(
    pipeline: "FakePipeline", content: Path, tmp_path: Path, capsys: Capture
) -> None:
    """A changed rule shows the one field that differs, a removed one that it is gone."""
    other = Path(shutil.copytree(content, tmp_path / "other"))
    replaced(other, "rules/all.yaml", "outcome: advice", "outcome: correct")
    replaced(other, "rules/all.yaml", "form.building_area < param", "form.building_area != param")
    code = rules(pipeline, "diff", str(content), str(other), "--as-of", "2025-01-01", "--json")
    assert code == ExitCode.CLEAR
    (change,) = json.loads(capsys.readouterr().out)
    assert (change["sort"], change["turn"], change["id"]) == ("rule", "changed", AREA)
    (field,) = change["fields"]
    assert field == {
        "name": "check",
        "before": "form.building_area < param.largest_area",
        "after": "form.building_area != param.largest_area",
    }


def test_diff_of_two_days_of_knowledge(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """What was corrected later is told apart from what the law changed."""
    replaced(
        content,
        "regulations/law.yaml",
        '- {id: "8", article: 8, summary: {zh: 六项条件。, en: Six conditions.}, verified: true}',
        '- {id: "8", article: 8, summary: {zh: 六项条件。, en: Six.}, verified: true,'
        " recorded_at: 2026-12-01}\n"
        '      - {id: "8", article: 8, summary: {zh: 五项条件。, en: Five.}, verified: false,'
        " superseded_at: 2026-12-01}",
    )
    arguments = ["diff", "--known", "2026-11-30", "2026-12-01", "--content", str(content)]
    assert rules(pipeline, *arguments, "--as-of", "2025-01-01") == ExitCode.CLEAR
    out = capsys.readouterr().out
    assert "~ clause building-law#8" in out
    assert "五项条件。 → 六项条件。" in out
    assert "verified: false → true" in out


@pytest.mark.parametrize(
    ("sides", "words"),
    [
        (["2018-01-01", "nowhere"], "two days"),
        (["nowhere", "elsewhere"], "neither a day (YYYY-MM-DD) nor a folder"),
        (["--known", "nowhere", "elsewhere"], "two days"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    pipeline: "FakePipeline", content: Path, sides: list[str], words: str, capsys: Capture
) -> None:
    """A day and a folder, or what is neither, are no two sides."""
    assert rules(pipeline, "diff", *sides, "--content", str(content)) == ExitCode.USAGE
    assert words in capsys.readouterr().err


def test_nothing_differs_from_itself(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """Two equal sides give no line and say so."""
    assert rules(pipeline, "diff", str(content), str(content)) == ExitCode.CLEAR
    printed = capsys.readouterr()
    assert (printed.out, printed.err.strip()) == ("", "no difference")
