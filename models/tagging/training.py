"""Training of the tagger and its export."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from models.tagging.examples import (
    IGNORED,
    Example,
    LabelledPage,
    estranged,
    examples,
    misread,
    roughen,
)
from models.tagging.network import Network, Size
from preaudit.extract.tagger import Vocabulary
from preaudit.tokens import FIRST_CHARACTER, PAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to train; together with the corpus seed it makes the weights."""

    seed: int = 20260101
    hidden: int = 128
    dilations: tuple[int, ...] = (1, 2, 4, 8)
    layers: int = 3
    heads: int = 8
    epochs: int = 8
    batch_tokens: int = 2000
    peak_rate: float = 1.5e-3
    misread_share: float = 0.04
    unread_share: float = 0.04
    strange_share: float = 0.3
    threads: int = 2


def new_network(vocabulary: Vocabulary, recipe: Recipe) -> Network:
    """Return an untrained network for the vocabulary."""
    size = Size(
        characters=FIRST_CHARACTER + len(vocabulary.characters),
        kinds=len(vocabulary.kinds),
        hidden=recipe.hidden,
        dilations=recipe.dilations,
        layers=recipe.layers,
        heads=recipe.heads,
    )
    return Network(size, vocabulary.labels)


def train(
    vocabulary: Vocabulary,
    pages: Sequence[LabelledPage],
    recipe: Recipe,
    *,
    say: Callable[[str], None],
) -> Network:
    """Train a network from scratch; every epoch sees the pages moved and misread in another way."""
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(recipe.threads)
    rng = random.Random(recipe.seed)
    network = new_network(vocabulary, recipe)
    optimiser = torch.optim.AdamW(network.parameters(), lr=recipe.peak_rate, weight_decay=0.02)
    batches = _batches(pages, vocabulary, recipe, rng)
    steps = len(batches) * recipe.epochs + recipe.epochs * 4
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=recipe.peak_rate, total_steps=steps, pct_start=0.12
    )
    network.train()
    for epoch in range(recipe.epochs):
        if epoch:
            batches = _batches(pages, vocabulary, recipe, rng)
        losses = [_step(network, batch, optimiser, schedule, left=steps) for batch in batches]
        say(f"epoch {epoch + 1}/{recipe.epochs}: loss {np.mean(losses):.4f}")
    network.eval()
    return network


def _step(
    network: Network,
    batch: dict[str, torch.Tensor],
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    *,
    left: int,
) -> float:
    labels = batch.pop("labels")
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=halves()):
        scores = network(**batch)
    loss = torch.nn.functional.cross_entropy(
        scores.float().flatten(0, 1), labels.flatten(), ignore_index=IGNORED
    )
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    if schedule.last_epoch < left - 1:
        schedule.step()
    optimiser.zero_grad()
    return float(loss.detach())


def halves() -> bool:
    """Tell whether this processor multiplies in bfloat16, which takes two thirds of the time."""
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())  # noqa: SLF001 - nothing public tells


def _batches(
    pages: Sequence[LabelledPage], vocabulary: Vocabulary, recipe: Recipe, rng: random.Random
) -> list[dict[str, torch.Tensor]]:
    """Group pages of like length, so that little is padded, in random order."""
    tokens = FIRST_CHARACTER + len(vocabulary.characters)
    seen = [
        misread(
            estranged(
                examples(roughen(page, rng), vocabulary), share=recipe.strange_share, rng=rng
            ),
            share=recipe.misread_share,
            unread=recipe.unread_share,
            rng=rng,
            tokens=tokens,
        )
        for page in pages
    ]
    seen = [one for one in seen if len(one.tokens)]
    seen.sort(key=lambda one: len(one.tokens) * rng.uniform(0.9, 1.1))
    groups: list[list[Example]] = [[]]
    for one in seen:
        if groups[-1] and (len(groups[-1]) + 1) * len(one.tokens) > recipe.batch_tokens:
            groups.append([])
        groups[-1].append(one)
    rng.shuffle(groups)
    return [collate(group) for group in groups]


def collate(seen: Sequence[Example]) -> dict[str, torch.Tensor]:
    """Pad pages to one length; keys are the network's arguments and `labels`."""
    longest = max(len(one.tokens) for one in seen)
    most = max(len(one.boxes) for one in seen)
    tokens = np.full((len(seen), longest), PAD, dtype=np.int64)
    stretches = np.zeros((len(seen), longest), dtype=np.int64)
    labels = np.full((len(seen), longest), IGNORED, dtype=np.int64)
    boxes = np.zeros((len(seen), most, 4), dtype=np.int64)
    frames = np.zeros((len(seen), most, 4), dtype=np.int64)
    for row, one in enumerate(seen):
        end, count = len(one.tokens), len(one.boxes)
        tokens[row, :end], stretches[row, :end] = one.tokens, one.stretches
        labels[row, :end] = one.labels
        boxes[row, :count], frames[row, :count] = one.boxes, one.frames
    return {
        "tokens": torch.from_numpy(tokens),
        "stretches": torch.from_numpy(stretches),
        "boxes": torch.from_numpy(boxes),
        "frames": torch.from_numpy(frames),
        "kinds": torch.tensor([one.kind for one in seen]),
        "labels": torch.from_numpy(labels),
    }


def export(network: Network, path: Path) -> None:
    """Write the network as ONNX with 8-bit weights."""
    names = ["tokens", "stretches", "boxes", "frames", "kinds"]
    sample = {
        "tokens": torch.full((2, 8), FIRST_CHARACTER),
        "stretches": torch.tensor([[0, 0, 0, 0, 1, 1, 1, 1]] * 2),
        "boxes": torch.tensor([[[10, 10, 90, 20], [100, 10, 190, 20]]] * 2),
        "frames": torch.tensor([[[10, 10, 90, 20], [100, 10, 190, 20]]] * 2),
        "kinds": torch.zeros(2, dtype=torch.int64),
    }
    axes = {
        "tokens": {0: "pages", 1: "tokens"},
        "stretches": {0: "pages", 1: "tokens"},
        "boxes": {0: "pages", 1: "stretches"},
        "frames": {0: "pages", 1: "stretches"},
        "kinds": {0: "pages"},
        "logits": {0: "pages", 1: "tokens"},
    }
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            network.eval(),
            tuple(sample[name] for name in names),
            str(full),
            input_names=names,
            output_names=["logits"],
            dynamic_axes=axes,
            dynamo=False,
            opset_version=17,
        )
        quantize_dynamic(str(full), str(path), weight_type=QuantType.QInt8)
