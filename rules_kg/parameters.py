"""Parameters as written to values of the type they declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from rules_kg.clocks import rivals
from rules_kg.faults import Fault, nearest
from rules_kg.language.scope import FIELD_TYPES
from rules_kg.language.types import ListOf, Record, Type
from rules_kg.linking import recorded_faults
from rules_kg.records import Located
from rules_kg.schema import Parameter, Scalar, ValueFrom

_AMOUNTS = frozenset({"money", "area", "decimal"})


def parameter_type(parameter: Parameter) -> Type:
    """Return a parameter's type as expressions see it."""
    if parameter.type != "table":
        return FIELD_TYPES[parameter.type]
    columns = {name: FIELD_TYPES[one] for name, one in (parameter.columns or {}).items()}
    return ListOf(element=Record(name=f"row of {parameter.id}", members=columns))


def normalised(located: Located[Parameter], faults: list[Fault]) -> Parameter:
    """Return a parameter with values of its type; what does not fit is noted and left out."""
    parameter = located.record
    faults += _date_faults(located)
    table = parameter.type == "table"
    if table != (parameter.columns is not None):
        message = "a table declares columns, and nothing else does"
        faults.append(located.fault(message, "columns", code="columns"))
    values: list[ValueFrom] = []
    for index, dated in enumerate(parameter.values):
        steps = ("values", index)
        if table:
            rows = _rows(located, dated.rows, steps, faults)
            values.append(replace(dated, rows=rows))
        else:
            place = (*steps, "value")
            value = _value(located, parameter.type, dated.value, place, faults)
            values.append(replace(dated, value=value))
    return replace(parameter, values=values)


def _date_faults(located: Located[Parameter]) -> Iterator[Fault]:
    values = located.record.values
    for index, dated in enumerate(values):
        yield from recorded_faults(located, dated, "values", index)
    for first, second in rivals(values):
        earlier, later = values[first], values[second]
        if later.from_ <= earlier.from_:
            message = f"{later.from_} does not come after {earlier.from_}; oldest first"
            yield located.fault(message, "values", second, "from", code="date_order")


def _rows(
    located: Located[Parameter],
    rows: Sequence[Mapping[str, Scalar]] | None,
    steps: tuple[str | int, ...],
    faults: list[Fault],
) -> list[dict[str, Scalar]]:
    columns = located.record.columns or {}
    if rows is None:
        faults.append(located.fault("a table has rows", *steps, code="rows"))
        return []
    found: list[dict[str, Scalar]] = []
    for index, row in enumerate(rows):
        kept: dict[str, Scalar] = {}
        for name, cell in row.items():
            place = (*steps, "rows", index, name)
            if name not in columns:
                hint = nearest(name, columns)
                faults.append(located.fault(f"no column {name!r}{hint}", *place, code="column"))
                continue
            value = _value(located, columns[name], cell, place, faults)
            if value is not None and not isinstance(value, list):
                kept[name] = value
        found.append(kept)
    return found


def _value(
    located: Located[Parameter],
    kind: str,
    value: Scalar | list[str] | None,
    steps: tuple[str | int, ...],
    faults: list[Fault],
) -> Scalar | list[str] | None:
    if value is None:
        return None
    if kind in _AMOUNTS and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    fits = {
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "text": isinstance(value, str),
        "date": isinstance(value, date),
        "list": isinstance(value, list),
    }
    if fits.get(kind, False):
        return value
    hint = "; write the number alone" if kind in _AMOUNTS and isinstance(value, str) else ""
    faults.append(located.fault(f"{value!r} is no {kind}{hint}", *steps, code="type"))
    return None


def variant_faults(records: Sequence[Located[Parameter]]) -> Iterator[Fault]:
    """Yield faults between the places that set one parameter."""
    first: dict[str, Located[Parameter]] = {}
    seen: set[tuple[str, str]] = set()
    for one in records:
        parameter = one.record
        rival = first.setdefault(parameter.id, one).record
        if (parameter.id, parameter.jurisdiction) in seen:
            message = f"set twice for {parameter.jurisdiction}"
            yield one.fault(message, "id", code="twice")
        elif (parameter.type, parameter.columns) != (rival.type, rival.columns):
            message = f"type and columns differ from those in {first[parameter.id].file}"
            yield one.fault(message, "type", code="type")
        seen.add((parameter.id, parameter.jurisdiction))
