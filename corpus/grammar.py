"""Layouts drawn from a grammar: entries, labels, order, pairing and arrangement, all from a seed.

content/grammar.yaml lists for each kind its entries in groups. A grammar family fixes only the
arrangement (families.py); everything else is drawn per paper, so one family gives hundreds
of layouts, and a family can still be left out of training as a whole.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus.arrangements import Block, Layout, Page, Plan
from corpus.chance import chance
from corpus.closings import closing
from corpus.covers import (
    TRAILING_SHARE,
    Front,
    annexes,
    bound_with,
    front_of,
    signing_page,
    trailing_page,
)
from corpus.entries import Entry, draw_entries, strewn
from corpus.extras import extra_sentences, with_extras
from corpus.families import ARRANGEMENTS
from corpus.others import draw_other, other_families

_DATE_FORMS = "iso|slash|dot|dot-short|iso-short|cn|cn-padded|han"
_WITH_PORTRAIT = ("g-card", "g-lines", "g-aligned", "g-electronic")
"""Families that leave room for the holder's picture."""
_EXTRA_SHARE = 0.65
"""Share of the papers with entries and sentences that are none of our fields."""
_MOST_EXTRAS = {"g-booklet": 3, "g-wide": 4}
"""Families with little room take few of them."""
_LONG_FORMS = ("application-form", "quality-safety-registration", "hazardous-works-list")
_TALL_ROWS_SHARE = 0.25
"""Share of the long forms whose rows are so tall that the table runs over to another page."""


@cache
def _grammar() -> Any:
    text = (files("corpus") / "content" / "grammar.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


@cache
def _english() -> Any:
    text = (files("corpus") / "content" / "english.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def grammar_families(kind: str) -> tuple[str, ...]:
    """Return the grammar families that a kind can be set in."""
    if kind == "other":
        return other_families()
    return tuple(ARRANGEMENTS) if kind in _grammar()["kinds"] else ()


def draw_layout(kind: str, family: str, rng: random.Random) -> Layout:
    """Return a layout of the family for the kind."""
    if kind == "other":
        return draw_other(family, rng)
    rules: Mapping[str, Any] = _grammar()["kinds"][kind]
    arrangement = ARRANGEMENTS[family]
    plan = _plan(kind, family, rules, rng)
    layout = arrangement.manner(plan)
    wide = str(layout.get("page", "a4")).endswith("-wide")
    indent = arrangement.indent or (380 if wide else 190)
    foot = closing(
        rules, rng, indent=indent, said=not arrangement.speaks, asides=_asides(kind, rules, rng)
    )
    page = Page(
        head=_head(kind, family, rules, rng, framed=bool(layout.get("on_page"))),
        body=arrangement.body(plan),
        foot=signing_page(kind, foot, rng.choice(rules["titles"]), rng),
    )
    front = front_of(kind, layout, rng)
    if front is not None:
        page = _behind(front, page)
        bound_with(front, layout)
    layout["blocks"] = arrangement.bind(page, rng)
    if kind in _LONG_FORMS and family != "g-booklet" and chance(rng, _TALL_ROWS_SHARE):
        _stretch(layout["blocks"], rng.uniform(1.5, 2.0))
    layout["blocks"] += annexes(kind, rng)
    if family != "g-booklet" and chance(rng, TRAILING_SHARE):
        layout["blocks"] += [{"page": "next"}, *trailing_page(rng)]
    _dress(layout, rng)
    if rules.get("numbers") and chance(rng, 0.85):
        layout["numbers"] = "第 {n} 页 共 {m} 页|第{n}页共{m}页|第{n}页/共{m}页"
    if "paging" in rules:
        layout["paging"] = rules["paging"]
    return layout


def _behind(front: Front, page: Page) -> Page:
    """Return the page as it stands behind a cover: with its title, with another or with none."""
    if front.inner is None:
        return page
    title: list[Block] = [{"title": front.inner, "size": 18}] if front.inner else []
    return replace(page, head=title)


def _stretch(blocks: list[Block], factor: float) -> None:
    """Give the rows of tables more height."""
    for block in blocks:
        if "grid" in block:
            block["row"] = block.get("row", 26) * factor


def _plan(kind: str, family: str, rules: Mapping[str, Any], rng: random.Random) -> Plan:
    """Return what the paper has to set: its entries, and on most papers some that are no fields."""
    groups = strewn(kind, _groups(rules, rng), rng)
    asides: list[str] = []
    if chance(rng, _EXTRA_SHARE):
        if ARRANGEMENTS[family].speaks or family == "g-prose":
            asides = extra_sentences(kind, rng, rng.randint(1, 3))
        groups = with_extras(kind, groups, rng, most=_MOST_EXTRAS.get(family, 8))
    return Plan(kind=kind, groups=groups, rng=rng, asides=asides)


def _asides(kind: str, rules: Mapping[str, Any], rng: random.Random) -> list[str]:
    """Return sentences for what stands below the entries."""
    if not chance(rng, _EXTRA_SHARE):
        return []
    return extra_sentences(kind, rng, rng.randint(1, 6) if "terms" in rules else 1)


def _groups(rules: Mapping[str, Any], rng: random.Random) -> list[list[Entry]]:
    groups = [draw_entries(group, rng) for group in rules["groups"]]
    if not rules.get("fixed") and chance(rng, 0.6):
        groups = [_stirred(group, rng) for group in groups]
        if len(groups) > 2 and chance(rng, 0.5):  # noqa: PLR2004 (two groups keep their order)
            head, *rest = groups
            groups = [head, *rng.sample(rest, k=len(rest))]
    return [group for group in groups if group]


def _stirred(group: list[Entry], rng: random.Random) -> list[Entry]:
    """Return the entries in another order; the first stays in front."""
    if len(group) < 4:  # noqa: PLR2004 (short groups keep their order)
        return group
    head, *rest = group
    cut = rng.randrange(1, len(rest))
    return [head, *rest[cut:], *rest[:cut]]


def _dress(layout: Layout, rng: random.Random) -> None:
    """Draw what else tells one printer from another: width and spacing of type, forms of dates."""
    if chance(rng, 0.2):
        layout["squeeze"] = rng.choice((0.85, 0.9, 0.95, 1.06))
    if chance(rng, 0.2):
        layout["spacing"] = rng.choice((0.3, 0.6, 1.0))
    if chance(rng, 0.4):
        layout.setdefault("forms", {"date": _DATE_FORMS, "sign-date": _DATE_FORMS})


def _head(
    kind: str, family: str, rules: Mapping[str, Any], rng: random.Random, *, framed: bool
) -> list[Block]:
    """Return the title, with what stands around it on certificates, on old and bilingual forms."""
    titles = rules.get("old_titles", ()) if family == "g-old" else ()
    title = rng.choice((*rules["titles"], *titles * 3) if titles else rules["titles"])
    if len(title) <= 6 and chance(rng, 0.4):  # noqa: PLR2004 (short titles are set wide)
        title = rng.choice((" ", "　")).join(title)
    large = (20, 24, 28, 34) if framed else (18, 20, 22, 24)
    size = rng.choice(large) if len(title) < 18 else 16  # noqa: PLR2004 (long titles)
    named: Block = {"title": title, "size": size, "after": rng.choice((8, 14, 22))}
    if framed and chance(rng, 0.3):
        named["ink"] = rng.choice(("red", "red", "gold", "blue"))
    head: list[Block] = [named]
    if family == "g-bilingual":
        named["after"] = 0
        head.append({"centre": _english()["titles"][kind], "size": rng.choice((9, 11, 13))})
        head.append({"gap": rng.choice((6, 12))})
    elif framed and chance(rng, 0.35) and "（" not in title:
        head.append(
            {
                "centre": rng.choice(("（副本）", "（正本）", "（副　本）", "（副本）1-1")),
                "size": 11,
            }
        )
    if rules.get("portrait") and family in _WITH_PORTRAIT and chance(rng, 0.5):
        head.insert(0, {"photo": [0.79, rng.choice((0.16, 0.2)), 56]})
    if framed and chance(rng, 0.2):
        head = [{"emblem": [0.5, 0.085, 40]}, {"gap": 36}, *head]
    return head
