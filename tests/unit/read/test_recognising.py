"""What comes of a recogniser's steps, and of crops of any width."""

from __future__ import annotations

import numpy as np
import pytest

from preaudit.read.engine import FastEngine
from preaudit.read.spelling import BLANK, spelling, traced
from preaudit.sheet import Pixels

CHARACTERS = ("", "青", "禾", "置")


def steps(*rows: tuple[float, float, float, float]) -> np.ndarray:
    """Return time steps over four classes."""
    return np.array(rows, dtype=np.float32)


SAID = ((0.0, 0.9, 0.1, 0.0), (1.0, 0.0, 0.0, 0.0), (0.1, 0.0, 0.8, 0.1))


def test_repeats_are_one_character_and_blanks_part_two() -> None:
    """The best path gives the text, with the middle and the chance of each character."""
    trace = traced(steps(SAID[0], SAID[0], SAID[1], SAID[0], SAID[2]), CHARACTERS)
    assert trace.text == "青青禾"
    assert trace.middles == pytest.approx((0.2, 0.7, 0.9))
    assert trace.chances == pytest.approx((0.9, 0.9, 0.8))


def test_a_character_that_was_nearly_seen_lessens_its_neighbours() -> None:
    """A blank step with a fair chance of another character is doubt about both beside it."""
    trace = traced(steps(SAID[0], (0.6, 0.0, 0.0, 0.4), SAID[2]), CHARACTERS)
    assert trace.text == "青禾"
    assert trace.sureness == pytest.approx((0.6, 0.6))


def test_nothing_but_blanks_says_nothing() -> None:
    """No character, no reading."""
    assert traced(steps(SAID[1], SAID[1]), CHARACTERS) == BLANK


def test_borders_lie_where_there_is_least_ink() -> None:
    """Between two middles the border is put into the gap, not halfway."""
    crop: Pixels = np.full((40, 100, 3), 255, dtype=np.uint8)
    crop[8:32, 10:42] = 0
    crop[8:32, 50:90] = 0
    said = spelling(traced(steps(SAID[0], SAID[1], SAID[2]), CHARACTERS), crop)
    assert said.text == "青禾"
    assert said.edges[0] == pytest.approx(0.10)
    assert 0.42 <= said.edges[1] <= 0.50
    assert said.edges[2] == pytest.approx(0.90)


@pytest.mark.weights
@pytest.mark.parametrize("right", [470, 520, 570, 640])
def test_the_width_of_a_crop_does_not_matter(engine: FastEngine, form: Pixels, right: int) -> None:
    """Blank paper beside a line changes neither its text nor where its characters stand."""
    top, left, text = 252, 410, "青禾置业有限公司"
    end = left + 10 + 28 * len(text)
    crop = form[top : top + 56, left : max(right, end + 6)]
    (said,) = engine.spell([crop])
    assert said.text == text
    drawn = [(10 + 28 * index) / crop.shape[1] for index in range(len(text) + 1)]
    assert np.abs(np.array(said.edges) - drawn).max() < 0.3 * 28 / crop.shape[1]
