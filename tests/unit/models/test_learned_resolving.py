"""What the resolver learns from readings with their truth."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.understanding.papers import PrintedValue, ReadPaper
from models.understanding.scoring import calibration_error
from preaudit.document import Document, Line, Origin, Page, Quality
from preaudit.extract.groups import EXPANDED, TRAITS
from preaudit.extract.pipeline import CandidatePipeline
from preaudit.extract.scorer import EMBEDDED, OCR, Resolving, Scorer
from preaudit.geometry import Box
from preaudit.sheet import MediaType, Source

pytest.importorskip("sklearn", reason="training libraries are not installed (make train)")

from models.understanding.resolving import (
    TARGET_PRECISION,
    Reading,
    _staircase,
    _threshold,
    learn,
    readings_of,
)

FIELDS = ("project_manager", "award_price", "project_name")


def a_reading(
    paper: int, field: str, *, right: bool, channel: str = "native", **told: float
) -> Reading:
    """A reading with the named traits; the others are 0."""
    return Reading(
        paper=paper, kind="award-notice", family="x", channel=channel, field=field,
        traits=tuple(told.get(name, 0.0) for name in TRAITS), right=right,
    )  # fmt: skip


def synthetic(*, papers: int, seed: int) -> list[Reading]:
    """Readings whose probability to be right rises with `rule`, and more so with `chance`.

    Values of one field compete; what was read off pixels is wrong more often.
    """
    rng = random.Random(seed)
    made: list[Reading] = []
    for paper in range(papers):
        ocr = float(rng.random() < 0.4)
        for field in FIELDS:
            for _ in range(rng.choice((1, 1, 1, 2))):
                rule, chance = rng.random(), rng.uniform(-1, 1)
                odds = 4 * rule + 5 * chance - 0.5 - ocr
                right = rng.random() < 1 / (1 + math.exp(-odds))
                made.append(a_reading(paper, field, right=right, rule=rule, chance=chance, ocr=ocr))
    return made


@pytest.fixture(scope="module")
def learned() -> Resolving:
    """What is learned from some hundred synthetic papers."""
    return learn(synthetic(papers=1500, seed=1))


def told(
    learned: Resolving, readings: list[Reading]
) -> dict[tuple[int, str], tuple[float, Reading]]:
    """The likeliest reading of each field of each paper, with its probability."""
    scorer, best = Scorer(learned, ""), dict[tuple[int, str], tuple[float, Reading]]()
    for one in readings:
        chance = scorer.chance(one.field, one.traits)
        key = one.paper, one.field
        if key not in best or chance > best[key][0]:
            best[key] = chance, one
    return best


def test_probabilities_mean_what_they_say(learned: Resolving) -> None:
    """Of readings of new papers that are called 0.8, about eight in ten are right."""
    pairs = [
        (chance, one.right)
        for chance, one in told(learned, synthetic(papers=1500, seed=2)).values()
    ]

    assert calibration_error(pairs) < 0.04


def test_the_threshold_keeps_its_promise(learned: Resolving) -> None:
    """What counts as found on new papers is right as often as asked, and is not nothing."""
    scorer = Scorer(learned, "")
    for ocr, origin in ((0.0, EMBEDDED), (1.0, OCR)):
        found = [
            one
            for chance, one in told(learned, synthetic(papers=1500, seed=3)).values()
            if one.traits[TRAITS.index("ocr")] == ocr and chance >= scorer.found_from(one.traits)
        ]
        assert len(found) > 100
        assert sum(one.right for one in found) / len(found) > TARGET_PRECISION[origin] - 0.012


def test_what_speaks_for_a_reading_gets_weight(learned: Resolving) -> None:
    """Traits that go with truth count for it, those that go with error against it."""
    weights = dict(zip(EXPANDED, learned.weights, strict=True))

    assert weights["chance"] > weights["rule"] > 0 > weights["ocr"]
    assert weights["tagged"] == 0.0


def test_staircases_rise_and_avoid_certainty(learned: Resolving) -> None:
    """For each origin there is one for all types; types with readings enough have their own."""
    assert {f"*/{EMBEDDED}", f"*/{OCR}"} <= set(learned.calibration)
    assert f"person/{EMBEDDED}" in learned.calibration
    for steps in learned.calibration.values():
        assert list(steps.at) == sorted(set(steps.at))
        assert list(steps.gives) == sorted(steps.gives)
        assert steps.gives[0] > 0
        assert steps.gives[-1] < 1


def test_a_type_with_few_readings_shares_its_staircase() -> None:
    """A hundred readings are too few for a calibration of their own."""
    few = learn(synthetic(papers=90, seed=4))

    assert set(few.calibration) == {f"*/{EMBEDDED}", f"*/{OCR}"}


def test_a_field_that_is_harder_is_marked_down() -> None:
    """Of two fields of one type with like traits, the one that is often wrong is less probable."""
    rng = random.Random(5)
    readings = [
        a_reading(paper, field, right=rng.random() < share, rule=0.7)
        for paper in range(400)
        for field, share in (("project_manager", 0.95), ("chief_supervisor", 0.4))
    ]
    scorer = Scorer(learn(readings), "")
    traits = readings[0].traits

    assert scorer.chance("project_manager", traits) > 0.85
    assert scorer.chance("chief_supervisor", traits) < 0.55


PAIRS = st.lists(
    st.tuples(st.integers(min_value=1, max_value=98).map(lambda n: n / 100), st.booleans()),
    min_size=1,
    max_size=60,
)


@given(told=PAIRS, target=st.sampled_from(sorted(TARGET_PRECISION.values())))
def test_above_the_threshold_precision_holds(told: list[tuple[float, bool]], target: float) -> None:
    """At or above what is chosen enough are right; where that cannot be, nothing is found."""
    least = _threshold(told, target)
    above = [right for chance, right in told if chance >= least]

    assert not above or sum(above) / len(above) >= target
    lower = {chance for chance, _ in told if chance < least}
    for chance in lower:
        wider = [right for one, right in told if one >= chance]
        assert sum(wider) / len(wider) < target


@given(
    pairs=st.lists(
        st.tuples(st.floats(min_value=-9, max_value=9), st.booleans()), min_size=1, max_size=80
    )
)
def test_a_fitted_staircase_rises_whatever_it_was_fitted_to(
    pairs: list[tuple[float, bool]],
) -> None:
    """More evidence never gives a lower probability, and none is certain."""
    steps = _staircase(pairs)
    heights = [steps(float(at)) for at in np.linspace(-10, 10, 50)]

    assert heights == sorted(heights)
    assert 0 < heights[0] <= heights[-1] < 1


def a_paper(*rows: str, truth: dict[str, str], unprinted: frozenset[str]) -> ReadPaper:
    """An award notice with these rows, read without fault."""
    lines = []
    for number, text in enumerate(rows):
        top = 0.2 + 0.03 * number
        edges = tuple(0.1 + 0.02 * at for at in range(len(text) + 1))
        box = Box(page=1, left=0.1, top=top, right=edges[-1], bottom=top + 0.0165)
        lines.append(Line(text=text, box=box, confidence=1.0, origin=Origin.EMBEDDED, edges=edges))
    quality = Quality(flaws=(), dpi=None, mean_confidence=1.0)
    page = Page(number=1, aspect=1.414, lines=tuple(lines), cells=(), marks=(), quality=quality)
    source = Source(
        name="a.pdf", sha256="0" * 64, sm3="", media_type=MediaType.PDF, size_bytes=1, pages=1
    )
    return ReadPaper(
        kind="award-notice", family="x", channel="native", seed=1,
        document=Document(source=source, pages=(page,)),
        values=tuple(
            PrintedValue(field=field, normalised=said, pieces=()) for field, said in truth.items()
        ),
        unprinted=unprinted,
    )  # fmt: skip


def test_readings_are_compared_with_what_is_printed() -> None:
    """Right is what the paper prints; what holds but is not printed is not asked for."""
    paper = a_paper(
        "项目经理：段珊云",
        "工程名称：云岫花园一期工程",
        "建设地点：临江市望岳街8号",
        truth={"project_manager": "段珊云", "project_name": "云岫花园二期工程"},
        unprinted=frozenset({"site_address"}),
    )
    found = {one.field: one for one in readings_of([paper], CandidatePipeline(), first=7)}

    assert found["project_manager"].right
    assert not found["project_name"].right
    assert "site_address" not in found
    assert {one.paper for one in found.values()} == {7}
    assert found["project_manager"].traits[TRAITS.index("untaught")] == 1.0
