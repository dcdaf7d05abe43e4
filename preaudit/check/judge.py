"""Facts and the graph to findings: what each rule comes to, and what was not checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from preaudit.case import Facts
from preaudit.check.answers import Answer, Doubt, Ref, both, merged, unknown
from preaudit.check.evaluate import evaluate
from preaudit.check.subjects import known
from preaudit.check.telling import Teller, abouts, telling_refs
from preaudit.check.world import World
from preaudit.errors import UsageError
from preaudit.findings import (
    About,
    Bilingual,
    Citation,
    Finding,
    Outcome,
    Severity,
    Trace,
    Verdict,
)
from preaudit.report import Coverage, NotChecked
from rules_kg.basics import OTHER_CASES
from rules_kg.citations import Cited
from rules_kg.graph import Applied, Graph, Need, Rule
from rules_kg.paths import conditions_without_rule
from rules_kg.schema import Words

_NOTHING = Bilingual(zh="", en="")
_DOES_NOT_APPLY = Bilingual(zh="本案不适用。", en="Does not apply to this case.")
_OTHER_CASES = Bilingual(
    zh="需要与其他案件的资料比对，本次预审只有本案材料。",
    en="Needs the papers of other cases; this pre-review has those of one case.",
)
_NO_RULE = Bilingual(
    zh="该日期没有生效的核查规则。", en="No rule for this check was in force on that day."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """All findings of a case, and what they leave open."""

    findings: tuple[Finding, ...]
    """One for each check that was asked, in the order of check ids."""
    coverage: Coverage


def judge(
    facts: Facts,
    graph: Graph,
    *,
    checks: frozenset[str] | None = None,
    known_at: date | None = None,
    law_at: date | None = None,
) -> Judgement:
    """Return the verdict of every rule that applies to a case, with its evidence.

    Pure and deterministic: the order of materials, signals and rule files changes nothing. The law
    is that of the day of application where the form shows it, else of the day of review.

    Args:
        facts: What was read in the case.
        graph: The law and the rules.
        checks: Only these checks, and those that they may repeat; all by default.
        known_at: Judge by the law and the rules as they were known on this day; by default by all
            that nothing superseded.
        law_at: Judge by the law of this day, to see what another law would have said.

    Raises:
        UsageError: The item or the jurisdiction is not in the graph.
    """
    world = World(facts, graph, known_at=known_at, law_at=law_at)
    try:
        applied = world.snapshot.applied(item=facts.case.item, jurisdiction=facts.case.jurisdiction)
    except KeyError as error:
        raise UsageError(str(error.args[0]), code="unknown_item_or_place") from error
    repeats = {one.rule.id: tuple(one.rule.text.repeats or ()) for one in applied}
    asked = _with_roots(checks, repeats) if checks is not None else frozenset(repeats)
    first = {one.rule.id: _judged(one, world) for one in applied if one.rule.id in asked}
    findings = _without_repetition(first, repeats)
    return Judgement(findings=findings, coverage=_coverage(facts, graph, world, findings))


def _with_roots(checks: frozenset[str], repeats: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    found: set[str] = set()
    ahead = set(checks) & set(repeats)
    while ahead:
        check = ahead.pop()
        found.add(check)
        ahead |= {root for root in repeats[check] if root in repeats} - found
    return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a rule's parts come to in a case."""

    applies: Answer
    needs: tuple[Answer, ...]
    check: Answer
    steps: tuple[Trace, ...]

    @property
    def verdict(self) -> Verdict:
        if self.applies.value is False:
            return Verdict.NOT_APPLICABLE
        if self.check.value is False and self.applies.known:
            return Verdict.FAIL
        together = both(self.applies, *self.needs, self.check)
        return Verdict.PASS if together.value is True else Verdict.UNDETERMINED

    @property
    def parts(self) -> tuple[Answer, ...]:
        return (self.applies, *self.needs, self.check)


def _ask(rule: Rule, world: World) -> _Asked:
    applies = evaluate(rule.applies_when, world) if rule.applies_when else None
    needs = [_need(need, world) for need in rule.needs]
    check = evaluate(rule.check, world)
    return _Asked(
        applies=applies.answer if applies else known(value=True),
        needs=tuple(answer for answer, _ in needs),
        check=check.answer,
        steps=(
            *((applies.trace,) if applies else ()),
            *(trace for _, trace in needs),
            check.trace,
        ),
    )


def _judged(applied: Applied, world: World) -> Finding:
    rule = applied.rule
    asked = _ask(rule, world)
    verdict = asked.verdict
    refs, doubts = _reasons(asked, verdict)
    soften = rule.text.soften if verdict is Verdict.FAIL and _softened(rule, world) else None
    return Finding(
        id=rule.id,
        check=rule.id,
        rule=rule.key,
        verdict=verdict,
        severity=Severity(soften.severity if soften else applied.severity),
        outcome=Outcome(soften.outcome if soften else applied.outcome),
        title=_bilingual(rule.text.title),
        message=_message(applied, verdict, Teller(world, refs, doubts)),
        remedy=_remedy(applied, verdict, Teller(world, refs, doubts)),
        citations=tuple(_citation(one) for one in applied.cites),
        about=abouts(refs),
        evidence=tuple(dict.fromkeys(one for ref in refs for one in ref.evidence)),
        trace=_trace(applied, asked, verdict),
        confidence=min((ref.confidence for ref in refs), default=1.0),
    )


def _softened(rule: Rule, world: World) -> bool:
    if rule.soften_when is None:
        return False
    return evaluate(rule.soften_when, world).answer.value is True


def _need(need: Need, world: World) -> tuple[Answer, Trace]:
    """Return true where the paper or entry is there; unknown, never false, where it is not."""
    answer = _there(need, world)
    if answer.value is False:
        doubt = Doubt(reason=world.wording.absent(need.kind), ref=answer.because[0])
        answer = unknown(doubt)
    name = f"{need.kind}.{need.field}" if need.field else need.kind
    trace = Trace(
        expression=f"needs {name}",
        result="true" if answer.known else "unknown",
        reason="；".join(dict.fromkeys(one.reason.zh for one in answer.doubts)),
    )
    return answer, trace


def _there(need: Need, world: World) -> Answer:
    papers = [
        paper
        for paper in world.papers
        if paper.material.kind == need.kind and paper.material.segment.settled
    ]
    if need.field is None or not papers:
        return world.handed_in((need.kind,))
    answers = [paper.member(need.field) for paper in papers]
    for one in answers:
        if one.known:
            return Answer(value=True, because=one.because)
    return unknown(*merged(*(one.doubts for one in answers)))


def _reasons(asked: _Asked, verdict: Verdict) -> tuple[tuple[Ref, ...], tuple[Doubt, ...]]:
    """Return the facts that a finding speaks of, and why it is undetermined."""
    match verdict:
        case Verdict.NOT_APPLICABLE:
            return telling_refs(asked.applies.because), ()
        case Verdict.FAIL:
            return telling_refs(asked.check.because), ()
        case Verdict.PASS:
            return telling_refs(merged(*(one.because for one in asked.parts))), ()
        case Verdict.UNDETERMINED:
            doubts = merged(*(one.doubts for one in asked.parts if not one.known))
            refs = tuple(one.ref for one in doubts if one.ref is not None)
            return telling_refs(refs), doubts
        case _ as unreachable:
            assert_never(unreachable)


def _bilingual(words: Words) -> Bilingual:
    return Bilingual(zh=words.zh, en=words.en)


def _message(applied: Applied, verdict: Verdict, teller: Teller) -> Bilingual:
    match verdict:
        case Verdict.FAIL:
            return teller.phrase(applied.rule.message)
        case Verdict.UNDETERMINED:
            return teller.phrase(applied.rule.on_undetermined)
        case Verdict.NOT_APPLICABLE:
            return _DOES_NOT_APPLY
        case Verdict.PASS:
            return _bilingual(applied.rule.text.title)
        case _ as unreachable:
            assert_never(unreachable)


def _remedy(applied: Applied, verdict: Verdict, teller: Teller) -> Bilingual:
    if verdict in {Verdict.FAIL, Verdict.UNDETERMINED}:
        return teller.phrase(applied.remedy)
    return _NOTHING


def _citation(cited: Cited) -> Citation:
    return Citation(
        clause=cited.id,
        title=cited.title,
        text=cited.clause.summary.zh,
        verified=cited.clause.verified,
    )


def _trace(applied: Applied, asked: _Asked, verdict: Verdict) -> Trace:
    overlays = (
        Trace(
            expression=f"overlay {place.id}",
            result=overlay.outcome or overlay.severity or "",
            reason=overlay.reason.zh if overlay.reason else "",
        )
        for place, overlay in applied.overlays
    )
    return Trace(expression=applied.rule.key, result=verdict.value, steps=(*overlays, *asked.steps))


def _without_repetition(
    findings: Mapping[str, Finding], repeats: Mapping[str, tuple[str, ...]]
) -> tuple[Finding, ...]:
    """Let a finding that only repeats a failed root name it instead of standing for itself."""
    settled: dict[str, Finding] = {}

    def settle(check: str) -> Finding:
        if check not in settled:
            finding = findings[check]
            roots = [settle(root) for root in repeats[check] if root in findings]
            settled[check] = _repeating(finding, roots)
        return settled[check]

    return tuple(settle(check) for check in sorted(findings))


def _repeating(finding: Finding, roots: Iterable[Finding]) -> Finding:
    if finding.verdict not in {Verdict.FAIL, Verdict.UNDETERMINED}:
        return finding
    for root in roots:
        if root.verdict is Verdict.FAIL and _overlap(finding.about, root.about):
            message = Bilingual(
                zh=f"与“{root.title.zh}”为同一问题，不重复列出。",
                en=f"The same fault as “{root.title.en}”; not listed again.",
            )
            return replace(
                finding,
                verdict=Verdict.NOT_APPLICABLE,
                message=message,
                remedy=_NOTHING,
                repeats=root.check,
            )
    return finding


def _overlap(left: Iterable[About], right: Iterable[About]) -> bool:
    others = tuple(right)
    return any(
        one.kind == other.kind
        and (one.material == other.material or None in {one.material, other.material})
        and (one.field == other.field or None in {one.field, other.field})
        for one in left
        for other in others
    )


def _coverage(facts: Facts, graph: Graph, world: World, findings: tuple[Finding, ...]) -> Coverage:
    judged = {finding.check for finding in findings}
    decided = {Verdict.PASS, Verdict.FAIL}
    open_ones = [
        NotChecked(check=finding.check, reason=finding.message)
        for finding in findings
        if finding.verdict is Verdict.UNDETERMINED
    ]
    for check in graph.checks.get(facts.case.item, ()):
        if check in OTHER_CASES:
            open_ones.append(NotChecked(check=check, reason=_OTHER_CASES))
        elif check not in judged:
            open_ones.append(NotChecked(check=check, reason=_NO_RULE))
    item = world.snapshot.items[facts.case.item]
    open_ones += [
        NotChecked(
            check=f"{item.id}.{condition.id}",
            reason=Bilingual(
                zh=f"“{condition.title.zh}”不能仅凭材料核查，需现场或人工核实。",
                en=f"“{condition.title.en}” cannot be checked on paper; a person has to.",
            ),
        )
        for condition in item.not_on_paper or ()
    ]
    open_ones += [
        NotChecked(
            check=f"{item.id}.{condition.id}",
            reason=Bilingual(
                zh=f"“{condition.title.zh}”没有可用的核查规则，需人工核对。",
                en=f"No rule checks “{condition.title.en}”; a person has to.",
            ),
        )
        for condition in conditions_without_rule(
            graph, world.snapshot, item.id, facts.case.jurisdiction
        )
    ]
    return Coverage(
        checked=tuple(one.check for one in findings if one.verdict in decided),
        not_checked=tuple(sorted(open_ones, key=lambda one: one.check)),
    )
