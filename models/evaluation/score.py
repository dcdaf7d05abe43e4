"""Compares a report with its answer key.

Values compare exactly after normalisation. An evidence box is *on the value* when it covers at
least half of one of the places where the truth says the value stands and is not more than four
times as large: it points at the value, not at the paragraph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.evaluation.truth import TrueCase, TrueField, TrueMaterial
from preaudit.case import Material
from preaudit.fields import Field, FieldState, canonical
from preaudit.findings import Verdict
from preaudit.geometry import Box
from preaudit.report import Report

COVERED = 0.5
LARGEST = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One decision that was scored.

    `group` says what is counted (`kind`, `field`, `evidence`, `finding`), `right` how it went:
    `hit`, `miss` (said nothing), `wrong` (said something else) or `extra` (said what nobody asked).
    """

    group: str
    name: str
    """A kind, field or check id."""
    kind: str
    channel: str
    right: str
    note: str = ""
    """What was expected and what came, with file and page; empty for a hit."""


def score(truth: TrueCase, report: Report) -> list[Hit]:
    """Return every scored decision of one case."""
    hits: list[Hit] = []
    for material in truth.materials:
        found = _counterpart(material, report)
        hits.append(_kind_hit(material, found))
        if not material.illegible:
            hits.extend(_field_hits(material, found))
    hits.extend(_stray_materials(truth, report))
    hits.extend(_finding_hits(truth, report))
    return hits


def _counterpart(truth: TrueMaterial, report: Report) -> Material | None:
    """Return the material of the report that shares most pages with this one."""
    pages = set(truth.pages)
    candidates = [one for one in report.materials if one.source.name == truth.file]
    best = max(candidates, key=lambda one: len(pages & set(one.segment.pages)), default=None)
    return best if best is not None and pages & set(best.segment.pages) else None


def _kind_hit(truth: TrueMaterial, found: Material | None) -> Hit:
    where = f"{truth.file} p{truth.pages[0]}-{truth.pages[-1]}"
    if found is None:
        note, right = f"{where}: expected {truth.kind}, nothing came", "miss"
    elif found.kind != truth.kind:
        note, right = f"{where}: expected {truth.kind}, came {found.kind}", "wrong"
    elif tuple(found.segment.pages) != truth.pages:
        note, right = f"{where}: {truth.kind} came with pages {found.segment.pages}", "wrong"
    elif not found.segment.settled and not truth.illegible:
        note, right = f"{where}: {truth.kind} is unsettled", "miss"
    else:
        note, right = "", "hit"
    return Hit(
        group="kind",
        name=truth.kind,
        kind=truth.kind,
        channel=truth.channel,
        right=right,
        note=note,
    )


def _field_hits(truth: TrueMaterial, found: Material | None) -> Iterator[Hit]:
    expected = {one.name: one for one in truth.fields}
    said = {one.name: one for one in found.fields} if found and found.kind == truth.kind else {}
    for name, field in expected.items():
        yield from _one_field(truth, field, said.get(name))
    for name, one in said.items():
        if (
            name not in expected
            and name not in truth.unprinted
            and one.state is FieldState.FOUND
            and one.value is not None
        ):
            note = (
                f"{truth.file} p{truth.pages[0]} {truth.kind}.{name}: not printed, came {one.raw!r}"
            )
            yield _hit(truth, "field", name, "extra", note)


def _one_field(truth: TrueMaterial, field: TrueField, said: Field | None) -> Iterator[Hit]:
    where = f"{truth.file} p{field.boxes[0].page} {truth.kind}.{field.name}"
    if said is None or said.state is not FieldState.FOUND or said.value is None:
        state = f"{said.state} {said.raw!r} {said.reason}" if said else "nothing"
        yield _hit(
            truth, "field", field.name, "miss", f"{where}: {field.normalised!r}, came {state}"
        )
        return
    came = canonical(said.value)
    if _comparable(came) != _comparable(field.normalised):
        note = f"{where}: {field.normalised!r}, came {came!r} by {said.method}"
        yield _hit(truth, "field", field.name, "wrong", note)
        return
    yield _hit(truth, "field", field.name, "hit", "")
    first = said.evidence[0].box if said.evidence else None
    if first is not None and any(_on_value(first, box) for box in field.boxes):
        yield _hit(truth, "evidence", field.name, "hit", "")
    else:
        note = f"{where}: box {_sides(first)} for {_sides(field.boxes[0])}"
        yield _hit(truth, "evidence", field.name, "miss", note)


def _comparable(value: str | Iterable[str]) -> str | tuple[str, ...]:
    return value if isinstance(value, str) else tuple(sorted(value))


def _on_value(came: Box, truth: Box) -> bool:
    return came.overlap(truth) >= COVERED * truth.area and came.area <= LARGEST * truth.area


def _sides(box: Box | None) -> str:
    if box is None:
        return "none"
    return f"p{box.page} {box.left:.3f},{box.top:.3f},{box.right:.3f},{box.bottom:.3f}"


def _stray_materials(truth: TrueCase, report: Report) -> Iterator[Hit]:
    """Materials beyond those of the key: a page run that was split once too often."""
    known = {(one.file, page) for one in truth.materials for page in one.pages[:1]}
    for one in report.materials:
        starts = {(one.source.name, page) for page in one.segment.pages}
        if not starts & known:
            note = f"{one.source.name} p{one.segment.pages[0]}: stray {one.kind}"
            yield Hit(
                group="kind", name=one.kind, kind=one.kind, channel="", right="extra", note=note
            )


def _finding_hits(truth: TrueCase, report: Report) -> Iterator[Hit]:
    expected = {one.check: one for one in truth.findings}
    failed = {one.check: one for one in report.findings if one.verdict is Verdict.FAIL}
    verdicts = {one.check: one.verdict for one in report.findings}
    for check in expected:
        if check in failed:
            yield _finding(check, "hit", "")
        else:
            note = f"{truth.folder.name}: {check} expected, is {verdicts.get(check, 'absent')}"
            yield _finding(check, "miss", note)
    for check, finding in failed.items():
        if check not in expected and check not in truth.tolerated:
            note = f"{truth.folder.name}: {check} fails: {finding.message.zh}"
            yield _finding(check, "extra", note)


def _finding(check: str, right: str, note: str) -> Hit:
    return Hit(group="finding", name=check, kind="", channel="", right=right, note=note)


def _hit(truth: TrueMaterial, group: str, name: str, right: str, note: str) -> Hit:
    return Hit(
        group=group, name=name, kind=truth.kind, channel=truth.channel, right=right, note=note
    )
