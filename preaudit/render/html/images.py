"""Page images for the HTML report, small enough that the file can be sent by mail.

Pages that carry evidence come first: when a case is large, the other pages lose pixels before they
do. The first step of the ladder under the budget wins; the last one is taken whatever it weighs, so
a page is never left out for its size. Where evidence shows an identity number, its middle is
painted over: the page may travel further than the case does.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

from PIL import Image, ImageDraw

from preaudit.geometry import Box

_GREY = (196, 196, 196)
BUDGET_BYTES = 7_500_000
"""Of all images as they stand in the file, in base64."""


class PageImages(Protocol):
    """Where the images of a case's pages come from."""

    def jpeg(self, sha256: str, page: int) -> bytes | None:
        """Return one page as it is in the file, as JPEG; None for a page we do not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageKey:
    """A page of a file."""

    sha256: str
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A page as the report carries it."""

    base64: str
    aspect: float
    """Height over width."""


@dataclass(frozen=True, slots=True)
class _Size:
    width_px: int
    quality: int


_LADDER = (
    (_Size(1000, 70), _Size(1000, 70)),
    (_Size(1000, 70), _Size(720, 60)),
    (_Size(1000, 65), _Size(480, 50)),
    (_Size(860, 60), _Size(320, 45)),
    (_Size(640, 50), _Size(200, 40)),
)
"""Largest size of pages with evidence, and of the others."""


def pictures(
    pages: Iterable[PageKey],
    cited: frozenset[PageKey],
    images: PageImages,
    *,
    hidden: Mapping[PageKey, Sequence[Box]],
    budget_bytes: int = BUDGET_BYTES,
) -> dict[PageKey, Picture]:
    """Return a picture for each page that has an image.

    Args:
        pages: All pages of the case.
        cited: Those that carry evidence of a finding.
        images: Where they come from.
        hidden: What is painted over, for each page that has such places.
        budget_bytes: What all pictures together should stay under.
    """
    originals = {key: images.jpeg(key.sha256, key.page) for key in pages}
    present = {
        key: _paint_over(data, hidden.get(key, ()))
        for key, data in originals.items()
        if data is not None
    }
    made: dict[PageKey, Picture] = {}
    for large, small in _LADDER:
        made = {
            key: _picture(data, large if key in cited else small) for key, data in present.items()
        }
        if sum(len(one.base64) for one in made.values()) <= budget_bytes:
            break
    return made


def _paint_over(data: bytes, places: Sequence[Box]) -> bytes:
    if not places:
        return data
    with Image.open(BytesIO(data)) as image:
        painted = image.convert("RGB")
    draw = ImageDraw.Draw(painted)
    for box in places:
        corners = (box.left, box.top, box.right, box.bottom)
        sizes = (painted.width, painted.height) * 2
        draw.rectangle([side * size for side, size in zip(corners, sizes, strict=True)], fill=_GREY)
    buffer = BytesIO()
    painted.save(buffer, "JPEG", quality=_LADDER[0][0].quality)
    return buffer.getvalue()


def _picture(data: bytes, size: _Size) -> Picture:
    with Image.open(BytesIO(data)) as image:
        aspect = image.height / image.width
        shrunk = data if image.width <= size.width_px else _shrink(image, size)
    return Picture(base64=b64encode(shrunk).decode("ascii"), aspect=aspect)


def _shrink(image: Image.Image, size: _Size) -> bytes:
    height_px = max(1, round(image.height * size.width_px / image.width))
    buffer = BytesIO()
    small = image.convert("RGB").resize((size.width_px, height_px), Image.Resampling.LANCZOS)
    small.save(buffer, "JPEG", quality=size.quality, optimize=True)
    return buffer.getvalue()
