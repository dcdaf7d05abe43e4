"""Layout families in folds, so that every family is read by a network that never saw it."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

from corpus.families import ARRANGEMENTS
from corpus.making import families
from corpus.values import kind_names

FOLDS: Final = 5
"""Leaving out one family at a time would take as many networks as families."""
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


_SORTS: Final = ("drawn", "speaks", "other", "written")


def _sort(key: str) -> str:
    """Return what is spread evenly over folds: drawn families, those in running text apart."""
    if key in ARRANGEMENTS:
        return "speaks" if ARRANGEMENTS[key].speaks else "drawn"
    return "other" if key.startswith(_DRAWN) else "written"


@cache
def _folds() -> dict[str, int]:
    keys = {_key(kind, family) for kind in kind_names() for family in families(kind)}
    shuffled = sorted(keys, key=lambda key: hashlib.sha256(key.encode()).hexdigest())
    parts: dict[str, list[str]] = {}
    for key in shuffled:
        parts.setdefault(_sort(key), []).append(key)
    in_turn = [key for sort in _SORTS for key in parts[sort]]
    return {key: at % FOLDS for at, key in enumerate(in_turn)}
