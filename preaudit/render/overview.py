"""The order in which every form of the report tells its findings, and where things stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from preaudit.case import Material
from preaudit.fields import Area, Evidence, Field, Listing, LongTerm, Money, canonical
from preaudit.findings import Finding, Outcome, Verdict
from preaudit.report import NotChecked, Report

_OUTCOMES = (Outcome.CORRECT, Outcome.COMMITMENT, Outcome.DEFERRABLE, Outcome.ADVICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A report's findings by what they ask of the reader, each group in the report's order."""

    correct: tuple[Finding, ...]
    """Fails that have to be put right."""
    deferrable: tuple[Finding, ...]
    """Fails that a commitment or a later paper can settle."""
    advice: tuple[Finding, ...]
    """Fails without a duty in law."""
    undetermined: tuple[Finding, ...]
    passes: tuple[Finding, ...]
    not_applicable: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]
    """Checks without any finding: those that need what this run does not have."""
    checked_count: int
    """Checks with a verdict of pass or fail."""
    total_count: int
    """Those, and all that could not be carried out."""

    @property
    def fails(self) -> tuple[Finding, ...]:
        """All fails, what has to be put right first."""
        return (*self.correct, *self.deferrable, *self.advice)


def overview(report: Report) -> Overview:
    """Return the findings of a report, grouped."""
    fails = _with(report, Verdict.FAIL)
    told = {one.check for one in report.findings}
    return Overview(
        correct=_asking(fails, Outcome.CORRECT),
        deferrable=_asking(fails, Outcome.COMMITMENT, Outcome.DEFERRABLE),
        advice=_asking(fails, Outcome.ADVICE),
        undetermined=_with(report, Verdict.UNDETERMINED),
        passes=_with(report, Verdict.PASS),
        not_applicable=_with(report, Verdict.NOT_APPLICABLE),
        not_checked=tuple(one for one in report.coverage.not_checked if one.check not in told),
        checked_count=len(report.coverage.checked),
        total_count=len(report.coverage.checked) + len(report.coverage.not_checked),
    )


def file_names(report: Report) -> dict[str, str]:
    """Return the name in the case for each file digest; the first where copies share one."""
    names: dict[str, str] = {}
    for source in report.sources:
        names.setdefault(source.sha256, source.name)
    return names


def page_runs(pages: Sequence[int]) -> str:
    """Return page numbers as people write them: `1-3, 5`."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(f"{run[0]}-{run[-1]}" if run[1:] else str(run[0]) for run in runs)


def material_by_key(report: Report, key: str | None) -> Material | None:
    """Return the material with this key, such as `business-licence#2`."""
    return next((one for one in report.materials if one.key == key), None)


def said(report: Report, field: str) -> str:
    """Return the first reading of a field in the case, its materials in their order; or nothing."""
    found = (one.field(field) for one in report.materials)
    return next((one.raw for one in found if one and one.value is not None), "")


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


def distinct(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the evidence without repeats of the same place and words, in order."""
    seen = {(one.sha256, one.box, one.quote): one for one in reversed(evidence)}
    return tuple(one for one in evidence if seen.pop((one.sha256, one.box, one.quote), None))


def _with(report: Report, verdict: Verdict) -> tuple[Finding, ...]:
    return tuple(one for one in report.findings if one.verdict is verdict)


def _asking(fails: Sequence[Finding], *outcomes: Outcome) -> tuple[Finding, ...]:
    wanted = tuple(one for one in _OUTCOMES if one in outcomes)
    return tuple(one for outcome in wanted for one in fails if one.outcome is outcome)
