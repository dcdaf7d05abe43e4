"""Numbers of certificates and permits in their usual forms; none was ever issued."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date

from corpus.chance import chance
from corpus.codes import digits

YEAR = "YYYY"
"""Stands in a number for the year of issue, which is drawn with the certificate."""


def draw_numbers(
    rng: random.Random, area: str, signs: tuple[str, str], city: str, days: Mapping[str, date]
) -> dict[str, str]:
    """Return the numbers of all papers of an application.

    `area` is the division code of the works, `signs` the short signs of the province of the works
    and of the province that the contractor is from.
    """
    here, away = signs
    drawn = _permits(rng, area, days)
    drawn |= _certificates(rng, area, away)
    drawn["real_estate"] = f"{here}（{days['land'].year}）{city}不动产权第{digits(rng, 7)}号"
    drawn["review"] = rng.choice(
        (
            f"{here}审{area}{days['review'].year}{digits(rng, 5)}",
            f"{days['review'].year}-{area}-SC-{digits(rng, 5)}",
        )
    )
    return drawn


def _permits(rng: random.Random, area: str, days: Mapping[str, date]) -> dict[str, str]:
    """Return numbers given by the place of the works; permits come in an old and a new scheme."""
    new_scheme = chance(rng, 0.5)
    land, building, length = ("YG", "GG", 7) if new_scheme else ("", "", 5)
    prefix = rng.choice(("ZJ", "AJ", "ZA"))
    return {
        "land_permit": f"地字第{area}{days['land_permit'].year}{land}{digits(rng, length)}号",
        "planning": f"建字第{area}{days['planning'].year}{building}{digits(rng, length)}号",
        "registration": f"{prefix}{area}{days['registration'].year}{digits(rng, 4)}",
        "insurance": digits(rng, 10),
        "account": digits(rng, 17),
        "contract": f"{area}-{days['contract'].year}-{digits(rng, 4)}",
        "award": f"{area}{days['award'].year}{digits(rng, 6)}",
        "unit": f"{area}{digits(rng, 6)}GB{digits(rng, 5)}W00000000",
        "serial": digits(rng, 11),
        "phone": f"1{rng.choice('35789')}0000{digits(rng, 5)}",
    }


def _certificates(rng: random.Random, area: str, sign: str) -> dict[str, str]:
    """Return numbers of companies' and persons' certificates."""
    first_year, second_year = rng.randrange(2012, 2017), rng.randrange(2017, 2022)
    tail = f"{digits(rng, 2)}{first_year}{second_year}{digits(rng, 5)}"
    return {
        "constructor_first": f"{sign}1{tail}",
        "constructor_second": f"{sign}2{tail}",
        "supervisor": f"{area[:2]}{digits(rng, 6)}",
        "assessment": f"{sign}建安B（{YEAR}）{digits(rng, 7)}",
        "qualification": f"D{rng.choice('123')}{area[:2]}{digits(rng, 6)}",
        "safety": f"（{sign}）JZ安许证字\u3014{YEAR}\u3015{digits(rng, 6)}",
    }
