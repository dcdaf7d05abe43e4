"""Pasted patches on small synthetic scans."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from preaudit.document import Line, Origin
from preaudit.geometry import UPRIGHT, Box
from preaudit.read.forensics import local_edits
from preaudit.read.view import PageView
from preaudit.sheet import MediaType, Pixels, Sheet, Signal, Source

WIDTH, HEIGHT = 700, 600
ROWS = range(60, 560, 50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """Pixels that are already there."""

    pixels: Pixels

    def load(self) -> Pixels:
        """Return the pixels."""
        return self.pixels


def scan(seed: int = 1, *, tilt: float = 0.0) -> Pixels:
    """Return a scan of ten lines of figures: grey paper, grain, JPEG; `tilt` shades it."""
    grain = np.random.default_rng(seed).normal(0, 2.5, (HEIGHT, WIDTH))
    light = 235 - tilt * np.linspace(0, 1, WIDTH)[None, :]
    pixels = np.clip(light + grain, 0, 255).astype(np.uint8)
    for row in ROWS:
        cv2.putText(pixels, "20240815 1234567890", (60, row), 0, 0.9, 40, 2, cv2.LINE_AA)
    return jpeg(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB))


def jpeg(pixels: Pixels, quality: int = 88) -> Pixels:
    """Return pixels as a JPEG file would give them back."""
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)


def pasted(pixels: Pixels) -> Pixels:
    """Return the scan with a flat, lighter patch over the date of the fourth line."""
    patched = pixels.copy()
    patched[180:217, 55:205] = 243
    cv2.putText(patched, "20270815", (60, 210), 0, 0.9, (40, 40, 40), 2, cv2.LINE_AA)
    return jpeg(patched, 90)


def view(pixels: Pixels, *, scanned: bool = True) -> PageView:
    """Return a page whose lines are those that `scan` writes."""
    source = Source(
        name="a.jpg",
        sha256="0" * 64,
        sm3="0" * 64,
        media_type=MediaType.JPEG,
        size_bytes=1,
        pages=1,
    )
    sheet = Sheet(
        source=source,
        page=1,
        width_mm=120,
        height_mm=100,
        dpi=150,
        glyphs=(),
        rulings=(),
        images=(),
        pixels=Still(pixels=pixels),
    )
    lines = tuple(
        Line(
            text="202408151234567890",
            box=Box(
                page=1,
                left=58 / WIDTH,
                top=(row - 24) / HEIGHT,
                right=378 / WIDTH,
                bottom=(row + 4) / HEIGHT,
            ),
            confidence=0.99,
            origin=Origin.OCR,
            edges=tuple((58 + 320 * index / 18) / WIDTH for index in range(19)),
        )
        for row in ROWS
    )
    return PageView(
        page=1,
        pixels=pixels,
        lines=lines,
        cells=(),
        sheet=sheet,
        scanned=scanned,
        to_file=UPRIGHT,
    )


def edits(pixels: Pixels, *, scanned: bool = True) -> tuple[Signal, ...]:
    """Return what is found on a page."""
    return local_edits(view(pixels, scanned=scanned), pixels)


def test_a_pasted_patch_is_pointed_out_in_place() -> None:
    """A lighter, flat patch over a value gives one signal whose box lies on it."""
    (signal,) = edits(pasted(scan()))
    assert signal.name == "local_edit"
    assert signal.box is not None
    assert abs(signal.box.left - 55 / WIDTH) < 0.02
    assert abs(signal.box.right - 205 / WIDTH) < 0.02
    assert 0.5 <= signal.confidence < 1


@pytest.mark.parametrize("seed", range(6))
def test_an_honest_scan_gives_no_signal(seed: int) -> None:
    """Grain and uneven light alone are no edit."""
    assert edits(scan(seed, tilt=30.0 * (seed % 2))) == ()


def test_a_drawn_page_is_not_looked_at() -> None:
    """Only pictures of paper have grain to compare."""
    assert edits(pasted(scan()), scanned=False) == ()


def test_a_page_without_grain_gives_no_signal() -> None:
    """A bilevel copy has nothing to compare."""
    pixels = np.where(scan() > 128, 255, 0).astype(np.uint8)
    assert edits(pixels) == ()
