"""Image files: pages as a viewer shows them, sizes checked before a point is decoded."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from ingest_papers import codes, opened, png_header
from PIL import Image

from preaudit.ingest.pixels import DiskPixels, write_pixels
from preaudit.settings import Limits
from preaudit.sheet import MediaType

_RED = (200, 20, 20)


def _saved(image: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def _marked(width: int = 400, height: int = 600) -> Image.Image:
    """Return white paper with a red patch at its top left."""
    image = Image.new("RGB", (width, height), "white")
    image.paste(_RED, (0, 0, width // 4, height // 4))
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "WEBP", "TIFF"])
def test_each_kind_of_image_is_told_by_its_content(tmp_path: Path, kind: str) -> None:
    """An image is known by its bytes, whatever it is called, and shows what it holds."""
    result = opened(tmp_path, _saved(_marked(), kind), "合同.pdf")
    (sheet,) = result.sheets
    assert result.source is not None
    assert result.source.media_type is MediaType[kind]
    pixels = sheet.pixels.load()
    assert pixels.shape == (600, 400, 3)
    assert pixels.dtype == np.uint8
    assert abs(int(pixels[10, 10, 0]) - 200) < 12
    assert pixels[500, 300].min() > 245
    assert sheet.images[0].area == pytest.approx(1)


def test_a_tiff_of_many_pages_gives_them_all(tmp_path: Path) -> None:
    """Each frame of a TIFF is a page, with its own size."""
    pages = [Image.new("L", (100 + 10 * at, 200), 40 * at) for at in range(4)]
    data = _saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], dpi=(50, 50))
    result = opened(tmp_path, data)
    assert result.source is not None
    assert result.source.pages == 4
    assert [sheet.page for sheet in result.sheets] == [1, 2, 3, 4]
    for at, sheet in enumerate(result.sheets):
        pixels = sheet.pixels.load()
        assert pixels.shape == (200, 100 + 10 * at, 3)
        assert (pixels == 40 * at).all()


def test_a_tiff_of_too_many_frames_is_refused(tmp_path: Path) -> None:
    """Frames are counted no further than the limit."""
    pages = [Image.new("1", (8, 8))] * 6
    data = _saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert codes(opened(tmp_path, data, limits=Limits(image_frames=5))) == ["too_many_frames"]
    assert len(opened(tmp_path, data, limits=Limits(image_frames=6)).sheets) == 6


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, (0, 0)), (2, (1, 0)), (3, (1, 1)), (6, (1, 0)), (7, (1, 1)), (8, (0, 1))],
)
def test_a_photo_is_shown_upright_by_its_exif(
    tmp_path: Path, orientation: int, corner: tuple[int, int]
) -> None:
    """The EXIF orientation is applied: the sheet is what a viewer shows."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    (sheet,) = opened(tmp_path, _saved(_marked(), "JPEG", exif=exif)).sheets
    pixels = sheet.pixels.load()
    assert (pixels.shape[1] > pixels.shape[0]) == (orientation in {6, 7, 8})
    assert (sheet.width_mm > sheet.height_mm) == (orientation in {6, 7, 8})
    height, width = pixels.shape[:2]
    across, down = corner
    patch = pixels[abs(down * (height - 1) - 10), abs(across * (width - 1) - 10)]
    assert abs(int(patch[0]) - 200) < 12


def test_a_stated_resolution_is_taken_if_it_makes_sense(tmp_path: Path) -> None:
    """200 dpi of a page are believed; 72 dpi of a large photo, which make a poster, are not."""
    (sheet,) = opened(tmp_path, _saved(_marked(1654, 2339), "PNG", dpi=(200, 200))).sheets
    assert sheet.dpi == pytest.approx(200, abs=0.1)
    assert sheet.width_mm == pytest.approx(210, abs=0.2)
    (photo,) = opened(tmp_path, _saved(_marked(3000, 4000), "JPEG", dpi=(72, 72))).sheets
    assert photo.height_mm == pytest.approx(297)


def test_a_large_image_is_made_smaller(tmp_path: Path) -> None:
    """An image within the limit but larger than reading needs is scaled down, shares unchanged."""
    (sheet,) = opened(tmp_path, _saved(_marked(4000, 6400), "PNG")).sheets
    pixels = sheet.pixels.load()
    assert pixels.shape[0] == 3000
    assert pixels.shape[1] == 1875
    assert (pixels[740, 460] == _RED).all()
    assert (pixels[760, 460] == 255).all()


def test_30000_by_30000_points_are_refused_before_decoding(tmp_path: Path) -> None:
    """An image beyond the limit is refused by its stated size, with the size in the message."""
    result = opened(tmp_path, png_header(30_000, 30_000), "巨图.png")
    assert codes(result) == ["image_too_large"]
    assert "30000×30000" in result.problems[0].message.zh
    assert "巨图.png" in result.problems[0].message.zh


def test_the_limit_of_points_is_exact(tmp_path: Path) -> None:
    """An image of exactly the points allowed is read; a row more is not."""
    limits = Limits(image_mpx=1)
    assert opened(tmp_path, _saved(_marked(1000, 1000), "PNG"), limits=limits).sheets
    assert codes(opened(tmp_path, _saved(_marked(1000, 1001), "PNG"), limits=limits)) == [
        "image_too_large"
    ]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "BMP"])
def test_half_an_image_is_damaged(tmp_path: Path, kind: str) -> None:
    """An image that ends early is refused, not shown half grey."""
    noise = np.random.default_rng(2).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    data = _saved(Image.fromarray(noise), kind)
    result = opened(tmp_path, data[: len(data) // 2])
    assert codes(result) == ["damaged_image"]


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16", "YCbCr"])
def test_every_way_to_store_colours_becomes_rgb(tmp_path: Path, mode: str) -> None:
    """Bilevel, grey, palette, transparent, ink and wide-grey pictures are all shown as RGB."""
    if mode == "I;16":
        image = Image.fromarray(np.full((20, 30), 0xFF00, dtype=np.uint16))
    else:
        image = Image.new("RGB", (30, 20), "white").convert(mode)
    kind = "PNG" if mode in {"LA", "RGBA", "I;16", "P"} else "TIFF"
    (sheet,) = opened(tmp_path, _saved(image, kind)).sheets
    pixels = sheet.pixels.load()
    assert pixels.shape == (20, 30, 3)
    assert pixels.min() > 250


def test_transparency_lies_on_white_paper(tmp_path: Path) -> None:
    """What is transparent is shown as white, not as black."""
    (sheet,) = opened(tmp_path, _saved(Image.new("RGBA", (10, 10), (0, 0, 0, 0)), "PNG")).sheets
    assert (sheet.pixels.load() == 255).all()


@pytest.mark.parametrize("colour", [False, True])
def test_pixels_come_back_as_they_were_written(tmp_path: Path, colour: bool) -> None:  # noqa: FBT001  # a case
    """What is written to disk is read back point by point; grey pages take one channel."""
    pixels = np.random.default_rng(3).integers(0, 255, (31, 17, 3), dtype=np.uint8)
    if not colour:
        pixels = np.repeat(pixels[..., :1], 3, axis=2)
    record = write_pixels(pixels, folder=tmp_path, name="page.pixels")
    assert record.channels == (3 if colour else 1)
    kept = DiskPixels(path=tmp_path / record.file, height=31, width=17, channels=record.channels)
    assert np.array_equal(kept.load(), pixels)


def test_pixels_of_another_size_are_refused(tmp_path: Path) -> None:
    """A file that inflates to more or less than it should is not taken for a page."""
    record = write_pixels(np.zeros((9, 9, 3), np.uint8), folder=tmp_path, name="page.pixels")
    for height in (8, 10):
        kept = DiskPixels(path=tmp_path / record.file, height=height, width=9, channels=1)
        with pytest.raises(ValueError, match="bytes of pixels"):
            kept.load()
