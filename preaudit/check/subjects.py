"""What expressions can ask of a mark, a signal, a table's row: facts turned into answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, assert_never

from preaudit.case import SigningPlace
from preaudit.check.answers import (
    LONG_TERM,
    Answer,
    Doubt,
    Element,
    Many,
    Ref,
    Value,
    unknown,
)
from preaudit.document import Mark
from preaudit.fields import (
    Area,
    Day,
    Field,
    Listing,
    LongTerm,
    Money,
    Number,
    Text,
)
from preaudit.findings import Bilingual
from preaudit.geometry import Box
from preaudit.sheet import Signal
from rules_kg.graph import ParameterValue, Row

SURE_ENOUGH = 0.5
"""A mark seen, or a seal's text read, with less confidence than this is not relied on."""


def known(value: Value, *because: Ref) -> Answer:
    """Return a known answer."""
    return Answer(value=value, because=because)


def whole_page(page: int) -> Box:
    """Return the box of a page as a whole."""
    return Box(page=page, left=0.0, top=0.0, right=1.0, bottom=1.0)


class Plain:
    """A record of known values; what it does not list is not there."""

    def __init__(self, values: Mapping[str, Answer], missing: Bilingual, name: Bilingual) -> None:
        self._values = values
        self._missing = missing
        self._name = name

    def member(self, name: str) -> Answer:
        """Return a value, unknown when it is not listed."""
        found = self._values.get(name)
        return found if found is not None else unknown(Doubt(reason=self._missing), silent=True)

    def has(self, name: str) -> Answer:
        """Return whether a value is listed."""
        return known(name in self._values)

    def blank(self, name: str) -> Answer:
        """Return false: such records have no places."""
        del name
        return known(value=False)

    def shown(self) -> Bilingual:
        """Return the record's name."""
        return self._name


class Parameters:
    """`param`: values in force for the case."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def member(self, name: str) -> Answer:
        """Return a parameter's value; unknown when none is set for the place and the day."""
        if name in self._values:
            return known(self._values[name])
        reason = Bilingual(
            zh=f"参数“{name}”在该日期没有设定值", en=f"no value of parameter {name!r} is set then"
        )
        return unknown(Doubt(reason=reason))

    def has(self, name: str) -> Answer:
        """Return whether a value is set."""
        return known(name in self._values)

    def blank(self, name: str) -> Answer:
        """Return false: parameters have no places."""
        del name
        return known(value=False)

    def shown(self) -> Bilingual:
        """Return `param`."""
        return Bilingual(zh="param", en="param")


class Absent:
    """A paper that is not in the case, or of which that is not certain."""

    def __init__(self, *doubts: Doubt, silent: bool, name: Bilingual) -> None:
        self._answer = unknown(*doubts, silent=silent)
        self._name = name

    def member(self, name: str) -> Answer:
        """Return unknown: the paper is not there."""
        del name
        return self._answer

    def has(self, name: str) -> Answer:
        """Return unknown: a paper that is not there says nothing, not even that it lacks it."""
        del name
        return Answer(value=self._answer.value, doubts=self._answer.doubts)

    def blank(self, name: str) -> Answer:
        """Return unknown, as `has`."""
        return self.has(name)

    def shown(self) -> Bilingual:
        """Return the kind's title."""
        return self._name


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSubject:
    """A seal, signature, tick or QR code."""

    mark: Mark
    ref: Ref

    def member(self, name: str) -> Answer:
        """Return what is known of the mark; its text is unknown when it was not read."""
        if name in {"owner", "text"}:
            if self.mark.text and self.mark.text_confidence >= SURE_ENOUGH:
                return known(self.mark.text, self.ref)
            reason = Bilingual(zh="印章或签字的文字无法辨认", en="the mark's text cannot be read")
            return unknown(Doubt(reason=reason, ref=self.ref))
        value = self.mark.box.page if name == "page" else getattr(self.mark, name)
        return known(value, self.ref)

    def has(self, name: str) -> Answer:
        """Return true; whether the text was read is unknown where it was not."""
        found = self.member(name)
        return known(bool(found.value), self.ref) if found.known else found

    def blank(self, name: str) -> Answer:
        """Return false: marks have no places."""
        del name
        return known(value=False)

    def shown(self) -> Bilingual:
        """Return the mark's text."""
        return Bilingual(zh=self.mark.text, en=self.mark.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSubject:
    """A place that asks for a seal or a signature."""

    place: SigningPlace
    ref: Ref
    filled: Answer

    def member(self, name: str) -> Answer:
        """Return what is known of the place."""
        if name == "filled":
            return self.filled
        value = self.place.box.page if name == "page" else getattr(self.place, name)
        return known(value, self.ref)

    def has(self, name: str) -> Answer:
        """Return whether the member says something."""
        return known(bool(self.member(name).value), self.ref)

    def blank(self, name: str) -> Answer:
        """Return false: a bare place is `!filled`."""
        del name
        return known(value=False)

    def shown(self) -> Bilingual:
        """Return the words that ask for the mark."""
        return Bilingual(zh=self.place.label, en=self.place.label)


_VALUES: Mapping[str, tuple[type, ...]] = {
    "money": (Money,),
    "area": (Area,),
    "integer": (Number,),
    "decimal": (Number,),
    "date": (Day, LongTerm),
    "list": (Listing,),
}


def fits_type(field: Field, kind: str) -> bool:
    """Whether a field's value is of the vocabulary's type; one that is not was not understood."""
    return isinstance(field.value, _VALUES.get(kind, (Text,)))


def typed(field: Field) -> Value:  # noqa: PLR0911 - one for each type of value
    """Return a found field's value as expressions see it."""
    match field.value:
        case Text():
            return field.value.text
        case Day():
            return field.value.day
        case LongTerm():
            return LONG_TERM
        case Money():
            return field.value.yuan
        case Area():
            return field.value.m2
        case Number():
            number = field.value.number
            return int(number) if number == number.to_integral_value() else number
        case Listing():
            return listed(field.value.items)
        case None:
            raise ValueError(f"field {field.name} is found and has no value")
        case _ as unreachable:
            assert_never(unreachable)


def listed(items: tuple[Any, ...]) -> Many:
    """Return a list of known plain values."""
    return Many(elements=tuple(Element(answer=known(plain(item))) for item in items))


def plain(value: ParameterValue | Row) -> Value:
    """Return a parameter's value as expressions see it; a row becomes a record."""
    if isinstance(value, tuple):
        return listed(value)
    if not isinstance(value, bool | int | Decimal | date | str):
        cells = {name: known(plain(cell)) for name, cell in value.items()}
        missing = Bilingual(zh="参数表此列为空", en="the table leaves this column out")
        return Plain(cells, missing, Bilingual(zh="参数表的一行", en="a row of a table"))
    return value


def signal_subject(signal: Signal, *, file: str, kind: Bilingual, ref: Ref) -> Plain:
    """Return a signal as expressions see it."""
    values: dict[str, Answer] = {
        "name": known(signal.name, ref),
        "file": known(file, ref),
        "note": known(signal.note, ref),
        "confidence": known(Decimal(str(signal.confidence)), ref),
        "kind": known(ref.about.kind, ref),
    }
    if signal.page is not None:
        values["page"] = known(signal.page, ref)
    missing = Bilingual(zh="该线索不针对某一页", en="the signal is about no single page")
    return Plain(values, missing, kind)
