"""A quick reading, and a thorough one of what it doubts."""

from __future__ import annotations

import numpy as np
import pytest

from preaudit.read.spelling import BLANK, Trace
from preaudit.read.splicing import Spliced
from preaudit.sheet import Pixels

_PITCH = 40


class Known:
    """Reads crops whose every character is a block of ink of its own shade of grey."""

    def __init__(self, shades: dict[int, tuple[str, float]]) -> None:
        self._shades = shades
        self.seen: list[int] = []

    def trace(self, crop: Pixels) -> Trace:
        """Return one character a block; shades that are not known are not seen."""
        blocks = [
            (at, shade)
            for at in range(0, crop.shape[1], 4)
            if (shade := int(crop[20, at, 0])) < 250 and (at < 4 or crop[20, at - 4, 0] != shade)
        ]
        self.seen.append(len(blocks))
        read = [(at, *self._shades[shade]) for at, shade in blocks if shade in self._shades]
        if not read:
            return BLANK
        return Trace(
            text="".join(text for _, text, _ in read),
            chances=tuple(sure for *_, sure in read),
            sureness=tuple(sure for *_, sure in read),
            middles=tuple((at + 14) / crop.shape[1] for at, *_ in read),
        )


def line(*shades: int) -> Pixels:
    """Return a line of blocks."""
    pixels = np.full((40, _PITCH * len(shades), 3), 255, dtype=np.uint8)
    for index, shade in enumerate(shades):
        pixels[4:36, _PITCH * index + 6 : _PITCH * index + 34] = shade
    return pixels


TEXT = dict(zip(range(10, 110, 10), "青禾置业有限公司甲乙", strict=True))
SURE = {shade: (text, 0.99) for shade, text in TEXT.items()}
ALL = tuple(sorted(TEXT))


def test_a_sure_line_is_read_once() -> None:
    """The thorough recogniser is not asked."""
    thorough = Known(SURE)
    assert Spliced(Known(SURE), thorough).trace(line(*ALL)).text == "青禾置业有限公司甲乙"
    assert thorough.seen == []


def test_only_the_doubtful_part_is_read_again() -> None:
    """One unsure character is read again with two neighbours on either side, and replaced."""
    thorough = Known(SURE)
    said = Spliced(Known(SURE | {50: ("冇", 0.6)}), thorough).trace(line(*ALL))
    assert said.text == "青禾置业有限公司甲乙"
    assert thorough.seen == [5]
    assert min(said.sureness) == pytest.approx(0.99)
    assert np.diff(said.middles) == pytest.approx(0.1, abs=0.02)


def test_a_rare_character_must_be_surer() -> None:
    """Rare characters are what names are made of: the quick recogniser must be surer of them."""
    thorough = Known(SURE | {50: ("珩", 0.97)})
    said = Spliced(Known(SURE | {50: ("珉", 0.97)}), thorough).trace(line(*ALL))
    assert said.text == "青禾置业珩限公司甲乙"
    assert thorough.seen == [5]


def test_ink_that_no_character_accounts_for_is_read_again() -> None:
    """A character that the quick recogniser dropped without a trace is found."""
    quick = Known({shade: said for shade, said in SURE.items() if shade != 80})
    assert Spliced(quick, Known(SURE)).trace(line(*ALL)).text == "青禾置业有限公司甲乙"


def test_neighbours_that_read_otherwise_have_the_whole_line_read_again() -> None:
    """When the second reading does not fit in, nothing is pieced together."""
    thorough = Known(SURE)
    quick = Known(SURE | {50: ("冇", 0.6), 60: ("眼", 0.99)})
    assert Spliced(quick, thorough).trace(line(*ALL)).text == "青禾置业有限公司甲乙"
    assert thorough.seen == [5, 10]


def test_a_line_in_doubt_from_end_to_end_is_read_again_at_once() -> None:
    """Many unsure characters cost one reading of the whole."""
    thorough = Known(SURE)
    doubtful = {shade: (text, 0.4) for shade, (text, _) in SURE.items()}
    assert Spliced(Known(doubtful), thorough).trace(line(*ALL)).text == "青禾置业有限公司甲乙"
    assert thorough.seen == [10]


def test_nothing_is_said_where_both_see_nothing() -> None:
    """A blank crop stays blank, and the thorough recogniser was asked."""
    thorough = Known(SURE)
    assert Spliced(Known(SURE), thorough).trace(line(255, 255)) == BLANK
    assert thorough.seen == [0]
