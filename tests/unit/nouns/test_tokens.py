"""How a page becomes tokens, stretches and boxes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from preaudit.document import Cell, Line, Origin, Page, Quality
from preaudit.folding import BLANKS
from preaudit.geometry import Box
from preaudit.tokens import BREAK, GAP, GRID, MOST_TOKENS, UNKNOWN, encode

WIDTH = 0.02


def a_line(text: str, top: float = 0.1, left: float = 0.1) -> Line:
    """A line whose characters, blanks too, are 0.02 of the page wide."""
    edges = tuple(left + WIDTH * at for at in range(len(text) + 1))
    box = Box(page=1, left=left, top=top, right=edges[-1], bottom=top + 0.0166)
    return Line(text=text, box=box, confidence=1.0, origin=Origin.EMBEDDED, edges=edges)


def a_page(*lines: Line, cells: tuple[Cell, ...] = ()) -> Page:
    """A page of these lines."""
    quality = Quality(flaws=(), dpi=None, mean_confidence=1.0)
    return Page(number=1, aspect=1.414, lines=lines, cells=cells, marks=(), quality=quality)


def test_blanks_are_no_tokens_and_lines_end_in_a_break() -> None:
    """Characters keep their place though a narrow blank between them is left out."""
    seen = encode(a_page(a_line("甲 乙"), a_line("丙", 0.2)), {"甲": 4, "丙": 5})

    assert seen.tokens.tolist() == [4, UNKNOWN, BREAK, 5, BREAK]
    assert seen.places == ((0, 0), (0, 2), (0, -1), (1, 0), (1, -1))
    assert seen.stretches.tolist() == [0, 0, 0, 1, 1]
    assert seen.boxes.tolist() == [[100, 100, 160, 117], [100, 200, 120, 217]]


def test_a_wide_blank_parts_two_stretches() -> None:
    """What stands far apart on one line is two stretches with a gap between them."""
    seen = encode(a_page(a_line("甲   乙")), {"甲": 4, "乙": 5})

    assert seen.tokens.tolist() == [4, GAP, 5, BREAK]
    assert seen.stretches.tolist() == [0, 0, 1, 1]
    assert seen.boxes[:, [0, 2]].tolist() == [[100, 120], [180, 200]]


def test_a_colon_ends_a_label_without_a_gap() -> None:
    """Label and value behind a colon, of either width, are stretches of their own."""
    seen = encode(a_page(a_line("甲：乙")), {"甲": 4, ":": 5, "乙": 6})

    assert seen.tokens.tolist() == [4, 5, 6, BREAK]
    assert seen.stretches.tolist() == [0, 0, 1, 1]


def test_the_comma_inside_a_number_does_not_part_it() -> None:
    """An amount with thousands marked is one stretch."""
    assert set(encode(a_page(a_line("1,250.00")), {}).stretches.tolist()) == {0}


def test_the_frame_is_the_cell_around_a_stretch_or_the_stretch_itself() -> None:
    """A line in a ruled cell knows the cell; a free line has but its own box."""
    ruled, free = a_line("甲"), a_line("乙", 0.3)
    box = Box(page=1, left=0.05, top=0.08, right=0.5, bottom=0.15)
    cell = Cell(table=0, row=0, column=0, row_span=1, column_span=1, box=box, lines=(ruled,))
    seen = encode(a_page(ruled, free, cells=(cell,)), {})

    assert seen.frames.tolist() == [[50, 80, 500, 150], seen.boxes[1].tolist()]


def test_a_cell_that_came_from_a_file_frames_its_lines() -> None:
    """Lines of cells are equal to those of the page, though not the same objects once kept."""
    box = Box(page=1, left=0.05, top=0.08, right=0.5, bottom=0.15)
    copy = a_line("甲")
    cell = Cell(table=0, row=0, column=0, row_span=1, column_span=1, box=box, lines=(copy,))
    seen = encode(a_page(a_line("甲"), cells=(cell,)), {})

    assert seen.frames.tolist() == [[50, 80, 500, 150]]


def test_a_page_of_blanks_has_no_tokens() -> None:
    """Nothing solid gives empty arrays of the right shape."""
    seen = encode(a_page(a_line("　 _")), {})

    assert len(seen.tokens) == len(seen.stretches) == len(seen.places) == 0
    assert seen.boxes.shape == seen.frames.shape == (0, 4)


def test_an_endless_page_is_seen_up_to_its_limit() -> None:
    """No page makes the network work without bounds."""
    lines = [a_line("甲" * 40, 0.0001 * at, left=0.01) for at in range(400)]

    assert MOST_TOKENS < len(encode(a_page(*lines), {}).tokens) < MOST_TOKENS + 50


@given(
    texts=st.lists(
        st.text(alphabet="甲乙1,：；。:、 　_（", min_size=1, max_size=30), min_size=1, max_size=8
    )
)
def test_every_solid_character_is_a_token_once(texts: list[str]) -> None:
    """Tokens keep the order of the page, stretches count up, boxes stay on the page."""
    lines = [a_line(text, 0.03 * at) for at, text in enumerate(texts)]
    seen = encode(a_page(*lines), {})
    solid = [
        (number, at)
        for number, text in enumerate(texts)
        for at, character in enumerate(text)
        if character not in BLANKS
    ]

    assert [place for place in seen.places if place[1] >= 0] == solid
    assert len(seen.tokens) == len(seen.stretches) == len(seen.places)
    assert sorted(set(seen.stretches.tolist())) == list(range(len(seen.boxes)))
    assert (seen.stretches[1:] >= seen.stretches[:-1]).all()
    assert seen.boxes.shape == seen.frames.shape
    assert ((seen.boxes >= 0) & (seen.boxes <= GRID)).all()
    marks = [token for token, place in zip(seen.tokens, seen.places, strict=True) if place[1] < 0]
    assert set(marks) <= {BREAK, GAP}
    assert marks.count(BREAK) == len({number for number, _ in solid})
