"""Colours of OFD as shares of red, green and blue light, and gradients as shadings of PDF."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pikepdf

from preaudit.ingest.ofd.markup import Element, child, children, text_of
from preaudit.ingest.ofd.numbers import Point, number, numbers

Light = tuple[float, float, float]

_STOPS_MAX = 64
_WHITE_FROM = 0.98
"""As in the text of PDF files: a share of light."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradient:
    """A colour that changes along a line or between two circles."""

    start: Point
    end: Point
    radii: tuple[float, float] | None
    """Of the circles around start and end; None for a line."""
    stops: tuple[tuple[float, Light], ...]
    extend: tuple[bool, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """What an area or a line is drawn with."""

    light: Light
    alpha: float = 1.0
    gradient: Gradient | None = None

    @property
    def is_white(self) -> bool:
        """Whether it cannot be seen on paper."""
        return self.gradient is None and min(self.light) >= _WHITE_FROM


BLACK = Colour(light=(0.0, 0.0, 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourSpace:
    """How the numbers of a colour are to be read."""

    kind: str = "RGB"
    most: float = 255.0
    """What full light, or full ink, is written as."""
    palette: tuple[Light, ...] = ()


RGB = ColourSpace()


def colour_space(element: Element) -> ColourSpace:
    """Return a colour space of the resources."""
    kind = (element.get("Type") or "RGB").upper()
    bits = min(16.0, max(1.0, number(element.get("BitsPerComponent"), 8)))
    most = 2.0**bits - 1
    plain = ColourSpace(kind=kind, most=most)
    entries = child(element, "Palette")
    if entries is None:
        return plain
    lights = tuple(_light(text_of(one), plain) for one in children(entries, "CV"))
    return ColourSpace(kind=kind, most=most, palette=lights)


def colour_of(element: Element, spaces: dict[str, ColourSpace]) -> Colour | None:
    """Return the colour that an element gives; None for a pattern, which has no one colour."""
    alpha = min(1.0, max(0.0, number(element.get("Alpha"), 255) / 255))
    for kind in ("AxialShd", "RadialShd"):
        shading = child(element, kind)
        if shading is not None:
            return _shaded(shading, spaces, alpha)
    if child(element, "Pattern") is not None:
        return None
    space = spaces.get(element.get("ColorSpace") or "", RGB)
    index = element.get("Index")
    if index is not None and space.palette:
        at = min(max(int(number(index)), 0), len(space.palette) - 1)
        return Colour(light=space.palette[at], alpha=alpha)
    return Colour(light=_light(element.get("Value") or "", space), alpha=alpha)


def _light(text: str, space: ColourSpace) -> Light:
    """Return the light of a colour value such as `255 0 0` or `#ff #00 #00`."""
    values = [_component(word) / space.most for word in text.replace(",", " ").split()[:4]]
    values = [min(1.0, max(0.0, value)) for value in values]
    if len(values) == 4:  # noqa: PLR2004  # cyan, magenta, yellow, black
        cyan, magenta, yellow, black = values
        return (1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black)
    if len(values) == 3:  # noqa: PLR2004  # red, green, blue
        return values[0], values[1], values[2]
    if len(values) == 1 and (space.kind == "GRAY" or values[0] == 0):
        return values[0], values[0], values[0]
    return 0.0, 0.0, 0.0


def _component(word: str) -> float:
    if word.startswith("#"):
        try:
            return float(int(word[1:], 16))
        except ValueError:
            return 0.0
    return number(word)


def _shaded(element: Element, spaces: dict[str, ColourSpace], alpha: float) -> Colour | None:
    start, end = numbers(element.get("StartPoint")), numbers(element.get("EndPoint"))
    if len(start) < 2 or len(end) < 2:  # noqa: PLR2004  # x and y
        return None
    stops = _stops(element, spaces)
    if not stops:
        return None
    extend = int(number(element.get("Extend"))) & 3
    radii = None
    if element.get("EndRadius") is not None:
        radii = number(element.get("StartRadius")), number(element.get("EndRadius"))
    gradient = Gradient(
        start=(start[0], start[1]), end=(end[0], end[1]), radii=radii, stops=stops,
        extend=(bool(extend & 1), bool(extend & 2)),
    )  # fmt: skip
    return Colour(light=stops[0][1], alpha=alpha, gradient=gradient)


def _stops(element: Element, spaces: dict[str, ColourSpace]) -> tuple[tuple[float, Light], ...]:
    """Return the colours along a gradient with their places, from 0 to 1, in ascending order."""
    found = list(children(element, "Segment"))[:_STOPS_MAX]
    stops: list[tuple[float, Light]] = []
    for index, segment in enumerate(found):
        inner = child(segment, "Color")
        colour = colour_of(inner, spaces) if inner is not None else None
        even = index / max(1, len(found) - 1)
        place = min(1.0, max(0.0, number(segment.get("Position"), even)))
        if colour is not None:
            stops.append((max(place, stops[-1][0] if stops else 0.0), colour.light))
    return tuple(stops)


def shading(gradient: Gradient) -> dict[str, Any]:
    """Return a gradient as a PDF shading dictionary (ISO 32000-1, 8.7.4.5.3 and .4)."""
    (x0, y0), (x1, y1) = gradient.start, gradient.end
    coordinates = [x0, y0, x1, y1]
    if gradient.radii is not None:
        coordinates = [x0, y0, abs(gradient.radii[0]), x1, y1, abs(gradient.radii[1])]
    return {
        "/ShadingType": 2 if gradient.radii is None else 3,
        "/ColorSpace": pikepdf.Name.DeviceRGB,
        "/Coords": coordinates,
        "/Extend": list(gradient.extend),
        "/Function": _function(gradient.stops),
    }


def _function(stops: tuple[tuple[float, Light], ...]) -> pikepdf.Dictionary:
    ends = [(0.0, stops[0][1]), *stops, (1.0, stops[-1][1])]
    pieces = [
        (start, end, first, last) for (start, first), (end, last) in pairwise(ends) if end > start
    ]
    return pikepdf.Dictionary(
        FunctionType=3,
        Domain=[0, 1],
        Functions=[
            pikepdf.Dictionary(FunctionType=2, Domain=[0, 1], C0=list(first), C1=list(last), N=1)
            for _, _, first, last in pieces
        ],
        Bounds=[end for _, end, _, _ in pieces[:-1]],
        Encode=[0, 1] * len(pieces),
    )
