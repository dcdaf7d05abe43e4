"""Numbers and codes of papers, parties and accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from preaudit.extract.values.codes import (
    IDENTITY,
    PROJECT,
    USCC,
    registration_ok,
    verifier,
)
from preaudit.extract.values.place import Place, Reading
from preaudit.fields import Text
from preaudit.folding import tidy

_STRICT: Final = {
    "project_code": PROJECT,
    "developer_uscc": USCC,
    "contractor_uscc": USCC,
    "supervisor_uscc": USCC,
    "holder_uscc": USCC,
    "agent_id_number": IDENTITY,
    "id_number": IDENTITY,
}
_ONE_OF_MANY: Final = 0.4
"""Cut out of a longer run that was misread: which of its characters are the code is not known."""
_NO_SUCH_LENGTH: Final = 0.7
_OLDEST: Final = 13
"""Registration numbers had so many digits before they got a check digit."""
_OLD: Final = 0.85


def read_code(field: str, text: str, place: Place) -> Iterator[Reading]:
    """Read a number or code by its own form, else what stands there up to the next sign."""
    strict = _STRICT.get(field)
    if strict:
        yield from _strict_code(field, text, re.compile(strict))
        return
    text = _own_rows(text, place.rows)
    match = re.match(r"(?:NO\.?|No\.?|№)?[:]?(?P<code>[^,，。；;:、\"“”]{3,60})", text)
    if not match or not re.search(r"\d{2}", match["code"]):
        return
    body = without_loose_bracket(match["code"].rstrip("。；;,."))
    start = match.start("code")
    quality = 1.0 if place.whole or len(body) < 40 else 0.7  # noqa: PLR2004 - numbers are shorter
    yield Reading(
        start=start,
        end=start + len(body),
        value=Text(text=tidy(body)),
        quality=quality,
        field=field,
    )


def _strict_code(field: str, text: str, form: re.Pattern[str]) -> Iterator[Reading]:
    match = form.search(text)
    quality = 1.0 if match is not None and _stands_alone(field, match, text) else _ONE_OF_MANY
    if match is None and field != "project_code":
        match = re.match(r"[0-9A-Z]{13,22}", text)
        quality = _by_length(field, match[0]) if match is not None else 0.0
    if match is not None and quality > 0:
        yield Reading(
            start=match.start(), end=match.end(), value=Text(text=match[0]), quality=quality,
            field=field,
        )  # fmt: skip


def _stands_alone(field: str, match: re.Match[str], text: str) -> bool:
    """Tell whether a code is no arbitrary cut out of a longer run of letters and digits.

    The number of a copy may follow it (1-1); else its check character must hold.
    """
    if field == "project_code":
        return True
    before, after = text[: match.start()], text[match.end() :]
    longer = re.search(r"[0-9A-Z]$", before) or re.match(r"(?!\d{1,2}[-/])[0-9A-Z]", after)
    verify = verifier(field)
    return not longer or (verify is not None and verify(match[0]))


def _by_length(field: str, code: str) -> float:
    """Return how much a number looks like one of a register that has no unified codes yet."""
    if not field.endswith("_uscc"):
        return _NO_SUCH_LENGTH if len(code) > _OLDEST else 0.0
    if registration_ok(code):
        return 1.0
    if len(code) == _OLDEST:
        return _OLD if code.isdigit() else 0.0
    return _NO_SUCH_LENGTH


def without_loose_bracket(text: str) -> str:
    """Return a text without closing brackets that were never opened."""
    while text.endswith(")") and text.count("(") < text.count(")"):
        text = text[:-1]
    return text


def _own_rows(text: str, rows: tuple[int, ...]) -> str:
    """Cut a number where its row ends and the next begins with words that are not part of it."""
    for row in rows:
        if (
            re.match(r"[0-9A-Z号]", text[row - 1])
            and re.match(r"[\u4e00-\u9fff]", text[row:])
            and text[row] not in "号第"
        ):
            return text[:row]
    return text


def read_weak_number(_: str, text: str, place: Place) -> Iterator[Reading]:
    """Read a number that may be of another register; it counts for less."""
    for one in read_code("certificate_no", text, place):
        yield Reading(start=one.start, end=one.end, value=one.value, quality=0.75, field=one.field)


def read_account(field: str, text: str, place: Place) -> Iterator[Reading]:
    """Read an account number."""
    match = re.search(r"\d(?:[\d-]){7,31}", text)
    if match:
        yield Reading(
            start=match.start(),
            end=match.end(),
            value=Text(text=match[0].replace("-", "")),
            quality=1.0,
            field=field,
        )
    del place
