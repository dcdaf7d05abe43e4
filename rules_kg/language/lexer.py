"""An expression's characters to tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from rules_kg.language.syntax import LanguageFault

_LONGEST = 10_000
_PATTERN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*)
  | (?P<decimal>[0-9]{1,30}\.[0-9]{1,30})
  | (?P<integer>[0-9]{1,30})
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<sign>\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()\[\]])
    """,
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "`": "`", "?": "?"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_LOOKALIKES = {
    "（": "(", "）": ")", "，": ",", "：": ":", "！": "!", "？": "?",
    "“": '"', "”": '"', "\u2018": "'", "\u2019": "'", "=": "==", "&": "&&", "|": "||",
    "≤": "<=", "≥": ">=", "≠": "!=", "\uff1c": "<", "\uff1e": ">", "\uff1d": "==",
    "×": "*", "÷": "/", "【": "[", "】": "]", "。": ".", "、": ",",
}  # fmt: skip


class Sort(Enum):
    """What a token is."""

    DECIMAL = auto()
    INTEGER = auto()
    WORD = auto()
    TEXT = auto()
    SIGN = auto()
    END = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token; `value` of a text is without quotes and escapes."""

    sort: Sort
    value: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Return an expression's tokens, the last of them `END`.

    Raises:
        LanguageFault: A character that begins no token.
    """
    if len(text) > _LONGEST:
        raise LanguageFault(
            f"longer than {_LONGEST} characters; make several rules of it", _LONGEST, "too_long"
        )
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _PATTERN.match(text, at)
        if match is None:
            raise _stray(text, at)
        if match.lastgroup != "space":
            found.append(_token(match))
        at = match.end()
    found.append(Token(sort=Sort.END, value="", start=at, end=at))
    return found


def _token(match: re.Match[str]) -> Token:
    sort = Sort[(match.lastgroup or "").upper()]
    value = match.group()
    if sort is Sort.TEXT:
        value = _ESCAPE.sub(lambda found: _unescaped(found, match.start()), value[1:-1])
    return Token(sort=sort, value=value, start=match.start(), end=match.end())


def _unescaped(found: re.Match[str], start: int) -> str:
    char = found.group(1)
    if char not in _ESCAPES:
        hint = f"; write \\\\{char} for a backslash in a pattern"
        raise LanguageFault(f"\\{char} is no escape{hint}", start + 1 + found.start(), "escape")
    return _ESCAPES[char]


def _stray(text: str, at: int) -> LanguageFault:
    char = text[at]
    if char in "'\"":
        return LanguageFault(f"this text has no closing quote; end it with {char}", at, "quote")
    hint = f"; write {_LOOKALIKES[char]}" if char in _LOOKALIKES else ""
    return LanguageFault(f"{char!r} means nothing here{hint}", at, "stray_character")
