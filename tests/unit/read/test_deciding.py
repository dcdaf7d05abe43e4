"""Which parts of a line are read again, and which come first."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from preaudit.document import Line, Origin
from preaudit.geometry import UPRIGHT, Box
from preaudit.read.deciding import affordable, deciding_parts
from preaudit.read.view import PageView
from preaudit.sheet import MediaType, Pixels, Sheet, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Pixels that are already there."""

    pixels: Pixels

    def load(self) -> Pixels:
        """Return the pixels."""
        return self.pixels


def line(text: str, *, top: float = 0.4) -> Line:
    """Return an embedded line across the page."""
    return Line(
        text=text,
        box=Box(page=1, left=0.1, top=top, right=0.9, bottom=top + 0.05),
        confidence=1.0,
        origin=Origin.EMBEDDED,
        edges=tuple(0.1 + 0.8 * index / len(text) for index in range(len(text) + 1)),
    )


def view(pixels: Pixels, *, images: tuple[Box, ...] = ()) -> PageView:
    """Return a drawn page."""
    source = Source(
        name="a.pdf",
        sha256="0" * 64,
        sm3="0" * 64,
        media_type=MediaType.PDF,
        size_bytes=1,
        pages=1,
    )
    sheet = Sheet(
        source=source,
        page=1,
        width_mm=100,
        height_mm=100,
        dpi=None,
        glyphs=(),
        rulings=(),
        images=images,
        pixels=Kept(pixels=pixels),
    )
    return PageView(
        page=1,
        pixels=pixels,
        lines=(),
        cells=(),
        sheet=sheet,
        scanned=False,
        to_file=UPRIGHT,
    )


def written(*figures: str) -> Pixels:
    """Return a page with each text on a row of its own, at 0.1, 0.2 and so on."""
    pixels = np.full((600, 600, 3), 255, np.uint8)
    for row, text in enumerate(figures, start=1):
        cv2.putText(pixels, text, (62, 60 * row + 26), 0, 1.0, (0, 0, 0), 2)
    return pixels


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026年12月20日", ["2026年12月20日"]),
        ("本项目工期自开工之日起共计690日历天完成", ["计690日历"]),
        ("甲方应当按照约定付款", []),
        ("青禾置业有限公司", ["青禾置业有限公司"]),
        ("合同价款为人民币大写壹佰贰拾万元整的工程总价", ["写壹佰贰拾万元整"]),
    ],
)
def test_of_a_line_only_what_may_decide_is_read(text: str, expected: list[str]) -> None:
    """Figures, amounts and names with a neighbour on each side; running text is left out."""
    assert [part.cut().text for part in deciding_parts([line(text)])] == expected


def test_long_numbers_come_first() -> None:
    """A date says more than the number of a clause."""
    lines = [line("第3条"), line("青禾置业有限公司"), line("2026-12-20")]
    assert [part.cut().text for part in deciding_parts(lines)] == [
        "2026-12-20",
        "青禾置业有限公司",
        "第3条",
    ]


def test_a_run_that_says_and_looks_the_same_is_read_once() -> None:
    """One that says the same but is drawn otherwise is read too."""
    lines = [line("2023-12-20", top=0.1 * row) for row in (1, 2, 3)]
    chosen = affordable(
        view(written("2023-12-20", "2023-12-20", "2026-12-20")), deciding_parts(lines)
    )
    assert [part.line for part in chosen] == [lines[0], lines[2]]


def test_what_stands_over_a_picture_is_always_read() -> None:
    """However much there is to read."""
    lines = [line(f"2023-12-20-{row}", top=0.01 * row) for row in range(80)]
    picture = Box(page=1, left=0.0, top=0.7, right=1.0, bottom=0.85)
    chosen = affordable(view(written(), images=(picture,)), deciding_parts(lines))
    assert len(chosen) < len(lines)
    over = [one for one in lines if one.box.overlap(picture) > 0]
    assert over
    assert all(one in [part.line for part in chosen] for one in over)
