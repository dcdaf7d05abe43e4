"""Sheets to pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from preaudit.document import Flaw
from preaudit.errors import WeightsError
from preaudit.read import identity, open_reader
from preaudit.read.engine import Engine
from preaudit.read.reader import PageReader
from preaudit.settings import Settings
from preaudit.sheet import Pixels, Sheet

SheetOf = Callable[[Pixels], Sheet]
EXPECTED = ["建设单位", "青禾置业有限公司", "工程地点", "滨河路18号", "合同工期", "365日历天"]


@pytest.fixture(scope="module")
def reader(engine: Engine) -> PageReader:
    """The real reader."""
    return PageReader(engine, identity(Settings()))


@pytest.mark.weights
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_scan_reads_the_same_however_it_lies(
    reader: PageReader, sheet_of: SheetOf, form: Pixels, quarters: int
) -> None:
    """Turned by quarters and askew, the page gives the same cells, placed where they lie in it."""
    turn = cv2.getRotationMatrix2D((620, 877), 1.4, 1.0)
    leaning = cv2.warpAffine(form, turn, (1240, 1754), borderValue=(255, 255, 255))
    page = reader.read(sheet_of(np.ascontiguousarray(np.rot90(leaning, quarters)))).page
    assert [cell.text for cell in page.cells] == EXPECTED
    assert page.quality.legible
    value = page.to_file.box(page.cells[1].lines[0].box).centre
    placed = turn @ np.array([532.0, 280.0, 1.0])
    across, down = placed[0] / 1240, placed[1] / 1754
    for _ in range(quarters):
        across, down = down, 1 - across
    assert abs(value[0] - across) < 0.02
    assert abs(value[1] - down) < 0.02


@pytest.mark.weights
def test_a_blank_page_is_said_to_be_blank(reader: PageReader, sheet_of: SheetOf) -> None:
    """White paper gives a page without lines and with that flaw."""
    page = reader.read(sheet_of(np.full((1754, 1240, 3), 252, dtype=np.uint8))).page
    assert page.lines == ()
    assert page.quality.flaws == (Flaw.BLANK,)


@pytest.mark.weights
@pytest.mark.parametrize("shape", [(1, 1, 3), (40, 40), (0, 10, 3), (3, 4000, 3)])
def test_odd_pixels_give_a_page_that_was_not_read(
    reader: PageReader, sheet_of: SheetOf, form: Pixels, shape: tuple[int, ...]
) -> None:
    """What is no picture of a page never raises and never passes for an empty page."""
    odd = replace(sheet_of(form), pixels=_Odd(np.zeros(shape, dtype=np.uint8)))
    reading = reader.read(odd)
    assert reading.page.quality.flaws == (Flaw.NOT_READ,)
    assert [problem.code for problem in reading.problems] == ["page_not_read"]


@pytest.mark.weights
def test_the_reader_names_what_it_reads_with(reader: PageReader) -> None:
    """Engines, weights and the cache key are told for the report."""
    known_as = reader.identity
    assert {name for name, _ in known_as.engines} == {"openvino"}
    assert all(len(digest) == 64 for _, digest in known_as.weights)
    assert known_as.cache_key != replace(known_as, arithmetic="other").cache_key


def test_without_weights_there_is_no_reader(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Missing networks end the run with a message that tells what to do."""
    settings = Settings(weights_dir=tmp_path_factory.mktemp("empty"))
    with pytest.raises(WeightsError, match="make setup") as caught:
        open_reader(settings)
    assert caught.value.code == "weights_missing"


class _Odd:
    def __init__(self, pixels: Pixels) -> None:
        self._pixels = pixels

    def load(self) -> Pixels:
        return self._pixels
