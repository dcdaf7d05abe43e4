"""Printed page numbers: 第 3 页 共 7 页, 3/7, - 3 -."""

from __future__ import annotations

import re
from typing import Final

from preaudit.case import PageLabel
from preaudit.document import Line, Page
from preaudit.folding import compact

_OF: Final = re.compile(r"第(\d{1,3})页[,，/]?\(?共(\d{1,3})页")
_OF_TURNED: Final = re.compile(r"共(\d{1,3})页[,，/]?第(\d{1,3})页")
_SLASH: Final = re.compile(r"^(?:页码:?|第)?(\d{1,3})/(\d{1,3})页?$")
_ALONE: Final = re.compile(r"^(?:-{1,2}|·|第)(\d{1,3})(?:-{1,2}|·|页)$")
_EDGE: Final = 0.1


def page_labels(pages: tuple[Page, ...]) -> tuple[PageLabel, ...]:
    """Return the printed page numbers; boxes as the page is in the file."""
    return tuple(label for page in pages if (label := _label(page)) is not None)


def _label(page: Page) -> PageLabel | None:
    for line in reversed(page.lines):
        numbers = _numbers(line)
        if numbers:
            number, total = numbers
            return PageLabel(
                page=page.number, number=number, total=total, box=page.to_file.box(line.box)
            )
    return None


def _numbers(line: Line) -> tuple[int, int | None] | None:
    text = compact(line.text)
    found = _OF.search(text)
    if found:
        return int(found[1]), int(found[2])
    turned = _OF_TURNED.search(text)
    if turned:
        return int(turned[2]), int(turned[1])
    if _EDGE < line.box.top < 1 - _EDGE:
        return None
    slash = _SLASH.match(text)
    if slash and 0 < int(slash[1]) <= int(slash[2]):
        return int(slash[1]), int(slash[2])
    alone = _ALONE.match(text)
    return (int(alone[1]), None) if alone else None
