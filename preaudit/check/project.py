"""Which items a project needs: their conditions on it, in the same three-valued logic as rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from preaudit.case import Case, Facts
from preaudit.check.answers import Answer, Doubt, Ref, Value, merged, unknown
from preaudit.check.evaluate import evaluate
from preaudit.check.subjects import known
from preaudit.check.world import World
from preaudit.errors import UsageError
from preaudit.findings import About, Bilingual
from rules_kg.faults import nearest
from rules_kg.graph import Graph
from rules_kg.planning import Step, next_before, steps
from rules_kg.schema import Attribute, Item

Said = bool | int | Decimal | str | None
"""What somebody says of a project, as JSON has it; nothing is said by None."""

_TRUTH: Mapping[str, bool] = {"true": True, "false": False, "是": True, "否": False}
_PROJECT = Bilingual(zh="项目", en="project")


class Needed(StrEnum):
    """Whether a project needs an item."""

    YES = "needed"
    NO = "not_needed"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """An attribute of the project that decided, with its value."""

    attribute: Attribute
    shown: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One item, and whether the project needs it."""

    item: Item
    needed: Needed
    because: tuple[Reason, ...]
    """Empty where the item is always needed, or where it cannot be said."""
    to_know: tuple[Attribute, ...]
    """What has to be said of the project before it can be told."""
    after: tuple[str, ...]
    """Ids of the items before it that the project needs, or may need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """Items that may be applied for at the same time."""

    stage: int
    items: tuple[Planned, ...]


def plan(
    said: Mapping[str, Said], graph: Graph, *, as_of: date, jurisdiction: str = "cn"
) -> tuple[PlannedStep, ...]:
    """Return every item in the order of stages, and whether a project needs it.

    Args:
        said: What is known of the project, by attribute id; what no attribute is called is passed
            over.
        graph: The items and their conditions.
        as_of: The day whose parameters and demands decide.
        jurisdiction: The place whose parameters decide.

    Raises:
        UsageError: A value does not fit its attribute, or there is no such place.
    """
    try:
        graph.chain(jurisdiction)
    except KeyError as error:
        raise UsageError(str(error.args[0]), code="unknown_jurisdiction") from error
    case = Case(item="", as_of=as_of, jurisdiction=jurisdiction)
    world = _ProjectWorld(_typed(said, graph), graph, case)
    answers = {name: _answer(name, graph, world) for name in graph.items}
    wanted = [name for name, one in answers.items() if one.value is not False]
    items = graph.at(as_of=as_of).items
    return tuple(_planned_step(one, answers, wanted, graph, world) for one in steps(items))


def _answer(item: str, graph: Graph, world: _ProjectWorld) -> Answer:
    condition = graph.needed_when.get(item)
    return known(value=True) if condition is None else evaluate(condition, world).answer


def _planned_step(
    step: Step,
    answers: Mapping[str, Answer],
    wanted: list[str],
    graph: Graph,
    world: _ProjectWorld,
) -> PlannedStep:
    return PlannedStep(
        stage=step.stage,
        items=tuple(
            Planned(
                item=item,
                needed=_needed(answers[item.id]),
                because=world.reasons(answers[item.id].because),
                to_know=world.gaps(answers[item.id].doubts),
                after=next_before(item, graph.items, wanted),
            )
            for item in step.items
        ),
    )


def _needed(answer: Answer) -> Needed:
    if not answer.known:
        return Needed.UNDETERMINED
    return Needed.YES if answer.value is True else Needed.NO


class _ProjectWorld(World):
    """A world without papers, in which `project` stands for what is said of the project."""

    def __init__(self, values: Mapping[str, Value], graph: Graph, case: Case) -> None:
        super().__init__(Facts(case=case, materials=(), signals=(), unread=()), graph)
        self._values = values
        self._attributes = graph.attributes

    def _make(self, name: str) -> Answer:
        if name == "project":
            return known(_Project(self._values, self._attributes))
        return super()._make(name)

    def reasons(self, refs: tuple[Ref, ...]) -> tuple[Reason, ...]:
        """Return the attributes that facts are, each once."""
        named = dict.fromkeys(ref.about.field for ref in refs if ref.about.field)
        return tuple(
            Reason(
                attribute=self._attributes[name],
                shown=_shown(self._attributes[name], self._values[name]),
            )
            for name in named
            if name in self._values
        )

    def gaps(self, doubts: tuple[Doubt, ...]) -> tuple[Attribute, ...]:
        """Return the attributes that nothing is said of, each once."""
        named = dict.fromkeys(
            one.ref.about.field for one in merged(doubts) if one.ref and one.ref.about.field
        )
        return tuple(self._attributes[name] for name in named)


class _Project:
    """`project`: what is said of it; every attribute that nobody spoke of is unknown."""

    def __init__(self, values: Mapping[str, Value], attributes: Mapping[str, Attribute]) -> None:
        self._values = values
        self._attributes = attributes

    def member(self, name: str) -> Answer:
        """Return an attribute's value."""
        ref = Ref(about=About(kind="project", field=name, material=None))
        if name in self._values:
            return known(self._values[name], ref)
        title = self._attributes[name].title
        reason = Bilingual(zh=f"未说明“{title.zh}”", en=f"nothing is said of {title.en}")
        return unknown(Doubt(reason=reason, ref=ref))

    def has(self, name: str) -> Answer:
        """Return whether an attribute is known; unknown where nothing is said of it."""
        found = self.member(name)
        return known(True, *found.because) if found.known else found  # noqa: FBT003

    def blank(self, name: str) -> Answer:
        """Return false: a project has no places for entries."""
        del name
        return known(value=False)

    def shown(self) -> Bilingual:
        """Return its name."""
        return _PROJECT


def _typed(said: Mapping[str, Said], graph: Graph) -> dict[str, Value]:
    return {
        name: value_of(graph.attributes[name], value)
        for name, value in said.items()
        if name in graph.attributes and value is not None
    }


def value_of(attribute: Attribute, said: Said) -> Value:
    """Return a value of an attribute's type.

    Raises:
        UsageError: It does not fit; says what would.
    """
    try:
        return _value(attribute, said)
    except (ValueError, InvalidOperation) as error:
        raise UsageError(
            f"attribute {attribute.id}: {said!r} is no {_wanted(attribute, said)}",
            code="bad_attribute",
        ) from error


def _value(attribute: Attribute, said: Said) -> Value:
    text = str(said).strip()
    match attribute.type:
        case "flag":
            if text.lower() not in _TRUTH:
                raise ValueError(text)
            return _TRUTH[text.lower()]
        case "text":
            if attribute.choices is not None and text not in attribute.choices:
                raise ValueError(text)
            return text
        case "date":
            return date.fromisoformat(text)
        case "integer":
            return int(text)
        case _:
            return _amount(said, text)


def _amount(said: Said, text: str) -> Decimal:
    number = Decimal(text)
    if isinstance(said, bool) or not number.is_finite():
        raise ValueError(text)
    return number


def _wanted(attribute: Attribute, said: Said) -> str:
    match attribute.type:
        case "flag":
            return "flag; write true or false"
        case "text":
            choices = attribute.choices or {}
            return f"choice{nearest(str(said), choices)}; there are {', '.join(choices)}"
        case "date":
            return "day written as YYYY-MM-DD"
        case "money" | "area":
            return f"{attribute.type}; write the number alone, in {_UNITS[attribute.type]}"
        case _:
            return attribute.type


_UNITS: Mapping[str, str] = {"money": "yuan", "area": "square metres"}


def _shown(attribute: Attribute, value: Value) -> Bilingual:
    if isinstance(value, bool):
        return Bilingual(zh="是" if value else "否", en="yes" if value else "no")
    words = (attribute.choices or {}).get(str(value))
    return Bilingual(zh=words.zh, en=words.en) if words else Bilingual(zh=str(value), en=str(value))
