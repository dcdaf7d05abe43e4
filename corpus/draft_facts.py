"""What papers print besides the fields of the vocabulary, and who seals and signs them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from corpus.values import Value
from corpus.world import Person, World


def person_facts(person: Person) -> dict[str, Value]:
    """Return what a certificate says of its holder besides the name."""
    return {
        "sex": "男" if person.male else "女",
        "born": person.born,
        "born_year": person.born.year,
        "born_month": person.born.month,
        "born_day": person.born.day,
    }


def facts_of(world: World, kind: str) -> dict[str, Value]:
    """Return further printed words of a paper that are no field of the vocabulary."""
    people = {"identity-card": world.agent, "supervisor-certificate": world.chief}
    facts = person_facts(people.get(kind, world.manager))
    facts.update(
        {key: world.numbers[key] for key in ("contract", "award", "unit", "serial", "phone")}
    )
    place = world.works.place
    facts.update(
        city=place.city,
        district=place.district,
        province=place.province,
        region=place.region,
        town=place.city[:-1],
        county=place.district[:-1],
        sign=place.sign,
        grade_word="一级" if world.works.large else "二级",
        region_gov=f"{place.region}人民政府",
        bureau=f"{place.region}住房和城乡建设局",
        bank=world.bank,
        agency_name=world.agency.name,
        developer_legal=world.developer.legal.name,
        contractor_legal=world.contractor.legal.name,
        supervisor_legal=world.supervisor.legal.name,
        reviewer_engineer=world.reviewer_engineer.name,
        contractor_address=world.contractor.address,
        supervisor_uscc_fact=world.supervisor.uscc,
        supervisor_address=world.supervisor.address,
        year=world.days["application_date"].year,
        price_supervision=(world.works.price * Decimal("0.0118")).quantize(Decimal("0.01")),
        premium=(world.works.price * Decimal("0.0012")).quantize(Decimal("0.01")),
        contractor_uscc_fact=world.contractor.uscc,
        agent_name_fact=world.agent.name,
        project_name_fact=world.works.name,
        site_address_fact=world.works.address,
        code_fact=world.works.code,
        area_fact=world.works.area,
        price_fact=world.works.price,
        developer_name_fact=world.developer.name,
        contractor_name_fact=world.contractor.name,
        supervisor_name_fact=world.supervisor.name,
        developer_uscc_fact=world.developer.uscc,
        developer_address_fact=world.developer.address,
        surveyor_name_fact=world.surveyor.name,
        designer_name_fact=world.designer.name,
        manager_fact=world.manager.name,
        manager_id_fact=world.manager.id_number,
        chief_fact=world.chief.name,
        agent_id_fact=world.agent.id_number,
        manager_no_fact=world.numbers[
            "constructor_first" if world.works.large else "constructor_second"
        ],
        real_estate_no_fact=world.numbers["real_estate"],
        planning_no_fact=world.numbers["planning"],
        permit_no_fact=f"{world.numbers['unit'][:6]}{world.days['start']:%Y%m%d}0101",
        start_fact=world.days["start"],
        finish_fact=world.days["finish"],
        contract_day_fact=world.days["contract"],
        award_day_fact=world.days["award"],
    )
    return facts


def parties_of(world: World, kind: str, values: Mapping[str, Value]) -> dict[str, str]:
    """Return who seals and signs a paper, by role."""
    authority = values.get("issuing_authority")
    holder = {"supervisor-certificate": world.chief}.get(kind, world.manager)
    return {
        "developer": world.developer.name,
        "contractor": world.contractor.name,
        "supervisor": world.supervisor.name,
        "surveyor": world.surveyor.name,
        "designer": world.designer.name,
        "drawing-reviewer": world.reviewer.name,
        "agency": world.agency.name,
        "authority": str(authority) if authority else f"{world.works.place.region}住房和城乡建设局",
        "bank": world.bank,
        "developer-legal": world.developer.legal.name,
        "contractor-legal": world.contractor.legal.name,
        "supervisor-legal": world.supervisor.legal.name,
        "project-manager": world.manager.name,
        "chief-supervisor": world.chief.name,
        "agent": world.agent.name,
        "reviewer-engineer": world.reviewer_engineer.name,
        "holder": holder.name,
    }
