"""Entries and sentences that papers print and that are none of our fields, with values to match.

Real forms are full of names, dates, amounts and numbers that a reader must leave alone; only the
words beside them tell. content/extras.yaml says which papers carry what. What is drawn here is
literal text but for the names of the works' own division (`{town}`), which are facts and no fields,
so it cannot become truth.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus import codes
from corpus.chance import chance
from corpus.entries import Entry
from corpus.money import in_words
from corpus.world import make_person, names, places

EXTRA = "extra-"
"""Names of these entries begin so: none is a field or a fact."""
_DRAW = re.compile(r"\$([a-z]+)(?:\(([^()]*)\))?")
_MARK = re.compile(r"<[^<>]*>|\{[a-z]+\}")
_CODE = re.compile(r"[0-9A-Z]{9,18}")
"""Values that forms give a box for each character."""
_TICKS = frozenset(("application-form", "hazardous-works-list"))
"""Kinds of form on which ticks are marks of the paper."""
_OWN_SHARE = 0.7
"""Share of the entries that belong to the kind; the others stand on papers of any kind."""
_WIDE = 22
"""Values of more characters need a row of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sort:
    """One sort of entry and the kinds of paper that carry it."""

    name: str
    kinds: frozenset[str]
    common: bool
    """Whether papers of any kind carry it."""
    rule: Mapping[str, Any]


def extra_entries(
    kind: str, rng: random.Random, *, count: int, taken: Collection[str] = ()
) -> list[Entry]:
    """Return entries that a paper of the kind may print and that are none of its fields.

    Args:
        kind: Of the paper.
        rng: Of its layout.
        count: How many; fewer where the kind has not so many.
        taken: Labels that the paper has already; no entry repeats one.
    """
    own = [sort for sort in _sorts() if kind in sort.kinds and not sort.common]
    common = [sort for sort in _sorts() if kind in sort.kinds and sort.common]
    rng.shuffle(own)
    rng.shuffle(common)
    used = set(taken)
    entries: list[Entry] = []
    while len(entries) < count and (own or common):
        pool = own if own and (not common or chance(rng, _OWN_SHARE)) else common
        sort = pool.pop()
        free = [label for label in sort.rule["labels"] if label not in used]
        if free:
            entries.append(_entry(sort, rng.choice(free), kind, rng))
            used.add(entries[-1].label)
    return entries


def with_extras(
    kind: str, groups: Sequence[Sequence[Entry]], rng: random.Random, *, most: int
) -> list[list[Entry]]:
    """Return the groups with extra entries put between theirs, never in front of a group.

    An entry stands with what it is about, such as 设计负责人 with the designer, where the paper has
    that; elsewhere it passes for one about the same thing as the entry before it.
    """
    mixed = [list(group) for group in groups]
    taken = {entry.label for group in mixed for entry in group}
    for entry in extra_entries(kind, rng, count=rng.randint(1, most), taken=taken):
        akin = [group for group in mixed if any(one.part == entry.part for one in group)]
        group = rng.choice(akin or mixed)
        behind = [at for at, one in enumerate(group) if not akin or one.part == entry.part]
        at = rng.choice(behind)
        rule = {**entry.rule, "part": group[at].part}
        group.insert(at + 1, replace(entry, rule=rule))
    return mixed


def extra_sentences(kind: str, rng: random.Random, count: int) -> list[str]:
    """Return different sentences for a paper of the kind, none of which bears one of its fields."""
    sets = _content()["sets"]
    known = [
        one
        for group in _content()["sentences"]
        if kind in _kinds(group["kinds"], sets)
        for one in group["say"]
    ]
    return [literal(one, rng) for one in rng.sample(known, k=min(count, len(known)))]


def literal(pattern: str, rng: random.Random) -> str:
    """Return the text of a saying, every draw put in.

    A date stays a mark (`<on:2024-05-06>`) that is printed in the paper's own form of dates.
    """
    text = _DRAW.sub(lambda hit: _DRAWS[hit[1]](rng, *(hit[2] or "").split(",")), pattern)
    return text.replace("YYYY", str(rng.randint(2018, 2026)))


def _entry(sort: _Sort, label: str, kind: str, rng: random.Random) -> Entry:
    says: Sequence[str] = sort.rule["say"]
    if kind in _TICKS and chance(rng, 0.6):
        says = sort.rule.get("ticked", says)
    value = literal(rng.choice(says), rng)
    rule = {
        "part": sort.rule["part"],
        "long": sort.rule.get("long", False) or _width(value) > _WIDE,
        "boxed": bool(_CODE.fullmatch(value)),
        "attr": [label],
        "old": [label],
        "en": [sort.rule["en"]],
    }
    return Entry(name=EXTRA + sort.name, label=label, value=value, rule=rule)


def _width(value: str) -> int:
    """Return about how many characters are printed."""
    return sum(10 if hit.startswith("<on") else 2 for hit in _MARK.findall(value)) + len(
        _MARK.sub("", value)
    )


@cache
def _content() -> Any:
    text = (files("corpus") / "content" / "extras.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


@cache
def _sorts() -> tuple[_Sort, ...]:
    sets = _content()["sets"]
    return tuple(
        _Sort(
            name=name,
            kinds=_kinds(group["kinds"], sets) - _kinds(rule.get("not", ()), sets),
            common=group["kinds"] == ["any"],
            rule={"part": group["part"], **rule},
        )
        for group in _content()["groups"]
        for name, rule in group["entries"].items()
    )


def _kinds(listed: Sequence[str], sets: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return kinds, sets of kinds spelled out."""
    return frozenset(kind for one in listed for kind in sets.get(one, (one,)))


# --- draws ---------------------------------------------------------------------------------------


def _person(rng: random.Random, _none: str = "") -> str:
    return make_person(rng).name


_HERE_SHARE = 0.65
"""Share of the firms and offices that are where the works are."""


def _place(rng: random.Random) -> tuple[str, str, str, str]:
    """Return city, its bare name, district and its bare name, of here or of elsewhere."""
    if chance(rng, _HERE_SHARE):
        return "{city}", "{town}", "{district}", "{county}"
    place = rng.choice(places())
    return place.city, place.city[:-1], place.district, place.district[:-1]


def _organisation(rng: random.Random, trades: str) -> str:
    city, town, _district, _county = _place(rng)
    brand = rng.choice(names()["brand_first"]) + rng.choice(names()["brand_second"])
    head = rng.choice((town, town, city, ""))
    trade = rng.choice(trades.split("|"))
    return f"{brand}（{head}）{trade}" if head and chance(rng, 0.15) else head + brand + trade


def _office(rng: random.Random, offices: str) -> str:
    city, _town, district, _county = _place(rng)
    return rng.choice((city + district, city, district)) + rng.choice(offices.split("|"))


def _bank(rng: random.Random, _none: str = "") -> str:
    _city, town, _district, county = _place(rng)
    bank = rng.choice(names()["banks"]) + rng.choice(("股份有限公司", ""))
    return f"{bank}{town}{rng.choice((county, ''))}支行"


def _day(rng: random.Random, first: str, last: str) -> date:
    return date(rng.randint(int(first), int(last)), 1, 1) + timedelta(days=rng.randrange(365))


def _date(rng: random.Random, first: str, last: str) -> str:
    return f"<on:{_day(rng, first, last).isoformat()}>"


def _moment(rng: random.Random, first: str, last: str) -> str:
    hour, minute = rng.randint(8, 17), rng.choice((0, 0, 30, rng.randrange(60)))
    time = rng.choice((f" {hour:02d}:{minute:02d}", f"{hour}时{minute:02d}分"))
    return _date(rng, first, last) + time


def _month(rng: random.Random, first: str, last: str) -> str:
    return _day(rng, first, last).strftime(rng.choice(("%Y年%m月", "%Y-%m", "%Y.%m")))


def _integer(rng: random.Random, low: str, high: str) -> str:
    return str(rng.randint(int(low), int(high)))


def _decimal(rng: random.Random, low: str, high: str, places_after: str) -> str:
    return f"{rng.uniform(int(low), int(high)):.{places_after}f}"


def _amount(rng: random.Random, low: str, high: str) -> Decimal:
    """Return an amount that is round as often as not, spread evenly over the orders of size."""
    value = Decimal(round(int(low) * (int(high) / int(low)) ** rng.random() * 100)) / 100
    return value if chance(rng, 0.5) else Decimal(max(1, round(value / 1000)) * 1000)


def _yuan(rng: random.Random, low: str, high: str) -> str:
    value = _amount(rng, low, high)
    return rng.choice((f"{value:,.2f}", f"{value:.2f}", f"{value:,.0f}"))


def _ten_thousands(rng: random.Random, low: str, high: str) -> str:
    value = rng.uniform(int(low), int(high))
    return rng.choice((f"{value:.0f}", f"{value:.2f}", f"{value:,.2f}", f"{value:.4f}"))


def _area(rng: random.Random, low: str, high: str) -> str:
    value = rng.uniform(int(low), int(high))
    return rng.choice((f"{value:.2f}", f"{value:.2f}", f"{value:,.2f}", f"{value:.0f}"))


def _code(rng: random.Random, pattern: str) -> str:
    """Return the pattern with a digit for each `#` and a letter for each `?`."""
    letters = {"#": "0123456789", "?": "ABCDEFGHJKLMNPQRSTUVWXZ"}
    return "".join(rng.choice(letters.get(char, char)) for char in pattern)


def _digits(rng: random.Random, count: str) -> str:
    return codes.digits(rng, int(count))


def _landline(rng: random.Random, _none: str = "") -> str:
    area = rng.choice(("0512", "0571", "0592", "025", "0755", "028", "0731"))
    number = f"{rng.choice('5678')}000{codes.digits(rng, 4)}"
    return rng.choice((f"{area}-{number}", f"{area} {number}", number, f"（{area}）{number}"))


def _mobile(rng: random.Random, _none: str = "") -> str:
    return f"1{rng.choice('35789')}0000{codes.digits(rng, 5)}"


def _letters(rng: random.Random, count: str) -> str:
    return "".join(rng.choices("abcdefghjklmnpqrstuwxyz", k=int(count)))


def _email(rng: random.Random, _none: str = "") -> str:
    return f"{_letters(rng, '5')}{codes.digits(rng, 3)}@{rng.choice(('mail.', ''))}example.cn"


def _account(rng: random.Random, _none: str = "") -> str:
    number = codes.digits(rng, rng.choice((12, 16, 17, 19, 20)))
    spaced = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    return rng.choice((number, number, spaced))


def _address(rng: random.Random, _none: str = "") -> str:
    city, _town, district, _county = _place(rng)
    province = "{province}" if city == "{city}" and chance(rng, 0.3) else ""
    return f"{province}{city}{district}{_road(rng)}{rng.randrange(2, 900)}号"


def _road(rng: random.Random, _none: str = "") -> str:
    first, second = rng.choice(names()["street_first"]), rng.choice(names()["street_second"])
    return f"{first}{second}{rng.choice(names()['street_kinds'])}"


def _credit(rng: random.Random, _none: str = "") -> str:
    return codes.credit_code(rng, rng.choice(places()).area_code)


_DRAWS: Mapping[str, Callable[..., str]] = {
    "person": _person,
    "org": _organisation,
    "office": _office,
    "bank": _bank,
    "date": _date,
    "moment": _moment,
    "month": _month,
    "year": _integer,
    "int": _integer,
    "dec": _decimal,
    "yuan": _yuan,
    "words": lambda rng, low, high: in_words(_amount(rng, low, high)),
    "wan": _ten_thousands,
    "whole": _integer,
    "area": _area,
    "code": _code,
    "digits": _digits,
    "landline": _landline,
    "mobile": _mobile,
    "letters": _letters,
    "email": _email,
    "account": _account,
    "address": _address,
    "road": _road,
    "credit": _credit,
    "identity": lambda rng, _none: make_person(rng).id_number,
    "place": lambda rng, _none: _place(rng)[0] + rng.choice(("", "{district}")),
    "city": lambda rng, _none: rng.choice(("{town}", rng.choice(places()).city[:-1])),
    "province": lambda rng, _none: rng.choice(places()).province[:2],
    "word": lambda rng, _none: rng.choice(("{sign}", "{sign}", rng.choice(places()).sign)),
}
"""How each draw of content/extras.yaml is made; its arguments come as text."""
