"""Slices of seals on the edges of pages, put together to the seals they are of.

A paging seal is pressed once across fanned pages. Every slice tells the whole seal's radius, how
high it stands and how far its middle lies beyond the page's edge. Slices of one seal agree in the
first two, and the third moves on evenly from page to page; where it does not, or a page among the
others bears no slice, the pages that lie there may not be those that were sealed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from preaudit.case import PagingSeal
from preaudit.document import MarkKind, Page

_SURE: Final = 0.5
_RADIUS: Final = 0.2
"""Share by which radii of one seal may differ, measured on slices."""
_HEIGHT_MM: Final = 12.0
"""How far a seal may move up or down over the pages: they are never fanned quite straight."""
_STEP: Final = 0.45
"""Share of the radius by which a step from page to page may differ from the usual one."""
_LEAST: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slice:
    page: int
    edge: str
    colour: str
    beyond: float
    """How far the seal's middle is beyond the page's edge, in millimetres."""
    down: float
    radius: float


def paging_seals(pages: Sequence[Page]) -> tuple[PagingSeal, ...]:
    """Return the seals whose slices stand on the edges of these pages, the fullest first."""
    groups: list[list[_Slice]] = []
    for one in _slices(pages):
        home = next((group for group in groups if _fits(group, one)), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    numbers = [page.number for page in pages]
    found = [_seal(group, numbers) for group in groups if len(group) >= _LEAST]
    return tuple(sorted(found, key=lambda seal: (-len(seal.pages), seal.pages, seal.edge)))


def _slices(pages: Sequence[Page]) -> Iterable[_Slice]:
    for page in pages:
        for mark in page.marks:
            if (
                mark.kind is MarkKind.PAGING_SEAL
                and mark.rim is not None
                and mark.confidence >= _SURE
            ):
                beyond, down, radius = mark.rim
                yield _Slice(
                    page=page.number,
                    edge="left" if mark.box.centre[0] < 0.5 else "right",  # noqa: PLR2004 - middle
                    colour=mark.colour,
                    beyond=beyond,
                    down=down,
                    radius=radius,
                )


def _fits(group: Sequence[_Slice], one: _Slice) -> bool:
    """Whether a slice may be of the seal of these others."""
    last = group[-1]
    return (
        last.page != one.page
        and last.edge == one.edge
        and (last.colour == one.colour or "grey" in {last.colour, one.colour})
        and abs(last.radius - one.radius) <= _RADIUS * max(last.radius, one.radius)
        and abs(last.down - one.down) <= _HEIGHT_MM
    )


def _seal(group: Sequence[_Slice], numbers: Sequence[int]) -> PagingSeal:
    """Return the seal of these slices."""
    bearing = tuple(one.page for one in group)
    return PagingSeal(
        edge=group[0].edge,
        pages=bearing,
        bare=_bare(bearing, numbers),
        out_of_order=_out_of_order(group, numbers),
    )


def _bare(bearing: Sequence[int], numbers: Sequence[int]) -> tuple[int, ...]:
    """Return the pages without a slice; of sheets printed on both sides one side bears one."""
    for sides in (numbers, numbers[::2], numbers[1::2]):
        if len(sides) >= _LEAST and set(bearing) == set(sides):
            return ()
    return tuple(number for number in numbers if number not in bearing)


def _out_of_order(group: Sequence[_Slice], numbers: Sequence[int]) -> tuple[int, ...]:
    """Return the pages whose slice does not lie where it should, one step on from the last."""
    if len(group) < _LEAST + 1:
        return ()
    place = {number: index for index, number in enumerate(numbers)}
    steps = [
        (after.beyond - before.beyond) / (place[after.page] - place[before.page])
        for before, after in pairwise(group)
    ]
    usual = sorted(steps)[len(steps) // 2]
    slack = _STEP * group[0].radius
    return tuple(
        after.page
        for after, step in zip(group[1:], steps, strict=True)
        if abs(step - usual) > slack
    )
