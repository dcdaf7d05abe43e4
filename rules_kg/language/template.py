"""Texts with `{expressions}` in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rules_kg.language.parser import parse
from rules_kg.language.syntax import Expression, LanguageFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Inserted:
    """An expression in a template; `offset` is where it begins in the template's text."""

    expression: Expression
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """`{where}`: what decided, as an enumeration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """`{why}`: why it is not known."""


Part = str | Inserted | Where | Why
_SPECIAL: dict[str, Where | Why] = {"where": Where(), "why": Why()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A text cut into what is printed as it stands and what is filled in."""

    text: str
    parts: tuple[Part, ...]

    @property
    def expressions(self) -> tuple[Inserted, ...]:
        """The expressions in it, in order."""
        return tuple(part for part in self.parts if isinstance(part, Inserted))


@lru_cache(maxsize=8192)
def parse_template(text: str) -> Template:
    """Return a template's parts.

    Raises:
        LanguageFault: A brace without its partner, or an expression that is none.
    """
    parts: list[Part] = []
    plain: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char in "{}" and text[at + 1 : at + 2] == char:
            plain.append(char)
            at += 2
        elif char == "}":
            raise LanguageFault("} without {; write }} for a brace", at, "brace")
        elif char == "{":
            parts += ["".join(plain)] if plain else []
            plain = []
            end = _closing(text, at)
            parts.append(_insertion(text[at + 1 : end], at + 1))
            at = end + 1
        else:
            plain.append(char)
            at += 1
    parts += ["".join(plain)] if plain else []
    return Template(text=text, parts=tuple(parts))


def _closing(text: str, start: int) -> int:
    """Return the place of the brace that ends an expression, quotes respected."""
    quote = ""
    for at in range(start + 1, len(text)):
        char = text[at]
        if quote:
            quote = "" if char == quote and text[at - 1] != "\\" else quote
        elif char in "'\"":
            quote = char
        elif char == "}":
            return at
    raise LanguageFault("{ without }; write {{ for a brace", start, "brace")


def _insertion(text: str, offset: int) -> Part:
    special = _SPECIAL.get(text.strip())
    if special is not None:
        return special
    try:
        return Inserted(expression=parse(text), offset=offset)
    except LanguageFault as fault:
        raise LanguageFault(fault.message, fault.offset + offset, fault.code) from fault
