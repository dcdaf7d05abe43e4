"""Tokens to conditions: a precedence parser for the subset of CEL that rules are written in.

Loosest to tightest, as in CEL: `?:`, `||`, `&&`, relations and `in`, `+ -`, `* / %`,
`! -`, `. [] ()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import NoReturn

from rules_kg.language.lexer import Sort, Token, tokens
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
    Quantity,
)

_DEEPEST = 40
_BINDING: tuple[frozenset[Operator], ...] = (
    frozenset({Operator.OR}),
    frozenset({Operator.AND}),
    frozenset(
        {
            Operator.EQUAL, Operator.DIFFERENT, Operator.LESS, Operator.AT_MOST,
            Operator.GREATER, Operator.AT_LEAST, Operator.IN,
        }
    ),
    frozenset({Operator.PLUS, Operator.MINUS}),
    frozenset({Operator.TIMES, Operator.OVER, Operator.MODULO}),
)  # fmt: skip
_LOGIC = 1
"""Levels of binding up to this one are of `||` and `&&`, which are associative."""
_SIGNS = {operator.value: operator for operator in Operator}
_MACROS = frozenset({"all", "exists", "exists_one", "filter", "map"})
_RESERVED = frozenset({"true", "false", "null", "in"})
_WORDS = {"and": "&&", "AND": "&&", "or": "||", "OR": "||", "not": "!", "NOT": "!"}
"""Words of other languages, and how this one writes them."""


@lru_cache(maxsize=8192)
def parse(text: str) -> Expression:
    """Return the expression that a text says.

    Raises:
        LanguageFault: Not an expression of the language.
    """
    return Expression(text=text, node=_Parser(tokens(text)).whole())


class _Parser:
    """Reads the tokens of one expression from the left."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._choice()
        if self._next.sort is not Sort.END:
            self._refuse("an operator or the end was expected")
        return node

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    @property
    def _last_end(self) -> int:
        return self._tokens[self._at - 1].end

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _sees(self, sign: str) -> bool:
        return self._next.sort is Sort.SIGN and self._next.value == sign

    def _skip(self, sign: str) -> bool:
        seen = self._sees(sign)
        self._at += seen
        return seen

    def _expect(self, sign: str) -> None:
        if not self._skip(sign):
            self._refuse(f"{sign!r} was expected")

    def _refuse(self, what: str) -> NoReturn:
        token = self._next
        seen = "the expression ends" if token.sort is Sort.END else f"{token.value!r} stands"
        hint = f"; write {_WORDS[token.value]}" if token.value in _WORDS else ""
        if token.sort is Sort.END and not self._at:
            what, seen, hint = "a condition was expected", "nothing stands", "; write one"
        raise LanguageFault(f"{what} where {seen}{hint}", token.start, "syntax")

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise LanguageFault(
                f"nested deeper than {_DEEPEST} levels; take brackets out, or make several rules",
                self._next.start,
                "nesting",
            )
        yield
        self._depth -= 1

    def _choice(self) -> Node:
        with self._deeper():
            condition = self._binary(0)
            if not self._skip("?"):
                return condition
            then = self._choice()
            self._expect(":")
            otherwise = self._choice()
        return Choice(
            start=condition.start,
            end=otherwise.end,
            condition=condition,
            then=then,
            otherwise=otherwise,
        )

    def _binary(self, level: int) -> Node:
        if level == len(_BINDING):
            return self._unary()
        operands, operators = [self._binary(level + 1)], []
        while (operator := self._operator(level)) is not None:
            operators.append(operator)
            operands.append(self._binary(level + 1))
        if len(operands) > _DEEPEST and level > _LOGIC:
            raise LanguageFault(
                f"more than {_DEEPEST} operands in a row; put some into brackets",
                operands[0].start,
                "nesting",
            )
        return _balanced(operands, operators) if level <= _LOGIC else _chain(operands, operators)

    def _operator(self, level: int) -> Operator | None:
        token = self._next
        if token.sort is not Sort.SIGN and token.value != "in":
            return None
        operator = _SIGNS.get(token.value) if token.sort in {Sort.SIGN, Sort.WORD} else None
        if operator is None or operator not in _BINDING[level]:
            return None
        self._at += 1
        return operator

    def _unary(self) -> Node:
        start = self._next.start
        with self._deeper():
            if self._skip("!"):
                operand = self._unary()
                return Not(start=start, end=operand.end, operand=operand)
            if self._skip("-"):
                operand = self._unary()
                return Negative(start=start, end=operand.end, operand=operand)
            return self._suffixed()

    def _suffixed(self) -> Node:
        node = self._primary()
        while True:
            if self._skip("."):
                node = self._member(node)
            elif self._skip("["):
                index = self._choice()
                self._expect("]")
                node = Index(start=node.start, end=self._last_end, of=node, index=index)
            else:
                return node

    def _member(self, of: Node) -> Node:
        name = self._word("a member's name")
        if not self._skip("("):
            return Member(start=of.start, end=name.end, of=of, name=name.value)
        if name.value in _MACROS:
            return self._macro(of, name.value)
        arguments = (of, *self._arguments(")"))
        return Call(start=of.start, end=self._last_end, function=name.value, arguments=arguments)

    def _macro(self, over: Node, name: str) -> Node:
        variable = self._word("a variable's name").value
        self._expect(",")
        body = self._choice()
        self._expect(")")
        start, end = over.start, self._last_end
        if name == "filter":
            return Filter(start=start, end=end, over=over, variable=variable, body=body)
        if name == "map":
            return Map(start=start, end=end, over=over, variable=variable, body=body)
        quantity = Quantity(name)
        return Quantified(
            start=start, end=end, quantity=quantity, over=over, variable=variable, body=body
        )

    def _word(self, what: str) -> Token:
        if self._next.sort is not Sort.WORD or self._next.value in _RESERVED:
            self._refuse(f"{what} was expected")
        return self._take()

    def _arguments(self, closing: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self._skip(closing):
            if found and not self._skip(","):
                self._refuse(f"',' or {closing!r} was expected")
            found.append(self._choice())
        return tuple(found)

    def _primary(self) -> Node:
        token = self._next
        if token.sort is Sort.SIGN:
            return self._bracketed()
        if token.sort is Sort.END:
            self._refuse("a value was expected")
        self._at += 1
        if token.sort is Sort.WORD:
            return self._named(token)
        return Literal(start=token.start, end=token.end, value=_literal(token))

    def _bracketed(self) -> Node:
        start = self._next.start
        if self._skip("("):
            node = self._choice()
            self._expect(")")
            return replace(node, start=start, end=self._last_end)
        if not self._skip("["):
            self._refuse("a value was expected")
        items = self._arguments("]")
        return Listed(start=start, end=self._last_end, items=items)

    def _named(self, token: Token) -> Node:
        if token.value in {"true", "false"}:
            return Literal(start=token.start, end=token.end, value=token.value == "true")
        if token.value in _RESERVED:
            self._at -= 1
            self._refuse("a value was expected")
        if not self._skip("("):
            return Name(start=token.start, end=token.end, name=token.value)
        if token.value in {"has", "blank"}:
            return self._entry(token, _ENTRIES[token.value])
        if token.value == "agree":
            return self._agree(token)
        arguments = self._arguments(")")
        return Call(
            start=token.start, end=self._last_end, function=token.value, arguments=arguments
        )

    def _entry(self, token: Token, make: Callable[..., Has | Blank]) -> Node:
        argument = self._choice()
        if not isinstance(argument, Member):
            raise LanguageFault(
                f"{token.value}() asks for an entry, such as {token.value}(application_form"
                ".agent_name)",
                argument.start,
                "entry_expected",
            )
        self._expect(")")
        return make(start=token.start, end=self._last_end, of=argument.of, name=argument.name)

    def _agree(self, token: Token) -> Node:
        over = self._choice()
        self._expect(",")
        same = self._word("the name of a function such as same_name").value
        self._expect(")")
        return Agree(start=token.start, end=self._last_end, over=over, same=same)


def _joined(left: Node, operator: Operator, right: Node) -> Binary:
    return Binary(start=left.start, end=right.end, operator=operator, left=left, right=right)


def _chain(operands: list[Node], operators: list[Operator]) -> Node:
    """Join operands from the left."""
    node = operands[0]
    for operator, right in zip(operators, operands[1:], strict=True):
        node = _joined(node, operator, right)
    return node


def _balanced(operands: list[Node], operators: list[Operator]) -> Node:
    """Join operands of one associative operator in halves, so that long lists stay shallow."""
    if len(operands) == 1:
        return operands[0]
    middle = (len(operands) + 1) // 2
    left = _balanced(operands[:middle], operators[: middle - 1])
    right = _balanced(operands[middle:], operators[middle:])
    return _joined(left, operators[middle - 1], right)


_ENTRIES: dict[str, Callable[..., Has | Blank]] = {"has": Has, "blank": Blank}


def _literal(token: Token) -> int | Decimal | str:
    if token.sort is Sort.INTEGER:
        return int(token.value)
    return Decimal(token.value) if token.sort is Sort.DECIMAL else token.value
