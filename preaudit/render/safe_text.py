"""The texts of a report, made fit to be shown to people.

Papers are written by strangers. Control characters, which could steer a terminal or break a
document, and marks that turn the direction of writing, which could make a page read other than it
says, are dropped.

Identity numbers are masked; the first three and last four characters stay. A number is masked when
the report itself says that it is one: the raw, typed and runner-up values of the fields that hold
identity numbers, and the quotes of their evidence. Beyond that, whatever is shaped like an identity
number is masked wherever it stands, so that no message, file name or misread field gives one away.
Digests are left alone: digits inside a longer run of letters and digits are no identity number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from preaudit.fields import Evidence, Field, canonical
from preaudit.geometry import Box
from preaudit.report import Report

ID_FIELDS = frozenset({"id_number", "agent_id_number"})
"""Field ids whose values are identity numbers."""

_HEAD, _TAIL = 3, 4
_FEWEST_DIGITS = 8
"""A field's reading with fewer digits is a fragment that gives nobody away."""
_ALONE = r"(?<![0-9A-Za-z]){}(?![0-9A-Za-z])"
_GAP = r"[ \t\u3000]?"
_CHECK = r"[\dXx\uff38\uff58]"
# 17 digits and a check character, GB 11643-1999, gaps allowed. 91, 92 and 93 begin the codes of
# enterprises (GB 32100-2015) and no place's area code.
_SHAPE = re.compile(_ALONE.format(rf"(?!9[123])\d(?:{_GAP}\d){{16}}{_GAP}{_CHECK}"))
_QUOTED = re.compile(rf"\d(?:{_GAP}[\dXx]){{{_FEWEST_DIGITS - 1},}}")
# C0 and C1 but for tab and line feed; zero-width and bidirectional controls; lone surrogates and
# the two code points at the plane's end that XML forbids.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


def safe(report: Report) -> Report:
    """Return the report as people may see it: nothing unseen, every identity number masked."""
    clean: Report = _mapped(report, drop_unseen)
    secret = _secret(clean)
    hidden: Report = _mapped(clean, lambda text: secret.sub(_masked_match, text))
    return hidden


def secret_places(report: Report) -> tuple[tuple[str, Box], ...]:
    """Return file digest and box of every place where evidence shows an identity number.

    Within a quote the place is found by the width of its characters. Pages may be turned, so the
    box covers what is hidden whichever end the number begins at.
    """
    clean: Report = _mapped(report, drop_unseen)
    secret = _secret(clean)
    found = {
        (evidence.sha256, box)
        for evidence in _evidence(clean)
        for match in secret.finditer(evidence.quote)
        for box in _covers(evidence, match)
    }
    return tuple(sorted(found, key=repr))


def drop_unseen(text: str) -> str:
    """Return a text without control characters, except tabs and line ends."""
    return _UNSEEN.sub("", text)


def mask_text(text: str) -> str:
    """Return a text with everything that is shaped like an identity number masked."""
    return _SHAPE.sub(_masked_match, text)


def mask(number: str) -> str:
    """Return an identity number with only its first three and last four characters left."""
    return number[:_HEAD] + "*" * (len(number) - _HEAD - _TAIL) + number[-_TAIL:]


def _secret(report: Report) -> re.Pattern[str]:
    """Return the pattern of all identity numbers in a report."""
    found = sorted(_numbers(report), key=lambda number: (-len(number), number))
    known = _ALONE.format(f"(?:{'|'.join(re.escape(number) for number in found)})")
    return re.compile(f"{known}|{_SHAPE.pattern}") if found else _SHAPE


def _evidence(report: Report) -> Iterator[Evidence]:
    for finding in report.findings:
        yield from finding.evidence
    for material in report.materials:
        for field in material.fields:
            yield from field.evidence


def _covers(evidence: Evidence, match: re.Match[str]) -> Iterator[Box]:
    """Return the box of the hidden middle of a number, seen from either end of the quote."""
    widths = [_width(sign) for sign in evidence.quote]
    whole = sum(widths)
    start = sum(widths[: match.start()])
    inside = sum(widths[match.start() : match.end()])
    low = (start + inside * _HEAD / len(match.group())) / whole
    high = (start + inside * (1 - _TAIL / len(match.group()))) / whole
    yield from (_part(evidence.box, low, high), _part(evidence.box, 1 - high, 1 - low))


def _width(sign: str) -> int:
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _part(box: Box, low: float, high: float) -> Box:
    """Return the part of a box between two shares of its longer side."""
    if box.width >= box.height:
        left = box.left + low * box.width
        return replace(box, left=left, right=box.left + high * box.width)
    top = box.top + low * box.height
    return replace(box, top=top, bottom=box.top + high * box.height)


def _masked_match(match: re.Match[str]) -> str:
    return mask(match.group())


def _numbers(report: Report) -> Iterator[str]:
    for material in report.materials:
        for field in material.fields:
            if field.name in ID_FIELDS:
                spoken = _spoken(field)
                yield from (one for one in spoken if sum(map(str.isdigit, one)) >= _FEWEST_DIGITS)


def _spoken(field: Field) -> Iterator[str]:
    yield field.raw
    yield from (one.raw for one in field.runners_up)
    if field.value is not None:
        printed = canonical(field.value)
        yield from [printed] if isinstance(printed, str) else printed
    # A quote may carry its label; only its digits are secret.
    for evidence in field.evidence:
        yield from _QUOTED.findall(evidence.quote)


def _mapped(part: Any, change: Callable[[str], str]) -> Any:
    """Return a copy of a tree of dataclasses, tuples and mappings with each text changed."""
    if isinstance(part, Enum):
        return part
    if isinstance(part, str):
        return change(part)
    if isinstance(part, tuple):
        return tuple(_mapped(one, change) for one in part)
    if isinstance(part, Mapping):
        return {change(key): _mapped(one, change) for key, one in part.items()}
    if is_dataclass(part) and not isinstance(part, type):
        names = [one.name for one in fields(part)]
        return replace(part, **{name: _mapped(getattr(part, name), change) for name in names})
    return part
