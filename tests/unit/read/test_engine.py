"""The engine reads, and reads as PaddleOCR does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from preaudit.read.engine import Engine
from preaudit.settings import Settings
from preaudit.sheet import Pixels
from preaudit.weights import RECOGNISER

pytestmark = pytest.mark.weights

VALUE = (400, 240, 1100, 320)


def crops(form: Pixels) -> list[Pixels]:
    """Return the crops of four entries of the form."""
    return [form[top + 12 : top + 68, left + 10 : right] for left, top, right in _places()]


def _places() -> list[tuple[int, int, int]]:
    return [(400, 240, 700), (400, 320, 640), (400, 400, 640), (140, 240, 340)]


def test_lines_are_found_where_they_are(engine: Engine, form: Pixels) -> None:
    """A title, three labels, three values and a sentence are eight lines."""
    assert len(engine.find(form, side_px=1280)) == 8


def test_crops_are_read_in_their_order(engine: Engine, form: Pixels) -> None:
    """Sorting by width for speed does not show outside."""
    said = [one.text for one in engine.spell(crops(form))]
    assert said == ["青禾置业有限公司", "滨河路18号", "365日历天", "建设单位"]


def test_the_text_is_what_paddleocr_itself_reads(engine: Engine, form: Pixels) -> None:
    """Crops at their own width give the text that PaddleOCR's padded ones give."""
    from paddleocr import TextRecognition  # noqa: PLC0415 - takes seconds

    folder: Path = Settings().weights_dir / RECOGNISER
    theirs = TextRecognition(model_name=RECOGNISER, model_dir=str(folder), engine="onnxruntime")
    cut = crops(form)
    expected = [one["rec_text"] for one in theirs.predict([crop[:, :, ::-1] for crop in cut])]
    assert [one.text for one in engine.spell(cut)] == expected


def test_edges_lie_between_the_characters(engine: Engine, form: Pixels) -> None:
    """Each edge lies within a quarter of a character of where the print has it."""
    (spelling,) = engine.spell(crops(form)[:1])
    width = crops(form)[0].shape[1]
    drawn = [(10 + 28 * index) / width for index in range(9)]
    assert np.abs(np.array(spelling.edges) - drawn).max() < 0.25 * 28 / width


def test_crops_without_pixels_say_nothing(engine: Engine) -> None:
    """A crop that is a point or a thread is nothing, not an error."""
    thread = np.zeros((1, 40, 3), dtype=np.uint8)
    assert [one.text for one in engine.spell([thread, thread[:, :0]])] == ["", ""]
