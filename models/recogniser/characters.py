"""Which characters the quick recogniser is taught.

What the tiny network can say already, every character of the Table of General Standard Chinese
Characters (as the Unicode Han database notes them down), every one of GB 2312, and a few units.
"""

from __future__ import annotations

import bz2
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml

_UNIHAN: Final = Path("/usr/share/unicode/Unihan_OtherMappings.txt.bz2")
_STANDARD: Final = "kTGH"
"""The database's name for the table's numbers."""
_GB_ROWS: Final = range(0xB0, 0xF8)
_GB_CELLS: Final = range(0xA1, 0xFF)


class MissingUnihanError(RuntimeError):
    """The Unicode Han database is not installed."""


_ZERO: Final = "\u3007"
UNKNOWN: Final = "\ufffd"
"""What the network is taught to say of a character that is not among its own: better than the one
that looks most like it."""


def classes(known: Sequence[str]) -> tuple[str, ...]:
    """Return what the classes of the new network stand for: those known, then the new ones."""
    new = {*standard_characters(), *gb2312(), *content()["more"]} - set(known)
    return (*known, *sorted(new), UNKNOWN)


@cache
def content() -> Mapping[str, Any]:
    """Return what lines are made of beside the texts of papers."""
    path = files("models") / "recogniser" / "content.yaml"
    found: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def as_known(text: str, known: Collection[str]) -> str:
    """Return what the network should say of a text."""
    return "".join(one if one in known else UNKNOWN for one in text)


def standard_characters() -> frozenset[str]:
    """Return the characters of the table.

    Raises:
        MissingUnihanError: The package that brings the database is not there.
    """
    if not _UNIHAN.is_file():
        raise MissingUnihanError(f"{_UNIHAN} is missing: install unicode-data")
    with bz2.open(_UNIHAN, "rt", encoding="utf-8") as rows:
        noted = (row.split("\t") for row in rows if not row.startswith("#"))
        return frozenset(
            chr(int(cells[0].removeprefix("U+"), 16))
            for cells in noted
            if len(cells) > 1 and cells[1] == _STANDARD
        )


def gb2312() -> frozenset[str]:
    """Return the Chinese characters of GB 2312."""
    return frozenset(_gb2312())


def _gb2312() -> Iterator[str]:
    for row in _GB_ROWS:
        for cell in _GB_CELLS:
            try:
                yield bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:
                continue


def is_han(character: str) -> bool:
    """Tell whether a character is a Chinese one."""
    return (
        "\u3400" <= character <= "\u9fff"
        or "\U00020000" <= character <= "\U0003ffff"
        or character == _ZERO
    )
