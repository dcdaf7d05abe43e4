"""The vocabulary, what each kind carries, and the checks that are asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from rules_kg.faults import Fault, RulesFault, nearest
from rules_kg.language.scope import FIELD_TYPES
from rules_kg.records import Collector, read_file
from rules_kg.schema import Words
from rules_kg.vocabulary import FieldKind, Kind, Vocabulary
from rules_kg.yaml_text import Parsed

OTHER_CASES = frozenset({"fitness.manager_busy", "authenticity.duplicate"})
"""Checks that need other cases, so that no rule over one case can answer them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    __pydantic_config__ = ConfigDict(extra="forbid")
    type: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Role:
    __pydantic_config__ = ConfigDict(extra="ignore")
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Label:
    __pydantic_config__ = ConfigDict(extra="ignore")
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    __pydantic_config__ = ConfigDict(extra="ignore")
    kinds: dict[str, _Label]
    fields: dict[str, _Field]
    roles: dict[str, _Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Carries:
    __pydantic_config__ = ConfigDict(extra="forbid")
    fields: list[str]
    marks: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kinds:
    __pydantic_config__ = ConfigDict(extra="ignore")
    kinds: dict[str, _Carries]


def read_vocabulary(root: FilePath) -> Vocabulary:
    """Return the vocabulary with what each kind of material carries.

    Raises:
        RulesFault: `vocabulary.yaml` or `kinds.yaml` is missing or at fault.
    """
    collector = Collector()
    words = _whole(root / "vocabulary.yaml", root, TypeAdapter(_Words), collector)
    carried_file = read_file(root / "kinds.yaml", root=root)
    carried = _whole(root / "kinds.yaml", root, TypeAdapter(_Kinds), collector)
    if words is None or carried is None:
        raise RulesFault(collector.faults)
    faults = [*_types(words), *_carried(words, carried, carried_file)]
    if faults:
        raise RulesFault(faults)
    nothing = _Carries(fields=[], marks=[])
    kinds = {
        kind: Kind(
            id=kind,
            title=Words(zh=title.zh, en=title.en),
            fields=tuple(carried.kinds.get(kind, nothing).fields),
            marks=tuple(carried.kinds.get(kind, nothing).marks),
        )
        for kind, title in words.kinds.items()
    }
    fields = {
        name: FieldKind(id=name, type=one.type, zh=one.zh) for name, one in words.fields.items()
    }
    roles = {name: one.zh for name, one in words.roles.items()}
    return Vocabulary(kinds=kinds, fields=fields, roles=roles)


def _whole(path: FilePath, root: FilePath, adapter: TypeAdapter[Any], collector: Collector) -> Any:
    parsed = read_file(path, root=root)
    found = list(collector.records(parsed, adapter, [((), parsed.value)]))
    return found[0].record if found else None


def _types(words: _Words) -> list[Fault]:
    return [
        Fault(
            file="vocabulary.yaml",
            line=0,
            subject=name,
            message=f"unknown type {one.type!r}{nearest(one.type, FIELD_TYPES)}",
            code="unknown_type",
        )
        for name, one in words.fields.items()
        if one.type not in FIELD_TYPES
    ]


def _carried(words: _Words, carried: _Kinds, parsed: Parsed) -> list[Fault]:
    faults = []
    for kind, one in carried.kinds.items():
        known: tuple[tuple[list[str], Mapping[str, Any]], ...] = (
            ([kind], words.kinds),
            (one.fields, words.fields),
        )
        for names, vocabulary in known:
            faults += [
                Fault(
                    file=parsed.file,
                    line=parsed.spot(("kinds", kind)).line,
                    subject=kind,
                    message=f"unknown name {name!r}{nearest(name, vocabulary)}",
                    code="unknown_name",
                )
                for name in names
                if name not in vocabulary
            ]
    return faults


def read_checks(root: FilePath) -> Mapping[str, tuple[str, ...]]:
    """Return the check ids that are asked of each item.

    Raises:
        RulesFault: `checks.yaml` is missing or at fault.
    """
    parsed = read_file(root / "checks.yaml", root=root)
    value = parsed.value
    if not isinstance(value, dict) or not isinstance(value.get("item"), str):
        message = "checks.yaml names an item and families of checks"
        raise RulesFault([Fault(file=parsed.file, line=1, message=message, code="schema")])
    found: list[str] = []
    for family, checks in value.items():
        if family == "completeness" and isinstance(checks, dict):
            found += [f"completeness.{name}" for name in _completeness(checks)]
        elif isinstance(checks, dict):
            found += [name for name in checks if name.startswith(f"{family}.")]
    return {str(value["item"]): tuple(sorted(found))}


def _completeness(checks: Mapping[str, Any]) -> list[str]:
    """Return the kinds that may be required, and the other checks of this family."""
    found: list[str] = []
    for name, content in checks.items():
        if isinstance(content, list):
            found += [str(kind) for kind in content]
        elif name == "when" and isinstance(content, dict):
            found += [kind for kind, why in content.items() if not str(why).startswith("never")]
        else:
            found.append(name)
    return found
