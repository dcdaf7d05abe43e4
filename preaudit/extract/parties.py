"""Which party a column of a signature page belongs to, by the headings over the columns.

Two parties sign side by side. A seal may hide one heading, or what is pressed between may part a
column from its heading: a column then belongs to the heading that it stands below, and one beside
it to the other party.
"""

from __future__ import annotations

from typing import Final

from preaudit.extract.candidate import PageTexts
from preaudit.extract.lexicon import Lexicon
from preaudit.extract.passage import Passage, Piece
from preaudit.geometry import Box

_COUNTERPARTS: Final = {
    "construction-contract": ("developer", "contractor"),
    "supervision-contract": ("developer", "supervisor"),
}
_ALIGNED_EM: Final = 2.0


def party_of(passage: Passage, page: PageTexts, lexicon: Lexicon) -> str:
    """Return the party whose column a passage is; empty where no heading tells.

    Args:
        passage: A column of free lines.
        page: The page it stands on.
        lexicon: The labels of this kind of paper.
    """
    parties = _COUNTERPARTS.get(lexicon.kind, ())
    if passage.cell is not None or not parties or not passage.text:
        return ""
    box = passage.spots[0].line.box
    above = [piece for piece in page.pieces if piece.box.bottom <= box.centre[1]]
    told = [(_heading(piece, lexicon), piece) for piece in above]
    headings = [(party, piece) for party, piece in told if party in parties]
    if not headings or any(_heads(piece, passage) for _, piece in headings):
        return ""
    return _nearest(headings, box) or _opposite(headings, parties, box)


def _heading(piece: Piece, lexicon: Lexicon) -> str:
    head, colon, _ = piece.text.partition(":")
    return lexicon.roles.get(head.partition("(")[0], "") if colon else ""


def _heads(piece: Piece, passage: Passage) -> bool:
    return any(spot.line is piece.line for spot in passage.spots)


def _nearest(headings: list[tuple[str, Piece]], box: Box) -> str:
    """Return the party whose heading stands over a column, the lowest such heading first."""
    for party, piece in sorted(headings, key=lambda one: -one[1].box.top):
        if abs(piece.box.left - box.left) < _ALIGNED_EM * piece.em and _side_by_side(piece):
            return party
    return ""


def _opposite(headings: list[tuple[str, Piece]], parties: tuple[str, ...], box: Box) -> str:
    """Return the other party where the only heading stands over the other half."""
    party, piece = max(headings, key=lambda one: one[1].box.top)
    far = abs(piece.box.left - box.left) > 0.25  # noqa: PLR2004 - share of the page: another column
    lone = sum(1 for _, other in headings if abs(other.box.top - piece.box.top) < piece.box.height)
    if not far or lone > 1 or not _in_halves(piece.box, box):
        return ""
    return next(other for other in parties if other != party)


def _in_halves(heading: Box, column: Box) -> bool:
    """Tell whether one stands in the left half of the page and the other in the right."""
    middle = 0.45
    return (heading.left < middle) != (column.left < middle)


def _side_by_side(piece: Piece) -> bool:
    return piece.box.right - piece.box.left < 0.5  # noqa: PLR2004 - a heading of half the page
