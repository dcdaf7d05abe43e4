"""Files that bind several papers say which pages belong to which."""

from __future__ import annotations

import io

import pikepdf
import pytest

from corpus.combined import CombinedFile, combined_files, with_page_behind
from corpus.faces import faces_installed

pytestmark = pytest.mark.skipif(not faces_installed(), reason="Debian's Chinese faces are missing")

_FAMILIES = {
    "business-licence": ("landscape", "g-card"),
    "safety-licence": ("g-rows",),
    "supervision-contract": ("terms", "cover"),
    "other": ("o-divider", "o-line", "o-lease"),
}


_LONGEST_LINE = 20
"""Of a page behind a paper, in characters."""


@pytest.fixture(scope="module")
def files() -> list[CombinedFile]:
    """Return a few combined files in few families."""
    return list(combined_files(4, 6, families=_FAMILIES))


def test_pages_of_papers_fill_the_file(files: list[CombinedFile]) -> None:
    """Every page of the PDF belongs to one paper, in order."""
    for file in files:
        with pikepdf.open(io.BytesIO(file.data)) as pdf:
            assert len(pdf.pages) == file.page_count
        page = 1
        for bound in file.bound:
            assert bound.first_page == page
            page += bound.paper.page_count
        assert len(file.bound) >= 2


def test_only_families_asked_for_are_bound(files: list[CombinedFile]) -> None:
    """A kind that is not named is not used, nor a family that is not."""
    for file in files:
        for bound in file.bound:
            assert bound.paper.family in _FAMILIES[bound.paper.kind]


def test_two_papers_of_a_kind_follow_one_another() -> None:
    """Some files hold two licences in a row, of two holders."""
    only = {"business-licence": ("landscape",), "safety-licence": ("g-rows",)}
    twins = 0
    for file in combined_files(9, 8, families=only):
        kinds = [bound.paper.kind for bound in file.bound]
        for at in range(len(kinds) - 1):
            if kinds[at] == kinds[at + 1]:
                twins += 1
                first, second = (file.bound[at + step].paper.spots for step in (0, 1))
                assert first["holder_name"][0].value != second["holder_name"][0].value
    assert twins


def test_the_same_seed_gives_the_same_file() -> None:
    """A combined file is a pure function of its seed."""
    first, second = (next(combined_files(5, 1, families=_FAMILIES)) for _ in range(2))
    assert first == second


def test_a_line_that_ends_a_paper_is_part_of_it() -> None:
    """A page that says only that nothing follows grows the paper before; it is none by itself."""
    only = {"business-licence": ("landscape",), "safety-licence": ("g-rows",)}
    joined = list(combined_files(3, 8, families=only))
    assert all(bound.paper.kind != "other" for file in joined for bound in file.bound)
    lines = [
        run.text
        for file in joined
        for bound in file.bound
        for run in bound.paper.printed.runs
        if run.page == bound.paper.page_count > 1
    ]
    assert lines
    assert all(len(line) < _LONGEST_LINE for line in lines)
    assert sum(file.page_count for file in joined) > sum(len(file.bound) for file in joined)


def test_a_page_behind_a_paper_keeps_its_lines(files: list[CombinedFile]) -> None:
    """The lines of a page put behind a paper lie on that page, and no value moves."""
    first, behind = files[0].bound[0].paper, files[1].bound[0].paper
    grown = with_page_behind(first, behind)
    assert grown.page_count == first.page_count + behind.page_count
    assert max(run.page for run in grown.printed.runs) == grown.page_count
    assert len(grown.printed.outlines) == grown.page_count
    assert (grown.kind, grown.spots, grown.marks) == (first.kind, first.spots, first.marks)
