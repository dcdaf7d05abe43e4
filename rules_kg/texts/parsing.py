"""One Markdown law to its articles, paragraphs and items."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rules_kg.numerals import number_of
from rules_kg.texts.articles import articles_of
from rules_kg.texts.front import excerpt_of, front_matter, title_of, version_of
from rules_kg.texts.laws import Article, LawText, Note, Part, Segment, Span
from rules_kg.texts.scanning import DIGITS, Line, Scanner, front_lines, lines_of

MOST_BYTES = 16_000_000
MOST_LINES = 200_000
_UNSPACED = re.compile(rf"(?:\*\*)?第[{DIGITS}]+条(?:之[{DIGITS}]+)?")


class TextFault(Exception):  # noqa: N818 - as rules_kg.faults names them
    """A file is no law text that can be split; says which file, which line and why."""

    def __init__(self, name: str, line: int, message: str) -> None:
        self.name = name
        self.line = line
        self.reason = message
        super().__init__(f"{name}:{line}: {message}" if line else f"{name}: {message}")


def parse_law(data: bytes, *, name: str) -> LawText:
    """Return a law text, split; every byte of it in one segment.

    Args:
        data: The file, UTF-8.
        name: For messages; `节选` in it marks an excerpt.

    Raises:
        TextFault: Not UTF-8, too large, front matter not closed, no title, or no article.
    """
    text = _decoded(data, name)
    if text.count("\n") > MOST_LINES:
        raise TextFault(name, MOST_LINES, f"more than {MOST_LINES} lines")
    lines = lines_of(text)
    try:
        count = front_lines(lines)
    except ValueError as error:
        raise TextFault(name, 1, str(error)) from error
    segments = (*_front(lines[:count]), *Scanner(lines[count:]).segments())
    front = front_matter("".join(line.text for line in lines[:count]))
    title = title_of(front, segments)
    articles, notes = articles_of(segments)
    if not title:
        raise TextFault(name, 1, "no title: neither `title:` in front matter nor a heading")
    if not articles:
        raise TextFault(name, len(lines), "no article: no line begins with 第…条 or 一、")
    version, dated_by = version_of(front, segments)
    excerpt = excerpt_of(front, name, segments)
    return LawText(
        name=name,
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        title=title,
        version=version,
        dated_by=dated_by,
        excerpt=excerpt,
        front=front,
        articles=articles,
        segments=segments,
        notes=tuple(
            sorted(
                (
                    *notes,
                    *(() if excerpt else _missing(articles)),
                    *_doubled(articles),
                    *_unspaced(segments),
                    *_altered(data, segments, front.get("source_sha256", "")),
                ),
                key=lambda note: (note.line, note.message),
            )
        ),
    )


def _decoded(data: bytes, name: str) -> str:
    if len(data) > MOST_BYTES:
        raise TextFault(name, 0, f"larger than {MOST_BYTES // 1_000_000} MB")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TextFault(name, line, "not UTF-8; convert the file first") from error


def _front(lines: Sequence[Line]) -> Iterator[Segment]:
    for line in lines:
        span = Span(start=line.start, end=line.end)
        yield Segment(part=Part.FRONT, span=span, line=line.number, text=line.text)


def _missing(articles: Sequence[Article]) -> Iterator[Note]:
    """Yield a note where articles do not follow one another."""
    if articles[0].number > 1:
        yield Note(line=articles[0].line, message=f"the first article is {articles[0].name}")
    for earlier, later in pairwise(articles):
        if later.suffix == 0 and later.number > earlier.number + 1:
            gap = f"{earlier.name} is followed by {later.name}: articles are missing"
            yield Note(line=later.line, message=gap)
        if (later.number, later.suffix) < (earlier.number, earlier.suffix):
            message = f"{later.name} stands after {earlier.name}"
            yield Note(line=later.line, message=message)


def _doubled(articles: Sequence[Article]) -> Iterator[Note]:
    seen: dict[str, Article] = {}
    for one in articles:
        if one.place in seen:
            first = seen[one.place].line
            message = f"{one.name} stands in line {first} already; nothing can be bound to it"
            yield Note(line=one.line, message=message)
        seen.setdefault(one.place, one)


def _unspaced(segments: Sequence[Segment]) -> Iterator[Note]:
    """Yield a note where text may be the head of the next article, but no blank says so."""
    current = 0
    for one in segments:
        if one.part is Part.LABEL:
            current = one.number
        match = _UNSPACED.match(one.text) if one.part is Part.PROSE and one.opens else None
        if match and _follows(match.group(), current):
            message = (
                f"begins with {match.group()} and no blank after it: taken for a sentence that "
                "cites this article, not for its head"
            )
            yield Note(line=one.line, message=message)


def _follows(label: str, current: int) -> bool:
    return number_of(label.strip("*")[1:].partition("条")[0]) == current + 1


def _altered(data: bytes, segments: Sequence[Segment], stated: str) -> Iterator[Note]:
    """Yield a note where the front matter gives a digest that the text does not have."""
    if not stated:
        return
    start = _end_of_first_front(segments)
    found = hashlib.sha256(data[start:]).hexdigest()
    if found != stated:
        message = f"source_sha256 is {stated[:12]}…, the text below has {found[:12]}…"
        yield Note(line=1, message=message)


def _end_of_first_front(segments: Sequence[Segment]) -> int:
    fences = [one for one in segments if one.part is Part.FRONT and one.text.strip() == "---"]
    return fences[1].span.end if len(fences) > 1 else 0
