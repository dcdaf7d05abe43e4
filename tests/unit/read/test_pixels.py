"""What is found in pixels: rulings, stamps, ink that was passed over, flaws."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from preaudit.document import Flaw, Line, Origin
from preaudit.geometry import Box
from preaudit.read.cells import passed_over
from preaudit.read.grid import slots
from preaudit.read.light import evened, measured
from preaudit.read.lines import Patch
from preaudit.read.quality import judge
from preaudit.read.stamps import stamped, strongest, unstamped
from preaudit.read.strokes import Strokes, drawn_in, ink
from preaudit.sheet import Pixels

TEXT_PX = 32.0


def said(confidence: float, *, rows: int = 20) -> list[Line]:
    """Return lines of OCR of four characters each."""
    return [
        Line(
            text="工程概况",
            box=Box(page=1, left=0.1, top=0.04 * row, right=0.3, bottom=0.04 * row + 0.02),
            confidence=confidence,
            origin=Origin.OCR,
            edges=(0.1, 0.15, 0.2, 0.25, 0.3),
        )
        for row in range(rows)
    ]


def flaws(
    page: Pixels, lines: list[Line], *, dpi: float | None = 150, text_px: float = 30
) -> set[Flaw]:
    """Return what is found wrong with a picture of paper."""
    light = measured(page)
    return set(judge(page, lines, dpi=dpi, text_px=text_px, light=light).flaws)


def rulings(page: Pixels) -> Strokes:
    """Return the strokes of a page."""
    return drawn_in(ink(page, text_px=TEXT_PX), text_px=TEXT_PX)


def test_the_rulings_of_a_form_are_found_and_its_text_is_none(form: Pixels) -> None:
    """Three rows between two columns: four level strokes, three upright ones, nothing else."""
    strokes = rulings(form)
    assert [round(one.at, -1) for one in strokes.level] == [240, 320, 400, 480]
    assert [round(one.at, -1) for one in strokes.upright] == [140, 400, 1100]


def test_rulings_survive_noise_slant_and_a_stamp(form: Pixels) -> None:
    """A scan a third of a degree askew, noisy and stamped keeps all six cells."""
    page = form.copy()
    cv2.circle(page, (1000, 420), 100, (205, 60, 60), 6)
    turn = cv2.getRotationMatrix2D((620, 877), 0.3, 1.0)
    page = cv2.warpAffine(page, turn, (1240, 1754), borderValue=(255, 255, 255))
    noise = np.random.default_rng(3).normal(0, 6, page.shape)
    page = np.clip(page + noise, 0, 255).astype(np.uint8)
    found = slots(rulings(page), snap=0.3 * TEXT_PX, least=0.6 * TEXT_PX)
    assert [(slot.row, slot.column) for slot in found] == [
        (row, column) for row in range(3) for column in range(2)
    ]


def test_print_shows_again_where_a_stamp_covers_it(form: Pixels) -> None:
    """Stamp ink turns to paper, and print below it stays dark."""
    page = form.copy()
    stamp = np.zeros(page.shape[:2], dtype=np.uint8)
    cv2.circle(stamp, (600, 440), 110, 255, 8)
    cv2.circle(stamp, (600, 440), 30, 255, -1)
    over = stamp > 0
    page[over] = (0.75 * np.array([210, 40, 40]) + 0.25 * page[over]).astype(np.uint8)
    areas = stamped(page)
    assert any(area.meets(590, 430, 610, 450) for area in areas)
    plain = unstamped(page, areas)
    bare = over & (strongest(form) > 200)
    printed = over & (strongest(form) < 60)
    assert np.median(strongest(plain)[bare]) > np.median(strongest(plain)[printed]) + 80
    assert (plain[:200] == page[:200]).all()


def test_a_page_without_stamps_is_left_alone(form: Pixels) -> None:
    """Black print on white paper has no stamps."""
    assert stamped(form) == ()
    assert unstamped(form, ()) is form


def test_a_lone_figure_in_a_cell_is_not_passed_over(form: Pixels) -> None:
    """Ink of the size of text in a cell where nothing was found is offered for reading."""
    late = _passed_over(form, ROWS_FOUND)
    inside = [patch for patch in late if 240 <= patch.top < 480]
    assert {round(patch.top / 80) for patch in inside} == {3, 4, 5}
    assert all(patch.left > 400 for patch in inside)


def test_a_whole_row_outside_tables_is_not_passed_over(form: Pixels) -> None:
    """A sentence below the table in which the detector saw nothing is offered as one row."""
    sentence = [patch for patch in _passed_over(form, ROWS_FOUND) if patch.top > 500]
    assert len(sentence) == 1
    assert sentence[0].left < 165
    assert sentence[0].right > 700
    seen = Patch(left=150, top=550, right=760, bottom=600)
    assert not [patch for patch in _passed_over(form, [*ROWS_FOUND, seen]) if patch.top > 500]


def test_texture_is_no_row_of_text() -> None:
    """Grain, a filled bar and a dotted line offer nothing to read."""
    page = np.full((1754, 1240, 3), 235, dtype=np.uint8)
    noise = np.random.default_rng(5).normal(0, 8, page.shape)
    page = np.clip(page + noise, 0, 255).astype(np.uint8)
    page[400:430, 200:700] = 40
    page[800:804, 200:900:12] = 30
    assert _passed_over(page, []) == []


ROWS_FOUND = [
    Patch(left=150, top=250 + 80 * row, right=390, bottom=310 + 80 * row) for row in (0, 1, 2)
]
"""Where the labels of the form stand."""


def _passed_over(page: Pixels, found: list[Patch]) -> list[Patch]:
    mask = ink(page, text_px=TEXT_PX)
    strokes = drawn_in(mask, text_px=TEXT_PX)
    cells = slots(strokes, snap=0.3 * TEXT_PX, least=0.6 * TEXT_PX)
    return passed_over(mask, strokes, cells, found, text_px=TEXT_PX)


def test_an_ordinary_page_has_no_flaw(form: Pixels) -> None:
    """A clean scan that reads well is not complained of."""
    assert judge(form, said(0.98), dpi=150, text_px=30).legible


def test_a_page_with_few_lines_has_no_flaw() -> None:
    """A nearly empty page that bears one sure line is legible."""
    page = np.full((1754, 1240, 3), 250, dtype=np.uint8)
    cv2.putText(page, "1", (600, 1700), cv2.FONT_HERSHEY_SIMPLEX, 1, (0, 0, 0), 2)
    assert judge(page, said(0.95), dpi=150, text_px=30).legible


def test_a_white_page_is_blank() -> None:
    """Paper with nothing but scanner noise on it was handed in by mistake."""
    rng = np.random.default_rng(4)
    page = np.clip(rng.normal(246, 3, (1754, 1240, 3)), 0, 255).astype(np.uint8)
    assert flaws(page, []) == {Flaw.BLANK}


def test_an_empty_ruled_page_is_not_blank(form: Pixels) -> None:
    """A drawing or an empty table without any text is something all the same."""
    page = np.full_like(form, 255)
    cv2.rectangle(page, (140, 240), (1100, 480), (0, 0, 0), 2)
    assert flaws(page, []) == set()


def test_a_page_in_the_dark_is_dark(form: Pixels) -> None:
    """Paper that hardly shows is dark, and never blank."""
    dim = (form * 0.06).astype(np.uint8)
    assert flaws(dim, said(0.5)) == flaws(dim, []) == {Flaw.DARK}
    assert flaws((form * 0.2).astype(np.uint8), said(0.98)) == set()


def test_a_blurred_page_is_blurred_only_when_it_reads_badly(form: Pixels) -> None:
    """Soft edges alone are no flaw; soft edges and unsure reading are."""
    soft = cv2.GaussianBlur(form, (0, 0), 3)
    assert flaws(soft, said(0.93)) == {Flaw.BLURRED}
    assert flaws(soft, said(0.97)) == set()
    assert flaws(form, said(0.93)) == set()


def test_a_few_unsure_words_are_no_flaw(form: Pixels) -> None:
    """On a page of a few words a low confidence says little."""
    soft = cv2.GaussianBlur(form, (0, 0), 3)
    assert flaws(soft, said(0.9, rows=3)) == set()
    assert flaws(soft, said(0.7, rows=3)) == {Flaw.BLURRED}


def test_print_that_hardly_differs_from_its_paper_cannot_be_read(form: Pixels) -> None:
    """Print of a few grey levels is unclear, whatever was made of it."""
    pale = (250 - (250 - form.astype(np.float32)) * 0.04).astype(np.uint8)
    assert flaws(pale, said(0.98)) == {Flaw.BLURRED}


def test_a_coarse_scan_that_reads_badly_has_too_low_a_resolution(form: Pixels) -> None:
    """Below 100 dpi a page has to be scanned again, unless it reads well."""
    assert flaws(form, said(0.9), dpi=72, text_px=15) == {Flaw.LOW_RESOLUTION}
    assert flaws(form, said(0.97), dpi=96, text_px=14) == set()
    assert flaws(form, said(0.97), dpi=45, text_px=10) == set()
    assert flaws(form, said(0.945), dpi=150, text_px=10) == {Flaw.LOW_RESOLUTION}
    assert flaws(form, said(0.945), dpi=150, text_px=15) == set()


def test_a_page_of_which_one_character_in_eight_is_doubted_is_unclear(form: Pixels) -> None:
    """Single doubts say more than the mean: most lines may be sure, and too many words wrong."""
    sure, doubted = (0.99, 0.99, 0.99, 0.99), (0.99, 0.6, 0.99, 0.99)
    lines = [replace(line, sureness=sure) for line in said(0.96)]
    assert flaws(form, lines) == set()
    half = [replace(line, sureness=doubted) for line in lines[:10]]
    assert flaws(form, [*half, *lines[10:]]) == {Flaw.BLURRED}


def test_what_is_left_of_a_shaken_page_is_unclear(form: Pixels) -> None:
    """A few characters that nobody believes, on a page without a sharp edge."""
    kernel = np.eye(7, dtype=np.float32) / 7
    shaken = np.asarray(cv2.filter2D(form, -1, kernel), dtype=np.uint8)
    assert flaws(shaken, said(0.5, rows=4)) == {Flaw.BLURRED}
    assert flaws(shaken, said(0.7, rows=4)) == set()
    assert flaws(form, said(0.5, rows=4)) == set()


def test_a_dark_page_that_was_read_well_is_kept(form: Pixels) -> None:
    """Networks see in the dusk: what they read for sure need not be handed in again."""
    dim = (form * 0.08).astype(np.uint8)
    assert flaws(dim, said(0.99)) == set()
    assert flaws(dim, said(0.97)) == {Flaw.DARK}


def test_lines_that_run_off_the_picture_mean_it_is_cut_off(form: Pixels) -> None:
    """Where several lines end at the same rim the rest of them is missing."""
    lines = [
        Line(
            text="工程概况表格",
            box=Box(page=1, left=left, top=top, right=left + 0.3, bottom=top + 0.02),
            confidence=0.97,
            origin=Origin.OCR,
            edges=tuple(left + 0.05 * index for index in range(7)),
        )
        for left in (0.7,)
        for top in (0.1, 0.2, 0.3, 0.4, 0.5)
    ]
    assert Flaw.CUT_OFF in judge(form, lines, dpi=150, text_px=30).flaws
    whole = [
        Line(
            text=line.text,
            box=Box(page=1, left=0.6, top=line.box.top, right=0.9, bottom=line.box.bottom),
            confidence=line.confidence,
            origin=line.origin,
            edges=tuple(edge - 0.1 for edge in line.edges),
        )
        for line in lines
    ]
    assert judge(form, whole, dpi=150, text_px=30).legible


def test_good_light_is_left_alone(form: Pixels) -> None:
    """A page in even light comes back as it is, to the last bit."""
    assert evened(form, measured(form)) is form


def test_a_shadow_is_flattened(form: Pixels) -> None:
    """Half a page in deep shadow is as bright as the other half, and stamps keep their colour."""
    page = form.copy()
    cv2.circle(page, (300, 900), 90, (200, 40, 40), 8)
    shaded = page.astype(np.float32)
    shaded[:, :620] *= 0.45
    lit = evened(shaded.astype(np.uint8), measured(shaded.astype(np.uint8)))
    assert abs(float(np.median(lit[1200:, 100:500])) - float(np.median(lit[1200:, 800:]))) < 10
    rim = lit[900, 300 - 92 : 300 - 88].mean(axis=0)
    assert rim[0] > rim[1] + 60


def test_pale_print_is_darkened(form: Pixels) -> None:
    """Print a few dozen grey levels below its paper becomes dark."""
    pale = (250 - (250 - form.astype(np.float32)) * 0.15).astype(np.uint8)
    assert (
        float(np.percentile(evened(pale, measured(pale)), 1)) < float(np.percentile(pale, 1)) - 60
    )
