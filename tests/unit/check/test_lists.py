"""Quantifiers, filters and agreement: what decides, which doubts remain, and in which order."""

from __future__ import annotations

import pytest

from preaudit.check.answers import UNKNOWN, Answer, Doubt, Element, Many, Ref, Value, unknown
from preaudit.check.lists import (
    Judged,
    agreement,
    contained,
    exists,
    exists_one,
    for_all,
    kept,
    mapped,
)
from preaudit.check.slips import MAY_BE_A_SLIP
from preaudit.document import Origin
from preaudit.fields import Evidence
from preaudit.findings import About, Bilingual
from preaudit.geometry import Box


def ref(name: str, sureness: float | None = None) -> Ref:
    """Return a fact; with a sureness, one that was read."""
    evidence = Evidence(
        sha256="00",
        box=Box(page=1, left=0.1, top=0.1, right=0.3, bottom=0.12),
        quote=name,
        confidence=sureness or 0.0,
        origin=Origin.OCR,
    )
    about = About(kind=name, field=None, material=None)
    return Ref(about=about, evidence=() if sureness is None else (evidence,))


def doubt(name: str) -> Doubt:
    """Return a doubt."""
    return Doubt(reason=Bilingual(zh=name, en=name))


A, B, C, P, Q, R, SOURCE = (ref(name) for name in ("a", "b", "c", "p", "q", "r", "source"))
HIDDEN, MAYBE, ALSO, DARK = doubt("hidden"), doubt("maybe"), doubt("also"), doubt("dark")
FROM = Answer(value=True, because=(SOURCE,))
Told = tuple[object, tuple[Ref, ...], tuple[Doubt, ...]]


def one(value: Value, of: Ref, *doubts: Doubt) -> Element:
    """Return an element with its own fact; `doubts` of its membership."""
    return Element(answer=Answer(value=value, because=(of,)), doubts=doubts)


def judged(value: Value | None, of: Ref, body: Ref, *doubts: Doubt) -> Judged:
    """Return an element and what a body came to; None for unknown because it is dark."""
    answer = unknown(DARK) if value is None else Answer(value=value, because=(body,))
    return one("x", of, *doubts), answer


def many(*elements: Element, hidden: tuple[Doubt, ...] = ()) -> Many:
    """Return a list."""
    return Many(elements=elements, hidden=hidden)


def told(answer: Answer) -> Told:
    """Return all that an answer says."""
    return answer.value, answer.because, answer.doubts


TRUE, FALSE, OPEN = judged(True, A, P), judged(False, B, Q), judged(None, C, R)  # noqa: FBT003
TRUE_TOO = judged(True, C, R)  # noqa: FBT003
FALSE_TOO = judged(False, C, R)  # noqa: FBT003
PERHAPS_TRUE = judged(True, A, P, MAYBE)  # noqa: FBT003
PERHAPS_FALSE = judged(False, B, Q, ALSO)  # noqa: FBT003


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((), (True, (), ())),
        ((TRUE, TRUE_TOO), (True, (P, A, R, C), ())),
        ((TRUE, FALSE), (False, (Q, B), ())),
        ((FALSE, FALSE_TOO), (False, (Q, B, R, C), ())),
        ((TRUE, OPEN), (UNKNOWN, (), (DARK,))),
        ((OPEN, FALSE), (False, (Q, B), ())),
        ((PERHAPS_TRUE,), (True, (P, A), ())),
        ((PERHAPS_FALSE,), (UNKNOWN, (), (ALSO,))),
        ((PERHAPS_FALSE, OPEN), (UNKNOWN, (), (ALSO, DARK))),
        ((PERHAPS_FALSE, FALSE_TOO), (False, (R, C), ())),
    ],
)
def test_for_all(given: tuple[Judged, ...], expected: Told) -> None:
    """Elements that fail and surely belong decide, each named by its body and by itself."""
    assert told(for_all(given)) == expected


@pytest.mark.parametrize(
    ("given", "hidden", "expected"),
    [
        ((), (), (False, (SOURCE,), ())),
        ((), (HIDDEN,), (UNKNOWN, (), (HIDDEN,))),
        ((FALSE, FALSE_TOO), (), (False, (SOURCE, Q, B, R, C), ())),
        ((FALSE,), (HIDDEN,), (UNKNOWN, (), (HIDDEN,))),
        ((FALSE, TRUE, TRUE_TOO), (), (True, (P, A, R, C), ())),
        ((TRUE,), (HIDDEN,), (True, (P, A), ())),
        ((FALSE, OPEN), (), (UNKNOWN, (), (DARK,))),
        ((OPEN,), (HIDDEN,), (UNKNOWN, (), (DARK,))),
        ((PERHAPS_TRUE,), (), (UNKNOWN, (), (MAYBE,))),
        ((PERHAPS_TRUE, TRUE_TOO), (), (True, (R, C), ())),
        ((PERHAPS_FALSE,), (), (False, (SOURCE, Q, B), ())),
    ],
)
def test_exists(given: tuple[Judged, ...], hidden: tuple[Doubt, ...], expected: Told) -> None:
    """Elements that hold and surely belong decide; "none" is not said where one may be hidden."""
    assert told(exists(many(hidden=hidden), FROM, given)) == expected


@pytest.mark.parametrize(
    ("given", "hidden", "expected"),
    [
        ((), (), (False, (SOURCE,), ())),
        ((), (HIDDEN,), (UNKNOWN, (), (HIDDEN,))),
        ((FALSE, FALSE_TOO), (), (False, (SOURCE, Q, B, R, C), ())),
        ((FALSE, TRUE), (), (True, (P, A), ())),
        ((TRUE,), (HIDDEN,), (UNKNOWN, (), (HIDDEN,))),
        ((TRUE, OPEN), (HIDDEN,), (UNKNOWN, (), (HIDDEN, DARK))),
        ((TRUE, FALSE, TRUE_TOO), (), (False, (P, A, R, C), ())),
        ((TRUE, TRUE_TOO, OPEN), (HIDDEN,), (False, (P, A, R, C), ())),
        ((PERHAPS_TRUE, TRUE_TOO), (), (UNKNOWN, (), (MAYBE,))),
        ((PERHAPS_FALSE, TRUE_TOO), (), (True, (R, C), ())),
    ],
)
def test_exists_one(given: tuple[Judged, ...], hidden: tuple[Doubt, ...], expected: Told) -> None:
    """Two that hold rule "exactly one" out whatever else there may be; one needs every other."""
    assert told(exists_one(many(hidden=hidden), FROM, given)) == expected


def test_filter_keeps_what_holds_and_doubts_what_may_hold() -> None:
    """A kept element carries the facts that kept it; one that may be kept carries the doubt."""
    made = kept(many(hidden=(HIDDEN,)), (FALSE, TRUE, OPEN, PERHAPS_TRUE))
    assert [(told(each.answer), each.doubts) for each in made.elements] == [
        (("x", (A, P), ()), ()),
        (("x", (C,), ()), (DARK,)),
        (("x", (A, P), ()), (MAYBE,)),
    ]
    assert made.hidden == (HIDDEN,)


def test_map_leaves_membership_as_it_was() -> None:
    """The body's answers stand in the elements' places, false and unknown ones too."""
    made = mapped(many(hidden=(HIDDEN,)), (PERHAPS_TRUE, FALSE, OPEN))
    assert [(each.answer.value, each.doubts) for each in made.elements] == [
        (True, (MAYBE,)), (False, ()), (UNKNOWN, ())
    ]  # fmt: skip
    assert made.hidden == (HIDDEN,)


SOUGHT = Answer(value="甲", because=(SOURCE,))
UNREAD = Element(answer=unknown(DARK))


@pytest.mark.parametrize(
    ("among", "expected"),
    [
        (many(), (False, (SOURCE,), ())),
        (many(hidden=(HIDDEN,)), (UNKNOWN, (HIDDEN,))),
        (many(one("乙", A), one("丙", B)), (False, (SOURCE, A, B), ())),
        (many(one("乙", A), one("甲", B)), (True, (SOURCE, B), ())),
        (many(one("甲", B), hidden=(HIDDEN,)), (True, (SOURCE, B), ())),
        (many(one("乙", A), hidden=(HIDDEN,)), (UNKNOWN, (HIDDEN,))),
        (many(one("乙", A), UNREAD), (UNKNOWN, (DARK,))),
        (many(UNREAD, one("甲", A)), (True, (SOURCE, A), ())),
        (many(UNREAD, hidden=(HIDDEN,)), (UNKNOWN, (DARK,))),
        (many(one("甲", A, MAYBE)), (UNKNOWN, (MAYBE,))),
        (many(one("乙", A, MAYBE)), (False, (SOURCE, A), ())),
        (many(one("甲", A, MAYBE), one("甲", B)), (True, (SOURCE, B), ())),
    ],
)
def test_contained(among: Many, expected: tuple[object, ...]) -> None:
    """An equal element that surely belongs decides; an unread or hidden one leaves it open."""
    found = contained(SOUGHT, among, lambda left, right: left == right)
    value, because, doubts = told(found)
    assert ((value, because, doubts) if found.known else (value, doubts)) == expected


def alike(left: str, right: str) -> bool | None:
    """Return whether two texts begin with the same sign; a question mark compares with nothing."""
    if "?" in (left[0], right[0]):
        return None
    return left[0] == right[0]


def agreed(*elements: Element) -> Told:
    """Return what agreement says of elements."""
    return told(agreement(many(*elements), alike))


REFS = [ref(f"paper-{index}") for index in range(5)]


@pytest.mark.parametrize(
    ("texts", "named"),
    [
        ("甲乙", (1, 0)),
        ("甲甲乙", (2, 0)),
        ("乙甲甲", (0, 1)),
        ("甲乙甲", (1, 0)),
        ("甲甲乙乙", (2, 3, 0)),
        ("甲乙乙甲", (1, 2, 0)),
        ("甲乙丙", (1, 2, 0)),
        ("甲乙丙丙", (0, 1, 2)),
        ("甲乙?", (1, 0)),
        ("?甲乙", (2, 1)),
        ("乙甲?甲甲", (0, 1)),
    ],
)
def test_the_odd_ones_are_named_before_one_of_the_majority(
    texts: str, named: tuple[int, ...]
) -> None:
    """Who differs from the value that most share; of equally many the earlier speaks."""
    elements = [one(text, of) for text, of in zip(texts, REFS, strict=False)]
    assert agreed(*elements) == (False, tuple(REFS[index] for index in named), ())


def test_one_that_is_like_both_sides_of_a_contradiction_does_not_hide_it() -> None:
    """A vague text shares most and differs from none; the first that differs then speaks."""

    def overlapping(left: str, right: str) -> bool:
        return left in right or right in left

    elements = [one(text, of) for text, of in zip(("市", "市东", "市西"), REFS, strict=False)]
    found = agreement(many(*elements), overlapping)
    assert told(found) == (False, (REFS[2], REFS[1]), ())


def test_all_alike_rest_on_every_paper() -> None:
    """Agreement is known by all that were compared."""
    elements = [one(text, of) for text, of in zip(("甲1", "甲2", "甲3"), REFS, strict=False)]
    assert agreed(*elements) == (True, tuple(REFS[:3]), ())


SILENT = Element(answer=unknown(doubt("not printed"), silent=True))


def test_the_silent_are_passed_over_and_the_unread_are_not() -> None:
    """Two that agree suffice beside a silent one; an unread or doubtful member leaves it open."""
    two = (one("甲", A), one("甲", B))
    assert agreed(SILENT, *two) == (True, (A, B), ())
    assert agreed(*two, UNREAD) == (UNKNOWN, (), (DARK,))
    assert agreed(one("甲", C, MAYBE), *two) == (UNKNOWN, (), (MAYBE,))
    assert agreed(one("乙", C, MAYBE), UNREAD, *two) == (UNKNOWN, (), (DARK, MAYBE))
    doubted_silence = Element(answer=SILENT.answer, doubts=(MAYBE,))
    assert agreed(doubted_silence, *two) == (True, (A, B), ())


def test_a_contradiction_stands_whatever_cannot_be_read() -> None:
    """Two that surely differ decide beside unread ones and ones that may not belong."""
    assert agreed(UNREAD, one("甲", A), one("乙", B), one("丙", C, MAYBE)) == (False, (B, A), ())


def test_fewer_than_two_say_nothing_of_agreement() -> None:
    """Alone, a paper is named, and why the others are silent is told."""
    value, because, (first, second) = agreed(one("甲", A), SILENT)
    assert (value, because) == (UNKNOWN, ())
    assert (first.reason.zh, first.ref) == ("可供比对的材料不足两份", A)
    assert first.reason.en == "fewer than two papers to compare"
    assert (second,) == SILENT.answer.doubts
    _, _, (nobody,) = agreed()
    assert (nobody.reason, nobody.ref) == (first.reason, None)


def test_wordings_that_share_nothing_are_for_a_person() -> None:
    """Where nothing differs and something cannot be compared, the first paper is pointed at."""
    value, because, (only,) = agreed(one("甲", A), one("?", B), one("甲", C))
    assert (value, because, only.ref) == (UNKNOWN, (), A)
    assert only.reason == Bilingual(
        zh="各材料的表述不能直接比对", en="the papers' wordings cannot be compared directly"
    )
    written = [Element(answer=Answer(value=text)) for text in "甲?"]
    _, _, (nobody,) = agreed(*written)
    assert (nobody.reason, nobody.ref) == (only.reason, None)


def test_a_slip_of_reading_points_at_the_doubtful_reading() -> None:
    """A near miss that its reader doubted is no contradiction; the doubtful papers are named."""
    sure, doubted, clear = ref("sure", 0.99), ref("doubted", 0.4), ref("clear", 0.99)
    name, misread = "江北澈枫置业有限公司", "江北澈机置业有限公司"
    elements = [one(name, sure), one(misread, doubted), one(name, clear)]
    found = agreement(many(*elements), lambda left, right: left == right)
    assert (found.value, found.because) == (UNKNOWN, ())
    assert [(each.reason, each.ref) for each in found.doubts] == [(MAY_BE_A_SLIP, doubted)]


def test_a_doubtful_reading_that_differs_from_nothing_is_not_pointed_at() -> None:
    """Of two doubtful papers, only those that another text contradicts may have slipped."""
    vague, doubted, sure = ref("vague", 0.4), ref("doubted", 0.4), ref("sure", 0.99)

    def same(left: str, right: str) -> bool | None:
        return None if "?" in (left, right) else left == right

    elements = [one("?", vague), one("柏云岚", sure), one("柏云风", doubted)]
    found = agreement(many(*elements), same)
    assert [each.ref for each in found.doubts] == [doubted]
