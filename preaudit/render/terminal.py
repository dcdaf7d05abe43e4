"""The report as a table for a terminal, in Chinese; plain text when the output is no terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from preaudit.case import Material
from preaudit.fields import Evidence
from preaudit.findings import Finding, Verdict
from preaudit.render.labels import (
    OUTCOMES,
    QUOTED,
    STAGES,
    cited,
    item_label,
    material_name,
    place_label,
    quoted_lines,
)
from preaudit.render.overview import Overview, distinct, file_names, overview, page_runs
from preaudit.render.safe_text import safe
from preaudit.render.signature_words import INTEGRITIES, notes, when, who
from preaudit.render.wrapping import wrapped
from preaudit.report import NotChecked, Problem, Report
from preaudit.signature import DigitalSignature, Integrity

_DOUBT = "待核实"
_PLACES_SHOWN = 4
_NARROWEST = 8
"""Columns below which a cell of prose is not squeezed while others have room."""
_QUOTE_LENGTH = 40
_STYLES = {
    Verdict.FAIL: "bold red",
    Verdict.UNDETERMINED: "bold yellow",
    Verdict.PASS: "green",
    Verdict.NOT_APPLICABLE: "dim",
}


_SIGNATURE_STYLES = {
    Integrity.INTACT: "green",
    Integrity.CHANGED: "bold yellow",
    Integrity.ALTERED: "bold red",
    Integrity.UNKNOWN: "bold yellow",
}


class Prose:
    """A text that a table cell breaks as Chinese is broken; rich would cut it instead."""

    def __init__(self, text: str, style: str = "") -> None:
        self._text = text
        self._style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for paragraph in self._text.split("\n"):
            for line in wrapped(paragraph, cell_len, width=options.max_width):
                yield Text(line, self._style, no_wrap=True)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        longest = max(cell_len(line) for line in self._text.split("\n"))
        return Measurement(min(longest, _NARROWEST), longest).with_maximum(options.max_width)


def print_report(report: Report, console: Console) -> None:
    """Print the summary, then findings, what was not checked, problems and materials."""
    shown = safe(report)
    for part in _parts(shown):
        console.print(part)


def _parts(report: Report) -> Iterator[RenderableType]:
    view = overview(report)
    names = file_names(report)
    yield _summary(report, view)
    if view.fails:
        yield _heading(f"不通过 · {len(view.fails)} 项", "red")
        yield _findings(view.fails, names)
    if view.undetermined:
        yield _heading(f"待人工核实 · {len(view.undetermined)} 项", "yellow")
        yield _findings(view.undetermined, names)
    if view.not_checked:
        yield _heading(f"未检查及原因 · {len(view.not_checked)} 项", "yellow")
        yield _not_checked(view.not_checked)
    if report.problems:
        yield _heading(f"处理中的问题 · {len(report.problems)} 项", "yellow")
        yield _problems(report.problems)
    if report.signatures:
        yield _heading(f"数字签名 · {len(report.signatures)} 个", "blue")
        yield _signatures(report.signatures, names)
    yield _heading(f"识别出的材料 · {len(report.materials)} 份", "blue")
    yield _materials(report.materials, names)


def _summary(report: Report, view: Overview) -> RenderableType:
    case = report.case
    head = Text("预审结果", "bold")
    asked, place = item_label(case.item).zh, place_label(case.jurisdiction).zh
    head.append(f"  {asked} · {place} · 审查日 {case.as_of.isoformat()}", "dim")
    counts = Text.assemble(
        (f"不通过 {len(view.fails)}", _STYLES[Verdict.FAIL]),
        f"（补正 {len(view.correct)}，容缺或承诺 {len(view.deferrable)}，",
        f"提示 {len(view.advice)}）  ",
        (f"待人工核实 {len(view.undetermined)}", _STYLES[Verdict.UNDETERMINED]),
        "  ",
        (f"通过 {len(view.passes)}", _STYLES[Verdict.PASS]),
        "  ",
        (f"不适用 {len(view.not_applicable)}", _STYLES[Verdict.NOT_APPLICABLE]),
    )
    coverage = Text(
        f"覆盖：{view.total_count} 项检查中 {view.checked_count} 项有结论；"
        f"{len(report.sources)} 个文件，{sum(one.pages for one in report.sources)} 页，"
        f"{len(report.materials)} 份材料"
    )
    return Group(head, counts, coverage)


def _heading(title: str, colour: str) -> RenderableType:
    return Group(Text(), Rule(Text(title, f"bold {colour}"), align="left", style=colour))


def _findings(findings: Iterable[Finding], names: dict[str, str]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(min_width=6, no_wrap=True)
    table.add_column(ratio=1)
    quoted: set[str] = set()
    for number, finding in enumerate(findings):
        if number:
            table.add_row()
        table.add_row(_verdict(finding), Group(*_told(finding, names, quoted)))
    return table


def _verdict(finding: Finding) -> Text:
    style = _STYLES[finding.verdict]
    if finding.verdict is Verdict.FAIL:
        return Text(OUTCOMES[finding.outcome].zh, style)
    return Text(_DOUBT, style)


def _told(finding: Finding, names: dict[str, str], quoted: set[str]) -> Iterator[RenderableType]:
    """Yield a finding; `quoted` gathers the clauses whose wording was printed already."""
    yield Prose(finding.title.zh, "bold")
    yield Text(finding.id, "dim", overflow="fold")
    yield Prose(finding.message.zh)
    details = Table.grid(padding=(0, 2, 0, 0))
    details.add_column(no_wrap=True, style="cyan")
    details.add_column()
    before = ""
    for label, text in _details(finding, names, quoted):
        details.add_row(label if label != before else "", Prose(text))
        before = label
    yield details


def _details(
    finding: Finding, names: dict[str, str], quoted: set[str]
) -> Iterator[tuple[str, str]]:
    """Yield what stands below a finding; remedy and basis only where something is asked for."""
    if finding.verdict is Verdict.FAIL:
        yield "处理", finding.remedy.zh
        for citation in finding.citations:
            yield "依据", cited(citation)
            if citation.clause not in quoted:
                yield from ((QUOTED.zh, line) for line in quoted_lines(citation))
            quoted.add(citation.clause)
    places = distinct(finding.evidence)
    for evidence in places[:_PLACES_SHOWN]:
        yield "见", _place(evidence, names)
    if len(places) > _PLACES_SHOWN:
        yield "见", f"另有 {len(places) - _PLACES_SHOWN} 处"


def _place(evidence: Evidence, names: dict[str, str]) -> str:
    quote = evidence.quote.replace("\n", " ")
    short = quote if len(quote) <= _QUOTE_LENGTH else f"{quote[:_QUOTE_LENGTH]}…"
    name = names.get(evidence.sha256, evidence.sha256[:12])
    said = f"：“{short}”" if short else ""
    return f"{name} 第 {evidence.box.page} 页{said}"


def _not_checked(rows: Iterable[NotChecked]) -> Table:
    table = Table(box=SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("检查", overflow="fold", ratio=1)
    table.add_column("为什么没有检查", ratio=2)
    for row in rows:
        table.add_row(Text(row.check, overflow="fold"), Prose(row.reason.zh))
    return table


def _problems(problems: Iterable[Problem]) -> Table:
    table = Table(box=SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("文件", overflow="fold", ratio=2)
    table.add_column("问题与处理", ratio=4)
    table.add_column("环节", no_wrap=True)
    for problem in problems:
        page = f" 第 {problem.page} 页" if problem.page else ""
        said = [Prose(problem.message.zh)]
        if problem.remedy.zh:
            said.append(Prose(problem.remedy.zh, "cyan"))
        where = Prose(f"{problem.file or '整个案件'}{page}")
        table.add_row(where, Group(*said), STAGES[problem.stage].zh)
    return table


def _signatures(signatures: Iterable[DigitalSignature], names: dict[str, str]) -> Table:
    table = Table(box=SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("文件", overflow="fold", ratio=2)
    table.add_column("签名人与说明", ratio=4)
    table.add_column("验证", no_wrap=True)
    for one in signatures:
        seal = f" · {one.seal_name}" if one.seal_name else ""
        said = [Prose(f"{who(one).zh}{seal} · {when(one).zh}")]
        said += [Prose(note.zh, "dim") for note in notes(one)]
        state = Text(INTEGRITIES[one.integrity].zh, _SIGNATURE_STYLES[one.integrity])
        table.add_row(Prose(names.get(one.sha256, one.sha256[:12])), Group(*said), state)
    return table


def _materials(materials: Iterable[Material], names: dict[str, str]) -> RenderableType:
    table = Table(box=SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("材料", ratio=3)
    table.add_column("文件", overflow="fold", ratio=4)
    table.add_column("页", no_wrap=True)
    table.add_column("把握", justify="right", no_wrap=True)
    for material in materials:
        segment = material.segment
        table.add_row(
            Prose(material_name(material)),
            Prose(names.get(segment.sha256, material.source.name)),
            Text(page_runs(segment.pages)),
            f"{segment.confidence:.0%}" if segment.settled else "待定",
        )
    return table if table.row_count else Padding("没有识别出材料。", (1, 0))
