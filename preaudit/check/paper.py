"""What expressions can ask of a paper: entries, marks, places, pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, assert_never

from preaudit.case import Material, SigningPlace
from preaudit.check.answers import Answer, Doubt, Element, Many, Ref, merged, unknown
from preaudit.check.pages import gap_in_pages
from preaudit.check.subjects import (
    SURE_ENOUGH,
    MarkSubject,
    PlaceSubject,
    fits_type,
    known,
    typed,
    whole_page,
)
from preaudit.check.wording import Wording
from preaudit.document import Flaw, Mark, MarkKind, Origin
from preaudit.fields import Evidence, Field, FieldState, canonical
from preaudit.findings import About, Bilingual
from preaudit.geometry import Box
from rules_kg.language.scope import MARK_LISTS


class Paper:
    """A material of the case."""

    def __init__(self, material: Material, wording: Wording, claimed: str) -> None:
        self.material = material
        self._wording = wording
        self._claimed = claimed
        self._entries: dict[str, Answer] = {}

    @cached_property
    def ref(self) -> Ref:
        """The paper as a whole."""
        return self._about(None)

    def _about(self, name: str | None, **facts: Any) -> Ref:
        material = self.material
        about = About(kind=material.kind, field=name, material=material.key)
        facts.setdefault("confidence", material.segment.confidence)
        return Ref(about=about, file=material.source.name, **facts)

    def _seen(self, box: Box, quote: str, confidence: float = 1.0) -> Evidence:
        return Evidence(
            sha256=self.material.source.sha256,
            box=box,
            quote=quote,
            confidence=confidence,
            origin=Origin.OCR,
        )

    def shown(self) -> Bilingual:
        """Return the paper's title."""
        return self._wording.kind(self.material.kind)

    def member(self, name: str) -> Answer:
        """Return an entry of the paper, or something about it."""
        found = self._entries.get(name)
        if found is None:
            found = self._entries[name] = self._member(name)
        return found

    def _member(self, name: str) -> Answer:
        if name in MARK_LISTS:
            return self.marks(MARK_LISTS[name])
        if name == "places":
            return self.places
        about = _ABOUT.get(name)
        return about(self) if about is not None else self._entry(name)

    def _entry(self, name: str) -> Answer:
        field = self.material.field(name)
        if field is None:
            return self._missing(name, None)
        match field.state:
            case FieldState.FOUND if fits_type(field, self._wording.field_type(name)):
                return known(typed(field), self.field_ref(field))
            case FieldState.MISSING:
                return self._missing(name, field)
            case FieldState.FOUND | FieldState.UNREADABLE | FieldState.AMBIGUOUS:
                reason = self._wording.unclear(self.material, field)
                return unknown(Doubt(reason=reason, ref=self.field_ref(field)))
            case _ as unreachable:
                assert_never(unreachable)

    def field_ref(self, field: Field) -> Ref:
        """Return the fact that a field is."""
        best = field.evidence[:1]
        shown = canonical(field.value) if field.value is not None else ""
        return self._about(
            field.name,
            evidence=best,
            confidence=field.confidence,
            shown="、".join(shown) if isinstance(shown, list) else shown,
            personal=field.name.endswith("id_number"),
        )

    def _missing(self, name: str, field: Field | None) -> Answer:
        ref = self.field_ref(field) if field else self._about(name)
        reason = self._wording.missing(self.material, name)
        return unknown(Doubt(reason=reason, ref=ref), silent=True)

    def has(self, name: str) -> Answer:
        """Return whether an entry is there; unknown when it cannot be read."""
        found = self.member(name)
        if found.known:
            return Answer(value=True, because=found.because)
        if not found.silent:
            return found
        return Answer(value=False, because=merged(*(_refs(one) for one in found.doubts)))

    def blank(self, name: str) -> Answer:
        """Return whether an entry's place is there without an entry."""
        has = self.has(name)
        if not has.known:
            return has
        field = self.material.field(name)
        empty = has.value is False and field is not None and bool(field.evidence)
        return Answer(value=empty, because=has.because)

    @cached_property
    def flaws(self) -> tuple[Flaw, ...]:
        """All flaws of its pages."""
        return tuple(flaw for one in self.material.qualities for flaw in one.flaws)

    @property
    def poor(self) -> tuple[Doubt, ...]:
        """Why what is not seen on the paper may stand there nevertheless; empty when it may not."""
        if not self.flaws:
            return ()
        return (Doubt(reason=self._wording.poor_pages(self.material), ref=self.ref),)

    def marks(self, kind: str) -> Answer:
        """Return the paper's marks of a kind; those hardly seen may or may not be there."""
        elements = []
        for mark in self.material.marks:
            if mark.kind == kind:
                ref = self.mark_ref(mark)
                doubts: tuple[Doubt, ...] = ()
                if mark.confidence < SURE_ENOUGH:
                    doubts = (self._faint(ref),)
                if kind == MarkKind.PAGING_SEAL:
                    doubts += self._broken(ref)
                subject = MarkSubject(mark=mark, ref=ref)
                elements.append(Element(answer=known(subject, ref), doubts=doubts))
        return known(Many(elements=tuple(elements), hidden=self.poor), self.ref)

    def _broken(self, ref: Ref) -> tuple[Doubt, ...]:
        """Return where the fullest paging seal does not run on; nothing when it runs through."""
        seal = next(iter(self.material.paging), None)
        if seal is None or seal.whole:
            return ()
        pages = sorted({*seal.bare, *seal.out_of_order})
        shown = "、".join(map(str, pages))
        reason = Bilingual(
            zh=f"{self.shown().zh}的骑缝章在第{shown}页不连续，需核对是否换页",
            en=f"the paging seal does not run on at page {', '.join(map(str, pages))}",
        )
        return (Doubt(reason=reason, ref=ref),)

    def _faint(self, ref: Ref) -> Doubt:
        reason = Bilingual(
            zh=f"{self.shown().zh}上的印章或签字不能确定",
            en="whether a mark stands there is not sure",
        )
        return Doubt(reason=reason, ref=ref)

    def mark_ref(self, mark: Mark) -> Ref:
        """Return the fact that a mark is."""
        evidence = self._seen(mark.box, mark.text, mark.confidence)
        return self._about(None, evidence=(evidence,), confidence=mark.confidence, shown=mark.text)

    @cached_property
    def places(self) -> Answer:
        """The places that ask for a mark."""
        elements = tuple(
            Element(answer=known(self._place(place), self.place_ref(place)))
            for place in self.material.places
        )
        return known(Many(elements=elements, hidden=self.poor), self.ref)

    def _place(self, place: SigningPlace) -> PlaceSubject:
        return PlaceSubject(place=place, ref=self.place_ref(place), filled=self.filled(place))

    def filled(self, place: SigningPlace) -> Answer:
        """Return whether a place holds its mark."""
        marks = [self.material.marks[index] for index in place.filled_by]
        sure = [mark for mark in marks if mark.confidence >= SURE_ENOUGH]
        ref = self.place_ref(place)
        if sure:
            return known(True, ref, *(self.mark_ref(mark) for mark in sure))  # noqa: FBT003
        if place.certain and not marks:
            return known(False, ref)  # noqa: FBT003
        reason = Bilingual(
            zh=f"{self.shown().zh}“{place.label}”处是否已签章不能确定",
            en=f"whether the place {place.label!r} is filled is not sure",
        )
        return unknown(Doubt(reason=reason, ref=ref))

    def place_ref(self, place: SigningPlace) -> Ref:
        """Return the fact that a signing place is."""
        evidence = self._seen(place.box, place.label)
        return self._about(None, evidence=(evidence,), shown=place.label)

    def _kind(self) -> Answer:
        segment = self.material.segment
        if segment.settled:
            return known(segment.kind, self.ref)
        return unknown(Doubt(reason=self._wording.unsettled(self.material), ref=self.ref))

    def _claimed_kind(self) -> Answer:
        if self._claimed:
            return known(self._claimed, self.ref)
        reason = Bilingual(zh="文件名未指明材料种类", en="the file's name claims no other kind")
        return unknown(Doubt(reason=reason, ref=self.ref), silent=True)

    def _legible(self) -> Answer:
        flawed = [
            (page, one.flaws)
            for page, one in zip(self.material.segment.pages, self.material.qualities, strict=False)
            if one.flaws
        ]
        if not flawed:
            return known(True, self.ref)  # noqa: FBT003
        pages = [page for page, flaws in flawed if set(flaws) != {Flaw.NOT_READ}]
        if pages:
            return known(False, *(self._page_ref(page) for page in pages))  # noqa: FBT003
        return unknown(*self.poor)

    def _page_ref(self, page: int) -> Ref:
        evidence = self._seen(whole_page(page), "")
        return self._about(None, evidence=(evidence,))

    def _page_gap(self) -> Answer:
        gap, labels = gap_in_pages(self.material)
        refs = [
            self._about(
                None,
                evidence=(self._seen(label.box, f"{label.number}/{label.total or '?'}"),),
            )
            for label in labels
        ] or [self.ref]
        if gap is not None:
            return known(gap, *refs)
        reason = Bilingual(
            zh=f"{self.shown().zh}的页码与页数不一致，需人工核对",
            en="page numbers and the number of pages do not fit",
        )
        return unknown(Doubt(reason=reason, ref=refs[0]))

    def _flaws(self) -> Answer:
        named = dict.fromkeys(flaw.value for flaw in self.flaws)
        elements = tuple(Element(answer=known(name, self.ref)) for name in named)
        return known(Many(elements=elements), self.ref)


_ABOUT: dict[str, Callable[[Paper], Answer]] = {
    "kind": Paper._kind,  # noqa: SLF001 - a table of this class's own methods
    "claimed_kind": Paper._claimed_kind,  # noqa: SLF001
    "legible": Paper._legible,  # noqa: SLF001
    "page_gap": Paper._page_gap,  # noqa: SLF001
    "flaws": Paper._flaws,  # noqa: SLF001
    "instance": lambda paper: known(paper.material.instance, paper.ref),
    "file": lambda paper: known(paper.material.source.name, paper.ref),
    "media_type": lambda paper: known(paper.material.source.media_type.value, paper.ref),
    "page_count": lambda paper: known(len(paper.material.segment.pages), paper.ref),
    "settled": lambda paper: known(paper.material.segment.settled, paper.ref),
}
"""Members of a paper that are not entries on it."""


def _refs(doubt: Doubt) -> tuple[Ref, ...]:
    return (doubt.ref,) if doubt.ref else ()
