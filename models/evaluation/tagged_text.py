"""The trained tagger as a finder of organisations and addresses in plain sentences.

It was taught forms, certificates and contracts, never news, and whose name a name is, never that it
is one; so every field that is an organisation's name counts as one, whatever its role, and every
address field as an address. For `models.evaluation.cluener`.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Final

from preaudit.document import Line, Origin, Page, Quality
from preaudit.extract.tagger import Tagger, open_tagger
from preaudit.extract.values.reading import field_types
from preaudit.geometry import Box
from preaudit.settings import Settings

_KIND: Final = "construction-contract"
"""Of the kinds it knows, the one with the most running text."""
_ROW: Final = 44
"""Characters of a printed row."""
_WIDTH: Final = 0.018
_PITCH: Final = 0.026
_ADDRESSES: Final = frozenset({"site_address", "developer_address", "holder_address"})


def find(text: str) -> list[tuple[str, int, int]]:
    """Return (label, start, end) of every organisation and address, ends half-open."""
    cuts = [*range(0, len(text), _ROW), len(text)]
    rows = [(start, end) for start, end in pairwise(cuts) if end > start]
    page = _page([text[start:end] for start, end in rows])
    found = []
    for span in _tagger().tag(page, _KIND):
        label = _label(span.field)
        if label:
            first, last = span.pieces[0], span.pieces[-1]
            found.append((label, rows[first[0]][0] + first[1], rows[last[0]][0] + last[2]))
    return found


def _label(field: str) -> str:
    if field in _ADDRESSES:
        return "address"
    return "organisation" if field_types().get(field) == "name" else ""


@cache
def _tagger() -> Tagger:
    return open_tagger(Settings().own_weights_dir)


def _page(rows: list[str]) -> Page:
    """Return a page of rows of prose below one another."""
    lines = []
    for number, text in enumerate(rows):
        edges = tuple(0.1 + _WIDTH * at for at in range(len(text) + 1))
        top = 0.15 + _PITCH * number
        box = Box(page=1, left=edges[0], top=top, right=edges[-1], bottom=top + 0.6 * _PITCH)
        lines.append(Line(text=text, box=box, confidence=1.0, origin=Origin.EMBEDDED, edges=edges))
    quality = Quality(flaws=(), dpi=None, mean_confidence=1.0)
    return Page(number=1, aspect=1.414, lines=tuple(lines), cells=(), marks=(), quality=quality)
