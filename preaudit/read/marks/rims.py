"""Finding the rims of round and oval seals.

A rim is a thin closed line, so each of its edge points looks straight at the centre. Every edge
point therefore votes for the two points that lie one radius away along its own normal (the
gradient form of the Hough transform); a rim of a given radius piles its votes on one spot, while
text scatters them. Ovals become circles when the page is squeezed sideways first. A candidate is
then walked around: at each of many angles the outermost line near the expected radius is looked up,
an ellipse is fitted to those points, and the share of angles at which a line really stands on that
ellipse is its support.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.marks.ink import Plane

_ANGLES = 180
_EDGE = 0.18
"""Rise of the ink plane over two pixels from which on a point counts as an edge."""
_COARSER_FROM = (16, 32)
_FITS = 3
_LINE_PX = 2.0
_ASIDE = 0.3
"""Cosine of the angle from which on a part of a rim is its left or right side."""
_ALIKE = 1.33
"""Ratio of the axes of two ellipses below which one may be a better fit of the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rim:
    """An ellipse in pixels of the plane it was found on."""

    x: float
    y: float
    across: float
    """Semi-axis along `turn`."""
    down: float
    """Semi-axis at right angles to `turn`."""
    turn: float
    """Radians by which the first axis is turned, clockwise as seen on the page."""
    support: float = 0.0
    """Share of the visible angles at which a line stands on the ellipse."""
    visible: float = 1.0
    """Share of the ellipse that lies on the page."""

    @property
    def radius(self) -> float:
        """The mean of both semi-axes."""
        return (self.across + self.down) / 2

    def points(self, angles: NDArray[np.float64], grow: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return x and y (last axis) at `angles` on the ellipse grown by the factors `grow`."""
        along = np.cos(angles) * self.across * grow
        beside = np.sin(angles) * self.down * grow
        cosine, sine = math.cos(self.turn), math.sin(self.turn)
        x = self.x + along * cosine - beside * sine
        y = self.y + along * sine + beside * cosine
        return np.stack([x, y], axis=-1)

    def bounds(self) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom of the ellipse."""
        cosine, sine = math.cos(self.turn), math.sin(self.turn)
        wide = math.hypot(self.across * cosine, self.down * sine)
        high = math.hypot(self.across * sine, self.down * cosine)
        return self.x - wide, self.y - high, self.x + wide, self.y + high

    def scaled(self, factor: float) -> Rim:
        """Return the same rim on a page whose sides are `factor` times as long."""
        return Rim(
            x=self.x * factor,
            y=self.y * factor,
            across=self.across * factor,
            down=self.down * factor,
            turn=self.turn,
            support=self.support,
            visible=self.visible,
        )


def circles(
    ink: Plane,
    *,
    radii: tuple[int, int],
    most: int,
    squeeze: float = 1.0,
    spread: int = 3,
    edge: float = _EDGE,
) -> list[Rim]:
    """Return the likeliest rims, best first, not yet verified.

    Args:
        ink: The plane to search.
        radii: Smallest and largest semi-axis (the lower one of an oval) in pixels.
        most: How many to return at most.
        squeeze: Factor on the page's width under which the rims sought become circles.
        spread: Side in pixels of the square in which votes count together; short arcs are less
            precise about where they look.
        edge: Rise of the plane over two pixels from which on a point votes.
    """
    plane = ink
    if squeeze != 1.0:
        size = (max(1, round(ink.shape[1] * squeeze)), ink.shape[0])
        plane = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
    votes, radius = _votes(plane, radii, spread, edge)
    rims = []
    for x, y in _peaks(votes, reach=max(2, radii[0] // 3), most=most):
        size_px = float(radius[y, x])
        centre = (x - radii[1], y - radii[1])
        rims.append(
            Rim(
                x=centre[0] / squeeze,
                y=float(centre[1]),
                across=size_px / squeeze,
                down=size_px,
                turn=0.0,
                support=float(votes[y, x]),
            )
        )
    return rims


def _votes(
    ink: Plane, radii: tuple[int, int], spread: int, edge: float
) -> tuple[Plane, NDArray[np.int16]]:
    """Return each centre's best vote over all radii, and that radius; padded by the largest."""
    pad = radii[1]
    height, width = ink.shape[0] + 2 * pad, ink.shape[1] + 2 * pad
    xs, ys, nx, ny = _edges(ink, edge)
    best = np.zeros((height, width), np.float32)
    radius = np.zeros((height, width), np.int16)
    if xs.size == 0:
        return best, radius
    start = np.stack([xs, ys]) + np.float32(pad + 0.5)
    normal = np.stack([nx, ny])
    spots = np.empty((2, 2 * xs.size), np.int32)
    # The same memory serves all radii: new memory costs more than what is done with it.
    counts, score = np.empty((height, width), np.int16), np.empty((height, width), np.float32)
    better = np.empty((height, width), np.uint8)
    for r in _steps(*radii):
        step = np.float32(r) * normal
        np.add(start, step, out=spots[:, : xs.size], casting="unsafe")
        np.subtract(start, step, out=spots[:, xs.size :], casting="unsafe")
        votes = np.bincount(spots[1] * width + spots[0], minlength=height * width)
        np.copyto(counts, votes.reshape(height, width), casting="unsafe")
        cv2.boxFilter(counts, cv2.CV_32F, (spread, spread), score, normalize=False)
        score *= 1 / (2 * math.pi * r)
        cv2.compare(score, best, cv2.CMP_GT, better)
        cv2.copyTo(score, better, best)
        # Radii only grow, so the latest that was better is the largest.
        cv2.max(radius, cv2.bitwise_and(better.astype(np.int16), r), radius)
    return best, radius


def _steps(least: int, most: int) -> Iterator[int]:
    """Yield radii: every one while they are small, fewer where votes spread wider anyhow."""
    r = least
    while r <= most:
        yield r
        r += 1 + sum(r >= each for each in _COARSER_FROM)


def _edges(ink: Plane, edge: float) -> tuple[Plane, Plane, Plane, Plane]:
    """Return x, y and the unit normal's x and y of every edge point."""
    smooth = cv2.GaussianBlur(ink, (3, 3), 0)
    gx = cv2.Sobel(smooth, cv2.CV_32F, 1, 0) / 4
    gy = cv2.Sobel(smooth, cv2.CV_32F, 0, 1) / 4
    size = np.hypot(gx, gy)
    ys, xs = np.nonzero(size > edge)
    length = size[ys, xs]
    return xs.astype(np.float32), ys.astype(np.float32), gx[ys, xs] / length, gy[ys, xs] / length


def _peaks(votes: Plane, *, reach: int, most: int) -> Iterator[tuple[int, int]]:
    """Yield x, y of the highest votes, none within `reach` of a higher one."""
    window = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    top = (votes >= cv2.dilate(votes, window)) & (votes > 0)
    ys, xs = np.nonzero(top)
    order = np.argsort(-votes[ys, xs], kind="stable")[:most]
    for index in order:
        yield int(xs[index]), int(ys[index])


@cache
def around(count: int) -> NDArray[np.float64]:
    """Return `count` even angles, from 0 up to a full turn."""
    angles = np.linspace(0, 2 * math.pi, count, endpoint=False, dtype=np.float64)
    angles.flags.writeable = False
    return angles


def plausible(ink: Plane, rim: Rim, *, share: float) -> bool:
    """Whether a line stands near enough of a rim, with less ink beyond, to look more closely."""
    angles = around(_ANGLES // 3)[:, None]
    step = max(1.2, 0.03 * rim.radius) / rim.radius
    grow = np.array([-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.5, 5.0]) * step + 1
    grid = rim.points(angles, grow[None, :])
    height, width = ink.shape
    seen = ((grid[:, :-2] >= 0) & (grid[:, :-2] < (width, height))).all(axis=(1, 2))
    if np.count_nonzero(seen) < _ANGLES // 9:
        return False
    profile = sample(ink, grid)[seen]
    line, beyond = profile[:, :-2].max(axis=1), profile[:, -2:].min(axis=1)
    typical = _quantile(line, 0.6)
    hit = (line > max(0.1, 0.5 * typical)) & (beyond < 0.6 * line)
    return bool(np.count_nonzero(hit) > share * hit.size)


def fitted(ink: Plane, rim: Rim, *, slack: float = 0.12) -> Rim | None:
    """Return the ellipse that the line near `rim` really follows, with its support.

    None when there is no such line. `slack` is how far, as a share of the radius, it may be off.
    """
    angles = around(_ANGLES)
    # A candidate's radius may be that of the line's inner border.
    slack += _LINE_PX / rim.radius
    for _ in range(_FITS):
        points, strong = _outline(ink, rim, angles, slack)
        if int(strong.sum()) < _ANGLES // 5:
            return None
        better = _ellipse(points[strong])
        if better is None or not _alike(better, rim):
            break
        rim = better
        slack = max(0.04, slack / 2)
    return _supported(ink, rim, angles)


def _outline(
    ink: Plane, rim: Rim, angles: NDArray[np.float64], slack: float
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return for each angle the outermost line point within the slack, and whether there is one."""
    grow = np.linspace(1 - slack, 1 + slack, 2 * max(4, math.ceil(slack * rim.radius)) + 1)
    grid = rim.points(angles[:, None], grow[None, :])
    profile = sample(ink, grid)
    inked = profile > np.maximum(0.12, 0.55 * profile.max(axis=1, keepdims=True))
    last = grow.size - 1 - np.argmax(inked[:, ::-1], axis=1)
    rows = np.arange(angles.size)
    inside = (last > 0) & (last < grow.size - 1) & inked.any(axis=1)
    return grid[rows, last].astype(np.float32), inside


def _ellipse(points: NDArray[np.float32]) -> Rim | None:
    """Return the ellipse through most of the points; None when there is none."""
    kept = points
    for share in (0.75, 0.9):
        if len(kept) < 12:  # noqa: PLR2004 - an ellipse has five freedoms; twice as many and some
            return None
        (x, y), (first, second), degrees = cv2.fitEllipseDirect(kept)
        if not all(map(math.isfinite, (x, y, first, second))) or min(first, second) <= 0:
            return None
        rim = Rim(x=x, y=y, across=first / 2, down=second / 2, turn=math.radians(degrees))
        error = np.abs(off(rim, points) - 1)
        kept = points[error <= max(0.015, _quantile(error, share))]
    return _level(rim)


def _quantile(values: NDArray[np.floating], share: float) -> float:
    """Return the value that this share of the values does not exceed, quickly."""
    place = round(share * (values.size - 1))
    return float(np.partition(values, place)[place])


def _level(rim: Rim) -> Rim:
    """Return the same ellipse with its first axis within 45 degrees of the horizontal."""
    turn = (rim.turn + math.pi / 2) % math.pi - math.pi / 2
    if abs(turn) <= math.pi / 4:
        return Rim(x=rim.x, y=rim.y, across=rim.across, down=rim.down, turn=turn)
    turn -= math.copysign(math.pi / 2, turn)
    return Rim(x=rim.x, y=rim.y, across=rim.down, down=rim.across, turn=turn)


def off(rim: Rim, points: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how far out each point lies: 1 on the ellipse, 0 at its centre."""
    dx, dy = points[..., 0] - rim.x, points[..., 1] - rim.y
    cosine, sine = math.cos(rim.turn), math.sin(rim.turn)
    along = (dx * cosine + dy * sine) / rim.across
    beside = (dy * cosine - dx * sine) / rim.down
    return np.hypot(along, beside)


def _alike(first: Rim, second: Rim) -> bool:
    """Whether two ellipses are about the same, so that a fit has not run away."""
    near = math.hypot(first.x - second.x, first.y - second.y) < 0.25 * second.radius
    ratios = (first.across / second.across, first.down / second.down)
    return near and max(*ratios, *(1 / ratio for ratio in ratios)) < _ALIKE


def side_support(ink: Plane, rim: Rim) -> tuple[float, float]:
    """Return the share of a rim's left and of its right side on which a line stands."""
    angles = around(_ANGLES)
    hit, seen = _hits(ink, rim, angles)
    towards = np.cos(angles + rim.turn)
    sides = (towards < -_ASIDE) & seen, (towards > _ASIDE) & seen
    left, right = (float(hit[side].mean()) if side.any() else 0.0 for side in sides)
    return left, right


def _supported(ink: Plane, rim: Rim, angles: NDArray[np.float64]) -> Rim:
    """Return the rim with its support and how much of it lies on the page."""
    hit, seen = _hits(ink, rim, angles)
    support = float(hit[seen].mean()) if seen.any() else 0.0
    return replace(rim, support=support, visible=float(seen.mean()))


def _hits(
    ink: Plane, rim: Rim, angles: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return at which angles a line stands on the ellipse, and which of them are on the page."""
    step = max(1.2, 0.03 * rim.radius) / rim.radius
    on = np.array([1 - 1.5 * step, 1 - step, 1 - step / 2, 1.0, 1 + step / 2])
    beyond = np.array([1 + 2 * step, 1 + 3 * step])
    grid = rim.points(angles[:, None], np.concatenate([on, beyond])[None, :])
    height, width = ink.shape
    seen = ((grid >= 0) & (grid < (width, height))).all(axis=(1, 2))
    profile = sample(ink, grid)
    line = profile[:, : on.size].max(axis=1)
    outside = profile[:, on.size :].min(axis=1)
    typical = _quantile(line[seen], 0.6) if seen.any() else 0.0
    hit = (line > max(0.1, 0.5 * typical)) & (outside < 0.6 * line)
    return np.asarray(hit), np.asarray(seen)


def sample(plane: Plane, grid: NDArray[np.float64]) -> Plane:
    """Return the plane's values at `grid` (x, y in the last axis); 0 beyond its edges."""
    spots = grid.astype(np.float32)
    return np.asarray(
        cv2.remap(plane, spots[..., 0], spots[..., 1], cv2.INTER_LINEAR, borderValue=0.0),
        dtype=np.float32,
    )


def distinct(rims: Sequence[Rim], *, apart: float = 0.35) -> list[Rim]:
    """Return the best supported rims of which no two have nearly the same centre and size."""
    kept: list[Rim] = []
    for rim in sorted(rims, key=lambda each: -each.support * each.radius):
        if all(_apart(rim, other, apart) for other in kept):
            kept.append(rim)
    return kept


def _apart(first: Rim, second: Rim, share: float) -> bool:
    """Whether two rims belong to different seals; rings inside one another are one seal."""
    gap = math.hypot(first.x - second.x, first.y - second.y)
    return gap > share * max(first.radius, second.radius)
