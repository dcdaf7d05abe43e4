"""The engine reads, and reads as PaddleOCR does."""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import pytest

from preaudit.read import open_reader
from preaudit.read.engine import FastEngine
from preaudit.read.paddle import PaddlePipeline
from preaudit.settings import Settings
from preaudit.sheet import Pixels, Sheet

pytestmark = pytest.mark.weights


def crops(form: Pixels) -> list[Pixels]:
    """Return the crops of four entries of the form."""
    return [form[top + 12 : top + 68, left + 10 : right] for left, top, right in _places()]


def _places() -> list[tuple[int, int, int]]:
    return [(400, 240, 700), (400, 320, 640), (400, 400, 640), (140, 240, 340)]


def test_lines_are_found_where_they_are(engine: FastEngine, form: Pixels) -> None:
    """A title, three labels, three values and a sentence are eight lines."""
    assert len(engine.find(form, side_px=1280)) == 8


def test_a_large_picture_goes_through_in_bands(engine: FastEngine, form: Pixels) -> None:
    """Beyond what goes through at once the same lines are found, none twice, none lost at a border.

    The network weighs all it sees, so a band gives somewhat taller boxes than the whole: places
    are held to a third of a line.
    """
    small, large = (
        np.array([quad.mean(axis=0) for quad in engine.find(form, side_px=side)])
        for side in (960, 1754)
    )
    assert len(large) == len(small) == 8
    apart = np.abs(large[:, np.newaxis] - small[np.newaxis]).max(axis=2)
    assert sorted(apart.argmin(axis=1).tolist()) == list(range(8))
    assert apart.min(axis=1).max() < 36 / 3


def test_crops_are_read_in_their_order(engine: FastEngine, form: Pixels) -> None:
    """Sorting by width for speed does not show outside."""
    said = [one.text for one in engine.spell(crops(form))]
    assert said == ["青禾置业有限公司", "滨河路18号", "365日历天", "建设单位"]


def test_the_text_is_what_paddleocr_itself_reads(engine: FastEngine, form: Pixels) -> None:
    """PaddleOCR's own pipeline gives the same lines with the same text."""
    theirs = sorted(text for _, text in PaddlePipeline(Settings().weights_dir).read(form))
    found = engine.find(form, side_px=1280)
    boxes = [(quad.min(axis=0), quad.max(axis=0)) for quad in np.round(found).astype(int)]
    ours = engine.spell([form[top:bottom, left:right] for (left, top), (right, bottom) in boxes])
    assert sorted(one.text for one in ours) == theirs


def test_the_engine_of_record_takes_the_place_of_the_fast_one(
    form: Pixels, sheet_of: Callable[[Pixels], Sheet]
) -> None:
    """PaddleOCR's predictors, chosen by the settings, find and read the same through our reader."""
    sheet = sheet_of(form)
    said = [
        sorted(line.text for line in open_reader(Settings(ocr=name)).read(sheet).page.lines)
        for name in ("fast", "paddleocr")
    ]
    assert said[0] == said[1]


def test_edges_lie_between_the_characters(engine: FastEngine, form: Pixels) -> None:
    """Each edge lies within a quarter of a character of where the print has it."""
    (spelling,) = engine.spell(crops(form)[:1])
    width = crops(form)[0].shape[1]
    drawn = [(10 + 28 * index) / width for index in range(9)]
    assert np.abs(np.array(spelling.edges) - drawn).max() < 0.25 * 28 / width


def test_crops_without_pixels_say_nothing(engine: FastEngine) -> None:
    """A crop that is a point or a thread is nothing, not an error."""
    thread = np.zeros((1, 40, 3), dtype=np.uint8)
    assert [one.text for one in engine.spell([thread, thread[:, :0]])] == ["", ""]


def test_the_runtime_tells_nobody_that_it_is_used(engine: FastEngine) -> None:
    """Its package for reporting use is not even imported, and no thread waits to send."""
    assert engine is not None
    assert sys.modules.get("openvino_telemetry") is None
    assert "openvino" in sys.modules
