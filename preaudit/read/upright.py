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
from dataclasses import dataclass
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

    def cut(self, pixels: Pixels) -> Pixels:
        """Return the upright picture; what lies beyond the file's picture is paper."""
        with step("resample"):
            return self._cut(pixels)

    def _cut(self, pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        if (self.width, self.height) == (width, height) and np.allclose(self.to_file, np.eye(3)):
            return pixels
        if _only_scales(self.to_file) and self.width < width:
            size = (self.width, self.height)
            return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
        turned = cv2.warpPerspective(
            pixels,
            self.to_file,
            (self.width, self.height),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=_paper_colour(pixels),
        )
        return np.asarray(turned)


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


def _only_scales(matrix: NDArray[np.float64]) -> bool:
    return bool(np.allclose(matrix - np.diag(np.diag(matrix)), 0.0))


def _paper_colour(pixels: Pixels) -> tuple[int, int, int]:
    """Return the usual colour along the rim, where paper is most often bare."""
    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    red, green, blue = (int(value) for value in np.median(rim, axis=0))
    return red, green, blue
