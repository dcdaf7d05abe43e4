"""What ingest hands on: entries of a case, what the case says of itself, and opened files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from preaudit.report import Problem
from preaudit.sheet import Sheet, Signal, Source
from preaudit.signature import DigitalSignature


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of a case."""

    name: str
    """Path inside the case, with forward slashes; decides nothing."""
    path: Path
    """Where its bytes lie: as handed in, or unpacked into the work folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What `case.json` says of the case; what it leaves out is None or empty."""

    item: str | None = None
    as_of: date | None = None
    jurisdiction: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All files of a case, before any is opened."""

    entries: tuple[Entry, ...]
    """In the order of their names, so that the order of handing in does not matter."""
    declaration: Declaration | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One file after it was opened."""

    source: Source | None
    """None when not one page could be shown; then there is at least one problem."""
    sheets: tuple[Sheet, ...]
    """In page order; a page that could not be shown is left out, and a problem names it."""
    signals: tuple[Signal, ...]
    problems: tuple[Problem, ...]
    signatures: tuple[DigitalSignature, ...] = ()
