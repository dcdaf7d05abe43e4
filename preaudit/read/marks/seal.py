"""A seal that was found."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from preaudit.read.marks.frames import Frame
from preaudit.read.marks.rims import Rim


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


def framed(frame: Frame, colour: str) -> Seal:
    """Return the seal of a frame."""
    left, top, right, bottom = frame.bounds()
    half = (right - left) / 2, (bottom - top) / 2
    rim = Rim(
        x=left + half[0], y=top + half[1], across=half[0], down=half[1], turn=0.0,
        support=frame.support,
    )  # fmt: skip
    return Seal(rim=rim, colour=colour, shape=frame.shape, frame=frame)


def alike(first: Seal, second: Seal) -> bool:
    """Whether two seals with straight sides are one."""
    apart = math.hypot(first.rim.x - second.rim.x, first.rim.y - second.rim.y)
    return first.frame is not None and apart < 0.8 * second.rim.radius
