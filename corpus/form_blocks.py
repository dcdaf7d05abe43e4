"""Blocks of filled forms: blanks written by hand, boxed characters, stacks, opened booklets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from corpus.blocks import Setter
from corpus.lines import Placed, Type, break_lines
from corpus.markup import Atom, parse
from corpus.press import Ink
from corpus.style import ink

_PENS: Mapping[str, Ink] = {
    "blue": (0.08, 0.14, 0.5),
    "black": (0.08, 0.08, 0.1),
    "pen": (0.16, 0.18, 0.3),
}


@dataclass(slots=True, kw_only=True)
class FormSetter(Setter):
    """Sets what ordinary blocks do not: forms as they are filled in, pages side by side."""

    bound: bool = False
    """Whether the blocks stand on a page that cannot go on overleaf."""

    def need(self, room: float) -> None:
        """Begin a new page unless there is that much room left or the page is bound."""
        if not self.bound:
            Setter.need(self, room)

    # --- blanks ----------------------------------------------------------------------------------

    def _hand(self, block: Mapping[str, Any]) -> Type:
        """Return the type of what is written into a blank."""
        if block["ink"] == "type":
            return self.style.value
        size = self.style.body.size * block["large"]
        return replace(
            self.style.value, face="kai", latin="kai", size=size, ink=_PENS[block["ink"]]
        )

    def _blank(self, value: str, block: Mapping[str, Any]) -> None:
        """Print a label and a rule, and write the value above the rule, not quite on it."""
        hand, label = self._hand(block), self.style.label
        pitch = max(hand.size, label.size) * 1.75
        words = parse(block["label"] + self.style.colon, self.wording)
        start = self.left + sum(label.width(atom) for atom in words) + 3
        self.need(pitch)
        first = len(self.press.runs)
        self.press.line(
            break_lines(words, label, self.right - self.left)[0],
            self.left,
            self.y + pitch * 0.72,
            label,
        )
        middle = len(self.press.runs)
        rng = self.wording.rng
        lines = break_lines(parse(value, self.wording), hand, self.right - start - 8)
        for number, line in enumerate(lines):
            if number:
                self.need(pitch)
            baseline = self.y + pitch * 0.72
            self.press.rule(start, baseline + 2.5, self.right, baseline + 2.5, 0.5)
            off = rng.uniform(-block["wild"], block["wild"] * 0.6)
            self.press.line(line, start + rng.uniform(2, 8), baseline + off, hand)
            self.y += pitch
        self._pair_up(first, middle)

    def _pair_up(self, first: int, middle: int) -> None:
        last = len(self.press.runs)
        if first < middle < last:
            self.press.pairs.append((range(first, middle), range(middle, last)))

    def _boxed(self, value: str, block: Mapping[str, Any]) -> None:
        """Print a label and a row of boxes with one character each."""
        hand, label = self._hand(block), self.style.label
        words = parse(block["label"], self.wording)
        letters = [atom for atom in parse(value, self.wording) if atom.text.strip()]
        start = self.left + sum(label.width(atom) for atom in words) + 8
        side = min((self.right - start) / max(1, len(letters)), 19.0)
        if side < hand.size:
            hand = replace(hand, size=side * 0.86)
        tall = max(side, hand.size * 1.3)
        self.need(tall + 8)
        baseline = self.y + 4 + tall / 2 + hand.size * 0.36
        first = len(self.press.runs)
        self.press.line(
            break_lines(words, label, self.right - self.left)[0], self.left, baseline, label
        )
        middle = len(self.press.runs)
        placed: list[Placed] = []
        for number, atom in enumerate(letters):
            left = number * side
            self.press.box((start + left, self.y + 4, start + left + side, self.y + 4 + tall), 0.5)
            wide = hand.width(atom)
            apart = Placed(atom=Atom(text="", mark="room:0"), x=left, width=0.0)
            placed += [apart, Placed(atom=atom, x=left + (side - wide) / 2, width=wide)]
        self.press.line(placed, start, baseline, hand)
        self.y += tall + 8
        self._pair_up(first, middle)

    # --- stacks ----------------------------------------------------------------------------------

    def _stacks(self, rows: Sequence[Sequence[str]], block: Mapping[str, Any]) -> None:
        """Print labels with their values below them, `across` beside each other."""
        across = block["across"]
        gap = 14.0
        width = (self.right - self.left - gap * (across - 1)) / across
        for at in range(0, len(rows), across):
            some = rows[at : at + across]
            wide = (self.right - self.left) if len(some) == 1 else width
            tall = max(self._stack_height(value, wide) for _, value in some)
            self.need(tall)
            top = self.y
            for number, (label, value) in enumerate(some):
                left = self.left + number * (width + gap)
                self._stack(label, value, (left, left + wide), block)
                self._stack_rule(block["ruled"], (left, top, left + wide, top + tall - 5))
                self.y = top
            self.y = top + tall

    def _stack_height(self, value: str, width: float) -> float:
        """Return the room a label and its value take; nothing is counted as printed by asking."""
        size = self.style.value.size
        asked = replace(self.wording, counts={}, chosen=dict(self.wording.chosen))
        rows = len(break_lines(parse(value, asked), self.style.value, width - 8))
        return size * (1.5 + rows * self.style.leading) + 9

    def _stack(
        self, label: str, value: str, sides: tuple[float, float], block: Mapping[str, Any]
    ) -> None:
        setting = self.style.label
        if block["small"]:
            setting = replace(setting, size=setting.size * 0.82)
        left, right = sides[0] + 4, sides[1] - 4
        first = len(self.press.runs)
        self._text(label, setting, left=left, right=right, leading=1.5, fixed=True)
        middle = len(self.press.runs)
        self._text(value, self.style.value, left=left, right=right, fixed=True)
        self._pair_up(first, middle)

    def _stack_rule(self, manner: str, rect: tuple[float, float, float, float]) -> None:
        if manner == "below":
            self.press.rule(rect[0], rect[3], rect[2], rect[3], 0.5, ink("grey"))
        elif manner == "box":
            self.press.box(rect, 0.5, ink("grey"))

    # --- pages -----------------------------------------------------------------------------------

    def _spread(self, sides: Sequence[Sequence[Mapping[str, Any]]], _block: Any) -> None:
        """Set two lists of blocks as the pages of an opened booklet."""
        left, right, y = self.left, self.right, self.y
        middle = self.size[0] / 2
        self.bound = True
        margin = min(self.style.margin, 58) * 0.8
        for number, side in enumerate(sides):
            self.left = margin if number == 0 else middle + margin
            self.right = middle - margin if number == 0 else self.size[0] - margin
            self.y = y
            self.set_all(side)
        self.bound = False
        self.left, self.right = left, right

    def _spine(self, manner: str, _block: Mapping[str, Any]) -> None:
        """Draw the fold of a booklet down the middle of the page."""
        middle, height = self.size[0] / 2, self.size[1]
        if manner == "line":
            self.press.rule(middle, 30, middle, height - 30, 0.6, ink("grey"))
        elif manner == "fold":
            for step in range(6):
                shade = (0.97 - 0.012 * (5 - step),) * 3
                for side in (-1, 1):
                    x = middle + side * (step + 0.5) * 1.6
                    self.press.rule(x, 0, x, height, 1.6, shade)
