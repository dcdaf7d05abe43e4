"""The nodes of the regulation graph, as their files hold them.

These dataclasses are validated by pydantic where YAML enters (`rules_kg.loading`) and are plain
frozen data afterwards. Keys and meanings: docs/reference/rule-language.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from rules_kg.clocks import Recorded, within

CLOSED = ConfigDict(extra="forbid")
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=80)]
Scalar = bool | int | Decimal | date | str


class Rank(StrEnum):
    """What a text is in law, the strongest first."""

    LAW = "law"
    ADMINISTRATIVE_REGULATION = "administrative-regulation"
    DEPARTMENTAL_RULE = "departmental-rule"
    LOCAL_REGULATION = "local-regulation"
    LOCAL_RULE = "local-rule"
    JUDICIAL_INTERPRETATION = "judicial-interpretation"
    NORMATIVE_DOCUMENT = "normative-document"
    STANDARD = "standard"

    @property
    def may_demand(self) -> bool:
        """Whether such a text can be the ground of a correction (优化营商环境条例 第三十五条)."""
        return self in {
            Rank.LAW,
            Rank.ADMINISTRATIVE_REGULATION,
            Rank.DEPARTMENTAL_RULE,
            Rank.LOCAL_REGULATION,
            Rank.LOCAL_RULE,
        }


OutcomeId = Literal["correct", "deferrable", "commitment", "advice"]
SeverityId = Literal["substance", "form", "deferrable", "advice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text in Chinese and in English."""

    __pydantic_config__ = CLOSED
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause(Recorded):
    """A part of a version of a regulation."""

    __pydantic_config__ = CLOSED
    id: str
    summary: Words
    verified: bool
    article: int | None = None
    paragraph: int | None = None
    item: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Recorded):
    """A regulation's text as of a date."""

    __pydantic_config__ = CLOSED
    version: date
    valid_from: date
    clauses: list[Clause]
    valid_until: date | None = None
    amends: date | None = None
    repeals: list[Identifier] | None = None
    source: Words | None = None

    def in_force(self, day: date) -> bool:
        """Whether this text was law on a day."""
        return within(day, self.valid_from, self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulation:
    """A law, regulation, rule, document or standard."""

    __pydantic_config__ = CLOSED
    id: Identifier
    title: Words
    level: Rank
    versions: list[Version]
    jurisdiction: Identifier = "cn"
    implements: list[Identifier] | None = None
    """Ids of the regulations that it carries out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The days on which a part of an item is asked for: half-open, an open side is left out."""

    valid_from: date | None = None
    valid_until: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether the law asked for it on a day."""
        return within(day, self.valid_from, self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Held):
    """Something that the law asks for before the item is granted."""

    __pydantic_config__ = CLOSED
    id: Identifier
    title: Words
    cites: list[str]
    evidenced_by: list[Identifier] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Who decides on an item."""

    __pydantic_config__ = CLOSED
    id: Identifier
    title: Words
    cites: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMaterial(Held):
    """A kind of material that an item asks for."""

    __pydantic_config__ = CLOSED
    kind: Identifier
    cites: list[str]
    when: Words | None = None
    """In which cases; always where it is left out."""
    substitutes: list[Identifier] | None = None
    """Kinds that stand in for it."""
    core: bool = True
    """Whether it proves a condition of the item, so that no place may let it follow later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit(Held):
    """How long somebody has."""

    __pydantic_config__ = CLOSED
    id: Identifier
    title: Words
    cites: list[str]
    days: Annotated[int, Field(ge=1)]
    unit: Literal["working", "calendar"]
    counted_from: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """Something about a project that decides which items it needs."""

    __pydantic_config__ = CLOSED
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
    title: Words
    type: Literal["flag", "text", "integer", "decimal", "money", "area", "date"]
    choices: dict[str, Words] | None = None
    """Of a text: its values and what they mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What is applied for."""

    __pydantic_config__ = CLOSED
    id: Identifier
    title: Words
    cites: list[str]
    conditions: list[Condition]
    not_on_paper: list[Condition] | None = None
    code: str = ""
    """Of the national list of items; see the item's file for where it comes from."""
    stage: Annotated[int, Field(ge=1, le=5)] | None = None
    """1 project and land, 2 planning, 3 construction, 4 completion, 5 alongside the others."""
    authority: Identifier | None = None
    yields: Identifier | None = None
    """The kind of material that is granted."""
    form: Identifier | None = None
    """The kind of its application form: its `application_date` says which day's law decides."""
    needed_when: str | None = None
    """A condition on `project.<attribute>`; always needed where it is left out."""
    after: list[Identifier] | None = None
    """Items that come before, where a project needs them."""
    materials: list[AskedMaterial] | None = None
    time_limits: list[TimeLimit] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverAsked:
    """A paper that must not be asked for any more."""

    __pydantic_config__ = CLOSED
    id: Identifier
    title: Words
    words: list[str]
    """What a text that asks for it would say."""
    cites: list[str]
    """What is asked for instead."""
    reason: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay(Recorded):
    """What a place changes in a rule."""

    __pydantic_config__ = CLOSED
    rule: Identifier
    valid_from: date
    valid_until: date | None = None
    outcome: OutcomeId | None = None
    severity: SeverityId | None = None
    cites: list[str] | None = None
    remedy: Words | None = None
    reason: Words | None = None

    def in_force(self, day: date) -> bool:
        """Whether the place asked for this on a day."""
        return within(day, self.valid_from, self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jurisdiction:
    """A place with its own rules."""

    __pydantic_config__ = CLOSED
    id: Identifier
    title: Words
    parent: Identifier | None = None
    also: list[str] | None = None
    overlays: list[Overlay] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueFrom(Recorded):
    """A parameter's value from a day on."""

    __pydantic_config__ = CLOSED
    from_: Annotated[date, Field(alias="from")]
    value: Scalar | list[str] | None = None
    rows: list[dict[str, Scalar]] | None = None
    cites: list[str] | None = None
    verified: bool | None = None
    reference: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A dated value or table that rules use as `param.<id>`."""

    __pydantic_config__ = CLOSED
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
    title: Words
    type: Literal["money", "area", "integer", "decimal", "text", "date", "list", "table"]
    values: list[ValueFrom]
    jurisdiction: Identifier = "cn"
    columns: (
        dict[str, Literal["money", "area", "integer", "decimal", "text", "date", "list"]] | None
    ) = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Soften:
    """A milder outcome of a fail, where a condition holds."""

    __pydantic_config__ = CLOSED
    when: str
    outcome: OutcomeId
    severity: SeverityId


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText(Recorded):
    """A rule as it is written, before its expressions are parsed."""

    __pydantic_config__ = CLOSED
    id: Identifier
    version: Annotated[int, Field(ge=1)]
    title: Words
    cites: list[str]
    valid_from: date
    recorded_at: date
    check: str
    outcome: OutcomeId
    severity: SeverityId
    message: Words
    on_undetermined: Words
    remedy: Words
    item: Identifier = "construction-permit"
    jurisdiction: Identifier = "cn"
    basis: list[str] | None = None
    valid_until: date | None = None
    applies_when: str | None = None
    needs: list[str] | None = None
    soften: Soften | None = None
    repeats: list[Identifier] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A small case and the verdict that a rule must give on it."""

    __pydantic_config__ = CLOSED
    name: str
    expect: Literal["pass", "fail", "undetermined", "not_applicable"]
    about: list[str] | None = None
    outcome: OutcomeId | None = None
    repeats: Identifier | None = None
    as_of: date = date(2026, 1, 1)
    jurisdiction: Identifier = "cn"
    attributes: dict[str, str] | None = None
    papers: list[dict[str, dict[str, Any]]] | None = None
    change: dict[str, dict[str, Any]] | None = None
    add: list[dict[str, dict[str, Any]]] | None = None
    without: list[str] | None = None
    signals: list[dict[str, Any]] | None = None
    unread: list[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleFile:
    """The examples of one check."""

    __pydantic_config__ = CLOSED
    check: Identifier
    examples: list[Example]
    given: list[dict[str, dict[str, Any]]] | None = None


Facts = Mapping[str, Any]
"""An example's papers, merged; `preaudit.check.examples` turns them into facts."""
