"""Slices on the edges of pages, put together to seals."""

from __future__ import annotations

from dataclasses import replace

from preaudit.document import Mark, MarkKind, Page, Quality
from preaudit.extract.paging_seals import paging_seals
from preaudit.geometry import Box

RADIUS_MM = 21.0


def sliced(number: int, beyond: float | None, *, down: float = 150.0, colour: str = "red") -> Page:
    """Return a page with a slice of a seal at its right edge, or with none."""
    mark = Mark(
        kind=MarkKind.PAGING_SEAL,
        box=Box(page=number, left=0.93, top=0.45, right=1.0, bottom=0.6),
        text="",
        text_confidence=0.0,
        shape="",
        colour=colour,
        confidence=0.9,
        rim=(beyond or 0.0, down, RADIUS_MM),
    )
    return Page(
        number=number,
        aspect=1.414,
        lines=(),
        cells=(),
        marks=() if beyond is None else (mark,),
        quality=Quality(flaws=(), dpi=150.0, mean_confidence=1.0),
    )


def test_slices_that_move_on_evenly_are_one_seal() -> None:
    """Four pages with a quarter each bear one whole seal."""
    pages = [sliced(number, 26.0 - 10.5 * number) for number in (1, 2, 3, 4)]
    (seal,) = paging_seals(pages)
    assert seal.pages == (1, 2, 3, 4)
    assert seal.edge == "right"
    assert seal.whole


def test_a_page_without_a_slice_is_named() -> None:
    """Where the sequence breaks is said."""
    pages = [sliced(1, 15.0), sliced(2, None), sliced(3, -6.0), sliced(4, -16.0)]
    (seal,) = paging_seals(pages)
    assert seal.bare == (2,)
    assert not seal.whole


def test_sheets_printed_on_both_sides_bear_a_slice_on_one() -> None:
    """The backs of sealed sheets are not missing from the sequence."""
    pages = [sliced(1, 10.0), sliced(2, None), sliced(3, -4.0), sliced(4, None)]
    (seal,) = paging_seals(pages)
    assert seal.whole


def test_an_exchanged_order_is_noticed() -> None:
    """A slice that does not follow that of the page before is out of order."""
    pages = [sliced(1, 16.0), sliced(2, 8.0), sliced(3, -18.0), sliced(4, -26.0), sliced(5, -34.0)]
    (seal,) = paging_seals(pages)
    assert seal.out_of_order == (3,)


def test_slices_at_other_heights_or_of_other_colour_are_another_seal() -> None:
    """A slice that belongs to nothing makes no sequence."""
    pages = [sliced(1, 10.0), sliced(2, 0.0, down=60.0), sliced(3, -10.0, colour="blue")]
    assert paging_seals(pages) == ()


def test_faint_slices_and_electronic_ones_are_left_alone() -> None:
    """What is not sure, or was not pressed on paper, is not matched."""
    pages = [sliced(1, 10.0), sliced(2, -10.0)]
    faint = [
        replace(page, marks=tuple(replace(mark, confidence=0.3) for mark in page.marks))
        for page in pages
    ]
    electronic = [
        replace(page, marks=tuple(replace(mark, rim=None) for mark in page.marks)) for page in pages
    ]
    assert paging_seals(faint) == ()
    assert paging_seals(electronic) == ()
