"""Spaces that mean something, and those that only spread a line out."""

from __future__ import annotations

from collections.abc import Sequence


def kept(text: str) -> list[int]:
    """Return the positions of the characters that `tidied` keeps."""
    return [
        index
        for index, character in enumerate(text)
        if not character.isspace() or _parts_words(text, index)
    ]


def tidied(text: str, edges: Sequence[float]) -> tuple[str, tuple[float, ...]]:
    """Return the text with spaces only between two western words, and its edges.

    Args:
        text: As spelled; any white space.
        edges: len(text) + 1 positions.
    """
    places = kept(text)
    if not places:
        return "", (edges[0],)
    said = "".join(" " if text[index].isspace() else text[index] for index in places)
    return said, (*(edges[index] for index in places), edges[places[-1] + 1])


def _parts_words(text: str, index: int) -> bool:
    """Whether the space at `index` is the first between two western letters or digits."""
    before, after = text[:index], text[index:].lstrip()
    if not before or before[-1].isspace() or not after:
        return False
    return _western(before[-1]) and _western(after[0])


def _western(character: str) -> bool:
    return character.isascii() and character.isalnum()
