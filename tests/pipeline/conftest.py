"""Whole runs: real files, the real reader, the real rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from corpus.making import iterate_papers
from preaudit.errors import WeightsError
from preaudit.pipeline import CaseOptions, Review, pre_review
from preaudit.settings import Settings
from preaudit.weights import verify

AS_OF = date(2026, 6, 1)
Reviewer = Callable[..., Review]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The defaults without law texts; skips where set-up has not fetched the weights."""
    chosen = Settings(law_texts=tmp_path_factory.mktemp("law-texts"))
    try:
        verify(chosen.weights_dir)
    except WeightsError as error:
        pytest.skip(str(error))
    return chosen


@pytest.fixture(scope="session")
def review(settings: Settings) -> Reviewer:
    """Pre-reviews paths as of a fixed day."""

    def run(*paths: Path) -> Review:
        return pre_review(list(paths), declared=CaseOptions(as_of=AS_OF), settings=settings)

    return run


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three sound native papers of invented parties."""
    folder = tmp_path_factory.mktemp("papers")
    for kind in ("safety-licence", "business-licence", "funds-commitment"):
        for paper in iterate_papers((kind,), seed=7, count=1):
            (folder / f"{kind}.pdf").write_bytes(paper.paper.data)
    return folder
