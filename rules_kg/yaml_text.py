"""YAML to plain values, and where in the file each of them stands.

The values are built from libyaml's event stream with a stack of our own, so that deep nesting,
endless aliases and repeated keys become faults instead of crashes. Scalars follow the YAML 1.2 core
schema with two changes that suit law: a number with a fraction is a `Decimal`, and `2019-04-23` is
a `date`. (`no` and `on` stay texts.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from rules_kg.faults import Fault, RulesFault

Plain = None | bool | int | Decimal | date | str | list["Plain"] | dict[str, "Plain"]
"""What a YAML file may hold."""
Path = tuple[str | int, ...]
"""Keys and indexes from the top of a file to a value."""

_DEEPEST = 40
_MOST_VALUES = 400_000
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]{1,30}")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,30}\.[0-9]{1,30}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a value begins, and its text as it stands in the file."""

    line: int
    column: int
    raw: str

    def of(self, text: str, offset: int) -> tuple[int, int]:
        """Return line and column in the file of a character of a scalar's text.

        Folding and indentation change only white space, so the n-th character that is not white
        space is the same one in both.
        """
        ahead = sum(1 for char in text[:offset] if not char.isspace())
        body = _body_start(self.raw)
        line, column = self.line, self.column
        for index, char in enumerate(self.raw):
            if index >= body and not char.isspace():
                if ahead == 0:
                    break
                ahead -= 1
            line, column = (line + 1, 1) if char == "\n" else (line, column + 1)
        return line, column


def _body_start(raw: str) -> int:
    """Return how many characters of a scalar are its quote or block header."""
    if raw[:1] in "|>":
        return raw.find("\n") + 1
    return 1 if raw[:1] in "'\"" else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A file's value with the spot of every part of it."""

    file: str
    value: Plain
    spots: dict[Path, Spot]

    def spot(self, path: Path) -> Spot:
        """Return where `path` stands, or the nearest part above it that the file has."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.spots:
                return self.spots[path[:length]]
        return Spot(line=1, column=1, raw="")


@dataclass(slots=True, kw_only=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    value: list[Plain] | dict[str, Plain]
    path: Path
    anchor: str | None
    key: str = ""
    keyed: bool = False
    """Of a mapping: a key is there and waits for its value."""
    merged: int = 0


@dataclass(slots=True, kw_only=True)
class _Builder:
    """Puts events together; one for each file."""

    file: str
    text: str
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Plain, int]] = field(default_factory=dict)
    spots: dict[Path, Spot] = field(default_factory=dict)
    root: Plain = None
    documents: int = 0
    count: int = 0

    def refuse(self, message: str, mark: Any, code: str = "yaml") -> RulesFault:
        line = mark.line + 1 if mark else 0
        column = mark.column + 1 if mark else 0
        fault = Fault(file=self.file, line=line, column=column, message=message, code=code)
        return RulesFault([fault])

    def path(self) -> Path:
        if not self.stack:
            return ()
        top = self.stack[-1]
        return (*top.path, len(top.value) if isinstance(top.value, list) else top.key)

    def wants_key(self) -> bool:
        if not self.stack:
            return False
        top = self.stack[-1]
        return isinstance(top.value, dict) and not top.keyed

    def put(self, value: Plain, event: Any, weight: int = 1) -> None:
        self.count += weight
        if self.count > _MOST_VALUES:
            raise self.refuse("more values than a rule file may hold", event.start_mark)
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        else:
            top.value[top.key] = value
            top.keyed = False

    def note(self, path: Path, event: Any) -> None:
        start, end = event.start_mark, event.end_mark
        scalar = isinstance(event, yaml.ScalarEvent)
        raw = self.text[start.index : end.index] if scalar else ""
        self.spots[path] = Spot(line=start.line + 1, column=start.column + 1, raw=raw)

    def take_key(self, event: Any) -> None:
        top = self.stack[-1]
        if event.value in top.value:
            message = f"the key {event.value!r} occurs twice; keep one of them"
            raise self.refuse(message, event.start_mark, "twice")
        top.key, top.keyed = event.value, True
        self.note((*top.path, event.value), event)

    def open(self, event: Any, value: list[Plain] | dict[str, Plain]) -> None:
        if self.wants_key():
            raise self.refuse("a key must be a plain text", event.start_mark)
        if len(self.stack) >= _DEEPEST:
            message = f"nested deeper than {_DEEPEST} levels; take brackets out"
            raise self.refuse(message, event.start_mark, "nesting")
        path = self.path()
        self.note(path, event) if path not in self.spots else None
        self.put(value, event)
        self.stack.append(_Open(value=value, path=path, anchor=event.anchor, merged=self.count))

    def close(self) -> None:
        done = self.stack.pop()
        if done.anchor:
            self.anchors[done.anchor] = (done.value, self.count - done.merged + 1)

    def scalar(self, event: Any) -> None:
        if self.wants_key():
            self.take_key(event)
            return
        plain = not event.style and event.tag is None
        try:
            value = _typed(event.value) if plain else event.value
        except ValueError:
            raise self.refuse(
                f"there is no such day: {event.value}; look at month and day",
                event.start_mark,
                "no_such_day",
            ) from None
        self.note(self.path(), event)
        self.put(value, event)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)

    def alias(self, event: Any) -> None:
        if self.wants_key():
            raise self.refuse("a key must be a plain text", event.start_mark)
        if event.anchor not in self.anchors:
            message = f"*{event.anchor} names nothing above it; put quotes around a text with *"
            raise self.refuse(message, event.start_mark)
        value, weight = self.anchors[event.anchor]
        self.note(self.path(), event)
        self.put(value, event, weight)

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self.refuse("a file holds one document", event.start_mark)
        elif isinstance(event, yaml.ScalarEvent):
            self.scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            self.alias(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self.open(event, [])
        elif isinstance(event, yaml.MappingStartEvent):
            self.open(event, {})
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            self.close()


def _typed(text: str) -> bool | int | Decimal | date | str | None:
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    if _DATE.fullmatch(text):
        return date.fromisoformat(text)
    return text


def parse_yaml(text: str, *, file: str) -> Parsed:
    """Return the value of a YAML text with the place of every part.

    Raises:
        RulesFault: Not YAML, or beyond what a rule file may be.
    """
    builder = _Builder(file=file, text=text)
    try:
        for event in _events(text):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        what = " ".join(part for part in (error.problem, error.context) if part)
        hint = _mend(what, text, error.problem_mark)
        raise builder.refuse(f"not valid YAML: {what}{hint}", error.problem_mark) from error
    except (yaml.YAMLError, UnicodeError, ValueError) as error:
        raise builder.refuse(f"not valid YAML: {str(error).splitlines()[0]}", None) from error
    return Parsed(file=file, value=builder.root, spots=builder.spots)


_MENDS = (
    ("tab character", "indent with blanks, never with tabs"),
    ("cannot start any token", "indent with blanks, and put quotes around a text with @, ` or %"),
    ("mapping values", "indent the keys of a record alike, and put quotes around a text with ': '"),
    ("expected '-' indicator", "indent the keys of a record alike"),
    ("expected key", "indent the keys of a record alike"),
    ("expected ':'", "write a colon and a blank behind the key"),
    ("',' or '}'", "put quotes around a text with a comma, colon or quote, and close the {"),
    ("',' or ']'", "close the [, and put quotes around an entry with # or a comma"),
    ("end of stream", "close the quote or bracket that is open"),
)
"""What libyaml says, and what usually is to be done."""


def _mend(problem: str, text: str, mark: Any) -> str:
    lines = text.splitlines()
    near = lines[max(mark.line - 1, 0) : mark.line + 1] if mark else []
    wide = any("：" in line.partition(": ")[0] for line in near)
    if wide and ("mapping" in problem or "':'" in problem):
        return "; write a plain colon and a blank behind a key, not ："
    return next((f"; {mend}" for sign, mend in _MENDS if sign in problem), "")


def _events(text: str) -> Iterator[Any]:
    yield from yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
