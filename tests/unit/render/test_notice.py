from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from sample_report import ID_NUMBER, sample_report

from preaudit.errors import PreauditError
from preaudit.findings import Outcome, Verdict
from preaudit.render import notice_docx, notice_pdf
from preaudit.render.notice import fonts
from preaudit.render.notice.content import Table, notice, wording
from preaudit.render.wrapping import wrapped
from preaudit.report import Report
from rules_kg import load_graph
from rules_kg.citations import clauses_cited

needs_fonts = pytest.mark.skipif(not fonts.font_files(), reason="no Chinese TrueType font here")


def section(report: Report, words: str) -> Table:
    """Return the section of a notice whose heading has these words."""
    return next(one for one in notice(report).sections if words in one.heading)


def docx_text(data: bytes) -> str:
    """Return all text of a DOCX, tables included."""
    return "\n".join(_texts(Document(BytesIO(data)).element.body))


def _texts(body: Any) -> Iterator[str]:
    for paragraph in body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"):
        yield "".join(paragraph.itertext())


def pdf_text(data: bytes) -> list[str]:
    """Return the text of each page of a PDF."""
    with pdfplumber.open(BytesIO(data)) as pdf:
        return [page.extract_text().replace("\n", "") for page in pdf.pages]


def only(report: Report, *checks: str) -> Report:
    """Return the report with only these findings."""
    kept = tuple(one for one in report.findings if one.check in checks)
    return replace(report, findings=kept)


def test_all_items_to_correct_stand_in_one_numbered_list() -> None:
    """Every fail that asks for a correction is there with paper, page, remedy and basis."""
    rows = section(sample_report(), "需要补正的内容").rows
    assert [row[0] for row in rows] == ["1", "2"]
    assert rows[0][1] == "安全生产许可证（未提交）"
    assert "合同 <b>扫描件</b>.pdf 第 1 页" in rows[1][1]
    assert "《施工许可管理办法》第六条【未核实】" in rows[1][4]
    assert all(row[3] for row in rows)


def test_a_matter_of_substance_is_left_to_a_person() -> None:
    """A finding on substance says that the reviewer decides, and the annex lists it."""
    content = notice(sample_report())
    assert "由审查人员核实后决定" in content.sections[0].rows[1][2]
    assert "由审查人员核实后决定" not in content.sections[0].rows[0][2]
    listed = next(one for one in content.annex.lists if "实质条件" in one.heading)
    assert listed.points == ("第 2 项 建设单位名称一致",)


def test_advice_is_no_duty() -> None:
    """Advice stands in a section of its own that says it is not asked for."""
    advice = section(sample_report(), "提示")
    assert "不是法定义务" in advice.note
    assert len(advice.rows) == 1
    assert len(section(sample_report(), "可以容缺").rows) == 1


def test_what_is_not_decided_goes_to_the_clerk_only() -> None:
    """An undetermined check is on the annex and in no section for the applicant."""
    content = notice(sample_report())
    told = "".join(text for part in content.sections for row in part.rows for text in row)
    assert "身份证" not in told
    assert content.annex.verify is not None
    assert "身份证号校验" in content.annex.verify.rows[0][1]


def test_the_clerk_is_told_what_was_not_read_or_checked() -> None:
    """The annex names unreadable files, unchecked points and unverified clauses."""
    lists = {one.heading: one.points for one in notice(sample_report()).annex.lists}
    points = [point for found in lists.values() for point in found]
    assert any("图审合格书（加密）.pdf" in point for point in points)
    assert any("fitness.manager_busy" in point for point in points)
    assert "《施工许可管理办法》第六条" in points


def test_a_notice_of_a_clear_case_asks_for_nothing() -> None:
    """Without a fail there is no list, no deadline and no claim that papers are incomplete."""
    clear = replace(only(sample_report(), "codes.uscc_checksum"), problems=())
    content = notice(clear)
    assert content.sections == ()
    assert content.closing == ""
    assert "没有发现需要补正的内容" in content.opening
    assert "不齐全" not in content.opening
    assert "核实前不得发出" not in content.draft


def test_doubt_is_not_told_as_all_clear() -> None:
    """With nothing to correct but something open, the notice does not say that all is well."""
    doubtful = notice(replace(only(sample_report(), "codes.id_checksum"), problems=()))
    unread = notice(only(sample_report(), "codes.uscc_checksum"))
    for content in (doubtful, unread):
        assert "须由工作人员核实后才能确定" in content.opening
        assert "附页列有 1 项" in content.draft


def test_advice_alone_asks_for_nothing() -> None:
    """With only advice the notice neither says that papers are incomplete nor sets a day."""
    content = notice(replace(only(sample_report(), "time.expires_during_works"), problems=()))
    assert "没有发现需要补正的内容" in content.opening
    assert content.closing == ""


@given(st.lists(st.tuples(st.sampled_from(Verdict), st.sampled_from(Outcome)), max_size=12))
def test_duties_are_exactly_the_fails_to_correct(kinds: list[tuple[Verdict, Outcome]]) -> None:
    """Whatever the findings, the list of duties holds the fails to correct and nothing else."""
    base = sample_report()
    findings = tuple(
        replace(base.findings[0], id=f"x.{number}", check=f"x.{number}", verdict=one, outcome=asks)
        for number, (one, asks) in enumerate(kinds)
    )
    content = notice(replace(base, findings=findings))
    duties = [one for one in content.sections if "需要补正的内容" in one.heading]
    expected = kinds.count((Verdict.FAIL, Outcome.CORRECT))
    assert sum(len(one.rows) for one in duties) == expected


def test_the_docx_says_it_all_and_can_be_made_twice() -> None:
    """The DOCX opens, holds the whole notice and does not depend on the clock."""
    data = notice_docx(sample_report())
    text = docx_text(data)
    for words in ("申请材料补正一次性告知书", "安全生产许可证（未提交）", "工作人员核实单", "印章"):
        assert words in text
    assert ID_NUMBER not in text
    assert notice_docx(sample_report()) == data


@needs_fonts
def test_the_pdf_says_it_all_and_can_be_made_twice() -> None:
    """The PDF's text can be read back, its annex starts a page, and its bytes do not change."""
    data = notice_pdf(sample_report())
    pages = pdf_text(data)
    assert "申请材料补正一次性告知书" in pages[0]
    assert "预审草稿" in pages[0]
    assert pages[-1].startswith("附页：工作人员核实单")
    assert ID_NUMBER not in "".join(pages)
    assert notice_pdf(sample_report()) == data


@needs_fonts
def test_many_items_run_over_pages() -> None:
    """Forty items with long texts still make a notice, each of them in it."""
    sample = sample_report()
    long = replace(sample.findings[1].message, zh="建设单位名称不一致。" * 30)
    findings = tuple(
        replace(sample.findings[1], id=f"x.{number}", check=f"x.{number}", message=long)
        for number in range(40)
    )
    pages = pdf_text(notice_pdf(replace(sample, findings=findings)))
    assert len(pages) > 4
    assert "40 项" in pages[0]


@needs_fonts
def test_an_item_longer_than_a_page_is_split() -> None:
    """A message of several pages neither breaks the PDF nor is cut."""
    sample = sample_report()
    told = replace(sample.findings[0].message, zh="长" * 4000 + "尾")
    long = replace(sample.findings[0], message=told)
    pages = pdf_text(notice_pdf(replace(sample, findings=(long,))))
    assert sum(page.count("长") for page in pages) == 4000
    assert "尾" in "".join(pages)


@needs_fonts
def test_markup_from_papers_is_printed_as_it_is() -> None:
    """Angle brackets and ampersands in a file name neither break the PDF nor vanish."""
    text = "".join(pdf_text(notice_pdf(sample_report())))
    assert "<b>" in text


def test_a_machine_without_fonts_gets_a_clear_error(tmp_path: Path) -> None:
    """Where no Chinese font is installed, the error names a package to install."""
    with pytest.raises(PreauditError) as caught:
        fonts.fonts((tmp_path,))
    assert caught.value.code == "font_missing"
    assert "fonts-arphic-uming" in str(caught.value)


def test_the_basis_is_in_the_graph() -> None:
    """The clause that orders the notice stands in the regulation graph, verified."""
    (cited,) = clauses_cited(wording()["basis"]["clause"], load_graph().regulations)
    assert "一次告知" in cited.clause.summary.zh
    assert cited.clause.verified


@given(st.text("中文，。（）《》“”abc1 .-", max_size=60), st.integers(3, 20))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    """Lines hold every sign but blanks, and none is wider than the paper."""
    lines = wrapped(text, lambda part: float(len(part)), width=width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(len(line.strip(" ")) <= width for line in lines)


def test_lines_break_as_chinese_typography_asks() -> None:
    """No line begins with a closing mark or ends with an opening one; words stay whole."""
    text = "合同签订日期为（二〇二五），文件IMG_20251228.jpg，依据《建筑法》第八条。"
    for width in range(18, 30):
        lines = wrapped(text, lambda part: float(len(part)), width=width, indent=2)
        assert not [line for line in lines if line[0] in "，。）》"]
        assert not [line for line in lines if line[-1] in "（《"]
        assert any("IMG_20251228.jpg" in line for line in lines)
