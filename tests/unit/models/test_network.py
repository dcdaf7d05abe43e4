"""The exported network says what the trained one says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from preaudit.extract.tagger import FIRST_CHARACTER, Vocabulary

torch = pytest.importorskip("torch", reason="training libraries are not installed (make train)")
pytest.importorskip("transformers", reason="training libraries are not installed (make train)")

VOCABULARY = Vocabulary(
    characters="工程名称甲乙丙丁",
    kinds=("award-notice", "safety-licence"),
    fields=("project_name", "duration_days"),
    window=64,
    stride=32,
)


def test_export_keeps_the_labels_at_any_length(tmp_path: Path) -> None:
    """8-bit weights and another length than the exported sample change next to no label."""
    from models.tagging.network import Network, Recipe, export  # noqa: PLC0415 - needs torch

    torch.manual_seed(1)
    network = Network(VOCABULARY, Recipe()).eval()
    export(network, tmp_path / "tagger.onnx")
    tokens = torch.randint(FIRST_CHARACTER, FIRST_CHARACTER + 8, (2, 50))
    corners = torch.randint(0, 900, (2, 50, 2))
    inputs = {
        "input_ids": tokens,
        "bbox": torch.cat([corners, corners + 20], dim=2),
        "token_type_ids": torch.ones_like(tokens),
        "attention_mask": torch.ones_like(tokens),
    }
    with torch.no_grad():
        expected = network(**inputs).numpy()
    session = onnxruntime.InferenceSession(tmp_path / "tagger.onnx")
    (came,) = session.run(None, {name: value.numpy() for name, value in inputs.items()})

    assert came.shape == (2, 50, VOCABULARY.labels)
    assert np.abs(came - expected).max() < 0.2 * np.abs(expected).max()


def test_a_small_network_learns_a_small_task() -> None:
    """Training brings the loss down by far on a task that a glance solves."""
    from models.tagging.examples import Example  # noqa: PLC0415 - beside the next
    from models.tagging.network import Recipe, train  # noqa: PLC0415 - needs torch

    tokens = np.array([3, 4, 5, 6, 7, 8], dtype=np.int64)
    example = Example(
        kind=0,
        tokens=tokens,
        boxes=np.tile(np.array([[10, 10, 20, 20]], dtype=np.int64), (6, 1)),
        labels=np.array([0, 0, 0, 0, 1, 2], dtype=np.int64),
    )
    said: list[str] = []
    recipe = Recipe(hidden=32, layers=1, heads=2, epochs=12, batch=4, misread_share=0.0)
    train(VOCABULARY, [[example] * 16], recipe, say=said.append)

    losses = [float(line.rsplit(" ", maxsplit=1)[-1]) for line in said]
    assert losses[-1] < 0.2 * losses[0]
