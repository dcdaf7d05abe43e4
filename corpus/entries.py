"""Entries of forms: labels by role and ways of printing values, drawn from content/entries.yaml."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus.chance import chance

_LONG = frozenset(
    [
        "project_name",
        "site_address",
        "scale",
        "contract_scope",
        "developer_address",
        "holder_address",
        "business_scope",
        "authorised_matters",
        "qualification",
        "works_term",
        "term",
        "award_price",
        "contract_price_words",
        "ticked_use",
        "developer_uscc",
        "contractor_uscc",
        "supervisor_uscc",
        "real_estate_certificate_no",
        "land_planning_permit_no",
        "construction_planning_permit_no",
    ]
)
"""Entries whose values need a row of their own."""

_UNIT = re.compile(r"^(?P<label>[^（(]+)[（(](?P<unit>[^）)]+)[）)](?P<value>.*)$")
_OF_CODES = ("developer_uscc", "contractor_uscc", "supervisor_uscc", "holder_uscc")
_OF_PERSONS = ("id_number", "agent_id_number")
BOXED = frozenset((*_OF_CODES, *_OF_PERSONS))
"""Entries whose characters forms give a box each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A label and the markup of its value."""

    name: str
    label: str
    value: str
    rule: Mapping[str, Any]
    """What content/entries.yaml says of it."""

    @property
    def long(self) -> bool:
        """Whether the value needs a row of its own."""
        return self.name in _LONG or bool(self.rule.get("long"))

    @property
    def part(self) -> str:
        """What the entry is about: a party, the works, the certificate."""
        return str(self.rule["part"])

    def attribute(self, rng: random.Random) -> str:
        """Return its label beside a cell that names what it is about."""
        return str(rng.choice(self.rule["attr"])) + self._unit()

    def old_label(self, rng: random.Random) -> str:
        """Return its label on an old form."""
        chosen = str(rng.choice((*self.rule["old"], self.label)))
        return chosen if chosen == self.label else chosen + self._unit()

    def _unit(self) -> str:
        """Return the bracket that names the unit of a bare value, for other words of its label."""
        found = _UNIT.match(self.label) if "units" in self.rule else None
        return f"（{found['unit']}）" if found else ""

    def english(self, rng: random.Random) -> str:
        """Return its English label."""
        return str(rng.choice(self.rule["en"]))

    def with_unit(self, rng: random.Random) -> tuple[str, str, str] | None:
        """Return label, bare value and unit, if forms print the unit apart."""
        if "units" not in self.rule:
            return None
        found = _UNIT.match(rng.choice(self.rule["units"]))
        if found is None:
            return None
        return found["label"], found["value"] or "{" + self.name + "}", found["unit"]


@cache
def _content() -> Any:
    text = (files("corpus") / "content" / "entries.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def part_label(part: str, rng: random.Random) -> str:
    """Return how a form names what a group of entries is about."""
    return str(rng.choice(_content()["parts"][part]))


def draw_entries(specs: Sequence[str], rng: random.Random) -> list[Entry]:
    """Return the entries of a group; some are left out or replaced as the group allows."""
    entries: list[Entry] = []
    for spec in specs:
        names, _, labels = spec.partition("@")
        if names.endswith("~") and chance(rng, 0.4):
            continue
        chosen = rng.choice(names.rstrip("~").split("|"))
        entries += [_entry(name, labels, rng) for name in chosen.split("+")]
    return entries


def _entry(name: str, labels: str, rng: random.Random) -> Entry:
    rule = _content()["entries"][name]
    if "units" in rule and not labels and chance(rng, 0.35):
        label, brace, form = rng.choice(rule["units"]).partition("{")
        value = brace + form or "{" + name + "}"
        return Entry(name=name, label=label, value=value, rule=rule)
    label = rng.choice(labels.split("|") if labels else rule["labels"])
    return Entry(name=name, label=label, value=rng.choice(rule["say"]), rule=rule)


@cache
def _more() -> Any:
    text = (files("corpus") / "content" / "more.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def strewn(kind: str, groups: Sequence[Sequence[Entry]], rng: random.Random) -> list[list[Entry]]:
    """Return the groups with a few entries between that are no fields, as most forms have."""
    mixed = [list(group) for group in groups]
    pool = (*_more()[kind], *_more()[kind], *_more()["common"])
    for spec in rng.sample(pool, k=rng.choice((0, 0, 1, 2, 3, 4))):
        group = rng.choice(mixed)
        at = rng.randrange(len(group) + 1)
        names, _, value = spec.partition(" = ")
        label, _, english = names.partition("|")
        if all(label != entry.label for entry in group):
            part = group[max(0, at - 1)].part
            rule = {"part": part, "attr": [label], "old": [label], "en": [english]}
            group.insert(at, Entry(name="more", label=label, value=value, rule=rule))
    return mixed


def by_part(entries: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    """Return the entries in groups of what they are about, in order of first appearance."""
    parts: dict[str, list[Entry]] = {}
    for entry in entries:
        parts.setdefault(entry.part, []).append(entry)
    return list(parts.items())
