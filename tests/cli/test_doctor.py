from typing import TYPE_CHECKING

import pytest

from preaudit.cli import run
from preaudit.cli.wiring import Probe
from preaudit.errors import ExitCode, WeightsError
from preaudit.settings import Settings

if TYPE_CHECKING:
    from conftest import FakePipeline


def there(_: Settings) -> str:
    """Find something."""
    return "version 3"


def missing(_: Settings) -> str:
    """Find nothing."""
    raise WeightsError("det is missing", code="weights_missing")


def probe(name: str, *, ok: bool, code: ExitCode = ExitCode.WEIGHTS) -> Probe:
    """Return a probe that finds what it looks for, or does not."""
    look = there if ok else missing
    return Probe(name=name, look=look, remedy=f"install {name}", exit_code=code)


def test_what_is_there_is_ok(pipeline: "FakePipeline", capsys: pytest.CaptureFixture[str]) -> None:
    """With everything in place each row is ok and so is the exit code."""
    assert run(["doctor"], tools=pipeline.tools(probe("engine", ok=True))) == ExitCode.CLEAR
    text = capsys.readouterr().out
    assert "version 3" in text
    assert "not ok" not in text


def test_what_is_missing_has_a_remedy(
    pipeline: "FakePipeline", capsys: pytest.CaptureFixture[str]
) -> None:
    """Each lack is told with its remedy, and the first one gives the exit code."""
    tools = pipeline.tools(
        probe("weights", ok=False),
        probe("graph", ok=False, code=ExitCode.RULES),
        probe("engine", ok=True),
    )
    assert run(["doctor"], tools=tools) == ExitCode.WEIGHTS
    text = capsys.readouterr().out
    assert text.count("not ok") == 2
    assert "det is missing" in text
    assert "install weights" in text
    assert "version 3" in text


def test_what_can_be_done_without_is_told_but_no_fault(
    pipeline: "FakePipeline", capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing font is named and does not fail the command."""
    tools = pipeline.tools(probe("fonts", ok=False, code=ExitCode.CLEAR))
    assert run(["doctor"], tools=tools) == ExitCode.CLEAR
    assert "not ok" in capsys.readouterr().out
