"""Layouts that no model is trained on, to measure what happens on papers nobody has seen.

They are written down in content/unseen/<kind>.yaml by somebody who did not look at what extraction
and classification know. They are kept out of `corpus.making.families`, so that no stream of
training papers can contain them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus.compose import compose
from corpus.making import TrainingPaper, single_draft
from corpus.values import kind_names


@cache
def _layouts(kind: str) -> Mapping[str, Any]:
    text = (files("corpus") / "content" / "unseen" / f"{kind}.yaml").read_text(encoding="utf-8")
    loaded = yaml.safe_load(text)["layouts"]
    return {str(name): layout for name, layout in loaded.items()}


def unseen_families(kind: str) -> tuple[str, ...]:
    """Return the layout families of a kind that are kept for measuring."""
    return tuple(_layouts(kind))


def unseen_papers(
    *, seed: int, count: int, kinds: Sequence[str] | None = None
) -> Iterator[TrainingPaper]:
    """Yield `count` native papers in unseen layouts, one family after the other."""
    pairs = [(kind, name) for kind in kinds or kind_names() for name in unseen_families(kind)]
    rng = random.Random(f"unseen-{seed}")
    for number in range(count):
        kind, family = pairs[number % len(pairs)]
        world_seed = rng.randrange(10**9)
        draft = single_draft(kind, world_seed, rng)
        paper = compose(draft, family, str(world_seed), layout=_layouts(kind)[family])
        yield TrainingPaper(kind=kind, family=family, seed=world_seed, paper=paper)
