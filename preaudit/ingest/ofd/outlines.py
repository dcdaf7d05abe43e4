"""Paths of OFD (AbbreviatedData) as operators of PDF, and the straight lines in them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from preaudit.ingest.ofd.numbers import SAME, Matrix, Point, apply, number, written

_WORD = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[A-Za-z]")
_WANTS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_LONGEST = 32 << 20
_TINY = 1e-9


@dataclass(slots=True, kw_only=True)
class Outline:
    """A path in its own coordinates."""

    by: Matrix = SAME
    """What its operators are written through; points and segments are not."""
    operators: list[bytes] = field(default_factory=list)
    segments: list[tuple[Point, Point]] = field(default_factory=list)
    """Its straight pieces, also those that close a piece of the path."""
    points: list[Point] = field(default_factory=list)
    """All points that it is drawn through or towards."""
    is_straight: bool = True
    """Whether it has no curves."""
    _start: Point | None = None
    _here: Point | None = None

    def move(self, to: Point) -> None:
        """Begin a new piece."""
        self.operators.append(self._written(to) + b" m")
        self.points.append(to)
        self._start = self._here = to

    def line(self, to: Point) -> None:
        """Go on straight."""
        if self._here is None:
            self.move(to)
            return
        self.operators.append(self._written(to) + b" l")
        self.points.append(to)
        self.segments.append((self._here, to))
        self._here = to

    def curve(self, first: Point, second: Point, to: Point) -> None:
        """Go on along a cubic curve."""
        if self._here is None:
            self.move(first)
        self.operators.append(self._written(first, second, to) + b" c")
        self.points += (first, second, to)
        self.is_straight = False
        self._here = to

    def close(self) -> None:
        """Return to where the piece began."""
        if self._here is None or self._start is None:
            return
        if self._here != self._start:
            self.segments.append((self._here, self._start))
        self.operators.append(b"h")
        self._here = self._start

    def _written(self, *points: Point) -> bytes:
        if self.by == SAME:
            return written(*(one for point in points for one in point))
        return written(*(one for point in points for one in apply(self.by, *point)))

    @property
    def here(self) -> Point:
        """Where the pen is."""
        return self._here or (0.0, 0.0)


def outline_of(data: str, by: Matrix = SAME) -> Outline:
    """Return a path, written through a matrix; what follows a fault in it is left out."""
    found = Outline(by=by)
    words = _WORD.findall(data, 0, min(len(data), _LONGEST))
    at = 0
    while at < len(words):
        operator = words[at].upper()
        at += 1
        if operator not in _WANTS:
            continue
        values = words[at : at + _WANTS[operator]]
        if len(values) < _WANTS[operator] or any(word.isalpha() for word in values):
            break
        _draw(found, operator, [number(word) for word in values])
        at += len(values)
    return found


def rectangle(left: float, top: float, width: float, height: float) -> Outline:
    """Return a rectangle as a path."""
    found = Outline()
    found.move((left, top))
    found.line((left + width, top))
    found.line((left + width, top + height))
    found.line((left, top + height))
    found.close()
    return found


def _draw(found: Outline, operator: str, v: list[float]) -> None:
    match operator:
        case "S" | "M":
            found.move((v[0], v[1]))
        case "L":
            found.line((v[0], v[1]))
        case "B":
            found.curve((v[0], v[1]), (v[2], v[3]), (v[4], v[5]))
        case "Q":
            (x, y), (cx, cy), to = found.here, (v[0], v[1]), (v[2], v[3])
            first = x + (cx - x) * 2 / 3, y + (cy - y) * 2 / 3
            second = to[0] + (cx - to[0]) * 2 / 3, to[1] + (cy - to[1]) * 2 / 3
            found.curve(first, second, to)
        case "A":
            _arc(found, v)
        case _:
            found.close()


def _arc(found: Outline, v: list[float]) -> None:
    """Draw an elliptical arc: radii, turn in degrees, the larger one?, clockwise?, end."""
    (x0, y0), (x1, y1) = found.here, (v[5], v[6])
    rx, ry, turn = abs(v[0]), abs(v[1]), math.radians(v[2])
    if rx < _TINY or ry < _TINY or math.hypot(x1 - x0, y1 - y0) < _TINY:
        found.line((x1, y1))
        return
    cos, sin = math.cos(turn), math.sin(turn)
    # half the way from start to end, seen from the axes of the ellipse
    px = (cos * (x0 - x1) + sin * (y0 - y1)) / 2
    py = (-sin * (x0 - x1) + cos * (y0 - y1)) / 2
    need = (px / rx) ** 2 + (py / ry) ** 2
    if need > 1:
        rx, ry, need = rx * math.sqrt(need), ry * math.sqrt(need), 1.0
    off = math.sqrt(max(0.0, 1 / need - 1)) * (-1 if bool(v[3]) == bool(v[4]) else 1)
    qx, qy = off * rx * py / ry, -off * ry * px / rx
    cx, cy = cos * qx - sin * qy + (x0 + x1) / 2, sin * qx + cos * qy + (y0 + y1) / 2
    begin = math.atan2((py - qy) / ry, (px - qx) / rx)
    sweep = math.atan2((-py - qy) / ry, (-px - qx) / rx) - begin
    if v[4] and sweep < 0:
        sweep += 2 * math.pi
    elif not v[4] and sweep > 0:
        sweep -= 2 * math.pi

    def at(angle: float) -> tuple[Point, Point]:
        """Return the point of the ellipse at an angle, and where it heads."""
        a, b = rx * math.cos(angle), ry * math.sin(angle)
        da, db = -rx * math.sin(angle), ry * math.cos(angle)
        point = (cx + cos * a - sin * b, cy + sin * a + cos * b)
        return point, (cos * da - sin * db, sin * da + cos * db)

    pieces = max(1, math.ceil(abs(sweep) / (math.pi / 2)))
    step = sweep / pieces
    reach = 4 / 3 * math.tan(step / 4)
    for piece in range(pieces):
        (ax, ay), (adx, ady) = at(begin + piece * step)
        (bx, by), (bdx, bdy) = at(begin + (piece + 1) * step)
        end = (x1, y1) if piece == pieces - 1 else (bx, by)
        found.curve((ax + adx * reach, ay + ady * reach), (bx - bdx * reach, by - bdy * reach), end)
