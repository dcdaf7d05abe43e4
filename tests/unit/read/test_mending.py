"""Places read twice and spread labels."""

from __future__ import annotations

from dataclasses import replace

from preaudit.document import Line, Origin
from preaudit.geometry import Box
from preaudit.read.mending import mended


def piece(text: str, left: float, *, top: float = 0.1, width: float | None = None) -> Line:
    """Return a line of OCR whose characters are as wide as high."""
    wide = 0.02 * len(text) if width is None else width
    return Line(
        text=text,
        box=Box(page=1, left=left, top=top, right=left + wide, bottom=top + 0.02),
        confidence=0.9,
        origin=Origin.OCR,
        edges=tuple(left + wide * index / len(text) for index in range(len(text) + 1)),
    )


def texts(lines: list[Line], cells: dict[str, int] | None = None) -> list[str]:
    """Return the mended texts; `cells` tells which cell a text lies in."""
    places = cells or {}
    return [one.text for one in mended(lines, lambda line: places.get(line.text), aspect=1.0)]


def test_a_label_spread_out_to_a_width_is_one_line() -> None:
    """Single characters with gaps between them on one row are one word."""
    assert texts([piece("名", 0.1), piece("称", 0.16), piece("青禾公司", 0.3)]) == [
        "名称",
        "青禾公司",
    ]
    assert texts([piece("经", 0.1), piece("办", 0.15), piece("人", 0.2)]) == ["经办人"]


def test_characters_of_two_cells_stay_apart() -> None:
    """A border between two single characters keeps them two entries."""
    assert texts([piece("男", 0.1), piece("汉", 0.16)], {"男": 0, "汉": 1}) == ["男", "汉"]


def test_figures_are_never_a_spread_label() -> None:
    """Two single figures side by side are two numbers."""
    assert texts([piece("3", 0.1), piece("4", 0.16)]) == ["3", "4"]


def test_a_place_read_twice_is_kept_once() -> None:
    """Of two lines at one place the one that says more stays."""
    whole, part = piece("统一社会信用代码", 0.1), piece("用代码", 0.2)
    assert texts([part, whole]) == ["统一社会信用代码"]


def test_characters_that_two_lines_share_are_kept_once() -> None:
    """Where one line runs into the next, the longer one keeps what both have read."""
    label, value = piece("日期20", 0.1), piece("2025年8月9日", 0.135)
    assert texts([label, value]) == ["日期", "2025年8月9日"]


def test_a_circle_among_chinese_numerals_is_a_zero() -> None:
    """A year in Chinese numerals has the sign for zero, whatever circle was read; others stay."""
    circle, zero = "\u25cb", "\u3007"
    assert texts([piece(f"二{circle}二五年八月", 0.1)]) == [f"二{zero}二五年八月"]
    assert texts([piece(f"二{circle}{circle}五年", 0.1)]) == [f"二{zero}{zero}五年"]
    assert texts([piece(f"{circle}已办理", 0.1)]) == [f"{circle}已办理"]


def test_tortoise_shells_come_in_pairs() -> None:
    """A year opened or closed by a tortoise shell has two; square brackets of their own stay."""
    assert texts([piece("安许证字\u30142024]006", 0.1)]) == ["安许证字\u30142024\u3015006"]
    assert texts([piece("安许证字[2024\u3015006", 0.1)]) == ["安许证字\u30142024\u3015006"]
    assert texts([piece("安许证字[2024]006", 0.1)]) == ["安许证字[2024]006"]


def test_embedded_text_is_not_proofread() -> None:
    """What a file says of itself is taken literally."""
    line = replace(piece("\u30142024]006", 0.1), origin=Origin.EMBEDDED)
    assert texts([line]) == ["\u30142024]006"]


def test_the_end_of_a_line_that_another_repeats_is_kept_once() -> None:
    """Pieces of one line that overlap say the character at the seam once; apart, both stand."""
    assert "".join(texts([piece("管理机关", 0.1), piece("关：某厅", 0.171)])) == "管理机关：某厅"
    assert "".join(texts([piece("管理机关", 0.1), piece("关：某厅", 0.19)])) == "管理机关关：某厅"


def test_the_number_of_a_building_keeps_its_sign() -> None:
    """An equals sign between a figure and a building is a number sign of which little is left."""
    assert texts([piece("厂房1=楼、2=楼及8=楼", 0.1)]) == ["厂房1#楼、2#楼及8#楼"]
    assert texts([piece("樾砚名邸1=～6=楼", 0.1)]) == ["樾砚名邸1#～6#楼"]
    assert texts([piece("3=4", 0.1)]) == ["3=4"]
    assert texts([piece("合计1=2楼", 0.1)]) == ["合计1=2楼"]


def test_a_rule_to_write_on_is_not_a_sign_of_the_line() -> None:
    """Underscores past the end of the print go; alone, or amid it, they stay."""
    (line,) = mended(
        [replace(piece("开户行：__", 0.1), sureness=(0.9,) * 6)], lambda _: None, aspect=1
    )
    assert (line.text, len(line.edges), len(line.sureness)) == ("开户行：", 5, 4)
    assert texts([piece("____", 0.1)]) == ["____"]
    assert texts([piece("A_1", 0.1)]) == ["A_1"]
