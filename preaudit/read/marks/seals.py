"""Finding round and oval seals of any colour.

Coloured ink is rare on paper, so a page without any is done with at once, and on others only the
patches that bear it are searched. A grey seal (a photocopy's) is looked for only on pictures of
paper, and only where ink stands that neither the lines that were read nor rulings explain.
"""

from __future__ import annotations

import numpy as np

from preaudit.read.marks.look import Look
from preaudit.read.marks.patches import (
    Patch,
    by_a_person,
    coloured_patches,
    grey_patches,
    may_be_grey,
)
from preaudit.read.marks.picture import Picture
from preaudit.read.marks.rims import Rim, around, distinct, off
from preaudit.read.marks.seal import Seal, alike

_OVAL_TURNS = (0.0, 26.0, -26.0)
"""Degrees by which an oval seal may be turned, as far as votes must know."""
_WITHIN = 0.7
"""Share of a rim that lies within another one when it is part of that seal."""
_CENTRED = 0.8
_SUPPORT_WITHIN = 0.8
"""A rim whose middle lies in another seal is believed from this support on."""


def find_seals(picture: Picture) -> list[Seal]:
    """Return the whole seals on a page, best supported first."""
    found = [seal for patch in coloured_patches(picture) for seal in _in_patch(picture, patch)]
    if may_be_grey(picture):
        found += [
            seal for patch in grey_patches(picture, found) for seal in _in_patch(picture, patch)
        ]
    whole = _outermost(_distinct(found))
    scale = picture.full_per_half
    return [seal.scaled(scale) for seal in whole]


def _in_patch(picture: Picture, patch: Patch) -> list[Seal]:
    """Return the seals of a patch, with rims in pixels of the middle picture."""
    look = Look(picture, patch)
    found: list[Seal] = []
    look.settle(look.rounds(filling=True), found)
    if look.unexplained(found):
        look.settle(look.rounds(filling=False), found)
    turns = _OVAL_TURNS if look.may_be_turned else _OVAL_TURNS[:1]
    for degrees in turns:
        if look.unexplained(found):
            look.settle(look.ovals(degrees), found)
    if look.unexplained(found):
        found += look.frames(found)
    if found and by_a_person(picture, patch):
        crossed = look.crossed()
        found = [one for one in found if not any(alike(one, other) for other in crossed)]
        found += crossed
    return found


def _distinct(seals: list[Seal]) -> list[Seal]:
    """Return the best supported seals of which no two are one."""
    kept = {id(rim) for rim in distinct([seal.rim for seal in seals])}
    return [seal for seal in seals if id(seal.rim) in kept]


def _outermost(seals: list[Seal]) -> list[Seal]:
    """Return the seals that do not lie inside another one."""
    return [seal for seal in seals if not any(_holds(other.rim, seal.rim) for other in seals)]


def _holds(outer: Rim, inner: Rim) -> bool:
    """Whether `inner` is made up of what stands within `outer`, such as letters in a row."""
    if inner is outer or inner.across * inner.down >= outer.across * outer.down:
        return False
    centre = np.array([[inner.x, inner.y]], dtype=np.float32)
    reach = _CENTRED if inner.radius > 0.55 * outer.radius else 1.1
    if float(off(outer, centre)[0]) < reach and inner.support < _SUPPORT_WITHIN:
        return True
    angles = around(72)
    spots = inner.points(angles, np.ones_like(angles)).astype(np.float32)
    return float((off(outer, spots) < 1.08).mean()) > _WITHIN  # noqa: PLR2004 - touching from within
