"""What each paper of a world says, before it is laid out: values by field, and who has to sign.

A draft is the unit that faults change. Layouts print a draft; truth is read off what they printed.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from corpus.chance import chance
from corpus.draft_facts import facts_of, parties_of, person_facts
from corpus.paper_numbers import YEAR
from corpus.values import LONG_TERM, Value, fields_of
from corpus.world import Organisation, World, names, street_address


@dataclass(slots=True, kw_only=True)
class Draft:
    """One paper to be made: its kind, what it says, who signs it, and what it leaves out."""

    kind: str
    values: dict[str, Value]
    facts: dict[str, Value]
    """Further printed words that are no field of the vocabulary (sex, phone, unit number)."""
    parties: dict[str, str]
    """Role to the name that its seal or signature bears."""
    flags: dict[str, str] = field(default_factory=dict)
    """Choices that are ticked."""
    absent: set[str] = field(default_factory=set)
    """Marks left out by a fault: `seal:<role>`, `signature:<role>`, `paging_seal`."""
    instance: str = ""
    """Tells two papers of a kind apart, such as the contractor's business licence."""


def drafts_of(world: World) -> list[Draft]:
    """Return all papers of a complete and faultless application."""
    rng = random.Random(f"drafts-{world.seed}")
    kinds = _special(world, rng)
    return [_draft(world, kind, kinds[kind]) for kind in kinds]


def second_licence(world: World) -> Draft:
    """Return the contractor's business licence."""
    rng = random.Random(f"licence-{world.seed}")
    draft = _draft(world, "business-licence", _licence(world, rng, world.contractor, "contractor"))
    draft.parties["authority"] = f"{world.contractor.place.city}市场监督管理局"
    draft.facts.update(person_facts(world.contractor.legal))
    draft.instance = "contractor"
    return draft


def other_paper(world: World) -> Draft:
    """Return a paper that is none of the kinds a permit asks for."""
    return _draft(world, "other", {})


def shared_values(world: World) -> dict[str, Value]:
    """Return what every paper of the application says in the same way, by field."""
    works, days, numbers = world.works, world.days, world.numbers
    return {
        "project_code": works.code,
        "project_name": works.name,
        "site_address": works.address,
        "building_area": works.area,
        "building_area_above": works.area_above,
        "building_area_below": works.area_below,
        "land_area": works.land_area,
        "land_use": works.land_use,
        "floors_above": works.floors_above,
        "floors_below": works.floors_below,
        "structure_type": works.structure,
        "developer_name": world.developer.name,
        "developer_uscc": world.developer.uscc,
        "developer_address": world.developer.address,
        "contractor_name": world.contractor.name,
        "contractor_uscc": world.contractor.uscc,
        "supervisor_name": world.supervisor.name,
        "supervisor_uscc": world.supervisor.uscc,
        "surveyor_name": world.surveyor.name,
        "designer_name": world.designer.name,
        "drawing_reviewer_name": world.reviewer.name,
        "legal_representative": world.developer.legal.name,
        "project_manager": world.manager.name,
        "project_manager_certificate_no": manager_number(world),
        "chief_supervisor": world.chief.name,
        "chief_supervisor_certificate_no": numbers["supervisor"],
        "agent_name": world.agent.name,
        "agent_id_number": world.agent.id_number,
        "real_estate_certificate_no": numbers["real_estate"],
        "land_planning_permit_no": numbers["land_permit"],
        "construction_planning_permit_no": numbers["planning"],
        "drawing_review_no": numbers["review"],
        "quality_safety_registration_no": numbers["registration"],
        "contract_price": works.price,
        "contract_price_words": works.price,
        "award_price": works.price,
        "funds_amount": works.price,
        "planned_start": days["start"],
        "planned_finish": days["finish"],
        "duration_days": (days["finish"] - days["start"]).days + 1,
        "contract_scope": works.scope,
        "application_date": days["application_date"],
    }


def manager_number(world: World) -> str:
    """Return the registration number of the project manager."""
    return world.numbers["constructor_first" if world.works.large else "constructor_second"]


def _draft(world: World, kind: str, special: Mapping[str, Value]) -> Draft:
    shared = shared_values(world)
    values = {name: shared[name] for name in fields_of(kind) if name in shared}
    values.update(special)
    works = world.works
    return Draft(
        kind=kind,
        values=values,
        facts=facts_of(world, kind),
        parties=parties_of(world, kind, values),
        flags={
            "use": works.use,
            "tender": "yes" if world.tender else "no",
            "funding": world.funding,
            "grade": "first" if works.large else "second",
        },
    )


def _special(world: World, rng: random.Random) -> dict[str, dict[str, Value]]:
    """Return what only one kind of paper says; the keys are all kinds of a full application."""
    days, numbers = world.days, world.numbers
    place = world.works.place
    attorney_end = days["attorney"] + timedelta(days=rng.choice((180, 364, 365, 540)))
    return {
        "application-form": {},
        "business-licence": _licence(world, rng, world.developer, "developer"),
        "real-estate-certificate": _land(world, rng),
        "land-planning-permit": {
            "certificate_no": numbers["land_permit"],
            "issuing_authority": f"{place.city}自然资源和规划局",
            "issued_on": days["land_permit"],
        },
        "construction-planning-permit": {
            "certificate_no": numbers["planning"],
            "issuing_authority": f"{place.city}自然资源和规划局",
            "issued_on": days["planning"],
        },
        "award-notice": {"issued_on": days["award"]},
        "construction-contract": {"signed_on": days["contract"]},
        "supervision-contract": {"signed_on": days["supervision"]},
        "drawing-review-certificate": {
            "certificate_no": numbers["review"],
            "issued_on": days["review"],
        },
        "contractor-qualification": _qualification(world, rng),
        "safety-licence": _safety(world, rng),
        "constructor-certificate": _constructor(world, rng),
        "safety-assessment-certificate": _assessment(world, rng),
        "supervisor-certificate": _supervisor(world, rng),
        "quality-safety-registration": {
            "certificate_no": numbers["registration"],
            "issuing_authority": f"{place.region}建设工程质量安全监督站",
            "issued_on": days["registration"],
        },
        "hazardous-works-list": {"signed_on": days["hazard"]},
        "funds-commitment": {"signed_on": days["commitment"]},
        "wage-account-proof": {
            "issuing_authority": world.bank,
            "issued_on": days["wage"],
            "account_no": numbers["account"],
        },
        "injury-insurance-proof": {
            "certificate_no": numbers["insurance"],
            "issuing_authority": f"{place.region}社会保险事业中心",
            "issued_on": days["insurance"],
            "insured_from": days["insurance"],
            "valid_until": days["finish"] + timedelta(days=rng.randint(20, 90)),
        },
        "identity-card": _identity(world, rng),
        "power-of-attorney": {
            "valid_from": days["attorney"],
            "valid_until": attorney_end,
            "signed_on": days["attorney"],
        },
    }


def _licence(world: World, rng: random.Random, owner: Organisation, role: str) -> dict[str, Value]:
    long_term = chance(rng, 0.5)
    end: Value = LONG_TERM if long_term else _add_years(owner.founded, 30)
    scope = rng.choice(names()["licence_scopes"][role])
    latest = (world.days["application_date"] - owner.founded).days - 60
    return {
        "legal_representative": owner.legal.name,
        "holder_name": owner.name,
        "holder_uscc": owner.uscc,
        "holder_address": owner.address,
        "business_scope": scope,
        "registered_capital": owner.capital,
        "established_on": owner.founded,
        "issuing_authority": f"{owner.place.region}市场监督管理局",
        "issued_on": owner.founded + timedelta(days=rng.randrange(200, latest)),
        "valid_from": owner.founded,
        "valid_until": end,
    }


def _land(world: World, rng: random.Random) -> dict[str, Value]:
    days = world.days
    since = days["land"] - timedelta(days=rng.randint(5, 60))
    years = (
        70 if world.works.use == "residential" else 40 if world.works.use == "commercial" else 50
    )
    return {
        "certificate_no": world.numbers["real_estate"],
        "right_type": "国有建设用地使用权",
        "issuing_authority": f"{world.works.place.city}自然资源和规划局",
        "issued_on": days["land"],
        "valid_from": since,
        "valid_until": _add_years(since, years) - timedelta(days=1),
    }


def _term(world: World, rng: random.Random, years: int) -> tuple[date, date]:
    """Return a term of that many years from before the application to after the works."""
    end = world.days["finish"] + timedelta(days=rng.randint(25, 110))
    begin = _add_years(end, -years) + timedelta(days=1)
    latest = world.days["application_date"] - timedelta(days=rng.randint(12, 60))
    begin = min(begin, latest)
    return begin, _add_years(begin, years) - timedelta(days=1)


def _add_years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _qualification(world: World, rng: random.Random) -> dict[str, Value]:
    begin, end = _term(world, rng, 5)
    grade = "一级" if world.works.large else rng.choice(("一级", "二级"))
    extra = rng.sample(
        (
            "市政公用工程施工总承包二级",
            "建筑装修装饰工程专业承包一级",
            "地基基础工程专业承包一级",
            "机电工程施工总承包三级",
            "消防设施工程专业承包二级",
        ),
        k=rng.randint(0, 2),
    )
    return {
        "certificate_no": world.numbers["qualification"],
        "legal_representative": world.contractor.legal.name,
        "holder_name": world.contractor.name,
        "holder_uscc": world.contractor.uscc,
        "holder_address": world.contractor.address,
        "qualification": (f"建筑工程施工总承包{grade}", *extra),
        "registered_capital": world.contractor.capital,
        "issuing_authority": f"{world.contractor.place.province}住房和城乡建设厅",
        "issued_on": begin,
        "valid_until": end,
    }


def _safety(world: World, rng: random.Random) -> dict[str, Value]:
    begin, end = _term(world, rng, 3)
    return {
        "certificate_no": world.numbers["safety"].replace(YEAR, str(begin.year)),
        "legal_representative": world.contractor.legal.name,
        "holder_name": world.contractor.name,
        "holder_uscc": world.contractor.uscc,
        "holder_address": world.contractor.address,
        "issuing_authority": f"{world.contractor.place.province}住房和城乡建设厅",
        "issued_on": begin,
        "valid_from": begin,
        "valid_until": end,
    }


def _constructor(world: World, rng: random.Random) -> dict[str, Value]:
    begin, end = _term(world, rng, 3)
    province = world.contractor.place.province
    authority = (
        "中华人民共和国住房和城乡建设部" if world.works.large else f"{province}住房和城乡建设厅"
    )
    return {
        "certificate_no": manager_number(world),
        "holder_person": world.manager.name,
        "employer_name": world.contractor.name,
        "id_number": world.manager.id_number,
        "speciality": (
            "建筑工程",
            *rng.sample(("市政公用工程", "机电工程"), k=rng.choice((0, 0, 1))),
        ),
        "issuing_authority": authority,
        "issued_on": begin,
        "valid_from": begin,
        "valid_until": end,
    }


def _assessment(world: World, rng: random.Random) -> dict[str, Value]:
    begin, end = _term(world, rng, 3)
    return {
        "certificate_no": world.numbers["assessment"].replace(YEAR, str(begin.year)),
        "holder_person": world.manager.name,
        "employer_name": world.contractor.name,
        "id_number": world.manager.id_number,
        "issuing_authority": f"{world.contractor.place.province}住房和城乡建设厅",
        "issued_on": begin,
        "valid_from": begin,
        "valid_until": end,
    }


def _supervisor(world: World, rng: random.Random) -> dict[str, Value]:
    begin, end = _term(world, rng, 3)
    return {
        "certificate_no": world.numbers["supervisor"],
        "holder_person": world.chief.name,
        "employer_name": world.supervisor.name,
        "id_number": world.chief.id_number,
        "speciality": ("房屋建筑工程", *rng.sample(("市政公用工程",), k=rng.choice((0, 1)))),
        "issuing_authority": "中华人民共和国住房和城乡建设部",
        "issued_on": begin,
        "valid_from": begin,
        "valid_until": end,
    }


def _identity(world: World, rng: random.Random) -> dict[str, Value]:
    place = world.works.place
    begin = world.days["application_date"] - timedelta(days=rng.randrange(400, 3000))
    adult = _add_years(world.agent.born, 46) <= begin
    home = street_address(rng, place, full=True)
    return {
        "holder_person": world.agent.name,
        "holder_address": f"{home}{rng.randrange(1, 30)}栋{rng.randrange(101, 2800)}室",
        "id_number": world.agent.id_number,
        "issuing_authority": f"{place.city}公安局{place.district[:-1]}分局",
        "valid_from": begin,
        "valid_until": LONG_TERM if adult else _add_years(begin, 20),
    }
