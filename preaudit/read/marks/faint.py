"""Ink near signing places that nothing explains: a mark may stand there that was not made out.

A missed seal on a poor copy would make a place look bare, and an application would be found fault
with that has none. So where words ask for a seal, or a date closes a paper, and ink of a seal's
size stands about that neither lines, rulings nor marks explain, that much is said: something is
there, of little certainty. A place about which there is only paper stays bare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.document import Line
from preaudit.geometry import Box
from preaudit.read.marks.picture import Picture

CONFIDENCE: Final = 0.3
"""Below what any check takes for sure."""
_ASKS = re.compile(
    r"公\s*章|盖\s*章|签\s*章|印\s*章|单位章|[(（]章[)）]|(?:发证|登记|签发|审批|核发|批准|填发)机[关构]"
)
_DATED = re.compile(r"年.{0,3}月.{0,3}日\s*$|\d{4}[-./]\d{1,2}[-./]\d{1,2}\s*$")
_LONGEST = 34
_LONGEST_DATE = 22
_ABOVE_MM, _BELOW_MM = 22.0, 20.0
_BEFORE_MM, _BEHIND_MM = 8.0, 46.0
_SIDE_MM = (11.0, 64.0)
_LEAST_INK_MM2 = 14.0
_SPECK_MM2 = 1.2
_THICK_MM = 5.0
"""Ink that thick is a picture or a shadow, not a seal."""
_JOIN_MM = 7.5
_FLAT = 2.6
"""Ratio of the sides from which on ink is a row of letters or a ruling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faint:
    """Unexplained ink, in pixels of the page."""

    left: float
    top: float
    right: float
    bottom: float


def find_faint(picture: Picture, known: Sequence[Box]) -> list[Faint]:
    """Return where ink of a seal's size stands unexplained near words that ask for a seal.

    Args:
        picture: The page.
        known: What all marks take up that were found, as shares of the page.
    """
    zones = list(_zones(picture))
    if not zones:
        return []
    mask = _unexplained(picture, known)
    found: list[Faint] = []
    for each in _clusters(mask, picture.unit):
        left, top, right, bottom = each
        x, y = (left + right) / 2, (top + bottom) / 2
        if any(zone[0] <= x <= zone[2] and zone[1] <= y <= zone[3] for zone in zones):
            scale = picture.full_per_small
            found.append(
                Faint(
                    left=left * scale, top=top * scale, right=right * scale, bottom=bottom * scale
                )
            )
    return found


def _zones(picture: Picture) -> Iterator[tuple[float, float, float, float]]:
    """Yield left, top, right, bottom of where a seal's middle may be, in small pixels."""
    height, width = picture.small.any.shape
    unit = picture.unit
    for line in picture.view.lines:
        if _asks(line):
            box = line.box
            yield (
                box.left * width - _BEFORE_MM * unit,
                box.top * height - _ABOVE_MM * unit,
                box.right * width + _BEHIND_MM * unit,
                box.bottom * height + _BELOW_MM * unit,
            )


def _asks(line: Line) -> bool:
    """Whether a line asks for a seal, or is a date by which one may stand."""
    if _ASKS.search(line.text):
        return len(line.text) <= _LONGEST
    return len(line.text) <= _LONGEST_DATE and bool(_DATED.search(line.text))


def _unexplained(picture: Picture, known: Sequence[Box]) -> NDArray[np.uint8]:
    """Return the ink that nothing explains, without specks and without large areas."""
    mask = picture.left_over.copy()
    height, width = mask.shape
    grown = 2
    for box in known:
        rows = slice(max(0, round(box.top * height) - grown), round(box.bottom * height) + grown)
        columns = slice(max(0, round(box.left * width) - grown), round(box.right * width) + grown)
        mask[rows, columns] = 0
    thick = max(3, round(_THICK_MM * picture.unit))
    solid = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((thick, thick), np.uint8))
    mask[cv2.dilate(solid, np.ones((thick, thick), np.uint8)) > 0] = 0
    count, names, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] < _SPECK_MM2 * picture.unit**2
    small[:1] = count > 0
    mask[small[names]] = 0
    return mask


def _clusters(mask: NDArray[np.uint8], unit: float) -> Iterator[tuple[int, int, int, int]]:
    """Yield the bounds of ink that stands together and is as large as a seal."""
    reach = max(3, round(_JOIN_MM * unit)) | 1
    near = cv2.dilate(mask, np.ones((reach, reach), np.uint8))
    count, names, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    low, most = (side * unit for side in _SIDE_MM)
    for index in range(1, count):
        left, top, wide, high, _ = stats[index].tolist()
        part = mask[top : top + high, left : left + wide].copy()
        part[names[top : top + high, left : left + wide] != index] = 0
        x, y, wide, high = cv2.boundingRect(part)
        if not low <= min(wide, high) <= max(wide, high) <= min(most, _FLAT * min(wide, high)):
            continue
        if np.count_nonzero(part) >= _LEAST_INK_MM2 * unit**2:
            yield left + x, top + y, left + x + wide, top + y + high
