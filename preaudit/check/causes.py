"""Two verdicts on one case: which checks come out otherwise, and what changed behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from preaudit.case import Case
from preaudit.findings import Finding, Trace, Verdict
from rules_kg.difference import Change, Sort, difference
from rules_kg.language.walk import parameters_named
from rules_kg.rules import Applied
from rules_kg.snapshot import Snapshot

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


def flips(
    before: Mapping[str, Finding],
    after: Mapping[str, Finding],
    why: Callable[[str], tuple[str, ...]],
) -> Iterator[Flip]:
    """Yield the checks that come out otherwise, in the order of ids.

    Args:
        before: Findings by check.
        after: Findings by check.
        why: Says of a check what is the reason.
    """
    for check in sorted({*before, *after}):
        old, new = _judged(before.get(check)), _judged(after.get(check))
        if old is None or new is None or _turned(old, new):
            yield Flip(check=check, before=old, after=new, why=why(check))


def regrounded(
    before: Mapping[str, Finding],
    after: Mapping[str, Finding],
    why: Callable[[str], tuple[str, ...]],
) -> Iterator[Flip]:
    """Yield the checks that fail both times, the second time on another ground.

    Args:
        before: Findings by check.
        after: Findings by check.
        why: Says of a check what changed; nothing where its ground is the same.
    """
    for check in sorted({*before} & {*after}):
        old, new = before[check], after[check]
        if old.verdict is new.verdict is Verdict.FAIL and old.outcome is new.outcome:
            reasons = why(check)
            if reasons:
                yield Flip(check=check, before=_judged(old), after=_judged(new), why=reasons)


def _turned(old: Judged, new: Judged) -> bool:
    """Whether a verdict differs, or what a fail asks of the applicant."""
    failed = old.verdict == new.verdict == Verdict.FAIL
    return old.verdict != new.verdict or (failed and old.outcome != new.outcome)


def _judged(finding: Finding | None) -> Judged | None:
    if finding is None:
        return None
    return Judged(verdict=finding.verdict.value, outcome=finding.outcome.value, rule=finding.rule)


class Sides:
    """What two verdicts on a case rest on: two packs of rules, or the law of two days."""

    def __init__(self, case: Case, *, before: Snapshot, after: Snapshot) -> None:
        """Prepare to compare.

        Args:
            case: Says whose rules are asked, and where.
            before: The rules and the law of the first verdict.
            after: Those of the second.
        """
        self._case = case
        self._before = before
        self._after = after

    @cached_property
    def _changes(self) -> tuple[Change, ...]:
        return difference(self._before, self._after)

    @cached_property
    def _applied(self) -> Mapping[str, Applied]:
        """The rules of both sides by check, the changed one where both have it."""
        found: dict[str, Applied] = {}
        for side in (self._before, self._after):
            case = self._case
            applied = side.applied(item=case.item, jurisdiction=case.jurisdiction)
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


def seen(before: Finding | None, after: Finding | None) -> tuple[str, ...]:
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
