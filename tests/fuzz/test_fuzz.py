"""Changed files are answered as they must be: those that once were not, and a few new ones."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from mutate import mutated
from run import TARGETS, judge, shrunk
from seeds import seeds

from preaudit.ingest import Workshop

_KEPT = sorted((Path(__file__).parent / "kept").glob("*-*"))


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    """One workshop for all; a forbidden system call kills what makes it."""
    made = Workshop(deadly=True)
    yield made
    made.close()


@pytest.mark.parametrize("path", _KEPT, ids=lambda path: path.name)
def test_what_was_once_found_is_answered_now(path: Path, workshop: Workshop) -> None:
    """A file that once got an answer that no file may get is answered as it must be."""
    verdict = judge(path.name.split("-")[0], path.read_bytes(), workshop)
    assert verdict is None or not verdict.is_finding, verdict


@pytest.mark.parametrize("target", TARGETS)
def test_seeds_are_read(target: str, workshop: Workshop) -> None:
    """What is changed was whole before: every seed opens without a word."""
    for data in seeds(target):
        assert judge(target, data, workshop) is None


@pytest.mark.parametrize("target", TARGETS)
def test_changed_files_are_answered(target: str, workshop: Workshop) -> None:
    """Twelve changed files of each kind get pages, a part of them, or a refusal."""
    chance = random.Random(target)
    for _ in range(12):
        data = mutated(target, chance.choice(seeds(target)), seeds(target), chance)
        verdict = judge(target, data, workshop)
        assert verdict is None or not verdict.is_finding, verdict


def test_the_same_seed_changes_alike() -> None:
    """A finding can be made again from its seed."""
    data = seeds("image")[3]
    one, two = (mutated("image", data, [data], random.Random(5)) for _ in range(2))
    assert one == two != data


def test_a_fault_in_our_own_code_is_seen() -> None:
    """The judge sees an opener that raises, and shrinks its file to what it takes."""
    workshop = Workshop(opener="faulty:stumble", search_path=(Path(__file__).parent,))
    data = b"x" * 300 + b"BANG" + b"y" * 300
    verdict = judge("image", data, workshop)
    assert verdict is not None
    assert verdict.is_finding
    assert "KeyError" in verdict.word
    assert len(shrunk("image", data, verdict, workshop)) < 40
    workshop.close()
