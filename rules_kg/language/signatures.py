"""The functions of the language: what they take and what they give.

What they do is written in `preaudit.check.functions`; a test holds the two lists equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rules_kg.language.types import Simple, Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a function takes and gives."""

    takes: tuple[Type, ...]
    gives: Type
    method: bool = False
    """Written `first.name(rest)`."""


_TEXTS = (Simple.TEXT, Simple.TEXT)
_COMPARES = Signature(takes=_TEXTS, gives=Simple.BOOL)
_SEARCHES = Signature(takes=_TEXTS, gives=Simple.BOOL, method=True)
_TESTS = Signature(takes=(Simple.TEXT,), gives=Simple.BOOL)

FUNCTIONS: Mapping[str, Signature] = MappingProxyType(
    {
        "contains": _SEARCHES,
        "startsWith": _SEARCHES,
        "endsWith": _SEARCHES,
        "matches": _SEARCHES,
        "same_name": _COMPARES,
        "same_person": _COMPARES,
        "same_text": _COMPARES,
        "same_project": _COMPARES,
        "same_place": _COMPARES,
        "uscc_ok": _TESTS,
        "organisation_code_ok": _TESTS,
        "id_ok": _TESTS,
        "likeness": Signature(takes=_TEXTS, gives=Simple.DECIMAL),
        "rim_likeness": Signature(takes=_TEXTS, gives=Simple.DECIMAL),
        "fold": Signature(takes=(Simple.TEXT,), gives=Simple.TEXT),
        "days_between": Signature(takes=(Simple.DATE, Simple.DATE), gives=Simple.INTEGER),
    }
)
"""Functions of values alone."""

COMPARING = frozenset(name for name, one in FUNCTIONS.items() if one is _COMPARES)
"""Those that `agree` can use."""
TOLERANT = frozenset({"within", "share_within"})
"""Functions of two amounts of one sort and a tolerance."""
OF_KINDS = frozenset({"papers", "handed_in"})
"""Functions of kind ids written out."""
OF_ROLES = frozenset({"sealed", "signed"})
"""Functions of a material and a role id written out."""
SPECIAL = frozenset({"size", "date", "maybe"}) | TOLERANT | OF_KINDS | OF_ROLES
MACROS = frozenset({"has", "blank", "agree", "all", "exists", "exists_one", "filter", "map"})
ALL_NAMES = frozenset(FUNCTIONS) | SPECIAL | MACROS
