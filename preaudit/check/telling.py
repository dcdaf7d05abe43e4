"""Messages of findings: templates filled with what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import assert_never

from preaudit.check.answers import Doubt, Ref, merged
from preaudit.check.evaluate import evaluate
from preaudit.check.showing import show
from preaudit.check.world import World
from preaudit.findings import About, Bilingual
from rules_kg.graph import Phrase
from rules_kg.language.template import Inserted, Template, Where, Why

_MOST_PLACES = 12


def telling_refs(refs: Iterable[Ref]) -> tuple[Ref, ...]:
    """Return the facts worth naming: a paper as a whole only when nothing on it is named."""
    everything = _distinct(refs)
    detailed = {
        (ref.about.kind, ref.about.material)
        for ref in everything
        if ref.about.field or ref.evidence
    }
    kinds = {kind for kind, _ in detailed}
    return tuple(
        ref
        for ref in everything
        if ref.about.field
        or ref.evidence
        or ((ref.about.kind, ref.about.material) not in detailed and not _implied(ref, kinds))
    )


def _implied(ref: Ref, kinds: set[str]) -> bool:
    """Whether a kind as such is named already by something on a paper of it."""
    return ref.about.material is None and ref.about.kind in kinds


def _distinct(refs: Iterable[Ref]) -> tuple[Ref, ...]:
    """Return facts once even where they were made twice."""
    return tuple({(ref.about, ref.evidence[:1], ref.shown): ref for ref in refs}.values())


def abouts(refs: Iterable[Ref]) -> tuple[About, ...]:
    """Return what facts are about, each once; an entry stands for its paper."""
    found = tuple(dict.fromkeys(ref.about for ref in refs))
    papers = {(one.kind, one.material) for one in found if one.field}
    return tuple(one for one in found if one.field or (one.kind, one.material) not in papers)


class Teller:
    """Fills templates for one finding."""

    def __init__(self, world: World, refs: Sequence[Ref], doubts: Sequence[Doubt]) -> None:
        self._world = world
        self._refs = telling_refs(refs)
        self._doubts = doubts

    def phrase(self, phrase: Phrase) -> Bilingual:
        """Return a template's text in both languages."""
        return Bilingual(
            zh=self._filled(phrase.zh, lambda both: both.zh, "；"),
            en=self._filled(phrase.en, lambda both: both.en, "; "),
        )

    def _filled(
        self, template: Template, language: Callable[[Bilingual], str], separator: str
    ) -> str:
        printed = []
        for part in template.parts:
            match part:
                case str():
                    printed.append(part)
                case Inserted():
                    printed.append(language(show(evaluate(part.expression, self._world).answer)))
                case Where():
                    printed.append(separator.join(language(one) for one in self._where()))
                case Why():
                    printed.append(separator.join(language(one) for one in self._why()))
                case _ as unreachable:
                    assert_never(unreachable)
        return "".join(printed)

    def _where(self) -> list[Bilingual]:
        named = [self._world.wording.place(ref) for ref in self._refs[:_MOST_PLACES]]
        left = len(self._refs) - len(named)
        more = Bilingual(zh=f"等，另有{left}处", en=f"and {left} more")
        return [*named, more] if left > 0 else named

    def _why(self) -> list[Bilingual]:
        return list(dict.fromkeys(one.reason for one in merged(self._doubts)))
