"""Marks: what a page shows that is not text."""

from __future__ import annotations

from preaudit.document import Mark, MarkKind
from preaudit.geometry import Box
from preaudit.read.marks.codes import Code, find_codes
from preaudit.read.marks.faint import CONFIDENCE, find_faint
from preaudit.read.marks.ink import uncoloured
from preaudit.read.marks.paging import Slice, find_slices
from preaudit.read.marks.patches import may_be_grey, may_be_grey_aside
from preaudit.read.marks.picture import Picture
from preaudit.read.marks.seal import Seal
from preaudit.read.marks.seal_text import read_seal
from preaudit.read.marks.seals import find_seals
from preaudit.read.marks.signatures import Signature, find_signatures
from preaudit.read.marks.ticks import find_ticks, may_have_boxes
from preaudit.read.view import PageView, Recognise

__all__ = ["find_marks"]


def find_marks(
    view: PageView, recognise: Recognise, glance: Recognise | None = None
) -> tuple[Mark, ...]:
    """Return the seals, paging seals, signatures, ticks and QR codes of a page.

    Boxes are upright shares, as the view is.

    Args:
        view: The page.
        recognise: Reads lines.
        glance: Reads them quickly, where that is enough; none reads all thoroughly.
    """
    glance = glance or recognise
    picture = Picture(view)
    codes = [_code_mark(view, code) for code in find_codes(picture)]
    found = _seals(picture, codes)
    seals = [_seal_mark(view, seal, recognise, glance) for seal in found]
    ticks = _tick_marks(picture, recognise)
    slices = _slice_marks(picture, found)
    marks = [*seals, *slices, *_signature_marks(view, found), *ticks, *codes]
    return (*marks, *_faint_marks(picture, marks))


_SURELY_READ = 0.85
_READ = 0.5
_DRAWN_WHOLE = 0.97
_PERHAPS_A_PERSONS = 0.6
"""Confidence of a square over another seal, where a person signs, whose name cannot be read."""
_LETTER_TALL = 0.45
_UNSURE = 0.5
"""A mark of no more confidence does not explain the ink it was seen in."""


def px_per_mm(view: PageView) -> float:
    """Return how many of the view's pixels make a millimetre of paper."""
    return float(max(view.pixels.shape[:2]) / max(view.sheet.width_mm, view.sheet.height_mm))


def _share(view: PageView, bounds: tuple[float, float, float, float]) -> Box:
    """Return pixel bounds as a box, clipped to the page."""
    height, width = view.pixels.shape[:2]
    left, top, right, bottom = bounds
    return Box(
        page=view.page,
        left=min(1.0, max(0.0, left / width)),
        top=min(1.0, max(0.0, top / height)),
        right=min(1.0, max(0.0, right / width)),
        bottom=min(1.0, max(0.0, bottom / height)),
    )


def _code_mark(view: PageView, code: Code) -> Mark:
    return Mark(
        kind=MarkKind.QR_CODE,
        box=_share(view, (code.left, code.top, code.right, code.bottom)),
        text=code.text,
        text_confidence=1.0 if code.text else 0.0,
        shape="square",
        colour="black",
        confidence=0.95,
    )


def _seals(picture: Picture, codes: list[Mark]) -> list[Seal]:
    """Return the whole seals with their rims in the view's pixels."""
    view = picture.view
    return [
        seal for seal in find_seals(picture) if not _is_code(_share(view, seal.bounds()), codes)
    ]


def _is_code(box: Box, codes: list[Mark]) -> bool:
    """Whether a ring is only the texture of a QR code."""
    return any(box.overlap(code.box) > 0.5 * box.area for code in codes)


def _seal_mark(view: PageView, seal: Seal, recognise: Recognise, glance: Recognise) -> Mark:
    said = read_seal(view.pixels, seal, recognise, glance)
    return Mark(
        kind=MarkKind.SEAL,
        box=_share(view, seal.bounds()),
        text=said.owner,
        text_confidence=said.confidence,
        shape=seal.shape,
        colour=seal.colour,
        confidence=_sureness(view, seal, said.confidence),
        centre=said.centre,
        code=said.code,
    )


def _sureness(view: PageView, seal: Seal, read: float) -> float:
    """Return how sure a seal is; one with straight sides may be anything without a name on it."""
    support = min(1.0, seal.rim.support)
    if seal.frame is None:
        return support
    grey = seal.colour == "grey"
    if grey and (read < _SURELY_READ or _is_letter(view, seal)):
        return CONFIDENCE
    if seal.shape == "square" and read < _READ:
        person = seal.over and support >= _DRAWN_WHOLE
        return _PERHAPS_A_PERSONS if person else CONFIDENCE
    return support


def _is_letter(view: PageView, seal: Seal) -> bool:
    """Whether what looks like a square stands on a line that was read, as tall as its letters."""
    box = _share(view, seal.bounds())
    x, y = box.centre
    return any(
        line.confidence >= _READ
        and line.box.left <= x <= line.box.right
        and line.box.top <= y <= line.box.bottom
        and box.height > _LETTER_TALL * line.box.height
        for line in view.lines
    )


def _slice_marks(picture: Picture, seals: list[Seal]) -> list[Mark]:
    rims = [seal.rim for seal in seals]
    return [
        Mark(
            kind=MarkKind.PAGING_SEAL,
            box=_share(picture.view, (each.left, each.top, each.right, each.bottom)),
            text="",
            text_confidence=0.0,
            shape="",
            colour=each.colour,
            confidence=min(1.0, each.support),
            rim=_rim_mm(picture, each),
        )
        for each in find_slices(picture, rims, grey=may_be_grey_aside(picture))
    ]


def _rim_mm(picture: Picture, each: Slice) -> tuple[float, float, float]:
    """Return where the whole seal of a slice lies: beyond the edge, down, and its radius."""
    unit = max(picture.full.shape[:2]) / picture.long_mm
    width = picture.full.shape[1]
    on_left = each.left + each.right < width
    beyond = -each.rim.x if on_left else each.rim.x - width
    return beyond / unit, each.rim.y / unit, each.rim.across / unit


def _faint_marks(picture: Picture, known: list[Mark]) -> list[Mark]:
    """Return what may be seals that could not be made out, for doubt to be told from bareness."""
    if not may_be_grey(picture):
        return []
    return [
        Mark(
            kind=MarkKind.SEAL,
            box=_share(picture.view, (each.left, each.top, each.right, each.bottom)),
            text="",
            text_confidence=0.0,
            shape="",
            colour="",
            confidence=CONFIDENCE,
        )
        for each in find_faint(picture, [mark.box for mark in known if mark.confidence > _UNSURE])
    ]


def _signature_marks(view: PageView, seals: list[Seal]) -> list[Mark]:
    found = find_signatures(
        view.pixels, view.lines, seals, px_per_mm=px_per_mm(view), scanned=view.scanned
    )
    return [
        Mark(
            kind=MarkKind.SIGNATURE,
            box=_share(view, (each.left, each.top, each.right, each.bottom)),
            text="",
            text_confidence=0.0,
            shape="",
            colour="",
            confidence=each.confidence,
        )
        for each in found
        if not any(_in_frame(each, seal) for seal in seals)
    ]


def _in_frame(each: Signature, seal: Seal) -> bool:
    """Whether ink is what stands within a square seal."""
    left, top, right, bottom = seal.bounds()
    x, y = (each.left + each.right) / 2, (each.top + each.bottom) / 2
    wide = each.right - each.left < 1.15 * (right - left)
    return seal.frame is not None and wide and left < x < right and top < y < bottom


def _tick_marks(picture: Picture, recognise: Recognise) -> list[Mark]:
    if not may_have_boxes(picture.view):
        return []
    view, plane = picture.view, uncoloured(picture.full, picture.small_pixels)
    return [
        Mark(
            kind=MarkKind.TICK,
            box=_share(
                view,
                (tick.square.left, tick.square.top, tick.square.right, tick.square.bottom),
            ),
            text=tick.label,
            text_confidence=tick.confidence,
            shape="square",
            colour="black",
            confidence=0.95,
        )
        for tick in find_ticks(view, plane, recognise, px_per_mm=px_per_mm(view))
    ]
