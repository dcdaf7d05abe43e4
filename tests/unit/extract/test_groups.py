"""Readings by value, and what speaks for each value."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tagged_pages import a_line, page_of, reading, rows, witness

from preaudit.document import Origin, Page
from preaudit.extract.candidate import Candidate
from preaudit.extract.groups import (
    EXPANDED,
    METHODS,
    TRAITS,
    Claims,
    Group,
    expanded,
    grouped,
    traits,
)
from preaudit.extract.surroundings import Surroundings
from preaudit.extract.witness import METHOD, Witness
from preaudit.fields import Text

MANAGER = {"段珊云": "project_manager"}


CLEAR = page_of()


def named(
    group: Group, *rivals: Group, taught: bool = True, page: Page = CLEAR
) -> dict[str, float]:
    """The traits by name, of a group that lies on this page."""
    said = traits(group, rivals, taught=taught, around=Surroundings({1: page}), claims=Claims(()))
    return dict(zip(TRAITS, said, strict=True))


def only(readings: list[Candidate], seen: Witness | None = None) -> Group:
    """The one group of these readings."""
    (group,) = grouped(readings, seen)
    return group


def test_readings_of_one_value_are_one_group() -> None:
    """Two places that print the same name support each other; another name is another group."""
    first, second, third = (a_line(text, 0.2 + 0.1 * at) for at, text in enumerate("甲甲乙"))
    groups = grouped([reading(third), reading(second), reading(first, "cell")], None)

    assert [group.text for group in groups] == ["甲", "乙"]
    assert len(groups[0].members) == 2


def test_the_surest_reading_speaks_for_its_group() -> None:
    """The source's confidence counts, times the reader's."""
    clear = a_line("段珊云", 0.4, origin=Origin.OCR, sure=0.99)
    blurred = a_line("段珊云", 0.2, origin=Origin.OCR, sure=0.5)

    assert only([reading(blurred), reading(clear)]).best.passage.spots[0].line is clear


def test_what_the_tagger_alone_gives_is_told_apart() -> None:
    """A group without any other source is alone; one with a rule's word is not."""
    line = a_line("段珊云", 0.2)
    alone = named(only([reading(line, METHOD, 0.8)]))
    backed = named(only([reading(line, METHOD, 0.8), reading(line, "cell", 0.7)]))

    assert (alone["alone"], alone["rule"], alone["tagged"]) == (1.0, 0.0, 1.0)
    assert (backed["alone"], backed["rule"], backed["cell"]) == (0.0, 0.7, 0.7)
    assert alone["methods"] < backed["methods"]
    assert backed["alone_chance"] == 0.0


def test_the_taggers_opinion_is_among_the_traits() -> None:
    """A reading that the tagger marks has better odds than one that it does not."""
    page = rows("段珊云", "柯泽悦")
    seen = witness(MANAGER, page)
    marked, other = (only([reading(line)], seen) for line in page.lines)

    assert named(marked)["chance"] > 0.3
    assert named(other)["chance"] < 0
    assert named(marked)["rule_chance"] > named(other)["rule_chance"]
    assert named(other, marked)["rival_chance"] > 0.9
    assert named(marked, taught=False)["chance"] == 0.0
    assert named(marked, taught=False)["untaught"] == 1.0


def test_a_value_inside_another_is_seen_from_both_sides() -> None:
    """The longer knows of a rival inside it, the shorter of one around it."""
    longer, shorter = (only([reading(a_line(text, 0.2))]) for text in ("段珊云经理", "段珊云"))

    assert named(longer, shorter)["rival_inside"] == 1.0
    assert named(longer, shorter)["rival_around"] == 0.0
    assert named(shorter, longer)["rival_around"] == 1.0
    assert named(shorter)["rival_rule"] == 0.0
    assert named(shorter, longer)["rival_rule"] == 0.9


def test_only_what_was_read_off_pixels_is_doubted_for_it() -> None:
    """Embedded text has no doubts of reading; a blurred line has many."""
    embedded = named(only([reading(a_line("段珊云", 0.2))]))
    blurred = named(only([reading(a_line("段珊云", 0.2, origin=Origin.OCR, sure=0.4))]))
    clear = named(only([reading(a_line("段珊云", 0.2, origin=Origin.OCR, sure=0.99))]))

    doubts = ("ocr", "unsure", "line_unsure", "mean_unsure", "doubted", "page_unsure")
    assert [embedded[name] for name in doubts] == [0.0] * len(doubts)
    assert blurred["ocr"] == clear["ocr"] == 1.0
    assert blurred["unsure"] > clear["unsure"]
    assert blurred["mean_unsure"] > clear["mean_unsure"]
    assert blurred["doubted"] > clear["doubted"] == 0.0


def test_a_clear_reading_on_a_blurred_page_is_doubted_for_the_page() -> None:
    """How well the page around it was read counts, for what was read off pixels only."""
    scanned = only([reading(a_line("段珊云", 0.2, origin=Origin.OCR, sure=0.99))])
    embedded = only([reading(a_line("段珊云", 0.2))])
    blurred = page_of(sure=0.6)

    assert named(scanned, page=blurred)["page_unsure"] > named(scanned)["page_unsure"]
    assert named(embedded, page=blurred)["page_unsure"] == 0.0


def test_doubted_characters_are_counted() -> None:
    """One doubted character weighs less than two; the mean tells them apart from a clear rest."""
    line = a_line("段珊云", 0.2, origin=Origin.OCR, sure=0.99)
    once, twice = (
        named(only([reading(replace(line, sureness=sureness))]))
        for sureness in ((0.99, 0.5, 0.99), (0.5, 0.5, 0.99))
    )

    assert (once["doubted"], twice["doubted"]) == (0.25, 0.5)
    assert once["mean_unsure"] < twice["mean_unsure"]
    assert once["unsure"] == twice["unsure"]


def test_long_texts_are_told_from_short_ones() -> None:
    """Length grows up to a bound, and counts apart where the tagger stands alone."""
    short, long, longest = (
        named(only([reading(a_line(text, 0.2), METHOD)])) for text in ("段", "段" * 30, "段" * 99)
    )
    backed = named(only([reading(a_line("段" * 30, 0.2))]))

    assert short["long"] < long["long"] < longest["long"] == 1.0
    assert long["alone_long"] == long["long"] == backed["long"]
    assert backed["alone_long"] == 0.0


def test_products_stand_behind_the_traits_that_they_are_of() -> None:
    """Traits come first and unchanged; each product has the name of its two factors."""
    said = tuple(at / len(TRAITS) for at in range(1, len(TRAITS) + 1))
    told = dict(zip(EXPANDED, expanded(said), strict=True))

    assert EXPANDED[: len(TRAITS)] == TRAITS
    assert tuple(told[name] for name in TRAITS) == said
    assert len(told) == len(EXPANDED)
    for name in EXPANDED[len(TRAITS) :]:
        one, other = name.split("*")
        assert told[name] == told[one] * told[other]


def test_a_check_character_proves_or_disproves_a_code() -> None:
    """Codes with a check character say whether it fits; names have nothing to prove."""
    right = reading(a_line("1", 0.2), field="developer_uscc", value=Text(text="91350100M000100Y43"))
    wrong = reading(a_line("1", 0.2), field="developer_uscc", value=Text(text="91350100M000100Y44"))
    name = named(only([reading(a_line("段珊云", 0.2))]))

    assert named(only([right]))["proven"] == 1.0
    assert named(only([wrong]))["disproven"] == 1.0
    assert name["proven"] == name["disproven"] == 0.0


SOURCES = st.lists(
    st.tuples(
        st.sampled_from(("段珊云", "柯泽悦", "段珊")),
        st.sampled_from((*METHODS, METHOD)),
        st.floats(min_value=0, max_value=1),
        st.floats(min_value=0, max_value=1),
        st.sampled_from(Origin),
    ),
    min_size=1,
    max_size=6,
)


@given(sources=SOURCES, taught=st.booleans())
def test_traits_are_numbers_around_nought_to_one(
    *, sources: list[tuple[str, str, float, float, Origin]], taught: bool
) -> None:
    """Whatever was read, learned weights meet numbers of one size, one for each name."""
    readings = [
        reading(a_line(text, 0.1 + 0.1 * at, origin=origin, sure=sure), method, confidence)
        for at, (text, method, confidence, sure, origin) in enumerate(sources)
    ]
    groups = grouped(readings, None)

    assert sum(len(group.members) for group in groups) == len(readings)
    for at, group in enumerate(groups):
        rivals = (*groups[:at], *groups[at + 1 :])
        said = traits(
            group, rivals, taught=taught, around=Surroundings({1: CLEAR}), claims=Claims(())
        )
        assert len(said) == len(TRAITS)
        assert all(-1.0 <= one <= 1.0 for one in said)
        assert len(expanded(said)) == len(EXPANDED)
        assert all(-1.0 <= one <= 1.0 for one in expanded(said))


def test_a_place_that_a_label_gives_to_another_field_is_claimed() -> None:
    """The name behind another role's label is claimed; one that stands elsewhere too is not."""
    line, elsewhere = a_line("段珊云", 0.2), a_line("段珊云", 0.5)
    tagged = reading(line, METHOD, 0.8)
    labelled = replace(reading(line, "label", 0.9), field="chief_supervisor")
    claims = Claims([tagged, labelled])

    assert claims.against(only([tagged])) == 0.9
    assert claims.against(only([tagged, reading(elsewhere, METHOD, 0.8)])) == 0.0
    assert Claims([tagged]).against(only([tagged])) == 0.0


def test_a_field_of_another_type_claims_nothing() -> None:
    """A name and a text may begin in one place; only like competes with like."""
    line = a_line("段珊云", 0.2)
    tagged = reading(line, METHOD, 0.8)
    other = replace(reading(line, "label", 0.9), field="project_name")

    assert Claims([tagged, other]).against(only([tagged])) == 0.0
