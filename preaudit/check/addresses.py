"""Whether two addresses can be one place.

An address is cut into province, city, district, roads, number, plot and corner. Two addresses
contradict each other when a part that both state differs. Parts that only one states say nothing.
One plot may be described by its number on one road and by a crossing nearby, so two addresses that
name different roads contradict each other only when both give a number, or both a crossing. Two
that share no part are for a person to compare.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from preaudit.check.folding import fold

_PROVINCE = re.compile(r"^(?P<name>[^市县区路]{2,8}?(?:省|自治区|特别行政区))")
_CITY = re.compile(r"^(?P<name>[^县区路街道]{2,8}?(?:市|自治州|地区|盟))")
_DISTRICT = re.compile(r"^(?P<name>[^路街道]{1,8}?(?:新区|开发区|园区|高新区|区|县|市|旗))")
_TOWN = re.compile(r"^[^路道巷]{1,6}?(?:街道|镇|乡)")
_ROAD = re.compile(
    r"(?P<name>[^\d,、;()与和及以交东西南北侧角]{1,10}?(?:[东西南北中]|[一二三四五六七八九十])?"
    r"(?:大道|大街|公路|路|街|巷|道))"
)
_NUMBER = re.compile(r"(?P<name>\d+(?:-\d+)?)号(?!楼|地块|宗地|线|院?地)")
_PLOT = re.compile(
    r"(?P<name>[a-z\d]+(?:-[a-z\d]+)*)(?:号)?(?:地块|宗地)|(?:地块|宗地)(?P<after>[a-z\d-]+)"
)
_CORNER = re.compile(r"交[叉汇会](?:口|处|点)(?:的)?(?P<name>[东南西北]{1,2})")
_SUFFIX = re.compile(
    r"(?:特别行政区|自治区|自治州|地区|新区|开发区|高新区|园区|省|市|盟|区|县|旗)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    province: str = ""
    city: str = ""
    district: str = ""
    roads: frozenset[str] = frozenset()
    number: str = ""
    plot: str = ""
    corner: str = ""
    """The side of a crossing, such as 西北."""


def _cut(pattern: re.Pattern[str], rest: str) -> tuple[str, str]:
    match = pattern.match(rest)
    if match is None:
        return "", rest
    return _SUFFIX.sub("", match["name"]) or match["name"], rest[match.end() :]


def _parts(address: str) -> _Parts:
    rest = fold(address)
    province, rest = _cut(_PROVINCE, rest)
    city, rest = _cut(_CITY, rest)
    district, rest = _cut(_DISTRICT, rest)
    rest = _TOWN.sub("", rest)
    number, plot, corner = _NUMBER.search(rest), _PLOT.search(rest), _CORNER.search(rest)
    return _Parts(
        province=province,
        city=city,
        district=district,
        roads=frozenset(match["name"] for match in _ROAD.finditer(rest)),
        number=number["name"] if number else "",
        plot=(plot["name"] or plot["after"]) if plot else "",
        corner="".join(sorted(corner["name"])) if corner else "",
    )


def same_place(left: str, right: str) -> bool | None:
    """Return whether two addresses can be one place; None when they share nothing comparable."""
    if fold(left) == fold(right):
        return True
    one, other = _parts(left), _parts(right)
    compared = [
        (one.province, other.province),
        (one.city, other.city),
        (one.district, other.district),
        (one.plot, other.plot),
    ]
    stated = [(a, b) for a, b in compared if a and b]
    if any(a != b for a, b in stated):
        return False
    if one.roads and other.roads:
        return _along_roads(one, other)
    return True if len(stated) > 1 or (one.plot and other.plot) else None


def _along_roads(one: _Parts, other: _Parts) -> bool | None:
    if not one.roads & other.roads:
        numbered = bool(one.number and other.number)
        crossings = len(one.roads) > 1 and len(other.roads) > 1
        return False if numbered or crossings else None
    if one.number and other.number and one.number != other.number:
        return False
    corners = {one.corner, other.corner} - {""}
    return not (one.roads == other.roads and len(corners) > 1)
