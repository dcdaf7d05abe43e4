"""Where on a page seals are looked for: patches of coloured or unexplained ink."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.read.marks.ink import Plane
from preaudit.read.marks.picture import Picture
from preaudit.read.marks.seal import Seal

RADIUS_MM = (8.5, 31.0)
"""From a small personal seal to the largest of an authority."""
_CLOSE_UP = 1.6
COLOURED = 0.09
COLOURED_LEAST = 0.05
LEAST_INK_MM2 = 16.0
_JOIN_MM = 2.6
_JOIN_GREY_MM = 4.5
_LARGEST_MM = 95.0
_FRAME_MM = 34.0
"""A straight coloured run of this length is a frame or a ruling."""
_PERSON = re.compile(
    r"签[字名章署]|(?:代表人|负责人|代理人|经办人|法人|经理|工程师)[^：:]{0,8}(?:[：:]\s*$|[(（])"
)
_LONGEST_LABEL = 40
_ASIDE_MM = 15.0
"""From the side of a page: where slices of paging seals lie."""
_BY_A_PERSON_MM = 45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A part of the small picture, half-open, in which one ink is searched."""

    left: int
    top: int
    right: int
    bottom: int
    colour: str

    @property
    def span(self) -> tuple[slice, slice]:
        """Rows and columns."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


def radius_mm(picture: Picture) -> tuple[float, float]:
    """Return the least and the largest radius; a picture of unknown size may be of half a page."""
    low, high = RADIUS_MM
    return (low, high) if picture.sized else (low, _CLOSE_UP * high)


def may_be_grey(picture: Picture) -> bool:
    """Whether a seal may have lost its colour: drawn pages hold seals as they were made."""
    return picture.view.scanned or bool(picture.view.sheet.images)


def may_be_grey_aside(picture: Picture) -> bool:
    """Whether a seal across the page's sides may have lost its colour."""
    near = _ASIDE_MM / max(1.0, picture.view.sheet.width_mm)
    return picture.view.scanned or any(
        box.left < near or box.right > 1 - near for box in picture.pasted
    )


def coloured_patches(picture: Picture) -> Iterator[Patch]:
    """Yield the parts of the small picture that bear as much coloured ink as a seal."""
    least = LEAST_INK_MM2 * picture.unit**2
    for colour, plane in (("red", picture.small.red), ("blue", picture.small.blue)):
        mask = cv2.compare(plane, _palest(plane), cv2.CMP_GT)
        if cv2.countNonZero(mask) < least:
            continue
        run = round(_FRAME_MM * picture.unit)
        for kernel in (np.ones((1, run), np.uint8), np.ones((run, 1), np.uint8)):
            mask[cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel) > 0] = 0
        yield from _groups(np.asarray(mask, dtype=np.uint8), colour, picture)


def _palest(plane: Plane) -> float:
    """Return from which strength on a page's coloured ink is told from the tint of its paper."""
    tint = float(np.quantile(plane[::3, ::3], 0.8))
    return min(COLOURED, max(COLOURED_LEAST, 3 * tint))


def _groups(mask: NDArray[np.uint8], colour: str, picture: Picture) -> Iterator[Patch]:
    """Yield the patches of ink that lie close together and are as large as a seal."""
    unit = picture.unit
    join = (_JOIN_GREY_MM if colour == "grey" else _JOIN_MM) * (1 if picture.sized else _CLOSE_UP)
    reach = max(3, round(join * unit)) | 1
    near = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    count, names, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    least = 2 * RADIUS_MM[0] * unit
    for index in range(1, count):
        left, top, wide, high, _ = stats[index].tolist()
        if max(wide, high) < least or min(wide, high) < 0.5 * least:
            continue
        part = (slice(top, top + high), slice(left, left + wide))
        inked = int(np.count_nonzero(mask[part][names[part] == index]))
        if inked >= LEAST_INK_MM2 * unit**2:
            yield Patch(left=left, top=top, right=left + wide, bottom=top + high, colour=colour)


def grey_patches(picture: Picture, found: list[Seal]) -> Iterator[Patch]:
    """Yield the parts of the small picture that bear unexplained ink and no seal yet."""
    mask = picture.left_over.copy()
    height, width = mask.shape
    if not picture.view.scanned:
        mask &= _pasted(picture)
    for seal in found:
        left, top, right, bottom = seal.scaled(1 / picture.half_per_small).bounds()
        mask[max(0, int(top) - 2) : int(bottom) + 3, max(0, int(left) - 2) : int(right) + 3] = 0
    margin = round(RADIUS_MM[1] * 0.5 * picture.unit)
    # Where seals have kept their colour, large patches are patterns and frames of the paper.
    largest = _LARGEST_MM * picture.unit if found else max(mask.shape)
    for patch in _groups(mask, "grey", picture):
        if max(patch.right - patch.left, patch.bottom - patch.top) > largest:
            continue
        yield Patch(
            left=max(0, patch.left - margin),
            top=max(0, patch.top - margin),
            right=min(width, patch.right + margin),
            bottom=min(height, patch.bottom + margin),
            colour="grey",
        )


def _pasted(picture: Picture) -> NDArray[np.uint8]:
    """Return where pictures lie on the small picture of a drawn page; all else is as made."""
    height, width = picture.left_over.shape
    mask = np.zeros((height, width), np.uint8)
    for box in picture.pasted:
        rows = slice(max(0, round(box.top * height) - 1), round(box.bottom * height) + 2)
        mask[rows, max(0, round(box.left * width) - 1) : round(box.right * width) + 2] = 1
    return mask


def by_a_person(picture: Picture, patch: Patch) -> bool:
    """Whether a patch lies where a person is asked to sign, and may have sealed instead."""
    height, width = picture.small_pixels.shape[:2]
    near = _BY_A_PERSON_MM * picture.unit
    for line in picture.view.lines:
        if len(line.text) <= _LONGEST_LABEL and _PERSON.search(line.text):
            box = line.box
            if (
                patch.left - near < box.right * width
                and box.left * width < patch.right
                and patch.top - near / 2 < box.bottom * height
                and box.top * height < patch.bottom + near / 2
            ):
                return True
    return False
