"""Seeded chance, named so that shares read as shares."""

from __future__ import annotations

import random


def chance(rng: random.Random, share: float) -> bool:
    """Return true for that share of the draws."""
    return rng.random() < share
