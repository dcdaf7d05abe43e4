"""The network: convolutions and a small LayoutLM over characters; training and export."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import LayoutLMConfig, LayoutLMModel

from models.tagging.examples import IGNORED, Example, misread
from preaudit.extract.tagger import FIRST_CHARACTER, GRID, PAD, Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to train; together with the corpus seed it makes the weights."""

    seed: int = 20260101
    hidden: int = 128
    dilations: tuple[int, ...] = (1, 2, 4)
    """Of the convolutions; together they see 14 characters to either side."""
    layers: int = 2
    heads: int = 4
    epochs: int = 8
    batch: int = 8
    peak_rate: float = 1.5e-3
    misread_share: float = 0.01
    threads: int = 2


class Network(torch.nn.Module):
    """Convolutions that see the words around a character, then LayoutLM that sees the page.

    A label mostly stands right before its value, also where a table is read row by row; the
    convolutions learn that from few papers. What is farther away (a heading, the head of a column)
    is left to attention. A last convolution keeps the characters of one value together.
    """

    def __init__(self, vocabulary: Vocabulary, recipe: Recipe) -> None:
        super().__init__()
        size = FIRST_CHARACTER + len(vocabulary.characters)
        self.characters = torch.nn.Embedding(size, recipe.hidden, padding_idx=PAD)
        self.nearby = torch.nn.ModuleList(
            _nearby(recipe.hidden, dilation) for dilation in recipe.dilations
        )
        self.page = LayoutLMModel(
            LayoutLMConfig(
                vocab_size=1,
                hidden_size=recipe.hidden,
                num_hidden_layers=recipe.layers,
                num_attention_heads=recipe.heads,
                intermediate_size=3 * recipe.hidden,
                max_position_embeddings=vocabulary.window + 2,
                type_vocab_size=len(vocabulary.kinds),
                max_2d_position_embeddings=GRID + 1,
                pad_token_id=0,
                attn_implementation="eager",
            )
        )
        self.together = _nearby(recipe.hidden, 1)
        self.labels = torch.nn.Linear(recipe.hidden, vocabulary.labels)

    def forward(
        self,
        input_ids: torch.Tensor,
        bbox: torch.Tensor,
        token_type_ids: torch.Tensor,
        attention_mask: torch.Tensor,
    ) -> torch.Tensor:
        """Return label scores, shape (batch, length, labels)."""
        seen = self.characters(input_ids)
        for layer in self.nearby:
            seen = seen + layer(seen.transpose(1, 2)).transpose(1, 2)
        paged = self.page(
            inputs_embeds=seen,
            bbox=bbox,
            token_type_ids=token_type_ids,
            attention_mask=attention_mask,
        ).last_hidden_state
        hidden = seen + paged
        hidden = hidden + self.together(hidden.transpose(1, 2)).transpose(1, 2)
        scores: torch.Tensor = self.labels(hidden)
        return scores


def _nearby(width: int, dilation: int) -> torch.nn.Sequential:
    return torch.nn.Sequential(
        torch.nn.Conv1d(width, width, 5, padding=2 * dilation, dilation=dilation),
        torch.nn.GELU(),
        torch.nn.Dropout(0.1),
    )


def train(
    vocabulary: Vocabulary,
    pages: Sequence[Sequence[Example]],
    recipe: Recipe,
    *,
    say: Callable[[str], None],
) -> Network:
    """Train a network from scratch.

    Args:
        vocabulary: Meaning of the ids.
        pages: For each epoch its examples; epochs beyond the last start over.
        recipe: Sizes and rates.
        say: Told of each epoch's mean loss.
    """
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(recipe.threads)
    rng = random.Random(recipe.seed)
    network = Network(vocabulary, recipe)
    optimiser = torch.optim.AdamW(network.parameters(), lr=recipe.peak_rate, weight_decay=0.01)
    steps = sum(
        -(-len(pages[epoch % len(pages)]) // recipe.batch) for epoch in range(recipe.epochs)
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=recipe.peak_rate, total_steps=steps + 1, pct_start=0.15
    )
    network.train()
    for epoch in range(recipe.epochs):
        losses = [
            _step(network, batch, optimiser, schedule)
            for batch in _batches(pages[epoch % len(pages)], vocabulary, recipe, rng)
        ]
        say(f"epoch {epoch + 1}/{recipe.epochs}: loss {np.mean(losses):.4f}")
    network.eval()
    return network


def _step(
    network: Network,
    batch: dict[str, torch.Tensor],
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> float:
    labels = batch.pop("labels")
    scores = network(**batch)
    loss = torch.nn.functional.cross_entropy(
        scores.flatten(0, 1), labels.flatten(), ignore_index=IGNORED
    )
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    schedule.step()
    optimiser.zero_grad()
    return float(loss.detach())


def _batches(
    examples: Sequence[Example], vocabulary: Vocabulary, recipe: Recipe, rng: random.Random
) -> list[dict[str, torch.Tensor]]:
    """Group examples of like length, so that little is padded, in random order."""
    tokens = FIRST_CHARACTER + len(vocabulary.characters)
    noisy = [misread(one, share=recipe.misread_share, rng=rng, tokens=tokens) for one in examples]
    noisy.sort(key=lambda one: len(one.tokens) + rng.random())
    groups = [noisy[at : at + recipe.batch] for at in range(0, len(noisy), recipe.batch)]
    rng.shuffle(groups)
    return [collate(group) for group in groups]


def collate(examples: Sequence[Example]) -> dict[str, torch.Tensor]:
    """Pad examples to one length; shapes (batch, length) and (batch, length, 4) for the boxes."""
    longest = max(len(one.tokens) for one in examples)
    tokens = np.full((len(examples), longest), PAD, dtype=np.int64)
    boxes = np.zeros((len(examples), longest, 4), dtype=np.int64)
    labels = np.full((len(examples), longest), IGNORED, dtype=np.int64)
    kinds = np.zeros((len(examples), longest), dtype=np.int64)
    for row, one in enumerate(examples):
        end = len(one.tokens)
        tokens[row, :end], boxes[row, :end], labels[row, :end] = one.tokens, one.boxes, one.labels
        kinds[row] = one.kind
    return {
        "input_ids": torch.from_numpy(tokens),
        "bbox": torch.from_numpy(boxes),
        "token_type_ids": torch.from_numpy(kinds),
        "attention_mask": torch.from_numpy((tokens != PAD).astype(np.int64)),
        "labels": torch.from_numpy(labels),
    }


def export(network: Network, path: Path) -> None:
    """Write the network as ONNX with 8-bit weights."""
    names = ["input_ids", "bbox", "token_type_ids", "attention_mask"]
    sample = collate(
        [
            Example(
                kind=0,
                tokens=np.full(8, FIRST_CHARACTER, dtype=np.int64),
                boxes=np.zeros((8, 4), dtype=np.int64),
                labels=np.zeros(8, dtype=np.int64),
            )
        ]
        * 2
    )
    axes = {name: {0: "batch", 1: "length"} for name in (*names, "logits")}
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
