"""The truth of reading says what the page says, where it says it."""

from __future__ import annotations

import io
from itertools import combinations

import pdfplumber
import pytest

from corpus.channels import send
from corpus.faces import faces_installed
from corpus.making import TrainingPaper, iterate_papers
from corpus.printed import PrintedCell, Run

pytestmark = pytest.mark.skipif(not faces_installed(), reason="Debian's Chinese faces are missing")

_KINDS = ("award-notice", "construction-planning-permit", "contractor-qualification")


@pytest.fixture(scope="module")
def papers() -> list[TrainingPaper]:
    """Return a few papers, with tables and without."""
    return list(iterate_papers(_KINDS, seed=31, count=9))


def test_every_letter_of_the_pdf_lies_in_a_recorded_line(papers: list[TrainingPaper]) -> None:
    """Nothing is printed that the truth of reading does not know, letter for letter."""
    for made in papers:
        with pdfplumber.open(io.BytesIO(made.paper.data)) as pdf:
            drawn = sorted(
                char["text"] for page in pdf.pages for char in page.chars if char["text"].strip()
            )
        known = sorted(char for run in made.paper.printed.runs for char in run.text if char.strip())
        assert drawn == known, (made.kind, made.family)


def test_lines_have_an_edge_more_than_letters(papers: list[TrainingPaper]) -> None:
    """Each letter of a line has a place of its own on the page, left to right."""
    for made in papers:
        for run in made.paper.printed.runs:
            assert len(run.over) == len(run.under) == len(run.text) + 1
            assert [x for x, _ in run.over] == sorted(x for x, _ in run.over)


def test_cells_of_a_table_tile_it(papers: list[TrainingPaper]) -> None:
    """No two cells of a table share a place, and their spans cover every row and column."""
    tables: dict[tuple[int, int, int], list[PrintedCell]] = {}
    for number, made in enumerate(papers):
        for cell in made.paper.printed.cells:
            tables.setdefault((number, cell.page, cell.table), []).append(cell)
    assert tables
    for cells in tables.values():
        places = [_places(cell) for cell in cells]
        assert all(not one & other for one, other in combinations(places, 2))
        assert all(places)


def _places(cell: PrintedCell) -> set[tuple[int, int]]:
    rows = range(cell.row, cell.row + cell.row_span)
    return {(row, at) for row in rows for at in range(cell.column, cell.column + cell.column_span)}


def test_lines_of_a_cell_stand_inside_it(papers: list[TrainingPaper]) -> None:
    """The words of a cell lie within its borders, on paper and in a photo of it."""
    for made in (papers[0], papers[3]):
        photo = send(made.paper, "photo", seed="lines")
        for printed in (made.paper.printed, photo.printed):
            for cell in printed.cells:
                for index in cell.runs:
                    assert _inside(printed.runs[index], cell), printed.runs[index].text


def _inside(run: Run, cell: PrintedCell) -> bool:
    left, top, right, bottom = cell.box
    across, down = ((run.box[0] + run.box[2]) / 2, (run.box[1] + run.box[3]) / 2)
    return left < across < right and top < down < bottom


def test_pages_are_numbered_by_lines_of_that_role() -> None:
    """The foot 第 n 页 共 m 页 is known as the page's number on every page that bears one."""
    contracts = list(iterate_papers(("supervision-contract",), seed=5, count=4))
    numbers = [run for made in contracts for run in made.paper.printed.runs if run.role == "number"]
    assert numbers
    assert all(any(char.isdigit() for char in run.text) for run in numbers)
