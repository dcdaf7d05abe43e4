"""One page of an OFD, painted: templates behind it, then its layers, annotations and seals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from preaudit.ingest.ofd.canvas import Canvas
from preaudit.ingest.ofd.document import Document, PageRef, add_resources
from preaudit.ingest.ofd.lettering import Scribe
from preaudit.ingest.ofd.markup import Element, child, children, flag
from preaudit.ingest.ofd.numbers import SAME, Matrix, area, moved, then
from preaudit.ingest.ofd.outlines import rectangle
from preaudit.ingest.ofd.package import MissingPart
from preaudit.ingest.ofd.painting import Painter, Place
from preaudit.ingest.ofd.pictures import UnusablePicture, picture_of
from preaudit.ingest.ofd.resources import DrawParam, resource_parts
from preaudit.ingest.ofd.stamps import Stamp
from preaudit.ingest.ofd.surface import Surface
from preaudit.ingest.ofd.typefaces import Typefaces
from preaudit.ingest.problems import Refusal

_ORDER = {"Background": 0, "Body": 1, "Foreground": 2}
_TEMPLATES_MAX = 20


@dataclass(slots=True, kw_only=True)
class Studio:
    """Paints pages; what they share is kept from page to page."""

    typefaces: Typefaces
    image_mpx: int

    def painted(self, document: Document, ref: PageRef, stamps: Sequence[Stamp]) -> Surface:
        """Return a page with all that is on it.

        Raises:
            Refusal: It cannot be shown; the code says why.
            MissingPart: It is not in the package.
        """
        part = document.parts.located(ref.written, document.part)
        page = document.parts.xml(part)
        box = document.page_area(page)
        canvas = Canvas(left=box[0], top=box[1], width=box[2], height=box[3])
        surface = Surface(page=box, canvas=canvas)
        self._contents(document, page, part, surface)
        painter = self._painter(document, surface)
        for annotation in _annotations(document, ref.key):
            self._annotation(annotation, painter)
        for stamp in stamps:
            self._stamp(stamp, surface)
        return surface

    def _painter(self, document: Document, surface: Surface) -> Painter:
        resources = document.resources
        scribe = Scribe(surface=surface, resources=resources, typefaces=self.typefaces)
        return Painter(
            surface=surface, resources=resources, scribe=scribe, image_mpx=self.image_mpx
        )

    def _contents(
        self, document: Document, page: Element, part: str, surface: Surface, by: Matrix = SAME
    ) -> None:
        """Paint a page's templates and layers."""
        for path in resource_parts(page):
            add_resources(document, path, near=part)
        painter = self._painter(document, surface)
        layers = list(_layers(page))
        behind, before = self._templates(document, page, surface)
        for layer in (*behind, *layers, *before):
            painter.paint(layer, Place(by=by, style=DrawParam()))

    def _templates(
        self, document: Document, page: Element, surface: Surface
    ) -> tuple[list[Element], list[Element]]:
        """Return the layers of templates that lie behind a page and in front of it."""
        behind: list[Element] = []
        before: list[Element] = []
        for use in list(children(page, "Template"))[:_TEMPLATES_MAX]:
            written, order = document.templates.get(use.get("TemplateID") or "", ("", ""))
            try:
                part = document.parts.located(written, document.part) if written else ""
                template = document.parts.xml(part)
            except MissingPart:
                surface.missing.append(written or f"template {use.get('TemplateID')}")
                continue
            for path in resource_parts(template):
                add_resources(document, path, near=part)
            is_front = (use.get("ZOrder") or order) == "Foreground"
            (before if is_front else behind).extend(_layers(template))
        return behind, before

    def _annotation(self, annotation: Element, painter: Painter) -> None:
        look = child(annotation, "Appearance")
        if look is None or not flag(annotation, "Visible", default=True):
            return
        box = area(look.get("Boundary")) or (0.0, 0.0, 0.0, 0.0)
        painter.paint(look, Place(by=moved(box[0], box[1]), style=DrawParam()))

    def _stamp(self, stamp: Stamp, surface: Surface) -> None:
        """Draw an electronic seal, or the slice of it that a page carries."""
        left, top, width, height = stamp.boundary
        canvas = surface.canvas
        canvas.save()
        canvas.put(*rectangle(*stamp.shown).operators, b"W n")
        by: Matrix = (width, 0.0, 0.0, height, left, top)
        size = (0, 0)
        try:
            if stamp.document is not None:
                self._drawn_stamp(stamp.document, by, surface)
            elif stamp.picture is not None:
                picture = picture_of(stamp.picture, image_mpx=self.image_mpx)
                size = picture.width, picture.height
                canvas.concat(by)
                # A picture without transparency is ink on white: the white must not hide the page.
                canvas.blend(mode="Multiply" if picture.is_opaque else "Normal")
                canvas.picture(stamp.key, picture.build)
        except (UnusablePicture, MissingPart, Refusal):
            surface.missing.append(f"seal {stamp.key}")
        canvas.restore()
        surface.add_image((stamp.shown[2], 0.0, 0.0, stamp.shown[3], *stamp.shown[:2]), size)

    def _drawn_stamp(self, seal: Document, by: Matrix, surface: Surface) -> None:
        """Draw a seal that is an OFD itself; its letters belong to the picture, not to the text."""
        if not seal.pages:
            return
        part = seal.parts.located(seal.pages[0].written, seal.part)
        page = seal.parts.xml(part)
        box = seal.page_area(page)
        fit = then(moved(-box[0], -box[1]), (1 / box[2], 0.0, 0.0, 1 / box[3], 0.0, 0.0))
        surface.canvas.concat(then(fit, by))
        inner = Surface(page=box, canvas=surface.canvas)
        self._contents(seal, page, part, inner)


def _layers(page: Element) -> Iterator[Element]:
    """Yield a page's layers from behind to in front."""
    content = child(page, "Content")
    layers = list(children(content, "Layer")) if content is not None else []
    yield from sorted(layers, key=lambda one: _ORDER.get(one.get("Type") or "Body", 1))


def _annotations(document: Document, key: str) -> Iterator[Element]:
    for part in document.annotations.get(key, ()):
        yield from children(document.parts.xml(part), "Annot")
