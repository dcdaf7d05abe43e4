"""Free lines to passages: rows, columns side by side, paragraphs.

Two parties sign next to each other, a licence has two halves: lines on one row then belong to
different texts. A gutter is a blank that at least two rows share and no line between them crosses;
left and right of it are read one after the other, each by the same rule again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from preaudit.document import Cell, Line, Origin
from preaudit.extract.lexicon import Lexicon
from preaudit.extract.passage import Passage, Piece, join
from preaudit.folding import BLANKS

_SPLIT_EM: Final = 1.8
"""A line is cut where a blank is wider than this many characters."""
_GUTTER_EM: Final = 0.8
_LETTER_EM: Final = 11.0
"""Single characters that spell a label may stand this far apart (面　　积)."""
_ITEM: Final = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|[\((][一二三四五六七八九十\d]{1,2}[\))]|\d{1,2}[、.](?!\d)|\d{1,2}(?:\.\d{1,2}){1,3}(?=[\u4e00-\u9fff])(?![平米亩万元公])|第[一二三四五六七八九十]+[条章部])"
)

_UNBROKEN: Final = re.compile(r"[(《“]?[0-9A-Za-z.,:%#~/\-]{2,}[)㎡]*[，。；、]?")

_STRAY: Final = re.compile(r"[A-Za-z]{0,2}(?P<label>[\u4e00-\u9fff]{1,8})[A-Za-z]{0,2}")

_TEXT_FROM: Final = 5
"""A piece with fewer characters may be a scrap of a seal at the page's edge."""
_CARD_INDENT_EM: Final = 1.5
_GOES_ON: Final = ("，", "、")

Row = list[Piece]


def pieces_of(lines: Sequence[Line], aspect: float, lexicon: Lexicon) -> list[Piece]:
    """Return lines cut at very wide blanks, spaced-out labels kept whole."""
    found: list[Piece] = []
    for line in lines:
        whole = Piece(line=line, start=0, end=len(line.text), aspect=aspect)
        found += _cut(whole, lexicon)
    read = [_without_letters(piece, lexicon) for piece in found if piece.text]
    return _run_together(read, lexicon)


def _without_letters(piece: Piece, lexicon: Lexicon) -> Piece:
    """Return a label without the letter that an ornament or stroke at its end was read as."""
    text = piece.text
    match = _STRAY.fullmatch(text)
    if match is None or piece.line.origin is not Origin.OCR or lexicon.known(text):
        return piece
    if not (lexicon.known(match["label"]) or lexicon.may_begin(match["label"])):
        return piece
    start, end = match.span("label")
    bare = piece.parted(start)[1] if start else piece
    return bare.parted(end - start)[0] if end < len(text) else bare


def _run_together(pieces: list[Piece], lexicon: Lexicon) -> list[Piece]:
    """Join pieces on one row that touch, or whose characters spell a label set far apart."""
    out: list[Piece] = []
    for row in rows_of(pieces):
        last: Piece | None = None
        for piece in row:
            if last is not None and _goes_on(last, piece, lexicon):
                last = last.with_next(piece)
                out[-1] = last
            else:
                last = piece
                out.append(piece)
    return out


def _goes_on(last: Piece, piece: Piece, lexicon: Lexicon) -> bool:
    blank = piece.box.left - last.box.right
    alike = abs(piece.box.height - last.box.height) < 0.4 * last.box.height
    if alike and abs(blank) < 0.35 * piece.em:
        return True
    return blank < _LETTER_EM * piece.em and lexicon.spells(last.text, piece.text)


def _cut(whole: Piece, lexicon: Lexicon) -> list[Piece]:
    line, limit = whole.line, _SPLIT_EM * whole.em
    solid = [i for i, char in enumerate(line.text) if char not in BLANKS]
    cuts = [
        after
        for before, after in pairwise(solid)
        if line.edges[after] - line.edges[before + 1] > limit
    ]
    edges = [solid[0] if solid else 0, *cuts, len(line.text)]
    parts = [Piece(line=line, start=a, end=b, aspect=whole.aspect) for a, b in pairwise(edges)]
    return _respell(parts, lexicon)


def _respell(parts: list[Piece], lexicon: Lexicon) -> list[Piece]:
    """Join the parts of one line again where they spell one label."""
    out: list[Piece] = []
    for part in parts:
        last = out[-1] if out else None
        if last is not None and lexicon.spells(last.text, part.text):
            out[-1] = Piece(line=last.line, start=last.start, end=part.end, aspect=part.aspect)
        else:
            out.append(part)
    return out


def rows_of(pieces: Sequence[Piece]) -> list[Row]:
    """Return pieces grouped by row, top to bottom and left to right."""
    rows: list[Row] = []
    for piece in sorted(pieces, key=lambda one: one.box.centre[1]):
        row = rows[-1] if rows else None
        if row is not None and _same_row(row, piece):
            row.append(piece)
        else:
            rows.append([piece])
    for row in rows:
        row.sort(key=lambda one: one.box.left)
    return rows


def _same_row(row: Row, piece: Piece) -> bool:
    middle = sum(one.box.centre[1] for one in row) / len(row)
    height = min(one.box.height for one in (piece, *row))
    if abs(piece.box.centre[1] - middle) > 0.5 * height:
        return False
    return all(
        min(one.box.right, piece.box.right) - max(one.box.left, piece.box.left) < piece.em
        for one in row
    )


def passages_of(
    pieces: Sequence[Piece], lexicon: Lexicon, *, cell: Cell | None = None
) -> list[Passage]:
    """Return the texts that pieces form, column by column."""
    return [
        join(
            [piece for row in column for piece in row],
            cell=cell,
            stops=_stops(column, lexicon),
        )
        for column in _columns(rows_of(pieces), lexicon)
        if column
    ]


def _columns(rows: list[Row], lexicon: Lexicon, depth: int = 0) -> list[list[Row]]:
    out: list[list[Row]] = []
    plain: list[Row] = []
    at = 0
    while at < len(rows):
        span, gutter = _region(rows, at, lexicon) if depth < 4 else (0, 0.0)  # noqa: PLR2004 - nested halves
        if not span:
            plain.append(rows[at])
            at += 1
            continue
        lead = _leading(plain, rows[at], gutter)
        out.append(plain[: len(plain) - lead])
        plain = []
        region = rows[at - lead : at + span]
        for side in (_side(region, gutter, left=True), _side(region, gutter, left=False)):
            out += _columns(side, lexicon, depth + 1)
        at += span
    out.append(plain)
    return [column for column in out if column]


def _side(region: list[Row], gutter: float, *, left: bool) -> list[Row]:
    pieces = [p for row in region for p in row if (p.box.centre[0] < gutter) == left]
    return rows_of(pieces)


def _region(rows: list[Row], at: int, lexicon: Lexicon) -> tuple[int, float]:
    """Return how many rows from `at` share a gutter, and where it is; 0 rows when none do."""
    best = (0, 0.0)
    for left, right in zip(rows[at], rows[at][1:], strict=False):
        low, high = left.box.right, right.box.left
        if high - low < _GUTTER_EM * left.em:
            continue
        span, low, high = _follow(rows, at, low, high)
        shared = sum(1 for row in rows[at : at + span] if _both_sides(row, (low + high) / 2))
        wrapped = shared == 1 and span == 2 and lexicon.begins(right.text)  # noqa: PLR2004 - its left half wraps
        if (shared >= 2 or wrapped) and span > best[0]:  # noqa: PLR2004 - one row alone is no column
            best = (span, (low + high) / 2)
    return best


def _follow(rows: list[Row], at: int, low: float, high: float) -> tuple[int, float, float]:
    span, last_both = 1, 1
    for row in rows[at + 1 :]:
        above = rows[at + span - 1]
        gap = min(p.box.top for p in row) - max(p.box.bottom for p in above)
        if gap > 5 * max(p.box.height for p in row):
            break
        lefts = [p.box.right for p in row if p.box.right <= high and not _nearer(p, high, low)]
        rights = [p.box.left for p in row if p.box.left >= low and p.box.right not in lefts]
        if len(lefts) + len(rights) < len(row):
            break
        new_low, new_high = max([low, *lefts]), min([high, *rights])
        if new_high - new_low < 0.6 * row[0].em:
            break
        low, high, span = new_low, new_high, span + 1
        if _both_sides(row, (low + high) / 2):
            last_both = span
    return _trailing(rows, at, span, last_both, (low + high) / 2), low, high


def _nearer(piece: Piece, high: float, low: float) -> bool:
    """Tell whether a piece inside a gutter stands nearer to its right side than to its left."""
    return piece.box.left >= low and high - piece.box.right < piece.box.left - low


def _trailing(rows: list[Row], at: int, span: int, last_both: int, gutter: float) -> int:
    """Keep one-sided rows after the last shared one only while they stand close (a wrap)."""
    keep = last_both
    for index in range(at + last_both, at + span):
        row, above = rows[index], rows[index - 1]
        height = max(p.box.height for p in row)
        gap = min(p.box.top for p in row) - max(p.box.bottom for p in above)
        if gap > 1.2 * height or len(row) != 1 or _both_sides(row, gutter):
            break
        keep += 1
    return keep


def _leading(plain: list[Row], first: Row, gutter: float) -> int:
    """Return how many rows before a region stand close and wholly on one side of its gutter."""
    count = 0
    below = first
    for row in reversed(plain):
        gap = min(p.box.top for p in below) - max(p.box.bottom for p in row)
        one_sided = all(p.box.left > gutter for p in row)
        if gap > 2.5 * max(p.box.height for p in row) or not one_sided:
            break
        count, below = count + 1, row
    return count


def _both_sides(row: Row, gutter: float) -> bool:
    sides = {piece.box.centre[0] < gutter for piece in row}
    return len(sides) == 2  # noqa: PLR2004 - left and right


def _stops(column: list[Row], lexicon: Lexicon) -> frozenset[int]:
    """Return the indexes of pieces that begin a paragraph: after a short row, a gap, or an item."""
    stops: set[int] = set()
    full = _right_edge(column)
    number = 0
    hanging = False
    for i, row in enumerate(column):
        above = column[i - 1] if i else None
        hanging = above is not None and _hangs(row, above, hanging, lexicon)
        if above is None or (not hanging and _begins(row, above, full, lexicon)):
            stops.add(number)
        number += len(row)
    return frozenset(stops)


def _right_edge(column: list[Row]) -> float:
    """Return how far right the rows of a column reach; scraps beside it do not count."""
    edges = [row[-1].box.right for row in column]
    texts = [piece.box.right for row in column for piece in row if len(piece.text) >= _TEXT_FROM]
    return max(texts or edges)


def _hangs(row: Row, above: Row, above_hangs: bool, lexicon: Lexicon) -> bool:  # noqa: FBT001
    """Tell whether a row goes on, indented, where the value in the row above begins."""
    first, last = row[0], above[0]
    gap = first.box.top - max(piece.box.bottom for piece in above)
    if gap > 0.9 * first.box.height or lexicon.begins(first.text) or len(row) > 1:
        return False
    if above_hangs:
        return abs(first.box.left - last.box.left) < 0.5 * first.em
    indent = (first.box.left - last.box.left) / first.em
    behind = last.left_of(lexicon.heads(last.text)) if not lexicon.heads(first.text) else None
    if behind is not None and indent > _CARD_INDENT_EM:
        return abs(first.box.left - behind) < 0.9 * first.em
    starts = (start for piece in above for start in piece.value_starts)
    return indent > 3 and any(abs(first.box.left - start) < 0.7 * first.em for start in starts)  # noqa: PLR2004


def _begins(row: Row, above: Row, full: float, lexicon: Lexicon) -> bool:
    em = row[0].em
    short = above[-1].box.right + (_first_word_em(row[0].text) + 1.4) * em < full
    gap = min(p.box.top for p in row) - max(p.box.bottom for p in above)
    far = gap > 1.8 * max(p.box.height for p in row)
    indent = row[0].box.left - above[0].box.left
    indented = 1.2 * em < indent < 3 * em
    outdented = indent < -6 * em
    if _ITEM.match(row[0].text):
        return True
    if not far and not lexicon.begins(row[0].text) and is_open(above[-1].text):
        return False
    return short or far or indented or outdented


def is_open(text: str) -> bool:
    """Tell whether a text cannot end here: a comma, or a bracket that is not yet closed."""
    return text.endswith(_GOES_ON) or text.count("(") > text.count(")")


def _first_word_em(text: str) -> float:
    """Return the width of what must not be broken at the beginning of a row, in characters.

    A number or Latin word moves to the next row as a whole, so the row before may end early without
    ending its paragraph.
    """
    word = _UNBROKEN.match(text)
    return 0.6 * word.end() + 1.0 if word else 1.0
