"""Blocks of a page template: headings, paragraphs, ruled tables, labelled lines, columns.

A template is a list of one-key mappings (content/papers/*.yaml); each key names a method here. The
setter keeps a cursor, begins a new page when a block does not fit, and leaves marks to the signer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from corpus.cards import card_side
from corpus.lines import Type, break_lines
from corpus.markup import Atom, Wording, parse, resolve
from corpus.press import Press, Slot
from corpus.stamps import portrait, qr_code
from corpus.style import Style, ink
from corpus.tables import Cell, lay_table

_CELL = re.compile(r"^(?:c(?P<across>\d+))?(?:r(?P<down>\d+))?(?P<flags>[tlmwh]*)\|")


@dataclass(slots=True, kw_only=True)
class Setter:
    """Sets the blocks of one paper on the press."""

    press: Press
    style: Style
    wording: Wording
    size: tuple[float, float]
    top: float
    y: float = 0.0
    left: float = 0.0
    right: float = 0.0
    on_page: list[Mapping[str, Any]] = field(default_factory=list)
    """Decorations of every page (frames, tints, running heads)."""
    card_scale: float = 0.0
    """How large identity cards are, once one was drawn at a scale of its own."""

    def start_page(self) -> None:
        """Begin a page with its decorations; the cursor goes to its top."""
        self.press.new_page(self.size)
        self.left, self.right = self.style.margin, self.size[0] - self.style.margin
        self.y = self.top
        for block in self.on_page:
            self.set(block)
        self.y = self.top

    def set(self, block: Mapping[str, Any]) -> None:
        """Set one block."""
        for key, content in block.items():
            method = getattr(self, f"_{key}", None)
            if method is not None:
                method(content, block)
                return
        raise ValueError(f"no such block: {sorted(block)}")

    def set_all(self, blocks: Sequence[Mapping[str, Any]]) -> None:
        """Set the blocks one below the other."""
        for block in blocks:
            self.set(block)

    # --- text -----------------------------------------------------------------------------------

    def _type(self, block: Mapping[str, Any], setting: Type) -> Type:
        changes: dict[str, Any] = {}
        if "size" in block:
            changes["size"] = block["size"]
        if "ink" in block:
            changes["ink"] = ink(block["ink"])
        if "face" in block:
            changes["face"] = changes["latin"] = block["face"]
        if "bold" in block:
            changes["bold"] = block["bold"]
        if "spacing" in block:
            changes["spacing"] = block["spacing"]
        return replace(setting, **changes)

    def _text(  # noqa: PLR0913 (a paragraph has that many measures)
        self,
        markup: str,
        setting: Type,
        *,
        indent: float = 0.0,
        align: str = "left",
        left: float | None = None,
        right: float | None = None,
        leading: float | None = None,
        fixed: bool = False,
    ) -> None:
        start = self.left if left is None else left
        end = self.right if right is None else right
        lines = break_lines(parse(markup, self.wording), setting, end - start, first_indent=indent)
        pitch = setting.size * (leading or self.style.leading)
        for line in lines:
            if not fixed:
                self.need(pitch)
            wide = line[-1].x + line[-1].width - setting.spacing if line else 0.0
            offset = {"left": 0.0, "centre": (end - start - wide) / 2, "right": end - start - wide}[
                align
            ]
            baseline = self.y + (pitch + setting.size * 0.72) / 2
            self.press.line(line, start + offset, baseline, setting)
            self.y += pitch

    def need(self, room: float) -> None:
        """Begin a new page unless there is that much room left."""
        if self.y + room > self.size[1] - self.style.margin * 0.9:
            self.start_page()

    def _title(self, text: str, block: Mapping[str, Any]) -> None:
        self.y += block.get("before", 6)
        setting = self._type({"spacing": 0, **block}, self.style.head)
        self._text(text, setting, align="centre", leading=1.45)
        self.y += block.get("after", 12)

    def _centre(self, text: str, block: Mapping[str, Any]) -> None:
        self._text(text, self._type(block, self.style.body), align="centre")

    def _right(self, text: str, block: Mapping[str, Any]) -> None:
        self._text(text, self._type(block, self.style.body), align="right")

    def _left(self, text: str, block: Mapping[str, Any]) -> None:
        self._text(text, self._type(block, self.style.body))

    def _p(self, text: str, block: Mapping[str, Any]) -> None:
        setting = self._type(block, self.style.body)
        self._text(text, setting, indent=setting.size * 2)

    def _h(self, text: str, block: Mapping[str, Any]) -> None:
        setting = self._type(
            {"bold": True, **block}, replace(self.style.body, face=self.style.head.face)
        )
        self.need(setting.size * 4)
        self._text(text, setting, indent=setting.size * block.get("indent", 0))

    def _items(self, texts: Sequence[str], block: Mapping[str, Any]) -> None:
        setting = self._type(block, self.style.body)
        for text in texts:
            self._text(text, setting, indent=setting.size * block.get("indent", 2))

    def _gap(self, points: float, _block: Mapping[str, Any]) -> None:
        self.y += points

    def _at(self, share: float, _block: Mapping[str, Any]) -> None:
        self.y = max(self.y, self.size[1] * share)

    def _put(self, markup: str, block: Mapping[str, Any]) -> None:
        """Set text at a place of the page given by shares, whatever the cursor."""
        y, self.y = self.y, self.size[1] * block["y"]
        role, self.press.role = self.press.role, block.get("role", "fixed")
        setting = self._type(block, self.style.body)
        left = self.size[0] * block.get("x", 0.1)
        right = self.size[0] * block.get("to", 0.9)
        self._text(
            markup,
            setting,
            align=block.get("align", "left"),
            left=left,
            right=right,
            leading=1.3,
            fixed=True,
        )
        self.y, self.press.role = y, role

    # --- labelled lines --------------------------------------------------------------------------

    def _lines(self, rows: Sequence[Sequence[str]], block: Mapping[str, Any]) -> None:
        """Set rows of label and value without rules."""
        left = self.left + block.get("indent", 0)
        value_type = self._type(block, self.style.value)
        label_type = self._type(
            {key: block[key] for key in ("size",) if key in block}, self.style.label
        )
        right = self.size[0] * block["to"] if "to" in block else self.right
        for label, value in rows:
            self._pair(
                label,
                value,
                (left, right, float(block.get("label", 0))),
                (label_type, value_type),
                pitch=block.get("leading", self.style.leading + 0.25),
                flush=block.get("align") == "right",
            )

    def _pair(
        self,
        label: str,
        value: str,
        measure: tuple[float, float, float],
        types: tuple[Type, Type],
        *,
        pitch: float,
        flush: bool = False,
    ) -> None:
        """Set a label and its value; `flush` has labels end together instead of spreading them."""
        left, right, width = measure
        label_type, value_type = types
        words = resolve(label, self.wording)
        atoms = parse(words, self.wording)
        if width and self.style.spread and not flush:
            atoms = _spread(atoms, label_type, width)
        elif not width:
            width = sum(label_type.width(atom) for atom in atoms)
        atoms += parse(self.style.colon, self.wording)
        used = sum(label_type.width(atom) for atom in atoms)
        self.need(value_type.size * pitch)
        start = left + max(used, width + label_type.size) + (2 if words else 0)
        baseline = self.y + value_type.size * (pitch + 0.72) / 2
        first = len(self.press.runs)
        if words:
            at = max(left, start - used - 2) if flush else left
            self.press.line(
                break_lines(atoms, label_type, right - left)[0], at, baseline, label_type
            )
        else:
            start = left
        middle = len(self.press.runs)
        self._text(value, value_type, left=start, right=right, leading=pitch)
        last = len(self.press.runs)
        if first < middle < last:
            self.press.pairs.append((range(first, middle), range(middle, last)))

    # --- tables ----------------------------------------------------------------------------------

    def _grid(self, rows: Sequence[Sequence[str]], block: Mapping[str, Any]) -> None:
        """Set a ruled table; `cols` are shares of its width."""
        shares = block["cols"]
        left = self.left if "from" not in block else self.size[0] * block["from"]
        right = self.right if "to" not in block else self.size[0] * block["to"]
        widths = [(right - left) * share / sum(shares) for share in shares]
        label_type = self._type(
            {key: block[key] for key in ("size",) if key in block}, self.style.label
        )
        value_type = self._type(block, self.style.value)
        cells = [[self._cell(text, label_type, value_type) for text in row] for row in rows]
        lay_table(
            self,
            cells,
            widths,
            left=left,
            row_height=block.get("row", 26),
            rule_ink=ink(block.get("rules", "black")),
            pad=block.get("pad", 4),
            repeat=block.get("repeat", 0),
        )

    def _cell(self, text: str, label_type: Type, value_type: Type) -> Cell:
        shape = _CELL.match(text)
        words = text[shape.end() :] if shape else text
        flags = shape["flags"] if shape else ""
        bare = not any(sign in words for sign in "{<[") and "l" not in flags
        is_label = "h" in flags or (bare and "\n" not in words)
        setting = label_type if is_label else value_type
        return Cell(
            atoms=tuple(parse(words, self.wording)),
            setting=setting,
            across=int(shape["across"] or 1) if shape else 1,
            down=int(shape["down"] or 1) if shape else 1,
            centred=is_label or "m" in flags,
            top="t" in flags,
            fill=self.style.label_fill if is_label and words else None,
            tall="w" in flags,
        )

    # --- arrangement and decoration --------------------------------------------------------------

    def _columns(
        self, columns: Sequence[Sequence[Mapping[str, Any]]], block: Mapping[str, Any]
    ) -> None:
        """Set lists of blocks side by side; `shares` are their widths."""
        self.need(block.get("room", 0))
        shares = block.get("shares", [1] * len(columns))
        gap = block.get("space", 16)
        left, right, y = self.left, self.right, self.y
        width = right - left - gap * (len(columns) - 1)
        lowest, at = y, left
        for share, column in zip(shares, columns, strict=True):
            self.left, self.right, self.y = at, at + width * share / sum(shares), y
            self.set_all(column)
            lowest = max(lowest, self.y)
            at = self.right + gap
        self.left, self.right, self.y = left, right, lowest

    def _page(self, _options: Any, _block: Mapping[str, Any]) -> None:
        self.start_page()

    def _keep(self, room: float, _block: Mapping[str, Any]) -> None:
        self.need(room)

    def _rule(self, width: float, block: Mapping[str, Any]) -> None:
        self.press.rule(
            self.left, self.y, self.right, self.y, width, ink(block.get("ink", "black"))
        )
        self.y += 4

    def _frame(self, colour: str, block: Mapping[str, Any]) -> None:
        """Draw a border around the page: one line or two."""
        width, height = self.size
        for inset, line in block.get("lines_at", ((24, 2.4), (30, 0.7))):
            self.press.box((inset, inset, width - inset, height - inset), line, ink(colour))

    def _tint(self, colour: str, _block: Mapping[str, Any]) -> None:
        self.press.fill((0, 0, *self.size), ink(colour), under=True)

    def _qr(self, place: Sequence[float], _block: Mapping[str, Any]) -> None:
        """Put a QR code: left and top as shares, side in points."""
        x, y, side = self.size[0] * place[0], self.size[1] * place[1], place[2]
        code = f"https://cx.example.invalid/v?id={self.wording.rng.randrange(10**15)}"
        rect = (x, y, x + side, y + side)
        self.press.image(qr_code(code), rect, page=self.press.page, over=False)
        self.press.slots.append(_qr_slot(self.press.page, rect))

    def _photo(self, place: Sequence[float], _block: Mapping[str, Any]) -> None:
        """Put a portrait: left and top as shares, width in points."""
        x, y, width = self.size[0] * place[0], self.size[1] * place[1], place[2]
        picture = portrait(self.wording.rng.randrange(8))
        rect = (x, y, x + width, y + width * 4 / 3)
        self.press.image(picture, rect, page=self.press.page, over=False)
        self.press.drawn.append((self.press.page, rect))

    def _emblem(self, place: Sequence[float], _block: Mapping[str, Any]) -> None:
        """Draw a plain red disc with a gold rim where an emblem would be."""
        x, y, side = self.size[0] * place[0], self.size[1] * place[1], place[2]
        self.press.disc(x, y, side / 2, ink("red"), ink("gold"))
        half = side / 2
        self.press.drawn.append((self.press.page, (x - half, y - half, x + half, y + half)))

    def _card(self, side: str, block: Mapping[str, Any]) -> None:
        """Draw one side of an identity card with its corner at shares of the page.

        `scales` are the least and the largest it may be; both sides on a paper are as large.
        """
        place = (self.size[0] * block["x"], self.size[1] * block["y"])
        if "scales" in block and not self.card_scale:
            self.card_scale = self.wording.rng.uniform(*block["scales"])
        scale = self.card_scale or 1.0
        card_side(self.press, self.wording, place, side, self.style.body, scale=scale)

    def _plot(self, height: float, _block: Mapping[str, Any]) -> None:
        """Draw a plot of land inside a box of that height."""
        rect = (self.left, self.y, self.right, self.y + height)
        self.press.box(rect, 0.8)
        rng = self.wording.rng
        x, y, width = rect[0], rect[1], rect[2] - rect[0]
        corners = [(0.2, 0.2), (0.75, 0.15), (0.82, 0.7), (0.5, 0.78), (0.18, 0.66)]
        points = [
            (
                x + width * (a + rng.uniform(-0.05, 0.05)),
                y + height * (b + rng.uniform(-0.05, 0.05)),
            )
            for a, b in corners
        ]
        self.press.polygon(points, 1.4, ink("red"))
        self.press.drawn.append((self.press.page, rect))
        self.y += height + 6


def _spread(atoms: list[Atom], setting: Type, width: float) -> list[Atom]:
    """Return the label's characters spread evenly over the width."""
    room = width - sum(setting.width(atom) for atom in atoms)
    if len(atoms) < 2 or room <= 0:  # noqa: PLR2004 (one character cannot be spread)
        return atoms
    gap = Atom(text="", mark=f"room:{room / (len(atoms) - 1):.3f}")
    spread = [atoms[0]]
    for atom in atoms[1:]:
        spread += [gap, atom]
    return spread


def _qr_slot(page: int, rect: tuple[float, float, float, float]) -> Slot:
    return Slot(mark="qr", page=page, x=rect[0], baseline=rect[1], size=rect[2] - rect[0])
