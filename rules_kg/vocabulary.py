"""The ids that rules, reports and truth files share, and the types behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules_kg.schema import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldKind:
    """A field id with its type and label."""

    id: str
    type: str
    """A type of the vocabulary, such as `name` or `money`."""
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of material with what it carries."""

    id: str
    title: Words
    fields: tuple[str, ...]
    marks: tuple[str, ...]

    @property
    def variable(self) -> str:
        """The name by which rules reach the first paper of this kind."""
        return self.id.replace("-", "_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Kinds, fields and roles by id."""

    kinds: Mapping[str, Kind]
    fields: Mapping[str, FieldKind]
    roles: Mapping[str, str]
    """Role id to its Chinese label."""
