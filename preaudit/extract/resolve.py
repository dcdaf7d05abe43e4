"""One decision for each field: which reading wins, how sure that is, and why.

Readings of the same value support each other; what speaks for each value is weighed by learned
weights (`preaudit.extract.scorer`) into the probability that it is right. A field is found when
that is high enough for the precision that we promise, ambiguous when two values share it or one is
not sure enough and a person has to confirm it, unreadable when what was seen is more likely wrong
than right, missing when nothing was found or the entry is blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from preaudit.document import Page
from preaudit.extract.candidate import Blank, Candidate, Found
from preaudit.extract.groups import Claims, Group, grouped, position, traits
from preaudit.extract.scorer import Scorer
from preaudit.extract.surroundings import Surroundings
from preaudit.extract.values.reading import field_types
from preaudit.extract.witness import Witness
from preaudit.fields import Evidence, Field, FieldState, RunnerUp, canonical
from preaudit.geometry import Box

_RIVAL: Final = 0.25
"""A second value this probable makes a doubtful field ambiguous."""
_LEGIBLE: Final = 0.5
"""A doubtful value at least this probable is shown to whoever has to confirm it."""
_READ: Final = 0.45
"""What the reader itself was less sure of is no value to show, whatever speaks for its place."""
_AS_GOOD: Final = 10.0
"""Two values whose odds differ by less than this factor are not told apart."""
_SAID_TWICE: Final = {"contract_price_words": "contract_price"}
"""Fields that repeat another one in words."""
_MOST_RUNNERS_UP: Final = 3
_MOST_EVIDENCE: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rated:
    """A value with the probability that it is right."""

    group: Group
    chance: float
    found_from: float

    @property
    def best(self) -> Candidate:
        return self.group.best

    @property
    def read(self) -> bool:
        """Whether its reader stands by it: what is likely there is not what was seen."""
        return self.best.passage.confidence(self.best.start, self.best.end) >= _READ

    @property
    def stands(self) -> bool:
        """Whether it is sure enough to be found."""
        return self.read and self.chance >= self.found_from


def resolve(
    names: Sequence[str],
    found: Iterable[Found],
    place: Place,
    scorer: Scorer,
    witness: Witness | None,
) -> tuple[Field, ...]:
    """Return one field for each name, in that order.

    Args:
        names: The fields that the kind of paper carries.
        found: Readings and blanks of all sources.
        place: Where the segment lies.
        scorer: Rates readings.
        witness: The tagger's reading of the segment.
    """
    readings: dict[str, list[Candidate]] = {name: [] for name in names}
    blanks: dict[str, list[Blank]] = {name: [] for name in names}
    told = tuple(found)
    claims = Claims(one for one in told if isinstance(one, Candidate))
    for one in told:
        if isinstance(one, Candidate) and one.field in readings:
            readings[one.field].append(one)
        elif isinstance(one, Blank) and one.field in blanks:
            blanks[one.field].append(one)
    rated = {
        name: _rated(name, grouped(readings[name], witness), claims, place, scorer, witness)
        for name in names
    }
    owners = _owners(rated)
    return tuple(
        _decide(
            name,
            _borne_out(
                rated, name, [one for one in rated[name] if not _is_owned(name, one, owners)]
            ),
            blanks[name],
            place,
        )
        for name in names
    )  # fmt: skip


_Span = tuple[str | None, tuple[int, float, float], tuple[int, float, float]]


def _borne_out(
    rated: Mapping[str, Sequence[_Rated]], name: str, values: list[_Rated]
) -> list[_Rated]:
    """Return only the likeliest value where the paper says the same elsewhere in another way.

    A contract names other amounts in words besides its price. Where the likeliest one is what its
    figures say, the others are no second readings; where it is not, they stay.
    """
    told = rated.get(_SAID_TWICE.get(name, ""), ())
    if not values or not told or not told[0].stands:
        return values
    same = str(canonical(values[0].best.value)) == str(canonical(told[0].best.value))
    return values[:1] if same else values


def _owners(rated: Mapping[str, Sequence[_Rated]]) -> dict[_Span, tuple[float, str]]:
    """Return which found field has which place: one place is the value of one field."""
    owners: dict[_Span, tuple[float, str]] = {}
    for name, values in rated.items():
        if values and values[0].stands:
            for one in values[0].group.members:
                span = _span(one)
                owners[span] = max(owners.get(span, (0.0, "")), (values[0].chance, name))
    return owners


def _is_owned(name: str, one: _Rated, owners: Mapping[_Span, tuple[float, str]]) -> bool:
    """Tell whether every place of a value is found to be another field's, more surely."""
    claims = [owners.get(_span(member)) for member in one.group.members]
    return all(claim is not None and claim[1] != name and claim[0] > one.chance for claim in claims)


def _span(one: Candidate) -> _Span:
    """Return type and place of a reading; a text inside another one is another place."""
    last = replace(one, start=one.end - 1)
    return field_types().get(one.field), position(one), position(last)


def _rated(
    name: str,
    groups: Sequence[Group],
    claims: Claims,
    place: Place,
    scorer: Scorer,
    witness: Witness | None,
) -> list[_Rated]:
    """Return the values of a field, likeliest first."""
    taught = witness is not None and witness.knows(name)
    rated = []
    for at, group in enumerate(groups):
        rivals = (*groups[:at], *groups[at + 1 :])
        said = traits(group, rivals, taught=taught, around=place.around, claims=claims)
        chance = scorer.chance(name, said)
        if chance >= scorer.nothing_below:
            rated.append(_Rated(group=group, chance=chance, found_from=scorer.found_from(said)))
    return sorted(rated, key=lambda one: -round(one.chance, 4))


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a segment lies: its pages and its file."""

    pages: Mapping[int, Page]
    sha256: str

    @cached_property
    def around(self) -> Surroundings:
        """The pages, to look around on."""
        return Surroundings(self.pages)

    def box(self, upright: Box) -> Box:
        """Return a box as the page is in the file."""
        return self.pages[upright.page].to_file.box(upright)

    def evidence(self, one: Candidate) -> Evidence:
        """Return the place of a reading as evidence."""
        return Evidence(
            sha256=self.sha256,
            box=self.box(one.passage.box(one.start, one.end)),
            quote=one.passage.quote(one.start, one.end),
            confidence=round(one.passage.sureness(one.start, one.end), 4),
            origin=one.passage.origin(one.start),
        )


def _decide(name: str, rated: Sequence[_Rated], blanks: Sequence[Blank], place: Place) -> Field:
    if not rated:
        return _without_reading(name, blanks, place)
    winner, *others = rated
    rival = next((one for one in others if one.chance >= _RIVAL and _apart(winner, one)), None)
    state, reason = FieldState.FOUND, ""
    if rival is not None and (not winner.stands or _as_good(winner, rival)):
        state = FieldState.AMBIGUOUS
        reason = f"文中出现两种写法：“{winner.best.raw}”与“{rival.best.raw}”，无法判定以何者为准"
    elif not winner.stands:
        legible = winner.chance >= _LEGIBLE and winner.read
        state = FieldState.AMBIGUOUS if legible else FieldState.UNREADABLE
        reason = f"把握不足（{winner.chance:.0%}），须人工核对"
    told = state is not FieldState.UNREADABLE
    shown = others if told else rated
    return Field(
        name=name,
        state=state,
        raw=winner.best.raw if told else "",
        value=winner.best.value if told else None,
        evidence=_evidence(winner.group, rival.group if rival else None, place),
        confidence=round(winner.chance, 4),
        method=winner.best.method,
        reason=reason,
        runners_up=tuple(
            RunnerUp(raw=one.best.raw, confidence=round(one.chance, 4), method=one.best.method)
            for one in shown[:_MOST_RUNNERS_UP]
        ),
    )


def _as_good(winner: _Rated, rival: _Rated) -> bool:
    """Tell whether the second value would be found if the first did not stand there."""
    near = _odds(winner.chance) < _AS_GOOD * _odds(rival.chance)
    return near and rival.stands


def _apart(one: _Rated, other: _Rated) -> bool:
    """Tell whether neither value is part of the other: a part does not contradict the whole."""
    return one.group.text not in other.group.text and other.group.text not in one.group.text


def _odds(chance: float) -> float:
    return chance / max(1e-6, 1 - chance)


def _evidence(winner: Group, rival: Group | None, place: Place) -> tuple[Evidence, ...]:
    kept: list[Evidence] = []
    members = [*winner.members, *(rival.members[:1] if rival else ())]
    for one in members:
        evidence = place.evidence(one)
        if not any(_same_place(evidence.box, other.box) for other in kept):
            kept.append(evidence)
    return tuple(kept[:_MOST_EVIDENCE])


def _same_place(a: Box, b: Box) -> bool:
    shared = a.overlap(b)
    return shared > 0.5 * min(a.area, b.area)


def _without_reading(name: str, blanks: Sequence[Blank], place: Place) -> Field:
    blank = blanks[0] if blanks else None
    unread = next((one for one in blanks if one.raw), None)
    state, reason = FieldState.MISSING, "未见该项"
    if unread is not None:
        state, blank = FieldState.UNREADABLE, unread
        reason = f"栏内文字“{unread.raw}”不能识别为该项内容"
    elif blank is not None:
        reason = "该栏空白"
    evidence = () if blank is None else (_blank_evidence(blank, place),)
    return Field(
        name=name, state=state, raw="", value=None, evidence=evidence,
        confidence=0.9 if blank is not None else 0.7, method="none", reason=reason,
    )  # fmt: skip


def _blank_evidence(blank: Blank, place: Place) -> Evidence:
    page = place.pages[blank.page]
    line = min(page.lines, key=lambda one: abs(one.box.centre[1] - blank.box.centre[1]))
    return Evidence(
        sha256=place.sha256, box=place.box(blank.box), quote=blank.raw,
        confidence=round(line.confidence, 4), origin=line.origin,
    )  # fmt: skip
