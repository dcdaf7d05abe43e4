"""How a paper reaches the office: as a file, scanned, copied, photographed; boxes move along.

A channel is a name with optional treatments: `scan`, `photo`, `scan-colour+turned90+noise`. Every
page is rendered to pixels and carried by one homography, so each box in the answer key is moved by
the very matrix that moved the pixels. Boxes stay axis-aligned: the box around the moved corners.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
from PIL import Image
from reportlab.lib.utils import ImageReader

from corpus.chance import chance
from corpus.ofd_paper import as_ofd
from corpus.paper import Paper, PaperMark, Part, Spot
from corpus.pixels import Pixels, Sheet, move_box, move_points
from corpus.press import new_canvas
from corpus.printed import Shares
from corpus.snapshots import (
    DESKS,
    LIGHT,
    SNAPSHOT,
    beside_another,
    cropped,
    curled,
    tilted,
    under_light,
)
from corpus.wear import Wear, draw_wear, worn

CHANNELS = ("native", "ofd", "scan", "scan-colour", "photocopy", "tiff", "photo")
TREATMENTS = ("turned90", "turned180", "turned270", "skew", "noise", "blur", "worn", *SNAPSHOT)

_BLACK_BELOW = 150


def send(
    paper: Paper,
    channel: str,
    *,
    seed: str,
    dpi: int = 150,
    retouch: Callable[[list[Sheet], Paper], list[Sheet]] | None = None,
) -> Paper:
    """Return the paper as it arrives through the channel.

    `retouch` changes the pixels after they were scanned and before they are encoded.
    """
    name, *treatments = channel.split("+")
    if name not in CHANNELS or set(treatments) - set(TREATMENTS):
        raise ValueError(f"no such channel: {channel}")
    if name == "native":
        return paper
    if name == "ofd":
        return replace(paper, data=as_ofd(paper.data), suffix=".ofd", channel=name)
    rng = random.Random(f"channel-{seed}")
    noise = np.random.default_rng(rng.randrange(2**32))
    wear = draw_wear(seed, name) if "worn" in treatments else None
    dpi = round(dpi * wear.zoom) if wear else dpi
    glass = np.array([rng.uniform(0.95, 1), rng.uniform(0.95, 1), rng.uniform(0.92, 0.99)])
    sheets = [replace(sheet, tint=glass.astype(np.float32)) for sheet in _render(paper.data, dpi)]
    light = random.Random(f"light-{seed}")
    sheets = [_degrade(sheet, name, treatments, (rng, light), noise) for sheet in sheets]
    if wear is not None:
        sheets = _all_worn(sheets, wear, seed)
    if retouch is not None:
        sheets = retouch(sheets, paper)
    data, suffix = _encode(sheets, name, dpi, (rng, wear))
    return _moved(replace(paper, data=data, suffix=suffix, channel=name), sheets)


def render_pages(data: bytes, dpi: int) -> list[Pixels]:
    """Return the pages of a PDF as RGB pixels."""
    with pdfium.PdfDocument(data) as document:
        pages = []
        for index in range(len(document)):
            bitmap = document[index].render(scale=dpi / 72)
            pages.append(np.ascontiguousarray(bitmap.to_numpy()[:, :, ::-1][:, :, :3]))
        return pages


def _render(data: bytes, dpi: int) -> list[Sheet]:
    return [
        Sheet(pixels=page, moved=np.eye(3), width=page.shape[1], height=page.shape[0])
        for page in render_pages(data, dpi)
    ]


def _degrade(
    sheet: Sheet,
    name: str,
    treatments: Sequence[str],
    streams: tuple[random.Random, random.Random],
    noise: np.random.Generator,
) -> Sheet:
    rng, light = streams
    if name == "photo":
        sheet = _snapped(sheet, treatments, streams, noise)
    else:
        steep = 3.2 if "skew" in treatments else 0.7
        sheet = _skewed(sheet, rng.uniform(-steep, steep))
        sheet = _scanned(sheet, name, rng, noise)
    for treatment in treatments:
        if treatment in LIGHT:
            sheet = replace(sheet, pixels=under_light(sheet.pixels, treatment, light))
        else:
            sheet = _treated(sheet, treatment, rng, noise)
    return sheet


def _snapped(
    sheet: Sheet,
    treatments: Sequence[str],
    streams: tuple[random.Random, random.Random],
    noise: np.random.Generator,
) -> Sheet:
    """Return a photo of the page with what photos suffer from."""
    rng, light = streams
    if "curled" in treatments:
        sheet = curled(sheet, light)
    desk = next((DESKS[one] for one in treatments if one in DESKS), None)
    sheet = _photographed(sheet, rng, noise, desk)
    for name, happens in (("two-pages", beside_another), ("tilted", tilted), ("cropped", cropped)):
        if name in treatments:
            sheet = happens(sheet, light)
    return sheet


def _treated(sheet: Sheet, treatment: str, rng: random.Random, noise: np.random.Generator) -> Sheet:
    if treatment.startswith("turned"):
        return _turned(sheet, int(treatment.removeprefix("turned")))
    if treatment == "noise":
        return replace(sheet, pixels=_grained(sheet.pixels, rng.uniform(10, 18), noise))
    if treatment == "blur":
        blurred = cv2.GaussianBlur(sheet.pixels, (0, 0), rng.uniform(1.0, 1.5))
        return replace(sheet, pixels=blurred)
    return sheet


def _skewed(sheet: Sheet, degrees: float) -> Sheet:
    height, width = sheet.pixels.shape[:2]
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), [0, 0, 1]])
    pixels = cv2.warpPerspective(
        sheet.pixels,
        turn,
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(246, 246, 246),
    )
    return replace(sheet, pixels=pixels, moved=turn @ sheet.moved)


def _turned(sheet: Sheet, degrees: int) -> Sheet:
    """Turn clockwise by a multiple of 90 degrees."""
    height, width = sheet.pixels.shape[:2]
    codes = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    turns = {
        90: [[0, -1, height], [1, 0, 0], [0, 0, 1]],
        180: [[-1, 0, width], [0, -1, height], [0, 0, 1]],
        270: [[0, 1, 0], [-1, 0, width], [0, 0, 1]],
    }
    matrix = np.array(turns[degrees], dtype=np.float64)
    return replace(
        sheet, pixels=cv2.rotate(sheet.pixels, codes[degrees]), moved=matrix @ sheet.moved
    )


def _scanned(sheet: Sheet, name: str, rng: random.Random, noise: np.random.Generator) -> Sheet:
    pixels = sheet.pixels.astype(np.float32)
    if name == "scan-colour":
        pixels *= np.array(
            [rng.uniform(0.95, 1), rng.uniform(0.95, 1), rng.uniform(0.92, 0.99)], dtype=np.float32
        )
    pixels = _lit(pixels, rng.uniform(0.0, 0.06), rng)
    pixels = cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.35, 0.75))
    level = np.clip(pixels, 0, 255).astype(np.uint8)
    level = _grained(level, rng.uniform(2, 5), noise)
    if name in ("scan", "tiff"):
        level = _grey(level)
    elif name == "photocopy":
        level = _copied(_grey(level), rng, noise)
    return replace(sheet, pixels=level)


def _grey(pixels: Pixels) -> Pixels:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return np.repeat(grey[:, :, None], 3, axis=2)


def _copied(pixels: Pixels, rng: random.Random, noise: np.random.Generator) -> Pixels:
    """Return the hard contrast, specks and dark edge of a photocopy."""
    hard = np.clip((pixels.astype(np.float32) - 110) * rng.uniform(1.5, 2.0) + 110, 0, 255).astype(
        np.uint8
    )
    height, width = hard.shape[:2]
    count = rng.randrange(40, 160)
    ys, xs = noise.integers(0, height - 2, count), noise.integers(0, width - 2, count)
    hard[ys, xs] = 40
    hard[ys + 1, xs] = 90
    edge = rng.randrange(4, 18)
    hard[:, :edge] = np.minimum(hard[:, :edge], rng.randrange(30, 110))
    return hard


def _grained(pixels: Pixels, strength: float, noise: np.random.Generator) -> Pixels:
    grain = noise.standard_normal(pixels.shape[:2], dtype=np.float32)[:, :, None] * strength
    return np.clip(pixels.astype(np.float32) + grain, 0, 255).astype(np.uint8)


def _lit(
    pixels: npt.NDArray[np.float32], depth: float, rng: random.Random
) -> npt.NDArray[np.float32]:
    """Return the pixels under light that fades across the page."""
    height, width = pixels.shape[:2]
    across = np.linspace(0, 1, width, dtype=np.float32)[None, :] * rng.uniform(-1, 1)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None] * rng.uniform(-1, 1)
    shade = across + down
    shade -= shade.max()
    spread = max(1e-6, float(-shade.min()))
    return np.asarray(pixels * (1 + shade / spread * depth)[:, :, None], dtype=np.float32)


def _photographed(
    sheet: Sheet,
    rng: random.Random,
    noise: np.random.Generator,
    colour: tuple[int, int, int] | None,
) -> Sheet:
    """Return the page lying on a desk, seen at an angle, in uneven light."""
    height, width = sheet.pixels.shape[:2]
    wide, tall = round(width * 1.16), round(height * 1.14)
    desk = _desk(wide, tall, rng, noise, colour)
    left, top = (wide - width) / 2, (tall - height) / 2
    jitter = 0.028
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    moved = np.array(
        [
            [
                left + x + rng.uniform(-jitter, jitter) * width,
                top + y + rng.uniform(-jitter, jitter) * height,
            ]
            for x, y in corners
        ],
        dtype=np.float32,
    )
    matrix = cv2.getPerspectiveTransform(corners, moved)
    page = cv2.warpPerspective(sheet.pixels, matrix, (wide, tall), flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, (wide, tall))
    shadow = cv2.GaussianBlur(mask, (0, 0), 14).astype(np.float32)[:, :, None] / 255
    ground = desk.astype(np.float32) * (1 - 0.45 * shadow)
    cover = mask.astype(np.float32)[:, :, None] / 255
    pixels = page.astype(np.float32) * rng.uniform(0.9, 0.98) * cover + ground * (1 - cover)
    pixels = _lit(pixels, rng.uniform(0.12, 0.32), rng)
    pixels *= np.array([rng.uniform(0.97, 1.02), 1.0, rng.uniform(0.9, 1.0)], dtype=np.float32)
    pixels = cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.5, 0.9))
    level = _grained(np.clip(pixels, 0, 255).astype(np.uint8), rng.uniform(2, 5), noise)
    return replace(sheet, pixels=level, moved=matrix @ sheet.moved)


def _desk(
    wide: int,
    tall: int,
    rng: random.Random,
    noise: np.random.Generator,
    colour: tuple[int, int, int] | None,
) -> Pixels:
    drawn = rng.choice(((142, 108, 76), (96, 92, 88), (176, 160, 138), (70, 82, 96)))
    base = np.array(colour or drawn, dtype=np.float32)
    grain = noise.standard_normal((tall // 40 + 2, 4), dtype=np.float32) * 12
    streaks = cv2.resize(grain, (wide, tall), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(base + streaks[:, :, None], 0, 255), dtype=np.uint8)


def _all_worn(sheets: Sequence[Sheet], wear: Wear, seed: str) -> list[Sheet]:
    rng = random.Random(f"wear-{seed}")
    noise = np.random.default_rng(rng.randrange(2**32))
    return [replace(one, pixels=worn(one.pixels, wear, rng, noise)) for one in sheets]


def _encode(
    sheets: Sequence[Sheet], name: str, dpi: int, drawn: tuple[random.Random, Wear | None]
) -> tuple[bytes, str]:
    """Return the file and its suffix; `drawn` are the channel's chance and the file's wear."""
    rng, wear = drawn
    pictures = [Image.fromarray(sheet.pixels) for sheet in sheets]
    if name == "tiff":
        return _tiff(pictures, dpi, rng), ".tif"
    quality = wear.quality if wear else rng.randrange(72, 88)
    encoded = [
        _jpeg(picture if name in ("photo", "scan-colour") else picture.convert("L"), quality, dpi)
        for picture in pictures
    ]
    if name == "photo" and len(encoded) == 1:
        return encoded[0], ".jpg"
    return _image_pdf(encoded, pictures, dpi), ".pdf"


def _jpeg(picture: Image.Image, quality: int, dpi: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, dpi=(dpi, dpi))
    return out.getvalue()


def _tiff(pictures: Sequence[Image.Image], dpi: int, rng: random.Random) -> bytes:
    out = io.BytesIO()
    if chance(rng, 0.5):
        pages = [
            picture.convert("L")
            .point(lambda level: 255 if level > _BLACK_BELOW else 0)
            .convert("1")
            for picture in pictures
        ]
        pages[0].save(
            out,
            "TIFF",
            save_all=True,
            append_images=pages[1:],
            compression="group4",
            dpi=(dpi, dpi),
        )
    else:
        greys = [picture.convert("L") for picture in pictures]
        greys[0].save(
            out,
            "TIFF",
            save_all=True,
            append_images=greys[1:],
            compression="tiff_adobe_deflate",
            dpi=(dpi, dpi),
        )
    return out.getvalue()


def _image_pdf(encoded: Sequence[bytes], pictures: Sequence[Image.Image], dpi: int) -> bytes:
    out = io.BytesIO()
    canvas = new_canvas(out)
    canvas.setProducer("Scan Station")
    canvas.setCreator("Scan Station")
    for data, picture in zip(encoded, pictures, strict=True):
        size = (picture.width * 72 / dpi, picture.height * 72 / dpi)
        canvas.setPageSize(size)
        canvas.drawImage(ImageReader(io.BytesIO(data)), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _moved(paper: Paper, sheets: Sequence[Sheet]) -> Paper:
    """Return the paper with every box carried to where its pixels went."""

    def carry(page: int, box: Shares) -> Shares:
        return move_box(box, sheets[page - 1])

    spots = {
        name: tuple(_moved_spot(spot, carry) for spot in places)
        for name, places in paper.spots.items()
    }
    marks = tuple(_moved_mark(mark, sheets[mark.page - 1]) for mark in paper.marks)
    printed = paper.printed.carried(lambda page, points: move_points(points, sheets[page - 1]))
    return replace(paper, spots=spots, marks=_visible(marks), printed=printed)


def _moved_mark(mark: PaperMark, sheet: Sheet) -> PaperMark:
    letters = tuple(replace(one, quad=tuple(move_points(one.quad, sheet))) for one in mark.letters)
    return replace(mark, box=move_box(mark.box, sheet), letters=letters)


def _visible(marks: Sequence[PaperMark]) -> tuple[PaperMark, ...]:
    return tuple(mark for mark in marks if mark.box[0] < mark.box[2] and mark.box[1] < mark.box[3])


def _moved_spot(spot: Spot, carry: Any) -> Spot:
    parts = tuple(
        Part(page=part.page, box=carry(part.page, part.box), text=part.text) for part in spot.parts
    )
    return replace(spot, parts=parts)
