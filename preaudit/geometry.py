"""Where something is on a page.

There is one coordinate system: shares of the page, origin top left, x to the right, y down. A page
can be seen two ways: *as it is in the file* (turned, skewed, photographed at an angle) and
*upright*, as a person would hold it. Reading and extraction work upright; evidence and marks that
leave the pipeline are given as the page is in the file. A `Homography` leads from one to the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An axis-aligned rectangle on one page.

    All four sides are shares of the page's width or height, 0..1, half-open to the right and below.
    """

    page: int
    """Counts from 1 within the file."""
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Share of the page width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Share of the page height."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """Share of the page area."""
        return max(0.0, self.width) * max(0.0, self.height)

    @property
    def centre(self) -> tuple[float, float]:
        """The middle point, as (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def overlap(self, other: Self) -> float:
        """Area shared with `other`; 0 when they lie on different pages."""
        if self.page != other.page:
            return 0.0
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, across) * max(0.0, down)

    def union(self, other: Self) -> Box:
        """Return the smallest box on this page that holds both."""
        return Box(
            page=self.page,
            left=min(self.left, other.left),
            top=min(self.top, other.top),
            right=max(self.right, other.right),
            bottom=max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Homography:
    """A projective map of the unit square: row-major 3 x 3, from upright shares to file shares."""

    rows: tuple[float, float, float, float, float, float, float, float, float] = (
        1.0, 0.0, 0.0,
        0.0, 1.0, 0.0,
        0.0, 0.0, 1.0,
    )  # fmt: skip

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Map one point."""
        a, b, c, d, e, f, g, h, i = self.rows
        depth = g * x + h * y + i
        return (a * x + b * y + c) / depth, (d * x + e * y + f) / depth

    def box(self, box: Box) -> Box:
        """Map a box to the smallest axis-aligned box that holds its image, clipped to the page."""
        corners = [self.point(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)]
        across = [min(1.0, max(0.0, x)) for x, _ in corners]
        down = [min(1.0, max(0.0, y)) for _, y in corners]
        return Box(
            page=box.page, left=min(across), top=min(down), right=max(across), bottom=max(down)
        )


UPRIGHT = Homography()
"""The identity: the page lies in the file as a person would hold it."""
