"""Scoring against an answer key."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from models.evaluation.score import Hit, score
from models.evaluation.tables import rates
from models.evaluation.truth import TrueCase, TrueField, TrueFinding, TrueMaterial
from preaudit.case import Case, Material
from preaudit.document import Origin, Segment
from preaudit.fields import Evidence, Field, FieldState, Text
from preaudit.findings import Bilingual, Finding, Outcome, Severity, Trace, Verdict
from preaudit.geometry import Box
from preaudit.report import SCHEMA_VERSION, Coverage, Provenance, Report
from preaudit.sheet import MediaType, Source

PLACE = Box(page=1, left=0.2, top=0.3, right=0.5, bottom=0.32)
SOURCE = Source(
    name="a.pdf", sha256="00", sm3="11", media_type=MediaType.PDF, size_bytes=9, pages=1
)
NOTHING = Bilingual(zh="", en="")


def a_field(text: str, box: Box = PLACE) -> Field:
    """A project name that was found."""
    evidence = Evidence(sha256="00", box=box, quote=text, confidence=1.0, origin=Origin.EMBEDDED)
    return Field(
        name="project_name",
        state=FieldState.FOUND,
        raw=text,
        value=Text(text=text),
        evidence=(evidence,),
        confidence=1.0,
        method="cell",
    )


def a_material(*fields: Field, kind: str = "award-notice") -> Material:
    """A one-page paper."""
    segment = Segment(
        sha256="00", pages=(1,), kind=kind, confidence=1.0, runners_up=(), settled=True
    )
    return Material(
        source=SOURCE,
        segment=segment,
        instance=1,
        fields=fields,
        marks=(),
        places=(),
        page_labels=(),
        qualities=(),
    )


def a_finding(check: str, verdict: Verdict) -> Finding:
    """A finding with nothing but its verdict."""
    return Finding(
        id=check,
        check=check,
        rule=f"{check}@1",
        verdict=verdict,
        severity=Severity.FORM,
        outcome=Outcome.CORRECT,
        title=NOTHING,
        message=NOTHING,
        remedy=NOTHING,
        citations=(),
        about=(),
        evidence=(),
        trace=Trace(expression="", result=""),
        confidence=1.0,
    )


def a_report(*materials: Material, findings: tuple[Finding, ...] = ()) -> Report:
    """A report on these papers."""
    return Report(
        schema_version=SCHEMA_VERSION,
        case=Case(item="construction-permit", as_of=date(2025, 1, 1), jurisdiction="cn"),
        sources=(SOURCE,),
        materials=materials,
        signals=(),
        findings=findings,
        coverage=Coverage(checked=(), not_checked=()),
        problems=(),
        provenance=Provenance(preaudit="0", graph="", weights=(), engines=()),
    )


@pytest.fixture
def truth() -> TrueCase:
    """The key of a case with one paper and one fault."""
    field = TrueField(name="project_name", normalised="甲工程", boxes=(PLACE,))
    material = TrueMaterial(
        file="a.pdf",
        kind="award-notice",
        layout="A",
        channel="native",
        pages=(1,),
        fields=(field,),
        unprinted=frozenset({"building_area"}),
        marks=(),
        illegible=False,
    )
    finding = TrueFinding(check="time.future_date", kinds=frozenset(), fields=frozenset())
    return TrueCase(
        folder=Path("case"),
        papers=Path("case"),
        as_of=date(2025, 1, 1),
        materials=(material,),
        findings=(finding,),
        tolerated=frozenset({"codes.permit_no_format"}),
    )


def group(hits: list[Hit], name: str) -> list[str]:
    """How the decisions of one group went."""
    return [hit.right for hit in hits if hit.group == name]


def test_a_right_value_in_its_place_is_a_hit_twice(truth: TrueCase) -> None:
    """A right value counts for the field and, with its box, for the evidence."""
    hits = score(truth, a_report(a_material(a_field("甲工程"))))

    assert group(hits, "kind") == ["hit"]
    assert group(hits, "field") == ["hit"]
    assert group(hits, "evidence") == ["hit"]


def test_a_box_around_the_paragraph_is_not_on_the_value(truth: TrueCase) -> None:
    """Evidence four times as large as the value points at nothing."""
    wide = replace(PLACE, left=0.0, right=1.0, bottom=0.5)
    hits = score(truth, a_report(a_material(a_field("甲工程", wide))))

    assert group(hits, "evidence") == ["miss"]


def test_a_wrong_value_costs_precision_and_recall(truth: TrueCase) -> None:
    """A wrong value is something missed and something said too much."""
    hits = [
        hit for hit in score(truth, a_report(a_material(a_field("乙工程")))) if hit.group == "field"
    ]

    assert [hit.right for hit in hits] == ["wrong"]
    assert (rates(hits).precision, rates(hits).recall) == (0.0, 0.0)


def test_a_value_that_is_not_printed_is_extra(truth: TrueCase) -> None:
    """A field outside the key counts against precision, unless it holds without being printed."""
    invented = replace(a_field("1"), name="duration_days")
    unprinted = replace(a_field("1"), name="building_area")
    hits = score(truth, a_report(a_material(a_field("甲工程"), invented, unprinted)))

    assert group(hits, "field") == ["hit", "extra"]


def test_another_kind_is_wrong_and_its_fields_are_missed(truth: TrueCase) -> None:
    """Fields of a paper taken for another kind do not count as found."""
    hits = score(truth, a_report(a_material(a_field("甲工程"), kind="other")))

    assert group(hits, "kind") == ["wrong"]
    assert group(hits, "field") == ["miss"]


def test_undetermined_does_not_count_as_reported(truth: TrueCase) -> None:
    """Only a fail reports a fault; a tolerated one is neither right nor wrong."""
    findings = (
        a_finding("time.future_date", Verdict.UNDETERMINED),
        a_finding("codes.permit_no_format", Verdict.FAIL),
        a_finding("seals.attorney", Verdict.FAIL),
    )
    hits = score(truth, a_report(a_material(a_field("甲工程")), findings=findings))

    assert group(hits, "finding") == ["miss", "extra"]
