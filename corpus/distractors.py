"""Red things that are no seals: letterheads, stars, fingerprints, frames, logos, handwriting."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from corpus.faces import image_face
from corpus.press import Press
from corpus.seal_art import MM, star_points
from corpus.stamps import signature

_PX_PER_MM = 10
_RED = (204, 28, 34)
_HEADS = ("住房和城乡建设局文件", "人民政府文件", "行政审批局文件", "自然资源和规划局公文")
_STRIPS = ("复印件与原件一致", "此件仅供备案使用", "已审核", "原件已核")


def distract(press: Press, rng: random.Random) -> None:
    """Put one red thing that is no seal on one of the pages."""
    page = rng.randrange(len(press.pages)) + 1
    made = rng.choice(tuple(_MAKERS.values()))(rng)
    wide, tall = (side / _PX_PER_MM * MM for side in made.size)
    width, height = press.pages[page - 1].size
    at_top = made.info.get("top") == "yes"
    x = (width - wide) / 2 if at_top else rng.uniform(10, max(11.0, width - wide - 10))
    y = rng.uniform(8, 26) if at_top else rng.uniform(20, max(21.0, height - tall - 20))
    press.image(made, (x, y, x + wide, y + tall), page=page, over=True)


def _blank(wide_mm: float, tall_mm: float) -> Image.Image:
    return Image.new("L", (round(wide_mm * _PX_PER_MM), round(tall_mm * _PX_PER_MM)), 0)


def _inked(mask: Image.Image, ink: tuple[int, int, int] = _RED) -> Image.Image:
    picture = Image.new("RGBA", mask.size, (*ink, 0))
    picture.putalpha(mask.point(lambda level: round(level * 0.92)))
    return picture


def _letterhead(rng: random.Random) -> Image.Image:
    mask = _blank(150, 22)
    pen = ImageDraw.Draw(mask)
    text = rng.choice(("临江市", "青禾区", "滨河县")) + rng.choice(_HEADS)
    face = image_face("song", round(9.5 * _PX_PER_MM))
    pen.text(
        (mask.width / 2, 8 * _PX_PER_MM), text, font=face, fill=255, anchor="mm",
        stroke_width=3, stroke_fill=255,
    )  # fmt: skip
    pen.line((0, 19 * _PX_PER_MM, mask.width, 19 * _PX_PER_MM), fill=255, width=10)
    head = _inked(mask)
    head.info["top"] = "yes"
    return head


def _star(rng: random.Random) -> Image.Image:
    side = rng.uniform(9, 30)
    mask = _blank(side, side)
    half = mask.width / 2
    ImageDraw.Draw(mask).polygon(star_points(half, half, half), fill=255)
    return _inked(mask)


def _fingerprint(rng: random.Random) -> Image.Image:
    """A thumb: ridges half a millimetre apart that wind around a core."""
    wide, tall = rng.uniform(13, 18), rng.uniform(18, 25)
    mask = _blank(wide, tall)
    rows, cols = np.indices((mask.height, mask.width), dtype=np.float32) / _PX_PER_MM
    x, y = cols - wide / 2, rows - tall * 0.55
    bend = rng.uniform(0.2, 0.5) * np.sin(x * rng.uniform(0.3, 0.6)) + 0.3 * np.sin(y * 0.4)
    ridges = np.sin(2 * np.pi * (np.hypot(x * 1.25, y) + bend) / rng.uniform(0.5, 0.75))
    within = (2 * x / wide) ** 2 + ((rows - tall / 2) * 2 / tall) ** 2
    noise = np.random.default_rng(rng.randrange(2**32)).random(rows.shape)
    level = np.clip(1.1 - within, 0, 1) ** 0.4 * (0.5 + 0.5 * ridges) * (0.7 + 0.3 * noise)
    mask = Image.fromarray((255 * np.clip(level, 0, 1)).astype(np.uint8), "L")
    return _inked(mask.filter(ImageFilter.GaussianBlur(0.8)))


def _frame(rng: random.Random) -> Image.Image:
    mask = _blank(rng.uniform(50, 150), rng.uniform(16, 60))
    box = (3, 3, mask.width - 4, mask.height - 4)
    ImageDraw.Draw(mask).rectangle(box, outline=255, width=6)
    return _inked(mask)


def _logo(rng: random.Random) -> Image.Image:
    """A disc with a letter left out, or a small ring with one in it."""
    side = rng.uniform(9, 15)
    mask = _blank(side, side)
    pen = ImageDraw.Draw(mask)
    solid = rng.random() < 0.6  # noqa: PLR2004 (most are solid)
    pen.ellipse(
        (2, 2, mask.width - 3, mask.height - 3),
        fill=255 if solid else None,
        outline=255,
        width=round(0.12 * mask.width),
    )
    face = image_face("hei", round(0.5 * mask.width))
    pen.text(
        (mask.width / 2, mask.height / 2), rng.choice("建设城华中安"), font=face,
        fill=0 if solid else 255, anchor="mm",
    )  # fmt: skip
    return _inked(mask, rng.choice((_RED, (30, 70, 170))))


def _handwriting(rng: random.Random) -> Image.Image:
    written = signature(rng, rng.choice(("同意", "已阅", "请办理", "同意上报")))
    alpha = written.getchannel("A")
    tall = rng.uniform(9, 15) * _PX_PER_MM
    size = (max(8, round(alpha.width * tall / alpha.height)), round(tall))
    return _inked(alpha.resize(size))


def _strip(rng: random.Random) -> Image.Image:
    text = rng.choice(_STRIPS)
    mask = _blank(6.4 * len(text) + 4, 10)
    pen = ImageDraw.Draw(mask)
    pen.rectangle((3, 3, mask.width - 4, mask.height - 4), outline=255, width=7)
    face = image_face("hei", 6 * _PX_PER_MM)
    pen.text((mask.width / 2, mask.height / 2), text, font=face, fill=255, anchor="mm")
    turned = mask.rotate(rng.uniform(-5, 5), expand=True, resample=Image.Resampling.BICUBIC)
    return _inked(turned)


_MAKERS: dict[str, Callable[[random.Random], Image.Image]] = {
    "letterhead": _letterhead,
    "star": _star,
    "fingerprint": _fingerprint,
    "frame": _frame,
    "logo": _logo,
    "handwriting": _handwriting,
    "strip": _strip,
}
