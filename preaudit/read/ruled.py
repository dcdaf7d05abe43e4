"""Text that stands on rules, found where it sticks out beside them.

A page number set into a frame, or a value typed into a form a little too low, runs into a rule:
detectors pass it over. Recognisers read it through the rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import cv2
import numpy as np

from preaudit.read.lines import Patch
from preaudit.read.strokes import Mask, Stroke, Strokes

_LONG: Final = 8.0
"""In heights of text: what is shorter is a stroke of a character or an underline."""
_RUN: Final = 2.5
"""Ink that goes on for so long is a rule's, likewise; strokes of characters are shorter."""
_REACH: Final = 1.7
"""How far above and below a rule its text goes at most, likewise."""
_BESIDE: Final = 0.5
"""Within how far of a rule text has ink that stands on it, likewise."""
_GAP: Final = 0.7
"""Between two characters at most, likewise."""
_LEAST: Final = 1.8
"""How wide text is at least, likewise."""
_LOWEST: Final = 0.3
_HIGHEST: Final = 1.7
"""Likewise how high at least and at most."""
_INKED: Final = 0.3
"""Share of its columns in which text has ink beside the rule, at least."""
_LEAST_INK: Final = 0.1
"""Ink beside a rule that text on it has at least, in squares of the height of text."""
_MOST: Final = 8
"""With more such places than that it is texture."""
_TOUCHES: Final = 4
"""Pixels between parts of a character, or a character and a rule that it runs into, at most."""


def on_rules(
    mask: Mask, strokes: Strokes, patches: Sequence[Patch], *, text_px: float
) -> list[Patch]:
    """Return where text that nobody found stands on level rules.

    Args:
        mask: Ink of the page.
        strokes: Its rules.
        patches: Where text was found.
        text_px: Usual height of a line of text.
    """
    found: list[Patch] = []
    for rule in strokes.level:
        if rule.length >= _LONG * text_px:
            band, top = _band(mask, rule, patches, text_px)
            if not _inked(band, rule, strokes.upright, rule.at - top, text_px):
                continue
            text, rules = _apart(band, text_px)
            _erase_upright(text, strokes.upright, rule, top)
            for start, end in _runs(text, rule.at - top, text_px):
                patch = _around(text, rules, (start, end), rule.at - top, text_px)
                if patch is not None:
                    left = rule.start + patch.left
                    found.append(
                        Patch(
                            left=max(0.0, left),
                            top=max(0.0, patch.top + top),
                            right=left + patch.width,
                            bottom=patch.bottom + top,
                        )
                    )
    found = [one for at, one in enumerate(found) if not any(_same(one, two) for two in found[:at])]
    return found if len(found) <= _MOST else []


def _band(mask: Mask, rule: Stroke, patches: Sequence[Patch], text_px: float) -> tuple[Mask, int]:
    """Return the ink along a rule without the text that was found, and the row it begins in."""
    reach = _REACH * text_px
    top = max(0, round(rule.at - reach))
    start, end = int(rule.start), int(rule.end)
    band = mask[top : round(rule.at + reach), start:end].copy()
    for patch in patches:
        rows = slice(max(0, int(patch.top) - top), max(0, int(patch.bottom) + 1 - top))
        columns = slice(max(0, int(patch.left) - start), max(0, int(patch.right) + 1 - start))
        band[rows, columns] = 0
    return band, top


def _inked(band: Mask, rule: Stroke, upright: Sequence[Stroke], at: float, text_px: float) -> bool:
    """Whether more ink than that of crossing rules lies beside a rule: a quick look."""
    reach, apart = round(_BESIDE * text_px), rule.thickness / 2 + _TOUCHES
    over = band[max(0, round(at - apart - reach)) : max(0, round(at - apart))]
    under = band[round(at + apart) : round(at + apart + reach)]
    crossing = [one for one in upright if rule.start <= one.at <= rule.end]
    others = sum((one.thickness + 2) * 2 * reach for one in crossing)
    found = sum(cv2.countNonZero(part) for part in (over, under) if part.size)
    return found - others >= _LEAST_INK * text_px * text_px


def _apart(band: Mask, text_px: float) -> tuple[Mask, Mask]:
    """Return the text and the rules of a stretch of ink, apart."""
    long = np.ones((1, max(3, round(_RUN * text_px))), np.uint8)
    rules = cv2.morphologyEx(band, cv2.MORPH_OPEN, long)
    # The rims of a rule are ragged: they are its own and no text.
    text = cv2.subtract(band, cv2.dilate(rules, np.ones((5, 1), np.uint8)))
    return np.asarray(text, dtype=np.uint8), np.asarray(rules, dtype=np.uint8)


def _erase_upright(text: Mask, upright: Sequence[Stroke], rule: Stroke, top: int) -> None:
    for one in upright:
        half = one.thickness / 2 + 3
        low, high = int(one.at - half - rule.start), int(one.at + half - rule.start) + 1
        rows = slice(max(0, int(one.start) - top), max(0, int(one.end) + 1 - top))
        text[rows, max(0, low) : max(0, high)] = 0


def _runs(text: Mask, at: float, text_px: float) -> Iterator[tuple[int, int]]:
    """Yield stretches of columns with ink near a rule, as wide as some characters, without gaps."""
    reach = _BESIDE * text_px
    near = text[max(0, round(at - reach)) : round(at + reach)]
    places = np.flatnonzero((near > 0).sum(axis=0) > 1)
    if not len(places):
        return
    breaks = np.flatnonzero(np.diff(places) > _GAP * text_px)
    for group in np.split(places, breaks + 1):
        start, end = int(group[0]), int(group[-1]) + 1
        if end - start >= _LEAST * text_px and len(group) >= _INKED * (end - start):
            yield start, end


def _around(
    text: Mask, rules: Mask, columns: tuple[int, int], at: float, text_px: float
) -> Patch | None:
    """Return the place of text on a rule; None when it is not as high as text."""
    start, end = columns
    own = np.asarray((text[:, start:end] > 0).any(axis=1))
    inked = own | (rules[:, start:end] > 0).any(axis=1)
    places = np.flatnonzero(inked)
    groups = np.split(places, np.flatnonzero(np.diff(places) > _TOUCHES) + 1)
    group = min(groups, key=lambda one: float(np.abs(one - at).min()))
    # A rule at either end bounds the text; beyond it nothing is the text's.
    said = group[own[group]]
    if not len(said):
        return None
    top, bottom = int(said[0]) - 2, int(said[-1]) + 3
    touched = group[(group >= top - _TOUCHES) & (group <= bottom + _TOUCHES)]
    top, bottom = min(top, int(touched[0])), max(bottom, int(touched[-1]) + 1)
    if not _LOWEST * text_px <= bottom - top <= _HIGHEST * text_px:
        return None
    pad = 0.15 * text_px
    return Patch(left=start - pad, top=float(top), right=end + pad, bottom=float(bottom))


def _same(one: Patch, other: Patch) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 0 and down > 0
