"""Faults that change what papers say: another name, number, date or amount."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from corpus import codes
from corpus.chance import chance
from corpus.scene import Scene, UnplantableError
from corpus.values import Value
from corpus.world import make_person, names, places, street_address

_FORM = "application-form"
_CONTRACT = "construction-contract"


# --- another value in place of one (rows of faults.DIFFERS) ---------------------------------------


def other_company(scene: Scene, value: Value) -> Value:
    """Return the name of another company, often hardly different."""
    name = str(value)
    manners = [
        name.replace("有限公司", "集团有限公司", 1),
        name.replace("有限公司", "股份有限公司", 1),
    ]
    brand = scene.rng.choice(names()["brand_first"]) + scene.rng.choice(names()["brand_second"])
    place = scene.world.works.place.city[:-1]
    manners.append(place + brand + name[-8:])
    odd = ("集团集团", "股份股份", "股份集团")
    fitting = [one for one in manners if one != name and not any(word in one for word in odd)]
    return str(scene.rng.choice(fitting))


def other_person(scene: Scene, value: Value) -> Value:
    """Return the name of another person."""
    while True:
        name = make_person(scene.rng).name
        if name != value:
            return name


def other_credit_code(scene: Scene, _value: Value) -> Value:
    """Return another valid credit code of the same division."""
    return codes.credit_code(scene.rng, scene.world.developer.place.area_code)


def other_phase(scene: Scene, value: Value) -> Value:
    """Return the name of another phase, or of the works under another brand."""
    name = str(value)
    for one, other in (
        ("一期", "二期"),
        ("二期", "三期"),
        ("三期", "一期"),
        ("A区", "B区"),
        ("B地块", "C地块"),
    ):
        if one in name:
            return name.replace(one, other)
    brand = scene.rng.choice(names()["brand_first"]) + scene.rng.choice(names()["brand_second"])
    return str(brand + name[2:])


def other_place(scene: Scene, _value: Value) -> Value:
    """Return an address in another city."""
    here = scene.world.works.place
    there = scene.rng.choice([place for place in places() if place.city != here.city])
    return street_address(scene.rng, there, full=False)


def other_project_code(scene: Scene, value: Value) -> Value:
    """Return the code with another serial number."""
    head = str(value)[:-6]
    return head + codes.digits(scene.rng, 6)


def other_price(scene: Scene, value: Value) -> Value:
    """Return a price that differs by some per cent."""
    assert isinstance(value, Decimal)  # noqa: S101 (the table names money fields only)
    share = Decimal(scene.rng.choice((-6, -4, -3, 3, 4, 7))) / 100
    return (value * (1 + share)).quantize(Decimal("0.01"))


def other_duration(scene: Scene, value: Value) -> Value:
    """Return a count of days that is some weeks off."""
    assert isinstance(value, int)  # noqa: S101 (the table names a count)
    return value + scene.rng.choice((-60, -45, 30, 45, 60))


def later_finish(scene: Scene, value: Value) -> Value:
    """Return a day some weeks later."""
    assert isinstance(value, date)  # noqa: S101 (the table names a date)
    return value + timedelta(days=scene.rng.randint(20, 60))


def unfit_qualification(scene: Scene, _value: Value) -> Value:
    """Return a qualification for other works."""
    return (
        scene.rng.choice(
            ("市政公用工程施工总承包一级", "钢结构工程专业承包二级", "公路工程施工总承包一级")
        ),
    )


def too_little(scene: Scene, value: Value) -> Value:
    """Return an amount well below the price."""
    assert isinstance(value, Decimal)  # noqa: S101 (the table names money)
    return (value * scene.rng.randrange(40, 85) / 100).quantize(Decimal("0.01"))


def unfit_land(scene: Scene, _value: Value) -> Value:
    """Return a use of land that the works do not fit."""
    return (
        "工业用地"
        if scene.world.works.use in ("residential", "school", "commercial", "office")
        else "城镇住宅用地"
    )


def ends_early(scene: Scene, _value: Value) -> Value:
    """Return a day between the application and the planned finish."""
    days = scene.world.days
    return days["application_date"] + timedelta(days=scene.rng.randint(25, 180))


# --- faults with an argument of their own ---------------------------------------------------------


def _everywhere(scene: Scene, value: Value, wrong: Value) -> list[tuple[str, str]]:
    """Put the wrong value wherever the value stands; return the papers and fields."""
    about = []
    for draft in scene.drafts:
        for name, said in draft.values.items():
            if said == value and isinstance(said, str):
                draft.values[name] = wrong
                about.append((draft.kind, name))
    return about


def wrong_credit_code(scene: Scene) -> None:
    """Give the developer a credit code with a wrong check character, on all papers."""
    scene.cite(_FORM, "business-licence")
    code = scene.world.developer.uscc
    wrong = code[:-1] + scene.rng.choice(
        [char for char in "0123456789ABCDEFGH" if char != code[-1]]
    )
    _everywhere(scene, code, wrong)
    about = [(_FORM, "developer_uscc"), ("business-licence", "holder_uscc")]
    scene.report("codes.uscc_checksum", about, f"check character wrong: {wrong}")


def wrong_identity_number(scene: Scene) -> None:
    """Give the agent an identity number with a wrong check digit, on all papers."""
    scene.cite(_FORM, "identity-card")
    number = scene.world.agent.id_number
    wrong = number[:-1] + scene.rng.choice([char for char in "0123456789X" if char != number[-1]])
    about = _everywhere(scene, number, wrong)
    scene.report("codes.id_checksum", about, f"check digit wrong: {wrong}")


def malformed_project_code(scene: Scene) -> None:
    """Give the project a code that is not of the form NNNN-NNNNNN-NN-NN-NNNNNN, on all papers."""
    scene.cite(_FORM)
    code = scene.world.works.code
    wrong = scene.rng.choice((code[:-1], code.replace("-", "", 1), code[2:]))
    _everywhere(scene, code, wrong)
    scene.report(
        "codes.project_code_format", [(_FORM, "project_code")], f"{wrong} is no project code"
    )


def malformed_permit_number(scene: Scene) -> None:
    """Give the construction planning permit a number of no known form, also where it is cited."""
    scene.cite(_FORM, "construction-planning-permit")
    number = scene.world.numbers["planning"]
    year = scene.world.days["planning"].year
    wrong = scene.rng.choice(
        (f"GHXK-{year}-{codes.digits(scene.rng, 3)}", f"规建（{year}）{codes.digits(scene.rng, 4)}")
    )
    about = _everywhere(scene, number, wrong)
    scene.report("codes.permit_no_format", about, f"{wrong} is no 建字第…号")


def unfit_manager(scene: Scene) -> None:
    """Have the manager registered for other works, or in the second grade for large works."""
    kind = scene.pick(("constructor-certificate",))
    if chance(scene.rng, 0.5):
        other = scene.rng.choice(("公路工程", "水利水电工程", "市政公用工程"))
        scene.set(kind, "speciality", (other,))
        scene.report("fitness.manager_grade", [(kind, "speciality")], f"speciality {other}")
        return
    numbers = scene.world.numbers
    _everywhere(scene, numbers["constructor_first"], numbers["constructor_second"])
    draft = scene.draft(kind)
    draft.facts["grade_word"] = "二级"
    province = f"{scene.world.contractor.place.province}住房和城乡建设厅"
    draft.values["issuing_authority"] = draft.parties["authority"] = province
    scene.prints.setdefault(kind, set()).add("certificate_no")
    scene.report(
        "fitness.manager_grade", [(kind, "certificate_no")], "second grade for large works"
    )


_CITED = {
    "real_estate_certificate_no": ("real-estate-certificate", "certificate_no"),
    "construction_planning_permit_no": ("construction-planning-permit", "certificate_no"),
    "drawing_review_no": ("drawing-review-certificate", "certificate_no"),
    "project_manager_certificate_no": ("constructor-certificate", "certificate_no"),
}


def miscited_number(scene: Scene) -> None:
    """Have the form cite a number that is not the one on the paper cited."""
    choices = [
        name
        for name, (kind, _field) in _CITED.items()
        if scene.has(kind) and kind not in scene.touched
    ]
    if not choices:
        raise UnplantableError("no cited paper is free")
    name = scene.rng.choice(choices)
    scene.cite(_FORM, _CITED[name][0])
    before = str(scene.draft(_FORM).values[name])
    after = _one_digit_off(before, scene.rng)
    scene.set(_FORM, name, after)
    scene.report(
        "agreement.certificate_numbers",
        [(_FORM, name), _CITED[name]],
        f"{after} in place of {before}",
    )


def _one_digit_off(number: str, rng: random.Random) -> str:
    places_of_digits = [at for at, char in enumerate(number) if char.isdigit()][-4:]
    at = rng.choice(places_of_digits)
    return number[:at] + str((int(number[at]) + rng.randint(1, 9)) % 10) + number[at + 1 :]


def other_agent(scene: Scene) -> None:
    """Have the power of attorney name another agent, or give another (valid) number."""
    scene.cite(_FORM, "identity-card")
    kind = scene.pick(("power-of-attorney",))
    if chance(scene.rng, 0.5):
        name, value = "agent_name", other_person(scene, scene.world.agent.name)
        scene.draft(kind).parties["agent"] = str(value)
    else:
        agent = scene.world.agent
        name, value = (
            "agent_id_number",
            codes.identity_number(scene.rng, agent.born, male=agent.male),
        )
    scene.set(kind, name, value)
    against = "holder_person" if name == "agent_name" else "id_number"
    scene.report(
        "agreement.agent",
        [(kind, name), (_FORM, name), ("identity-card", against)],
        f"{value} on the power of attorney",
    )


def other_area(scene: Scene) -> None:
    """Have the drawing review certificate speak of areas that are some per cent larger."""
    scene.cite(_FORM, "construction-planning-permit")
    kind = scene.pick(("drawing-review-certificate",))
    factor = Decimal(scene.rng.randrange(106, 118)) / 100
    values = scene.draft(kind).values
    parts = {}
    for name in ("building_area_above", "building_area_below"):
        value = values[name]
        assert isinstance(value, Decimal)  # noqa: S101 (areas are decimals)
        parts[name] = (value * factor).quantize(Decimal("0.01"))
    values.update(parts)
    total = sum(parts.values(), Decimal(0))
    scene.set(kind, "building_area", total)
    scene.report(
        "agreement.building_area",
        [(kind, "building_area")],
        f"{total} in place of {scene.world.works.area}",
    )


def wrong_sum(scene: Scene) -> None:
    """Have the form give areas above and below ground that do not add up."""
    scene.cite(_FORM)
    wrong = scene.world.works.area_above + scene.rng.randrange(120, 900)
    scene.set(_FORM, "building_area_above", wrong)
    about = [
        (_FORM, name) for name in ("building_area", "building_area_above", "building_area_below")
    ]
    for _kind, name in about:
        scene.prints.setdefault(_FORM, set()).add(name)
    scene.report(
        "agreement.building_area_sum",
        about,
        f"above ground {wrong}",
        tolerated=("agreement.building_area",),
    )


def expired(scene: Scene) -> None:
    """Have a certificate end before the application."""
    kind = scene.pick(
        (
            "safety-licence",
            "contractor-qualification",
            "constructor-certificate",
            "safety-assessment-certificate",
            "supervisor-certificate",
        )
    )
    values = scene.draft(kind).values
    until = scene.world.days["application_date"] - timedelta(days=scene.rng.randint(6, 90))
    years = 5 if kind == "contractor-qualification" else 3
    begin = until - timedelta(days=365 * years)
    values["issued_on"] = begin
    if "valid_from" in values:
        values["valid_from"] = begin
    scene.set(kind, "valid_until", until)
    scene.report(
        "time.certificate_expired",
        [(kind, "valid_until")],
        f"valid until {until}",
        tolerated=("time.expires_during_works",),
    )


def award_order(scene: Scene) -> None:
    """Have the contract signed before the award, or more than 30 days after it."""
    scene.cite(_CONTRACT)
    signed = scene.world.days["contract"]
    early = chance(scene.rng, 0.5)
    award = (
        signed + timedelta(days=scene.rng.randint(1, 5))
        if early
        else signed - timedelta(days=scene.rng.randint(36, 70))
    )
    scene.pick(("award-notice",))
    scene.set("award-notice", "issued_on", award)
    scene.prints.setdefault(_CONTRACT, set()).add("signed_on")
    scene.report(
        "time.order_award_contract",
        [("award-notice", "issued_on"), (_CONTRACT, "signed_on")],
        f"award {award}, contract {signed}",
    )


def finish_before_start(scene: Scene) -> None:
    """Have form and contract plan the finish before the start."""
    scene.cite(_FORM, _CONTRACT)
    scene.claim("dates of the works")
    start = scene.world.days["start"]
    finish = start - timedelta(days=scene.rng.randint(30, 200))
    for kind in (_FORM, _CONTRACT):
        scene.set(kind, "planned_finish", finish)
    about = [
        (kind, name) for kind in (_FORM, _CONTRACT) for name in ("planned_start", "planned_finish")
    ]
    scene.report(
        "time.order_finish_start",
        about,
        f"start {start}, finish {finish}",
        tolerated=("agreement.duration",),
    )


def started_early(scene: Scene) -> None:
    """Have form and contract plan a start that lies before the application."""
    scene.cite(_FORM, _CONTRACT)
    scene.claim("dates of the works")
    start = scene.world.days["application_date"] - timedelta(days=scene.rng.randint(10, 60))
    finish = start + (scene.world.days["finish"] - scene.world.days["start"])
    for kind in (_FORM, _CONTRACT):
        scene.set(kind, "planned_start", start)
        scene.set(kind, "planned_finish", finish)
    scene.report("time.started_before_permit", [(_FORM, "planned_start")], f"planned start {start}")


def attorney_expired(scene: Scene) -> None:
    """Have the power of attorney end before the application."""
    kind = scene.pick(("power-of-attorney",))
    until = scene.world.days["application_date"] - timedelta(days=scene.rng.randint(3, 60))
    begin = until - timedelta(days=180)
    values = scene.draft(kind).values
    values["signed_on"] = values["valid_from"] = begin
    scene.set(kind, "valid_until", until)
    scene.report(
        "time.attorney_expired",
        [(kind, "valid_until")],
        f"valid until {until}",
        tolerated=("time.certificate_expired",),
    )


def future_date(scene: Scene) -> None:
    """Date a paper after the day of the application."""
    kind = scene.pick(("funds-commitment", "hazardous-works-list", "wage-account-proof"))
    name = "issued_on" if kind == "wage-account-proof" else "signed_on"
    day = scene.world.days["as_of"] + timedelta(days=scene.rng.randint(8, 60))
    scene.set(kind, name, day)
    scene.report("time.future_date", [(kind, name)], f"dated {day}")
