"""The commands and their options. They parse, call and print; they decide nothing."""

from __future__ import annotations

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
from preaudit.cli.laws_app import build_laws
from preaudit.cli.rules_app import Content, build_rules, day, out
from preaudit.cli.wiring import Request, Tools
from preaudit.errors import UsageError
from preaudit.settings import Settings

_EXIT_CODES = (
    "Exit codes: 0 clear, 1 something fails, 2 wrong usage, 3 nothing fails but a person has to "
    "look, 4 no input, 5 rules at fault, 6 weights or engines missing."
)


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
    app.add_typer(build_rules(), name="rules")
    app.add_typer(build_laws(_settings), name="laws")
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
            typer.Option(metavar="YYYY-MM-DD", parser=day, help="Day of the review; today."),
        ] = None,
        jurisdiction: Annotated[
            str | None, typer.Option(metavar="ID", help="Place whose rules hold; default cn.")
        ] = None,
        known_at: Annotated[
            date | None,
            typer.Option(
                metavar="YYYY-MM-DD",
                parser=day,
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
        explain(report, finding, out())

    @app.command("items", help="Say which items a project needs, in which order, and why.")
    def _items(
        project: Annotated[
            Path,
            typer.Option(
                "--for", metavar="FILE", help="A case.json, or a JSON object of attributes."
            ),
        ],
        as_of: Annotated[
            date | None, typer.Option(metavar="YYYY-MM-DD", parser=day, help="The day; today.")
        ] = None,
        content: Content = None,
        *,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ) -> None:
        from preaudit.cli.items_command import items  # noqa: PLC0415 - see wiring

        notes = Console(stderr=True)
        code = items(out(), notes, path=project, content=content, as_of=as_of, as_json=as_json)
        raise typer.Exit(int(code))

    @app.command("doctor", help="Look for weights, engines, rules and fonts on this machine.")
    def _doctor() -> None:
        raise typer.Exit(int(doctor(out(), settings=_settings(), tools=tools)))

    @app.command("schema", help="Print the JSON Schema (2020-12) of report.json.")
    def _schema() -> None:
        from preaudit.render import schema_json  # noqa: PLC0415 - only this command needs it

        typer.echo(schema_json(), nl=False)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer passes an option so
    if wanted:
        typer.echo(f"preaudit {version('preaudit')}")
        raise typer.Exit


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        name = "__".join(str(part) for part in first["loc"]).upper()
        raise UsageError(
            f"environment variable PREAUDIT_{name}: {first['msg']}", code="bad_setting"
        ) from error
