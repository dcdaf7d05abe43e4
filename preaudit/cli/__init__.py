"""The command line: `preaudit check`, `explain`, `rules`, `doctor`, `schema`."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

from preaudit.cli.app import build_app
from preaudit.cli.streams import ReaderGoneError, reserve_stdout
from preaudit.cli.wiring import Tools, installed
from preaudit.errors import PreauditError
from preaudit.render.safe_text import drop_unseen, mask_text

BROKEN_PIPE = 141
"""What shells call a program whose reader went away."""
INTERNAL = 70
"""A fault of preaudit itself (EX_SOFTWARE); never 1, which says that a check fails."""


def main() -> None:
    """Run the command line and end the process with its exit code."""
    reserve_stdout()
    sys.exit(run(sys.argv[1:], tools=installed()))


def run(arguments: Sequence[str], *, tools: Tools) -> int:
    """Run one command and return its exit code; every error becomes one line.

    Args:
        arguments: What stands after the program's name.
        tools: What the commands call.
    """
    try:
        return _run(arguments, tools)
    except PreauditError as error:
        _complain(f"{error} [{error.code}]")
        return int(error.exit_code)
    except ReaderGoneError:
        return BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - the last net: a line, and no false verdict
        said = (str(error).splitlines() or [""])[0]
        name = type(error).__name__
        _complain(f"internal fault, {name}: {said}; see it all with PREAUDIT_DEBUG=1")
        return INTERNAL


def _run(arguments: Sequence[str], tools: Tools) -> int:
    try:
        build_app(tools)(args=list(arguments), prog_name="preaudit")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return 0


def _complain(text: str) -> None:
    if os.environ.get("PREAUDIT_DEBUG"):
        traceback.print_exc()
    safe = mask_text(drop_unseen(text))
    print(f"preaudit: {safe}", file=sys.stderr)  # noqa: T201 - the one place that speaks
