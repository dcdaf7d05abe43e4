"""Judges stored reports anew: which verdicts another pack of rules would have given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from preaudit.case import Facts
from preaudit.check.causes import Flip, Sides, flips, regrounded, seen
from preaudit.check.judge import judge
from preaudit.check.verdicts import Prepared, Verdicts
from preaudit.check.world import World
from preaudit.findings import Finding, Verdict
from preaudit.report import Report
from rules_kg.graph import Graph

_DECLARATION = "case.json"


def facts_of(report: Report) -> Facts:
    """Return the facts that a report was judged by."""
    return Facts(
        case=report.case,
        materials=report.materials,
        signals=report.signals,
        unread=tuple(sorted(_unread(report))),
    )


def _unread(report: Report) -> set[str]:
    """Return the files of which something is not known: they had a problem and are not whole."""
    pages = {source.sha256: source.pages for source in report.sources}
    for material in report.materials:
        segment = material.segment
        if segment.sha256 in pages:
            pages[segment.sha256] -= len(segment.pages)
    whole = {source.name for source in report.sources if pages[source.sha256] <= 0}
    troubled = {problem.file for problem in report.problems if problem.file}
    return {name for name in troubled - whole if name.rsplit("/", maxsplit=1)[-1] != _DECLARATION}


class Impact:
    """Judges stored reports anew, one after the other."""

    def __init__(self, current: Graph, changed: Graph | None) -> None:
        """Prepare for an archive.

        Args:
            current: The rules as they are.
            changed: A changed pack; without one, stored verdicts are compared with those of the
                current rules.
        """
        self._current = current
        self._changed = changed
        self._before, self._after = Verdicts(), Verdicts()

    def flips(self, report: Report) -> tuple[Flip, ...]:
        """Return the checks of a report that come out otherwise, in the order of ids.

        Raises:
            KeyError: The rules have no such item or place.
            UsageError: Likewise.
        """
        facts = facts_of(report)
        if self._changed is None:
            return self._since(report, facts)
        return self._between(report, facts, self._changed)

    def _since(self, report: Report, facts: Facts) -> tuple[Flip, ...]:
        stored = {one.check: one for one in report.findings}
        then = {check: one.verdict for check, one in stored.items()}
        now = self._verdicts(self._after, report, facts, self._current)
        asked = _doubtful(then, now)
        after = _judged_anew(report, facts, self._current, asked)
        before = {check: one for check, one in stored.items() if check in asked}
        return tuple(flips(before, after, lambda check: seen(before.get(check), after.get(check))))

    def _between(self, report: Report, facts: Facts, changed: Graph) -> tuple[Flip, ...]:
        asked = _doubtful(
            self._verdicts(self._before, report, facts, self._current),
            self._verdicts(self._after, report, facts, changed),
        )
        if not asked:
            return ()
        before = _judged_anew(report, facts, self._current, asked)
        after = _judged_anew(report, facts, changed, asked)
        sides = self._sides(report, facts, changed)
        return tuple(
            flips(
                before,
                after,
                lambda check: sides.why(check) or seen(before.get(check), after.get(check)),
            )
        )

    def _sides(self, report: Report, facts: Facts, changed: Graph) -> Sides:
        known_at = report.provenance.known_at
        day = World(facts, self._current, known_at=known_at).law_day
        return Sides(
            report.case,
            before=self._current.at(as_of=day, known_at=known_at),
            after=changed.at(as_of=day, known_at=known_at),
        )

    def _verdicts(
        self, verdicts: Verdicts, report: Report, facts: Facts, graph: Graph
    ) -> Mapping[str, Verdict]:
        return verdicts.of(Prepared(facts, graph, known_at=report.provenance.known_at))


def _doubtful(before: Mapping[str, Verdict], after: Mapping[str, Verdict]) -> frozenset[str]:
    """Return the checks worth judging with reasons: they differ, or fail and may ask otherwise."""
    return frozenset(
        check
        for check in {*before, *after}
        if before.get(check) is not after.get(check) or after.get(check) is Verdict.FAIL
    )


def _judged_anew(
    report: Report, facts: Facts, graph: Graph, checks: frozenset[str]
) -> dict[str, Finding]:
    known_at = report.provenance.known_at
    findings = judge(facts, graph, checks=checks, known_at=known_at).findings
    return {one.check: one for one in findings if one.check in checks}


def flips_between_days(
    report: Report, graph: Graph, *, before: date, after: date
) -> tuple[Flip, ...]:
    """Return the checks of a stored case that the law of two days answers otherwise.

    Those that fail by the law of both, but on another ground, are among them. The facts stay as
    they are, with the days printed on the papers and the day of review.

    Args:
        report: The case.
        graph: The rules.
        before: The first day.
        after: The second.

    Raises:
        UsageError: The rules have no such item or place.
    """
    facts, known_at = facts_of(report), report.provenance.known_at
    first, second = (
        {one.check: one for one in judge(facts, graph, known_at=known_at, law_at=day).findings}
        for day in (before, after)
    )
    sides = Sides(
        report.case,
        before=graph.at(as_of=before, known_at=known_at),
        after=graph.at(as_of=after, known_at=known_at),
    )
    turned = flips(
        first,
        second,
        lambda check: sides.why(check) or seen(first.get(check), second.get(check)),
    )
    found = (*turned, *regrounded(first, second, sides.why))
    return tuple(sorted(found, key=lambda one: one.check))
