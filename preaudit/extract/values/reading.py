"""A stretch of text to the typed value of a field, with the exact span that the value covers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

from preaudit.extract.values.codes import IDENTITY, PROJECT, USCC
from preaudit.extract.values.days import after_years, days
from preaudit.extract.values.money import amounts
from preaudit.extract.values.names import organisation, person
from preaudit.extract.values.numerals import FIGURE, any_number, figure
from preaudit.fields import Area, Day, Listing, LongTerm, Money, Number, Text, Value
from preaudit.folding import tidy

_EMPTY: Final = re.compile(
    r"^(?:[/\\\-—–_.·*×]+|无|暂无|空|不适用|N/A|年月日|□+|\((?:盖章|公章|签字|签章|签名|盖单位章|盖公章|章|签字或盖章)\)[::]?)$"
)
_UNIT_M2: Final = {
    "万平方米": Decimal(10000), "万㎡": Decimal(10000), "万m2": Decimal(10000), "公顷": Decimal(10000), "hm2": Decimal(10000), "ha": Decimal(10000),
    "亩": Decimal(2000) / Decimal(3),
}  # fmt: skip
_AREA: Final = re.compile(
    rf"(?P<figure>{FIGURE})\s*(?P<unit>万平方米|万㎡|万m2|平方米|㎡|m2|m²|M2|平米|公顷|hm2|亩)?"
)
_COUNT: Final = re.compile(r"(?P<n>\d+|[一二三四五六七八九十百两]+)(?P<unit>日历天|个日历天|天|日|层|F)?")
_LEVEL: Final = re.compile(
    r"[^、,，;；。\n]*?(?:特级|[一二三四甲乙丙丁壹贰叁]级|不分等级|不分级)(?:资质|\((?:暂定|增项)\))?"
)
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A value and where it stands in the text it was read from."""

    start: int
    end: int
    value: Value
    quality: float
    """How much the text looks like a value of this field."""
    field: str


@cache
def field_types() -> dict[str, str]:
    """Return the type of every field id of the vocabulary."""
    text = files("rules_kg").joinpath("content/vocabulary.yaml").read_text(encoding="utf-8")
    return {name: entry["type"] for name, entry in yaml.safe_load(text)["fields"].items()}


@cache
def fields_of(kind: str) -> tuple[str, ...]:
    """Return the field ids that a kind of material carries."""
    return _fields_by_kind().get(kind, ())


@cache
def _fields_by_kind() -> dict[str, tuple[str, ...]]:
    text = files("rules_kg").joinpath("content/kinds.yaml").read_text(encoding="utf-8")
    kinds = yaml.safe_load(text)["kinds"]
    return {kind: tuple(entry["fields"]) for kind, entry in kinds.items()}


def is_empty(text: str) -> bool:
    """Tell whether a text is a stroke or word that stands for no entry."""
    return not text or bool(_EMPTY.match(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The surroundings of a text that is to be read."""

    whole: bool
    """Whether the text fills its cell or column: then all of it is the value."""
    unit: str = ""
    """What a bracket behind the label says, such as 万元."""
    rows: tuple[int, ...] = ()
    """Where printed rows begin in the text."""


def read_value(field: str, text: str, place: Place) -> tuple[Reading, ...]:
    """Return the values that folded `text` gives for a field, likeliest first; often none or one."""
    if is_empty(text):
        return ()
    special = _SPECIAL.get(field)
    reader = special or _BY_TYPE[field_types().get(field, "text")]
    return tuple(reader(field, text, place))


def _dates(field: str, text: str, place: Place) -> Iterator[Reading]:
    found = list(days(text))
    pick = found[-1:] if field == "valid_until" else found[:1]
    for one in pick:
        value: Value = Day(day=one.day) if one.day else LongTerm()
        near = 1.0 if one.start <= 4 or place.whole else 0.75  # noqa: PLR2004 - 自, 至 or 公元 may come first
        yield Reading(start=one.start, end=one.end, value=value, quality=near, field=field)


def _range(field: str, text: str, place: Place) -> Iterator[Reading]:
    first, last = ("insured_from", "valid_until") if field == "injury_range" else ("valid_from", "valid_until")
    found = [one for one in days(text) if one.start < 60]  # noqa: PLR2004 - further ones belong to other sentences
    real = [one for one in found if one.day]
    if len(found) >= 2:  # noqa: PLR2004 - from and until
        if real and found[0].day:
            yield Reading(start=found[0].start, end=found[0].end, value=Day(day=found[0].day), quality=1.0, field=first)
        second = found[1]
        value: Value = Day(day=second.day) if second.day else LongTerm()
        yield Reading(start=second.start, end=second.end, value=value, quality=1.0, field=last)
        return
    if not found:
        return
    only = found[0]
    if only.day is None:
        yield Reading(start=only.start, end=only.end, value=LongTerm(), quality=1.0, field=last)
        return
    yield from _one_sided(text, only.start, only.end, only.day, first=first, last=last)
    del place


def _one_sided(text: str, start: int, end: int, day: object, *, first: str, last: str) -> Iterator[Reading]:
    from datetime import date  # noqa: PLC0415

    assert isinstance(day, date)
    begins = text[:start].endswith(("自", "从", "起")) or text[end:].startswith(("起", "至", "-", "到"))
    yield Reading(start=start, end=end, value=Day(day=day), quality=0.95, field=first if begins else last)
    term = re.match(r"起?[,，至]?(?:有效期)?(?:为)?(\d{1,2}|[一二三四五六七八九十两]{1,3})年", text[end:])
    if begins and term:
        years = any_number(term[1].replace("两", "二"))
        if years:
            yield Reading(
                start=end + term.start(1), end=end + term.end(1) + 1,
                value=Day(day=after_years(day, years)), quality=0.85, field=last,
            )  # fmt: skip


def _money(field: str, text: str, place: Place) -> Iterator[Reading]:
    from preaudit.extract.values.money import unit_factor  # noqa: PLC0415

    unit = unit_factor(place.unit) if place.unit else None
    for one in amounts(text, unit=unit):
        if field == "contract_price_words" and not one.in_words:
            continue
        if field == "contract_price" and one.in_words:
            continue
        quality = 1.0 if one.unit_printed or place.unit or "¥" in text[: one.start] else 0.85
        quality -= 0.0 if one.start <= 8 or place.whole else 0.15  # noqa: PLR2004 - 人民币(大写) may come first
        yield Reading(start=one.start, end=one.end, value=Money(yuan=one.yuan), quality=quality, field=field)


def _area(field: str, text: str, place: Place) -> Iterator[Reading]:
    for match in _AREA.finditer(text):
        number = figure(match["figure"])
        if number is None or re.match(r"[年月日层元万幢栋#号天]", text[match.end() :]):
            continue
        unit = match["unit"] or place.unit
        factor = next((f for name, f in _UNIT_M2.items() if name in unit), Decimal(1))
        m2 = number * factor
        value = Area(m2=m2.quantize(_CENT) if "亩" in unit else m2)
        quality = 1.0 if match["unit"] or place.unit or place.whole else 0.8
        yield Reading(start=match.start("figure"), end=match.end("figure"), value=value, quality=quality, field=field)
        return


def _days_count(field: str, text: str, place: Place) -> Iterator[Reading]:
    """Read a number of days: one that says so before any other."""
    said = re.search(r"(?P<n>\d{1,4})(?:个)?(?:日历)?天|(?<![月\d])(?P<m>\d{2,4})日(?!期)", text)
    if said is None:
        yield from _integer(field, re.sub(r"\d{4}[年./-]\d{1,2}[月./-]\d{1,2}日?", lambda m: "," * len(m[0]), text), place)
        return
    group = "n" if said["n"] else "m"
    value = Number(number=Decimal(said[group]))
    yield Reading(start=said.start(group), end=said.end(group), value=value, quality=1.0, field=field)


def _integer(field: str, text: str, place: Place) -> Iterator[Reading]:
    for match in _COUNT.finditer(text):
        number = any_number(match["n"].replace("两", "二"))
        if number is None or text[match.end() :].startswith((".", "年", "月", "元", "万", "㎡", "平")):
            continue
        good = match["unit"] or (place.whole and match.start() == 0)
        yield Reading(
            start=match.start("n"), end=match.end("n"), value=Number(number=Decimal(number)),
            quality=1.0 if good else 0.75, field=field,
        )  # fmt: skip
        return


def _name(field: str, text: str, place: Place) -> Iterator[Reading]:
    span = organisation(text, whole=place.whole)
    if span:
        start, end, quality = span
        yield Reading(start=start, end=end, value=Text(text=tidy(text[start:end])), quality=quality, field=field)


def _person(field: str, text: str, place: Place) -> Iterator[Reading]:
    span = person(text, whole=place.whole)
    if span:
        start, end, quality = span
        yield Reading(start=start, end=end, value=Text(text=tidy(text[start:end])), quality=quality, field=field)


def _text(field: str, text: str, place: Place) -> Iterator[Reading]:
    end = len(text)
    stop = re.search(r"[。]" if field in _SENTENCES else r"[。；;]", text)
    if stop and not place.whole and field != "business_scope":
        end = stop.start()
    if field in _CLAUSES and not place.whole:
        comma = re.search(r"[,，]", text[:end])
        end = comma.start() if comma else end
    if field == "business_scope":
        end = len(_APPROVAL_NOTE.sub("", text[:end]))
    keep = "" if field != "business_scope" else "。"
    if field == "construction_scale":
        end = len(_STRUCTURE_TAIL.sub("", text[:end]))
    body = _closed(text[:end].rstrip("。；;,，、:(".replace(keep, "") if keep else "。；;,，、:("))
    lead = len(body) - len(body.lstrip(":;,，。、"))
    if len(body) - lead < 2 or len(body) > _LONGEST.get(field, 120):  # noqa: PLR2004 - one character says nothing
        return
    quality = 1.0 if re.search(r"[\u4e00-\u9fffA-Za-z]", body) else 0.4
    yield Reading(start=lead, end=len(body), value=Text(text=tidy(body[lead:])), quality=quality, field=field)


def _closed(text: str) -> str:
    """Return a text up to a closing bracket that was opened before it."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return text[:at]
    return text


def _unbalanced(text: str) -> str:
    while text.endswith(")") and text.count("(") < text.count(")"):
        text = text[:-1]
    return text


def _code(field: str, text: str, place: Place) -> Iterator[Reading]:
    strict = _STRICT.get(field)
    if strict:
        match = re.search(strict, text)
        if match:
            yield Reading(start=match.start(), end=match.end(), value=Text(text=match[0]), quality=1.0, field=field)
            return
        match = re.match(r"[0-9A-Z]{14,22}", text)
        if match and field != "project_code":
            yield Reading(start=0, end=match.end(), value=Text(text=match[0]), quality=0.7, field=field)
        return
    text = _own_rows(text, place.rows)
    match = re.match(r"(?:NO\.?|No\.?|№)?[:]?(?P<code>[^,，。；;:、\"“”]{3,60})", text)
    if not match or not re.search(r"\d{2}", match["code"]):
        return
    body = _unbalanced(match["code"].rstrip("。；;,."))
    start = match.start("code")
    quality = 1.0 if place.whole or len(body) < 40 else 0.7  # noqa: PLR2004 - numbers are shorter
    yield Reading(start=start, end=start + len(body), value=Text(text=tidy(body)), quality=quality, field=field)


def _own_rows(text: str, rows: tuple[int, ...]) -> str:
    """Cut a number where its row ends and the next begins with words that are not part of it."""
    for row in rows:
        if re.match(r"[0-9A-Z号]", text[row - 1]) and re.match(r"[\u4e00-\u9fff]", text[row:]) and text[row] not in "号第":
            return text[:row]
    return text


def _works_content(_: str, text: str, place: Place) -> Iterator[Reading]:
    sized = re.search(r"㎡|平方米|m2|面积|\d层", text)
    for one in _text("construction_scale" if sized else "contract_scope", text, place):
        yield Reading(start=one.start, end=one.end, value=one.value, quality=0.95 * one.quality, field=one.field)


def _weak_number(_: str, text: str, place: Place) -> Iterator[Reading]:
    for one in _code("certificate_no", text, place):
        yield Reading(start=one.start, end=one.end, value=one.value, quality=0.75, field=one.field)


def _levels(field: str, text: str, place: Place) -> Iterator[Reading]:
    items = [tidy(m[0].strip(":;；,，、/ ")) for m in _LEVEL.finditer(text)]
    items = [item for item in items if len(item) > 3]  # noqa: PLR2004 - 一级 alone is a rest
    if not items:
        items = [tidy(part) for part in re.split(r"[、；;,，/]", text) if part]
    if items:
        spans = list(_LEVEL.finditer(text))
        end = spans[-1].end() if spans else len(text)
        yield Reading(start=0, end=end, value=Listing(items=tuple(items)), quality=1.0, field=field)
    del place


def _specialities(field: str, text: str, place: Place) -> Iterator[Reading]:
    bare = re.sub(r"\([^()]*\)", lambda m: "," * len(m[0]), text)
    bare = re.split(r"有效期|\(|。", bare, maxsplit=1)[0]
    items = [
        piece
        for m in re.finditer(r"[^、；;,，/和及\s]{2,40}", bare)
        for piece in _cut_at_rows(bare, m.start(), m.end(), place.rows)
    ]
    items = [(a, b) for a, b in items if re.search(r"[\u4e00-\u9fff]{2}", bare[a:b])]
    if items:
        value = Listing(items=tuple(tidy(text[a:b]) for a, b in items))
        yield Reading(start=items[0][0], end=items[-1][1], value=value, quality=1.0, field=field)


def _cut_at_rows(text: str, start: int, end: int, rows: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return a stretch cut where a row ends with a whole word such as 工程: one entry a row."""
    cuts = [row for row in rows if start < row < end and re.search(r"(?:工程|专业|业)$", text[:row])]
    edges = [start, *cuts, end]
    return list(zip(edges, edges[1:], strict=False))


def _first_issued(_: str, text: str, place: Place) -> Iterator[Reading]:
    for one in _dates("issued_on", text, place):
        yield Reading(start=one.start, end=one.end, value=one.value, quality=0.8, field="issued_on")


def _wage_holder(_: str, text: str, place: Place) -> Iterator[Reading]:
    span = organisation(text, whole=False)
    if span:
        start, end, _quality = span
        yield Reading(start=start, end=end, value=Text(text=tidy(text[start:end])), quality=0.75, field="contractor_name")
    del place


def _bank(_: str, text: str, place: Place) -> Iterator[Reading]:
    for one in _name("issuing_authority", text, place):
        yield Reading(start=one.start, end=one.end, value=one.value, quality=0.6, field="issuing_authority")


def _account(field: str, text: str, place: Place) -> Iterator[Reading]:
    match = re.search(r"\d(?:[\d-]){7,31}", text)
    if match:
        yield Reading(start=match.start(), end=match.end(), value=Text(text=match[0].replace("-", "")), quality=1.0, field=field)
    del place


_STRICT: Final = {
    "project_code": PROJECT,
    "developer_uscc": USCC,
    "contractor_uscc": USCC,
    "supervisor_uscc": USCC,
    "holder_uscc": USCC,
    "agent_id_number": IDENTITY,
    "id_number": IDENTITY,
}
_STRUCTURE_TAIL: Final = re.compile(
    r"[,，；;、](?:(?:主体)?结构(?:形式|类型|体系)?[:为]?)?[\u4e00-\u9fff\-]{2,12}结构[。；;]?$"
)
_APPROVAL_NOTE: Final = re.compile(r"\(?依法须经批准的项目[^()]{0,60}\)?[。*#]*$")
"""Every licence bears it behind the scope; it is not part of it."""
_SENTENCES: Final = frozenset({"construction_scale", "contract_scope", "business_scope", "authorised_matters"})
_CLAUSES: Final = frozenset({"project_name", "site_address", "land_use", "structure_type", "right_type"})
_LONGEST: Final = {
    "business_scope": 900, "contract_scope": 500, "construction_scale": 400, "authorised_matters": 300,
    "structure_type": 24, "land_use": 40, "right_type": 40, "issuing_authority": 45,
}  # fmt: skip

Reader = Callable[[str, str, Place], Iterator[Reading]]
_BY_TYPE: Final[dict[str, Reader]] = {
    "text": _text,
    "enum": _text,
    "name": _name,
    "person": _person,
    "date": _dates,
    "integer": _integer,
    "decimal": _integer,
    "money": _money,
    "area": _area,
    "code": _code,
    "list": _levels,
}
_SPECIAL: Final[dict[str, Reader]] = {
    "valid_range": _range,
    "injury_range": _range,
    "issuing_authority": _name,
    "qualification": _levels,
    "speciality": _specialities,
    "first_issued_on": _first_issued,
    "wage_holder": _wage_holder,
    "bank_name": _bank,
    "account_no": _account,
    "works_content": _works_content,
    "weak_number": _weak_number,
    "duration_days": _days_count,
}
PSEUDO: Final = {
    "valid_range": ("valid_from", "valid_until"),
    "injury_range": ("insured_from", "valid_until"),
    "first_issued_on": ("issued_on",),
    "wage_holder": ("contractor_name",),
    "bank_name": ("issuing_authority",),
    "works_content": ("construction_scale", "contract_scope"),
    "weak_number": ("certificate_no",),
}
"""Labels that announce one or two fields at once, or a field at second hand."""
