"""Examples in their short notation to facts; see docs/reference/rule-language.md."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from preaudit.case import Case, Facts, Material, PageLabel, PagingSeal, SigningPlace
from preaudit.document import Flaw, Mark, MarkKind, Origin, Quality, Segment
from preaudit.fields import (
    Area,
    Day,
    Evidence,
    Field,
    FieldState,
    Listing,
    LongTerm,
    Money,
    Number,
    RunnerUp,
    Text,
    Value,
)
from preaudit.geometry import Box
from preaudit.sheet import MediaType, Signal, Source
from rules_kg.language.scope import MARK_LISTS
from rules_kg.schema import Example
from rules_kg.vocabulary import Vocabulary

_CONFIDENCE = 0.95
_OWN = frozenset(
    {
        "file",
        "pages",
        "places",
        "labels",
        "paging_bare",
        "flaws",
        "settled",
        "runners_up",
        "confidence",
    }
) | frozenset(MARK_LISTS)


class ExampleError(Exception):
    """An example is not written as the notation asks."""


def example_facts(
    example: Example,
    given: Sequence[Mapping[str, Mapping[str, Any]]],
    vocabulary: Vocabulary,
    *,
    item: str = "construction-permit",
) -> Facts:
    """Return the facts that an example describes, of a case that applies for an item.

    Raises:
        ExampleError: It names an unknown kind or field, or a value does not fit its type.
    """
    papers = _papers(example, given)
    materials: list[Material] = []
    counts: dict[str, int] = {}
    for kind, entries in papers:
        counts[kind] = counts.get(kind, 0) + 1
        materials.append(_Writer(vocabulary, kind, counts[kind], entries).material())
    return Facts(
        case=Case(
            item=item,
            as_of=example.as_of,
            jurisdiction=example.jurisdiction,
            attributes=example.attributes or {},
        ),
        materials=tuple(materials),
        signals=tuple(_signal(one, materials) for one in example.signals or ()),
        unread=tuple(example.unread or ()),
    )


def _papers(
    example: Example, given: Sequence[Mapping[str, Mapping[str, Any]]]
) -> list[tuple[str, dict[str, Any]]]:
    """Return the papers of an example after what it changes, adds and leaves out."""
    base = example.papers if example.papers is not None else given
    named: dict[str, dict[str, Any]] = {}
    for paper in [*base, *(example.add or ())]:
        for kind, entries in paper.items():
            number = 1 + sum(name.partition("#")[0] == kind for name in named)
            named[f"{kind}#{number}"] = dict(entries or {})
    for name, changes in (example.change or {}).items():
        key = name if "#" in name else f"{name}#1"
        if key not in named:
            raise ExampleError(f"changes {name}, which is not among the papers")
        named[key] |= changes
    for name in example.without or ():
        gone = [key for key in named if key == name or key.partition("#")[0] == name]
        if not gone:
            raise ExampleError(f"leaves out {name}, which is not among the papers")
        for key in gone:
            del named[key]
    return [(name.partition("#")[0], entries) for name, entries in named.items()]


def _box(page: int, place: int) -> Box:
    """Return a box of its own for each entry, so that signals can point at one."""
    top = 0.02 + 0.018 * (place % 50)
    return Box(page=page, left=0.2, top=top, right=0.6, bottom=top + 0.012)


class _Writer:
    """Turns one paper's entries into a material."""

    def __init__(
        self, vocabulary: Vocabulary, kind: str, instance: int, entries: Mapping[str, Any]
    ) -> None:
        if kind not in vocabulary.kinds:
            raise ExampleError(f"unknown kind {kind!r}")
        self._kind = vocabulary.kinds[kind]
        self._vocabulary = vocabulary
        self._instance = instance
        self._entries = entries
        for name in entries:
            if name not in _OWN and name not in self._kind.fields:
                raise ExampleError(f"{kind} has no entry {name!r}")
        name = str(entries.get("file", f"{kind}-{instance}.pdf"))
        self._pages = int(entries.get("pages", 1))
        self._source = Source(
            name=name,
            sha256=hashlib.sha256(name.encode()).hexdigest(),
            sm3="0" * 64,
            media_type=MediaType.PDF,
            size_bytes=1,
            pages=self._pages,
        )

    def material(self) -> Material:
        confidence = float(self._entries.get("confidence", 0.99))
        return Material(
            source=self._source,
            segment=Segment(
                sha256=self._source.sha256,
                pages=tuple(range(1, self._pages + 1)),
                kind=self._kind.id,
                confidence=confidence,
                runners_up=tuple((one, 0.4) for one in self._entries.get("runners_up", ())),
                settled=bool(self._entries.get("settled", True)),
            ),
            instance=self._instance,
            fields=tuple(self._field(name, place) for place, name in enumerate(self._kind.fields)),
            marks=tuple(self._marks()),
            paging=tuple(self._paging()),
            places=tuple(self._places()),
            page_labels=tuple(self._labels()),
            qualities=tuple(self._quality(page) for page in range(1, self._pages + 1)),
        )

    def _evidence(self, quote: str, place: int) -> tuple[Evidence, ...]:
        return (
            Evidence(
                sha256=self._source.sha256,
                box=_box(1, place),
                quote=quote,
                confidence=_CONFIDENCE,
                origin=Origin.EMBEDDED,
            ),
        )

    def _field(self, name: str, place: int) -> Field:
        written = self._entries.get(name)
        if name not in self._entries:
            return _doubtful(name, FieldState.MISSING, ())
        if written is None:
            return _doubtful(name, FieldState.MISSING, self._evidence("", place))
        if written == "?":
            return _doubtful(name, FieldState.UNREADABLE, self._evidence("", place))
        if isinstance(written, str) and written.startswith("?"):
            readings = tuple(
                RunnerUp(raw=one, confidence=0.5, method="example")
                for one in written[1:].split("|")
            )
            evidence = self._evidence(written[1:], place)
            return _doubtful(name, FieldState.AMBIGUOUS, evidence, readings)
        return Field(
            name=name,
            state=FieldState.FOUND,
            raw=str(written),
            value=field_value(self._vocabulary.fields[name].type, written, name),
            evidence=self._evidence(str(written), place),
            confidence=_CONFIDENCE,
            method="example",
        )

    def _paging(self) -> Iterable[PagingSeal]:
        """Yield a paging seal that some pages do not bear."""
        bare = tuple(self._entries.get("paging_bare", ()))
        if bare:
            pages = tuple(number for number in range(1, self._pages + 1) if number not in bare)
            yield PagingSeal(edge="right", pages=pages, bare=bare, out_of_order=())

    def _marks(self) -> Iterable[Mark]:
        for entry, mark_id in MARK_LISTS.items():
            for written in self._entries.get(entry, ()):
                yield _mark(MarkKind(mark_id), written)
        for written in self._entries.get("places", ()):
            if written.get("filled") is True:
                kind = MarkKind.SIGNATURE if written["wants"] == "signature" else MarkKind.SEAL
                yield _mark(kind, {"text": str(written.get("text", "?"))})

    def _places(self) -> Iterable[SigningPlace]:
        places = self._entries.get("places", ())
        listed = sum(len(self._entries.get(entry, ())) for entry in MARK_LISTS)
        for index, written in enumerate(places):
            unknown = set(written) - {"role", "wants", "filled", "label", "page", "text"}
            if unknown:
                raise ExampleError(f"a place has no {min(unknown)!r}")
            filled = written.get("filled", True)
            before = sum(one.get("filled") is True for one in places[:index])
            yield SigningPlace(
                role=str(written["role"]),
                wants=str(written["wants"]),
                label=str(written.get("label", "签章")),
                box=_box(int(written.get("page", 1)), 40 + index),
                filled_by=(listed + before,) if filled is True else (),
                certain=filled != "?",
            )

    def _labels(self) -> Iterable[PageLabel]:
        for index, written in enumerate(self._entries.get("labels", ())):
            if written is not None:
                number, _, total = str(written).partition("/")
                yield PageLabel(
                    page=index + 1,
                    number=int(number),
                    total=int(total) if total else None,
                    box=_box(index + 1, 49),
                )

    def _quality(self, page: int) -> Quality:
        flaws = self._entries.get("flaws", ())
        here = (
            flaws.get(page, flaws.get(str(page), ()))
            if isinstance(flaws, Mapping)
            else (flaws if page == 1 else ())
        )
        return Quality(
            flaws=tuple(Flaw(one) for one in here), dpi=None, mean_confidence=_CONFIDENCE
        )


def _doubtful(
    name: str,
    state: FieldState,
    evidence: tuple[Evidence, ...],
    readings: tuple[RunnerUp, ...] = (),
) -> Field:
    return Field(
        name=name,
        state=state,
        raw="",
        value=None,
        evidence=evidence,
        confidence=_CONFIDENCE if state is FieldState.MISSING else 0.3,
        method="example",
        runners_up=readings,
    )


def _mark(kind: MarkKind, written: str | Mapping[str, Any]) -> Mark:
    facts = {"text": written} if isinstance(written, str) else dict(written)
    text = str(facts.get("text", facts.get("owner", "")))
    read = text not in {"", "?"}
    return Mark(
        kind=kind,
        box=_box(int(facts.get("page", 1)), 45),
        text=text if read else "",
        text_confidence=_CONFIDENCE if read else 0.0,
        shape=str(facts.get("shape", "round")),
        colour=str(facts.get("colour", "red")),
        confidence=float(facts.get("confidence", _CONFIDENCE)),
    )


def field_value(kind: str, written: Any, name: str) -> Value:
    """Return a written value as the vocabulary's type.

    Raises:
        ExampleError: It does not fit.
    """
    try:
        return _value(kind, written)
    except (ValueError, TypeError, InvalidOperation) as error:
        raise ExampleError(f"{written!r} is no {kind} for {name}") from error


def _value(kind: str, written: Any) -> Value:  # noqa: PLR0911 - one for each type
    match kind:
        case "money":
            return Money(yuan=Decimal(str(written)))
        case "area":
            return Area(m2=Decimal(str(written)))
        case "integer" | "decimal":
            return Number(number=Decimal(str(written)))
        case "date" if written == "long-term":
            return LongTerm()
        case "date":
            return Day(day=written if isinstance(written, date) else date.fromisoformat(written))
        case "list":
            return Listing(items=tuple([written] if isinstance(written, str) else written))
        case _:
            return Text(text=str(written))


def _signal(written: Mapping[str, Any], materials: Sequence[Material]) -> Signal:
    paper = str(written.get("paper", ""))
    found = next((one for one in materials if paper in {one.kind, one.key}), None)
    if found is None:
        raise ExampleError(f"a signal lies on {paper!r}, which is not among the papers")
    field = found.field(str(written.get("field", "")))
    box = field.evidence[0].box if field and field.evidence else None
    return Signal(
        name=str(written["name"]),
        sha256=found.source.sha256,
        page=1,
        box=box,
        note=str(written.get("note", "")),
        confidence=float(written.get("confidence", 0.9)),
    )
