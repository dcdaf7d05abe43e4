"""What can be wrong with the regulation graph, said with file, rule, line and a mend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class Level(StrEnum):
    """How much a fault hinders."""

    ERROR = "error"
    """The graph must not be used."""
    NOTICE = "notice"
    """A person should know; reports say so where it matters."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One thing that is wrong, and where."""

    file: str
    """Path below the content folder, with forward slashes."""
    line: int
    """Counts from 1; 0 when the fault concerns no line."""
    column: int = 0
    """Counts from 1; 0 when the fault concerns the whole line."""
    subject: str = ""
    """Id of the rule, regulation, parameter ... concerned."""
    message: str
    code: str
    """Stable, such as `unknown_name`."""
    level: Level = Level.ERROR

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return f"{place}: {self.subject + ': ' if self.subject else ''}{self.message}"


class RulesFault(Exception):  # noqa: N818 - the name that the rest of the house catches
    """The graph does not load; holds every fault that was found, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean ...?` with the closest known name, or nothing."""
    close = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""
