"""Faults of the paper as a thing: blank, unreadable, mixed up, incomplete, tampered with."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from functools import partial

from corpus.compose import compose
from corpus.drafts import Draft, other_paper
from corpus.paper import Paper
from corpus.scene import Scene
from corpus.tampering import (
    edited_after_signing,
    pasted_over,
    spoiled,
    with_hidden_text,
    without_page,
    without_spoiled,
)

_FORM = "application-form"
_CONTRACT = "construction-contract"
_DATED = (
    "safety-assessment-certificate",
    "safety-licence",
    "constructor-certificate",
    "contractor-qualification",
    "supervisor-certificate",
)


def blank_field(scene: Scene) -> None:
    """Leave a required entry of the application form empty."""
    scene.cite(_FORM)
    name = scene.rng.choice(
        (
            "site_address",
            "structure_type",
            "planned_start",
            "developer_address",
            "legal_representative",
            "project_code",
            "drawing_review_no",
            "designer_name",
        )
    )
    del scene.draft(_FORM).values[name]
    scene.report("completeness.blank_field", [(_FORM, name)], f"{name} is left empty")


def illegible(scene: Scene) -> None:
    """Make a page unreadable in its scan."""
    kind = scene.ruin(
        (
            _CONTRACT,
            "real-estate-certificate",
            "injury-insurance-proof",
            "hazardous-works-list",
            "construction-planning-permit",
            "safety-licence",
        )
    )
    manner = scene.rng.choice(("blank", "dark", "cut", "coarse"))
    page = 2 if kind in (_CONTRACT, "real-estate-certificate") else 1
    scene.channels[kind] = scene.rng.choice(("scan", "scan-colour"))
    scene.retouches[kind] = spoiled(page, manner)
    if page > 1:
        scene.families[kind] = ("gf2017", "booklet")
    scene.after_channel[kind] = partial(without_spoiled, page=page)
    tolerated = [
        f"completeness.{kind}",
        "seals.authority",
        "seals.contract_both",
        "seals.contract_paging",
        "seals.land_paging",
        "completeness.page_missing",
    ]
    scene.report(
        "completeness.illegible", [(kind, None)], f"page {page} is {manner}", tolerated=tolerated
    )


def wrong_kind(scene: Scene) -> None:
    """Hand in another paper under the name of one that is asked for."""
    kind = scene.ruin(
        (
            "safety-licence",
            "drawing-review-certificate",
            "funds-commitment",
            "hazardous-works-list",
            "injury-insurance-proof",
        )
    )
    place = next(index for index, draft in enumerate(scene.drafts) if draft.kind == kind)
    stand_in = other_paper(scene.world)
    stand_in.instance = f"wrong-{kind}"
    scene.drafts[place] = stand_in
    scene.named_as[stand_in.instance] = kind
    scene.report(
        "completeness.wrong_kind",
        [(kind, None)],
        f"other material handed in as {kind}",
        tolerated=(f"completeness.{kind}",),
    )


def page_missing(scene: Scene) -> None:
    """Take a numbered page out of the contract."""
    scene.ruin((_CONTRACT,))
    scene.families[_CONTRACT] = ("gf2017", "form")

    def take_out(_draft: Draft, _family: str, paper: Paper) -> Paper:
        told = {spot.page for places in paper.spots.values() for spot in places}
        quiet = [page for page in range(3, paper.page_count) if page not in told]
        return without_page(paper, quiet[0] if quiet else paper.page_count)

    scene.after_print[_CONTRACT] = take_out
    scene.report(
        "completeness.page_missing",
        [(_CONTRACT, None)],
        "a numbered page is missing",
        tolerated=("seals.contract_both", "seals.contract_paging"),
    )


def owner_mismatch(scene: Scene) -> None:
    """Put another company's seal in a party's place."""
    kind, role = scene.rng.choice(
        [
            (kind, role)
            for kind, role in (
                ("funds-commitment", "developer"),
                ("power-of-attorney", "developer"),
                (_CONTRACT, "contractor"),
                ("award-notice", "developer"),
            )
            if scene.has(kind) and kind not in scene.touched
        ]
    )
    scene.touched.add(kind)
    stranger = scene.world.agency.name if role == "contractor" else scene.world.surveyor.name
    scene.draft(kind).parties[role] = stranger
    scene.report(
        "seals.owner_mismatch",
        [(kind, None)],
        f"the seal in the {role}'s place is that of {stranger}",
        tolerated=("seals.commitment", "seals.attorney", "seals.contract_both"),
    )


def supervision_missing(scene: Scene) -> None:
    """Have large works name no supervisor anywhere and hand in nothing of one."""
    gone = ("supervision-contract", "supervisor-certificate")
    scene.cite(_FORM)
    for kind in gone:
        scene.ruin((kind,))
    scene.drafts = [draft for draft in scene.drafts if draft.kind not in gone]
    for draft in scene.drafts:
        for name in (
            "supervisor_name",
            "supervisor_uscc",
            "chief_supervisor",
            "chief_supervisor_certificate_no",
        ):
            draft.values.pop(name, None)
    scene.report(
        "fitness.supervision_required",
        [(_FORM, "supervisor_name")],
        "the form names no supervisor",
        tolerated=("completeness.blank_field", *(f"completeness.{kind}" for kind in gone)),
    )


def hidden_text(scene: Scene) -> None:
    """Have a native page show another date than its text layer says."""
    kind = scene.pick(_DATED)
    scene.channels[kind] = "native"
    scene.prints.setdefault(kind, set()).add("valid_until")
    shown = scene.draft(kind).values["valid_until"]
    assert isinstance(shown, date)  # noqa: S101 (certificates of these kinds have a term)
    said = shown.replace(year=shown.year - 3, day=min(shown.day, 28))

    def hide(draft: Draft, family: str, paper: Paper) -> Paper:
        other = deepcopy(draft)
        other.values["valid_until"] = said
        return with_hidden_text(paper, compose(other, family, scene.seed), "valid_until")

    scene.after_print[kind] = hide
    scene.report(
        "authenticity.text_layer",
        [(kind, "valid_until")],
        f"the text layer says {said}, the page shows {shown}",
    )


def edited(scene: Scene) -> None:
    """Have a signed file changed after it was signed."""
    kind = scene.pick((*_DATED, "business-licence", "construction-planning-permit"))
    scene.channels[kind] = "native"

    def edit(_draft: Draft, _family: str, paper: Paper) -> Paper:
        return edited_after_signing(paper, scene.rng)

    scene.after_print[kind] = edit
    scene.report("authenticity.edited", [(kind, None)], "the file was changed after it was signed")


def pasted(scene: Scene) -> None:
    """Paste over the end of a certificate's term in its scan."""
    kind = scene.pick(_DATED)
    scene.channels[kind] = "scan-colour"
    scene.prints.setdefault(kind, set()).add("valid_until")
    scene.retouches[kind] = pasted_over("valid_until", scene.seed)
    scene.report(
        "authenticity.local_edit",
        [(kind, "valid_until")],
        "the place of valid_until was pasted over in the scan",
    )
