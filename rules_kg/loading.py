"""The content folder to a graph, or every fault in it at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import TypeAdapter

from rules_kg.basics import read_checks, read_vocabulary
from rules_kg.compiling import RuleCompiler
from rules_kg.consequences import roots
from rules_kg.expand import expanded
from rules_kg.faults import Fault, RulesFault
from rules_kg.graph import Graph, Phrase, Rule
from rules_kg.grounding import Citing, citation_faults
from rules_kg.item_linking import (
    KnownIds,
    attribute_faults,
    item_faults,
    needed_conditions,
)
from rules_kg.language.scope import FIELD_TYPES, Scope, build_project_scope, build_scope
from rules_kg.linking import duplicates, place_faults, regulation_faults, rule_faults
from rules_kg.network import Parts, build_network
from rules_kg.parameters import normalised, parameter_type, variant_faults
from rules_kg.records import Collector, Located, one_or_list, read_text, yaml_files
from rules_kg.schema import (
    Attribute,
    Authority,
    ExampleFile,
    Item,
    Jurisdiction,
    NeverAsked,
    Parameter,
    Regulation,
    RuleText,
    Words,
)
from rules_kg.vocabulary import Kind, Vocabulary

CONTENT = FilePath(__file__).parent / "content"
"""The rules that ship with preaudit."""

T = TypeVar("T")
_REGULATION = TypeAdapter(Regulation)
_ITEM = TypeAdapter(Item)
_AUTHORITY = TypeAdapter(Authority)
_ATTRIBUTE = TypeAdapter(Attribute)
_NEVER_ASKED = TypeAdapter(NeverAsked)
_PLACE = TypeAdapter(Jurisdiction)
_PARAMETER = TypeAdapter(Parameter)
_RULE = TypeAdapter(RuleText)
_EXAMPLES = TypeAdapter(ExampleFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Records:
    """Everything as written."""

    regulations: Sequence[Located[Regulation]]
    items: Sequence[Located[Item]]
    authorities: Sequence[Located[Authority]]
    attributes: Sequence[Located[Attribute]]
    never_asked: Sequence[Located[NeverAsked]]
    places: Sequence[Located[Jurisdiction]]
    parameters: Sequence[Located[Parameter]]
    rules: Sequence[Located[RuleText]]


def load_graph(content: FilePath | None = None) -> Graph:
    """Return the regulation graph of a content folder.

    A folder that did not change is not read again within one process.

    Args:
        content: By default the folder that ships with preaudit.

    Raises:
        RulesFault: Something in it is at fault; holds all faults with file, rule and line.
    """
    root = (content or CONTENT).resolve()
    stamps = tuple(
        (path.as_posix(), path.stat().st_mtime_ns, path.stat().st_size)
        for path in _deciding_files(root)
    )
    return _loaded(root, stamps)


@lru_cache(maxsize=4)
def _loaded(root: FilePath, _stamps: tuple[tuple[str, int, int], ...]) -> Graph:
    vocabulary = read_vocabulary(root)
    checks = read_checks(root)
    collector = Collector()
    records = _read(root, vocabulary.kinds, collector)
    faults = collector.faults
    parameters = _parameters(records.parameters, faults)
    attributes = {one.record.id: one.record for one in records.attributes}
    scope = _scope(vocabulary, parameters)
    compiler = RuleCompiler(scope, vocabulary, faults)
    rules = [compiler.compile(one) for one in records.rules]
    phrases = _overlay_phrases(records.places, compiler)
    project = _project_scope(attributes, parameters)
    needed_when = needed_conditions(records.items, project, attributes, faults)
    faults += _linked(records, vocabulary)
    if faults:
        raise RulesFault(tuple(roots(faults, collector.lost)))
    regulations = {one.record.id: one.record for one in records.regulations}
    items = {one.record.id: one.record for one in records.items}
    authorities = {one.record.id: one.record for one in records.authorities}
    places = {one.record.id: one.record for one in records.places}
    kept = _ordered([rule for rule in rules if rule is not None])
    return Graph(
        vocabulary=vocabulary,
        scope=scope,
        regulations=regulations,
        items=items,
        authorities=authorities,
        attributes=attributes,
        needed_when=needed_when,
        jurisdictions=places,
        parameters=parameters,
        rules=kept,
        never_asked=tuple(one.record for one in records.never_asked),
        spots=_spots(records),
        checks=checks,
        phrases=phrases,
        network=build_network(
            Parts(
                vocabulary=vocabulary,
                regulations=regulations,
                items=items,
                authorities=authorities,
                jurisdictions=places,
                parameters=parameters,
                rules=kept,
            )
        ),
        digest=_digest(root),
    )


def _ordered(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(rules, key=lambda one: (one.id, one.text.jurisdiction, one.text.version)))


def _read(root: FilePath, kinds: Mapping[str, Kind], collector: Collector) -> _Records:
    return _Records(
        regulations=_folder(root, "regulations", _REGULATION, collector),
        items=_folder(root, "items", _ITEM, collector),
        authorities=_folder(root, "authorities", _AUTHORITY, collector),
        attributes=_file(root, "attributes.yaml", _ATTRIBUTE, collector),
        never_asked=_file(root, "never_asked.yaml", _NEVER_ASKED, collector),
        places=_folder(root, "jurisdictions", _PLACE, collector),
        parameters=_folder(root, "parameters", _PARAMETER, collector),
        rules=_rules(root, kinds, collector),
    )


def _folder(
    root: FilePath, name: str, adapter: TypeAdapter[T], collector: Collector
) -> list[Located[T]]:
    return [
        located
        for parsed in collector.parsed(root / name, root)
        for located in collector.records(parsed, adapter, one_or_list(parsed))
    ]


def _file(
    root: FilePath, name: str, adapter: TypeAdapter[T], collector: Collector
) -> list[Located[T]]:
    """Return the records of a file that a folder of rules may do without."""
    path = root / name
    parsed = collector.attempt_file(path, root) if path.is_file() else None
    return list(collector.records(parsed, adapter, one_or_list(parsed))) if parsed else []


def _rules(
    root: FilePath, kinds: Mapping[str, Kind], collector: Collector
) -> list[Located[RuleText]]:
    return [
        located
        for parsed in collector.parsed(root / "rules", root)
        for path, value in one_or_list(parsed)
        for one in expanded(parsed, path, value, kinds=kinds, faults=collector.faults)
        for located in collector.records(parsed, _RULE, [(path, one)])
    ]


def _parameters(
    records: Sequence[Located[Parameter]], faults: list[Fault]
) -> dict[str, tuple[Parameter, ...]]:
    faults += variant_faults(records)
    found: dict[str, tuple[Parameter, ...]] = {}
    for one in records:
        parameter = normalised(one, faults)
        found[parameter.id] = (*found.get(parameter.id, ()), parameter)
    return found


def _scope(vocabulary: Vocabulary, parameters: Mapping[str, tuple[Parameter, ...]]) -> Scope:
    fields = {name: FIELD_TYPES[one.type] for name, one in vocabulary.fields.items()}
    return build_scope(
        kinds={
            kind.id: {name: fields[name] for name in kind.fields}
            for kind in vocabulary.kinds.values()
        },
        roles=frozenset(vocabulary.roles),
        parameters={name: parameter_type(variants[0]) for name, variants in parameters.items()},
    )


def _project_scope(
    attributes: Mapping[str, Attribute], parameters: Mapping[str, tuple[Parameter, ...]]
) -> Scope:
    return build_project_scope(
        attributes={name: FIELD_TYPES[one.type] for name, one in attributes.items()},
        parameters={name: parameter_type(variants[0]) for name, variants in parameters.items()},
    )


def _overlay_phrases(
    places: Sequence[Located[Jurisdiction]], compiler: RuleCompiler
) -> dict[Words, Phrase]:
    found: dict[Words, Phrase] = {}
    for one in places:
        for index, overlay in enumerate(one.record.overlays or ()):
            if overlay.remedy:
                steps = ("overlays", index, "remedy")
                found[overlay.remedy] = compiler.phrase(one, overlay.remedy, *steps)
    return found


def _linked(records: _Records, vocabulary: Vocabulary) -> list[Fault]:
    everything: list[Sequence[Located[Any]]] = [
        records.regulations,
        records.items,
        records.authorities,
        records.attributes,
        records.places,
    ]
    faults = [fault for group in everything for fault in duplicates(group)]
    faults += regulation_faults(records.regulations)
    faults += attribute_faults(records.attributes)
    known = KnownIds(
        kinds=frozenset(vocabulary.kinds),
        authorities=frozenset(one.record.id for one in records.authorities),
    )
    faults += item_faults(records.items, known)
    faults += place_faults(records.places, {one.record.id for one in records.rules})
    faults += rule_faults(
        records.rules,
        items={one.record.id for one in records.items},
        places={one.record.id for one in records.places},
    )
    citing = Citing(
        rules=records.rules,
        items=records.items,
        authorities=records.authorities,
        places=records.places,
        parameters=records.parameters,
        never_asked=records.never_asked,
    )
    regulations = {one.record.id: one.record for one in records.regulations}
    faults += citation_faults(citing, regulations)
    return faults


def _spots(records: _Records) -> dict[str, tuple[str, int]]:
    """Return where records stand that a later look at the graph may find fault with."""
    groups: tuple[tuple[str, Sequence[Located[Any]]], ...] = (
        ("item", records.items),
        ("parameter", records.parameters),
        ("jurisdiction", records.places),
    )
    found = {
        f"{kind}:{one.record.id}": (one.file, one.spot().line)
        for kind, group in groups
        for one in group
    }
    for item in records.items:
        for index, asked in enumerate(item.record.materials or ()):
            line = item.spot("materials", index).line
            found[f"material:{item.record.id}/{asked.kind}"] = (item.file, line)
    return found


def _deciding_files(root: FilePath) -> list[FilePath]:
    cases = root / "cases"
    return [path for path in yaml_files(root) if cases not in path.parents]


def _digest(root: FilePath) -> str:
    """Return SHA-256 over the names and texts of all files that decide verdicts."""
    digest = hashlib.sha256()
    for path in _deciding_files(root):
        name, text = path.relative_to(root).as_posix(), read_text(path, root=root)
        for part in (name, text):
            data = part.encode()
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def load_examples(content: FilePath | None = None) -> tuple[Located[ExampleFile], ...]:
    """Return the example files of a content folder, sorted by path.

    Raises:
        RulesFault: A file is at fault, or two are of one check.
    """
    root = (content or CONTENT).resolve()
    collector = Collector()
    found = _folder(root, "cases", _EXAMPLES, collector)
    collector.faults += duplicates(found, key="check")
    if collector.faults:
        raise RulesFault(collector.faults)
    return tuple(found)
