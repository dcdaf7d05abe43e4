"""Finding round and oval seals of any colour.

Coloured ink is rare on paper, so a page without any is done with at once, and on others only the
patches that bear it are searched. A grey seal (a photocopy's) is looked for only on pictures of
paper, and only where ink stands that neither the lines that were read nor rulings explain.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.marks.crossed import find_crossed
from preaudit.read.marks.frames import Frame, find_frames
from preaudit.read.marks.ink import Inks, Plane, inks
from preaudit.read.marks.picture import Picture
from preaudit.read.marks.rims import (
    Rim,
    around,
    circles,
    distinct,
    fitted,
    off,
    plausible,
    sample,
    side_support,
)

_RADIUS_MM = (8.5, 31.0)
"""From a small personal seal to the largest of an authority."""
_CLOSE_UP = 1.6
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
_COLOURED = 0.09
_COLOURED_LEAST = 0.05
_FULL = 0.7
"""Strength to which pale coloured ink is brought before a rim is followed on it."""
_LEAST_INK_MM2 = 16.0
_JOIN_MM = 2.6
_JOIN_GREY_MM = 4.5
_AROUND = 0.35
"""How much further out a rim may be followed than votes are counted, as a share of the patch."""
_FRAME_MM = 34.0
"""A straight coloured run of this length is a frame or a ruling."""
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
_WITHIN = 0.7
"""Share of a rim that lies within another one when it is part of that seal."""
_CENTRED = 0.8
_SUPPORT_WITHIN = 0.8
"""A rim whose middle lies in another seal is believed from this support on."""
_BY_THE_EDGE_MM = 18.0
"""A rim of desk may show beside the paper."""
_HALF_DRAWN = 0.4
_OVAL = 1.18
"""Ratio of the semi-axes from which on a seal is oval."""
_OVAL_SQUEEZE = 2 / 3
"""The usual oval seal is 45 x 30 mm."""
_PERSON = re.compile(r"签[字名章]|签署|代表人|负责人|代理人|经办人|法人|经理|工程师")
_LONGEST_LABEL = 40
_BY_A_PERSON_MM = 45.0
_OVAL_SIDE_MM = (24.0, 95.0)
_OVAL_TURNS = (0.0, 26.0, -26.0)
"""Degrees by which an oval seal may be turned, as far as votes must know."""
_GROWN = 1.07
"""How far out, as a share of the radius, ink may lie that still is the rim's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A seal's rim in pixels of the page, and its look."""

    rim: Rim
    """Of a seal with straight sides: the circle around its middle that is about as large."""
    colour: str
    shape: str
    frame: Frame | None = None
    """The sides of a seal that has straight ones."""
    over: bool = False
    """Whether it lies over another seal where a person is asked to sign."""

    def bounds(self) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom."""
        return self.frame.bounds() if self.frame else self.rim.bounds()

    def scaled(self, factor: float) -> Seal:
        """Return the same seal on a page whose sides are `factor` times as long."""
        return replace(
            self,
            rim=self.rim.scaled(factor),
            frame=self.frame.placed(0, 0, factor) if self.frame else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Patch:
    """A part of the small picture, half-open, in which one ink is searched."""

    left: int
    top: int
    right: int
    bottom: int
    colour: str

    @property
    def span(self) -> tuple[slice, slice]:
        """Rows and columns."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


def find_seals(picture: Picture) -> list[Seal]:
    """Return the whole seals on a page, best supported first."""
    found = [seal for patch in _coloured_patches(picture) for seal in _in_patch(picture, patch)]
    if may_be_grey(picture):
        found += [
            seal for patch in _grey_patches(picture, found) for seal in _in_patch(picture, patch)
        ]
    whole = _outermost(_distinct(found))
    scale = picture.full_per_half
    return [seal.scaled(scale) for seal in whole]


def _radius_mm(picture: Picture) -> tuple[float, float]:
    """Return the least and the largest radius; a picture of unknown size may be of half a page."""
    low, high = _RADIUS_MM
    return (low, high) if picture.sized else (low, _CLOSE_UP * high)


def may_be_grey(picture: Picture) -> bool:
    """Whether a seal may have lost its colour: drawn pages hold seals as they were made."""
    return picture.view.scanned or bool(picture.view.sheet.images)


def _coloured_patches(picture: Picture) -> Iterator[_Patch]:
    """Yield the parts of the small picture that bear as much coloured ink as a seal."""
    least = _LEAST_INK_MM2 * picture.unit**2
    for colour, plane in (("red", picture.small.red), ("blue", picture.small.blue)):
        mask = cv2.compare(plane, _palest(plane), cv2.CMP_GT)
        if cv2.countNonZero(mask) < least:
            continue
        run = round(_FRAME_MM * picture.unit)
        for kernel in (np.ones((1, run), np.uint8), np.ones((run, 1), np.uint8)):
            mask[cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel) > 0] = 0
        yield from _groups(np.asarray(mask, dtype=np.uint8), colour, picture)


def _palest(plane: Plane) -> float:
    """Return from which strength on a page's coloured ink is told from the tint of its paper."""
    tint = float(np.quantile(plane[::3, ::3], 0.8))
    return min(_COLOURED, max(_COLOURED_LEAST, 3 * tint))


def _groups(mask: NDArray[np.uint8], colour: str, picture: Picture) -> Iterator[_Patch]:
    """Yield the patches of ink that lie close together and are as large as a seal."""
    unit = picture.unit
    join = (_JOIN_GREY_MM if colour == "grey" else _JOIN_MM) * (1 if picture.sized else _CLOSE_UP)
    reach = max(3, round(join * unit)) | 1
    near = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    count, names, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    least = 2 * _RADIUS_MM[0] * unit
    for index in range(1, count):
        left, top, wide, high, _ = stats[index].tolist()
        if max(wide, high) < least or min(wide, high) < 0.5 * least:
            continue
        part = (slice(top, top + high), slice(left, left + wide))
        inked = int(np.count_nonzero(mask[part][names[part] == index]))
        if inked >= _LEAST_INK_MM2 * unit**2:
            yield _Patch(left=left, top=top, right=left + wide, bottom=top + high, colour=colour)


def _grey_patches(picture: Picture, found: list[Seal]) -> Iterator[_Patch]:
    """Yield the parts of the small picture that bear unexplained ink and no seal yet."""
    mask = picture.left_over.copy()
    height, width = mask.shape
    for seal in found:
        left, top, right, bottom = seal.scaled(1 / picture.half_per_small).bounds()
        mask[max(0, int(top) - 2) : int(bottom) + 3, max(0, int(left) - 2) : int(right) + 3] = 0
    margin = round(_RADIUS_MM[1] * 0.5 * picture.unit)
    for patch in _groups(mask, "grey", picture):
        yield _Patch(
            left=max(0, patch.left - margin),
            top=max(0, patch.top - margin),
            right=min(width, patch.right + margin),
            bottom=min(height, patch.bottom + margin),
            colour="grey",
        )


def _in_patch(picture: Picture, patch: _Patch) -> list[Seal]:
    """Return the seals of a patch, with rims in pixels of the middle picture."""
    look = _Look(picture, patch)
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
    if found and _by_a_person(picture, patch):
        crossed = look.crossed()
        found = [one for one in found if not any(_alike(one, other) for other in crossed)]
        found += crossed
    return found


def _by_a_person(picture: Picture, patch: _Patch) -> bool:
    """Whether a patch lies where a person is asked to sign, and may have sealed instead."""
    height, width = picture.small_pixels.shape[:2]
    near = _BY_A_PERSON_MM * picture.unit
    for line in picture.view.lines:
        if len(line.text) <= _LONGEST_LABEL and _PERSON.search(line.text):
            box = line.box
            if (
                patch.left - near < box.right * width
                and box.left * width < patch.right
                and patch.top - near / 2 < box.bottom * height
                and box.top * height < patch.bottom + near / 2
            ):
                return True
    return False


class _Look:
    """A closer look at one patch."""

    def __init__(self, picture: Picture, patch: _Patch) -> None:
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
        return min(sides) >= _OVAL_SIDE_MM[0] and max(sides) <= _OVAL_SIDE_MM[1]

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
        low, high = _radius_mm(self._picture)
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
        mask = np.asarray(cv2.compare(ink, _INKED_GREY if grey else _COLOURED, cv2.CMP_GT) & 1)
        ys, xs = np.nonzero(mask)
        spots = np.stack([xs + self._left, ys + self._top], axis=-1).astype(np.float32)
        for seal in found:
            known = off(seal.rim, spots) <= _GROWN
            mask[ys[known], xs[known]] = 0
        unit = self._picture.unit * self._picture.half_per_small
        return [
            _framed(frame.placed(self._left, self._top, 1), self._patch.colour)
            for frame in find_frames(ink, mask, px_per_mm=unit, alone=grey)
        ]

    def crossed(self) -> list[Seal]:
        """Return the square seals that lie over others."""
        patch, times = self._patch, self._picture.half_per_small
        place = (float(times), patch.left * times - self._left, patch.top * times - self._top)
        return [
            replace(_framed(frame.placed(self._left, self._top, 1), patch.colour), over=True)
            for frame in find_crossed(
                self._plane, self._clear, px_per_mm=self._picture.unit, place=place
            )
        ]

    def _sizes(self) -> tuple[float, float]:
        unit = self._picture.unit * self._picture.half_per_small
        low, high = _radius_mm(self._picture)
        return low * unit, high * unit

    def unexplained(self, found: list[Seal]) -> bool:
        """Whether the patch bears more ink than these seals have."""
        mask = (self._plane > _COLOURED).astype(np.uint8)
        times, patch = self._picture.half_per_small, self._patch
        ys, xs = np.nonzero(mask)
        spots = np.stack([xs + patch.left, ys + patch.top], axis=-1).astype(np.float32)
        for seal in found:
            spots = spots[off(seal.rim.scaled(1 / times), spots) > _GROWN]
        return len(spots) >= _LEAST_INK_MM2 * self._picture.unit**2


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


def _framed(frame: Frame, colour: str) -> Seal:
    left, top, right, bottom = frame.bounds()
    half = (right - left) / 2, (bottom - top) / 2
    rim = Rim(
        x=left + half[0], y=top + half[1], across=half[0], down=half[1], turn=0.0,
        support=frame.support,
    )  # fmt: skip
    return Seal(rim=rim, colour=colour, shape=frame.shape, frame=frame)


def _strengthened(ink: Plane) -> Plane:
    """Return coloured ink brought to full strength, however pale it is."""
    inked = ink[ink > _COLOURED_LEAST]
    full = float(np.quantile(inked, 0.9)) if inked.size else _FULL
    return np.asarray(np.minimum(1.0, ink * (_FULL / max(0.05, full))), dtype=np.float32)


def _alike(first: Seal, second: Seal) -> bool:
    """Whether two seals with straight sides are one."""
    apart = math.hypot(first.rim.x - second.rim.x, first.rim.y - second.rim.y)
    return first.frame is not None and apart < 0.8 * second.rim.radius


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
