"""How right a recogniser is on lines that nobody learned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from models.evaluation.edits import distance, normalised
from models.recogniser.characters import as_known
from models.recogniser.lines import HEIGHT_PX, Line, Lines
from preaudit.read.recognising import Traces
from preaudit.read.spelling import Trace

SETS: Final[Mapping[str, tuple[str, str, bool]]] = {
    "plain": ("printed", "scan", False),
    "names": ("name", "scan", False),
    "rare": ("dealt", "scan", False),
    "digits": ("number", "scan", False),
    "bilevel": ("printed", "bilevel", False),
    "copy": ("printed", "copy", False),
    "photo": ("printed", "photo", False),
    "stamped": ("printed", "scan", True),
}
"""What is asked about, as kind of text, channel, and whether a seal lies across."""
_STRIP_PX: Final = 320
_DOUBTED: Final = 0.9
"""Below that a character counts as doubtful downstream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts over lines."""

    lines: int
    wrong_lines: int
    characters: int
    errors: int
    silent: int
    """Errors in lines of which no character is doubted."""

    def rounded(self) -> Mapping[str, float]:
        """Return the rates for a manifest."""
        return {
            "cer": round(self.errors / max(1, self.characters), 4),
            "lines_wrong": round(self.wrong_lines / max(1, self.lines), 4),
            "silent": round(self.silent / max(1, self.characters), 4),
        }


def held_out(lines: Lines, *, count: int) -> Mapping[str, tuple[Line, ...]]:
    """Return so many lines of each set."""
    return {
        name: tuple(lines.draw(kind, channel, stamped=stamped) for _ in range(count))
        for name, (kind, channel, stamped) in SETS.items()
    }


def traces(recogniser: Traces, lines: Sequence[Line]) -> tuple[Trace, ...]:
    """Return what a recogniser says of each line."""
    return tuple(recogniser.trace(line.pixels) for line in lines)


def score(said: Sequence[Trace], lines: Sequence[Line], known: frozenset[str]) -> Score:
    """Compare what was said with what is printed; of characters not in `known` none is asked."""
    wrong = [errors(trace, line, known) for trace, line in zip(said, lines, strict=True)]
    return Score(
        lines=len(lines),
        wrong_lines=sum(one > 0 for one in wrong),
        characters=sum(len(normalised(line.text)) for line in lines),
        errors=sum(wrong),
        silent=sum(one for one, trace in zip(wrong, said, strict=True) if least(trace) >= _DOUBTED),
    )


def errors(trace: Trace, line: Line, known: frozenset[str]) -> int:
    """Return how many characters of a line were misread."""
    return distance(normalised(as_known(trace.text, known)), normalised(line.text))


def least(trace: Trace) -> float:
    """Return how sure a reading is of its least sure character."""
    return min(trace.sureness, default=0.0)


def strips(lines: Sequence[Line]) -> float:
    """Return how wide lines are in all, in stretches of 320 pixels at the recogniser's height."""
    wide = (line.pixels.shape[1] / line.pixels.shape[0] for line in lines)
    return HEIGHT_PX * float(sum(wide)) / _STRIP_PX
