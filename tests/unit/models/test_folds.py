"""Families of layouts in folds."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from corpus.making import families
from corpus.values import kind_names
from models.understanding.folds import FOLDS, fold_of

ALL = [(kind, family) for kind in kind_names() for family in families(kind)]


def test_every_family_has_a_fold() -> None:
    """Nothing in the corpus goes unread, and every fold has something to read."""
    assert {fold_of(kind, family) for kind, family in ALL} == set(range(FOLDS))


def test_a_drawn_family_is_left_out_of_all_kinds_at_once() -> None:
    """One arrangement for many kinds never teaches the network that is to meet it as new."""
    where = defaultdict(set)
    for kind, family in ALL:
        if family.startswith(("g-", "o-")):
            where[family].add(fold_of(kind, family))

    assert where
    assert all(len(folds) == 1 for folds in where.values())


def test_folds_are_of_about_one_size() -> None:
    """Each fold holds its share of the families written down and of those drawn."""
    for drawn in (True, False):
        own = {
            (family if drawn else f"{kind}/{family}"): fold_of(kind, family)
            for kind, family in ALL
            if family.startswith("g-") == drawn and not family.startswith("o-")
        }
        sizes = Counter(own.values())
        assert max(sizes.values()) - min(sizes.values()) <= 1


def test_an_unknown_family_is_an_error() -> None:
    """A paper that is not of the corpus is never taken for seen or unseen."""
    with pytest.raises(KeyError):
        fold_of("award-notice", "g-of-another-corpus")
