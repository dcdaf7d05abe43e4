"""Readings are kept, and found again only where they still hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from preaudit.document import Flaw, Line, Mark, MarkKind, Origin, Page, Quality
from preaudit.errors import Stage
from preaudit.findings import Bilingual
from preaudit.geometry import Box, Homography
from preaudit.read.kept import KeepingReader, keeping
from preaudit.read.reader import Identity, Reading
from preaudit.report import Problem
from preaudit.settings import Settings
from preaudit.sheet import Pixels, Sheet

SheetOf = Callable[[Pixels], Sheet]


def _page() -> Page:
    box = Box(page=1, left=0.1, top=0.2, right=1 / 3, bottom=0.25)
    line = Line(
        text="青禾",
        box=box,
        confidence=0.1 + 0.2,
        origin=Origin.OCR,
        edges=(0.1, 0.2, 1 / 3),
        sureness=(0.7, 1.0),
    )
    mark = Mark(
        kind=MarkKind.SEAL,
        box=box,
        text="青禾置业",
        text_confidence=0.8,
        shape="round",
        colour="red",
        confidence=0.9,
    )
    return Page(
        number=1,
        aspect=2**0.5,
        lines=(line,),
        cells=(),
        marks=(mark,),
        quality=Quality(flaws=(Flaw.DARK,), dpi=150.0, mean_confidence=0.9),
        to_file=Homography(rows=(1, 0.1, 0, 0, 1, 0, 0, 0, 1)),
    )


class Counting:
    """A reader that says the same of every sheet and counts how often it is asked."""

    problems: tuple[Problem, ...] = ()

    def __init__(self, arithmetic: str = "exact") -> None:
        self.identity = Identity(
            engines=(("counting", "1"),), weights=(("none", "0" * 64),), arithmetic=arithmetic
        )
        self.asked = 0

    def read(self, _: Sheet) -> Reading:
        """Return the reading."""
        self.asked += 1
        return Reading(page=_page(), problems=self.problems, seconds=(("detect", 0.1),))


@pytest.fixture
def sheet(sheet_of: SheetOf) -> Sheet:
    """A scanned page."""
    return sheet_of(np.full((200, 150, 3), 255, dtype=np.uint8))


def test_a_page_is_read_once(tmp_path: Path, sheet: Sheet) -> None:
    """The second reading is the first one, to the last digit, in another process too."""
    reader = Counting()
    first = KeepingReader(reader, tmp_path, most_mb=10).read(sheet)
    again = KeepingReader(reader, tmp_path, most_mb=10).read(sheet)
    assert reader.asked == 1
    assert again == replace(first, seconds=())


def test_another_file_page_or_reader_is_read_anew(tmp_path: Path, sheet: Sheet) -> None:
    """What was read elsewhere, or otherwise, is no answer."""
    reader, other = Counting(), Counting(arithmetic="bf16")
    keeper = KeepingReader(reader, tmp_path, most_mb=10)
    keeper.read(sheet)
    keeper.read(replace(sheet, page=2))
    keeper.read(replace(sheet, source=replace(sheet.source, sha256="1" * 64)))
    assert reader.asked == 3
    KeepingReader(other, tmp_path, most_mb=10).read(sheet)
    assert other.asked == 1
    KeepingReader(other, tmp_path, most_mb=10, drawn_at="9 Mpx").read(sheet)
    assert other.asked == 2


def test_a_page_that_was_not_read_is_tried_again(tmp_path: Path, sheet: Sheet) -> None:
    """A failure may pass; it is not kept."""
    reader = Counting()
    told = Bilingual(zh="未读", en="not read")
    reader.problems = (
        Problem(
            stage=Stage.READ, code="page_not_read", message=told, remedy=told, file="a", page=1
        ),
    )
    keeper = KeepingReader(reader, tmp_path, most_mb=10)
    keeper.read(sheet)
    keeper.read(sheet)
    assert reader.asked == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("spoilt", [b"", b"{}", b"\x1f\x8b\x08damaged"])
def test_a_spoilt_reading_is_read_anew(tmp_path: Path, sheet: Sheet, spoilt: bytes) -> None:
    """What cannot be read back costs time, not a case."""
    reader = Counting()
    keeper = KeepingReader(reader, tmp_path, most_mb=10)
    keeper.read(sheet)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(spoilt)
    assert keeper.read(sheet).page == _page()
    assert reader.asked == 2


def test_the_oldest_readings_go_first(tmp_path: Path, sheet: Sheet) -> None:
    """Beyond the limit nothing is kept for ever, and others cannot look."""
    folder = tmp_path / "readings"
    keeper = KeepingReader(Counting(), folder, most_mb=1)
    for page in range(1, 4):
        keeper.read(replace(sheet, page=page))
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    KeepingReader(Counting(), folder, most_mb=0)
    assert list(folder.iterdir()) == []


def test_settings_may_forbid_it(tmp_path: Path) -> None:
    """Nothing is kept where nothing may be."""
    reader = Counting()
    settings = Settings(keep_readings=False, readings_dir=tmp_path / "readings")
    assert keeping(reader, settings) is reader
    assert not (tmp_path / "readings").exists()
