"""What coded expressions call: operations on bare values that take more than one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from preaudit.check.arithmetic import CannotSayError, calculate, compare
from preaudit.check.bare import SILENT, UNKNOWN, BarePaper, Doubtful, Series, Unknown
from preaudit.check.slips import texts_may_slip
from rules_kg.language.syntax import Operator


def equal(left: Any, right: Any) -> Any:
    """Return whether two values are equal."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNKNOWN
    if isinstance(left, Series):
        return _equal_lists(left, right)
    return bool(left == right)


def different(left: Any, right: Any) -> Any:
    """Return whether two values are not equal."""
    found = equal(left, right)
    return found if found is UNKNOWN else not found


def _equal_lists(left: Series, right: Series) -> Any:
    everything = (*left.items, *right.items)
    unsure = any(isinstance(value, Unknown) for value, _ in everything)
    if unsure or not (left.certain and right.certain):
        return UNKNOWN
    return len(left.items) == len(right.items) and all(
        equal(one, other) is True
        for (one, _), (other, _) in zip(left.items, right.items, strict=False)
    )


def ordered(operator: Operator, left: Any, right: Any) -> Any:
    """Return whether two values stand in an order; for days beside 长期, and for unknowns."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNKNOWN
    return compare(operator, left, right)


def calculated(operator: Operator, left: Any, right: Any) -> Any:
    """Return a sum, product or joined text or list."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNKNOWN
    if isinstance(left, Series):
        return Series((*left.items, *right.items), hidden=left.hidden or right.hidden)
    try:
        value = calculate(operator, left, right)
    except CannotSayError:
        return UNKNOWN
    return _as_sure(value, left, right)


def _as_sure(value: Any, *given: Any) -> Any:
    """Return a value that is doubtful where it is a text made of a doubtful one."""
    if isinstance(value, str) and any(isinstance(one, Doubtful) for one in given):
        return Doubtful(value)
    return value


def negative(value: Any) -> Any:
    """Return a number with the other sign."""
    return value if isinstance(value, Unknown) else -value


def contained(value: Any, many: Any) -> Any:
    """Return whether a value is an element of a list, or a part of a text."""
    if isinstance(value, Unknown) or isinstance(many, Unknown):
        return UNKNOWN
    result: Any = UNKNOWN if many.hidden else False
    for element, maybe in many.items:
        same = equal(value, element)
        if same is True and not maybe:
            return True
        if same is not False:
            result = UNKNOWN
    return result


def item(many: Any, index: Any) -> Any:
    """Return the element at a place of a list."""
    if isinstance(many, Unknown) or isinstance(index, Unknown):
        return UNKNOWN
    if not many.certain or not 0 <= index < len(many.items):
        return UNKNOWN
    return many.items[index][0]


def size(value: Any) -> Any:
    """Return the length of a list or text."""
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, Series):
        return len(value.items) if value.certain else UNKNOWN
    return len(str(value))


def worked(act: Callable[..., Any], *given: Any) -> Any:
    """Return what a function gives of known values."""
    for one in given:
        if one is UNKNOWN or one is SILENT:
            return UNKNOWN if UNKNOWN in given else SILENT
    value = act(*given)
    if value is True or value is False:
        return value
    return UNKNOWN if value is None else _as_sure(value, *given)


def read(act: Callable[..., Any], *given: Any) -> Any:
    """Return what a function gives whose no may be owed to a slip of reading."""
    value = worked(act, *given)
    return UNKNOWN if value is False and _may_slip(given) else value


def _may_slip(given: tuple[Any, ...]) -> bool:
    doubted = any(isinstance(one, Doubtful) for one in given)
    return texts_may_slip(*given, certain=not doubted) if len(given) == 2 else doubted  # noqa: PLR2004


def agreed(many: Any, same: Callable[[str, str], bool | None]) -> Any:
    """Return whether all known values are pairwise the same (see `lists.agreement`)."""
    if isinstance(many, Unknown):
        return UNKNOWN
    unsure, count = False, 0
    texts: dict[str, bool] = {}  # each with whether nobody read it surely
    for value, maybe in many.items:
        if value is SILENT:
            continue
        if value is UNKNOWN or maybe:
            unsure = True
            continue
        count += 1
        doubted = isinstance(value, Doubtful)
        texts[value] = texts.get(value, True) and doubted
    told = list(texts.items())
    for rank, (one, one_doubted) in enumerate(told):
        for other, other_doubted in told[rank:]:
            alike = same(one, other)
            certain = not (one_doubted or other_doubted)
            if alike is False and not texts_may_slip(one, other, certain=certain):
                return False
            unsure = unsure or alike is not True
    return UNKNOWN if unsure or count < 2 else True  # noqa: PLR2004 - agreement takes two


def bears(paper: Any, role: str, function: str) -> Any:
    """Return whether the role's mark stands on a paper."""
    if isinstance(paper, BarePaper):
        return paper.bears(role, function)
    return UNKNOWN
