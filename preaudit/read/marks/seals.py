"""Finding round and oval seals of any colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from preaudit.read.marks.ink import Inks
from preaudit.read.marks.rims import Rim, around, circles, distinct, fitted, off, sample

_MOST = 12
"""Candidates that are looked at more closely."""
_VOTES = 0.25
_SUPPORT = 0.72
_SUPPORT_COLOURED = 0.6
"""Red writing is rare; blue and black writing is not, so only red earns trust."""
_SUPPORT_OVAL = 0.8
"""An ellipse has more freedom to follow what is no rim."""
_VISIBLE = 0.9
_FAINTEST = 0.16
"""Least share of light a rim takes away; guilloches and show-through stay below."""
_FILL = (0.05, 0.62)
"""Share of a seal's inside that is inked: more than an empty ring, less than a disc."""
_WITHIN = 0.7
"""Share of a rim that lies within another one when it is part of that seal."""
_OVAL = 1.18
"""Ratio of the semi-axes from which on a seal is oval."""
_OVAL_SQUEEZE = 2 / 3
"""The usual oval seal is 45 x 30 mm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A seal's rim, in pixels of the plane it was found on, and its look."""

    rim: Rim
    colour: str
    shape: str


def find_seals(ink: Inks, *, radii: tuple[int, int]) -> list[Seal]:
    """Return the whole seals on a page, best supported first.

    Args:
        ink: The page, reduced so that rims are one or two pixels wide.
        radii: Smallest and largest radius of a seal in pixels.
    """
    ovals = (max(6, round(radii[0] * 0.8)), max(8, round(radii[1] * 0.65)))
    found = circles(ink.any, radii=radii, most=_MOST)
    found += circles(ink.any, radii=ovals, most=_MOST // 2, squeeze=_OVAL_SQUEEZE)
    rims = [rim for each in found if each.support >= _VOTES if (rim := fitted(ink.any, each))]
    sound = [rim for rim in rims if _is_seal(ink, rim, radii)]
    return [_described(ink, rim) for rim in _outermost(distinct(sound))]


def _is_seal(ink: Inks, rim: Rim, radii: tuple[int, int]) -> bool:
    """Whether a rim has the size, the completeness and the inside of a seal."""
    if rim.visible < _VISIBLE or not 0.95 * radii[0] <= rim.radius <= 1.2 * radii[1]:
        return False
    if not 1 / 1.8 <= rim.across / rim.down <= 1.8:  # noqa: PLR2004 - ovals are 1.5, askew or not
        return False
    colour, strength = colour_of(ink, rim)
    enough = _SUPPORT_COLOURED if colour == "red" else _SUPPORT
    if max(rim.across, rim.down) > _OVAL * min(rim.across, rim.down):
        enough = _SUPPORT_OVAL
    return rim.support >= enough and strength >= _FAINTEST and _inside(ink, rim, strength)


def _inside(ink: Inks, rim: Rim, strength: float) -> bool:
    """Whether the inside is neither empty nor full."""
    left, top, right, bottom = (round(side) for side in rim.bounds())
    patch = ink.any[max(0, top) : bottom + 1, max(0, left) : right + 1]
    ys, xs = np.mgrid[0 : patch.shape[0], 0 : patch.shape[1]].astype(np.float32)
    spots = np.stack([xs + max(0, left), ys + max(0, top)], axis=-1)
    within = off(rim, spots) < 0.88  # noqa: PLR2004 - clear of the rim itself
    share = float((patch[within] > 0.5 * strength).mean()) if within.any() else 0.0
    return _FILL[0] <= share <= _FILL[1]


def colour_of(ink: Inks, rim: Rim) -> tuple[str, float]:
    """Return a rim's colour and how much light it takes away."""
    angles = around(120)
    grid = rim.points(angles[:, None], np.array([0.98, 1.0, 1.02])[None, :])
    total = sample(ink.any, grid).max(axis=1)
    seen = total > 0
    if not seen.any():
        return "grey", 0.0
    strength = float(np.median(total[seen]))
    for name, plane in (("red", ink.red), ("blue", ink.blue)):
        if float(np.median(sample(plane, grid).max(axis=1)[seen])) > 0.4 * strength:
            return name, strength
    return "grey", strength


def _outermost(rims: list[Rim]) -> list[Rim]:
    """Return the rims that do not lie inside another one."""
    return [rim for rim in rims if not any(_holds(other, rim) for other in rims)]


def _holds(outer: Rim, inner: Rim) -> bool:
    """Whether `inner` is made up of what stands within `outer`, such as letters in a row."""
    if inner is outer or inner.across * inner.down >= outer.across * outer.down:
        return False
    angles = around(72)
    spots = inner.points(angles, np.ones_like(angles)).astype(np.float32)
    return float((off(outer, spots) < 1.08).mean()) > _WITHIN  # noqa: PLR2004 - touching from within


def _described(ink: Inks, rim: Rim) -> Seal:
    """Return the rim with its colour and shape."""
    ratio = max(rim.across, rim.down) / min(rim.across, rim.down)
    return Seal(rim=rim, colour=colour_of(ink, rim)[0], shape="oval" if ratio > _OVAL else "round")
