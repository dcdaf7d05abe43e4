"""What a law file says of itself: front matter, title, the note on how the text came about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from rules_kg.texts.laws import Part, Segment

_ENTRY = re.compile(r"(?P<key>[A-Za-z_][A-Za-z0-9_-]*):\s*(?P<value>.*)")
_QUOTED = re.compile(r"(?P<mark>[\"'])(?P<inside>.*)(?P=mark)")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ACT = re.compile(
    r"[（(]?(?P<year>[0-9]{4})年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日"
    r".*(?:通过|修正|修订|公布|发布|批准)"
)
_SHORTENED = re.compile(r"[（(][^（）()]*节选[）)]|[_\uff3f ]?节选")
EXCERPT = "节选"


def front_matter(text: str) -> dict[str, str]:
    """Return the entries of front matter; where two blocks have one, that of the first counts."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = _ENTRY.fullmatch(line.strip())
        if match:
            value = match["value"].strip()
            quoted = _QUOTED.fullmatch(value)
            found.setdefault(match["key"], quoted["inside"] if quoted else value)
    return found


def title_of(front: Mapping[str, str], segments: Iterable[Segment]) -> str:
    """Return the title that the front matter gives, else the first heading; may be empty."""
    heading = next((one.text for one in segments if one.part is Part.HEAD), "")
    plain = heading.lstrip("#").strip() if heading.startswith("#") else ""
    return _SHORTENED.sub("", front.get("title", "") or plain).strip()


def version_of(front: Mapping[str, str], segments: Iterable[Segment]) -> tuple[date | None, str]:
    """Return the day that a text is known by, and where it was read.

    The front matter's `version_date`; where that is no date, the latest act that the note below
    the title names (通过, 修正, 修订, 公布).
    """
    written = _ISO.match(front.get("version_date", ""))
    stated = _day(*written.group().split("-")) if written else None
    if stated is not None:
        return stated, "front matter"
    acts = sorted(_acts(segments))
    return (acts[-1], "head") if acts else (None, "")


def _acts(segments: Iterable[Segment]) -> Iterator[date]:
    for one in segments:
        match = _ACT.match(one.text) if one.part is Part.HEAD else None
        day = _day(match["year"], match["month"], match["day"]) if match else None
        if day is not None:
            yield day


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def excerpt_of(front: Mapping[str, str], name: str, segments: Iterable[Segment]) -> str:
    """Return what an excerpt says that it holds; empty for a whole text."""
    if front.get("excerpt"):
        return front["excerpt"]
    headings = (one.text for one in segments if one.part is Part.HEAD)
    marked = any(EXCERPT in one for one in (name, front.get("title", ""), *headings))
    return EXCERPT if marked else ""
