"""What follows the entries of a form: terms, lists of hazards, signing places, the authority."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus.arrangements import Block
from corpus.chance import chance

_UPRIGHT_PT = 190
"""How far right the authority stands on an upright page."""
_SAID_MORE = 0.3
"""Share of the papers whose closing sentence is followed by one more."""
_NOTES = ("1. 本宗地按出让合同约定的规划条件开发建设。", "2. 未设立抵押权、地役权。")
_LONG_LIST = 0.3
"""Share of the lists of hazards that run over their page."""


@cache
def _sentences() -> Any:
    text = (files("corpus") / "content" / "boilerplate.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def boilerplate(sorts: Sequence[str], rng: random.Random, count: int) -> list[str]:
    """Return that many sentences that fill pages, or as many as there are."""
    known = [sentence for sort in sorts for sentence in _sentences()[sort]]
    return rng.sample(known, k=min(count, len(known)))


def closing(
    rules: Mapping[str, Any],
    rng: random.Random,
    *,
    indent: int,
    said: bool = True,
    asides: Sequence[str] = (),
) -> list[Block]:
    """Return what a paper of the kind has below its entries.

    Args:
        rules: Of the kind, from content/grammar.yaml.
        rng: Of the layout.
        indent: How far right the authority stands, in points; little on a page that is narrow.
        said: Whether to print the kind's sentence; prose has said it already.
        asides: Sentences that bear none of the kind's fields, for the terms or below the entries.
    """
    blocks: list[Block] = []
    if rules.get("hazards"):
        blocks += _hazards(rng, roomy=indent >= _UPRIGHT_PT)
    if "terms" in rules:
        terms = boilerplate(("contract", "works"), rng, rng.randrange(8, rules["terms"] + 1))
        for aside in asides:
            terms.insert(rng.randrange(len(terms) + 1), aside)
        blocks.append({"h": rng.choice(("合同条款", "双方约定", "专用条款"))})
        blocks.append({"items": [f"{index}. {text}" for index, text in enumerate(terms, start=1)]})
        if chance(rng, 0.6):
            blocks.append({"page": "next"})
    if "said" in rules and said:
        below = asides[:1] if chance(rng, _SAID_MORE) else ()
        blocks += [{"gap": 6}, {"p": rules["said"]}, *({"p": aside} for aside in below)]
    blocks += [{"keep": 120 if indent > _UPRIGHT_PT else 170}, {"gap": rng.choice((20, 34))}]
    blocks += _signing(rules, rng)
    if "authority" in rules:
        blocks += _authority(rules, rng, indent)
    for heading in rules.get("pages", ()):
        drawing: Block = {"plot": 300} if "图" in heading else {"items": list(_NOTES)}
        blocks += [{"page": "next"}, {"title": heading, "size": 18}, drawing]
    return blocks


def _hazards(rng: random.Random, *, roomy: bool) -> list[Block]:
    """Return a list of hazardous works: a few, or if there is room more than fit."""
    rows = [["序号", "危大工程名称", "工程内容", "超规模"]]
    known = [(name, content) for name, content in _sentences()["hazards"]]
    many = roomy and chance(rng, _LONG_LIST)
    count = rng.randint(14, len(known)) if many else rng.randint(3, 6)
    for index, (name, content) in enumerate(rng.sample(known, k=count), start=1):
        ticks = rng.choice(("<x>是 <o>否", "<o>是 <x>否"))
        rows.append([str(index), f"lm|{name}", f"l|{content}", f"m|{ticks}"])
    table: Block = {"grid": rows, "cols": [0.7, 2.2, 4, 1.8], "row": 27}
    if chance(rng, 0.5):
        table["repeat"] = 1
    return [{"gap": 6}, table]


def _signing(rules: Mapping[str, Any], rng: random.Random) -> list[Block]:
    """Return the places where the parties sign, side by side or one below the other."""
    places: list[list[Block]] = []
    for spec in rules.get("signs", ()):
        role, _, signer = spec.partition("+")
        labels = rules.get("sign_labels", {}).get(
            role.rstrip("!"), [_ROLE_LABELS.get(role, "单位（盖章）")]
        )
        mark = f"<sign:{role[:-1]}>" if role.endswith("!") else f"<sp:14><seal:{role}>"
        place: list[Block] = [{"left": f"{rng.choice(labels)}：{mark}"}]
        if signer:
            words = rng.choice(("法定代表人（签字）", "法定代表人（签名）", "法定代表人或授权代表"))
            words = "技术负责人" if signer == "reviewer-engineer" else words
            place += [{"gap": rng.choice((22, 30))}, {"left": f"{words}：<sign:{signer}>"}]
        places.append(place)
    if not places:
        return []
    date = rules.get("date") if "authority" not in rules else None
    dated: list[Block] = (
        [{"gap": 26}, {"right": f"{rng.choice(('日期：', '', '时间：'))}" + "{" + date + "}"}]
        if date
        else []
    )
    if len(places) > 1 and chance(rng, 0.7):
        return [{"columns": places, "space": 20}, *dated]
    stacked: list[Block] = []
    for place in places:
        stacked += [*place, {"gap": 40}]
    return [*stacked[:-1], *dated]


_ROLE_LABELS = {"developer": "建设单位（盖章）", "contractor": "施工单位（盖章）",
                "supervisor": "监理单位（盖章）", "agency": "招标代理机构（盖章）"}  # fmt: skip


def _authority(rules: Mapping[str, Any], rng: random.Random, indent: int) -> list[Block]:
    """Return the place of the authority's seal; its name is printed on most papers."""
    label = rng.choice(rules["authority"]["labels"])
    date_label = rng.choice(("发证日期", "日期", "签发日期", ""))
    blocks: list[Block] = []
    if chance(rng, 0.4) and "signs" not in rules and indent >= _UPRIGHT_PT:
        blocks.append({"qr": [0.12, 0.78 if indent == _UPRIGHT_PT else 0.72, 66]})
    manner = rng.choice(("beside", "beside", "beside", "over", "over", "seal"))
    value = {
        "beside": "{issuing_authority}<seal:authority>",
        "over": "<sp:20><seal:authority>{issuing_authority}",
        "seal": "<sp:20><seal:authority>　",
    }[manner]
    if manner == "over" and chance(rng, 0.5):
        return [*blocks, {"right": value}, {"right": "{issued_on}"}]
    if chance(rng, 0.5):
        return [*blocks, {"right": f"{label}：{value}"}, {"gap": 8},
                {"right": (date_label + "：" if date_label else "") + "{issued_on}"}]  # fmt: skip
    rows = [[label, value], [date_label, "{issued_on}"]]
    return [*blocks, {"lines": rows, "indent": indent, "leading": 2.3}]
