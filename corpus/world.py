"""An invented project with its parties, persons, papers' numbers and dates in a consistent order.

Names are put together from syllables; division names are public knowledge; nothing is anybody's.
A world is drawn from a seed alone, so the same seed gives the same world.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus import codes
from corpus.chance import chance
from corpus.paper_numbers import draw_numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A division: where a project or a company is."""

    province: str
    sign: str
    city: str
    district: str
    area_code: str

    @property
    def region(self) -> str:
        """City and district."""
        return self.city + self.district


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented person with a checkable but unassigned identity number."""

    name: str
    male: bool
    born: date
    id_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An invented company."""

    name: str
    uscc: str
    address: str
    legal: Person
    place: Place
    capital: Decimal
    founded: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """What is to be built."""

    use: str
    name: str
    code: str
    address: str
    place: Place
    area_above: Decimal
    area_below: Decimal
    floors_above: int
    floors_below: int
    structure: str
    land_area: Decimal
    land_use: str
    scope: str
    price: Decimal
    large: bool

    @property
    def area(self) -> Decimal:
        """Total building area in m2."""
        return self.area_above + self.area_below


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One application: the works, who takes part, and when what happened."""

    seed: int
    works: Works
    developer: Organisation
    contractor: Organisation
    supervisor: Organisation
    surveyor: Organisation
    designer: Organisation
    reviewer: Organisation
    agency: Organisation
    manager: Person
    chief: Person
    agent: Person
    reviewer_engineer: Person
    bank: str
    tender: bool
    funding: str
    days: Mapping[str, date]
    numbers: Mapping[str, str]


@cache
def _content(name: str) -> Any:
    text = (files("corpus") / "content" / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def names() -> Any:
    """Return the syllables and texts of content/names.yaml."""
    return _content("names")


def places() -> tuple[Place, ...]:
    """Return all divisions that a world can lie in."""
    keys = ("province", "sign", "city", "district", "area_code")
    return tuple(Place(**dict(zip(keys, row, strict=True))) for row in _content("places"))


def make_world(
    seed: int, *, place: Place | None = None, large: bool | None = None, tender: bool | None = None
) -> World:
    """Return the world of a seed; place, size and tender can be asked for."""
    rng = random.Random(f"world-{seed}")
    here = place or rng.choice(places())
    away = rng.choice([other for other in places() if other.province == here.province] + [here])
    days = _days(rng)
    works = _works(rng, here, days["land"].year, large=large)
    brands = _brands(rng)
    funding = "state" if works.use == "school" else rng.choice(("private", "private", "state"))
    tendered = funding == "state" or chance(rng, 0.7)
    return World(
        seed=seed,
        works=works,
        developer=_company(rng, here, next(brands), _developer_trade(rng, works.use), days),
        contractor=_company(rng, away, next(brands), rng.choice(_CONTRACTORS), days),
        supervisor=_company(rng, here, next(brands), rng.choice(_SUPERVISORS), days),
        surveyor=_company(rng, here, next(brands), rng.choice(_SURVEYORS), days),
        designer=_company(rng, away, next(brands), rng.choice(_DESIGNERS), days),
        reviewer=_company(rng, here, next(brands), rng.choice(_REVIEWERS), days),
        agency=_company(rng, here, next(brands), "招标代理有限公司", days),
        manager=make_person(rng, first_year=1972, last_year=1994),
        chief=make_person(rng, first_year=1966, last_year=1990),
        agent=make_person(rng, first_year=1975, last_year=1999),
        reviewer_engineer=make_person(rng),
        bank=f"{rng.choice(names()['banks'])}股份有限公司{here.city[:-1]}{here.district[:-1]}支行",
        tender=tendered if tender is None else tender,
        funding=funding,
        days=days,
        numbers=draw_numbers(rng, here.area_code, (here.sign, away.sign), here.city, days),
    )


_CONTRACTORS = (
    "建设集团有限公司",
    "建筑工程有限公司",
    "建工集团股份有限公司",
    "建筑安装工程有限公司",
)
_SUPERVISORS = ("工程监理有限公司", "建设监理咨询有限公司", "项目管理有限公司", "工程咨询有限公司")
_SURVEYORS = ("勘察设计研究院有限公司", "岩土工程有限公司", "地质勘察院有限公司")
_DESIGNERS = ("建筑设计研究院有限公司", "建筑规划设计有限公司", "工程设计股份有限公司")
_REVIEWERS = ("施工图审查有限公司", "建设工程施工图审查中心", "图审咨询有限公司")
_DEVELOPERS = {
    "residential": ("置业有限公司", "房地产开发有限公司", "地产发展有限公司"),
    "office": ("置业有限公司", "商务发展有限公司", "实业投资有限公司"),
    "commercial": ("商业管理有限公司", "商业投资有限公司", "置业发展有限公司"),
    "rd-park": ("科技园建设发展有限公司", "产业园区开发有限公司", "生物科技有限公司"),
    "industrial": ("智能装备有限公司", "新材料科技有限公司", "精密制造股份有限公司"),
    "school": ("教育投资发展有限公司", "城市建设投资有限公司", "公共设施建设有限公司"),
}


def _developer_trade(rng: random.Random, use: str) -> str:
    return rng.choice(_DEVELOPERS[use])


def _brands(rng: random.Random) -> Any:
    first = list(names()["brand_first"])
    second = list(names()["brand_second"])
    rng.shuffle(first)
    rng.shuffle(second)
    return iter(one + two for one, two in zip(first, second, strict=False))


def street_address(rng: random.Random, place: Place, *, full: bool) -> str:
    """Return an invented street address; with the province when `full`."""
    road = (
        rng.choice(names()["street_first"])
        + rng.choice(names()["street_second"])
        + rng.choice(names()["street_kinds"])
    )
    head = place.province if full else ""
    return f"{head}{place.region}{road}{rng.randrange(2, 900)}号"


def make_person(rng: random.Random, *, first_year: int = 1966, last_year: int = 1996) -> Person:
    """Return an invented person born between the two years."""
    given = names()["given"]
    rare = names()["rare_given"]
    male = chance(rng, 0.6)
    born = codes.birthday(rng, first_year=first_year, last_year=last_year)
    name = rng.choice(names()["surnames"]) + rng.choice(given)
    if chance(rng, 0.75):
        name += rng.choice(rare if chance(rng, 0.06) else given)
    return Person(
        name=name, male=male, born=born, id_number=codes.identity_number(rng, born, male=male)
    )


def _company(
    rng: random.Random, place: Place, brand: str, trade: str, days: Mapping[str, date]
) -> Organisation:
    head = rng.choice((place.city[:-1], place.province[:2], place.city[:-1], ""))
    if place.province.endswith("自治区"):
        head = place.city[:-1]
    name = f"{brand}（{head}）{trade}" if head and chance(rng, 0.2) else head + brand + trade
    suffix = rng.choice(
        ("", f"{rng.randrange(2, 30)}层", f"{brand}大厦{rng.randrange(3, 20)}楼", "B座602室")
    )
    return Organisation(
        name=name,
        uscc=codes.credit_code(rng, place.area_code),
        address=street_address(rng, place, full=chance(rng, 0.6)) + suffix,
        legal=make_person(rng),
        place=place,
        capital=Decimal(rng.choice((1000, 2000, 3000, 5000, 5080, 8000, 10000, 20100, 30000)))
        * 10000,
        founded=days["application_date"] - timedelta(days=rng.randrange(1500, 8000)),
    )


def _works(rng: random.Random, place: Place, year: int, *, large: bool | None) -> Works:
    use = rng.choice(tuple(names()["project_forms"]))
    drawn = chance(rng, 0.8)
    large = drawn if large is None else large
    above = (
        Decimal(rng.randrange(1200000, 9000000) if large else rng.randrange(260000, 700000)) / 100
    )
    floors_below = rng.choice((1, 2, 2, 3)) if large else rng.choice((0, 1))
    below = (
        (above * rng.randrange(15, 40) / 100).quantize(Decimal("0.01"))
        if floors_below
        else Decimal("0.00")
    )
    tall = {"industrial": (2, 6), "school": (3, 6), "rd-park": (5, 17)}.get(use, (9, 33))
    brand = rng.choice(names()["brand_first"]) + rng.choice(names()["brand_second"])
    name = brand + rng.choice(names()["project_forms"][use]) + rng.choice(names()["phases"])
    unit = min(rng.randrange(2300, 4600), 4600 if large else 2900)
    return Works(
        use=use,
        name=name + rng.choice(names()["buildings"]),
        code=codes.project_code(rng, year, place.area_code),
        address=street_address(rng, place, full=False).removesuffix("号")
        + rng.choice(("号", "号地块", "号以东、规划支路以南")),
        place=place,
        area_above=above,
        area_below=below,
        floors_above=rng.randint(*tall) if large else rng.randint(2, 6),
        floors_below=floors_below,
        structure=rng.choice(names()["structures"]),
        land_area=(above / rng.randrange(12, 30) * 10).quantize(Decimal("0.01")),
        land_use=rng.choice(names()["land_uses"][use]),
        scope=rng.choice(names()["scopes"]),
        price=(above + below) * unit + Decimal(rng.randrange(0, 100000)) / 100,
        large=large,
    )


def _year(rng: random.Random) -> int:
    return rng.choice((2023, 2024, 2024, 2025, 2025, 2026))


def _days(rng: random.Random) -> dict[str, date]:
    applied = date(_year(rng), 1, 1) + timedelta(days=rng.randrange(20, 300))

    def before(day: date, least: int, most: int) -> date:
        return day - timedelta(days=rng.randint(least, most))

    signed = before(applied, 8, 40)
    award = before(signed, 3, 27)
    review = before(award, 20, 60)
    planning = before(review, 15, 60)
    land_permit = before(planning, 30, 120)
    land = before(land_permit, 15, 160)
    start = applied + timedelta(days=rng.randint(16, 50))
    length = rng.randrange(240, 760, 5)
    return {
        "application_date": applied,
        "as_of": applied + timedelta(days=rng.randint(0, 5)),
        "contract": signed,
        "supervision": before(applied, 6, 30),
        "award": award,
        "review": review,
        "planning": planning,
        "land_permit": land_permit,
        "land": land,
        "start": start,
        "finish": start + timedelta(days=length - 1),
        "commitment": before(applied, 1, 6),
        "attorney": before(applied, 1, 8),
        "registration": before(applied, 1, 5),
        "hazard": before(applied, 1, 5),
        "wage": before(applied, 1, 6),
        "insurance": before(applied, 1, 6),
    }
