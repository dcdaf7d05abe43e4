"""What the functions of the rule language do with known values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from preaudit.check.addresses import same_place
from preaudit.check.answers import LONG_TERM
from preaudit.check.codes import id_ok, organisation_code_ok, uscc_ok
from preaudit.check.folding import (
    fold,
    fold_project,
    same_name,
    same_person,
    same_project,
    same_text,
)

_LONGEST_SEARCHED = 4000


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None


def matches(text: str, pattern: str) -> bool | None:
    """Return whether a pattern is found in a text; None for a pattern or text beyond reason."""
    compiled = _pattern(pattern)
    if compiled is None or len(text) > _LONGEST_SEARCHED:
        return None
    return compiled.search(text) is not None


def days_between(start: object, end: object) -> int | None:
    """Return the days from one day to another; None when one is 长期."""
    if start is LONG_TERM or end is LONG_TERM:
        return None
    assert isinstance(start, date)  # noqa: S101 - the type check lets only dates through
    assert isinstance(end, date)  # noqa: S101
    return (end - start).days


def within(left: Decimal, right: Decimal, tolerance: Decimal) -> bool:
    """Return whether two amounts differ by at most a tolerance."""
    return abs(left - right) <= tolerance


def share_within(left: Decimal, right: Decimal, share: Decimal) -> bool:
    """Return whether two amounts differ by at most a share of the second."""
    return abs(left - right) <= abs(right) * share


@lru_cache(maxsize=4096)
def likeness(left: str, right: str) -> Decimal:
    """Return how alike two names are, 0..1: the share of characters in common runs (symmetric).

    Source: Ratcliff and Metzener, "Pattern Matching: The Gestalt Approach", Dr. Dobb's, 1988.
    """
    return _ratio(*sorted((fold_project(left), fold_project(right))))


def _ratio(one: str, other: str) -> Decimal:
    if one == other:
        return Decimal(1)
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return Decimal(str(round(ratio, 4)))


@lru_cache(maxsize=4096)
def rim_likeness(rim: str, name: str) -> Decimal:
    """Return how alike the text along a seal's rim and a name are, wherever reading began.

    A rim has no beginning: the text is turned so that the longest run it shares with the name
    stands where it stands in the name.
    """
    around, plain = fold(rim), fold(name)
    if around == plain:
        return Decimal(1)
    run = SequenceMatcher(None, around * 2, plain, autojunk=False).find_longest_match()
    turn = (run.a - run.b) % len(around) if around else 0
    return max(likeness(rim, name), _ratio(around[turn:] + around[:turn], plain))


def _contains(text: str, part: str) -> bool:
    return part in text


READ_FOR_READ: frozenset[Callable[..., Any]] = frozenset(
    {same_name, same_person, same_text, same_project, uscc_ok, organisation_code_ok, id_ok}
)
"""Functions whose no may be owed to a slip of reading (see `preaudit.check.slips`)."""

VALUE_FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "contains": _contains,
        "startsWith": str.startswith,
        "endsWith": str.endswith,
        "matches": matches,
        "same_name": same_name,
        "same_person": same_person,
        "same_text": same_text,
        "same_project": same_project,
        "same_place": same_place,
        "uscc_ok": uscc_ok,
        "organisation_code_ok": organisation_code_ok,
        "id_ok": id_ok,
        "likeness": likeness,
        "rim_likeness": rim_likeness,
        "fold": fold,
        "days_between": days_between,
        "within": within,
        "share_within": share_within,
    }
)
"""By name; a function that returns None cannot say."""
