"""Candidates from forms without rules: a label, and its value to the right of it.

Value rows belong to the label on their own row. A row without a label belongs to the value it
stands closest to, and to the one above where both are as close: wrapped values hang below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from preaudit.document import Origin
from preaudit.extract.along import along
from preaudit.extract.candidate import Found, LabelEnds, SegmentTexts, candidate
from preaudit.extract.layout import is_open, rows_of
from preaudit.extract.lexicon import Lexicon, Meaning
from preaudit.extract.passage import Piece, join
from preaudit.extract.subject import Subject
from preaudit.extract.values.reading import Place, read_value
from preaudit.geometry import Box

_CONFIDENCE: Final = 0.9
_ALONG: Final = 0.85
_FOR_A_SEAL: Final = 0.85
"""What stands far right of a place for a seal may be another party's."""
_BY_HAND: Final = 0.6
"""What stands at a place for a signature was written, not printed."""
_LEAST_OVERLAP: Final = 0.12
"""A label may stand in the middle beside a value of two rows, and overlap each only a little."""
_BESIDE: Final = 0.4
"""What shares more of its row than this with a label stands beside it and nowhere else."""
_COLUMN: Final = 3
"""So many labels, beginning below one another, are a column of labels."""
_REACH_EM: Final = 22.0
"""A value begins within this many characters of its label."""


_WEB: Final = re.compile(r"[\w.:/-]*\.(?:com|cn|net|org|gov)[\w./-]*", re.ASCII)
_GRADED: Final = re.compile(r"(?:承包|资质)(?:特级|[一二三四甲乙丙]级|不分等级)[、；;]?$")
"""A list of qualifications has one to a row, however far apart the rows stand."""
_SAME_SIZE: Final = 1.6
"""Type that is so many times as large, or as small, does not go on with a value."""


@dataclass(slots=True)
class _Label:
    pieces: tuple[Piece, ...]
    meaning: Meaning
    text: str
    values: list[Piece]

    @property
    def box(self) -> Box:
        whole = self.pieces[0].box
        for piece in self.pieces[1:]:
            whole = whole.union(piece.box)
        return whole


class BesideSource:
    """Labels and values in separate columns of free text."""

    def candidates(self, texts: SegmentTexts, labels: LabelEnds) -> Iterator[Found]:
        """Yield what stands right of each label that ends its own piece of text."""
        del labels
        for page in texts.pages:
            for pieces in (page.pieces, *page.framed):
                subject = Subject(kind=texts.kind)
                for label in _paired(pieces, texts.lexicon):
                    yield from _read(label, subject, texts.fields)
                for label in _over_values(pieces, texts.lexicon):
                    yield from _read(label, Subject(kind=texts.kind), texts.fields)


def _read(label: _Label, subject: Subject, carried: frozenset[str]) -> Iterator[Found]:
    field = subject.field(label.meaning)
    if not field or not label.values:
        return
    passage = join(label.values)
    unit = label.text.rpartition("(")[2] if "(" in label.text else ""
    for reading in read_value(field, passage.text, Place(whole=True, unit=unit)):
        if reading.field in carried:
            yield candidate(reading, passage, 0, "column", _CONFIDENCE * _doubt(label.text))
    for start, reading in along(label.meaning.role, passage.text):
        if reading.field in carried and reading.field != field:
            yield candidate(reading, passage, start, "column", _ALONG)


def _doubt(label: str) -> float:
    if any(word in label for word in ("签字", "签名", "签章")):
        return _BY_HAND
    return _FOR_A_SEAL if "章" in label else 1.0


def _paired(pieces: Sequence[Piece], lexicon: Lexicon) -> list[_Label]:
    pieces = _parted(pieces, lexicon)
    labels = _labels(pieces, lexicon)
    taken = {id(piece) for label in labels for piece in label.pieces}
    free = [piece for piece in pieces if id(piece) not in taken and not _web_address(piece)]
    rest: list[Piece] = []
    for piece in free:
        owner = _own_row(piece, labels, free)
        if owner is None:
            rest.append(piece)
        else:
            owner.values.append(piece)
    _adopt(rest, labels, free)
    for label in labels:
        label.values.sort(key=lambda one: (round(one.box.centre[1], 3), one.box.left))
    return sorted(labels, key=lambda one: (one.box.top, one.box.left))


def _over_values(pieces: Sequence[Piece], lexicon: Lexicon) -> list[_Label]:
    """Return labels that stand side by side over as many values, one below each."""
    found: list[_Label] = []
    rows = rows_of(pieces)
    for upper, lower in pairwise(rows):
        told = [lexicon.meaning(piece.text) for piece in upper]
        plain = not any(lexicon.known(piece.text) or ":" in piece.text for piece in lower)
        if len(upper) < 2 or len(upper) != len(lower) or not all(told) or not plain:  # noqa: PLR2004
            continue
        pairs = list(zip(upper, lower, told, strict=True))
        if all(_below(over, under) for over, under, _ in pairs):
            found += [
                _Label(
                    pieces=(over,), meaning=meaning, text=over.text,
                    values=_wrapped(under, pieces, lexicon),
                )
                for over, under, meaning in pairs
                if meaning is not None
            ]  # fmt: skip
    return found


def _wrapped(first: Piece, pieces: Sequence[Piece], lexicon: Lexicon) -> list[Piece]:
    """Return a value with the rows below that go on with it."""
    rows = [first]
    for piece in sorted(pieces, key=lambda one: one.box.top):
        last = rows[-1]
        gap = piece.box.top - last.box.bottom
        near = -0.4 * last.box.height < gap < 0.9 * last.box.height
        below = piece.box.centre[1] > last.box.bottom
        if near and below and _below(last, piece) and not lexicon.known(piece.text):
            rows.append(piece)
    return rows


def _below(over: Piece, under: Piece) -> bool:
    """Tell whether one piece begins, or has its middle, below another and close to it."""
    aligned = abs(over.box.left - under.box.left) < over.em
    centred = abs(over.box.centre[0] - under.box.centre[0]) < over.em
    return (aligned or centred) and under.box.top - over.box.bottom < 1.5 * over.box.height


def _web_address(piece: Piece) -> bool:
    """Tell whether a piece names a web site, as marks across downloaded pictures do."""
    return _by_eye(piece) and _WEB.fullmatch(piece.text) is not None


def _parted(pieces: Sequence[Piece], lexicon: Lexicon) -> list[Piece]:
    """Cut labels off values that the reader ran together with them (住所某市某区).

    Only in a column of labels, and where no colon tells the label already.
    """
    heads = {id(piece): _head(piece, lexicon) for piece in pieces}
    starts = [piece.box.left for piece in pieces if heads[id(piece)]]
    out: list[Piece] = []
    for piece in pieces:
        length = heads[id(piece)]
        column = [left for left in starts if abs(left - piece.box.left) < piece.em]
        cut = 0 < length < len(piece.text) and piece.text[length] not in ":(" and _by_eye(piece)
        out += piece.parted(length) if cut and len(column) >= _COLUMN else (piece,)
    return out


def _head(piece: Piece, lexicon: Lexicon) -> int:
    """Return the length of the label that a piece is or begins with; 0 where there is none."""
    return len(piece.text) if lexicon.known(piece.text) else lexicon.heads(piece.text)


def _labels(pieces: Sequence[Piece], lexicon: Lexicon) -> list[_Label]:
    found: list[_Label] = []
    singles: list[tuple[Piece, ...]] = []
    for row in rows_of(pieces):
        for piece in row:
            meaning = lexicon.meaning(piece.text)
            if meaning is not None and piece.text not in lexicon.needs_colon:
                found.append(_Label(pieces=(piece,), meaning=meaning, text=piece.text, values=[]))
            else:
                singles.append((piece,))
    found += _cut_labels(singles, found, lexicon)
    return found + _stacked(singles, lexicon)


def _cut_labels(
    singles: list[tuple[Piece, ...]], whole: Sequence[_Label], lexicon: Lexicon
) -> list[_Label]:
    """Return labels set far apart of which only one of two characters was read (名　　称)."""
    found: list[_Label] = []
    for group in list(singles):
        piece = group[0]
        if len(piece.text) != 1 or not _by_eye(piece):
            continue
        meaning = _half_told(piece, whole, lexicon)
        if meaning is not None:
            found.append(_Label(pieces=group, meaning=meaning, text=piece.text, values=[]))
            singles.remove(group)
    return found


def _half_told(piece: Piece, whole: Sequence[_Label], lexicon: Lexicon) -> Meaning | None:
    """Return what a single character is left of: it stands where the labels begin, or end."""
    left = [one for one in whole if abs(one.box.left - piece.box.left) < piece.em]
    right = [one for one in whole if abs(one.box.right - piece.box.right) < piece.em]
    meaning = lexicon.begun_by(piece.text) if len(left) > 1 else None
    return meaning or (lexicon.ended_by(piece.text) if len(right) > 1 else None)


def _by_eye(piece: Piece) -> bool:
    return piece.line.origin is Origin.OCR


def _stacked(groups: list[tuple[Piece, ...]], lexicon: Lexicon) -> list[_Label]:
    """Return labels that are broken over two rows (统一社会信用代 / 码：)."""
    found: list[_Label] = []
    for upper in groups:
        for lower in groups:
            a, b = upper[0], lower[0]
            gap = b.box.top - a.box.bottom
            near = -0.4 * a.box.height < gap < 0.9 * a.box.height
            if (
                upper is lower
                or not near
                or b.box.centre[1] <= a.box.centre[1]
                or abs(a.box.left - b.box.left) > 3 * a.em
            ):
                continue
            text = "".join(piece.text for piece in (*upper, *lower))
            meaning = lexicon.meaning(text)
            if meaning is not None and len(text) <= 24:  # noqa: PLR2004 - labels are short
                found.append(_Label(pieces=(*upper, *lower), meaning=meaning, text=text, values=[]))
    return found


def _own_row(piece: Piece, labels: Sequence[_Label], free: Sequence[Piece]) -> _Label | None:
    """Return the label on the row of a piece, nearest to its left."""
    fitting: list[tuple[float, float, _Label]] = []
    for label in labels:
        shared = _shared(piece, label)
        beside = shared > _BESIDE or not any(_shared(other, label) > _BESIDE for other in free)
        if shared > _LEAST_OVERLAP and beside:
            distance = piece.box.left - label.box.right
            fitting.append((0.0 if shared > _BESIDE else 1.0, distance, label))
    if not fitting:
        return None
    best = min(fitting, key=lambda one: one[:2])[2]
    return best if not _between(piece, best, free) else None


def _shared(piece: Piece, label: _Label) -> float:
    """Return how much of its row a piece within reach of a label shares with it."""
    box = label.box
    if not -piece.em < piece.box.left - box.right < _REACH_EM * piece.em:
        return 0.0
    overlap = min(box.bottom, piece.box.bottom) - max(box.top, piece.box.top)
    return overlap / min(piece.box.height, box.height)


def _between(piece: Piece, label: _Label, free: Sequence[Piece]) -> bool:
    """Tell whether another text of some length stands between a label and a piece on its row."""
    for other in free:
        if other is piece:
            continue
        same_row = abs(other.box.centre[1] - piece.box.centre[1]) < 0.5 * piece.box.height
        inside = label.box.right - other.em < other.box.left and other.box.right < piece.box.left
        if same_row and inside and piece.box.left - other.box.right > 4 * piece.em:
            return True
    return False


def _adopt(rest: list[Piece], labels: Sequence[_Label], pieces: Sequence[Piece]) -> None:
    """Give rows without a label to the value that they continue."""
    pending = sorted(rest, key=lambda one: one.box.top)
    for _ in range(2):
        left: list[Piece] = []
        for piece in pending:
            owner = _continues(piece, labels, pieces)
            if owner is None:
                left.append(piece)
            else:
                owner.values.append(piece)
        pending = list(reversed(left))


def _runs_on(value: Piece, piece: Piece) -> bool:
    """Tell whether a piece follows a value on the same row without a blank."""
    same_row = abs(value.box.centre[1] - piece.box.centre[1]) < 0.4 * piece.box.height
    return same_row and abs(piece.box.left - value.box.right) < piece.em


def _full(value: Piece, pieces: Sequence[Piece]) -> bool:
    """Tell whether a value reaches as far right as any text that begins where it does."""
    column = [p.box.right for p in pieces if abs(p.box.left - value.box.left) < 2 * value.em]
    return value.box.right > max(column) - 2.5 * value.em


def _reach(value: Piece, pieces: Sequence[Piece]) -> float:
    """Return how many heights below a value the row may stand that goes on with it."""
    if is_open(value.text) or _GRADED.search(value.text):
        return 2.0
    return 1.3 if _full(value, pieces) else 0.75


def _continues(piece: Piece, labels: Sequence[_Label], pieces: Sequence[Piece]) -> _Label | None:
    best: tuple[float, _Label] | None = None
    for label in labels:
        for value in label.values:
            if not 1 / _SAME_SIZE < piece.box.height / value.box.height < _SAME_SIZE:
                continue
            aligned = abs(value.box.left - piece.box.left) < 1.5 * piece.em
            below = piece.box.top - value.box.bottom
            above = value.box.top - piece.box.bottom
            gap = min((g for g in (below, above) if g > -0.5 * piece.box.height), default=1.0)
            limit = _reach(value, pieces) if gap == below else 0.75
            if _runs_on(value, piece):
                return label
            biased = gap if gap == below else gap + 0.15 * piece.box.height
            if aligned and gap < limit * piece.box.height and (best is None or biased < best[0]):
                best = (biased, label)
    return best[1] if best else None
