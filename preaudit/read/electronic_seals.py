"""Electronic seals as marks: where a signature of the file says that its seal stands, one stands.

Pixels may show less of it (a slice of a few millimetres, a seal over a red title), and what the
rim says is written in the seal itself. A person still sees it as any other seal; that it is an
electronic one is part of the mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from preaudit.document import Mark, MarkKind, Page
from preaudit.geometry import Box, Homography
from preaudit.signature import DigitalSignature, Standard

_SEALS = frozenset({Standard.SES_V1, Standard.SES_V4})
_STAMPED = frozenset({MarkKind.SEAL, MarkKind.PAGING_SEAL})
_SAME = 0.5
"""Share of the smaller box that two boxes of one seal have in common."""
_READ_WELL = 0.9


def with_electronic_seals(
    pages: Sequence[Page], signatures: Sequence[DigitalSignature]
) -> tuple[Page, ...]:
    """Return pages with a mark wherever an electronic seal stands.

    Args:
        pages: Of one file, as they were read.
        signatures: Of the same file.
    """
    seals = [one for one in signatures if one.standard in _SEALS and one.places]
    if not seals:
        return tuple(pages)
    return tuple(_stamped(page, seals) for page in pages)


def _stamped(page: Page, seals: Sequence[DigitalSignature]) -> Page:
    marks = list(page.marks)
    for seal in seals:
        kind = MarkKind.PAGING_SEAL if seal.is_paging_seal else MarkKind.SEAL
        for place in seal.places:
            if place.page == page.number:
                _put(marks, kind, _upright(place, page.to_file), seal)
    return replace(page, marks=tuple(marks))


def _put(marks: list[Mark], kind: MarkKind, box: Box, seal: DigitalSignature) -> None:
    """Make the mark that stands there an electronic one, or add one."""
    for at, mark in enumerate(marks):
        if mark.kind in _STAMPED and _is_same(mark.box, box):
            known = mark.text_confidence >= _READ_WELL
            marks[at] = replace(
                mark,
                kind=kind,
                text=mark.text if known else seal.seal_name,
                text_confidence=mark.text_confidence if known else 1.0,
                confidence=1.0,
                is_electronic=True,
            )
            return
    marks.append(
        Mark(
            kind=kind,
            box=box,
            text=seal.seal_name,
            text_confidence=1.0,
            shape="",
            colour="",
            confidence=1.0,
            is_electronic=True,
        )
    )


def _is_same(one: Box, other: Box) -> bool:
    smaller = min(one.area, other.area)
    return smaller > 0 and one.overlap(other) >= _SAME * smaller


def _upright(place: Box, to_file: Homography) -> Box:
    """Return a box of the file as it lies on the upright page."""
    back = np.linalg.inv(np.array(to_file.rows, dtype=np.float64).reshape(3, 3)).ravel()
    a, b, c, d, e, f, g, h, i = (float(one) for one in back)
    return Homography(rows=(a, b, c, d, e, f, g, h, i)).box(place)
