"""The typefaces papers are set in: Debian's TrueType Chinese faces, found by file name.

reportlab embeds TrueType outlines only, so the Noto CJK faces (CFF) are left out. A missing face is
an error that names the package to install.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont


class MissingFaceError(RuntimeError):
    """A typeface that papers need is not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    file: str
    package: str


_SOURCES = {
    "song": _Source(file="uming.ttc", package="fonts-arphic-uming"),
    "kai": _Source(file="ukai.ttc", package="fonts-arphic-ukai"),
    "hei": _Source(file="wqy-zenhei.ttc", package="fonts-wqy-zenhei"),
    "microhei": _Source(file="wqy-microhei.ttc", package="fonts-wqy-microhei"),
    "serif": _Source(file="LiberationSerif-Regular.ttf", package="fonts-liberation"),
    "sans": _Source(file="LiberationSans-Regular.ttf", package="fonts-liberation"),
}


@cache
def _font_files() -> dict[str, Path]:
    folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
    folders.append(Path(os.environ.get("XDG_DATA_HOME", "~/.local/share")).expanduser() / "fonts")
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.tt[cf]")):
            found.setdefault(path.name, path)
    return found


@cache
def face_path(face: str) -> Path:
    """Return the file of a face; raise `MissingFaceError` when it is not installed."""
    source = _SOURCES[face]
    path = _font_files().get(source.file)
    if path is None:
        raise MissingFaceError(f"typeface {source.file} is missing: install {source.package}")
    return path


@cache
def _registered(face: str) -> Any:
    font = TTFont(f"corpus-{face}", str(face_path(face)))
    pdfmetrics.registerFont(font)
    return font


def pdf_face(face: str) -> str:
    """Return the name under which reportlab knows the face."""
    return str(_registered(face).fontName)


def has_glyph(face: str, char: str) -> bool:
    """Tell whether the face can show the character."""
    return ord(char) in _registered(face).face.charToGlyph


@cache
def _advance(face: str, char: str) -> float:
    return float(pdfmetrics.stringWidth(char, pdf_face(face), 1000)) / 1000


def advance(face: str, char: str, size_pt: float) -> float:
    """Return how far the character moves the pen, in points."""
    return _advance(face, char) * size_pt


@cache
def image_face(face: str, size_px: int) -> ImageFont.FreeTypeFont:
    """Return the face for drawing on images."""
    return ImageFont.truetype(str(face_path(face)), size_px)


def faces_installed() -> bool:
    """Tell whether every face is there, so that papers can be made."""
    return all(source.file in _font_files() for source in _SOURCES.values())
