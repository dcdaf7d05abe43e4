"""Doubtful values that another paper of the case confirms.

A reader that is unsure of a name reads it right, or reads something that stands nowhere else: it
does not by chance misread it into the very name on another paper. So a value that was legible but
not sure enough counts as found when another paper says the same of the same field, letter by
letter. That a name stands elsewhere in another role says nothing about its role here; only what a
certificate says of its own holder may be confirmed by any role. Only what can hardly coincide
confirms anything: names, persons, codes, texts and sums, never dates or counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from preaudit.case import Material
from preaudit.extract.values.reading import field_types
from preaudit.fields import Field, FieldState, canonical
from preaudit.folding import compact

_CONFIRMING: Final = frozenset({"name", "person", "code", "text", "money", "area"})
_OF_HOLDER: Final = frozenset(
    {"holder_name", "holder_uscc", "holder_person", "holder_address", "employer_name"}
)
_LEAST_LETTERS: Final = {"person": 2, "money": 6, "area": 6}
_OTHERWISE: Final = 5
"""Letters that a text, a name or a code has at least."""
_ANOTHER: Final = 0.5
"""A second reading this probable says that the paper may contradict itself: nothing confirms it."""
_DOUBT_LEFT: Final = 0.1
"""Of the doubt in a value, what is left when another paper confirms it."""


def corroborated(materials: Sequence[Material]) -> tuple[Material, ...]:
    """Return the materials with doubtful values found where another paper confirms them."""
    said = _said(materials)
    return tuple(
        replace(
            material,
            fields=tuple(_confirmed(field, at, said) for field in material.fields),
        )
        for at, material in enumerate(materials)
    )


Said = Mapping[tuple[str, str], set[int]]
"""Field id, or type for what may be confirmed by any role, and value: numbers of papers."""


def _said(materials: Sequence[Material]) -> Said:
    """Return on which papers each value was found for sure."""
    said: dict[tuple[str, str], set[int]] = defaultdict(set)
    for at, material in enumerate(materials):
        for field in material.fields:
            value = _value(field)
            if value and field.state is FieldState.FOUND:
                said[field.name, value].add(at)
                said[field_types()[field.name], value].add(at)
    return said


def _value(field: Field) -> str:
    """Return a value as one text; empty for one that confirms nothing."""
    kind = field_types().get(field.name, "")
    if field.value is None or kind not in _CONFIRMING:
        return ""
    value = compact(str(canonical(field.value)))
    return value if len(value) >= _LEAST_LETTERS.get(kind, _OTHERWISE) else ""


def _confirmed(field: Field, at: int, said: Said) -> Field:
    value = _value(field)
    if field.state is not FieldState.AMBIGUOUS or not value:
        return field
    scope = field_types()[field.name] if field.name in _OF_HOLDER else field.name

    def elsewhere(text: str) -> bool:
        return bool(said.get((scope, text), set()) - {at})

    contested = any(
        one.confidence >= _ANOTHER or elsewhere(compact(one.raw)) for one in field.runners_up
    )
    if contested or not elsewhere(value):
        return field
    confidence = 1 - _DOUBT_LEFT * (1 - field.confidence)
    return replace(
        field,
        state=FieldState.FOUND,
        confidence=round(confidence, 4),
        reason="与另一份材料所载一致",
    )
