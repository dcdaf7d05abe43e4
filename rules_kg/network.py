"""The graph's nodes and edges, for questions that follow connections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import networkx as nx

from rules_kg.citations import clauses_cited
from rules_kg.graph import Rule, rule_node
from rules_kg.language.walk import kinds_named, parameters_named
from rules_kg.schema import Condition, Item, Parameter, Regulation
from rules_kg.vocabulary import Vocabulary


def build_network(
    *,
    vocabulary: Vocabulary,
    regulations: Mapping[str, Regulation],
    items: Mapping[str, Item],
    parameters: Mapping[str, tuple[Parameter, ...]],
    rules: Iterable[Rule],
) -> nx.DiGraph:
    """Return the directed graph of law, items, kinds, parameters and rules.

    Edges carry `kind`: `has`, `amends`, `repeals`, `cites`, `requires`, `evidenced_by`, `checks`,
    `reads`, `asked_of`.
    """
    network = nx.DiGraph()
    for kind in vocabulary.kinds.values():
        network.add_node(f"kind:{kind.id}", title=kind.title.zh)
    for regulation in regulations.values():
        _add_regulation(network, regulation)
    for name, variants in parameters.items():
        network.add_node(f"parameter:{name}", title=variants[0].title.zh)
    for item in items.values():
        _add_item(network, item, regulations)
    variables = [kind.variable for kind in vocabulary.kinds.values()]
    for rule in rules:
        _add_rule(network, rule, regulations, variables)
    return network


def _add_regulation(network: nx.DiGraph, regulation: Regulation) -> None:
    law = f"law:{regulation.id}"
    network.add_node(law, title=regulation.title.zh)
    for version in regulation.versions:
        name = f"{regulation.id}@{version.version.isoformat()}"
        network.add_node(f"version:{name}", valid_from=version.valid_from.isoformat())
        network.add_edge(law, f"version:{name}", kind="has")
        if version.amends:
            earlier = f"version:{regulation.id}@{version.amends.isoformat()}"
            network.add_edge(f"version:{name}", earlier, kind="amends")
        for repealed in version.repeals or ():
            network.add_edge(f"version:{name}", f"law:{repealed}", kind="repeals")
        for clause in version.clauses:
            network.add_node(f"clause:{name}#{clause.id}", title=clause.summary.zh)
            network.add_edge(f"version:{name}", f"clause:{name}#{clause.id}", kind="has")


def _add_item(network: nx.DiGraph, item: Item, regulations: Mapping[str, Regulation]) -> None:
    node = f"item:{item.id}"
    network.add_node(node, title=item.title.zh)
    _cite(network, node, item.cites, regulations)
    conditions: list[Condition] = [*item.conditions, *(item.not_on_paper or ())]
    for condition in conditions:
        asked = f"condition:{item.id}/{condition.id}"
        network.add_node(asked, title=condition.title.zh)
        network.add_edge(node, asked, kind="requires")
        _cite(network, asked, condition.cites, regulations)
        for kind in condition.evidenced_by or ():
            network.add_edge(asked, f"kind:{kind}", kind="evidenced_by")


def _add_rule(
    network: nx.DiGraph,
    rule: Rule,
    regulations: Mapping[str, Regulation],
    variables: Iterable[str],
) -> None:
    node = f"rule:{rule_node(rule)}"
    network.add_node(node, title=rule.text.title.zh)
    network.add_edge(node, f"item:{rule.text.item}", kind="asked_of")
    _cite(network, node, rule.text.cites, regulations)
    kinds = {need.kind for need in rule.needs}
    for expression in rule.expressions:
        kinds |= kinds_named(expression, variables)
        for name in parameters_named(expression):
            network.add_edge(node, f"parameter:{name}", kind="reads")
    for kind in kinds:
        network.add_edge(node, f"kind:{kind}", kind="checks")


def _cite(
    network: nx.DiGraph, node: str, cites: Iterable[str], regulations: Mapping[str, Regulation]
) -> None:
    for written in cites:
        for cited in clauses_cited(written, regulations):
            network.add_edge(node, f"clause:{cited.id}", kind="cites")
