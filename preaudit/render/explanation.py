"""One finding laid open for a terminal: facts, evidence, rule, clauses and the evaluation."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from preaudit.fields import Evidence, Field
from preaudit.findings import Citation, Finding, Trace, Verdict
from preaudit.render.labels import (
    OUTCOMES,
    QUOTED,
    SEVERITIES,
    STATES,
    SUMMARY,
    VERDICTS,
    cited,
    field_label,
    kind_label,
    material_name,
    quoted_lines,
)
from preaudit.render.overview import (
    distinct,
    file_names,
    material_by_key,
    page_runs,
    shown_value,
)
from preaudit.render.safe_text import safe
from preaudit.report import Report

_RESULTS = {"true": "green", "false": "bold red", "unknown": "bold yellow"}


def print_explanation(report: Report, check: str, console: Console) -> None:
    """Print why a finding came out as it did, as a tree.

    Args:
        report: The report; its texts are masked here.
        check: Id of the finding.
        console: Where to print.

    Raises:
        KeyError: The report has no such finding.
    """
    shown = safe(report)
    finding = next((one for one in shown.findings if one.id == check), None)
    if finding is None:
        raise KeyError(check)
    console.print(_tree(shown, finding))


def _tree(report: Report, finding: Finding) -> Tree:
    verdict = VERDICTS[finding.verdict].zh
    if finding.verdict is Verdict.FAIL:
        verdict = f"{verdict}·{OUTCOMES[finding.outcome].zh}"
    tree = Tree(Text.assemble((verdict, "bold"), "  ", finding.title.zh, "  ", (finding.id, "dim")))
    tree.add(_named("结论", finding.message.zh))
    if finding.remedy.zh:
        tree.add(_named("处理", finding.remedy.zh))
    _branch(tree, "事实", _facts(report, finding))
    names = file_names(report)
    _branch(tree, "证据", (_place(one, names) for one in distinct(finding.evidence)))
    tree.add(_named("规则", _rule(finding)))
    clauses = tree.add(Text("依据", "cyan"))
    for citation in finding.citations:
        _clause(clauses, citation)
    _trace(tree.add(Text("判定过程", "cyan")), finding.trace)
    return tree


def _named(name: str, text: str) -> Text:
    return Text.assemble((f"{name}  ", "cyan"), text)


def _branch(tree: Tree, name: str, leaves: Iterator[Text]) -> None:
    branch = tree.add(Text(name, "cyan"))
    for leaf in leaves:
        branch.add(leaf)
    if not branch.children:
        branch.add(Text("无", "dim"))


def _facts(report: Report, finding: Finding) -> Iterator[Text]:
    for about in finding.about:
        material = material_by_key(report, about.material)
        if material is None:
            yield Text(f"{kind_label(about.kind).zh}：案卷中没有")
            continue
        pages = page_runs(material.segment.pages)
        yield Text.assemble(
            material_name(material), (f"  {material.source.name} 第 {pages} 页", "dim")
        )
        field = material.field(about.field) if about.field else None
        if field:
            yield _fact(field)


def _fact(field: Field) -> Text:
    value = f"“{shown_value(field)}”" if field.value is not None or field.raw else ""
    text = Text(f"  {field_label(field.name).zh}：{STATES[field.state].zh}{value}")
    text.append(f"  把握 {field.confidence:.0%}，方法 {field.method}", "dim")
    if field.reason:
        text.append(f"  {field.reason}", "yellow")
    return text


def _place(evidence: Evidence, names: dict[str, str]) -> Text:
    box = evidence.box
    sides = f"左 {box.left:.1%} 上 {box.top:.1%} 右 {box.right:.1%} 下 {box.bottom:.1%}"
    name = names.get(evidence.sha256, evidence.sha256[:12])
    text = Text(f"{name} 第 {box.page} 页“{evidence.quote}”")
    said = f"  {sides}  把握 {evidence.confidence:.0%}，{evidence.origin.value}"
    text.append(said, "dim")
    return text


def _rule(finding: Finding) -> str:
    said = f"{finding.rule} · {SEVERITIES[finding.severity].zh} · 把握 {finding.confidence:.0%}"
    return f"{said} · 与 {finding.repeats} 为同一问题" if finding.repeats else said


def _clause(branch: Tree, citation: Citation) -> None:
    leaf = branch.add(Text.assemble(cited(citation), (f"  {citation.clause}", "dim")))
    wording = quoted_lines(citation)
    if wording:
        quote = leaf.add(Text(QUOTED.zh, "green"))
        for line in wording:
            quote.add(Text(line))
    if citation.text:
        leaf.add(Text.assemble((f"{SUMMARY.zh}  ", "dim"), citation.text))


def _trace(branch: Tree, step: Trace) -> None:
    line = Text(" ".join(step.expression.split()))
    line.append("  → ", "dim")
    line.append(step.result, _RESULTS.get(step.result, ""))
    if step.reason:
        line.append(f"  {step.reason}", "yellow")
    below = branch.add(line)
    for one in step.steps:
        _trace(below, one)
