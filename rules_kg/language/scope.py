"""The names that an expression may use, with their types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules_kg.language.types import ListOf, Record, Simple, Type

_TEXTS = ListOf(element=Simple.TEXT)
MARK = Record(
    name="mark",
    members={
        "owner": Simple.TEXT,
        "text": Simple.TEXT,
        "shape": Simple.TEXT,
        "colour": Simple.TEXT,
        "page": Simple.INTEGER,
    },
)
PLACE = Record(
    name="place",
    members={
        "role": Simple.TEXT,
        "wants": Simple.TEXT,
        "label": Simple.TEXT,
        "filled": Simple.BOOL,
        "page": Simple.INTEGER,
    },
)
SIGNAL = Record(
    name="signal",
    members={
        "name": Simple.TEXT,
        "file": Simple.TEXT,
        "page": Simple.INTEGER,
        "note": Simple.TEXT,
        "confidence": Simple.DECIMAL,
        "kind": Simple.TEXT,
    },
)
CASE = Record(
    name="case",
    members={
        "item": Simple.TEXT,
        "as_of": Simple.DATE,
        "jurisdiction": Simple.TEXT,
        "attributes": Record(name="attributes", members={}, open_to=Simple.TEXT),
    },
)
MARK_LISTS: Mapping[str, str] = {
    "seals": "seal",
    "paging_seals": "paging_seal",
    "signatures": "signature",
    "ticks": "tick",
    "qr_codes": "qr_code",
}
"""Members of a material that list its marks, and the mark's id."""
OF_EVERY_MATERIAL: Mapping[str, Type] = {
    "kind": Simple.TEXT,
    "instance": Simple.INTEGER,
    "file": Simple.TEXT,
    "media_type": Simple.TEXT,
    "page_count": Simple.INTEGER,
    "legible": Simple.BOOL,
    "flaws": _TEXTS,
    "settled": Simple.BOOL,
    "page_gap": Simple.BOOL,
    "claimed_kind": Simple.TEXT,
    "places": ListOf(element=PLACE),
    **{name: ListOf(element=MARK) for name in MARK_LISTS},
}
FIELD_TYPES: Mapping[str, Type] = {
    "text": Simple.TEXT,
    "name": Simple.TEXT,
    "person": Simple.TEXT,
    "code": Simple.TEXT,
    "enum": Simple.TEXT,
    "date": Simple.DATE,
    "integer": Simple.INTEGER,
    "decimal": Simple.DECIMAL,
    "money": Simple.MONEY,
    "area": Simple.AREA,
    "flag": Simple.BOOL,
    "list": _TEXTS,
}
"""Types of the vocabulary, and of parameters and their columns, as the language sees them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What expressions may name."""

    variables: Mapping[str, Type]
    kinds: Mapping[str, Record]
    """Kind id to what a material of that kind has."""
    roles: frozenset[str]

    def papers(self, kinds: tuple[str, ...]) -> Type:
        """Return the type of a list of materials of these kinds."""
        members: dict[str, Type] = {}
        for kind in kinds:
            members |= self.kinds[kind].members
        return ListOf(element=Record(name=" or ".join(kinds), members=members))


def build_scope(
    *,
    kinds: Mapping[str, Mapping[str, Type]],
    roles: frozenset[str],
    parameters: Mapping[str, Type],
) -> Scope:
    """Return the scope of all rules.

    Args:
        kinds: Kind id to its fields with their types.
        roles: Role ids.
        parameters: Parameter id to its type.
    """
    records = {
        kind: Record(name=kind, members={**OF_EVERY_MATERIAL, **fields})
        for kind, fields in kinds.items()
    }
    everything: dict[str, Type] = dict(OF_EVERY_MATERIAL)
    for fields in kinds.values():
        everything |= fields
    variables: dict[str, Type] = {kind.replace("-", "_"): one for kind, one in records.items()}
    variables |= {
        "case": CASE,
        "today": Simple.DATE,
        "filed_on": Simple.DATE,
        "materials": ListOf(element=Record(name="material", members=everything)),
        "signals": ListOf(element=SIGNAL),
        "unread": _TEXTS,
        "param": Record(name="param", members=parameters),
    }
    return Scope(variables=variables, kinds=records, roles=roles | {"issuing-authority"})


def build_project_scope(*, attributes: Mapping[str, Type], parameters: Mapping[str, Type]) -> Scope:
    """Return the scope of the conditions under which a project needs an item.

    Args:
        attributes: Attribute id to its type.
        parameters: Parameter id to its type.
    """
    variables: dict[str, Type] = {
        "project": Record(name="project", members=attributes),
        "param": Record(name="param", members=parameters),
    }
    return Scope(variables=variables, kinds={}, roles=frozenset())
