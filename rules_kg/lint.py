"""What a graph that loads still lacks: rules, examples, grounds, use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path as FilePath
from typing import Any

from rules_kg.basics import OTHER_CASES
from rules_kg.citations import Cited, clauses_cited, current
from rules_kg.demands import demand_faults
from rules_kg.faults import Fault, Level, RulesFault
from rules_kg.graph import Graph, Rule
from rules_kg.language.walk import parameters_named
from rules_kg.loading import load_examples
from rules_kg.schema import AskedMaterial, Condition, Item, Jurisdiction, Overlay, TimeLimit

_VERDICTS = ("pass", "fail", "undetermined")


def lint(graph: Graph, content: FilePath | None = None) -> list[Fault]:
    """Return everything that is wrong or noteworthy in a graph that loads, in the order of files.

    Args:
        graph: The graph.
        content: Where its examples are; by default those that ship with preaudit.
    """
    faults = [
        *_missing_rules(graph),
        *_grounds(graph),
        *_overlay_grounds(graph),
        *_part_grounds(graph),
        *_unused_parameters(graph),
        *demand_faults(graph),
        *_untranslated(graph),
    ]
    try:
        faults += _missing_examples(graph, content)
    except RulesFault as fault:
        faults += fault.faults
    return sorted(faults)


def _missing_rules(graph: Graph) -> Iterator[Fault]:
    ruled = {(rule.text.item, rule.id) for rule in graph.rules}
    for item, checks in graph.checks.items():
        for check in checks:
            if check not in OTHER_CASES and (item, check) not in ruled:
                message = "no rule answers this check; write one, or take it out"
                yield Fault(
                    file="checks.yaml", line=0, subject=check, message=message, code="no_rule"
                )
        for rule in graph.rules:
            if rule.text.item == item and rule.id not in checks:
                yield _of(
                    rule, "is no check of checks.yaml; add it to a file of checks/", "unknown_check"
                )


def _of(rule: Rule, message: str, code: str, level: Level = Level.ERROR) -> Fault:
    return Fault(
        file=rule.file, line=rule.line, subject=rule.id, message=message, code=code, level=level
    )


def _grounds(graph: Graph) -> Iterator[Fault]:
    """Yield faults of citations: out of force, too weak for a demand, not verified."""
    for rule in graph.rules:
        every = [_citable(graph, written) for written in rule.text.cites]
        for written, versions in zip(rule.text.cites, every, strict=True):
            gap = _gap(versions, rule.text.valid_from, rule.text.valid_until)
            if gap is not None:
                message = (
                    f"{written} is not in force on {gap}, when the rule is; "
                    "move valid_from or valid_until, or cite another version"
                )
                yield _of(rule, message, "not_in_force")
            if not all(one.clause.verified for one in versions):
                message = f"{written} was not compared with the official text"
                yield _of(rule, message, "unverified", Level.NOTICE)
        cited = [one for versions in every for one in versions]
        if not cited:
            yield _of(
                rule,
                "cites nothing; name a clause, such as construction-law#8.1.1",
                "no_ground",
                _weight(rule.text.outcome),
            )
        elif rule.text.outcome == "correct" and not _may_demand(cited):
            message = (
                "outcome correct needs a clause of a law, regulation or rule; "
                "make it advice, or cite one (优化营商环境条例 第三十五条)"
            )
            yield _of(rule, message, "no_ground")


def _weight(outcome: str) -> Level:
    return Level.ERROR if outcome == "correct" else Level.NOTICE


def _citable(graph: Graph, written: str) -> tuple[Cited, ...]:
    return clauses_cited(written, graph.regulations)


def _may_demand(cited: Iterable[Cited]) -> bool:
    return any(one.regulation.level.may_demand for one in cited)


def _gap(versions: Sequence[Cited], start: date, end: date | None) -> date | None:
    """Return the first day of a period on which none of the versions is in force."""
    day = start
    while end is None or day < end:
        here = next((one.version for one in versions if one.version.in_force(day)), None)
        if here is None:
            return day
        if here.valid_until is None:
            return None
        day = here.valid_until
    return None


def _overlay_grounds(graph: Graph) -> Iterator[Fault]:
    for place in graph.jurisdictions.values():
        for overlay in place.overlays or ():
            yield from _raised(graph, place, overlay)


def _part_grounds(graph: Graph) -> Iterator[Fault]:
    """Yield a fault for each dated part of an item that cites what is not law then.

    A part without dates follows the law: what it cites and is not in force on a day is left out.
    """
    for item in graph.items.values():
        parts: tuple[tuple[str, Sequence[Any]], ...] = (
            ("condition", [*item.conditions, *(item.not_on_paper or ())]),
            ("material", item.materials or ()),
            ("time limit", item.time_limits or ()),
        )
        for what, group in parts:
            for part in group:
                yield from _part_gaps(graph, item, what, part)


def _part_gaps(
    graph: Graph, item: Item, what: str, part: Condition | AskedMaterial | TimeLimit
) -> Iterator[Fault]:
    if part.valid_until is None and part.valid_from is None:
        return
    file, line = graph.spots[f"item:{item.id}"]
    start = part.valid_from or (part.valid_until or date.max) - timedelta(days=1)
    name = part.kind if isinstance(part, AskedMaterial) else part.id
    for written in part.cites:
        gap = _gap(current(_citable(graph, written)), start, part.valid_until)
        if gap is not None:
            message = (
                f"{written} is not in force on {gap}, when the {what} {name!r} is; "
                "move valid_from or valid_until, or cite another version"
            )
            yield Fault(file=file, line=line, subject=item.id, message=message, code="not_in_force")


def _raised(graph: Graph, place: Jurisdiction, overlay: Overlay) -> Iterator[Fault]:
    """Yield a fault for a place that demands more than the rule without a ground of its own."""
    rules = graph.rule_versions(overlay.rule)
    raises = overlay.outcome == "correct" and any(one.text.outcome != "correct" for one in rules)
    cited = [one for written in overlay.cites or () for one in _citable(graph, written)]
    if raises and not cited:
        file, line = graph.spots[f"jurisdiction:{place.id}"]
        yield Fault(
            file=file,
            line=line,
            subject=overlay.rule,
            message="an overlay that makes this correct cites the place's published catalogue",
            code="no_ground",
        )


def _unused_parameters(graph: Graph) -> Iterator[Fault]:
    used = {
        name
        for rule in graph.rules
        for expression in rule.expressions
        for name in parameters_named(expression)
    }
    for name in graph.parameters:
        if name not in used:
            file, line = graph.spots[f"parameter:{name}"]
            message = "no rule uses this parameter; take it out, or use it"
            yield Fault(file=file, line=line, subject=name, message=message, code="dead_parameter")


def _untranslated(graph: Graph) -> Iterator[Fault]:
    """Yield a notice for each rule whose English only repeats the Chinese."""
    for rule in graph.rules:
        text = rule.text
        words = (text.title, text.message, text.on_undetermined, text.remedy)
        if any(one.en == one.zh and not one.zh.isascii() for one in words):
            message = "its English repeats the Chinese; translate it"
            yield _of(rule, message, "untranslated", Level.NOTICE)


def _missing_examples(graph: Graph, content: FilePath | None) -> list[Fault]:
    files = load_examples(content)
    shown = {one.record.check: {example.expect for example in one.record.examples} for one in files}
    known = {rule.id for rule in graph.rules}
    faults = [
        one.fault("examples of a check that has no rule", "check", code="unknown_check")
        for one in files
        if one.record.check not in known
    ]
    for rule in {rule.id: rule for rule in graph.rules}.values():
        lacking = [verdict for verdict in _VERDICTS if verdict not in shown.get(rule.id, set())]
        if lacking:
            message = f"no example that is {' or '.join(lacking)}; add it to cases/{rule.id}.yaml"
            faults.append(_of(rule, message, "no_example"))
    return faults
