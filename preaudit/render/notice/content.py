"""What the notice says, before it is laid out.

The law wants everything that has to be corrected named at once, and nothing beyond it asked for. So
the items to correct stand alone; what may follow later and what is only advice stand apart and say
so; and what the machine could not decide goes to the clerk on a separate sheet, never to the
applicant as a duty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from preaudit.findings import About, Finding, Severity
from preaudit.render.labels import (
    QUOTED,
    cited,
    field_label,
    item_label,
    kind_label,
    quoted_lines,
)
from preaudit.render.overview import (
    Overview,
    distinct,
    file_names,
    material_by_key,
    overview,
    page_runs,
    said,
)
from preaudit.render.safe_text import safe
from preaudit.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A heading with a table below it."""

    heading: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """One text for each column; a line break separates paragraphs within a cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A heading with a list of points below it."""

    heading: str
    points: tuple[str, ...]
    """A line break separates paragraphs within a point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """The sheet that stays with the clerk."""

    title: str
    internal: str
    reminder: str
    verify: Table | None
    lists: tuple[Points, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The notice, every text final."""

    draft: str
    title: str
    number: str
    addressee: str
    opening: str
    sections: tuple[Table, ...]
    closing: str
    """Empty when there is nothing to correct."""
    signature: tuple[str, ...]
    receipt: str
    law: Points | None
    """What the law says, word for word, where its text was imported: each clause once."""
    footer: str
    """With `{page}` where the page number goes."""
    annex: Annex


def notice(report: Report) -> Notice:
    """Return the notice of a report, identity numbers masked."""
    shown = safe(report)
    words = wording()
    view = overview(shown)
    doubts = len(view.undetermined) + len(shown.problems)
    return Notice(
        draft=words["draft"] + (words["draft_open"].format(count=doubts) if doubts else ""),
        title=words["title"],
        number=words["number"],
        addressee=f"{said(shown, 'developer_name') or words['blank']}：",
        opening=_opening(shown, view, words),
        sections=tuple(_sections(shown, view, words)),
        closing=words["closing"] if view.correct or view.deferrable else "",
        signature=tuple(words["signature"]),
        receipt=words["receipt"],
        law=_law(view, words),
        footer=words["footer"],
        annex=_annex(shown, view, words),
    )


@cache
def wording() -> Mapping[str, Any]:
    """Return the fixed words of the notice."""
    place = resources.files("preaudit.render.notice") / "wording.yaml"
    content: Mapping[str, Any] = yaml.safe_load(place.read_text(encoding="utf-8"))
    return content


def _opening(report: Report, view: Overview, words: Mapping[str, Any]) -> str:
    project = said(report, "project_name")
    kind = "open" if view.undetermined or report.problems else "clear"
    text: str = words["opening_fails" if view.correct else f"opening_{kind}"].format(
        project=f"“{project}”" if project else "",
        item=item_label(report.case.item).zh,
        files=len(report.sources),
        pages=sum(source.pages for source in report.sources),
        basis=words["basis"]["title"],
    )
    return text


def _sections(report: Report, view: Overview, words: Mapping[str, Any]) -> Iterator[Table]:
    groups = (
        ("correct", view.correct, words["columns"]),
        ("deferrable", view.deferrable, words["columns"]),
        ("advice", view.advice, words["advice_columns"]),
    )
    present = [(name, findings, columns) for name, findings, columns in groups if findings]
    for place, (name, findings, columns) in zip("一二三", present, strict=False):
        section = words["sections"][name]
        yield Table(
            heading=f"{place}、{section['heading']}（{len(findings)} 项）",
            note=section["note"],
            columns=tuple(columns.values()),
            rows=tuple(_rows(report, findings, words)),
        )


def _rows(
    report: Report, findings: Iterable[Finding], words: Mapping[str, Any]
) -> Iterator[tuple[str, ...]]:
    for number, finding in enumerate(findings, start=1):
        doubt = words["substance"] if finding.severity is Severity.SUBSTANCE else ""
        yield (
            str(number),
            "\n".join(papers(report, finding, absent=words["absent"])),
            f"{finding.message.zh}{doubt}",
            finding.remedy.zh,
            "\n".join(cited(one) for one in finding.citations),
        )


def _law(view: Overview, words: Mapping[str, Any]) -> Points | None:
    quotes = {
        citation.clause: "\n".join((f"{citation.title} {QUOTED.zh}：", *quoted_lines(citation)))
        for finding in (*view.correct, *view.deferrable, *view.advice)
        for citation in finding.citations
        if quoted_lines(citation)
    }
    return Points(heading=words["law"], points=tuple(quotes.values())) if quotes else None


def papers(report: Report, finding: Finding, *, absent: str) -> tuple[str, ...]:
    """Return the papers that a finding speaks of, each with its file and pages."""
    told = dict.fromkeys(_paper(report, finding, about, absent) for about in finding.about)
    return tuple(told) or places(report, finding)


def places(report: Report, finding: Finding) -> tuple[str, ...]:
    """Return the files and pages where a finding's evidence stands."""
    names = file_names(report)
    pages: dict[str, list[int]] = {}
    for one in distinct(finding.evidence):
        pages.setdefault(one.sha256, []).append(one.box.page)
    return tuple(_located(names.get(digest, ""), found) for digest, found in pages.items())


def _paper(report: Report, finding: Finding, about: About, absent: str) -> str:
    label = kind_label(about.kind).zh
    material = material_by_key(report, about.material)
    if material is None:
        return f"{label}（{absent}）"
    segment = material.segment
    pages = {
        one.box.page
        for one in finding.evidence
        if one.sha256 == segment.sha256 and one.box.page in segment.pages
    }
    entry = f"“{field_label(about.field).zh}”栏" if about.field else ""
    return f"{label}{entry}（{_located(material.source.name, sorted(pages) or segment.pages)}）"


def _located(name: str, pages: Sequence[int]) -> str:
    return f"{name} 第 {page_runs(pages)} 页"


def _annex(report: Report, view: Overview, words: Mapping[str, Any]) -> Annex:
    annex = words["annex"]
    return Annex(
        title=annex["title"],
        internal=annex["internal"],
        reminder=annex["reminder"].format(basis=words["basis"]["title"]),
        verify=_verify(report, view, annex, words["absent"]) if view.undetermined else None,
        lists=tuple(one for one in _lists(report, view, annex) if one.points),
    )


def _verify(report: Report, view: Overview, annex: Mapping[str, Any], absent: str) -> Table:
    return Table(
        heading=f"{annex['verify']}（{len(view.undetermined)} 项）",
        note="",
        columns=tuple(annex["verify_columns"].values()),
        rows=tuple(
            (
                str(number),
                f"{one.title.zh}\n{one.check}",
                one.message.zh,
                "\n".join(papers(report, one, absent=absent)),
                annex["result"],
            )
            for number, one in enumerate(view.undetermined, start=1)
        ),
    )


def _lists(report: Report, view: Overview, annex: Mapping[str, Any]) -> Iterator[Points]:
    numbered = enumerate(view.correct, start=1)
    substance = [
        f"第 {number} 项 {one.title.zh}"
        for number, one in numbered
        if one.severity is Severity.SUBSTANCE
    ]
    unread = [
        f"{one.file or '整个案件'}{f' 第 {one.page} 页' if one.page else ''}：{one.message.zh}"
        for one in report.problems
    ]
    unverified = dict.fromkeys(
        citation.title
        for finding in (*view.fails, *view.undetermined)
        for citation in finding.citations
        if not citation.verified
    )
    skipped = [f"{one.check}：{one.reason.zh}" for one in view.not_checked]
    yield Points(heading=annex["substance"], points=tuple(substance))
    yield Points(heading=annex["unread"], points=tuple(unread))
    yield Points(heading=annex["not_checked"], points=tuple(skipped))
    yield Points(heading=annex["unverified"], points=tuple(unverified))
