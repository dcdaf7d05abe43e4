"""What a run gives, from files to report."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from preaudit.errors import InputError, Stage, UsageError
from preaudit.fields import FieldState
from preaudit.findings import Verdict
from preaudit.pipeline import CaseOptions, Progress, Review, pre_review
from preaudit.render import load_report, report_json
from preaudit.settings import Settings

Reviewer = Callable[..., Review]

pytestmark = [pytest.mark.weights]


def test_papers_become_materials_with_evidence(review: Reviewer, papers: Path) -> None:
    """Every paper is recognised, and every value that was found has a place on a page."""
    report = review(papers).report

    kinds = {material.kind for material in report.materials}
    assert kinds == {"safety-licence", "business-licence", "funds-commitment"}
    found = [
        field
        for material in report.materials
        for field in material.fields
        if field.state is FieldState.FOUND
    ]
    assert len(found) >= 15
    assert all(field.evidence for field in found)


def test_what_is_not_handed_in_fails_and_what_is_not_known_does_not(
    review: Reviewer, papers: Path
) -> None:
    """A missing material is its own finding; checks that need it are not failed beside it."""
    verdicts = {one.check: one.verdict for one in review(papers).report.findings}

    assert verdicts["completeness.application-form"] is Verdict.FAIL
    assert verdicts["completeness.safety-licence"] is Verdict.PASS
    assert verdicts["agreement.supervisor_name"] is not Verdict.FAIL


def test_the_same_papers_give_the_same_bytes_in_any_order(review: Reviewer, papers: Path) -> None:
    """A report depends on what was handed in, not on the order or the folder."""
    files = sorted(papers.iterdir())
    once = report_json(review(*files).report)
    again = report_json(review(*reversed(files)).report)

    assert once == again
    assert report_json(load_report(once)) == once


def test_every_page_of_the_report_has_its_picture(review: Reviewer, papers: Path) -> None:
    """The page images that findings point at come with the review."""
    done = review(papers)

    for source in done.report.sources:
        for page in range(1, source.pages + 1):
            image = done.images.jpeg(source.sha256, page)
            assert image is not None
            assert image.startswith(b"\xff\xd8")


def test_progress_tells_each_file_and_page(papers: Path, settings: Settings) -> None:
    """Opening counts files, reading counts pages, and both come to their end."""
    steps: list[Progress] = []
    pre_review([papers], declared=CaseOptions(), settings=settings, progress=steps.append)

    for stage in (Stage.INGEST, Stage.READ):
        told = [step for step in steps if step.stage is stage]
        assert [step.done for step in told] == list(range(1, told[-1].total + 1))


def test_an_empty_folder_is_no_case(review: Reviewer, tmp_path: Path) -> None:
    """Nothing to open ends the run with its own code."""
    with pytest.raises(InputError) as caught:
        review(tmp_path)

    assert caught.value.code == "empty_case"


def test_a_case_of_nothing_readable_names_every_file(review: Reviewer, tmp_path: Path) -> None:
    """When no file can be opened the error says of each why."""
    (tmp_path / "a.pdf").write_bytes(b"")
    (tmp_path / "b.pdf").write_text("just a note", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.pdf.*b\.pdf"):
        review(tmp_path)


def test_an_unknown_item_is_a_usage_error(papers: Path, settings: Settings) -> None:
    """The message lists what is known."""
    with pytest.raises(UsageError, match="construction-permit"):
        pre_review([papers], declared=CaseOptions(item="fishing-permit"), settings=settings)


def test_a_declaration_in_the_case_is_heard(review: Reviewer, papers: Path, tmp_path: Path) -> None:
    """`case.json` names the place; what the caller says of the day outranks it."""
    folder = tmp_path / "case"
    shutil.copytree(papers, folder)
    declared = '{"jurisdiction": "fujian-xiamen", "as_of": "2020-01-01"}'
    (folder / "case.json").write_text(declared, encoding="utf-8")
    case = review(folder).report.case

    assert case.jurisdiction == "fujian-xiamen"
    assert case.as_of.isoformat() == "2026-06-01"
