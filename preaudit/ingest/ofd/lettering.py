"""Text objects: every character at the place that the OFD gives it.

OFD leaves nothing to a layout engine: each character has its own offset from the one before. So
boxes are exact whatever font is at hand, and only the look depends on it.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from preaudit.ingest.characters import as_meant
from preaudit.ingest.ofd.faces import Face
from preaudit.ingest.ofd.markup import Element, child, children, flag, text_of
from preaudit.ingest.ofd.numbers import (
    Matrix,
    Point,
    corners,
    number,
    numbers,
    offsets,
    scale,
    then,
    written,
)
from preaudit.ingest.ofd.resources import Font, Resources
from preaudit.ingest.ofd.surface import Surface
from preaudit.ingest.ofd.truetype import BrokenFont, TrueType
from preaudit.ingest.ofd.typefaces import Typefaces
from preaudit.ingest.problems import Refusal

_ASCENT, _DESCENT = 0.88, 0.12
"""Of a character's box, in ems, above and below its base line."""
_BOLD_FROM = 600
_BOLDER_EMS = 0.035
_SLANT = 0.21
_LINE_MM = 0.353
_IDEOGRAPHS_FROM = 0x2E80
_CHARS_MAX = 100_000
_SMALLEST = 1e-6
_UPWARDS: Matrix = (1.0, 0.0, 0.0, -1.0, 0.0, 0.0)
_NAMELESS = Font(name="", family="", part=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One glyph of a text object, before it is known which font draws it."""

    text: str
    glyph: int | None
    """The number of the glyph, when the document says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """How a text object is to be drawn."""

    font: Font
    size: float
    across: float
    """How much wider than high (HScale)."""
    direction: int
    """Of characters: degrees clockwise."""
    reading: int
    is_bold: bool
    is_slanted: bool
    fills: bool
    strokes: bool
    line: float


def text_style(element: Element, resources: Resources, line: float | None) -> TextStyle:
    """Return how a text object is to be drawn."""
    font = resources.fonts.get(element.get("Font") or "", _NAMELESS)
    return TextStyle(
        font=font,
        size=number(element.get("Size"), 0.0),
        across=number(element.get("HScale"), 1.0) or 1.0,
        direction=int(number(element.get("CharDirection"))) % 360,
        reading=int(number(element.get("ReadDirection"))) % 360,
        is_bold=font.is_bold or number(element.get("Weight"), 400) >= _BOLD_FROM,
        is_slanted=font.is_italic or flag(element, "Italic", default=False),
        fills=flag(element, "Fill", default=True),
        strokes=flag(element, "Stroke", default=False),
        line=_LINE_MM if line is None else line,
    )


@dataclass(slots=True, kw_only=True)
class Scribe:
    """Writes text objects onto a page."""

    surface: Surface
    resources: Resources
    typefaces: Typefaces

    def write(self, element: Element, style: TextStyle, by: Matrix, *, visible: bool) -> None:
        """Write one text object.

        Args:
            element: The TextObject.
            style: How it is drawn; the colour is set already.
            by: From the object's coordinates to the page. The canvas draws through it already.
            visible: Whether it leaves ink.
        """
        embedded = self.resources.face(style.font)
        here: Point = (0.0, 0.0)
        shapes = _shapes(element)
        before = 0
        for code in children(element, "TextCode"):
            here = number(code.get("X"), here[0]), number(code.get("Y"), here[1])
            chars = [char for char in (code.text or "")[:_CHARS_MAX] if char not in "\r\n\t"]
            letters = list(_letters(chars, shapes, before))
            before += len(chars)
            steps = _Steps(code, len(letters), style)
            for index, letter in enumerate(letters):
                self.surface.count()
                face, glyph = self._choose(letter, embedded, style.font)
                advance = _advance(letter.text, face, glyph)
                frame = _frame(style, here)
                if visible:
                    self._draw(face, glyph, style, frame)
                self._tell(letter.text, advance, then(frame, by), visible=visible)
                x, y = steps.after(index, advance * style.size * style.across)
                here = here[0] + x, here[1] + y

    def _choose(
        self, letter: Letter, embedded: Face | None, font: Font
    ) -> tuple[Face | None, int | None]:
        """Return the font and the glyph in it that draw a letter; None where nothing does."""
        if embedded is not None:
            if letter.glyph is not None and embedded.has(letter.glyph):
                return embedded, letter.glyph
            found = embedded.glyph_of(letter.text) if letter.text else None
            if found is not None:
                return embedded, found
        if not letter.text or letter.text.isspace():
            return None, None
        face = self.typefaces.with_char(letter.text[0], font.name, font.family)
        if face is not None:
            return face, face.glyph_of(letter.text)
        if ord(letter.text[0]) >= _IDEOGRAPHS_FROM and self.typefaces.with_char("一") is None:
            raise Refusal("no_cjk_font")
        return None, None

    def _draw(self, face: Face | None, glyph: int | None, style: TextStyle, frame: Matrix) -> None:
        """Draw a glyph; one that cannot be drawn is left to its box."""
        if face is None or glyph is None:
            return
        bolder = style.is_bold and not face.is_embedded
        width = 0.0
        if style.strokes or bolder:
            width = _BOLDER_EMS * style.size if bolder else style.line
        try:
            if isinstance(face.font, TrueType):
                self._write(face.font, glyph, style, frame, width)
            else:
                self._outline(face.font.outline(glyph), face.units_per_em, style, frame, width)
        except BrokenFont:
            return

    def _write(
        self, font: TrueType, glyph: int, style: TextStyle, frame: Matrix, width: float
    ) -> None:
        """Write a glyph with its font; strokes are as wide as the object's coordinates say."""
        canvas = self.surface.canvas
        if width:
            canvas.put(written(width) + b" w")
        paint = (2 if style.fills else 1) if width else 0
        canvas.letter(font, glyph, then(_UPWARDS, frame), paint=paint)

    def _outline(
        self, outline: bytes, units: float, style: TextStyle, frame: Matrix, width: float
    ) -> None:
        """Draw a glyph as a path; strokes are as wide as its own coordinates say."""
        by = then((1 / units, 0.0, 0.0, -1 / units, 0.0, 0.0), frame)
        parts = [b"q", written(*by), b"cm"]
        if width:
            parts += [written(width * units / max(style.size, _SMALLEST)), b"w"]
        paint = (b"B" if style.fills else b"S") if width else b"f"
        if outline:
            self.surface.canvas.put(b" ".join(parts), outline, paint + b" Q")

    def _tell(self, text: str, advance: float, frame: Matrix, *, visible: bool) -> None:
        shown = as_meant(text)
        box = corners(0.0, -_ASCENT, advance, _DESCENT, frame)
        self.surface.add_char(shown, box, size_mm=scale(frame), visible=visible)


def _frame(style: TextStyle, here: Point) -> Matrix:
    """Return the matrix from ems of a character (y down) to the object's coordinates."""
    angle = math.radians(style.direction)
    cos, sin = math.cos(angle), math.sin(angle)
    slant = -_SLANT if style.is_slanted else 0.0
    own = (style.size * style.across, 0.0, slant * style.size, style.size, 0.0, 0.0)
    return then(own, (cos, sin, -sin, cos, here[0], here[1]))


def _advance(text: str, face: Face | None, glyph: int | None) -> float:
    """Return how wide a character is, in ems."""
    if face is not None and glyph is not None:
        known = face.advance(glyph)
        if known is not None:
            return known
    wide = bool(text) and unicodedata.east_asian_width(text[0]) in "WFA"
    return 1.0 if wide else 0.5


class _Steps:
    """How far it is from each letter of a TextCode to the next one."""

    def __init__(self, code: Element, letters: int, style: TextStyle) -> None:
        self._across = offsets(code.get("DeltaX"), max(0, letters - 1))
        self._down = offsets(code.get("DeltaY"), max(0, letters - 1))
        self._reading = style.reading

    def after(self, index: int, advance: float) -> Point:
        """Return the step behind a letter that is `advance` wide.

        Where no offsets are given the letters follow one another as wide as they are.
        """
        if self._across or self._down:
            return _at(self._across, index), _at(self._down, index)
        match self._reading:
            case 90:
                return 0.0, advance
            case 180:
                return -advance, 0.0
            case 270:
                return 0.0, -advance
            case _:
                return advance, 0.0


def _at(values: list[float], index: int) -> float:
    """Return a value of a list; the last one where it is too short, 0 where it is empty."""
    return values[min(index, len(values) - 1)] if values else 0.0


def _shapes(element: Element) -> dict[int, tuple[int, list[int]]]:
    """Return, by the number of a character, how many characters which glyphs stand for."""
    found = {}
    for shape in children(element, "CGTransform"):
        glyphs = [int(one) for one in numbers(text_of(child(shape, "Glyphs")))]
        codes = max(1, int(number(shape.get("CodeCount"), 1)))
        found[int(number(shape.get("CodePosition")))] = (codes, glyphs)
    return found


def _letters(
    chars: list[str], shapes: dict[int, tuple[int, list[int]]], before: int
) -> Iterator[Letter]:
    """Yield the glyphs for some characters, `before` of which stood in earlier TextCodes."""
    at = 0
    while at < len(chars):
        codes, glyphs = shapes.get(before + at, (1, []))
        run = chars[at : at + codes]
        at += codes
        if not glyphs:
            yield from (Letter(text=char, glyph=None) for char in run)
            continue
        for index, glyph in enumerate(glyphs[: len(run) + _CHARS_MAX]):
            is_last = index == len(glyphs) - 1
            text = "".join(run[index:]) if is_last else "".join(run[index : index + 1])
            yield Letter(text=text, glyph=glyph)
