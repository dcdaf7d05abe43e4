"""The detector's rearranged head says what the head it came from says."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from preaudit.read.boxes import quads
from preaudit.read.detector_head import rearranged
from preaudit.read.nets import runtime
from preaudit.settings import Settings
from preaudit.sheet import Pixels
from preaudit.weights import DETECTOR, RECOGNISER, network_file

pytestmark = pytest.mark.weights


def model_of(name: str) -> Any:
    """Return a network as its file describes it."""
    return runtime().Core().read_model(network_file(Settings().weights_dir, name))


def said_by(model: Any, page: Pixels) -> NDArray[np.float32]:
    """Return a network's map of a page, in full precision."""
    exact = {"INFERENCE_PRECISION_HINT": "f32"}
    run = runtime().Core().compile_model(model, "CPU", exact).create_infer_request()
    colours = np.ascontiguousarray(page[:, :, ::-1].transpose(2, 0, 1)[np.newaxis])
    run.infer([(colours.astype(np.float32) - 127.5) / 58.0])
    return np.array(run.get_output_tensor(0).data[0, 0])


def test_odds_are_those_of_the_likelihood(form: Pixels) -> None:
    """Pixel by pixel the odds belong to the likelihood that the file's own network gives."""
    page = np.asarray(cv2.resize(form, (448, 640)), dtype=np.uint8)
    likely = said_by(model_of(DETECTOR), page)
    odds = said_by(rearranged(model_of(DETECTOR), runtime().opset13, runtime().Model), page)
    assert likely.max() > 0.9  # there is text
    assert 1.0 / (1.0 + np.exp(-odds)) == pytest.approx(likely, abs=1e-4)


def test_a_network_of_another_build_is_refused() -> None:
    """A recogniser has no head of that kind."""
    with pytest.raises(ValueError, match="Sigmoid was expected"):
        rearranged(model_of(RECOGNISER), runtime().opset13, runtime().Model)


def test_an_even_core_is_one_line() -> None:
    """A bar of high odds on low ground is one rectangle around it."""
    odds = np.full((100, 200), -6.0, dtype=np.float32)
    odds[40:50, 20:160] = 4.0
    (found,) = quads(odds, width=400, height=200)
    left, top = found.min(axis=0)
    right, bottom = found.max(axis=0)
    assert (left < 40, right > 320) == (True, True)
    assert (top < 80, bottom > 100) == (True, True)


def test_doubtful_cores_are_no_lines() -> None:
    """Even odds make a core, but no line."""
    odds = np.full((100, 200), -6.0, dtype=np.float32)
    odds[40:50, 20:160] = 0.0
    assert not quads(odds, width=400, height=200)
