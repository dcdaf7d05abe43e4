"""Whether a paper bears the seal or the signature of a role."""

from __future__ import annotations

from decimal import Decimal

from preaudit.case import SigningPlace
from preaudit.check.answers import Answer, Doubt, either, unknown
from preaudit.check.folding import same_name, same_person
from preaudit.check.functions import rim_likeness
from preaudit.check.paper import Paper
from preaudit.check.subjects import SURE_ENOUGH, known
from preaudit.document import Mark, MarkKind, Origin
from preaudit.findings import Bilingual

_PERHAPS_MISREAD = Decimal("0.6")
"""A name this much like the owner's may be the owner's, read wrongly along the rim of a seal."""
AUTHORITY = "issuing-authority"
_PERSONS = frozenset({"legal-representative", "agent", "project-manager", "chief-supervisor"})
_NAMES = {
    "legal-representative": "legal_representative",
    "agent": "agent_name",
    "project-manager": "project_manager",
    "chief-supervisor": "chief_supervisor",
}
_WANTS = {"sealed": (MarkKind.SEAL, "seal"), "signed": (MarkKind.SIGNATURE, "signature")}


def bears(paper: Paper, role: str, function: str) -> Answer:
    """Return whether the role's seal (`sealed`) or signature (`signed`) stands on a paper.

    True when a place that asks for it is filled, or a seal bears the name that the paper gives the
    role; an authority's seal is any seal that is not of the paper's holder. False when the place is
    surely bare and no mark on the paper could be it, or a drawn paper has neither place nor mark.
    Unknown otherwise.
    """
    kind, wanted = _WANTS[function]
    places = [
        place for place in paper.material.places if place.role == role and place.wants == wanted
    ]
    answers = [paper.filled(place) for place in places]
    marks = [mark for mark in paper.material.marks if mark.kind is kind]
    stray = _stray(paper, marks, places)
    answers += [_owned(paper, mark, role) for mark in stray]
    if places or (not marks and not paper.poor and not _pictured(paper)):
        bare = known(False, paper.ref)  # noqa: FBT003
        return either(*answers) if answers else bare
    elsewhere = [mark for mark in marks if mark not in stray]
    if not stray and (elsewhere or _pictured(paper)):
        reason = Bilingual(
            zh=f"未找到{paper.shown().zh}上该签章的位置，需人工查看",
            en=f"the place for this mark was not found on the {paper.shown().en}",
        )
        answers.append(unknown(Doubt(reason=reason, ref=paper.ref)))
    answers += [unknown(*paper.poor)] if paper.poor else []
    return either(*answers)


def _pictured(paper: Paper) -> bool:
    """Return whether a paper was read off pictures: words that ask for a mark may be missing."""
    return any(
        evidence.origin is Origin.OCR
        for field in paper.material.fields
        for evidence in field.evidence
    )


def _stray(paper: Paper, marks: list[Mark], places: list[SigningPlace]) -> list[Mark]:
    """Return the marks that fill no place of another role."""
    taken = {
        index for place in paper.material.places if place not in places for index in place.filled_by
    }
    return [mark for mark in marks if paper.material.marks.index(mark) not in taken]


def _owned(paper: Paper, mark: Mark, role: str) -> Answer:
    """Return whether a mark is of a role, by the name on it."""
    ref = paper.mark_ref(mark)
    unsure = Doubt(
        reason=Bilingual(
            zh=f"{paper.shown().zh}上的印章或签字属于谁不能确定",
            en=f"whose mark stands on the {paper.shown().en} is not sure",
        ),
        ref=ref,
    )
    if mark.confidence < SURE_ENOUGH:
        return unknown(unsure)
    read = bool(mark.text) and mark.text_confidence >= SURE_ENOUGH
    if role == AUTHORITY:
        holder = _value(paper, "holder_name") or _value(paper, "developer_name")
        return known(not (read and holder and same_name(mark.text, holder)), ref)
    owner = _value(paper, _NAMES.get(role, f"{role.replace('-', '_')}_name"))
    if not read or not owner:
        return unknown(unsure)
    same = same_person if role in _PERSONS else same_name
    if same(mark.text, owner):
        return known(True, ref)  # noqa: FBT003
    if rim_likeness(mark.text, owner) >= _PERHAPS_MISREAD:
        return unknown(unsure)
    return known(False, ref)  # noqa: FBT003


def _value(paper: Paper, field: str) -> str:
    found = paper.member(field)
    return str(found.value) if found.known else ""
