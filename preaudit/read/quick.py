"""The quick recogniser: ours, taught on synthetic lines, for glances.

It is a fifth of the thorough one's work. Its reading does not count by itself yet: on lines of our
own it is right as often as the thorough one where it is sure, but on whole cases it was sure of `m`
for `㎡` and of a name that was none (docs/adr/0005-fast-reading.md).
"""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from preaudit.errors import WeightsError
from preaudit.read.recognising import Traces
from preaudit.read.spelling import Trace
from preaudit.sheet import Pixels

WEIGHTS: Final = "recogniser.onnx"
CHARACTERS: Final = "recogniser.json"
UNKNOWN: Final = "\ufffd"
"""What it says of a character that is not among its own."""


def quick_network(folder: Path) -> tuple[Path, tuple[str, ...]]:
    """Return the network's file, after comparing its digest, and what its classes stand for.

    Raises:
        WeightsError: A file is missing, or is not the one that its characters were saved with.
    """
    path = folder / WEIGHTS
    try:
        digest = sha256(path.read_bytes()).hexdigest()
        saved = json.loads((folder / CHARACTERS).read_text(encoding="utf-8"))
    except OSError as error:
        raise WeightsError(f"{error}; run `make train`", code="weights_missing") from error
    if digest != saved["sha256"]:
        message = f"{path} is not the file that {CHARACTERS} was saved with"
        raise WeightsError(message, code="weights_altered")
    return path, ("", *saved["characters"])


def quick_digest(folder: Path) -> tuple[str, str]:
    """Return the name and SHA-256 of the network, for a report's provenance.

    Raises:
        WeightsError: A file is missing, or is not the one that its characters were saved with.
    """
    path, _ = quick_network(folder)
    return WEIGHTS, sha256(path.read_bytes()).hexdigest()


class Quick:
    """The quick recogniser; it does not vouch for characters that are not among its own."""

    def __init__(self, network: Traces) -> None:
        """Take the network that `quick_network` has found."""
        self._network = network

    def trace(self, crop: Pixels) -> Trace:
        """Return what a crop says; one without pixels says nothing."""
        trace = self._network.trace(crop)
        return trace if UNKNOWN not in trace.text else _without_chance(trace)


def _without_chance(trace: Trace) -> Trace:
    """Return a reading that doubts each unknown character of it."""
    known = [one != UNKNOWN for one in trace.text]
    return replace(
        trace,
        chances=tuple(one * here for one, here in zip(trace.chances, known, strict=True)),
        sureness=tuple(one * here for one, here in zip(trace.sureness, known, strict=True)),
    )
