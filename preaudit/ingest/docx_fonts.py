"""Chinese fonts of this machine for laying out a DOCX."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from preaudit.ingest.problems import Refusal

FONT_PLACES: tuple[tuple[str, int], ...] = (
    ("/usr/share/fonts/truetype/arphic/uming.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/usr/share/fonts/truetype/arphic/ukai.ttc", 0),
    ("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", 0),
    ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 0),
)
"""Where Debian puts Chinese fonts with TrueType outlines, and which font of the collection to take.

The first that is there writes the text; a character that it lacks (a rare one, a ticked box) is
written with the first one that has it. The last is for symbols only. (reportlab embeds no fonts
with PostScript outlines, such as Noto CJK.)
"""
_SYMBOLS_ONLY = 1
_MISSING = "〓"
"""The printers' sign for a character that is not in the case."""


class Fonts:
    """The fonts of this machine that can write Chinese, loaded when they are needed.

    Args:
        places: Files and which font of each to take, the best first, one for symbols last.

    Raises:
        Refusal: `no_cjk_font`.
    """

    def __init__(self, places: Sequence[tuple[str, int]] = FONT_PLACES) -> None:
        self._waiting = [place for place in places[:-_SYMBOLS_ONLY] if Path(place[0]).is_file()]
        self._loaded: list[TTFont] = []
        while self._waiting and not self._loaded:
            self._load_next()
        if not self._loaded:
            raise Refusal("no_cjk_font")
        self._waiting += [place for place in places[-_SYMBOLS_ONLY:] if Path(place[0]).is_file()]

    @property
    def name(self) -> str:
        """The font that writes what it can."""
        return str(self._loaded[0].fontName)

    def markup(self, text: str) -> str:
        """Return text as reportlab markup, each run in a font that has its characters."""
        pieces = []
        for font, chars in groupby(text, key=self._font_of):
            run = "".join(chars)
            written = escape(run) if font else _MISSING * len(run)
            plain = not font or font == self.name
            pieces.append(written if plain else f'<font name="{font}">{written}</font>')
        return "".join(pieces)

    def _font_of(self, char: str) -> str:
        """Return the first font that has a character; empty when none has it."""
        if char.isspace():
            return self.name
        at = 0
        while at < len(self._loaded) or self._waiting:
            if at == len(self._loaded):
                self._load_next()
                continue
            if ord(char) in self._loaded[at].face.charToGlyph:
                return str(self._loaded[at].fontName)
            at += 1
        return ""

    def _load_next(self) -> None:
        place, index = self._waiting.pop(0)
        try:
            font = TTFont(Path(place).stem, place, subfontIndex=index)
        except (TTFError, OSError):
            return
        pdfmetrics.registerFont(font)
        self._loaded.append(font)
