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


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return a small folder of rules that may be damaged."""
    return Path(shutil.copytree(SMALL, tmp_path / "content"))


def rules(pipeline: "FakePipeline", *arguments: str, content: Path) -> int:
    """Run a rules command on a folder of rules."""
    return run(["rules", *arguments, "--content", str(content)], tools=pipeline.tools())


def test_lint_counts_what_it_found(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """A graph without errors ends well, with its size on standard error."""
    assert rules(pipeline, "lint", content=content) == ExitCode.CLEAR
    assert "0 errors" in capsys.readouterr().err


def test_a_fault_is_named_with_file_and_line(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """A rule that does not parse gives one line with its place, and the exit code of rules."""
    bad = content / "rules" / "bad.yaml"
    bad.write_text("id: x.y\nversion: [\n", encoding="utf-8")
    assert rules(pipeline, "lint", content=content) == ExitCode.RULES
    printed = capsys.readouterr()
    assert printed.out.startswith("rules/bad.yaml:")
    assert "error" in printed.out
    assert "1 errors" in printed.err


@pytest.mark.parametrize("command", ["test", "show"])
def test_other_commands_refuse_a_faulty_graph(
    pipeline: "FakePipeline", content: Path, command: str, capsys: Capture
) -> None:
    """Nothing is tried or shown when the graph does not load."""
    (content / "rules" / "bad.yaml").write_text("id: x.y\nversion: [\n", encoding="utf-8")
    assert rules(pipeline, command, content=content) == ExitCode.RULES
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "rules/bad.yaml" in printed.err
    assert "Traceback" not in printed.err


def test_examples_as_written_end_well(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """When every example comes out as written only their number is told."""
    assert rules(pipeline, "test", content=content) == ExitCode.CLEAR
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "0 not" in printed.err


def test_an_example_that_comes_out_otherwise_is_named(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """A wrong expectation is told with its file, line and what came out."""
    path = content / "cases" / "agreement.supervisor_name.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("expect: pass", "expect: fail", 1), encoding="utf-8")
    assert rules(pipeline, "test", content=content) == ExitCode.RULES
    out = capsys.readouterr().out
    assert out.startswith("cases/agreement.supervisor_name.yaml:")
    assert "expected fail, got pass" in out


def test_all_rules_are_listed(pipeline: "FakePipeline", content: Path, capsys: Capture) -> None:
    """Without an id each rule has a line with its version, place and outcome."""
    assert rules(pipeline, "show", content=content) == ExitCode.CLEAR
    assert "agreement.supervisor_name@1" in capsys.readouterr().out


def test_one_rule_is_shown_with_what_it_rests_on(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """With an id its expression and clauses are shown."""
    assert rules(pipeline, "show", "agreement.supervisor_name", content=content) == ExitCode.CLEAR
    out = capsys.readouterr().out
    assert "check" in out
    assert "cites" in out
    assert "clause:" in out


def test_an_unknown_rule_gets_a_hint(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """A misspelt id is answered with the nearest one."""
    wrong = "agreement.supervisor_nam"
    assert rules(pipeline, "show", wrong, content=content) == ExitCode.USAGE
    assert "'agreement.supervisor_name'" in capsys.readouterr().err
