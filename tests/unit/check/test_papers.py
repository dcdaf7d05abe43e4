"""What a paper can be asked that is not an entry on it: pages, file name, signals."""

from __future__ import annotations

from typing import Any

import pytest

from preaudit.check.answers import Mystery
from preaudit.check.evaluate import Evaluated, evaluate
from preaudit.check.example_facts import example_facts
from preaudit.check.telling import abouts, telling_refs
from preaudit.check.world import World
from rules_kg import load_graph
from rules_kg.language.parser import parse
from rules_kg.schema import Example

Papers = list[dict[str, dict[str, Any]]]
FORM = "application-form"


def _evaluated(text: str, papers: Papers, **more: Any) -> Evaluated:
    example = Example(name="x", expect="pass", papers=papers, **more)
    facts = example_facts(example, (), load_graph().vocabulary)
    return evaluate(parse(text), World(facts, load_graph()))


def _value(text: str, papers: Papers, **more: Any) -> object:
    value = _evaluated(text, papers, **more).answer.value
    return "unknown" if value is Mystery.UNKNOWN else value


def test_paper_knows_its_file_and_pages() -> None:
    """A paper can be asked for what is not printed on it."""
    papers: Papers = [{FORM: {"pages": 3, "file": "a/表.pdf", "labels": ["1/3", None, "3/3"]}}]
    text = (
        "application_form.page_count == 3 && application_form.file == 'a/表.pdf'"
        " && application_form.settled && application_form.instance == 1"
        " && application_form.legible && !application_form.page_gap"
        " && application_form.media_type == 'application/pdf'"
        " && size(application_form.flaws) == 0"
    )
    assert _value(text, papers) is True
    assert _value("has(application_form.claimed_kind)", papers) is False


@pytest.mark.parametrize(
    ("flaws", "value"), [([], True), (["dark"], False), (["not_read"], "unknown")]
)
def test_legible(flaws: list[str], value: object) -> None:
    """A page with a flaw is illegible; one that the engine failed on is not known to be."""
    assert _value("application_form.legible", [{FORM: {"flaws": flaws}}]) == value
    assert _value("'dark' in application_form.flaws", [{FORM: {"flaws": flaws}}]) is (
        "dark" in flaws
    )


@pytest.mark.parametrize(
    ("pages", "labels", "value"),
    [
        (3, ["1/3", "2/3", "3/3"], False),
        (2, ["1/3", "3/3"], True),
        (2, ["1/3", "2/3"], True),
        (2, ["2/3", "3/3"], True),
        (3, [None, "1/2", "2/2"], False),
        (3, ["1/3", "3/3", None], "unknown"),
        (2, ["1/3", None], True),
        (3, ["1/3", None, "3/3"], False),
        (4, ["1/2", "2/2", "1/2", "2/2"], False),
        (2, ["9/3", "1"], False),
        (1, [None], False),
    ],
)
def test_page_gap(pages: int, labels: list[str | None], value: object) -> None:
    """A gap in printed page numbers is found where no unnumbered page explains it."""
    papers: Papers = [{FORM: {"pages": pages, "labels": labels}}]
    assert _value("application_form.page_gap", papers) == value


@pytest.mark.parametrize(
    ("kind", "file", "claimed"),
    [
        ("business-licence", "9.安全生产许可证.pdf", "safety-licence"),
        ("business-licence", "3.营业执照.pdf", ""),
        ("business-licence", "安全生产许可证、营业执照.pdf", ""),
        ("business-licence", "扫描件.pdf", ""),
        ("business-licence", "安全生产考核合格证书（B类）.pdf", "safety-assessment-certificate"),
        ("application-form", "不动产权证.pdf", "real-estate-certificate"),
    ],
)
def test_claimed_kind(kind: str, file: str, claimed: str) -> None:
    """A file's name claims a kind only where it names one that nothing in the file is."""
    text = f"materials.all(m, has(m.claimed_kind) && m.claimed_kind == '{claimed}')"
    assert _value(text, [{kind: {"file": file}}]) is bool(claimed)


def test_signals_lie_on_papers() -> None:
    """A signal is about the paper, and the entry, on which it lies."""
    papers: Papers = [{"contractor-qualification": {"valid_until": "2027-01-01"}}]
    signal = {"name": "local_edit", "paper": "contractor-qualification", "field": "valid_until",
              "note": "拼接", "confidence": 0.9}  # fmt: skip
    text = "signals.exists(s, s.name == 'local_edit' && s.confidence > 0.5 && has(s.page))"
    found = _evaluated(text, papers, signals=[signal])
    assert found.answer.value is True
    (about,) = abouts(telling_refs(found.answer.because))
    assert (about.kind, about.field) == ("contractor-qualification", "valid_until")
    kind = "signals.all(s, s.kind == 'contractor-qualification')"
    assert _value(kind, papers, signals=[signal]) is True
