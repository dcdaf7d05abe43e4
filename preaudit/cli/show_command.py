"""`preaudit rules show` and `rules path`: a rule, and what stands behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from preaudit.cli.rules_command import loaded
from preaudit.errors import UsageError
from preaudit.render.labels import UNVERIFIED
from rules_kg.citations import Cited, clauses_cited, current
from rules_kg.faults import nearest
from rules_kg.graph import Graph, Rule, kind_title
from rules_kg.paths import Asks, path_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Which day's law, and as known on which day; all days where both are left out."""

    as_of: date | None = None
    known_at: date | None = None


def show_rules(out: Console, *, check: str | None, content: Path | None, clocks: Clocks) -> None:
    """Print all rules as a list, or all versions of one.

    Raises:
        RulesError: The graph does not load.
        UsageError: There is no such rule, or none of its versions holds then.
    """
    graph = loaded(content)
    if check is None:
        out.print(_listed([rule for rule in graph.rules if _holds(rule, clocks)]))
        return
    for rule in _versions(graph, check, clocks):
        out.print(_shown(rule, graph, clocks))


def show_paths(out: Console, *, check: str, content: Path | None, clocks: Clocks) -> None:
    """Print what stands behind a rule, or what a node of the network is connected with.

    Raises:
        RulesError: The graph does not load.
        UsageError: There is no such rule or node.
    """
    graph = loaded(content)
    if ":" in check:
        out.print(_node(graph, check))
        return
    for rule in _versions(graph, check, clocks):
        out.print(_path(rule, graph, clocks))


def _versions(graph: Graph, check: str, clocks: Clocks) -> list[Rule]:
    versions = graph.rule_versions(check)
    if not versions:
        known = sorted({one.id for one in graph.rules})
        raise UsageError(f"there is no rule {check!r}{nearest(check, known)}", code="unknown_rule")
    found = [rule for rule in versions if _holds(rule, clocks)]
    if not found:
        periods = "; ".join(f"{rule.key} {_period(rule)}" for rule in versions)
        raise UsageError(f"{check} does not hold then; it has {periods}", code="not_in_force")
    return found


def _holds(rule: Rule, clocks: Clocks) -> bool:
    known = clocks.as_of is None and clocks.known_at is None
    return (known or rule.text.known(clocks.known_at)) and (
        clocks.as_of is None or rule.in_force(clocks.as_of)
    )


def _period(rule: Rule) -> str:
    text = rule.text
    until = text.valid_until.isoformat() if text.valid_until else "…"
    period = f"{text.valid_from.isoformat()} to {until}, recorded {text.recorded_at}"
    return f"{period}, superseded {text.superseded_at}" if text.superseded_at else period


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


def _shown(rule: Rule, graph: Graph, clocks: Clocks) -> Tree:
    text = rule.text
    tree = Tree(Text.assemble((rule.key, "bold"), f"  {text.title.zh} · {text.title.en}"))
    for name, value in _facts(rule):
        tree.add(Text.assemble((f"{name}  ", "cyan"), value))
    cites = tree.add(Text("cites", "cyan"))
    for written in text.cites:
        for cited in _meant(written, graph, clocks):
            cites.add(_clause(cited))
    if clocks.as_of is not None:
        _add_values(tree, rule, graph, clocks)
    for name, lines in (("overlays", _overlays(rule, graph)), ("rests on", graph.basis_of(rule))):
        leaves = [Text(line) for line in lines]
        if leaves:
            tree.add(Text(name, "cyan")).children.extend(Tree(leaf) for leaf in leaves)
    return tree


def _facts(rule: Rule) -> Iterator[tuple[str, str]]:
    text = rule.text
    yield "file", f"{rule.file}:{rule.line}"
    yield "item, place", f"{text.item}, {text.jurisdiction}"
    yield "in force", _period(rule)
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


def _meant(written: str, graph: Graph, clocks: Clocks) -> Sequence[Cited]:
    """Return the clause that a citation means then; the latest where no day is asked about."""
    if clocks.as_of is None:
        return current(clauses_cited(written, graph.regulations))[-1:]
    found = graph.at(as_of=clocks.as_of, known_at=clocks.known_at).clause(written)
    return (found,) if found else ()


def _clause(cited: Cited) -> Text:
    mark = "" if cited.clause.verified else UNVERIFIED
    said = f"  {cited.clause.summary.zh}"
    return Text.assemble(f"{cited.title}{mark}", (f"  {cited.id}", "dim"), said)


def _add_values(tree: Tree, rule: Rule, graph: Graph, clocks: Clocks) -> None:
    """Add the values of the parameters that a rule reads, on the day that is asked about."""
    assert clocks.as_of is not None  # noqa: S101 - asked only then
    snapshot = graph.at(as_of=clocks.as_of, known_at=clocks.known_at)
    names = path_of(rule, graph).parameters
    if names:
        branch = tree.add(Text("parameters", "cyan"))
        for name in names:
            value = snapshot.parameter(name, jurisdiction=rule.text.jurisdiction)
            branch.add(Text(f"{name} = {_value(value)}"))


def _value(value: object) -> str:
    if isinstance(value, tuple) and any(isinstance(one, dict) for one in value):
        return f"{len(value)} rows"
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _overlays(rule: Rule, graph: Graph) -> Iterator[str]:
    for place in graph.jurisdictions.values():
        for overlay in place.overlays or ():
            if overlay.rule == rule.id:
                changed = overlay.outcome or "same outcome"
                why = f": {overlay.reason.zh}" if overlay.reason else ""
                yield f"{place.title.zh} ({place.id}) from {overlay.valid_from}: {changed}{why}"


def _path(rule: Rule, graph: Graph, clocks: Clocks) -> Tree:
    path = path_of(rule, graph, as_of=clocks.as_of)
    tree = Tree(Text.assemble((rule.key, "bold"), f"  {rule.text.title.zh}"))
    law = tree.add(Text("法律依据  law", "cyan"))
    for cited in path.grounds:
        _add_ground(law, cited)
    for name, grounds in path.parameters.items():
        branch = law.add(Text.assemble(("参数  ", "cyan"), f"param.{name}"))
        for cited in grounds:
            _add_ground(branch, cited)
    item = tree.add(Text.assemble(("事项  item  ", "cyan"), path.item.title.zh, _dim(path.item.id)))
    for asks in path.asks:
        _add_asked(item, asks, graph)
    return tree


def _add_ground(branch: Tree, cited: Cited) -> None:
    version, regulation = cited.version, cited.regulation
    until = f"至{version.valid_until.isoformat()}前" if version.valid_until else "起施行"
    clause = branch.add(_clause(cited))
    period = f"{version.version.isoformat()}版，{version.valid_from.isoformat()}{until}"
    node = clause.add(Text.assemble(("版本  ", "cyan"), period))
    node.add(
        Text.assemble(
            ("法规  ", "cyan"),
            f"《{regulation.title.zh}》",
            _dim(f"{regulation.id}, {regulation.level.value}"),
        )
    )


def _add_asked(branch: Tree, asks: Asks, graph: Graph) -> None:
    condition = asks.condition
    node = branch.add(Text.assemble(("条件  ", "cyan"), condition.title.zh, _dim(condition.id)))
    if asks.clauses:
        node.add(Text.assemble(("同一条款  ", "cyan"), "、".join(asks.clauses)))
    if asks.kinds:
        named = "、".join(kind_title(graph.vocabulary, kind).zh for kind in asks.kinds)
        node.add(Text.assemble(("证明材料  ", "cyan"), named))
    if not asks.on_paper:
        node.add(Text("材料不能证明，需现场或人工核实", "yellow"))


def _dim(text: str) -> tuple[str, str]:
    return (f"  {text}", "dim")


def _node(graph: Graph, node: str) -> Tree:
    network = graph.network
    if node not in network:
        hint = nearest(node, network.nodes)
        raise UsageError(f"there is no node {node!r}{hint}", code="unknown_node")
    tree = Tree(_named(graph, node))
    for end, other, arrow in (
        *((one, two, "→") for _, two, one in network.out_edges(node, data="kind")),
        *((one, two, "←") for two, _, one in network.in_edges(node, data="kind")),
    ):
        tree.add(Text.assemble((f"{arrow} {end}  ", "cyan"), _named(graph, other)))
    return tree


def _named(graph: Graph, node: str) -> Text:
    return Text.assemble((node, "bold"), f"  {graph.network.nodes[node].get('title', '')}")
