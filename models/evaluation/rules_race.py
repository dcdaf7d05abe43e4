"""`python -m models.evaluation.rules_race`: how many cases a second the rules judge, beside peers.

Cases come from the corpus's worlds, each with its own parties, days and prices. Three things are
timed on one core in one run: all rules of the construction permit with reasons (`judge`), all of
them without (`Verdicts`, from the facts and from facts made ready), and those rules that are plain
comparisons, which the Rust implementation of CEL (cel-rust) and the ZEN engine of GoRules can say
too. For these the peers get numbers for days and amounts, and our parameters as literals; every
verdict is compared.
"""

from __future__ import annotations

import random
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import cel
import zen
from rich.console import Console
from rich.table import Table

from corpus.drafts import drafts_of, second_licence
from corpus.values import LONG_TERM
from corpus.world import make_world
from models.evaluation.peer_rules import PeerRule, peer_rules
from preaudit.case import Facts
from preaudit.check.coding import Coded, coded
from preaudit.check.example_facts import example_facts
from preaudit.check.judge import judge
from preaudit.check.verdicts import Prepared, Verdicts
from rules_kg import load_graph
from rules_kg.graph import Graph
from rules_kg.schema import Example

ITEM = "construction-permit"
_FIRST = 7_000
_ISSUED = ("authority",)
_DEVELOPERS = ("application-form", "funds-commitment", "power-of-attorney")
_SEALS = {
    **dict.fromkeys(_DEVELOPERS, ("developer",)),
    "award-notice": ("developer",),
    "construction-contract": ("developer", "contractor"),
    "supervision-contract": ("developer", "supervisor"),
    "drawing-review-certificate": ("drawing-reviewer",),
    "hazardous-works-list": ("contractor",),
    "identity-card": (),
}
"""Who seals a paper that no authority issues."""
_SIGNED = dict.fromkeys(_DEVELOPERS, ("developer-legal",))


def made_cases(count: int, graph: Graph) -> Iterator[Facts]:
    """Yield the facts of `count` faultless cases, everything on their papers known."""
    for seed in range(_FIRST, _FIRST + count):
        world = make_world(seed)
        papers = [*drafts_of(world), second_licence(world)]
        entries = [
            {
                draft.kind: {
                    **{name: _entry(value) for name, value in draft.values.items()},
                    "file": f"{seed % 997:03d}-{graph.vocabulary.kinds[draft.kind].title.zh}.pdf",
                    "seals": [draft.parties[one] for one in _SEALS.get(draft.kind, _ISSUED)],
                    "signatures": [draft.parties[one] for one in _SIGNED.get(draft.kind, ())],
                }
            }
            for draft in papers
        ]
        as_of = world.days["application_date"]
        example = Example(name=str(seed), expect="pass", as_of=as_of, papers=entries)
        yield example_facts(example, [], graph.vocabulary, item=ITEM)


def _entry(value: Any) -> Any:
    if value == LONG_TERM:
        return "long-term"
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """What one way of judging took."""

    name: str
    rules: int
    seconds_a_case: float
    says: str


def main(arguments: list[str]) -> int:
    """Race, and print the table."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5, help="each timed in turn; the best counts")
    options = parser.parse_args(arguments)
    console = Console(width=150)
    began = time.process_time()
    graph = load_graph()
    loaded = time.process_time() - began
    cases = list(made_cases(options.cases, graph))
    random.Random(1).shuffle(cases)
    console.print(f"{len(graph.rules)} rules loaded and compiled in {loaded:.2f} s of one core")
    for row in _table(_race(cases, graph, rounds=options.rounds, console=console)):
        console.print(row)
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """A case as each engine takes it."""

    ready: Prepared
    cel: Any
    plain: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """The rules that all can say, compiled by each."""

    shared: tuple[PeerRule, ...]
    ours: tuple[Coded, ...]
    cel: tuple[Any, ...]
    zen: tuple[Any, ...]


def _race(cases: Sequence[Facts], graph: Graph, *, rounds: int, console: Console) -> list[Timed]:
    verdicts = Verdicts()
    given = [_shared(one, graph) for one in cases]
    few = cases[:: max(1, len(cases) // 20)]
    shared = peer_rules(given[0].ready)
    rules = _Rules(
        shared=shared,
        ours=tuple(coded(one.expression) for one in shared),
        cel=tuple(cel.compile(one.cel) for one in shared),
        zen=tuple(zen.compile_expression(one.zen) for one in shared),
    )
    _compare(given, rules, console)
    every = len(given[0].ready.applied)
    ways: list[tuple[str, int, str, Callable[[], object], int]] = [
        ("preaudit, with reasons", every, "verdict, clauses, evidence, trace, messages",
         lambda: [judge(one, graph) for one in few], len(few)),
        ("preaudit, verdicts from facts", every, "four verdicts, unknowns",
         lambda: [verdicts.of(Prepared(one, graph)) for one in cases], len(cases)),
        ("preaudit, verdicts from facts made ready", every, "four verdicts, unknowns",
         lambda: [verdicts.of(one.ready) for one in given], len(cases)),
        ("preaudit, shared rules", len(shared), "true, false, unknown",
         lambda: [[rule(one.ready.world) for rule in rules.ours] for one in given], len(cases)),
        ("cel-rust, shared rules", len(shared), "true, false, error",
         lambda: [[rule.execute(one.cel) for rule in rules.cel] for one in given], len(cases)),
        ("zen-engine, shared rules", len(shared), "true, false; null compares",
         lambda: [[rule.evaluate(one.plain) for rule in rules.zen] for one in given], len(cases)),
    ]  # fmt: skip
    best = dict.fromkeys((name for name, *_ in ways), float("inf"))
    for _ in range(rounds):
        for name, _, _, act, count in ways:
            began = time.process_time()
            act()
            best[name] = min(best[name], (time.process_time() - began) / count)
    return [
        Timed(name=name, rules=count, seconds_a_case=best[name], says=says)
        for name, count, says, _, _ in ways
    ]


def _shared(facts: Facts, graph: Graph) -> _Shared:
    plain = _context(facts)
    return _Shared(ready=Prepared(facts, graph), cel=cel.Context(variables=plain), plain=plain)


def _context(facts: Facts) -> dict[str, Any]:
    """Return a case as the peers take it: the first paper of each kind, numbers for all amounts."""
    found: dict[str, Any] = {}
    for material in facts.materials:
        if material.kind.replace("-", "_") not in found:
            entries = {one.name: _plain(one.value) for one in material.fields if one.value}
            found[material.kind.replace("-", "_")] = entries
    return {**found, "today": float(facts.case.as_of.toordinal())}


def _plain(value: Any) -> Any:
    for name in ("yuan", "m2", "number"):
        if hasattr(value, name):
            return float(getattr(value, name))
    if hasattr(value, "day"):
        return float(value.day.toordinal())
    if hasattr(value, "text"):
        return value.text
    return (
        [str(one) for one in value.items]
        if hasattr(value, "items")
        else float(date.max.toordinal())
    )


def _compare(cases: Sequence[_Shared], rules: _Rules, console: Console) -> None:
    """Say how often the peers come to what we come to."""
    differ = 0
    for one in cases:
        for rule, own, theirs, zens in zip(
            rules.shared, rules.ours, rules.cel, rules.zen, strict=True
        ):
            said = {own(one.ready.world), theirs.execute(one.cel), zens.evaluate(one.plain)}
            if len(said) > 1:
                differ += 1
                console.print(f"{rule.check}: {said} for {rule.cel}")
    count = len(rules.shared)
    console.print(f"shared rules: {count}, {len(cases) * count} verdicts compared, {differ} differ")


def _table(rows: Sequence[Timed]) -> Iterator[Table]:
    table = Table("way", "rules", "cases a second", "rules a second", "what it says")
    for one in rows:
        a_second = 1 / one.seconds_a_case
        table.add_row(
            one.name, str(one.rules), f"{a_second:,.0f}", f"{a_second * one.rules:,.0f}", one.says
        )
    yield table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
