"""Arrangements of a form's entries: grids, rows, lines, columns, label-and-value sentences.

An arrangement is a grammar family: the unit that can be left out of training. It fixes how entries
stand to each other on the page; which entries, in which order, under which labels is drawn before.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.chance import chance
from corpus.entries import Entry

Layout = dict[str, Any]
Block = dict[str, Any]
FACES = ("song", "song", "kai", "hei", "microhei", "fang")
"""What forms are set in; `fang` stands for 仿宋 (style.py)."""
_FEW = 11
"""Up to so many entries a certificate is set in large type."""
ORDINALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an arrangement has to set."""

    kind: str
    groups: Sequence[Sequence[Entry]]
    rng: random.Random
    asides: Sequence[str] = ()
    """Sentences that bear none of the kind's fields, to be put among those that do."""

    @property
    def entries(self) -> list[Entry]:
        """All entries in order."""
        return [entry for group in self.groups for entry in group]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The three parts of a paper."""

    head: list[Block]
    body: list[Block]
    foot: list[Block]


def in_a_row(page: Page, _rng: random.Random) -> list[Block]:
    """Return head, body and foot one below the other."""
    return [*page.head, *page.body, *page.foot]


def plain_manner(_plan: Plan) -> Layout:
    """Return the page of an ordinary form."""
    return {"sizes": [10.5, 11, 12], "leading": [1.4, 1.8], "body": [*FACES]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """How a grammar family sets a paper."""

    body: Callable[[Plan], list[Block]]
    manner: Callable[[Plan], Layout] = plain_manner
    bind: Callable[[Page, random.Random], list[Block]] = in_a_row
    indent: int = 0
    """How far right the authority stands, in points; as the page allows if none is given."""
    speaks: bool = False
    """Whether the body says in words what forms say below their entries."""


def certificate_manner(plan: Plan, *, page: str = "a4") -> Layout:
    """Return a page with a tint and a frame, as certificates have."""
    rng = plan.rng
    few = len(plan.entries) <= _FEW
    layout: Layout = {"sizes": [10.5, 12, 13, 14, 16] if few else [10.5, 11, 12], "page": page}
    layout["body"] = [*FACES]
    layout |= {"leading": [1.4, 1.8], "top": rng.choice((50, 62, 62, 96)) if few else 62}
    decoration: list[Block] = []
    if chance(rng, 0.7):
        decoration.append({"tint": rng.choice(("cream", "mint", "pink", "sky"))})
    if chance(rng, 0.8):
        decoration.append({"frame": rng.choice(("red", "green", "gold", "blue", "brown"))})
    layout["on_page"] = decoration
    if chance(rng, 0.3):
        layout["label_ink"] = rng.choice(("red", "brown", "blue", "green"))
    return layout


def wide_manner(plan: Plan) -> Layout:
    """Return the same on a page that lies across."""
    return certificate_manner(plan, page="a4-wide")


# --- grids ---------------------------------------------------------------------------------------

_HEADINGS = {
    "developer": "建设单位",
    "works": "工程概况",
    "contract": "合同情况",
    "contractor": "施工单位",
    "supervisor": "监理单位",
    "surveyor": "其他单位",
    "papers": "证照编号",
}


def heading_of(group: Sequence[Entry]) -> str:
    """Return what a group of entries is about, told by its first entry."""
    return _HEADINGS.get(group[0].part, "基本信息")


def grid(plan: Plan) -> list[Block]:
    """Return a ruled table; short entries share a row, groups may have a heading."""
    rng = plan.rng
    heading = rng.choice(("none", "none", "row", "side")) if len(plan.groups) > 1 else "none"
    height = rng.choice((26, 30, 34))
    rows: list[list[str]] = []
    for number, group in enumerate(plan.groups):
        pairs = paired(group, rng)
        if heading == "row":
            rows.append([f"c4|{ORDINALS[number]}、{heading_of(group)}"])
        if heading == "side":
            first, *rest = pairs
            name = "\n".join(heading_of(group))
            rows += [[f"r{len(pairs)}m|{name}", *first], *rest]
        else:
            rows += pairs
    side = [0.6] if heading == "side" else []
    shares = [*side, rng.choice((1.5, 1.8)), 3, rng.choice((1.5, 1.8)), 3]
    return [{"grid": rows, "cols": shares, "row": height}]


def paired(group: Sequence[Entry], rng: random.Random) -> list[list[str]]:
    """Return rows of a table with two pairs a row; long entries have a row of their own."""
    rows: list[list[str]] = []
    waiting: Entry | None = None
    pair_up = chance(rng, 0.75)
    for entry in group:
        if entry.long or not pair_up:
            if waiting is not None:
                rows.append(_full_row(waiting))
                waiting = None
            rows.append(_full_row(entry))
        elif waiting is None:
            waiting = entry
        else:
            rows.append([waiting.label, f"l|{waiting.value}", entry.label, f"l|{entry.value}"])
            waiting = None
    if waiting is not None:
        rows.append(_full_row(waiting))
    return rows


def _full_row(entry: Entry) -> list[str]:
    return [entry.label, f"c3l|{entry.value}"]


def rows_of_two(plan: Plan) -> list[Block]:
    """Return a table of labels and values, one entry a row."""
    rng = plan.rng
    rows = [[entry.label, f"l|{entry.value}"] for entry in plan.entries]
    return [{"grid": rows, "cols": [1, rng.choice((2.2, 3, 3.6))], "row": rng.choice((24, 28, 36)),
             "rules": rng.choice(("black", "black", "grey", "red", "green"))}]  # fmt: skip


# --- lines ---------------------------------------------------------------------------------------


def lines(plan: Plan) -> list[Block]:
    """Return labelled lines without rules, the values underlined on some papers."""
    rng = plan.rng
    underlined = chance(rng, 0.3)
    numbered = chance(rng, 0.15)
    blocks: list[Block] = []
    even = chance(rng, 0.6) and not numbered
    for number, group in enumerate(plan.groups):
        if len(plan.groups) > 1 and chance(rng, 0.5):
            blocks.append({"h": f"{ORDINALS[number]}、{heading_of(group)}"})
        rows = [
            [
                f"{index}. {entry.label}" if numbered else entry.label,
                _underlined(entry.value) if underlined else entry.value,
            ]
            for index, entry in enumerate(group, start=1)
        ]
        width = max(len(entry.label) for entry in group) * 12.0 if even else 0
        blocks.append({"lines": rows, "indent": rng.choice((0, 10, 24)), "label": min(width, 200),
                       "leading": rng.choice((1.9, 2.1, 2.4))})  # fmt: skip
    return blocks


def _underlined(value: str) -> str:
    return f"_u_{value}_u_"


def columns(plan: Plan) -> list[Block]:
    """Return two columns of labelled lines side by side."""
    entries = plan.entries
    half = (len(entries) + plan.rng.choice((0, 1))) // 2
    pitch = 2.0 if len(entries) < 16 else 1.6  # noqa: PLR2004 (long forms are set closer)
    sides = [
        [{"lines": [[entry.label, entry.value] for entry in side], "leading": pitch}]
        for side in (entries[:half], entries[half:])
    ]
    return [{"columns": sides, "shares": [1.1, 1], "space": 24}]


def sentences(plan: Plan) -> list[Block]:
    """Return entries as clauses of running text."""
    rng = plan.rng
    joint, end = rng.choice((("：", "；"), ("为", "，"), ("：", "。"), ("：", "，")))
    blocks: list[Block] = []
    for number, group in enumerate(plan.groups, start=1):
        clauses = [f"{entry.label}{joint}{entry.value}" for entry in group]
        if chance(rng, 0.5):
            numbered = [
                f"{number}.{index} {clause}；" for index, clause in enumerate(clauses, start=1)
            ]
            blocks.append({"items": numbered})
        else:
            blocks.append({"p": end.join(clauses) + "。"})
    for aside in plan.asides:
        blocks.insert(rng.randrange(1, len(blocks) + 1), {"p": aside})
    return blocks
