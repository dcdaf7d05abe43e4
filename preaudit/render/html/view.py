"""What the page shows, worked out before the template: the template only places it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from preaudit.case import Material, SigningPlace
from preaudit.fields import Area, Evidence, Field, Listing, LongTerm, Money, canonical
from preaudit.findings import Bilingual, Finding, Outcome, Verdict
from preaudit.geometry import Box
from preaudit.render.html.images import PageKey, Picture
from preaudit.render.labels import (
    FLAWS,
    OUTCOMES,
    STATES,
    VERDICTS,
    field_label,
    kind_label,
    mark_label,
)
from preaudit.render.overview import Overview, distinct, material_by_key, overview, page_runs
from preaudit.report import Report
from preaudit.sheet import Signal, Source

DOUBTFUL = 0.8
"""A confidence below this is shown as doubtful."""
_MARGIN = 0.03
"""Of the page width, around what a crop shows."""
_CROP_WIDTH = 0.5
"""A crop shows at least this share of the page width, so that its scale stays readable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page of the case."""

    index: int
    """Counts from 0 over all files; names the page in the HTML."""
    file: str
    number: int
    total: int
    aspect: float | None
    """Height over width; None when there is no picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A cut-out of a page picture, all figures in percent."""

    aspect: float
    """Width over height of the cut-out."""
    size_x: float
    size_y: float
    position_x: float
    position_y: float
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A place on a page that a reader can go to."""

    page: PageView
    box: Box | None
    quote: str
    confidence: float
    crop: Crop | None

    @property
    def sides(self) -> str:
        """The box as the page's script reads it."""
        box = self.box
        return f"{box.left:.5f},{box.top:.5f},{box.right:.5f},{box.bottom:.5f}" if box else ""


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
    signing: tuple[SigningView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalView:
    """Something about a file that a person should look at."""

    signal: Signal
    file: str
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


def page_keys(report: Report) -> tuple[PageKey, ...]:
    """Return every page of the case in the order of its files; copies of a file once."""
    every = [
        PageKey(sha256=source.sha256, page=page)
        for source in report.sources
        for page in range(1, source.pages + 1)
    ]
    return tuple(dict.fromkeys(every))


def cited_pages(report: Report) -> frozenset[PageKey]:
    """Return the pages that carry evidence of a finding other than a plain pass."""
    asking = {Verdict.FAIL, Verdict.UNDETERMINED}
    return frozenset(
        PageKey(sha256=evidence.sha256, page=evidence.box.page)
        for finding in report.findings
        if finding.verdict in asking
        for evidence in finding.evidence
    )


def view(report: Report, shots: Mapping[PageKey, Picture]) -> View:
    """Return what the page shows of a report whose texts are fit to be shown."""
    pages = _Pages(report, shots)
    groups = overview(report)

    def findings(chosen: Iterable[Finding]) -> tuple[FindingView, ...]:
        return tuple(_finding(one, report, pages) for one in chosen)

    return View(
        report=report,
        overview=groups,
        project=_said(report, "project_name"),
        developer=_said(report, "developer_name"),
        pages=pages.all,
        correct=findings(groups.correct),
        deferrable=findings(groups.deferrable),
        advice=findings(groups.advice),
        undetermined=findings(groups.undetermined),
        passes=findings(groups.passes),
        not_applicable=findings(groups.not_applicable),
        materials=tuple(_material(one, pages) for one in report.materials),
        signals=tuple(_signal(one, pages) for one in report.signals),
    )


class _Pages:
    """The pages of the case, by file and number."""

    def __init__(self, report: Report, shots: Mapping[PageKey, Picture]) -> None:
        sources: dict[str, Source] = {}
        for source in report.sources:
            sources.setdefault(source.sha256, source)
        self._views: dict[PageKey, PageView] = {}
        for index, key in enumerate(page_keys(report)):
            shot = shots.get(key)
            self._views[key] = PageView(
                index=index,
                file=sources[key.sha256].name,
                number=key.page,
                total=sources[key.sha256].pages,
                aspect=shot.aspect if shot else None,
            )

    @property
    def all(self) -> tuple[PageView, ...]:
        return tuple(self._views.values())

    def get(self, sha256: str, page: int) -> PageView | None:
        return self._views.get(PageKey(sha256=sha256, page=page))

    def place(self, evidence: Evidence, *, crop: bool = False) -> PlaceView | None:
        page = self.get(evidence.sha256, evidence.box.page)
        if page is None:
            return None
        wanted = crop and page.aspect is not None
        return PlaceView(
            page=page,
            box=evidence.box,
            quote=evidence.quote,
            confidence=evidence.confidence,
            crop=_crop(evidence.box, page.aspect) if wanted and page.aspect else None,
        )


def _finding(finding: Finding, report: Report, pages: _Pages) -> FindingView:
    tone, badge = _tone(finding)
    places = (pages.place(one, crop=True) for one in distinct(finding.evidence))
    return FindingView(
        finding=finding,
        tone=tone,
        badge=badge,
        about=tuple(_about(finding, report)),
        places=tuple(one for one in places if one),
    )


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


def _material(material: Material, pages: _Pages) -> MaterialView:
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
        signing=tuple(_signing(one, material, pages) for one in material.places),
    )


def _field(field: Field, pages: _Pages) -> FieldView:
    value = shown_value(field)
    places = (pages.place(one) for one in field.evidence)
    return FieldView(
        label=field_label(field.name),
        state=field.state.value,
        state_label=STATES[field.state],
        value=value,
        raw=field.raw if field.raw != value else "",
        confidence=field.confidence,
        reason=field.reason,
        place=next((one for one in places if one), None),
    )


def shown_value(field: Field) -> str:
    """Return a field's value as a person reads it, with its unit; as printed when it has none."""
    value = field.value
    if value is None:
        return field.raw
    if isinstance(value, Money):
        return f"{value.yuan:,} 元"
    if isinstance(value, Area):
        return f"{value.m2:,} m²"
    if isinstance(value, LongTerm):
        return "长期"
    if isinstance(value, Listing):
        return "、".join(value.items)
    return str(canonical(value))


def _signing(place: SigningPlace, material: Material, pages: _Pages) -> SigningView:
    marks = [material.marks[index] for index in place.filled_by]
    box = marks[0].box if marks else place.box
    page = pages.get(material.segment.sha256, box.page)
    bare = "bare" if place.certain else "unsure"
    return SigningView(
        label=place.label,
        wants=mark_label(place.wants),
        state="there" if marks else bare,
        said="、".join(mark.text for mark in marks if mark.text),
        place=_bare_place(page, box, place.label) if page else None,
    )


def _signal(signal: Signal, pages: _Pages) -> SignalView:
    page = pages.get(signal.sha256, signal.page or 1)
    shown = signal.page is not None and page is not None
    return SignalView(
        signal=signal,
        file=page.file if page else "",
        place=_bare_place(page, signal.box, signal.note) if shown and page else None,
    )


def _bare_place(page: PageView, box: Box | None, quote: str) -> PlaceView:
    return PlaceView(page=page, box=box, quote=quote, confidence=1.0, crop=None)


def _said(report: Report, field: str) -> str:
    """Return the first reading of a field in the case, the materials in their order."""
    found = (one.field(field) for one in report.materials)
    return next((one.raw for one in found if one and one.value is not None), "")


def _crop(box: Box, aspect: float) -> Crop:
    """Return the cut-out around a box; `aspect` is the page's height over its width."""
    left, right = _window(box.left - _MARGIN, box.right + _MARGIN, least=_CROP_WIDTH)
    margin = _MARGIN / aspect
    top, bottom = _window(box.top - margin, box.bottom + margin, least=2 * margin)
    wide, high = right - left, bottom - top
    return Crop(
        aspect=wide / (high * aspect),
        size_x=100 / wide,
        size_y=100 / high,
        position_x=100 * left / (1 - wide) if wide < 1 else 0,
        position_y=100 * top / (1 - high) if high < 1 else 0,
        left=100 * (box.left - left) / wide,
        top=100 * (box.top - top) / high,
        width=100 * box.width / wide,
        height=100 * box.height / high,
    )


def _window(low: float, high: float, *, least: float) -> tuple[float, float]:
    """Return a window within 0..1 that holds both ends and is at least so wide."""
    missing = max(0.0, least - (high - low)) / 2
    start, end = low - missing, high + missing
    if start < 0:
        start, end = 0.0, end - start
    if end > 1:
        start, end = start - (end - 1), 1.0
    return max(0.0, start), min(1.0, end)
