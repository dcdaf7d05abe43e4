"""What is known of the looks of each kind, loaded once from `knowledge/page_kinds.yaml`."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, Field

from preaudit.folding import compact

OTHER = "other"


class Mark(BaseModel):
    """A number or wording that a kind prints as its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pattern: str
    weight: float


class Complements(BaseModel):
    """Words that show the front, and words that show the back, of a two-sided paper."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    front: tuple[str, ...]
    back: tuple[str, ...]


class KindLooks(BaseModel):
    """How one kind shows itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    titles: tuple[str, ...]
    title_pattern: str = ""
    """How titles of this kind are made, for those that are not listed."""
    weak_titles: tuple[str, ...] = ()
    """Titles that many papers bear: they count only where nothing else tells the kind."""
    marks: tuple[Mark, ...] = ()
    labels: dict[str, float] = Field(default_factory=dict)
    continuation: tuple[str, ...] = ()
    pages: str = "few"
    anywhere: bool = False
    """Whether its title may stand anywhere on the page."""
    complements: Complements | None = None


class Looks(BaseModel):
    """The looks of all kinds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    not_after: tuple[str, ...]
    cover_words: tuple[str, ...]
    kinds: dict[str, KindLooks]

    def title_table(self) -> tuple[tuple[str, str], ...]:
        """Return (title, kind) for all kinds, longest title first, titles compact."""
        pairs = [
            (compact(title), kind)
            for kind, looks in self.kinds.items()
            for title in (*looks.titles, *looks.weak_titles)
        ]
        return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@cache
def looks() -> Looks:
    """Return the looks of all kinds."""
    text = files(__package__).joinpath("knowledge/page_kinds.yaml").read_text(encoding="utf-8")
    return Looks.model_validate(yaml.safe_load(text))


@cache
def title_table() -> tuple[tuple[str, str], ...]:
    """Return (title, kind), longest first."""
    return looks().title_table()


@cache
def title_patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return (expression, kind) of how titles are made."""
    return tuple(
        (re.compile(known.title_pattern), kind)
        for kind, known in looks().kinds.items()
        if known.title_pattern
    )


@cache
def mark_table() -> tuple[tuple[re.Pattern[str], str, float], ...]:
    """Return (expression, kind, weight) of all numbers that show a kind."""
    return tuple(
        (re.compile(mark.pattern), kind, mark.weight)
        for kind, known in looks().kinds.items()
        for mark in known.marks
    )


@cache
def label_table() -> tuple[tuple[str, str, float], ...]:
    """Return (label, kind, weight), labels compact."""
    return tuple(
        (compact(label), kind, weight)
        for kind, known in looks().kinds.items()
        for label, weight in known.labels.items()
    )
