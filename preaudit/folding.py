"""Texts as they are compared: widths folded, spaces gone, one character for one character."""

from __future__ import annotations

from typing import Final

_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_LIKE: Final = {
    "∶": ":",
    "﹕": ":",
    "\ufe30": ":",
    "￥": "¥",
    "【": "[",
    "】": "]",
    "—": "-",
    "–": "-",
    "－": "-",
    "―": "-",
    "─": "-",
    "\u2010": "-",
    "～": "~",
    "　": " ",
    "\u2024": ".",
    "•": "·",
    "・": "·",
}
_KEEP: Final = frozenset("，；！？")
_TABLE: Final = {
    **{code: chr(to) for code, to in _FULL_WIDTH.items() if chr(code) not in _KEEP},
    **{ord(old): new for old, new in _LIKE.items()},
}

_PRINTED: Final = {":": "：", ",": "，", ";": "；", "~": "～", "?": "？", "!": "！"}

BLANKS: Final = frozenset(" \t\r\n\u00a0\u3000\u200b\ufeff\u2002\u2003_\uff3f")
"""Characters that carry nothing; underscores are the rule under a blank to fill in."""


def fold(text: str) -> str:
    """Return `text` with widths and look-alike signs folded; as long as it was."""
    return text.translate(_TABLE)


def compact(text: str) -> str:
    """Return `text` folded and without blanks, as labels and titles are compared."""
    return "".join(char for char in fold(text) if char not in BLANKS)


def tidy(text: str) -> str:
    """Return a text or name the way values are given: no spaces, half-width round brackets.

    Other Chinese signs stay as printed, so that an address or a scope can be read.
    """
    swapped = text.replace("（", "(").replace("）", ")")
    return "".join(char for char in swapped if char not in BLANKS)


def typeset(text: str) -> str:
    """Return a text that was read from pixels with the signs that Chinese print uses.

    A recogniser cannot tell a full-width sign from a half-width one; between Chinese characters
    only the former is printed.
    """
    out: list[str] = []
    for at, char in enumerate(text):
        near = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
        chinese = any("\u4e00" <= one <= "\u9fff" for one in near)
        out.append(_PRINTED.get(char, char) if chinese or char == "~" else char)
    return "".join(out).replace("m²", "㎡").replace("m2", "㎡")


def within_edits(left: str, right: str, limit: int) -> bool:
    """Tell whether `left` becomes `right` by at most `limit` insertions, losses or swaps."""
    if abs(len(left) - len(right)) > limit:
        return False
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        last, row[0] = row[0], i
        for j, b in enumerate(right, start=1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1] <= limit
