"""Glyphs to lines."""

from __future__ import annotations

from preaudit.geometry import Box
from preaudit.read import embedded
from preaudit.read.strokes import Stroke, Strokes
from preaudit.sheet import Glyph

NO_STROKES = Strokes(level=(), upright=())
EM = 0.02


def glyphs(
    text: str, left: float, top: float, *, step: float = EM, visible: bool = True
) -> list[Glyph]:
    """Return glyphs in a row, each one em wide."""
    return [
        Glyph(
            text=character,
            box=Box(
                page=1,
                left=left + step * index,
                top=top,
                right=left + step * index + EM,
                bottom=top + EM,
            ),
            size_pt=12,
            visible=visible,
        )
        for index, character in enumerate(text)
    ]


def read(found: list[Glyph], strokes: Strokes = NO_STROKES) -> list[str]:
    """Return the texts of the lines."""
    return [line.text for line in embedded.lines(found, strokes, page=1, aspect=1.0)]


def test_glyphs_of_one_row_are_one_line_whatever_their_order() -> None:
    """Writers draw in any order; a line reads from left to right."""
    assert read(list(reversed(glyphs("建设单位名称", 0.1, 0.1)))) == ["建设单位名称"]


def test_a_wide_gap_ends_a_line() -> None:
    """Two entries on one row are two lines."""
    assert read(glyphs("单位", 0.1, 0.1) + glyphs("电话", 0.4, 0.1)) == ["单位", "电话"]


def test_a_ruling_ends_a_line_even_without_a_gap() -> None:
    """Text of two cells never runs together."""
    stroke = Stroke(at=0.14, start=0.0, end=0.5, thickness=0.001)
    ruled = Strokes(level=(), upright=(stroke,))
    assert read(glyphs("单位电话", 0.1, 0.1), ruled) == ["单位", "电话"]


def test_invisible_glyphs_say_nothing() -> None:
    """A text layer that leaves no ink is not believed."""
    assert read(glyphs("合格", 0.1, 0.1, visible=False)) == []


def test_a_glyph_drawn_twice_to_look_bold_counts_once() -> None:
    """Emboldening by overprinting does not double the text."""
    assert read(glyphs("合格", 0.1, 0.1) + glyphs("合格", 0.1003, 0.1)) == ["合格"]


def test_spaces_between_chinese_are_dropped_and_between_words_kept() -> None:
    """Spread-out labels read as words; western words stay apart."""
    spread = glyphs("住所", 0.1, 0.1, step=0.03)
    words = glyphs("ISO", 0.1, 0.2) + glyphs("9001", 0.17, 0.2)
    assert read(spread + words) == ["住所", "ISO 9001"]


def test_edges_name_the_place_of_each_character() -> None:
    """A part of a line has the box of its own characters."""
    (line,) = embedded.lines(glyphs("编号12345", 0.1, 0.1), NO_STROKES, page=1, aspect=1.0)
    part = line.part(2, 7)
    assert len(line.edges) == len(line.text) + 1
    assert abs(part.left - 0.14) < 1e-9
    assert abs(part.right - 0.24) < 1e-9


def test_a_page_drawn_sideways_is_recognised() -> None:
    """Glyphs that follow one another downwards belong to a page turned clockwise."""
    down = [
        Glyph(
            text="字",
            box=Box(page=1, left=0.5, top=0.1 + 0.02 * i, right=0.52, bottom=0.12 + 0.02 * i),
            size_pt=12,
            visible=True,
        )
        for i in range(20)
    ]
    assert embedded.quarters(down, aspect=1.0) == 1
    assert embedded.quarters(glyphs("工程名称地点", 0.1, 0.1), aspect=1.0) == 0


def test_a_watermark_over_several_rows_mixes_none_of_them() -> None:
    """Large glyphs across small rows are lines of their own."""
    rows = (
        glyphs("姓名王禾", 0.1, 0.10)
        + glyphs("住址滨河路", 0.1, 0.13)
        + glyphs("签发机关", 0.1, 0.16)
    )
    box = Box(page=1, left=0.12, top=0.09, right=0.21, bottom=0.18)
    mark = Glyph(text="样", box=box, size_pt=60, visible=True)
    found = read([*rows, mark])
    assert [text for text in found if text != "样"] == ["姓名王禾", "住址滨河路", "签发机关"]
