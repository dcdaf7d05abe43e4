"""Atoms broken into lines as Chinese typesetting breaks them.

Any two Chinese characters may part, but no line begins with closing punctuation or ends with an
opening one; runs of Latin letters and digits stay together as long as they fit a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.faces import advance, has_glyph
from corpus.markup import Atom

_NOT_FIRST = set("，。、；：！？）〕】》”’％%,.;:)]}㎡²")  # noqa: RUF001 (Chinese punctuation)
_NOT_LAST = set("（〔【《“‘([{¥￥")  # noqa: RUF001 (likewise)
_JOINED = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,-/#~")


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """The face and size text is set in."""

    face: str
    latin: str
    """The face of Latin letters and digits; the same as `face` where the Chinese face has them."""
    size: float
    bold: bool = False
    ink: tuple[float, float, float] = (0.0, 0.0, 0.0)
    spacing: float = 0.0
    squeeze: float = 1.0
    """How wide its characters are, compared with those of the face."""

    def face_of(self, char: str) -> str:
        """Return the face that shows this character."""
        if char.isascii() and has_glyph(self.latin, char):
            return self.latin
        if has_glyph(self.face, char):
            return self.face
        return "hei" if has_glyph("hei", char) else "song"

    def width(self, atom: Atom) -> float:
        """Return how much room the atom takes, in points."""
        if atom.mark.startswith("room:"):
            return float(atom.mark[5:])
        if atom.mark in ("tick", "box"):
            return self.size * 1.08
        if not atom.text or atom.text == "\n":
            return 0.0
        size = self.size * atom.scale
        return advance(self.face_of(atom.text), atom.text, size) * self.squeeze + self.spacing


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An atom and how far right of the line's start it stands."""

    atom: Atom
    x: float
    width: float


def break_lines(
    atoms: Sequence[Atom], setting: Type, width: float, *, first_indent: float = 0.0
) -> list[list[Placed]]:
    """Return the lines, each a list of placed atoms; there is at least one line."""
    lines: list[list[Placed]] = [[]]
    x = first_indent
    for group in _groups(list(atoms)):
        if group[0].text == "\n":
            lines.append([])
            x = 0.0
            continue
        room = sum(setting.width(atom) for atom in group)
        if room > width + 0.01:
            group_lines = [[atom] for atom in group]
        else:
            group_lines = [group]
            if x + room > width + 0.01 and lines[-1]:
                lines.append([])
                x = 0.0
        for part in group_lines:
            for atom in part:
                advance_by = setting.width(atom)
                if len(part) == 1 and x + advance_by > width + 0.01 and lines[-1]:
                    lines.append([])
                    x = 0.0
                lines[-1].append(Placed(atom=atom, x=x, width=advance_by))
                x += advance_by
    return lines


def _groups(atoms: list[Atom]) -> Iterator[list[Atom]]:
    """Yield runs of atoms that no line end may part."""
    group: list[Atom] = []
    for atom in atoms:
        if group and not _sticks(group[-1], atom):
            yield group
            group = []
        group.append(atom)
    if group:
        yield group


def _sticks(left: Atom, right: Atom) -> bool:
    if "\n" in (left.text, right.text):
        return False
    if right.mark and not right.mark.startswith(("tick", "box", "room")):
        return True
    if left.mark in ("tick", "box"):
        return True
    if right.text in _NOT_FIRST or left.text in _NOT_LAST:
        return bool(right.text and left.text)
    return left.text in _JOINED and right.text in _JOINED and bool(left.text and right.text)
