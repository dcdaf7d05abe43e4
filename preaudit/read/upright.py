"""The page as a person would hold it, and the way back to how it lies in the file.

A `Frame` says which part of the file's picture is the page and how it is turned: a matrix from
upright pixels to file pixels. Frames are composed, and the picture is resampled only once.

Which way is up: lines of text are longer than high, so the detector's quadrilaterals tell sideways
from upright; whether the page then stands on its head is decided by reading a few lines both ways,
for the recogniser is sure only of what stands upright. Skew is the median slope of long lines.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.geometry import Homography
from preaudit.read.boxes import Quad
from preaudit.read.clock import step
from preaudit.read.paper import Corners
from preaudit.sheet import Pixels

_LONG: Final = 4.0
"""A line this many times as long as high says something about the page's slope."""
_LEAST_SKEW_DEG: Final = 0.12
"""Below this, turning costs more sharpness than it gains."""
_MOST_SKEW_DEG: Final = 30.0
_EXACT: Final = 1e-3
"""Parts of a pixel within which a view needs no resampling."""
_FEW: Final = 16
"""One pixel in so many each way tells most coloured pictures."""
_TURNS: Final = {
    1: cv2.ROTATE_90_COUNTERCLOCKWISE,
    2: cv2.ROTATE_180,
    3: cv2.ROTATE_90_CLOCKWISE,
}
"""How a picture is turned for each number of quarters by which its view is."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """Which part of a picture is the page, and how it is turned."""

    width: int
    height: int
    """Of the upright page in pixels."""
    to_file: NDArray[np.float64]
    """3 x 3, from upright pixels to pixels of the picture in the file."""

    def sized(self, longer_px: int) -> Frame:
        """Return the same view with its longer side no longer than this."""
        scale = min(1.0, longer_px / max(self.width, self.height))
        width, height = (max(1, round(side * scale)) for side in (self.width, self.height))
        grown = np.diag([self.width / width, self.height / height, 1.0])
        return Frame(width=width, height=height, to_file=self.to_file @ grown)

    def turned(self, quarters: int) -> Frame:
        """Return the view turned by quarters anticlockwise (what leans right stands up)."""
        frame = self
        for _ in range(quarters % 4):
            # An upright pixel (x, y) of the turned view is (width - y, x) of the view before.
            quarter = np.array([[0.0, -1.0, frame.width], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
            frame = Frame(width=frame.height, height=frame.width, to_file=frame.to_file @ quarter)
        return frame

    def straightened(self, degrees: float) -> Frame:
        """Return the view with lines that slope down by `degrees` made level, nothing cut off."""
        angle = math.radians(degrees)
        cos, sin = math.cos(angle), math.sin(angle)
        width = round(abs(self.width * cos) + abs(self.height * sin))
        height = round(abs(self.width * sin) + abs(self.height * cos))
        centre = np.array([[1.0, 0, -width / 2], [0, 1.0, -height / 2], [0, 0, 1.0]])
        turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]])
        back = np.array([[1.0, 0, self.width / 2], [0, 1.0, self.height / 2], [0, 0, 1.0]])
        return Frame(width=width, height=height, to_file=self.to_file @ back @ turn @ centre)

    def shares(self, file_width: int, file_height: int) -> Homography:
        """Return the map from upright shares to shares of the picture in the file."""
        grow = np.diag([float(self.width), float(self.height), 1.0])
        shrink = np.diag([1.0 / file_width, 1.0 / file_height, 1.0])
        matrix = shrink @ self.to_file @ grow
        matrix = matrix / matrix[2, 2]
        a, b, c, d, e, f, g, h, i = (float(value) for value in matrix.ravel())
        return Homography(rows=(a, b, c, d, e, f, g, h, i))

    def cut(self, pixels: Pixels, *, flat: bool = False) -> Pixels:
        """Return the upright picture; what lies beyond the file's picture is paper.

        Args:
            pixels: The picture in the file.
            flat: Whether nothing in it has a colour; then one channel is resampled for all.
        """
        with step("resample"):
            if self.is_whole(pixels):
                return pixels
            if not flat:
                return _resampled(pixels, self)
            grey = _resampled(cv2.extractChannel(pixels, 0), self)
            return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), dtype=np.uint8)

    def window(self, left: int, top: int, right: int, bottom: int) -> Frame:
        """Return a part of the view, given in its pixels."""
        shift = np.array([[1.0, 0.0, left], [0.0, 1.0, top], [0.0, 0.0, 1.0]])
        return Frame(width=right - left, height=bottom - top, to_file=self.to_file @ shift)

    def is_whole(self, pixels: Pixels) -> bool:
        """Whether this is the view of the picture as it lies in the file."""
        height, width = pixels.shape[:2]
        same = (self.width, self.height) == (width, height)
        return same and np.allclose(self.to_file, np.eye(3), atol=_EXACT)

    def shrinks(self) -> bool:
        """Whether a pixel of the view is at least two of the file's wide and high, everywhere."""
        ends = np.array([[0, 0, 1], [self.width, 0, 1], [0, self.height, 1]], dtype=np.float64)
        lifted = ends @ self.to_file.T
        origin, across, down = lifted[:, :2] / lifted[:, 2:]
        wide = np.hypot(*(across - origin)) / self.width
        high = np.hypot(*(down - origin)) / self.height
        return bool(min(wide, high) >= 2.0 - _EXACT)


def colourless(pixels: Pixels) -> bool:
    """Whether all three channels are the same."""
    few = pixels[::_FEW, ::_FEW]
    if any((few[..., 0] != few[..., index]).any() for index in (1, 2)):
        return False
    first, *others = (cv2.extractChannel(pixels, index) for index in range(3))
    return all(not cv2.norm(first, other, cv2.NORM_INF) for other in others)


def _resampled(pixels: NDArray[np.uint8], frame: Frame) -> NDArray[np.uint8]:
    """Return the view of a picture of one or three channels, resampled no more than needed."""
    height, width = pixels.shape[:2]
    quarters = _quarters(frame, width, height)
    if quarters is not None:
        return np.asarray(cv2.rotate(pixels, quarters), dtype=np.uint8)
    if frame.shrinks() and min(width, height) > 1:
        # Twice smaller is a mean of four pixels, which is quick and passes none over.
        even = pixels[: height // 2 * 2, : width // 2 * 2]
        half = cv2.resize(even, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        halved = replace(frame, to_file=np.diag([0.5, 0.5, 1.0]) @ frame.to_file)
        return _resampled(np.asarray(half, dtype=np.uint8), halved)
    part = _shown(pixels, frame)
    if part is not None:
        shrunk = cv2.resize(part, (frame.width, frame.height), interpolation=cv2.INTER_AREA)
        return np.asarray(shrunk, dtype=np.uint8)
    return _warped(pixels, frame)


def _shown(pixels: NDArray[np.uint8], frame: Frame) -> NDArray[np.uint8] | None:
    """Return the part of a picture that a view shows, or None when it does not just shrink it."""
    level = np.diag(np.diag(frame.to_file))
    level[:2, 2] = frame.to_file[:2, 2]
    across, down = float(level[0, 0]), float(level[1, 1])
    if not np.allclose(frame.to_file, level) or min(across, down) <= 1.0:
        return None
    left, top = (round(float(value)) for value in level[:2, 2])
    right, bottom = (
        round(float(start) + scale * side)
        for start, scale, side in zip(
            level[:2, 2], (across, down), (frame.width, frame.height), strict=True
        )
    )
    height, width = pixels.shape[:2]
    if min(left, top) < -1 or right > width + 1 or bottom > height + 1:
        return None
    return pixels[max(0, top) : bottom, max(0, left) : right]


def _quarters(frame: Frame, width: int, height: int) -> int | None:
    """Return how a picture is to be turned when the view is just that, pixel by pixel."""
    whole_view = Frame(width=width, height=height, to_file=np.eye(3))
    for count, code in _TURNS.items():
        turned = whole_view.turned(count)
        if (frame.width, frame.height) == (turned.width, turned.height) and np.allclose(
            frame.to_file, turned.to_file, atol=_EXACT
        ):
            return code
    return None


def _warped(pixels: NDArray[np.uint8], frame: Frame) -> NDArray[np.uint8]:
    """Return the view of a picture, each pixel between the four nearest of the picture."""
    size = (frame.width, frame.height)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    rim = _paper_colour(pixels)
    if np.allclose(frame.to_file[2], (0.0, 0.0, 1.0), atol=1e-9):
        found = cv2.warpAffine(
            pixels,
            frame.to_file[:2],
            size,
            flags=flags,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=rim,
        )
    else:
        found = cv2.warpPerspective(
            pixels,
            frame.to_file,
            size,
            flags=flags,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=rim,
        )
    return np.asarray(found, dtype=np.uint8)


def whole(pixels: Pixels) -> Frame:
    """Return the view that is the picture as it lies in the file."""
    height, width = pixels.shape[:2]
    return Frame(width=width, height=height, to_file=np.eye(3))


def flattened(corners: Corners) -> Frame:
    """Return the view of a sheet seen at an angle."""
    top, right, bottom, left = (
        float(np.hypot(*(corners[(i + 1) % 4] - corners[i]))) for i in range(4)
    )
    width, height = max(8, round((top + bottom) / 2)), max(8, round((left + right) / 2))
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    return Frame(width=width, height=height, to_file=np.asarray(matrix, dtype=np.float64))


def sideways(quads: Sequence[Quad]) -> bool:
    """Whether most of the text, by length, runs up or down the picture."""
    across = down = 0.0
    for quad in quads:
        wide, high = _sides(quad)
        if max(wide, high) >= 2 * min(wide, high):
            across, down = (across + wide, down) if wide > high else (across, down + high)
    return down > across


def skew(quads: Sequence[Quad]) -> float:
    """Return by how many degrees lines slope down to the right; 0 when too few say so."""
    slopes, lengths = [], []
    for quad in quads:
        wide, high = _sides(quad)
        if wide >= _LONG * high:
            along = (quad[1] + quad[2] - quad[0] - quad[3]) / 2
            slopes.append(math.degrees(math.atan2(along[1], along[0])))
            lengths.append(wide)
    if not slopes:
        return 0.0
    degrees = _weighted_median(slopes, lengths)
    return degrees if _LEAST_SKEW_DEG <= abs(degrees) <= _MOST_SKEW_DEG else 0.0


def moved(quads: Sequence[Quad], before: Frame, after: Frame) -> list[Quad]:
    """Return quadrilaterals of one view in pixels of another, again from their top left."""
    matrix = np.linalg.inv(after.to_file) @ before.to_file
    return [_from_top_left(_mapped(quad, matrix)) for quad in quads]


def _mapped(quad: Quad, matrix: NDArray[np.float64]) -> Quad:
    lifted = np.column_stack([quad, np.ones(len(quad))]) @ matrix.T
    return np.asarray(lifted[:, :2] / lifted[:, 2:])


def _from_top_left(quad: Quad) -> Quad:
    """Return the corners clockwise, beginning with the one that is leftmost along the long side."""
    centre = quad.mean(axis=0)
    order = np.argsort(np.arctan2(quad[:, 1] - centre[1], quad[:, 0] - centre[0]))
    ring = quad[order]
    return np.roll(ring, -int(ring.sum(axis=1).argmin()), axis=0)


def _sides(quad: Quad) -> tuple[float, float]:
    """Return how wide and how high a quadrilateral is."""
    top, right, bottom, left = (float(np.hypot(*(quad[(i + 1) % 4] - quad[i]))) for i in range(4))
    return (top + bottom) / 2, (left + right) / 2


def _weighted_median(values: Sequence[float], weights: Sequence[float]) -> float:
    order = np.argsort(values)
    reached = np.cumsum(np.asarray(weights)[order])
    return float(np.asarray(values)[order][np.searchsorted(reached, reached[-1] / 2)])


def _paper_colour(pixels: NDArray[np.uint8]) -> tuple[int, ...]:
    """Return the usual colour along the rim, where paper is most often bare."""
    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return tuple(int(value) for value in np.atleast_1d(np.median(rim, axis=0)))
