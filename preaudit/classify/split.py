"""Pages to segments: where one material ends and the next begins in a combined file."""

from __future__ import annotations

from dataclasses import dataclass, field

from preaudit.classify.knowledge import OTHER, looks
from preaudit.classify.look import Look, look_at
from preaudit.document import Document, Segment

_LEAST = 0.3
"""A kind below this score is no more than a guess."""
_AHEAD = 0.08
"""What the best kind must be ahead of the next to be settled."""
_BY_LABELS = 0.44
"""Without a title, two labels that other papers bear as well do not settle a kind."""
_UNKNOWN_FORM = 0.7
"""What a form's own name, which is no known title, counts against labels."""
_STRONG_LABELS = 0.5
_BREAKS_OFF = 0.6
"""A page without a title shows so much of its own kind where it is no page of a form."""
_RUNNERS_UP = 3


@dataclass(slots=True)
class Run:
    """A material in the making."""

    looks: list[Look] = field(default_factory=list)
    kind: str = OTHER

    @property
    def last_number(self) -> int | None:
        """The page number printed last, if any is."""
        return next((look.number for look in reversed(self.looks) if look.number), None)


def classify(document: Document) -> tuple[Segment, ...]:
    """Return the materials of a file: runs of pages with their kind, covering every page once."""
    runs: list[Run] = []
    for page in sorted(document.pages, key=lambda page: page.number):
        look = look_at(page)
        if runs and goes_on(runs[-1], look):
            runs[-1].looks.append(look)
        else:
            runs.append(Run(looks=[look], kind=_kind(look)))
    return tuple(_segment(document, run) for run in _with_covers(runs))


def _with_covers(runs: list[Run]) -> list[Run]:
    """Give an unrecognised, sparse page to the untitled material that begins right after it."""
    out: list[Run] = []
    for run in runs:
        before = out[-1] if out else None
        if before is not None and _is_lost_cover(before, run):
            out[-1] = Run(looks=[*before.looks, *run.looks], kind=run.kind)
        else:
            out.append(run)
    return out


def _is_lost_cover(before: Run, run: Run) -> bool:
    unknown = before.kind == OTHER and before.looks[0].title is None
    few = all(look.sparse for look in before.looks)
    untitled = run.looks[0].title is None and run.looks[0].number in (None, 1, 2)
    return unknown and few and untitled and looks().kinds[run.kind].pages == "many"


def _kind(look: Look) -> str:
    kind, score = look.ranking[0]
    return kind if score >= max(_LEAST, _unknown_form(look)) else OTHER


def _unknown_form(look: Look) -> float:
    return _UNKNOWN_FORM * look.unknown_form


def goes_on(run: Run, look: Look) -> bool:
    """Tell by titles, labels and page numbers whether a page belongs to the material before it."""
    if look.empty:
        return True
    if run.looks[-1].empty and all(one.empty for one in run.looks):
        return False
    if look.title is not None:
        return _title_continues(run, look)
    by_sides = _sides_continue(run, look)
    return _untitled_continues(run, look) if by_sides is None else by_sides


def _title_continues(run: Run, look: Look) -> bool:
    title = look.title
    if title is None:
        return False
    if title.kind != run.kind:
        own = run.kind != OTHER and look.begins(looks().kinds[run.kind].continuation)
        return own and (title.kind == OTHER or _next_number(run, look))
    if title.continued or _next_number(run, look):
        return True
    sides = _sides_continue(run, look)
    if sides is not None:
        return sides
    return under_cover(run, look)


def under_cover(run: Run, look: Look) -> bool:
    """Tell whether the material before a page is but its cover: one sparse page of its kind."""
    cover = run.looks[-1]
    return cover.sparse and cover.number is None and len(run.looks) == 1 and _is_cover(cover, look)


def _is_cover(cover: Look, look: Look) -> bool:
    """Tell whether a page is but the cover of what follows: a title, and little of its matter."""
    if looks().kinds[_kind(cover)].pages != "many":
        return False
    own = sum(1 for word in cover.words if len(word) > 30)  # noqa: PLR2004 - a line of prose
    return own <= 3 and (look.number in (None, 1))  # noqa: PLR2004


def numbering(run: Run, look: Look) -> float:
    """Return 1 where a page is numbered 1, -1 where its number follows the page before, else 0."""
    if look.number == 1:
        return 1.0
    return -1.0 if _next_number(run, look) and run.last_number is not None else 0.0


def _next_number(run: Run, look: Look) -> bool:
    if look.number is None or look.number == 1:
        return False
    return run.last_number is None or run.last_number == look.number - 1


def _untitled_continues(run: Run, look: Look) -> bool:
    if look.number is not None and look.number > 1:
        return (
            run.last_number is None or look.number == run.last_number + 1 or run.kind == _kind(look)
        )
    begins_anew = look.number == 1 and run.last_number is not None
    return not begins_anew and _matter_continues(run, look)


def _matter_continues(run: Run, look: Look) -> bool:
    """Tell by what stands on a page whether it belongs to the material before it."""
    known = looks().kinds[run.kind]
    best, score = look.ranking[0]
    if run.kind == OTHER and run.looks[0].unknown_form and not look.unknown_form:
        return score < _BREAKS_OFF
    if look.begins(known.continuation) and (best == run.kind or score < _STRONG_LABELS + 0.2):
        return True
    if best != run.kind and score >= _STRONG_LABELS and score - look.scores[run.kind] > 0.2:  # noqa: PLR2004
        return False
    if best == run.kind and score >= _LEAST:
        return True
    if look.head and look.head == run.looks[-1].head:
        return True
    return known.pages == "many" and score < _STRONG_LABELS


def _sides_continue(run: Run, look: Look) -> bool | None:
    """Tell whether this is the other side of the card before; None where that is no question."""
    complements = looks().kinds[run.kind].complements
    if complements is None or _kind(look) != run.kind:
        return None

    def shows(one: Look, words: tuple[str, ...]) -> bool:
        return any(one.has(word) for word in words)

    front = any(shows(one, complements.front) for one in run.looks)
    back = any(shows(one, complements.back) for one in run.looks)
    both_new = shows(look, complements.front), shows(look, complements.back)
    return not ((front and both_new[0]) or (back and both_new[1]))


def _segment(document: Document, run: Run) -> Segment:
    scores = {kind: max(look.scores[kind] for look in run.looks) for kind in looks().kinds}
    own_name = _unknown_form(run.looks[0])
    first = run.looks[0].scores | {OTHER: max(run.looks[0].scores[OTHER], own_name)}
    rivals = sorted(
        ((kind, first[kind]) for kind in scores if kind != run.kind),
        key=lambda pair: (-pair[1], pair[0]),
    )
    best = max(scores[run.kind], first[run.kind])
    known = best >= _LEAST
    told = best >= _BY_LABELS or any(
        hit.kind == run.kind for look in run.looks for hit in look.titles
    )
    settled = known and told and best - rivals[0][1] >= _AHEAD
    return Segment(
        sha256=document.source.sha256,
        pages=tuple(look.page.number for look in run.looks),
        kind=run.kind if known else OTHER,
        confidence=round(min(0.99, best * (1.0 if settled else 0.6)), 4),
        runners_up=tuple(
            (kind, round(score, 4))
            for kind, score in rivals[:_RUNNERS_UP]
            if score > 0.05  # noqa: PLR2004
        ),
        settled=settled,
    )
