"""A doubtful value is found when another paper says the same of the same field."""

from __future__ import annotations

from datetime import date

from preaudit.case import Material
from preaudit.document import Origin, Segment
from preaudit.extract.corroboration import corroborated
from preaudit.fields import Day, Evidence, Field, FieldState, RunnerUp, Text, Value
from preaudit.geometry import Box
from preaudit.sheet import MediaType, Source

NAME = "临江昱和建设集团有限公司"


def a_field(
    name: str,
    value: Value,
    *,
    state: FieldState = FieldState.FOUND,
    sure: float = 0.99,
    rivals: tuple[tuple[str, float], ...] = (),
) -> Field:
    """A field with one place."""
    raw = value.text if isinstance(value, Text) else str(value)
    box = Box(page=1, left=0.1, top=0.1, right=0.4, bottom=0.12)
    evidence = Evidence(sha256="0" * 64, box=box, quote=raw, confidence=sure, origin=Origin.OCR)
    return Field(
        name=name, state=state, raw=raw, value=value, evidence=(evidence,), confidence=sure,
        method="label", reason="" if state is FieldState.FOUND else "把握不足",
        runners_up=tuple(
            RunnerUp(raw=other, confidence=chance, method="label") for other, chance in rivals
        ),
    )  # fmt: skip


def a_paper(kind: str, *fields: Field) -> Material:
    """A paper of one page with these fields."""
    return Material(
        source=Source(
            name=f"{kind}.pdf", sha256="0" * 64, sm3="0" * 64, media_type=MediaType.PDF,
            size_bytes=1, pages=1,
        ),
        segment=Segment(
            sha256="0" * 64, pages=(1,), kind=kind, confidence=0.99, runners_up=(), settled=True
        ),
        instance=1, fields=fields, marks=(), places=(), page_labels=(), qualities=(),
    )  # fmt: skip


def doubtful(name: str, value: Value, *, rivals: tuple[tuple[str, float], ...] = ()) -> Field:
    """A field that was legible but not sure enough."""
    return a_field(name, value, state=FieldState.AMBIGUOUS, sure=0.8, rivals=rivals)


def states(*papers: Material) -> list[FieldState]:
    """Return the state of every field, paper by paper."""
    return [field.state for paper in corroborated(papers) for field in paper.fields]


def test_the_same_of_the_same_field_confirms() -> None:
    """The name on a second paper leaves a tenth of the doubt, and says so."""
    sure = a_paper("construction-contract", a_field("contractor_name", Text(text=NAME)))
    dim = a_paper("award-notice", doubtful("contractor_name", Text(text=NAME)))
    _, confirmed = corroborated([sure, dim])

    assert confirmed.fields[0].state is FieldState.FOUND
    assert confirmed.fields[0].confidence == 0.98
    assert confirmed.fields[0].reason


def test_one_letter_off_confirms_nothing() -> None:
    """A name that differs by one letter stays as doubtful as it was."""
    sure = a_paper("construction-contract", a_field("contractor_name", Text(text=NAME)))
    dim = a_paper("award-notice", doubtful("contractor_name", Text(text=NAME.replace("昱", "显"))))

    assert states(sure, dim)[1] is FieldState.AMBIGUOUS


def test_a_name_in_another_role_confirms_no_role() -> None:
    """A person who is the manager elsewhere is not thereby the chief supervisor here."""
    sure = a_paper("award-notice", a_field("project_manager", Text(text="叶闻舟")))
    dim = a_paper("hazardous-works-list", doubtful("chief_supervisor", Text(text="叶闻舟")))

    assert states(sure, dim)[1] is FieldState.AMBIGUOUS


def test_a_certificate_holder_is_confirmed_by_any_role() -> None:
    """What a licence says of its own holder is confirmed by the party's name on the contract."""
    sure = a_paper("construction-contract", a_field("contractor_name", Text(text=NAME)))
    dim = a_paper("safety-licence", doubtful("holder_name", Text(text=NAME)))

    assert states(sure, dim)[1] is FieldState.FOUND


def test_its_own_paper_confirms_nothing() -> None:
    """Two fields of one paper are no two witnesses."""
    paper = a_paper(
        "business-licence",
        a_field("contractor_name", Text(text=NAME)),
        doubtful("holder_name", Text(text=NAME)),
    )

    assert states(paper)[1] is FieldState.AMBIGUOUS


def test_a_paper_that_may_contradict_itself_stays_in_doubt() -> None:
    """A second value that is as good is for a person to see, whatever other papers say."""
    sure = a_paper("construction-contract", a_field("contractor_name", Text(text=NAME)))
    other = (("另一建设有限公司", 0.75),)
    dim = a_paper("award-notice", doubtful("contractor_name", Text(text=NAME), rivals=other))

    assert states(sure, dim)[1] is FieldState.AMBIGUOUS


def test_days_confirm_nothing() -> None:
    """Days coincide by chance."""
    when = Day(day=date(2024, 5, 6))
    sure = a_paper("construction-contract", a_field("signed_on", when))
    dim = a_paper("supervision-contract", doubtful("signed_on", when))

    assert states(sure, dim)[1] is FieldState.AMBIGUOUS
