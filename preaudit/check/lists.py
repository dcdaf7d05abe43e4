"""Quantifiers, filters and agreement over lists of which not everything may be known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from preaudit.check.answers import (
    Answer,
    Doubt,
    Element,
    Many,
    Ref,
    both,
    deciding,
    either,
    merged,
    negated,
    unknown,
)
from preaudit.check.slips import MAY_BE_A_SLIP, may_be_slip, unsure
from preaudit.findings import Bilingual

Judged = tuple[Element, Answer]
"""An element with what the body came to for it."""


def _membership(element: Element) -> Answer:
    if element.doubts:
        return unknown(*element.doubts)
    return Answer(value=True)


def _with_element(element: Element, answer: Answer) -> Answer:
    """Add the element's own facts to what decided its body, so that a finding names the element."""
    if not answer.known:
        return answer
    return replace(answer, because=merged(answer.because, element.answer.because))


def for_all(judged: Sequence[Judged]) -> Answer:
    """Return whether the condition holds for all elements.

    It speaks of the elements at hand: that a file could not be read does not make it unknown.
    """
    return both(
        *(
            either(negated(_membership(element)), _with_element(element, answer))
            for element, answer in judged
        )
    )


def exists(many: Many, source: Answer, judged: Sequence[Judged]) -> Answer:
    """Return whether the condition holds for some element; unknown where one may be hidden."""
    found = either(
        *(both(_membership(element), _with_element(element, answer)) for element, answer in judged)
    )
    if found.value is not False:
        return found
    if many.hidden:
        return unknown(*many.hidden)
    return replace(found, because=merged(source.because, found.because))


def exists_one(many: Many, source: Answer, judged: Sequence[Judged]) -> Answer:
    """Return whether the condition holds for exactly one element."""
    answers = [
        both(_membership(element), _with_element(element, answer)) for element, answer in judged
    ]
    surely = [one for one in answers if one.value is True]
    if len(surely) > 1:
        return Answer(value=False, because=deciding(surely))
    doubts = merged(many.hidden, *(one.doubts for one in answers if not one.known))
    if doubts:
        return unknown(*doubts)
    because = deciding(surely) if surely else merged(source.because, deciding(answers))
    return Answer(value=bool(surely), because=because)


def kept(many: Many, judged: Sequence[Judged]) -> Many:
    """Return the elements for which the condition holds or may hold."""
    elements = []
    for element, answer in judged:
        if answer.value is False:
            continue
        because = merged(element.answer.because, answer.because)
        elements.append(
            Element(
                answer=replace(element.answer, because=because),
                doubts=merged(element.doubts, answer.doubts),
            )
        )
    return Many(elements=tuple(elements), hidden=many.hidden)


def mapped(many: Many, judged: Sequence[Judged]) -> Many:
    """Return what the body came to, element by element."""
    elements = tuple(Element(answer=answer, doubts=element.doubts) for element, answer in judged)
    return Many(elements=elements, hidden=many.hidden)


def contained(value: Answer, many: Many, same: Callable[[object, object], bool]) -> Answer:
    """Return whether a value is an element."""
    answers = []
    for element in many.elements:
        if not element.answer.known:
            answers.append(element.answer)
            continue
        equal = Answer(
            value=same(value.value, element.answer.value),
            because=merged(value.because, element.answer.because),
        )
        answers.append(both(_membership(element), equal))
    found = either(*answers)
    if found.value is False and many.hidden:
        return unknown(*many.hidden)
    return found if found.because else replace(found, because=value.because)


def agreement(many: Many, same: Callable[[str, str], bool | None]) -> Answer:
    """Return whether all known values are pairwise the same.

    Silent elements are passed over. Where two differ, the value that most others share speaks for
    the majority (a tie: the earlier one); the facts that decide are those that differ from it, and
    it.
    """
    spoken = [one for one in many.elements if not one.answer.silent]
    sure = [one.answer for one in spoken if one.answer.known and not one.doubts]
    alike = [[_told_apart(a, b, same) for b in sure] for a in sure]
    if any(False in row for row in alike):
        shared = [sum(cell is True for cell in row) for row in alike]
        best = max(range(len(sure)), key=lambda index: (shared[index], -index))
        odd = [sure[index] for index, cell in enumerate(alike[best]) if cell is False]
        if not odd:
            best = next(index for index, row in enumerate(alike) if False in row)
            odd = [sure[index] for index, cell in enumerate(alike[best]) if cell is False]
        return Answer(value=False, because=merged(deciding(odd), sure[best].because))
    doubts = merged(
        *(one.answer.doubts for one in spoken if not one.answer.known),
        *(one.doubts for one in spoken),
    )
    if doubts:
        return unknown(*doubts)
    if len(sure) < 2:  # noqa: PLR2004 - agreement takes two
        return unknown(_too_few(sure), *_silences(many))
    if any(None in row for row in alike):
        return unknown(*_slips(sure, same) or (_incomparable(sure),))
    return Answer(value=True, because=deciding(sure))


def _told_apart(
    left: Answer, right: Answer, same: Callable[[str, str], bool | None]
) -> bool | None:
    """Return whether two texts are the same; None when a difference may be a slip of reading."""
    found = same(str(left.value), str(right.value))
    return None if found is False and may_be_slip(left, right) else found


def _slips(answers: Sequence[Answer], same: Callable[[str, str], bool | None]) -> tuple[Doubt, ...]:
    """Return a doubt for each text that differs from another and may have been misread."""
    doubted = [
        ref
        for one in answers
        for ref in one.because
        if unsure([one])
        and any(same(str(one.value), str(other.value)) is False for other in answers)
    ]
    return tuple(Doubt(reason=MAY_BE_A_SLIP, ref=ref) for ref in doubted)


def _silences(many: Many) -> tuple[Doubt, ...]:
    return merged(*(one.answer.doubts for one in many.elements if one.answer.silent))


def _too_few(sure: Sequence[Answer]) -> Doubt:
    reason = Bilingual(zh="可供比对的材料不足两份", en="fewer than two papers to compare")
    return Doubt(reason=reason, ref=_first_ref(sure))


def _incomparable(sure: Sequence[Answer]) -> Doubt:
    reason = Bilingual(
        zh="各材料的表述不能直接比对", en="the papers' wordings cannot be compared directly"
    )
    return Doubt(reason=reason, ref=_first_ref(sure))


def _first_ref(answers: Sequence[Answer]) -> Ref | None:
    """Return the first fact that answers rest on; texts written in a rule rest on none."""
    return next(iter(deciding(answers)), None)
