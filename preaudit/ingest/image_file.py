"""Images by Pillow: photos and scans, TIFF of many pages, what phones make (HEIC, AVIF).

A picture is shown as a viewer shows it: the orientation that its EXIF or its container states is
applied, so that evidence boxes fit the page that a person sees. Colours with transparency lie on
white paper. Sizes are checked before a single point is decoded. Of a moving picture the first frame
is read, and a notice says so.
"""

from __future__ import annotations

import math
import struct
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps, Jpeg2KImagePlugin, UnidentifiedImageError

from preaudit.ingest.pixels import write_pixels
from preaudit.ingest.problems import Refusal
from preaudit.ingest.records import Begun, Event, Found, Job, PageRecord, Shown, Trouble
from preaudit.sheet import MediaType, Pixels

LONG_SIDE_PX = 3000
"""As for scans in PDF files."""
_FORMATS = {
    MediaType.JPEG: ("JPEG", "MPO"),
    MediaType.PNG: ("PNG",),
    MediaType.TIFF: ("TIFF",),
    MediaType.BMP: ("BMP",),
    MediaType.WEBP: ("WEBP",),
    MediaType.HEIC: ("HEIF",),
    MediaType.AVIF: ("AVIF",),
    MediaType.GIF: ("GIF",),
    MediaType.JP2: ("JPEG2000",),
}
_MM_PER_INCH = 25.4
_A4_LONG_MM = 297.0
_PAPER_LONG_MM = (40.0, 1300.0)
"""From a card to a plan of size A0: a resolution that says otherwise is not believed."""
_SCALED_AS_THEY_ARE = frozenset({"L", "RGB", "RGBX", "CMYK", "RGBA", "YCbCr", "I", "F"})
_NOT_DECODED = frozenset({0, 127, 128, 129})
"""Grey values of rows that a decoder never reached."""
_WIDE = frozenset({"I", "F", "I;16", "I;16B", "I;16L", "I;16N"})
_SUBFILE_TYPE = 254
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    AssertionError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    EOFError,
    struct.error,
)


def open_image(path: Path, *, job: Job, media_type: MediaType) -> Iterator[Event]:
    """Yield the pages of an image file.

    Raises:
        Refusal: It cannot be opened at all.
    """
    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked below, before anything is decoded
    warnings.simplefilter("ignore")
    image = _opened(path, media_type)
    frames = _frames(image, job) if media_type is MediaType.TIFF else [image.tell()]
    yield Found(media_type=media_type, pages=len(frames))
    if job.first_page == 1 and media_type is not MediaType.TIFF:
        yield from _further_frames(image)
    for number in range(job.first_page, len(frames) + 1):
        yield Begun(page=number)
        try:
            record, whole = _page(image, number, frames[number - 1], job)
        except Refusal as refusal:
            yield Trouble(code=refusal.code, page=number, facts=refusal.facts)
            continue
        except _DAMAGE as error:
            facts = {"detail": type(error).__name__}
            yield Trouble(code="damaged_image", page=number, facts=facts)
            continue
        if not whole:
            yield Trouble(code="truncated_image", page=number)
        name = f"page-{number:05d}.json"
        (Path(job.out) / name).write_text(record.model_dump_json(), encoding="utf-8")
        yield Shown(page=number, record=name)


def _opened(path: Path, media_type: MediaType) -> Image.Image:
    if media_type is MediaType.HEIC:
        _learn_heif()
    try:
        return Image.open(path, formats=_FORMATS[media_type])
    except UnidentifiedImageError as error:
        raise Refusal("damaged_image", detail="header") from error
    except _DAMAGE as error:
        raise Refusal("damaged_image", detail=type(error).__name__) from error


def _learn_heif() -> None:
    """Let Pillow open HEIC; by one thread, and without what is not the picture itself."""
    import pillow_heif  # noqa: PLC0415  # only photos of this kind pay for it

    pillow_heif.register_heif_opener(
        thumbnails=False, depth_images=False, aux_images=False, decode_threads=1
    )


def _frames(image: Image.Image, job: Job) -> list[int]:
    """Return which frames of a TIFF are pages, looking no further than the limit.

    Previews of a page (subfile type 1) are left out. A frame that is damaged ends the list and
    counts as a page: what lies behind it cannot be found.
    """
    limit = job.image_frames
    found: list[int] = []
    for index in range(limit + 1):
        try:
            image.seek(index)
            if not _is_preview(image):
                found.append(index)
        except EOFError:
            return found or [0]
        except _DAMAGE as error:
            if not found:
                raise Refusal("damaged_image", detail=type(error).__name__) from error
            return [*found, index]
    raise Refusal("too_many_frames", pages=f"> {limit}", limit=limit)


def _is_preview(image: Image.Image) -> bool:
    tags = getattr(image, "tag_v2", {})
    kind = tags.get(_SUBFILE_TYPE, 0)
    return isinstance(kind, int) and bool(kind & 1)


def _further_frames(image: Image.Image) -> Iterator[Event]:
    """Say so when there is more in the file than the one picture that is read."""
    try:
        count = int(getattr(image, "n_frames", 1))
    except _DAMAGE:
        return
    if count > 1 and image.format != "MPO":  # an MPO holds the same photo in other sizes
        yield Trouble(code="first_frame_only", facts={"frames": str(count)})


def _page(image: Image.Image, number: int, frame: int, job: Job) -> tuple[PageRecord, bool]:
    """Return a page, and whether its picture is whole."""
    if image.tell() != frame:
        image.seek(frame)
    width, height = image.size
    if width * height > job.image_mpx * 1_000_000:
        raise Refusal("image_too_large", width=width, height=height, limit_mpx=job.image_mpx)
    if width < 1 or height < 1:
        raise Refusal("damaged_image", detail=f"{width} x {height}")
    dpi = _stated_dpi(image) or max(width, height) / (_A4_LONG_MM / _MM_PER_INCH)
    image, whole = _decoded(image)
    pixels = _pixels(image)
    turned = (pixels.shape[0] > pixels.shape[1]) != (height > width)
    across, down = (height, width) if turned else (width, height)
    saved = write_pixels(pixels, folder=Path(job.out), name=f"page-{number:05d}.pixels")
    record = PageRecord(
        width_mm=across / dpi * _MM_PER_INCH,
        height_mm=down / dpi * _MM_PER_INCH,
        dpi=dpi,
        texts=[],
        bounds=[],
        sizes_pt=[],
        visible=[],
        rulings=[],
        images=[(0.0, 0.0, 1.0, 1.0)],
        pixels=saved,
    )
    return record, whole


def _stated_dpi(image: Image.Image) -> float | None:
    """Return the resolution that the file states, if it makes a sheet of paper of the picture."""
    try:
        stated = float(image.info.get("dpi", (0.0, 0.0))[0])
    except (TypeError, ValueError, ZeroDivisionError, IndexError):
        return None
    if not (math.isfinite(stated) and stated > 1):
        return None
    long_mm = max(image.size) / stated * _MM_PER_INCH
    return stated if _PAPER_LONG_MM[0] <= long_mm <= _PAPER_LONG_MM[1] else None


def _decoded(image: Image.Image) -> tuple[Image.Image, bool]:
    """Return the image with its points decoded, and whether it is whole.

    Of a JPEG or PNG that lacks no more than its last bytes every row can be there. That is decided
    here: asked a second time, Pillow would show a broken picture as if it were sound.

    Raises:
        OSError: Points are missing; so do other errors of a decoder.
    """
    _draft(image)
    try:
        image.load()
    except OSError:
        lenient = _whole_to_the_last_row(image)
        if lenient is None:
            raise
        return lenient, False
    return image, True


def _whole_to_the_last_row(broken: Image.Image) -> Image.Image | None:
    """Return a picture of which only the end of the file is missing; None for any other."""
    name = getattr(broken, "filename", "")
    by_passes = broken.info.get("progressive") or broken.info.get("interlace")
    if broken.format not in {"JPEG", "PNG"} or not name or by_passes:
        return None
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        image = Image.open(name, formats=(broken.format,))
        _draft(image)
        image.load()
        last = np.asarray(image.convert("L"))[-1]
    except _DAMAGE:
        return None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    missing = int(last.max()) == int(last.min()) and int(last[0]) in _NOT_DECODED
    return None if missing else image


def _pixels(image: Image.Image) -> Pixels:
    """Decode a page: upright by EXIF, on white, RGB, no larger than `LONG_SIDE_PX`.

    A large picture is made smaller before its colours are converted: a copy of 100 million points
    takes 400 MB.
    """
    small = _smaller(image) if image.mode in _SCALED_AS_THEY_ARE else _smaller(_on_white(image))
    return np.asarray(_turned(_on_white(small), image))


def _smaller(image: Image.Image) -> Image.Image:
    shrink = LONG_SIDE_PX / max(image.size)
    if shrink >= 1:
        return image
    width, height = (max(1, round(side * shrink)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BOX)


def _draft(image: Image.Image) -> None:
    """Let a decoder halve a large photo as long as it stays larger than needed."""
    long_side = max(image.size)
    if image.format in {"JPEG", "MPO"} and long_side >= 2 * LONG_SIDE_PX:
        image.draft("RGB", (LONG_SIDE_PX, LONG_SIDE_PX))
    elif image.format == "JPEG2000" and isinstance(image, Jpeg2KImagePlugin.Jpeg2KImageFile):
        image.reduce = max(0, (long_side // LONG_SIDE_PX).bit_length() - 1)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in _WIDE:
        return Image.fromarray(_narrowed(np.asarray(image))).convert("RGB")
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        solid = image.convert("RGBA")
        paper = Image.new("RGB", solid.size, "white")
        paper.paste(solid, mask=solid.getchannel("A"))
        return paper
    return image if image.mode == "RGB" else image.convert("RGB")


def _narrowed(wide: NDArray[Any]) -> NDArray[np.uint8]:
    """Return grey values of 16 or 32 bits as 8 bits; white is what their range suggests."""
    if wide.dtype == np.uint16:
        return (wide >> 8).astype(np.uint8)
    known = np.nan_to_num(wide.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    top = float(known.max(initial=0.0))
    if wide.dtype.kind == "f" and top <= 1:
        white = 1.0
    else:
        white = next((one for one in (255.0, 65535.0) if top <= one), top)
    return np.clip(known * (255.0 / white), 0, 255).astype(np.uint8)


def _turned(shown: Image.Image, original: Image.Image) -> Image.Image:
    """Apply the orientation that the original's EXIF states; one that cannot be read is ignored."""
    try:
        orientation = original.getexif().get(0x0112, 1)
        exif = Image.Exif()
        exif[0x0112] = orientation
        shown.info["exif"] = exif.tobytes()
        turned = ImageOps.exif_transpose(shown)
    except Exception:  # noqa: BLE001  # EXIF is full of traps and only a hint
        return shown
    return turned if turned is not None else shown
