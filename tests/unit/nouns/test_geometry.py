"""Boxes and the way from the upright page to the page in the file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preaudit.geometry import UPRIGHT, Box, Homography

shares = st.floats(min_value=0.0, max_value=1.0, allow_nan=False)
QUARTER_TURN = Homography(rows=(0, -1, 1, 1, 0, 0, 0, 0, 1))


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    """Any box on page 1."""
    left, right = sorted((draw(shares), draw(shares)))
    top, bottom = sorted((draw(shares), draw(shares)))
    return Box(page=1, left=left, top=top, right=right, bottom=bottom)


@given(box=boxes())
def test_an_upright_page_keeps_its_boxes(box: Box) -> None:
    """The identity moves nothing."""
    assert UPRIGHT.box(box) == box


@given(one=boxes(), other=boxes())
def test_overlap_is_symmetric_and_no_larger_than_either(one: Box, other: Box) -> None:
    """What two boxes share lies in both."""
    shared = one.overlap(other)

    assert shared == other.overlap(one)
    assert shared <= min(one.area, other.area) + 1e-12


@given(one=boxes(), other=boxes())
def test_a_union_holds_both(one: Box, other: Box) -> None:
    """Nothing of either box lies outside their union."""
    both = one.union(other)

    assert both.overlap(one) == pytest.approx(one.area)
    assert both.overlap(other) == pytest.approx(other.area)


def test_boxes_on_different_pages_share_nothing() -> None:
    """A page number is part of the place."""
    first = Box(page=1, left=0, top=0, right=1, bottom=1)
    second = Box(page=2, left=0, top=0, right=1, bottom=1)

    assert first.overlap(second) == 0.0


def test_a_turned_page_turns_its_boxes() -> None:
    """A quarter turn carries the top left corner to the top right."""
    corner = Box(page=1, left=0.0, top=0.0, right=0.2, bottom=0.1)
    turned = QUARTER_TURN.box(corner)

    assert (turned.left, turned.top) == pytest.approx((0.9, 0.0))
    assert (turned.right, turned.bottom) == pytest.approx((1.0, 0.2))
