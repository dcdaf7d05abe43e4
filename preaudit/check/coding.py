"""Expressions as Python functions over bare values: what `evaluate` decides, without its reasons.

Each expression becomes one function without calls between its parts, for a case is checked by a
few thousand operations and a call costs more than most of them. What stands in the text of a rule
never becomes source: names of variables are numbered, and texts, numbers and dates are passed in as
constants. An operand of `&&` or `||` that cannot change the value any more is not evaluated; no
operand has an effect. Tests hold both evaluators to the same verdicts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, assert_never

from preaudit.check import bare_steps as steps
from preaudit.check.bare import SILENT, UNKNOWN, BareWorld, Series
from preaudit.check.folding import fold
from preaudit.check.functions import READ_FOR_READ, VALUE_FUNCTIONS
from rules_kg.language.scope import MARK_LISTS
from rules_kg.language.syntax import (
    Agree,
    Binary,
    Blank,
    Call,
    Choice,
    Expression,
    Filter,
    Has,
    Index,
    Listed,
    Literal,
    Map,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Operator,
    Quantified,
    Quantity,
)

Coded = Callable[[BareWorld], Any]
_ORDERED: Final[Mapping[Operator, str]] = {
    Operator.LESS: "<",
    Operator.AT_MOST: "<=",
    Operator.GREATER: ">",
    Operator.AT_LEAST: ">=",
}
_EQUALITIES: Final[Mapping[Operator, tuple[str, str]]] = {
    Operator.EQUAL: ("equal", "=="),
    Operator.DIFFERENT: ("different", "!="),
}
_SUMS: Final = frozenset(
    {Operator.PLUS, Operator.MINUS, Operator.TIMES, Operator.OVER, Operator.MODULO}
)
_GIVEN: Final[Mapping[str, object]] = {
    "U": UNKNOWN,
    "S": SILENT,
    "Series": Series,
    "agreed": steps.agreed,
    "bears": steps.bears,
    "calculated": steps.calculated,
    "contained": steps.contained,
    "different": steps.different,
    "equal": steps.equal,
    "item": steps.item,
    "negative": steps.negative,
    "ordered": steps.ordered,
    "read": steps.read,
    "size": steps.size,
    "worked": steps.worked,
}


def coded(expression: Expression) -> Coded:
    """Return an expression as a function of a case's bare values.

    The function returns what `evaluate` does, bare: a value, `UNKNOWN` or `SILENT`.
    """
    writer = _Writer()
    result = writer.write(expression.node)
    lines = ["def check(world):", " known = world.variables", *writer.lines, f" return {result}"]
    names: dict[str, Any] = {**_GIVEN, **writer.constants}
    exec(compile("\n".join(lines), "<rule>", "exec"), names)  # noqa: S102 - source of our own making
    check: Coded = names["check"]
    return check


class _Writer:
    """Writes statements; what a node comes to stands in the name that `write` returns."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {}
        self._depth = 1
        self._names = 0
        self._bound: dict[str, str] = {}
        self._sure: frozenset[str] = frozenset()
        """Bound names that are subjects in every case."""

    def _line(self, text: str) -> None:
        self.lines.append(" " * self._depth + text)

    def _new(self) -> str:
        self._names += 1
        return f"t{self._names}"

    def _constant(self, value: object) -> str:
        name = f"K{len(self.constants)}"
        self.constants[name] = value
        return name

    def _set(self, value: str) -> str:
        name = self._new()
        self._line(f"{name} = {value}")
        return name

    def _block(self, head: str, body: Callable[[], None]) -> None:
        self._line(head)
        self._depth += 1
        body()
        self._depth -= 1

    def write(self, node: Node) -> str:  # noqa: C901, PLR0911, PLR0912 - one arm each
        """Write a node's statements and return the name that holds its value."""
        match node:
            case Literal():
                return self._literal(node.value)
            case Name():
                return self._name(node.name)
            case Member():
                return self._member(node.of, "members", node.name)
            case Has():
                return self._member(node.of, "there", node.name)
            case Blank():
                return self._member(node.of, "blank", node.name)
            case Not():
                return self._not(node)
            case Negative():
                return self._set(f"negative({self.write(node.operand)})")
            case Binary():
                return self._binary(node)
            case Choice():
                return self._choice(node)
            case Listed():
                items = ", ".join(f"({self.write(one)}, False)" for one in node.items)
                return self._set(f"Series(({items}{',' if node.items else ''}))")
            case Index():
                over, index = self.write(node.of), self.write(node.index)
                return self._set(f"item({over}, {index})")
            case Call():
                return self._call(node)
            case Quantified():
                return self._quantified(node)
            case Filter() | Map():
                return self._listing(node)
            case Agree():
                same = self._constant(VALUE_FUNCTIONS[node.same])
                return self._set(f"agreed({self.write(node.over)}, {same})")
            case _ as unreachable:
                assert_never(unreachable)

    def _literal(self, value: object) -> str:
        return str(value) if isinstance(value, bool) else self._constant(value)

    def _name(self, name: str) -> str:
        bound = self._bound.get(name)
        return bound or self._set(f"known[{self._constant(name)}]")

    def _member(self, of: Node, table: str, name: str) -> str:
        owner = self.write(of)
        value = f"{owner}.{table}[{self._constant(name)}]"
        if self._is_subject(of):
            return self._set(value)
        return self._set(f"{owner} if {owner} is U or {owner} is S else {value}")

    def _is_subject(self, node: Node) -> bool:
        """Tell whether a node is surely a subject: one of the world, or a paper in a list."""
        return isinstance(node, Name) and (node.name not in self._bound or node.name in self._sure)

    def _lists_subjects(self, node: Node) -> bool:
        """Tell whether every element of a list is a subject: papers, marks, rows of a table."""
        match node:
            case Call(function="papers") | Name(name="materials" | "signals"):
                return True
            case Member(of=Name(name="param")) | Member(name="places"):
                return True
            case Member():
                return node.name in MARK_LISTS
            case Filter():
                return self._lists_subjects(node.over)
            case _:
                return False

    def _not(self, node: Not) -> str:
        value = self.write(node.operand)
        return self._set(f"{value} if {value} is U or {value} is S else not {value}")

    def _binary(self, node: Binary) -> str:
        if node.operator in {Operator.AND, Operator.OR}:
            return self._logical(node)
        left, right = self.write(node.left), self.write(node.right)
        if node.operator in _EQUALITIES:
            return self._equality(node.operator, left, right)
        if node.operator is Operator.IN:
            return self._set(f"contained({left}, {right})")
        operator = self._constant(node.operator)
        if node.operator in _SUMS:
            return self._set(f"calculated({operator}, {left}, {right})")
        return self._ordered(node.operator, operator, left, right)

    def _equality(self, operator: Operator, left: str, right: str) -> str:
        step, sign = _EQUALITIES[operator]
        result = self._new()
        unsure = [one for one in (left, right) if one not in self.constants]
        doubts = [f"{one} is U or {one} is S" for one in unsure]
        doubts += [f"{left}.__class__ is Series"] if left in unsure else []
        self._line(f"if {' or '.join(doubts) or 'False'}:")
        self._line(f" {result} = {step}({left}, {right})")
        self._line("else:")
        self._line(f" {result} = {left} {sign} {right}")
        return result

    def _ordered(self, operator: Operator, constant: str, left: str, right: str) -> str:
        result = self._new()
        self._line("try:")
        self._line(f" {result} = {left} {_ORDERED[operator]} {right}")
        self._line("except TypeError:")  # unknown, or a day beside 长期
        self._line(f" {result} = ordered({constant}, {left}, {right})")
        return result

    def _logical(self, node: Binary) -> str:
        """Write `&&` or `||`: the right side only where the left one does not settle it."""
        settles = node.operator is Operator.OR
        left, result = self.write(node.left), self._new()
        self._line(f"{result} = {left}")

        def otherwise() -> None:
            right = self.write(node.right)
            both = f"{not settles} if {right} is {not settles} and {left} is {not settles} else U"
            self._line(f"{result} = {settles} if {right} is {settles} else {both}")

        self._block(f"if {left} is not {settles}:", otherwise)
        return result

    def _choice(self, node: Choice) -> str:
        condition, result = self.write(node.condition), self._new()

        def branch(taken: Node) -> Callable[[], None]:
            return lambda: self._line(f"{result} = {self.write(taken)}")

        def unsure() -> None:
            then, other = self.write(node.then), self.write(node.otherwise)
            self._line(f"{result} = {then} if equal({then}, {other}) is True else U")

        self._block(f"if {condition} is True:", branch(node.then))
        self._block(f"elif {condition} is False:", branch(node.otherwise))
        self._block("else:", unsure)
        return result

    def _call(self, node: Call) -> str:
        name = node.function
        if name in {"papers", "handed_in"}:
            kinds = self._constant(tuple(_written(one) for one in node.arguments))
            return self._set(f"world.{name}[{kinds}]")
        if name == "date":
            return self._constant(date.fromisoformat(_written(node.arguments[0])))
        if name in {"sealed", "signed"}:
            paper, role = self.write(node.arguments[0]), _written(node.arguments[1])
            wanted = f"{self._constant(role)}, {self._constant(name)}"
            return self._set(f"bears({paper}, {wanted})")
        given = [self.write(one) for one in node.arguments]
        if name == "maybe":
            return self._set(f"U if {given[0]} is True else {given[0]}")
        if name == "size":
            return self._set(f"size({given[0]})")
        return self._function(name, given)

    def _function(self, name: str, given: Sequence[str]) -> str:
        """Write a call of a function on values; the ways that are rare are left to a step."""
        function = VALUE_FUNCTIONS[name]
        act, step = self._constant(function), "read" if function in READ_FOR_READ else "worked"
        called = ", ".join(given)
        unsure = [one for one in given if one not in self.constants]
        if function is fold or not unsure:
            return self._set(f"{step}({act}, {called})")
        result = self._new()
        self._line(f"if {' or '.join(f'{one} is U or {one} is S' for one in unsure)}:")
        self._line(f" {result} = {step}({act}, {called})")
        self._line("else:")
        self._line(f" {result} = {act}({called})")
        if step == "read":
            self._line(f" if {result} is False: {result} = read({act}, {called})")
        self._line(f" if {result} is None: {result} = U")
        return result

    def _quantified(self, node: Quantified) -> str:
        over, result = self.write(node.over), self._new()
        write = {
            Quantity.ALL: self._for_all,
            Quantity.EXISTS: self._exists,
            Quantity.EXISTS_ONE: self._exists_one,
        }[node.quantity]
        self._line(f"{result} = U")
        self._block(f"if {over} is not U and {over} is not S:", lambda: write(node, over, result))
        return result

    def _each(
        self,
        node: Quantified | Filter | Map,
        over: str,
        told: Callable[[str, str, str], Sequence[str]],
    ) -> None:
        """Write a loop over elements; `told` gives its last lines from element, doubt and body."""
        element, maybe = self._new(), self._new()
        before, sure = self._bound, self._sure
        self._bound = {**before, node.variable: element}
        named = frozenset({node.variable})
        self._sure = sure | named if self._lists_subjects(node.over) else sure - named

        def body() -> None:
            for line in told(element, maybe, self.write(node.body)):
                self._line(line)

        self._block(f"for {element}, {maybe} in {over}.items:", body)
        self._bound, self._sure = before, sure

    def _for_all(self, node: Quantified, over: str, result: str) -> None:
        self._line(f"{result} = True")
        self._each(
            node,
            over,
            lambda _, maybe, body: (
                f"if {body} is not True:",
                f" if {body} is False and not {maybe}:",
                f"  {result} = False",
                "  break",
                f" {result} = U",
            ),
        )

    def _exists(self, node: Quantified, over: str, result: str) -> None:
        self._line(f"{result} = U if {over}.hidden else False")
        self._each(
            node,
            over,
            lambda _, maybe, body: (
                f"if {body} is not False:",
                f" if {body} is True and not {maybe}:",
                f"  {result} = True",
                "  break",
                f" {result} = U",
            ),
        )

    def _exists_one(self, node: Quantified, over: str, result: str) -> None:
        surely, unsure = self._set("0"), self._set(f"{over}.hidden")
        self._each(
            node,
            over,
            lambda _, maybe, body: (
                f"if {body} is not False:",
                f" if {body} is True and not {maybe}:",
                f"  {surely} += 1",
                f" else: {unsure} = True",
            ),
        )
        self._line(f"{result} = False if {surely} > 1 else U if {unsure} else {surely} == 1")

    def _listing(self, node: Filter | Map) -> str:
        over, result, made = self.write(node.over), self._new(), self._new()
        self._line(f"{result} = {over}")

        def filtered(element: str, maybe: str, body: str) -> Sequence[str]:
            keep = f"{made}.append(({element}, {maybe} or {body} is not True))"
            return (f"if {body} is not False: {keep}",)

        def mapped(_: str, maybe: str, body: str) -> Sequence[str]:
            return (f"{made}.append(({body}, {maybe}))",)

        def body() -> None:
            self._line(f"{made} = []")
            self._each(node, over, filtered if isinstance(node, Filter) else mapped)
            self._line(f"{result} = Series({made}, hidden={over}.hidden)")

        self._block(f"if {over} is not U and {over} is not S:", body)
        return result


def _written(node: Node) -> str:
    assert isinstance(node, Literal)  # noqa: S101 - checked when the rule was loaded
    return str(node.value)
