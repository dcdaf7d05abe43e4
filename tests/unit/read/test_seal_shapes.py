"""Seals of rarer shapes, what they bear inside, and doubt where one cannot be made out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest

from preaudit.document import Line, Mark, MarkKind, Origin
from preaudit.geometry import UPRIGHT, Box
from preaudit.read.marks import find_marks
from preaudit.read.view import PageView
from preaudit.sheet import Pixels, Sheet

RED = (205, 40, 45)
GREY = (130, 130, 130)
WIDTH, HEIGHT = 1260, 1782


def blank() -> Pixels:
    """Return white A4 paper at six pixels to the millimetre."""
    grain = np.random.default_rng(5).normal(0, 1.5, (HEIGHT, WIDTH, 1))
    return np.clip(248 + np.repeat(grain, 3, axis=2), 0, 255).astype(np.uint8)


def ring(pixels: Pixels, x: int, y: int, colour: tuple[int, int, int], radius: int = 120) -> None:
    """Draw a round seal with strokes for letters and a dot for a star."""
    cv2.circle(pixels, (x, y), radius, colour, 6, cv2.LINE_AA)
    for degrees in range(150, 391, 16):
        turn = math.radians(degrees)
        for share in (0.68, 0.84):
            spot = (
                int(x + share * radius * math.cos(turn)),
                int(y + share * radius * math.sin(turn)),
            )
            cv2.circle(pixels, spot, 6, colour, -1, cv2.LINE_AA)
    cv2.circle(pixels, (x, y), 20, colour, -1, cv2.LINE_AA)


def line(text: str, left: float, top: float) -> Line:
    """Return a line that was read off a scan."""
    width = 0.018 * len(text)
    return Line(
        text=text,
        box=Box(page=1, left=left, top=top, right=left + width, bottom=top + 0.014),
        confidence=0.97,
        origin=Origin.OCR,
        edges=tuple(left + 0.018 * index for index in range(len(text) + 1)),
    )


@pytest.fixture
def marks_of(sheet_of: Callable[[Pixels], Sheet]) -> Callable[..., list[Mark]]:
    """Finds the marks of a scanned page with a recogniser that always reads the same."""

    def find(pixels: Pixels, said: str = "", lines: Sequence[Line] = ()) -> list[Mark]:
        sheet = replace(sheet_of(pixels), width_mm=210.0, height_mm=297.0)
        view = PageView(
            page=1, pixels=pixels, lines=tuple(lines), cells=(), sheet=sheet, scanned=True,
            to_file=UPRIGHT,
        )  # fmt: skip

        def recognise(crops: Sequence[Pixels]) -> list[tuple[str, float]]:
            return [(said, 0.97 if said else 0.0)] * len(crops)

        return list(find_marks(view, recognise))

    return find


def seals(marks: Sequence[Mark], *, sure: bool = True) -> list[Mark]:
    """Return the seals that are sure, or those that are not."""
    return [m for m in marks if m.kind is MarkKind.SEAL and (m.confidence >= 0.5) == sure]


@pytest.mark.parametrize("colour", [RED, GREY])
def test_a_square_seal_is_found_with_the_name_on_it(
    marks_of: Callable[..., list[Mark]], colour: tuple[int, int, int]
) -> None:
    """A frame of 20 mm with strokes inside is a seal, and two letters are its owner's name."""
    pixels = blank()
    cv2.rectangle(pixels, (600, 800), (720, 920), colour, 7)
    for top in (830, 880):
        cv2.line(pixels, (630, top), (690, top + 14), colour, 8)
        cv2.line(pixels, (660, top - 10), (650, top + 24), colour, 8)
    (seal,) = seals(marks_of(pixels, "王明"))
    assert seal.shape == "square"
    assert seal.text == "王明"
    assert abs(seal.box.left - 600 / WIDTH) < 0.008


def test_a_cell_of_a_table_is_no_square_seal(marks_of: Callable[..., list[Mark]]) -> None:
    """A grey square that is part of a grid is not taken for one."""
    pixels = blank()
    for step in range(5):
        cv2.line(pixels, (400 + 110 * step, 700), (400 + 110 * step, 1140), (90, 90, 90), 3)
        cv2.line(pixels, (400, 700 + 110 * step), (840, 700 + 110 * step), (90, 90, 90), 3)
    cv2.putText(pixels, "12", (430, 770), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (60, 60, 60), 4)
    assert not seals(marks_of(pixels, "王明"))


def test_a_seal_cut_by_the_foot_of_the_page_is_a_seal(marks_of: Callable[..., list[Mark]]) -> None:
    """A quarter may be lost below the edge."""
    pixels = blank()
    ring(pixels, 600, HEIGHT - 70, RED)
    (seal,) = seals(marks_of(pixels, "某某公司"))
    assert seal.box.bottom == pytest.approx(1.0)
    assert abs(seal.box.centre[0] - 600 / WIDTH) < 0.008


def test_a_red_star_is_no_seal(marks_of: Callable[..., list[Mark]]) -> None:
    """Printed emblems have no rim."""
    pixels = blank()
    corners = [
        (
            600 + (110 if step % 2 == 0 else 42) * math.sin(math.pi * step / 5),
            400 - (110 if step % 2 == 0 else 42) * math.cos(math.pi * step / 5),
        )
        for step in range(10)
    ]
    cv2.fillPoly(pixels, [np.array(corners, np.int32)], RED)
    assert not [mark for mark in marks_of(pixels, "某某公司") if mark.kind is MarkKind.SEAL]


def test_broken_ink_at_a_place_for_a_seal_is_doubt(marks_of: Callable[..., list[Mark]]) -> None:
    """Arcs that may be those of a seal give a mark that no check takes for sure."""
    pixels = blank()
    for start in (10, 100, 200, 290):
        cv2.ellipse(pixels, (620, 830), (110, 110), 0, start, start + 34, GREY, 6, cv2.LINE_AA)
    for x, y in ((560, 800), (590, 860), (650, 790), (680, 850), (620, 900)):
        cv2.line(pixels, (x, y), (x + 26, y + 16), GREY, 6)
    marks = marks_of(pixels, "", [line("建设单位（盖章）：", 0.3, 0.46)])
    assert not seals(marks)
    assert seals(marks, sure=False)


def test_a_bare_place_stays_bare(marks_of: Callable[..., list[Mark]]) -> None:
    """Specks and a ruling beside the words are no mark, not even a faint one."""
    pixels = blank()
    rng = np.random.default_rng(7)
    for x, y in rng.integers((300, 700), (900, 1000), (40, 2)):
        pixels[y : y + 2, x : x + 2] = 60
    cv2.line(pixels, (560, 850), (900, 850), (40, 40, 40), 2)
    assert marks_of(pixels, "", [line("建设单位（盖章）：", 0.3, 0.46)]) == []


def test_the_number_at_the_bottom_of_a_seal_is_its_code(
    marks_of: Callable[..., list[Mark]],
) -> None:
    """Thirteen digits below the rim are read from within; they are no part of the name."""
    pixels = blank()
    ring(pixels, 600, 800, RED)
    for degrees in range(60, 121, 5):
        turn = math.radians(degrees)
        spot = (int(600 + 106 * math.cos(turn)), int(800 + 106 * math.sin(turn)))
        cv2.circle(pixels, spot, 4, RED, -1, cv2.LINE_AA)
    (seal,) = seals(marks_of(pixels, "3502030123456"))
    assert seal.code == "3502030123456"
    assert seal.text == ""


def test_a_slice_tells_where_the_whole_seal_lies(marks_of: Callable[..., list[Mark]]) -> None:
    """Radius and middle of a paging seal come out in millimetres from the page's edge."""
    pixels = blank()
    ring(pixels, WIDTH + 30, 900, RED)
    (paging,) = [mark for mark in marks_of(pixels) if mark.kind is MarkKind.PAGING_SEAL]
    assert paging.rim is not None
    beyond, down, radius = paging.rim
    assert abs(beyond - 5) < 2
    assert abs(down - 150) < 2
    assert abs(radius - 20) < 2
