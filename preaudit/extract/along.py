"""What is printed along with a name in its own entry: its code, number or identity number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from preaudit.extract.lexicon import wordings
from preaudit.extract.values.codes import IDENTITY, USCC
from preaudit.extract.values.reading import Place, Reading, read_value

_FORMS: Final = {
    "uscc": re.compile(rf"(?<![0-9A-Z]){USCC}(?![0-9A-Z])"),
    "id": re.compile(rf"(?<![0-9A-Z]){IDENTITY}(?![0-9A-Z])"),
    "person_no": re.compile(
        r"(?:编号|证号|注册号|证书号|号码|注册证)[:为]?(?P<value>[\u4e00-\u9fff]?\d{8,20}(?!\d))"
    ),
}


def along(role: str, text: str) -> Iterator[tuple[int, Reading]]:
    """Yield what else an entry that names a role tells, and where its part of the text begins.

    Args:
        role: Whom the entry names.
        text: All of the entry, folded.
    """
    known = wordings().roles.get(role)
    for attribute, form in _FORMS.items():
        field = known.gives.get(attribute, "") if known else ""
        found = list(form.finditer(text)) if field else []
        if len(found) != 1:
            continue
        group = "value" if "value" in form.groupindex else 0
        start = found[0].start(group)
        for reading in read_value(field, found[0][group], Place(whole=True)):
            yield start, reading
