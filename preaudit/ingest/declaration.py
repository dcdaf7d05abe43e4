"""`case.json`: what the applicant's system says of the case."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from preaudit.ingest.intake import Declaration
from preaudit.ingest.problems import Refusal

FILE_NAME = "case.json"
_MAX_BYTES = 64 * 1024

_Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=64)]
_Value = Annotated[str, StringConstraints(max_length=500)]


def _day(value: object) -> object:
    """Take a day only as YYYY-MM-DD: pydantic alone would also take a number of seconds."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("must be a date written as YYYY-MM-DD")  # noqa: TRY004  # what pydantic reports
    return date.fromisoformat(value)


def _truth_as_text(value: object) -> object:
    """Write JSON's true and false the way rules read attributes."""
    return str(value).lower() if isinstance(value, bool) else value


class _CaseFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    item: _Id | None = None
    as_of: Annotated[date | None, BeforeValidator(_day)] = None
    jurisdiction: _Id | None = None
    attributes: dict[_Name, Annotated[_Value, BeforeValidator(_truth_as_text)]] = Field(
        default_factory=dict, max_length=100
    )


def read_declaration(path: Path) -> Declaration:
    """Return what a `case.json` says.

    Raises:
        Refusal: `bad_case_json`, its fact `fault` naming the key and what is wrong with it.
    """
    if path.stat().st_size > _MAX_BYTES:
        raise Refusal("bad_case_json", fault=f"> {_MAX_BYTES // 1024} KB")
    try:
        said = _CaseFile.model_validate(_loaded(path.read_bytes()))
    except ValidationError as error:
        raise Refusal("bad_case_json", fault=_fault(error)) from error
    return Declaration(
        item=said.item, as_of=said.as_of, jurisdiction=said.jurisdiction, attributes=said.attributes
    )


def _loaded(data: bytes) -> object:
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once_each)
    except UnicodeDecodeError as error:
        raise Refusal("bad_case_json", fault="not UTF-8") from error
    except json.JSONDecodeError as error:
        fault = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise Refusal("bad_case_json", fault=fault) from error
    except ValueError as error:  # a number of more digits than Python converts
        raise Refusal("bad_case_json", fault="a number that is too long") from error
    except RecursionError as error:
        raise Refusal("bad_case_json", fault="nested too deep") from error


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise Refusal("bad_case_json", fault=f"{key[:64]}: given twice")
        found[key] = value
    return found


def _fault(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(step) for step in first["loc"])[:120]
    return f"{place}: {first['msg']}" if place else first["msg"]
