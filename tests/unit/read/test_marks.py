"""Marks on small drawn pages, with a recogniser that answers what it is told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from preaudit.document import Line, Mark, MarkKind, Origin
from preaudit.geometry import UPRIGHT, Box
from preaudit.read.marks import find_marks
from preaudit.read.marks.ink import inks, uncoloured
from preaudit.read.marks.picture import halved
from preaudit.read.marks.rims import circles, fitted
from preaudit.read.marks.squares import find_squares
from preaudit.read.view import PageView
from preaudit.sheet import MediaType, Pixels, Sheet, Source

RED = (205, 40, 45)
GREY = (120, 120, 120)
PX_PER_MM = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """Pixels that are already there."""

    pixels: Pixels

    def load(self) -> Pixels:
        """Return the pixels."""
        return self.pixels


def page(height: int = 1782, width: int = 1260) -> Pixels:
    """Return white paper of A4 with a little grain."""
    grain = np.random.default_rng(3).normal(0, 1.5, (height, width, 1))
    return np.clip(248 + np.repeat(grain, 3, axis=2), 0, 255).astype(np.uint8)


def view(pixels: Pixels, lines: Sequence[Line] = (), *, scanned: bool = False) -> PageView:
    """Return an A4 page as the finders see it."""
    source = Source(
        name="a.pdf",
        sha256="0" * 64,
        sm3="0" * 64,
        media_type=MediaType.PDF,
        size_bytes=1,
        pages=1,
    )
    height, width = pixels.shape[:2]
    sheet = Sheet(
        source=source,
        page=1,
        width_mm=width / PX_PER_MM,
        height_mm=height / PX_PER_MM,
        dpi=None,
        glyphs=(),
        rulings=(),
        images=(),
        pixels=Still(pixels=pixels),
    )
    return PageView(
        page=1,
        pixels=pixels,
        lines=tuple(lines),
        cells=(),
        sheet=sheet,
        scanned=scanned,
        to_file=UPRIGHT,
    )


def line(text: str, left: float, top: float, right: float, bottom: float) -> Line:
    """Return an embedded line with evenly spaced characters."""
    return Line(
        text=text,
        box=Box(page=1, left=left, top=top, right=right, bottom=bottom),
        confidence=1.0,
        origin=Origin.EMBEDDED,
        edges=tuple(left + (right - left) * index / len(text) for index in range(len(text) + 1)),
    )


def stamp(
    pixels: Pixels, x: int, y: int, colour: tuple[int, int, int], axes: tuple[int, int] = (120, 120)
) -> None:
    """Draw a seal: a rim, a ring of strokes as letters, and a star's worth of ink."""
    cv2.ellipse(pixels, (x, y), axes, 0, 0, 360, colour, 6, cv2.LINE_AA)
    for degrees in range(150, 391, 16):
        turn = math.radians(degrees)
        for radius in (0.68, 0.84):
            spot = (
                int(x + radius * axes[0] * math.cos(turn)),
                int(y + radius * axes[1] * math.sin(turn)),
            )
            cv2.circle(pixels, spot, 6, colour, -1, cv2.LINE_AA)
    cv2.circle(pixels, (x, y), 20, colour, -1, cv2.LINE_AA)


def reads(text: str, confidence: float = 0.99) -> object:
    """Return a recogniser that reads the same everywhere."""

    def recognise(crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        return [(text, confidence)] * len(crops)

    return recognise


def of_kind(marks: Sequence[Mark], kind: MarkKind) -> list[Mark]:
    """Return the marks of one kind."""
    return [mark for mark in marks if mark.kind is kind]


@pytest.mark.parametrize(("colour", "name"), [(RED, "red"), (GREY, "grey")])
def test_a_round_seal_is_found_with_its_box_colour_and_owner(
    colour: tuple[int, int, int], name: str
) -> None:
    """A seal on white paper comes out once, in place, with what is read along its rim."""
    pixels = page()
    stamp(pixels, 700, 900, colour)
    (seal,) = of_kind(
        find_marks(view(pixels, scanned=True), reads("某某建设有限公司")),  # type: ignore[arg-type] # a closure
        MarkKind.SEAL,
    )
    assert seal.colour == name
    assert seal.shape == "round"
    assert seal.text == "某某建设有限公司"
    assert abs(seal.box.centre[0] - 700 / 1260) < 0.005
    assert abs(seal.box.width - 246 / 1260) < 0.012


def test_an_oval_seal_is_called_oval() -> None:
    """A seal of 45 x 30 mm is found and told from a round one."""
    pixels = page()
    stamp(pixels, 500, 800, RED, axes=(135, 90))
    marks = find_marks(view(pixels), reads("某某公司"))  # type: ignore[arg-type] # a closure
    (seal,) = of_kind(marks, MarkKind.SEAL)
    assert seal.shape == "oval"


def test_overlapping_seals_come_out_as_two() -> None:
    """Two seals whose rims cross are two seals."""
    pixels = page()
    stamp(pixels, 500, 800, RED)
    stamp(pixels, 660, 860, RED)
    marks = find_marks(view(pixels), reads("某某公司"))  # type: ignore[arg-type] # a closure
    assert len(of_kind(marks, MarkKind.SEAL)) == 2


def test_a_seal_that_cannot_be_read_has_no_owner() -> None:
    """Doubt is said: no text and no confidence."""
    pixels = page()
    stamp(pixels, 700, 900, RED)
    marks = find_marks(view(pixels), reads("", 0.0))  # type: ignore[arg-type] # a closure
    (seal,) = of_kind(marks, MarkKind.SEAL)
    assert seal.text == ""
    assert seal.text_confidence == 0.0


def test_red_print_discs_and_frames_are_no_seals() -> None:
    """A red title, a red portrait ground, a disc and a frame give no seal."""
    pixels = page()
    cv2.putText(pixels, "TITLE IN RED", (300, 200), cv2.FONT_HERSHEY_SIMPLEX, 2.5, RED, 8)
    cv2.rectangle(pixels, (800, 400), (950, 600), RED, -1)
    cv2.circle(pixels, (400, 600), 90, RED, -1)
    cv2.rectangle(pixels, (60, 60), (1200, 1700), RED, 4)
    marks = find_marks(view(pixels), reads("某某公司"))  # type: ignore[arg-type] # a closure
    assert not of_kind(marks, MarkKind.SEAL)
    assert not of_kind(marks, MarkKind.PAGING_SEAL)


@pytest.mark.parametrize("x", [1260, 1330, 0])
def test_a_seal_cut_by_the_edge_of_the_page_is_a_paging_seal(x: int) -> None:
    """A slice at the left or right edge is a paging seal and no whole one."""
    pixels = page()
    stamp(pixels, x, 900, RED)
    marks = find_marks(view(pixels), reads("某某公司"))  # type: ignore[arg-type] # a closure
    (paging,) = of_kind(marks, MarkKind.PAGING_SEAL)
    assert not of_kind(marks, MarkKind.SEAL)
    assert abs(paging.box.centre[1] - 900 / 1782) < 0.02


def test_a_signature_stands_behind_its_label_in_ink_that_print_does_not_explain() -> None:
    """Strokes behind a signing label are a signature; print alone is not."""
    label = line("法定代表人（签字）：", 0.1, 0.5, 0.3, 0.515)
    bare = page()
    assert not of_kind(
        find_marks(view(bare, [label]), reads("")),  # type: ignore[arg-type] # a closure
        MarkKind.SIGNATURE,
    )
    signed = page()
    strokes = np.array([[400, 930], [430, 870], [450, 940], [490, 865], [520, 930], [580, 880]])
    cv2.polylines(
        signed,
        [strokes.astype(np.int32)],
        isClosed=False,
        color=(15, 15, 20),
        thickness=6,
        lineType=cv2.LINE_AA,
    )
    marks = find_marks(view(signed, [label]), reads(""))  # type: ignore[arg-type] # a closure
    (signature,) = of_kind(marks, MarkKind.SIGNATURE)
    assert abs(signature.box.left - 397 / 1260) < 0.01
    assert abs(signature.box.right - 583 / 1260) < 0.01


def _box(pixels: Pixels, left: int, *, ticked: bool) -> None:
    cv2.rectangle(pixels, (left, 600), (left + 22, 622), (20, 20, 20), 2)
    if ticked:
        tick = np.array([[left + 4, 611], [left + 9, 617], [left + 19, 603]], np.int32)
        cv2.polylines(
            pixels, [tick], isClosed=False, color=(20, 20, 20), thickness=3, lineType=cv2.LINE_AA
        )


def test_only_ticked_boxes_are_ticks_and_say_their_option() -> None:
    """The option is the words from the box up to the next box."""
    pixels = page()
    _box(pixels, 300, ticked=True)
    _box(pixels, 420, ticked=False)
    lines = [
        line("新建", 328 / 1260, 598 / 1782, 370 / 1260, 624 / 1782),
        line("扩建", 448 / 1260, 598 / 1782, 490 / 1260, 624 / 1782),
    ]
    marks = find_marks(view(pixels, lines, scanned=True), reads("A", 0.2))  # type: ignore[arg-type] # a closure
    (tick,) = of_kind(marks, MarkKind.TICK)
    assert tick.text == "新建"
    assert abs(tick.box.left - 300 / 1260) < 0.004


def test_a_square_is_part_of_the_character_that_was_read_there() -> None:
    """A box stands before its option; what lies in the middle of a sure character is part of it."""
    pixels = page()
    _box(pixels, 300, ticked=True)
    lines = [line("国产", 297 / 1260, 596 / 1782, 360 / 1260, 626 / 1782)]
    marks = find_marks(view(pixels, lines, scanned=True), reads("A", 0.2))  # type: ignore[arg-type] # a closure
    assert not of_kind(marks, MarkKind.TICK)


def test_a_drawn_page_without_small_rulings_has_no_boxes() -> None:
    """Option boxes of drawn pages are drawn, set as text or pasted."""
    pixels = page()
    _box(pixels, 300, ticked=True)
    lines = [line("新建", 328 / 1260, 598 / 1782, 370 / 1260, 624 / 1782)]
    marks = find_marks(view(pixels, lines), reads("A", 0.2))  # type: ignore[arg-type] # a closure
    assert not of_kind(marks, MarkKind.TICK)


def test_a_square_that_reads_as_a_character_is_no_tick() -> None:
    """An enclosure character with strokes in it is text."""
    pixels = page()
    _box(pixels, 300, ticked=True)
    lines = [line("新建", 328 / 1260, 598 / 1782, 370 / 1260, 624 / 1782)]
    marks = find_marks(view(pixels, lines, scanned=True), reads("国"))  # type: ignore[arg-type] # a closure
    assert not of_kind(marks, MarkKind.TICK)


def test_a_qr_code_is_located_and_read() -> None:
    """A code says what it says, in place."""
    code = cv2.QRCodeEncoder.create().encode("https://example.org/1")
    big = cv2.resize(code, None, fx=6, fy=6, interpolation=cv2.INTER_NEAREST)
    pixels = page()
    high, wide = big.shape[:2]
    pixels[300 : 300 + high, 200 : 200 + wide] = big[:, :, None]
    (found,) = of_kind(
        find_marks(view(pixels), reads("")),  # type: ignore[arg-type] # a closure
        MarkKind.QR_CODE,
    )
    assert found.text == "https://example.org/1"


def test_a_blank_page_bears_no_marks() -> None:
    """Nothing is found where nothing is."""
    assert find_marks(view(page()), reads("国")) == ()  # type: ignore[arg-type] # a closure


@pytest.mark.parametrize("radius", [30, 47, 60])
def test_a_rim_settles_on_the_true_circle(radius: int) -> None:
    """The fitted ellipse has the drawn centre and axes within a pixel."""
    pixels = page(400, 400)
    cv2.circle(pixels, (210, 190), radius, RED, 2, cv2.LINE_AA)
    ink = inks(pixels).any
    best = circles(ink, radii=(20, 70), most=1)[0]
    rim = fitted(ink, best)
    assert rim is not None
    assert math.hypot(rim.x - 210, rim.y - 190) < 1
    assert abs(rim.radius - radius) < 1.6
    assert rim.support > 0.95


def _dark(pixels: Pixels) -> NDArray[np.uint8]:
    return (pixels[:, :, 0] < 150).astype(np.uint8)


@pytest.mark.parametrize("side", [15, 22, 34])
def test_a_square_is_found_whatever_its_size(side: int) -> None:
    """Outlines of 2.5 to 6 mm are squares."""
    pixels = page(300, 300)
    cv2.rectangle(pixels, (100, 120), (100 + side, 120 + side), (10, 10, 10), 2)
    (square,) = find_squares(_dark(pixels), px_per_mm=PX_PER_MM)
    assert abs(square.left - 99) <= 2
    assert abs(square.right - 101 - side) <= 3
    assert square.inside < 0.02


def test_a_square_in_the_corner_of_a_page_is_found() -> None:
    """Nothing is cut off or counted from the other side at the page's edges."""
    pixels = page(300, 300)
    cv2.rectangle(pixels, (270, 270), (292, 292), (10, 10, 10), 2)
    (square,) = find_squares(_dark(pixels), px_per_mm=PX_PER_MM)
    assert abs(square.left - 269) <= 2
    assert abs(square.top - 269) <= 2


def test_red_ink_is_no_ink_where_ticks_are_looked_for() -> None:
    """Black and blue strokes are seen through a red stamp, and the stamp is not."""
    pixels = page(333, 200)
    stamp(pixels, 100, 150, RED, axes=(60, 60))
    cv2.rectangle(pixels, (20, 20), (90, 180), (30, 40, 120), 3)
    cv2.rectangle(pixels, (110, 220), (180, 300), (20, 20, 20), 3)
    inked = uncoloured(pixels, halved(halved(pixels)))
    assert inked[100, 20] == 1
    assert inked[220, 150] == 1
    assert inked[150, 160] == 0
    assert inked[150, 100] == 0
    assert inked[10, 10] == 0


@pytest.mark.parametrize(
    ("readings", "owner"),
    [
        ([("某某设有限公司", 0.999), ("某某建设有限公司", 0.99)], "某某建设有限公司"),
        ([("某某建设有限公司", 0.985), ("某某设有限公司", 0.999)], "某某建设有限公司"),
        ([("某某设有限公司", 0.999), ("某某建设有限公司", 0.9)], "某某设有限公司"),
    ],
)
def test_of_two_sure_readings_of_a_seal_the_fuller_one_is_believed(
    readings: list[tuple[str, float]], owner: str
) -> None:
    """A letter left out does not lower a recogniser's confidence; a doubtful one adds nothing."""
    first, second = readings
    asked: list[int] = []

    def recognise(crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        asked.append(len(crops))
        return [first if len(asked) == 1 else second for _ in crops]

    pixels = page()
    stamp(pixels, 700, 900, RED)
    (seal,) = of_kind(find_marks(view(pixels), recognise), MarkKind.SEAL)
    assert seal.text == owner
