"""Judges stored reports anew: which verdicts another pack of rules would have given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from preaudit.case import Facts
from preaudit.check.judge import judge
from preaudit.check.verdicts import Prepared, Verdicts
from preaudit.check.world import World
from preaudit.findings import Finding, Trace, Verdict
from preaudit.report import Report
from rules_kg.difference import Change, Sort, difference
from rules_kg.graph import Graph
from rules_kg.language.walk import parameters_named
from rules_kg.rules import Applied

_DECLARATION = "case.json"
_DECIDING = frozenset(
    {"check", "applies_when", "needs", "soften.when", "soften.outcome", "soften.severity",
     "outcome", "severity", "repeats", "version"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a check came to; nothing where no rule asked it."""

    verdict: str
    outcome: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A check that comes out otherwise."""

    check: str
    before: Judged | None
    after: Judged | None
    why: tuple[str, ...]
    """What changed in rule, clause, parameter or place, the likeliest reason first."""


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
        return tuple(
            _flips(before, after, lambda check: _seen(before.get(check), after.get(check)))
        )

    def _between(self, report: Report, facts: Facts, changed: Graph) -> tuple[Flip, ...]:
        asked = _doubtful(
            self._verdicts(self._before, report, facts, self._current),
            self._verdicts(self._after, report, facts, changed),
        )
        if not asked:
            return ()
        before = _judged_anew(report, facts, self._current, asked)
        after = _judged_anew(report, facts, changed, asked)
        sides = _Sides(report=report, current=self._current, changed=changed)
        return tuple(
            _flips(
                before,
                after,
                lambda check: sides.why(check) or _seen(before.get(check), after.get(check)),
            )
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


def _flips(
    before: Mapping[str, Finding],
    after: Mapping[str, Finding],
    why: Callable[[str], tuple[str, ...]],
) -> Iterator[Flip]:
    for check in sorted({*before, *after}):
        old, new = _judged(before.get(check)), _judged(after.get(check))
        if old is None or new is None or _turned(old, new):
            yield Flip(check=check, before=old, after=new, why=why(check))


def _turned(old: Judged, new: Judged) -> bool:
    """Whether a verdict differs, or what a fail asks of the applicant."""
    failed = old.verdict == new.verdict == Verdict.FAIL
    return old.verdict != new.verdict or (failed and old.outcome != new.outcome)


def _judged(finding: Finding | None) -> Judged | None:
    if finding is None:
        return None
    return Judged(verdict=finding.verdict.value, outcome=finding.outcome.value, rule=finding.rule)


class _Sides:
    """Both packs of rules on the day whose law decides the case."""

    def __init__(self, *, report: Report, current: Graph, changed: Graph) -> None:
        self._place = report.case.jurisdiction
        self._item = report.case.item
        world = World(facts_of(report), current, known_at=report.provenance.known_at)
        day, known_at = world.law_day, report.provenance.known_at
        self._before = current.at(as_of=day, known_at=known_at)
        self._after = changed.at(as_of=day, known_at=known_at)

    @cached_property
    def _changes(self) -> tuple[Change, ...]:
        return difference(self._before, self._after)

    @cached_property
    def _applied(self) -> Mapping[str, Applied]:
        """The rules of both sides by check, the changed one where both have it."""
        found: dict[str, Applied] = {}
        for side in (self._before, self._after):
            applied = side.applied(item=self._item, jurisdiction=self._place)
            found |= {one.rule.id: one for one in applied}
        return found

    def why(self, check: str) -> tuple[str, ...]:
        """Return what changed in the rule of a check and in what it reads."""
        rule = self._applied[check].rule
        reads = {name for one in rule.expressions for name in parameters_named(one)}
        relevant = (
            (Sort.RULE, lambda name: name.partition("@")[0] == check),
            (Sort.OVERLAY, lambda name: name.partition("/")[2] == check),
            (Sort.PARAMETER, lambda name: name.partition("@")[0] in reads),
        )
        found = [
            line
            for sort, concerns in relevant
            for change in self._changes
            if change.sort is sort and concerns(change.id)
            for line in _told(change)
        ]
        roots = rule.text.repeats or ()
        found += [f"repeats {root}" for root in roots if self._rule_changed(root)]
        return tuple(found)

    def _rule_changed(self, check: str) -> bool:
        return any(
            one.sort is Sort.RULE and one.id.partition("@")[0] == check for one in self._changes
        )


def _told(change: Change) -> Iterable[str]:
    if not change.fields or change.turn != "changed":
        return [f"{change.sort.value} {change.id} {change.turn.value}"]
    deciding = [
        one
        for one in change.fields
        if change.sort is not Sort.RULE or one.name in {*_DECIDING, "clauses"}
    ]
    return [
        f"{change.sort.value} {change.id}, {one.name}: {one.before or '（无）'} → "
        f"{one.after or '（无）'}"
        for one in deciding
    ]


def _seen(before: Finding | None, after: Finding | None) -> tuple[str, ...]:
    """Return what two findings of one check show of the reason."""
    if before is None or after is None:
        one = before or after
        turn = "gone" if after is None else "added"
        return (f"rule {one.rule if one else ''} {turn}",)
    found = []
    if before.rule != after.rule:
        found.append(f"rule {before.rule} → {after.rule}")
    clauses = [tuple(one.clause for one in each.citations) for each in (before, after)]
    if clauses[0] != clauses[1]:
        found += [f"clause {one} gone" for one in clauses[0] if one not in clauses[1]]
        found += [f"clause {one} added" for one in clauses[1] if one not in clauses[0]]
    step = _parting(before.trace, after.trace)
    return (*found, step) if step else tuple(found)


def _parting(before: Trace, after: Trace) -> str:
    """Return the deepest first step at which two evaluations part; nothing where none does."""
    if (before.expression, before.result) != (after.expression, after.result):
        below = _first_parting(before, after) if before.expression == after.expression else ""
        old, new = f"{before.expression} = {before.result}", f"{after.expression} = {after.result}"
        return below or f"{old} → {new}"
    return _first_parting(before, after)


def _first_parting(before: Trace, after: Trace) -> str:
    for old, new in zip(before.steps, after.steps, strict=False):
        found = _parting(old, new)
        if found:
            return found
    return ""
