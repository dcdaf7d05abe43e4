"""Wear is measured as it is: blur, faint ink and grain show in the figures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from corpus.channels import send
from corpus.degradation import MEASURES, Lined, measure_page, our_pages
from corpus.faces import faces_installed
from corpus.making import iterate_papers

pytestmark = pytest.mark.skipif(not faces_installed(), reason="Debian's Chinese faces are missing")


@pytest.fixture(scope="module")
def page() -> Lined:
    """Return the cleanest of a few scanned pages with its lines; tinted paper hides grain."""
    return min(our_pages("scan-colour", seed=2, count=4), key=_noise)


def _noise(page: Lined) -> float:
    measured = measure_page(page)
    return measured["noise"] if measured else float("inf")


def _changed(page: Lined, pixels: np.ndarray) -> Lined:
    return Lined(pixels=np.asarray(pixels.clip(0, 255), dtype=np.uint8), quads=page.quads)


def test_every_measure_is_taken(page: Lined) -> None:
    """A page with text has all measures."""
    found = measure_page(page)
    assert found is not None
    assert set(found) == set(MEASURES)


def test_measures_follow_what_was_done(page: Lined) -> None:
    """Blur takes sharpness, fading takes contrast, grain adds noise, each where it belongs."""
    plain = measure_page(page)
    light = page.pixels.astype(np.float32)
    grain = np.random.default_rng(1).standard_normal(light.shape) * 14
    blurred = measure_page(_changed(page, cv2.GaussianBlur(light, (0, 0), 2)))
    faded = measure_page(_changed(page, 255 - (255 - light) * 0.5))
    grained = measure_page(_changed(page, light + grain))
    assert plain
    assert blurred
    assert faded
    assert grained
    assert blurred["sharpness"] < 0.5 * plain["sharpness"]
    assert faded["contrast"] < 0.7 * plain["contrast"]
    assert grained["noise"] > 1.5 * plain["noise"]


def test_a_page_without_lines_says_nothing() -> None:
    """A white page has no measures."""
    assert measure_page(Lined(pixels=np.full((100, 100), 255, np.uint8), quads=())) is None


def test_worn_pages_differ_from_one_another_and_repeat() -> None:
    """The treatment is a function of the seed, and leaves the boxes where they are."""
    paper = next(iterate_papers(("safety-licence",), seed=4, count=1)).paper
    first, again, other = (send(paper, "scan+worn", seed=seed, dpi=70) for seed in "112")
    assert first == again
    assert first.data != other.data
    assert first.spots.keys() == paper.spots.keys()
