"""The vocabulary, what each kind carries, and the checks that are asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter

from rules_kg.faults import Fault, RulesFault, nearest
from rules_kg.language.scope import FIELD_TYPES
from rules_kg.records import Collector, Located, read_file, yaml_files
from rules_kg.schema import Words
from rules_kg.vocabulary import FieldKind, Kind, Vocabulary

T = TypeVar("T")
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

    `vocabulary.yaml` and `kinds.yaml` hold the names of the first item; the files of the folders
    `vocabulary` and `kinds` add those of the others.

    Raises:
        RulesFault: A file is missing or at fault, or two files define one name.
    """
    collector = Collector()
    words = list(_parts(root, "vocabulary", TypeAdapter(_Words), collector))
    carried = list(_parts(root, "kinds", TypeAdapter(_Kinds), collector))
    if collector.faults:
        raise RulesFault(collector.faults)
    kinds = _joined(((one, one.record.kinds, "kinds") for one in words), collector)
    fields = _joined(((one, one.record.fields, "fields") for one in words), collector)
    roles = _joined(((one, one.record.roles, "roles") for one in words), collector)
    contents = _joined(((one, one.record.kinds, "kinds") for one in carried), collector)
    for one in words:
        collector.faults += _types(one)
    for each in carried:
        collector.faults += _carried(kinds, fields, each)
    if collector.faults:
        raise RulesFault(collector.faults)
    nothing = _Carries(fields=[], marks=[])
    return Vocabulary(
        kinds={
            kind: Kind(
                id=kind,
                title=Words(zh=title.zh, en=title.en),
                fields=tuple(contents.get(kind, nothing).fields),
                marks=tuple(contents.get(kind, nothing).marks),
            )
            for kind, title in kinds.items()
        },
        fields={name: FieldKind(id=name, type=one.type, zh=one.zh) for name, one in fields.items()},
        roles={name: one.zh for name, one in roles.items()},
    )


def _parts(
    root: FilePath, name: str, adapter: TypeAdapter[T], collector: Collector
) -> Iterator[Located[T]]:
    """Yield the file of this name and the files of the folder of this name."""
    for path in (root / f"{name}.yaml", *yaml_files(root / name)):
        parsed = read_file(path, root=root)
        yield from collector.records(parsed, adapter, [((), parsed.value)])


def _joined(
    parts: Iterable[tuple[Located[Any], Mapping[str, T], str]], collector: Collector
) -> dict[str, T]:
    """Return the names of all files together; one that occurs twice is noted."""
    found: dict[str, T] = {}
    for located, names, key in parts:
        for name, one in names.items():
            if name in found:
                message = f"{name!r} is defined already in another file; take it out of one"
                collector.faults.append(located.fault(message, key, name, code="twice"))
            found.setdefault(name, one)
    return found


def _types(words: Located[_Words]) -> Iterator[Fault]:
    for name, one in words.record.fields.items():
        if one.type not in FIELD_TYPES:
            message = f"unknown type {one.type!r}{nearest(one.type, FIELD_TYPES)}"
            yield words.fault(message, "fields", name, code="unknown_type")


def _carried(
    kinds: Mapping[str, object], fields: Mapping[str, object], carried: Located[_Kinds]
) -> Iterator[Fault]:
    for kind, one in carried.record.kinds.items():
        known: tuple[tuple[list[str], Mapping[str, object]], ...] = (
            ([kind], kinds),
            (one.fields, fields),
        )
        for names, vocabulary in known:
            for name in names:
                if name not in vocabulary:
                    message = f"unknown name {name!r}{nearest(name, vocabulary)}"
                    yield carried.fault(message, "kinds", kind, code="unknown_name")


def read_checks(root: FilePath) -> Mapping[str, tuple[str, ...]]:
    """Return the check ids that are asked of each item.

    `checks.yaml` lists those of the first item; the files of the folder `checks` add to it and list
    those of other items, whose ids carry the item behind the family (`prefix`).

    Raises:
        RulesFault: A file is missing or at fault, or two files list one check.
    """
    found: dict[str, list[str]] = {}
    faults: list[Fault] = []
    for path in (root / "checks.yaml", *yaml_files(root / "checks")):
        parsed = read_file(path, root=root)
        if not isinstance(parsed.value, dict) or not isinstance(parsed.value.get("item"), str):
            message = f"{parsed.file} names an item and families of checks"
            faults.append(Fault(file=parsed.file, line=1, message=message, code="schema"))
            continue
        known = {check for checks in found.values() for check in checks}
        listed = list(_listed(parsed.value))
        for check in sorted(known & set(listed)):
            message = "this check is listed already in another file; take it out of one"
            line = parsed.spot((check.split(".")[0], check)).line
            fault = Fault(file=parsed.file, line=line, subject=check, message=message, code="twice")
            faults.append(fault)
        found.setdefault(str(parsed.value["item"]), []).extend(listed)
    if faults:
        raise RulesFault(faults)
    return {item: tuple(sorted(checks)) for item, checks in found.items()}


def _listed(value: Mapping[str, Any]) -> Iterator[str]:
    prefix = f"{value['prefix']}." if "prefix" in value else ""
    for family, checks in value.items():
        if family == "completeness" and isinstance(checks, dict):
            yield from (f"completeness.{prefix}{name}" for name in _completeness(checks))
        elif isinstance(checks, dict):
            yield from (name for name in checks if name.startswith(f"{family}.{prefix}"))


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
