"""Teaching the network: connectionist temporal classification on lines made as they are needed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from models.recogniser.graph import OFFSETS, SCORES, Graph
from models.recogniser.lines import Batch, Lines
from models.recogniser.loss import SpellingLoss

Say = Callable[[str], None]
_TOLD: Final = 100
_SAVED: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One time up and down with the rate; each begins with the averaged weights of the last."""

    seed: int
    batches: int
    slope: int
    """Over so many batches the rate would come down; a round may end before."""
    peak_rate: float
    strange: float
    """Share of characters that the network is to learn not to know, among those dealt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to train; together with the corpus seed it makes the weights."""

    rounds: tuple[Round, ...] = (
        Round(seed=20261122, batches=3800, slope=3800, peak_rate=3e-4, strange=0.06),
        Round(seed=20261123, batches=500, slope=1800, peak_rate=2e-4, strange=0.12),
        Round(seed=20261124, batches=550, slope=550, peak_rate=1.5e-4, strange=0.12),
    )
    papers: int = 200
    """Synthetic papers whose texts lines are made of."""
    batch_px: int = 5120
    """A batch is about so wide: 16 strips of 320 pixels."""
    head_rate: float = 3.0
    """The last layer learns so many times as fast."""
    warm_share: float = 0.03
    decay: float = 0.01
    average: float = 0.998
    """The weights that are kept are a moving average with this memory."""
    threads: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Teacher:
    """Teaches a network round by round."""

    characters: Sequence[str]
    """What the network's classes stand for; the first is no character."""
    recipe: Recipe
    say: Say
    """Told how it goes."""
    checkpoint: Path | None = None
    """Where the averaged weights are kept every so often, so that a cut costs little."""

    def teach(self, network: Graph, lines: Lines, now: Round) -> None:
        """Teach the network for a round and leave it with its averaged weights."""
        torch.manual_seed(now.seed)
        torch.set_num_threads(self.recipe.threads)
        of = {one: at for at, one in enumerate(self.characters)}
        optimiser = _optimiser(network, self.recipe, now)
        kept = [one.detach().clone() for one in network.parameters()]
        losses: list[float] = []
        began = time.process_time()
        batches = lines.batches(self.recipe.batch_px)
        for at in range(now.batches):
            rate = now.peak_rate * _warmth(at, now.slope, self.recipe.warm_share)
            for group in optimiser.param_groups:
                group["lr"] = rate * group["rate"]
            losses.append(_learn(network, next(batches), of, optimiser))
            memory = min(self.recipe.average, (1 + at) / (10 + at))
            with torch.no_grad():
                for mean, own in zip(kept, network.parameters(), strict=True):
                    mean.lerp_(own, 1 - memory)
            if (at + 1) % _TOLD == 0:
                loss, spent = np.mean(losses[-_TOLD:]), time.process_time() - began
                self.say(f"{at + 1}/{now.batches}: loss {loss:.4f}, {spent:.0f} s")
            if self.checkpoint is not None and (at + 1) % _SAVED == 0:
                _with(network, kept, partial(network.save, self.checkpoint))
        _put(network, kept)


def _optimiser(network: Graph, recipe: Recipe, now: Round) -> Any:
    """Return what moves the weights, those of the last layer faster."""
    head = [network.weight(SCORES), network.weight(OFFSETS)]
    ids = {id(one) for one in head}
    body = [one for one in network.parameters() if id(one) not in ids]
    return torch.optim.AdamW(
        [{"params": body, "rate": 1.0}, {"params": head, "rate": recipe.head_rate}],
        lr=now.peak_rate,
        weight_decay=recipe.decay,
        betas=(0.9, 0.98),
    )


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


def _warmth(at: int, batches: int, warm_share: float) -> float:
    """Return the share of the peak rate: up in a line, down along a cosine."""
    warm = max(1, round(batches * warm_share))
    if at < warm:
        return (at + 1) / warm
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (at - warm) / (batches - warm)))


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
