"""The report as JSON: the contract with every consumer.

Canonical bytes: keys sorted, UTF-8 without escapes, no blanks between (the steps of an evaluation
nest deeply, indenting them would double a report), one newline at the end. A report equals another
exactly when its bytes do; what order the files came in is settled before (the pipeline sorts), so
nothing is sorted here.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

from pydantic import TypeAdapter, ValidationError

from preaudit.errors import InputError
from preaudit.report import READABLE, SCHEMA_VERSION, Report
from preaudit.sheet import JsonObject

SCHEMA_ID = f"urn:preaudit:schema:report:{SCHEMA_VERSION}"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def report_json(report: Report) -> bytes:
    """Return the report as canonical JSON.

    Raises:
        ValueError: A number of the report is not finite.
    """
    # Attributes may be a read-only view, which pydantic does not write.
    plain = replace(report, case=replace(report.case, attributes=dict(report.case.attributes)))
    content = _adapter().dump_python(plain, mode="json")
    text = json.dumps(
        content, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
    )
    # File names may hold bytes that are no text; JSON has an escape for them, UTF-8 does not.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def load_report(data: bytes) -> Report:
    """Return the report that `report_json` wrote.

    Raises:
        InputError: Not a report (`report_unreadable`), or of a schema version that this release
            does not know (`report_version`).
    """
    version = _version(data)
    if not isinstance(version, str) or version not in READABLE:
        known = " and ".join(sorted(READABLE))
        raise InputError(
            f"the report has schema version {version!r}, this release reads {known}; "
            "make it again with `preaudit check`",
            code="report_version",
        )
    try:
        return _adapter().validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise _unreadable(f"{place}: {first['msg']}") from error


def report_schema() -> JsonObject:
    """Return the JSON Schema (2020-12) of `report_json`, with its `$id` and version."""
    schema = _adapter().json_schema(mode="serialization")
    for part in (schema, *schema["$defs"].values()):
        if "properties" in part:
            part["required"] = sorted(part["properties"])
    schema["properties"]["schema_version"] = {"const": SCHEMA_VERSION, "type": "string"}
    head = {"$schema": _DIALECT, "$id": SCHEMA_ID, "version": SCHEMA_VERSION}
    return {**head, **schema, "title": "preaudit report"}


def schema_json() -> bytes:
    """Return the schema as a file: sorted keys, UTF-8, a newline at the end."""
    text = json.dumps(report_schema(), ensure_ascii=False, indent=2, sort_keys=True)
    return text.encode() + b"\n"


@cache
def _adapter() -> TypeAdapter[Report]:
    return TypeAdapter(Report)


def _version(data: bytes) -> object:
    try:
        content = json.loads(data)
    except ValueError as error:
        raise _unreadable(str(error)) from error
    if not isinstance(content, dict) or "schema_version" not in content:
        raise _unreadable("it has no schema_version")
    return content["schema_version"]


def _unreadable(why: str) -> InputError:
    return InputError(
        f"this is not a report that preaudit wrote ({why}); give the report.json of a check",
        code="report_unreadable",
    )
