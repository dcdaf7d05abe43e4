"""YAML texts become values with places, or faults."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_kg.faults import RulesFault
from rules_kg.yaml_text import parse_yaml


def _fault(text: str) -> str:
    with pytest.raises(RulesFault) as caught:
        parse_yaml(text, file="a.yaml")
    return str(caught.value)


def test_scalars_have_the_types_of_law() -> None:
    """Fractions are decimals, dates are dates, and `no` stays a text."""
    text = "a: 0.03\nb: 2019-04-23\nc: no\nd: 12\ne: true\nf: ~\ng: '12'\nh: -4"
    assert parse_yaml(text, file="a").value == {
        "a": Decimal("0.03"),
        "b": date(2019, 4, 23),
        "c": "no",
        "d": 12,
        "e": True,
        "f": None,
        "g": "12",
        "h": -4,
    }


def test_places_are_kept() -> None:
    """Every value knows the line and column where it begins."""
    parsed = parse_yaml("a:\n  - b: 1\n  - c\n", file="a")
    assert (parsed.spot(("a", 0, "b")).line, parsed.spot(("a", 0, "b")).column) == (2, 8)
    assert parsed.spot(("a", 1)).line == 3
    assert parsed.spot(("a", 0, "unknown")).line == 2
    assert parse_yaml("", file="a").spot(("a",)).line == 1


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("check: a && b", 5, (1, 13)),
        ("check: 'a && b'", 5, (1, 14)),
        ("check: >\n  a &&\n  b\n", 5, (3, 3)),
        ("check: |\n  a\n  && b\n", 5, (3, 6)),
    ],
)
def test_character_of_a_folded_text_is_found_in_the_file(
    text: str, offset: int, place: tuple[int, int]
) -> None:
    """A character of a scalar is traced to its line and column however the scalar is written."""
    parsed = parse_yaml(text, file="a")
    value = parsed.value["check"]
    assert parsed.spot(("check",)).of(value, offset) == place


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\na: 2", "occurs twice"),
        ("a: [1", "not valid YAML"),
        ("a: 2025-02-30", "no such day"),
        ("? [a]\n: 1", "a key must be a plain text"),
        ("? {a: 1}\n: 1", "a key must be a plain text"),
        ("a: &x b\n? *x\n: 1", "a key must be a plain text"),
        ("a: *b", "b"),
        ("a: 1\n---\nb: 2", "one document"),
        ("[" * 60 + "]" * 60, "nested deeper"),
        ("a: \x00", "not valid YAML"),
    ],
)
def test_fault_is_named(text: str, words: str) -> None:
    """What is not a plain tree of values is refused with file and reason."""
    assert words in _fault(text)
    assert _fault(text).startswith("a.yaml")


def test_alias_bomb_is_refused() -> None:
    """Aliases count for what they stand for, so that a small file cannot become a huge one."""
    lines = ["a0: &a0 [1,1,1,1,1,1,1,1,1,1]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 8)]
    assert "more values" in _fault("\n".join(lines))


def test_alias_stands_for_its_anchor() -> None:
    """An alias gives the anchored value, scalar or not."""
    assert parse_yaml("a: &x [1]\nb: *x\nc: &y 2\nd: *y", file="a").value == {
        "a": [1],
        "b": [1],
        "c": 2,
        "d": 2,
    }


@given(st.text(max_size=200))
def test_any_text_parses_or_faults(text: str) -> None:
    """Whatever the text, the answer is a value or a RulesFault."""
    try:
        parse_yaml(text, file="a.yaml")
    except RulesFault as fault:
        assert fault.faults[0].file == "a.yaml"  # noqa: PT017 - either way is right
