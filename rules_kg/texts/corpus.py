"""A folder of Markdown files to law texts, and the files that are none, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rules_kg.texts.laws import LawText
from rules_kg.texts.parsing import MOST_BYTES, TextFault, parse_law


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """What a folder of laws holds."""

    texts: tuple[LawText, ...]
    """In the order of their paths."""
    faults: tuple[TextFault, ...]
    """Files that could not be taken."""


def read_corpus(folder: Path) -> Corpus:
    """Return every law text below a folder; links that lead out of it are not followed.

    Raises:
        NotADirectoryError: There is no such folder.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder")
    texts: list[LawText] = []
    faults: list[TextFault] = []
    for path in _files(folder.resolve()):
        name = path.relative_to(folder.resolve()).as_posix()
        try:
            texts.append(parse_law(_read(path, name), name=name))
        except TextFault as fault:
            faults.append(fault)
    return Corpus(texts=tuple(texts), faults=tuple(faults))


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*.md")):
        if path.is_file() and path.resolve().is_relative_to(root):
            yield path


def _read(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise TextFault(name, 0, f"cannot be read: {error.strerror}") from error
