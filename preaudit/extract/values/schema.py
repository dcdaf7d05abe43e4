"""Which fields a kind of paper carries, and their types: the vocabulary, read once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml


@cache
def field_types() -> dict[str, str]:
    """Return the type of every field id of the vocabulary."""
    text = files("rules_kg").joinpath("content/vocabulary.yaml").read_text(encoding="utf-8")
    return {name: entry["type"] for name, entry in yaml.safe_load(text)["fields"].items()}


@cache
def fields_of(kind: str) -> tuple[str, ...]:
    """Return the field ids that a kind of material carries."""
    return _fields_by_kind().get(kind, ())


@cache
def _fields_by_kind() -> dict[str, tuple[str, ...]]:
    text = files("rules_kg").joinpath("content/kinds.yaml").read_text(encoding="utf-8")
    kinds = yaml.safe_load(text)["kinds"]
    return {kind: tuple(entry["fields"]) for kind, entry in kinds.items()}
