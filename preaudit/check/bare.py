"""A case's facts as bare values: what each one is, and neither why nor where it stands.

A verdict over a million archived cases needs no reasons until it changes. So the same facts that
`World` gives with their reasons stand here without them: a value, or one of two unknowns. What is
rarely asked (places, signatures, page numbers) is asked of `World` and stripped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from preaudit.case import Facts
from preaudit.check.answers import Answer, Many
from preaudit.check.paper import Paper
from preaudit.check.signing import bears
from preaudit.check.slips import SURE, sure
from preaudit.check.subjects import Parameters, fits_type, typed
from preaudit.check.world import World
from preaudit.fields import FieldState
from rules_kg.graph import Graph
from rules_kg.language.scope import OF_EVERY_MATERIAL


class Unknown:
    """A value that is not known."""

    __slots__ = ("silent",)

    def __init__(self, *, silent: bool) -> None:
        self.silent = silent

    def __repr__(self) -> str:
        return "silent" if self.silent else "unknown"


K = TypeVar("K")
UNKNOWN: Final = Unknown(silent=False)
SILENT: Final = Unknown(silent=True)
"""Unknown only because nothing is printed, or the paper is absent."""


class Doubtful(str):
    """A text with a character that its reader was not sure of."""

    __slots__ = ()


class Series:
    """A list of which membership may be uncertain."""

    __slots__ = ("hidden", "items")

    def __init__(self, items: Sequence[tuple[Any, bool]], *, hidden: bool = False) -> None:
        """Take what it holds.

        Args:
            items: Each value with whether it may not belong to the list.
            hidden: Whether there may be more.
        """
        self.items = items
        self.hidden = hidden

    @property
    def certain(self) -> bool:
        """Whether its length is known."""
        return not self.hidden and not any(maybe for _, maybe in self.items)


class Kept(dict[K, Any]):
    """Values by key, each found when it is first asked for."""

    __slots__ = ("_find",)

    def __init__(self, find: Callable[[K], Any]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: K) -> Any:
        value = self[key] = self._find(key)
        return value


Members = Kept[str]
"""Values of a subject by name."""


class Bare:
    """A subject: its members, and whether each is there or its place is blank, by name."""

    def __init__(self, subject: Any) -> None:
        """Take a subject with reasons."""
        self.subject = subject

    @cached_property
    def members(self) -> Members:
        """Values by name."""
        return Members(lambda name: stripped(self.subject.member(name)))

    @cached_property
    def there(self) -> Members:
        """Whether a member is there, by name."""
        return Members(lambda name: stripped(self.subject.has(name)))

    @cached_property
    def blank(self) -> Members:
        """Whether a member's place is there and empty, by name."""
        return Members(lambda name: stripped(self.subject.blank(name)))


class BarePaper(Bare):
    """A paper."""

    def __init__(self, paper: Paper, types: Callable[[str], str]) -> None:
        super().__init__(paper)
        self.members = Members(_entries(paper, types))
        self.there = Members(self._is_there)
        self.blank = Members(self._is_blank)
        self.borne: dict[tuple[str, str], Any] = {}

    def _is_there(self, name: str) -> Any:
        value = self.members[name]
        if value is SILENT:
            return False
        return UNKNOWN if value is UNKNOWN else True

    def _is_blank(self, name: str) -> Any:
        there = self.there[name]
        if there is not False:
            return UNKNOWN if there is UNKNOWN else False
        field = self.subject.material.field(name)
        return field is not None and bool(field.evidence)

    def bears(self, role: str, function: str) -> Any:
        """Return whether the role's seal or signature stands on it."""
        key = (role, function)
        if key not in self.borne:
            self.borne[key] = stripped(bears(self.subject, role, function))
        return self.borne[key]


def _entries(paper: Paper, types: Callable[[str], str]) -> Callable[[str], Any]:
    fields = {field.name: field for field in reversed(paper.material.fields)}

    def member(name: str) -> Any:
        if name in OF_EVERY_MATERIAL:
            return stripped(paper.member(name))
        field = fields.get(name)
        if field is None or field.state is FieldState.MISSING:
            return SILENT
        if field.state is not FieldState.FOUND or not fits_type(field, types(name)):
            return UNKNOWN
        value = typed(field)
        if isinstance(value, str):
            doubted = any(one.confidence < SURE for one in field.evidence[:1])
            return Doubtful(value) if doubted else value
        if isinstance(value, Many):
            return stripped(paper.member(name))
        return value

    return member


def stripped(answer: Answer) -> Any:
    """Return an answer's bare value."""
    if not answer.known:
        return SILENT if answer.silent else UNKNOWN
    value: Any = answer.value
    if isinstance(value, str):
        return value if sure(answer) else Doubtful(value)
    if isinstance(value, Many):
        items = [(stripped(one.answer), bool(one.doubts)) for one in value.elements]
        return Series(items, hidden=bool(value.hidden))
    return Bare(value) if hasattr(value, "member") else value


_PARAMETERS: WeakKeyDictionary[Parameters, Bare] = WeakKeyDictionary()
"""Many cases are judged by the parameters of one place and day."""


class BareWorld:
    """The facts of a case as bare values; each is found once and kept."""

    def __init__(self, facts: Facts, graph: Graph, *, known_at: date | None = None) -> None:
        """Prepare a case; `world` has the same facts with their reasons."""
        self.world = World(facts, graph, known_at=known_at)
        self._types = self.world.wording.field_type
        self._bare: dict[int, BarePaper] = {}
        self.variables = Members(self._variable)
        self.papers: Kept[tuple[str, ...]] = Kept(self._papers)
        """The papers of these kinds."""
        self.handed_in: Kept[tuple[str, ...]] = Kept(self._handed_in)
        """Whether a paper of one of these kinds is in the case."""

    def _variable(self, name: str) -> Any:
        answer = self.world.variable(name)
        if isinstance(answer.value, Parameters):
            return _PARAMETERS.setdefault(answer.value, Bare(answer.value))
        return self._with_papers(answer)

    def _with_papers(self, answer: Answer) -> Any:
        if not answer.known:
            return stripped(answer)
        if isinstance(answer.value, Paper):
            return self._paper(answer.value)
        if isinstance(answer.value, Many):
            items = [
                (self._with_papers(one.answer), bool(one.doubts)) for one in answer.value.elements
            ]
            return Series(items, hidden=bool(answer.value.hidden))
        return stripped(answer)

    def _paper(self, paper: Paper) -> BarePaper:
        found = self._bare.get(id(paper))
        if found is None:
            found = self._bare[id(paper)] = BarePaper(paper, self._types)
        return found

    def _papers(self, kinds: tuple[str, ...]) -> Series:
        items = [
            (self._paper(paper), not paper.material.segment.settled)
            for kind in kinds
            for paper in self.world.papers_of(kind)
        ]
        return Series(items, hidden=bool(self.world.may_hide(kinds)))

    def _handed_in(self, kinds: tuple[str, ...]) -> Any:
        return stripped(self.world.handed_in(kinds))
