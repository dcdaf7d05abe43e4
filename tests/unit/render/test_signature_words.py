from dataclasses import replace
from datetime import datetime
from io import StringIO

import pytest
from rich.console import Console
from sample_report import ID_NUMBER, DrawnImages, sample_report

from preaudit.geometry import Box
from preaudit.render import load_report, print_report, report_html, report_json
from preaudit.render.signature_words import INTEGRITIES, notes, when, who
from preaudit.signature import (
    NOBODY,
    Integrity,
    Permission,
    Reason,
    Remark,
    Standard,
    TimeSource,
    Trust,
)

CHANGED, BROKEN = sample_report().signatures


@pytest.mark.parametrize("reason", [one for one in Reason if one])
def test_every_reason_has_its_sentence(reason: Reason) -> None:
    """No reason is passed over in silence, in either language."""
    plain = len(notes(replace(CHANGED, reason=Reason.NONE)))
    told = notes(replace(CHANGED, reason=reason))
    assert len(told) == plain + 1
    assert told[0].zh
    assert told[0].en


def test_every_state_remark_and_permission_has_its_words() -> None:
    """Whatever ingest may say of a signature can be shown."""
    assert set(INTEGRITIES) == set(Integrity)
    everything = replace(CHANGED, remarks=tuple(Remark))
    assert len(notes(everything)) == len(notes(CHANGED)) + len(Remark) - len(CHANGED.remarks)
    for permission in Permission:
        for trust in Trust:
            assert notes(replace(CHANGED, permission=permission, trust=trust))


def test_a_later_change_names_what_and_where() -> None:
    """What was appended is named by kind, with the page where there is one."""
    text = " ".join(one.zh for one in notes(CHANGED))
    assert "批注（第 1 页）" in text
    assert "表单内容" in text


def test_a_time_says_where_it_comes_from() -> None:
    """A claimed time is never shown as a proven one."""
    assert when(CHANGED).zh == "2025-05-01 09:30 +00:00（时间戳）"
    claimed = replace(
        CHANGED,
        signed_at=datetime(2025, 5, 1, 9, 30),  # noqa: DTZ001  # a file may state no zone
        time_source=TimeSource.CLAIMED,
    )
    assert when(claimed).zh == "2025-05-01 09:30（自称）"
    assert when(BROKEN).zh == "未载明时间"
    assert who(replace(CHANGED, signer=NOBODY)).zh == "未署名"


def test_where_an_electronic_seal_stands() -> None:
    """A whole seal and a paging seal are told apart, with their pages."""
    whole = Box(page=2, left=0.4, top=0.4, right=0.6, bottom=0.6)
    seal = replace(CHANGED, standard=Standard.SES_V4, places=(whole,), reason=Reason.NONE)
    assert notes(seal)[0].zh == "电子印章：第 2 页"
    slices = tuple(Box(page=page, left=0.97, top=0.4, right=1.0, bottom=0.6) for page in (1, 2, 3))
    assert notes(replace(seal, places=slices))[0].zh == "电子骑缝章：第 1-3 页"
    assert notes(replace(seal, places=slices))[0].en == "electronic paging seal: p. 1-3"


def test_signatures_survive_the_way_through_json() -> None:
    """A report read back holds the same signatures."""
    report = sample_report()
    assert load_report(report_json(report)).signatures == report.signatures


def test_page_and_terminal_show_signatures_as_text() -> None:
    """What certificates and seals say is escaped on the page and masked on page and terminal."""
    html = report_html(sample_report(), DrawnImages()).decode()
    assert "&lt;b&gt;合同专用章&lt;/b&gt;" in html
    assert "验证不通过" in html
    out = StringIO()
    print_report(sample_report(), Console(file=out, width=100))
    assert "数字签名 · 2 个" in out.getvalue()
    assert "签名后有改动" in out.getvalue()
    assert ID_NUMBER not in html + out.getvalue()
