"""The quick recogniser: what it says."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from preaudit.errors import WeightsError
from preaudit.read.engine import FastEngine
from preaudit.read.quick import (
    CHARACTERS,
    UNKNOWN,
    WEIGHTS,
    Quick,
    quick_digest,
    quick_network,
)
from preaudit.read.spelling import Trace
from preaudit.sheet import Pixels

_FACE = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")
CROP: Pixels = np.full((48, 96, 3), 255, dtype=np.uint8)


class Says:
    """A recogniser that always says the same, and counts how often it is asked."""

    def __init__(self, text: str, *sureness: float) -> None:
        self.asked = 0
        middles = tuple((at + 0.5) / max(1, len(text)) for at in range(len(text)))
        self._trace = Trace(text=text, chances=sureness, sureness=sureness, middles=middles)

    def trace(self, crop: Pixels) -> Trace:
        """Say it."""
        assert crop is CROP
        self.asked += 1
        return self._trace


def test_an_unknown_character_has_no_chance() -> None:
    """A glance at it promises nothing."""
    trace = Quick(Says("青" + UNKNOWN, 0.8, 0.9)).trace(CROP)
    assert trace.chances == trace.sureness == (0.8, 0.0)


@pytest.mark.weights
def test_rare_characters_are_read(engine: FastEngine) -> None:
    """Names with rare characters, one of which the quick recogniser does not have at all."""
    if not _FACE.is_file():
        pytest.skip(f"{_FACE.name} is not installed")
    for text in ("李翊珩", "赵玥琇", "陈瀧林"):
        (said,) = engine.spell([_line(text)])
        assert said.text == text


def _line(text: str) -> Pixels:
    picture = Image.new("RGB", (34 * len(text) + 20, 50), "white")
    ImageDraw.Draw(picture).text(
        (10, 6), text, font=ImageFont.truetype(str(_FACE), 34), fill=(30, 30, 30)
    )
    return np.asarray(picture)


def test_another_file_is_refused(tmp_path: Path) -> None:
    """Characters and network belong together."""
    with pytest.raises(WeightsError, match="make train"):
        quick_network(tmp_path)
    (tmp_path / WEIGHTS).write_bytes(b"one")
    digest = sha256(b"one").hexdigest()
    saved = {"sha256": digest, "characters": "青禾"}
    (tmp_path / CHARACTERS).write_text(json.dumps(saved), encoding="utf-8")
    assert quick_network(tmp_path) == (tmp_path / WEIGHTS, ("", "青", "禾"))
    assert quick_digest(tmp_path) == (WEIGHTS, digest)
    (tmp_path / WEIGHTS).write_bytes(b"other")
    with pytest.raises(WeightsError, match="not the file"):
        quick_network(tmp_path)
