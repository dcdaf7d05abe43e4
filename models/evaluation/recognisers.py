"""How right the quick recogniser is beside the published ones, and how much is read twice.

`python -m models.evaluation.recognisers` makes lines from a seed that training does not use and
has each network read them. Characters that the quick one does not have count as unknown: whoever
says one of its characters instead is wrong.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw
from rich.console import Console
from rich.table import Table

from models.evaluation.standing import may_stand
from models.recogniser.characters import is_han
from models.recogniser.faces import EM_PX, FACES, Face, drawable, shows
from models.recogniser.lines import HEIGHT_PX, Line, Lines
from models.recogniser.scoring import errors, held_out, score, strips, traces
from models.recogniser.texts import printed_lines
from preaudit.read.quick import Quick, quick_network
from preaudit.read.recognising import Recogniser, Traces
from preaudit.read.spelling import Trace
from preaudit.settings import Settings
from preaudit.weights import QUICK_RECOGNISER, RECOGNISER, characters, network_file

_PAPERS: Final = 60
_NAMES: Final = 150
_NAME: Final = 3
_DOUBTED: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Readers:
    """The published networks and ours."""

    tiny: Traces
    small: Traces
    quick: Traces
    known: frozenset[str]
    """What ours can say."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m models.evaluation.recognisers")
    parser.add_argument("--seed", type=int, default=505)
    parser.add_argument("--lines", type=int, default=200, help="of each set")
    chosen = parser.parse_args(arguments)
    settings = Settings()
    readers = _readers(settings)
    printed = printed_lines(seed=chosen.seed, papers=_PAPERS)
    lines = Lines(sorted(readers.known - {""}), printed, seed=str(chosen.seed))
    table = Table(
        "set", "tiny", "quick", "small", "both", "wrong where quick stands", "small there", "again"
    )
    for name, those in held_out(lines, count=chosen.lines).items():
        table.add_row(name, *_row(those, readers))
    console = Console(file=sys.stdout, width=120)
    console.print(table)
    console.print(_names_told(settings, readers))
    return 0


def _readers(settings: Settings) -> _Readers:
    tiny, small = (
        Recogniser(
            network_file(settings.weights_dir, name),
            characters(settings.weights_dir, name),
            stretches=name == QUICK_RECOGNISER,
            threads=1,
        )
        for name in (QUICK_RECOGNISER, RECOGNISER)
    )
    path, every = quick_network(settings.own_weights_dir)
    quick = Quick(Recogniser(path, every, stretches=True, threads=1))
    return _Readers(tiny=tiny, small=small, quick=quick, known=frozenset(every))


def _row(those: Sequence[Line], readers: _Readers) -> tuple[str, ...]:
    """Return the figures of a set: errors by network and of both together, and of what stood."""
    tiny, quick, small = (
        traces(one, those) for one in (readers.tiny, readers.quick, readers.small)
    )
    stands = [may_stand(trace) for trace in quick]
    both = tuple(
        one if stood else other for one, other, stood in zip(quick, small, stands, strict=True)
    )
    rates = [
        score(one, those, readers.known).rounded()["cer"] for one in (tiny, quick, small, both)
    ]
    wrong = [
        sum(errors(one[at], those[at], readers.known) for at in np.flatnonzero(stands))
        for one in (quick, small)
    ]
    again = strips([line for line, stood in zip(those, stands, strict=True) if not stood])
    return (
        *(f"{100 * rate:.2f} %" for rate in rates),
        *map(str, wrong),
        f"{100 * again / strips(those):.0f} %",
    )


def _names_told(settings: Settings, readers: _Readers) -> str:
    """Return how many names with a rare character are misread and not doubted."""
    tiny, small = (
        frozenset(characters(settings.weights_dir, name)) for name in (QUICK_RECOGNISER, RECOGNISER)
    )
    names = _names(sorted(one for one in small - tiny if is_han(one)))
    quick, thorough = (traces(one, names) for one in (readers.quick, readers.small))
    both = [one if may_stand(one) else other for one, other in zip(quick, thorough, strict=True)]
    told = [
        f"{name} {sum(_silent(trace, line) for trace, line in zip(said, names, strict=True))}"
        for name, said in (("quick", quick), ("small", thorough), ("both", both))
    ]
    stood = sum(map(may_stand, quick))
    return f"of {len(names)} rare names misread without doubt: {', '.join(told)}; {stood} stood"


def _silent(trace: Trace, line: Line) -> bool:
    """Whether a name is misread and no character of it is doubted."""
    wrong = trace.text[:_NAME] != line.text[:_NAME]
    return wrong and min(trace.sureness[:_NAME], default=0.0) >= _DOUBTED


def _names(rare: Sequence[str]) -> tuple[Line, ...]:
    """Return clean lines, each with a name that holds one of the characters."""
    rng, noise = random.Random("names"), np.random.default_rng(5)
    faces = FACES[:4]
    found = []
    for character in rng.sample(list(rare), min(_NAMES, len(rare))):
        face = next((one for one in rng.sample(faces, len(faces)) if character in shows(one)), None)
        if face is not None:
            text = rng.choice("林陈王李张") + character + rng.choice("华明文军") + "（工程师）"
            found.append(Line(kind="name", text=text, pixels=_clean(text, face, noise)))
    return tuple(found)


def _clean(text: str, face: Face, noise: np.random.Generator) -> np.ndarray:
    wide = round(drawable(face).getlength(text)) + EM_PX // 2
    canvas = Image.new("L", (wide, round(1.4 * EM_PX)), 255)
    ImageDraw.Draw(canvas).text(
        (EM_PX / 4, 1.08 * EM_PX), text, font=drawable(face), fill=30, anchor="ls"
    )
    size = (round(wide * HEIGHT_PX / canvas.height), HEIGHT_PX)
    small = cv2.resize(np.asarray(canvas), size, interpolation=cv2.INTER_AREA).astype(np.float32)
    soft = cv2.GaussianBlur(small, (0, 0), 0.5)[:, :, np.newaxis]
    grain = noise.normal(0, 6, (*soft.shape[:2], 3))
    return np.asarray(np.clip(soft + grain, 0, 255), dtype=np.uint8)


if __name__ == "__main__":
    sys.exit(main())
