"""Characters of a text layer as they are meant.

Fonts often draw a character and its radical with one glyph, and a PDF then says that 页 is ⻚ or
that 工 is ⼯. They look the same on the page and mean the same; only a comparison of codes tells
them apart. So radicals and compatibility forms are given as the plain characters (Unicode: NFKC,
and the property Equivalent_Unified_Ideograph for radicals without a decomposition).
"""

from __future__ import annotations

import unicodedata

_RADICALS = dict(zip(
    "⺠⺩⺬⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻭⻮⻯⻰⻲",
    "民王示虎西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐歯齿竜龙亀",
    strict=True,
))  # fmt: skip
_FIRST, _LAST = "\u2e80", "\u2fdf"
_FIRST_COMPATIBLE, _LAST_COMPATIBLE = "\uf900", "\ufaff"


def as_meant(text: str) -> str:
    """Return text with radicals and compatibility ideographs as plain characters."""
    if text < _FIRST:
        return text
    return "".join(_plain(char) for char in text)


def _plain(char: str) -> str:
    if char in _RADICALS:
        return _RADICALS[char]
    if _FIRST <= char <= _LAST or _FIRST_COMPATIBLE <= char <= _LAST_COMPATIBLE:
        return unicodedata.normalize("NFKC", char)
    return char
