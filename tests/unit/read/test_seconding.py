"""A second network's opinion: what it does to doubts, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from preaudit.read.boxes import Quad
from preaudit.read.lines import Patch
from preaudit.read.quick import UNKNOWN
from preaudit.read.seconding import confirmed, seconded
from preaudit.read.spelling import NOTHING, Spelling
from preaudit.sheet import Pixels


def said(text: str, *sureness: float) -> Spelling:
    """A spelling; one figure stands for all of its characters."""
    sure = sureness if len(sureness) == len(text) else sureness[:1] * len(text)
    edges = tuple(at / max(1, len(text)) for at in range(len(text) + 1))
    return Spelling(text=text, confidence=0.9, gain=1.0, edges=edges, sureness=sure)


def test_agreement_takes_most_of_a_doubt() -> None:
    """Where another network is sure of the same character, little doubt is left."""
    first = said("天禾", 0.6, 0.99)
    assert seconded(first, said("天禾", 1.0)).sureness[0] > 0.9
    assert seconded(first, said("天禾", 0.2)).sureness[0] < 0.75


def test_contradiction_deepens_a_doubt_and_changes_no_text() -> None:
    """What another network reads otherwise stays as it was read, but is doubted more."""
    told = seconded(said("逸禾", 0.8, 0.9), said("邈禾", 0.99))
    assert told.text == "逸禾"
    assert told.sureness[0] < 0.7
    assert told.sureness[1] > 0.9


def test_unknown_character_is_no_contradiction() -> None:
    """The quick recogniser knows fewer characters; that it does not know one says nothing."""
    assert seconded(said("翀岳", 0.8), said(UNKNOWN + "岳", 0.9)).sureness[0] == 0.8


def test_traditional_form_gives_way_to_the_simplified_one() -> None:
    """Where one sees the traditional form and the other the simplified one, print is simplified."""
    told = seconded(said("大廈", 0.7), said("大厦", 0.95))
    assert told.text == "大厦"
    assert told.sureness[1] > 0.9


def test_name_in_a_form_that_names_bear_stays() -> None:
    """昇 and 乾 are printed in names today."""
    assert seconded(said("李昇", 0.9), said("李升", 0.95)).text == "李昇"
    assert seconded(said("王乾", 0.9), said("王干", 0.95)).text == "王乾"


def test_small_two_at_a_metre_is_seen() -> None:
    """A square metre that was read as a metre is one where the other network saw the 2."""
    assert seconded(said("43.1m", 0.9), said("43.1㎡", 0.9)).text == "43.1㎡"
    assert seconded(said("43.1m", 0.9), said("43.1m", 0.9)).text == "43.1m"


def test_blanks_and_widths_are_no_contradiction() -> None:
    """Only what is printed counts, whatever its width."""
    told = seconded(said("甲 方：", 0.8), said("甲方:", 1.0))
    assert told.sureness[0] > 0.9
    assert told.sureness[2] > 0.9


texts = st.text(alphabet="甲乙丙12廈厦 m㎡" + UNKNOWN, max_size=8)


@given(texts, texts, st.floats(0, 1), st.floats(0, 1))
def test_shape_is_kept(one: str, other: str, sure: float, surer: float) -> None:
    """As many characters, edges and chances as before, whatever the other network says."""
    first = said(one, sure)
    told = seconded(first, said(other, surer))
    assert len(told.text) == len(told.sureness) == len(one)
    assert told.edges == first.edges
    assert all(0.0 <= each <= 1.0 for each in told.sureness)


class Glances:
    """An engine that is only asked for glances, and counts the crops."""

    def __init__(self, text: str) -> None:
        self.crops = 0
        self._text = text

    def find(self, pixels: Pixels, *, side_px: int) -> list[Quad]:
        """Not asked for here."""
        raise NotImplementedError

    def spell(self, crops: Sequence[Pixels]) -> list[Spelling]:
        """Not asked for here."""
        raise NotImplementedError

    def glance(self, crops: Sequence[Pixels]) -> list[Spelling]:
        """Say the same of every crop."""
        self.crops += len(crops)
        return [said(self._text, 1.0) for _ in crops]


def test_only_what_is_doubted_is_read_again() -> None:
    """A line of which the reader is sure costs no second look."""
    page: Pixels = np.full((100, 200, 3), 255, dtype=np.uint8)
    look = page, Patch(left=10, top=10, right=90, bottom=30)
    engine = Glances("天禾")
    found = confirmed(
        [(look, said("天禾", 0.99)), (look, said("天禾", 0.6)), (look, NOTHING)], engine
    )
    assert engine.crops == 1
    assert [one.text for _, one in found] == ["天禾", "天禾", ""]
    assert found[0][1].sureness == (0.99, 0.99)
    assert found[1][1].sureness[0] > 0.9
