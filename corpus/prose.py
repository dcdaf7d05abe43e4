"""Papers in running text: letters and notices, clauses and articles, without labels.

content/prose.yaml has for each kind three ways of saying it, each a list of paragraphs with several
wordings; no wording stands in two, so that leaving one family out leaves its sentences out.
"""

from __future__ import annotations

import random
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus.arrangements import Block, Plan
from corpus.chance import chance

_ORDINALS = (
    "一",
    "二",
    "三",
    "四",
    "五",
    "六",
    "七",
    "八",
    "九",
    "十",
    "十一",
    "十二",
    "十三",
    "十四",
)


@cache
def _content() -> Any:
    text = (files("corpus") / "content" / "prose.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def letter(plan: Plan) -> list[Block]:
    """Return what the paper says as paragraphs, after an addressee where there is one."""
    rng = plan.rng
    text = _content()[plan.kind]["letter"]
    said = _with_asides(_said(text["text"], rng), plan)
    blocks: list[Block] = []
    if "to" in text:
        blocks.append({"left": rng.choice(text["to"])})
    if len(said) > 1 and chance(rng, 0.35):
        said = ["".join(said[:2]), *said[2:]]
    return [*blocks, *({"p": one} for one in said)]


def clauses(plan: Plan) -> list[Block]:
    """Return what the paper says as numbered articles."""
    rng = plan.rng
    said = _with_asides(_said(_content()[plan.kind]["clauses"], rng), plan)
    manner = rng.choice(("article", "ordinal", "number", "bracket", "plain"))
    heads = {
        "article": [f"第{word}条　" for word in _ORDINALS],
        "ordinal": [f"{word}、" for word in _ORDINALS],
        "number": [f"{number}. " for number in range(1, 15)],
        "bracket": [f"（{word}）" for word in _ORDINALS],
        "plain": [""] * 14,
    }[manner]
    return [{"p": head + one} for head, one in zip(heads, said, strict=False)]


def statement(plan: Plan) -> list[Block]:
    """Return what the paper says in few paragraphs, run together as a clerk would."""
    rng = plan.rng
    said = _with_asides(_said(_content()[plan.kind]["statement"], rng), plan)
    cut = rng.randrange(1, len(said) + 1)
    parts = ["".join(said[:cut]), *said[cut:]]
    opening = rng.choice(("", "", "兹", "现", "经核，"))
    return [
        {rng.choice(("p", "p", "left")): opening + parts[0]},
        *({"p": one} for one in parts[1:]),
    ]


def _with_asides(said: list[str], plan: Plan) -> list[str]:
    """Return the paragraphs with the asides as paragraphs between them or at the end of one."""
    rng = plan.rng
    mixed = list(said)
    for aside in plan.asides:
        at = rng.randrange(len(mixed))
        if chance(rng, 0.4):
            mixed[at] += aside
        else:
            mixed.insert(at + 1, aside)
    return mixed


def _said(paragraphs: list[list[str]], rng: random.Random) -> list[str]:
    """Return one wording of each paragraph; an empty wording leaves it out."""
    return [one for one in (rng.choice(wordings) for wordings in paragraphs) if one]
