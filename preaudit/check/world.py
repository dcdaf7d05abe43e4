"""What the variables of an expression stand for in one case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from weakref import WeakKeyDictionary

from preaudit.case import Facts, Material
from preaudit.check.answers import Answer, Doubt, Element, Many, Ref, Value, merged, unknown
from preaudit.check.pages import claimed_kinds
from preaudit.check.paper import Paper
from preaudit.check.subjects import (
    Absent,
    Parameters,
    Plain,
    known,
    listed,
    plain,
    signal_subject,
    whole_page,
)
from preaudit.check.wording import Wording
from preaudit.document import Origin
from preaudit.fields import Evidence, Field
from preaudit.findings import About, Bilingual
from preaudit.sheet import Signal
from rules_kg.graph import Graph
from rules_kg.snapshot import Snapshot

_FILED = "application_date"


class World:
    """The facts of a case as the language sees them; answers are made once and kept."""

    def __init__(
        self,
        facts: Facts,
        graph: Graph,
        *,
        known_at: date | None = None,
        law_at: date | None = None,
    ) -> None:
        self._facts = facts
        self._graph = graph
        self._known_at = known_at
        self._law_at = law_at
        self.wording = Wording(vocabulary=graph.vocabulary)
        materials = sorted(
            facts.materials,
            key=lambda one: (one.kind, one.instance, one.source.name, one.segment.pages),
        )
        claimed = claimed_kinds(materials, graph.vocabulary.kinds)
        self.papers = tuple(
            Paper(one, self.wording, claimed.get(one.source.sha256, "")) for one in materials
        )
        self._of_kind: dict[str, list[Paper]] = {}
        for paper in self.papers:
            self._of_kind.setdefault(paper.material.kind, []).append(paper)
        self._vague = tuple(paper for paper in self.papers if _is_vague(paper.material))
        self._variables: dict[str, Answer] = {}
        self._kinds = {kind.variable: kind.id for kind in graph.vocabulary.kinds.values()}

    @cached_property
    def law_day(self) -> date:
        """The day whose law decides: of the application where it is known, else of the review."""
        if self._law_at is not None:
            return self._law_at
        filed = self.variable("filed_on").value
        today = self._facts.case.as_of
        return min(filed, today) if isinstance(filed, date) else today

    @cached_property
    def snapshot(self) -> Snapshot:
        """The law of that day, as it was known on the day that is asked about."""
        return self._graph.at(as_of=self.law_day, known_at=self._known_at)

    def variable(self, name: str) -> Answer:
        """Return what a name stands for.

        Raises:
            KeyError: No variable of this name; the type check lets none through.
        """
        found = self._variables.get(name)
        if found is None:
            found = self._variables[name] = self._make(name)
        return found

    def _make(self, name: str) -> Answer:
        if name in self._kinds:
            return self._first(self._kinds[name])
        made: Mapping[str, object] = {
            "case": self._case,
            "today": self._today,
            "filed_on": self._filed_on,
            "materials": self._materials,
            "signals": self._signals,
            "unread": self._unread,
            "param": self._param,
        }
        make = made[name]
        assert callable(make)  # noqa: S101 - the table above holds methods only
        answer = make()
        assert isinstance(answer, Answer)  # noqa: S101
        return answer

    def _case(self) -> Answer:
        case = self._facts.case
        nothing = Bilingual(zh="申报系统未提供该项信息", en="the applicant's system does not say")
        said = {name: known(value) for name, value in case.attributes.items()}
        attributes = Plain(said, nothing, Bilingual(zh="项目属性", en="attributes"))
        values: dict[str, Value] = {
            "item": case.item,
            "as_of": case.as_of,
            "jurisdiction": case.jurisdiction,
            "attributes": attributes,
        }
        title = Bilingual(zh="案件", en="case")
        return known(Plain({name: known(one) for name, one in values.items()}, nothing, title))

    def _today(self) -> Answer:
        return known(self._facts.case.as_of)

    def _filed_on(self) -> Answer:
        item = self._graph.items.get(self._facts.case.item)
        form = item.form if item and item.form else ""
        forms = [paper for paper in self.papers if self._surely(paper, form)]
        if not forms:
            return self._today()
        filed = forms[0].member(_FILED)
        if not filed.known and filed.silent:
            return self._today()
        return filed

    def _surely(self, paper: Paper, kind: str) -> bool:
        return paper.material.kind == kind and paper.material.segment.settled

    def _first(self, kind: str) -> Answer:
        for paper in self.papers:
            if self._surely(paper, kind):
                return known(paper, paper.ref)
        doubts = [self._unsettled(paper) for paper in self.papers if paper.material.kind == kind]
        silent = not doubts
        about = Ref(about=About(kind=kind, field=None, material=None))
        missing = Doubt(reason=self.wording.absent(kind), ref=about)
        title = self.wording.kind(kind)
        return known(Absent(*(doubts or [missing]), silent=silent, name=title))

    def _unsettled(self, paper: Paper) -> Doubt:
        return Doubt(reason=self.wording.unsettled(paper.material), ref=paper.ref)

    @cached_property
    def _unread_doubts(self) -> tuple[Doubt, ...]:
        return tuple(Doubt(reason=self.wording.unread(one)) for one in sorted(self._facts.unread))

    def papers_of(self, kind: str) -> Sequence[Paper]:
        """Return the papers of a kind, settled or not."""
        return self._of_kind.get(kind, ())

    def of_kinds(self, kinds: tuple[str, ...]) -> Answer:
        """Return the papers of these kinds, in the order the kinds are named."""
        elements = [
            Element(
                answer=known(paper, paper.ref),
                doubts=() if paper.material.segment.settled else (self._unsettled(paper),),
            )
            for kind in kinds
            for paper in self.papers_of(kind)
        ]
        abouts = (Ref(about=About(kind=kind, field=None, material=None)) for kind in kinds)
        hidden = self.may_hide(kinds)
        return known(Many(elements=tuple(elements), hidden=hidden), *abouts)

    def may_hide(self, kinds: tuple[str, ...]) -> tuple[Doubt, ...]:
        """Return why a paper of these kinds may be in the case though none is settled as one."""
        wanted = frozenset(kinds)
        return merged(
            self._unread_doubts,
            (
                self._unsettled(paper)
                for paper in self._vague
                if paper.material.kind not in wanted and _may_be(paper.material, wanted)
            ),
        )

    def handed_in(self, kinds: tuple[str, ...]) -> Answer:
        """Return whether a paper of one of these kinds is in the case."""
        sure = [
            paper.ref
            for kind in kinds
            for paper in self.papers_of(kind)
            if self._surely(paper, kind)
        ]
        if sure:
            return known(True, *sure)  # noqa: FBT003
        doubts = merged(
            (self._unsettled(paper) for paper in self.papers if paper.material.kind in kinds),
            self.may_hide(kinds),
        )
        absent = tuple(Ref(about=About(kind=kind, field=None, material=None)) for kind in kinds)
        if not doubts:
            return known(False, *absent)  # noqa: FBT003
        missing = (Doubt(reason=self.wording.absent(ref.about.kind), ref=ref) for ref in absent)
        return unknown(*missing, *doubts)

    def _materials(self) -> Answer:
        elements = tuple(Element(answer=known(paper, paper.ref)) for paper in self.papers)
        return known(Many(elements=elements, hidden=self._unread_doubts))

    def _unread(self) -> Answer:
        return known(listed(tuple(sorted(self._facts.unread))))

    def _param(self) -> Answer:
        place = self._facts.case.jurisdiction
        by_place = _PARAMETERS.setdefault(self.snapshot, {})
        if place not in by_place:
            values = self.snapshot.values(place)
            by_place[place] = Parameters({name: plain(one) for name, one in values.items()})
        return known(by_place[place])

    def _signals(self) -> Answer:
        ordered = sorted(
            self._facts.signals, key=lambda one: (one.sha256, one.page or 0, one.name, one.note)
        )
        elements = []
        for signal in ordered:
            paper = self._paper_of(signal)
            ref = self._signal_ref(signal, paper)
            kind = self.wording.kind(ref.about.kind)
            subject = signal_subject(signal, file=ref.file, kind=kind, ref=ref)
            elements.append(Element(answer=known(subject, ref)))
        return known(Many(elements=tuple(elements)))

    def _paper_of(self, signal: Signal) -> Paper | None:
        return next(
            (
                paper
                for paper in self.papers
                if paper.material.source.sha256 == signal.sha256
                and (signal.page is None or signal.page in paper.material.segment.pages)
            ),
            None,
        )

    def _signal_ref(self, signal: Signal, paper: Paper | None) -> Ref:
        evidence = Evidence(
            sha256=signal.sha256,
            box=signal.box or whole_page(signal.page or 1),
            quote=signal.note,
            confidence=signal.confidence,
            origin=Origin.OCR,
        )
        field = _touched(signal, paper.material) if paper else None
        about = About(
            kind=paper.material.kind if paper else "other",
            field=field.name if field else None,
            material=paper.material.key if paper else None,
        )
        file = paper.material.source.name if paper else ""
        return Ref(
            about=about,
            evidence=(evidence,),
            confidence=signal.confidence,
            shown=signal.note,
            file=file,
        )


_PARAMETERS: WeakKeyDictionary[Snapshot, dict[str, Parameters]] = WeakKeyDictionary()
"""By place; many cases are judged by the parameters of one snapshot."""


def _is_vague(material: Material) -> bool:
    """Whether a paper's kind is not settled, or it is one of none of our kinds and not legible."""
    if not material.segment.settled:
        return True
    return material.kind == "other" and any(not one.legible for one in material.qualities)


def _may_be(material: Material, wanted: frozenset[str]) -> bool:
    """Whether a paper that is not settled, or not legible, may be of one of these kinds."""
    if material.segment.settled:
        return _is_vague(material)
    likely = {kind for kind, _ in material.segment.runners_up}
    return bool(likely & wanted) or not likely


def _touched(signal: Signal, material: Material) -> Field | None:
    """Return the entry that a signal's box covers most of, if any."""
    if signal.box is None:
        return None
    covered = [
        (signal.box.overlap(evidence.box) / max(evidence.box.area, 1e-9), field.name, field)
        for field in material.fields
        for evidence in field.evidence
    ]
    share, _, field = max(covered, key=lambda one: one[:2], default=(0.0, "", None))
    return field if share > 0 else None
