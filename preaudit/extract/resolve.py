"""One decision for each field: which reading wins, how sure that is, and why.

Readings of the same value support each other. A field is ambiguous when two readings of different
value are about as good, unreadable when its place was found but the writing was too unsure, missing
when nothing was found or the entry is blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from preaudit.document import Page
from preaudit.extract.candidate import Blank, Candidate, Found
from preaudit.fields import Evidence, Field, FieldState, RunnerUp, canonical
from preaudit.folding import within_edits
from preaudit.geometry import Box

_SUPPORT: Final = 0.015
TAGGER: Final = "tagger"
_TAGGED: Final = 0.03
"""What the tagger adds to a reading that another source gives too: enough to settle a tie."""
_CLOSE: Final = 0.02
"""Two values whose scores lie closer than this are not told apart."""
_STRONG: Final = 0.8
_CERTAIN: Final = 0.97
_READABLE: Final = 0.45
_MOST_RUNNERS_UP: Final = 3
_MOST_EVIDENCE: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """All readings that give one value, best first."""

    members: tuple[Candidate, ...]
    score: float

    @property
    def best(self) -> Candidate:
        return self.members[0]


def resolve(
    names: Sequence[str], found: Iterable[Found], pages: Mapping[int, Page], sha256: str
) -> tuple[Field, ...]:
    """Return one field for each name, in that order.

    Args:
        names: The fields that the kind of paper carries.
        found: Readings and blanks of all sources.
        pages: The pages of the segment, by number, for file coordinates.
        sha256: Of the file.
    """
    readings: dict[str, list[Candidate]] = {name: [] for name in names}
    blanks: dict[str, list[Blank]] = {name: [] for name in names}
    for one in found:
        if isinstance(one, Candidate) and one.field in readings:
            readings[one.field].append(one)
        elif isinstance(one, Blank) and one.field in blanks:
            blanks[one.field].append(one)
    place = _Place(pages=pages, sha256=sha256)
    return tuple(_decide(name, readings[name], blanks[name], place) for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    pages: Mapping[int, Page]
    sha256: str

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


def reading_score(one: Candidate) -> float:
    """Return how likely a reading is right: the source's confidence times the reader's."""
    return one.confidence * one.passage.confidence(one.start, one.end)


def _decide(name: str, readings: list[Candidate], blanks: list[Blank], place: _Place) -> Field:
    groups = _groups(readings)
    if not groups:
        return _without_reading(name, blanks, place)
    winner = groups[0]
    rival = next((g for g in groups[1:] if _rivals(winner, g)), None)
    score = min(0.99, winner.score)
    state, reason = FieldState.FOUND, ""
    if score < _READABLE:
        state, reason = FieldState.UNREADABLE, f"识别把握不足（{score:.0%}），须人工核对"
    elif rival is not None:
        state = FieldState.AMBIGUOUS
        reason = f"文中出现两种写法：“{winner.best.raw}”与“{rival.best.raw}”，无法判定以何者为准"
    return Field(
        name=name,
        state=state,
        raw=winner.best.raw if state is not FieldState.UNREADABLE else "",
        value=winner.best.value if state is not FieldState.UNREADABLE else None,
        evidence=_evidence(winner, rival, place),
        confidence=round(score, 4),
        method=winner.best.method,
        reason=reason,
        runners_up=tuple(
            RunnerUp(raw=g.best.raw, confidence=round(min(0.99, g.score), 4), method=g.best.method)
            for g in groups[1 : 1 + _MOST_RUNNERS_UP]
        ),
    )


def _groups(readings: list[Candidate]) -> list[_Group]:
    by_value: dict[str, list[Candidate]] = {}
    for one in readings:
        by_value.setdefault(str(canonical(one.value)), []).append(one)
    # A value that only the tagger marks has neither label nor wording to show for itself: it cuts
    # names one character short too often to be believed alone.
    shown = [each for each in by_value.values() if any(one.method != TAGGER for one in each)]
    groups = [_group(members) for members in shown]
    return sorted(groups, key=lambda g: (-g.score, _position(g.best)))


def _group(members: list[Candidate]) -> _Group:
    methods = {one.method for one in members}
    ordered = sorted(members, key=lambda one: (-round(reading_score(one), 3), _position(one)))
    places = {_position(one) for one in ordered}
    score = reading_score(ordered[0]) + _SUPPORT * min(3, len(places) - 1)
    if TAGGER in methods and len(methods) > 1:
        score += _TAGGED
    return _Group(members=tuple(ordered), score=score)


def _position(one: Candidate) -> tuple[int, float, float]:
    box = one.passage.spots[one.start].line.box
    return box.page, round(box.top, 3), round(one.passage.box(one.start, one.start + 1).left, 3)


def _rivals(winner: _Group, other: _Group) -> bool:
    """Tell whether another value is about as good, and is more than a reading slip of the first."""
    if winner.score - other.score > _CLOSE or other.score < _STRONG:
        return False
    a, b = str(canonical(winner.best.value)), str(canonical(other.best.value))
    if a in b or b in a:
        return False
    slip = len(a) > 6 and within_edits(a, b, 1)  # noqa: PLR2004 - in a short value one sign is much
    certain = all(
        g.best.passage.confidence(g.best.start, g.best.end) > _CERTAIN for g in (winner, other)
    )
    return certain or not slip


def _evidence(winner: _Group, rival: _Group | None, place: _Place) -> tuple[Evidence, ...]:
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


def _without_reading(name: str, blanks: list[Blank], place: _Place) -> Field:
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


def _blank_evidence(blank: Blank, place: _Place) -> Evidence:
    page = place.pages[blank.page]
    line = min(page.lines, key=lambda one: abs(one.box.centre[1] - blank.box.centre[1]))
    return Evidence(
        sha256=place.sha256, box=place.box(blank.box), quote=blank.raw,
        confidence=round(line.confidence, 4), origin=line.origin,
    )  # fmt: skip
