"""What the words of a page say of its kind."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from preaudit.classify.wording import (
    BODY,
    HEADING,
    VOCABULARY,
    WEIGHTS,
    WordingModel,
    open_wording,
    runs,
    save_wording,
)
from preaudit.document import Line, Origin, Page, Quality
from preaudit.errors import WeightsError
from preaudit.geometry import Box

NAMES = ("b甲乙", "b丙丁", "h中标", "b00", "b丙丁甲")
KINDS = ("award-notice", "safety-licence")
NUMBERS = {
    "rarity": np.array([1.0, 2.0, 1.0, 1.0, 0.5], dtype=np.float32),
    "weights": np.array(
        [[4, -4, 3], [-4, 4, -3], [2, -2, 2], [0, 0, 0], [0, 0, 0]], dtype=np.float32
    ),
    "biases": np.array([0.0, 0.0, 0.5], dtype=np.float32),
}
MODEL = WordingModel(NAMES, NUMBERS["rarity"], NUMBERS["weights"], NUMBERS["biases"], KINDS)


def line(text: str, top: float, *, size: float = 1.0, left: float = 0.12) -> Line:
    """A row of text."""
    width = 0.02 * size
    edges = tuple(left + width * n for n in range(len(text) + 1))
    box = Box(page=1, left=left, top=top, right=edges[-1], bottom=top + 0.015 * size)
    return Line(text=text, box=box, confidence=1.0, origin=Origin.EMBEDDED, edges=edges)


def page(*lines: Line) -> Page:
    """A page of these lines."""
    quality = Quality(flaws=(), dpi=None, mean_confidence=1.0)
    return Page(number=1, aspect=1.414, lines=lines, cells=(), marks=(), quality=quality)


def rows(*texts: str) -> Page:
    """A page with rows of one size from its middle downwards."""
    return page(*(line(text, 0.5 + 0.03 * at) for at, text in enumerate(texts)))


def of_zone(seen: Page, zone: str) -> list[str]:
    """The runs of a zone, without its sign."""
    return [one[1:] for one in runs(seen) if one[0] == zone]


def test_runs_are_what_stands_together() -> None:
    """Two to four characters in a row, blanks left out; nothing runs on into the next line."""
    assert of_zone(rows("甲 乙丙", "丁戊"), BODY) == ["甲乙", "乙丙", "甲乙丙", "丁戊"]
    assert of_zone(rows("甲 乙丙"), HEADING) == []


def test_figures_are_one_sign() -> None:
    """Two dates or numbers are the same words whatever they say."""
    assert list(runs(rows("第12号"))) == list(runs(rows("第 3489 号")))


def test_large_print_is_a_heading() -> None:
    """What is larger than most, or short and centred at the top, counts in both zones."""
    body = [line("一二三四五六", 0.5 + 0.03 * at) for at in range(3)]
    large = page(line("中标", 0.6, size=1.6), *body)
    at_top = page(line("中标", 0.1, left=0.48), *body)
    aside = page(line("中标", 0.1, left=0.1), *body)

    for seen in (large, at_top):
        assert "中标" in of_zone(seen, HEADING)
        assert "中标" in of_zone(seen, BODY)
    assert of_zone(aside, HEADING) == []


def test_a_page_without_text_has_no_runs() -> None:
    """Nothing comes of nothing; the model then says what it says without any word."""
    empty = page()
    said = MODEL.say(empty)

    assert list(runs(empty)) == list(runs(rows("　"))) == []
    assert list(said.kinds.values()) == pytest.approx([0.5, 0.5])
    assert said.begins > 0.5


def test_words_tell_the_kind_and_the_beginning() -> None:
    """What speaks for a kind makes it likelier, and so with beginnings."""
    award, licence = MODEL.say(rows("甲乙")), MODEL.say(rows("丙丁"))

    assert award.kinds["award-notice"] > 0.99
    assert licence.kinds["safety-licence"] > 0.99
    assert award.begins > 0.9
    assert licence.begins < 0.1


def test_words_that_were_never_seen_claim_nothing() -> None:
    """Where little is known the kinds are as likely as without a word."""
    assert MODEL.say(rows("戊己庚")) == MODEL.say(page())


TEXTS = st.lists(
    st.text(alphabet="甲乙丙丁中标09 ", min_size=1, max_size=12), min_size=1, max_size=6
)


@given(texts=TEXTS, sizes=st.lists(st.sampled_from((1.0, 1.6)), min_size=6, max_size=6))
def test_each_zone_counts_one_however_long_the_page(texts: list[str], sizes: list[float]) -> None:
    """Traits of a zone are a vector of length one, and probabilities are probabilities."""
    seen = page(*(line(text, 0.1 + 0.1 * at, size=sizes[at]) for at, text in enumerate(texts)))
    places, values = MODEL.traits(seen)
    said = MODEL.say(seen)
    for zone in (BODY, HEADING):
        own = [
            float(value)
            for at, value in zip(places, values, strict=True)
            if NAMES[at].startswith(zone)
        ]
        assert not own or np.linalg.norm(own) == pytest.approx(1.0, abs=1e-5)

    assert len(set(places.tolist())) == len(places)
    assert sum(said.kinds.values()) == pytest.approx(1.0, abs=1e-5)
    assert 0 <= said.begins <= 1


def test_repeating_a_word_adds_less_each_time() -> None:
    """A word ten times over does not drown the rest."""
    once = dict(zip(*_lists(rows("甲乙", "丙丁")), strict=True))
    often = dict(zip(*_lists(rows(*["甲乙"] * 10, "丙丁")), strict=True))

    assert 1 < often[0] / often[1] / (once[0] / once[1]) < 10


def _lists(seen: Page) -> tuple[list[int], list[float]]:
    places, values = MODEL.traits(seen)
    return places.tolist(), values.tolist()


def test_what_was_saved_is_what_is_opened(tmp_path: Path) -> None:
    """A model in half precision says what it said."""
    save_wording(tmp_path, NUMBERS, NAMES, KINDS)
    seen = rows("甲乙丙丁甲", "2026年")

    opened = open_wording(tmp_path)
    assert opened.say(seen).kinds == pytest.approx(MODEL.say(seen).kinds, abs=1e-3)


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    """Weights that are not those of the vocabulary never run."""
    save_wording(tmp_path, NUMBERS, NAMES, KINDS)
    saved = json.loads((tmp_path / VOCABULARY).read_text(encoding="utf-8"))
    (tmp_path / VOCABULARY).write_text(json.dumps({**saved, "sha256": "0"}), encoding="utf-8")
    with pytest.raises(WeightsError, match=WEIGHTS) as caught:
        open_wording(tmp_path)

    assert caught.value.code == "weights_altered"


def test_missing_weights_name_the_remedy(tmp_path: Path) -> None:
    """Who has no weights is told how to make them."""
    with pytest.raises(WeightsError, match="make train") as caught:
        open_wording(tmp_path)

    assert caught.value.code == "weights_missing"
