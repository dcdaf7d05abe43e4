"""Names, wordings and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from preaudit.extract.values.names import behind_seal_note, organisation, person
from preaudit.extract.values.place import Place, Reading
from preaudit.fields import Listing, Text
from preaudit.folding import tidy

_LEVEL: Final = re.compile(
    r"[^、,，;；。\n]*?(?:特级|[一二三四甲乙丙丁壹贰叁]级|不分等级|不分级)(?:资质|\((?:暂定|增项)\))?"
)
_STRUCTURE_TAIL: Final = re.compile(
    r"[,，；;、](?:(?:主体)?结构(?:形式|类型|体系)?[:为]?)?[\u4e00-\u9fff\-]{2,12}结构[。；;]?$"
)
_APPROVAL_NOTE: Final = re.compile(r"\(?依法须经批准的项目[^()]{0,60}\)?[。*#]*$")
"""Every licence bears it behind the scope; it is not part of it."""
_CODE_NOTE: Final = re.compile(
    r"\((?:项目|工程|统一|投资项目|以下)(?:代码|编号|统一代码|简称)[^()]*\)?$"
)
"""What a bracket behind a name tells beside it."""
_UNGRADED: Final = 0.7
"""A qualification without a grade may be any wording."""
_NO_MATTER: Final = 8
"""一般代理 tells how far the power reaches, not for what it is given."""
_SENTENCES: Final = frozenset(
    {"construction_scale", "contract_scope", "business_scope", "authorised_matters"}
)
_CLAUSES: Final = frozenset(
    {
        "project_name",
        "site_address",
        "land_use",
        "structure_type",
        "right_type",
        "developer_address",
        "holder_address",
    }
)
_LONGEST: Final = {
    "business_scope": 900, "contract_scope": 500, "construction_scale": 400,
    "authorised_matters": 300,
    "structure_type": 24, "land_use": 40, "right_type": 40, "issuing_authority": 45,
}  # fmt: skip


def read_name(field: str, text: str, place: Place) -> Iterator[Reading]:
    """Read an organisation's name."""
    lead, sure = behind_seal_note(text, place.rows)
    span = organisation(text[lead:], whole=place.whole)
    if span:
        start, end, quality = lead + span[0], lead + span[1], sure * span[2]
        yield Reading(
            start=start,
            end=end,
            value=Text(text=tidy(text[start:end])),
            quality=quality,
            field=field,
        )


def read_person(field: str, text: str, place: Place) -> Iterator[Reading]:
    """Read a person's name."""
    span = person(text, whole=place.whole)
    if span:
        start, end, quality = span
        yield Reading(
            start=start,
            end=end,
            value=Text(text=tidy(text[start:end])),
            quality=quality,
            field=field,
        )


def read_text(field: str, text: str, place: Place) -> Iterator[Reading]:
    """Read a wording up to where its sort ends: a clause, a sentence or all of its place."""
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
    if field == "project_name":
        end = len(_CODE_NOTE.sub("", text[:end]))
    if field == "construction_scale":
        end = len(_STRUCTURE_TAIL.sub("", text[:end]))
    body = _closed(text[:end].rstrip("。；;,，、:(".replace(keep, "") if keep else "。；;,，、:("))
    lead = len(body) - len(body.lstrip(":;,，。、"))
    if len(body) - lead < 2 or len(body) > _LONGEST.get(field, 120):  # noqa: PLR2004 - one character says nothing
        return
    quality = 1.0 if re.search(r"[\u4e00-\u9fffA-Za-z]", body) else 0.4
    if field == "authorised_matters" and len(body) - lead <= _NO_MATTER:
        quality = 0.5
    yield Reading(
        start=lead, end=len(body), value=Text(text=tidy(body[lead:])), quality=quality, field=field
    )


def _closed(text: str) -> str:
    """Return a text up to a closing bracket that was opened before it."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return text[:at]
    return text


def read_works_content(_: str, text: str, place: Place) -> Iterator[Reading]:
    """Read 工程内容: the scale of the works where it counts, else their scope."""
    sized = re.search(r"㎡|平方米|m2|面积|\d层", text)
    for one in read_text("construction_scale" if sized else "contract_scope", text, place):
        yield Reading(
            start=one.start,
            end=one.end,
            value=one.value,
            quality=0.95 * one.quality,
            field=one.field,
        )


def read_levels(field: str, text: str, place: Place) -> Iterator[Reading]:
    """Read qualifications, one entry for each grade."""
    items = [tidy(m[0].strip(":;；,，、/ ")) for m in _LEVEL.finditer(text)]
    items = [item for item in items if len(item) > 3]  # noqa: PLR2004 - 一级 alone is a rest
    graded = bool(items)
    if not items:
        items = [tidy(part) for part in re.split(r"[、；;,，/]", text) if part]
    if items:
        spans = list(_LEVEL.finditer(text))
        end = spans[-1].end() if spans else len(text)
        yield Reading(
            start=0, end=end, value=Listing(items=tuple(items)), field=field,
            quality=1.0 if graded else _UNGRADED,
        )  # fmt: skip
    del place


def read_specialities(field: str, text: str, place: Place) -> Iterator[Reading]:
    """Read specialities, one entry each, notes in brackets left out."""
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
    cuts = [
        row for row in rows if start < row < end and re.search(r"(?:工程|专业|业)$", text[:row])
    ]
    edges = [start, *cuts, end]
    return list(pairwise(edges))


def read_account_holder(_: str, text: str, place: Place) -> Iterator[Reading]:
    """Read whose account it is: the contractor's."""
    span = organisation(text, whole=False)
    if span:
        start, end, _quality = span
        yield Reading(
            start=start,
            end=end,
            value=Text(text=tidy(text[start:end])),
            quality=0.75,
            field="contractor_name",
        )
    del place


def read_bank(_: str, text: str, place: Place) -> Iterator[Reading]:
    """Read the bank: it issues the proof where nobody else is named."""
    for one in read_name("issuing_authority", text, place):
        yield Reading(
            start=one.start, end=one.end, value=one.value, quality=0.6, field="issuing_authority"
        )
