"""How a page becomes tokens, and how windows of it come together again."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from preaudit.document import Line, Origin
from preaudit.extract.tagger import BREAK, UNKNOWN, _joined, _pieces, encode, windows
from preaudit.geometry import Box


def a_line(text: str, top: float = 0.1) -> Line:
    """One line whose characters are 0.02 of the page wide."""
    edges = tuple(0.1 + 0.02 * at for at in range(len(text) + 1))
    return Line(
        text=text,
        box=Box(page=1, left=edges[0], top=top, right=edges[-1], bottom=top + 0.02),
        confidence=1.0,
        origin=Origin.EMBEDDED,
        edges=edges,
    )


def test_blanks_are_no_tokens_and_lines_end_in_a_break() -> None:
    """Characters keep their place though blanks between them are left out."""
    encoding = encode([a_line("甲 乙"), a_line("丙", 0.2)], {"甲": 3, "丙": 4})

    assert encoding.tokens.tolist() == [3, UNKNOWN, BREAK, 4, BREAK]
    assert encoding.places == ((0, 0), (0, 2), (0, -1), (1, 0), (1, -1))
    assert encoding.boxes[1].tolist() == [140, 100, 160, 120]


@given(
    length=st.integers(min_value=1, max_value=2000),
    window=st.integers(min_value=2, max_value=400),
    data=st.data(),
)
def test_windows_cover_everything(length: int, window: int, data: st.DataObject) -> None:
    """Every token lies in a window, and no window is longer than the network sees."""
    stride = data.draw(st.integers(min_value=1, max_value=window))
    covered = np.zeros(length, dtype=bool)
    for start, end in windows(length, window=window, stride=stride):
        assert 0 < end - start <= window
        covered[start:end] = True

    assert covered.all()


def test_the_deeper_reading_of_a_token_counts() -> None:
    """Where windows overlap, the one that sees more of both sides decides."""
    chances = np.zeros((2, 4, 1), dtype=np.float32)
    chances[0, :, 0] = 1
    chances[1, :, 0] = 2
    joined = _joined(chances, [(0, 4), (2, 6)], 6)

    assert joined[:, 0].tolist() == [1, 1, 1, 2, 2, 2]


def test_pieces_span_blanks_within_a_line_but_not_lines() -> None:
    """A value on two lines is two runs of characters."""
    assert _pieces([(0, 3), (0, 5), (1, 0), (1, 1)]) == ((0, 3, 6), (1, 0, 2))
