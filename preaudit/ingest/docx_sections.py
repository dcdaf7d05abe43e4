"""The sections of a DOCX: how large their pages are, and what stands at head and foot of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from docx.oxml.ns import qn
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

_A4: tuple[float, float] = A4
_TWIPS_PER_PT = 20
_UNITS_PT: dict[str, float] = {"mm": mm, "cm": 10 * mm, "in": 72.0}
_SIDE_PT = (90 * mm, 600 * mm)
"""Pages from a card to A2; others are taken for A4."""
_MARGIN: float = 20 * mm
_MARGINS: tuple[float, float] = (8 * mm, 35 * mm)
DEFAULT, FIRST, EVEN = "default", "first", "even"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Pages of one size with the same head and foot."""

    elements: tuple[Any, ...]
    """What stands on them: paragraphs, tables and controls."""
    size_pt: tuple[float, float]
    left_pt: float
    right_pt: float
    starts_page: bool
    """Whether it begins on a new page."""
    has_first: bool
    """Whether its first page has a head and foot of its own."""
    heads: dict[str, Any] = field(default_factory=dict)
    """Parts by the pages for which they stand: `default`, `first` or `even`."""
    feet: dict[str, Any] = field(default_factory=dict)

    @property
    def room_pt(self) -> float:
        """Width between the margins."""
        return self.size_pt[0] - self.left_pt - self.right_pt

    def variant(self, page: int, *, is_first: bool, even_differs: bool) -> str:
        """Return which head and foot stand on a page."""
        if is_first and self.has_first:
            return FIRST
        return EVEN if even_differs and page % 2 == 0 else DEFAULT


def sections(document: Any) -> list[Section]:
    """Return the sections of a python-docx document, in order."""
    found: list[Section] = []
    gathered: list[Any] = []
    end = None
    for child in document.element.body.iterchildren():
        if child.tag == qn("w:sectPr"):
            end = child
            continue
        gathered.append(child)
        own = child.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") if child.tag == qn("w:p") else None
        if own is not None:
            found.append(_section(own, gathered, document.part, found))
            gathered = []
    if gathered or not found:
        found.append(_section(end, gathered, document.part, found))
    return found


def even_pages_differ(document: Any) -> bool:
    """Tell whether even pages have heads and feet of their own."""
    mark = document.settings.element.find(qn("w:evenAndOddHeaders"))
    return mark is not None and mark.get(qn("w:val"), "1") not in {"0", "false", "off"}


def _section(end: Any, gathered: list[Any], part: Any, before: list[Section]) -> Section:
    """Return a section; where it names no head or foot, those of the one before go on."""
    earlier = before[-1] if before else None
    plain = Section(
        elements=tuple(gathered),
        size_pt=_A4,
        left_pt=_MARGIN,
        right_pt=_MARGIN,
        starts_page=True,
        has_first=False,
        heads=dict(earlier.heads) if earlier else {},
        feet=dict(earlier.feet) if earlier else {},
    )
    if end is None:
        return plain
    margins = end.find(qn("w:pgMar"))
    kind = end.find(qn("w:type"))
    mark = end.find(qn("w:titlePg"))
    return replace(
        plain,
        size_pt=_size(end.find(qn("w:pgSz"))),
        left_pt=_margin(margins, "w:left"),
        right_pt=_margin(margins, "w:right"),
        starts_page=kind is None or kind.get(qn("w:val")) != "continuous",
        has_first=mark is not None and mark.get(qn("w:val"), "1") not in {"0", "false", "off"},
        heads={**plain.heads, **dict(_parts(end, "w:headerReference", part))},
        feet={**plain.feet, **dict(_parts(end, "w:footerReference", part))},
    )


def _parts(end: Any, tag: str, part: Any) -> Iterator[tuple[str, Any]]:
    for reference in end.findall(qn(tag)):
        related = part.related_parts.get(reference.get(qn("r:id"), ""))
        if related is not None and hasattr(related, "element"):
            yield reference.get(qn("w:type"), DEFAULT), related


def _size(element: Any) -> tuple[float, float]:
    if element is None:
        return _A4
    width, height = (_points(element.get(qn(name))) for name in ("w:w", "w:h"))
    least, most = _SIDE_PT
    sound = width and height and least <= min(width, height) and max(width, height) <= most
    return (width, height) if sound else _A4


def _margin(element: Any, name: str) -> float:
    stated = _points(element.get(qn(name))) if element is not None else 0.0
    return min(max(stated, _MARGINS[0]), _MARGINS[1]) if stated else _MARGIN


def _points(text: str | None) -> float:
    """Return a length in points: stated with a unit, as strict documents do, or in twentieths."""
    if not text:
        return 0.0
    try:
        if text.endswith("pt"):
            return float(text[:-2])
        if text.endswith(("mm", "cm", "in")):
            return float(text[:-2]) * _UNITS_PT[text[-2:]]
        return int(text) / _TWIPS_PER_PT
    except ValueError:
        return 0.0
