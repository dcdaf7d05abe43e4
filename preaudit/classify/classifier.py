"""Pages to segments by all that is known: titles, labels, page numbers and the learned wording."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from pydantic import ValidationError

from preaudit.classify.fusing import FILE, Fusing, Shown, chances
from preaudit.classify.knowledge import OTHER
from preaudit.classify.look import Look, look_at
from preaudit.classify.meeting import meeting
from preaudit.classify.split import Run
from preaudit.classify.wording import WEIGHTS, WordingModel, open_wording
from preaudit.document import Document, Segment
from preaudit.errors import WeightsError
from preaudit.settings import Settings

_RUNNERS_UP: Final = 3
_LEAST: Final = 0.02


@dataclass(slots=True)
class _Material:
    """A material in the making: as the rules see it, and what speaks for each kind."""

    run: Run
    last: Shown
    """What its last page shows."""
    sums: list[dict[str, float]] = field(default_factory=list)
    """What speaks for each kind, on each page that says anything."""

    @property
    def main(self) -> int:
        """Which of these pages says what it is: the first one behind a cover."""
        told = [look for look in self.run.looks if not look.empty]
        return next((at for at, look in enumerate(told) if not look.sparse), 0)


class Classifier:
    """Tells what the pages of a file are, and which of them are one material."""

    def __init__(
        self, wording: WordingModel, fusing: Fusing, weights: tuple[tuple[str, str], ...] = ()
    ) -> None:
        """Take what was learned.

        Args:
            wording: Tells kinds by words.
            fusing: How far it is believed beside titles and labels.
            weights: Name and SHA-256 of each file of learned weights.
        """
        self._wording = wording
        self._fusing = fusing
        self.weights = weights

    def classify(self, document: Document) -> tuple[Segment, ...]:
        """Return the materials of a file: runs of pages that cover every page once, in order."""
        pages = sorted(document.pages, key=lambda page: page.number)
        found: list[_Material] = []
        for page in pages:
            look, said = look_at(page), self._wording.say(page)
            shown = Shown(words=said.kinds, rules=look.scores, unknown_form=look.unknown_form)
            sums = self._fusing.sums(shown)
            if found and not self._begins(found[-1], look, shown, said.begins):
                found[-1].run.looks.append(look)
                if not look.empty:
                    found[-1].sums.append(sums)
                    found[-1].last = shown
            else:
                one = chances([sums])
                kind = OTHER if look.empty else max(one, key=lambda name: one[name])
                found.append(_Material(run=Run(looks=[look], kind=kind), last=shown, sums=[sums]))
        return tuple(self._segment(document, one) for one in found)

    def _begins(self, before: _Material, look: Look, shown: Shown, words_begin: float) -> bool:
        if look.empty:
            return False  # the back of a sheet
        if all(one.empty for one in before.run.looks):
            return True
        met = meeting(before.run, look, words_begin)
        return self._fusing.begin_chance(before.last, shown, met) >= 0.5  # noqa: PLR2004

    def _segment(self, document: Document, found: _Material) -> Segment:
        likely = chances(found.sums, main=found.main)
        empty = all(look.empty for look in found.run.looks)
        ranked = sorted(likely.items(), key=lambda pair: (-pair[1], pair[0]))
        kind, best = (OTHER, 1.0) if empty else ranked[0]
        return Segment(
            sha256=document.source.sha256,
            pages=tuple(look.page.number for look in found.run.looks),
            kind=kind,
            confidence=round(min(0.99, best), 4),
            runners_up=tuple(
                (name, round(chance, 4))
                for name, chance in ranked
                if name != kind and chance > _LEAST
            )[:_RUNNERS_UP],
            settled=not empty and self._fusing.is_settled(kind, best),
        )


def open_classifier(settings: Settings) -> Classifier:
    """Return a classifier with its weights loaded.

    Raises:
        WeightsError: Weights are missing or altered.
    """
    folder = settings.own_weights_dir
    wording = open_wording(folder)
    path = folder / FILE
    try:
        data = path.read_bytes()
        fusing = Fusing.model_validate(json.loads(data))
    except OSError as error:
        raise WeightsError(f"{error}; run `make train`", code="weights_missing") from error
    except (ValidationError, ValueError) as error:
        raise WeightsError(f"{path} cannot be used: {error}", code="weights_altered") from error
    digests = ((WEIGHTS, (folder / WEIGHTS).read_bytes()), (FILE, data))
    return Classifier(
        wording, fusing, tuple((name, sha256(bytes_).hexdigest()) for name, bytes_ in digests)
    )
