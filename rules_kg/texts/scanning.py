"""A file's bytes to its segments, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rules_kg.numerals import number_of
from rules_kg.texts.laws import Part, Segment, Span

DIGITS = "零\u3007一二三四五六七八九十百千两0-9\uff10-\uff19"
_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_ARTICLE = re.compile(
    rf"(?:#{{1,6}}\s*)?(?:\*\*)?第(?P<number>[{DIGITS}]+)条(?:之(?P<suffix>[{DIGITS}]+))?(?:\*\*)?(?=\s|\Z)"
)
_SECTION = re.compile(r"(?P<number>[一二三四五六七八九十百]+)、")
"""The articles of old rules that have no 第…条."""
_ITEM = re.compile(rf"[（(](?P<number>[{DIGITS}]+)[）)]")
_SUBITEM = re.compile(r"(?P<number>[0-9\uff10-\uff19]{1,3})(?:[、．]|\.(?![0-9]))")
_HEADING = re.compile(rf"[#=]+|(?:\*\*)?第[{DIGITS}]+(?:编|分编|章|节)(?=\s|\Z)")
_CHAPTER = re.compile(rf"第[{DIGITS}]+(?:编|分编|章|节)(?=\s|\Z)")
_ANNEX = re.compile(rf"[#\s]*附\s*[件表录]\s*(?:[{DIGITS}]+\s*)?(?:[:：].*)?")
_COMMENT = re.compile(r"<!--.*-->")
_FENCE = "---"
_BLANKS = " \t\r\f\v\u00a0\u3000\u200b\u2060\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a file."""

    number: int
    start: int
    """In bytes."""
    text: str
    """With its line end."""

    @property
    def end(self) -> int:
        """In bytes."""
        return self.start + len(self.text.encode())


def lines_of(text: str) -> list[Line]:
    """Return the lines of a text with the bytes where they begin."""
    found: list[Line] = []
    start = 0
    for number, match in enumerate(_LINE.finditer(text), start=1):
        found.append(Line(number=number, start=start, text=match.group()))
        start = found[-1].end
    return found


def front_lines(lines: list[Line]) -> int:
    """Return how many lines of front matter, one after the other, a file begins with.

    Raises:
        ValueError: Front matter is opened and not closed; the message says on which line.
    """
    index = 0
    while index < len(lines) and lines[index].text.strip(_BLANKS + "\n") == _FENCE:
        closing = next(
            (
                later
                for later in range(index + 1, len(lines))
                if lines[later].text.strip(_BLANKS + "\n") == _FENCE
            ),
            None,
        )
        if closing is None:
            raise ValueError(f"the front matter that line {index + 1} opens is not closed")
        index = closing + 1
    return index


class Scanner:
    """Cuts the lines after the front matter into segments."""

    def __init__(self, lines: list[Line]) -> None:
        self._lines = lines
        numbered = any(_ARTICLE.match(_stripped(line)) for line in lines)
        self._label = _ARTICLE if numbered else _SECTION
        self._begun = False
        self._annexed = False
        self._opens = True

    def segments(self) -> Iterator[Segment]:
        """Yield the segments; joined, they are the lines."""
        for line in self._lines:
            text = _stripped(line)
            start = line.start + len(line.text[: line.text.find(text)].encode()) if text else 0
            if text:
                yield from _gap(line, line.start, start)
                yield from self._parts(line, text, start)
                yield from _gap(line, start + len(text.encode()), line.end)
            else:
                yield from _gap(line, line.start, line.end)
            self._opens = not text

    def _parts(self, line: Line, text: str, start: int) -> Iterator[Segment]:
        match = None if self._annexed else self._label.match(text)
        if match is None or not _sensible(match):
            yield self._plain(line, text, start)
            return
        self._begun = True
        label = match.group()
        yield Segment(
            part=Part.LABEL,
            span=Span(start=start, end=start + len(label.encode())),
            line=line.number,
            text=label,
            number=number_of(match["number"]) or 0,
            suffix=number_of(match.groupdict().get("suffix") or "") or 0,
        )
        rest = text[len(label) :].lstrip(_BLANKS)
        if rest:
            begins = start + len(text.encode()) - len(rest.encode())
            yield from _gap(line, start + len(label.encode()), begins)
            self._opens = True
            yield self._plain(line, rest, begins)

    def _plain(self, line: Line, text: str, start: int) -> Segment:
        part, number = self._told(text)
        return Segment(
            part=part,
            span=Span(start=start, end=start + len(text.encode())),
            line=line.number,
            text=text,
            number=number,
            opens=self._opens,
        )

    def _told(self, text: str) -> tuple[Part, int]:
        if _COMMENT.fullmatch(text):
            return Part.COMMENT, 0
        if self._begun and (self._annexed or _ANNEX.fullmatch(text)):
            self._annexed = True
            return Part.ANNEX, 0
        if _HEADING.match(text) and (self._begun or _CHAPTER.search(text)):
            return Part.HEADING, 0
        if not self._begun:
            return Part.HEAD, 0
        for part, pattern in ((Part.ITEM, _ITEM), (Part.SUBITEM, _SUBITEM)):
            match = pattern.match(text)
            number = number_of(match["number"]) if match else None
            if number is not None:
                return part, number
        return Part.PROSE, 0


def _stripped(line: Line) -> str:
    return line.text.strip(_BLANKS + "\n")


def _sensible(match: re.Match[str]) -> bool:
    groups = match.groupdict()
    suffix = groups.get("suffix")
    return number_of(groups["number"]) is not None and (
        suffix is None or number_of(suffix) is not None
    )


def _gap(line: Line, start: int, end: int) -> Iterator[Segment]:
    if start < end:
        span = Span(start=start, end=end)
        yield Segment(part=Part.BREAK, span=span, line=line.number, text="")
