"""From probabilities of characters to the values on a page."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tagged_pages import KIND, VOCABULARY, ByHeart, page_of, rows, tagger_knowing

from preaudit.extract.tagger import _SWITCH, Tagger, Tagging, _likeliest, _pieces, spans
from preaudit.tokens import FIRST_CHARACTER

FIELDS = 2
LABELS = 1 + 2 * FIELDS


@st.composite
def chances_of_runs(draw: st.DrawFn, *, longest: int = 4) -> NDArray[np.float32]:
    """Probabilities of each label for a short run of characters."""
    length = draw(st.integers(min_value=1, max_value=longest))
    share = st.floats(min_value=0.01, max_value=1.0)
    raw = np.array([[draw(share) for _ in range(LABELS)] for _ in range(length)])
    shares: NDArray[np.float64] = raw / raw.sum(axis=1, keepdims=True)
    return shares.astype(np.float32)


def allowed(labels: tuple[int, ...]) -> bool:
    """Whether every value that goes on has begun."""
    return all(
        label == 0 or label % 2 == 1 or (at > 0 and labels[at - 1] in (label - 1, label))
        for at, label in enumerate(labels)
    )


def weight(chances: NDArray[np.float32], labels: tuple[int, ...]) -> float:
    """The log-probability of a path, less what beginnings cost."""
    along = chances[np.arange(len(labels)), list(labels)]
    logs = np.log(along.astype(np.float64)).sum()
    return float(logs) - _SWITCH * sum(label % 2 for label in labels)


@given(chances=chances_of_runs())
def test_the_path_is_the_likeliest_of_all(chances: NDArray[np.float32]) -> None:
    """No allowed sequence of labels outweighs the one that is chosen."""
    chosen = tuple(_likeliest(chances))
    best = max(
        weight(chances, labels)
        for labels in product(range(LABELS), repeat=len(chances))
        if allowed(labels)
    )

    assert weight(chances, chosen) == pytest.approx(best, abs=1e-5)  # single precision


@given(chances=chances_of_runs(longest=24))
def test_no_value_goes_on_that_has_not_begun(chances: NDArray[np.float32]) -> None:
    """Inside labels follow a beginning, or an inside label, of the same field."""
    chosen = tuple(_likeliest(chances))

    assert len(chosen) == len(chances)
    assert allowed(chosen)


def test_no_characters_have_no_labels() -> None:
    """The path through nothing is empty."""
    assert _likeliest(np.zeros((0, LABELS), dtype=np.float32)) == []


def test_doubt_about_one_character_does_not_break_a_value() -> None:
    """A name whose middle is doubtful stays one name."""
    chances = np.array([[0.05, 0.9, 0.05], [0.3, 0.36, 0.34], [0.05, 0.05, 0.9]])

    assert _likeliest(chances) == [1, 2, 2]


def test_a_value_on_two_lines_is_one_span_of_two_pieces() -> None:
    """The break between its lines neither belongs to a value nor ends it."""
    page = rows("项目经理:段珊", "云")
    (span,) = tagger_knowing({"段珊": "project_manager"}).tag(page, KIND)
    tagging = tagger_knowing({"段珊": "project_manager"}).tagging(page, KIND)
    assert tagging is not None
    goes_on = tagging.chances.copy()
    goes_on[tagging.tokens_of[1, 0]] = 0.01
    goes_on[tagging.tokens_of[1, 0], VOCABULARY.begin("project_manager") + 1] = 0.94
    (longer,) = spans(_with(tagging, goes_on))

    assert span.pieces == ((0, 5, 7),)
    assert longer.pieces == ((0, 5, 7), (1, 0, 1))


def _with(tagging: Tagging, chances: NDArray[np.float32]) -> Tagging:
    return Tagging(
        page=tagging.page, encoding=tagging.encoding, chances=chances,
        vocabulary=tagging.vocabulary, tokens_of=tagging.tokens_of,
    )  # fmt: skip


def test_two_values_side_by_side_are_two_spans() -> None:
    """A second beginning ends the first value though nothing stands between them."""
    words = {"段珊云": "project_manager", "柯泽悦": "project_manager"}
    found = tagger_knowing(words).tag(rows("段珊云柯泽悦"), KIND)

    assert [span.pieces for span in found] == [((0, 0, 3),), ((0, 3, 6),)]


def test_the_confidence_of_a_span_is_that_of_its_characters() -> None:
    """The geometric mean of equal probabilities is the probability itself."""
    (span,) = tagger_knowing({"段珊云": "project_manager"}, sure=0.9).tag(rows("段珊云"), KIND)

    assert span.confidence == pytest.approx(0.9, abs=0.03)


def test_chances_are_asked_for_by_field_and_place() -> None:
    """The marked name is likely its field, unlikely another, and unknown fields have no chance."""
    tagging = tagger_knowing({"段珊云": "project_manager"}).tagging(rows("段珊云 工程"), KIND)
    assert tagging is not None
    name, rest = [(0, 0), (0, 1), (0, 2)], [(0, 4), (0, 5)]

    assert tagging.chance("project_manager", name) > 0.9
    assert tagging.chance("project_manager", rest) < 0.01
    assert tagging.other("project_name", name) > 0.9
    assert tagging.other("project_manager", name) < 0.1
    assert tagging.chance("shoe_size", name) == tagging.other("shoe_size", name) == 0.0
    assert tagging.chance("project_manager", [(7, 7)]) == 0.0


def test_probabilities_of_a_character_add_up_to_one() -> None:
    """Scores of the network become shares."""
    tagging = tagger_knowing({"段珊云": "project_manager"}).tagging(rows("项目经理:段珊云"), KIND)
    assert tagging is not None

    assert tagging.chances.sum(axis=1) == pytest.approx(1.0, abs=1e-5)


def test_an_empty_page_or_unknown_kind_gives_nothing() -> None:
    """Nothing is made up where there is nothing to read or nothing was learned."""
    tagger = tagger_knowing({"段珊云": "project_manager"})

    assert tagger.tag(page_of(), KIND) == ()
    assert tagger.tag(rows("段珊云"), "fishing-permit") == ()
    assert Tagger(ByHeart(words={}, sure=0.9), VOCABULARY).fields == VOCABULARY.fields


def test_pieces_span_blanks_within_a_line_but_not_lines() -> None:
    """A value on two lines is two runs of characters."""
    assert _pieces([(0, 3), (0, 5), (1, 0), (1, 1)]) == ((0, 3, 6), (1, 0, 2))


def test_label_ids_are_all_told_apart() -> None:
    """Outside is 0; each field has one id to begin with and the next to go on."""
    begins = [VOCABULARY.begin(field) for field in VOCABULARY.fields]

    assert begins == [1, 3, 5]
    assert VOCABULARY.labels == 7
    assert min(VOCABULARY.character_ids().values()) == FIRST_CHARACTER
