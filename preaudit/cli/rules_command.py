"""`preaudit rules`: look over, try and show the regulation graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from preaudit.check import ExampleResult, run_examples
from preaudit.errors import ExitCode, RulesError, UsageError
from preaudit.render.labels import UNVERIFIED
from rules_kg import RulesFault, lint, load_graph
from rules_kg.citations import clauses_cited
from rules_kg.faults import Fault, Level, nearest
from rules_kg.graph import Graph, Rule

_STYLES = {Level.ERROR: "bold red", Level.NOTICE: "yellow"}


def lint_rules(
    out: Console, notes: Console, *, content: Path | None, with_notices: bool
) -> ExitCode:
    """Print the faults of the graph, one on a line, and return RULES when one is an error.

    Args:
        out: Where the faults go.
        notes: Where their count goes.
        content: Another folder of rules.
        with_notices: Also print what a person should know but does not hinder.
    """
    try:
        graph = load_graph(content)
        faults = tuple(lint(graph, content))
        size = f"{len(graph.rules)} rules, {len(graph.regulations)} regulations: "
    except RulesFault as fault:
        faults, size = fault.faults, "the graph does not load: "
    for one in sorted(faults):
        if with_notices or one.level is Level.ERROR:
            out.print(_line(one), soft_wrap=True)
    errors = sum(one.level is Level.ERROR for one in faults)
    notes.print(f"{size}{errors} errors, {len(faults) - errors} notices", highlight=False)
    return ExitCode.RULES if errors else ExitCode.CLEAR


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


def show_rules(out: Console, *, check: str | None, content: Path | None) -> None:
    """Print all rules as a list, or all versions of one.

    Raises:
        RulesError: The graph does not load.
        UsageError: There is no such rule.
    """
    graph = loaded(content)
    if check is None:
        out.print(_listed(graph.rules))
        return
    versions = graph.rule_versions(check)
    if not versions:
        known = sorted({one.id for one in graph.rules})
        raise UsageError(f"there is no rule {check!r}{nearest(check, known)}", code="unknown_rule")
    for rule in versions:
        out.print(_shown(rule, graph))


def loaded(content: Path | None) -> Graph:
    """Return the graph.

    Raises:
        RulesError: It does not load.
    """
    try:
        return load_graph(content)
    except RulesFault as fault:
        raise RulesError(str(fault), code="rules_fault") from fault


def _listed(rules: Sequence[Rule]) -> Table:
    table = Table.grid(padding=(0, 2))
    for _ in range(3):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for rule in rules:
        text = rule.text
        table.add_row(
            Text(rule.key, "bold"), Text(text.jurisdiction), Text(text.outcome), Text(text.title.zh)
        )
    return table


def _shown(rule: Rule, graph: Graph) -> Tree:
    text = rule.text
    tree = Tree(Text.assemble((rule.key, "bold"), f"  {text.title.zh} · {text.title.en}"))
    for name, value in _facts(rule):
        tree.add(Text.assemble((f"{name}  ", "cyan"), value))
    cites = tree.add(Text("cites", "cyan"))
    for written in text.cites:
        cites.add(_clause(written, graph))
    for name, lines in (("overlays", _overlays(rule, graph)), ("rests on", graph.basis_of(rule))):
        leaves = [Text(line) for line in lines]
        if leaves:
            tree.add(Text(name, "cyan")).children.extend(Tree(leaf) for leaf in leaves)
    return tree


def _facts(rule: Rule) -> Iterator[tuple[str, str]]:
    text = rule.text
    until = text.valid_until.isoformat() if text.valid_until else "…"
    yield "file", f"{rule.file}:{rule.line}"
    yield "item, place", f"{text.item}, {text.jurisdiction}"
    yield "in force", f"{text.valid_from.isoformat()} to {until}, recorded {text.recorded_at}"
    yield "on a fail", f"{text.outcome}, {text.severity}"
    if text.applies_when:
        yield "applies when", " ".join(text.applies_when.split())
    if text.needs:
        yield "needs", ", ".join(text.needs)
    yield "check", " ".join(text.check.split())
    if text.soften:
        soft = text.soften
        yield "softened", f"{soft.outcome}, {soft.severity} when {' '.join(soft.when.split())}"
    if text.repeats:
        yield "repeats", ", ".join(text.repeats)
    yield "message", text.message.zh
    yield "undetermined", text.on_undetermined.zh
    yield "remedy", text.remedy.zh


def _clause(written: str, graph: Graph) -> Text:
    """Return a citation with the latest clause that it may mean."""
    latest = clauses_cited(written, graph.regulations)[-1]
    mark = "" if latest.clause.verified else UNVERIFIED
    said = f"  {latest.clause.summary.zh}"
    return Text.assemble(f"{latest.title}{mark}", (f"  {latest.id}", "dim"), said)


def _overlays(rule: Rule, graph: Graph) -> Iterator[str]:
    for place in graph.jurisdictions.values():
        for overlay in place.overlays or ():
            if overlay.rule == rule.id:
                changed = overlay.outcome or "same outcome"
                why = f": {overlay.reason.zh}" if overlay.reason else ""
                yield f"{place.title.zh} ({place.id}) from {overlay.valid_from}: {changed}{why}"
