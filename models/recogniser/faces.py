"""The typefaces that training lines are set in, and what each can show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTCollection, TTFont
from PIL import ImageFont

from corpus.faces import MissingFaceError

EM_PX: Final = 64
"""Lines are drawn at this size and then brought to theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One typeface."""

    file: str
    package: str
    index: int = 0
    """Of the face in its file: the one with mainland shapes."""
    share: float = 1.0
    """How often lines are set in it, beside the others."""


FACES: Final = (
    Face(file="uming.ttc", package="fonts-arphic-uming", share=1.6),
    Face(file="ukai.ttc", package="fonts-arphic-ukai", share=1.3),
    Face(file="wqy-zenhei.ttc", package="fonts-wqy-zenhei"),
    Face(file="wqy-microhei.ttc", package="fonts-wqy-microhei", share=0.8),
    Face(file="NotoSerifCJK-Regular.ttc", package="fonts-noto-cjk", index=2, share=1.6),
    Face(file="NotoSerifCJK-Bold.ttc", package="fonts-noto-cjk", index=2, share=0.7),
    Face(file="NotoSansCJK-Regular.ttc", package="fonts-noto-cjk", index=2, share=0.8),
    Face(file="NotoSansCJK-Bold.ttc", package="fonts-noto-cjk", index=2, share=0.6),
)
LATIN: Final = (
    Face(file="LiberationSerif-Regular.ttf", package="fonts-liberation"),
    Face(file="LiberationSans-Regular.ttf", package="fonts-liberation"),
    Face(file="LiberationMono-Regular.ttf", package="fonts-liberation", share=0.5),
)
"""For digits and letters, in lines whose other characters have their own face."""
_FOLDER: Final = Path("/usr/share/fonts")


@cache
def _files() -> dict[str, Path]:
    return {path.name: path for path in sorted(_FOLDER.rglob("*.tt[cf]"))}


def path_of(face: Face) -> Path:
    """Return where a face lies.

    Raises:
        MissingFaceError: It is not installed.
    """
    path = _files().get(face.file)
    if path is None:
        raise MissingFaceError(f"typeface {face.file} is missing: install {face.package}")
    return path


@cache
def drawable(face: Face) -> ImageFont.FreeTypeFont:
    """Return the face for drawing at `EM_PX`."""
    return ImageFont.truetype(
        str(path_of(face)), EM_PX, index=face.index, layout_engine=ImageFont.Layout.BASIC
    )


@cache
def shows(face: Face) -> frozenset[str]:
    """Return the characters that a face can show."""
    path = path_of(face)
    if path.suffix == ".ttf":
        with TTFont(path, lazy=True) as font:
            return frozenset(map(chr, font.getBestCmap()))
    with TTCollection(path, lazy=True) as collection:
        return frozenset(map(chr, collection.fonts[face.index].getBestCmap()))


def shown_by(faces: Sequence[Face]) -> frozenset[str]:
    """Return the characters that any of the faces can show."""
    return frozenset().union(*(shows(face) for face in faces))
