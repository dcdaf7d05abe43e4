"""The two sides of an identity card marked 样本 (specimen), drawn at a place of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from PIL import Image, ImageDraw

from corpus.faces import image_face
from corpus.lines import Type, break_lines
from corpus.markup import Wording, parse
from corpus.press import Press, Rect
from corpus.stamps import portrait

_WIDE, _TALL = 285.0, 180.0
_BLUE = (0.16, 0.36, 0.55)


def card_side(
    press: Press,
    wording: Wording,
    place: tuple[float, float],
    side: str,
    setting: Type,
    *,
    scale: float = 1.0,
) -> None:
    """Draw the `front` or `back` of a card with its top left corner at the place, in points."""
    x, y = place
    wide, tall = _WIDE * scale, _TALL * scale
    tint = (0.9, 0.945, 0.965) if side == "front" else (0.93, 0.955, 0.94)
    press.fill((x, y, x + wide, y + tall), tint)
    press.box((x, y, x + wide, y + tall), 0.8, (0.6, 0.68, 0.74))
    _watermark(press, x, y, scale)
    setting = replace(setting, size=9.5, bold=False)
    writer = _Writer(press=press, wording=wording, x=x, y=y, setting=setting, scale=scale)
    if side == "front":
        _front(writer)
    else:
        _back(writer)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """Sets labels and values at offsets from the card's corner, both as on a card of scale one."""

    press: Press
    wording: Wording
    x: float
    y: float
    setting: Type
    scale: float

    def put(self, markup: str, at: tuple[float, float], width: float = 250, **changes: Any) -> None:
        """Set the markup with its baseline `at` points from the corner, wrapped to the width."""
        setting = replace(self.setting, **changes)
        setting = replace(setting, size=setting.size * self.scale)
        lines = break_lines(parse(markup, self.wording), setting, width * self.scale)
        for number, line in enumerate(lines):
            baseline = self.y + at[1] * self.scale + number * setting.size * 1.35
            self.press.line(line, self.x + at[0] * self.scale, baseline, setting)

    def area(self, left: float, top: float, right: float, bottom: float) -> Rect:
        """Return the place of a part of the card on the page."""
        x, y, scale = self.x, self.y, self.scale
        return x + left * scale, y + top * scale, x + right * scale, y + bottom * scale


def _front(writer: _Writer) -> None:
    labels: Mapping[str, tuple[float, float]] = {
        "姓 名": (18, 32),
        "性 别": (18, 54),
        "民 族": (90, 54),
        "出 生": (18, 75),
        "住 址": (18, 97),
    }
    for label, at in labels.items():
        writer.put(label, at, size=7.5, ink=_BLUE)
    writer.put("{holder_person}", (50, 33), size=11)
    writer.put("{sex}", (50, 54))
    writer.put("汉", (122, 54))
    writer.put("{born_year} 年 {born_month} 月 {born_day} 日", (50, 75))
    writer.put("{holder_address}", (50, 97), 130)
    writer.put("公民身份号码", (18, 162), size=7.5, ink=_BLUE)
    writer.put("{id_number}", (92, 163), size=12.5)
    rect = writer.area(194, 26, 270, 128)
    picture = portrait(writer.wording.rng.randrange(8))
    writer.press.image(picture, rect, page=writer.press.page, over=False)
    writer.press.drawn.append((writer.press.page, rect))


def _back(writer: _Writer) -> None:
    left, top, right, _ = writer.area(44, 44, 66, 66)
    writer.press.disc(left, top, right - left, (0.8, 0.12, 0.12), (0.85, 0.7, 0.2))
    writer.put("中华人民共和国", (96, 40), size=15)
    writer.put("居 民 身 份 证", (92, 68), size=19, bold=True)
    writer.put("签发机关", (48, 132), size=8, ink=_BLUE)
    writer.put("{issuing_authority}", (100, 132))
    writer.put("有效期限", (48, 156), size=8, ink=_BLUE)
    writer.put("{valid_from:dot}-{valid_until:dot}", (100, 156))


def _watermark(press: Press, x: float, y: float, scale: float) -> None:
    picture = Image.new("RGBA", (420, 260), (200, 60, 60, 0))
    word = Image.new("L", (420, 260), 0)
    ImageDraw.Draw(word).text((210, 130), "样 本", font=image_face("hei", 96), fill=70, anchor="mm")
    picture.putalpha(word.rotate(18))
    rect = (x + 55 * scale, y + 35 * scale, x + 230 * scale, y + 145 * scale)
    press.image(picture, rect, page=press.page, over=True)
    press.drawn.append((press.page, rect))
