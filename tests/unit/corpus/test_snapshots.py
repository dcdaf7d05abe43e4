"""Photos in bad light and at odd angles carry the truth along."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from corpus.channels import send
from corpus.faces import faces_installed
from corpus.making import iterate_papers
from corpus.paper import Paper
from corpus.printed import Run
from corpus.snapshots import SNAPSHOT

pytestmark = pytest.mark.skipif(not faces_installed(), reason="Debian's Chinese faces are missing")


@pytest.fixture(scope="module")
def paper() -> Paper:
    """Return a paper of one page with a ruled table."""
    only = {("award-notice", "g-grid")}
    return next(iterate_papers(("award-notice",), seed=3, count=1, only=only)).paper


def _inked(pixels: np.ndarray, run: Run) -> float:
    """Return the share of dark pixels between the edges of a line of text."""
    height, width = pixels.shape
    outline = np.array([*run.over, *reversed(run.under)]) * [width, height]
    inside = np.zeros_like(pixels)
    cv2.fillPoly(inside, [outline.astype(np.int32)], 255)
    return float((pixels[inside > 0] > 0).mean()) if inside.any() else 0.0


@pytest.mark.parametrize("treatment", SNAPSHOT)
def test_lines_stay_on_their_ink(paper: Paper, treatment: str) -> None:
    """Whatever happens to the photo, ink lies where the truth says that lines are."""
    photo = send(paper, f"photo+{treatment}", seed="light")
    with Image.open(io.BytesIO(photo.data)) as picture:
        grey = np.asarray(picture.convert("L"))
    darker = cv2.subtract(cv2.blur(grey, (41, 41)), grey)
    ink = cv2.threshold(darker, 12, 255, cv2.THRESH_BINARY)[1]
    shown = [run for run in photo.printed.runs if run.box[0] >= 0 and run.box[3] <= 1]
    dark = [_inked(ink, run) for run in shown]
    assert len(shown) >= len(paper.printed.runs) - 3
    assert float(np.median(dark)) > 4 * float((ink > 0).mean())


def test_treatments_leave_the_plain_photo_alone(paper: Paper) -> None:
    """A photo is the same, byte for byte, whether treatments exist or not: they draw apart."""
    once, again = send(paper, "photo", seed="a"), send(paper, "photo", seed="a")
    shaded = send(paper, "photo+shadow", seed="a")
    assert once.data == again.data != shaded.data
    assert once.printed == shaded.printed
