"""Photos as phones make them, moving pictures, and the odder kinds of scans."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from ingest_papers import codes, opened
from PIL import Image, TiffImagePlugin

from preaudit.settings import Limits
from preaudit.sheet import MediaType, Pixels

_RED = (200, 20, 20)


def marked(width: int = 240, height: int = 320) -> Image.Image:
    """Return white paper with a red patch at its top left."""
    image = Image.new("RGB", (width, height), "white")
    image.paste(_RED, (0, 0, width // 4, height // 4))
    return image


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    """Return an image as a file."""
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def heic(*images: Image.Image, **how: object) -> bytes:
    """Return an HEIC photo, or one file of several."""
    out = io.BytesIO()
    file = pillow_heif.from_pillow(images[0])
    for more in images[1:]:
        file.add_from_pillow(more)
    file.save(out, quality=95, **how)
    return out.getvalue()


def is_red(pixels: Pixels, *, right: bool, bottom: bool) -> bool:
    """Tell whether the patch lies in this corner, and there only."""
    rows = slice(-10, None) if bottom else slice(0, 10)
    columns = slice(-10, None) if right else slice(0, 10)
    patch = pixels[rows, columns].mean(axis=(0, 1))
    return bool(patch[0] > 150 and patch[1] < 90 and pixels.mean() > 200)


def test_an_heic_photo_is_read(tmp_path: Path) -> None:
    """A photo of a phone opens like any other, under whatever name."""
    result = opened(tmp_path, heic(marked()), "营业执照.heic")
    (sheet,) = result.sheets
    assert result.source is not None
    assert result.source.media_type is MediaType.HEIC
    assert codes(result) == []
    assert sheet.pixels.load().shape == (320, 240, 3)
    assert is_red(sheet.pixels.load(), right=False, bottom=False)


@pytest.mark.parametrize(
    ("orientation", "right", "bottom", "shape"),
    [
        (3, True, True, (320, 240)),
        (6, True, False, (240, 320)),
        (8, False, True, (240, 320)),
    ],
)
def test_the_containers_own_rotation_is_applied_once(
    tmp_path: Path, orientation: int, *, right: bool, bottom: bool, shape: tuple[int, int]
) -> None:
    """A photo that was taken sideways is shown upright: not left lying, not turned twice."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    (sheet,) = opened(tmp_path, heic(marked(), exif=exif.tobytes())).sheets
    pixels = sheet.pixels.load()
    assert pixels.shape[:2] == shape
    assert is_red(pixels, right=right, bottom=bottom)
    assert (sheet.width_mm > sheet.height_mm) == (shape[1] > shape[0])


def test_of_several_pictures_the_main_one_is_read_and_the_rest_told(tmp_path: Path) -> None:
    """More than one picture in a photo is a notice, not a loss of the photo."""
    result = opened(tmp_path, heic(marked(), Image.new("RGB", (64, 64))))
    assert len(result.sheets) == 1
    assert codes(result) == ["first_frame_only"]
    assert result.problems[0].notice
    assert "2" in result.problems[0].message.zh


def test_a_broken_heic_is_named(tmp_path: Path) -> None:
    """Half a photo is refused as damaged, one beyond the limit as too large."""
    data = heic(marked())
    assert codes(opened(tmp_path, data[: len(data) // 2])) == ["damaged_image"]
    large = heic(Image.new("RGB", (1100, 1000), "white"))
    assert codes(opened(tmp_path, large, limits=Limits(image_mpx=1))) == ["image_too_large"]


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("AVIF", MediaType.AVIF), ("JPEG2000", MediaType.JP2), ("GIF", MediaType.GIF)],
)
def test_rarer_kinds_of_images_are_read(tmp_path: Path, kind: str, media_type: MediaType) -> None:
    """AVIF, JPEG 2000 and GIF are shown like the others."""
    result = opened(tmp_path, saved(marked(), kind))
    (sheet,) = result.sheets
    assert result.source is not None
    assert result.source.media_type is media_type
    assert is_red(sheet.pixels.load(), right=False, bottom=False)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_a_moving_picture_the_first_frame_is_read(tmp_path: Path, kind: str) -> None:
    """The first frame is the page; that there are more is said."""
    frames = [Image.new("RGB", (240, 320), colour) for colour in ("black", "gray")]
    result = opened(tmp_path, saved(marked(), kind, save_all=True, append_images=frames))
    (sheet,) = result.sheets
    assert is_red(sheet.pixels.load(), right=False, bottom=False)
    assert codes(result) == ["first_frame_only"]


def test_a_tiff_may_pack_each_page_otherwise(tmp_path: Path) -> None:
    """Fax, LZW, JPEG and Deflate pages of one file are all read."""
    pages = [
        (marked().convert("1"), "group4"),
        (marked(), "tiff_lzw"),
        (marked(), "jpeg"),
        (marked().convert("CMYK"), "tiff_adobe_deflate"),
        (marked().convert("L"), "packbits"),
    ]
    out = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(out) as writer:
        for page, compression in pages:
            page.save(writer, "TIFF", compression=compression)
            writer.newFrame()
    result = opened(tmp_path, out.getvalue())
    assert codes(result) == []
    assert len(result.sheets) == len(pages)
    for sheet in result.sheets:
        pixels = sheet.pixels.load()
        assert pixels[200:, 100:].min() > 245
        assert pixels[5:40, 5:40, 1].mean() < 130


def test_a_damaged_frame_costs_that_frame(tmp_path: Path) -> None:
    """Of a TIFF whose third directory is broken the first two pages are read."""
    pages = [Image.new("L", (100, 100), 40 * at) for at in range(4)]
    data = bytearray(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    at = struct.unpack_from("<I", data, 4)[0]
    for _ in range(2):
        count = struct.unpack_from("<H", data, at)[0]
        link = at + 2 + 12 * count
        at = struct.unpack_from("<I", data, link)[0]
    struct.pack_into("<I", data, link, len(data) - 3)
    result = opened(tmp_path, bytes(data))
    assert [sheet.page for sheet in result.sheets] == [1, 2]
    assert codes(result) == ["damaged_image"]
    assert result.problems[0].page == 3


def test_previews_inside_a_tiff_are_no_pages(tmp_path: Path) -> None:
    """A small picture of the page beside the page is left out."""
    small = Image.new("RGB", (30, 40), "white")
    small.encoderinfo = {"tiffinfo": {254: 1}}
    data = saved(marked(), "TIFF", save_all=True, append_images=[small])
    result = opened(tmp_path, data)
    assert result.source is not None
    assert result.source.pages == 1


@pytest.mark.parametrize(
    ("dtype", "white"), [(np.int32, 65535), (np.float32, 1.0), (np.float32, 255.0)]
)
def test_wide_grey_keeps_its_shades(tmp_path: Path, dtype: type[np.generic], white: float) -> None:
    """Grey of 32 bits or as fractions is shown in its shades, not as plain white."""
    ramp = np.tile(np.linspace(0, white, 200), (100, 1)).astype(dtype)
    (sheet,) = opened(tmp_path, saved(Image.fromarray(ramp), "TIFF")).sheets
    row = sheet.pixels.load()[50, :, 0].astype(int)
    assert abs(row[100] - 128) < 3
    assert row[-1] == 255


@pytest.mark.parametrize(
    ("name", "told"), [("合同.doc", True), ("合同.jpg", False), ("合同.2024", False), ("a", False)]
)
def test_a_name_that_says_otherwise_is_told(tmp_path: Path, name: str, *, told: bool) -> None:
    """An ending of another type is a notice that names both; the file is read all the same."""
    result = opened(tmp_path, saved(marked(), "JPEG"), name)
    assert len(result.sheets) == 1
    assert codes(result) == (["name_mismatch"] if told else [])
    if told:
        assert result.problems[0].notice
        assert ".doc" in result.problems[0].message.zh
        assert "JPEG" in result.problems[0].message.zh


@pytest.mark.parametrize(("kind", "lost"), [("PNG", 9), ("JPEG", 2)])
def test_an_image_that_lacks_only_its_end_is_read_and_told(
    tmp_path: Path, kind: str, lost: int
) -> None:
    """Where every row is there although the file was cut, the page is read with a problem."""
    data = saved(marked(), kind)
    result = opened(tmp_path, data[:-lost])
    if codes(result):
        assert codes(result) == ["truncated_image"]
        assert not result.problems[0].notice
    (sheet,) = result.sheets
    assert is_red(sheet.pixels.load(), right=False, bottom=False)


def test_an_image_whose_rows_are_missing_is_never_shown(tmp_path: Path) -> None:
    """A picture that was cut in its rows is damaged, however it is stored."""
    noise = np.random.default_rng(7).integers(0, 255, (120, 120, 3), dtype=np.uint8)
    for kind in ("PNG", "JPEG"):
        data = saved(Image.fromarray(noise), kind)
        for share in (0.3, 0.6, 0.9):
            result = opened(tmp_path, data[: round(share * len(data))])
            assert codes(result) == ["damaged_image"]
            assert result.sheets == ()
