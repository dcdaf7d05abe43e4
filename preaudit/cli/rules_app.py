"""The commands below `preaudit rules` and their options: they parse and call, no more."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

Content = Annotated[
    Path | None,
    typer.Option("--content", metavar="DIR", help="Rules to use instead of those that ship."),
]


def build_rules() -> typer.Typer:
    """Return the commands on rules."""
    rules = typer.Typer(no_args_is_help=True, help="Look over, try and show the rules.")
    _add_trying(rules)
    return rules


def _add_trying(rules: typer.Typer) -> None:
    @rules.command("lint", help="List everything that is wrong with the regulation graph.")
    def _lint(
        content: Content = None,
        *,
        notices: Annotated[
            bool, typer.Option("--notices", help="Also list clauses that nobody compared yet.")
        ] = False,
    ) -> None:
        from preaudit.cli.rules_command import lint_rules  # noqa: PLC0415 - see wiring

        notes = Console(stderr=True)
        code = lint_rules(out(), notes, content=content, with_notices=notices)
        raise typer.Exit(int(code))

    @rules.command("test", help="Run the examples written beside the rules.")
    def _test(content: Content = None) -> None:
        from preaudit.cli.rules_command import run_rules  # noqa: PLC0415 - likewise

        raise typer.Exit(int(run_rules(out(), Console(stderr=True), content=content)))

    @rules.command("show", help="List all rules, or show one with its clauses.")
    def _show(
        check: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
        content: Content = None,
    ) -> None:
        from preaudit.cli.rules_command import show_rules  # noqa: PLC0415 - likewise

        show_rules(out(), check=check, content=content)


def out() -> Console:
    """Return where what was asked for is printed."""
    return Console(file=sys.stdout)


def day(text: str) -> date:
    """Return a day that an option names.

    Raises:
        typer.BadParameter: Not written as YYYY-MM-DD.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day written as YYYY-MM-DD") from error
