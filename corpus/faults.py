"""Faults that can be planted in a case: at least one for every check a careful reviewer makes.

Each fault changes the world or one paper as little as it can and reports what it changed, what a
reviewer is expected to find, and which further checks may speak up without being wrong. Plain
faults are rows of the tables below; faults with an argument of their own are functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from corpus import fault_changes as change
from corpus import fault_papers as papers
from corpus.scene import Scene, UnplantableError
from corpus.values import Value

Plant = Callable[[Scene], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Differs:
    """One paper says something else than the others."""

    kinds: tuple[str, ...]
    """One of these papers is changed."""
    name: str
    """The field it says differently."""
    make: Callable[[Scene, Value], Value]
    own: Mapping[str, str] = field(default_factory=dict)
    """Kind to the field's name on that kind, where it is another one."""
    against: tuple[tuple[str, str], ...] = ()
    """Papers and fields that are named in the finding as well."""
    party: str = ""
    """The seal of this role changes with the name."""
    tolerated: tuple[str, ...] = ()


_FORM = "application-form"
_CONTRACT = "construction-contract"

DROPPED = (
    "application-form",
    "business-licence",
    "real-estate-certificate",
    "construction-planning-permit",
    "construction-contract",
    "drawing-review-certificate",
    "contractor-qualification",
    "safety-licence",
    "constructor-certificate",
    "safety-assessment-certificate",
    "funds-commitment",
    "hazardous-works-list",
    "award-notice",
    "supervision-contract",
    "supervisor-certificate",
    "power-of-attorney",
    "identity-card",
    "wage-account-proof",
    "injury-insurance-proof",
    "quality-safety-registration",
)
"""Kinds whose absence is a finding of its own."""

_HOLDER = {"contractor-qualification": "holder_name", "safety-licence": "holder_name"}

DIFFERS: Mapping[str, Differs] = {
    "agreement.developer_name": Differs(
        kinds=(
            "real-estate-certificate",
            "construction-planning-permit",
            "drawing-review-certificate",
            "award-notice",
        ),
        name="developer_name",
        make=change.other_company,
        party="developer",
        tolerated=("seals.owner_mismatch",),
    ),
    "agreement.developer_uscc": Differs(
        kinds=(_FORM,),
        name="developer_uscc",
        make=change.other_credit_code,
        against=(("business-licence", "holder_uscc"),),
    ),
    "agreement.legal_representative": Differs(
        kinds=("business-licence", "power-of-attorney"),
        name="legal_representative",
        make=change.other_person,
        against=((_FORM, "legal_representative"),),
        party="developer-legal",
    ),
    "agreement.project_name": Differs(
        kinds=("construction-planning-permit", "drawing-review-certificate", "award-notice"),
        name="project_name",
        make=change.other_phase,
    ),
    "agreement.site_address": Differs(
        kinds=("construction-planning-permit", "real-estate-certificate"),
        name="site_address",
        make=change.other_place,
    ),
    "agreement.project_code": Differs(
        kinds=("quality-safety-registration", _CONTRACT, "land-planning-permit"),
        name="project_code",
        make=change.other_project_code,
        against=((_FORM, "project_code"),),
    ),
    "agreement.contractor_name": Differs(
        kinds=("award-notice", "contractor-qualification", "safety-licence"),
        name="contractor_name",
        own=_HOLDER,
        make=change.other_company,
    ),
    "agreement.supervisor_name": Differs(
        kinds=("supervision-contract",),
        name="supervisor_name",
        make=change.other_company,
        party="supervisor",
        against=((_FORM, "supervisor_name"),),
        tolerated=("agreement.supervisor_employer", "seals.owner_mismatch"),
    ),
    "agreement.surveyor_designer": Differs(
        kinds=("drawing-review-certificate",),
        name="designer_name",
        make=change.other_company,
        against=((_FORM, "designer_name"),),
    ),
    "agreement.project_manager": Differs(
        kinds=("award-notice", _CONTRACT), name="project_manager", make=change.other_person
    ),
    "agreement.chief_supervisor": Differs(
        kinds=("supervision-contract",), name="chief_supervisor", make=change.other_person
    ),
    "agreement.manager_employer": Differs(
        kinds=("constructor-certificate", "safety-assessment-certificate"),
        name="employer_name",
        make=change.other_company,
        tolerated=("agreement.contractor_name",),
    ),
    "agreement.supervisor_employer": Differs(
        kinds=("supervisor-certificate",),
        name="employer_name",
        make=change.other_company,
        tolerated=("agreement.supervisor_name",),
    ),
    "agreement.price_award": Differs(
        kinds=("award-notice",),
        name="award_price",
        make=change.other_price,
        against=((_CONTRACT, "contract_price"),),
    ),
    "agreement.price_form": Differs(
        kinds=(_FORM,),
        name="contract_price",
        make=change.other_price,
        against=((_CONTRACT, "contract_price"),),
    ),
    "agreement.price_words": Differs(
        kinds=(_CONTRACT,),
        name="contract_price_words",
        make=change.other_price,
        against=((_CONTRACT, "contract_price"),),
    ),
    "agreement.duration": Differs(
        kinds=(_CONTRACT,), name="duration_days", make=change.other_duration
    ),
    "agreement.dates_form_contract": Differs(
        kinds=(_FORM,),
        name="planned_finish",
        make=change.later_finish,
        against=((_CONTRACT, "planned_finish"),),
        tolerated=("agreement.duration", "time.expires_during_works"),
    ),
    "fitness.qualification_scope": Differs(
        kinds=("contractor-qualification",), name="qualification", make=change.unfit_qualification
    ),
    "fitness.funds": Differs(
        kinds=("funds-commitment",),
        name="funds_amount",
        make=change.too_little,
        against=((_CONTRACT, "contract_price"),),
    ),
    "fitness.land_use": Differs(
        kinds=("real-estate-certificate",), name="land_use", make=change.unfit_land
    ),
    "time.expires_during_works": Differs(
        kinds=(
            "safety-licence",
            "contractor-qualification",
            "constructor-certificate",
            "safety-assessment-certificate",
        ),
        name="valid_until",
        make=change.ends_early,
    ),
}

LEFT_OUT: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "seals.form_developer": ((_FORM, ("seal:developer",)),),
    "seals.form_legal_signature": ((_FORM, ("signature:developer-legal",)),),
    "seals.contract_both": ((_CONTRACT, ("seal:contractor",)), (_CONTRACT, ("seal:developer",))),
    "seals.contract_paging": ((_CONTRACT, ("paging_seal",)),),
    "seals.land_paging": (("real-estate-certificate", ("paging_seal",)),),
    "seals.commitment": (
        ("funds-commitment", ("seal:developer",)),
        ("funds-commitment", ("signature:developer-legal",)),
    ),
    "seals.authority": tuple(
        (kind, ("seal:authority",))
        for kind in (
            "business-licence",
            "construction-planning-permit",
            "contractor-qualification",
            "safety-licence",
            "constructor-certificate",
            "safety-assessment-certificate",
            "supervisor-certificate",
        )
    ),
    "seals.attorney": (
        ("power-of-attorney", ("seal:developer",)),
        ("power-of-attorney", ("signature:developer-legal",)),
    ),
}
"""Check to the papers and marks of which one choice is left out."""

SPECIAL: Mapping[str, Plant] = {
    "completeness.blank_field": papers.blank_field,
    "completeness.illegible": papers.illegible,
    "completeness.wrong_kind": papers.wrong_kind,
    "completeness.page_missing": papers.page_missing,
    "seals.owner_mismatch": papers.owner_mismatch,
    "codes.uscc_checksum": change.wrong_credit_code,
    "codes.id_checksum": change.wrong_identity_number,
    "codes.project_code_format": change.malformed_project_code,
    "codes.permit_no_format": change.malformed_permit_number,
    "agreement.certificate_numbers": change.miscited_number,
    "agreement.agent": change.other_agent,
    "agreement.building_area": change.other_area,
    "agreement.building_area_sum": change.wrong_sum,
    "time.certificate_expired": change.expired,
    "time.order_award_contract": change.award_order,
    "time.order_finish_start": change.finish_before_start,
    "time.started_before_permit": change.started_early,
    "time.attorney_expired": change.attorney_expired,
    "time.future_date": change.future_date,
    "fitness.manager_grade": change.unfit_manager,
    "fitness.supervision_required": papers.supervision_missing,
    "authenticity.text_layer": papers.hidden_text,
    "authenticity.edited": papers.edited,
    "authenticity.local_edit": papers.pasted,
}

NEEDS_LARGE = frozenset(
    {"fitness.qualification_scope", "fitness.supervision_required", "fitness.manager_grade"}
)
NEEDS_TENDER = frozenset(
    {"completeness.award-notice", "agreement.price_award", "time.order_award_contract"}
)


def fault_ids() -> tuple[str, ...]:
    """Return the check ids that a fault can be planted for."""
    return tuple(
        sorted([*(f"completeness.{kind}" for kind in DROPPED), *DIFFERS, *LEFT_OUT, *SPECIAL])
    )


def plant(scene: Scene, checks: Sequence[str]) -> None:
    """Plant a fault for each check, in the order given.

    Raises:
        UnplantableError: A check is not known, or the case has no room for the fault.
    """
    for check in checks:
        if check in DIFFERS:
            _differ(scene, check, DIFFERS[check])
        elif check in LEFT_OUT:
            _leave_out(scene, check)
        elif check in SPECIAL:
            SPECIAL[check](scene)
        elif check.removeprefix("completeness.") in DROPPED:
            _drop(scene, check)
        else:
            raise UnplantableError(f"no fault is known for {check}")


def _drop(scene: Scene, check: str) -> None:
    kind = check.removeprefix("completeness.")
    scene.ruin((kind,))
    scene.drafts = [draft for draft in scene.drafts if draft.kind != kind]
    scene.report(check, [(kind, None)], f"no {kind} is handed in")


def _differ(scene: Scene, check: str, fault: Differs) -> None:
    scene.cite(*(other for other, _field in fault.against))
    if fault.name in ("planned_finish", "duration_days"):
        scene.claim("dates of the works")
    kind = scene.pick(fault.kinds)
    scene.cited.add(kind)
    name = fault.own.get(kind, fault.name)
    draft = scene.draft(kind)
    before = draft.values[name]
    after = fault.make(scene, before)
    scene.set(kind, name, after)
    if fault.party:
        draft.parties[fault.party] = str(after)
    for other_kind, other_field in fault.against:
        scene.prints.setdefault(other_kind, set()).add(other_field)
    scene.report(
        check,
        [(kind, name), *fault.against],
        f"{_words(after)} in place of {_words(before)}",
        tolerated=fault.tolerated,
    )


def _words(value: Value) -> str:
    return "、".join(value) if isinstance(value, tuple) else str(value)


_SEVERAL_PAGES = {
    _CONTRACT: ("gf2017", "short", "form"),
    "real-estate-certificate": ("booklet", "form", "electronic"),
}
"""Layouts that run over several pages, whatever their text."""


def _leave_out(scene: Scene, check: str) -> None:
    options = [
        option
        for option in LEFT_OUT[check]
        if scene.has(option[0]) and option[0] not in scene.touched
    ]
    if not options:
        raise UnplantableError(f"no paper is free for {check}")
    kind, marks = scene.rng.choice(options)
    scene.touched.add(kind)
    scene.draft(kind).absent.update(marks)
    if "paging_seal" in marks:
        scene.families[kind] = _SEVERAL_PAGES[kind]
    scene.report(check, [(kind, None)], f"missing: {', '.join(marks)}")
