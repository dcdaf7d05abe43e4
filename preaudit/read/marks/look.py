"""A closer look at one patch of a page: which rims and frames of seals stand in it."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.marks.crossed import find_crossed
from preaudit.read.marks.frames import find_frames
from preaudit.read.marks.ink import Inks, Plane, inks
from preaudit.read.marks.patches import COLOURED, COLOURED_LEAST, LEAST_INK_MM2, Patch, radius_mm
from preaudit.read.marks.picture import Picture
from preaudit.read.marks.rims import (
    Rim,
    around,
    circles,
    fitted,
    off,
    plausible,
    sample,
    side_support,
)
from preaudit.read.marks.seal import Seal, framed

_FILLING = 0.32
_MOST = 8
"""Candidates of a patch that are looked at more closely."""
_VOTES = 0.22
_COARSE_MM = 130.0
"""Size of a patch beyond which rims are voted for on a picture of half its size."""
_PLAUSIBLE = 0.54
"""Share of a rim voted for at which a line must stand to be followed."""
_EDGE_COLOURED = 0.08
_EDGE_GREY = 0.05
_FULL = 0.7
"""Strength to which pale coloured ink is brought before a rim is followed on it."""
_AROUND = 0.35
"""How much further out a rim may be followed than votes are counted, as a share of the patch."""
_SUPPORT = 0.7
_SUPPORT_COLOURED = 0.6
"""Red writing is rare; blue and black writing is not, so only red earns trust."""
_SUPPORT_OVAL = 0.8
"""An ellipse has more freedom to follow what is no rim."""
_VISIBLE_CUT = 0.6
"""Share of a rim that is on the page at least; what is beyond it is cut off."""
_VISIBLE_ASIDE = 0.62
"""The same where a side of the page cuts it: less is a paging seal's slice."""
_VISIBLE_OVAL = 0.93
"""Of an oval, which can be made to fit a slice."""
_INKED_GREY = 0.1
_FAINTEST = 0.1
"""Least share of light a rim takes away; guilloches and show-through stay below."""
_FILL = (0.05, 0.62)
"""Share of a seal's inside that is inked: more than an empty ring, less than a disc."""
_BY_THE_EDGE_MM = 18.0
"""A rim of desk may show beside the paper."""
_HALF_DRAWN = 0.4
_OVAL = 1.18
"""Ratio of the semi-axes from which on a seal is oval."""
_OVAL_SQUEEZE = 2 / 3
"""The usual oval seal is 45 x 30 mm."""
_OVAL_SIDE_MM = (24.0, 95.0)
_OVAL_INK_MM2 = 60.0
"""Ink of an oval seal at least, its rim and its letters."""
_GROWN = 1.07
"""How far out, as a share of the radius, ink may lie that still is the rim's."""


class Look:
    """A closer look at one patch."""

    def __init__(self, picture: Picture, patch: Patch) -> None:
        self._picture, self._patch = picture, patch
        small = picture.small
        plane = {"red": small.red, "blue": small.blue}.get(patch.colour, small.any)
        self._plane: Plane = np.ascontiguousarray(plane[patch.span])
        if patch.colour != "grey":
            self._plane = _strengthened(self._plane)
        self._edge = _EDGE_GREY if patch.colour == "grey" else _EDGE_COLOURED
        times = picture.half_per_small
        margin = times * max(6, round(_AROUND * max(self._plane.shape)))
        self._left, self._top = (
            max(0, patch.left * times - margin),
            max(0, patch.top * times - margin),
        )
        part = picture.half[
            self._top : patch.bottom * times + margin, self._left : patch.right * times + margin
        ]
        self._inks: Inks = inks(np.ascontiguousarray(part))
        planes = {"red": self._inks.red, "blue": self._inks.blue}
        self._ink: Plane = planes.get(patch.colour, self._inks.any)
        self._clear = self._ink if patch.colour == "grey" else _strengthened(self._ink)

    @property
    def may_be_turned(self) -> bool:
        """Whether the patch has the size of an oval seal, alone or with another."""
        sides = [float(side / self._picture.unit) for side in self._plane.shape]
        if min(sides) < _OVAL_SIDE_MM[0] or max(sides) > _OVAL_SIDE_MM[1]:
            return False
        inked = np.count_nonzero(self._plane > COLOURED)
        return bool(inked >= _OVAL_INK_MM2 * self._picture.unit**2)

    def rounds(self, *, filling: bool) -> list[Rim]:
        """Return the likeliest circles in pixels of the closer picture.

        Args:
            filling: Only those that fill much of the patch: large letters make many small ones.
        """
        low, high = self._radii()
        fill = max(low, min(high, round(_FILLING * min(self._plane.shape))))
        radii = (fill, high) if filling else (low, min(high, round(1.2 * fill)))
        return self._closer(self._voted(self._plane, radii, _MOST))

    def ovals(self, degrees: float) -> list[Rim]:
        """Return the likeliest ovals, turned by about so much, in pixels of the closer picture."""
        low, high = self._radii()
        radii = (max(6, round(low * 0.8)), max(8, round(high * 0.7)))
        turned, back = _turned(self._plane, degrees)
        found = self._voted(turned, radii, _MOST // 2, squeeze=_OVAL_SQUEEZE)
        return self._closer([_placed(rim, back, degrees) for rim in found])

    def _voted(
        self, plane: Plane, radii: tuple[int, int], most: int, *, squeeze: float = 1.0
    ) -> list[Rim]:
        """Return the rims that edges vote for; those of a coarser picture where that will do."""
        if max(self._plane.shape) <= _COARSE_MM * self._picture.unit:
            return circles(plane, radii=radii, most=most, squeeze=squeeze, edge=self._edge)
        half = (radii[0] // 2, math.ceil(radii[1] / 2))
        found = circles(
            _halved(plane), radii=half, most=most, squeeze=squeeze, edge=0.7 * self._edge
        )
        return [replace(rim.scaled(2), support=rim.support) for rim in found]

    def _radii(self) -> tuple[int, int]:
        """Return the least and the largest radius that a patch of this size may hold."""
        unit = self._picture.unit
        side = max(self._plane.shape)
        low, high = radius_mm(self._picture)
        return math.floor(low * unit), min(math.ceil(high * unit), math.ceil(0.75 * side))

    def _closer(self, found: list[Rim]) -> list[Rim]:
        times, patch = self._picture.half_per_small, self._patch
        dx, dy = patch.left * times - self._left, patch.top * times - self._top
        closer = []
        for rim in found:
            if rim.support >= _VOTES:
                bigger = rim.scaled(times)
                bigger = replace(bigger, x=bigger.x + dx, y=bigger.y + dy)
                if plausible(self._clear, bigger, share=_PLAUSIBLE):
                    closer.append(bigger)
        return closer

    def settle(self, rims: list[Rim], found: list[Seal]) -> None:
        """Add the seals that stand where these rims were voted for."""
        for rim in rims:
            if not any(_within(rim, seal.rim, self._left, self._top) for seal in found):
                seal = self.seal(rim)
                found += [seal] if seal else []

    def seal(self, rim: Rim) -> Seal | None:
        """Return the seal whose rim is near `rim`, if there is one."""
        found = fitted(self._clear, rim)
        if found is None:
            return None
        colour = _seals_colour(self._inks, found, self._sizes())
        if not colour:
            return None
        if found.visible < _VISIBLE_ASIDE and self._cut_aside(found):
            return None
        if self._is_slice(found):
            return None
        ratio = max(found.across, found.down) / min(found.across, found.down)
        if ratio > _OVAL and found.visible < _VISIBLE_OVAL and self._cut_aside(found):
            return None
        return Seal(
            rim=replace(found, x=found.x + self._left, y=found.y + self._top),
            colour=colour,
            shape="oval" if ratio > _OVAL else "round",
        )

    def _is_slice(self, rim: Rim) -> bool:
        """Whether a rim by a side of the page is drawn on that side only, as a paging seal's is."""
        left, _, right, _ = rim.bounds()
        width = self._picture.half.shape[1]
        near = _BY_THE_EDGE_MM * self._picture.unit * self._picture.half_per_small
        gaps = (left + self._left, width - (right + self._left))
        if min(gaps) > near:
            return False
        drawn = side_support(self._clear, rim)
        return bool(drawn[0 if gaps[0] > gaps[1] else 1] < _HALF_DRAWN)

    def _cut_aside(self, rim: Rim) -> bool:
        """Whether more of a rim lies beyond a side of the page than above or below it."""
        left, top, right, bottom = rim.bounds()
        height, width = self._picture.half.shape[:2]
        aside = max(-(left + self._left), right + self._left - width)
        return bool(aside > max(-(top + self._top), bottom + self._top - height))

    def frames(self, found: list[Seal]) -> list[Seal]:
        """Return the seals with straight sides."""
        grey = self._patch.colour == "grey"
        ink = self._ink
        mask = np.asarray(cv2.compare(ink, _INKED_GREY if grey else COLOURED, cv2.CMP_GT) & 1)
        ys, xs = np.nonzero(mask)
        spots = np.stack([xs + self._left, ys + self._top], axis=-1).astype(np.float32)
        for seal in found:
            known = off(seal.rim, spots) <= _GROWN
            mask[ys[known], xs[known]] = 0
        unit = self._picture.unit * self._picture.half_per_small
        return [
            framed(frame.placed(self._left, self._top, 1), self._patch.colour)
            for frame in find_frames(ink, mask, px_per_mm=unit, alone=grey)
        ]

    def crossed(self) -> list[Seal]:
        """Return the square seals that lie over others."""
        patch, times = self._patch, self._picture.half_per_small
        place = (float(times), patch.left * times - self._left, patch.top * times - self._top)
        return [
            replace(framed(frame.placed(self._left, self._top, 1), patch.colour), over=True)
            for frame in find_crossed(
                self._plane, self._clear, px_per_mm=self._picture.unit, place=place
            )
        ]

    def _sizes(self) -> tuple[float, float]:
        unit = self._picture.unit * self._picture.half_per_small
        low, high = radius_mm(self._picture)
        return low * unit, high * unit

    def unexplained(self, found: list[Seal]) -> bool:
        """Whether the patch bears more ink than these seals have."""
        mask = (self._plane > COLOURED).astype(np.uint8)
        times, patch = self._picture.half_per_small, self._patch
        ys, xs = np.nonzero(mask)
        spots = np.stack([xs + patch.left, ys + patch.top], axis=-1).astype(np.float32)
        for seal in found:
            spots = spots[off(seal.rim.scaled(1 / times), spots) > _GROWN]
        return len(spots) >= LEAST_INK_MM2 * self._picture.unit**2


def _halved(plane: Plane) -> Plane:
    """Return a plane at half its size; an odd last row or column is left out."""
    height, width = (side // 2 * 2 for side in plane.shape)
    size = (width // 2, height // 2)
    return np.asarray(
        cv2.resize(plane[:height, :width], size, interpolation=cv2.INTER_AREA), dtype=np.float32
    )


def _turned(plane: Plane, degrees: float) -> tuple[Plane, NDArray[np.float64]]:
    """Return a plane turned anticlockwise, and the matrix that leads back to it."""
    if degrees == 0:
        return plane, np.eye(2, 3)
    height, width = plane.shape
    side = math.ceil(math.hypot(height, width))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    matrix[:, 2] += ((side - width) / 2, (side - height) / 2)
    turned = cv2.warpAffine(plane, matrix, (side, side))
    return np.asarray(turned, dtype=np.float32), np.asarray(cv2.invertAffineTransform(matrix))


def _placed(rim: Rim, back: NDArray[np.float64], degrees: float) -> Rim:
    """Return a rim of a plane that was turned, on the plane as it was."""
    x, y = (float(value) for value in back @ np.array([rim.x, rim.y, 1.0]))
    return replace(rim, x=x, y=y, turn=math.radians(degrees))


def _strengthened(ink: Plane) -> Plane:
    """Return coloured ink brought to full strength, however pale it is."""
    inked = ink[ink > COLOURED_LEAST]
    full = float(np.quantile(inked, 0.9)) if inked.size else _FULL
    return np.asarray(np.minimum(1.0, ink * (_FULL / max(0.05, full))), dtype=np.float32)


def _within(rim: Rim, known: Rim, left: int, top: int) -> bool:
    """Whether a rim voted for is that of a known seal, or of a part of it."""
    gap = math.hypot(rim.x + left - known.x, rim.y + top - known.y)
    return gap + rim.radius < 1.15 * known.radius


def _seals_colour(ink: Inks, rim: Rim, radii: tuple[float, float]) -> str:
    """Return a seal's colour; empty unless a rim has a seal's size, completeness and inside."""
    if rim.visible < _VISIBLE_CUT or not 0.95 * radii[0] <= rim.radius <= 1.2 * radii[1]:
        return ""
    if not 1 / 1.8 <= rim.across / rim.down <= 1.8:  # noqa: PLR2004 - ovals are 1.5, askew or not
        return ""
    if rim.support < _SUPPORT_COLOURED:
        return ""
    colour, strength = colour_of(ink, rim)
    enough = _SUPPORT_COLOURED if colour == "red" else _SUPPORT
    if max(rim.across, rim.down) > _OVAL * min(rim.across, rim.down):
        enough = _SUPPORT if colour == "red" else _SUPPORT_OVAL
    whole = rim.support >= enough and strength >= _FAINTEST and _inside(ink, rim, strength)
    return colour if whole else ""


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
