import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from preaudit.cli import BROKEN_PIPE, INTERNAL, run
from preaudit.errors import ExitCode, InputError, RulesError, UsageError, WeightsError
from preaudit.findings import Verdict
from preaudit.render import load_report, report_json

if TYPE_CHECKING:
    from conftest import FakePipeline

Capture = pytest.CaptureFixture[str]


def test_the_report_is_on_stdout_and_all_else_on_stderr(
    pipeline: "FakePipeline", capsys: Capture
) -> None:
    """The table stands on standard output; what a library prints does not."""
    assert run(["check", "case"], tools=pipeline.tools()) == ExitCode.FAILS
    printed = capsys.readouterr()
    assert "预审结果" in printed.out
    assert "a library prints" not in printed.out
    assert "a library prints" in printed.err


def test_json_on_stdout_is_the_report_and_nothing_else(
    pipeline: "FakePipeline", capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Standard output holds exactly the canonical bytes."""
    run(["check", "case", "--format", "json"], tools=pipeline.tools())
    assert capsysbinary.readouterr().out == report_json(pipeline.report)


def test_html_on_stdout(pipeline: "FakePipeline", capsys: Capture) -> None:
    """The page can be printed as well."""
    run(["check", "case", "--format", "html"], tools=pipeline.tools())
    assert capsys.readouterr().out.startswith("<!doctype html>")


def test_a_folder_gets_all_four_files(
    pipeline: "FakePipeline", tmp_path: Path, capsys: Capture
) -> None:
    """With -o the folder is made and holds report and notice, and the table is still printed."""
    folder = tmp_path / "a" / "b"
    assert run(["check", "case", "-o", str(folder)], tools=pipeline.tools()) == ExitCode.FAILS
    assert {path.name for path in folder.iterdir()} >= {
        "report.json",
        "report.html",
        "notice.docx",
    }
    assert load_report((folder / "report.json").read_bytes()) == pipeline.report
    printed = capsys.readouterr()
    assert "预审结果" in printed.out
    assert "report.html" in printed.err


def test_a_folder_that_cannot_be_made_is_told_before_the_work(
    pipeline: "FakePipeline", tmp_path: Path, capsys: Capture
) -> None:
    """A file in the folder's place ends the run before anything is read."""
    place = tmp_path / "file"
    place.write_text("here")
    assert run(["check", "case", "-o", str(place)], tools=pipeline.tools()) == ExitCode.USAGE
    assert pipeline.requests == []
    assert "not_writable" in capsys.readouterr().err


def test_options_reach_the_pipeline(pipeline: "FakePipeline") -> None:
    """Item, day and place are passed on as they were given."""
    options = ["--item", "other", "--as-of", "2025-06-03", "--jurisdiction", "fujian-xiamen"]
    run(["check", "a", "b", *options], tools=pipeline.tools())
    (request,) = pipeline.requests
    assert [str(path) for path in request.paths] == ["a", "b"]
    assert request.item == "other"
    assert request.as_of == date(2025, 6, 3)
    assert request.jurisdiction == "fujian-xiamen"


def test_without_options_nothing_is_declared(pipeline: "FakePipeline") -> None:
    """What the caller does not say is left to the case and the pipeline."""
    run(["check", "case"], tools=pipeline.tools())
    (request,) = pipeline.requests
    assert (request.item, request.as_of, request.jurisdiction) == (None, None, None)


@pytest.mark.parametrize(
    ("verdicts", "problems", "code"),
    [
        ({Verdict.PASS, Verdict.NOT_APPLICABLE}, 0, ExitCode.CLEAR),
        ({Verdict.PASS, Verdict.FAIL, Verdict.UNDETERMINED}, 1, ExitCode.FAILS),
        ({Verdict.PASS, Verdict.UNDETERMINED}, 0, ExitCode.UNDETERMINED),
        ({Verdict.PASS}, 1, ExitCode.UNDETERMINED),
        (set(), 1, ExitCode.UNDETERMINED),
    ],
)
def test_the_exit_code_says_what_the_report_says(
    pipeline: "FakePipeline", verdicts: set[Verdict], problems: int, code: ExitCode
) -> None:
    """Clear, failing and undetermined differ; a file that was not read is never clear."""
    report = pipeline.report
    pipeline.report = replace(
        report,
        findings=tuple(one for one in report.findings if one.verdict in verdicts),
        problems=report.problems[:problems],
    )
    assert run(["check", "case"], tools=pipeline.tools()) == code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("unknown item 'x'", code="unknown_item"), ExitCode.USAGE),
        (InputError("case: no such file", code="no_such_path"), ExitCode.INPUT),
        (RulesError("rules/x.yaml:3: bad", code="rules_fault"), ExitCode.RULES),
        (
            WeightsError("det is missing; run `make setup`", code="weights_missing"),
            ExitCode.WEIGHTS,
        ),
        (ValueError("odd\nsecond line"), INTERNAL),
    ],
)
def test_an_error_is_one_line_with_its_code(
    pipeline: "FakePipeline", error: BaseException, code: int, capsys: Capture
) -> None:
    """Each error gives its exit code and one line without a traceback; stdout stays empty."""
    pipeline.error = error
    assert run(["check", "case"], tools=pipeline.tools()) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    lines = [line for line in printed.err.splitlines() if line.startswith("preaudit: ")]
    assert len(lines) == 1
    assert "Traceback" not in printed.err


def test_a_run_can_be_stopped(pipeline: "FakePipeline", capsys: Capture) -> None:
    """Ctrl-C ends the run with the code that shells know, without a traceback."""
    pipeline.error = KeyboardInterrupt()
    assert run(["check", "case"], tools=pipeline.tools()) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_fault_of_ours_is_no_verdict() -> None:
    """The exit code of an internal fault is none that a report could have."""
    assert INTERNAL not in set(ExitCode)


def test_the_traceback_can_be_asked_for(
    pipeline: "FakePipeline", capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With PREAUDIT_DEBUG set the traceback is shown."""
    monkeypatch.setenv("PREAUDIT_DEBUG", "1")
    pipeline.error = ValueError("odd")
    run(["check", "case"], tools=pipeline.tools())
    assert "Traceback" in capsys.readouterr().err


def test_an_error_shows_no_identity_number(pipeline: "FakePipeline", capsys: Capture) -> None:
    """A file named after a person's number does not put it on the screen."""
    pipeline.error = InputError("999999199001011237.pdf: empty", code="empty")
    run(["check", "case"], tools=pipeline.tools())
    assert "999***********1237.pdf" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "case", "--as-of", "03.06.2025"],
        ["check", "case", "--format", "yaml"],
        ["check", "case", "--unknown"],
        ["nothing"],
    ],
)
def test_wrong_usage_has_its_own_code(
    pipeline: "FakePipeline", arguments: list[str], capsys: Capture
) -> None:
    """What makes no sense ends before the pipeline is called, told on standard error."""
    assert run(arguments, tools=pipeline.tools()) == ExitCode.USAGE
    assert pipeline.requests == []
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err


def test_a_bad_setting_is_wrong_usage(
    pipeline: "FakePipeline", monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """An environment variable with a bad value is named."""
    monkeypatch.setenv("PREAUDIT_THREADS", "none")
    assert run(["check", "case"], tools=pipeline.tools()) == ExitCode.USAGE
    assert "PREAUDIT_THREADS" in capsys.readouterr().err


def test_help_and_version_are_on_stdout(pipeline: "FakePipeline", capsys: Capture) -> None:
    """Help can be piped, and says what the exit codes mean."""
    assert run(["--help"], tools=pipeline.tools()) == 0
    assert "Exit codes" in capsys.readouterr().out
    assert run(["--version"], tools=pipeline.tools()) == 0
    assert capsys.readouterr().out.startswith("preaudit ")


def test_schema_prints_the_schema(
    pipeline: "FakePipeline", capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The schema's bytes are the committed ones."""
    assert run(["schema"], tools=pipeline.tools()) == 0
    copy = Path(__file__).parents[2] / "docs" / "reference" / "report.schema.json"
    assert capsysbinary.readouterr().out == copy.read_bytes()


_NOISY = """
import ctypes, os, sys
sys.path[:0] = {path!r}
import conftest
from preaudit.cli import run
from preaudit.cli.streams import reserve_stdout

samples = conftest._samples()
class Noisy(conftest.FakePipeline):
    def review(self, request, settings, progress):
        os.write(1, b"written by number\\n")
        ctypes.CDLL(None).printf(b"printed by C\\n")
        return super().review(request, settings, progress)

reserve_stdout()
noisy = Noisy(report=samples.sample_report(), images=samples.DrawnImages())
sys.exit(run(["check", "case", "--format", "json"], tools=noisy.tools()))
"""


def _run_noisy() -> "subprocess.Popen[bytes]":
    script = _NOISY.format(path=[str(Path(__file__).parent), str(Path(__file__).parents[2])])
    return subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_what_is_printed_from_c_does_not_reach_the_report() -> None:
    """File descriptor 1 is guarded: also C code and what is flushed at the end stay outside."""
    process = _run_noisy()
    out, err = process.communicate(timeout=60)
    assert process.returncode == ExitCode.FAILS
    assert json.loads(out)["schema_version"] == "1.1"
    for noise in (b"written by number", b"printed by C", b"a library prints"):
        assert noise not in out
        assert noise in err


def test_a_reader_that_goes_away_is_no_fault() -> None:
    """When the report is piped into something that ends early there is no traceback."""
    process = _run_noisy()
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == BROKEN_PIPE
    assert b"Traceback" not in err


def test_the_day_of_knowledge_is_handed_on(pipeline: "FakePipeline") -> None:
    """--known-at reaches the pipeline; without it the day is left open."""
    run(["check", "case", "--known-at", "2026-11-30"], tools=pipeline.tools())
    run(["check", "case"], tools=pipeline.tools())
    assert [one.known_at for one in pipeline.requests] == [date(2026, 11, 30), None]
