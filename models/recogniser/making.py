"""From the published network to ours: begin, train, save, score."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import torch

from models.recogniser.beginning import begin
from models.recogniser.characters import classes
from models.recogniser.graph import Graph
from models.recogniser.lines import Lines
from models.recogniser.scoring import held_out, score, traces
from models.recogniser.texts import printed_lines
from models.recogniser.training import Recipe, Say, Teacher
from preaudit.read.quick import CHARACTERS, WEIGHTS, quick_network
from preaudit.read.recognising import Recogniser
from preaudit.settings import Settings
from preaudit.weights import QUICK_RECOGNISER, characters, digests, network_file, verify

CORPUS_SEED: Final = 303
HELD_OUT_SEED: Final = 404
_HELD_OUT_PAPERS: Final = 60


def make(
    settings: Settings, out: Path, recipe: Recipe, *, held: int, say: Say
) -> Mapping[str, Any]:
    """Train the recogniser, save it and return what the manifest says of it.

    Args:
        settings: Where the published networks lie.
        out: The folder that it is written to.
        recipe: How it is trained.
        held: How many held-out lines of each set it is scored on.
        say: Told how it goes.

    Raises:
        WeightsError: The network to begin with is missing or altered.
    """
    verify(settings.weights_dir)
    torch.set_num_threads(recipe.threads)
    known = characters(settings.weights_dir, QUICK_RECOGNISER)
    every = classes(known)
    published = network_file(settings.weights_dir, QUICK_RECOGNISER)
    network = Graph(published, taken=[at if at < len(known) else -1 for at in range(len(every))])
    begin(network, every, known=len(known))
    printed = printed_lines(seed=CORPUS_SEED, papers=recipe.papers)
    partial = out / f"partial-{WEIGHTS}"
    teacher = Teacher(characters=every, recipe=recipe, say=say, checkpoint=partial)
    for now in recipe.rounds:
        lines = Lines(every[1:], printed, seed=str(now.seed), strange=now.strange)
        teacher.teach(network, lines, now)
    partial.unlink(missing_ok=True)
    save(network, every, out)
    scores = _scores(out, every, held)
    say(f"held-out lines: {scores}")
    return {
        "files": {
            name: sha256((out / name).read_bytes()).hexdigest() for name in (WEIGHTS, CHARACTERS)
        },
        "begun_from": dict(digests())[QUICK_RECOGNISER],
        "corpus": {"seed": CORPUS_SEED, "papers": recipe.papers},
        "recipe": {**asdict(recipe), "rounds": [asdict(one) for one in recipe.rounds]},
        "held_out": {"seed": HELD_OUT_SEED, "lines": held, **scores},
    }


def save(network: Graph, every: tuple[str, ...], out: Path) -> None:
    """Write the network and what its classes stand for."""
    out.mkdir(parents=True, exist_ok=True)
    network.save(out / WEIGHTS)
    saved = {
        "sha256": sha256((out / WEIGHTS).read_bytes()).hexdigest(),
        "characters": "".join(every[1:]),
    }
    text = json.dumps(saved, ensure_ascii=False, indent=1)
    (out / CHARACTERS).write_text(text + "\n", encoding="utf-8")


def _scores(out: Path, every: tuple[str, ...], held: int) -> Mapping[str, Mapping[str, float]]:
    """Return how right the saved network is, as the product runs it."""
    lines = Lines(
        every[1:],
        printed_lines(seed=HELD_OUT_SEED, papers=_HELD_OUT_PAPERS),
        seed=str(HELD_OUT_SEED),
    )
    recogniser = Recogniser(*quick_network(out), stretches=True, threads=1)
    known = frozenset(every)
    return {
        name: score(traces(recogniser, those), those, known).rounded()
        for name, those in held_out(lines, count=held).items()
    }
