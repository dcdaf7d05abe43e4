"""Rules that are plain comparisons, in the words of other rule engines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from preaudit.check.bare import Unknown
from preaudit.check.verdicts import Prepared
from rules_kg.language.syntax import (
    Binary,
    Call,
    Expression,
    Has,
    Literal,
    Member,
    Name,
    Node,
    Not,
    Operator,
)


class NotSharedError(Exception):
    """An expression says what the peers cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a peer writes."""

    both: str
    either: str
    denied: str
    there: str
    """Of a member, `{}`."""


CEL = Dialect(both="&&", either="||", denied="!({})", there="has({})")
ZEN = Dialect(both="and", either="or", denied="not ({})", there="({} != null)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRule:
    """A check in our words and theirs."""

    check: str
    expression: Expression
    cel: str
    zen: str


def peer_rules(case: Prepared) -> tuple[PeerRule, ...]:
    """Return the checks of a case that peers can say, with the parameters of its place and day."""
    found = []
    for one in case.applied:
        try:
            said = [_Writer(dialect, case).write(one.rule.check.node) for dialect in (CEL, ZEN)]
        except NotSharedError:
            continue
        found.append(
            PeerRule(check=one.rule.id, expression=one.rule.check, cel=said[0], zen=said[1])
        )
    return tuple(found)


class _Writer:
    """Writes a condition in a dialect; amounts and days are plain numbers there."""

    def __init__(self, dialect: Dialect, case: Prepared) -> None:
        self._dialect = dialect
        self._case = case

    def write(self, node: Node) -> str:  # noqa: PLR0911 - one arm each
        """Return the node in the dialect.

        Raises:
            NotSharedError: It has lists, reading-aware functions or papers as such.
        """
        match node:
            case Literal():
                return self._literal(node.value)
            case Member(of=Name(name="param"), name=name):
                return self._literal(self._parameter(name))
            case Member(of=Name(name=owner), name=name):
                return f"{owner}.{name}"
            case Has(of=Name(name=owner), name=name):
                return self._dialect.there.format(f"{owner}.{name}")
            case Name(name="today"):
                return "today"
            case Not():
                return self._dialect.denied.format(self.write(node.operand))
            case Binary():
                return self._binary(node)
            case Call():
                return self._call(node)
            case _:
                raise NotSharedError

    def _parameter(self, name: str) -> Any:
        value = self._case.world.variables["param"].members[name]
        if isinstance(value, Unknown):
            raise NotSharedError
        return value

    def _literal(self, value: object) -> str:
        match value:
            case bool():
                return str(value).lower()
            case int() | Decimal():
                return repr(float(value))
            case date():
                return repr(float(value.toordinal()))
            case str() if "'" not in value and "\\" not in value:
                return f"'{value}'"
            case _:
                raise NotSharedError

    def _binary(self, node: Binary) -> str:
        words: Mapping[Operator, str] = {
            Operator.AND: self._dialect.both,
            Operator.OR: self._dialect.either,
        }
        if node.operator in {Operator.IN, Operator.MODULO, Operator.OVER}:
            raise NotSharedError
        word = words.get(node.operator, node.operator.value)
        return f"({self.write(node.left)} {word} {self.write(node.right)})"

    def _call(self, node: Call) -> str:
        given = [self.write(one) for one in node.arguments if node.function != "date"]
        match node.function, given:
            case "date", _:
                return self._literal(date.fromisoformat(_text(node.arguments[0])))
            case "days_between", [start, end]:
                return f"({end} - {start})"
            case "within", [left, right, tolerance]:
                both = self._dialect.both
                return f"({left} - {right} <= {tolerance} {both} {right} - {left} <= {tolerance})"
            case _:
                raise NotSharedError


def _text(node: Node) -> str:
    if not isinstance(node, Literal):
        raise NotSharedError
    return str(node.value)
