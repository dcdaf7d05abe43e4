"""The commands and their options. They parse, call and print; they decide nothing."""

from __future__ import annotations

import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from preaudit.cli.check_command import Format, check
from preaudit.cli.doctor_command import doctor
from preaudit.cli.explain_command import explain
from preaudit.cli.wiring import Request, Tools
from preaudit.errors import UsageError
from preaudit.settings import Settings

_EXIT_CODES = (
    "Exit codes: 0 clear, 1 something fails, 2 wrong usage, 3 nothing fails but a person has to "
    "look, 4 no input, 5 rules at fault, 6 weights or engines missing."
)

Content = Annotated[
    Path | None,
    typer.Option("--content", metavar="DIR", help="Rules to use instead of those that ship."),
]


def build_app(tools: Tools) -> typer.Typer:
    """Return the application, its commands wired to these tools."""
    app = typer.Typer(
        name="preaudit",
        help=f"Pre-review of construction-permit cases. {_EXIT_CODES}",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def _options(
        *,
        _version: Annotated[
            bool,
            typer.Option("--version", callback=_print_version, is_eager=True, help="Print it."),
        ] = False,
    ) -> None:
        """Take what stands before a command."""

    _add_reviewing(app, tools)
    app.add_typer(_rules(), name="rules")
    return app


def _add_reviewing(app: typer.Typer, tools: Tools) -> None:
    @app.command("check", help=f"Review a case: a folder, a ZIP or several files. {_EXIT_CODES}")
    def _check(  # noqa: PLR0913, PLR0917 - one for each option
        paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="One case.")],
        item: Annotated[
            str | None, typer.Option(help="What is applied for; default construction-permit.")
        ] = None,
        as_of: Annotated[
            date | None,
            typer.Option(metavar="YYYY-MM-DD", parser=_day, help="Day of the review; today."),
        ] = None,
        jurisdiction: Annotated[
            str | None, typer.Option(metavar="ID", help="Place whose rules hold; default cn.")
        ] = None,
        known_at: Annotated[
            date | None,
            typer.Option(
                metavar="YYYY-MM-DD",
                parser=_day,
                help="Judge by the law and rules as they were known on this day.",
            ),
        ] = None,
        form: Annotated[
            Format, typer.Option("--format", help="What is printed on standard output.")
        ] = Format.TEXT,
        folder: Annotated[
            Path | None,
            typer.Option(
                "--output",
                "-o",
                metavar="DIR",
                help="Also write report.json, report.html, notice.docx and notice.pdf there.",
            ),
        ] = None,
    ) -> None:
        request = Request(
            paths=paths, item=item, as_of=as_of, jurisdiction=jurisdiction, known_at=known_at
        )
        notes = Console(stderr=True)
        code = check(
            request, settings=_settings(), tools=tools, form=form, folder=folder, notes=notes
        )
        raise typer.Exit(int(code))

    @app.command("explain", help="Show why a finding came out as it did: facts, places, clauses.")
    def _explain(
        report: Annotated[Path, typer.Argument(help="report.json, or the folder it is in.")],
        finding: Annotated[str, typer.Argument(help="Id of the finding.")],
    ) -> None:
        explain(report, finding, _out())

    @app.command("doctor", help="Look for weights, engines, rules and fonts on this machine.")
    def _doctor() -> None:
        raise typer.Exit(int(doctor(_out(), settings=_settings(), tools=tools)))

    @app.command("schema", help="Print the JSON Schema (2020-12) of report.json.")
    def _schema() -> None:
        from preaudit.render import schema_json  # noqa: PLC0415 - only this command needs it

        typer.echo(schema_json(), nl=False)


def _rules() -> typer.Typer:
    rules = typer.Typer(no_args_is_help=True, help="Look over, try and show the rules.")

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
        code = lint_rules(_out(), notes, content=content, with_notices=notices)
        raise typer.Exit(int(code))

    @rules.command("test", help="Run the examples written beside the rules.")
    def _test(content: Content = None) -> None:
        from preaudit.cli.rules_command import run_rules  # noqa: PLC0415 - likewise

        raise typer.Exit(int(run_rules(_out(), Console(stderr=True), content=content)))

    @rules.command("show", help="List all rules, or show one with its clauses.")
    def _show(
        check: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
        content: Content = None,
    ) -> None:
        from preaudit.cli.rules_command import show_rules  # noqa: PLC0415 - likewise

        show_rules(_out(), check=check, content=content)

    return rules


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer passes an option so
    if wanted:
        typer.echo(f"preaudit {version('preaudit')}")
        raise typer.Exit


def _out() -> Console:
    return Console(file=sys.stdout)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day written as YYYY-MM-DD") from error


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        name = "__".join(str(part) for part in first["loc"]).upper()
        raise UsageError(
            f"environment variable PREAUDIT_{name}: {first['msg']}", code="bad_setting"
        ) from error
