"""Fixtures for reading: a drawn form, as clean pixels and as a sheet, and the engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from preaudit.errors import WeightsError
from preaudit.geometry import Box
from preaudit.read.engine import Engine, FastEngine
from preaudit.settings import Settings
from preaudit.sheet import MediaType, Pixels, Sheet, Source
from preaudit.weights import verify

_FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
    Path("/usr/share/fonts/truetype/arphic/uming.ttc"),
)
ROWS = (("建设单位", "青禾置业有限公司"), ("工程地点", "滨河路18号"), ("合同工期", "365日历天"))


class Held:
    """Pixels that are in memory already."""

    def __init__(self, pixels: Pixels) -> None:
        self._pixels = pixels

    def load(self) -> Pixels:
        """Return them."""
        return self._pixels


def font(size: int) -> ImageFont.FreeTypeFont:
    """Return a font with Chinese characters."""
    for path in _FONTS:
        if path.exists():
            return ImageFont.truetype(str(path), size)
    pytest.skip("no font with Chinese characters is installed")


def draw_form() -> Pixels:
    """Return an A4 page at 150 dpi: a title and a table of three labels and values."""
    image = Image.new("RGB", (1240, 1754), "white")
    pen = ImageDraw.Draw(image)
    pen.text((480, 120), "工程概况表", fill="black", font=font(44))
    for row, (label, value) in enumerate(ROWS):
        top = 240 + 80 * row
        pen.rectangle((140, top, 400, top + 80), outline="black", width=2)
        pen.rectangle((400, top, 1100, top + 80), outline="black", width=2)
        pen.text((160, top + 22), label, fill="black", font=font(28))
        pen.text((420, top + 22), value, fill="black", font=font(28))
    pen.text((160, 560), "以上内容真实有效，如有虚假愿承担相应责任。", fill="black", font=font(28))
    return np.asarray(image)


def as_sheet(pixels: Pixels, *, dpi: float | None = 150.0) -> Sheet:
    """Return a scanned page."""
    source = Source(
        name="form.jpg",
        sha256="0" * 64,
        sm3="0" * 64,
        media_type=MediaType.JPEG,
        size_bytes=1,
        pages=1,
    )
    height, width = pixels.shape[:2]
    return Sheet(
        source=source,
        page=1,
        width_mm=width / 150 * 25.4,
        height_mm=height / 150 * 25.4,
        dpi=dpi,
        glyphs=(),
        rulings=(),
        images=(Box(page=1, left=0, top=0, right=1, bottom=1),),
        pixels=Held(pixels),
    )


@pytest.fixture(scope="session")
def form() -> Pixels:
    """A clean scan of a form."""
    return draw_form()


@pytest.fixture(scope="session")
def sheet_of() -> Callable[[Pixels], Sheet]:
    """Makes a scanned page of pixels."""
    return as_sheet


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The real engine, loaded once."""
    settings = Settings()
    try:
        verify(settings.weights_dir)
    except WeightsError as error:
        pytest.skip(str(error))
    return FastEngine(settings.weights_dir, own_weights_dir=settings.own_weights_dir, threads=2)
