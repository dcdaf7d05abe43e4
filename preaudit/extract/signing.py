"""Places that ask for a seal or a signature, and the marks that stand there.

A place is known by its words (建设单位（公章）, 法定代表人（签字）), on certificates by the line of
the authority or the date. A mark belongs to the nearest place that wants its sort: a seal may cover
the words, stand right of them or hang below, and often lies over the owner's name or the date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from preaudit.case import SigningPlace
from preaudit.document import Mark, MarkKind, Origin, Page
from preaudit.extract.candidate import PageTexts, SegmentTexts
from preaudit.extract.lexicon import Lexicon
from preaudit.extract.passage import Piece
from preaudit.extract.values.days import days
from preaudit.extract.values.names import organisation
from preaudit.extract.values.reading import fields_of
from preaudit.geometry import Box

AUTHORITY: Final = "issuing-authority"
_ASK: Final = (
    "签字或盖章|签名或盖章|签字或签章|签字、盖章|签字盖章|签名盖章|签字并盖章|加盖公章|加盖单位公章|盖单位公章|盖单位章|单位公章|单位盖章|盖公章|电子签章|"
    "盖章处|签字处|签章处|盖章|公章|签章|印章|签字|签名|手签|章"
)
_BRACKETED: Final = re.compile(rf"[(\[](?P<ask>{_ASK})[)\]]")
_BARE: Final = re.compile(r"(?P<ask>单位盖章|单位公章|加盖公章|盖章|公章|签章|签字|签名)处?(?::|$)")
_PERSONS: Final = frozenset(
    {"legal-representative", "agent", "project-manager", "chief-supervisor"}
)
_ROLES: Final = frozenset(
    {"developer", "contractor", "supervisor", "surveyor", "designer", "drawing-reviewer", *_PERSONS}
)
_AUTHORITY_LABEL: Final = re.compile(
    r"^(?:发证机关|登记机关|登记机构|签发机关|发证单位|颁发机关|核发机关|发证部门|颁发单位|发证机构|审批机关|监督机构(?:意见|审核意见|审查意见)?|填发机关|许可机关|颁证机关|批准机关)"
)
_NOT_AUTHORITY: Final = frozenset({"identity-card", "application-form", "award-notice"})
_REACH_ACROSS: Final = 0.28
_REACH_DOWN: Final = 0.06
_FARTHEST: Final = 0.11
"""A mark whose centre is farther than this from where it should stand belongs elsewhere."""
_BLANK_DATE: Final = re.compile(r"\d{0,4}年\d{0,2}月\d{0,2}日|日期")
_HAND: Final = 0.15
"""How far right of the words a hand signs, as a share of the page."""
_HIDES: Final = 0.15
"""A seal over this share of the place may hide a signature."""
_LONG: Final = 34
_SHORT: Final = 20
_READ_FOR_SURE: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A place before marks are dealt out."""

    role: str
    wants: str
    either: bool
    """Whether a seal of a person does for a signature (签章)."""
    label: str
    box: Box
    """As the page is in the file."""
    zone: Box
    """Where its mark should have its centre."""
    certain: bool
    scanned: bool = False
    """Whether its words were read off a picture: then ink under a seal may be missed."""
    followed: bool = False
    """Whether words stand right behind it."""


def signing_places(
    kind: str, texts: SegmentTexts, pages: Sequence[Page]
) -> tuple[SigningPlace, ...]:
    """Return the places of a segment that ask for a mark, each with the marks found there.

    Args:
        kind: The kind of paper.
        texts: The segment as cut up for search.
        pages: Its pages, in the order in which their marks are numbered.
    """
    asked = [one for page in texts.pages for one in _on_page(kind, page, texts.lexicon)]
    asked += _authority(kind, texts, asked)
    marks = [(mark, page.to_file.box(mark.box)) for page in pages for mark in page.marks]
    given = _deal(asked, marks)
    return tuple(
        SigningPlace(
            role=one.role, wants=one.wants, label=one.label, box=one.box,
            filled_by=tuple(given[number]),
            certain=one.certain and (bool(given[number]) or not _covered(one, marks)),
        )
        for number, one in enumerate(asked)
    )  # fmt: skip


def _on_page(kind: str, page: PageTexts, lexicon: Lexicon) -> Iterator[_Asked]:
    pieces = _pieces(page)
    for piece in pieces:
        text = piece.text
        if len(text) > _LONG and not _BRACKETED.search(text[:20]):
            continue
        begin = 0
        for match in _asks(text):
            who = text[begin : match.start()].strip(":;,，。、")
            who, label_piece = _owner(who, piece, pieces, page)
            begin = match.end()
            role = _role(who, kind, lexicon)
            if role == AUTHORITY and kind in _NOT_AUTHORITY:
                continue
            words = (label_piece.text if label_piece else "") + text[: match.end()]
            box = piece.box.union(label_piece.box) if label_piece else piece.box
            wants = _sort_of_mark(role, match["ask"], who)
            yield _Asked(
                role=role, wants=wants, either=bool(re.search(r"签章|或盖章", match["ask"])),
                label=words, box=page.page.to_file.box(box),
                zone=page.page.to_file.box(_zone(box, wants)),
                certain=page.page.quality.legible and piece.line.confidence > _READ_FOR_SURE,
                scanned=piece.line.origin is Origin.OCR,
                followed=_followed(text[match.end() :], piece, pieces),
            )  # fmt: skip


def _covered(one: _Asked, marks: Sequence[tuple[Mark, Box]]) -> bool:
    """Tell whether something lies where a signature should stand.

    A seal may hide one, and a neat hand may have been read as print.
    """
    if not one.scanned or one.wants != "signature":
        return False
    strip = Box(
        page=one.box.page, left=one.box.left, top=one.box.top - one.box.height,
        right=min(1.0, one.box.right + _HAND), bottom=one.box.bottom + one.box.height,
    )  # fmt: skip
    return one.followed or any(
        mark.kind is MarkKind.SEAL and box.overlap(strip) > _HIDES * strip.area
        for mark, box in marks
    )


def _followed(text: str, piece: Piece, pieces: Sequence[Piece]) -> bool:
    """Tell whether words stand behind a signing label: a hand that was read as print.

    Args:
        text: What the label's own row says behind it.
        piece: The row.
        pieces: All rows of the page.
    """
    own = _BLANK_DATE.sub("", text).strip(":;,，。、_—-. ")
    if own and not _BRACKETED.search(own):
        return True
    return any(
        0 <= other.box.left - piece.box.right < _HAND
        and abs(other.box.centre[1] - piece.box.centre[1]) < piece.box.height
        and not _BRACKETED.search(other.text)
        for other in pieces
    )


def _asks(text: str) -> Iterator[re.Match[str]]:
    found = list(_BRACKETED.finditer(text))
    if found:
        yield from found
        return
    bare = _BARE.search(text)
    if bare and "。" not in text and not re.match(r"[一二三四五六七八九十\d]+[、.]", text):
        yield bare


def _pieces(page: PageTexts) -> list[Piece]:
    inside = [
        Piece(line=line, start=0, end=len(line.text), aspect=page.page.aspect)
        for cell in page.page.cells
        for line in cell.lines
    ]
    split = [part for piece in (*page.pieces, *inside) for part in _split(piece)]
    return sorted(split, key=lambda one: (one.box.top, one.box.left))


def _split(piece: Piece) -> Iterator[Piece]:
    """Cut a row of two signing places in two (发包人：（公章）　承包人：（公章）)."""
    text = piece.line.text
    cuts = [
        m.end()
        for m in re.finditer(r"[)）][:：]?\s{3,}(?=\S)", text)
        if piece.start < m.end() < piece.end
    ]
    edges = [piece.start, *cuts, piece.end]
    for a, b in pairwise(edges):
        yield Piece(line=piece.line, start=a, end=b, aspect=piece.aspect)


def _owner(
    who: str, piece: Piece, pieces: Sequence[Piece], page: PageTexts
) -> tuple[str, Piece | None]:
    """Return who has to sign: the words before, else the row above, else the cell to the left."""
    if who:
        return who, None
    for other in reversed(pieces):
        gap = piece.box.top - other.box.bottom
        shared = min(other.box.right, piece.box.right) - max(other.box.left, piece.box.left)
        aligned = abs(other.box.left - piece.box.left) < 2 * piece.em
        if (
            -0.3 * piece.box.height < gap < 1.6 * piece.box.height
            and (shared > 0 or aligned)
            and len(other.text) <= _SHORT
        ):
            return other.text.strip(":"), other
    return _cell_label(piece, page), None


def _cell_label(piece: Piece, page: PageTexts) -> str:
    """Return the text of the cell left of the one that holds this piece."""
    x, y = piece.box.centre
    home = next(
        (
            c
            for c in page.page.cells
            if c.box.left <= x <= c.box.right and c.box.top <= y <= c.box.bottom
        ),
        None,
    )
    if home is None:
        return ""
    beside = [
        c for c, p in zip(page.page.cells, page.cells, strict=True)
        if c.table == home.table and p.text
        and c.box.right <= home.box.left + 0.01 and c.box.top <= y <= c.box.bottom
    ]  # fmt: skip
    nearest = max(beside, key=lambda c: c.box.right, default=None)
    return nearest.text.replace(" ", "") if nearest else ""


def _role(who: str, kind: str, lexicon: Lexicon) -> str:
    bare = re.sub(r"[(\[][^()\[\]]*[)\]]", "", who).strip(":;")
    if re.search(r"法定代表人|法人代表|法人(?!单位)|企业负责人|单位负责人", bare):
        return "legal-representative"
    if _AUTHORITY_LABEL.match(bare) or (kind not in _NOT_AUTHORITY and "机关" in bare):
        return AUTHORITY
    for start in range(max(1, len(bare) - 1)):
        meaning = lexicon.exact(bare[start:])
        if meaning is not None and meaning.role in _ROLES:
            return meaning.role
        if meaning is not None and meaning.field == "issuing_authority":
            return AUTHORITY
    found = re.search("|".join(sorted(lexicon.roles, key=len, reverse=True)), bare)
    role = lexicon.roles[found[0]] if found else ""
    return role if role in _ROLES else ""


def _sort_of_mark(role: str, ask: str, who: str) -> str:
    person = role in _PERSONS or bool(re.search(r"人$|签名|经理|工程师", who))
    by_hand = bool(re.search(r"签字|签名|手签", ask)) or (person and "签" in ask)
    return "signature" if by_hand else "seal"


def _zone(box: Box, wants: str) -> Box:
    """Return where the centre of a mark should lie: on the words, right of them, or just below."""
    down = _REACH_DOWN if wants == "seal" else 0.03
    return Box(
        page=box.page,
        left=box.left,
        top=max(0.0, box.top - 0.02),
        right=min(
            1.0, max(box.right, box.left + 0.1) + (_REACH_ACROSS if wants == "signature" else 0.22)
        ),
        bottom=min(1.0, box.bottom + down),
    )


def _authority(kind: str, texts: SegmentTexts, asked: Sequence[_Asked]) -> list[_Asked]:
    """Return the place for the seal of the authority that issued a paper, if it is such a paper."""
    if "issuing_authority" not in fields_of(kind) or kind in _NOT_AUTHORITY:
        return []
    if any(one.role == AUTHORITY and one.wants == "seal" for one in asked):
        return []
    for page in texts.pages:
        anchors = _anchors(_pieces(page))
        if anchors:
            whole = anchors[0].box
            for other in anchors[1:]:
                whole = whole.union(other.box)
            zone = Box(
                page=whole.page, left=max(0.0, whole.left - 0.05), top=max(0.0, whole.top - 0.08),
                right=min(1.0, whole.right + 0.1), bottom=min(1.0, whole.bottom + 0.06),
            )  # fmt: skip
            first = anchors[0]
            return [
                _Asked(
                    role=AUTHORITY, wants="seal", either=False, label=first.text,
                    box=page.page.to_file.box(first.box), zone=page.page.to_file.box(zone),
                    certain=page.page.quality.legible and first.line.confidence > _READ_FOR_SURE,
                )
            ]  # fmt: skip
    return _foot(texts)


def _anchors(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the rows that show where the authority signs: its label, its name, the date below."""
    labels = [p for p in pieces if _AUTHORITY_LABEL.match(p.text)]
    dated = [
        p
        for p in pieces
        if len(p.text) <= _SHORT and any(d.day and d.end == len(p.text) for d in days(p.text))
    ]
    last = dated[-1:] if dated else []
    names = [
        p for p in pieces
        if last and 0 < last[0].box.centre[1] - p.box.centre[1] < 0.07  # noqa: PLR2004
        and p.box.right > last[0].box.left - 0.1
        and (span := organisation(p.text, whole=True)) and span[2] > 0.9  # noqa: PLR2004
    ]  # fmt: skip
    if labels:
        near = [p for p in last if abs(p.box.centre[1] - labels[-1].box.centre[1]) < 0.12]  # noqa: PLR2004
        return [labels[-1], *near]
    return [*names[-1:], *last]


def _foot(texts: SegmentTexts) -> list[_Asked]:
    """Return the foot of the first page when nothing there tells where the authority signs."""
    page = texts.pages[0].page
    box = Box(page=page.number, left=0.5, top=0.6, right=0.95, bottom=0.95)
    box = page.to_file.box(box)
    return [
        _Asked(
            role=AUTHORITY, wants="seal", either=False, label="", box=box, zone=box, certain=False
        )
    ]


def _deal(asked: Sequence[_Asked], marks: Sequence[tuple[Mark, Box]]) -> list[list[int]]:
    """Give each mark to the nearest place that wants it."""
    given: list[list[int]] = [[] for _ in asked]
    for index, (mark, box) in enumerate(marks):
        if mark.kind not in (MarkKind.SEAL, MarkKind.SIGNATURE):
            continue
        fitting = [
            (_distance(one, box), number)
            for number, one in enumerate(asked)
            if one.box.page == box.page and _wants(one, mark)
        ]
        if fitting and min(fitting)[0] < _FARTHEST:
            given[min(fitting)[1]].append(index)
    return given


def _wants(one: _Asked, mark: Mark) -> bool:
    if one.wants == mark.kind.value:
        return True
    return one.either and mark.kind in (MarkKind.SEAL, MarkKind.SIGNATURE)


def _distance(one: _Asked, box: Box) -> float:
    """Return how far a mark's centre is from the place's zone; a little less for nearer words."""
    x, y = box.centre
    across = max(one.zone.left - x, 0.0, x - one.zone.right)
    down = max(one.zone.top - y, 0.0, y - one.zone.bottom)
    words = abs(one.box.centre[1] - y) + 0.3 * max(0.0, one.box.left - x, x - one.box.right)
    return float((across**2 + down**2) ** 0.5 + 0.1 * words)
