"""Invented worlds must be consistent before any fault is planted."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.drafts import drafts_of, shared_values
from corpus.values import LONG_TERM, fields_of, kind_names
from corpus.world import make_world

SEEDS = st.integers(min_value=0, max_value=10**6)


@given(seed=SEEDS)
@settings(max_examples=60, deadline=None)
def test_days_follow_one_another(seed: int) -> None:
    """Land, planning, review, award, contract, application and start come in this order."""
    days = make_world(seed).days
    order = ["land", "land_permit", "planning", "review", "award", "contract", "application_date"]
    assert [days[name] for name in order] == sorted(days[name] for name in order)
    assert (days["contract"] - days["award"]).days <= 30
    assert days["application_date"] <= days["as_of"] < days["start"] < days["finish"]


@given(seed=SEEDS)
@settings(max_examples=60, deadline=None)
def test_a_faultless_application_is_faultless(seed: int) -> None:
    """Sums add up, certificates last to the end of the works, and no paper is dated ahead."""
    world = make_world(seed)
    applied, finish = world.days["application_date"], world.days["finish"]
    shared = shared_values(world)
    assert world.works.area == world.works.area_above + world.works.area_below
    assert shared["duration_days"] == (finish - world.days["start"]).days + 1
    for draft in drafts_of(world):
        for name in ("issued_on", "signed_on"):
            day = draft.values.get(name)
            assert day is None or (isinstance(day, date) and day <= applied), draft.kind
        until = draft.values.get("valid_until")
        if until not in (None, LONG_TERM):
            assert isinstance(until, date)
            assert until >= world.days["as_of"], draft.kind
            if draft.kind in ("safety-licence", "contractor-qualification"):
                assert until > finish


def test_drafts_carry_the_fields_of_their_kind_and_no_others() -> None:
    """A draft says nothing that the specification does not give its kind."""
    drafts = drafts_of(make_world(4))
    assert {draft.kind for draft in drafts} == set(kind_names()) - {"other"}
    for draft in drafts:
        assert set(draft.values) <= set(fields_of(draft.kind)), draft.kind


def test_a_world_is_made_of_its_seed() -> None:
    """The same seed gives the same world, another seed another one."""
    assert make_world(9) == make_world(9)
    assert make_world(9) != make_world(10)
