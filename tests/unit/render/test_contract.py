import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_report import sample_report

from preaudit.case import NO_ATTRIBUTES
from preaudit.document import Origin
from preaudit.errors import InputError
from preaudit.fields import (
    Area,
    Day,
    Evidence,
    Field,
    FieldState,
    Listing,
    LongTerm,
    Money,
    Number,
    RunnerUp,
    Text,
)
from preaudit.findings import About, Bilingual, Citation, Finding, Outcome, Severity, Trace, Verdict
from preaudit.geometry import Box
from preaudit.render import load_report, report_json, report_schema, schema_json
from preaudit.report import Report

SCHEMA_COPY = Path(__file__).parents[3] / "docs" / "reference" / "report.schema.json"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
shares = st.floats(0, 1)
decimals = st.decimals(-(10**12), 10**12, places=4)
bilinguals = st.builds(Bilingual, zh=texts, en=texts)
boxes = st.builds(
    Box, page=st.integers(1, 999), left=shares, top=shares, right=shares, bottom=shares
)
evidences = st.builds(
    Evidence,
    sha256=texts,
    box=boxes,
    quote=texts,
    confidence=shares,
    origin=st.sampled_from(Origin),
)
values = st.one_of(
    st.builds(Text, text=texts),
    st.builds(Day, day=st.dates(date(1900, 1, 1), date(2100, 1, 1))),
    st.builds(LongTerm),
    st.builds(Money, yuan=decimals),
    st.builds(Area, m2=decimals),
    st.builds(Number, number=decimals),
    st.builds(Listing, items=st.lists(texts, max_size=3).map(tuple)),
)
fields = st.builds(
    Field,
    name=texts,
    state=st.sampled_from(FieldState),
    raw=texts,
    value=st.none() | values,
    evidence=st.lists(evidences, max_size=2).map(tuple),
    confidence=shares,
    method=texts,
    reason=texts,
    runners_up=st.lists(
        st.builds(RunnerUp, raw=texts, confidence=shares, method=texts), max_size=2
    ).map(tuple),
)
traces = st.recursive(
    st.builds(Trace, expression=texts, result=texts, reason=texts),
    lambda inner: st.builds(
        Trace, expression=texts, result=texts, steps=st.lists(inner, max_size=2).map(tuple)
    ),
    max_leaves=4,
)
findings = st.builds(
    Finding,
    id=texts,
    check=texts,
    rule=texts,
    verdict=st.sampled_from(Verdict),
    severity=st.sampled_from(Severity),
    outcome=st.sampled_from(Outcome),
    title=bilinguals,
    message=bilinguals,
    remedy=bilinguals,
    citations=st.lists(
        st.builds(Citation, clause=texts, title=texts, text=texts, verified=st.booleans()),
        max_size=2,
    ).map(tuple),
    about=st.lists(
        st.builds(About, kind=texts, field=st.none() | texts, material=st.none() | texts),
        max_size=2,
    ).map(tuple),
    evidence=st.lists(evidences, max_size=2).map(tuple),
    trace=traces,
    confidence=shares,
    repeats=st.none() | texts,
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Draw the sample report with any findings, fields and attributes."""
    sample = sample_report()
    first = replace(sample.materials[0], fields=tuple(draw(st.lists(fields, max_size=3))))
    case = replace(sample.case, attributes=draw(st.dictionaries(texts, texts, max_size=2)))
    return replace(
        sample,
        case=case,
        materials=(first, *sample.materials[1:]),
        findings=tuple(draw(st.lists(findings, max_size=2))),
    )


@settings(max_examples=60, deadline=None)
@given(reports())
def test_a_report_survives_the_round_trip(report: Report) -> None:
    """Reading what was written gives the same report, and writing it again the same bytes."""
    data = report_json(report)
    again = load_report(data)
    assert again == report
    assert report_json(again) == data


@settings(max_examples=20, deadline=None)
@given(reports())
def test_every_report_satisfies_the_schema(report: Report) -> None:
    """Whatever a report holds, its JSON satisfies the published schema."""
    jsonschema.Draft202012Validator(report_schema()).validate(json.loads(report_json(report)))


def test_the_bytes_are_canonical() -> None:
    """Keys are sorted, Chinese stands as itself, and one newline ends the file."""
    data = report_json(sample_report())
    content = json.loads(data)
    assert list(content) == sorted(content)
    assert "建设单位名称一致".encode() in data
    assert data.endswith(b"}\n")


def test_a_read_only_view_of_attributes_is_written() -> None:
    """Attributes may be any mapping, also one that cannot be changed."""
    sample = sample_report()
    report = replace(sample, case=replace(sample.case, attributes=NO_ATTRIBUTES))
    assert load_report(report_json(report)) == report


def test_a_file_name_that_is_no_text_can_be_written() -> None:
    """A file name with bytes outside UTF-8 does not keep a report from being written."""
    sample = sample_report()
    odd = replace(sample.sources[0], name="a\udcff.pdf")
    data = report_json(replace(sample, sources=(odd,)))
    assert json.loads(data)["sources"][0]["name"] == "a\udcff.pdf"


def test_money_keeps_its_digits() -> None:
    """An amount is written as a text, so no digit is lost to a float."""
    sample = sample_report()
    content = json.loads(report_json(sample))
    price = next(f for f in content["materials"][0]["fields"] if f["name"] == "contract_price")
    assert Decimal(price["value"]["yuan"]) == Decimal("219410400.00")
    assert isinstance(price["value"]["yuan"], str)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "report_unreadable"),
        (b"not json", "report_unreadable"),
        (b"\xff\xfe", "report_unreadable"),
        (b"[]", "report_unreadable"),
        (b"{}", "report_unreadable"),
        (b'{"schema_version": "1.0"}', "report_unreadable"),
        (b'{"schema_version": "1.1"}', "report_unreadable"),
        (b'{"schema_version": "99.0"}', "report_version"),
        (b'{"schema_version": ["1.1"]}', "report_version"),
    ],
)
def test_what_is_no_report_is_refused(data: bytes, code: str) -> None:
    """What is not a report of this version is refused with a code and a remedy."""
    with pytest.raises(InputError) as caught:
        load_report(data)
    assert caught.value.code == code
    assert "preaudit" in str(caught.value)


def test_a_report_of_the_first_version_is_still_read() -> None:
    """A report made before citations could be quoted loads, its citations without quotes."""
    content = json.loads(report_json(sample_report()))
    content["schema_version"] = "1.0"
    for name in ("law_texts", "known_at"):
        del content["provenance"][name]
    for finding in content["findings"]:
        for citation in finding["citations"]:
            for name in ("quote", "quote_lead", "quote_verified"):
                del citation[name]
    loaded = load_report(json.dumps(content).encode())
    citations = [one for finding in loaded.findings for one in finding.citations]
    assert citations
    assert not any(one.quote or one.quote_verified for one in citations)


def test_the_schema_is_of_its_dialect_and_names_itself() -> None:
    """The schema is valid JSON Schema 2020-12 with an id and a version."""
    schema = report_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == "urn:preaudit:schema:report:1.1"
    assert schema["version"] == "1.1"


def test_the_committed_schema_is_current() -> None:
    """The schema in the reference is the one that `preaudit schema` prints."""
    assert SCHEMA_COPY.read_bytes() == schema_json(), (
        "run `preaudit schema > docs/reference/report.schema.json`"
    )
