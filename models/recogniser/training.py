"""Teaching the network: connectionist temporal classification on lines made as they are needed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from models.recogniser.graph import OFFSETS, SCORES, Graph
from models.recogniser.lines import Batch, Lines
from models.recogniser.loss import SpellingLoss

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to train; together with the seed of the lines it makes the weights."""

    seed: int = 20261122
    papers: int = 200
    """Synthetic papers whose texts lines are made of."""
    batches: int = 3800
    batch_px: int = 5120
    """A batch is about so wide: 16 strips of 320 pixels."""
    peak_rate: float = 3e-4
    head_rate: float = 3.0
    """The last layer learns so many times as fast."""
    warm_share: float = 0.03
    decay: float = 0.01
    average: float = 0.998
    """The weights that are kept are a moving average with this memory."""
    threads: int = 1


def train(
    network: Graph,
    lines: Lines,
    characters: Sequence[str],
    recipe: Recipe,
    *,
    say: Say,
    checkpoint: Path | None = None,
) -> Graph:
    """Teach the network and return it with its averaged weights.

    Args:
        network: With the weights to begin with.
        lines: What to learn from.
        characters: What the network's classes stand for; the first is no character.
        recipe: How long and how fast.
        say: Told how it goes.
        checkpoint: Where the averaged weights are kept every so often, so that a cut costs little.
    """
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(recipe.threads)
    of = {one: at for at, one in enumerate(characters)}
    head = [network.weight(SCORES), network.weight(OFFSETS)]
    ids = {id(one) for one in head}
    body = [one for one in network.parameters() if id(one) not in ids]
    optimiser = torch.optim.AdamW(
        [{"params": body, "rate": 1.0}, {"params": head, "rate": recipe.head_rate}],
        lr=recipe.peak_rate,
        weight_decay=recipe.decay,
        betas=(0.9, 0.98),
    )
    kept = [one.detach().clone() for one in network.parameters()]
    losses: list[float] = []
    began = time.process_time()
    batches = lines.batches(recipe.batch_px)
    for at in range(recipe.batches):
        rate = recipe.peak_rate * _warmth(at, recipe)
        for group in optimiser.param_groups:
            group["lr"] = rate * group["rate"]
        losses.append(_learn(network, next(batches), of, optimiser))
        memory = min(recipe.average, (1 + at) / (10 + at))
        with torch.no_grad():
            for mean, now in zip(kept, network.parameters(), strict=True):
                mean.lerp_(now, 1 - memory)
        if (at + 1) % 100 == 0:
            spent = time.process_time() - began
            say(f"{at + 1}/{recipe.batches}: loss {np.mean(losses[-100:]):.4f}, {spent:.0f} s")
        if checkpoint is not None and (at + 1) % 500 == 0:
            _with(network, kept, lambda: network.save(checkpoint))
    _put(network, kept)
    return network


def _learn(network: Graph, batch: Batch, of: dict[str, int], optimiser: Any) -> float:
    """Take one step and return the loss by character."""
    pictures = torch.from_numpy(prepared(batch.pixels)).contiguous(
        memory_format=torch.channels_last
    )
    with torch.autocast("cpu", dtype=torch.bfloat16):
        seen = network.features(pictures)
    targets = [[of[one] for one in text] for text in batch.texts]
    loss = SpellingLoss.apply(seen, network.weight(SCORES), network.weight(OFFSETS), targets)
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
    optimiser.step()
    return float(loss.detach())


def prepared(pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return crops (RGB bytes) as the network takes them: blue first, -1..1, channels before."""
    shown = pixels[..., ::-1].astype(np.float32).transpose(0, 3, 1, 2)
    return np.ascontiguousarray(shown / 127.5 - 1.0)


def _warmth(at: int, recipe: Recipe) -> float:
    """Return the share of the peak rate: up in a line, down along a cosine."""
    warm = max(1, round(recipe.batches * recipe.warm_share))
    if at < warm:
        return (at + 1) / warm
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (at - warm) / (recipe.batches - warm)))


def _with(network: Graph, kept: Sequence[Any], do: Callable[[], None]) -> None:
    """Do something while the network has other weights."""
    now = [one.detach().clone() for one in network.parameters()]
    _put(network, kept)
    do()
    _put(network, now)


def _put(network: Graph, weights: Sequence[Any]) -> None:
    with torch.no_grad():
        for own, other in zip(network.parameters(), weights, strict=True):
            own.copy_(other)
