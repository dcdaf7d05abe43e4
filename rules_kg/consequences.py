"""Faults that only follow from other faults, left out so that people see what to mend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from rules_kg.faults import Fault

_SOURCES: Mapping[str, str] = {
    "unknown_rule": "rules",
    "unknown_clause": "regulations",
    "unknown_regulation": "regulations",
    "unknown_item": "items",
    "unknown_authority": "authorities",
    "unknown_jurisdiction": "jurisdictions",
    "unknown_place": "jurisdictions",
    "no_root": "jurisdictions",
}
"""Code of a fault, and the folder in which the id that it misses would be defined."""


def roots(faults: Iterable[Fault], lost: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    """Yield the faults that do not merely follow from a record that could not be read.

    Args:
        faults: All faults, those of the lost records included.
        lost: Folder and id of each record that could not be read; no id where it has none or a
            whole file could not be read: then any id of that folder may be in it.
    """
    gone: dict[str, set[str]] = {}
    for folder, name in lost:
        gone.setdefault(folder, set()).add(name)
    for fault in faults:
        if not _follows(fault, gone):
            yield fault


def _follows(fault: Fault, gone: Mapping[str, set[str]]) -> bool:
    if fault.code == "unknown_member" and "param has no " in fault.message:
        names = gone.get("parameters", set())
    elif fault.code == "unknown_member" and "project has no " in fault.message:
        names = gone.get("attributes.yaml", set())
    else:
        names = gone.get(_SOURCES.get(fault.code, ""), set())
    return "" in names or any(
        re.search(rf"'{re.escape(name)}['#@]", fault.message) for name in names
    )
