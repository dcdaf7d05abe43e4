"""Expressions become conditions, or faults with a place."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_kg import Graph
from rules_kg.language.checker import check_condition
from rules_kg.language.parser import parse
from rules_kg.language.syntax import (
    Agree,
    Binary,
    Blank,
    Call,
    Choice,
    Filter,
    Has,
    Index,
    LanguageFault,
    Listed,
    Literal,
    Map,
    Member,
    Name,
    Negative,
    Not,
    Operator,
    Quantified,
)
from rules_kg.language.template import Inserted, Where, Why, parse_template


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("a || b && c", "a || (b && c)"),
        ("a && b || c", "(a && b) || c"),
        ("1 + 2 * 3 == 7", "(1 + (2 * 3)) == 7"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("!a.b", "!(a.b)"),
        ("-1 < 2", "(-1) < 2"),
        ("a ? b : c ? d : e", "a ? b : (c ? d : e)"),
        ("a in b && c", "(a in b) && c"),
        ("a < b == c", "(a < b) == c"),
    ],
)
def test_precedence_is_that_of_cel(text: str, grouped: str) -> None:
    """Operators bind as in CEL."""
    assert _shape(parse(text).node) == _shape(parse(grouped).node)


def _shape(node: object) -> object:
    match node:
        case Binary():
            return (node.operator, _shape(node.left), _shape(node.right))
        case Not() | Negative():
            return (type(node).__name__, _shape(node.operand))
        case Choice():
            return ("?", _shape(node.condition), _shape(node.then), _shape(node.otherwise))
        case Member():
            return (_shape(node.of), node.name)
        case Name():
            return node.name
        case Literal():
            return node.value
        case _:
            raise AssertionError(node)


def test_every_form_is_parsed() -> None:
    """Each form of the language becomes its own node."""
    forms = {
        "'a'": Literal,
        "[1, 2]": Listed,
        "[]": Listed,
        "a": Name,
        "a.b": Member,
        "a[0]": Index,
        "f(a, b)": Call,
        "a.f(b)": Call,
        "has(a.b)": Has,
        "blank(a.b)": Blank,
        "a.all(x, x)": Quantified,
        "a.exists(x, x)": Quantified,
        "a.exists_one(x, x)": Quantified,
        "a.filter(x, x)": Filter,
        "a.map(x, x)": Map,
        "agree(a, same_name)": Agree,
    }
    assert {text: type(parse(text).node) for text in forms} == forms


def test_literals_are_exact() -> None:
    """Numbers with a fraction are decimals; texts lose quotes and escapes."""
    assert parse("0.10").node.value == Decimal("0.10")
    assert parse(r"'a\'b\\n'").node.value == "a'b\\n"
    assert parse('"a\\nb"').node.value == "a\nb"
    assert parse("1 // a remark\n + 2").node.operator is Operator.PLUS


def test_nodes_know_their_source() -> None:
    """A node's source is what stands in the text, brackets included, on one line."""
    expression = parse("(a\n  || b) && c")
    assert expression.source(expression.node.left) == "(a || b)"


@pytest.mark.parametrize(
    ("text", "offset", "words"),
    [
        ("", 0, "a condition was expected where nothing stands"),
        ("a &&", 4, "a value was expected"),
        ("a & b", 2, "write &&"),
        ("a = b", 2, "write =="),
        ("a，b", 1, "write ,"),
        ("(a", 2, "')' was expected"),
        ("a b", 2, "an operator or the end"),
        ("'abc", 0, "no closing quote"),
        (r"'\d'", 1, "no escape"),
        ("has(a)", 4, "asks for an entry"),
        ("a.all(x)", 7, "',' was expected"),
        ("a.all(1, x)", 6, "a variable's name"),
        ("a.in", 2, "a member's name"),
        ("in", 0, "a value was expected"),
        ("null", 0, "a value was expected"),
        ("agree(a, 1)", 9, "same_name"),
        ("[a b]", 3, "',' or ']' was expected"),
        ("a ? b", 5, "':' was expected"),
        (")", 0, "a value was expected"),
    ],
)
def test_fault_has_its_place(text: str, offset: int, words: str) -> None:
    """What is no expression is refused with the character where it goes wrong."""
    with pytest.raises(LanguageFault) as caught:
        parse(text)
    assert (caught.value.offset, words in caught.value.message) == (offset, True)


@pytest.mark.parametrize("text", ["(" * 90 + "a" + ")" * 90, "!" * 500 + "a", "-" * 99 + "1"])
def test_endless_nesting_is_refused(text: str) -> None:
    """Deep nesting is a fault, not a crash."""
    with pytest.raises(LanguageFault, match="nested deeper"):
        parse(text)


def test_long_conditions_stay_shallow(small: Graph) -> None:
    """A thousand conditions in a row are parsed and typed; a thousand summands are refused."""
    check_condition(parse(" && ".join(["true"] * 1000)), small.scope)
    check_condition(parse(" || ".join(["true"] * 1000)), small.scope)
    with pytest.raises(LanguageFault, match="in a row"):
        parse(" + ".join(["1"] * 1000))


def test_endless_text_is_refused() -> None:
    """A text beyond 10,000 characters is no rule."""
    with pytest.raises(LanguageFault, match="longer"):
        parse("a" * 10_001)


@given(st.text(alphabet="ab.()[]!&|<>=+-*/%?:,'\"\\ 01", max_size=60))
def test_any_text_parses_or_faults(text: str) -> None:
    """Whatever the text, the answer is an expression or a LanguageFault inside the text."""
    try:
        parse(text)
    except LanguageFault as fault:
        assert 0 <= fault.offset <= len(text)  # noqa: PT017 - either way is right


def test_template_is_cut_into_parts() -> None:
    """A template has plain text, expressions with their place, and the two special words."""
    found = parse_template("甲{a.b}乙{where}{{x}}{why}{f('}')}")
    kinds = [part if isinstance(part, str) else type(part) for part in found.parts]
    assert kinds == ["甲", Inserted, "乙", Where, "{x}", Why, Inserted]
    assert [part.offset for part in found.expressions] == [2, 25]


@pytest.mark.parametrize(("text", "offset"), [("a{b", 1), ("a}b", 1), ("a{b c}", 4), ("a{'x}", 1)])
def test_template_fault_has_its_place(text: str, offset: int) -> None:
    """A brace without its partner, or a wrong expression, is refused at its place."""
    with pytest.raises(LanguageFault) as caught:
        parse_template(text)
    assert caught.value.offset == offset
