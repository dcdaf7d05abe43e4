"""A stretch of text to the typed value of a field, with the exact span that the value covers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from preaudit.extract.values import quantities, registers, wordings
from preaudit.extract.values.place import UNIT, Place, Reading, is_empty
from preaudit.extract.values.schema import field_types, fields_of

__all__ = [
    "PSEUDO",
    "UNIT",
    "Place",
    "Reading",
    "field_types",
    "fields_of",
    "is_empty",
    "read_value",
]


def read_value(field: str, text: str, place: Place) -> tuple[Reading, ...]:
    """Return the values that folded `text` gives for a field, likeliest first."""
    if is_empty(text):
        return ()
    ahead = UNIT.match(text)
    if ahead and not place.unit and re.match(r"[¥\d]", text[ahead.end() :]):
        place = replace(place, unit=ahead["unit"])
    if field == "construction_scale" and _BARE_AREA.fullmatch(text):
        field = "building_area"
    special = _SPECIAL.get(field)
    reader = special or _BY_TYPE[field_types().get(field, "text")]
    return tuple(reader(field, text, place))


_BARE_AREA: Final = re.compile(r"(?:约)?\d[\d,]*(?:\.\d+)?(?:㎡|m2|m²|平方米|平米|万平方米|万㎡)?")
"""What stands behind 建设规模 may be but an area."""
Reader = Callable[[str, str, Place], Iterator[Reading]]
_BY_TYPE: Final[dict[str, Reader]] = {
    "text": wordings.read_text,
    "enum": wordings.read_text,
    "name": wordings.read_name,
    "person": wordings.read_person,
    "date": quantities.read_day,
    "integer": quantities.read_count,
    "decimal": quantities.read_count,
    "money": quantities.read_money,
    "area": quantities.read_area,
    "code": registers.read_code,
    "list": wordings.read_levels,
}
_SPECIAL: Final[dict[str, Reader]] = {
    "valid_range": quantities.read_term,
    "injury_range": quantities.read_term,
    "insured_time": quantities.read_term,
    "given_time": quantities.read_term,
    "issuing_authority": wordings.read_name,
    "qualification": wordings.read_levels,
    "speciality": wordings.read_specialities,
    "first_issued_on": quantities.read_first_issued,
    "wage_holder": wordings.read_account_holder,
    "bank_name": wordings.read_bank,
    "account_no": registers.read_account,
    "works_content": wordings.read_works_content,
    "weak_number": registers.read_weak_number,
    "duration_days": quantities.read_works_term,
    "works_term": quantities.read_works_term,
    "floors": quantities.read_floors,
}
PSEUDO: Final = {
    "valid_range": ("valid_from", "valid_until"),
    "injury_range": ("insured_from", "valid_until"),
    "insured_time": ("insured_from", "valid_until"),
    "given_time": ("valid_from", "valid_until", "signed_on"),
    "first_issued_on": ("issued_on",),
    "works_term": ("planned_start", "planned_finish", "duration_days"),
    "floors": ("floors_above", "floors_below"),
    "wage_holder": ("contractor_name",),
    "bank_name": ("issuing_authority",),
    "works_content": ("construction_scale", "contract_scope"),
    "weak_number": ("certificate_no",),
}
"""Labels that announce one or two fields at once, or a field at second hand."""
