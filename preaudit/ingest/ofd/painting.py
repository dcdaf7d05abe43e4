"""Layers and what stands in them: text, paths, pictures, shared drawings, each within its clips."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from preaudit.ingest.ofd.colours import BLACK, Colour, shading
from preaudit.ingest.ofd.lettering import Scribe, text_style
from preaudit.ingest.ofd.markup import Element, child, children, flag, local, text_of
from preaudit.ingest.ofd.numbers import (
    SAME,
    Area,
    Matrix,
    area,
    matrix,
    moved,
    number,
    numbers,
    scale,
    then,
    written,
)
from preaudit.ingest.ofd.outlines import Outline, outline_of, rectangle
from preaudit.ingest.ofd.package import MissingPart
from preaudit.ingest.ofd.pictures import Picture, UnusablePicture, picture_of
from preaudit.ingest.ofd.resources import DrawParam, Resources, draw_param, over
from preaudit.ingest.ofd.surface import Surface

_DEEPEST = 12
"""How deep blocks and shared drawings may lie in one another."""
_LINE_MM = 0.353
_ROOM_MM = 0.3
"""A boundary is often drawn through the middle of a line; so much more is shown."""
_FAINTEST = 0.02
_CAPS = {"Butt": b"0 J", "Round": b"1 J", "Square": b"2 J"}
_JOINS = {"Miter": b"0 j", "Round": b"1 j", "Bevel": b"2 j"}
_WEIGHTS = {"CompositeObject": 100, "PathObject": 3}
"""Shared drawings may double with every level, so they meet the limit early."""
_CLIP_NOTHING_MORE = b"W n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where objects stand: the way to the page, and what they take over from around them."""

    by: Matrix
    style: DrawParam
    alpha: float = 1.0
    visible: bool = True
    depth: int = 0


@dataclass(slots=True, kw_only=True)
class Painter:
    """Paints the blocks of one page."""

    surface: Surface
    resources: Resources
    scribe: Scribe
    image_mpx: int
    _pictures: dict[str, Picture | None] = field(default_factory=dict)

    def paint(self, parent: Element, place: Place | None = None) -> None:
        """Paint all objects in a layer, a block or an appearance, in their order."""
        place = place or Place(by=SAME, style=DrawParam())
        if place.depth > _DEEPEST:
            self.surface.missing.append("…")
            return
        own = self.resources.param(parent.get("DrawParam"))
        inside = replace(place, style=over(own, place.style))
        for element in parent.iterchildren():
            kind = local(element)
            if kind == "PageBlock":
                self.paint(element, replace(inside, depth=place.depth + 1))
            elif kind in {"TextObject", "PathObject", "ImageObject", "CompositeObject"}:
                self.surface.count(_WEIGHTS.get(kind, 1))
                self._object(element, kind, inside)

    def _object(self, element: Element, kind: str, place: Place) -> None:
        box = area(element.get("Boundary"))
        own = matrix(element.get("CTM"))
        if kind == "ImageObject" and element.get("CTM") is None and box is not None:
            own = (box[2], 0.0, 0.0, box[3], 0.0, 0.0)
        step = then(own, moved(box[0], box[1])) if box is not None else own
        alpha = place.alpha * min(1.0, max(0.0, number(element.get("Alpha"), 255) / 255))
        here = replace(
            place,
            by=then(step, place.by),
            style=over(
                over(draw_param(element), self.resources.param(element.get("DrawParam"))),
                place.style,
            ),
            alpha=alpha,
            visible=place.visible and alpha > _FAINTEST and flag(element, "Visible", default=True),
        )
        canvas = self.surface.canvas
        canvas.save()
        if box is not None and kind in {"PathObject", "ImageObject"}:
            self._clip_to(box, _line(here.style) * scale(own))
        canvas.concat(step)
        self._clip(child(element, "Clips"))
        match kind:
            case "TextObject":
                self._text(element, here)
            case "PathObject":
                self._path(element, here)
            case "ImageObject":
                self._image(element, here)
            case _:
                self._composite(element, here)
        canvas.restore()

    def _clip_to(self, box: Area, line: float) -> None:
        left, top, width, height = box
        room = max(_ROOM_MM, line)
        if width > 0 and height > 0:
            path = rectangle(left - room, top - room, width + 2 * room, height + 2 * room)
            self.surface.canvas.put(*path.operators, _CLIP_NOTHING_MORE)

    def _clip(self, clips: Element | None) -> None:
        """Clip to each Clip in turn; the areas of one Clip together let something through."""
        for clip in children(clips, "Clip") if clips is not None else ():
            operators: list[bytes] = []
            for one in children(clip, "Area"):
                path = child(one, "Path")
                if path is None:  # clipped by letters: shown whole rather than not at all
                    operators = []
                    break
                operators += self._clip_area(one, path)
            if operators:
                self.surface.canvas.put(*operators, _CLIP_NOTHING_MORE)

    def _clip_area(self, one: Element, path: Element) -> list[bytes]:
        """Return one area of a clip as a path in the coordinates that are drawn in."""
        box = area(path.get("Boundary"))
        by = then(matrix(path.get("CTM")), moved(box[0], box[1]) if box else SAME)
        by = then(by, matrix(one.get("CTM")))
        return outline_of(text_of(child(path, "AbbreviatedData")), by).operators

    def _text(self, element: Element, place: Place) -> None:
        style = text_style(element, self.resources, place.style.width)
        visible = place.visible and (style.fills or style.strokes) and style.size != 0
        fill = self._ink(place.style.fill, BLACK) or BLACK
        line = self._ink(place.style.stroke, fill) or fill
        canvas = self.surface.canvas
        canvas.fill_with(*fill.light)
        canvas.stroke_with(*line.light)
        canvas.blend(fill=fill.alpha * place.alpha, stroke=line.alpha * place.alpha)
        seen = max(fill.alpha if style.fills else 0, line.alpha if style.strokes else 0)
        self.scribe.write(element, style, place.by, visible=visible and seen > _FAINTEST)

    def _ink(self, element: Element | None, default: Colour | None) -> Colour | None:
        return default if element is None else self.resources.colour(element)

    def _path(self, element: Element, place: Place) -> None:
        if not place.visible:
            return
        path = outline_of(text_of(child(element, "AbbreviatedData")))
        if not path.operators:
            return
        fill = self._ink(place.style.fill, None) if flag(element, "Fill", default=False) else None
        line = (
            self._ink(place.style.stroke, BLACK) if flag(element, "Stroke", default=True) else None
        )
        even = b"*" if element.get("Rule") == "Even-Odd" else b""
        if fill is not None and fill.gradient is not None:
            self._shade(path, fill, even, place.alpha)
            fill = None
        self._drawn(path, fill, line, even, place)
        self._rulings(path, fill, line, place)

    def _drawn(
        self, path: Outline, fill: Colour | None, line: Colour | None, even: bytes, place: Place
    ) -> None:
        canvas = self.surface.canvas
        if fill is None and line is None:
            return
        canvas.blend(
            fill=(fill.alpha if fill else 1.0) * place.alpha,
            stroke=(line.alpha if line else 1.0) * place.alpha,
        )
        if fill is not None:
            canvas.fill_with(*fill.light)
        if line is not None:
            canvas.stroke_with(*line.light)
            canvas.put(*_pen(place.style))
        paint = (b"B" if fill else b"S") if line else b"f"
        canvas.put(*path.operators, paint if paint == b"S" else paint + even)

    def _shade(self, path: Outline, fill: Colour, even: bytes, alpha: float) -> None:
        if fill.gradient is None:
            return
        canvas = self.surface.canvas
        canvas.save()
        canvas.blend(fill=fill.alpha * alpha)
        canvas.put(*path.operators, b"W" + even + b" n")
        canvas.shade(shading(fill.gradient))
        canvas.restore()

    def _rulings(
        self, path: Outline, fill: Colour | None, line: Colour | None, place: Place
    ) -> None:
        """Tell of the strokes that can be seen."""
        if line is not None and not line.is_white:
            self.surface.add_rulings(path, place.by, width=_line(place.style))
        elif fill is not None and not fill.is_white:
            self.surface.add_rulings(path, place.by, width=None)

    def _image(self, element: Element, place: Place) -> None:
        key = element.get("ResourceID") or ""
        mask = element.get("ImageMask") or ""
        name = f"{key}/{mask}"
        if name not in self._pictures:
            self._pictures[name] = self._picture(key, mask)
        picture = self._pictures[name]
        if picture is not None and place.visible:
            self.surface.canvas.blend(fill=place.alpha, stroke=place.alpha)
            self.surface.canvas.picture(name, picture.build)
            self.surface.add_image(place.by, (picture.width, picture.height))

    def _picture(self, key: str, mask: str) -> Picture | None:
        part = self.resources.media.get(key)
        if not part:
            self.surface.missing.append(f"image {key or '?'}")
            return None
        package = self.resources.package
        try:
            over_it = self.resources.media.get(mask)
            return picture_of(
                package.read(part),
                image_mpx=self.image_mpx,
                mask=package.read(over_it) if over_it else None,
            )
        except (MissingPart, UnusablePicture):
            self.surface.missing.append(part)
            return None

    def _composite(self, element: Element, place: Place) -> None:
        key = element.get("ResourceID") or ""
        unit = self.resources.composites.get(key)
        content = child(unit, "Content")
        if content is None:
            self.surface.missing.append(f"drawing {key or '?'}")
            return
        self.paint(content, replace(place, depth=place.depth + 1))


def _line(style: DrawParam) -> float:
    return _LINE_MM if style.width is None else style.width


def _pen(style: DrawParam) -> list[bytes]:
    """Return the operators that set up a line."""
    found = [written(max(0.0, _line(style))) + b" w"]
    dashes = [abs(one) for one in numbers(style.dashes)[:16]]
    if any(dashes):
        found.append(b"[" + written(*dashes) + b"] 0 d")
    found += [_CAPS[style.cap]] if style.cap in _CAPS else []
    found += [_JOINS[style.join]] if style.join in _JOINS else []
    return found
