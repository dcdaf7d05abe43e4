"""Text into cells: which lines a cell holds, and ink in cells that the detector passed over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.document import Cell, Line
from preaudit.geometry import Box
from preaudit.read.grid import Slot
from preaudit.read.lines import Patch, rows_in
from preaudit.read.order import rows
from preaudit.read.strokes import Mask, Strokes, shrunk

_LOOK_PX: Final = 12
"""Height of a line of text on the mask in which rows are sought."""
_LEAST_ROW: Final = 2.5
"""In heights of text."""
_LEAST_HIGH: Final = 0.4
"""Likewise."""
_LEAST_INK: Final = 0.12
_MOST_INK: Final = 0.75
"""Shares of a row that are ink, on the coarse mask; texture has more or less."""
_WIDEST: Final = 16
"""Likewise of characters that run into one another on the coarse mask."""
_MOST_ROWS: Final = 12
_MOST_GROUPS: Final = 12
"""With more groups than that passed over in one cell it is texture."""
_ONE_ROW: Final = 1.7
"""Heights of text that one row is high at most."""


def filled(
    slots: Sequence[Slot], lines: Sequence[Line], *, page: int, width: float, height: float
) -> tuple[Cell, ...]:
    """Return the cells with their lines, empty ones too.

    Args:
        slots: Cells in the units of `width` and `height`.
        lines: All lines of the page.
        page: The page's number.
        width: Of the page, in the units of the slots.
        height: Likewise.
    """
    owned: dict[int | None, list[Line]] = {}
    for line in lines:
        owned.setdefault(holder(slots, line, width=width, height=height), []).append(line)
    return tuple(
        Cell(
            table=slot.table,
            row=slot.row,
            column=slot.column,
            row_span=slot.row_span,
            column_span=slot.column_span,
            box=Box(
                page=page,
                left=max(0.0, slot.left / width),
                top=max(0.0, slot.top / height),
                right=min(1.0, slot.right / width),
                bottom=min(1.0, slot.bottom / height),
            ),
            lines=tuple(line for row in rows(owned.get(index, ())) for line in row),
        )
        for index, slot in enumerate(slots)
    )


def holder(slots: Sequence[Slot], line: Line, *, width: float, height: float) -> int | None:
    """Return the index of the smallest cell that holds the line's middle, or None."""
    x, y = line.box.centre
    holders = [i for i, slot in enumerate(slots) if slot.holds(x * width, y * height)]
    return min(holders, key=lambda i: slots[i].area, default=None)


def passed_over(
    mask: Mask,
    strokes: Strokes,
    slots: Sequence[Slot],
    patches: Sequence[Patch],
    *,
    text_px: float,
) -> list[Patch]:
    """Return where ink of the size of text lies in no patch.

    Single characters and short numbers in a wide cell are what detectors miss, and whole lines that
    run into a stamp.

    Args:
        mask: Ink of the upright page.
        strokes: Its rulings, which are no text.
        slots: Its cells, in pixels.
        patches: Where text was found already.
        text_px: Usual height of a line of text.
    """
    bare = mask.copy()
    _erase_strokes(bare, strokes)
    left = bare.copy()
    for patch in patches:
        _erase(left, patch.left - 2, patch.top - 2, patch.right + 2, patch.bottom + 2)
    found: list[Patch] = []
    inset = max(3, round(0.12 * text_px))
    for slot in slots:
        x, y = int(slot.left) + inset, int(slot.top) + inset
        inside = left[y : int(slot.bottom) - inset, x : int(slot.right) - inset]
        if inside.size and cv2.countNonZero(inside) > 0.1 * text_px:
            found.extend(_text_like(inside, x, y, text_px))
        _erase(bare, slot.left - inset, slot.top - inset, slot.right + inset, slot.bottom + inset)
    return [*found, *_rows_of_text(bare, patches, text_px)]


def _rows_of_text(bare: Mask, patches: Sequence[Patch], text_px: float) -> list[Patch]:
    """Return rows of at least three characters outside tables and patches."""
    step = max(1, int(text_px // _LOOK_PX))
    size = text_px / step
    known = np.array([(one.left, one.top, one.right, one.bottom) for one in patches]) / step
    small = _characters(shrunk(bare, step), known.reshape(-1, 4), size)
    near = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((1, round(1.2 * size)), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    found = []
    for x, y, width, height, _ in stats[1:].tolist():
        row = small[y : y + height, x : x + width]
        inked = cv2.countNonZero(row) / row.size
        if (
            width >= _LEAST_ROW * size
            and _LEAST_HIGH * size <= height <= 1.5 * size
            and _LEAST_INK <= inked <= _MOST_INK
        ):
            left_px, top_px = (x - 0.2 * size) * step, (y - 0.2 * size) * step
            found.append(
                Patch(
                    left=max(0.0, left_px),
                    top=max(0.0, top_px),
                    right=(x + width + 0.2 * size) * step,
                    bottom=(y + height + 0.2 * size) * step,
                )
            )
    return sorted(found, key=lambda one: -one.width)[:_MOST_ROWS]


def _characters(small: Mask, known: NDArray[np.float64], size: float) -> Mask:
    """Return the pieces of ink as large as characters or their parts that are in no known place.

    A piece lies where its middle does: large print has a large place, which may reach into the row
    below.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats(small, connectivity=8)
    left, top, wide, high = stats[:, :4].T
    keep = (np.maximum(wide, high) >= 0.3 * size) & (high <= 1.3 * size) & (wide <= _WIDEST * size)
    x, y = left + wide / 2, top + high / 2
    for low_x, low_y, high_x, high_y in known:
        keep &= ~((x > low_x - 1) & (x < high_x + 1) & (y > low_y - 1) & (y < high_y + 1))
    keep[0] = False
    return np.asarray(np.where(keep, 255, 0).astype(np.uint8).take(labels))


def _text_like(inside: Mask, x: int, y: int, text_px: float) -> list[Patch]:
    """Return the groups of ink in a cell that are about as high as text."""
    near = cv2.morphologyEx(
        inside,
        cv2.MORPH_CLOSE,
        np.ones((max(3, round(0.25 * text_px)), round(0.9 * text_px)), np.uint8),
    )
    count, _, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    found = []
    for index in range(1, count):
        left, top, width, height, _ = (int(value) for value in stats[index])
        group = inside[top : top + height, left : left + width]
        for start, end in rows_in(group, text_px) if height > _ONE_ROW * text_px else [(0, height)]:
            drawn = cv2.countNonZero(group[start:end])
            fits = 0.3 * text_px <= end - start <= _ONE_ROW * text_px and width >= 0.12 * text_px
            if fits and drawn >= 0.012 * text_px * text_px:
                found.append(_padded(group[start:end], x + left, y + top + start, 0.2 * text_px))
    return found if len(found) <= _MOST_GROUPS else []


def _padded(group: Mask, x: int, y: int, pad: float) -> Patch:
    """Return the place of a group of ink whose picture begins at x, y, with paper around it."""
    left, top, width, height = cv2.boundingRect(group)
    return Patch(
        left=x + left - pad,
        top=y + top - pad,
        right=x + left + width + pad,
        bottom=y + top + height + pad,
    )


def _erase_strokes(mask: Mask, strokes: Strokes) -> None:
    for stroke in strokes.level:
        half = stroke.thickness / 2 + 2
        _erase(mask, stroke.start - 2, stroke.at - half, stroke.end + 2, stroke.at + half)
    for stroke in strokes.upright:
        half = stroke.thickness / 2 + 2
        _erase(mask, stroke.at - half, stroke.start - 2, stroke.at + half, stroke.end + 2)


def _erase(mask: Mask, left: float, top: float, right: float, bottom: float) -> None:
    mask[max(0, int(top)) : max(0, int(bottom) + 1), max(0, int(left)) : max(0, int(right) + 1)] = 0
