from dataclasses import replace
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console
from sample_report import ID_NUMBER, sample_report

from preaudit.findings import Outcome, Verdict
from preaudit.render import print_report
from preaudit.report import Report


def printed(report: Report, *, width: int = 80, terminal: bool = False) -> str:
    """Return what is printed on a screen of this width."""
    out = StringIO()
    print_report(report, Console(file=out, width=width, force_terminal=terminal))
    return out.getvalue()


def test_the_summary_counts_every_verdict() -> None:
    """The first lines say how many fail, need a person, pass and do not apply."""
    text = printed(sample_report())
    assert "不通过 4（补正 2，容缺或承诺 1，提示 1）" in text
    assert "待人工核实 1" in text
    assert "通过 1" in text
    assert "7 项检查中 5 项有结论" in text


def test_groups_come_in_the_order_of_their_weight() -> None:
    """Corrections come before advice, then what needs a person, problems and materials."""
    text = printed(sample_report(), width=120)
    wanted = [
        "completeness.safety-licence",
        "time.expires_during_works",
        "codes.id_checksum",
        "fitness.manager_busy",
        "图审合格书（加密）.pdf",
        "识别出的材料",
    ]
    places = [text.index(one) for one in wanted]
    assert places == sorted(places)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    """Wide characters count twice, and no line runs over the edge."""
    lines = printed(sample_report(), width=width).splitlines()
    assert max(cell_len(line) for line in lines) <= width


def test_what_is_no_terminal_gets_no_colours() -> None:
    """A file or a pipe gets plain text, a terminal gets colours."""
    assert "\x1b" not in printed(sample_report())
    assert "\x1b[" in printed(sample_report(), terminal=True)


def test_identity_numbers_are_masked() -> None:
    """The screen shows only the ends of an identity number."""
    text = printed(sample_report(), width=200)
    assert ID_NUMBER not in text
    assert "999***********1237" in text


def test_markup_from_papers_is_text() -> None:
    """Square brackets and escape sequences in a paper's text are printed, not obeyed."""
    sample = sample_report()
    first = sample.findings[0]
    odd = replace(first, message=replace(first.message, zh="[red]红[/red] \x1b[2J"))
    text = printed(replace(sample, findings=(odd,)))
    assert "[red]红[/red] [2J" in text


def test_an_unverified_clause_is_marked() -> None:
    """A clause that nobody compared with the official text says so."""
    assert "《施工许可管理办法》第六条【未核实】" in printed(sample_report(), width=120)


def test_a_case_in_order_says_so() -> None:
    """With nothing to tell there are no empty groups."""
    sample = sample_report()
    passes = tuple(one for one in sample.findings if one.verdict is Verdict.PASS)
    coverage = replace(sample.coverage, not_checked=())
    text = printed(replace(sample, findings=passes, problems=(), materials=(), coverage=coverage))
    assert "不通过 0" in text
    assert "处理中的问题" not in text
    assert "没有识别出材料" in text


def test_many_places_are_counted_not_listed() -> None:
    """A finding with many places shows the first and says how many more there are."""
    sample = sample_report()
    one = sample.findings[1]
    places = tuple(
        replace(one.evidence[0], box=replace(one.evidence[0].box, page=page))
        for page in range(1, 9)
    )
    many = replace(one, evidence=places, outcome=Outcome.CORRECT)
    assert "另有 4 处" in printed(replace(sample, findings=(many,)))
