import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from preaudit.check import judge
from preaudit.check.example_facts import example_facts
from preaudit.check.stored import facts_of
from preaudit.cli import run
from preaudit.errors import ExitCode, Stage
from preaudit.findings import Bilingual
from preaudit.render import report_json
from preaudit.report import Problem, Report
from rules_kg import load_graph
from rules_kg.schema import Example

if TYPE_CHECKING:
    from conftest import FakePipeline

Capture = pytest.CaptureFixture[str]
Papers = list[dict[str, dict[str, Any]]]
SMALL = Path(__file__).parents[1] / "rules" / "small"
FORM: Papers = [{"form": {"building_area": 1500, "supervisor_name": "安和监理有限公司"}}]
CHECK = "agreement.building_area"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return a small folder of rules that may be changed."""
    return Path(shutil.copytree(SMALL, tmp_path / "content"))


def stored(report: Report, content: Path, papers: Papers, place: str = "cn") -> Report:
    """Return the report that the small rules give on a few papers."""
    graph = load_graph(content)
    example = Example(
        name="", expect="pass", papers=papers, as_of=date(2025, 1, 1), jurisdiction=place
    )
    facts = example_facts(example, (), graph.vocabulary)
    judgement = judge(facts, graph)
    return replace(
        report,
        case=facts.case,
        sources=tuple(one.source for one in facts.materials),
        materials=facts.materials,
        signals=(),
        signatures=(),
        findings=judgement.findings,
        coverage=judgement.coverage,
        problems=(),
    )


@pytest.fixture
def archive(report: Report, content: Path, tmp_path: Path) -> Path:
    """Return a folder with three reports and a file that is none."""
    folder = tmp_path / "archive"
    cases: Mapping[str, tuple[Papers, str]] = {
        "a": (FORM, "cn"),
        "b": ([{"form": {"building_area": 90}}, {"contract": {}}], "cn"),
        "deep/c": (FORM, "town"),
    }
    for name, (papers, place) in cases.items():
        path = folder / name / "report.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(report_json(stored(report, content, papers, place)))
    (folder / "bad").mkdir()
    (folder / "bad" / "report.json").write_text("{}", encoding="utf-8")
    (folder / "case.json").write_text("{}", encoding="utf-8")
    return folder


def changed(content: Path, file: str, old: str, new: str) -> Path:
    """Return a copy of the rules with one text replaced."""
    other = Path(shutil.copytree(content, content.parent / "changed"))
    path = other / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return other


def impact(pipeline: "FakePipeline", archive: Path, content: Path, *more: str) -> int:
    """Run `rules impact`."""
    arguments = ["rules", "impact", "--archive", str(archive), "--content", str(content), *more]
    return run(arguments, tools=pipeline.tools())


def test_a_changed_parameter_turns_the_cases_it_decides(
    pipeline: "FakePipeline", archive: Path, content: Path, capsys: Capture
) -> None:
    """The flip names case, check, both verdicts and the value that changed; a bad file is noted."""
    rules = changed(content, "parameters/values.yaml", "value: 2000.5", "value: 1200")
    code = impact(pipeline, archive, content, "--rules", str(rules))
    assert code == ExitCode.UNDETERMINED
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        "a/report.json",
        f"  {CHECK}: pass → fail (advice)",
        "    因为 parameter largest_area, value: 2000.5 → 1200",
    ]
    assert "bad/report.json: this is not a report" in printed.err
    assert "4 reports: 1 come out otherwise, 1 could not be judged" in printed.err


BELOW, ABOVE = "form.building_area < param", "form.building_area > param"


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (("rules/all.yaml", BELOW, ABOVE),
         f"rule {CHECK}, check: {BELOW}.largest_area → {ABOVE}.largest_area"),
        (("jurisdictions/places.yaml", "outcome: correct", "outcome: deferrable"),
         f"overlay town/{CHECK}, outcome: correct → deferrable"),
        (("rules/all.yaml", "version: 2", "version: 3"), ""),
        (("rules/all.yaml", "valid_from: 2024-06", "valid_from: 2026-06"), f"rule {CHECK} gone"),
    ],
)  # fmt: skip
def test_the_reason_is_what_changed(
    pipeline: "FakePipeline",
    archive: Path,
    content: Path,
    edit: tuple[str, str, str],
    line: str,
    capsys: Capture,
) -> None:
    """Rule, overlay and period are named by what differs; a new number alone turns nothing."""
    impact(pipeline, archive, content, "--rules", str(changed(content, *edit)), "--json")
    lines = [json.loads(one) for one in capsys.readouterr().out.splitlines()]
    assert [one["case"][0] for one in lines] == ["a", "b", "d"]
    why = {reason for one in lines for flip in one["flips"] for reason in flip["why"]}
    assert why == ({line} if line else set())


def test_stored_verdicts_are_compared_with_the_current_rules(
    pipeline: "FakePipeline", archive: Path, content: Path, capsys: Capture
) -> None:
    """Without a changed pack nothing turns as long as the rules are those of the reports."""
    impact(pipeline, archive, content)
    assert capsys.readouterr().out == ""
    rules = changed(content, "rules/all.yaml", "form.building_area < param",
                    "form.building_area > param")  # fmt: skip
    impact(pipeline, archive, rules)
    out = capsys.readouterr().out
    assert f"  {CHECK}: pass → fail (advice)" in out
    assert "form.building_area < param.largest_area = true → " in out


def test_rules_that_came_or_went_are_named(
    pipeline: "FakePipeline", archive: Path, content: Path, capsys: Capture
) -> None:
    """A check that is no longer asked is told as such, and so is a newer version of a rule."""
    later = "valid_from: 2024-06-01"
    impact(pipeline, archive, changed(content, "rules/all.yaml", later, later.replace("24", "26")))
    out = capsys.readouterr().out
    assert f"  {CHECK}: fail (correct) → not asked" in out
    assert f"rule {CHECK}@2 gone" in out
    assert f"  {CHECK}: pass → not asked" not in out


def test_a_new_version_and_a_clause_are_named(
    pipeline: "FakePipeline", archive: Path, content: Path, capsys: Capture
) -> None:
    """Against stored verdicts, the rule's version and its citations tell what changed."""
    rules = changed(content, "rules/all.yaml", BELOW, ABOVE)
    path = rules / "rules" / "all.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("  version: 2")
    newer = text[start:].replace("version: 2", "version: 3", 1)
    newer = newer.replace("building-law#8", "building-law#8.1.2", 1)
    path.write_text(text[:start] + newer, encoding="utf-8")
    impact(pipeline, archive, rules)
    out = capsys.readouterr().out
    assert f"因为 rule {CHECK}@2 → {CHECK}@3" in out
    assert "因为 clause building-law@2019-04-23#8 gone" in out
    assert "因为 clause building-law@2019-04-23#8.1.2 added" in out


def test_a_flip_that_follows_another_rule_says_so(
    pipeline: "FakePipeline", archive: Path, content: Path, report: Report, capsys: Capture
) -> None:
    """A check that repeats a root whose rule changed names the root."""
    papers: Papers = [{"form": {"supervisor_name": "安和监理有限公司"}}]
    (archive / "a" / "report.json").write_bytes(report_json(stored(report, content, papers)))
    rules = changed(content, "rules/all.yaml", "check: handed_in('contract')",
                    "check: handed_in('contract') || true")  # fmt: skip
    impact(pipeline, archive, content, "--rules", str(rules))
    out = capsys.readouterr().out
    assert "completeness.contract: fail (correct) → pass" in out
    assert "agreement.supervisor_name: not_applicable → undetermined" in out
    assert "因为 repeats completeness.contract" in out


def test_an_archive_without_reports_is_refused(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """A folder without reports, or no folder at all, is an input error."""
    assert impact(pipeline, content, content) == ExitCode.INPUT
    assert impact(pipeline, content / "no", content) == ExitCode.INPUT
    assert "holds no file named report.json" in capsys.readouterr().err


def test_files_that_were_not_read_are_known_from_the_problems(
    report: Report, content: Path
) -> None:
    """A problem of a file makes it unread, unless all its pages were read."""
    made = stored(report, content, FORM)
    nothing = Bilingual(zh="", en="")

    def problem(file: str) -> Problem:
        return Problem(stage=Stage.READ, code="x", message=nothing, remedy=nothing, file=file)

    files = ("form-1.pdf", "lost.pdf", "case.json", "")
    troubled = replace(made, problems=tuple(problem(one) for one in files))
    assert facts_of(troubled).unread == ("lost.pdf",)
    longer = replace(made.sources[0], pages=2)
    cut = replace(troubled, sources=(longer,))
    assert facts_of(cut).unread == ("form-1.pdf", "lost.pdf")


def diff_case(pipeline: "FakePipeline", content: Path, *more: str) -> int:
    """Run `rules diff`."""
    return run(["rules", "diff", *more, "--content", str(content)], tools=pipeline.tools())


def test_the_law_of_two_days_on_one_case(
    pipeline: "FakePipeline", archive: Path, content: Path, capsys: Capture
) -> None:
    """The verdicts that differ are told with the value, rule or clause that made the difference."""
    case = str(archive / "a" / "report.json")
    days = ["2018-12-31", "2025-01-01"]
    assert diff_case(pipeline, content, *days, "--case", case) == ExitCode.CLEAR
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert f"  {CHECK}: fail (advice) → pass" in lines
    assert "    因为 parameter largest_area, value: 1000 → 2000.5" in lines
    clause = "clauses: building-law@2011-01-01#8 → building-law@2019-04-23#8"
    assert f"    因为 rule completeness.licence, {clause}" in lines
    assert "2018-12-31 → 2025-01-01: " in printed.err
    assert diff_case(pipeline, content, *days, "--case", case, "--json") == ExitCode.CLEAR
    told = json.loads(capsys.readouterr().out)
    assert CHECK in [one["check"] for one in told["flips"]]
    assert diff_case(pipeline, content, "2025-01-01", "2025-01-02", "--case", case) == 0
    printed = capsys.readouterr()
    assert not printed.out
    assert "0 verdicts differ, 0 rest on another ground" in printed.err


@pytest.mark.parametrize(
    "sides", [["2018-12-31", "rules"], ["--known", "2018-12-31", "2025-01-01"]]
)
def test_a_case_is_compared_by_two_days_only(
    pipeline: "FakePipeline", archive: Path, content: Path, sides: list[str], capsys: Capture
) -> None:
    """Folders and days of knowledge are not what a case is compared by; a missing file is named."""
    case = str(archive / "a" / "report.json")
    assert diff_case(pipeline, content, *sides, "--case", case) == ExitCode.USAGE
    assert "two days" in capsys.readouterr().err
    days = ["2018-12-31", "2025-01-01"]
    code = diff_case(pipeline, content, *days, "--case", str(archive / "none.json"))
    assert code == ExitCode.INPUT
    assert "cannot be read" in capsys.readouterr().err
