"""Layout families in folds, so that every family is read by a network that never saw it."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

from corpus.making import families
from corpus.values import kind_names

FOLDS: Final = 3
_DRAWN: Final = ("g-", "o-")
"""Families of the grammars: one arrangement for many kinds, so it is left out of all at once."""


def fold_of(kind: str, family: str) -> int:
    """Return the fold that a family belongs to; folds are of about one size.

    Raises:
        KeyError: No such family in the corpus.
    """
    return _folds()[_key(kind, family)]


def _key(kind: str, family: str) -> str:
    return family if family.startswith(_DRAWN) else f"{kind}/{family}"


@cache
def _folds() -> dict[str, int]:
    keys = {_key(kind, family) for kind in kind_names() for family in families(kind)}
    shuffled = sorted(keys, key=lambda key: hashlib.sha256(key.encode()).hexdigest())
    parts: dict[str, list[str]] = {}
    for key in shuffled:
        parts.setdefault(key[:2] if key.startswith(_DRAWN) else "", []).append(key)
    return {key: at % FOLDS for part in parts.values() for at, key in enumerate(part)}
