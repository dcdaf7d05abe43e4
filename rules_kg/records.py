"""Files of the content folder to validated records, every fault with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path as FilePath
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from rules_kg import schema
from rules_kg.faults import Fault, RulesFault, nearest
from rules_kg.yaml_text import Parsed, Path, Plain, Spot, parse_yaml

T = TypeVar("T")
_MOST_BYTES = 4_000_000
_KEYS = frozenset(
    str(part.name).rstrip("_")
    for one in vars(schema).values()
    if isinstance(one, type) and is_dataclass(one)
    for part in fields(one)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Located(Generic[T]):
    """A record and where it stands."""

    record: T
    parsed: Parsed
    path: Path

    @property
    def file(self) -> str:
        """The file's path below the content folder."""
        return self.parsed.file

    def spot(self, *steps: str | int) -> Spot:
        """Return where a part of the record stands."""
        return self.parsed.spot((*self.path, *steps))

    def fault(self, message: str, *steps: str | int, code: str) -> Fault:
        """Return a fault at a part of the record."""
        spot = self.spot(*steps)
        subject = str(getattr(self.record, "id", "") or getattr(self.record, "check", ""))
        return Fault(
            file=self.file,
            line=spot.line,
            column=spot.column,
            subject=subject,
            message=message,
            code=code,
        )


def read_text(path: FilePath, *, root: FilePath) -> str:
    """Return a content file's text.

    Raises:
        RulesFault: It cannot be read, is not UTF-8, or is far too large.
    """
    name = path.relative_to(root).as_posix()
    try:
        data = path.read_bytes()
        if len(data) > _MOST_BYTES:
            raise RulesFault(
                [Fault(file=name, line=0, message="larger than 4 MB", code="too_large")]
            )
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot be read: {error}"
        raise RulesFault([Fault(file=name, line=0, message=message, code="unreadable")]) from error


def yaml_files(folder: FilePath) -> list[FilePath]:
    """Return the YAML files below a folder, sorted by path."""
    return sorted(path for path in folder.rglob("*.yaml") if path.is_file())


def read_file(path: FilePath, *, root: FilePath) -> Parsed:
    """Return a content file's value with the place of every part.

    Raises:
        RulesFault: It cannot be read or is not YAML.
    """
    return parse_yaml(read_text(path, root=root), file=path.relative_to(root).as_posix())


class Collector:
    """Gathers faults instead of stopping at the first."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.lost: set[tuple[str, str]] = set()
        """Folder and id of each record that is not what the schema says; no id for a whole file."""

    def parsed(self, folder: FilePath, root: FilePath) -> Iterator[Parsed]:
        """Yield the files of a folder that are YAML."""
        for path in yaml_files(folder):
            found = self.attempt_file(path, root)
            if found is not None:
                yield found

    def attempt_file(self, path: FilePath, root: FilePath) -> Parsed | None:
        """Return a file's value; None, with the fault noted, when it cannot be read."""
        try:
            return read_file(path, root=root)
        except RulesFault as fault:
            self.faults += fault.faults
            self.lost.add((path.relative_to(root).parts[0], ""))
            return None

    def records(
        self, parsed: Parsed, adapter: TypeAdapter[T], parts: Iterable[tuple[Path, Plain]]
    ) -> Iterator[Located[T]]:
        """Yield the parts of a file that are what the schema says."""
        for path, value in parts:
            try:
                record = adapter.validate_python(value)
            except ValidationError as error:
                self.faults += _described(error, parsed, path, _subject(value))
                self.lost.add((parsed.file.partition("/")[0], _subject(value)))
            else:
                yield Located(record=record, parsed=parsed, path=path)


def one_or_list(parsed: Parsed) -> list[tuple[Path, Plain]]:
    """Return a file's records: the items of its list, or the file as a whole."""
    if isinstance(parsed.value, list):
        return [((index,), value) for index, value in enumerate(parsed.value)]
    return [((), parsed.value)]


def _subject(value: Plain) -> str:
    if not isinstance(value, dict):
        return ""
    return str(value.get("id", value.get("check", "")))[:80]


def _described(error: ValidationError, parsed: Parsed, path: Path, subject: str) -> Iterator[Fault]:
    seen: set[tuple[int, int]] = set()
    for detail in error.errors(include_url=False, include_context=False):
        spot = parsed.spot((*path, *detail["loc"]))
        place = (spot.line, spot.column)
        if place in seen and detail["type"] != "missing":
            continue  # the members of a union all complain of one value
        seen.add(place)
        value = _of_union(detail["loc"], parsed, path)
        yield Fault(
            file=parsed.file,
            line=spot.line,
            column=spot.column,
            subject=subject,
            message=_sentence(detail) if value is None else f"{_dotted(value)}: {_PLAIN}",
            code="schema",
        )


_MEMBERS = frozenset({"bool", "int", "decimal", "date", "str", "list[str]"})
"""How pydantic names the types of a plain value, as steps of a path that the file has not."""
_PLAIN = "a plain value was expected, such as 3, 2025-01-01 or a text in quotes"


def _of_union(loc: Path, parsed: Parsed, path: Path) -> Path | None:
    """Return the path of a value that may be of several types; None for any other."""
    for length, step in enumerate(loc):
        if step in _MEMBERS and (*path, *loc[: length + 1]) not in parsed.spots:
            return loc[:length]
    return None


_WANTED = {
    "int": "a whole number was expected, such as 1",
    "date": "a day was expected, written 2025-01-01",
    "list": "a list was expected; write [a, b], or a dash and one entry on each line",
    "string_type": "a text was expected; put quotes around it",
    "bool": "write true or false",
}
"""What pydantic's types of fault ask for, by the beginning of their names."""


def _sentence(detail: ErrorDetails) -> str:
    name = _dotted(detail["loc"]) or "the record"
    kind = detail["type"]
    match kind:
        case "missing":
            return f"{name} is missing; add it"
        case "unexpected_keyword_argument":
            return f"unknown key {name}{_key_mend(detail)}"
        case "string_pattern_mismatch":
            written = str(detail["input"])[:80]
            return f"{name} is not a valid id: {written!r}; write lower-case letters, digits, . _ -"
        case "dataclass_type" if detail["msg"].endswith("Words"):
            return f"{name}: a text in both languages was expected; write {{zh: …, en: …}}"
        case "literal_error":
            choices = re.findall(r"'([^']+)'", detail["msg"])
            hint = nearest(str(detail["input"]), choices)
            return f"{name}: {_lowered(detail['msg'])}{hint}"
        case _:
            pass
    wanted = next((text for start, text in _WANTED.items() if kind.startswith(start)), None)
    return f"{name}: {wanted or _lowered(detail['msg'])}"


def _key_mend(detail: ErrorDetails) -> str:
    if detail["input"] is None:
        return "; is there a comma in a text or number? put quotes around it"
    return nearest(str(detail["loc"][-1]), _KEYS) or "; take it out"


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]


def _dotted(path: Sequence[str | int]) -> str:
    return ".".join(str(step) for step in path)
