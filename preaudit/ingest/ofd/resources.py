"""What the pages of an OFD refer to by number: fonts, colour spaces, pictures, shared drawings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from preaudit.ingest.ofd.colours import Colour, ColourSpace, colour_of, colour_space
from preaudit.ingest.ofd.faces import Face, UnusableFont, embedded_face
from preaudit.ingest.ofd.markup import Element, child, local, text_of, texts
from preaudit.ingest.ofd.numbers import number
from preaudit.ingest.ofd.package import MissingPart, Package

_RELATIVE_MAX = 8
"""How long a chain of drawing parameters may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Font:
    """A font as a document names it."""

    name: str
    family: str
    part: str | None
    """The part that holds it; None when it has to be found on the machine."""
    is_bold: bool = False
    is_italic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawParam:
    """Parameters that objects share; None or empty where nothing is said."""

    width: float | None = None
    fill: Element | None = None
    stroke: Element | None = None
    dashes: str | None = None
    cap: str | None = None
    join: str | None = None
    relative: str = ""


@dataclass(slots=True, kw_only=True)
class Resources:
    """All resources of one document, those of its pages coming in as they are read."""

    package: Package
    fonts: dict[str, Font] = field(default_factory=dict)
    spaces: dict[str, ColourSpace] = field(default_factory=dict)
    params: dict[str, DrawParam] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)
    """Part names by id; an empty name for a picture that is not there."""
    composites: dict[str, Element] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    """What is referred to and not there, by path."""
    _faces: dict[str, Face | None] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)

    def add(self, part: str, read: Callable[[str], Element]) -> None:
        """Take the resources of a part (Res).

        Args:
            part: Its name.
            read: Returns the XML of a part.
        """
        if part in self._read:
            return
        self._read.add(part)
        root = read(part)
        base = root.get("BaseLoc") or ""
        for group in root.iterchildren():
            for one in group.iterchildren():
                self._take(one, part, base)

    def _take(self, one: Element, part: str, base: str) -> None:
        key = one.get("ID") or ""
        match local(one):
            case "Font":
                self.fonts[key] = self._font(one, part, base)
            case "ColorSpace":
                self.spaces[key] = colour_space(one)
            case "DrawParam":
                self.params[key] = draw_param(one)
            case "MultiMedia":
                written = text_of(child(one, "MediaFile"))
                found = self._located(written, part, base)
                self.media[key] = found or ""
            case "CompositeGraphicUnit":
                self.composites[key] = one
            case _:
                return

    def _font(self, one: Element, part: str, base: str) -> Font:
        written = text_of(child(one, "FontFile"))
        return Font(
            name=one.get("FontName") or "",
            family=one.get("FamilyName") or "",
            part=self._located(written, part, base) if written else None,
            is_bold=one.get("Bold") == "true",
            is_italic=one.get("Italic") == "true",
        )

    def _located(self, written: str, part: str, base: str) -> str | None:
        """Return the part that a resource lies in: below BaseLoc, or where else it can be meant."""
        places = (
            [written] if written.startswith("/") or not base else [f"{base}/{written}", written]
        )
        for place in places:
            found = self.package.find(place, near=part)
            if found is not None:
                return found
        found = self.package.find_by_last_step(written)
        if written and found is None:
            self.missing.append(written)
        return found

    def face(self, font: Font) -> Face | None:
        """Return the font that the package brings along; None when it is of no use."""
        if font.part is None:
            return None
        if font.part not in self._faces:
            try:
                self._faces[font.part] = embedded_face(self.package.read(font.part))
            except (UnusableFont, MissingPart):
                self._faces[font.part] = None
        return self._faces[font.part]

    def param(self, key: str | None) -> DrawParam:
        """Return drawing parameters with what they take over from others filled in."""
        found = DrawParam()
        for _ in range(_RELATIVE_MAX):
            one = self.params.get(key or "")
            if one is None:
                break
            found = over(found, one)
            key = one.relative
        return found

    def colour(self, element: Element | None) -> Colour | None:
        """Return the colour of an element; None for none or a pattern."""
        return colour_of(element, self.spaces) if element is not None else None


def draw_param(element: Element) -> DrawParam:
    """Return what an element says about how to draw: a DrawParam, or an object itself."""
    width = element.get("LineWidth")
    return DrawParam(
        width=number(width) if width is not None else None,
        fill=child(element, "FillColor"),
        stroke=child(element, "StrokeColor"),
        dashes=element.get("DashPattern"),
        cap=element.get("Cap"),
        join=element.get("Join"),
        relative=element.get("Relative") or "",
    )


def over(first: DrawParam, second: DrawParam) -> DrawParam:
    """Return the first, with what it leaves open taken from the second."""
    return DrawParam(
        width=first.width if first.width is not None else second.width,
        fill=first.fill if first.fill is not None else second.fill,
        stroke=first.stroke if first.stroke is not None else second.stroke,
        dashes=first.dashes or second.dashes,
        cap=first.cap or second.cap,
        join=first.join or second.join,
    )


def resource_parts(element: Element | None) -> list[str]:
    """Return the paths of the resource parts that a document or a page names."""
    names = ("PublicRes", "DocumentRes", "PageRes")
    return [path for name in names for path in texts(element, name)]
