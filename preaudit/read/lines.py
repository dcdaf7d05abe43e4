"""Lines of text on a picture of a page: where the detector saw text, cut at rulings, then read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from preaudit.document import Line, Origin
from preaudit.geometry import Box
from preaudit.read.boxes import Quad
from preaudit.read.engine import Engine
from preaudit.read.spelling import NOTHING, Spelling
from preaudit.read.strokes import Mask, Stroke, Strokes
from preaudit.read.text import kept, tidied
from preaudit.sheet import Pixels

_LEVEL_DEG: Final = 1.5
"""Text that leans less than this is cut out straight."""
_TALL: Final = 1.6
"""Text this many times as high as wide runs downwards."""
_TWO_ROWS: Final = 1.6
"""Heights of text from which on a patch may be two rows."""
_TWO_WIDE: Final = 1.5
"""Likewise how wide it is then; single characters above one another are a line that runs down."""
_HIGHEST_ROW: Final = 1.1
"""Likewise how high characters and their parts are at most."""
_LOWEST_ROW: Final = 0.45
_HIGHEST_LINE: Final = 1.5
_WIDEST: Final = 1.4
"""Width over height of characters of a row; upper and lower parts of large ones are wider."""
_FEW: Final = 1
"""Inked pixels of a row of pixels that are specks."""
_SPECK: Final = 0.06
"""Ink of a column no higher than that share of the text is a speck."""
_FURTHEST: Final = 4.0
"""How many heights of text a line may go on beyond what the detector saw."""
_FURTHER: Final = 0.25
"""How far it goes on at least, likewise, to be looked at again."""
_LEAST_CONFIDENCE: Final = 0.3
"""Below this nothing was read: texture, a seal's rim, handwriting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A rectangle of the upright page in pixels; `quad` when the text in it leans."""

    left: float
    top: float
    right: float
    bottom: float
    quad: Quad | None = None

    @property
    def width(self) -> float:
        """In pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """In pixels."""
        return self.bottom - self.top


Look = tuple[Pixels, Patch]
"""A picture of the upright page, and where in it to read."""


def patches(quads: Sequence[Quad], strokes: Strokes) -> list[Patch]:
    """Return the rectangles of text, cut where rulings run through them and trimmed beside them."""
    found: list[Patch] = []
    for quad in quads:
        left, top = (float(value) for value in quad.min(axis=0))
        right, bottom = (float(value) for value in quad.max(axis=0))
        patch = Patch(left=left, top=top, right=right, bottom=bottom)
        if _leans(quad):
            found.append(replace(patch, quad=quad))
            continue
        for row in _cut_down(patch, strokes.level):
            found.extend(_cut_across(row, strokes.upright))
    return found


def in_rows(patches: Sequence[Patch], mask: Mask, *, text_px: float) -> list[Patch]:
    """Return the patches, each of one row of text only; those that run down stay as they are.

    Args:
        patches: Where the detector saw text; it takes short lines above one another for one.
        mask: Ink of the page.
        text_px: Usual height of a line of text.
    """
    found: list[Patch] = []
    for patch in patches:
        if patch.quad is not None or patch.height < _TWO_ROWS * text_px:
            found.append(patch)
            continue
        left, top = max(0, round(patch.left)), max(0, round(patch.top))
        part = mask[top : round(patch.bottom), left : round(patch.right)]
        rows = rows_in(part, text_px) if patch.width >= _TWO_WIDE * text_px else []
        if len(rows) < 2:  # noqa: PLR2004 - one row is the patch
            found.append(patch)
            continue
        pad = 0.1 * text_px
        found += [
            replace(patch, top=max(patch.top, top + low - pad), bottom=top + high + pad)
            for low, high in rows
        ]
    return found


def rows_in(part: Mask, text_px: float) -> list[tuple[int, int]]:
    """Return where rows of text begin and end in a piece of ink; none when it is no such rows."""
    inked = np.concatenate([[False], (part > 0).sum(axis=1) > _FEW, [False]])
    ends = np.flatnonzero(inked[1:] != inked[:-1]).tolist()
    rows: list[tuple[int, int]] = []
    for start, end in zip(ends[::2], ends[1::2], strict=True):
        # Parts of one character, such as the strokes of a two, are near one another.
        if rows and end - rows[-1][0] <= _HIGHEST_ROW * text_px:
            rows[-1] = (rows[-1][0], end)
        else:
            rows.append((start, end))
    low, high = _LOWEST_ROW * text_px, _HIGHEST_LINE * text_px
    fits = all(low <= end - start <= high and _upright(part[start:end]) for start, end in rows)
    return rows if fits else []


def _upright(row: Mask) -> bool:
    """Whether what stands side by side is not much wider than high, as whole characters are."""
    inked = np.concatenate([[False], (row > 0).any(axis=0), [False]])
    ends = np.flatnonzero(inked[1:] != inked[:-1])
    return bool(np.median(ends[1::2] - ends[::2]) <= _WIDEST * row.shape[0])


def text_height(quads: Sequence[Quad], *, default: float) -> float:
    """Return the usual height of a line of text in pixels."""
    heights = [_height(quad) for quad in quads if not _leans(quad)]
    return float(np.median(heights)) if heights else default


def reaching(patch: Patch, mask: Mask, others: Sequence[Patch], strokes: Strokes) -> Patch:
    """Return the patch with the ink that goes on to its left and right.

    Detectors end a line where a stamp's rim crosses it; what lies beyond belongs to it.

    Args:
        patch: Level text.
        mask: Ink of the page.
        others: All patches; their text is their own.
        strokes: Rulings, at which a line ends.
    """
    top, bottom = patch.top + 0.2 * patch.height, patch.bottom - 0.2 * patch.height
    band = mask[max(0, round(top)) : round(bottom)] > 0
    inked = np.asarray(band.sum(axis=0) >= max(2.0, _SPECK * patch.height))
    reach = _FURTHEST * patch.height
    walls = [
        edge
        for other in others
        if other is not patch
        and other.quad is None
        and min(bottom, other.bottom) - max(top, other.top) > 0.3 * other.height
        for edge in (other.left, other.right)
    ]
    for stroke in strokes.upright:
        if stroke.covers(top, bottom) > 0:
            half = stroke.thickness / 2 + 3
            walls.append(stroke.at + half if stroke.at < patch.left + half else stroke.at - half)
    low = max([patch.left - reach, 0.0, *(wall for wall in walls if wall <= patch.left + 6)])
    high = min([patch.right + reach, *(wall for wall in walls if wall >= patch.right - 6)])
    high = min(high, mask.shape[1])
    after = _run(inked[round(patch.right) : max(0, round(high))], 0.6 * patch.height)
    before = _run(inked[round(low) : max(0, round(patch.left))][::-1], 0.6 * patch.height)
    least = _FURTHER * patch.height
    pad = 0.15 * patch.height
    return replace(
        patch,
        left=patch.left - before - pad if before > least else patch.left,
        right=patch.right + after + pad if after > least else patch.right,
    )


def _run(inked: NDArray[np.bool_], gap: float) -> int:
    """Return how far ink goes on from the start without a gap as wide as that."""
    last = 0
    for at in np.flatnonzero(inked):
        if at - last > gap:
            break
        last = int(at) + 1
    return last


def spelled(looks: Sequence[Look], engine: Engine) -> list[Spelling]:
    """Return what each look says, in their order."""
    crops = [crop(pixels, patch) for pixels, patch in looks]
    tall = [patch.height > _TALL * patch.width and patch.quad is None for _, patch in looks]
    level = [_NO_PIXELS if down else one for one, down in zip(crops, tall, strict=True)]
    return [
        _spell_down(one, engine) if down else spelling
        for one, down, spelling in zip(crops, tall, engine.spell(level), strict=True)
    ]


def glanced(looks: Sequence[Look], engine: Engine) -> list[Spelling]:
    """Return what each look seems to say at a glance, in their order.

    What runs down would have to be laid out first: it always counts as worth a full reading.
    """
    tall = [patch.height > _TALL * patch.width and patch.quad is None for _, patch in looks]
    crops = [
        _NO_PIXELS if down else crop(pixels, patch)
        for (pixels, patch), down in zip(looks, tall, strict=True)
    ]
    return [
        _WORTH_READING if down else glance
        for glance, down in zip(engine.glance(crops), tall, strict=True)
    ]


_WORTH_READING: Final = Spelling(text="", confidence=1.0, gain=math.inf, edges=(0.0,))


def said_by(
    found: Sequence[tuple[Patch, Spelling]], *, page: int, size: tuple[int, int]
) -> list[Line]:
    """Return the lines of the page; patches in which nothing could be read give none.

    Args:
        found: Where text is and what it says.
        page: The page's number.
        size: Height and width of the upright page.
    """
    height, width = size
    lines = [
        line(patch, spelling, page=page, width=width, height=height)
        for patch, spelling in found
        if spelling.confidence >= _LEAST_CONFIDENCE
    ]
    return [one for one in lines if one.text]


_NO_PIXELS: Final[Pixels] = np.zeros((1, 1, 3), dtype=np.uint8)


def crop(pixels: Pixels, patch: Patch) -> Pixels:
    """Return the patch's pixels, upright; at least one pixel."""
    if patch.quad is not None:
        return _warped(pixels, patch.quad)
    height, width = pixels.shape[:2]
    left, right = max(0, math.floor(patch.left)), min(width, math.ceil(patch.right))
    top, bottom = max(0, math.floor(patch.top)), min(height, math.ceil(patch.bottom))
    if right - left < 1 or bottom - top < 1:
        return _NO_PIXELS
    return pixels[top:bottom, left:right]


def line(patch: Patch, spelling: Spelling, *, page: int, width: int, height: int) -> Line:
    """Return what was spelled in a patch as a line of the page."""
    across = [(patch.left + edge * patch.width) / width for edge in spelling.edges]
    text, edges = tidied(spelling.text, across)
    edges = tuple(min(1.0, max(0.0, edge)) for edge in edges)
    box = Box(
        page=page,
        left=edges[0],
        top=max(0.0, patch.top / height),
        right=edges[-1],
        bottom=min(1.0, patch.bottom / height),
    )
    return Line(
        text=text,
        box=box,
        confidence=spelling.confidence,
        origin=Origin.OCR,
        edges=edges,
        sureness=tuple(spelling.sureness[at] for at in kept(spelling.text) if spelling.sureness),
    )


def _leans(quad: Quad) -> bool:
    """Whether the text runs neither level nor straight down."""
    along = (quad[1] + quad[2] - quad[0] - quad[3]) / 2
    degrees = abs(math.degrees(math.atan2(along[1], along[0])))
    return min(degrees, abs(90 - degrees)) > _LEVEL_DEG and np.hypot(*along) > 2 * _height(quad)


def _height(quad: Quad) -> float:
    return float(np.hypot(*(quad[3] + quad[2] - quad[0] - quad[1])) / 2)


def _cut_across(patch: Patch, upright: Sequence[Stroke]) -> list[Patch]:
    """Return the patch in parts left and right of the rulings that run through it."""
    margin = min(0.5 * patch.height, 0.3 * patch.width)
    left, right = patch.left, patch.right
    cuts: list[tuple[float, float]] = []
    for stroke in upright:
        middle = stroke.covers(patch.top + 0.1 * patch.height, patch.bottom - 0.1 * patch.height)
        if not patch.left <= stroke.at <= patch.right or middle < 0.5 * patch.height:
            continue
        half = stroke.thickness / 2 + 1
        if stroke.at - patch.left < margin:
            left = max(left, stroke.at + half)
        elif patch.right - stroke.at < margin:
            right = min(right, stroke.at - half)
        elif middle > 0.7 * patch.height:  # a border of cells is higher than what the cells say
            cuts.append((stroke.at - half, stroke.at + half))
    starts = [left, *(after for _, after in cuts)]
    ends = [*(before for before, _ in cuts), right]
    return [
        replace(patch, left=start, right=end)
        for start, end in zip(starts, ends, strict=True)
        if end - start > 0.3 * patch.height
    ]


def _cut_down(patch: Patch, level: Sequence[Stroke]) -> list[Patch]:
    """Return the patch in parts above and below the rulings that run through its middle."""
    margin = 0.3 * patch.height
    top, bottom = patch.top, patch.bottom
    cuts: list[tuple[float, float]] = []
    for stroke in level:
        along = stroke.covers(patch.left, patch.right)
        if not patch.top <= stroke.at <= patch.bottom or along < 0.6 * patch.width:
            continue
        beyond = min(patch.left - stroke.start, stroke.end - patch.right)
        half = stroke.thickness / 2 + 0.5
        if stroke.at - patch.top < margin:
            top = max(top, stroke.at + half)
        elif patch.bottom - stroke.at < margin:
            # An underline belongs to its words: only what lies below it goes.
            bottom = min(bottom, stroke.at + half)
        elif beyond > 0:  # a border of cells is longer than what the cells say
            cuts.append((stroke.at - half, stroke.at + half))
    starts = [top, *(after for _, after in cuts)]
    ends = [*(before for before, _ in cuts), bottom]
    least = 0.3 * patch.height if cuts else 0.0
    return [
        replace(patch, top=start, bottom=end)
        for start, end in zip(starts, ends, strict=True)
        if end - start > least
    ]


def _warped(pixels: Pixels, quad: Quad) -> Pixels:
    """Return leaning text made level."""
    width = max(2, round(float(np.hypot(*(quad[1] - quad[0])))))
    height = max(2, round(float(np.hypot(*(quad[3] - quad[0])))))
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), flat)
    level = cv2.warpPerspective(
        pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(level)


def _spell_down(tall: Pixels, engine: Engine) -> Spelling:
    """Return what a downward run says: characters one below the other, or a line turned aside."""
    laid = _laid_out(tall)
    turned = np.ascontiguousarray(np.rot90(tall))
    ways = engine.spell([laid, turned] if laid is not None else [turned])
    best = max(ways, key=lambda one: one.gain)
    if not best.text:
        return NOTHING
    # Which character stands where across the page cannot be told apart: all are as wide as the run.
    steps = len(best.text)
    return replace(best, edges=tuple(index / steps for index in range(steps + 1)))


def _laid_out(tall: Pixels) -> Pixels | None:
    """Return characters that stand one below the other side by side, or None if there is one."""
    height, width = tall.shape[:2]
    count = round(height / width)
    grey = tall.min(axis=2).astype(np.int16)
    rows = np.maximum(0, np.median(grey) - grey - 30).sum(axis=1)
    cuts = [0]
    for index in range(1, count):
        middle = index * height / count
        reach = 0.25 * height / count
        low, high = int(middle - reach), int(middle + reach) + 1
        cuts.append(low + int(np.argmin(rows[low:high])))
    cuts.append(height)
    pieces = [tall[start:end] for start, end in pairwise(cuts)]
    if len(pieces) < 2:  # noqa: PLR2004 - one character is a line as it is
        return None
    size = max(piece.shape[0] for piece in pieces)
    even = [
        cv2.copyMakeBorder(piece, 0, size - piece.shape[0], 0, 0, cv2.BORDER_REPLICATE)
        for piece in pieces
    ]
    return np.ascontiguousarray(np.hstack(even))
