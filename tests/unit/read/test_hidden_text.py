"""Text that runs into rules, stamps and other rows is found and read as what it is."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw

from preaudit.read.cells import passed_over
from preaudit.read.grid import Slot
from preaudit.read.lines import Patch, in_rows
from preaudit.read.ruled import on_rules
from preaudit.read.seeking import Taken, sought
from preaudit.read.spelling import NOTHING, Spelling
from preaudit.read.stamps import Area, stamped, unstamped
from preaudit.read.strokes import Mask, Strokes, drawn_in, ink
from preaudit.sheet import Pixels
from tests.unit.read.conftest import font

TEXT_PX = 32.0


def page_with(*said: tuple[int, int, str, int]) -> Pixels:
    """Return a white page with texts at x, y in a size."""
    image = Image.new("RGB", (1000, 700), "white")
    pen = ImageDraw.Draw(image)
    for x, y, text, size in said:
        pen.text((x, y), text, fill="black", font=font(size))
    return np.asarray(image).copy()


def ruled(page: Pixels) -> tuple[Mask, Strokes]:
    """Return the ink of a page and its rules."""
    mask = ink(page, text_px=TEXT_PX)
    return mask, drawn_in(mask, text_px=TEXT_PX)


def test_a_page_number_set_into_a_double_frame_is_found() -> None:
    """The place is as wide and high as the words, and includes the rules that touch them."""
    page = page_with((440, 590, "第1页共3页", 18))
    cv2.line(page, (40, 596), (960, 596), (60, 60, 60), 2)
    cv2.line(page, (40, 608), (960, 608), (20, 20, 20), 6)
    mask, strokes = ruled(page)
    (patch,) = on_rules(mask, strokes, (), text_px=TEXT_PX)
    assert 425 <= patch.left <= 445
    assert 525 <= patch.right <= 560
    assert patch.top <= 596
    assert patch.bottom >= 608
    assert on_rules(mask, strokes, (patch,), text_px=TEXT_PX) == []


def test_rules_with_text_between_them_only_bear_none() -> None:
    """What stands clear of the rules above and below is no text on a rule."""
    page = page_with((100, 320, "工程名称及地点", 26))
    for y in (300, 370):
        cv2.line(page, (40, y), (960, y), (0, 0, 0), 2)
    cv2.line(page, (500, 300), (500, 370), (0, 0, 0), 2)
    mask, strokes = ruled(page)
    assert len(strokes.level) == 2
    assert on_rules(mask, strokes, (), text_px=TEXT_PX) == []


def test_two_rules_joined_by_text_are_still_rules() -> None:
    """Words that touch both rules of a frame do not make one thick bar of them."""
    page = page_with()
    for y, thick in ((300, 2), (316, 5)):
        cv2.line(page, (40, y), (960, y), (0, 0, 0), thick)
    for x in range(300, 500, 60):
        cv2.rectangle(page, (x, 300), (x + 50, 316), (0, 0, 0), -1)
    _, strokes = ruled(page)
    assert [round(one.at / 4) for one in strokes.level] == [75, 79]


def test_short_lines_above_one_another_are_read_one_by_one() -> None:
    """A label in two rows of two characters, taken for one line, is cut between its rows."""
    page = page_with((50, 100, "被委", 28), (50, 136, "托人", 28))
    mask, _ = ruled(page)
    both = Patch(left=46, top=98, right=112, bottom=172)
    upper, lower = in_rows([both], mask, text_px=TEXT_PX)
    assert (upper.left, upper.right) == (both.left, both.right)
    assert 125 < upper.bottom < lower.top + 10
    assert 25 < lower.height < 40
    assert 25 < upper.height < 45


def test_a_row_of_large_characters_stays_one() -> None:
    """Strokes above one another are parts of characters, in a title too."""
    page = page_with((50, 100, "三元二号", 60))
    mask, _ = ruled(page)
    title = Patch(left=46, top=100, right=300, bottom=170)
    assert in_rows([title], mask, text_px=TEXT_PX) == [title]
    down = page_with((50, 100, "项", 28), (50, 140, "目", 28))
    mask, _ = ruled(down)
    run = Patch(left=46, top=98, right=84, bottom=176)
    assert in_rows([run], mask, text_px=TEXT_PX) == [run]


def test_characters_down_a_narrow_cell_are_not_passed_over() -> None:
    """A label that runs down a cell is offered, however close its characters stand."""
    page = page_with(*((60, 110 + 31 * at, letter, 28) for at, letter in enumerate("项目概况")))
    mask, strokes = ruled(page)
    cell = Slot(
        table=0, row=0, column=0, row_span=1, column_span=1, left=50, top=60, right=100, bottom=400
    )
    found = passed_over(mask, strokes, (cell,), (), text_px=TEXT_PX)
    assert min(one.top for one in found) < 125
    assert max(one.bottom for one in found) > 225


def _sealed(text: str, grey: int) -> Pixels:
    page = page_with((100, 330, text, 26))
    seal = np.full(page.shape[:2], 255, dtype=np.uint8)
    cv2.circle(seal, (420, 345), 90, grey, 5)
    cv2.putText(seal, "SEAL", (365, 300), cv2.FONT_HERSHEY_SIMPLEX, 1.2, grey, 4)
    # A letter that touches the rim: what the rim encloses is smaller than the seal.
    cv2.rectangle(seal, (332, 330), (350, 380), grey, -1)
    return np.minimum(page, seal[:, :, None])


def test_a_grey_stamp_is_covered_to_its_outer_edge() -> None:
    """Its place includes the rim on every side, and its rim goes; what lies beside it stays."""
    page = _sealed("招标单位（盖章）：", 165)
    (area,) = stamped(page)
    for got, true in (
        (area.left, 328),
        (area.right, 512),
        (area.top, 253),
        (area.bottom, 437),
    ):
        assert abs(got - true) <= 14
    assert area.left <= 330
    assert area.right >= 510
    plain = unstamped(page, (area,))
    assert plain[345, 505:515].min() > 200
    assert (plain[:, :320] == page[:, :320]).all()


def test_pale_rims_of_print_outlive_the_stamp_beside_it() -> None:
    """Only where the stamp has strokes is anything made paper; print in its middle keeps all."""
    page = cv2.GaussianBlur(_sealed("招标单位", 165), (0, 0), 1.0)
    words = page_with((100, 330, "招标单位", 26), (385, 345, "日期", 26))
    words = cv2.GaussianBlur(words, (0, 0), 1.0)
    page = np.minimum(page, words)
    (area,) = stamped(page)
    plain = unstamped(page, (area,))
    middle = (slice(350, 375), slice(388, 440))
    assert np.abs(plain[middle].astype(int) - words[middle]).mean() < 12


class _Seeing:
    """An engine that sees one line in whole pages and another in parts of them."""

    def __init__(self, in_page: tuple[int, ...], in_part: tuple[int, ...]) -> None:
        self._boxes = in_page, in_part
        self._asked = 0

    def find(self, pixels: Pixels, *, side_px: int) -> list[np.ndarray]:
        """Return a box, given in pixels of what is looked at."""
        del pixels, side_px
        left, top, right, bottom = self._boxes[min(1, self._asked)]
        self._asked += 1
        return [np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=float)]

    def spell(self, crops: list[Pixels]) -> list[Spelling]:
        """Return nothing for each crop."""
        return [NOTHING for _ in crops]

    glance = spell


def test_a_line_seen_in_part_with_a_stamp_and_in_part_without_is_one() -> None:
    """Overlapping pieces on one row are joined; a signature across two rows joins nothing."""
    page = page_with((100, 330, "招标单位（盖章）：", 26))[:, :900].copy()
    area = Area(left=300, top=250, right=500, bottom=430, grey=True, level=160)
    taken = Taken(pixels=page, uncoloured=page, plain=page, areas=(area,), flat=True)
    _, quads = sought(taken, _Seeing((96, 326, 330, 362), (90, 78, 180, 112)))
    (line,) = quads
    assert (line.min(axis=0) == (96, 326)).all()
    assert line.max(axis=0)[0] == 380
    _, quads = sought(taken, _Seeing((96, 326, 330, 362), (90, 50, 180, 150)))
    assert len(quads) == 2
