"""Pictures of seals of every usual make: what they bear, and how well they were pressed.

Round and oval seals carry their owner's name along the rim, most a star or a line in the middle
and many a number at the bottom; square ones carry a person's name in two columns; a few others are
triangles. All have red ink (some blue), laid on too thick, too thin or with gaps.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from corpus.chance import chance
from corpus.faces import image_face

MM = 2.834646
"""Points in a millimetre."""
PX_PER_MM = 24
"""Pixels for a millimetre while a seal is drawn; the picture has half as many."""
_RIM_MM = (0.9, 1.3)
_FACES = ("song", "song", "hei", "kai")
CENTRES = (
    "合同专用章", "财务专用章", "业务专用章", "行政审批专用章", "资料专用章", "审图专用章",
    "投标专用章",
)  # fmt: skip
SHAPES = ("round", "oval", "square", "triangle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What a seal bears."""

    shape: str
    owner: str
    centre: str = ""
    code: str = ""
    width_mm: float = 40.0
    tall_mm: float = 40.0
    face: str = "song"
    starred: bool = True
    inner_rim: bool = False
    white: bool = False
    """The letters of a square seal are left out of the ink."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressing:
    """How a seal was pressed onto paper."""

    strength: float = 0.85
    """Share of light that its ink takes away where it is even."""
    gaps: float = 0.0
    """Share of the seal that took no ink."""
    swell_mm: float = 0.0
    """How far ink ran beyond what was engraved; negative for a worn seal."""
    turn_degrees: float = 0.0
    ink: tuple[int, int, int] = (206, 32, 38)


def design_company(rng: random.Random, owner: str) -> Design:
    """Return the seal of a company or an authority."""
    code = "".join(rng.choice("0123456789") for _ in range(13)) if chance(rng, 0.5) else ""
    face = rng.choice(_FACES)
    if chance(rng, 0.16):
        wide, tall = rng.choice(((45.0, 30.0), (40.0, 30.0), (45.0, 32.0)))
        return Design(
            shape="oval", owner=owner, centre=rng.choice(CENTRES), code=code if tall < wide else "",
            width_mm=wide, tall_mm=tall, face=face, starred=False,
        )  # fmt: skip
    if chance(rng, 0.03):
        return Design(
            shape="triangle", owner=owner[:8], width_mm=38.0, tall_mm=33.0, face=face, starred=False
        )
    side = rng.choice((40.0, 42.0, 42.0, 38.0, 45.0, 30.0 if len(owner) < 12 else 38.0))  # noqa: PLR2004 (a small seal holds no more)
    return Design(
        shape="round", owner=owner, centre=rng.choice(CENTRES) if chance(rng, 0.4) else "",
        code=code, width_mm=side, tall_mm=side, face=face, starred=chance(rng, 0.9),
        inner_rim=chance(rng, 0.2),
    )  # fmt: skip


def design_personal(rng: random.Random, name: str) -> Design:
    """Return the square seal of a person; the truth of its owner is what is engraved."""
    engraved = name + "印" if len(name) == 3 and chance(rng, 0.5) else name  # noqa: PLR2004 (four characters fill a square)
    side = rng.choice((18.0, 20.0, 20.0, 22.0))
    return Design(
        shape="square", owner=engraved, width_mm=side, tall_mm=side, face=rng.choice(_FACES),
        starred=False, white=chance(rng, 0.15),
    )  # fmt: skip


def press_by_chance(rng: random.Random) -> Pressing:
    """Return a pressing as they come: most good, some faint, broken or swollen."""
    manner = rng.choices(("good", "faint", "broken", "heavy"), (0.6, 0.14, 0.16, 0.1))[0]
    turn = rng.uniform(-9, 9) if chance(rng, 0.85) else rng.uniform(-40, 40)
    shade = (206 + rng.randint(-26, 20), 32 + rng.randint(-20, 24), 38 + rng.randint(-22, 26))
    ink = (44 + rng.randint(-14, 14), 62, 168) if chance(rng, 0.04) else shade
    return Pressing(
        strength=rng.uniform(0.28, 0.45) if manner == "faint" else rng.uniform(0.7, 0.95),
        gaps=rng.uniform(0.08, 0.22) if manner == "broken" else 0.0,
        swell_mm=rng.uniform(0.12, 0.22) if manner == "heavy" else rng.uniform(-0.04, 0.05),
        turn_degrees=turn,
        ink=ink,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Engraved:
    """Where one letter of a seal stands, in pixels of the engraving."""

    what: str
    """`owner`, `centre` or `code`."""
    char: str
    x: float
    y: float
    """Of its middle."""
    wide: float
    tall: float
    degrees: float = 0.0
    """By which it is turned, anticlockwise."""


def engrave(design: Design) -> Image.Image:
    """Return what a seal bears, white on black."""
    size = (round(design.width_mm * PX_PER_MM), round(design.tall_mm * PX_PER_MM))
    mask = Image.new("L", size, 0)
    {"round": _ring, "oval": _ring, "square": _square, "triangle": _triangle}[design.shape](
        mask, design
    )
    return mask


def pressed(rng: random.Random, design: Design, pressing: Pressing) -> Image.Image:
    """Return the seal as ink on clear ground, turned; its middle is the picture's middle."""
    mask = _swollen(engrave(design), pressing.swell_mm)
    noise = np.random.default_rng(rng.randrange(2**32))
    cover = _patchy(noise, mask.size, pressing)
    grain = noise.random((mask.height, mask.width), dtype=np.float32) * 0.16
    inked = np.asarray(mask, dtype=np.float32) / 255
    alpha = inked * np.clip(pressing.strength * cover - grain * (inked > 0), 0, 1)
    layer = Image.fromarray((255 * alpha).astype(np.uint8), "L")
    turned = layer.rotate(pressing.turn_degrees, expand=True, resample=Image.Resampling.BICUBIC)
    half = turned.resize((turned.width // 2, turned.height // 2), Image.Resampling.BOX)
    picture = Image.new("RGBA", half.size, (*pressing.ink, 0))
    picture.putalpha(half)
    return picture


def width_pt(picture: Image.Image) -> float:
    """Return how wide the picture of a seal is on paper, in points."""
    return picture.width * 2 / PX_PER_MM * MM


def _patchy(
    noise: np.random.Generator, size: tuple[int, int], pressing: Pressing
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Return how well the seal took ink, 0..1, smoothly uneven and with gaps."""
    coarse = Image.fromarray((noise.random((9, 9)) * 255).astype(np.uint8), "L")
    even = np.asarray(coarse.resize(size, Image.Resampling.BICUBIC), dtype=np.float32) / 255
    cover = 1 - 0.3 * even
    if pressing.gaps:
        fine = Image.fromarray((noise.random((26, 26)) * 255).astype(np.uint8), "L")
        holes = np.asarray(fine.resize(size, Image.Resampling.BICUBIC), dtype=np.float32)
        level = float(np.quantile(holes, pressing.gaps))
        cover *= np.clip((holes - level) / 26 + 0.5, 0.04, 1)
    return cover.astype(np.float32)


def _swollen(mask: Image.Image, by_mm: float) -> Image.Image:
    if abs(by_mm) * PX_PER_MM < 0.5:  # noqa: PLR2004 (half a pixel)
        return mask
    blurred = mask.filter(ImageFilter.GaussianBlur(abs(by_mm) * PX_PER_MM))
    level = 66 if by_mm > 0 else 170
    return blurred.point(lambda value: min(255, max(0, (value - level) * 5 + 128)))


# --- round and oval ------------------------------------------------------------------------------


def _ring(mask: Image.Image, design: Design) -> None:
    wide, tall = mask.size
    pen = ImageDraw.Draw(mask)
    rim = _rim_px(design)
    pen.ellipse((2, 2, wide - 3, tall - 3), outline=255, width=rim)
    if design.inner_rim:
        inset = rim + round(0.6 * PX_PER_MM)
        pen.ellipse(
            (inset, inset, wide - inset, tall - inset), outline=255,
            width=max(2, round(0.3 * PX_PER_MM)),
        )  # fmt: skip
    _along(mask, design, rim)
    if design.code:
        _number_below(mask, design, rim)
    if design.shape == "round" and design.starred:
        _star(pen, wide / 2, tall / 2 - (0.02 * tall if design.centre else 0), wide * 0.155)
    if design.centre:
        height, share = _centre_line(design)
        _line(mask, design.centre, height, share * wide, design.face)


def _centre_line(design: Design) -> tuple[float, float]:
    """Return how far down the line in the middle stands, and its size, as shares of the seal."""
    if design.shape == "oval":
        return 0.62 if design.code else 0.56, 0.1
    return 0.74 if design.starred else 0.58, 0.085


def letters(design: Design) -> tuple[Engraved, ...]:
    """Return where the letters of a round or oval seal stand; of others none."""
    if design.shape not in ("round", "oval"):
        return ()
    size_px = (round(design.width_mm * PX_PER_MM), round(design.tall_mm * PX_PER_MM))
    rim = _rim_px(design)
    found = [*_name_letters(size_px, design, rim)]
    if design.code:
        found += _digits(size_px, design, rim)
    if design.centre:
        height, share = _centre_line(design)
        found += _line_letters(size_px, design.centre, height, share * size_px[0], "centre")
    return tuple(found)


def _rim_px(design: Design) -> int:
    full_size = design.width_mm >= 40  # noqa: PLR2004 (millimetres)
    return round(_RIM_MM[1 if full_size else 0] * PX_PER_MM)


def _along(mask: Image.Image, design: Design, rim: int) -> None:
    """Set the owner's name along the rim at equal distances, each letter upright on the rim."""
    for one in _name_letters(mask.size, design, rim):
        face = image_face(design.face, round(one.tall))
        squeeze = one.wide / one.tall
        _letter(mask, one.char, face, (one.x, one.y), (one.degrees, squeeze), round(one.tall))


def _name_letters(size_px: tuple[int, int], design: Design, rim: int) -> Iterator[Engraved]:
    wide, tall = size_px
    count = len(design.owner)
    size = (0.118 if design.shape == "round" else 0.1) * wide
    most = 235 if design.code else 280
    sweep = math.radians(min(most, 21 * count))
    inset = rim + 0.035 * wide + size / 2
    radius_x, radius_y = wide / 2 - inset, tall / 2 - inset
    stops, pitch = _stops(count, sweep, radius_x, radius_y)
    squeeze = min(1.0, max(0.5, pitch / size * 0.95))
    for char, angle in zip(design.owner, stops, strict=True):
        lean = math.atan2(radius_y * math.sin(angle), radius_x * math.cos(angle))
        yield Engraved(
            what="owner", char=char, x=wide / 2 + radius_x * math.sin(angle),
            y=tall / 2 - radius_y * math.cos(angle), wide=size * squeeze, tall=size,
            degrees=-math.degrees(lean),
        )  # fmt: skip


def _number_below(mask: Image.Image, design: Design, rim: int) -> None:
    """Set the number along the bottom of the rim, to be read from within."""
    for one in _digits(mask.size, design, rim):
        face = image_face("sans", round(one.tall))
        _letter(mask, one.char, face, (one.x, one.y), (one.degrees, 1.0), round(one.tall))


def _digits(size_px: tuple[int, int], design: Design, rim: int) -> Iterator[Engraved]:
    wide, tall = size_px
    size = 0.05 * wide
    inset = rim + 0.018 * wide + size / 2
    radius_x, radius_y = wide / 2 - inset, tall / 2 - inset
    stops, _ = _stops(len(design.code), math.radians(68), radius_x, radius_y)
    for char, angle in zip(design.code, stops, strict=True):
        lean = math.atan2(radius_y * math.sin(angle), radius_x * math.cos(angle))
        yield Engraved(
            what="code", char=char, x=wide / 2 + radius_x * math.sin(angle),
            y=tall / 2 + radius_y * math.cos(angle), wide=0.6 * size, tall=size,
            degrees=math.degrees(lean),
        )  # fmt: skip


def _letter(
    mask: Image.Image,
    char: str,
    face: ImageDraw.ImageFont.FreeTypeFont,  # type: ignore[name-defined]
    spot: tuple[float, float],
    setting: tuple[float, float],
    size: int,
) -> None:
    degrees, squeeze = setting
    glyph = Image.new("L", (size * 2, size * 2), 0)
    stroke = max(0, size // 26)
    ImageDraw.Draw(glyph).text(
        (size, size), char, font=face, fill=255, anchor="mm", stroke_width=stroke, stroke_fill=255
    )
    glyph = glyph.resize((max(1, round(glyph.width * squeeze)), glyph.height))
    turned = glyph.rotate(degrees, expand=True, resample=Image.Resampling.BILINEAR)
    corner = (round(spot[0] - turned.width / 2), round(spot[1] - turned.height / 2))
    mask.paste(255, corner, turned)


def _stops(count: int, sweep: float, radius_x: float, radius_y: float) -> tuple[list[float], float]:
    """Return the angles of points at equal distances along an ellipse, and the distance."""
    angles = np.linspace(-sweep / 2, sweep / 2, 400)
    xs, ys = radius_x * np.sin(angles), radius_y * np.cos(angles)
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(xs), np.diff(ys)))])
    wanted = np.linspace(0.0, lengths[-1], max(2, count))[:count]
    pitch = float(lengths[-1]) / max(1, count - 1)
    return [float(angle) for angle in np.interp(wanted, lengths, angles)], pitch


def _line_letters(
    size_px: tuple[int, int], text: str, height: float, size: float, what: str
) -> Iterator[Engraved]:
    wide, tall = size_px
    size = round(_line_size(wide, text, size))
    for index, char in enumerate(text):
        x = wide / 2 + (index - (len(text) - 1) / 2) * size
        yield Engraved(what=what, char=char, x=x, y=tall * height, wide=size, tall=size)


def _line_size(wide: int, text: str, size: float) -> float:
    """Return the size at which a line fits into a seal."""
    return min(size, 0.62 * wide / max(1, len(text)))


def _line(mask: Image.Image, text: str, height: float, size: float, face: str) -> None:
    wide, tall = mask.size
    size = _line_size(wide, text, size)
    font = image_face(face, round(size))
    ImageDraw.Draw(mask).text(
        (wide / 2, tall * height), text, font=font, fill=255, anchor="mm",
        stroke_width=max(1, round(size) // 30), stroke_fill=255,
    )  # fmt: skip


def _star(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    pen.polygon(star_points(x, y, radius), fill=255)


def star_points(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """Return the corners of a five-pointed star."""
    points = []
    for step in range(10):
        reach = radius if step % 2 == 0 else radius * 0.382
        angle = math.pi * step / 5
        points.append((x + reach * math.sin(angle), y - reach * math.cos(angle)))
    return points


# --- square and triangle -------------------------------------------------------------------------


def _square(mask: Image.Image, design: Design) -> None:
    """Set the name in columns from the right, as large as the frame allows."""
    side = mask.width
    rim = round(1.1 * PX_PER_MM)
    pen = ImageDraw.Draw(mask)
    pen.rectangle((1, 1, side - 2, side - 2), outline=255, width=rim)
    inner = side - 2 * rim - round(0.9 * PX_PER_MM)
    for char, (x, y, wide, tall) in zip(design.owner, columns(len(design.owner)), strict=True):
        size = round(inner * max(wide, tall) * 0.94)
        glyph = Image.new("L", (size * 2, size * 2), 0)
        face = image_face(design.face, size)
        ImageDraw.Draw(glyph).text(
            (size, size), char, font=face, fill=255, anchor="mm",
            stroke_width=max(1, size // 22), stroke_fill=255,
        )  # fmt: skip
        drawn = glyph.crop(glyph.getbbox())
        cell = (round(inner * wide * 0.9), round(inner * tall * 0.9))
        fitted = drawn.resize(cell, Image.Resampling.BICUBIC)
        corner = ((side - inner) / 2 + inner * x, (side - inner) / 2 + inner * y)
        slack = (inner * wide * 0.05, inner * tall * 0.05)
        mask.paste(255, (round(corner[0] + slack[0]), round(corner[1] + slack[1])), fitted)
    if design.white:
        mask.paste(ImageChops.invert(mask))
        pen.rectangle((0, 0, side - 1, side - 1), outline=255, width=rim)


def columns(count: int) -> list[tuple[float, float, float, float]]:
    """Return left, top, width, height of the characters of a square seal, in reading order."""
    if count <= 2:  # noqa: PLR2004 (one column, spread over the whole width)
        return [(0.0, row / count, 1.0, 1 / count) for row in range(count)]
    right = count // 2
    first = [(0.5, row / right, 0.5, 1 / right) for row in range(right)]
    left = count - right
    return first + [(0.0, row / left, 0.5, 1 / left) for row in range(left)]


def _triangle(mask: Image.Image, design: Design) -> None:
    wide, tall = mask.size
    pen = ImageDraw.Draw(mask)
    corners = [(wide / 2, 3), (wide - 4, tall - 4), (3, tall - 4)]
    pen.polygon(corners, outline=255, width=PX_PER_MM)
    half = (len(design.owner) + 1) // 2
    for text, height in ((design.owner[:half], 0.58), (design.owner[half:], 0.8)):
        _line(mask, text, height, 0.11 * wide, design.face)
