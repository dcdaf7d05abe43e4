"""The small content folder, as it is and with edits."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rules_kg import Graph, load_graph

SMALL = Path(__file__).parents[2] / "rules" / "small"


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """Copy the small content and replace one text in one file."""

    def edit(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "content"
        shutil.copytree(SMALL, folder)
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return edit


@pytest.fixture(scope="session")
def small() -> Graph:
    """The small graph."""
    return load_graph(SMALL)
