"""Finds what an expression's type is, and refuses what cannot mean anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from rules_kg.faults import nearest
from rules_kg.language.fitting import arithmetic_type, common_type, fits, literal_type
from rules_kg.language.scope import Scope
from rules_kg.language.signatures import (
    ALL_NAMES,
    COMPARING,
    FUNCTIONS,
    OF_KINDS,
    OF_ROLES,
    TOLERANT,
)
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
    LanguageFault,
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
)
from rules_kg.language.types import (
    AMOUNTS,
    ORDERED,
    ListOf,
    Record,
    Simple,
    Type,
    joined,
    show,
)

_LOGIC = frozenset({Operator.AND, Operator.OR})
_ORDERING = frozenset({Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST})
_FEW = 3
_MOST_LISTS = 3
"""Inside one another: over the thirty papers of a case that is 27,000 times the innermost part."""
_EQUALITY = frozenset({Operator.EQUAL, Operator.DIFFERENT})


def check(expression: Expression, scope: Scope) -> Type:
    """Return the type of an expression.

    Raises:
        LanguageFault: An unknown name, or a type that does not fit; says where and suggests a mend.
    """
    return _Checker(scope, {}).type_of(expression.node)


def check_condition(expression: Expression, scope: Scope) -> None:
    """Refuse an expression that is not a condition.

    Raises:
        LanguageFault: As `check`, or its type is not bool.
    """
    found = check(expression, scope)
    if found is not Simple.BOOL:
        raise LanguageFault(
            f"a condition was expected, this is {show(found)}; compare it with something",
            0,
            "not_bool",
        )


class _Checker:
    """Types of the nodes of one expression, given what its macros bind."""

    def __init__(self, scope: Scope, bound: Mapping[str, Type], *, lists: int = 0) -> None:
        self._scope = scope
        self._bound = bound
        self._lists = lists

    def type_of(self, node: Node) -> Type:  # noqa: C901, PLR0911, PLR0912 - one arm each
        match node:
            case Literal():
                return literal_type(node)
            case Listed():
                return self._listed(node)
            case Name():
                return self._name(node)
            case Member() | Has() | Blank():
                return self._member(node)
            case Index():
                return self._index(node)
            case Not():
                return self._must(node.operand, Simple.BOOL, "! asks for a condition")
            case Negative():
                return self._negative(node)
            case Binary():
                return self._binary(node)
            case Choice():
                return self._choice(node)
            case Call():
                return self._call(node)
            case Quantified():
                self._within(node).condition(node.body)
                return Simple.BOOL
            case Filter():
                self._within(node).condition(node.body)
                return self.type_of(node.over)
            case Map():
                return ListOf(element=self._within(node).type_of(node.body))
            case _:  # An Agree, and by its type nothing else.
                return self._agree(node)

    def condition(self, node: Node) -> Type:
        return self._must(node, Simple.BOOL, "a condition was expected")

    def _must(self, node: Node, wanted: Type, why: str) -> Type:
        found = self.type_of(node)
        if not fits(node, found, wanted):
            raise LanguageFault(f"{why}, this is {show(found)}", node.start, "type")
        return wanted

    def _name(self, node: Name) -> Type:
        found = self._bound.get(node.name) or self._scope.variables.get(node.name)
        if found is None:
            known = {*self._bound, *self._scope.variables}
            hint = nearest(node.name, known) or _where_else(node.name, known)
            raise LanguageFault(f"unknown name {node.name!r}{hint}", node.start, "unknown_name")
        return found

    def _member(self, node: Member | Has | Blank) -> Type:
        owner = self.type_of(node.of)
        at = node.of.end
        if not isinstance(owner, Record):
            raise LanguageFault(f"{show(owner)} has no members", at, "type")
        found = owner.member(node.name)
        if found is None:
            hint = nearest(node.name, owner.members)
            raise LanguageFault(f"{owner.name} has no {node.name!r}{hint}", at, "unknown_member")
        return found if isinstance(node, Member) else Simple.BOOL

    def _listed(self, node: Listed) -> Type:
        element: Type = Simple.NOTHING
        for item in node.items:
            found = self.type_of(item)
            mixed = joined(element, found)
            if mixed is None:
                raise LanguageFault(
                    f"a list holds one type; {show(element)} and {show(found)} do not mix",
                    item.start,
                    "type",
                )
            element = mixed
        return ListOf(element=element)

    def _index(self, node: Index) -> Type:
        over = self._list(node.of)
        self._must(node.index, Simple.INTEGER, "an index is an integer")
        return over.element

    def _list(self, node: Node) -> ListOf:
        found = self.type_of(node)
        if not isinstance(found, ListOf):
            raise LanguageFault(f"a list was expected, this is {show(found)}", node.start, "type")
        return found

    def _within(self, node: Quantified | Filter | Map) -> _Checker:
        element = self._list(node.over).element
        if node.variable in self._scope.variables:
            raise LanguageFault(
                f"{node.variable!r} already means something; choose another name",
                node.over.end,
                "shadowed",
            )
        if self._lists == _MOST_LISTS:
            raise LanguageFault(
                f"more than {_MOST_LISTS} lists inside one another: each multiplies the work; "
                "filter first, or make several rules",
                node.over.end,
                "nesting",
            )
        bound = {**self._bound, node.variable: element}
        return _Checker(self._scope, bound, lists=self._lists + 1)

    def _agree(self, node: Agree) -> Type:
        if node.same not in COMPARING:
            hint = nearest(node.same, COMPARING) or f"; there are {', '.join(sorted(COMPARING))}"
            raise LanguageFault(
                f"{node.same!r} does not compare two texts{hint}", node.over.end, "unknown_function"
            )
        self._must(node.over, ListOf(element=Simple.TEXT), "agree() asks for a list of texts")
        return Simple.BOOL

    def _negative(self, node: Negative) -> Type:
        found = self.type_of(node.operand)
        if found not in AMOUNTS:
            raise LanguageFault(f"- asks for a number, this is {show(found)}", node.start, "type")
        return found

    def _choice(self, node: Choice) -> Type:
        self.condition(node.condition)
        then, otherwise = self.type_of(node.then), self.type_of(node.otherwise)
        found = common_type(node.then, then, node.otherwise, otherwise)
        if found is None:
            raise LanguageFault(
                f"both branches give one type; {show(then)} and {show(otherwise)} do not mix",
                node.otherwise.start,
                "type",
            )
        return found

    def _binary(self, node: Binary) -> Type:
        if node.operator in _LOGIC:
            self.condition(node.left)
            return self.condition(node.right)
        left, right = self.type_of(node.left), self.type_of(node.right)
        if node.operator is Operator.IN:
            return self._inside(node, left, right)
        common = common_type(node.left, left, node.right, right)
        if node.operator in _EQUALITY or node.operator in _ORDERING:
            ordered = node.operator in _EQUALITY or common in ORDERED
            found: Type | None = Simple.BOOL if common is not None and ordered else None
        else:
            found = arithmetic_type(node.operator, left, right, common)
        if found is None:
            raise LanguageFault(
                f"{show(left)} {node.operator} {show(right)} makes no sense{_mend(left, right)}",
                node.start,
                "type",
            )
        return found

    def _inside(self, node: Binary, left: Type, right: Type) -> Type:
        if not isinstance(right, ListOf) or joined(left, right.element) is None:
            raise LanguageFault(
                f"in asks for a list of {show(left)}, this is {show(right)}",
                node.right.start,
                "type",
            )
        return Simple.BOOL

    def _call(self, node: Call) -> Type:
        name = node.function
        special = self._special(name)
        if special is not None:
            return special(node)
        if name not in FUNCTIONS:
            hint = nearest(name, ALL_NAMES)
            raise LanguageFault(f"unknown function {name!r}{hint}", node.start, "unknown_function")
        signature = FUNCTIONS[name]
        _count(node, len(signature.takes))
        for argument, wanted in zip(node.arguments, signature.takes, strict=True):
            self._must(argument, wanted, f"{name}() asks for {show(wanted)}")
        if name == "matches":
            _pattern(node.arguments[1])
        return signature.gives

    def _special(self, name: str) -> Callable[[Call], Type] | None:
        if name in OF_KINDS:
            return self._of_kinds
        if name in OF_ROLES:
            return self._of_role
        if name in TOLERANT:
            return self._tolerant
        return {"size": self._size, "maybe": self._maybe, "date": _date}.get(name)

    def _maybe(self, node: Call) -> Type:
        _count(node, 1)
        return self.condition(node.arguments[0])

    def _of_kinds(self, node: Call) -> Type:
        if not node.arguments:
            raise LanguageFault(f"{node.function}() asks for kinds", node.start, "arguments")
        kinds = tuple(_written(one, self._scope.kinds, "kind") for one in node.arguments)
        return Simple.BOOL if node.function == "handed_in" else self._scope.papers(kinds)

    def _of_role(self, node: Call) -> Type:
        _count(node, 2)
        paper = self.type_of(node.arguments[0])
        if not isinstance(paper, Record) or "places" not in paper.members:
            raise LanguageFault(
                f"{node.function}() asks for a paper, this is {show(paper)}", node.start, "type"
            )
        _written(node.arguments[1], self._scope.roles, "role")
        return Simple.BOOL

    def _tolerant(self, node: Call) -> Type:
        _count(node, 3)
        left, right, tolerance = (self.type_of(one) for one in node.arguments)
        common = common_type(node.arguments[0], left, node.arguments[1], right)
        wanted = Simple.DECIMAL if node.function == "share_within" else common
        if common not in AMOUNTS or wanted is None:
            raise LanguageFault(
                f"{node.function}() compares two amounts, not {show(left)} and {show(right)}",
                node.start,
                "type",
            )
        if not fits(node.arguments[2], tolerance, wanted):
            raise LanguageFault(
                f"the tolerance is {show(wanted)}, not {show(tolerance)}",
                node.arguments[2].start,
                "type",
            )
        return Simple.BOOL

    def _size(self, node: Call) -> Type:
        _count(node, 1)
        found = self.type_of(node.arguments[0])
        if found is not Simple.TEXT and not isinstance(found, ListOf):
            raise LanguageFault(
                f"size() asks for a text or a list, this is {show(found)}", node.start, "type"
            )
        return Simple.INTEGER


def _where_else(name: str, known: Iterable[str]) -> str:
    """Return where an unknown name belongs, or what there is instead when that is little."""
    if name == "project":
        return "; only needed_when of an item may ask for it, a rule has case.attributes"
    names = sorted(known)
    return f"; there are {' and '.join(names)}" if len(names) <= _FEW else ""


def _mend(left: Type, right: Type) -> str:
    """Return what would make a comparison or sum of two types possible."""
    sides = {left, right} if isinstance(left, Simple) and isinstance(right, Simple) else set()
    if Simple.TEXT in sides and sides & AMOUNTS:
        return "; write a text in quotes, a number without"
    if Simple.TEXT in sides and Simple.DATE in sides:
        return "; write a day as date('2025-01-01')"
    if sides <= AMOUNTS and sides:
        return "; both sides have to be of one sort"
    return ""


def _count(node: Call, wanted: int) -> None:
    if len(node.arguments) != wanted:
        raise LanguageFault(
            f"{node.function}() takes {wanted} arguments, here are {len(node.arguments)}",
            node.start,
            "arguments",
        )


def _written(node: Node, known: Iterable[str], what: str) -> str:
    if not isinstance(node, Literal) or not isinstance(node.value, str):
        raise LanguageFault(f"a {what} id written out was expected", node.start, "arguments")
    names = frozenset(known)
    if node.value not in names:
        hint = nearest(node.value, names)
        raise LanguageFault(f"unknown {what} {node.value!r}{hint}", node.start, f"unknown_{what}")
    return node.value


def _date(node: Call) -> Type:
    _count(node, 1)
    written = node.arguments[0]
    try:
        date.fromisoformat(written.value if isinstance(written, Literal) else "")  # type: ignore[arg-type]
    except (ValueError, TypeError):
        raise LanguageFault(
            "date() asks for a day written out, such as date('2025-01-01')", written.start, "date"
        ) from None
    return Simple.DATE


def _pattern(node: Node) -> None:
    if not isinstance(node, Literal) or not isinstance(node.value, str):
        return
    try:
        re.compile(node.value)
    except re.error as error:
        raise LanguageFault(f"no regular expression: {error}", node.start, "pattern") from None
