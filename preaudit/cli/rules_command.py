"""`preaudit rules lint` and `rules test`: look over and try the regulation graph."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from preaudit.check import ExampleResult, run_examples
from preaudit.errors import ExitCode, RulesError, UsageError
from rules_kg import RulesFault, lint, load_graph
from rules_kg.faults import Fault, Level
from rules_kg.graph import Graph
from rules_kg.texts import read_corpus, text_faults

_STYLES = {Level.ERROR: "bold red", Level.NOTICE: "yellow"}


def lint_rules(
    out: Console,
    notes: Console,
    *,
    content: Path | None,
    with_notices: bool,
    texts: Path | None = None,
) -> ExitCode:
    """Print the faults of the graph, one on a line, and return RULES when one is an error.

    Args:
        out: Where the faults go.
        notes: Where their count goes.
        content: Another folder of rules.
        with_notices: Also print what a person should know but does not hinder.
        texts: A folder of law texts that clauses with `verified: true` must be found in.

    Raises:
        UsageError: There is no such folder of texts.
    """
    try:
        graph = load_graph(content)
        faults = (*lint(graph, content), *_against_texts(graph, texts))
        size = f"{len(graph.rules)} rules, {len(graph.regulations)} regulations: "
    except RulesFault as fault:
        faults, size = fault.faults, "the graph does not load: "
    for one in sorted(faults):
        if with_notices or one.level is Level.ERROR:
            out.print(_line(one), soft_wrap=True)
    errors = sum(one.level is Level.ERROR for one in faults)
    notes.print(f"{size}{errors} errors, {len(faults) - errors} notices", highlight=False)
    return ExitCode.RULES if errors else ExitCode.CLEAR


def _against_texts(graph: Graph, texts: Path | None) -> Iterable[Fault]:
    if texts is None:
        return ()
    try:
        return tuple(text_faults(graph, read_corpus(texts)))
    except NotADirectoryError as error:
        raise UsageError(str(error), code="no_such_folder") from error


def _line(fault: Fault) -> Text:
    place = ":".join(str(part) for part in (fault.file, fault.line, fault.column) if part)
    subject = f"{fault.subject}: " if fault.subject else ""
    level = (fault.level.value, _STYLES[fault.level])
    code = (f" [{fault.code}]", "dim")
    return Text.assemble(f"{place}: ", level, f": {subject}{fault.message}", code)


def run_rules(out: Console, notes: Console, *, content: Path | None) -> ExitCode:
    """Run every example, print those that come out otherwise than written.

    Raises:
        RulesError: The graph or an example file is at fault.
    """
    graph = loaded(content)
    try:
        results = run_examples(graph, content)
    except RulesFault as fault:
        raise RulesError(str(fault), code="rules_fault") from fault
    wrong = [one for one in results if not one.ok]
    for one in wrong:
        out.print(_told(one), soft_wrap=True)
    checks = len({one.check for one in results})
    notes.print(
        f"{len(results)} examples of {checks} checks: {len(results) - len(wrong)} as written, "
        f"{len(wrong)} not",
        highlight=False,
    )
    return ExitCode.RULES if wrong else ExitCode.CLEAR


def _told(result: ExampleResult) -> Text:
    place = f"{result.file}:{result.line}: "
    return Text.assemble(place, (result.check, "bold"), f": {result.name}: ", result.problem)


def loaded(content: Path | None) -> Graph:
    """Return the graph.

    Raises:
        RulesError: It does not load.
    """
    try:
        return load_graph(content)
    except RulesFault as fault:
        raise RulesError(str(fault), code="rules_fault") from fault
