"""Fields of real licences are scored as a person would: equal values, known label faults aside."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from models.evaluation.licence_fields import label_faults, normal, right_kind, score_fields
from preaudit.case import Material
from preaudit.document import Segment
from preaudit.fields import Day, Field, FieldState, Money, Text, Value
from preaudit.sheet import MediaType, Source


def _segment(kind: str = "business-licence", *, settled: bool = True) -> Segment:
    return Segment(
        sha256="0" * 64, pages=(1,), kind=kind, confidence=0.9, runners_up=(), settled=settled
    )


def _field(name: str, value: Value | None, state: FieldState = FieldState.FOUND) -> Field:
    return Field(
        name=name, state=state, raw="", value=value, evidence=(), confidence=0.9, method="column"
    )


def _material(*fields: Field) -> Material:
    source = Source(
        name="1.jpg", sha256="0" * 64, sm3="", media_type=MediaType.JPEG, size_bytes=1, pages=1
    )
    return Material(
        source=source, segment=_segment(), instance=1, fields=fields, marks=(), places=(),
        page_labels=(), qualities=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "label", "canonical"),
    [
        ("registered_capital", "叁佰万元整", "3000000"),
        ("registered_capital", "人民币100.0000万元整", "1000000"),
        ("established_on", "二0一六年十一月二十日", "2016-11-20"),
        ("established_on", "2016年2月5日", "2016-02-05"),
        ("holder_name", "远山 （北斗）有限公司", "远山(北斗)有限公司"),
    ],
)
def test_label_and_value_meet_in_one_form(field: str, label: str, canonical: str) -> None:
    """Amounts, days and widths are compared by what they mean, not by how they are printed."""
    assert normal(field, label) == normal(field, canonical)


def test_outcomes_tell_right_wrong_not_found_and_not_asked() -> None:
    """A value has to be found and equal, or it was doubted; a faulty label asks nothing."""
    labels = {
        "name": "远山公司", "legal_person": "法定代表人", "registration_capital": "拾万元",
        "start_date": "2016年1月2日", "location": "望岳路8号",
    }  # fmt: skip
    material = _material(
        _field("holder_name", Text(text="远山公司")),
        _field("holder_address", Text(text="望岳路9号")),
        _field("legal_representative", Text(text="江小舟")),
        _field("registered_capital", Money(yuan=Decimal(100000)), FieldState.AMBIGUOUS),
        _field("established_on", Day(day=date(2016, 1, 2))),
    )
    found = score_fields("1", labels, {"legal_person": "the caption"}, material)
    assert {one.field: one.right for one in found} == {
        "holder_name": "right",
        "holder_uscc": "not asked",
        "legal_representative": "not asked",
        "registered_capital": "doubted right",
        "established_on": "right",
        "holder_address": "wrong",
    }


def test_kind_is_right_only_for_one_settled_licence() -> None:
    """Two segments, another kind or an unsettled one are not right."""
    assert right_kind([_segment()])
    assert not right_kind([_segment(settled=False)])
    assert not right_kind([_segment("other")])
    assert not right_kind([_segment(), _segment()])


def test_listed_label_faults_are_told_with_their_reason(tmp_path: Path) -> None:
    """A fault counts for a field when its reason begins with the field's label."""
    rows = "7\tsocial_credit_code fails its check\tX\n8\tstray tab\tstrip\n"
    (tmp_path / "known_label_issues.tsv").write_text(rows, encoding="utf-8")
    faults = label_faults(tmp_path)
    assert faults["7", "social_credit_code"] == "social_credit_code fails its check"
    assert not any(picture == "8" for picture, _ in faults)
