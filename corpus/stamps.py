"""Pictures of marks: round and oval seals, signatures, QR codes, portraits. All from a seed."""

from __future__ import annotations

import math
import random
from functools import cache

import numpy as np
import segno
from PIL import Image, ImageDraw, ImageFilter

from corpus.chance import chance
from corpus.faces import image_face

_RED = (206, 32, 38)
_SCALE = 5
"""Pixels for one point of a seal; fine enough for 300 dpi."""


def seal(rng: random.Random, owner: str, *, centre: str = "", oval: bool = False) -> Image.Image:
    """Return a red seal with the owner's name along the rim and a star, on clear ground."""
    side = 119 * _SCALE
    tall = round(side * 0.68) if oval else side
    mask = Image.new("L", (side, tall), 0)
    pen = ImageDraw.Draw(mask)
    rim = round(side * 0.016)
    pen.ellipse((rim, rim, side - rim, tall - rim), outline=255, width=round(side * 0.022))
    if chance(rng, 0.25) and not oval:
        inset = round(side * 0.035)
        pen.ellipse(
            (inset, inset, side - inset, tall - inset), outline=255, width=round(side * 0.006)
        )
    _rim_text(mask, owner, oval=oval)
    if oval:
        _line_text(mask, centre or "合同专用章", 0.5, 0.085)
    else:
        _star(pen, side / 2, tall / 2, side * 0.155)
        if centre:
            _line_text(mask, centre, 0.73, 0.075)
    return _inked(rng, mask)


def _rim_text(mask: Image.Image, text: str, *, oval: bool) -> None:
    """Set the text along the rim at equal distances, each character turned with the rim."""
    side, tall = mask.size
    count = len(text)
    size = side * (0.095 if oval else 0.128)
    sweep = math.radians(min(250, 18 * count))
    radius_x, radius_y = (length / 2 - size * 0.86 - side * 0.02 for length in (side, tall))
    stops, pitch = _along_rim(count, sweep, radius_x, radius_y)
    size = min(size, pitch * 1.12)
    squeeze = min(0.95, max(0.6, pitch / size * 0.92))
    face = image_face("song", round(size))
    for char, angle in zip(text, stops, strict=True):
        glyph = Image.new("L", (round(size) * 2, round(size) * 2), 0)
        middle = (glyph.width / 2, glyph.height / 2)
        stroke = max(1, round(size) // 26)
        ImageDraw.Draw(glyph).text(
            middle, char, font=face, fill=255, anchor="mm", stroke_width=stroke, stroke_fill=255
        )
        glyph = glyph.resize((round(glyph.width * squeeze), glyph.height))
        lean = math.atan2(radius_y * math.sin(angle), radius_x * math.cos(angle))
        turned = glyph.rotate(-math.degrees(lean), expand=True, resample=Image.Resampling.BILINEAR)
        x = side / 2 + radius_x * math.sin(angle) - turned.width / 2
        y = tall / 2 - radius_y * math.cos(angle) - turned.height / 2
        mask.paste(255, (round(x), round(y)), turned)


def _along_rim(
    count: int, sweep: float, radius_x: float, radius_y: float
) -> tuple[list[float], float]:
    """Return the angles of `count` points at equal distances along an ellipse, and the distance."""
    angles = np.linspace(-sweep / 2, sweep / 2, 400)
    xs, ys = radius_x * np.sin(angles), radius_y * np.cos(angles)
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(xs), np.diff(ys)))])
    wanted = np.linspace(0.0, lengths[-1], max(2, count))[:count]
    pitch = float(lengths[-1]) / max(1, count - 1)
    return [float(angle) for angle in np.interp(wanted, lengths, angles)], pitch


def _line_text(mask: Image.Image, text: str, height: float, size_share: float) -> None:
    side, tall = mask.size
    face = image_face("song", round(side * size_share))
    ImageDraw.Draw(mask).text(
        (side / 2, tall * height),
        text,
        font=face,
        fill=255,
        anchor="mm",
        stroke_width=1,
        stroke_fill=255,
    )


def _star(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    points = []
    for step in range(10):
        reach = radius if step % 2 == 0 else radius * 0.382
        angle = math.pi * step / 5
        points.append((x + reach * math.sin(angle), y - reach * math.cos(angle)))
    pen.polygon(points, fill=255)


def _inked(rng: random.Random, mask: Image.Image) -> Image.Image:
    """Return the mask as uneven red ink, slightly turned."""
    noise = np.random.default_rng(rng.randrange(2**32))
    coarse = Image.fromarray((noise.random((12, 12)) * 90).astype(np.uint8), "L")
    blotch = np.asarray(coarse.resize(mask.size, Image.Resampling.BICUBIC), dtype=np.float32)
    grain = noise.random((mask.height, mask.width), dtype=np.float32) * 40
    strength = rng.uniform(0.72, 0.92)
    alpha = np.asarray(mask, dtype=np.float32) * strength - (blotch + grain) * (
        np.asarray(mask) > 0
    )
    layer = Image.fromarray(np.clip(alpha, 0, 255).astype(np.uint8), "L")
    turned = layer.rotate(rng.uniform(-9, 9), resample=Image.Resampling.BICUBIC)
    half = turned.resize((turned.width // 2, turned.height // 2), Image.Resampling.BOX)
    shade = tuple(max(0, channel + rng.randint(-18, 18)) for channel in _RED)
    picture = Image.new("RGBA", half.size, (*shade, 0))
    picture.putalpha(half)
    return picture


def signature(rng: random.Random, name: str) -> Image.Image:
    """Return the name as if written by hand, in ink on clear ground."""
    size = 150
    picture = Image.new("L", (size * (len(name) + 1), size * 2), 0)
    x = size * 0.35
    for char in name:
        glyph = _scrawl(rng, char, size)
        picture.paste(255, (round(x), round(size * 0.3 + rng.uniform(-14, 14))), glyph)
        x += size * rng.uniform(0.66, 0.86)
    picture = _waved(rng, picture)
    box = picture.getbbox() or (0, 0, picture.width, picture.height)
    picture = picture.crop(box).rotate(
        rng.uniform(-3, 9), expand=True, resample=Image.Resampling.BICUBIC
    )
    picture = picture.crop(picture.getbbox())
    ink = rng.choice(((24, 28, 40), (28, 40, 110), (16, 16, 20)))
    signed = Image.new("RGBA", picture.size, (*ink, 0))
    signed.putalpha(picture.point(lambda level: round(level * 0.93)))
    return signed


def _scrawl(rng: random.Random, char: str, size: int) -> Image.Image:
    glyph = Image.new("L", (size * 2, size * 2), 0)
    ImageDraw.Draw(glyph).text(
        (size * 0.4, size * 0.3),
        char,
        fill=255,
        font=image_face("kai", round(size * rng.uniform(0.9, 1.15))),
    )
    glyph = glyph.filter(ImageFilter.GaussianBlur(rng.uniform(1.5, 3.2)))
    glyph = glyph.point(lambda level: 255 if level > 92 else 0)  # noqa: PLR2004 (half ink)
    lean = rng.uniform(0.12, 0.45)
    return glyph.transform(
        glyph.size,
        Image.Transform.AFFINE,
        (1, lean, -lean * size * 0.8, rng.uniform(-0.18, 0.1), 1, 0),
        resample=Image.Resampling.BICUBIC,
    )


def _waved(rng: random.Random, picture: Image.Image) -> Image.Image:
    pixels = np.asarray(picture)
    rows, columns = np.indices(pixels.shape, dtype=np.float32)
    phase, reach = rng.uniform(0, 6), rng.uniform(3, 9)
    from_y = rows + reach * np.sin(columns / rng.uniform(24, 50) + phase)
    from_x = columns + reach * np.sin(rows / rng.uniform(24, 50) + phase)
    from_y = np.clip(from_y, 0, pixels.shape[0] - 1).astype(np.int32)
    from_x = np.clip(from_x, 0, pixels.shape[1] - 1).astype(np.int32)
    return Image.fromarray(pixels[from_y, from_x], "L").filter(ImageFilter.GaussianBlur(0.8))


def qr_code(text: str) -> Image.Image:
    """Return the QR code of the text, black on white, one pixel a module with its quiet zone."""
    modules = segno.make(text, error="m", micro=False).matrix_iter(border=1)
    rows = np.array([[0 if module else 255 for module in row] for row in modules], dtype=np.uint8)
    grey = Image.fromarray(rows, "L")
    return grey.resize((grey.width * 6, grey.height * 6), Image.Resampling.NEAREST).convert("RGB")


@cache
def portrait(variant: int) -> Image.Image:
    """Return a drawn head and shoulders: nobody's photograph."""
    rng = random.Random(f"portrait-{variant}")
    ground = rng.choice(((200, 40, 44), (90, 150, 214), (236, 240, 246)))
    picture = Image.new("RGB", (300, 400), ground)
    pen = ImageDraw.Draw(picture)
    coat = rng.choice(((38, 44, 60), (60, 66, 78), (30, 30, 34)))
    skin = (236, 200, 172)
    pen.ellipse((30, 290, 270, 520), fill=coat)
    pen.polygon([(125, 290), (175, 290), (150, 350)], fill=(246, 246, 248))
    pen.rectangle((128, 240, 172, 300), fill=skin)
    pen.ellipse((85, 80, 215, 262), fill=skin)
    pen.pieslice((78, 58, 222, 210), 180, 360, fill=(26, 24, 24))
    for eye in (120, 180):
        pen.ellipse((eye - 9, 160, eye + 9, 170), fill=(40, 32, 30))
    pen.arc((125, 195, 175, 225), 20, 160, fill=(170, 90, 86), width=4)
    return picture.filter(ImageFilter.GaussianBlur(1.2))
