"""Whether a PDF was changed after it was signed or issued, as its own revisions show.

A PDF may be changed by appending: the earlier revision stays in the file, byte for byte (ISO
32000-1, 7.5.6). So the earlier page can be drawn beside the present one and the two compared.

Much that is appended is in order: further signatures, time stamps, proofs for long-term validity
(/DSS), a seal's appearance, a page number or a QR code stamped at issue. Therefore:

- *Signed*: what a page shows and what its text says, without form fields, must be what it was when
  it was first signed. Where a signature is told to be changed by something else that was appended
  (`preaudit.ingest.pdf_signatures`), that is reported too, with less confidence.
- *Not signed*: only ink that has disappeared counts (a value painted over or replaced). What was
  merely added does not; nor do linearised files or files saved anew, which have one revision.

The comparison costs nothing for files of one revision, which nearly all are.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from numpy.typing import NDArray

from preaudit.ingest.records import Changed
from preaudit.ingest.signed import Signed
from preaudit.signature import Integrity, LaterKind

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF[ \t]*\r?\n?")
_PREVIOUS = re.compile(rb"/Prev\s+(\d+)")
_COMPARE_DPI = 60.0
_COMPARE_PAGES = 60
_COMPARE_LONG_SIDE_PX = 1200
_INK_GONE = 96
"""Levels of grey by which a point must have become lighter; a faint overlay stays below."""
_ANY_CHANGE = 64
_MIN_POINTS = 6
"""Fewer differing points are rounding, not writing."""
_REVISIONS_MAX = 64
_LINE_END = 2
_IN_ORDER_ANNOTATIONS = frozenset({"/Widget", "/Link", "/Popup"})

_UNREADABLE = (
    pikepdf.PdfError, ValueError, TypeError, RuntimeError, IndexError, AttributeError, KeyError,
)  # fmt: skip

_Grey = NDArray[np.int16]


class Revisions:
    """The revisions of one file, and what each later one shows otherwise."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.ends = tuple(_revision_ends(data))
        """Where each revision ends, oldest first."""
        self._since: dict[int, tuple[Difference, ...]] = {}

    def since(self, end: int) -> tuple[Difference, ...]:
        """Return what the file shows otherwise than its revision that ended at `end`."""
        if end not in self._since:
            found = _differences(self.data[:end], self.data, added_counts=True)
            self._since[end] = tuple(found)
        return self._since[end]

    def adds_proof(self, end: int) -> bool:
        """Tell whether proofs for long-term validity (/DSS) came after `end`."""
        return _adds_proof(self.data[:end], self.data)

    def end_near(self, place: int) -> int | None:
        """Return the end of a revision at this place, but for its line end."""
        return next((end for end in self.ends if abs(end - place) <= _LINE_END), None)


def find_changes(revisions: Revisions, signatures: Sequence[Signed] = ()) -> Iterator[Changed]:
    """Yield the signs that a PDF was changed after signing or issue; nothing for ordinary files.

    Args:
        revisions: Of the file.
        signatures: What is known of its signatures, so that both say the same.
    """
    data, ends = revisions.data, revisions.ends
    if len(ends) < 2:  # noqa: PLR2004  # one revision: nothing to compare with
        return
    signed = _signed_to(revisions)
    if signed:
        yield from _since_signing(revisions, signatures, first=signed[0], last=signed[-1])
    else:
        for one in _differences(data[: ends[0]], data, added_counts=False):
            yield Changed(reason="content_after_issue", page=one.page, bounds=one.bounds)


def _since_signing(
    revisions: Revisions, signatures: Sequence[Signed], *, first: int, last: int
) -> Iterator[Changed]:
    found = False
    for one in revisions.since(first):
        found = True
        yield Changed(reason="content_after_signing", page=one.page, bounds=one.bounds)
    if found:
        return
    changed = any(one.integrity is Integrity.CHANGED for one in signatures)
    # Where nobody could say what the signatures allow, a revision without proofs is told.
    unsure = all(one.integrity is Integrity.UNKNOWN for one in signatures)
    behind = last < revisions.ends[-1]
    if changed or (unsure and behind and not revisions.adds_proof(last)):
        yield Changed(reason="revision_after_signing")


def _revision_ends(data: bytes) -> list[int]:
    """Return where each revision of the file ends, oldest first, following /Prev from the last."""
    ends = {int(end.group(1)): end.end() for end in _END.finditer(data)}
    if not ends:
        return []
    at: int | None = int(list(_END.finditer(data))[-1].group(1))
    chain: list[int] = []
    while at is not None and at not in chain and len(chain) < _REVISIONS_MAX:
        chain.append(at)
        at = _previous(data, at)
    linearised = b"/Linearized" in data[:1024]
    if linearised:
        # The first part of a linearised file comes last in the chain but is no revision.
        chain = [one for one in chain if one in ends and ends[one] > _first_part(data)]
    return sorted({ends[one] for one in chain if one in ends})


def _first_part(data: bytes) -> int:
    """Return where a linearised file ended when it was written, by its /L."""
    stated = re.search(rb"/L\s+(\d+)", data[:1024])
    return int(stated.group(1)) - 1 if stated and int(stated.group(1)) <= len(data) else len(data)


def _previous(data: bytes, at: int) -> int | None:
    """Return the offset that a cross-reference section at `at` names as the one before it."""
    section = data[at : at + (1 << 20)]
    if section.startswith(b"xref"):
        start = section.find(b"trailer")
        trailer = section[start:].split(b"startxref", 1)[0] if start >= 0 else b""
    else:
        trailer = section.split(b"stream", 1)[0]
    found = _PREVIOUS.search(trailer)
    return int(found.group(1)) if found else None


def _signed_to(revisions: Revisions) -> list[int]:
    """Return up to where signatures reach, ascending; only those that end where a revision ends."""
    reached = set()
    for match in _BYTE_RANGE.finditer(revisions.data):
        _, start, length = (int(group) for group in match.groups())
        close = revisions.end_near(start + length)
        if close is not None:
            reached.add(close)
    return sorted(reached)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that a later revision shows otherwise."""

    kind: LaterKind
    page: int | None
    bounds: tuple[float, float, float, float] | None = None


def _differences(before: bytes, after: bytes, *, added_counts: bool) -> Iterator[Difference]:
    """Yield the pages that show something else than before."""
    try:
        old, new = pdfium.PdfDocument(before), pdfium.PdfDocument(after)
    except pdfium.PdfiumError:
        return  # an earlier revision that does not open proves nothing
    if len(old) != len(new):
        if added_counts or len(new) < len(old):
            yield Difference(kind=LaterKind.PAGES, page=None)
        return
    for index in _pages_to_compare(before, after, len(old)):
        try:
            was, now = _grey(old, index), _grey(new, index)
        except pdfium.PdfiumError:
            continue
        bounds = _difference(was, now, added_counts=added_counts)
        if bounds or (added_counts and _text(old, index) != _text(new, index)):
            yield Difference(kind=LaterKind.PAGE_CONTENT, page=index + 1, bounds=bounds)
    if added_counts:
        yield from _added_annotations(before, after)


def _pages_to_compare(before: bytes, after: bytes, count: int) -> list[int]:
    """Return the first pages, and of the others those whose content was written anew."""
    first = list(range(min(count, _COMPARE_PAGES)))
    if count <= _COMPARE_PAGES:
        return first
    try:
        with (
            pikepdf.open(io.BytesIO(before), suppress_warnings=True) as old,
            pikepdf.open(io.BytesIO(after), suppress_warnings=True) as new,
        ):
            rest = range(_COMPARE_PAGES, count)
            anew = [at for at in rest if _content(old.pages[at]) != _content(new.pages[at])]
    except _UNREADABLE:
        return first
    return first + anew[:_COMPARE_PAGES]


def _content(page: pikepdf.Page) -> list[bytes]:
    """Return the content streams of a page as they are stored, and what else it names."""
    held = page.obj.get("/Contents")
    streams = list(held) if isinstance(held, pikepdf.Array) else [held]
    raw = [one.read_raw_bytes() for one in streams if isinstance(one, pikepdf.Stream)]
    return [*raw, page.obj.get("/Resources", pikepdf.Dictionary()).unparse()]


def _text(document: pdfium.PdfDocument, index: int) -> str:
    """Return what a page's text layer says: it may be changed where nothing is seen."""
    text: str = document[index].get_textpage().get_text_bounded()
    return text


def _grey(document: pdfium.PdfDocument, index: int) -> _Grey:
    """Draw a page small and grey, without annotations: signatures appear as such."""
    page = document[index]
    inches = max(page.get_size()) / 72
    scale = min(_COMPARE_DPI, _COMPARE_LONG_SIDE_PX / max(inches, 1e-6)) / 72
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False, draw_annots=False)
    pixels = bitmap.to_numpy()
    flat = pixels.mean(axis=2) if pixels.ndim == 3 else pixels  # noqa: PLR2004  # a colour axis
    return np.asarray(flat, dtype=np.int16)


def _difference(
    old: _Grey, new: _Grey, *, added_counts: bool
) -> tuple[float, float, float, float] | None:
    """Return where two drawings of a page differ, as shares; None where they do not."""
    if old.shape != new.shape:
        return (0.0, 0.0, 1.0, 1.0) if added_counts else None
    change = new - old
    differs = np.abs(change) >= _ANY_CHANGE if added_counts else change >= _INK_GONE
    if int(differs.sum()) < _MIN_POINTS:
        return None
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    height, width = differs.shape
    return (
        float(columns[0] / width),
        float(rows[0] / height),
        float((columns[-1] + 1) / width),
        float((rows[-1] + 1) / height),
    )


def _added_annotations(before: bytes, after: bytes) -> Iterator[Difference]:
    """Yield the pages on which notes, stamps or boxes were put after the earlier revision."""
    try:
        with (
            pikepdf.open(io.BytesIO(before), suppress_warnings=True) as old,
            pikepdf.open(io.BytesIO(after), suppress_warnings=True) as new,
        ):
            for number, (was, now) in enumerate(zip(old.pages, new.pages, strict=True), start=1):
                if _visible_annotations(now) - _visible_annotations(was):
                    yield Difference(kind=LaterKind.ANNOTATION, page=number)
    except _UNREADABLE:
        return


def _visible_annotations(page: pikepdf.Page) -> set[tuple[str, str]]:
    held = page.obj.get("/Annots")
    found = set()
    for annotation in held if isinstance(held, pikepdf.Array) else ():
        if not isinstance(annotation, pikepdf.Dictionary):
            continue
        kind = str(annotation.get("/Subtype", ""))
        if kind not in _IN_ORDER_ANNOTATIONS and "/AP" in annotation:
            sides = annotation.get("/Rect")
            found.add((kind, repr(sides) if isinstance(sides, pikepdf.Array) else ""))
    return found


def _adds_proof(before: bytes, after: bytes) -> bool:
    """Tell whether the later revision carries proofs for long-term validity (/DSS)."""
    try:
        with (
            pikepdf.open(io.BytesIO(before), suppress_warnings=True) as old,
            pikepdf.open(io.BytesIO(after), suppress_warnings=True) as new,
        ):
            return "/DSS" in new.Root and (
                "/DSS" not in old.Root
                or new.Root.DSS.objgen != old.Root.DSS.objgen
                or new.Root.DSS != old.Root.DSS
            )
    except _UNREADABLE:
        return False
