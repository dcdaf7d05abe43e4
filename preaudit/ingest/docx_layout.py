"""The text of a DOCX on pages: its sections, their heads and feet, and its notes at the end."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
)
from reportlab.platypus.doctemplate import LayoutError

from preaudit.ingest.docx_fonts import Fonts
from preaudit.ingest.docx_numbering import Numbering
from preaudit.ingest.docx_sections import Section, even_pages_differ, sections
from preaudit.ingest.docx_text import CHANGED, PAGE_COUNT, paragraph_text
from preaudit.ingest.docx_writer import Setting, Writer, style_sizes
from preaudit.ingest.office_package import LaidOut
from preaudit.ingest.records import Trouble

_MARGIN = 20 * mm
_HEAD_FROM = 9 * mm
"""How far from the edge of the page its head begins and its foot ends."""
_HEAD_MOST = 60 * mm
_NUMBERING = RELATIONSHIP_TYPE.NUMBERING
_NOTES = (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES)
_RULE_NOTES = frozenset({"separator", "continuationSeparator", "continuationNotice"})


def lay_out(document: Any) -> LaidOut:
    """Return a python-docx document as PDF bytes, with what has to be said of it.

    Raises:
        Refusal: `no_cjk_font`.
    """
    fonts, sizes = Fonts(), style_sizes(document)
    tries = (
        Setting(fonts=fonts, style_sizes=sizes),
        # A row that is taller than a page has to be parted; where that fails too, its text is set.
        Setting(fonts=fonts, style_sizes=sizes, split_rows=True),
        Setting(fonts=fonts, style_sizes=sizes, tables=False),
    )
    for setting in tries[:-1]:
        try:
            return _laid_out(document, setting)
        except LayoutError:
            continue
    return _laid_out(document, tries[-1])


def _laid_out(document: Any, setting: Setting) -> LaidOut:
    pdf = _built(document, setting)
    lost = setting.pictures_lost
    if _counts_pages(document):
        pdf = _built(document, setting)  # now it is known how many pages there are
    return LaidOut(pdf=pdf, notices=tuple(_notices(document, lost)))


def _notices(document: Any, pictures_lost: int) -> Iterator[Trouble]:
    if next(document.element.body.iter(*CHANGED), None) is not None:
        yield Trouble(code="tracked_changes")
    if pictures_lost:
        yield Trouble(code="pictures_not_shown", facts={"count": str(pictures_lost)})


def _counts_pages(document: Any) -> bool:
    parts = [one for section in sections(document) for one in _edges(section)]
    roots = [document.element.body, *(one.element for one in parts)]
    return any(
        PAGE_COUNT in paragraph_text(paragraph)
        for root in roots
        for paragraph in root.iter(qn("w:p"))
    )


def _edges(section: Section) -> list[Any]:
    return [*section.heads.values(), *section.feet.values()]


def _built(document: Any, setting: Setting) -> bytes:
    out = io.BytesIO()
    parts = sections(document)
    even = even_pages_differ(document)
    template = BaseDocTemplate(out, invariant=1)
    pages = [
        _Pages(section=section, number=number, setting=setting, even_differs=even)
        for number, section in enumerate(parts)
    ]
    template.addPageTemplates([one.template() for one in pages])
    template.build(_story(document, parts, setting))
    setting.pages = template.page
    return out.getvalue()


def _story(document: Any, parts: Sequence[Section], setting: Setting) -> list[Flowable]:
    numbering = Numbering(_root(document, _NUMBERING), document.styles.element)
    writer = Writer(document.part, setting, numbering)
    story: list[Flowable] = []
    for number, section in enumerate(parts):
        if number:
            story.append(NextPageTemplate(str(number)))
            story += [PageBreak()] if section.starts_page else []
        for element in section.elements:
            story += writer.block(element, section.room_pt)
    room_pt = parts[-1].room_pt
    for kind in _NOTES:
        root = _root(document, kind)
        for note in root.iterchildren() if root is not None else ():
            if note.get(qn("w:type"), "") not in _RULE_NOTES:
                story += Writer(document.part, setting, None).blocks(note, room_pt)
    return story or [Spacer(1, 1)]


def _root(document: Any, kind: str) -> Any:
    """Return the root of a part that the document relates to; None when there is none."""
    for relation in document.part.rels.values():
        if relation.reltype == kind and not relation.is_external:
            part = relation.target_part
            element = getattr(part, "element", None)
            return element if element is not None else parse_xml(part.blob)
    return None


@dataclass(slots=True, kw_only=True)
class _Pages:
    """Makes the pages of one section."""

    section: Section
    number: int
    setting: Setting
    even_differs: bool
    _first: int | None = None
    """The number of the section's first page, once it is made."""
    _heights: dict[int, float] = field(default_factory=dict)

    def template(self) -> PageTemplate:
        """Return what reportlab makes its pages from, with room for heads and feet."""
        section = self.section
        width, height = section.size_pt
        top = max([_MARGIN, *(self._room(one) for one in section.heads.values())])
        bottom = max([_MARGIN, *(self._room(one) for one in section.feet.values())])
        frame = Frame(
            section.left_pt, bottom, width - section.left_pt - section.right_pt,
            height - top - bottom, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
        )  # fmt: skip
        return PageTemplate(str(self.number), [frame], onPage=self._draw, pagesize=section.size_pt)

    def _room(self, part: Any) -> float:
        return float(_HEAD_FROM + min(self._height(part), _HEAD_MOST) + 2 * mm)

    def _height(self, part: Any) -> float:
        if id(part) not in self._heights:
            room = self.section.room_pt
            heights = [float(one.wrap(room, _HEAD_MOST)[1]) for one in self._flowables(part)]
            self._heights[id(part)] = sum(heights)
        return self._heights[id(part)]

    def _flowables(self, part: Any) -> list[Flowable]:
        made = Writer(part, self.setting, None).blocks(part.element, self.section.room_pt)
        found = [one for one in made if not isinstance(one, PageBreak)]
        while found and isinstance(found[-1], Spacer):
            found.pop()
        return found

    def _draw(self, canvas: Any, _: BaseDocTemplate) -> None:
        """Draw head and foot of a page."""
        page = canvas.getPageNumber()
        if self._first is None or page < self._first:
            self._first = page
        self.setting.page = page
        which = self.section.variant(
            page, is_first=page == self._first, even_differs=self.even_differs
        )
        head, foot = self.section.heads.get(which), self.section.feet.get(which)
        if head is not None:
            self._place(canvas, head, self.section.size_pt[1] - _HEAD_FROM)
        if foot is not None:
            self._place(canvas, foot, _HEAD_FROM + min(self._height(foot), _HEAD_MOST))
        self.setting.page = 0

    def _place(self, canvas: Any, part: Any, top: float) -> None:
        """Draw a head or foot downwards from a height."""
        left, room = self.section.left_pt, self.section.room_pt
        for one in self._flowables(part):
            height = one.wrap(room, _HEAD_MOST)[1]
            top -= height
            one.drawOn(canvas, left, top)
