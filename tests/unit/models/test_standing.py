"""When a quick reading could stand."""

from __future__ import annotations

import pytest

from models.evaluation.standing import may_stand
from preaudit.read.quick import UNKNOWN
from preaudit.read.spelling import Trace


def said(text: str, sureness: tuple[float, ...]) -> Trace:
    """Return a reading."""
    middles = tuple((at + 0.5) / max(1, len(text)) for at in range(len(text)))
    return Trace(text=text, chances=sureness, sureness=sureness, middles=middles)


def test_a_sure_line_may_stand() -> None:
    """Every character is sure enough."""
    assert may_stand(said("青禾路", (1.0, 0.9, 0.88)))


@pytest.mark.parametrize(
    ("text", "sureness"),
    [
        ("青禾路", (1.0, 0.5, 1.0)),
        ("青" + UNKNOWN + "路", (1.0, 1.0, 1.0)),
        ("李玥琇", (1.0, 0.9, 0.9)),
        ("青禾", (1.0, 1.0)),
        ("", ()),
    ],
    ids=["one character doubted", "one unknown", "rare and not quite sure", "two", "none"],
)
def test_a_doubtful_line_may_not(text: str, sureness: tuple[float, ...]) -> None:
    """One character in doubt is enough, and so is too little to go by."""
    assert not may_stand(said(text, sureness))


def test_not_to_know_a_wide_colon_from_a_narrow_one_is_no_doubt() -> None:
    """They look alike; a decimal point and a comma do not."""
    assert may_stand(said("路：8", (1.0, 0.6, 1.0)))
    assert not may_stand(said("1.8", (1.0, 0.6, 1.0)))
