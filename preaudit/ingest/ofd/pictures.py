"""Pictures of an OFD as images of a PDF: JPEG and JBIG2 as they are, others decoded by Pillow."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pikepdf
from PIL import Image

from preaudit.ingest.problems import Refusal

FORMATS = ("JPEG", "PNG", "BMP", "TIFF", "GIF", "JPEG2000", "WEBP", "MPO")
_LONG_SIDE_PX = 3000
_JBIG2 = b"\x97JB2\r\n\x1a\n"
_PAGE_INFORMATION = 48
_SEGMENTS_MAX = 10_000
_UNKNOWN_LENGTH = 0xFFFFFFFF
_DAMAGE = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError,
    struct.error, zlib.error,
)  # fmt: skip

Build = Callable[[pikepdf.Pdf], Any]


class UnusablePicture(Exception):  # noqa: N818  # the page goes on without it
    """A picture that cannot be decoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that can be drawn."""

    width: int
    height: int
    is_opaque: bool
    build: Build


def picture_of(data: bytes, *, image_mpx: int, mask: bytes | None = None) -> Picture:
    """Return a picture.

    Args:
        data: The file of the picture.
        image_mpx: How many million points it may have.
        mask: The file of a second picture, which says how much of the first one shows.

    Raises:
        UnusablePicture: It cannot be decoded.
        Refusal: `image_too_large`.
    """
    try:
        if data.startswith(_JBIG2):
            return _jbig2(data, image_mpx)
        warnings.simplefilter("ignore")
        Image.MAX_IMAGE_PIXELS = None  # our own limit is checked before anything is decoded
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check(image.width, image.height, image_mpx)
            if image.format == "JPEG" and image.mode in {"L", "RGB"} and mask is None:
                return _jpeg(data, image)
            return _decoded(image, _mask(mask, image_mpx))
    except _DAMAGE as error:
        raise UnusablePicture(type(error).__name__) from error


def _check(width: int, height: int, image_mpx: int) -> None:
    if width < 1 or height < 1:
        raise UnusablePicture(f"{width} x {height}")
    if width * height > image_mpx * 1_000_000:
        raise Refusal("image_too_large", width=width, height=height, limit_mpx=image_mpx)


def _jpeg(data: bytes, image: Image.Image) -> Picture:
    space = pikepdf.Name.DeviceGray if image.mode == "L" else pikepdf.Name.DeviceRGB
    width, height = image.size

    def build(pdf: pikepdf.Pdf) -> Any:
        stream = pdf.make_stream(data, _head(width, height, space))
        stream.Filter = pikepdf.Name.DCTDecode
        return stream

    return Picture(width=width, height=height, is_opaque=True, build=build)


def _mask(data: bytes | None, image_mpx: int) -> Image.Image | None:
    if data is None:
        return None
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        _check(image.width, image.height, image_mpx)
        return _smaller(image.convert("L"))


def _decoded(image: Image.Image, mask: Image.Image | None) -> Picture:
    width, height = image.size
    shown = image
    if image.mode in {"I;16", "I;16B", "I;16L", "I;16N"}:
        shown = image.point(lambda level: level / 256).convert("L")
    see_through = image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info
    if see_through and mask is None:
        solid = _smaller(shown.convert("RGBA"))
        mask = solid.getchannel("A")
        shown = solid.convert("RGB")
    grey = shown.mode in {"1", "L"}
    plain = _smaller(shown.convert("L" if grey else "RGB"))

    def build(pdf: pikepdf.Pdf) -> Any:
        space = pikepdf.Name.DeviceGray if grey else pikepdf.Name.DeviceRGB
        stream = _raw(pdf, plain, space)
        if mask is not None:
            stream.SMask = _raw(pdf, mask, pikepdf.Name.DeviceGray)
        return stream

    return Picture(width=width, height=height, is_opaque=mask is None, build=build)


def _raw(pdf: pikepdf.Pdf, image: Image.Image, space: Any) -> Any:
    return pdf.make_stream(image.tobytes(), _head(image.width, image.height, space))


def _head(width: int, height: int, space: Any, bits: int = 8) -> dict[str, Any]:
    return {
        "/Type": pikepdf.Name.XObject,
        "/Subtype": pikepdf.Name.Image,
        "/Width": width,
        "/Height": height,
        "/ColorSpace": space,
        "/BitsPerComponent": bits,
    }


def _smaller(image: Image.Image) -> Image.Image:
    shrink = _LONG_SIDE_PX / max(image.size)
    if shrink >= 1:
        return image
    size = max(1, round(image.width * shrink)), max(1, round(image.height * shrink))
    return image.resize(size, Image.Resampling.BOX)


def _jbig2(data: bytes, image_mpx: int) -> Picture:
    """Return a JBIG2 file without its file header: that is how PDF has it (ITU-T T.88, D.4)."""
    flags = data[8]
    body = data[9 if flags & 2 else 13 :]
    if not flags & 1:
        raise UnusablePicture("JBIG2 in random order")
    width, height = _jbig2_size(body)
    _check(width, height, image_mpx)

    def build(pdf: pikepdf.Pdf) -> Any:
        head = _head(width, height, pikepdf.Name.DeviceGray, bits=1)
        stream = pdf.make_stream(body, head)
        stream.Filter = pikepdf.Name.JBIG2Decode
        return stream

    return Picture(width=width, height=height, is_opaque=True, build=build)


def _jbig2_size(body: bytes) -> tuple[int, int]:
    """Return the size that the page information segment states (ITU-T T.88, 7.2 and 7.4.8)."""
    at = 0
    for _ in range(_SEGMENTS_MAX):
        number, flags, count = struct.unpack_from(">IBB", body, at)
        at += 5
        if count >> 5 == 7:  # noqa: PLR2004  # a long list: its length has four bytes
            referred = struct.unpack_from(">I", body, at)[0] & 0x1FFFFFFF
            at += 4 + (referred + 8) // 8
        else:
            referred = count >> 5
            at += 1
        at += referred * (1 if number <= 256 else 2 if number <= 65_536 else 4)  # noqa: PLR2004
        at += 4 if flags & 0x40 else 1
        length = struct.unpack_from(">I", body, at)[0]
        at += 4
        if flags & 0x3F == _PAGE_INFORMATION:
            width, height = struct.unpack_from(">II", body, at)
            return width, height
        if length == _UNKNOWN_LENGTH:
            break
        at += length
    raise UnusablePicture("JBIG2 without a page")
