"""Verdicts with their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from preaudit.fields import Evidence


class Verdict(StrEnum):
    """The result of one check (vocabulary: verdicts)."""

    PASS = "pass"
    FAIL = "fail"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not_applicable"


class Outcome(StrEnum):
    """What a fail asks of the applicant (vocabulary: outcomes)."""

    CORRECT = "correct"
    DEFERRABLE = "deferrable"
    COMMITMENT = "commitment"
    ADVICE = "advice"


class Severity(StrEnum):
    """How much hangs on it."""

    SUBSTANCE = "substance"
    """A condition that the law sets is not met, or truth is in doubt: a person must decide."""
    FORM = "form"
    """Incomplete or not in the form that the law asks for: to be corrected."""
    DEFERRABLE = "deferrable"
    """May be handed in later where the place's catalogue says so."""
    ADVICE = "advice"
    """No duty in law; must not be a ground for correction or refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bilingual:
    """A sentence in Chinese, the language of reports, and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A clause that a finding rests on."""

    clause: str
    """The clause's id with its version, such as `construction-law@2019-04-23#8`."""
    title: str
    """As a notice prints it: 《中华人民共和国建筑法》第八条第一款第（一）项."""
    text: str
    """Our summary of it."""
    verified: bool
    """False when nobody could compare it with the official text; reports say so (【未核实】)."""
    quote: str = ""
    """The clause word for word, where its text was imported; `text` stays our summary."""
    quote_lead: str = ""
    """Of an item: the sentence that introduces it, word for word."""
    quote_verified: bool = False
    """Whether the quoted words are, byte for byte, what the stored text has at this clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a finding speaks of: a kind of material and, where it is about one entry, the field."""

    kind: str
    field: str | None
    material: str | None
    """The material's key; None when the material is not in the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One step of an evaluation: an expression, what came out, and the steps below it."""

    expression: str
    result: str
    """`true`, `false`, `unknown` or a value as text."""
    reason: str = ""
    """Why it is unknown, in Chinese; else empty."""
    steps: tuple[Trace, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The result of one check on one case."""

    id: str
    """Equal to the check id: a case has one finding for a check."""
    check: str
    rule: str
    """`rule id@version`."""
    verdict: Verdict
    severity: Severity
    outcome: Outcome
    title: Bilingual
    message: Bilingual
    remedy: Bilingual
    """What to do; empty texts unless the verdict is fail or undetermined."""
    citations: tuple[Citation, ...]
    about: tuple[About, ...]
    evidence: tuple[Evidence, ...]
    trace: Trace
    confidence: float
    """The lowest confidence of the facts that decided."""
    repeats: str | None = None
    """The check whose failure this one would only repeat; its verdict is then not_applicable."""
