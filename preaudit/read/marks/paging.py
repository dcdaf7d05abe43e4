"""Finding paging seals: slices of a seal that was stamped across the edges of several pages.

Pages are fanned out, so each bears a vertical slice of the seal at its left or right edge. A slice
of the middle shows no more of the rim than two short arcs far apart. So the margins are looked at
by themselves, without print and long lines: there, few votes are enough to point out the circles
that may be (see `rims`), and a circle is kept if ink follows it wherever it crosses the slice.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.document import Line
from preaudit.read.marks.ink import Inks, Plane
from preaudit.read.marks.rims import Rim, around, circles, off, sample

_MARGIN = 0.125
"""Share of the page's width that a slice may take."""
_LONG_MM = 42.0
"""A straight run of this length is a frame, a ruling or the paper's edge."""
_HEIGHT_MM = (18.0, 66.0)
_WIDTH_MM = (2.0, 34.0)
_RADIUS_MM = (16.0, 32.0)
_EDGE_MM = 14.0
"""A slice ends within this distance of the picture's edge; a scan may show a rim of desk."""
_INK_COLOURED = 0.16
_INK_GREY = 0.22
_SUPPORT_COLOURED = 0.6
_SUPPORT_GREY = 0.8
_ARC_MM = 7.0
_ANGLES = 240
_CANDIDATES = 8
_LEAST_INK_MM2 = 6.0
_RIM = 1.04
"""How far out the outer border of the rim is."""
_CLEAR = (1.12, 1.17, 1.22, 1.27)
"""Just outside a seal there is paper; texture and tables go on."""
_STAINED = 0.1
_TEXTURE = 0.2
_STEPS = (-2.0, -1.0, 0.0, 1.0, 2.0)
"""Pixels by which a circle is moved and resized to settle on the ink."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of a seal at the edge of a page, in pixels of the reduced page."""

    left: float
    top: float
    right: float
    bottom: float
    colour: str
    support: float


def find_slices(
    ink: Inks, lines: Sequence[Line], seals: Sequence[Rim], *, px_per_mm: float
) -> list[Slice]:
    """Return the slices of paging seals at a page's left and right edges.

    Args:
        ink: The reduced page.
        lines: What was read on it; running text is no seal.
        seals: Rims of whole seals, in the reduced page's pixels.
        px_per_mm: Resolution of the reduced page.
    """
    search = _Search(unit=px_per_mm)
    found: list[Slice] = []
    for colour, plane, least in (
        ("red", ink.red, _INK_COLOURED),
        ("blue", ink.blue, _INK_COLOURED),
        ("grey", ink.any, _INK_GREY),
    ):
        inked = (plane > least).astype(np.uint8)
        kept = inked.copy()
        if colour == "grey":
            _wipe_print(kept, lines)
        for rim in seals:
            _wipe_seal(kept, rim)
        if not search.enough(kept):
            continue
        mask = search.margins(inked) & kept
        for each in search.slices(mask, plane, colour):
            if not any(_meet(each, other) for other in found):
                found.append(each)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    unit: float

    def enough(self, mask: NDArray[np.uint8]) -> bool:
        """Whether either margin bears as much ink as the smallest slice."""
        side = round(_MARGIN * mask.shape[1])
        parts = (mask[:, :side], mask[:, mask.shape[1] - side :])
        return any(self._inked(part) for part in parts)

    def _inked(self, part: NDArray[np.uint8]) -> bool:
        return cv2.countNonZero(part) >= _LEAST_INK_MM2 * self.unit**2

    def margins(self, inked: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the ink of both margins without long lines."""
        width = inked.shape[1]
        side = round(_MARGIN * width)
        # No line that begins further in than its own length tells anything about the margin.
        reach = min(width, side + round(_LONG_MM * self.unit) + 8)
        mask = np.zeros_like(inked)
        mask[:, :side] = self._unruled(inked[:, :reach])[:, :side]
        mask[:, width - side :] = self._unruled(inked[:, width - reach :])[:, reach - side :]
        return mask

    def _unruled(self, inked: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return ink without long lines."""
        mask = inked.copy()
        run = round(_LONG_MM * self.unit)
        for along, beside in (((run, 1), (1, 3)), ((1, run), (3, 1))):
            # Thickened sideways first, or a line that leans by a degree breaks into short ones.
            thick = cv2.dilate(mask, np.ones(beside, np.uint8))
            long = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones(along, np.uint8))
            mask[cv2.dilate(long, np.ones((3, 3), np.uint8)) > 0] = 0
        return mask

    def slices(self, mask: NDArray[np.uint8], plane: Plane, colour: str) -> Iterator[Slice]:
        """Yield the slices at the left and at the right edge of a mask."""
        side = round(_MARGIN * mask.shape[1])
        least = _SUPPORT_GREY if colour == "grey" else _SUPPORT_COLOURED
        for start in (0, mask.shape[1] - side):
            part = mask[:, start : start + side].copy()
            if not self._inked(part):
                continue
            shade = plane[:, start : start + side] * part
            raw = (plane[:, start : start + side] > _INK_GREY).astype(np.float32)
            for rim in self._candidates(shade):
                found = self._slice(part, rim, least)
                if found is None or not self._at_edge(found, start, mask.shape[1]):
                    continue
                if colour == "grey" and _textured(raw, found):
                    continue
                rows = slice(int(found[1]), math.ceil(found[3]))
                part[rows] = 0
                yield Slice(
                    left=found[0] + start,
                    top=found[1],
                    right=found[2] + start,
                    bottom=found[3],
                    colour=colour,
                    support=found[4],
                )

    def _candidates(self, shade: Plane) -> list[Rim]:
        """Return the circles that may be, looked for only between the first and the last ink."""
        low, high = (radius * self.unit for radius in _RADIUS_MM)
        radii = math.floor(low), math.ceil(high)
        rows = np.nonzero(shade.any(axis=1))[0]
        top = max(0, int(rows[0]) - 4)
        part = np.ascontiguousarray(shade[top : int(rows[-1]) + 5])
        found = circles(part, radii=radii, most=_CANDIDATES, spread=5)
        return [replace(rim, y=rim.y + top) for rim in found]

    def _at_edge(
        self, found: tuple[float, float, float, float, float], start: int, width: int
    ) -> bool:
        """Whether a slice has a slice's size and stands where the page ends."""
        left, top, right, bottom, _ = found
        gap = left if start == 0 else width - start - right
        wide, high = (right - left) / self.unit, (bottom - top) / self.unit
        return (
            gap <= _EDGE_MM * self.unit
            and _WIDTH_MM[0] <= wide <= _WIDTH_MM[1]
            and _HEIGHT_MM[0] <= high <= _HEIGHT_MM[1]
        )

    def _slice(
        self, mask: NDArray[np.uint8], rim: Rim, least: float
    ) -> tuple[float, float, float, float, float] | None:
        """Return bounds and support of the slice that a circle holds, if ink follows the circle."""
        ys, xs = np.nonzero(mask)
        if xs.size == 0:
            return None
        spots = np.stack([xs, ys], axis=-1).astype(np.float32)
        inside = off(rim, spots) <= _RIM
        if int(inside.sum()) < _LEAST_INK_MM2 * self.unit**2:
            return None
        span = (float(xs[inside].min()), float(xs[inside].max()))
        plane = cv2.dilate(mask, np.ones((3, 3), np.uint8)).astype(np.float32)
        rim, support = self._settled(plane, rim, span)
        inside = off(rim, spots) <= _RIM
        if support < least or not inside.any():
            return None
        left, right = float(xs[inside].min()), float(xs[inside].max() + 1)
        return left, float(ys[inside].min()), right, float(ys[inside].max() + 1), support

    def _settled(self, plane: Plane, rim: Rim, span: tuple[float, float]) -> tuple[Rim, float]:
        """Return the circle near `rim` that ink follows best, with its support."""
        moves = np.array([(0.0, 0.0, 0.0), *itertools.product(_STEPS, _STEPS, _STEPS)])
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
        count = within.sum(axis=1)
        arcs_mm = count * 2 * math.pi * near[:, 2] / _ANGLES / self.unit
        within[arcs_mm < _ARC_MM] = False
        circle, angle = np.nonzero(within)
        if circle.size == 0:
            return np.zeros(len(near))
        found = sample(plane, _outwards(near[circle], angles[0, angle]))
        hit = (found[:, 0] > 0.5) & (found[:, 1] < 0.5)  # noqa: PLR2004 - of a mask
        stained = (found[:, 2:] > 0.5).mean(axis=1)  # noqa: PLR2004 - likewise
        hits, stains = (np.bincount(circle, each, len(near)) for each in (hit, stained))
        count = np.maximum(count, 1)
        return np.where(stains / count <= _STAINED, hits / count, 0.0)


def _outwards(circles: NDArray[np.float64], angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each circle's angle the points on it, just beyond it and around it."""
    x, y, radius = (column[:, None] for column in circles.T)
    grow = np.concatenate([np.ones_like(radius), 1 + 4 / radius, radius * 0 + _CLEAR], axis=1)
    out = radius * grow
    return np.stack([x + np.cos(angles)[:, None] * out, y + np.sin(angles)[:, None] * out], axis=-1)


def _textured(raw: Plane, found: tuple[float, float, float, float, float]) -> bool:
    """Whether ink goes on above or below a slice: a desk's grain, a table, a picture."""
    left, top, right, bottom = (round(value) for value in found[:4])
    reach = max(6, (bottom - top) // 4)
    above = raw[max(0, top - reach) : max(0, top - 2), left:right]
    below = raw[bottom + 2 : bottom + reach, left:right]
    return any(part.size > 0 and float(part.mean()) > _TEXTURE for part in (above, below))


def _wipe_print(mask: NDArray[np.uint8], lines: Sequence[Line]) -> None:
    """Take running text away from a mask in place; short lines in the margin may be the seal's."""
    height, width = mask.shape
    for line in lines:
        box = line.box
        if box.right > _MARGIN and box.left < 1 - _MARGIN and box.width > 1.5 * box.height:
            rows = slice(max(0, round(box.top * height)), round(box.bottom * height) + 1)
            mask[rows, max(0, round(box.left * width)) : round(box.right * width) + 1] = 0


def _wipe_seal(mask: NDArray[np.uint8], rim: Rim) -> None:
    """Take a whole seal away from a mask in place."""
    left, top, right, bottom = (round(side) for side in rim.bounds())
    mask[max(0, top - 2) : bottom + 3, max(0, left - 2) : right + 3] = 0


def _meet(first: Slice, second: Slice) -> bool:
    """Whether two slices overlap."""
    across = min(first.right, second.right) - max(first.left, second.left)
    return across > 0 and min(first.bottom, second.bottom) > max(first.top, second.top)
