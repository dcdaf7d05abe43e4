"""A case in the making: its drafts, and what faults have been planted in it so far."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from corpus.compose import compose, family_names
from corpus.drafts import Draft
from corpus.paper import Paper
from corpus.tampering import Retouch
from corpus.truth import About, Defect
from corpus.values import Value
from corpus.world import World

Finish = Callable[[Paper], Paper]


class UnplantableError(ValueError):
    """The fault does not fit the case of this seed or is not known."""


@dataclass(slots=True, kw_only=True)
class Scene:
    """What faults may change: drafts before they are printed, and papers after."""

    world: World
    rng: random.Random
    seed: str
    drafts: list[Draft] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    """Papers that a fault has changed already; a second fault chooses another."""
    cited: set[str] = field(default_factory=set)
    """Papers that a finding compares with; they must stay as they are."""
    ruined: set[str] = field(default_factory=set)
    """Papers that are gone or cannot be read; no other fault may need them."""
    channels: dict[str, str] = field(default_factory=dict)
    families: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Layouts that a fault needs a paper to be set in."""
    prints: dict[str, set[str]] = field(default_factory=dict)
    """Fields that a paper's layout must print because a fault is about them."""
    after_print: dict[str, Callable[[Draft, str, Paper], Paper]] = field(default_factory=dict)
    retouches: dict[str, Retouch] = field(default_factory=dict)
    after_channel: dict[str, Finish] = field(default_factory=dict)
    named_as: dict[str, str] = field(default_factory=dict)
    """Instance of a draft to the kind that its file name falsely claims."""

    def draft(self, kind: str) -> Draft:
        """Return the (first) paper of a kind."""
        for draft in self.drafts:
            if draft.kind == kind:
                return draft
        raise UnplantableError(f"the case has no {kind}")

    def has(self, kind: str) -> bool:
        """Tell whether the case has a paper of the kind."""
        return any(draft.kind == kind for draft in self.drafts)

    def pick(self, kinds: Iterable[str]) -> str:
        """Return one of the kinds that the case has and no fault has touched, and mark it."""
        free = [kind for kind in kinds if self.has(kind) and kind not in self.touched]
        if not free:
            raise UnplantableError("every paper that the fault could change is taken")
        chosen = self.rng.choice(free)
        self.touched.add(chosen)
        return chosen

    def ruin(self, kinds: Iterable[str]) -> str:
        """Return one of the kinds to take away or spoil; no finding may compare with it."""
        chosen = self.pick([kind for kind in kinds if kind not in self.cited])
        self.ruined.add(chosen)
        return chosen

    def cite(self, *kinds: str) -> None:
        """Make sure that the papers are there to be compared with, now and later."""
        for kind in kinds:
            if kind in self.ruined or not self.has(kind):
                raise UnplantableError(f"the fault needs a {kind}")
        self.cited.update(kinds)

    def claim(self, subject: str) -> None:
        """Refuse a second fault about the same subject."""
        if subject in self.touched:
            raise UnplantableError(f"another fault is about {subject} already")
        self.touched.add(subject)

    def set(self, kind: str, name: str, value: Value) -> None:
        """Have the paper of a kind say the value, and see to it that it is printed."""
        self.draft(kind).values[name] = value
        self.prints.setdefault(kind, set()).add(name)

    def report(
        self,
        check: str,
        about: Iterable[tuple[str, str | None]],
        note: str,
        *,
        tolerated: Iterable[str] = (),
    ) -> None:
        """Write the defect down."""
        entries = tuple(About(kind=kind, field=name) for kind, name in about)
        self.defects.append(
            Defect(check=check, about=entries, note=note, tolerated=tuple(tolerated))
        )

    def print_paper(self, draft: Draft, allowed: tuple[str, ...], rng: random.Random) -> Paper:
        """Return the paper in one of the layouts, the first drawn that prints what faults need."""
        key = draft.instance or draft.kind
        wanted = [
            name for name in self.families.get(key, allowed) if name in family_names(draft.kind)
        ]
        order = rng.sample(wanted or list(allowed), k=len(wanted or allowed))
        order += [name for name in family_names(draft.kind) if name not in order]
        needed = self.prints.get(key, set())
        for family in order:
            paper = compose(draft, family, self.seed)
            if needed <= set(paper.spots):
                change = self.after_print.get(key)
                return change(draft, family, paper) if change else paper
        raise UnplantableError(f"no layout of {draft.kind} prints {', '.join(sorted(needed))}")
