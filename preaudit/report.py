"""The report, our contract with every consumer: same inputs, same bytes, no clock, no path."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from preaudit.case import Case, Material
from preaudit.errors import Stage
from preaudit.findings import Bilingual, Finding
from preaudit.sheet import Signal, Source
from preaudit.signature import DigitalSignature

SCHEMA_VERSION = "1.1"
READABLE = frozenset({"1.0", SCHEMA_VERSION})
"""Schema versions of reports that this release reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something went wrong and work went on."""

    stage: Stage
    code: str
    """Stable, such as `encrypted_pdf`; see docs/reference/errors.md."""
    message: Bilingual
    remedy: Bilingual
    file: str
    """Its name in the case; empty when it concerns the case as a whole."""
    page: int | None = None
    notice: bool = False
    """Whether nothing was lost by it: it says how something was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotChecked:
    """A check that could not be carried out, and why."""

    check: str
    reason: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the report speaks of, and what it does not."""

    checked: tuple[str, ...]
    """Checks with a verdict of pass or fail."""
    not_checked: tuple[NotChecked, ...]
    """Undetermined ones, and those that need what this run does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What made this report."""

    preaudit: str
    graph: str
    """Digest of the regulation graph."""
    weights: tuple[tuple[str, str], ...]
    """Name and SHA-256 of each model used."""
    engines: tuple[tuple[str, str], ...]
    """Name and version of each reading engine."""
    known_at: date | None = None
    """The day whose knowledge of the law decided, where one was asked for."""
    law_texts: str = ""
    """Digest of the index of law texts that citations are quoted from; empty when none are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The pre-review of one case."""

    schema_version: str
    case: Case
    sources: tuple[Source, ...]
    materials: tuple[Material, ...]
    signals: tuple[Signal, ...]
    findings: tuple[Finding, ...]
    coverage: Coverage
    problems: tuple[Problem, ...]
    provenance: Provenance
    signatures: tuple[DigitalSignature, ...] = ()
    """Of all files, in the order of `sources`."""
