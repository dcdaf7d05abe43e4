"""Frames, skew and paper."""

from __future__ import annotations

import math

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from preaudit.read.paper import find_paper
from preaudit.read.upright import Frame, colourless, flattened, moved, sideways, skew, whole
from preaudit.sheet import Pixels

SIDE = st.integers(60, 300)


def blank(width: int, height: int) -> Pixels:
    """Return white pixels."""
    return np.full((height, width, 3), 255, dtype=np.uint8)


def quad(x: float, y: float, width: float, height: float, degrees: float = 0.0) -> np.ndarray:
    """Return the corners of a line of text."""
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    return np.array([[0, 0], [width, 0], [width, height], [0, height]]) @ turn + [x, y]


@given(width=SIDE, height=SIDE, quarters=st.integers(0, 3))
def test_turning_by_quarters_is_what_numpy_does(width: int, height: int, quarters: int) -> None:
    """The turned view holds the pixels of the picture turned anticlockwise."""
    rng = np.random.default_rng(width * 1000 + height)
    picture = rng.integers(0, 255, (height, width, 3), dtype=np.uint8)
    turned = whole(picture).turned(quarters)
    assert (turned.height, turned.width) == np.rot90(picture, quarters).shape[:2]
    corner = turned.to_file @ np.array([0.5, 0.5, 1.0])
    seen = picture[int(corner[1] / corner[2]), int(corner[0] / corner[2])]
    assert (seen == np.rot90(picture, quarters)[0, 0]).all()


@given(degrees=st.floats(-20, 20), quarters=st.integers(0, 3), x=st.floats(0, 1), y=st.floats(0, 1))
def test_a_place_found_upright_leads_back_to_the_file(
    degrees: float, quarters: int, x: float, y: float
) -> None:
    """A quadrilateral moved into a view is where the view's map says it came from."""
    start = whole(blank(400, 300))
    view = start.sized(200).turned(quarters).straightened(degrees)
    place = np.array([[400 * x, 300 * y]] * 4) + np.array([[0, 0], [9, 0], [9, 5], [0, 5]])
    (inside,) = moved([place], start, view)
    back = view.shares(400, 300)
    centre = inside.mean(axis=0)
    found = back.point(centre[0] / view.width, centre[1] / view.height)
    expected = place.mean(axis=0) / [400, 300]
    assert np.allclose(found, expected, atol=1e-6)


@given(degrees=st.floats(-8, 8).filter(lambda value: abs(value) > 0.2))
def test_straightening_by_the_skew_leaves_none(degrees: float) -> None:
    """Lines that lean are level in the straightened view."""
    lines = [quad(100, 80 * index + 100, 600, 24, degrees) for index in range(6)]
    start = whole(blank(1000, 1000))
    view = start.straightened(skew(lines))
    assert abs(skew(moved(lines, start, view))) < 0.05


def test_short_lines_say_nothing_about_the_skew() -> None:
    """Single characters lean as they like."""
    assert skew([quad(10, 10, 20, 20, 5)]) == 0.0


def test_text_that_runs_up_the_page_means_sideways() -> None:
    """The longer text decides, not the greater number of pieces."""
    upright = [quad(0, 0, 20, 200)] * 3
    assert sideways(upright)
    assert not sideways([*upright, *([quad(0, 0, 300, 20)] * 4)])


def test_a_sheet_on_a_table_is_found_and_flattened() -> None:
    """The four corners of the paper are found in the photo, and the flat view shows only paper."""
    photo = np.full((900, 1200, 3), (90, 60, 30), dtype=np.uint8)
    photo = np.clip(
        photo.astype(int) + np.random.default_rng(5).integers(-12, 12, photo.shape), 0, 255
    ).astype(np.uint8)
    corners = np.array([[180, 110], [1040, 160], [1010, 800], [150, 760]], dtype=np.float64)
    cv2.fillConvexPoly(photo, corners.astype(np.int32), (240, 238, 230))
    cv2.putText(photo, "TEXT ON PAPER", (300, 400), cv2.FONT_HERSHEY_SIMPLEX, 2, (20, 20, 20), 4)
    found = find_paper(photo)
    assert found is not None
    assert np.abs(found - corners).max() < 6
    flat = flattened(found).cut(photo)
    assert flat[5:15, 5:-5].min() > 150


def test_a_scan_has_no_table_to_cut_away(form: Pixels) -> None:
    """A white page, even one with a dark frame, is taken whole."""
    assert find_paper(form) is None
    framed = form.copy()
    cv2.rectangle(framed, (60, 60), (1180, 1690), (20, 20, 20), 12)
    assert find_paper(framed) is None


def test_a_view_that_changes_nothing_keeps_the_pixels() -> None:
    """An upright scan is not resampled."""
    picture = blank(100, 80)
    assert whole(picture).cut(picture) is picture


@given(width=SIDE, height=SIDE, quarters=st.integers(1, 3))
def test_a_quarter_turn_moves_pixels_and_changes_none(
    width: int, height: int, quarters: int
) -> None:
    """Turning by quarters resamples nothing, in colour or without."""
    rng = np.random.default_rng(width * 1000 + height)
    picture = rng.integers(0, 255, (height, width, 3), dtype=np.uint8)
    assert (whole(picture).turned(quarters).cut(picture) == np.rot90(picture, quarters)).all()
    grey = np.repeat(picture[..., :1], 3, axis=2)
    turned = whole(grey).turned(quarters).cut(grey, flat=True)
    assert (turned == np.rot90(grey, quarters)).all()


def test_a_page_without_colour_looks_the_same_from_one_channel() -> None:
    """What is resampled once for three channels is what three would give."""
    picture = np.repeat(np.random.default_rng(1).integers(0, 255, (90, 70, 1), np.uint8), 3, axis=2)
    assert colourless(picture)
    for view in (whole(picture).straightened(3), whole(picture).sized(30)):
        assert (view.cut(picture, flat=True) == view.cut(picture)).all()
    picture[5, 5, 1] ^= 1
    assert not colourless(picture)


def test_a_window_is_a_part_of_the_view(form: Pixels) -> None:
    """A part that is cut out by itself is what lies there in the whole view."""
    view = whole(form).straightened(2)
    part = view.window(100, 200, 400, 300).cut(form)
    assert (
        np.abs(part.astype(int) - view.cut(form)[200:300, 100:400]).max() <= 16
    )  # in steps of 1/32


def test_a_thin_line_survives_a_view_much_smaller() -> None:
    """No row of the picture is passed over, however small the view."""
    for row in range(40, 48):
        picture = blank(400, 400)
        picture[row] = 0
        turned = whole(picture).sized(57).straightened(0.5)
        assert turned.cut(picture)[:, 20:40].min() < 240


def test_what_lies_beyond_the_picture_is_paper() -> None:
    """Corners that turning opens take the colour of the rim, not black."""
    picture = np.full((200, 200, 3), 230, dtype=np.uint8)
    assert Frame(width=200, height=200, to_file=np.eye(3)).straightened(10).cut(picture).min() > 200
