"""Layouts of papers that are none of ours, drawn from a grammar of their own."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus.arrangements import Block, Layout
from corpus.chance import chance
from corpus.closings import boilerplate
from corpus.covers import bound_with, draw_front, signed_apart

_NUMBERED_SHARE, _SIGNING_SHARE, _PAGING_SHARE = 0.4, 0.25, 0.3
"""Of papers of many pages: how many number them, sign on a page of its own, seal their edges."""


@cache
def _content() -> Any:
    folder = files("corpus") / "content"
    texts = [(folder / name).read_text(encoding="utf-8") for name in ("others.yaml", "near.yaml")]
    listed = {name: rules for text in texts for name, rules in yaml.safe_load(text).items()}
    return {name: rules for name, rules in listed.items() if name.startswith("o-")}


def other_families() -> tuple[str, ...]:
    """Return the families of papers that are none of ours."""
    return tuple(_content())


def draw_other(family: str, rng: random.Random) -> Layout:
    """Return a layout of the family."""
    rules: Mapping[str, Any] = _content()[family]
    layout: Layout = {"sizes": [10.5, 11, 12, 14], "leading": [1.4, 1.9], "on_page": []}
    layout["body"] = ["song", "song", "hei", "kai", "fang"]
    layout["page"] = rng.choice((rules.get("page", "a4"), rules.get("page", "a4"), "a4"))
    if "frame" in rules or chance(rng, 0.08):
        layout["on_page"].append({"frame": rules.get("frame", "blue")})
    if rules.get("frame") and chance(rng, 0.6):
        layout["on_page"].append({"tint": rng.choice(("cream", "pink", "mint"))})
    head, body, foot = _head(rules, rng), _body(rules, rng), _foot(rules, rng)
    if "front" in rules:
        head, body = _fronted(rules, layout, (head, body), rng)
    layout["blocks"] = [*head, *body, *foot]
    if "fills" in rules and chance(rng, _NUMBERED_SHARE):
        layout["numbers"] = "第 {n} 页 共 {m} 页|第{n}页|- {n} -|{n}"
    return layout


def _fronted(
    rules: Mapping[str, Any],
    layout: Layout,
    parts: tuple[list[Block], list[Block]],
    rng: random.Random,
) -> tuple[list[Block], list[Block]]:
    """Return head and body, with a cover before them and a page of signatures behind on some."""
    head, body = parts
    name = next(str(block["title"]) for block in head if "title" in block)
    own: Mapping[str, Any] = {"titles": [name], **rules["front"]}
    if own.get("signing") and chance(rng, _SIGNING_SHARE):
        body = signed_apart(body, name, rng)
    if "seals" in own and chance(rng, _PAGING_SHARE):
        layout["paging"] = "|".join(own["seals"])
    if not chance(rng, own["share"]):
        return head, body
    front = draw_front(own, rng)
    bound_with(front, layout)
    if front.inner is not None:
        title: list[Block] = [{"title": front.inner, "size": 18}] if front.inner else []
        head = [*title, *(block for block in head if "title" not in block)]
    return head, body


def _head(rules: Mapping[str, Any], rng: random.Random) -> list[Block]:
    title = rng.choice(rules["titles"])
    blocks: list[Block] = []
    if rules.get("photo"):
        blocks.append({"photo": [rng.choice((0.74, 0.78)), 0.2, 62]})
    if rules.get("cover"):
        blocks.append({"gap": rng.choice((80, 130, 170))})
    if title:
        size = rng.choice((18, 20, 24, 28)) if "{" not in title else 15
        blocks.append({"title": title, "size": size, "after": rng.choice((10, 18, 30))})
    if "to" in rules and chance(rng, 0.8):
        blocks.append({"left": rng.choice(rules["to"])})
    return blocks


def _body(rules: Mapping[str, Any], rng: random.Random) -> list[Block]:
    parts: list[list[Block]] = []
    if "entries" in rules:
        parts.append(_entries(rules, rng))
    if "text" in rules:
        parts.append([{"p": rng.choice(wordings)} for wordings in rules["text"]])
    if "table" in rules:
        parts.append([{"gap": 6}, _table(rules["table"])])
    if "plot" in rules:
        parts.insert(0, [{"plot": rules["plot"] * rng.uniform(0.7, 1.1)}])
    if "bare" in rules:
        some = rng.sample(rules["bare"], k=rng.choice((1, 1, 2)))
        top: list[Block] = [{"gap": rng.choice((0, 60, 200, 300))}]
        parts.append([*top, *({rng.choice(("centre", "left")): one} for one in some)])
    if len(parts) == 2 and "plot" not in rules and chance(rng, 0.3):  # noqa: PLR2004 (two parts change places)
        parts.reverse()
    if "fills" in rules and chance(rng, 0.75):
        parts.append(_filling(rules, rng))
    return [block for part in parts for block in part]


def _filling(rules: Mapping[str, Any], rng: random.Random) -> list[Block]:
    """Return clauses for a few lines or a few pages; a cover stands on a page of its own."""
    counts = (5, 14, 25, 40, 40) if "front" in rules else (3, 5, 8, 14, 25)
    said = boilerplate(rules["fills"], rng, rng.choice(counts))
    head: list[Block] = [{"page": "next"}] if rules.get("cover") or chance(rng, 0.15) else []
    if chance(rng, 0.5):
        return [*head, *({"p": sentence} for sentence in said)]
    first = rng.choice((1, 1, 3, 12))
    return [*head, {"items": [f"{first + at}. {one}" for at, one in enumerate(said)]}]


def _entries(rules: Mapping[str, Any], rng: random.Random) -> list[Block]:
    rows = [entry.split(" = ") for entry in rules["entries"]]
    kept = [row for row in rows if chance(rng, 0.9)]
    if rules.get("cover"):
        return [{"lines": kept, "indent": 60, "label": 90, "leading": 2.6}]
    manner = rng.choice(("rows", "pairs", "lines", "aligned", "stacks"))
    if rules.get("photo") and manner in ("rows", "pairs", "stacks"):
        manner = "lines"
    if manner == "rows":
        table = [[label, f"l|{value}"] for label, value in kept]
        return [{"grid": table, "cols": [1, rng.choice((2.2, 3))], "row": rng.choice((22, 28))}]
    if manner == "pairs":
        return [_pairs(kept)]
    if manner == "stacks":
        return [
            {"stacks": kept, "across": 2, "small": True, "ruled": rng.choice(("none", "below"))}
        ]
    right = {"align": "right"} if manner == "aligned" else {}
    to = {"to": 0.72} if rules.get("photo") else {}
    return [{"lines": kept, "label": 130 if right else 0, "leading": 1.8, **right, **to}]


def _pairs(rows: Sequence[Sequence[str]]) -> Block:
    table: list[list[str]] = []
    for at in range(0, len(rows), 2):
        pair = rows[at : at + 2]
        if len(pair) == 1:
            table.append([pair[0][0], f"c3l|{pair[0][1]}"])
        else:
            table.append([pair[0][0], f"l|{pair[0][1]}", pair[1][0], f"l|{pair[1][1]}"])
    return {"grid": table, "cols": [1.6, 3, 1.6, 3], "row": 26}


def _table(rows: Sequence[Sequence[str]]) -> Block:
    head, *rest = rows
    cells = [[f"h|{word}" if "{" not in word else f"l|{word}" for word in head]]
    cells += [[f"m|{word}" for word in row] for row in rest]
    shares = [max(2.0, *(min(8, len(row[at])) for row in rows)) for at in range(len(head))]
    return {"grid": cells, "cols": shares, "row": 26}


def _foot(rules: Mapping[str, Any], rng: random.Random) -> list[Block]:
    lines = rules.get("foot", ())
    if not lines:
        return []
    side = rng.choice(("right", "right", "left"))
    apart = rng.choice((8, 22))
    blocks: list[Block] = [{"gap": rng.choice((24, 50))}]
    for line in lines:
        blocks += [{side: line}, {"gap": apart}]
    return blocks
