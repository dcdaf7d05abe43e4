"""The recogniser's network: the graph in torch, its loss, its training and what is saved of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from models.recogniser.characters import UNKNOWN
from models.recogniser.faces import FACES
from models.recogniser.lines import Lines
from preaudit.errors import WeightsError
from preaudit.settings import Settings
from preaudit.weights import QUICK_RECOGNISER, characters, network_file, verify

torch = pytest.importorskip("torch", reason="training libraries are not installed (make train)")


NEW = "珩沄玥翊堃昇珺晗璟琇淏羿"
"""Characters of names, most of which the published network cannot say."""
FEW = tuple(face for face in FACES if face.package.startswith("fonts-wqy"))
"""Faces that set-up installs."""


@pytest.fixture(scope="module")
def published() -> Path:
    """The network that training begins with."""
    folder = Settings().weights_dir
    try:
        verify(folder)
    except WeightsError as error:
        pytest.skip(str(error))
    return folder


def _pictures(width: int, *, count: int = 1) -> np.ndarray:
    rng = np.random.default_rng(5)
    return rng.uniform(-1, 1, (count, 3, 48, width)).astype(np.float32)


@pytest.mark.weights
def test_the_graph_says_what_the_runtime_says(published: Path, tmp_path: Path) -> None:
    """In torch, and saved again, at widths of both parities."""
    from models.recogniser.graph import Graph  # noqa: PLC0415 - needs torch

    path = network_file(published, QUICK_RECOGNISER)
    count = len(characters(published, QUICK_RECOGNISER))
    network = Graph(path, taken=range(count))
    network.save(tmp_path / "saved.onnx")
    for width in (96, 168):
        pictures = _pictures(width)
        with torch.no_grad():
            ours = network(torch.from_numpy(pictures)).softmax(dim=2).numpy()
        (theirs,) = onnxruntime.InferenceSession(path).run(None, {"x": pictures})
        (saved,) = onnxruntime.InferenceSession(tmp_path / "saved.onnx").run(None, {"x": pictures})
        assert np.abs(ours - theirs).max() < 1e-4
        assert np.abs(saved - theirs).max() < 0.03


def test_the_loss_is_the_usual_one() -> None:
    """Figure and slopes are those of torch's own loss, up to bfloat16."""
    from models.recogniser.loss import SpellingLoss  # noqa: PLC0415 - needs torch

    torch.manual_seed(1)
    targets = [[3, 4, 4, 9], [1], [5] * 9, [2, 2, 1]]
    given = [torch.randn(4, 20, 16), torch.randn(16, 50) * 0.5, torch.randn(50)]

    def slopes(of: object) -> list:
        seen, weights, offsets = (one.clone().requires_grad_() for one in given)
        loss = of(seen, weights, offsets)
        loss.backward()
        return [float(loss.detach()), seen.grad, weights.grad, offsets.grad]

    def usual(seen: object, weights: object, offsets: object) -> object:
        lengths = torch.tensor([len(line) for line in targets])
        losses = torch.nn.functional.ctc_loss(
            (seen @ weights + offsets).log_softmax(dim=2).transpose(0, 1),
            torch.tensor([one for line in targets for one in line]),
            torch.full((4,), 20),
            lengths,
            reduction="none",
        )
        return (losses / (lengths + 2)).mean()

    ours = slopes(lambda *inputs: SpellingLoss.apply(*inputs, targets))
    theirs = slopes(usual)
    assert ours[0] == pytest.approx(theirs[0], rel=0.01)
    for mine, other in zip(ours[1:], theirs[1:], strict=True):
        assert float((mine - other).norm() / other.norm()) < 0.02


@pytest.mark.weights
def test_new_characters_are_learned(published: Path) -> None:
    """A few steps teach the network to say characters that it did not have."""
    from models.recogniser.graph import Graph  # noqa: PLC0415 - needs torch
    from models.recogniser.training import _learn  # noqa: PLC0415 - likewise

    known = characters(published, QUICK_RECOGNISER)
    every = (*known, *NEW, UNKNOWN)
    network = Graph(
        network_file(published, QUICK_RECOGNISER),
        taken=[at if at < len(known) else known.index("王") for at in range(len(every))],
    )
    batch = next(Lines(NEW, (NEW,), seed="6", faces=FEW, seals=1).batches(1200))
    of = {one: at for at, one in enumerate(every)}
    optimiser = torch.optim.AdamW(network.parameters(), lr=5e-4)
    losses = [_learn(network, batch, of, optimiser) for _ in range(25)]
    assert min(losses[-4:]) < 0.5 * losses[0], losses
