"""The commands below `preaudit laws` and their options: they parse and call, no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from preaudit.cli.rules_app import Content, day, out
from preaudit.settings import Settings


def build_laws(settings: Callable[[], Settings]) -> typer.Typer:
    """Return the commands on law texts.

    Args:
        settings: Gives the settings once a command runs.
    """
    laws = typer.Typer(
        no_args_is_help=True,
        help="Import law texts, so that reports quote them; none ships with preaudit.",
    )
    _add_shelving(laws, settings)
    _add_looking(laws, settings)
    return laws


def _add_shelving(laws: typer.Typer, settings: Callable[[], Settings]) -> None:
    @laws.command("import", help="Take over the Markdown laws of a folder and bind the clauses.")
    def _import(
        folder: Annotated[Path, typer.Argument(metavar="DIR", help="Markdown files, UTF-8.")],
        content: Content = None,
        *,
        anew: Annotated[
            bool, typer.Option("--anew", help="Drop what was imported before.")
        ] = False,
    ) -> None:
        from preaudit.cli.laws_command import import_laws  # noqa: PLC0415 - see wiring

        notes = Console(stderr=True)
        shelf = settings().law_texts
        import_laws(out(), notes, folder=folder, shelf=shelf, content=content, anew=anew)

    @laws.command("bind", help="Bind the texts again, after the clauses of the graph changed.")
    def _bind(content: Content = None) -> None:
        from preaudit.cli.laws_command import bind_laws  # noqa: PLC0415 - likewise

        bind_laws(out(), Console(stderr=True), shelf=settings().law_texts, content=content)


def _add_looking(laws: typer.Typer, settings: Callable[[], Settings]) -> None:
    @laws.command("list", help="List the texts that were imported.")
    def _list() -> None:
        from preaudit.cli.laws_command import list_laws  # noqa: PLC0415 - likewise

        list_laws(out(), shelf=settings().law_texts)

    @laws.command("show", help="Print a clause word for word, such as construction-law#8.1.1.")
    def _show(
        clause: Annotated[str, typer.Argument(metavar="REGULATION[@DATE]#CLAUSE")],
        as_of: Annotated[
            date | None,
            typer.Option(metavar="YYYY-MM-DD", parser=day, help="The law of this day; today."),
        ] = None,
        content: Content = None,
    ) -> None:
        from preaudit.cli.laws_show import show_law  # noqa: PLC0415 - likewise

        shelf = settings().law_texts
        show_law(out(), written=clause, as_of=as_of, shelf=shelf, content=content)

    @laws.command("verify", help="Compare the stored texts, or a report's quotes, with the index.")
    def _verify(
        report: Annotated[
            Path | None, typer.Argument(metavar="[REPORT]", help="A report.json.")
        ] = None,
        content: Content = None,
    ) -> None:
        from preaudit.cli.laws_command import verify_laws  # noqa: PLC0415 - likewise

        shelf = settings().law_texts
        code = verify_laws(out(), Console(stderr=True), shelf=shelf, report=report, content=content)
        raise typer.Exit(int(code))
