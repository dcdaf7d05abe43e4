"""Headings of a page: the lines that could be its title, and how much they look like one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from preaudit.classify.knowledge import OTHER, looks, title_patterns, title_table
from preaudit.document import Line, Page
from preaudit.folding import compact, within_edits

_RUNNING_HEAD = 0.075
"""Small print above this share of the page is a running head, not a title."""
_LEAST_PROMINENT = 0.2
_WEAK = 0.45
_FUZZY_FROM = 6
"""From this length on a title may have one wrong or lost character, from twice it two."""
_FORM = re.compile(
    r"[^:：，。；]{2,40}(?:申请|申报|申领|报审|报建|备案|登记|审批|核准|确认|审查|核实|信息|意见)"
    r"[\u4e00-\u9fff]{0,3}(?:表|书|单)(?:\([^()]{1,12}\))?"
)
"""How forms that are handed to an authority call themselves."""
_NAMES_ITSELF = 0.5
_CITED = re.compile(r"[《「“\"'][^》」”\"']*$")
_ELSEWHERE = re.compile(r"变更|延期|补办|注销|备案|代建|设计|勘察|分包|采购|监理(?=.*施工合同)")
_NUMBERED = re.compile(r"^[\((]?\d{1,2}[\)).、]|^[一二三四五六七八九十]+、")
_REMARK = re.compile(r"^\([^()]{1,12}\)$")
"""What stands in brackets behind a title: for whom, of which sort, which copy."""
_MODIFIER = 0.5
"""What a character before a title at the end of its heading counts beside one behind a title."""
_SPARE = re.compile(r"[()\[\]\u3014\u3015《》<>:：,.\-\d第号之版年]+|GF|[A-Z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A run of lines that stands out, as one compact text."""

    text: str
    prominence: float
    """0..1: how much size, place and solitude speak for a title."""
    top: float
    running: bool
    """Whether it is a running head: small and at the very top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleHit:
    """A known title found in a heading."""

    kind: str
    title: str
    score: float
    top: float
    running: bool
    continued: bool
    """Whether the heading says that it goes on from the page before (续)."""


def headings(page: Page) -> tuple[Heading, ...]:
    """Return the lines of a page that stand out, and neighbours that may be one title together."""
    lines = [line for line in page.lines if compact(line.text)]
    if not lines:
        return ()
    body = _body_height(lines)
    in_cells = {line for cell in page.cells for line in cell.lines}
    free = sorted(
        (line for line in lines if line not in in_cells),
        key=lambda line: (line.box.top, line.box.left),
    )
    whole = _rows_joined(free, body)
    single = [_heading((line,), body, lines, page) for line in (*free, *whole)]
    rest = [line for line in free if not any(_inside(line, row) for row in whole)]
    rows = sorted((*rest, *whole), key=lambda line: (line.box.top, line.box.left))
    paired = [_heading(pair, body, lines, page) for pair in _stacked(rows)]
    return tuple(one for one in (*single, *paired) if one.prominence > 0)


def title_hits(page: Page) -> tuple[TitleHit, ...]:
    """Return the known titles that the page's headings bear, best first."""
    standing_out = [one for one in headings(page) if one.prominence > _LEAST_PROMINENT]
    hits = [hit for heading in standing_out for hit in _all_hits(heading)]
    whole = [hit for hit in hits if not any(_swallows(other, hit) for other in hits)]
    return tuple(sorted(whole, key=lambda hit: -hit.score))


def unknown_form(page: Page) -> float:
    """Return how clearly a page calls itself a form that is none of our kinds; 0..1."""
    return max(
        (
            one.prominence
            for one in headings(page)
            if one.prominence >= _NAMES_ITSELF
            and not one.running
            and _FORM.fullmatch(one.text)
            and all(hit.kind == OTHER for hit in _all_hits(one))
        ),
        default=0.0,
    )


def _swallows(longer: TitleHit, hit: TitleHit) -> bool:
    """Tell whether `hit` is but a part of a longer title that spreads over the lines around it."""
    near = abs(longer.top - hit.top) < 0.12  # noqa: PLR2004 - share of the height
    return near and longer.score > 0.35 and hit.title != longer.title and hit.title in longer.title  # noqa: PLR2004


def _body_height(lines: list[Line]) -> float:
    return median(line.box.height for line in lines)


def _rows_joined(free: list[Line], body: float) -> list[Line]:
    """Return rows of large type that the reader gave in several lines, each as one line."""
    large = [line for line in free if line.box.height > 1.25 * body]
    out: list[Line] = []
    used: set[int] = set()
    for i, first in enumerate(large):
        row = [
            other for j, other in enumerate(large)
            if j not in used
            and abs(other.box.centre[1] - first.box.centre[1]) < 0.4 * first.box.height
        ]  # fmt: skip
        if i in used or len(row) < 2:  # noqa: PLR2004 - nothing to join
            continue
        used |= {j for j, other in enumerate(large) if other in row}
        out.append(_as_line(sorted(row, key=lambda line: line.box.left)))
    return out


def _as_line(row: list[Line]) -> Line:
    text = "".join(line.text for line in row)
    box = row[0].box
    for line in row[1:]:
        box = box.union(line.box)
    step = box.width / max(1, len(text))
    return Line(
        text=text, box=box, confidence=min(line.confidence for line in row), origin=row[0].origin,
        edges=tuple(box.left + step * n for n in range(len(text) + 1)),
    )  # fmt: skip


def _inside(line: Line, row: Line) -> bool:
    return line.box.overlap(row.box) > 0.8 * line.box.area


def _stacked(free: list[Line]) -> Iterator[tuple[Line, ...]]:
    """Yield two or three lines below one another, about as large and on the same axis."""
    for i, first in enumerate(free):
        chain: tuple[Line, ...] = (first,)
        for below in free[i + 1 : i + 5]:
            last = chain[-1]
            near = below.box.top - last.box.bottom < 2.2 * max(last.box.height, below.box.height)
            if not near or below.box.top < last.box.centre[1]:
                continue
            if abs(below.box.centre[0] - last.box.centre[0]) > 0.12:  # noqa: PLR2004 - share of the width
                continue
            chain = (*chain, below)
            yield chain
            if len(chain) == 3:  # noqa: PLR2004 - titles take three rows at most
                break


def _heading(run: tuple[Line, ...], body: float, lines: list[Line], page: Page) -> Heading:
    text = "".join(compact(line.text) for line in run)
    top = run[0].box.top
    size = min(line.box.height for line in run) / body if body else 1.0
    largest = max(line.box.height for line in run) / body if body else 1.0
    running = top < _RUNNING_HEAD and largest < 1.2  # noqa: PLR2004 - as tall as body text
    centred = all(_centred(line, page) for line in run)
    alone = all(_alone(line, lines) for line in run)
    value = 0.0
    value += 0.55 if largest >= 1.35 else 0.35 if largest >= 1.15 else 0.0  # noqa: PLR2004
    value += 0.25 if centred else 0.0
    value += 0.15 if alone else 0.0
    value += 0.1 if top < 0.35 else 0.0  # noqa: PLR2004 - the upper third
    value -= 0.2 if size < 0.8 else 0.0  # noqa: PLR2004 - smaller than body text
    if len(text) > 45 or re.search(r"[。；]|，.*，", text):  # noqa: PLR2004 - longer than titles are
        value = 0.0
    return Heading(text=text, prominence=min(1.0, value), top=top, running=running)


def _centred(line: Line, page: Page) -> bool:
    middle = line.box.centre[0]
    if abs(middle - 0.5) < 0.08:  # noqa: PLR2004 - share of the width
        return True
    spread = page.aspect < 0.85  # noqa: PLR2004 - a booklet laid open has an axis on each half
    return spread and (abs(middle - 0.25) < 0.06 or abs(middle - 0.75) < 0.06)  # noqa: PLR2004


def _alone(line: Line, lines: list[Line]) -> bool:
    middle = line.box.centre[1]
    return not any(
        other is not line and other.box.top < middle < other.box.bottom and not _inside(other, line)
        for other in lines
    )


def _hits(heading: Heading) -> list[TitleHit]:
    taken: set[str] = set()
    found: list[TitleHit] = []
    weak = looks().kinds[OTHER].weak_titles
    for title, kind in title_table():
        place = _find(title, heading.text)
        if place is None:
            continue
        start, end, exactness = place
        fit = _fit(heading.text, start, end)
        if fit == 0.0 or any(title in longer for longer in taken):
            continue
        taken.add(title)
        found.append(
            TitleHit(
                kind=kind,
                title=title,
                score=heading.prominence * fit * exactness * (_WEAK if title in weak else 1.0),
                top=heading.top,
                running=heading.running,
                continued="续" in heading.text,
            )
        )
    return found


def _all_hits(heading: Heading) -> list[TitleHit]:
    listed = _hits(heading)
    if all(hit.kind == OTHER for hit in listed):
        listed += _pattern_hits(heading)
    return listed


def _pattern_hits(heading: Heading) -> Iterator[TitleHit]:
    """Yield titles that are made like those of a kind, where no listed one is found."""
    for pattern, kind in title_patterns():
        match = pattern.search(heading.text)
        fit = _fit(heading.text, *match.span()) if match else 0.0
        if match and fit and not _ELSEWHERE.search(match[0]):
            yield TitleHit(
                kind=kind, title=match[0], score=0.9 * heading.prominence * fit, top=heading.top,
                running=heading.running, continued="续" in heading.text,
            )  # fmt: skip


def _find(title: str, text: str) -> tuple[int, int, float] | None:
    at = text.find(title)
    if at >= 0:
        return at, at + len(title), 1.0
    limit = min(2, len(title) // _FUZZY_FROM)
    if limit == 0 or len(text) > len(title) + 16 or len(set(title) - set(text)) > limit:
        return None
    for start in range(max(1, len(text) - len(title) + limit + 1)):
        for length in range(len(title) - limit, len(title) + limit + 1):
            piece = text[start : start + length]
            if len(piece) == length and within_edits(piece, title, limit):
                return start, start + length, 0.9
    return None


def _fit(text: str, start: int, end: int) -> float:
    """Tell how well the rest of a heading goes with its title; 0 when it makes another paper."""
    before, after = text[:start], text[end:]
    if _CITED.search(before) and re.match(r"^[^《]*[》」”]", after):
        return 0.0
    known = looks()
    if any(word in after[:6] for word in known.not_after):
        return 0.0
    after = _REMARK.sub("", after)
    # A Chinese title ends in what the paper is; words before it only say more about that.
    ahead, behind = len(_strip(before, known.before)), len(_strip(after, known.after))
    rest = ahead * (_MODIFIER if behind == 0 else 1.0) + behind
    if _NUMBERED.match(text):
        rest += 3
    if after.startswith(":") and len(after) > 1:
        rest += 4
    share = (end - start) / (end - start + 1.5 * rest)
    return share if share > 0.4 else 0.0  # noqa: PLR2004 - else it is a sentence


def _strip(text: str, words: tuple[str, ...]) -> str:
    text = _SPARE.sub("", text)
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return text
