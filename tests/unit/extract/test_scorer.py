"""The learned weights of the resolver, and the file they lie in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tagged_pages import scorer_of

from preaudit.errors import WeightsError
from preaudit.extract.groups import EXPANDED, TRAITS
from preaudit.extract.scorer import EMBEDDED, FILE, OCR, Resolving, Scorer, Staircase, open_scorer

ODDS = st.floats(min_value=-20, max_value=20)
CORNERS = st.lists(
    st.tuples(st.integers(min_value=-9000, max_value=9000), st.floats(min_value=0, max_value=1)),
    min_size=1,
    max_size=8,
    unique_by=lambda pair: pair[0],
)


def staircase(corners: list[tuple[int, float]]) -> Staircase:
    """A staircase with these corners, heights sorted so that it rises."""
    return Staircase(
        at=tuple(sorted(at / 1000 for at, _ in corners)),
        gives=tuple(sorted(height for _, height in corners)),
    )


def said(**told: float) -> tuple[float, ...]:
    """Traits that are 0 but for the named ones."""
    return tuple(told.get(name, 0.0) for name in TRAITS)


def weights(told: Mapping[str, float]) -> tuple[float, ...]:
    """Weights of traits and products that are 0 but for the named ones."""
    return tuple(told.get(name, 0.0) for name in EXPANDED)


@given(corners=CORNERS, one=ODDS, other=ODDS)
def test_a_staircase_rises_and_keeps_within_its_ends(
    corners: list[tuple[int, float]], one: float, other: float
) -> None:
    """More never gives less, and nothing lies below the first corner or above the last."""
    steps = staircase(corners)
    low, high = sorted((one, other))

    assert steps(low) <= steps(high) + 1e-12
    assert steps.gives[0] - 1e-12 <= steps(one) <= steps.gives[-1] + 1e-12


@given(corners=CORNERS)
def test_a_staircase_passes_through_its_corners(corners: list[tuple[int, float]]) -> None:
    """What was fitted is what is given."""
    steps = staircase(corners)

    assert [steps(at) for at in steps.at] == pytest.approx(list(steps.gives))


def test_between_corners_the_staircase_is_straight() -> None:
    """Half way between two corners lies the mean of their heights."""
    assert Staircase(at=(0.0, 2.0), gives=(0.2, 0.8))(1.0) == pytest.approx(0.5)


def learned(**changes: object) -> Resolving:
    """Weights that believe the rules, with changes."""
    straight = Staircase(at=(0.0, 1.0), gives=(0.0, 1.0))
    made = Resolving(
        version=1, traits=EXPANDED, weights=weights({"rule": 1.0}), bias=0.0, types={}, fields={},
        calibration={f"*/{EMBEDDED}": straight, f"*/{OCR}": straight},
        found_from={EMBEDDED: 0.8, OCR: 0.9}, nothing_below=0.05,
    )  # fmt: skip
    return made.model_copy(update=changes)


def test_traits_types_and_fields_add_up() -> None:
    """Bias, what a type adds and what a single field adds join the weighted traits."""
    told = learned(bias=0.1, types={"money": 0.2}, fields={"award_price": -0.05})

    scorer = Scorer(told, "")
    assert scorer.chance("award_price", said(rule=0.3)) == pytest.approx(0.55)
    assert scorer.chance("contract_price", said(rule=0.3)) == pytest.approx(0.6)
    assert scorer.chance("project_manager", said(rule=0.3)) == pytest.approx(0.4)


def test_products_of_traits_are_weighed_too() -> None:
    """What two traits say together may count for more than each alone."""
    told = learned(weights=weights({"rule": 0.5, "rule*chance": 0.4, "ocr*rule": -0.2}))
    scorer = Scorer(told, "")

    assert scorer.chance("project_name", said(rule=1.0)) == pytest.approx(0.5)
    assert scorer.chance("project_name", said(rule=1.0, chance=0.5)) == pytest.approx(0.7)
    assert scorer.chance("project_name", said(rule=1.0, ocr=1.0)) == pytest.approx(0.3)


def test_weights_for_traits_without_their_products_are_refused(tmp_path: Path) -> None:
    """Weights of a program that weighed no products do not fit this one."""
    told = learned(traits=TRAITS, weights=said(rule=1.0))
    (tmp_path / FILE).write_text(json.dumps(told.model_dump(mode="json")), encoding="utf-8")
    with pytest.raises(WeightsError, match="other traits"):
        open_scorer(tmp_path)


def test_a_type_with_a_staircase_of_its_own_uses_it() -> None:
    """Codes read off pixels have their own calibration; all else shares one by origin."""
    flat = Staircase(at=(0.0,), gives=(0.42,))
    told = learned(calibration={**learned().calibration, f"code/{OCR}": flat})
    scorer = Scorer(told, "")

    assert scorer.chance("certificate_no", said(rule=0.9, ocr=1.0)) == pytest.approx(0.42)
    assert scorer.chance("certificate_no", said(rule=0.9)) == pytest.approx(0.9)
    assert scorer.chance("project_name", said(rule=0.9, ocr=1.0)) == pytest.approx(0.9)


def test_thresholds_differ_by_origin() -> None:
    """What was read off pixels may need a higher probability to count as found."""
    scorer = scorer_of({}, found_from=0.7, found_from_ocr=0.9, nothing_below=0.1)

    assert scorer.found_from(said()) == 0.7
    assert scorer.found_from(said(ocr=1.0)) == 0.9
    assert scorer.nothing_below == 0.1


def test_a_wrong_number_of_traits_is_refused() -> None:
    """Weights never meet traits of another length in silence."""
    with pytest.raises(ValueError, match="zip"):
        scorer_of({"rule": 1.0}).chance("project_name", (*said(), 0.0))


def test_what_was_saved_is_what_is_opened(tmp_path: Path) -> None:
    """Weights come back from their file, with its digest for the report."""
    (tmp_path / FILE).write_text(json.dumps(learned().model_dump(mode="json")), encoding="utf-8")
    scorer = open_scorer(tmp_path)

    assert scorer.chance("project_name", said(rule=0.37)) == pytest.approx(0.37)
    assert len(scorer.digest) == 64


def test_missing_weights_name_the_remedy(tmp_path: Path) -> None:
    """Who has no weights is told how to make them."""
    with pytest.raises(WeightsError, match="make train") as caught:
        open_scorer(tmp_path)

    assert caught.value.code == "weights_missing"


@pytest.mark.parametrize("text", ["{}", "no json", '{"version": 1}'])
def test_a_broken_file_is_refused(tmp_path: Path, text: str) -> None:
    """A file that is no set of weights never decides anything."""
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(WeightsError, match=FILE) as caught:
        open_scorer(tmp_path)

    assert caught.value.code == "weights_altered"


def test_weights_for_other_traits_are_refused(tmp_path: Path) -> None:
    """Weights whose traits mean something else are those of another program."""
    told = learned(traits=tuple(reversed(EXPANDED)))
    (tmp_path / FILE).write_text(json.dumps(told.model_dump(mode="json")), encoding="utf-8")
    with pytest.raises(WeightsError, match="other traits"):
        open_scorer(tmp_path)
