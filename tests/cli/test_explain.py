from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from preaudit.cli import run
from preaudit.errors import ExitCode
from preaudit.render import report_json

if TYPE_CHECKING:
    from conftest import FakePipeline

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def saved(pipeline: "FakePipeline", tmp_path: Path) -> Path:
    """Return a folder with the report in it."""
    (tmp_path / "report.json").write_bytes(report_json(pipeline.report))
    return tmp_path


def test_the_whole_chain_is_shown(
    saved: Path, pipeline: "FakePipeline", capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts, places, rule, clauses and the evaluation are all there."""
    monkeypatch.setenv("COLUMNS", "160")
    arguments = ["explain", str(saved), "agreement.developer_name"]
    assert run(arguments, tools=pipeline.tools()) == ExitCode.CLEAR
    text = capsys.readouterr().out
    for words in (
        "不通过·补正",
        "建设单位：已识别“星桥市云泽置业有限公司”",
        "01 申请表.pdf 第 1 页“星桥市云泽置业有限公司”",
        "agreement.developer_name@1",
        "《施工许可管理办法》第六条【未核实】",
        "permit-measures@2021-03-30#6",
        "same_name(form.developer_name, contract.developer_name)  → false",
    ):
        assert words in text


def test_the_file_itself_may_be_named(
    saved: Path, pipeline: "FakePipeline", capsys: Capture
) -> None:
    """The report may be given as a file, and a finding by the last part of its id."""
    arguments = ["explain", str(saved / "report.json"), "id_checksum"]
    assert run(arguments, tools=pipeline.tools()) == ExitCode.CLEAR
    text = capsys.readouterr().out
    assert "读法不一" in text
    assert "999999199001011237" not in text


def test_an_unknown_finding_gets_a_hint(
    saved: Path, pipeline: "FakePipeline", capsys: Capture
) -> None:
    """A misspelt id is answered with the nearest one."""
    arguments = ["explain", str(saved), "agreement.developer_nane"]
    assert run(arguments, tools=pipeline.tools()) == ExitCode.USAGE
    assert "did you mean agreement.developer_name?" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, b"{}", b"\x00"])
def test_what_is_no_report_is_an_input_error(
    tmp_path: Path, pipeline: "FakePipeline", content: bytes | None, capsys: Capture
) -> None:
    """A missing or foreign file is told apart from wrong usage."""
    path = tmp_path / "report.json"
    if content is not None:
        path.write_bytes(content)
    assert run(["explain", str(path), "x"], tools=pipeline.tools()) == ExitCode.INPUT
    assert "preaudit: " in capsys.readouterr().err
