"""What the page shows, worked out before the template: the template only places it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from preaudit.case import Material, SigningPlace
from preaudit.fields import (
    Area,
    Day,
    Field,
    FieldState,
    LongTerm,
    Number,
    canonical,
)
from preaudit.findings import Bilingual, Finding, Outcome, Trace, Verdict
from preaudit.render.html.images import PageKey, Picture
from preaudit.render.html.places import Pages, PageView, PlaceView, bare_place
from preaudit.render.labels import (
    FLAWS,
    OUTCOMES,
    STATES,
    VERDICTS,
    field_label,
    kind_label,
    mark_label,
)
from preaudit.render.overview import (
    Overview,
    distinct,
    material_by_key,
    overview,
    page_runs,
    said,
    shown_value,
)
from preaudit.render.signature_words import INTEGRITIES, notes, when, who
from preaudit.report import Report
from preaudit.sheet import Signal
from preaudit.signature import DigitalSignature, Integrity

MOST_STEPS = 60
"""Of an evaluation that the page shows; `preaudit explain` shows all."""
DOUBTFUL = 0.8
"""A confidence below this is shown as doubtful."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutView:
    """What a finding speaks of."""

    kind: Bilingual
    field: Bilingual | None
    anchor: str | None
    """Of the material on the page; None when it is not in the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding with its badge and its places."""

    finding: Finding
    tone: str
    """`correct`, `deferrable`, `advice`, `undetermined`, `pass` or `na`: names its colours."""
    badge: Bilingual
    about: tuple[AboutView, ...]
    places: tuple[PlaceView, ...]
    trace: Trace
    """The first steps of the evaluation."""
    steps_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A field as a row."""

    label: Bilingual
    state: str
    state_label: Bilingual
    value: str
    raw: str
    """As printed, where that differs from the value."""
    confidence: float
    reason: str
    place: PlaceView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningView:
    """A signing place as a row."""

    label: str
    wants: Bilingual
    state: str
    """`there`, `bare` or `unsure`."""
    said: str
    """The name on the seal, where it could be read."""
    place: PlaceView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialView:
    """A material with what was read of it."""

    anchor: str
    label: Bilingual
    instance: int
    file: str
    page_runs: str
    confidence: float
    settled: bool
    runners_up: tuple[tuple[Bilingual, float], ...]
    pages: tuple[PageView, ...]
    flaws: tuple[tuple[int, Bilingual], ...]
    """Page and what is wrong with it."""
    fields: tuple[FieldView, ...]
    doubtful_count: int
    """Fields that a person should look at: unreadable, ambiguous or of low confidence."""
    signing: tuple[SigningView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalView:
    """Something about a file that a person should look at."""

    signal: Signal
    file: str
    place: PlaceView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureView:
    """A digital signature as a row."""

    file: str
    who: Bilingual
    when: Bilingual
    state: Bilingual
    tone: str
    seal: str
    notes: tuple[Bilingual, ...]
    place: PlaceView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything the page shows."""

    report: Report
    overview: Overview
    project: str
    developer: str
    pages: tuple[PageView, ...]
    correct: tuple[FindingView, ...]
    deferrable: tuple[FindingView, ...]
    advice: tuple[FindingView, ...]
    undetermined: tuple[FindingView, ...]
    passes: tuple[FindingView, ...]
    not_applicable: tuple[FindingView, ...]
    materials: tuple[MaterialView, ...]
    signals: tuple[SignalView, ...]
    signatures: tuple[SignatureView, ...]


def view(report: Report, shots: Mapping[PageKey, Picture]) -> View:
    """Return what the page shows of a report whose texts are fit to be shown."""
    pages = Pages(report, shots)
    groups = overview(report)

    def findings(chosen: Iterable[Finding]) -> tuple[FindingView, ...]:
        return tuple(_finding(one, report, pages) for one in chosen)

    return View(
        report=report,
        overview=groups,
        project=said(report, "project_name"),
        developer=said(report, "developer_name"),
        pages=pages.all,
        correct=findings(groups.correct),
        deferrable=findings(groups.deferrable),
        advice=findings(groups.advice),
        undetermined=findings(groups.undetermined),
        passes=findings(groups.passes),
        not_applicable=findings(groups.not_applicable),
        materials=tuple(_material(one, pages) for one in report.materials),
        signals=tuple(_signal(one, pages) for one in report.signals),
        signatures=tuple(_signature(one, pages) for one in report.signatures),
    )


def _finding(finding: Finding, report: Report, pages: Pages) -> FindingView:
    tone, badge = _tone(finding)
    places = (pages.place(one, crop=True) for one in distinct(finding.evidence))
    trace = first_steps(finding.trace, MOST_STEPS)
    return FindingView(
        finding=finding,
        tone=tone,
        badge=badge,
        about=tuple(_about(finding, report)),
        places=tuple(one for one in places if one),
        trace=trace,
        steps_left_out=_count(finding.trace) - _count(trace),
    )


def first_steps(trace: Trace, most: int) -> Trace:
    """Return an evaluation with at most so many steps, the upper ones before the deeper ones."""
    kept, parents = [trace], [-1]
    for index, one in enumerate(kept):  # grows while it is walked: level by level
        room = one.steps[: most - len(kept)]
        kept.extend(room)
        parents.extend(index for _ in room)
    steps: list[tuple[Trace, ...]] = [() for _ in kept]
    for index in range(len(kept) - 1, 0, -1):
        short = replace(kept[index], steps=steps[index])
        steps[parents[index]] = (short, *steps[parents[index]])
    return replace(trace, steps=steps[0])


def _count(trace: Trace) -> int:
    return 1 + sum(map(_count, trace.steps))


def _tone(finding: Finding) -> tuple[str, Bilingual]:
    if finding.verdict is not Verdict.FAIL:
        short = {Verdict.NOT_APPLICABLE: "na"}
        return short.get(finding.verdict, finding.verdict.value), VERDICTS[finding.verdict]
    soft = {Outcome.COMMITMENT: "deferrable"}
    return soft.get(finding.outcome, finding.outcome.value), OUTCOMES[finding.outcome]


def _about(finding: Finding, report: Report) -> Iterator[AboutView]:
    for about in finding.about:
        material = material_by_key(report, about.material)
        yield AboutView(
            kind=kind_label(about.kind),
            field=field_label(about.field) if about.field else None,
            anchor=_anchor(material) if material else None,
        )


def _anchor(material: Material) -> str:
    return f"m-{material.kind}-{material.instance}"


def _material(material: Material, pages: Pages) -> MaterialView:
    segment = material.segment
    found = (pages.get(segment.sha256, page) for page in segment.pages)
    return MaterialView(
        anchor=_anchor(material),
        label=kind_label(material.kind),
        instance=material.instance,
        file=material.source.name,
        page_runs=page_runs(segment.pages),
        confidence=segment.confidence,
        settled=segment.settled,
        runners_up=tuple((kind_label(kind), share) for kind, share in segment.runners_up),
        pages=tuple(page for page in found if page),
        flaws=tuple(
            (page, FLAWS[flaw])
            for page, quality in zip(segment.pages, material.qualities, strict=False)
            for flaw in quality.flaws
        ),
        fields=tuple(_field(one, pages) for one in material.fields),
        doubtful_count=sum(map(_doubtful, material.fields)),
        signing=tuple(_signing(one, material, pages) for one in material.places),
    )


def _doubtful(field: Field) -> bool:
    if field.state is FieldState.FOUND:
        return field.confidence < DOUBTFUL
    return field.state is not FieldState.MISSING


def _field(field: Field, pages: Pages) -> FieldView:
    value = shown_value(field)
    places = (pages.place(one) for one in field.evidence)
    return FieldView(
        label=field_label(field.name),
        state=field.state.value,
        state_label=STATES[field.state],
        value=value,
        raw="" if _says_the_same(field, value) else field.raw,
        confidence=field.confidence,
        reason=field.reason,
        place=next((one for one in places if one), None),
    )


def _says_the_same(field: Field, value: str) -> bool:
    """Return whether the printed form tells a reader nothing that the value does not."""
    if isinstance(field.value, Day | LongTerm):
        return True
    if isinstance(field.value, Area | Number):
        return field.raw.replace(",", "").startswith(str(canonical(field.value)))
    return _folded(field.raw) == _folded(value)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _signing(place: SigningPlace, material: Material, pages: Pages) -> SigningView:
    marks = [material.marks[index] for index in place.filled_by]
    box = marks[0].box if marks else place.box
    page = pages.get(material.segment.sha256, box.page)
    bare = "bare" if place.certain else "unsure"
    return SigningView(
        label=place.label,
        wants=mark_label(place.wants),
        state="there" if marks else bare,
        said="、".join(mark.text for mark in marks if mark.text),
        place=bare_place(page, box, place.label) if page else None,
    )


def _signal(signal: Signal, pages: Pages) -> SignalView:
    page = pages.get(signal.sha256, signal.page or 1)
    shown = signal.page is not None and page is not None
    return SignalView(
        signal=signal,
        file=page.file if page else "",
        place=bare_place(page, signal.box, signal.note) if shown and page else None,
    )


_SIGNATURE_TONES = {
    Integrity.INTACT: "pass",
    Integrity.CHANGED: "undetermined",
    Integrity.ALTERED: "correct",
    Integrity.UNKNOWN: "undetermined",
}


def _signature(signature: DigitalSignature, pages: Pages) -> SignatureView:
    box = signature.places[0] if signature.places else None
    page = pages.get(signature.sha256, box.page if box else 1)
    named = who(signature)
    return SignatureView(
        file=page.file if page else "",
        who=named,
        when=when(signature),
        state=INTEGRITIES[signature.integrity],
        tone=_SIGNATURE_TONES[signature.integrity],
        seal=signature.seal_name,
        notes=notes(signature),
        place=bare_place(page, box, named.zh) if page and box else None,
    )
