"""Covers: sparse pages before a paper's first page, and pages for signatures behind its last.

A cover has a title, perhaps a number above, the parties, a date and whose form it is; behind it may
come a blank page or a list of contents, and the paper goes on with a title of its own or with none.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus.arrangements import ORDINALS, Block, Layout
from corpus.chance import chance

_TITLE_PT = 430
"""How wide a cover's title may be, in points."""
_BOOKLET_INKS = (("red", "gold"), ("red", "gold"), ("cream", "red"), ("", "red"), ("", "black"))
"""Colours of a booklet's outside and of the letters on it."""
_BLANK_SHARE, _CONTENTS_SHARE = 0.15, 0.3
_SIGNING_SHARE = 0.35
"""Share of the contracts whose signatures stand on a page that says so."""
_ANNEX_SHARE = 0.25
"""Share of the contracts with annexes behind their signatures."""
TRAILING_SHARE = 0.03
"""Share of drawn papers with a page behind that says only that nothing follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What stands before a paper's first page."""

    pages: Sequence[Sequence[Block]]
    on_page: Sequence[Block]
    page: str
    uncounted: int
    """How many of them the page numbers leave out."""
    unmarked: int
    """How many of them bear no page number."""
    inner: str | None
    """The title of the page behind; none if it is the paper's own."""


@cache
def _content() -> Any:
    text = (files("corpus") / "content" / "covers.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def front_of(kind: str, layout: Layout, rng: random.Random) -> Front | None:
    """Return the cover of a paper of the kind, for those papers of it that have one."""
    rules = _content()["kinds"].get(kind)
    if rules is None or not chance(rng, rules["share"]):
        return None
    wide = str(layout.get("page", "a4")).endswith("-wide") and chance(rng, 0.3)
    return draw_front(rules, rng, page="a4-wide" if wide else "a4")


def draw_front(rules: Mapping[str, Any], rng: random.Random, *, page: str = "a4") -> Front:
    """Return a cover that follows the rules, with what comes between it and the paper."""
    booklet = bool(rules.get("booklet"))
    decoration, cover = _booklet(rules, rng) if booklet else _cover(rules, rng)
    pages = [cover]
    if chance(rng, _BLANK_SHARE):
        pages.append([{"gap": 1}])
    if rules.get("contents") and chance(rng, _CONTENTS_SHARE):
        pages.append(_contents(rules["contents"], rng))
    count = len(pages)
    uncounted = rng.choice((0, 1, 1, count))
    inner = rules["inner"]
    return Front(
        pages=pages,
        on_page=decoration,
        page=page,
        uncounted=uncounted,
        unmarked=max(uncounted, rng.choice((0, 1, count))),
        inner=rng.choice(inner) if inner and chance(rng, 0.6) else None,
    )


def bound_with(front: Front, layout: Layout) -> None:
    """Put the cover before the layout's pages."""
    layout["front"] = {"pages": front.pages, "on_page": front.on_page, "page": front.page}
    layout["covers"], layout["unmarked"] = front.uncounted, front.unmarked


def signing_page(kind: str, foot: list[Block], title: str, rng: random.Random) -> list[Block]:
    """Return the foot of a contract, on some papers with its signatures on a page that says so."""
    rules = _content()["kinds"].get(kind, {})
    at = next((at for at, block in enumerate(foot) if "keep" in block), None)
    if at is None or not rules.get("signing") or not chance(rng, _SIGNING_SHARE):
        return foot
    return [*signed_apart(foot[:at], title, rng), *foot[at + 1 :]]


def signed_apart(before: list[Block], title: str, rng: random.Random) -> list[Block]:
    """Return the blocks and the head of a page of signatures behind them."""
    kept = before[:-1] if before and "page" in before[-1] else before
    of = rng.choice((f"《{title}》", f"《{title}》", "本合同", title))
    line = rng.choice(_content()["signing_lines"]).replace("{of}", of)
    side = rng.choice(("p", "left", "centre"))
    return [*kept, {"page": "next"}, {side: line}, {"gap": rng.choice((10, 40, 120))}]


def annexes(kind: str, rng: random.Random) -> list[Block]:
    """Return what follows the signatures of some contracts: annexes under titles of their own."""
    listed = _content()["annexes"].get(kind, ())
    if not listed or not chance(rng, _ANNEX_SHARE):
        return []
    head = rng.choice(("附件{}", "附件{}：", "附件 {}", "附录{}", ""))
    apart = chance(rng, 0.7)
    blocks: list[Block] = []
    for number, one in enumerate(rng.sample(listed, k=rng.choice((1, 2, 2, 3))), start=1):
        blocks.append({"page": "next"} if apart or number == 1 else {"gap": 30})
        if head:
            blocks.append({"left": head.format(number)})
        blocks.append({"title": one["title"], "size": rng.choice((15, 16, 18))})
        blocks += [{"p": sentence} for sentence in one.get("text", ())]
        if "table" in one:
            table = [[f"lm|{word}" for word in row] for row in one["table"]]
            blocks.append({"grid": table, "cols": [1] * len(table[0]), "row": 30})
    return blocks


def trailing_page(rng: random.Random) -> list[Block]:
    """Return what a page bears that says only that nothing follows: it is part of its paper."""
    line = rng.choice(_content()["trailing_lines"])
    side = rng.choice(("centre", "centre", "left", "right"))
    return [{"gap": rng.choice((0, 60, 200, 300))}, {side: line}]


def _cover(rules: Mapping[str, Any], rng: random.Random) -> tuple[list[Block], list[Block]]:
    blocks: list[Block] = []
    if rules.get("above") and chance(rng, 0.55):
        blocks.append({rng.choice(("left", "right", "right")): rng.choice(rules["above"])})
    blocks.append({"at": rng.choice((0.12, 0.18, 0.24, 0.3))})
    if chance(rng, 0.12) and "parties" in rules:
        blocks += [{"centre": rules["parties"][0], "size": 16}, {"gap": 20}]
    blocks.append(_title(rng.choice(rules["titles"]), rng))
    if chance(rng, 0.12):
        blocks.append(
            {"centre": rng.choice(("（正本）", "（副本）", "（示范文本）", "（备案稿）"))}
        )
    blocks.append({"at": rng.choice((0.42, 0.48, 0.52))})
    blocks += _parties(rules, rng)
    if rules.get("makers") and chance(rng, 0.35):
        blocks.append(_maker(rules, rng))
    frame: list[Block] = []
    if chance(rng, 0.2):
        frame.append({"frame": rng.choice(("black", "black", "blue", "grey", "red"))})
    return frame, blocks


def _title(title: str, rng: random.Random) -> Block:
    wide = max(len(line) for line in title.split("\n"))
    size = rng.choice((22, 26, 30, 36, 42))
    return {"title": title, "size": 22 if "{" in title else min(size, _TITLE_PT // wide),
            "after": rng.choice((10, 30)), "bold": chance(rng, 0.6)}  # fmt: skip


def _maker(rules: Mapping[str, Any], rng: random.Random) -> Block:
    return {"put": rng.choice(rules["makers"]), "y": rng.choice((0.86, 0.89)), "align": "centre",
            "size": rng.choice((11, 12, 14))}  # fmt: skip


def _parties(rules: Mapping[str, Any], rng: random.Random) -> list[Block]:
    """Return who and what it is about: with labels, in a table, without labels, or a date alone."""
    manner = rng.choice(("lines", "lines", "lines", "table", "bare", "date", "none"))
    if manner == "bare":
        said = [*rules["parties"], rules["date"]]
        return [{"centre": one, "size": 14, "gap": 0} for one in said if one]
    if manner == "date" and rules["date"]:
        return [{"at": 0.72}, {"centre": rules["date"], "size": 14}]
    if manner in ("lines", "table") and rules["rows"]:
        return [_labelled(_rows(rules, rng), manner, rng)]
    return []


def _rows(rules: Mapping[str, Any], rng: random.Random) -> list[list[str]]:
    rows = rules["rows"]
    count = min(len(rows), rng.choice((2, 3, 3, 4)))
    drawn = sorted(rng.sample(range(len(rows)), k=count))
    seals = rules.get("seals", ()) if chance(rng, 0.12) else ()
    underlined = chance(rng, 0.4)
    made: list[list[str]] = []
    for at in drawn:
        labels, _, value = rows[at].partition(" = ")
        seal = "".join(f"<seal:{one}>" for one in seals if f"{{{one}_name" in value)
        said = f"_u_ {value} _u_" if underlined else value
        made.append([rng.choice(labels.split("|")), said + seal])
    return made


def _labelled(rows: list[list[str]], manner: str, rng: random.Random) -> Block:
    if manner == "table":
        table = [[label, f"l|{value}"] for label, value in rows]
        return {"grid": table, "cols": [1, rng.choice((2, 2.6))], "row": rng.choice((30, 38)),
                "from": 0.14, "to": 0.86, "size": rng.choice((12, 14))}  # fmt: skip
    size = rng.choice((12, 14, 15, 16))
    width = max(len(label) for label, _ in rows) * size if chance(rng, 0.6) else 0
    return {"lines": rows, "indent": rng.choice((0, 20, 50)), "size": size, "label": width,
            "leading": rng.choice((1.9, 2.2, 2.5))}  # fmt: skip


def _contents(parts: Sequence[str], rng: random.Random) -> list[Block]:
    """Return a list of contents: parts in order, with dots and a page or without."""
    kept = [parts[0], *(one for one in parts[1:] if chance(rng, 0.7))]
    manner = rng.choice(("part", "ordinal", "number", "bare"))
    dots = rng.choice(("……………………", "　", "...................", ""))
    blocks: list[Block] = [{"title": rng.choice(("目　录", "目录", "目　　录")), "size": 20}]
    page = 1
    for at, part in enumerate(kept):
        head = {"part": f"第{ORDINALS[at % 10]}部分　", "ordinal": f"{ORDINALS[at % 10]}、",
                "number": f"{at + 1}. ", "bare": ""}[manner]  # fmt: skip
        ends = f"{dots}{page}" if dots else ""
        blocks += [{"left": head + part + ends}, {"gap": 8}]
        page += rng.randint(1, 9)
    return blocks


def _booklet(rules: Mapping[str, Any], rng: random.Random) -> tuple[list[Block], list[Block]]:
    """Return the outside of a booklet: an emblem, a title, whose form it is."""
    paper, ink = rng.choice(_BOOKLET_INKS)
    blocks: list[Block] = []
    if chance(rng, 0.7):
        blocks.append({"emblem": [0.5, rng.choice((0.16, 0.22)), 70]})
    blocks.append({"at": rng.choice((0.3, 0.36, 0.42))})
    blocks.append({**_title(rng.choice(rules["titles"]), rng), "ink": ink})
    if chance(rng, 0.25):
        said = rng.choice((*rules["above"], *rules["parties"]))
        blocks += [{"at": 0.62}, {"centre": said, "ink": ink, "size": 14}]
    if chance(rng, 0.4):
        blocks.append({**_maker(rules, rng), "ink": ink})
    return [{"tint": paper}] if paper else [], blocks
