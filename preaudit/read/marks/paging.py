"""Finding paging seals: slices of a seal that was stamped across the edges of several pages.

Pages are fanned out, so each bears a vertical slice of the seal at its left or right edge. A slice
of the middle shows no more of the rim than two short arcs far apart. So the margins are looked at
by themselves, without print and long lines, and only where ink stands together over the height of
a seal: there, few votes are enough to point out the circles that may be (see `rims`), and a circle
is kept if ink follows it wherever it crosses the slice.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.marks.ink import Plane
from preaudit.read.marks.margins import INK_GREY, MARGIN, inked
from preaudit.read.marks.picture import Picture
from preaudit.read.marks.rims import Rim, around, circles, off, sample

_Mask = NDArray[np.uint8]

_HEIGHT_MM = (18.0, 66.0)
_WIDTH_MM = (2.0, 34.0)
_RADIUS_MM = (16.0, 32.0)
_EDGE_MM = 14.0
"""A slice ends within this distance of the picture's edge; a scan may show a rim of desk."""
_SUPPORT_COLOURED = 0.6
_SUPPORT_GREY = 0.72
_ARC_MM = 7.0
_ANGLES = 200
_CANDIDATES = 5
_TRIES = 80
_SEALS = 2
"""Seals whose slices may stand so close together that they are taken for one stretch."""
_GROWN = 1.05
"""How far out, as a share of the radius, a whole seal's ink is taken away."""
_NEAR = 1.3
"""Pixels by which ink may be off a circle that it lies on."""
_LEAST_INK_MM2 = 6.0
_JOIN_MM = 27.0
_RIM = 1.04
"""How far out the outer border of the rim is."""
_CLEAR = (1.12, 1.17, 1.22, 1.27)
"""Just outside a seal there is paper; texture and tables go on."""
_ON_RIM = np.array((0.96, 0.98, 1.0, 1.02, 1.04))
_BESIDE_RIM = np.array((1.12, 1.14, 1.16, 1.18, 1.2))
_INWARDS_MM = 2.0
_LEAST_ANGLES = 15
_FAINT = 0.02
"""By how much a faded rim is darker than the paper outside it."""
_FOLLOWED = 0.6
"""Share of the rest of the circle on which it is."""
_STAINED = 0.1
_TEXTURE = 0.2
_STEPS_MM = (-1.1, 0.0, 1.1), (-0.45, 0.0, 0.45)
"""By how much a circle is moved and resized to settle on the ink: first widely, then finely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of a seal at the edge of a page, in pixels of the page."""

    left: float
    top: float
    right: float
    bottom: float
    colour: str
    support: float
    rim: Rim
    """The whole seal's; most of it lies beyond the page's edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Bounds and rim of a slice in pixels of its strip."""

    left: float
    top: float
    right: float
    bottom: float
    support: float
    rim: Rim


def find_slices(picture: Picture, seals: Sequence[Rim], *, grey: bool) -> list[Slice]:
    """Return the slices of paging seals at a page's left and right edges.

    Args:
        picture: The page.
        seals: Rims of whole seals, in pixels of the page.
        grey: Whether a seal may have lost its colour.
    """
    found: list[Slice] = []
    for colour in ("red", "blue", "grey")[: 3 if grey else 2]:
        mask, veil = inked(picture, colour)
        for rim in seals:
            _wipe_seal(mask, rim.scaled(1 / picture.full_per_small))
        for strip in _strips(picture, mask, veil, colour):
            found += [
                each for each in strip.slices() if not any(_meet(each, other) for other in found)
            ]
    return found


def _strips(picture: Picture, mask: _Mask, veil: _Mask, colour: str) -> Iterator[_Strip]:
    """Yield the stretches of both margins that bear ink over the height of a seal."""
    unit, width = picture.unit, mask.shape[1]
    side = round(MARGIN * width)
    for start in (0, width - side):
        part = np.ascontiguousarray(mask[:, start : start + side])
        if cv2.countNonZero(part) < _LEAST_INK_MM2 * unit**2:
            continue
        reach = max(3, round(_JOIN_MM * unit)) | 1
        rows = part.max(axis=1).reshape(-1, 1)
        near = cv2.morphologyEx(rows, cv2.MORPH_CLOSE, np.ones((reach, 1), np.uint8)).ravel()
        ends = np.flatnonzero(np.diff(np.concatenate([[0], near, [0]]).astype(np.int8)))
        for top, bottom in zip(ends[::2].tolist(), ends[1::2].tolist(), strict=True):
            enough = cv2.countNonZero(part[top:bottom]) >= _LEAST_INK_MM2 * unit**2
            if enough and bottom - top >= 0.8 * _HEIGHT_MM[0] * unit:
                hidden = np.ascontiguousarray(veil[:, start : start + side])
                yield _Strip(picture, (part, hidden), (start, top, bottom), colour)


class _Strip:
    """A stretch of one margin, taken from the small picture, with an eye on the middle one."""

    def __init__(
        self,
        picture: Picture,
        masks: tuple[_Mask, _Mask],
        place: tuple[int, int, int],
        colour: str,
    ) -> None:
        part, veil = masks
        self._picture, self._colour, self._unit = picture, colour, picture.unit
        start, top, bottom = place
        pad = 4
        self._start, self._top = start, max(0, top - pad)
        self._bottom = min(part.shape[0], bottom + pad)
        self._mask = np.ascontiguousarray(part[self._top : self._bottom])
        self._veil = veil[self._top : self._bottom].astype(np.float32)

    def slices(self) -> Iterator[Slice]:
        """Yield the slices that stand here."""
        least = _SUPPORT_GREY if self._colour == "grey" else _SUPPORT_COLOURED
        mask = self._mask.copy()
        candidates = self._candidates() if self._reaches_edge() else []
        for _ in range(_SEALS):
            fitting = [
                found
                for rim in candidates
                if (found := self._slice(mask, rim, least))
                and self._at_edge(found)
                and not self._goes_on(found)
                and not (self._colour == "grey" and self._textured(found))
            ]
            # The ring that letters make within a rim is lower than the rim.
            best = max(
                fitting, key=lambda each: (each.bottom - each.top) * each.support, default=None
            )
            if best is None:
                return
            mask[int(best.top) : math.ceil(best.bottom)] = 0
            yield self._placed(best)

    def _reaches_edge(self) -> bool:
        """Whether there is any ink where a slice has to end."""
        columns = np.flatnonzero(self._mask.max(axis=0))
        gap = columns[0] if self._start == 0 else self._mask.shape[1] - 1 - columns[-1]
        return bool(gap <= _EDGE_MM * self._unit)

    def _candidates(self) -> list[Rim]:
        """Return the circles that may be: around the ink, then those that edges vote for."""
        low, high = (radius * self._unit for radius in _RADIUS_MM)
        shade = cv2.GaussianBlur(self._mask.astype(np.float32), (3, 3), 0)
        voted = circles(
            np.asarray(shade, dtype=np.float32),
            radii=(math.floor(low), math.ceil(high)),
            most=_CANDIDATES,
            spread=5,
        )
        return [*_around_ink(self._mask, low, high), *voted]

    def _placed(self, found: _Found) -> Slice:
        scale = self._picture.full_per_small
        dx, dy = self._start, self._top
        rim = replace(found.rim, x=found.rim.x + dx, y=found.rim.y + dy)
        return Slice(
            left=(found.left + dx) * scale,
            top=(found.top + dy) * scale,
            right=(found.right + dx) * scale,
            bottom=(found.bottom + dy) * scale,
            colour=self._colour,
            support=found.support,
            rim=rim.scaled(scale),
        )

    def _at_edge(self, found: _Found) -> bool:
        """Whether a slice has a slice's size and stands where the page ends."""
        width = self._picture.small_pixels.shape[1]
        gap = found.left if self._start == 0 else width - self._start - found.right
        wide, high = (
            (found.right - found.left) / self._unit,
            (found.bottom - found.top) / self._unit,
        )
        return (
            gap <= _EDGE_MM * self._unit
            and _WIDTH_MM[0] <= wide <= _WIDTH_MM[1]
            and _HEIGHT_MM[0] <= high <= _HEIGHT_MM[1]
        )

    def _goes_on(self, found: _Found) -> bool:
        """Whether the rim goes on further into the page, if faintly: then the seal is whole."""
        angles = around(_ANGLES)
        rim, grown = found.rim, np.concatenate([_ON_RIM, _BESIDE_RIM])[:, None]
        xs = self._start + rim.x + np.cos(angles) * rim.across * grown
        ys = self._top + rim.y + np.sin(angles) * rim.across * grown
        height, width = self._picture.small.any.shape
        gap = _INWARDS_MM * self._unit
        inward = (
            xs > self._start + found.right + gap
            if self._start == 0
            else xs < self._start + found.left - gap
        )
        held = inward & (xs >= 0) & (xs < width - 1) & (ys >= 0) & (ys < height - 1)
        known = held.all(axis=0)
        if known.sum() < _LEAST_ANGLES:
            return False
        shade = sample(self._picture.small.any, np.stack([xs, ys], axis=-1)[:, known])
        on, beside = shade[: len(_ON_RIM)].max(axis=0), shade[len(_ON_RIM) :].max(axis=0)
        return float((on > beside + _FAINT).mean()) > _FOLLOWED

    def _slice(self, mask: _Mask, rim: Rim, least: float) -> _Found | None:
        """Return the slice that a circle holds, if ink follows the circle."""
        ys, xs = np.nonzero(mask)
        if xs.size == 0:
            return None
        spots = np.stack([xs, ys], axis=-1).astype(np.float32)
        inside = off(rim, spots) <= _RIM
        if int(inside.sum()) < _LEAST_INK_MM2 * self._unit**2:
            return None
        span = (float(xs[inside].min()), float(xs[inside].max()))
        plane = cv2.dilate(mask, np.ones((3, 3), np.uint8)).astype(np.float32)
        support = 0.0
        for steps in _STEPS_MM:
            rim, support = self._settled(np.asarray(plane, np.float32), rim, span, steps)
        inside = off(rim, spots) <= _RIM
        if support < least or not inside.any():
            return None
        return _Found(
            left=float(xs[inside].min()),
            top=float(ys[inside].min()),
            right=float(xs[inside].max() + 1),
            bottom=float(ys[inside].max() + 1),
            support=support,
            rim=rim,
        )

    def _settled(
        self, plane: Plane, rim: Rim, span: tuple[float, float], steps: Sequence[float]
    ) -> tuple[Rim, float]:
        """Return the circle near `rim` that ink follows best, with its support."""
        moves = np.array([(0.0, 0.0, 0.0), *itertools.product(steps, steps, steps)]) * self._unit
        near = moves + np.array([rim.x, rim.y, rim.across])
        support = self._support(plane, near, span)
        best = int(np.argmax(support))
        x, y, radius = near[best].tolist()
        return Rim(x=x, y=y, across=radius, down=radius, turn=0.0), float(support[best])

    def _support(
        self, plane: Plane, near: NDArray[np.float64], span: tuple[float, float]
    ) -> NDArray[np.float64]:
        """Return the share of each circle within the slice that is inked; 0 when too little is.

        `near` holds the circles' centres and radii, one in a row.
        """
        x, y, radius = (column[:, None] for column in near.T)
        angles = around(_ANGLES)[None, :]
        xs, ys = x + np.cos(angles) * radius, y + np.sin(angles) * radius
        within = (xs > span[0]) & (xs < span[1]) & (ys > 0) & (ys < plane.shape[0] - 1)
        within &= sample(self._veil, np.stack([xs, ys], axis=-1)) < 0.5  # noqa: PLR2004 - of a mask
        count = within.sum(axis=1)
        arcs_mm = count * 2 * math.pi * near[:, 2] / _ANGLES / self._unit
        within[arcs_mm < _ARC_MM] = False
        circle, angle = np.nonzero(within)
        if circle.size == 0:
            return np.zeros(len(near))
        found = sample(plane, _outwards(near[circle], angles[0, angle], 2.0 * self._unit))
        hit = (found[:, 0] > 0.5) & (found[:, 1] < 0.5)  # noqa: PLR2004 - of a mask
        stained = (found[:, 2:] > 0.5).mean(axis=1)  # noqa: PLR2004 - likewise
        hits, stains = (np.bincount(circle, each, len(near)) for each in (hit, stained))
        count = np.maximum(count, 1)
        return np.where(stains / count <= _STAINED, hits / count, 0.0)

    def _textured(self, found: _Found) -> bool:
        """Whether ink goes on above or below a slice: a desk's grain, a table, a picture."""
        left, right = round(found.left) + self._start, round(found.right) + self._start
        top, bottom = round(found.top) + self._top, round(found.bottom) + self._top
        reach = max(6, (bottom - top) // 4)
        raw = self._picture.small.any
        above = raw[max(0, top - reach) : max(0, top - 2), left:right]
        below = raw[bottom + 2 : bottom + reach, left:right]
        return any(
            part.size > 0 and float((part > 2 * INK_GREY).mean()) > _TEXTURE
            for part in (above, below)
        )


def _around_ink(mask: _Mask, low: float, high: float) -> list[Rim]:
    """Return the circles on which most of the first and last ink of a strip's columns lies.

    A slice is cut by straight lines, so in every column its ink ends at the rim, above and below.
    """
    columns = np.flatnonzero(mask.max(axis=0))
    if columns.size < 3:  # noqa: PLR2004 - a circle has three freedoms
        return []
    tops = np.argmax(mask[:, columns], axis=0)
    bottoms = mask.shape[0] - 1 - np.argmax(mask[::-1, columns], axis=0)
    xs = np.concatenate([columns, columns]).astype(np.float64)
    ys = np.concatenate([tops, bottoms]).astype(np.float64)
    chosen = np.random.default_rng(0).integers(0, xs.size, (_TRIES, 3))
    circles_ = _through(xs[chosen], ys[chosen])
    circles_ = circles_[(circles_[:, 2] >= low) & (circles_[:, 2] <= high)]
    if not circles_.size:
        return []
    x, y, radius = (column[:, None] for column in circles_.T)
    on = np.count_nonzero(np.abs(np.hypot(xs - x, ys - y) - radius) < _NEAR, axis=1)
    best = circles_[np.argsort(-on, kind="stable")[:2]].tolist()
    return [Rim(x=x, y=y, across=r, down=r, turn=0.0) for x, y, r in best]


def _through(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return x, y and radius of the circles through three points each, as far as there are any."""
    (x1, x2, x3), (y1, y2, y3) = xs.T, ys.T
    area = 2 * (x1 * (y2 - y3) + x2 * (y3 - y1) + x3 * (y1 - y2))
    curved = np.abs(area) > _NEAR
    area = np.where(curved, area, 1.0)
    first, second, third = x1**2 + y1**2, x2**2 + y2**2, x3**2 + y3**2
    x = (first * (y2 - y3) + second * (y3 - y1) + third * (y1 - y2)) / area
    y = (first * (x3 - x2) + second * (x1 - x3) + third * (x2 - x1)) / area
    return np.asarray(np.stack([x, y, np.hypot(x - x1, y - y1)], axis=1)[curved])


def _outwards(
    circles_: NDArray[np.float64], angles: NDArray[np.float64], beyond: float
) -> NDArray[np.float64]:
    """Return for each circle's angle the points on it, just beyond it and around it."""
    x, y, radius = (column[:, None] for column in circles_.T)
    grow = np.concatenate([np.ones_like(radius), 1 + beyond / radius, radius * 0 + _CLEAR], axis=1)
    out = radius * grow
    return np.stack([x + np.cos(angles)[:, None] * out, y + np.sin(angles)[:, None] * out], axis=-1)


def _wipe_seal(mask: _Mask, rim: Rim) -> None:
    """Take a whole seal away from a mask in place."""
    middle, axes = (round(rim.x), round(rim.y)), (rim.across * _GROWN, rim.down * _GROWN)
    size = (round(axes[0]) + 1, round(axes[1]) + 1)
    cv2.ellipse(mask, middle, size, math.degrees(rim.turn), 0, 360, 0, -1)


def _meet(first: Slice, second: Slice) -> bool:
    """Whether two slices overlap."""
    across = min(first.right, second.right) - max(first.left, second.left)
    return across > 0 and min(first.bottom, second.bottom) > max(first.top, second.top)
