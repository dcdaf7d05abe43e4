"""`preaudit doctor`: what this machine has, and what to do about what it lacks."""

from __future__ import annotations

import platform

from rich.console import Console
from rich.table import Table
from rich.text import Text

from preaudit.cli.streams import library_output_aside
from preaudit.cli.wiring import Probe, Tools
from preaudit.errors import ExitCode
from preaudit.settings import Settings


def doctor(console: Console, *, settings: Settings, tools: Tools) -> ExitCode:
    """Look for everything that is needed, print a row for each, and return the first lack."""
    table = Table.grid(padding=(0, 2))
    table.add_row(Text("ok", "green"), Text("python"), Text(platform.python_version()))
    lacks: list[ExitCode] = []
    for probe in tools.probes:
        fault = _row(table, probe, settings)
        if fault:
            lacks.append(probe.exit_code)
    console.print(table)
    return next((code for code in lacks if code), ExitCode.CLEAR)


def _row(table: Table, probe: Probe, settings: Settings) -> bool:
    """Add a row; return whether something is lacking."""
    try:
        with library_output_aside():
            found = probe.look(settings)
    except Exception as error:  # noqa: BLE001 - whatever breaks here is what doctor is asked about
        first = (str(error) or type(error).__name__).splitlines()[0]
        said = Text.assemble(first, "\n", (probe.remedy, "cyan"))
        table.add_row(Text("not ok", "bold red"), Text(probe.name), said)
        return True
    table.add_row(Text("ok", "green"), Text(probe.name), Text(found))
    return False
