"""Papers in running text: letters, clauses, statements, reports and notices, without labels.

content/prose.yaml (with more wordings in content/prose_wider.yaml) and content/prose_report.yaml
have for each kind five ways of saying it, each a list of paragraphs with several wordings; no
wording stands in two, so that leaving one family out leaves its sentences out.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import zip_longest
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


_FEW_PARAGRAPHS = 2
_LONG_ADDRESS = 50
"""Markup up to a first colon that is longer addresses nobody."""


@cache
def pools(kind: str) -> Mapping[str, Sequence[Sequence[str]]]:
    """Return the paragraphs of a kind by family, each with its wordings."""
    read = {**_content("prose")[kind], **_content("prose_report")[kind]}
    wider = _content("prose_wider")[kind]
    return {name: _widened(pool, wider.get(name, ())) for name, pool in read.items()}


def _widened(pool: Any, wider: Sequence[str]) -> list[list[str]]:
    """Return the paragraphs of a pool, each with its further wordings behind."""
    paragraphs = pool["text"] if isinstance(pool, dict) else pool
    return [
        [*_wordings(one), *_wordings(more)]
        for one, more in zip_longest(paragraphs, wider, fillvalue="")
    ]


@cache
def _content(name: str) -> Any:
    text = (files("corpus") / "content" / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def _wordings(paragraph: str | Sequence[str]) -> Sequence[str]:
    """Return the wordings of a paragraph, which are listed or stand one a line."""
    if isinstance(paragraph, str):
        return paragraph.splitlines()
    return paragraph


def letter(plan: Plan) -> list[Block]:
    """Return what the paper says as paragraphs, after an addressee where there is one."""
    rng = plan.rng
    to = _content("prose")[plan.kind]["letter"].get("to", ())
    said = _with_asides(_said(pools(plan.kind)["letter"], rng), plan)
    blocks: list[Block] = [{"left": rng.choice(to)}] if to else []
    if len(said) > 1 and chance(rng, 0.35):
        said = ["".join(said[:2]), *said[2:]]
    return [*blocks, *({"p": one} for one in said)]


def clauses(plan: Plan) -> list[Block]:
    """Return what the paper says as numbered articles."""
    rng = plan.rng
    said = _with_asides(_said(pools(plan.kind)["clauses"], rng), plan)
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
    said = _with_asides(_said(pools(plan.kind)["statement"], rng), plan)
    cut = rng.randrange(1, len(said) + 1)
    parts = ["".join(said[:cut]), *said[cut:]]
    opening = rng.choice(("", "", "兹", "现", "经核，"))
    return [
        {rng.choice(("p", "p", "left")): opening + parts[0]},
        *({"p": one} for one in parts[1:]),
    ]


def report(plan: Plan) -> list[Block]:
    """Return what the paper says as a note about it by a third person, ended by a set phrase."""
    rng = plan.rng
    said = _with_asides(_said(pools(plan.kind)["report"], rng), plan)
    if len(said) > _FEW_PARAGRAPHS and chance(rng, 0.4):
        cut = rng.randrange(1, len(said))
        said = ["".join(said[:cut]), "".join(said[cut:])]
    elif chance(rng, 0.25):
        said = ["".join(said)]
    numbered = len(said) > 1 and chance(rng, 0.35)
    end = rng.choice(("", "", "特此报告。", "特此说明。", "情况属实。"))
    blocks: list[Block] = [
        {"p": (f"{word}、" if numbered else "") + one}
        for word, one in zip(_ORDINALS, said, strict=False)
    ]
    return [*blocks, {"p": end}] if end else blocks


def notice(plan: Plan) -> list[Block]:
    """Return what the paper says to the one it is about, the first words alone on some."""
    rng = plan.rng
    said = _with_asides(_said(pools(plan.kind)["notice"], rng), plan)
    blocks: list[Block] = []
    addressed, colon, rest = said[0].partition("：")
    if colon and len(addressed) < _LONG_ADDRESS and chance(rng, 0.7):
        blocks.append({"left": addressed + colon})
        said = [rest, *said[1:]]
    if len(said) > 1 and chance(rng, 0.4):
        cut = rng.randrange(1, len(said))
        said = [*said[:cut], "".join(said[cut:])]
    ends = ("此致", "专此函达。") if "贵局" in "".join(said) else ("特此通知。", "请知悉。")
    end = rng.choice(("", "", *ends))
    return [*blocks, *({"p": one} for one in said), *([{"p": end}] if end else [])]


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


def _said(paragraphs: Sequence[Sequence[str]], rng: random.Random) -> list[str]:
    """Return one wording of each paragraph; an empty wording leaves it out."""
    return [one for one in (rng.choice(wordings) for wordings in paragraphs) if one]
