"""Chinese TrueType fonts for the PDF, found where systems keep them.

reportlab embeds TrueType outlines only, so the usual Noto CJK fonts (CFF outlines) do not serve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from preaudit.errors import PreauditError

_FOLDERS = (
    Path("/usr/share/fonts/truetype"),
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path("/System/Library/Fonts/Supplemental"),
    Path("C:/Windows/Fonts"),
)
_CENTRED = "，。、；：？！"
"""Marks that AR PL UMing sets in the middle of their square, as Taiwan does; the sans does not."""
_SERIF = (
    "arphic/uming.ttc",
    "arphic-uming/uming.ttc",
    "simsun.ttc",
    "Songti.ttc",
    "arphic/ukai.ttc",
)
_SANS = ("wqy/wqy-zenhei.ttc", "wqy-zenhei/wqy-zenhei.ttc", "wqy/wqy-microhei.ttc", "simhei.ttf")
REMEDY = "install one, on Debian: apt-get install fonts-arphic-uming fonts-wqy-zenhei"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fonts:
    """Names under which reportlab knows the fonts."""

    body: str
    heading: str

    def runs(self, text: str, first: str) -> tuple[tuple[str, str], ...]:
        """Return a text as runs of (font, text): `first`, or the other where it lacks a sign."""
        other = self.heading if first == self.body else self.body

        def font(sign: str) -> str:
            if sign in _CENTRED and _has(self.heading, sign):
                return self.heading
            return first if _has(first, sign) or not _has(other, sign) else other

        return tuple((name, "".join(signs)) for name, signs in groupby(text, key=font))


@cache
def fonts(folders: tuple[Path, ...] = _FOLDERS) -> Fonts:
    """Return the fonts, registered with reportlab.

    Args:
        folders: Where to look, the first first.

    Raises:
        PreauditError: This machine has none (`font_missing`).
    """
    body = _register("preaudit-body", font_files(_SERIF, folders))
    heading = _register("preaudit-heading", font_files(_SANS, folders))
    if body is None and heading is None:
        raise PreauditError(
            f"no Chinese TrueType font for the PDF was found; {REMEDY}", code="font_missing"
        )
    return Fonts(body=body or heading or "", heading=heading or body or "")


def font_files(
    names: Sequence[str] = (*_SERIF, *_SANS), folders: Sequence[Path] = _FOLDERS
) -> tuple[Path, ...]:
    """Return the font files that are on this machine, the best first."""
    paths = (folder / name for name in names for folder in folders)
    return tuple(path for path in paths if path.is_file())


def _register(name: str, candidates: Sequence[Path]) -> str | None:
    for path in candidates:
        try:
            pdfmetrics.registerFont(TTFont(name, str(path), subfontIndex=0))
        except (TTFError, OSError):
            continue  # a damaged or CFF file: the next one may serve
        return name
    return None


def _has(font: str, sign: str) -> bool:
    return ord(sign) in pdfmetrics.getFont(font).face.charToGlyph
