"""Electronic seals become marks where their signature says that they stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from preaudit.document import Mark, MarkKind, Page, Quality
from preaudit.geometry import Box, Homography
from preaudit.read.electronic_seals import with_electronic_seals
from preaudit.signature import (
    NOBODY,
    DigitalSignature,
    Extent,
    Integrity,
    Standard,
    TimeSource,
)

_QUALITY = Quality(flaws=(), dpi=None, mean_confidence=1.0)


def _box(page: int, left: float, right: float) -> Box:
    return Box(page=page, left=left, top=0.4, right=right, bottom=0.5)


def _page(number: int, *marks: Mark) -> Page:
    return Page(number=number, aspect=1.4, lines=(), cells=(), marks=marks, quality=_QUALITY)


def _signature(*places: Box, standard: Standard = Standard.SES_V4) -> DigitalSignature:
    return DigitalSignature(
        sha256="0", name="1", standard=standard, signer=NOBODY, signed_at=None,
        time_source=TimeSource.NONE, extent=Extent.WHOLE, integrity=Integrity.INTACT,
        seal_name="某局电子印章", places=places,
    )  # fmt: skip


def _mark(box: Box, text: str = "", confidence: float = 0.0) -> Mark:
    return Mark(
        kind=MarkKind.SEAL, box=box, text=text, text_confidence=confidence, shape="round",
        colour="red", confidence=0.7,
    )  # fmt: skip


def test_a_seal_that_pixels_did_not_show_is_added() -> None:
    """The mark stands at the signature's place and bears the seal's name."""
    (page,) = with_electronic_seals([_page(1)], [_signature(_box(1, 0.3, 0.5))])
    (mark,) = page.marks
    assert (mark.kind, mark.text, mark.is_electronic) == (MarkKind.SEAL, "某局电子印章", True)
    assert mark.box.left == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("said", "sure", "kept"), [("某局", 0.95, "某局"), ("其局", 0.5, "某局电子印章")]
)
def test_a_seal_that_was_seen_is_not_doubled(said: str, sure: float, kept: str) -> None:
    """What was read well on the rim stays; shape and colour are those of the pixels."""
    seen = _mark(_box(1, 0.31, 0.49), said, sure)
    (page,) = with_electronic_seals([_page(1, seen)], [_signature(_box(1, 0.3, 0.5))])
    (mark,) = page.marks
    assert (mark.text, mark.shape, mark.colour, mark.is_electronic) == (kept, "round", "red", True)


def test_slices_at_the_edges_of_several_pages_are_a_paging_seal() -> None:
    """One slice on each page's edge makes a paging seal; whole seals on two pages do not."""
    slices = (_box(1, 0.95, 1.0), _box(2, 0.95, 1.0))
    pages = with_electronic_seals([_page(1), _page(2), _page(3)], [_signature(*slices)])
    assert [[mark.kind for mark in page.marks] for page in pages] == [
        [MarkKind.PAGING_SEAL], [MarkKind.PAGING_SEAL], [],
    ]  # fmt: skip
    assert not _signature(_box(1, 0.3, 0.5), _box(2, 0.3, 0.5)).is_paging_seal
    assert not _signature(_box(1, 0.95, 1.0)).is_paging_seal


def test_places_are_turned_with_the_page() -> None:
    """On a page that lies upside down in the file, the mark is where a reader sees it."""
    turned = Homography(rows=(-1, 0, 1, 0, -1, 1, 0, 0, 1))
    page = replace(_page(1), to_file=turned)
    (found,) = with_electronic_seals([page], [_signature(_box(1, 0.1, 0.2))])
    assert found.marks[0].box.left == pytest.approx(0.8)
    assert found.marks[0].box.top == pytest.approx(0.5)


def test_other_signatures_are_no_seals() -> None:
    """A PDF signature shows whatever it likes: its place alone is no seal."""
    pages = (_page(1),)
    signed = _signature(_box(1, 0.3, 0.5), standard=Standard.PADES)
    assert with_electronic_seals(pages, [signed]) == pages
