"""Reports quote the law where its text was imported, and show our summary where it was not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from docx import Document
from invented_laws import OLDER, PLAIN
from rich.console import Console

from preaudit import pipeline
from preaudit.case import Case
from preaudit.check import quoted
from preaudit.findings import (
    Bilingual,
    Citation,
    Finding,
    Outcome,
    Severity,
    Trace,
    Verdict,
)
from preaudit.render import (
    load_report,
    notice_docx,
    notice_pdf,
    print_explanation,
    print_report,
    report_html,
    report_json,
)
from preaudit.render.labels import quoted_lines
from preaudit.render.notice import fonts
from preaudit.report import SCHEMA_VERSION, Coverage, Provenance, Report
from preaudit.settings import Settings
from rules_kg import Graph, load_graph
from rules_kg.texts import LawStore, Quotation, parse_law, shelve

SMALL = Path(__file__).parents[2] / "rules" / "small"
ARTICLE = "building-law@2019-04-23#8"
ITEM = "building-law@2019-04-23#8.1.2"
UNKNOWN = "town-guide@2020-01-01#1"
LEAD = "开工应当具备下列条件："
SECOND = "（二）有图，包括：\n\n1.平面图；\n\n2.立面图；"


class NoImages:
    """A report without page images."""

    def jpeg(self, sha256: str, page: int) -> bytes | None:
        """Return no image."""
        del sha256, page


def citation(clause: str, title: str) -> Citation:
    """Return a clause to rest on."""
    return Citation(clause=clause, title=title, text=f"{title}的意思。", verified=True)


def finding(check: str, *citations: Citation) -> Finding:
    """Return a fail."""
    words = Bilingual(zh="缺图。", en="No drawings.")
    return Finding(
        id=check,
        check=check,
        rule=f"{check}@1",
        verdict=Verdict.FAIL,
        severity=Severity.FORM,
        outcome=Outcome.CORRECT,
        title=words,
        message=words,
        remedy=words,
        citations=citations,
        about=(),
        evidence=(),
        trace=Trace(expression="true", result="false"),
        confidence=1.0,
    )


@pytest.fixture
def report() -> Report:
    """Return a report of two fails that cite an item twice and a guide."""
    item = citation(ITEM, "《建造法》第八条第一款第（二）项")
    guide = citation(UNKNOWN, "《镇里的指南》第一条")
    return Report(
        schema_version=SCHEMA_VERSION,
        case=Case(item="permit", as_of=date(2025, 1, 1), jurisdiction="cn", attributes={}),
        sources=(),
        materials=(),
        signals=(),
        findings=(finding("a.one", item, guide), finding("a.two", item)),
        coverage=Coverage(checked=("a.one", "a.two"), not_checked=()),
        problems=(),
        provenance=Provenance(preaudit="0", graph="0" * 64, weights=(), engines=()),
    )


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The small graph."""
    return load_graph(SMALL)


@pytest.fixture
def store(tmp_path: Path, graph: Graph) -> LawStore:
    """Return a store of the building law in two versions."""
    texts = [parse_law(text.encode(), name="x.md") for text in (PLAIN, OLDER)]
    return shelve(tmp_path / "laws", texts, graph, before=None).store


def with_quotes(report: Report, graph: Graph, folder: Path) -> Report:
    """Return the report as the pipeline leaves it."""
    return pipeline._with_quotes(report, graph, Settings(law_texts=folder))


def printed(report: Report) -> str:
    """Return the report as a wide screen shows it."""
    out = StringIO()
    print_report(report, Console(file=out, width=200))
    return out.getvalue()


def test_a_citation_gets_the_words_of_its_clause(report: Report) -> None:
    """Only the clause that is there is quoted; our summary stays beside it."""
    quotation = Quotation(clause=ITEM, quote=SECOND, lead=LEAD)
    first, second = quoted(report.findings, {ITEM: quotation})
    item, guide = first.citations
    assert (item.quote, item.quote_lead, item.quote_verified) == (SECOND, LEAD, True)
    assert item.text.endswith("的意思。")
    assert guide == report.findings[0].citations[1]
    assert second.citations == (item,)


def test_a_report_says_which_texts_it_quotes(report: Report, graph: Graph, store: LawStore) -> None:
    """The index's digest stands in the provenance, and the quote is what is stored."""
    made = with_quotes(report, graph, store.folder)
    assert made.provenance.law_texts == store.digest
    assert made.findings[0].citations[0].quote == SECOND
    assert not made.problems
    assert load_report(report_json(made)) == made
    assert report_json(made) == report_json(with_quotes(report, graph, store.folder))


def test_without_texts_nothing_changes(report: Report, graph: Graph, tmp_path: Path) -> None:
    """Where nothing was imported the report is as it was."""
    assert with_quotes(report, graph, tmp_path / "none") == report


def test_what_is_not_cited_is_not_named(report: Report, graph: Graph, store: LawStore) -> None:
    """A report that quotes nothing does not depend on which texts there are."""
    other = replace(report, findings=())
    assert with_quotes(other, graph, store.folder) == other


def test_a_changed_text_is_a_problem_and_no_quote(
    report: Report, graph: Graph, store: LawStore
) -> None:
    """The report says that a stored text changed, and shows our summary instead."""
    (path,) = (
        one for one in (store.folder / "texts").iterdir() if PLAIN.encode() == one.read_bytes()
    )
    path.write_bytes(PLAIN.replace("有图", "有画").encode())
    made = with_quotes(report, graph, store.folder)
    (problem,) = made.problems
    assert (problem.code, problem.notice) == ("law_text_unusable", True)
    assert "has changed" in problem.message.zh
    assert made.findings == report.findings
    assert made.provenance.law_texts == ""


def test_a_damaged_index_is_a_problem(report: Report, graph: Graph, tmp_path: Path) -> None:
    """An index that cannot be read does not stop a review."""
    (tmp_path / "index.json").write_text("{", encoding="utf-8")
    made = with_quotes(report, graph, tmp_path)
    assert [one.code for one in made.problems] == ["law_text_unusable"]
    assert str(tmp_path) not in report_json(made).decode()
    assert made.findings == report.findings


def test_lines_of_a_quote() -> None:
    """What stands between introduction and item is marked, marks of links go, and nothing else."""
    made = replace(
        citation(ITEM, "题"), quote="（二）见《[[某法]]》；\r\n\r\n1.子。", quote_lead=LEAD
    )
    assert quoted_lines(made) == ()
    sure = replace(made, quote_verified=True)
    assert quoted_lines(sure) == (LEAD, "……", "（二）见《某法》；", "1.子。")
    assert quoted_lines(replace(sure, quote="（一）甲；")) == (LEAD, "（一）甲；")
    assert quoted_lines(replace(sure, quote="甲。\n\n乙。", quote_lead="")) == ("甲。", "乙。")


def test_pages_tell_wording_from_summary(report: Report, graph: Graph, store: LawStore) -> None:
    """The page folds the wording below its citation; what has none shows our summary as such."""
    page = report_html(with_quotes(report, graph, store.folder), NoImages()).decode()
    assert page.count('<details class="law">') == 2
    assert "<p>（二）有图，包括：</p><p>1.平面图；</p>" in page
    assert "《建造法》第八条第一款第（二）项的意思。" not in page
    assert '<span lang="zh">要点</span><span lang="en">Summary</span></b> 《镇里的指南》' in page
    assert store.digest[:12] in page
    plain = report_html(report, NoImages()).decode()
    assert '<details class="law">' not in plain
    assert "《建造法》第八条第一款第（二）项的意思。" in plain
    assert "法规原文索引" not in plain


def test_a_screen_quotes_each_clause_once(report: Report, graph: Graph, store: LawStore) -> None:
    """The second finding on the same clause only names it."""
    text = printed(with_quotes(report, graph, store.folder))
    assert text.count("《建造法》第八条第一款第（二）项") == 2
    assert text.count("原文") == 1
    assert text.index(LEAD) < text.index("……") < text.index("2.立面图；")
    assert "原文" not in printed(report)


def test_an_explanation_shows_both(report: Report, graph: Graph, store: LawStore) -> None:
    """Wording and summary stand below the clause, each under its name."""
    out = StringIO()
    print_explanation(
        with_quotes(report, graph, store.folder), "a.one", Console(file=out, width=200)
    )
    text = out.getvalue()
    assert text.index("原文") < text.index("1.平面图；") < text.index("要点  《建造法》")
    assert "要点  《镇里的指南》" in text


def test_a_notice_quotes_below_its_list(report: Report, graph: Graph, store: LawStore) -> None:
    """Each clause of the notice stands once at its end, word for word; without texts nothing."""
    made = with_quotes(report, graph, store.folder)
    lines = [one.text for one in Document(BytesIO(notice_docx(made))).paragraphs]
    start = lines.index("附：上列依据的条文")
    assert lines[start + 1 : start + 7] == [
        "· 《建造法》第八条第一款第（二）项 原文：",
        LEAD,
        "……",
        "（二）有图，包括：",
        "1.平面图；",
        "2.立面图；",
    ]
    plain = [one.text for one in Document(BytesIO(notice_docx(report))).paragraphs]
    assert "附：上列依据的条文" not in plain


@pytest.mark.skipif(not fonts.font_files(), reason="no Chinese TrueType font here")
def test_a_printed_notice_is_the_same_each_time(
    report: Report, graph: Graph, store: LawStore
) -> None:
    """The PDF with quotes is made, differs from the one without, and does not vary."""
    made = with_quotes(report, graph, store.folder)
    assert notice_pdf(made) == notice_pdf(made) != notice_pdf(report)


def test_the_contract_carries_the_quote(report: Report, graph: Graph, store: LawStore) -> None:
    """Programs find the words, the introduction and that they were compared."""
    content = json.loads(report_json(with_quotes(report, graph, store.folder)))
    made = content["findings"][0]["citations"][0]
    assert made["quote"].encode() in PLAIN.encode()
    assert made["quote_lead"].encode() in PLAIN.encode()
    assert made["quote_verified"] is True
    assert content["findings"][0]["citations"][1]["quote"] == ""
