"""One decision for each field: found, ambiguous, unreadable or missing, and why."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tagged_pages import TRUSTING, a_line, page_of, reading, rows, scorer_of, witness

from preaudit.document import Origin, Page
from preaudit.extract.candidate import Blank, Candidate, Found
from preaudit.extract.resolve import Place, resolve
from preaudit.extract.scorer import Scorer
from preaudit.extract.witness import METHOD, Witness
from preaudit.fields import Field, FieldState, Money
from preaudit.geometry import Homography

FIRST, SECOND = a_line("段珊云", 0.2), a_line("柯泽悦", 0.4)
PAGE = page_of(FIRST, SECOND)
JUDGING = scorer_of({"rule": 1.0, "rival_rule": -0.4, "alone_chance": 1.0, "chance": 0.3})
"""Takes off for rivals, and judges what only the tagger gives by its own odds."""


def decided(
    *found: Found, scorer: Scorer = TRUSTING, seen: Witness | None = None, page: Page = PAGE
) -> Field:
    """What becomes of the project manager."""
    place = Place(pages={1: page}, sha256="00")
    (field,) = resolve(("project_manager",), found, place, scorer, seen)
    return field


def test_a_probable_reading_is_found() -> None:
    """Value, evidence and probability are given."""
    field = decided(reading(FIRST, "cell", 0.9))

    assert field.state is FieldState.FOUND
    assert (field.raw, field.method, field.confidence) == ("段珊云", "cell", 0.9)
    assert [one.quote for one in field.evidence] == ["段珊云"]
    assert field.reason == ""


def test_below_the_threshold_a_likely_reading_is_shown_for_a_person_to_confirm() -> None:
    """It is told and never found: the reason says how sure it is."""
    field = decided(reading(FIRST, "label", 0.6))

    assert field.state is FieldState.AMBIGUOUS
    assert (field.raw, field.confidence) == ("段珊云", 0.6)
    assert "60%" in field.reason
    assert field.runners_up == ()
    assert field.evidence


def test_a_reading_more_likely_wrong_than_right_is_unreadable_and_says_why() -> None:
    """No value is told, but what was read stands among the runners-up for a person."""
    field = decided(reading(FIRST, "label", 0.4))

    assert field.state is FieldState.UNREADABLE
    assert field.value is None
    assert field.raw == ""
    assert "40%" in field.reason
    assert [one.raw for one in field.runners_up] == ["段珊云"]
    assert field.evidence


def test_two_values_about_as_probable_make_the_field_ambiguous() -> None:
    """Both are named, both have evidence, and nobody says which holds."""
    field = decided(reading(FIRST), reading(SECOND), scorer=JUDGING)

    assert field.state is FieldState.AMBIGUOUS
    assert "段珊云" in field.reason
    assert "柯泽悦" in field.reason
    assert {one.quote for one in field.evidence} == {"段珊云", "柯泽悦"}
    assert [one.raw for one in field.runners_up] == ["柯泽悦"]


def test_two_values_that_would_both_be_found_make_the_field_ambiguous() -> None:
    """Each good enough by itself, and odds too near to each other to choose."""
    field = decided(reading(FIRST, "cell", 0.95), reading(SECOND, "label", 0.85))

    assert field.state is FieldState.AMBIGUOUS
    assert [one.raw for one in field.runners_up] == ["柯泽悦"]


def test_a_value_that_is_far_more_probable_is_found_beside_another() -> None:
    """Odds ten times as good settle it, though the other would be found by itself."""
    field = decided(reading(FIRST, "cell", 0.99), reading(SECOND, "label", 0.85))

    assert (field.state, field.raw) == (FieldState.FOUND, "段珊云")
    assert [one.raw for one in field.runners_up] == ["柯泽悦"]


def test_a_rival_that_would_not_be_found_leaves_a_probable_value_found() -> None:
    """Only what could stand by itself contradicts a value above the threshold."""
    field = decided(reading(FIRST, "cell", 0.85), reading(SECOND, "label", 0.7))

    assert (field.state, field.raw) == (FieldState.FOUND, "段珊云")


def test_a_part_of_a_value_does_not_contradict_it() -> None:
    """The shorter of two readings of one entry is no second value."""
    longer = a_line("段珊云经理", 0.2)
    field = decided(reading(longer, "cell", 0.9), reading(FIRST, "label", 0.85))

    assert (field.state, field.raw) == (FieldState.FOUND, "段珊云经理")


@pytest.mark.parametrize(("rival", "named"), [(0.3, True), (0.2, False)])
def test_beside_a_doubtful_value_only_a_fair_second_one_is_named(
    rival: float, *, named: bool
) -> None:
    """Below the threshold an improbable second value is no alternative and gives no evidence."""
    field = decided(reading(FIRST, "cell", 0.6), reading(SECOND, "label", rival))

    assert field.state is FieldState.AMBIGUOUS
    assert ("柯泽悦" in field.reason) is named
    assert ("柯泽悦" in {one.quote for one in field.evidence}) is named


@pytest.mark.parametrize(
    ("rival", "state"), [(0.3, FieldState.AMBIGUOUS), (0.2, FieldState.UNREADABLE)]
)
def test_an_unlikely_value_is_told_only_beside_a_second_one(
    rival: float, state: FieldState
) -> None:
    """Two that are both improbable are for a person to choose from; one alone is no value."""
    field = decided(reading(FIRST, "cell", 0.4), reading(SECOND, "label", rival))

    assert field.state is state
    assert (field.value is None) is (state is FieldState.UNREADABLE)


def test_the_taggers_word_settles_a_tie() -> None:
    """Of two equally good readings the one that the tagger marks wins."""
    seen = witness({"柯泽悦": "project_manager"}, PAGE, sure=0.999)
    judge = scorer_of({"rule": 1.0, "rival_rule": -0.4, "chance": 0.5})
    field = decided(reading(FIRST), reading(SECOND), scorer=judge, seen=seen)

    assert field.state is FieldState.FOUND
    assert field.raw == "柯泽悦"


@pytest.mark.parametrize(("sure", "state"), [(0.9995, FieldState.FOUND), (0.3, FieldState.MISSING)])
def test_a_reading_that_only_the_tagger_gives_is_judged_by_its_traits(
    sure: float, state: FieldState
) -> None:
    """Sure and alone it is found; doubtful and alone it is no reading."""
    seen = witness({"段珊云": "project_manager"}, PAGE, sure=sure)
    field = decided(reading(FIRST, METHOD, sure), scorer=JUDGING, seen=seen)

    assert field.state is state


def test_what_is_too_improbable_is_no_reading() -> None:
    """Below the floor nothing is said, not even as a doubt."""
    field = decided(reading(FIRST, "prose", 0.04))

    assert field.state is FieldState.MISSING
    assert field.evidence == ()
    assert field.reason


def test_scans_may_need_more() -> None:
    """The threshold is that of how the winner was read."""
    strict = scorer_of({"rule": 1.0}, found_from=0.8, found_from_ocr=0.95)
    scanned = a_line("段珊云", 0.2, origin=Origin.OCR)

    assert decided(reading(FIRST, "cell", 0.9), scorer=strict).state is FieldState.FOUND
    assert (
        decided(reading(scanned, "cell", 0.9), scorer=strict, page=page_of(scanned)).state
        is FieldState.AMBIGUOUS
    )


def test_a_blank_entry_is_missing_with_its_place_as_evidence() -> None:
    """An empty box was seen: that is not the same as a form without it."""
    field = decided(Blank(field="project_manager", box=FIRST.box, page=1))

    assert field.state is FieldState.MISSING
    assert field.evidence[0].box == FIRST.box
    assert "空白" in field.reason


def test_an_entry_that_is_no_value_is_unreadable() -> None:
    """What stands there is quoted."""
    empty = Blank(field="project_manager", box=FIRST.box, page=1)
    filled = Blank(field="project_manager", box=SECOND.box, page=1, raw="※※")
    field = decided(empty, filled)

    assert field.state is FieldState.UNREADABLE
    assert "※※" in field.reason
    assert field.evidence[0].quote == "※※"


def test_a_reading_outweighs_a_blank() -> None:
    """A form that asks twice and is answered once is answered."""
    blank = Blank(field="project_manager", box=SECOND.box, page=1)

    assert decided(blank, reading(FIRST)).state is FieldState.FOUND


def test_one_place_read_twice_is_one_evidence() -> None:
    """Two sources that read the same characters do not make two places."""
    field = decided(reading(FIRST, "label"), reading(FIRST, "cell"))

    assert len(field.evidence) == 1


def test_evidence_lies_as_the_page_is_in_the_file() -> None:
    """Of a page that was turned by half, boxes are turned back."""
    turned = replace(PAGE, to_file=Homography(rows=(-1, 0, 1, 0, -1, 1, 0, 0, 1)))
    field = decided(reading(FIRST), page=turned)

    assert field.evidence[0].box.left == pytest.approx(1 - FIRST.box.right)
    assert field.evidence[0].box.top == pytest.approx(1 - FIRST.box.bottom)


def test_fields_come_in_the_order_asked_for() -> None:
    """Readings of fields that the paper does not carry are left aside."""
    page = rows("段珊云")
    one = reading(page.lines[0])
    place = Place(pages={1: page}, sha256="00")
    names = ("project_name", "project_manager")
    fields = resolve(names, [one, replace(one, field="bank_name")], place, TRUSTING, None)

    assert tuple(field.name for field in fields) == names
    assert [field.state for field in fields] == [FieldState.MISSING, FieldState.FOUND]


READINGS = st.lists(
    st.builds(
        reading,
        st.sampled_from((FIRST, SECOND)),
        st.sampled_from(("cell", "label", "column", "prose", METHOD)),
        st.floats(min_value=0, max_value=1),
    ),
    max_size=5,
)


@given(found=READINGS)
def test_every_decision_is_whole(found: list[Candidate]) -> None:
    """A found field has value and evidence, a doubtful one a reason, and chances are in 0..1."""
    field = decided(*found, scorer=JUDGING)

    assert 0.0 <= field.confidence <= 1.0
    assert (field.state is FieldState.FOUND) == (field.reason == "")
    if field.state in (FieldState.FOUND, FieldState.AMBIGUOUS):
        assert field.value is not None
        assert field.evidence
    else:
        assert field.value is None


@given(found=READINGS, data=st.data())
def test_the_order_of_sources_does_not_matter(found: list[Candidate], data: st.DataObject) -> None:
    """State, probability and runners-up are the same whichever source came first."""
    shuffled = data.draw(st.permutations(found))
    one, other = decided(*found), decided(*shuffled)

    assert (one.state, one.confidence) == (other.state, other.confidence)
    assert len(one.runners_up) == len(other.runners_up)


def of(one: Candidate, field: str) -> Candidate:
    """The same reading, taken for another field."""
    return replace(one, field=field)


def both(*found: Found) -> tuple[Field, Field]:
    """What becomes of the project manager and the chief supervisor."""
    place = Place(pages={1: PAGE}, sha256="00")
    names = ("project_manager", "chief_supervisor")
    manager, supervisor = resolve(names, found, place, TRUSTING, None)
    return manager, supervisor


def test_one_place_is_the_value_of_one_field() -> None:
    """The name behind the manager's label is not the supervisor's too, whoever thinks so."""
    manager, supervisor = both(
        reading(FIRST, "label", 0.95), of(reading(FIRST, "column", 0.9), "chief_supervisor")
    )

    assert (manager.state, manager.raw) == (FieldState.FOUND, "段珊云")
    assert supervisor.state is FieldState.MISSING


def test_a_rival_that_is_another_fields_value_is_no_rival() -> None:
    """Two parties' names side by side: each has its own, and neither doubts the other."""
    manager, supervisor = both(
        reading(FIRST, "label", 0.95),
        of(reading(SECOND, "label", 0.95), "chief_supervisor"),
        of(reading(FIRST, "column", 0.94), "chief_supervisor"),
    )

    assert (manager.state, manager.raw) == (FieldState.FOUND, "段珊云")
    assert (supervisor.state, supervisor.raw) == (FieldState.FOUND, "柯泽悦")


def test_the_same_name_in_two_places_may_be_two_fields() -> None:
    """One person may hold two roles where the page says so twice."""
    again = a_line("段珊云", 0.4)
    manager, supervisor = both(
        reading(FIRST, "label", 0.95), of(reading(again, "label", 0.9), "chief_supervisor")
    )

    assert manager.state is supervisor.state is FieldState.FOUND


def test_a_doubtful_field_owns_no_place() -> None:
    """What is not found itself takes nothing from others."""
    manager, supervisor = both(
        reading(FIRST, "label", 0.6), of(reading(FIRST, "column", 0.55), "chief_supervisor")
    )

    assert manager.state is supervisor.state is FieldState.AMBIGUOUS


PRICE, WAGES = Money(yuan=Decimal(1200)), Money(yuan=Decimal(30))


def in_words(figures: Money, *words: Money) -> Field:
    """What becomes of the price in words where the figures say this and the words say those."""
    line = a_line("1200", 0.1)
    others = [a_line("壹仟", 0.2 + 0.1 * at) for at in range(len(words))]
    found = [
        replace(reading(line, "label", 0.95), field="contract_price", value=figures),
        *(
            replace(
                reading(other, "label", 0.95 - 0.01 * at), field="contract_price_words", value=value
            )
            for at, (other, value) in enumerate(zip(others, words, strict=True))
        ),
    ]
    names = ("contract_price", "contract_price_words")
    place = Place(pages={1: page_of(line, *others)}, sha256="00")
    return resolve(names, found, place, TRUSTING, None)[1]


def test_words_that_the_figures_bear_out_have_no_rival() -> None:
    """Another amount in words stands on every contract; the price is the one in figures."""
    assert in_words(PRICE, PRICE, WAGES).state is FieldState.FOUND


def test_words_that_the_figures_contradict_keep_their_rivals() -> None:
    """Agreement never picks the less likely amount: a person has to see both."""
    told = in_words(PRICE, WAGES, PRICE)
    assert told.state is FieldState.AMBIGUOUS
    assert len(told.runners_up) == 1
