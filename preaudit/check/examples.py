"""Runs the examples written beside the rules."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from preaudit.check.example_facts import ExampleError, example_facts
from preaudit.check.judge import judge
from preaudit.errors import UsageError
from preaudit.findings import Finding
from rules_kg.graph import Graph
from rules_kg.loading import load_examples
from rules_kg.records import Located
from rules_kg.schema import Example, ExampleFile


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleResult:
    """What became of one example."""

    check: str
    name: str
    file: str
    line: int
    expected: str
    got: str
    problem: str
    """What is not as written; empty when all is."""

    @property
    def ok(self) -> bool:
        """Whether the rule judges the example as written."""
        return not self.problem


def run_examples(graph: Graph, content: Path | None = None) -> tuple[ExampleResult, ...]:
    """Return what each example comes to, in the order of files.

    Args:
        graph: The rules to try.
        content: Where the examples are; by default those that ship with preaudit.

    Raises:
        RulesFault: An example file is at fault.
    """
    return tuple(
        _tried(graph, located, index, example)
        for located in load_examples(content)
        for index, example in enumerate(located.record.examples)
    )


def _tried(
    graph: Graph, located: Located[ExampleFile], index: int, example: Example
) -> ExampleResult:
    check = located.record.check
    got, problem = "", ""
    try:
        given = located.record.given or ()
        facts = example_facts(example, given, graph.vocabulary, item=_item(graph, check))
        finding = next(
            (
                one
                for one in judge(facts, graph, checks=frozenset({check})).findings
                if one.check == check
            ),
            None,
        )
        got = finding.verdict.value if finding else "no rule in force"
        problem = _difference(example, finding)
    except (ExampleError, UsageError) as error:
        problem = str(error)
    return ExampleResult(
        check=check,
        name=example.name,
        file=located.file,
        line=located.spot("examples", index).line,
        expected=example.expect,
        got=got,
        problem=problem,
    )


def _item(graph: Graph, check: str) -> str:
    """Return the item that a check is asked of."""
    ruled = [rule.text.item for rule in graph.rule_versions(check)]
    return ruled[0] if ruled else "construction-permit"


def _difference(example: Example, finding: Finding | None) -> str:
    if finding is None:
        return "no rule of this check is in force in the example"
    if finding.verdict.value != example.expect:
        return f"expected {example.expect}, got {finding.verdict.value}: {finding.message.zh}"
    if example.outcome and finding.outcome.value != example.outcome:
        return f"expected outcome {example.outcome}, got {finding.outcome.value}"
    if example.repeats and finding.repeats != example.repeats:
        return f"expected to repeat {example.repeats}, repeats {finding.repeats}"
    said = {one.kind for one in finding.about}
    said |= {f"{one.kind}.{one.field}" for one in finding.about if one.field}
    lacking = [one for one in example.about or () if one not in said]
    if lacking:
        return f"the finding is not about {', '.join(lacking)}, but about {sorted(said)}"
    return ""
