"""Rules with their expressions parsed, and rules as they stand for a place on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules_kg.citations import Cited
from rules_kg.clocks import within
from rules_kg.language.syntax import Expression
from rules_kg.language.template import Template
from rules_kg.schema import Jurisdiction, Overlay, RuleText


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A paper, or an entry of a paper, without which a check cannot pass."""

    kind: str
    field: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A template in both languages."""

    zh: Template
    en: Template


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """A rule with its expressions parsed and checked."""

    text: RuleText
    file: str
    line: int
    check: Expression
    applies_when: Expression | None
    soften_when: Expression | None
    needs: tuple[Need, ...]
    message: Phrase
    on_undetermined: Phrase
    remedy: Phrase

    @property
    def id(self) -> str:
        """The check id."""
        return self.text.id

    @property
    def key(self) -> str:
        """`id@version`, as reports name it."""
        return f"{self.text.id}@{self.text.version}"

    def in_force(self, day: date) -> bool:
        """Whether the rule may be used on a day."""
        return within(day, self.text.valid_from, self.text.valid_until)

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """Every expression of the rule, those of its templates included."""
        phrases = (self.message, self.on_undetermined, self.remedy)
        templates = [one for phrase in phrases for one in (phrase.zh, phrase.en)]
        inserted = [part.expression for one in templates for part in one.expressions]
        return (*self.conditions, *inserted)

    @property
    def conditions(self) -> tuple[Expression, ...]:
        """The expressions that decide: what the rule checks, when it applies, what softens it."""
        found = (self.check, self.applies_when, self.soften_when)
        return tuple(one for one in found if one is not None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Applied:
    """A rule as it stands for one place on one day."""

    rule: Rule
    outcome: str
    severity: str
    cites: tuple[Cited, ...]
    remedy: Phrase
    overlays: tuple[tuple[Jurisdiction, Overlay], ...]
    """What the place changed, the nearest place last."""


def rule_node(rule: Rule) -> str:
    """Return a rule's name in the network: `id@version`, with its place unless that is `cn`."""
    place = rule.text.jurisdiction
    return rule.key if place == "cn" else f"{rule.key}@{place}"
