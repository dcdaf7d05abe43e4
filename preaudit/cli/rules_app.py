"""The commands below `preaudit rules` and their options: they parse and call, no more."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


def day(text: str) -> date:
    """Return a day that an option names.

    Raises:
        typer.BadParameter: Not written as YYYY-MM-DD.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day written as YYYY-MM-DD") from error


Content = Annotated[
    Path | None,
    typer.Option("--content", metavar="DIR", help="Rules to use instead of those that ship."),
]
AsOf = Annotated[
    date | None,
    typer.Option(metavar="YYYY-MM-DD", parser=day, help="Only what is in force on this day."),
]
KnownAt = Annotated[
    date | None,
    typer.Option(metavar="YYYY-MM-DD", parser=day, help="Only what was known on this day."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def build_rules() -> typer.Typer:
    """Return the commands on rules."""
    rules = typer.Typer(no_args_is_help=True, help="Look over, try and show the rules.")
    _add_trying(rules)
    _add_showing(rules)
    _add_changing(rules)
    return rules


def _add_trying(rules: typer.Typer) -> None:
    @rules.command("lint", help="List everything that is wrong with the regulation graph.")
    def _lint(
        content: Content = None,
        *,
        notices: Annotated[
            bool, typer.Option("--notices", help="Also list clauses that nobody compared yet.")
        ] = False,
        texts: Annotated[
            Path | None,
            typer.Option(
                metavar="DIR", help="Law texts that clauses with verified: true must be found in."
            ),
        ] = None,
    ) -> None:
        from preaudit.cli.rules_command import lint_rules  # noqa: PLC0415 - see wiring

        notes = Console(stderr=True)
        code = lint_rules(out(), notes, content=content, with_notices=notices)
        if texts is not None and not code:
            from preaudit.cli.laws_command import lint_against  # noqa: PLC0415 - likewise

            lint_against(out(), notes, folder=texts, content=content)
        raise typer.Exit(int(code))

    @rules.command("test", help="Run the examples written beside the rules.")
    def _test(content: Content = None) -> None:
        from preaudit.cli.rules_command import run_rules  # noqa: PLC0415 - likewise

        raise typer.Exit(int(run_rules(out(), Console(stderr=True), content=content)))


def _add_showing(rules: typer.Typer) -> None:
    @rules.command("show", help="List all rules, or show one with its clauses.")
    def _show(
        check: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        content: Content = None,
    ) -> None:
        from preaudit.cli.show_command import Clocks, show_rules  # noqa: PLC0415 - likewise

        clocks = Clocks(as_of=as_of, known_at=known_at)
        show_rules(out(), check=check, content=content, clocks=clocks)

    @rules.command("path", help="Show what stands behind a rule: clause, version, law; condition.")
    def _path(
        check: Annotated[str, typer.Argument(metavar="ID", help="Check id, or type:id of a node.")],
        as_of: AsOf = None,
        known_at: KnownAt = None,
        content: Content = None,
    ) -> None:
        from preaudit.cli.show_command import Clocks, show_paths  # noqa: PLC0415 - likewise

        clocks = Clocks(as_of=as_of, known_at=known_at)
        show_paths(out(), check=check, content=content, clocks=clocks)

    @rules.command("diff", help="Compare the rules and the law of two days, or of two folders.")
    def _diff(  # noqa: PLR0913 - one for each option
        before: Annotated[str, typer.Argument(metavar="A", help="A day, or a folder of rules.")],
        after: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
        as_of: AsOf = None,
        content: Content = None,
        item: Annotated[
            str | None, typer.Option(metavar="ID", help="Only this item's rules and demands.")
        ] = None,
        *,
        known: Annotated[
            bool, typer.Option("--known", help="The two days are days of knowledge.")
        ] = False,
        case: Annotated[
            Path | None,
            typer.Option(
                metavar="FILE", help="A report.json: which of its verdicts differ, and why."
            ),
        ] = None,
        as_json: AsJson = False,
    ) -> None:
        from preaudit.cli.diff_command import Sides, diff_case, diff_rules  # noqa: PLC0415 - likewise

        sides = Sides(
            before=before, after=after, content=content, as_of=as_of, known=known, item=item
        )
        if case is not None:
            diff_case(out(), Console(stderr=True), sides=sides, case=case, as_json=as_json)
        else:
            diff_rules(out(), Console(stderr=True), sides=sides, as_json=as_json)


def _add_changing(rules: typer.Typer) -> None:
    @rules.command("impact", help="Judge stored reports again: which verdicts turn, and why.")
    def _impact(
        archive: Annotated[
            Path, typer.Option(metavar="DIR", help="A folder with report.json files, at any depth.")
        ],
        changed: Annotated[
            Path | None,
            typer.Option(
                "--rules",
                metavar="DIR",
                help="A changed folder of rules; without it stored verdicts are compared.",
            ),
        ] = None,
        content: Content = None,
        *,
        as_json: AsJson = False,
    ) -> None:
        from preaudit.cli.impact_command import impact  # noqa: PLC0415 - likewise

        code = impact(
            out(),
            Console(stderr=True),
            archive=archive,
            content=content,
            changed=changed,
            as_json=as_json,
        )
        raise typer.Exit(int(code))

    @rules.command("new", help="Ask for a new rule in plain words; write it with empty examples.")
    def _new(
        answers: Annotated[
            Path | None,
            typer.Option(metavar="FILE", help="Take the answers from a YAML file, ask nothing."),
        ] = None,
        content: Content = None,
    ) -> None:
        from preaudit.cli.new_command import new_rule  # noqa: PLC0415 - likewise

        new_rule(Console(stderr=True), answers=answers, content=content)

    @rules.command("export", help="Write the graph for other programs: GraphML, JSON-LD.")
    def _export(
        graphml: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Write GraphML there.")
        ] = None,
        json_ld: Annotated[
            Path | None, typer.Option("--json-ld", metavar="FILE", help="Write JSON-LD there.")
        ] = None,
        content: Content = None,
    ) -> None:
        from preaudit.cli.export_command import export  # noqa: PLC0415 - likewise

        export(Console(stderr=True), graphml=graphml, json_ld=json_ld, content=content)

    @rules.command("graph", help="Write a picture of the graph that can be explored.")
    def _graph(
        html: Annotated[
            Path, typer.Option(metavar="FILE", help="Write one HTML file there, without network.")
        ],
        item: Annotated[
            str | None, typer.Option(metavar="ID", help="Only what one item asks for.")
        ] = None,
        as_of: AsOf = None,
        content: Content = None,
    ) -> None:
        from preaudit.cli.export_command import picture  # noqa: PLC0415 - likewise

        picture(Console(stderr=True), html=html, item=item, as_of=as_of, content=content)


def out() -> Console:
    """Return where what was asked for is printed."""
    return Console(file=sys.stdout)
